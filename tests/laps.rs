//! Splits against the laps that devices recorded, over the shared corpus of real recordings.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use firstmile::activity::{Activity, Declared};
use firstmile::ingest;
use firstmile::ingest::filter::Filter;
use firstmile::ingest::{Source, archive};
use firstmile::measure::{CourseSetting, MeasureOptions, Measured, measure};
use firstmile::units::{KM_M, MILE_M};

#[allow(dead_code)] // the helpers of the other tests
#[path = "it/common/mod.rs"]
mod common;

use common::corpus::corpus;

/// How far a split may differ from a lap, in seconds.
const CLOSE_S: f64 = 2.0;

/// Reads and measures a recording, or all of an archive, with the totals that each file declares.
fn read(path: &Path) -> Vec<(Declared, Measured)> {
    let (limits, filter) = (archive::Limits::default(), Filter::default());
    let visited = archive::visit(&Source::named(path), &limits, &filter, &|content| {
        let activities = ingest::read(&content.bytes.unwrap_or_default()).unwrap_or_default();
        let options = MeasureOptions::on(CourseSetting::Never);
        let measured = |activity: &Activity| Some((activity.declared, measure(activity, &options).1.ok()?));
        activities.iter().filter_map(measured).collect::<Vec<_>>()
    });
    visited.results.into_iter().flatten().collect()
}

/// The recordings whose totals differ from the device's session, each with the reason.
const OTHER_TOTALS: &[(&str, &str)] =
    &[("fit4s__2825367441.fit", "1.1 km in two minutes, and what follows, are a drive and were cut off")];

#[test]
fn totals_agree_with_the_devices_own_sessions() {
    let Some(corpus) = corpus() else { return };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in ["run", "race", "awkward"] {
        files.extend(
            corpus.join(folder).read_dir().expect("a folder").map(|file| file.expect("a file").path()),
        );
    }
    files.sort();
    let (mut compared, mut differ) = (0, Vec::new());
    for file in files {
        for (declared, run) in read(&file) {
            let total = run.recorded.total;
            let length_m = run.recorded.distance_m + run.recorded.tail_m;
            let off_s = |declared_s: Option<f64>, measured_s: f64| {
                declared_s.filter(|seconds| *seconds > 0.0).map_or(0.0, |seconds| measured_s - seconds)
            };
            let timer_s = off_s(declared.timer_s, total.timer_s + run.recorded.lead_s);
            let elapsed_s = off_s(declared.elapsed_s, total.elapsed_s + run.recorded.lead_s);
            let share = declared.distance_m.filter(|m| *m > 0.0).map_or(0.0, |m| length_m / m - 1.0);
            compared += 1;
            if timer_s.abs() > 60.0 || elapsed_s.abs() > 60.0 || share.abs() > 0.01 {
                let name = file.file_name().expect("a name").to_string_lossy().into_owned();
                println!(
                    "{name}: timer {timer_s:+.0} s, elapsed {elapsed_s:+.0} s, distance {:+.1} %",
                    100.0 * share
                );
                differ.push(name);
            }
        }
    }
    println!("{compared} runs compared with their sessions, {} differ", differ.len());
    let known: Vec<&str> = OTHER_TOTALS.iter().map(|(name, _)| *name).collect();
    assert_eq!(differ, known);
}

#[test]
fn splits_agree_with_the_devices_own_laps() {
    let Some(corpus) = corpus() else { return };
    let laps = corpus.join("laps.csv");
    let mut by_file: BTreeMap<String, Vec<[f64; 4]>> = BTreeMap::new();
    for record in csv::Reader::from_path(laps).expect("laps.csv").records() {
        let record = record.expect("a row");
        let number = |index: usize| record[index].parse::<f64>().expect("a number");
        let unit_m = if &record[1] == "mile" { MILE_M } else { KM_M };
        by_file.entry(record[0].to_owned()).or_default().push([unit_m, number(3), number(4), number(6)]);
    }
    let mut differences: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut firsts = Vec::new();
    let mut followed = Vec::new();
    for (file, laps) in &by_file {
        let format = if file.to_lowercase().contains(".fit") { "FIT" } else { "TCX" };
        for (_, run) in read(&corpus.join(file)) {
            // Without any other device distance the splits follow the laps, and prove nothing.
            let own = run.ledger.why.contains("laps");
            for &[unit_m, lap_m, lap_timer_s, start_m] in laps {
                let index = (start_m / unit_m).round();
                // After a manual lap all laps are off the marks. Some exports cut a lap at the
                // nearest sample, some metres too long or short.
                if (start_m - index * unit_m).abs() > 3.0 || (lap_m - unit_m).abs() > 3.0 {
                    continue;
                }
                let splits = if unit_m > 1500.0 { &run.recorded.miles } else { &run.recorded.kms };
                let Some(split) = splits.get(index as usize).filter(|split| split.distance_m > unit_m - 1.0)
                else {
                    println!("{file}: no split for lap at {start_m}");
                    continue;
                };
                // A lap that is a metre too long took a little longer than the split.
                let lap_timer_s = lap_timer_s * unit_m / lap_m;
                let off_s = split.times.timer_s - lap_timer_s;
                if own {
                    assert!(
                        off_s.abs() <= CLOSE_S,
                        "{file} lap {}: {off_s:.1} s off its own lap",
                        index + 1.0
                    );
                    followed.push(off_s.abs());
                    continue;
                }
                differences.entry(format).or_default().push(off_s.abs());
                if index == 0.0 {
                    firsts.push(off_s.abs());
                }
                if off_s.abs() > CLOSE_S {
                    println!(
                        "{file} lap {}: split {:.1} s, lap {lap_timer_s:.1} s",
                        index + 1.0,
                        split.times.timer_s
                    );
                }
            }
        }
    }
    let share = |offs: &[f64]| offs.iter().filter(|off| **off <= CLOSE_S).count() as f64 / offs.len() as f64;
    let median = |offs: &[f64]| {
        let mut sorted = offs.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() / 2]
    };
    for (format, offs) in &differences {
        println!(
            "{format}: {} splits, {:.1} % within {CLOSE_S} s, median {:.3} s",
            offs.len(),
            100.0 * share(offs),
            median(offs)
        );
    }
    println!("first splits: {}, {:.1} % within {CLOSE_S} s", firsts.len(), 100.0 * share(&firsts));
    let every_fit = [&differences["FIT"][..], &followed[..]].concat();
    println!(
        "laps followed for want of any other device distance: {}; with them FIT has {} splits, {:.1} % within {CLOSE_S} s, \
         median {:.4} s",
        followed.len(),
        every_fit.len(),
        100.0 * share(&every_fit),
        median(&every_fit)
    );
    // A known exception: lap 3 of fitparse's 2013-02-06 has samples up to 10 s apart.
    assert!(share(&differences["FIT"]) >= 0.993, "FIT splits");
    assert!(share(&differences["TCX"]) >= 0.985, "TCX splits");
    assert!(share(&firsts) >= 0.95, "first splits");
    // Samples have whole seconds, laps do not. Interpolating raw records gives the same median.
    assert!(median(&differences["FIT"]) <= 0.13, "the median FIT split");
    assert!(median(&every_fit) <= 0.1001, "the median FIT split with laps that are followed");
}
