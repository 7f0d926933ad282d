//! HEAT-01: what a warmer or cooler day goes with, beside a stated temperature.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::heat::{DAYS, logit_of_fahrenheit};
use crate::judge::evidence::wall::ModelId;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::judge::risk::wall_risk;
use crate::phrases::percent;

/// The difference between two days that the sentence tells, °F.
const DIFFERENCE_F: f64 = 10.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "HEAT-01",
    title: "temperature of the day",
    definition: "With --temperature, in a marathon: the chance of the wall by model K (RISK-01), and the same on a day 10 °F \
                 (6 °C) warmer and cooler. Each °F adds .025 to the model's logit. `plan` with --usual-temperature and \
                 --temperature adds it to the logit of its models, Hq and U, beside which it was not measured.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The day intercepts of model K on 12 race days of Boston against the temperature of the day.",
    certainty: "An association of days on one course, not of runners: a warm day may differ in other ways too. The mean \
                temperature of the 12 days is not known here, so a temperature alone moves no chance; only the difference of \
                two does. With a day left out, the spread between days that the model does not know fell from .377 to .297 in \
                the logit: most of it is not temperature.",
    figures: figures::none,
    not_for: "Anything but marathons with a known sex and times at 5, 10, 15 km and half-way, which model K needs. The \
              temperature that a watch records: on a wrist it reads high, so it is not used.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let temperature = context.runner.race_temperature?;
    let found = wall_risk(run, context.runner)?;
    if found.start.model != ModelId::K {
        let sentence = format!(
            "It was {temperature}. What a warmer day goes with is known beside one model only, which needs your sex (--sex) \
             and times at 5, 10, 15 km and half-way."
        );
        return Some(RULE.finding(Level::Info, sentence));
    }
    let [cooler, warmer] =
        [-DIFFERENCE_F, DIFFERENCE_F].map(|by_f| found.start.risk_on_day(logit_of_fahrenheit(by_f)).p);
    let pool = found.start.pool();
    let sentence = format!(
        "It was {temperature}. More slowed by a quarter on the warmer of {DAYS} Boston days: with splits like yours, {} of 100 \
         in place of {} at 10 °F (6 °C) more, {} at less. An association of days on one course (the model: {}).",
        percent(warmer),
        percent(found.risk.p),
        percent(cooler),
        pool.size("finishers"),
    );
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("temperature_c", temperature.celsius(), "°C")
            .reference("p_wall", found.risk.p, "", pool)
            .reference("p_wall_10f_warmer", warmer, "", pool)
            .reference("p_wall_10f_cooler", cooler, "", pool),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;

    fn marathon() -> MadeUpRun {
        MadeUpRun::marathon(4.5).sex(Sex::Male)
    }

    #[test]
    fn ten_degrees_add_a_quarter_to_the_logit() {
        let finding = marathon().temperature("75F").find(&RULE).expect("a finding");
        let value = |name: &str| {
            finding.evidence.iter().find(|evidence| evidence.name == name).expect("evidence").value
        };
        let logit = |p: f64| libm::log(p / (1.0 - p));
        let average = logit(value("p_wall"));
        assert!((logit(value("p_wall_10f_warmer")) - average - 0.25).abs() < 1e-9);
        assert!((logit(value("p_wall_10f_cooler")) - average + 0.25).abs() < 1e-9);
        assert!(finding.sentence.starts_with("It was 24 °C (75 °F). "), "{}", finding.sentence);
    }

    #[test]
    fn the_difference_is_the_same_at_any_temperature() {
        let after = |temperature: &str| {
            let sentence = marathon().temperature(temperature).find(&RULE).expect("a finding").sentence;
            sentence.split_once(". ").expect("two sentences").1.to_owned()
        };
        assert_eq!(after("5C"), after("30C"));
    }

    #[test]
    fn nothing_is_said_without_a_temperature_or_outside_of_marathons() {
        assert_eq!(marathon().level(&RULE), "");
        assert_eq!(MadeUpRun::race(&[(21_097.5, 300.0)]).temperature("24C").level(&RULE), "");
        assert_eq!(MadeUpRun::training(&[(42_195.0, 300.0)]).temperature("24C").level(&RULE), "");
    }

    #[test]
    fn without_the_models_input_the_sentence_says_what_is_missing() {
        for run in [MadeUpRun::marathon(4.5), marathon().gap(14_800.0, 15_300.0)] {
            let sentence = run.temperature("24C").find(&RULE).expect("a finding").sentence;
            assert!(sentence.ends_with("needs your sex (--sex) and times at 5, 10, 15 km and half-way."));
        }
    }
}
