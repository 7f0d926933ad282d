//! Two runs side by side: the gap between them along the way, and where it opened.

use std::sync::Arc;

use thiserror::Error;

use super::{Row, Scores};
use crate::history::Kind;
use crate::measure::{Basis, Course, START_SHARE, View};
use crate::units::{KM_M, MILE_M, Units};

/// Runs whose lengths differ by more than this ratio are not compared.
const SAME_LENGTH: f64 = 1.03;
/// Unless a stretch holds this share of the gap beyond its share of the length, the gap opened
/// evenly.
const EVEN_SHARE: f64 = 0.15;
/// Of a smaller gap it is not said where it opened, seconds.
const LEAST_GAP_S: f64 = 10.0;
/// Starts further apart than this belong to different races, metres.
const SAME_START_M: f64 = 3_000.0;
/// A last part shorter than this share of a unit is joined to the one before it.
const LEAST_REST: f64 = 0.15;

/// Why two runs are not compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VersusError {
    /// The same run was given twice.
    #[error("both are one run: they have the same start, length and time")]
    OneRun,
    /// Their lengths differ too much.
    #[error(
        "the lengths differ: {:.2} km and {:.2} km; two runs are compared if their lengths differ by at most 3 %, or if \
         one of them ends before its finish",
        .0 / KM_M, .1 / KM_M
    )]
    Lengths(f64, f64),
}

/// How the marks of two runs belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// Both are on the scale of one certified course.
    Course(Course),
    /// Two races whose recorded lengths differ a little: marks are the same shares of the length.
    Shares,
    /// Up to the end of the shorter one, by recorded metres.
    Shorter,
}

impl Matching {
    /// Returns its word in data.
    pub fn code(self) -> &'static str {
        match self {
            Self::Course(_) => "course",
            Self::Shares => "shares",
            Self::Shorter => "shorter",
        }
    }
}

/// Two runs, A and B, and how they are compared.
#[derive(Debug)]
pub struct Versus {
    /// The rows of A and B.
    pub rows: [Row; 2],
    /// The time that is compared.
    pub basis: Basis,
    /// How marks belong together.
    pub matching: Matching,
    /// The length that is compared, metres: A's, or that of the shorter run.
    pub length_m: f64,
    /// Whether one recording ends before its finish.
    pub is_unfinished: bool,
    views: [Arc<View>; 2],
    /// Metres and seconds of each run, ascending, from the start to its end.
    times: [Vec<(f64, f64)>; 2],
}

/// A mark, when each run passed it, and the gap there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapAt {
    /// Metres from the start.
    pub at_m: f64,
    /// Seconds of A and B from their starts.
    pub times_s: [f64; 2],
    /// Seconds of A and B since the mark before.
    pub split_s: [f64; 2],
    /// Metres since the mark before.
    pub split_m: f64,
}

impl GapAt {
    /// Returns B minus A, seconds; above zero B is behind.
    pub fn gap_s(&self) -> f64 {
        self.times_s[1] - self.times_s[0]
    }

    /// Returns the gap as [`shown_gap_s`] does.
    pub(crate) fn shown_gap_s(&self) -> f64 {
        shown_gap_s(self.times_s)
    }
}

/// Returns B minus A by the whole seconds that are shown, so that a reader who subtracts them
/// agrees.
pub(crate) fn shown_gap_s([a_s, b_s]: [f64; 2]) -> f64 {
    b_s.round() - a_s.round()
}

/// The stretch in which a gap opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opened {
    /// Where it begins, metres.
    pub from_m: f64,
    /// Where it ends, metres.
    pub to_m: f64,
    /// By how much the gap changed over it, seconds, B minus A.
    pub gap_s: f64,
}

/// A stretch of both runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Both {
    /// Metres.
    pub distance_m: f64,
    /// Seconds of A and B.
    pub times_s: [f64; 2],
}

impl Versus {
    /// Puts two scored rows side by side; `None` if one is not scored.
    ///
    /// # Errors
    ///
    /// If both are one run, or their lengths differ too much.
    pub fn new(a: Row, b: Row) -> Option<Result<Self, VersusError>> {
        let (scores_a, scores_b) = (a.scores.as_ref()?, b.scores.as_ref()?);
        let start_s = |row: &Row| row.identity.as_ref().and_then(|identity| identity.start_s);
        let same = |a: f64, b: f64| (a - b).abs() < 1.0;
        let starts = start_s(&a).zip(start_s(&b)).is_some_and(|(a, b)| same(a, b));
        let recorded = [scores_a, scores_b].map(|scores| &scores.measured.recorded);
        if starts
            && same(recorded[0].distance_m, recorded[1].distance_m)
            && same(recorded[0].total.elapsed_s, recorded[1].total.elapsed_s)
        {
            return Some(Err(VersusError::OneRun));
        }
        let basis = if scores_a.basis == scores_b.basis { scores_a.basis } else { Basis::Elapsed };
        let views = views(scores_a, scores_b);
        let [length_a, length_b] = [views[0].distance_m, views[1].distance_m];
        let (shorter, longer) = (length_a.min(length_b), length_a.max(length_b));
        let ends_early = if length_a < length_b { scores_a } else { scores_b }.is_unfinished();
        let both_races = scores_a.kind == Kind::Race && scores_b.kind == Kind::Race;
        let course = views[0].course.filter(|course| views[1].course == Some(*course));
        let (matching, length_m) = match course {
            Some(course) => (Matching::Course(course), course.length_m()),
            None if ends_early => (Matching::Shorter, shorter),
            None if longer / shorter > SAME_LENGTH => {
                return Some(Err(VersusError::Lengths(length_a, length_b)));
            }
            None if both_races => (Matching::Shares, length_a),
            None => (Matching::Shorter, shorter),
        };
        let is_unfinished = course.is_none() && ends_early;
        let times = [0, 1].map(|side| times(&views[side], basis));
        Some(Ok(Self { rows: [a, b], basis, matching, length_m, is_unfinished, views, times }))
    }

    /// Returns the scores of A and B.
    pub fn scores(&self) -> [Option<&Scores>; 2] {
        self.rows.each_ref().map(|row| row.scores.as_ref())
    }

    /// Returns the views that are compared.
    pub fn views(&self) -> [&View; 2] {
        self.views.each_ref().map(AsRef::as_ref)
    }

    /// Returns the times of A and B at a mark, seconds.
    pub fn at(&self, mark_m: f64) -> [f64; 2] {
        [0, 1].map(|side| {
            let times = &self.times[side];
            let own_m = match self.matching {
                Matching::Shares => mark_m * self.views[side].distance_m / self.length_m,
                Matching::Course(_) | Matching::Shorter => mark_m,
            };
            let next = times.partition_point(|(at_m, _)| *at_m < own_m).clamp(1, times.len() - 1);
            let ((from_m, from_s), (to_m, to_s)) = (times[next - 1], times[next]);
            from_s + (to_s - from_s) * ((own_m - from_m) / (to_m - from_m)).clamp(0.0, 1.0)
        })
    }

    /// Returns B minus A at a mark, seconds.
    pub fn gap_at(&self, mark_m: f64) -> f64 {
        let [a_s, b_s] = self.at(mark_m);
        b_s - a_s
    }

    /// Returns B minus A at the end, seconds.
    pub fn gap_s(&self) -> f64 {
        self.gap_at(self.length_m)
    }

    /// Returns the gap at each mile or kilometre and at the end.
    pub fn gaps(&self, units: Units) -> Vec<GapAt> {
        let unit_m = units.metres();
        let whole = (self.length_m / unit_m).ceil() as usize;
        let mut marks: Vec<f64> = (1..whole).map(|index| index as f64 * unit_m).collect();
        if marks.last().is_some_and(|last_m| self.length_m - last_m < LEAST_REST * unit_m) {
            marks.pop();
        }
        marks.push(self.length_m);
        let mut before = (0.0, [0.0; 2]);
        marks
            .into_iter()
            .map(|at_m| {
                let times_s = self.at(at_m);
                let split_s = [times_s[0] - before.1[0], times_s[1] - before.1[1]];
                let split_m = at_m - before.0;
                before = (at_m, times_s);
                GapAt { at_m, times_s, split_s, split_m }
            })
            .collect()
    }

    /// Returns the stretch of whole miles or kilometres that holds most of the gap at the end
    /// beyond its share of the length; `None` for a small gap, and for one that opened evenly.
    pub fn opened(&self, units: Units) -> Option<Opened> {
        let total_s = self.gap_s();
        if total_s.abs() < LEAST_GAP_S {
            return None;
        }
        let gaps = self.gaps(units);
        let even = total_s.abs() / self.length_m;
        // The greatest sum of neighbouring parts, each less its even share.
        let (mut best_s, mut best) = (0.0, None);
        let (mut sum_s, mut from) = (0.0, 0);
        for (index, gap) in gaps.iter().enumerate() {
            if sum_s <= 0.0 {
                (sum_s, from) = (0.0, index);
            }
            let grown_s = (gap.split_s[1] - gap.split_s[0]) * total_s.signum();
            sum_s += grown_s - even * gap.split_m;
            if sum_s > best_s {
                (best_s, best) = (sum_s, Some((from, index)));
            }
        }
        let (from, to) = best.filter(|_| best_s >= EVEN_SHARE * total_s.abs())?;
        let from_m = gaps[from].at_m - gaps[from].split_m;
        let to_m = gaps[to].at_m;
        Some(Opened { from_m, to_m, gap_s: self.gap_at(to_m) - self.gap_at(from_m) })
    }

    /// Returns the stretch between two marks.
    fn between(&self, from_m: f64, to_m: f64) -> Both {
        let (from, to) = (self.at(from_m), self.at(to_m));
        Both { distance_m: to_m - from_m, times_s: [to[0] - from[0], to[1] - from[1]] }
    }

    /// Returns the first and the last mile of the length that is compared.
    pub fn miles(&self) -> [Both; 2] {
        [self.between(0.0, MILE_M), self.between(self.length_m - MILE_M, self.length_m)]
    }

    /// Returns the two halves of the length that is compared.
    pub fn halves(&self) -> [Both; 2] {
        let half_m = self.length_m / 2.0;
        [self.between(0.0, half_m), self.between(half_m, self.length_m)]
    }

    /// Returns the start: 10 km of a marathon, else 23.7 % of the length.
    pub fn start(&self) -> Both {
        let marathon = self.views.iter().all(|view| view.marathon);
        let window_m =
            if marathon { self.views[0].start_window.distance_m } else { START_SHARE * self.length_m };
        self.between(0.0, window_m.min(self.length_m))
    }

    /// Returns the mean heart rates over 0–5 km, 5–10 km …, where both runs have one: the end of
    /// the stretch in metres, and beats a minute of A and B.
    pub fn heart_5k(&self) -> Vec<(f64, [f64; 2])> {
        let [a, b] = self.views();
        let pairs = (1..).zip(a.heart_5k.iter().zip(&b.heart_5k));
        pairs
            .filter_map(|(five, (a, b))| Some((f64::from(five) * 5_000.0, [(*a)?.rate_bpm, (*b)?.rate_bpm])))
            .filter(|(end_m, _)| *end_m <= self.length_m)
            .collect()
    }

    /// Returns the metres between the two starts if they are too far apart for one race; `None` if
    /// they are near each other, or a position is unknown.
    pub fn starts_apart_m(&self) -> Option<f64> {
        let [a, b] = self.scores().map(|scores| scores?.measured.positions.start_in_space_m());
        let apart_m = a?.iter().zip(b?).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        (apart_m > SAME_START_M).then_some(apart_m)
    }
}

/// Returns the views that are compared. If one of two runs is a race on a course, the other is put
/// on the same course where its length allows it.
fn views(a: &Scores, b: &Scores) -> [Arc<View>; 2] {
    let candidates = [a, b].map(|scores| scores.measured.candidate.as_ref());
    let on_course = a.view.course.or(b.view.course);
    if let [Some(view_a), Some(view_b)] = candidates
        && on_course.is_some()
        && view_a.course == on_course
        && view_b.course == on_course
    {
        return [Arc::clone(view_a), Arc::clone(view_b)];
    }
    [Arc::clone(&a.view), Arc::clone(&b.view)]
}

/// Returns a run's times at all its marks.
fn times(view: &View, basis: Basis) -> Vec<(f64, f64)> {
    let total_s = view.total.on(basis);
    let mut times = vec![(0.0, 0.0)];
    for splits in [&view.kms, &view.miles] {
        let mut time_s = 0.0;
        times.extend(splits.iter().map(|split| {
            time_s += split.times.on(basis);
            (split.end_m, time_s)
        }));
    }
    for stretch in [&view.first_half, &view.start_window] {
        times.push((stretch.distance_m, stretch.times.on(basis)));
    }
    times.push((view.distance_m - view.final_mile.distance_m, total_s - view.final_mile.times.on(basis)));
    times.sort_by(|a, b| a.0.total_cmp(&b.0));
    times.dedup_by(|a, b| (a.0 - b.0).abs() < 0.5);
    // The end is the total itself, not a sum of splits.
    if let Some(last) = times.last_mut() {
        *last = (view.distance_m, total_s);
    }
    times
}
