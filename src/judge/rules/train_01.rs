//! TRAIN-01: practised slow starts, counted over the long runs.

use crate::history::{Follows, Training};
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::phrases::counted;
use crate::statistics::SIGNIFICANCE;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "TRAIN-01",
    title: "practised slow starts",
    definition: "The long runs whose first mile was slower than the final one. A long run is the longest training run of a week \
                 (Monday to Sunday) with an hour or more of moving time; an interval session is none. With eight or more races that have four or more long \
                 runs in the twelve weeks before them, Kendall's test shows whether races began calmer after calmer training. \
                 Each race is compared with the median race of its course.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The advice article on running cramps that this program grew from: practise slow starts on the weekly long run. \
             Kendall MG. Rank correlation methods. 4th ed. London: Griffin; 1975.",
    certainty: "A count. Whether practice carries over to races is known for this runner only, and as an association.",
    figures: figures::none,
    not_for: "Runners whose long runs are not recorded. Whether a long run ended fast on purpose is not considered.",
    advice: "Practise slow starts on the weekly long run.",
    check: Check::Trends(check),
};

fn check(context: &Context) -> Option<Finding> {
    let training = &context.trends.training;
    let runs = training.long_runs.len();
    if runs == 0 {
        return None;
    }
    let held_back = training.held_back();
    let share_pct = 100.0 * held_back as f64 / runs as f64;
    let (best, latest) = training.streaks();
    let mut sentence = format!(
        "First mile slower than the final one in {held_back} of {} ({share_pct:.0} %)",
        counted(runs as f64, "long run")
    );
    if best > 1 {
        sentence += &format!(
            ", {best} in a row at best, {}",
            match latest {
                0 => "not the latest".to_owned(),
                1 => "the latest too".to_owned(),
                latest => format!("the latest {latest} too"),
            }
        );
    }
    sentence += ".";
    sentence += &relation(training);
    let finding = RULE
        .finding(Level::Info, sentence)
        .evidence("held_back", held_back as f64, "long runs")
        .evidence("long_runs", runs as f64, "long runs");
    Some(match training.follows {
        Follows::Tau(tau, chance, races) => finding
            .evidence("races_follow_tau", tau, "")
            .evidence("races_follow_chance", chance, "")
            .evidence("races", races as f64, "races"),
        Follows::TooFew(_) => finding,
    })
}

/// Returns a sentence on how races follow training; empty with too few races.
fn relation(training: &Training) -> String {
    match training.follows {
        Follows::TooFew(_) => String::new(),
        Follows::Tau(tau, chance, races) if chance < SIGNIFICANCE && tau < 0.0 => {
            format!(" After calmer training your races began calmer ({races} races, p = {chance:.3}).")
        }
        Follows::Tau(tau, chance, races) if chance < SIGNIFICANCE && tau > 0.0 => {
            format!(" Your races began faster after calmer training ({races} races, p = {chance:.3}).")
        }
        Follows::Tau(.., races) => {
            format!(" Whether your races follow your training does not show in {races} races.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{LongRun, Trends};
    use crate::runner::Runner;
    use crate::units::Units;

    fn sentence(starts: &[bool], follows: Follows) -> String {
        let run = |(week, held_back): (usize, &bool)| LongRun {
            entry: week,
            local_s: 604_800.0 * week as f64,
            held_back: *held_back,
        };
        let training = Training { long_runs: starts.iter().enumerate().map(run).collect(), follows };
        let trends = Trends { training, ..Trends::default() };
        let context = Context { trends: &trends, runner: &Runner::default(), units: Units::Miles };
        RULE.find_over_time(&context).map_or_else(String::new, |finding| finding.sentence)
    }

    #[test]
    fn the_sentence_has_the_count_and_the_streaks() {
        assert_eq!(
            sentence(&[true, true, false, true], Follows::TooFew(0)),
            "First mile slower than the final one in 3 of 4 long runs (75 %), 2 in a row at best, the latest too."
        );
        assert_eq!(sentence(&[], Follows::TooFew(0)), "");
    }

    #[test]
    fn only_a_significant_relation_is_reported() {
        let starts = [true, false];
        assert!(
            sentence(&starts, Follows::Tau(-0.7, 0.01, 9))
                .contains("After calmer training your races began calmer")
        );
        assert!(sentence(&starts, Follows::Tau(-0.3, 0.3, 9)).contains("does not show in 9 races"));
        assert!(!sentence(&starts, Follows::TooFew(7)).contains("races"));
    }
}
