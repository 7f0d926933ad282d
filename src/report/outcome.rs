//! How a run ended, and what it cost: its outcome, and the run against an even one of the same
//! finish.

use crate::judge::Finding;
use crate::report::{Row, Scores, found};
use crate::units::Units;

/// Below this difference, in percent, two halves count as even, and so do two parts of a half.
pub(crate) const EVEN_PCT: f64 = 2.0;
/// Hills matter if the grade-adjusted split differs by at least this many percentage points.
const HILLS_POINTS: f64 = 1.0;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Outcome {
    /// The second half was faster by 2 % or more.
    Negative,
    /// The halves differ by less than 2 %.
    Even,
    /// The second half was slower by 2 % or more.
    Slowed,
    /// A late slow-down short of the wall (FADE-01).
    Faded,
    /// The wall (WALL-01).
    Wall,
}

impl Outcome {
    /// Returns its word in the `outcome` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Even => "even",
            Self::Slowed => "slowed",
            Self::Faded => "faded",
            Self::Wall => "wall",
        }
    }

    /// Returns how a row's run ended; by grade-adjusted pace where the altitude allows. A walk
    /// and an interval session have no outcome.
    pub(crate) fn of(row: &Row) -> Option<Self> {
        let scores = row.scores.as_ref().filter(|scores| !scores.measured.walked || row.is_race())?;
        if !scores.repeats().is_empty() {
            return None;
        }
        if found(row, "WALL-01").is_some() {
            return Some(Self::Wall);
        }
        if found(row, "FADE-01").is_some() {
            return Some(Self::Faded);
        }
        Some(match judged_split_pct(scores) {
            pct if pct >= EVEN_PCT => Self::Slowed,
            pct if pct > -EVEN_PCT => Self::Even,
            _ => Self::Negative,
        })
    }
}

/// Returns the positive split that is judged, percent: by grade-adjusted pace where grade is
/// applied, else by pace as run.
pub(crate) fn judged_split_pct(scores: &Scores) -> f64 {
    let raw_pct = scores.view.positive_split_pct(scores.basis);
    scores.view.gap_positive_split_pct(scores.basis).unwrap_or(raw_pct)
}

/// Returns " in effort" if hills make the split that is judged another one than that of the times.
pub(crate) fn in_effort(scores: &Scores) -> &'static str {
    let hills_points = judged_split_pct(scores) - scores.view.positive_split_pct(scores.basis);
    if hills_points.abs() >= HILLS_POINTS { " in effort" } else { "" }
}

/// Returns a number of a finding's evidence by its name.
pub(crate) fn number(finding: &Finding, name: &str) -> Option<f64> {
    finding.evidence.iter().find(|evidence| evidence.name == name).map(|evidence| evidence.value)
}

/// The wall of a run: where it began, metres, and the seconds lost from there on against the pace
/// before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wall {
    pub from_m: f64,
    pub lost_s: f64,
}

impl Wall {
    /// Returns where it began: "mile 19" or "30 km".
    pub(crate) fn place(self, units: Units) -> String {
        match units {
            Units::Miles => format!("mile {:.0}", (self.from_m / units.metres()).ceil()),
            Units::Kilometres => format!("{:.0} km", self.from_m / units.metres()),
        }
    }

    /// Returns it in a few words: "wall at mile 19, 47 min lost".
    pub(crate) fn in_words(self, units: Units) -> String {
        format!("wall at {}, {:.0} min lost", self.place(units), self.lost_s / 60.0)
    }

    /// Returns the wall by a row's finding WALL-01.
    pub(crate) fn of(row: &Row) -> Option<Self> {
        let finding = found(row, "WALL-01")?;
        Some(Self { from_m: number(finding, "wall_onset_m")?, lost_s: number(finding, "wall_lost_s")? })
    }
}

/// A run against an even run of the same distance and finish. Above zero is ahead of it; at the
/// start and at the finish it is zero.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AgainstEven {
    /// Metres and seconds ahead, from the start to the finish.
    pub points: Vec<(f64, f64)>,
    /// Seconds ahead at the end of the start window.
    pub after_start_s: f64,
    /// Seconds ahead at half-way.
    pub half_way_s: f64,
    /// The greatest lead and its mark, metres: seconds ahead, all of which were given back after
    /// it. Zero if the run was never ahead.
    pub greatest: (f64, f64),
}

impl AgainstEven {
    /// Compares a run at every kilometre and mile, on its basis.
    pub(crate) fn of(scores: &Scores) -> Self {
        let (view, basis) = (&scores.view, scores.basis);
        let even_s_per_m = scores.pace_s_per_m();
        let ahead_s = |at_m: f64, time_s: f64| even_s_per_m * at_m - time_s;
        let mut points = vec![(0.0, 0.0)];
        for splits in [&view.kms, &view.miles] {
            let mut time_s = 0.0;
            points.extend(splits.iter().map(|split| {
                time_s += split.times.on(basis);
                (split.end_m, ahead_s(split.end_m, time_s))
            }));
        }
        let start = &view.start_window;
        let after_start_s = ahead_s(start.distance_m, start.times.on(basis));
        let half_way_s = ahead_s(view.first_half.distance_m, view.first_half.times.on(basis));
        points.push((start.distance_m, after_start_s));
        points.push((view.first_half.distance_m, half_way_s));
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup_by(|a, b| (a.0 - b.0).abs() < 0.5);
        // Of equal leads the first counts.
        let greatest =
            points.iter().copied().fold(
                (0.0, 0.0),
                |most: (f64, f64), (at_m, ahead_s)| {
                    if ahead_s > most.0 { (ahead_s, at_m) } else { most }
                },
            );
        Self { points, after_start_s, half_way_s, greatest }
    }

    /// Returns the even run's time at a mark, seconds, by the whole seconds that are shown of the
    /// run's own time and of its lead, so that a reader who adds them agrees.
    pub(crate) fn even_s(time_s: f64, ahead_s: f64) -> f64 {
        time_s.round() + ahead_s.round()
    }
}

/// Returns the seconds that a run lost: from the wall on against the pace before it, else those of
/// its greatest lead over an even run, all given back.
pub(crate) fn lost_s(row: &Row, scores: &Scores) -> f64 {
    Wall::of(row).map_or_else(|| AgainstEven::of(scores).greatest.0, |wall| wall.lost_s)
}
