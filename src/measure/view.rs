//! A view of a run: its times at exact distance marks, on one scale.
//!
//! A split is the part between two marks, not between two samples. The time at a mark is
//! interpolated between the samples before and after it. A run has one view as recorded. If it may
//! be on a certified course, it has a second view, trimmed and scaled so that its mile marks are
//! the course's. [`history`](crate::history) decides which of the two counts.

use super::course::{Candidate, Course};
use super::efforts::{self, Effort, WholePart};
use super::halves::{self, HalvesHeart};
use super::heart::{Heart, HeartRateSums, SamePaceHeart, Sum};
use super::hills::grade::LevelDistance;
use super::line::{Place, Timeline, Times};
use super::measured::Measured;
use super::records::fastest_mps;
use super::split::{Basis, START_SHARE, Split, Stretch};
use crate::units::{HALF_MARATHON_M, KM_M, MARATHON_M, MILE_M};

/// In a marathon the start window ends at exactly 10 km.
const MARATHON_START_M: f64 = 10_000.0;

/// A mark is in a gap of the recording if no sample is within this distance of it, metres. Runners
/// cover it in half a minute, and few watches leave more between two samples on purpose.
const GAP_M: f64 = 100.0;

/// The stretch of a marathon whose heart rate and pace the late ones are compared with, metres.
const EARLY_M: (f64, f64) = (5_000.0, 10_000.0);
/// Where the late parts begin and end, metres.
const LATE_M: (f64, f64) = (25_000.0, 40_000.0);
/// The length of a part whose pace is compared, metres: about a minute of running. The heart
/// follows a change of pace within a minute. In a shorter part, errors of the GPS could make
/// another pace the same, and the altitude is smoothed over this length.
pub(super) const SAME_PACE_PART_M: f64 = 200.0;
/// The largest difference between two paces that count as the same, as a share.
pub(super) const SAME_PACE: f64 = 0.07;

/// The marks of a marathon for FADE-01, metres.
const LATE_MARATHON_M: [f64; 6] = [5_000.0, 20_000.0, 25_000.0, 30_000.0, 35_000.0, 40_000.0];
/// The same marks for all other distances, in percent of the distance.
const LATE_SHARES_PCT: [f64; 6] = [11.85, 47.4, 59.2, 71.1, 82.95, 94.8];

impl Times {
    /// Returns the time on a basis, in seconds.
    pub fn on(&self, basis: Basis) -> f64 {
        match basis {
            Basis::Elapsed => self.elapsed_s,
            Basis::Timer => self.timer_s,
            Basis::Moving => self.moving_s,
        }
    }
}

/// A run on one scale.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// The course whose scale is used; `None` as recorded.
    pub course: Option<Course>,
    /// Whether windows and late marks are a marathon's. They are on its course, and for a run that
    /// may be a marathon without its end.
    pub marathon: bool,
    /// Metres on this scale for each recorded metre.
    pub scale: f64,
    /// Length in metres.
    pub distance_m: f64,
    /// Seconds of standing before the start, left out.
    pub lead_s: f64,
    /// Recorded metres after the finish, left out.
    pub tail_m: f64,
    /// The times of the whole run.
    pub total: Times,
    /// Splits by mile.
    pub miles: Vec<Split>,
    /// Splits by kilometre.
    pub kms: Vec<Split>,
    /// Metres 0–1609.344.
    pub first_mile: Stretch,
    /// The last 1609.344 m.
    pub final_mile: Stretch,
    /// The first half of the distance.
    pub first_half: Stretch,
    /// The second half of the distance.
    pub second_half: Stretch,
    /// 0–23.7 % of the distance; in a marathon 0–10 km.
    pub start_window: Stretch,
    /// 23.7–50 % of the distance; in a marathon 10 km to half-way.
    pub rest_window: Stretch,
    /// Times at 5 km, 10 km …, up to the last one that the run reaches.
    pub marks_5k: Vec<Times>,
    /// Metres and times at 5, 20, 25, 30, 35 and 40 km of a marathon, up to the last one that it
    /// reaches. Any other distance has them at the same shares.
    pub late_marks: Vec<(f64, Times)>,
    /// Heart rate and speed over 0–5 km, 5–10 km …; `None` where there are too few readings.
    pub heart_5k: Vec<Option<Heart>>,
    /// Times at 21,097.5 m, if the run reaches it.
    pub at_half_marathon: Option<Times>,
    /// Those of the marks at 5 km, 10 km … and 21,097.5 m that are in a gap of the recording,
    /// metres on this scale. Their times are interpolated over more than a moment.
    pub marks_in_gaps_m: Vec<f64>,
    /// Heart rate late at the early pace; `None` if it is not on a marathon's course, or without
    /// such a part that has a heart rate.
    pub same_pace: Option<SamePaceHeart>,
    /// Heart rate at the same pace in both halves; `None` for less than an hour, or without enough
    /// of both that has a heart rate.
    pub halves_heart: Option<HalvesHeart>,
    /// The fastest mile, 5 km, 10 km and half marathon within it, as far as it has them.
    pub efforts: Vec<Effort>,
}

/// The input of a view: the run against its recorded distance.
#[derive(Debug, Clone, Copy)]
pub(super) struct ViewInput<'a> {
    /// The times.
    pub line: &'a Timeline,
    /// The level-equivalent metres; `None` where grade is not applied.
    pub level_distance: Option<&'a LevelDistance>,
    /// The heart rate.
    pub heart_rate: &'a HeartRateSums<'a>,
    /// The parts of the line in which best efforts are sought.
    pub parts: &'a [WholePart<'a>],
}

/// Reads the recorded run at marks on another scale.
pub(super) struct ScaledMarks<'a> {
    /// The run.
    pub(super) input: ViewInput<'a>,
    start_m: f64,
    scale: f64,
    zero: Times,
}

/// A mark, and what the run has summed up there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Metres on the scale of the view.
    pub(super) at_m: f64,
    /// Metres as recorded.
    recorded_m: f64,
    /// Where the next mark is sought: see [`Timeline::knots_after`].
    search: (usize, usize),
    /// The times from the start of the view.
    pub(super) times: Times,
    /// Level-equivalent metres as recorded; `None` where grade is not applied.
    level_m: Option<f64>,
    heart: Sum,
}

impl Mark {
    /// Returns heart rate from here to another mark, and speed on the recorded scale.
    pub(super) fn heart_until(&self, to: &Self) -> Option<Heart> {
        self.heart.until(&to.heart, to.recorded_m - self.recorded_m)
    }
}

impl ScaledMarks<'_> {
    /// Converts a mark to metres as recorded.
    fn recorded_m(&self, mark_m: f64) -> f64 {
        self.start_m + mark_m / self.scale
    }

    /// Returns the times at a mark.
    pub(super) fn at(&self, mark_m: f64) -> Times {
        if mark_m <= 0.0 {
            return Times::default();
        }
        self.input.line.at(self.recorded_m(mark_m)) - self.zero
    }

    /// Returns whether no sample is near a mark.
    fn is_in_gap(&self, mark_m: f64) -> bool {
        let (before, next, _) = self.input.line.knots_around(self.recorded_m(mark_m));
        let knots_m = [before, next].map(|knot| self.input.line.knots.distance_m[knot]);
        knots_m.iter().all(|knot_m| (knot_m - self.recorded_m(mark_m)).abs() > GAP_M)
    }

    /// Returns the level-equivalent metres between two marks, on this scale.
    fn level_m(&self, from_m: f64, to_m: f64) -> Option<f64> {
        let at = |mark_m: f64| Some(self.input.level_distance?.at(self.recorded_m(mark_m)));
        Some((at(to_m)? - at(from_m)?) * self.scale)
    }

    /// Returns a mark, with all that the run has summed up there.
    pub(super) fn mark(&self, at_m: f64) -> Mark {
        let place = self.input.line.knots_around(self.recorded_m(at_m));
        self.mark_at(at_m, (place, (place.1, 0)))
    }

    /// Returns a mark that is not before another one.
    pub(super) fn next_mark(&self, before: &Mark, at_m: f64) -> Mark {
        self.mark_at(at_m, self.input.line.knots_after(before.search, self.recorded_m(at_m)))
    }

    fn mark_at(&self, at_m: f64, (place, search): (Place, (usize, usize))) -> Mark {
        let ViewInput { line, level_distance, heart_rate, .. } = self.input;
        let recorded_m = self.recorded_m(at_m);
        Mark {
            at_m,
            recorded_m,
            search,
            times: if at_m <= 0.0 { Times::default() } else { line.at_place(place) - self.zero },
            level_m: level_distance.map(|level| level.at(recorded_m)),
            heart: heart_rate.at(line, place),
        }
    }

    /// Returns heart rate and speed from a mark to another.
    fn heart(&self, from: &Mark, to: &Mark) -> Option<Heart> {
        let heart = from.heart_until(to)?;
        Some(Heart { speed_mps: heart.speed_mps * self.scale, ..heart })
    }

    /// Returns the stretch between two marks.
    pub(super) fn between(&self, from: &Mark, to: &Mark) -> Stretch {
        let level_m = from.level_m.zip(to.level_m).map(|(from_m, to_m)| (to_m - from_m) * self.scale);
        Stretch { distance_m: to.at_m - from.at_m, level_m, times: to.times - from.times }
    }

    /// Compares the heart rate of the late parts run at the early pace with the early one. A part
    /// that contains a stop is slow, so elapsed time excludes it.
    fn same_pace(&self) -> Option<SamePaceHeart> {
        let pace =
            |part: &Stretch, basis| part.gap_s_per_m(basis).unwrap_or_else(|| part.pace_s_per_m(basis));
        let early = [EARLY_M.0, EARLY_M.1].map(|mark_m| self.mark(mark_m));
        let early_bpm = early[0].heart_until(&early[1])?.rate_bpm;
        let early_s_per_m = pace(&self.between(&early[0], &early[1]), Basis::Moving);
        // Start, end and moving seconds; neighbouring parts are one.
        let mut parts: Vec<(f64, f64, f64)> = Vec::new();
        let mut before = self.at(LATE_M.0);
        for part in 0..((LATE_M.1 - LATE_M.0) / SAME_PACE_PART_M) as u32 {
            let from_m = LATE_M.0 + f64::from(part) * SAME_PACE_PART_M;
            let to_m = from_m + SAME_PACE_PART_M;
            let reached = self.at(to_m);
            let times = reached - before;
            let stretch =
                Stretch { distance_m: SAME_PACE_PART_M, level_m: self.level_m(from_m, to_m), times };
            before = reached;
            if (pace(&stretch, Basis::Elapsed) / early_s_per_m - 1.0).abs() > SAME_PACE {
                continue;
            }
            match parts.last_mut() {
                Some((_, end_m, moving_s)) if *end_m == from_m => {
                    (*end_m, *moving_s) = (to_m, *moving_s + times.moving_s);
                }
                _ => parts.push((from_m, to_m, times.moving_s)),
            }
        }
        let (mut first_m, mut last_m) = (f64::INFINITY, 0.0);
        let (mut metres, mut beats, mut length_s) = (0.0, 0.0, 0.0);
        for (from_m, to_m, moving_s) in parts {
            let (recorded_from_m, recorded_to_m) = (self.recorded_m(from_m), self.recorded_m(to_m));
            let heart = self.input.heart_rate.between(self.input.line, recorded_from_m, recorded_to_m);
            let Some(heart) = heart else { continue };
            let heard_m = heart.covered * (to_m - from_m);
            metres += heard_m;
            beats += heard_m * heart.rate_bpm;
            length_s += heart.covered * moving_s;
            (first_m, last_m) = (from_m.min(first_m), to_m);
        }
        (metres > 0.0).then(|| SamePaceHeart {
            early_bpm,
            late_bpm: beats / metres,
            from_m: first_m,
            to_m: last_m,
            length_s,
            graded: self.input.level_distance.is_some(),
        })
    }

    /// Returns the stretch between two marks.
    pub(super) fn stretch(&self, from_m: f64, to_m: f64) -> Stretch {
        Stretch {
            distance_m: to_m - from_m,
            level_m: self.level_m(from_m, to_m),
            times: self.at(to_m) - self.at(from_m),
        }
    }

    /// Splits the run at every multiple of a unit; the last split is usually shorter.
    fn splits(&self, unit_m: f64, length_m: f64) -> Vec<Split> {
        let mut splits = Vec::with_capacity((length_m / unit_m) as usize + 1);
        let mut from = self.mark(0.0);
        let mut index = 1.0;
        // A remainder below one metre is rounding, not a split.
        while length_m - from.at_m >= 1.0 {
            let next_m: f64 = index * unit_m;
            let to = self.next_mark(&from, if length_m - next_m < 1.0 { length_m } else { next_m });
            let Stretch { distance_m, level_m, times } = self.between(&from, &to);
            let heart_bpm = from.heart_until(&to).map(|heart| heart.rate_bpm as f32);
            splits.push(Split { distance_m, end_m: to.at_m, level_m, times, heart_bpm });
            from = to;
            index += 1.0;
        }
        splits
    }
}

impl View {
    /// Returns whether a run can have its distance, and its distance these many splits.
    #[cfg(feature = "parquet")]
    pub(crate) fn is_possible(&self) -> bool {
        let fits = |splits: &[Split], unit_m: f64| splits.len() as f64 <= self.distance_m / unit_m + 1.0;
        (0.0..=super::believable::FARTHEST_M).contains(&self.distance_m)
            && fits(&self.miles, MILE_M)
            && fits(&self.kms, KM_M)
    }

    /// Returns about the bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let splits = (self.miles.len() + self.kms.len()) * size_of::<Split>();
        let marks =
            self.marks_5k.len() * size_of::<Times>() + self.late_marks.len() * size_of::<(f64, Times)>();
        let hearts = self.heart_5k.len() * size_of::<Option<Heart>>();
        let efforts = self.efforts.len() * size_of::<Effort>();
        size_of::<Self>() + splits + marks + hearts + efforts + self.marks_in_gaps_m.len() * size_of::<f64>()
    }

    /// Makes the view on a candidate course, or the view as recorded without one. It ends at the
    /// first moment at which the last metre was reached.
    pub(super) fn new(input: ViewInput, candidate: Option<&Candidate>) -> Self {
        let marathon = candidate.is_some_and(|candidate| candidate.course == Course::Marathon);
        Self::read(input, candidate, marathon)
    }

    /// Makes the recorded view of a run that may be a marathon without its end. `None` if it is
    /// shorter than half a marathon or not shorter than a whole one.
    pub(super) fn of_unfinished_marathon(input: ViewInput) -> Option<Self> {
        let length_m = input.line.length_m();
        (HALF_MARATHON_M..MARATHON_M).contains(&length_m).then(|| Self::read(input, None, true))
    }

    fn read(input: ViewInput, candidate: Option<&Candidate>, marathon: bool) -> Self {
        let line = input.line;
        let (start_m, lead_s) = candidate.map_or((0.0, 0.0), |c| (c.start_m, c.lead_s));
        let distance_m = candidate.map_or(line.length_m(), |c| c.course.length_m());
        let scale = candidate.map_or(1.0, Candidate::scale);
        let course = candidate.map(|c| c.course);
        let zero = if lead_s > 0.0 { line.at_elapsed(lead_s).0 } else { Times::default() };
        let marks = ScaledMarks { input, start_m, scale, zero };
        let half_m = distance_m / 2.0;
        let (window_m, rest_to_m) =
            if marathon { (MARATHON_START_M, HALF_MARATHON_M) } else { (START_SHARE * distance_m, half_m) };
        let total = marks.at(distance_m);
        let within_m = (start_m, marks.recorded_m(distance_m));
        let fives = (distance_m / 5000.0) as u32;
        let fives: Vec<Mark> = (0..=fives).map(|index| marks.mark(f64::from(index) * 5000.0)).collect();
        let half_marathon_m = (distance_m >= HALF_MARATHON_M).then_some(HALF_MARATHON_M);
        Self {
            course,
            marathon,
            scale,
            distance_m,
            lead_s,
            tail_m: candidate.map_or(0.0, |c| c.tail_m),
            total,
            miles: marks.splits(MILE_M, distance_m),
            kms: marks.splits(KM_M, distance_m),
            first_mile: marks.stretch(0.0, MILE_M),
            final_mile: marks.stretch(distance_m - MILE_M, distance_m),
            first_half: marks.stretch(0.0, half_m),
            second_half: marks.stretch(half_m, distance_m),
            start_window: marks.stretch(0.0, window_m),
            rest_window: marks.stretch(window_m, rest_to_m),
            marks_5k: fives[1..].iter().map(|mark| mark.times).collect(),
            late_marks: late_marks_m(marathon, distance_m).map(|mark_m| (mark_m, marks.at(mark_m))).collect(),
            heart_5k: fives.windows(2).map(|pair| marks.heart(&pair[0], &pair[1])).collect(),
            at_half_marathon: half_marathon_m.map(|mark_m| marks.at(mark_m)),
            marks_in_gaps_m: (fives[1..].iter().map(|mark| mark.at_m))
                .chain(half_marathon_m)
                .filter(|mark_m| marks.is_in_gap(*mark_m))
                .collect(),
            same_pace: if course == Some(Course::Marathon) { marks.same_pace() } else { None },
            halves_heart: halves::compare(&marks, distance_m, total),
            efforts: efforts::find(input.parts, within_m, scale, total.elapsed_s),
        }
    }

    /// Returns metres as recorded on this view's scale; below zero is before the start.
    pub fn from_recorded_m(&self, measured: &Measured, recorded_m: f64) -> f64 {
        let start_m = measured.recorded.distance_m - self.tail_m - self.distance_m / self.scale;
        (recorded_m - start_m) * self.scale
    }

    /// Returns whether a basis has a time for each stretch that is compared, and none that is
    /// faster than the record. A stretch below walking pace has hardly any moving time, and a
    /// ratio to that would mean nothing.
    pub fn has_pace(&self, basis: Basis) -> bool {
        let ends = [&self.first_mile, &self.final_mile];
        let halves = [&self.first_half, &self.second_half];
        let windows = [&self.start_window, &self.rest_window];
        let mut stretches = [ends, halves, windows].into_iter().flatten();
        stretches
            .all(|stretch| stretch.times.on(basis) * fastest_mps(stretch.distance_m) > stretch.distance_m)
    }

    /// Returns the positive split in percent: 100 · (second half / first half − 1). Above zero, the
    /// second half was slower.
    pub fn positive_split_pct(&self, basis: Basis) -> f64 {
        100.0 * (self.second_half.times.on(basis) / self.first_half.times.on(basis) - 1.0)
    }

    /// Returns the start excess in percent: 100 · (1 − start-window pace / rest-window pace). Above
    /// zero, the start was fast.
    pub fn start_excess_pct(&self, basis: Basis) -> f64 {
        100.0 * (1.0 - self.start_window.pace_s_per_m(basis) / self.rest_window.pace_s_per_m(basis))
    }

    /// Returns the positive split by grade-adjusted pace, percent; `None` where grade is not
    /// applied.
    pub fn gap_positive_split_pct(&self, basis: Basis) -> Option<f64> {
        Some(100.0 * (self.second_half.gap_s_per_m(basis)? / self.first_half.gap_s_per_m(basis)? - 1.0))
    }

    /// Returns the start excess by grade-adjusted pace, percent; `None` where grade is not applied.
    pub fn gap_start_excess_pct(&self, basis: Basis) -> Option<f64> {
        Some(100.0 * (1.0 - self.start_window.gap_s_per_m(basis)? / self.rest_window.gap_s_per_m(basis)?))
    }

    /// Returns the start excess that is judged, percent: by grade-adjusted pace where grade is
    /// applied, else by pace as run.
    pub fn judged_start_excess_pct(&self, basis: Basis) -> f64 {
        self.gap_start_excess_pct(basis).unwrap_or_else(|| self.start_excess_pct(basis))
    }
}

/// Returns the late marks of a run up to its end, in metres.
fn late_marks_m(marathon: bool, distance_m: f64) -> impl Iterator<Item = f64> {
    let shares = LATE_SHARES_PCT.map(|share_pct| share_pct / 100.0 * distance_m);
    let marks = if marathon { LATE_MARATHON_M } else { shares };
    marks.into_iter().filter(move |mark_m| *mark_m <= distance_m)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::activity::{Activity, Span, Sport};
    use crate::measure::distance::ledger;
    use crate::measure::time::clock::Clock;
    use crate::measure::time::timer;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn splits_of_any_partition_sum_to_the_total(
            steps in prop::collection::vec((1.0..60.0_f64, 0.0..300.0_f64), 20..200),
            stop in (0.0..1.0_f64, 0.0..600.0_f64),
            cuts in prop::collection::vec(0.0..1.0_f64, 0..40),
            scale in 0.9..1.1_f64,
        ) {
            let mut activity = Activity { sport: Sport::Running, timer_known: true, ..Activity::default() };
            let (mut time_s, mut distance_m) = (1000.0, 0.0);
            for (seconds, metres) in &steps {
                let index = activity.samples.open(time_s);
                activity.samples.distance_m.set(index, distance_m);
                (time_s, distance_m) = (time_s + seconds, distance_m + metres);
            }
            let stop_s = 1000.0 + stop.0 * (time_s - 1000.0);
            activity.timer_stops.push(Span { from_s: stop_s, to_s: stop_s + stop.1 });
            let mut notes = Vec::new();
            let clock = Clock::repair(&activity).expect("a clock");
            let (ledger, column) = ledger::build(&activity, &clock, &[], &mut notes).expect("distances");
            let stopped_spans = timer::stopped_spans(&activity, &clock, &mut notes);
            let line = Timeline::build(Some(1000.0), &clock, &column, ledger.source, &stopped_spans);
            let heart_rate = HeartRateSums::default();
            let input = ViewInput { line: &line, level_distance: None, heart_rate: &heart_rate, parts: &[] };
            let marks = ScaledMarks { input, start_m: 0.0, scale, zero: Times::default() };
            let length_m = line.length_m() * scale;
            let mut ends: Vec<f64> = cuts.iter().map(|cut| cut * length_m).collect();
            ends.extend([0.0, length_m]);
            ends.sort_by(f64::total_cmp);
            let total = marks.at(length_m);
            for basis in [Basis::Elapsed, Basis::Timer, Basis::Moving] {
                let parts = ends.windows(2).map(|ends| marks.stretch(ends[0], ends[1]).times.on(basis));
                let mut sum_s = 0.0;
                for part_s in parts {
                    prop_assert!(part_s >= -1e-9, "a negative split of {} s", part_s);
                    sum_s += part_s;
                }
                prop_assert!((sum_s - total.on(basis)).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn a_mark_is_in_a_gap_if_no_sample_is_near_it() {
        let marks_in_gaps_m = |from_m: f64, to_m: f64| {
            let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
            for step in 0..1300 {
                let distance_m = 10.0 * f64::from(step);
                if distance_m <= from_m || distance_m >= to_m {
                    // After 6 km it slows: a pace that is even to the second is refused.
                    let time_s = 0.3 * distance_m + 0.1 * (distance_m - 6_000.0).max(0.0);
                    let index = activity.samples.open(1000.0 + time_s);
                    activity.samples.distance_m.set(index, distance_m);
                }
            }
            let (_, measured) =
                crate::measure::measure(&activity, &crate::measure::MeasureOptions::default());
            measured.expect("a run").recorded.marks_in_gaps_m.clone()
        };
        assert_eq!(marks_in_gaps_m(0.0, 10.0), [0.0; 0]);
        assert_eq!(marks_in_gaps_m(4_850.0, 5_150.0), [5_000.0]);
        // A sample close to the mark is enough, whatever follows it.
        assert_eq!(marks_in_gaps_m(4_990.0, 5_500.0), [0.0; 0]);
        assert_eq!(marks_in_gaps_m(9_800.0, 10_200.0), [10_000.0]);
    }
}
