//! The fastest that anybody has run, by distance: no recording of a run is faster.

/// World records of men, metres and seconds, as of 2025 (World Athletics; 50 miles and 100 km:
/// IAU).
const RECORDS: [(f64, f64); 10] = [
    (1000.0, 131.96),      // Rieti 1999
    (1609.344, 223.13),    // Rome 1999
    (3000.0, 437.55),      // Monaco 2024
    (5000.0, 755.36),      // Monaco 2020
    (10_000.0, 1571.0),    // Valencia 2020
    (21_097.5, 3402.0),    // Barcelona 2025
    (42_195.0, 7235.0),    // Chicago 2023
    (50_000.0, 9523.0),    // San Francisco 2022
    (80_467.2, 17_301.0),  // Fort Lauderdale 2023
    (100_000.0, 21_935.0), // Vilnius 2023
];
/// Recorded distances are a little long, and records fall.
const MARGIN: f64 = 1.02;

/// Returns the speed, m/s, above which a stretch of a length, metres, is no running: 2 % above the
/// record, between two records in proportion to the logarithm of the length.
///
/// Shorter than 1 km it is the speed over 1 km, longer than 100 km that over 100 km.
pub(super) fn fastest_mps(length_m: f64) -> f64 {
    let speed_mps = |record: (f64, f64)| MARGIN * record.0 / record.1;
    let next = RECORDS.partition_point(|record| record.0 < length_m);
    let Some(&above) = RECORDS.get(next) else { return speed_mps(RECORDS[RECORDS.len() - 1]) };
    let Some(below) = next.checked_sub(1).map(|below| RECORDS[below]) else { return speed_mps(above) };
    let share = libm::log(length_m / below.0) / libm::log(above.0 / below.0);
    speed_mps(below) + share * (speed_mps(above) - speed_mps(below))
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
        assert!((fastest_mps(42_195.0) / 1.02 - 5.832).abs() < 0.001);
        assert_eq!(fastest_mps(400.0), fastest_mps(1000.0));
        assert_eq!(fastest_mps(1e6), fastest_mps(100_000.0));
        assert!((fastest_mps(7000.0)..fastest_mps(5000.0)).contains(&fastest_mps(6000.0)));
    }

    #[test]
    fn the_longer_the_slower() {
        let speeds: Vec<f64> = lengths_m().map(fastest_mps).collect();
        assert!(speeds.is_sorted_by(|a, b| a > b), "{speeds:?}");
    }
}
