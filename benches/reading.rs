//! Benchmarks of the readers, and of reading with measuring, against the libraries, over generated
//! marathons.

use divan::{Bencher, black_box};
use firstmile::ingest::{self, Reader};
use firstmile::measure::{MeasureOptions, measure};
use firstmile_fixtures::{Watch, fit, gpx, marathon, tcx, watch};
use peers::Point;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

mod peers;

fn main() {
    divan::main();
}

fn recording() -> firstmile_fixtures::Recording {
    watch::record(&marathon(7), &Watch::every_second())
}

fn fit_bytes() -> Vec<u8> {
    fit::write(&recording(), &fit::Options::default())
}

fn gpx_bytes() -> Vec<u8> {
    gpx::write(&recording(), &gpx::Options { extensions: true, ..gpx::Options::default() })
}

fn bare_gpx_bytes() -> Vec<u8> {
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
    bench(bencher, &fit_bytes(), |bytes| peers::fitparser(bytes).expect("sound"));
}

#[divan::bench]
fn fit_rustyfit(bencher: Bencher) {
    bench(bencher, &fit_bytes(), |bytes| peers::rustyfit(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_firstmile(bencher: Bencher) {
    bench(bencher, &gpx_bytes(), |bytes| ingest::read(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_gpx(bencher: Bencher) {
    bench(bencher, &gpx_bytes(), |bytes| peers::gpx(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_bare_firstmile(bencher: Bencher) {
    bench(bencher, &bare_gpx_bytes(), |bytes| ingest::read(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_bare_gpx(bencher: Bencher) {
    bench(bencher, &bare_gpx_bytes(), |bytes| peers::gpx(bytes).expect("sound"));
}

#[divan::bench]
fn gpx_roxmltree(bencher: Bencher) {
    fn read(bytes: &[u8]) -> Vec<Point> {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let document = roxmltree::Document::parse(text).expect("sound");
        let points = document.descendants().filter(|node| node.tag_name().name() == "trkpt");
        let number = |node: &roxmltree::Node, name| node.attribute(name).and_then(|text| text.parse().ok());
        points
            .map(|node| {
                let text = |name| node.children().find(|child| child.tag_name().name() == name)?.text();
                (
                    number(&node, "lat").expect("a number"),
                    number(&node, "lon").expect("a number"),
                    text("ele").and_then(|text| text.parse().ok()),
                    text("time").and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok()),
                )
            })
            .collect()
    }

    bench(bencher, &gpx_bytes(), read);
}

#[divan::bench]
fn gpx_quick_xml(bencher: Bencher) {
    bench(bencher, &gpx_bytes(), |bytes| peers::quick_xml(bytes).expect("sound"));
}

#[divan::bench]
fn tcx_quick_xml(bencher: Bencher) {
    bench(bencher, &tcx_bytes(), |bytes| ingest::read_with(Reader::Library, bytes).expect("sound"));
}

/// Reads the place and the distance of each point only.
#[divan::bench]
fn tcx_roxmltree(bencher: Bencher) {
    fn read(bytes: &[u8]) -> Vec<[Option<f64>; 3]> {
        let text = std::str::from_utf8(bytes).expect("UTF-8");
        let document = roxmltree::Document::parse(text).expect("sound");
        let points = document.descendants().filter(|node| node.tag_name().name() == "Trackpoint");
        points
            .map(|node| {
                let number = |name| {
                    let element = node.descendants().find(|child| child.tag_name().name() == name)?;
                    element.text()?.parse().ok()
                };
                [number("LatitudeDegrees"), number("LongitudeDegrees"), number("DistanceMeters")]
            })
            .collect()
    }

    bench(bencher, &tcx_bytes(), read);
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
