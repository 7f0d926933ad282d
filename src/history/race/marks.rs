//! The marks by which a race is told from training, each a small check of what is known of a run.
//!
//! A mark's weight is the logarithm of how much likelier a race becomes by it. The weights are in
//! `weights.csv`; `tools/fit-race-weights` fits them on archives whose races are known, near the
//! shares that were measured on seven archives. A run with a sum above 0 is a race, and one above
//! [`MAYBE`] may have been one.

use std::sync::LazyLock;

use super::facts::{FEW_RUNS, HOME_DAYS, RaceFacts};

/// The weights by code.
const WEIGHTS: &str = include_str!("weights.csv");
/// Below this sum a run is training; up to 0 it may have been a race.
pub(in crate::history) const MAYBE: f64 = -1.5;

/// What the titles and types of a run say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own
pub(in crate::history) struct TitleSigns {
    /// A rare title names a race, or a course of this length.
    pub race: bool,
    /// A rare title names a course of another length.
    pub event: bool,
    /// A title or a workout's name means training, or denies a race.
    pub training: bool,
    /// The file's type is a race.
    pub kind: bool,
}

/// A mark of a race, or of training.
pub(in crate::history) struct Mark {
    /// Its code, in `weights.csv` and in the JSON.
    pub code: &'static str,
    /// A phrase for the reasons; empty for a mark that is no reason.
    pub phrase: &'static str,
    holds: fn(&RaceFacts, TitleSigns) -> bool,
}

const fn mark(code: &'static str, phrase: &'static str, holds: fn(&RaceFacts, TitleSigns) -> bool) -> Mark {
    Mark { code, phrase, holds }
}

/// The marks that need the place of the start.
const BY_PLACE: [&str; 4] = ["away", "seldom", "home", "yearly"];

/// Every mark.
pub(in crate::history) static MARKS: &[Mark] = &[
    mark("title", "", |_, stated| stated.race),
    mark("event", "its title names an event", |_, stated| stated.event && !stated.race),
    mark("type", "", |_, stated| stated.kind),
    mark("training-title", "", |_, stated| stated.training),
    mark("few-runs", "", |run, _| run.runs < FEW_RUNS),
    mark("marathon", "marathon distance", |run, _| (41_300.0..=45_200.0).contains(&run.recorded_m)),
    mark("beyond", "longer than a marathon", |run, _| run.recorded_m > 45_200.0),
    mark("half", "half-marathon distance", |run, _| (20_750.0..=21_950.0).contains(&run.recorded_m)),
    mark("round", "", |run, _| {
        (4_900.0..=5_150.0).contains(&run.recorded_m) || (9_800.0..=10_300.0).contains(&run.recorded_m)
    }),
    mark("stood", "", |run, _| run.moving_share < 0.93),
    mark("away", "a place you hardly ever start from", |run, _| {
        run.other_days_nearby.is_some_and(|days| days <= 3)
    }),
    mark("seldom", "a place you seldom start from", |run, _| {
        run.other_days_nearby.is_some_and(|days| (4..=8).contains(&days))
    }),
    mark("home", "", |run, _| run.other_days_nearby.is_some_and(|days| days >= HOME_DAYS)),
    mark("weekend", "", |run, _| run.local.is_some_and(|(day, _)| day >= 5)),
    mark("morning", "a weekend morning", |run, _| {
        run.local.is_some_and(|(day, hour)| day >= 5 && (3.5..=12.0).contains(&hour))
    }),
    mark("fast", "far faster than you usually run", |run, _| {
        run.effort_ratio.is_some_and(|ratio| ratio < 0.85)
    }),
    mark("slow", "", |run, _| run.effort_ratio.is_some_and(|ratio| ratio > 1.02)),
    mark("best", "hardly a run of the year was a better effort", |run, _| {
        run.better_share.is_some_and(|share| share < 0.015)
    }),
    mark("good", "", |run, _| run.better_share.is_some_and(|share| share < 0.05)),
    mark("heart", "your heart rate was among your highest", |run, _| {
        run.lower_heart_share.is_some_and(|share| share >= 0.97)
    }),
    mark("longest", "one of the longest runs of the year", |run, _| {
        run.longer_share < 0.02 && run.recorded_m > 10_000.0 && run.runs >= FEW_RUNS
    }),
    mark("yearly", "you ran it in other years on about the same day", |run, _| {
        run.is_yearly && run.recorded_m >= 9_500.0
    }),
];

/// The weight of each mark, in the order of [`MARKS`], after the weight of every run.
static SUM: LazyLock<(f64, Vec<f64>)> = LazyLock::new(|| {
    let weight = |code: &str| {
        let line = WEIGHTS.lines().find_map(|line| line.strip_prefix(code)?.strip_prefix(','));
        line.and_then(|weight| weight.parse().ok()).unwrap_or(0.0)
    };
    (weight("every-run"), MARKS.iter().map(|mark| weight(mark.code)).collect())
});

/// Returns the marks of a run, with the sum of their weights.
pub(in crate::history) fn score(facts: &RaceFacts, stated: TitleSigns) -> (f64, Vec<&'static Mark>) {
    let (every_run, weights) = &*SUM;
    let mut sum = *every_run;
    let mut marks = Vec::new();
    for (mark, weight) in MARKS.iter().zip(weights) {
        let stored = facts.stored.as_ref().filter(|_| BY_PLACE.contains(&mark.code));
        let holds = stored
            .map_or_else(|| (mark.holds)(facts, stated), |codes| codes.iter().any(|code| code == mark.code));
        if holds {
            sum += weight;
            marks.push(mark);
        }
    }
    (sum, marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_has_a_weight_and_every_weight_a_mark() {
        let in_table: Vec<&str> = WEIGHTS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .filter_map(|line| line.split(',').next())
            .collect();
        let mut codes = vec!["every-run"];
        codes.extend(MARKS.iter().map(|mark| mark.code));
        assert_eq!(in_table, codes);
        assert!(SUM.1.iter().all(|weight| *weight != 0.0));
    }

    #[test]
    fn an_easy_run_from_home_is_training_and_a_far_marathon_a_race() {
        let easy = RaceFacts {
            recorded_m: 8_300.0,
            moving_share: 1.0,
            runs: 400,
            other_days_nearby: Some(HOME_DAYS),
            local: Some((1, 18.0)),
            effort_ratio: Some(1.0),
            better_share: Some(0.5),
            longer_share: 0.4,
            ..RaceFacts::default()
        };
        assert!(score(&easy, TitleSigns::default()).0 < MAYBE);
        let marathon = RaceFacts {
            recorded_m: 42_500.0,
            other_days_nearby: Some(0),
            local: Some((6, 9.0)),
            longer_share: 0.0,
            ..easy.clone()
        };
        let (sum, marks) = score(&marathon, TitleSigns::default());
        let codes: Vec<&str> = marks.iter().map(|mark| mark.code).collect();
        assert!(sum > 0.0, "{sum}");
        assert_eq!(codes, ["marathon", "away", "weekend", "morning", "longest"]);
        assert!(score(&easy, TitleSigns { race: true, ..TitleSigns::default() }).0 > 0.0);
        assert!(score(&marathon, TitleSigns { training: true, ..TitleSigns::default() }).0 < MAYBE);
    }
}
