//! DRIFT-02: heart-rate drift of any steady run of an hour or more.

use crate::history::{Run, steady_drift};
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::measure::SamePaceParts;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DRIFT-02",
    title: "heart-rate drift of a steady run",
    definition: "In a steady run with an hour or more of moving time: the heart rate at the same pace in the second half and in \
                 the first. Compared is every part of 200 m whose pace is within 7 % of the pace over the first half, for at \
                 least 3 minutes of each half. Their mean paces differ by 3 % at most. The first 10 minutes are left \
                 out. The pace is grade-adjusted where the altitude allows. Steady is as in START-01: kilometre paces vary by 12 % at most. There is no finding \
                 for a marathon race (DRIFT-01), an interval session, or if a kilometre was walked (slower than 8:20 while \
                 moving).",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "As DRIFT-01. The halves are those of aerobic decoupling, a convention of coaches, which divides heart rate by \
             speed. Wingo JE, Ganio MS, Cureton KJ. Cardiovascular drift during heat stress: implications for exercise \
             prescription. Exerc Sport Sci Rev 2012;40(2):88-94: the drift begins after about 10 minutes.",
    certainty: "A measurement without thresholds: the 5 % that coaches name is a rule of thumb for another ratio. The drift of \
                one run shows no cause. Heat, drinking, sleep and the sensor change it, and the two mean paces can still \
                differ by 3 %, so both are told.",
    figures: figures::none,
    not_for: "Runs with long stops, in which the heart rests, runs that end fast on purpose, and wrist sensors that follow the \
              steps instead of the heart.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let halves = steady_drift(run)?;
    let (early, late) = (halves.early, halves.late);
    let drift_pct = halves.drift_pct();
    let is_same = late.rate_bpm.round() == early.rate_bpm.round();
    let change = match drift_pct.round() {
        pct if pct == 0.0 || is_same => "as fast in the second half as".to_owned(),
        pct if pct > 0.0 => format!("{pct:.0} % faster in the second half than"),
        pct => format!("{:.0} % slower in the second half than", pct.abs()),
    };
    let pace = |parts: SamePaceParts| context.units.pace(parts.pace_s_per_m);
    let sentence = format!(
        "Your heart beat {change} in the first at about the same {}pace ({:.0} against {:.0} beats a minute at {} against \
         {} a {}); {:.0} % of the run could be compared.",
        if halves.graded { "grade-adjusted " } else { "" },
        late.rate_bpm,
        early.rate_bpm,
        pace(late),
        pace(early),
        context.units.word(),
        100.0 * halves.compared,
    );
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("heart_rate_drift", drift_pct, "%")
            .evidence("heart_rate_first_half", early.rate_bpm, "bpm")
            .evidence("heart_rate_second_half", late.rate_bpm, "bpm")
            .evidence("pace_first_half", 1000.0 * early.pace_s_per_m, "s/km")
            .evidence("pace_second_half", 1000.0 * late.pace_s_per_m, "s/km")
            .evidence("same_pace_first_half", early.length_s, "s")
            .evidence("same_pace_second_half", late.length_s, "s")
            .evidence("compared", 100.0 * halves.compared, "%"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::drift_01;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::units::Units;

    const EVEN: &[(f64, f64)] = &[(15_000.0, 300.0)];

    /// Returns the drift in percent, rounded to a tenth.
    fn drift_pct(run: &MadeUpRun) -> Option<f64> {
        let finding = run.find(&RULE)?;
        Some((10.0 * finding.evidence[0].value).round() / 10.0)
    }

    #[test]
    fn the_sentence_has_the_drift_both_rates_both_paces_and_the_share() {
        let rising = MadeUpRun::training(EVEN).heart(|m| if m < 7_500.0 { 150.0 } else { 159.0 });
        let finding = rising.units(Units::Kilometres).find(&RULE).expect("a finding");
        assert_eq!(finding.level, Level::Info);
        // All but the first ten minutes, which are 2 km, and the rest below 200 m of each half.
        assert_eq!(
            finding.sentence,
            "Your heart beat 6 % faster in the second half than in the first at about the same pace (159 against 150 \
             beats a minute at 5:00 against 5:00 a kilometre); 85 % of the run could be compared."
        );
    }

    #[test]
    fn an_even_heart_has_no_drift_and_a_calmer_one_less() {
        let even = MadeUpRun::training(EVEN).heart(|_| 150.0);
        assert_eq!(drift_pct(&even), Some(0.0));
        assert!(
            even.find(&RULE).expect("a finding").sentence.contains("beat as fast in the second half as in")
        );
        let calmer = MadeUpRun::training(EVEN).heart(|m| if m < 7_500.0 { 150.0 } else { 147.0 });
        assert_eq!(drift_pct(&calmer), Some(-2.0));
    }

    #[test]
    fn the_first_ten_minutes_do_not_count() {
        // 2 km take ten minutes.
        let warming = |until_bpm: fn(f64) -> f64| drift_pct(&MadeUpRun::training(EVEN).heart(until_bpm));
        assert_eq!(warming(|m| if m < 2_000.0 { 100.0 } else { 150.0 }), Some(0.0));
        assert!(warming(|m| if m < 3_000.0 { 100.0 } else { 150.0 }) > Some(5.0));
    }

    #[test]
    fn only_parts_at_the_pace_of_the_first_half_are_compared() {
        // 8 % slower with a calmer heart: left out. At the end at the first pace: drift.
        let slowing =
            MadeUpRun::training(&[(8_000.0, 300.0), (14_000.0, 325.0), (16_000.0, 300.0)]).heart(|m| {
                if m < 8_000.0 {
                    150.0
                } else if m < 14_000.0 {
                    140.0
                } else {
                    160.0
                }
            });
        let finding = slowing.find(&RULE).expect("a finding");
        assert_eq!(drift_pct(&slowing), Some(6.7), "{}", finding.sentence);
        assert!(finding.sentence.contains("; 50 % of the run"), "{}", finding.sentence);
        // 2 % slower counts, and the sentence says so; 4 % slower or faster is another pace.
        let then = |late_s_per_km: f64| {
            MadeUpRun::training(&[(7_500.0, 300.0), (15_000.0, late_s_per_km)]).heart(|_| 150.0)
        };
        let sentence = then(306.0).units(Units::Kilometres).find(&RULE).expect("a finding").sentence;
        assert!(sentence.contains("at 5:06 against 5:00 a kilometre"), "{sentence}");
        assert_eq!((drift_pct(&then(312.0)), drift_pct(&then(288.0))), (None, None));
        // Less than three minutes at that pace are nothing.
        let hardly = MadeUpRun::training(&[(8_000.0, 300.0), (15_700.0, 330.0), (16_000.0, 300.0)]);
        assert_eq!(drift_pct(&hardly.heart(|_| 150.0)), None);
    }

    #[test]
    fn on_a_hill_the_same_effort_is_compared() {
        let uphill = MadeUpRun::training(&[(8_000.0, 300.0), (16_000.0, 324.0)])
            .hills(|m| 0.03 * (m - 8_000.0).max(0.0))
            .heart(|m| if m < 8_000.0 { 150.0 } else { 156.0 });
        let sentence = uphill.find(&RULE).expect("drift").sentence;
        assert!(
            sentence.contains("4 % faster") && sentence.contains("same grade-adjusted pace"),
            "{sentence}"
        );
    }

    #[test]
    fn short_walked_and_unsteady_runs_and_runs_without_a_heart_rate_are_not_judged() {
        let with_heart = |legs: &[(f64, f64)]| MadeUpRun::training(legs).heart(|_| 150.0).level(&RULE);
        assert_eq!(with_heart(&[(12_200.0, 300.0)]), "info");
        assert_eq!(with_heart(&[(11_800.0, 300.0)]), "", "59 minutes");
        assert_eq!(with_heart(&[(9_000.0, 470.0), (10_000.0, 510.0), (16_000.0, 470.0)]), "", "a walked km");
        assert_eq!(with_heart(&[(8_000.0, 300.0), (16_000.0, 400.0)]), "", "not steady");
        assert_eq!(MadeUpRun::training(EVEN).level(&RULE), "");
    }

    #[test]
    fn a_race_is_judged_but_a_marathon_only_by_the_other_rule() {
        let race = |length_m: f64| {
            MadeUpRun::race(&[(length_m, 300.0)]).heart(|m| if m < 10_000.0 { 150.0 } else { 160.0 })
        };
        assert_eq!((race(21_097.5).level(&RULE), race(21_097.5).level(&drift_01::RULE)), ("info", ""));
        assert_eq!((race(42_195.0).level(&RULE), race(42_195.0).level(&drift_01::RULE)), ("", "note"));
    }
}
