//! DRIFT-01: heart-rate drift late in a marathon.

use super::wall_01;
use crate::history::{Run, WALK_S_PER_M};
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::measure::Course;
use crate::units::{KM_M, Units};

/// Ratios of late to early heart rate at the same pace.
const STEPS: Steps = &[(1.05, Level::Note), (1.10, Level::Warning)];
/// The late parts at the early pace must last this long in all, seconds.
const SHORTEST_S: f64 = 180.0;
/// The kilometres among which a walked one silences the rule, metres.
const WALKED_M: (f64, f64) = (5_000.0, 40_000.0);

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DRIFT-01",
    title: "heart-rate drift",
    definition: "In a marathon race: the heart rate at the same pace late and early. Late is every part of 200 m of 25–40 km \
                 whose pace is within 7 % of the pace over 5–10 km, for at least 3 minutes in all. Early is 5–10 km. The pace \
                 is grade-adjusted where the altitude allows. There is no finding without such parts, with WALL-01, or if a \
                 kilometre was walked (slower than 8:20 while moving).",
    thresholds: |_| STEPS,
    thresholds_unit: "× the heart rate at 5–10 km",
    source: "After Smyth B, Maunder E, Meyler S, Hunter B, Muniz-Pumares D. Decoupling of Internal and External Workload \
             During a Marathon: An Analysis of Durability in 82,303 Recreational Runners. Sports Med 2022;52(9):2283-2295. The \
             study divides heart rate by speed. Here only parts of the same pace are compared, because slowing alone raises \
             that ratio.",
    certainty: "The thresholds are a judgement: eleven real marathons cannot settle them. In the study, runners with more \
                drift finished slower for the speed that they could hold. It shows no causes; heat and drinking change the \
                drift too.",
    figures: figures::none,
    not_for: "Anything but marathon races, runners who slow by more than 7 %, and wrist sensors that follow the steps instead \
              of the heart.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_race() || run.view.course != Some(Course::Marathon) || wall_01::is_hit(run) || is_walked(run) {
        return None;
    }
    let heart = run.view.same_pace.filter(|heart| heart.length_s >= SHORTEST_S)?;
    let ratio = heart.late_bpm / heart.early_bpm;
    let level = RULE.level(run, ratio)?;
    let of_max = context.runner.hr_max_bpm.map_or_else(String::new, |max_bpm| {
        let share_pct = |bpm: f64| 100.0 * bpm / max_bpm;
        format!(
            ", {:.0} against {:.0} % of your greatest",
            share_pct(heart.late_bpm),
            share_pct(heart.early_bpm)
        )
    });
    let sentence = format!(
        "Your heart beat {:.0} % faster {} than {} for the same {}pace ({:.0} against {:.0} beats a minute{of_max}).",
        100.0 * (ratio - 1.0),
        place(context.units, heart.from_m, heart.to_m),
        place(context.units, 5.0 * KM_M, 10.0 * KM_M),
        if heart.graded { "grade-adjusted " } else { "" },
        heart.late_bpm,
        heart.early_bpm,
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("heart_rate_same_pace_ratio", ratio, "×")
            .evidence("heart_rate_5_10_km", heart.early_bpm, "bpm")
            .evidence("heart_rate_same_pace", heart.late_bpm, "bpm")
            .evidence("same_pace_from_m", heart.from_m, "m")
            .evidence("same_pace_to_m", heart.to_m, "m")
            .evidence("same_pace_s", heart.length_s, "s"),
    )
}

/// Returns whether the runner walked the whole run or a kilometre of it.
fn is_walked(run: &Run) -> bool {
    let kms = run.view.kms.iter().filter(|km| km.end_m > WALKED_M.0 && km.end_m <= WALKED_M.1);
    run.measured.walked || { kms }.any(|km| km.times.moving_s > WALK_S_PER_M * km.distance_m)
}

/// Formats a stretch to the nearest marks: "at miles 19–24", "at 30–38 km".
fn place(units: Units, from_m: f64, to_m: f64) -> String {
    let [from, to] = [from_m, to_m].map(|mark_m| (mark_m / units.metres()).round());
    let range = if from == to { format!("{from}") } else { format!("{from}–{to}") };
    match units {
        Units::Miles if from == to => format!("at mile {range}"),
        Units::Miles => format!("at miles {range}"),
        Units::Kilometres => format!("at {range} km"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    const EVEN: &[(f64, f64)] = &[(42_195.0, 300.0)];

    #[test]
    fn a_faster_heart_at_the_same_pace_is_judged_by_1_05_and_1_1() {
        let rising = |late_bpm: fn(f64) -> f64| MadeUpRun::race(EVEN).heart(late_bpm);
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 157.0 }).level(&RULE), "");
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 158.0 }).level(&RULE), "note");
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 166.0 }).level(&RULE), "warning");
        let finding =
            rising(|m| if m < 20_000.0 { 150.0 } else { 180.0 }).hr_max(200.0).find(&RULE).expect("drift");
        assert_eq!(
            finding.sentence,
            "Your heart beat 20 % faster at miles 16–25 than at miles 3–6 for the same pace (180 against 150 beats a \
             minute, 90 against 75 % of your greatest)."
        );
    }

    #[test]
    fn slowing_at_an_even_heart_rate_is_no_drift() {
        for late_s_per_km in [315.0, 330.0, 370.0] {
            let slowing = MadeUpRun::race(&[(25_000.0, 300.0), (42_195.0, late_s_per_km)]);
            assert_eq!(slowing.heart(|_| 150.0).level(&RULE), "", "{late_s_per_km}");
        }
    }

    #[test]
    fn less_than_three_minutes_at_the_early_pace_are_not_judged() {
        let rising = |until_m: f64| {
            MadeUpRun::race(&[(until_m, 300.0), (42_195.0, 340.0)])
                .heart(|m| if m < 20_000.0 { 150.0 } else { 170.0 })
        };
        assert_eq!(rising(25_400.0).level(&RULE), "");
        assert_eq!(rising(25_800.0).level(&RULE), "warning");
        let sentence = rising(25_800.0).find(&RULE).expect("drift").sentence;
        assert!(sentence.contains("at mile 16 than at miles 3–6"), "{sentence}");
    }

    #[test]
    fn the_wall_and_a_walked_kilometre_silence_it() {
        let rising = |legs: &[(f64, f64)]| {
            MadeUpRun::race(legs).heart(|m| if m < 20_000.0 { 150.0 } else { 170.0 }).level(&RULE)
        };
        assert_eq!(rising(&[(30_000.0, 300.0), (42_195.0, 360.0)]), "warning");
        assert_eq!(rising(&[(30_000.0, 300.0), (42_195.0, 390.0)]), "");
        assert_eq!(rising(&[(30_000.0, 300.0), (31_000.0, 490.0), (42_195.0, 300.0)]), "warning");
        assert_eq!(rising(&[(30_000.0, 300.0), (31_000.0, 510.0), (42_195.0, 300.0)]), "");
    }

    #[test]
    fn on_a_hill_the_same_effort_is_compared() {
        let uphill = MadeUpRun::race(&[(25_000.0, 300.0), (42_195.0, 340.0)])
            .hills(|m| 0.04 * (m - 25_000.0).max(0.0))
            .heart(|m| if m < 20_000.0 { 150.0 } else { 166.0 });
        let sentence = uphill.find(&RULE).expect("drift").sentence;
        assert!(sentence.contains("for the same grade-adjusted pace (166 against 150"), "{sentence}");
    }

    #[test]
    fn only_marathon_races_with_a_heart_rate_are_judged() {
        assert_eq!(MadeUpRun::race(EVEN).level(&RULE), "");
        let half = MadeUpRun::race(&[(21_097.5, 300.0)]).heart(|m| if m < 10_000.0 { 120.0 } else { 180.0 });
        assert_eq!(half.level(&RULE), "");
    }

    #[test]
    fn places_are_named_in_the_units_of_the_report() {
        assert_eq!(place(Units::Kilometres, 30_200.0, 38_000.0), "at 30–38 km");
        assert_eq!(place(Units::Kilometres, 30_000.0, 30_400.0), "at 30 km");
        assert_eq!(place(Units::Miles, 30_000.0, 38_000.0), "at miles 19–24");
    }
}
