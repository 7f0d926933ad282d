//! Reads or measures one generated marathon, or a file, many times, for an instruction counter.
//!
//! `valgrind --tool=callgrind target/release/examples/count fit both 10` counts ten passes and the
//! making of the file. The difference between the counts for two numbers of passes leaves out the
//! making of the file.

use std::hint::black_box;
use std::io::Write as _;

use anyhow::{Context, bail};
use firstmile::ingest;
use firstmile::measure::{MeasureOptions, measure};
use firstmile_fixtures::{Watch, fit, gpx, marathon, tcx, watch};

const USAGE: &str = "count FORMAT|FILE read|measure|both COUNT\n\
    FORMAT: fit, fit-suunto, fit-garmin, fit-coros, fit-strava, gpx, gpx-bare, gpx-connect, gpx-strava, tcx";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, stage, count] = arguments.as_slice() else { bail!(USAGE) };
    let recording = || watch::record(&marathon(7), &Watch::every_second());
    let bytes = match format.as_str() {
        "fit" => fit::write(&recording(), &fit::Options::default()),
        "fit-suunto" => fit::write(&recording(), &fit::Options::like_suunto()),
        "fit-garmin" => fit::write(&recording(), &fit::Options::like_garmin()),
        "fit-coros" => fit::write(&recording(), &fit::Options::like_coros()),
        "fit-strava" => fit::write(&recording(), &fit::Options::like_strava()),
        "gpx" => gpx::write(&recording(), &gpx::Options { extensions: true, ..gpx::Options::default() }),
        "gpx-bare" => gpx::write(&recording(), &gpx::Options::default()),
        "gpx-connect" => gpx::write(&recording(), &gpx::Options::like_connect()),
        "gpx-strava" => gpx::write(&recording(), &gpx::Options::like_strava()),
        "tcx" => tcx::write(&recording(), &tcx::Options::default()),
        path => std::fs::read(path).context(USAGE)?,
    };
    let count: usize = count.parse().context(USAGE)?;
    let samples = ingest::read(&bytes)?[0].samples.len();
    writeln!(std::io::stdout(), "{} bytes {samples} samples", bytes.len())?;
    let options = MeasureOptions::default();
    match stage.as_str() {
        "read" => {
            for _ in 0..count {
                black_box(ingest::read(black_box(&bytes))?);
            }
        }
        "measure" => {
            let activities = ingest::read(&bytes)?;
            for _ in 0..count {
                let _ = black_box(measure(black_box(&activities[0]), &options));
            }
        }
        "both" => {
            for _ in 0..count {
                let _ = black_box(measure(&ingest::read(black_box(&bytes))?[0], &options));
            }
        }
        _ => bail!(USAGE),
    }
    Ok(())
}
