//! The fastest that anybody has run, by distance: no recording of a run is faster.

use std::collections::VecDeque;

/// The fastest times of men on track or road, metres and seconds, as of May 2026.
///
/// They are world records (World Athletics; from 50 km on IAU) and two faster times that were not
/// ratified, for a car ahead (half marathon) and for shoes (100 km). 15 km is a split of that half.
const RECORDS: [(f64, f64); 12] = [
    (1000.0, 131.96),      // Rieti 1999
    (1609.344, 223.13),    // Rome 1999
    (3000.0, 437.55),      // Chorzów 2024
    (5000.0, 755.36),      // Monaco 2020
    (10_000.0, 1571.0),    // Valencia 2020
    (15_000.0, 2387.0),    // Barcelona 2025
    (21_097.5, 3402.0),    // Barcelona 2025; the record is 57:20, Lisbon 2026
    (42_195.0, 7170.0),    // London 2026
    (50_000.0, 9523.0),    // San Francisco 2022
    (80_467.2, 17_301.0),  // Vienna, Illinois, 2023
    (100_000.0, 21_560.0), // Nardò 2025; the record is 6:05:35, Vilnius 2023
    (160_934.4, 39_099.0), // Tel Aviv 2022
];
/// Nobody runs this fast, not even for a second, m/s: the 100 m record peaks at 12.4 m/s (Berlin
/// 2009).
pub(super) const PEAK_MPS: f64 = 12.5;
/// Recorded distances are a little long, and records fall.
const MARGIN: f64 = 1.02;
/// A step longer than this share of a stretch is a jump of the distance.
const JUMP: f64 = 0.5;

/// Returns the speed, m/s, above which a stretch of a length, metres, is no running: 2 % above the
/// record, between two records in proportion to the logarithm of the length.
///
/// Shorter than 1 km it is the speed over 1 km, longer than 100 miles that over 100 miles.
pub(super) fn fastest_mps(length_m: f64) -> f64 {
    MARGIN * record_mps(length_m)
}

/// Returns the speed of the record for a length, metres, in m/s.
pub(super) fn record_mps(length_m: f64) -> f64 {
    let speed_mps = |record: (f64, f64)| record.0 / record.1;
    let next = RECORDS.partition_point(|record| record.0 < length_m);
    let Some(&above) = RECORDS.get(next) else { return speed_mps(RECORDS[RECORDS.len() - 1]) };
    let Some(below) = next.checked_sub(1).map(|below| RECORDS[below]) else { return speed_mps(above) };
    let share = libm::log(length_m / below.0) / libm::log(above.0 / below.0);
    speed_mps(below) + share * (speed_mps(above) - speed_mps(below))
}

/// Returns the fastest time for a length, metres and seconds.
pub(crate) fn record(length_m: f64) -> Record {
    let longest = RECORDS[RECORDS.len() - 1];
    match RECORDS.iter().find(|record| (record.0 - length_m).abs() < 0.5) {
        Some((_, time_s)) => Record::Run(*time_s),
        None if length_m > longest.0 => Record::Shorter { length_m: longest.0, time_s: longest.1 },
        None => Record::Between(length_m / record_mps(length_m)),
    }
}

/// The fastest time for a length, seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Record {
    /// A time that was run.
    Run(f64),
    /// An estimate between two lengths of the table.
    Between(f64),
    /// The fastest time of the longest length in the table, which is shorter than this one.
    Shorter {
        /// That length, metres.
        length_m: f64,
        /// Its time, seconds.
        time_s: f64,
    },
}

/// Returns the stretches of at least a length, metres, that are faster than the record for it, by
/// the indices of their first and last point. Points are seconds and metres, both rising.
///
/// A stretch of which one step is the greater part is left out: a jump of the distance is no
/// running, and no driving either.
pub(super) fn fast_stretches(
    points: &[(f64, f64)],
    length_m: f64,
) -> impl Iterator<Item = (usize, usize)> + '_ {
    let record_mps = fastest_mps(length_m);
    let step_m = |to: usize| points[to].1 - points[to - 1].1;
    let mut from = 0;
    // The longest steps of the stretch, each longer than those after it.
    let mut longest: VecDeque<usize> = VecDeque::new();
    (1..points.len()).filter_map(move |to| {
        while longest.back().is_some_and(|last| step_m(*last) <= step_m(to)) {
            longest.pop_back();
        }
        longest.push_back(to);
        while from + 1 < to && points[to].1 - points[from + 1].1 >= length_m {
            from += 1;
        }
        while longest.front().is_some_and(|first| *first <= from) {
            longest.pop_front();
        }
        let (run_s, run_m) = (points[to].0 - points[from].0, points[to].1 - points[from].1);
        let is_fast = run_m >= length_m && run_m > record_mps * run_s;
        (is_fast && longest.front().is_some_and(|to| step_m(*to) < JUMP * run_m)).then_some((from, to))
    })
}

/// Returns the lengths with a record, metres, ascending.
pub(super) fn lengths_m() -> impl Iterator<Item = f64> {
    RECORDS.iter().map(|record| record.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_compared_with_the_record_of_its_length() {
        assert!((fastest_mps(42_195.0) / 1.02 - 5.885).abs() < 0.001);
        assert_eq!(fastest_mps(400.0), fastest_mps(1000.0));
        assert_eq!(fastest_mps(1e6), fastest_mps(160_934.4));
        assert!((fastest_mps(7000.0)..fastest_mps(5000.0)).contains(&fastest_mps(6000.0)));
    }

    #[test]
    fn a_fast_kilometre_is_found_and_a_jump_is_not() {
        let points = |jump_m: f64| -> Vec<(f64, f64)> {
            let mps = |step: u32| if (30..45).contains(&step) { 9.0 } else { 3.0 };
            let mut metres = 0.0;
            (0..100_u32)
                .map(|step| {
                    let before_m = metres;
                    metres += 10.0 * mps(step) + if step == 60 { jump_m } else { 0.0 };
                    (10.0 * f64::from(step), before_m)
                })
                .collect()
        };
        let found: Vec<(usize, usize)> = fast_stretches(&points(0.0), 1000.0).collect();
        assert_eq!((found.first(), found.last()), (Some(&(29, 41)), Some(&(34, 47))));
        assert_eq!(fast_stretches(&points(5000.0), 1000.0).count(), found.len());
        assert_eq!(fast_stretches(&points(0.0), 3000.0).count(), 0);
    }

    #[test]
    fn a_record_is_a_time_that_was_run_or_an_estimate() {
        assert_eq!(record(42_195.0), Record::Run(7170.0));
        assert!(matches!(record(30_000.0), Record::Between(time_s) if (4860.0..5060.0).contains(&time_s)));
        assert_eq!(record(200_000.0), Record::Shorter { length_m: 160_934.4, time_s: 39_099.0 });
    }

    #[test]
    fn the_longer_the_slower() {
        let speeds: Vec<f64> = lengths_m().map(fastest_mps).collect();
        assert!(speeds.is_sorted_by(|a, b| a > b), "{speeds:?}");
    }
}
