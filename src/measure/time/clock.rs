//! The sample clock made sound: strictly rising times.
//!
//! Watches lose their clock, apps write a point twice, exports come out of order. What can be repaired is, with
//! a note; a run whose clock says nothing is refused.

use std::borrow::Cow;

use crate::activity::{Activity, Channel, Note, Span};
use crate::measure::Refusal;

/// A step back followed by at least this many samples that stay behind is a clock that was set back; fewer are
/// stray samples. Ten one-second samples are more than any device was seen to write out of order.
const SET_BACK_SAMPLES: usize = 10;
/// Without any word on the timer, only a gap longer than this is taken for a clock that was set forward: nobody
/// leaves a run recording overnight, but a lunch stop is real.
const LONGEST_SILENT_GAP_S: f64 = 12.0 * 3600.0;
/// Where the file records the timer and says it ran on, a gap longer than this without movement is a clock
/// that was set forward: devices write at least every minute while the timer runs.
const LONGEST_TIMED_GAP_S: f64 = 600.0;

/// Samples worth measuring, with strictly rising times: a row for each.
#[derive(Debug, Default)]
pub(in crate::measure) struct Clock<'a> {
    /// The activity's sample in each row; `None` where every sample is worth measuring, which is nearly always.
    index: Option<Vec<usize>>,
    /// Their times, Unix seconds, repaired.
    pub time_s: Cow<'a, [f64]>,
    /// Forward jumps taken out, ascending: recorded time from which, and by how much in all, later times were moved back.
    jumps: Vec<(f64, f64)>,
    /// What was repaired.
    pub notes: Vec<Note>,
}

impl<'a> Clock<'a> {
    /// Repairs an activity's clock.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoTime`] when fewer than two samples have different times.
    pub(in crate::measure) fn repair(activity: &'a Activity) -> Result<Self, Refusal> {
        let times = &activity.samples.time_s;
        if is_sound(times) {
            return Ok(Self { time_s: Cow::from(times), ..Self::default() });
        }
        let mut clock = Self { index: Some(Vec::new()), ..Self::default() };
        let timed: Vec<usize> = (0..times.len()).filter(|&i| times[i].is_finite()).collect();
        let untimed = times.len() - timed.len();
        // Where most steps are gaps no step is typical, and what replaces a gap is no longer than one.
        let step_s =
            typical_step(&timed.iter().map(|&i| times[i]).collect::<Vec<_>>()).min(LONGEST_TIMED_GAP_S);
        let longest_lap_s = activity.laps.iter().filter_map(|lap| lap.timer_s).fold(0.0, f64::max);
        let mut shift_s = 0.0;
        let (mut strays, mut set_backs) = (0, 0);
        for (position, &i) in timed.iter().enumerate() {
            let time_s = times[i] + shift_s;
            match clock.time_s.last().copied() {
                Some(last) if time_s == last => {
                    // The same second twice: the later sample knows more.
                    clock.pop();
                    clock.push(i, time_s);
                }
                Some(last) if time_s < last => {
                    let behind = timed[position..]
                        .iter()
                        .take(SET_BACK_SAMPLES)
                        .take_while(|&&j| times[j] + shift_s <= last)
                        .count();
                    if behind >= SET_BACK_SAMPLES {
                        shift_s += last + step_s - time_s;
                        set_backs += 1;
                        clock.push(i, last + step_s);
                    } else {
                        strays += 1;
                    }
                }
                Some(last) => {
                    if clock.jumped(activity, longest_lap_s, i, last, time_s) {
                        let back_s = time_s - last - step_s;
                        clock.jumps.push((times[i], back_s));
                        shift_s -= back_s;
                        clock.push(i, last + step_s);
                    } else {
                        clock.push(i, time_s);
                    }
                }
                None => clock.push(i, time_s),
            }
        }
        clock.describe(untimed, strays, set_backs);
        // Each jump moves all that comes after it; a clock set back in between may have put them out of order.
        clock.jumps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut in_all_s = 0.0;
        for (_, back_s) in &mut clock.jumps {
            in_all_s += *back_s;
            *back_s = in_all_s;
        }
        if clock.len() < 2 { Err(Refusal::NoTime { timed: timed.len() }) } else { Ok(clock) }
    }

    fn push(&mut self, index: usize, time_s: f64) {
        self.index.get_or_insert_default().push(index);
        self.time_s.to_mut().push(time_s);
    }

    fn pop(&mut self) {
        self.index.get_or_insert_default().pop();
        self.time_s.to_mut().pop();
    }

    /// How many rows there are.
    pub(in crate::measure) fn len(&self) -> usize {
        self.time_s.len()
    }

    /// The activity's sample in a row.
    pub(in crate::measure) fn sample(&self, row: usize) -> usize {
        self.index.as_ref().map_or(row, |index| index[row])
    }

    /// The first row at or behind a sample.
    pub(in crate::measure) fn row_from(&self, sample: usize) -> usize {
        self.index.as_ref().map_or(sample, |index| index.partition_point(|in_row| *in_row < sample))
    }

    /// A channel row by row: NaN where it has no value, and nothing behind the last one.
    pub(in crate::measure) fn column<'c>(&self, channel: &'c Channel) -> Cow<'c, [f64]> {
        let values = channel.values();
        match &self.index {
            None => Cow::Borrowed(values),
            Some(_) if values.is_empty() => Cow::Borrowed(values),
            Some(index) => {
                let known = index.iter().map(|sample| values.get(*sample).copied().unwrap_or(f64::NAN));
                Cow::Owned(known.collect())
            }
        }
    }

    fn describe(&mut self, untimed: usize, strays: usize, set_backs: usize) {
        /// More jumps than these are told together.
        const TOLD: usize = 3;
        let jumps_s = self.jumps.iter().map(|(_, back_s)| *back_s);
        if jumps_s.len() <= TOLD {
            self.notes.extend(jumps_s.map(|back_s| {
                Note::general(format!("the clock jumps forward by {}; the jump was taken out", span(back_s)))
            }));
        } else {
            self.notes.push(Note::general(format!(
                "the clock jumps forward {} times, by {} in all; the jumps were taken out",
                jumps_s.len(),
                span(jumps_s.sum())
            )));
        }
        for (count, what) in [
            (untimed, "samples without a time were left out"),
            (strays, "samples out of order were left out"),
            (set_backs, "times the clock was set back; it was taken to run on"),
        ] {
            if count > 0 {
                self.notes.push(Note::general(format!("{count} {what}")));
            }
        }
    }

    /// Whether the step to sample `i` is a clock set forward rather than time that passed.
    fn jumped(&self, activity: &Activity, longest_lap_s: f64, i: usize, last_s: f64, time_s: f64) -> bool {
        let gap_s = time_s - last_s;
        if gap_s > LONGEST_SILENT_GAP_S {
            return !stopped_within(&activity.timer_stops, activity.samples.time_s[i] - gap_s, gap_s);
        }
        if gap_s <= LONGEST_TIMED_GAP_S
            || !activity.timer_known
            || activity.samples.segment_starts.binary_search(&i).is_ok()
        {
            return false;
        }
        let previous = self.sample(self.len() - 1);
        let distance = &activity.samples.distance_m;
        let moved_m = distance.get(i).zip(distance.get(previous)).map(|(to, from)| to - from);
        // Laps that account for the gap as timer time speak for it: somebody stood there with the timer on.
        moved_m.is_some_and(|moved| moved / gap_s < 0.1)
            && longest_lap_s < gap_s
            && !stopped_within(&activity.timer_stops, activity.samples.time_s[i] - gap_s, gap_s)
    }

    /// Moves a recorded time, such as that of a timer stop, onto the repaired clock.
    pub(in crate::measure) fn moved(&self, recorded_s: f64) -> f64 {
        let next = self.jumps.partition_point(|(from, _)| recorded_s >= *from);
        next.checked_sub(1).map_or(recorded_s, |last| recorded_s - self.jumps[last].1)
    }

    /// First and last time.
    pub(in crate::measure) fn span(&self) -> (f64, f64) {
        (self.time_s[0], self.time_s[self.time_s.len() - 1])
    }
}

/// Whether there is nothing to repair: times rise from sample to sample, and no gap is long enough to be a jump.
fn is_sound(times: &[f64]) -> bool {
    /// So many steps are looked at together.
    const STRETCH: usize = 64;
    times.len() >= 2
        && (0..times.len() - 1).step_by(STRETCH).all(|from| {
            let stretch = &times[from..(from + STRETCH + 1).min(times.len())];
            // Not a number does not rise either.
            let rises = |pair: &[f64]| pair[0] < pair[1];
            let is_gap = |pair: &[f64]| pair[1] - pair[0] > LONGEST_TIMED_GAP_S;
            stretch.windows(2).filter(|pair| !rises(pair)).count() == 0
                && (stretch[stretch.len() - 1] - stretch[0] <= LONGEST_TIMED_GAP_S
                    || !stretch.windows(2).any(is_gap))
        })
}

/// Whether timer stops account for most of a gap.
fn stopped_within(stops: &[Span], from_s: f64, gap_s: f64) -> bool {
    let to_s = from_s + gap_s;
    let first = stops.partition_point(|stop| stop.to_s <= from_s);
    let within = stops[first..].iter().take_while(|stop| stop.from_s < to_s);
    let stopped: f64 = within.map(|stop| stop.to_s.min(to_s) - stop.from_s.max(from_s)).sum();
    stopped > gap_s / 2.0
}

/// The median step between samples in seconds, 1 where there is none.
pub(in crate::measure) fn typical_step(times: &[f64]) -> f64 {
    let mut steps: Vec<f64> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0).collect();
    if steps.is_empty() {
        return 1.0;
    }
    let middle = steps.len() / 2;
    *steps.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn span(seconds: f64) -> String {
    match seconds {
        s if s >= 172_800.0 => format!("{:.1} days", s / 86_400.0),
        s if s >= 7200.0 => format!("{:.1} hours", s / 3600.0),
        s => format!("{s:.0} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_times(times: &[f64]) -> Activity {
        let mut activity = Activity::default();
        activity.samples.time_s = times.to_vec();
        activity
    }

    #[test]
    fn repeated_and_stray_times_are_dropped() {
        let activity = at_times(&[0.0, 1.0, 1.0, 0.5, 2.0, f64::NAN, 3.0]);
        let clock = Clock::repair(&activity).expect("two times");
        assert_eq!(*clock.time_s, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(clock.index.expect("rows left out"), [0, 2, 4, 6]);
        assert_eq!(clock.notes.len(), 2);
    }

    #[test]
    fn a_clock_set_back_runs_on() {
        let mut times: Vec<f64> = (0..100).map(f64::from).collect();
        times.extend((0..100).map(|i| f64::from(i) - 3500.0));
        let activity = at_times(&times);
        let clock = Clock::repair(&activity).expect("two times");
        assert_eq!(clock.span(), (0.0, 199.0));
    }

    #[test]
    fn a_day_that_passes_between_two_seconds_is_taken_out() {
        let mut times: Vec<f64> = (0..50).map(f64::from).collect();
        times.extend((50..100).map(|i| f64::from(i) + 86_400.0));
        let activity = at_times(&times);
        let clock = Clock::repair(&activity).expect("two times");
        assert_eq!(clock.span(), (0.0, 99.0));
        assert_eq!(clock.moved(86_460.0), 60.0);
        assert!(clock.notes[0].text.contains("24.0 hours"), "{:?}", clock.notes);
    }

    #[test]
    fn a_clock_that_only_jumps_has_no_typical_step() {
        let times: Vec<f64> = (0..50).map(|sample| 7e7 * f64::from(sample)).collect();
        let activity = at_times(&times);
        let clock = Clock::repair(&activity).expect("times");
        assert_eq!(clock.span(), (0.0, 49.0 * LONGEST_TIMED_GAP_S));
        assert_eq!(clock.notes.len(), 1);
        assert!(clock.notes[0].text.contains("49 times, by 39698.7 days"), "{:?}", clock.notes);
    }

    #[test]
    fn one_moment_is_no_run() {
        let mut activity = Activity::default();
        activity.samples.open(5.0);
        activity.samples.open(5.0);
        assert!(matches!(Clock::repair(&activity), Err(Refusal::NoTime { .. })));
    }
}
