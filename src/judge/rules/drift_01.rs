//! DRIFT-01: heart-rate drift late in a marathon.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::measure::{Course, Heart};

/// Ratios of late to early heart rate over speed.
const STEPS: Steps = &[(1.1, Level::Note), (1.2, Level::Warning)];
/// The index of the segment 5–10 km among segments of 5 km.
const EARLY: usize = 1;
/// The index of the segment 35–40 km.
const LATE: usize = 7;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DRIFT-01",
    title: "heart-rate drift",
    definition: "In a marathon: heart rate divided by speed at 35–40 km, compared with that at 5–10 km. Both are taken over \
                 the metres for which a heart rate was recorded.",
    thresholds: |_| STEPS,
    thresholds_unit: "× heart rate over speed at 5–10 km",
    source: "Smyth B, Maunder E, Meyler S, Hunter B, Muniz-Pumares D. Decoupling of internal and external workload during \
             a marathon: an analysis of 82,303 recreational runners. Sports Med 2022;52(9):2283-2295.",
    certainty: "In that study, runners with more drift finished slower for the speed that they could hold. It shows no \
                causes; heat, drinking and hills change the drift too.",
    figures: figures::none,
    not_for: "Anything but marathon races, and wrist sensors that follow the steps instead of the heart.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let view = run.view;
    if !run.is_race() || view.course != Some(Course::Marathon) {
        return None;
    }
    let early = (*view.heart_5k.get(EARLY)?)?;
    let late = (*view.heart_5k.get(LATE)?)?;
    let ratio = late.beats_per_m() / early.beats_per_m();
    let level = RULE.level(run, ratio)?;
    let of_max = context.runner.hr_max_bpm.map_or_else(String::new, |max_bpm| {
        let share = |heart: &Heart| 100.0 * heart.rate_bpm / max_bpm;
        format!(", {:.0} against {:.0} % of your greatest", share(&late), share(&early))
    });
    let sentence = format!(
        "Your heart worked {:.0} % harder for the same speed at 35–40 km than at 5–10 km ({:.0} against {:.0} beats a \
         minute{of_max}; {:.0} against {:.0} beats a {}).",
        100.0 * (ratio - 1.0),
        late.rate_bpm,
        early.rate_bpm,
        context.units.metres() * late.beats_per_m(),
        context.units.metres() * early.beats_per_m(),
        context.units.word(),
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("heart_rate_drift", ratio, "×")
            .evidence("heart_rate_5_10_km", early.rate_bpm, "bpm")
            .evidence("heart_rate_35_40_km", late.rate_bpm, "bpm"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    fn rising(late_bpm: fn(f64) -> f64) -> MadeUpRun {
        MadeUpRun::race(&[(42_195.0, 300.0)]).heart(late_bpm)
    }

    #[test]
    fn drift_is_judged_by_1_1_and_1_2() {
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 164.0 }).level(&RULE), "");
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 166.0 }).level(&RULE), "note");
        assert_eq!(rising(|m| if m < 20_000.0 { 150.0 } else { 181.0 }).level(&RULE), "warning");
        let finding =
            rising(|m| if m < 20_000.0 { 150.0 } else { 180.0 }).hr_max(200.0).find(&RULE).expect("drift");
        assert!(finding.sentence.contains("90 against 75 % of your greatest"), "{}", finding.sentence);
    }

    #[test]
    fn only_marathon_races_with_a_heart_rate_are_judged() {
        assert_eq!(MadeUpRun::race(&[(42_195.0, 300.0)]).level(&RULE), "");
        let half = MadeUpRun::race(&[(21_097.5, 300.0)]).heart(|m| if m < 10_000.0 { 120.0 } else { 180.0 });
        assert_eq!(half.level(&RULE), "");
    }
}
