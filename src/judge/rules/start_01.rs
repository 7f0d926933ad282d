//! START-01: went out too fast, by the start excess.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{ShareByDay, people, races, wall_by_start};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, Steps, as_run};
use crate::measure::{Basis, Stretch};
use crate::phrases::{percent, percent_range, signed_pct};

/// Percent of start excess on long courses.
const LONG: Steps = &[(2.0, Level::Note), (4.0, Level::Warning), (6.0, Level::Severe)];
/// Percent of start excess on short courses, where a brisk start is no fault: 5 km runners had
/// their best times with a first mile 3–6 % faster than even (Gosztyla 2006).
const SHORT: Steps = &[(4.0, Level::Note), (7.0, Level::Warning), (10.0, Level::Severe)];
/// Courses shorter than this are short, metres.
const LONG_FROM_M: f64 = 15_000.0;
/// A start excess beyond this, either way, or a positive split above this, percent, is a stop or a
/// walk and not pacing.
const EXTREME_EXCESS_PCT: f64 = 40.0;
const EXTREME_SPLIT_PCT: f64 = 150.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "START-01",
    title: "went out too fast",
    definition: "Start excess: how much faster the start window (0–23.7 % of the distance; 0–10 km of a marathon) \
                 was run than the rest window (23.7–50 %; 10 km to half-way), in percent of pace. Grade-adjusted pace is \
                 used where the altitude allows.",
    thresholds: |course| if course.is_none_or(|c| c.length_m() < LONG_FROM_M) { SHORT } else { LONG },
    thresholds_unit: "% start excess",
    source: "The windows are those in which public marathon results predict the later slow-down best, and the shares by \
             start and pace are of 744,134 finishers of 24 race days (explain RISK-01 names them). The source article \
             advises a first mile slower than the final one. Short races: Gosztyla AE, Edwards DG, Quinn TJ, Kenefick RW. The impact of different \
             pacing strategies on five-kilometer running time trial performance. J Strength Cond Res 2006;20(4):882-886.",
    certainty: "That such starters slow down more later is well supported, but as an association: people who start fast differ \
                from people who do not. The excess compares the first 10 km with what followed. Within the same runner, a \
                point more went with a slower stretch to half-way (1.1 %), not with a faster first 10 km (0.0 %; 60,915 races \
                at Boston): a body that fails by 15 km raises it as much as a rash start does. The same excess means less for \
                slower runners, as the figures show. The steps between the levels are this program's choice. Below 15 km no \
                data support them: no results of 5 or 10 km races are used.",
    figures: figures::starts,
    not_for: "Intervals, hills and other planned surges. A training run that is not steady (kilometre paces vary by \
              more than 12 %) is not judged, and other training runs get a note at most. Where altitude is missing or too \
              noisy, a course that falls at first makes any start look fast.",
    advice: "Run the first mile slower than you mean to run the final one, and check your watch at the first-mile \
             marker.",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !applies(run) {
        return None;
    }
    let basis = run.decision.basis;
    let raw_pct = run.start_excess_pct();
    let gap_pct = run.view.gap_start_excess_pct(basis);
    let excess_pct = run.view.judged_start_excess_pct(basis);
    let level = level(run, excess_pct)?;
    let start = if run.view.marathon { "Your first 10 km were" } else { "Your first quarter was" };
    // Below this difference the reader would see the same number twice.
    let hills = gap_pct.filter(|gap_pct| (gap_pct - raw_pct).abs() >= 0.3);
    let pace = |stretch: &Stretch| {
        let graded = hills.and_then(|_| stretch.gap_s_per_m(basis));
        context.units.pace(graded.unwrap_or_else(|| stretch.pace_s_per_m(basis)))
    };
    let mut sentence = format!(
        "{start} {excess_pct:.1} % faster than the stretch to half-way ({} against {} a {}{}).",
        pace(&run.view.start_window),
        pace(&run.view.rest_window),
        context.units.word(),
        hills.map_or_else(String::new, |_| format!(", grade-adjusted; {} as run", signed_pct(raw_pct))),
    );
    let others = odds(run, context);
    if let Some(others) = others {
        sentence += &format!(
            " Of {} {} who began so{}, {} of 100 ({} by the day) slowed by a quarter later (counted among {}).",
            people(others.sex),
            if others.same_pace { "with a half-way time like yours" } else { "of any pace" },
            as_run(run),
            percent(others.share),
            percent_range(others.low, others.high),
            pool(&others).size("finishers"),
        );
    }
    let mut finding = RULE.finding(level, sentence).evidence("start_excess_pct", raw_pct, "%");
    if let Some(gap_pct) = gap_pct {
        finding = finding.evidence("gap_start_excess_pct", gap_pct, "%");
    }
    Some(match others {
        None => finding,
        Some(others) => finding
            .reference("share_with_such_a_start", others.share, "", pool(&others))
            .reference("share_low_day", others.low, "", pool(&others))
            .reference("share_high_day", others.high, "", pool(&others)),
    })
}

/// Returns the share of marathon runners who hit the wall after such a start as run, by elapsed
/// times; `None` for other runs.
fn odds(run: &Run, context: &Context) -> Option<ShareByDay> {
    if !run.is_marathon() {
        return None;
    }
    let half_s = run.view.at_half_marathon?.elapsed_s;
    let sex = context.runner.sex(run.identity.sex).map(|(sex, _)| sex);
    wall_by_start(run.view.start_excess_pct(Basis::Elapsed), sex, half_s)
}

/// Returns the runners that a share is of.
fn pool(share: &ShareByDay) -> Pool {
    let name = if share.sex.is_some() { races::WALL } else { races::WALL_ANY_SEX };
    Pool { name, n: share.n, days: Some(share.days) }
}

/// Returns the level of a start excess on a run's course.
pub(super) fn level(run: &Run, excess_pct: f64) -> Option<Level> {
    RULE.level(run, excess_pct)
}

/// Returns the level of a run's start as if it were a race.
pub(in crate::judge) fn race_level(run: &Run) -> Option<Level> {
    RULE.race_level(run, run.view.judged_start_excess_pct(run.decision.basis))
}

/// Returns whether the run's start is judged: it is a race, or a steady training run, and neither
/// walked nor beyond any pacing.
pub(in crate::judge) fn applies(run: &Run) -> bool {
    let is_pacing = run.view.start_excess_pct(run.decision.basis).abs() <= EXTREME_EXCESS_PCT
        && run.view.positive_split_pct(run.decision.basis) <= EXTREME_SPLIT_PCT;
    is_pacing
        && !run.measured.start_missing
        && run.repeats().is_empty()
        && (run.is_race() || (!run.measured.walked && run.is_steady()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    #[test]
    fn a_long_race_is_judged_by_2_4_and_6_percent() {
        for (excess_pct, level) in
            [(1.99, ""), (2.01, "note"), (4.01, "warning"), (5.99, "warning"), (6.01, "severe")]
        {
            assert_eq!(MadeUpRun::marathon(excess_pct).level(&RULE), level, "{excess_pct}");
        }
        let finding = MadeUpRun::marathon(6.5).find(&RULE).expect("a finding");
        // 300 s a kilometre are 8:03 a mile, 300 / 0.935 are 8:36.
        assert_eq!(
            finding.sentence,
            "Your first 10 km were 6.5 % faster than the stretch to half-way (8:03 against 8:36 a mile). Of runners with a \
             half-way time like yours who began so, 53 of 100 (37–64 by the day) slowed by a quarter later (counted \
             among 9,817 finishers, 23 race days)."
        );
    }

    #[test]
    fn a_short_race_is_judged_by_4_7_and_10_percent() {
        for (excess_pct, level) in [(3.9, ""), (4.1, "note"), (7.1, "warning"), (10.1, "severe")] {
            let rest = 300.0 / (1.0 - excess_pct / 100.0);
            let race = MadeUpRun::race(&[(2_370.0, 300.0), (10_000.0, rest)]);
            assert_eq!(race.level(&RULE), level, "{excess_pct}");
        }
    }

    #[test]
    fn a_race_shorter_than_any_course_is_judged_as_short() {
        let race = |excess_pct: f64| {
            MadeUpRun::race(&[(1_066.5, 300.0), (4_500.0, 300.0 / (1.0 - excess_pct / 100.0))])
        };
        assert_eq!(race(3.9).level(&RULE), "");
        assert_eq!(race(6.9).level(&RULE), "note");
    }

    #[test]
    fn an_unfinished_marathon_keeps_the_windows_of_a_marathon() {
        let cut =
            MadeUpRun::race(&[(10_000.0, 300.0), (25_000.0, 300.0 / 0.935)]).cut_short(Course::Marathon);
        let finding = cut.find(&RULE).expect("a finding");
        assert!(finding.sentence.starts_with("Your first 10 km were 6.5 % faster"), "{}", finding.sentence);
        assert_eq!(finding.level, Level::Severe);
    }

    #[test]
    fn steady_training_gets_a_note_at_most_and_other_training_none() {
        let legs = [(5_000.0, 300.0), (20_000.0, 330.0)];
        assert_eq!(MadeUpRun::training(&legs).level(&RULE), "note");
        assert_eq!(MadeUpRun::race(&legs).level(&RULE), "severe");
        let surges: Vec<(f64, f64)> = (1..=20_u32)
            .map(|km| (1000.0 * f64::from(km), if km % 2 == 1 { 270.0 } else { 390.0 }))
            .collect();
        let intervals: Vec<(f64, f64)> = [&[(2_000.0, 290.0)], &surges[2..]].concat();
        assert_eq!(MadeUpRun::training(&intervals).level(&RULE), "");
        assert_ne!(MadeUpRun::race(&intervals).level(&RULE), "");
    }

    #[test]
    fn a_downhill_first_quarter_excuses_a_fast_start() {
        let down = |m: f64| 100.0 - 0.02 * m.min(5_000.0);
        let race = MadeUpRun::race(&[(5_000.0, 300.0), (21_097.5, 312.0)]);
        assert_eq!(race.level(&RULE), "note");
        assert_eq!(race.hills(down).level(&RULE), "");
    }
}
