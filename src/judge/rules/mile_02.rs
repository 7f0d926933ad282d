//! MILE-02: the first mile against the final one.

use crate::history::Run;
use crate::judge::evidence::figures;
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
    figures: figures::none,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::case::Case;

    #[test]
    fn praise_when_kept_and_nothing_else() {
        let kept = Case::race(&[(2_000.0, 310.0), (10_000.0, 300.0)]).find(&RULE).expect("praise");
        assert_eq!(kept.sentence, "You held back: first mile 8:19, final mile 8:03 a mile.");
        assert_eq!(Case::race(&[(10_000.0, 300.0)]).level(&RULE), "");
        assert_eq!(Case::race(&[(2_000.0, 300.0), (10_000.0, 310.0)]).level(&RULE), "");
    }
}
