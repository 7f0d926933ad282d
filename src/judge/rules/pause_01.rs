//! PAUSE-01: pauses flip the sign of the positive split.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::measure::Basis;
use crate::phrases::signed_pct;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "PAUSE-01",
    title: "pauses flip the verdict",
    definition: "The positive split has one sign by elapsed time and the other by timer time.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The definitions of elapsed and timer time.",
    certainty: "Arithmetic.",
    figures: figures::none,
    not_for: "Files that do not record their timer.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    if !run.measured.timer_known {
        return None;
    }
    let elapsed_pct = run.view.positive_split_pct(Basis::Elapsed);
    let timer_pct = run.view.positive_split_pct(Basis::Timer);
    // Below this difference both values are even halves to within rounding.
    if elapsed_pct * timer_pct >= 0.0 || (elapsed_pct - timer_pct).abs() < 0.1 {
        return None;
    }
    let sentence = format!(
        "Pauses decide the sign: the second half was {} by elapsed time but {} by timer time (+ is slower).",
        signed_pct(elapsed_pct),
        signed_pct(timer_pct)
    );
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("positive_split_elapsed_pct", elapsed_pct, "%")
            .evidence("positive_split_timer_pct", timer_pct, "%"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn a_pause_that_flips_the_sign_is_reported() {
        let run = || MadeUpRun::training(&[(5_000.0, 300.0), (10_000.0, 295.0)]);
        assert_eq!(run().stop(8_000.0, 120.0, true).level(&RULE), "info");
        // The second half was faster by 25 s.
        assert_eq!(run().stop(8_000.0, 20.0, true).level(&RULE), "");
        assert_eq!(run().stop(2_000.0, 120.0, true).level(&RULE), "");
    }

    #[test]
    fn an_unknown_timer_gives_no_finding() {
        let mut run = MadeUpRun::training(&[(5_000.0, 300.0), (10_000.0, 295.0)]).stop(8_000.0, 120.0, true);
        run.activity.timer_known = false;
        assert_eq!(run.level(&RULE), "");
    }
}
