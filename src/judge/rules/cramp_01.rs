//! CRAMP-01: a fast start in a long run, with what cramp studies do and do not show.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};

/// The shortest run that is judged, seconds: cramp studies are of long races.
const FROM_S: f64 = 90.0 * 60.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "CRAMP-01",
    title: "a cramp-risk pattern",
    definition: "START-01 at warning or above on a run of 90 minutes or more.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Schwellnus MP, Drew N, Collins M. Increased running speed and previous cramps rather than dehydration or \
             serum sodium changes predict exercise-associated muscle cramping: a prospective cohort study in 210 \
             Ironman triathletes. Br J Sports Med 2011;45(8):650-656. Schwellnus MP, Allie S, Derman W, Collins M. \
             Increased running speed and pre-race muscle damage as risk factors for exercise-associated muscle cramps \
             in a 56 km ultra-marathon: a prospective cohort study. Br J Sports Med 2011;45(14):1132-1136. Hoffman MD, \
             Stuempfle KJ. Muscle cramping during a 161-km ultramarathon: comparison of characteristics of those with \
             and without cramping. Sports Med Open 2015;1:24. Against: Martínez-Navarro I, Montoya-Vieco A, Collado E, \
             Hernando B, Panizo N, Hernando C. Muscle cramping in the marathon: dehydration and electrolyte depletion \
             vs. muscle damage. J Strength Cond Res 2022;36(6):1629-1635.",
    certainty: "Weak: small studies. No data set used here records cramps, so no chance of a cramp is ever given.",
    figures: figures::none,
    not_for: "Predicting whether a cramp will come. See a professional if cramps persist.",
    advice: "The source article's advice when a cramp comes: stop, stretch and massage the muscle; see a professional \
             if cramps persist. It also asks for fluids before, during and after; drink to thirst, for drinking more \
             than you lose is dangerous.",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let start = start_01::RULE.find(run, context)?;
    if start.level < Level::Warning || run.view.total.elapsed_s < FROM_S {
        return None;
    }
    let sentence = "A cramp-risk pattern: small studies found faster-than-usual racing and earlier cramps more predictive \
                    of cramps than dehydration or sodium; one marathon study found no early-pace difference. Your start was fast \
                    against what followed; that alone does not show that it was faster than usual.";
    Some(RULE.finding(Level::Info, sentence.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn it_comes_with_a_fast_start_of_a_long_run_and_gives_no_chance() {
        assert_eq!(MadeUpRun::marathon(3.9).level(&RULE), "");
        let finding = MadeUpRun::marathon(4.1).find(&RULE).expect("a finding");
        assert_eq!(finding.level, Level::Info);
        assert!(finding.evidence.is_empty() && !finding.sentence.contains('%'), "{finding:?}");
    }

    #[test]
    fn runs_below_90_minutes_and_training_get_none() {
        let half = |s_per_km: f64| MadeUpRun::race(&[(5_000.0, s_per_km), (21_097.5, 1.08 * s_per_km)]);
        assert_eq!(half(235.0).level(&RULE), "");
        assert_eq!(half(250.0).level(&RULE), "info");
        assert_eq!(MadeUpRun::training(&[(5_000.0, 300.0), (21_097.5, 324.0)]).level(&RULE), "");
    }
}
