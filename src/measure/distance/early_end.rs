//! A distance that ends early: the seconds and metres after it.
//!
//! A receiver may lose its position for good while time and heart rate go on. Totals of more metres
//! than the records have know those that were run after that.

use super::column::DistanceColumn;
use super::declared::declared_m;
use super::late_start::{LATE_S, LONGEST_S, add, were_run};
use crate::activity::{Activity, Note};
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::{StoppedSpan, overlap_s};
use crate::phrases::clock as duration;
use crate::units::KM_M;

/// Without metres in the totals, a shorter end is not told: a watch is stopped after the finish.
const TOLD_S: f64 = 60.0;

/// Completes a column that ends early with the metres of the totals. Returns it with whether they
/// were used.
pub(super) fn complete<'a>(
    activity: &Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    column: DistanceColumn<'a>,
    notes: &mut Vec<Note>,
) -> (DistanceColumn<'a>, bool) {
    let Some(last) = column.distance_m.iter().rposition(|metres| !metres.is_nan()) else {
        return (column, false);
    };
    let (first_s, last_s, end_s) = (clock.time_s[column.first_row()], clock.time_s[last], clock.span().1);
    let running_s = |from_s: f64, to_s: f64| to_s - from_s - overlap_s(stopped_spans, (from_s, to_s));
    let early_s = running_s(last_s, end_s);
    if activity.cut_short || !(LATE_S..=LONGEST_S).contains(&early_s) {
        return (column, false);
    }
    let length_m = column.length_m();
    let usual_mps = length_m / running_s(first_s, last_s);
    let missing_m = declared_m(activity)
        .map(|declared_m| declared_m - length_m)
        .filter(|missing_m| were_run(*missing_m, early_s, usual_mps));
    let end = format!("the last {} have no distance", duration(early_s));
    let Some(missing_m) = missing_m else {
        if early_s >= TOLD_S {
            add(notes, end);
        }
        return (column, false);
    };
    add(notes, format!("{end}; the totals' {:.2} km more were taken for them", missing_m / KM_M));
    let mut distance_m = column.distance_m.to_vec();
    distance_m.resize(clock.len(), f64::NAN);
    distance_m[clock.len() - 1] = length_m + missing_m;
    let known = column.known + 1;
    (DistanceColumn { distance_m: distance_m.into(), known, ..column }, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Declared;

    /// Ten minutes at 3 m/s, then some seconds without a distance.
    fn completed(seconds: u32, declared_m: Option<f64>) -> (f64, bool, usize) {
        let declared = Declared { distance_m: declared_m, ..Declared::default() };
        let mut activity = Activity { declared, ..Activity::default() };
        for second in 0..=600 + seconds {
            let row = activity.samples.open(f64::from(second));
            if second <= 600 {
                activity.samples.distance_m.set(row, 3.0 * f64::from(second));
            }
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = DistanceColumn::new(clock.column(&activity.samples.distance_m).into_owned());
        let mut notes = Vec::new();
        let (column, is_completed) = complete(&activity, &clock, &[], column, &mut notes);
        (column.length_m(), is_completed, notes.len())
    }

    #[test]
    fn totals_have_the_metres_after_an_early_end() {
        assert_eq!(completed(100, Some(2100.0)), (2100.0, true, 1));
    }

    #[test]
    fn without_metres_an_early_end_is_told_if_it_is_long() {
        assert_eq!(completed(100, None), (1800.0, false, 1));
        assert_eq!(completed(100, Some(1810.0)), (1800.0, false, 1));
        assert_eq!(completed(30, None), (1800.0, false, 0));
    }
}
