//! GRADE-01: the hills explain the start or the split.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};

/// The least difference between the halves that is explained, percent.
const WORTH_PCT: f64 = 2.0;
/// The least share of it that the hills must account for.
const SHARE: f64 = 0.5;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "GRADE-01",
    title: "the hills decide",
    definition: "START-01 has another level by grade-adjusted pace than by pace as run. Or the halves differ by 2 % or more \
                 and hills account for at least half of that, whether they make the difference or hide it.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Robb D. An Improved GAP Model. Strava Engineering, 2017: paces of equal heart rate in runs of 240,000 runners. \
             The curve is published as a drawing; its values are those that the service applied to runs of an even grade \
             (Schroeder A. specialsauce, a public repository). A metre takes 1.06 times as much at 2 %, 1.23 at 6 %, 1.46 at \
             10 %; 0.96 at −2 %, 0.89 at −6 %, 0.87 at −9 %, the least, and again as much as on the level at −17 %.",
    certainty: "The heart rates of 17,638 steady minutes in 804 public recordings agree with the curve from −6 to +6 %; few of \
                them are steeper. Altitude is taken over 200 m, and is not used where its noise could decide.",
    figures: figures::none,
    not_for: "Runs without altitude or with a noisy one. Their pace is used as run, and `firstmile show` gives the reason.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    let basis = run.decision.basis;
    let raw_pct = run.positive_split_pct();
    let gap_pct = run.view.gap_positive_split_pct(basis)?;
    let (raw_start_pct, gap_start_pct) = (run.start_excess_pct(), run.view.gap_start_excess_pct(basis)?);
    let start_changed =
        start_01::level(run, raw_start_pct) != start_01::level(run, gap_start_pct) && start_01::applies(run);
    let larger_pct = f64::max(raw_pct.abs(), gap_pct.abs());
    let split_changed = larger_pct >= WORTH_PCT && (raw_pct - gap_pct).abs() >= SHARE * larger_pct;
    let mut parts = Vec::new();
    if start_changed {
        parts.push(format!(
            "the start was {} ({} as run)",
            against(gap_start_pct, "faster"),
            against(raw_start_pct, "faster")
        ));
    }
    if split_changed {
        parts.push(format!(
            "the second half was {} ({} as run)",
            against(gap_pct, "slower"),
            against(raw_pct, "slower")
        ));
    }
    if parts.is_empty() {
        return None;
    }
    let sentence = format!("The hills decide: by grade-adjusted pace {}.", parts.join(", and "));
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("positive_split_pct", raw_pct, "%")
            .evidence("gap_positive_split_pct", gap_pct, "%")
            .evidence("start_excess_pct", raw_start_pct, "%")
            .evidence("gap_start_excess_pct", gap_start_pct, "%"),
    )
}

/// Formats a difference: "3.1 % slower"; below zero the opposite word.
fn against(value_pct: f64, word: &str) -> String {
    let opposite = if word == "slower" { "faster" } else { "slower" };
    match value_pct {
        value if value.abs() < 0.05 => "even".to_owned(),
        value if value > 0.0 => format!("{value:.1} % {word}"),
        value => format!("{:.1} % {opposite}", -value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn a_hill_that_makes_the_split_is_reported() {
        let up = |m: f64| 0.02 * (m - 10_548.75).max(0.0);
        let legs = [(10_548.75, 300.0), (21_097.5, 330.0)];
        let sentence = MadeUpRun::race(&legs).hills(up).find(&RULE).expect("a hill").sentence;
        assert!(
            sentence.starts_with("The hills decide: by grade-adjusted pace the second half was "),
            "{sentence}"
        );
        assert!(sentence.ends_with("(10.0 % slower as run)."), "{sentence}");
    }

    #[test]
    fn flat_courses_even_halves_and_missing_altitude_give_no_finding() {
        let legs = [(10_548.75, 300.0), (21_097.5, 330.0)];
        assert_eq!(MadeUpRun::race(&legs).level(&RULE), "");
        assert_eq!(MadeUpRun::race(&legs).hills(|m| 10.0 + 0.0005 * m).level(&RULE), "");
        // With even halves there is nothing to explain on any course.
        assert_eq!(
            MadeUpRun::race(&[(21_097.5, 300.0)]).hills(|m| 3.0 * libm::sin(m / 500.0)).level(&RULE),
            ""
        );
    }
}
