//! MILE-02: the final mile was faster than the first one.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};

/// Below this difference both miles show the same time, seconds.
const SECOND_S: f64 = 1.0;
/// From these differences on, the runner held back: a share of the first mile, and seconds.
const HELD_BACK: f64 = 0.02;
const HELD_BACK_S: f64 = 5.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "MILE-02",
    title: "first mile slower than the final one",
    definition: "The final mile (the last 1609.344 m) was run faster than the first, by a second or more. \"You held back\" \
                 needs 2 % and more than 5 seconds.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The advice article on running cramps that this program grew from: run the first mile slower than you mean \
             to run the final one.",
    certainty: "A coach's rule of thumb that is easy to check on a watch. We know of no study that supports it.",
    figures: figures::none,
    not_for: "Recordings that end early, because they lack the final mile. The miles between are not considered.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if run.measured.cut_short || run.measured.start_missing {
        return None;
    }
    let basis = run.decision.basis;
    let first_s = run.view.first_mile.times.on(basis);
    let final_s = run.view.final_mile.times.on(basis);
    if first_s - final_s < SECOND_S {
        return None;
    }
    let held_back = first_s - final_s > HELD_BACK_S && final_s < (1.0 - HELD_BACK) * first_s;
    let pace = |stretch: &crate::measure::Stretch| context.units.pace(stretch.pace_s_per_m(basis));
    // A first mile uphill may be slow and yet too fast, so only a start without START-01 gets
    // praise.
    let hasty = start_01::RULE.find(run, context).is_some();
    let sentence = format!(
        "{}: first mile {}, final mile {} a {}.",
        match (hasty, held_back) {
            (true, _) => "Your final mile was the faster one, as run",
            (false, true) => "You held back",
            (false, false) => "Your final mile was the faster one",
        },
        pace(&run.view.first_mile),
        pace(&run.view.final_mile),
        context.units.word(),
    );
    Some(RULE.finding(Level::Info, sentence).evidence("first_mile_s", first_s, "s").evidence(
        "final_mile_s",
        final_s,
        "s",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    #[test]
    fn a_faster_final_mile_gets_praise_and_an_equal_or_slower_one_none() {
        let finding = MadeUpRun::race(&[(2_000.0, 310.0), (10_000.0, 300.0)]).find(&RULE).expect("praise");
        assert_eq!(finding.sentence, "You held back: first mile 8:19, final mile 8:03 a mile.");
        assert_eq!(MadeUpRun::race(&[(10_000.0, 300.0)]).level(&RULE), "");
        assert_eq!(MadeUpRun::race(&[(2_000.0, 300.0), (10_000.0, 310.0)]).level(&RULE), "");
    }

    #[test]
    fn no_praise_for_a_hasty_start_uphill_or_without_a_final_mile() {
        let up = |m: f64| 0.05 * m.min(5_000.0);
        let uphill =
            MadeUpRun::race(&[(5_000.0, 310.0), (21_097.5, 300.0)]).hills(up).find(&RULE).expect("a finding");
        assert!(
            uphill.sentence.starts_with("Your final mile was the faster one, as run"),
            "{}",
            uphill.sentence
        );
        let cut = MadeUpRun::race(&[(2_000.0, 310.0), (25_000.0, 300.0)]).cut_short(Course::Marathon);
        assert_eq!(cut.level(&RULE), "");
    }
}
