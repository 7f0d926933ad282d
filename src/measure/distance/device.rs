//! The device's own distance at each sample, in metres: resets, falls and readings that are wrong.

use super::column::{DistanceColumn, KnownAt, Start, never_falls};
use crate::activity::{Activity, Note};
use crate::measure::time::clock::Clock;
use crate::phrases::plural;

/// If the distance is back within this number of samples, it was not reset but misread.
const DIP_SAMPLES: usize = 3;

/// Returns the device's distance so that it never falls. After a reset the count goes on from the
/// distance before, and where it falls a little the distance stays. A distance counted before the
/// start is subtracted. `None` if fewer than two samples have a distance.
pub(super) fn column<'a>(
    activity: &'a Activity,
    clock: &Clock,
    notes: &mut Vec<Note>,
) -> Option<DistanceColumn<'a>> {
    let recorded_m = clock.column(&activity.samples.distance_m);
    let first = recorded_m.iter().position(|metres| !metres.is_nan())?;
    let mut base_m = -start_m(activity, clock, first, recorded_m[first], notes);
    // PERF(borrowed column): 374 → 365 instructions a sample of FIT, whole program
    // (benches/whole.sh); the plain form is the loop below, which leaves such a column as it is.
    if base_m == 0.0 && recorded_m.len() == clock.len() && recorded_m[0] >= 0.0 && never_falls(&recorded_m) {
        let known = recorded_m.len();
        return Some(DistanceColumn {
            distance_m: recorded_m,
            known,
            repaired: false,
            known_at: KnownAt::Samples,
            start: Start::Stated,
            filled_in: false,
        });
    }
    let mut rising_m = Vec::with_capacity(clock.len());
    let mut reached_m = 0.0;
    let (mut resets, mut dips, mut back_m) = (0, 0, 0.0);
    let is_soon = |row: usize, at_least_m: f64| {
        let next = recorded_m[row + 1..].iter().filter(|metres| !metres.is_nan());
        next.take(DIP_SAMPLES).any(|metres| *metres >= at_least_m)
    };
    rising_m.extend(recorded_m.iter().enumerate().map(|(row, recorded_m)| {
        let distance_m = recorded_m + base_m;
        if distance_m >= reached_m {
            reached_m = distance_m;
        } else if distance_m < reached_m {
            let fall_m = reached_m - distance_m;
            if fall_m > 50.0 && is_soon(row, reached_m - base_m) {
                dips += 1;
                return f64::NAN;
            }
            if *recorded_m < 0.5 * (reached_m - base_m) && fall_m > 50.0 {
                // Back to near zero: the counter was reset, but the runner went on.
                base_m = reached_m - recorded_m.min(20.0);
                resets += 1;
                reached_m = f64::max(reached_m, recorded_m + base_m);
            } else {
                back_m = f64::max(back_m, fall_m);
            }
        } else {
            // This sample has no distance: NaN is in no order.
            return f64::NAN;
        }
        reached_m
    }));
    rising_m.resize(clock.len(), f64::NAN);
    if dips > 0 {
        notes.push(Note::general(format!(
            "{} far below those beside it; left out",
            plural(dips, "distance of the device is", "distances of the device are")
        )));
    }
    if resets > 0 {
        notes.push(Note::general(format!(
            "the device's distance starts anew{}; it was carried on",
            if resets == 1 { String::new() } else { format!(" {resets} times") }
        )));
    }
    if back_m > 20.0 {
        notes.push(Note::general(format!(
            "the device's distance goes back by up to {back_m:.0} m; it was held"
        )));
    }
    let column = DistanceColumn { repaired: resets > 0 || back_m > 50.0, ..DistanceColumn::new(rising_m) };
    (column.known >= 2).then_some(column)
}

/// Returns what the device's counter showed when this activity began, in metres.
///
/// A few metres at the first sample were run in its first second. More than a runner can have run
/// since the start belongs to an earlier leg or an earlier run.
fn start_m(activity: &Activity, clock: &Clock, row: usize, recorded_m: f64, notes: &mut Vec<Note>) -> f64 {
    let since_start_s =
        activity.timer_start_s.map_or(0.0, |start| clock.time_s[row] - clock.repaired_s(start));
    if recorded_m <= 8.0 * since_start_s.max(1.0) + 10.0 {
        return 0.0;
    }
    notes.push(Note::general(format!(
        "the device's distance begins at {recorded_m:.0} m, as after an earlier leg; that was taken off"
    )));
    recorded_m
}
