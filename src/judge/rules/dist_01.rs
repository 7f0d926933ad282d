//! DIST-01: the device's distance and the track's length disagree, or a course was not applied.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::measure::DISAGREE;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DIST-01",
    title: "distances disagree",
    definition: "The device's distance and the track's length differ by more than 3 %, or a stated course could not be \
                 applied.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The distance ledger of the run itself.",
    certainty: "Arithmetic. Which of the two is right is a judgement, and its reason is given.",
    figures: figures::none,
    not_for: "Runs with only one source of distance.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    let ledger = &run.measured.ledger;
    if let Some(reason) = &run.measured.course_refused {
        return Some(RULE.finding(Level::Info, format!("This run was {reason}.")));
    }
    let apart = ledger.disagreement().filter(|apart| apart.abs() > DISAGREE)?;
    let (device_m, gps_m) = (ledger.device_m?, ledger.gps_m?);
    let sentence = format!(
        "The device counted {:.2} km, the track is {:.2} km long; used: {}.",
        device_m / 1000.0,
        gps_m / 1000.0,
        ledger.why
    );
    Some(RULE.finding(Level::Info, sentence).evidence("device_less_gps_pct", 100.0 * apart, "%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn a_course_that_could_not_be_applied_is_reported() {
        let run = || MadeUpRun::race(&[(12_000.0, 300.0)]);
        let refused = run().course_refused("not put on the marathon scale: its 12.00 km are 71.6 % shorter");
        assert_eq!(
            refused.find(&RULE).expect("a finding").sentence,
            "This run was not put on the marathon scale: its 12.00 km are 71.6 % shorter."
        );
        // One source of distance cannot disagree.
        assert_eq!(run().level(&RULE), "");
    }
}
