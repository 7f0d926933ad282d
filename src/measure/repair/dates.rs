//! Samples with a wrong date: the date of a recording is that of most of its samples.
//!
//! A watch or app that has no fix yet may write its first points with a date of 1970, 2000 or next
//! year. Such samples get times next to their neighbours in the file, so that no distance is lost.
//!
//! GPS counts weeks up to 1,024. A receiver that does not know of the latest rollover dates all
//! samples so many weeks too early; a stated start by another clock shows it.

use super::note;
use crate::activity::Activity;
use crate::units::DAY_S;

/// Samples further apart than this, seconds, are not of one outing. Nobody records a run overnight.
const ONE_OUTING_S: f64 = 12.0 * 3600.0;
/// Of the samples, at most this share can have a wrong date at the end of the file.
const LAST_SHARE: f64 = 0.1;
/// A sample without a better time is put this long before or after its neighbour, seconds.
const STEP_S: f64 = 1.0;

/// The time between two rollovers of GPS weeks, seconds.
const ROLLOVER_S: f64 = 1024.0 * 7.0 * DAY_S;
/// At most this number of rollovers has happened.
const ROLLOVERS: f64 = 2.0;

/// Returns by how many seconds the samples are dated too early because GPS weeks rolled over, if
/// the stated start tells.
pub(super) fn rolled_over_s(activity: &Activity) -> Option<f64> {
    let first_s = activity.samples.time_s.iter().copied().find(|time_s| time_s.is_finite())?;
    let early_s = activity.timer_start_s? - first_s;
    let rollovers = (early_s / ROLLOVER_S).round();
    let is_whole = (early_s - rollovers * ROLLOVER_S).abs() <= ONE_OUTING_S;
    (is_whole && (1.0..=ROLLOVERS).contains(&rollovers)).then_some(rollovers * ROLLOVER_S)
}

/// Dates the samples later by some seconds, and the laps and stops that were written by the same
/// clock.
pub(super) fn date_later(activity: &mut Activity, early_s: f64) {
    let Some(first_s) = activity.samples.time_s.iter().copied().find(|time_s| time_s.is_finite()) else {
        return;
    };
    let is_early = |time_s: f64| (time_s - first_s).abs() < 0.5 * ROLLOVER_S;
    let later = |time_s: &mut f64| {
        if is_early(*time_s) {
            *time_s += early_s;
        }
    };
    activity.samples.time_s.iter_mut().for_each(later);
    for stop in &mut activity.timer_stops {
        later(&mut stop.from_s);
        later(&mut stop.to_s);
    }
    activity.laps.iter_mut().filter_map(|lap| lap.start_s.as_mut()).for_each(later);
    let weeks = early_s / (7.0 * DAY_S);
    note(
        activity,
        format!("its receiver dated it {weeks:.0} weeks too early; the stated start has its date"),
    );
}

/// Returns whether the first and the last sample are too far apart for one outing.
pub(super) fn is_long(times: &[f64]) -> bool {
    times.first().zip(times.last()).is_some_and(|(first_s, last_s)| (last_s - first_s).abs() > ONE_OUTING_S)
}

/// Moves samples whose date differs from that of most samples next to their neighbours in the file.
pub(super) fn unite(activity: &mut Activity) {
    let times = &activity.samples.time_s;
    let finite = || times.iter().copied().filter(|time_s| time_s.is_finite());
    if finite().fold(f64::NEG_INFINITY, f64::max) - finite().fold(f64::INFINITY, f64::min) <= ONE_OUTING_S {
        return;
    }
    let Some((from_s, to_s)) = main_span(times) else { return };
    let is_wrong = |time_s: f64| time_s.is_finite() && !(from_s..=to_s).contains(&time_s);
    let timed = times.iter().filter(|time_s| time_s.is_finite()).count();
    let wrong = times.iter().filter(|time_s| is_wrong(**time_s)).count();
    // A clock that is set forward and runs on is repaired by the clock, which moves laps and stops
    // along with the samples.
    let runs_on =
        times.iter().rev().take_while(|time_s| !time_s.is_finite() || **time_s > to_s).count() >= wrong;
    let most = if runs_on { LAST_SHARE } else { 0.5 };
    // Of two equal parts, neither has the date.
    if wrong == 0 || wrong as f64 >= most * timed as f64 {
        return;
    }
    let mut united = times.clone();
    // Forward: a wrong time continues from the sample before it, at its own pace.
    let mut last: Option<(f64, f64)> = None;
    for (row, time_s) in times.iter().copied().enumerate() {
        if !time_s.is_finite() {
            continue;
        }
        if !is_wrong(time_s) {
            last = Some((time_s, time_s));
        } else if let Some((recorded_s, moved_s)) = last {
            let step_s = step(time_s - recorded_s);
            united[row] = moved_s + step_s;
            last = Some((time_s, moved_s + step_s));
        }
    }
    // Backward, for the samples before the first right one.
    let first = times.iter().position(|time_s| time_s.is_finite() && !is_wrong(*time_s)).unwrap_or(0);
    let mut next = (times[first], times[first]);
    for row in (0..first).rev().filter(|row| times[*row].is_finite()) {
        let step_s = step(next.0 - times[row]);
        united[row] = next.1 - step_s;
        next = (times[row], next.1 - step_s);
    }
    activity.samples.time_s = united;
    let is_near = |time_s: &f64| (from_s - ONE_OUTING_S..=to_s + ONE_OUTING_S).contains(time_s);
    activity.timer_start_s = activity.timer_start_s.filter(is_near);
    activity.timer_stops.retain(|stop| is_near(&stop.from_s) && is_near(&stop.to_s));
    for lap in &mut activity.laps {
        lap.start_s = lap.start_s.filter(is_near);
    }
    note(
        activity,
        if wrong == 1 {
            "1 sample has a wrong date; it was put next to the others in the file".to_owned()
        } else {
            format!("{wrong} samples have a wrong date; they were put next to the others in the file")
        },
    );
}

/// Returns the span of time that holds most of the samples.
fn main_span(times: &[f64]) -> Option<(f64, f64)> {
    let mut sorted: Vec<f64> = times.iter().copied().filter(|time_s| time_s.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted
        .chunk_by(|a, b| b - a <= ONE_OUTING_S)
        .max_by_key(|span| span.len())
        .map(|span| (span[0], span[span.len() - 1]))
}

/// Returns a step between two samples of one wrong date, or the usual one where they tell nothing.
fn step(recorded_s: f64) -> f64 {
    if (0.001..=60.0).contains(&recorded_s) { recorded_s } else { STEP_S }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Span;

    const START_S: f64 = 1_715_497_200.0;

    fn united(times: &[f64]) -> Vec<f64> {
        let mut activity = Activity::default();
        for time_s in times {
            activity.samples.open(*time_s);
        }
        unite(&mut activity);
        activity.samples.time_s.iter().map(|time_s| time_s - START_S).collect()
    }

    fn with_first(wrong: &[f64]) -> Vec<f64> {
        let right = (0..20).map(|second| START_S + f64::from(second));
        united(&wrong.iter().copied().chain(right).collect::<Vec<_>>())
    }

    #[test]
    fn a_first_point_of_1970_or_of_next_year_is_one_second_before_the_next() {
        assert_eq!(with_first(&[0.0])[..3], [-1.0, 0.0, 1.0]);
        assert_eq!(with_first(&[START_S + 400.0 * DAY_S])[..3], [-1.0, 0.0, 1.0]);
    }

    #[test]
    fn several_wrong_points_keep_their_steps() {
        assert_eq!(with_first(&[100.0, 103.0])[..3], [-4.0, -1.0, 0.0]);
    }

    #[test]
    fn a_wrong_point_in_the_middle_follows_the_one_before() {
        let mut times: Vec<f64> = (0..20).map(|second| START_S + 2.0 * f64::from(second)).collect();
        times[5] = 0.0;
        assert_eq!(united(&times)[4..7], [8.0, 9.0, 12.0]);
    }

    #[test]
    fn two_days_of_one_file_stay_apart() {
        let times: Vec<f64> = (0..20)
            .map(|second| START_S + f64::from(second) + if second < 10 { 0.0 } else { DAY_S })
            .collect();
        assert_eq!(united(&times)[10], 10.0 + DAY_S);
    }

    #[test]
    fn a_rollover_of_gps_weeks_is_told_by_the_stated_start() {
        let recording = |early_s: f64| {
            let mut activity = Activity { timer_start_s: Some(START_S), ..Activity::default() };
            for second in 0..20 {
                activity.samples.open(START_S - early_s + f64::from(second));
            }
            activity.timer_stops =
                vec![Span { from_s: START_S - early_s + 5.0, to_s: START_S - early_s + 8.0 }];
            activity
        };
        for weeks in [1024.0, 2048.0] {
            let mut activity = recording(weeks * 7.0 * DAY_S);
            let early_s = rolled_over_s(&activity).expect("too early");
            date_later(&mut activity, early_s);
            assert_eq!(activity.samples.time_s[19], START_S + 19.0);
            assert_eq!(activity.timer_stops[0].to_s, START_S + 8.0);
            assert!(activity.notes[0].text.contains(&format!("{weeks} weeks too early")));
        }
        for weeks in [-1024.0, 0.0, 1000.0, 3072.0] {
            assert_eq!(rolled_over_s(&recording(weeks * 7.0 * DAY_S)), None, "{weeks}");
        }
    }
}
