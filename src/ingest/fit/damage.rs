//! Leaves out what the decoder made of damaged bytes, after the last message of a damaged file.
//!
//! Where a piece of a file is lost, overwritten or filled with zeros, messages no longer begin
//! where the decoder looks for them. It still decodes some records before it meets a byte that
//! cannot be a message. Their times, distances and positions are wild against those before, and
//! zeros decode as records of zeros. A file whose checksum is right is not looked at.

use super::file::{Decoded, PlacedMessage};
use crate::activity::{Note, Samples};
use crate::phrases::plural;
use crate::units::{DAY_S, FIT_EPOCH_UNIX_S, FIT_FIRST_ABSOLUTE};

/// Two records of one run are at most this long apart, seconds; a pause may be longer, and then
/// [`STEADY`] records show that the run goes on.
const LONGEST_STEP_S: f64 = 3600.0;
/// A device's clock is set back by at most this, seconds.
const MOST_BACK_S: f64 = 60.0;
/// Nobody is faster on land, m/s; and what a receiver may jump, metres.
const FASTEST_MPS: f64 = 30.0;
const JUMP_M: f64 = 100.0;
/// So many records that follow from each other are none of damaged bytes.
const STEADY: usize = 10;
/// The records of one file are at most this long apart, seconds.
const LONGEST_FILE_S: f64 = 7.0 * DAY_S;
/// Metres of a degree of latitude, exact enough for a limit.
const DEGREE_M: f64 = 111_200.0;

/// Leaves out records of zeros, single records that do not follow from their neighbours, and, of a
/// file whose last bytes are damaged, everything after the last record that follows from others.
pub(super) fn leave_out_damaged(file: &mut Decoded, is_end_damaged: bool) {
    let all = file.samples.len();
    let nonzero: Vec<usize> = match file.first_stamp {
        // Only a clock that counts from power-on has a time of 0 where it is real.
        Some(FIT_FIRST_ABSOLUTE..) => (0..all).filter(|row| !is_zero(&file.samples, *row)).collect(),
        _ => (0..all).collect(),
    };
    let zeros = all - nonzero.len();
    let mut kept = steady_rows(&file.samples, &nonzero);
    let end = kept.last().copied();
    if is_end_damaged {
        file.messages.retain(|placed| belongs(placed, end, &file.samples));
    } else {
        kept.extend(nonzero.iter().filter(|row| end.is_some_and(|end| **row > end)));
    }
    let wild = nonzero.len() - kept.len();
    if zeros + wild > 0 {
        file.samples = file.samples.select(&kept);
        let rows = |row: usize| kept.binary_search(&row).ok();
        let compressed = std::mem::take(&mut file.compressed).into_iter();
        file.compressed = compressed
            .filter_map(|(row, speed_mps, distance)| Some((rows(row)?, speed_mps, distance)))
            .collect();
    }
    if zeros > 0 {
        let text = plural(zeros, "record of nothing but zeros was", "records of nothing but zeros were");
        file.notes.push(Note::general(format!("{text} left out")));
    }
    if wild > 0 {
        let text = plural(
            wild,
            "damaged record does not follow from the others and was",
            "damaged records do not follow from the others and were",
        );
        file.notes.push(Note::general(format!("{text} left out")));
    }
}

/// Returns whether a record has a time of 0, and neither a distance nor a position.
fn is_zero(samples: &Samples, row: usize) -> bool {
    let channels = [&samples.distance_m, &samples.latitude_deg, &samples.longitude_deg];
    samples.time_s[row] == FIT_EPOCH_UNIX_S
        && channels.iter().all(|channel| channel.get(row).is_none_or(|value| value == 0.0))
}

/// Returns whether a message is before the last good record, or soon after it.
fn belongs(placed: &PlacedMessage, end: Option<usize>, samples: &Samples) -> bool {
    let Some(end) = end else { return true };
    let is_near = |stamp: u32| (f64::from(stamp) + FIT_EPOCH_UNIX_S - samples.time_s[end]).abs() <= DAY_S;
    placed.records <= end || placed.records == end + 1 && placed.stamp.is_none_or(is_near)
}

/// Returns the rows up to the last that follows from those before it, without single wild ones.
fn steady_rows(samples: &Samples, rows: &[usize]) -> Vec<usize> {
    let mut kept: Vec<usize> = rows.first().copied().into_iter().collect();
    // The rows since the last one that was kept, and how many of them follow from each other.
    let (mut waiting, mut steady): (Vec<usize>, usize) = (Vec::new(), 0);
    for pair in rows.windows(2) {
        let &[before, row] = pair else { continue };
        let is_next = kept.last().is_some_and(|last| follows(samples, *last, row));
        if !is_next {
            steady = if !waiting.is_empty() && follows(samples, before, row) { steady + 1 } else { 0 };
            waiting.push(row);
            // The distance began anew, or a receiver found its place or the date.
            let is_new = |last: &usize| is_one_file(samples.time_s[*last], samples.time_s[row]);
            if steady >= STEADY && kept.last().is_some_and(is_new) {
                kept.append(&mut waiting);
            }
            continue;
        }
        // More are no damage of a few bytes, and the stages after this one repair other things.
        if waiting.len() <= STEADY {
            waiting.clear();
        }
        kept.append(&mut waiting);
        kept.push(row);
    }
    kept
}

/// Returns whether a record may follow another: soon after it, and not farther than anyone moves.
fn follows(samples: &Samples, before: usize, row: usize) -> bool {
    let step_s = samples.time_s[row] - samples.time_s[before];
    let most_m = JUMP_M + FASTEST_MPS * step_s.max(0.0);
    let distances = samples.distance_m.get(before).zip(samples.distance_m.get(row));
    let positions = samples.position_deg(before).zip(samples.position_deg(row));
    (-MOST_BACK_S..=LONGEST_STEP_S).contains(&step_s)
        && distances.is_none_or(|(from_m, to_m)| (to_m - from_m).abs() <= most_m)
        && positions.is_none_or(|(from, to)| flat_m(from, to) <= most_m)
}

/// Returns whether two times may be of one file; the date may come after the time from power-on.
fn is_one_file(before_s: f64, after_s: f64) -> bool {
    let is_date = |time_s: f64| time_s - FIT_EPOCH_UNIX_S >= f64::from(FIT_FIRST_ABSOLUTE);
    (after_s - before_s).abs() <= LONGEST_FILE_S || (!is_date(before_s) && is_date(after_s))
}

/// Returns the distance between two positions in degrees on a flat earth, metres.
fn flat_m((from_latitude, from_longitude): (f64, f64), (latitude, longitude): (f64, f64)) -> f64 {
    // Across the antimeridian the shorter way counts.
    let east_deg = libm::remainder(longitude - from_longitude, 360.0);
    let east_m = east_deg * DEGREE_M * libm::cos(latitude.to_radians());
    libm::hypot((latitude - from_latitude) * DEGREE_M, east_m)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::fit::messages::Message;

    /// Records with a time after the first dated second, and a distance.
    fn decoded(records: &[(f64, f64)]) -> Decoded {
        let mut file = Decoded { first_stamp: Some(FIT_FIRST_ABSOLUTE), ..Decoded::default() };
        for (time_s, distance_m) in records {
            let row = file.samples.open(FIT_EPOCH_UNIX_S + f64::from(FIT_FIRST_ABSOLUTE) + time_s);
            file.samples.distance_m.set(row, *distance_m);
        }
        file
    }

    fn running(from_s: i32, to_s: i32, from_m: f64) -> Vec<(f64, f64)> {
        (from_s..to_s).map(|second| (f64::from(second), from_m + 3.0 * f64::from(second))).collect()
    }

    #[test]
    fn wild_records_at_the_end_are_left_out_and_counted() {
        for wild in [
            vec![(60.0, 4e7)],
            vec![(4e8, 183.0), (9e8, 186.0)],
            // Shifted by a byte, times and distances are 256 times as far apart.
            (0..40).map(|row| (3e8 + 256.0 * f64::from(row), 768.0 * f64::from(row))).collect(),
        ] {
            let mut file = decoded(&[running(0, 60, 0.0), wild.clone()].concat());
            leave_out_damaged(&mut file, true);
            assert_eq!(file.samples.len(), 60);
            let text = &file.notes[0].text;
            assert!(text.starts_with(&wild.len().to_string()) && text.ends_with("left out"), "{text}");
        }
    }

    #[test]
    fn a_wild_record_between_others_is_left_out() {
        let wild = decoded(&[running(0, 60, 0.0), vec![(60.0, 4e7)], running(61, 90, 0.0)].concat());
        for is_end_damaged in [false, true] {
            let mut file = Decoded {
                samples: wild.samples.clone(),
                first_stamp: wild.first_stamp,
                ..Decoded::default()
            };
            leave_out_damaged(&mut file, is_end_damaged);
            assert_eq!((file.samples.len(), file.samples.time_s[60]), (89, wild.samples.time_s[61]));
        }
    }

    #[test]
    fn a_pause_a_new_distance_or_a_late_date_is_no_damage() {
        for after in [running(20_000, 20_030, 0.0), running(60, 90, -1000.0), running(60, 90, 50_000.0)] {
            let mut file = decoded(&[running(0, 60, 0.0), after].concat());
            leave_out_damaged(&mut file, true);
            assert_eq!((file.samples.len(), file.notes.len()), (90, 0));
        }
        let from_power_on =
            running(0, 60, 0.0).iter().map(|(time_s, metres)| (time_s - 2e8, *metres)).collect();
        let mut file = decoded(&[from_power_on, running(60, 90, 0.0)].concat());
        leave_out_damaged(&mut file, true);
        assert_eq!(file.samples.len(), 90);
    }

    #[test]
    fn records_of_zeros_are_left_out_unless_the_clock_counts_from_power_on() {
        let zero = -f64::from(FIT_FIRST_ABSOLUTE);
        let records = [running(0, 30, 0.0), vec![(zero, 0.0); 15], running(30, 60, 0.0)].concat();
        let mut file = decoded(&records);
        file.compressed = vec![(29, 3.0, 1), (32, 0.0, 0), (45, 3.0, 2)];
        leave_out_damaged(&mut file, false);
        assert_eq!(file.samples.len(), 60);
        assert_eq!(file.compressed, [(29, 3.0, 1), (30, 3.0, 2)]);
        let mut file = Decoded { first_stamp: Some(0), ..decoded(&records) };
        leave_out_damaged(&mut file, false);
        assert_eq!(file.samples.len(), 75);
    }

    #[test]
    fn messages_after_the_last_good_record_belong_to_it_if_their_time_is_near() {
        let mut file = decoded(&[running(0, 60, 0.0), vec![(60.0, 4e7)]].concat());
        let message = || Message::WorkoutName(None);
        for (stamp, records) in [(70, 60), (70, 61), (2 * DAY_S as u32, 60), (2 * DAY_S as u32, 59)] {
            let stamp = Some(FIT_FIRST_ABSOLUTE + stamp);
            file.messages.push(PlacedMessage { stamp, records, message: message() });
        }
        leave_out_damaged(&mut file, true);
        assert_eq!(file.messages.iter().map(|placed| placed.records).collect::<Vec<_>>(), [60, 59]);
    }
}
