//! FIT files as dead batteries, bad cards and other programs damage them: what is right is kept.

use firstmile::ingest;
use firstmile::measure::{Basis, MeasureOptions, measure};
use firstmile_fixtures::fit::{self, EPOCH_S, Options};
use firstmile_fixtures::watch::{Sample, record};

use super::as_recorded::{SOUND, START_S, changed, check, measured, outdoors, ten_km};
use crate::common::damage::Chance;

/// The number of records before the damage.
const KEPT: usize = 1500;
/// The length of the run.
const WHOLE_M: f64 = 10_000.0;

/// Fills, loses, doubles or overwrites a piece of a file.
type Damage = fn(&mut Vec<u8>, from: usize, to: usize);

const DAMAGES: [(&str, Damage); 5] = [
    ("zeros", |bytes, from, to| bytes[from..to].fill(0)),
    ("ones", |bytes, from, to| bytes[from..to].fill(0xFF)),
    ("lost", |bytes, from, to| drop(bytes.drain(from..to))),
    ("twice", |bytes, from, to| {
        let piece = bytes[from..to].to_vec();
        bytes.splice(from..from, piece);
    }),
    ("garbage", |bytes, from, to| {
        let mut chance = Chance::new(from as u64);
        bytes[from..to].fill_with(|| chance.below(256) as u8);
    }),
];

/// Options of files whose local number 0 is that of the file's id, and of its records.
fn options() -> [Options; 2] {
    [false, true].map(|records_are_local_0| Options { records_are_local_0, ..Options::default() })
}

#[test]
fn what_precedes_a_damaged_piece_is_kept_and_nothing_is_invented() {
    let run = ten_km();
    for options in options() {
        let (sound, ends) = fit::write_indexed(&record(&run, &outdoors()), &options);
        let until = ends[KEPT - 1];
        let (identity, cut) = measured(&sound[..until]);
        let cut = cut.expect("half of a run").recorded;
        for (name, damage) in DAMAGES {
            for (place, length) in (0..24).zip([1, 7, 100, 512, 4096].into_iter().cycle()) {
                let mut bytes = sound.clone();
                damage(&mut bytes, until + place, until + place + length);
                let case = format!("{name}, {length} bytes at {place}");
                let (found, outcome) = measured(&bytes);
                let view = outcome.unwrap_or_else(|refusal| panic!("{case}: {refusal}")).recorded;
                let first_mile_s = |view: &firstmile::measure::View| view.first_mile.times.on(Basis::Timer);
                assert!((first_mile_s(&view) - first_mile_s(&cut)).abs() < 1.0, "{case}");
                let most_m = 1.005 * WHOLE_M;
                assert!(
                    (cut.distance_m - 50.0..most_m).contains(&view.distance_m),
                    "{case}: {}",
                    view.distance_m
                );
                assert_eq!(found.start_s, identity.start_s, "{case}");
            }
        }
    }
}

#[test]
fn zeros_to_the_end_are_where_a_device_died() {
    let run = ten_km();
    for options in options() {
        let (sound, ends) = fit::write_indexed(&record(&run, &outdoors()), &options);
        for until in ends[KEPT]..ends[KEPT + 1] {
            let mut bytes = sound.clone();
            bytes[until..].fill(0);
            let activity = ingest::read(&bytes).expect("an activity").remove(0);
            assert!(activity.cut_short, "{until}");
            // Of the record after those, zeros may be in fields where they change nothing.
            assert!(
                (KEPT..=KEPT + 2).contains(&activity.samples.len()),
                "{until}: {}",
                activity.samples.len()
            );
        }
    }
}

#[test]
fn records_without_their_date_do_not_move_the_day() {
    let run = ten_km();
    for (name, step, stamp) in
        [("two of 0", KEPT, 0.0), ("a tenth of 0", 10, 0.0), ("a tenth small", 10, 77.0)]
    {
        let recording = changed(&run, &outdoors(), |recording| {
            let undated = |sample: &mut Sample| sample.time_s = EPOCH_S + stamp;
            recording.samples.iter_mut().step_by(step).for_each(undated);
        });
        let options = Options { created_s: Some(START_S), ..Options::default() };
        check(name, fit::write(&recording, &options), &run, &["samples have a wrong date"]);
    }
}

#[test]
fn a_header_with_a_wrong_size_loses_nothing() {
    let run = ten_km();
    let sound = fit::write(&record(&run, &outdoors()), &Options { short_header: true, ..Options::default() });
    let size = u32::from_le_bytes([sound[4], sound[5], sound[6], sound[7]]);
    for wrong in [size + 2, size - 5000, size + 5000, u32::MAX] {
        let mut bytes = sound.clone();
        bytes[4..8].copy_from_slice(&wrong.to_le_bytes());
        let note = "the header declares a wrong size; the checksum at the end is right for all of it";
        check(&wrong.to_string(), &bytes, &run, &[note]);
        assert!(!ingest::read(&bytes).expect("an activity")[0].cut_short, "{wrong}");
        // Without its end, the file is cut short as before.
        bytes.truncate(bytes.len() - 20);
        let (_, outcome) =
            measure(&ingest::read(&bytes).expect("an activity")[0], &MeasureOptions::default());
        assert!(outcome.is_ok(), "{wrong}");
    }
}

#[test]
fn a_session_that_is_written_twice_is_one_run() {
    let run = ten_km();
    let recording = record(&run, &outdoors());
    let empty = changed(&run, &outdoors(), |recording| {
        recording.samples.clear();
        recording.stops.clear();
        recording.laps.clear();
    });
    let options = Options::default();
    let (bytes, _) = fit::write_sessions(&[(&recording, &options), (&empty, &options)]);
    check("the session twice", bytes, &run, SOUND);
}
