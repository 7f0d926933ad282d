//! TRAIN-01: practised slow starts.

use crate::history::{Follows, Training};
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::phrases::counted;
use crate::statistics::SIGNIFICANCE;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "TRAIN-01",
    title: "practised slow starts",
    definition: "The long runs whose first mile was slower than the final one. A long run is the longest training run of a week \
                 (Monday to Sunday) that took an hour or more in motion. With eight or more races that have four long runs in \
                 the twelve weeks before them, Kendall's test says whether races began \
                 calmer, against the middle one of their course, after calmer training.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The advice article on running cramps that this program grew from: practise slow starts on the weekly long run. \
             Kendall MG. Rank correlation methods. 4th ed. London: Griffin; 1975.",
    certainty: "A count. Whether practice carries over to races is known of no runner but this one, and there as an \
                association.",
    figures: figures::none,
    not_for: "Runners whose long runs are not recorded; a long run is not asked whether it ended fast on purpose.",
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
            ", {best} in a row at best, {} now",
            if latest == 0 { "none".to_owned() } else { latest.to_string() }
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

/// Whether races follow training, where there are races enough.
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

    fn told(starts: &[bool], follows: Follows) -> String {
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
    fn long_runs_are_counted_and_streaks_told() {
        assert_eq!(
            told(&[true, true, false, true], Follows::TooFew(0)),
            "First mile slower than the final one in 3 of 4 long runs (75 %), 2 in a row at best, 1 now."
        );
        assert_eq!(told(&[], Follows::TooFew(0)), "");
    }

    #[test]
    fn a_relation_is_told_only_where_it_shows() {
        let starts = [true, false];
        assert!(
            told(&starts, Follows::Tau(-0.7, 0.01, 9))
                .contains("After calmer training your races began calmer")
        );
        assert!(told(&starts, Follows::Tau(-0.3, 0.3, 9)).contains("does not show in 9 races"));
        assert!(!told(&starts, Follows::TooFew(7)).contains("races"));
    }
}
