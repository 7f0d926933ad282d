//! Readers and the whole pass over generated marathons, against the libraries used directly.

use divan::{Bencher, black_box};
use firstmile::ingest;
use firstmile::measure::{MeasureOptions, measure};
use firstmile_fixtures::{Watch, fit, gpx, marathon, tcx, watch};

fn main() {
    divan::main();
}

fn recording() -> firstmile_fixtures::Recording {
    watch::record(&marathon(7), &Watch::default())
}

fn fit_bytes() -> Vec<u8> {
    fit::write(&recording(), &fit::Options::default())
}

fn gpx_bytes() -> Vec<u8> {
    gpx::write(&recording(), &gpx::Options::default())
}

fn tcx_bytes() -> Vec<u8> {
    tcx::write(&recording(), &tcx::Options::default())
}

fn bench<T>(bencher: Bencher, bytes: &[u8], read: impl Fn(&[u8]) -> T + Sync) {
    bencher.counter(divan::counter::BytesCount::of_slice(bytes)).bench(|| read(black_box(bytes)));
}

#[divan::bench]
fn fit_firstmile(bencher: Bencher) {
    bench(bencher, &fit_bytes(), |bytes| ingest::read(bytes).expect("sound"));
}

#[divan::bench]
fn fit_fitparser(bencher: Bencher) {
    bench(bencher, &fit_bytes(), |bytes| fitparser::from_bytes(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_firstmile(bencher: Bencher) {
    bench(bencher, &gpx_bytes(), |bytes| ingest::read(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_gpx(bencher: Bencher) {
    bench(bencher, &gpx_bytes(), |bytes| ::gpx::read(bytes).expect("sound"));
}

#[divan::bench]
fn tcx_firstmile(bencher: Bencher) {
    bench(bencher, &tcx_bytes(), |bytes| ingest::read(bytes).expect("sound"));
}

#[divan::bench]
fn end_to_end_fit(bencher: Bencher) {
    bench(bencher, &fit_bytes(), |bytes| {
        let activities = ingest::read(bytes).expect("sound");
        measure(&activities[0], &MeasureOptions::default()).1.expect("a run")
    });
}
