//! HIST-01: the first 10 km were faster than the runner's earlier runs support.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::judge::risk::AT_10_KM;

/// Percent faster than earlier runs support.
const STEPS: Steps = &[(9.0, Level::Note), (12.0, Level::Warning)];
/// A race whose second half is slower by less than this, percent, was held to the finish.
const HELD_PCT: f64 = 2.0;
/// The shortest race that is judged, metres: a well-run shorter race begins faster than even.
const FROM_M: f64 = 15_000.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "HIST-01",
    title: "faster than you have ever held",
    definition: "In a race of 15 km or more: how much faster its first 10 km (elapsed time) were than the even pace that the \
                 runner's own runs of the year before predict for the whole distance. The prediction is that of the best run, \
                 by its moving time or, if that is better, twice the moving time of its first half. Only earlier runs count, \
                 of at least a fifth of the distance. There must be three or more, and one must be a race by name, type or \
                 statement, or 5 % faster than the usual run. Whether a run without a name was a race at all is decided with \
                 the whole batch in view. A race that was held to the finish, its second half slower by less than 2 %, is not judged: \
                 it shows that the runner could hold the pace.",
    thresholds: |_| STEPS,
    thresholds_unit: "% faster than earlier runs support",
    source: "Time grows with distance to the power 1.06: Riegel PS. Athletic records and human endurance. Am Sci \
             1981;69(3):285-290.",
    certainty: "Riegel's formula is several percent too fast for most marathoners (Vickers AJ, Vertosick EA. An empirical study \
                of race times in recreational endurance runners. BMC Sports Sci Med Rehabil 2016;8:26), so the percentage is \
                rather too small. The steps are this program's choice. We know of no study that supports them.",
    figures: figures::none,
    not_for: "Runners whose races of the year before are not among the recordings. A fast, downhill first 10 km looks the \
              same, and so does a year of good training.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_race() || run.view.distance_m < FROM_M {
        return None;
    }
    // Hills can make an even effort look uneven, so either way of measuring is enough.
    let graded_pct = run.view.gap_positive_split_pct(run.decision.basis);
    let held = |split_pct: f64| split_pct < HELD_PCT;
    if !run.measured.cut_short && (held(run.positive_split_pct()) || graded_pct.is_some_and(held)) {
        return None;
    }
    let support = context.trends.supports.get(&run.entry)?;
    let begun_s_per_m = run.view.marks_5k.get(AT_10_KM)?.elapsed_s / 10_000.0;
    let faster_pct = 100.0 * (1.0 - begun_s_per_m / support.pace_s_per_m);
    let level = RULE.level(run, faster_pct)?;
    let sentence = format!(
        "You ran the first 10 km at {} a {}, {faster_pct:.0} % faster than your runs of the year before support over this \
         distance ({}, by the best of {}).",
        context.units.pace(begun_s_per_m),
        context.units.word(),
        context.units.pace(support.pace_s_per_m),
        support.runs,
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("faster_than_supported_pct", faster_pct, "%")
            .evidence("supported_s_per_km", 1000.0 * support.pace_s_per_m, "s/km")
            .evidence("earlier_runs", support.runs as f64, "runs"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn the_first_10_km_are_compared_with_the_supported_pace() {
        for (share, level) in [(0.911, ""), (0.909, "note"), (0.881, "note"), (0.879, "warning")] {
            let race = MadeUpRun::race(&[(10_000.0, 300.0 * share), (21_097.5, 300.0)]).supported(300.0);
            assert_eq!(race.level(&RULE), level, "{share}");
        }
    }

    #[test]
    fn a_race_held_to_the_finish_is_not_judged() {
        let race =
            |second: f64| MadeUpRun::race(&[(10_548.75, 260.0), (21_097.5, 260.0 * second)]).supported(300.0);
        assert_eq!(race(1.01).level(&RULE), "");
        assert_eq!(race(1.03).level(&RULE), "warning");
    }

    #[test]
    fn short_races_training_and_runs_without_support_are_not_judged() {
        let legs = [(10_000.0, 250.0), (21_097.5, 300.0)];
        assert_eq!(MadeUpRun::race(&legs).level(&RULE), "");
        assert_eq!(MadeUpRun::training(&legs).supported(300.0).level(&RULE), "");
        assert_eq!(MadeUpRun::race(&[(10_000.0, 250.0)]).supported(300.0).level(&RULE), "");
    }
}
