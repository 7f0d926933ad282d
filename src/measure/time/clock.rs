//! Repairs the times of the samples, in Unix seconds, so that each is later than the one before.
//!
//! Some watches lose their clock, some apps write a point twice, and some exports are out of order.
//! A repair leaves a note. A recording whose samples have no two different times is refused.

use std::borrow::Cow;

use crate::activity::{Activity, Channel, Note, Span};
use crate::measure::Refusal;
use crate::phrases::plural;

/// If at least this many samples in a row are before the last time, the clock was set back. Fewer
/// are stray samples: no device is known to write ten samples out of order.
const SET_BACK_SAMPLES: usize = 10;
/// In a file without timer stops, only a longer gap is a clock that was set forward. Nobody records
/// a run overnight, but a lunch stop is real.
const LONGEST_SILENT_GAP_S: f64 = 12.0 * 3600.0;
/// If the timer ran on, a longer gap without movement is a clock that was set forward. While their
/// timer runs, devices write a sample at least every minute.
const LONGEST_TIMED_GAP_S: f64 = 600.0;

/// A gap without movement at least this long is a clock that was set forward if the samples last
/// longer than the session by just this gap, seconds; totals agree within a few seconds.
const SHORTEST_JUMP_S: f64 = 60.0;
const TOTALS_S: f64 = 5.0;

/// The samples that can be measured, with strictly rising times. Each is a row; other modules count
/// in rows.
#[derive(Debug, Default)]
pub(in crate::measure) struct Clock<'a> {
    /// The sample of each row; `None` if every sample is a row, as in most recordings.
    index: Option<Vec<usize>>,
    /// The repaired times, Unix seconds.
    pub time_s: Cow<'a, [f64]>,
    /// Forward jumps that were taken out, ascending: a recorded time, and by how many seconds in
    /// all the times from there on were moved back.
    jumps: Vec<(f64, f64)>,
    /// Whether it was set back, so that a recorded time may be that of two samples.
    set_back: bool,
    /// Notes on the repairs.
    pub notes: Vec<Note>,
}

impl<'a> Clock<'a> {
    /// Makes an activity's clock, repaired if it is not sound. `order` is that of its times.
    ///
    /// # Errors
    ///
    /// [`Refusal::NoTime`] if no two samples have different times.
    pub(in crate::measure) fn new(activity: &'a Activity, order: TimeOrder) -> Result<Self, Refusal> {
        let times = &activity.samples.time_s;
        // PERF(every sample is a row): 412 → 365 instructions a sample of FIT, whole program
        // (benches/whole.sh); the plain form is an index of all samples, as for a repaired clock.
        let beyond_s = beyond_session_s(activity);
        if order == TimeOrder::Sound && times.len() >= 2 && beyond_s < SHORTEST_JUMP_S {
            return Ok(Self { time_s: Cow::from(times), ..Self::default() });
        }
        let mut clock = Self { index: Some(Vec::new()), ..Self::default() };
        let timed: Vec<usize> = (0..times.len()).filter(|&i| times[i].is_finite()).collect();
        let untimed = times.len() - timed.len();
        // If most steps are gaps, the typical step is one too; the step that replaces a gap must be
        // shorter.
        let step_s =
            typical_step(&timed.iter().map(|&i| times[i]).collect::<Vec<_>>()).min(LONGEST_TIMED_GAP_S);
        let longest_lap_s = activity.laps.iter().filter_map(|lap| lap.timer_s).fold(0.0, f64::max);
        let mut shift_s = 0.0;
        let (mut strays, mut set_backs) = (0, 0);
        for (position, &i) in timed.iter().enumerate() {
            let time_s = times[i] + shift_s;
            match clock.time_s.last().copied() {
                Some(last) if time_s == last => {
                    // The same second twice: the later sample is more complete.
                    clock.pop();
                    clock.push(i, time_s);
                }
                Some(last) if time_s < last => {
                    let before = timed[position..]
                        .iter()
                        .take(SET_BACK_SAMPLES)
                        .take_while(|&&j| times[j] + shift_s <= last)
                        .count();
                    if before >= SET_BACK_SAMPLES {
                        shift_s += last + step_s - time_s;
                        set_backs += 1;
                        clock.push(i, last + step_s);
                    } else {
                        strays += 1;
                    }
                }
                Some(last) => {
                    let is_beyond = (time_s - last - beyond_s).abs() <= TOTALS_S;
                    if clock.is_clock_jump(activity, longest_lap_s, is_beyond, i, last, time_s) {
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
        clock.set_back = set_backs > 0;
        // Each jump moves all later times. If the clock was also set back, the jumps may be out of
        // order.
        clock.jumps.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut in_all_s = 0.0;
        for (_, back_s) in &mut clock.jumps {
            in_all_s += *back_s;
            *back_s = in_all_s;
        }
        if clock.len() < 2 { Err(Refusal::NoTime { timed: timed.len() }) } else { Ok(clock) }
    }

    /// Makes the clock of an activity whose order is not known yet.
    #[cfg(test)]
    pub(in crate::measure) fn repair(activity: &'a Activity) -> Result<Self, Refusal> {
        Self::new(activity, TimeOrder::of(&activity.samples.time_s))
    }

    fn push(&mut self, index: usize, time_s: f64) {
        self.index.get_or_insert_default().push(index);
        self.time_s.to_mut().push(time_s);
    }

    fn pop(&mut self) {
        self.index.get_or_insert_default().pop();
        self.time_s.to_mut().pop();
    }

    /// Returns the number of rows.
    pub(in crate::measure) fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Returns the sample of a row.
    pub(in crate::measure) fn sample(&self, row: usize) -> usize {
        self.index.as_ref().map_or(row, |index| index[row])
    }

    /// Returns the first row at or after a sample.
    pub(in crate::measure) fn row_from(&self, sample: usize) -> usize {
        self.index.as_ref().map_or(sample, |index| index.partition_point(|in_row| *in_row < sample))
    }

    /// Returns a channel row by row, NaN where it has no value. The column may end before the last
    /// row.
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

    /// Writes the notes on what was repaired.
    fn describe(&mut self, untimed: usize, strays: usize, set_backs: usize) {
        /// Up to this number, each jump has its own note.
        const LISTED: usize = 3;
        let jumps_s = self.jumps.iter().map(|(_, back_s)| *back_s);
        if jumps_s.len() <= LISTED {
            self.notes.extend(jumps_s.map(|back_s| {
                Note::general(format!(
                    "the clock jumps forward by {}; the jump was taken out",
                    duration(back_s)
                ))
            }));
        } else {
            self.notes.push(Note::general(format!(
                "the clock jumps forward {} times, by {} in all; the jumps were taken out",
                jumps_s.len(),
                duration(jumps_s.sum())
            )));
        }
        for (count, one, many) in [
            (untimed, "sample without a time was left out", "samples without a time were left out"),
            (strays, "sample out of order was left out", "samples out of order were left out"),
        ] {
            if count > 0 {
                self.notes.push(Note::general(plural(count, one, many)));
            }
        }
        if set_backs > 0 {
            let times = if set_backs == 1 { "once".to_owned() } else { format!("{set_backs} times") };
            self.notes.push(Note::general(format!("the clock was set back {times}; it was taken to run on")));
        }
    }

    /// Returns whether the step to sample `i` is a clock that was set forward, and not time that
    /// passed.
    fn is_clock_jump(
        &self,
        activity: &Activity,
        longest_lap_s: f64,
        is_beyond: bool,
        i: usize,
        last_s: f64,
        time_s: f64,
    ) -> bool {
        let gap_s = time_s - last_s;
        if gap_s > LONGEST_SILENT_GAP_S {
            return !stopped_within(&activity.timer_stops, activity.samples.time_s[i] - gap_s, gap_s);
        }
        let longest_s = if is_beyond { SHORTEST_JUMP_S } else { LONGEST_TIMED_GAP_S };
        if gap_s <= longest_s
            || !activity.timer_known
            || activity.samples.segment_starts.binary_search(&i).is_ok()
        {
            return false;
        }
        let previous = self.sample(self.len() - 1);
        let distance = &activity.samples.distance_m;
        let moved_m = distance.get(i).zip(distance.get(previous)).map(|(to, from)| to - from);
        // A lap with enough timer time for the gap means that somebody stood there with the timer
        // on.
        moved_m.is_some_and(|moved| moved / gap_s < 0.1)
            && (is_beyond || longest_lap_s < gap_s)
            && !stopped_within(&activity.timer_stops, activity.samples.time_s[i] - gap_s, gap_s)
    }

    /// Converts a recorded time, such as that of a timer stop, to the repaired clock.
    pub(in crate::measure) fn repaired_s(&self, recorded_s: f64) -> f64 {
        let next = self.jumps.partition_point(|(from, _)| recorded_s >= *from);
        next.checked_sub(1).map_or(recorded_s, |last| recorded_s - self.jumps[last].1)
    }

    /// Returns whether the clock was set back.
    pub(in crate::measure) fn was_set_back(&self) -> bool {
        self.set_back
    }

    /// Returns whether forward jumps were taken out.
    pub(in crate::measure) fn has_jumps(&self) -> bool {
        !self.jumps.is_empty()
    }

    /// Returns the first and the last time.
    pub(in crate::measure) fn span(&self) -> (f64, f64) {
        (self.time_s[0], self.time_s[self.time_s.len() - 1])
    }
}

/// Returns by how many seconds the samples last longer than the elapsed time of the session; 0 if
/// none is declared.
fn beyond_session_s(activity: &Activity) -> f64 {
    let span_s = activity.samples.time_s.first().zip(activity.samples.time_s.last());
    let elapsed_s = activity.declared.elapsed_s.filter(|elapsed_s| *elapsed_s > 0.0);
    span_s.zip(elapsed_s).map_or(0.0, |((first_s, last_s), elapsed_s)| last_s - first_s - elapsed_s)
}

/// How the times of the samples follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::measure) enum TimeOrder {
    /// They rise, and no gap is long enough to be a jump of the clock.
    Sound,
    /// They rise, with at least one long gap.
    Rising,
    /// Some are absent, or not after the one before.
    Mixed,
}

impl TimeOrder {
    /// Returns the order of times, Unix seconds.
    pub(in crate::measure) fn of(times: &[f64]) -> Self {
        /// The number of steps that are checked at once; most recordings have short steps only.
        const BLOCK: usize = 64;
        // A NaN is not above the time before it.
        let rises = |pair: &[f64]| pair[0] < pair[1];
        let is_gap = |pair: &[f64]| pair[1] - pair[0] > LONGEST_TIMED_GAP_S;
        if times.first().is_some_and(|time_s| time_s.is_nan()) {
            return Self::Mixed;
        }
        let mut order = Self::Sound;
        for from in (0..times.len().saturating_sub(1)).step_by(BLOCK) {
            let block = &times[from..(from + BLOCK + 1).min(times.len())];
            // To count all steps of a block is faster than to stop at the first that falls.
            if block.windows(2).filter(|pair| !rises(pair)).count() > 0 {
                return Self::Mixed;
            }
            if block[block.len() - 1] - block[0] > LONGEST_TIMED_GAP_S && block.windows(2).any(is_gap) {
                order = Self::Rising;
            }
        }
        order
    }

    /// Returns whether each time is after the one before.
    pub(in crate::measure) fn rises(self) -> bool {
        self != Self::Mixed
    }
}

/// Returns whether the timer was stopped for most of a gap.
fn stopped_within(stops: &[Span], from_s: f64, gap_s: f64) -> bool {
    let to_s = from_s + gap_s;
    let first = stops.partition_point(|stop| stop.to_s <= from_s);
    let within = stops[first..].iter().take_while(|stop| stop.from_s < to_s);
    let stopped: f64 = within.map(|stop| stop.to_s.min(to_s) - stop.from_s.max(from_s)).sum();
    stopped > gap_s / 2.0
}

/// Returns the median step between samples in seconds; 1 if there is none.
pub(in crate::measure) fn typical_step(times: &[f64]) -> f64 {
    let mut steps: Vec<f64> =
        times.windows(2).map(|pair| pair[1] - pair[0]).filter(|step| *step > 0.0).collect();
    if steps.is_empty() {
        return 1.0;
    }
    let middle = steps.len() / 2;
    *steps.select_nth_unstable_by(middle, f64::total_cmp).1
}

fn duration(seconds: f64) -> String {
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
    fn repeated_and_stray_samples_are_left_out() {
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
    fn a_jump_of_a_day_between_two_seconds_is_taken_out() {
        let mut times: Vec<f64> = (0..50).map(f64::from).collect();
        times.extend((50..100).map(|i| f64::from(i) + 86_400.0));
        let activity = at_times(&times);
        let clock = Clock::repair(&activity).expect("two times");
        assert_eq!(clock.span(), (0.0, 99.0));
        assert_eq!(clock.repaired_s(86_460.0), 60.0);
        assert!(clock.notes[0].text.contains("24.0 hours"), "{:?}", clock.notes);
    }

    #[test]
    fn a_clock_that_jumps_at_every_sample_keeps_steps_of_ten_minutes() {
        let times: Vec<f64> = (0..50).map(|sample| 7e7 * f64::from(sample)).collect();
        let activity = at_times(&times);
        let clock = Clock::repair(&activity).expect("times");
        assert_eq!(clock.span(), (0.0, 49.0 * LONGEST_TIMED_GAP_S));
        assert_eq!(clock.notes.len(), 1);
        assert!(clock.notes[0].text.contains("49 times, by 39698.7 days"), "{:?}", clock.notes);
    }

    #[test]
    fn samples_of_a_single_moment_are_refused() {
        let mut activity = Activity::default();
        activity.samples.open(5.0);
        activity.samples.open(5.0);
        assert!(matches!(Clock::repair(&activity), Err(Refusal::NoTime { .. })));
    }
}
