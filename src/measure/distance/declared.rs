//! Distances that a file declares as totals, against those of its records, in metres.
//!
//! A treadmill is often corrected after the run: then the totals have the right distance and the
//! records the old one. Some apps write the records' distance in kilometres or miles. Outdoors the
//! records count, and a difference is reported.

use super::column::{CONTRADICTION, DistanceColumn, KnownAt};
use crate::activity::{Activity, FileFormat, Note};
use crate::units::{KM_M, MILE_M};

/// Totals and records agree within this share.
const AGREE: f64 = 0.01;
/// A treadmill's correction is at most this factor, either way.
const CORRECTION: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// Units in which a distance may be written by mistake.
const UNITS: [(f64, &str); 4] =
    [(KM_M, "kilometres"), (MILE_M, "miles"), (0.3048, "feet"), (0.9144, "yards")];

/// Returns the distance that the file declares for the activity, else the sum of its laps.
pub(super) fn declared_m(activity: &Activity) -> Option<f64> {
    let laps = || activity.laps.iter().map(|lap| lap.distance_m).sum::<Option<f64>>();
    activity.declared.distance_m.or_else(laps).filter(|metres| metres.is_finite() && *metres > 0.0)
}

/// Returns the factor by which the records' distance must be multiplied, with a note, where the
/// totals are the correction. Where they only differ, it adds a note and returns `None`.
pub(super) fn correction(
    activity: &Activity,
    recorded_m: f64,
    track_m: Option<f64>,
    notes: &mut Vec<Note>,
) -> Option<f64> {
    let declared_m = declared_m(activity)?;
    if activity.cut_short || recorded_m <= 0.0 {
        return None;
    }
    let factor = declared_m / recorded_m;
    if (factor - 1.0).abs() <= AGREE {
        return None;
    }
    let totals = format!(
        "the totals declare {:.2} km, the records have {:.2} km",
        declared_m / KM_M,
        recorded_m / KM_M
    );
    if let Some((_, unit)) = UNITS.iter().find(|(metres, _)| (factor / metres - 1.0).abs() <= AGREE) {
        notes.push(Note::general(format!("{totals}; the records are in {unit} and were converted")));
        return Some(factor);
    }
    let has_track = track_m.is_some_and(|track_m| track_m > 0.1 * declared_m.max(recorded_m));
    if !has_track && CORRECTION.contains(&factor) {
        notes.push(Note::general(format!(
            "{totals}; they were scaled to the totals, as corrected after the run"
        )));
        return Some(factor);
    }
    notes.push(Note::general(format!("{totals}; the records were used")));
    None
}

/// Scales the distances of a track, metres by row, to the total of a GPX file: some services write
/// the device's distance into it. Returns the track unchanged where there is no such total, or it
/// is not that of these positions.
pub(super) fn whole(activity: &Activity, track_m: Vec<f64>) -> Result<DistanceColumn<'static>, Vec<f64>> {
    let length_m = track_m.iter().rev().copied().find(|metres| !metres.is_nan());
    let factor = activity.declared.distance_m.zip(length_m).map(|(total_m, length_m)| total_m / length_m);
    match factor.filter(|factor| (factor - 1.0).abs() <= CONTRADICTION) {
        Some(factor)
            if activity.format == FileFormat::Gpx
                && activity.missing_start_s.is_none()
                && !activity.cut_short =>
        {
            let column = DistanceColumn::new(track_m).scaled(factor);
            Ok(DistanceColumn { known_at: KnownAt::Ends, ..column })
        }
        _ => Err(track_m),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Declared;

    fn corrected(declared_m: f64, recorded_m: f64, track_m: Option<f64>) -> (Option<f64>, usize) {
        let declared = Declared { distance_m: Some(declared_m), ..Declared::default() };
        let mut notes = Vec::new();
        let activity = Activity { declared, ..Activity::default() };
        (correction(&activity, recorded_m, track_m, &mut notes), notes.len())
    }

    #[test]
    fn a_treadmill_corrected_after_the_run_is_scaled() {
        assert_eq!(corrected(10_000.0, 8_000.0, None), (Some(1.25), 1));
        assert_eq!(corrected(10_000.0, 9_950.0, None), (None, 0));
        assert_eq!(corrected(10_000.0, 2_000.0, None), (None, 1));
    }

    #[test]
    fn kilometres_and_miles_are_converted_with_or_without_a_track() {
        assert_eq!(corrected(10_000.0, 10.0, Some(9_990.0)), (Some(1000.0), 1));
        assert!(corrected(16_093.44, 10.0, None).0.is_some_and(|factor| (factor - MILE_M).abs() < 1e-9));
    }

    #[test]
    fn outdoors_the_records_count_and_the_difference_is_noted() {
        assert_eq!(corrected(10_000.0, 9_200.0, Some(9_300.0)), (None, 1));
    }
}
