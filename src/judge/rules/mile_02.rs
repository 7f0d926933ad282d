//! MILE-02: the first mile against the final one.

use crate::history::Run;
use crate::judge::model::{Context, Finding, Level, Rule};

pub(in crate::judge) static RULE: Rule = Rule {
    id: "MILE-02",
    title: "first mile slower than the final one",
    definition: "The final mile (the last 1609.344 m) was run faster than the first.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The advice article on running cramps that this program grew from: run the first mile slower than you mean \
             to run the final one.",
    certainty: "A coach's rule of thumb, easy to check on a watch; no study behind it is known to us.",
    not_for: "It says nothing of the miles between.",
    advice: "",
    check,
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let basis = run.decision.basis;
    let first_s = run.view.first_mile.times.on(basis);
    let final_s = run.view.final_mile.times.on(basis);
    if final_s >= first_s {
        return None;
    }
    let pace = |stretch: &crate::measure::Stretch| context.units.pace(stretch.pace_s_per_m(basis));
    let sentence = format!(
        "You held back: first mile {}, final mile {} a {}.",
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
