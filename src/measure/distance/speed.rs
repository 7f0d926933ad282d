//! The distance of a recording that has only speed: the speed summed up over time, in metres.

use crate::activity::Activity;
use crate::measure::distance::column::DistanceColumn;
use crate::measure::time::clock::Clock;

/// Readings further apart than this tell nothing of the time between them, seconds.
const GAP_S: f64 = 60.0;
/// At least this share of the samples must have a speed.
const COVERED: f64 = 0.5;

/// Sums up the speed; `None` if too few samples have one, or it is zero all the time.
pub(super) fn column(activity: &Activity, clock: &Clock) -> Option<DistanceColumn<'static>> {
    let speed_mps = clock.column(&activity.samples.speed_mps);
    let known = speed_mps.iter().filter(|mps| mps.is_finite()).count();
    if known < 2 || (known as f64) < COVERED * clock.len() as f64 {
        return None;
    }
    let mut distance_m = vec![f64::NAN; clock.len()];
    let (mut total_m, mut last): (f64, Option<(f64, f64)>) = (0.0, None);
    for (row, mps) in speed_mps.iter().copied().enumerate().filter(|(_, mps)| mps.is_finite()) {
        let time_s = clock.time_s[row];
        if let Some((last_s, last_mps)) = last.filter(|(last_s, _)| time_s - last_s <= GAP_S) {
            total_m += f64::midpoint(last_mps, mps) * (time_s - last_s);
        }
        distance_m[row] = total_m;
        last = Some((time_s, mps));
    }
    // The last sample often has no speed.
    if let Some((last_s, mps)) = last {
        let end = clock.len() - 1;
        let end_s = clock.time_s[end];
        if end_s > last_s && end_s - last_s <= GAP_S {
            total_m += mps * (end_s - last_s);
            distance_m[end] = total_m;
        }
    }
    (total_m > 0.0).then(|| DistanceColumn::new(distance_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_summed_up_and_stands_count_nothing() {
        let mut activity = Activity::default();
        for (second, mps) in [3.0, 3.0, 0.0, 0.0, 3.0].into_iter().enumerate() {
            let row = activity.samples.open(1000.0 + 10.0 * second as f64);
            activity.samples.speed_mps.set(row, mps);
        }
        let clock = Clock::repair(&activity).expect("a clock");
        let column = column(&activity, &clock).expect("a distance");
        assert_eq!(&column.distance_m[..], [0.0, 30.0, 45.0, 45.0, 60.0]);
    }
}
