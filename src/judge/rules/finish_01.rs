//! FINISH-01: when others with this half-way time of a marathon finished.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::forecast::{forecast, pool, tested};
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::phrases::clock;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "FINISH-01",
    title: "finish against others at half-way",
    definition: "When finishers of the same sex with the same half-way time finished: an interval that holds at least 80 of \
                 100, and the time before which half of them finished. `firstmile forecast` gives it for any half-way time \
                 from 1:20:00 to 2:30:00; beyond these the tables say too little. Elapsed times, on the marathon's length.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Derived from 744,134 finishers of 24 marathon days, 625,596 of 20 days with the sex known (explain RISK-01 names \
             them): how many finished in each band of time, and the percentiles of the positive split in each (SPLIT-01). A \
             finish and a split give a half-way time, so both tables together are the finishing times by half-way time. No \
             table with both times of single runners was used.",
    certainty: "What others did, no promise. With Berlin, Boston, Chicago or London left out and the interval made from the \
                other three, it held 81 to 89 of 100 of the runners of the one left out, by the same derivation, and its \
                middle was off by 6 to 9 minutes in the median. An interval from 10 to 90 of 100 would have held fewer than 80 \
                on some courses, so it goes from 7 to 93. Days differ: it holds 81 to 83 of 100 on a day of small positive splits and 84 to 87 on a day of great ones \
                (10th and 90th percentile of the days). The derivation agrees with what the tables count by half-way time: \
                with the number of runners of each band to 6 %, and with the median pace of the first half to half a percent.",
    figures: figures::finishes,
    not_for: "Anything but full marathons. A course whose hills make the halves differ. It knows nothing of a runner but the \
              half-way time and the sex, not even a fast start (RISK-01 does).",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_marathon() || run.is_unfinished_marathon() {
        return None;
    }
    let sex = context.runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let forecast = forecast(run.view.at_half_marathon?.elapsed_s, sex)?;
    let pool = pool(sex);
    let sentence = format!(
        "{}; you finished in {} (from {}; {}).",
        forecast.sentence(sex),
        clock(run.view.total.elapsed_s),
        pool.size("finishers"),
        tested()
    );
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("half_way_s", forecast.half_s, "s")
            .reference("finish_low_s", forecast.low_s, "s", pool)
            .reference("finish_p25_s", forecast.p25_s, "s", pool)
            .reference("finish_median_s", forecast.median_s, "s", pool)
            .reference("finish_p75_s", forecast.p75_s, "s", pool)
            .reference("finish_high_s", forecast.high_s, "s", pool),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    /// Returns a marathon with an even first half.
    fn marathon(half_s: f64) -> MadeUpRun {
        MadeUpRun::race(&[(21_097.5, half_s / 21.0975), (42_195.0, 1.1 * half_s / 21.0975)])
    }

    #[test]
    fn only_finished_marathons_with_a_covered_half_way_time_have_it() {
        for (half_s, level) in [(4_780.0, ""), (4_830.0, "info"), (8_970.0, "info"), (9_020.0, "")] {
            assert_eq!(marathon(half_s).sex(Sex::Male).level(&RULE), level, "{half_s}");
        }
        assert_eq!(MadeUpRun::race(&[(21_097.5, 320.0)]).level(&RULE), "");
        assert_eq!(MadeUpRun::training(&[(42_195.0, 320.0)]).level(&RULE), "");
        let cut = MadeUpRun::race(&[(30_000.0, 320.0)]).cut_short(Course::Marathon);
        assert_eq!(cut.level(&RULE), "");
    }

    #[test]
    fn the_sentence_has_both_others_and_the_runner() {
        let sentence = marathon(6_750.0).sex(Sex::Male).find(&RULE).expect("a finding").sentence;
        assert!(sentence.starts_with("Of men at half-way in 1:52:"), "{sentence}");
        assert!(
            sentence.contains(", at least 80 of 100 finished between 3:4")
                && sentence.contains("; you finished in 3:56:")
        );
    }
}
