//! SPLIT-01: a marathon's positive split compared with other runners'.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{finish_band, people, races, splits};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, Steps};
use crate::measure::{Basis, Course};

/// Percentiles of the positive split.
const STEPS: Steps = &[(75.0, Level::Note), (90.0, Level::Warning)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "SPLIT-01",
    title: "split against others",
    definition: "A marathon's positive split (second half against the first, elapsed time) among those of runners of the \
                 same sex and finishing band: sub-3, 3:00–3:30, 3:30–4:00, 4:00–4:30, 4:30–5:00, 5:00+.",
    thresholds: |_| STEPS,
    thresholds_unit: "% of such runners with a smaller split",
    source: "744,134 finishers of 24 marathon days, 625,596 of 20 days with the sex known (explain RISK-01 names them).",
    certainty: "Splits differ more by day than by runner, so the share is given with its range: where the split falls on a day of \
                great splits and on one of small splits (10th and 90th percentile of the days). Bands are by finishing time, so \
                slow bands include runners who faded, and the same split looks more common there.",
    figures: figures::splits,
    not_for: "Anything but marathons. Courses whose hills make the split.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let view = run.view;
    if !run.is_race() || view.course != Some(Course::Marathon) {
        return None;
    }
    let sex = context.runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let finish_s = view.total.elapsed_s;
    let row = splits(sex, finish_s)?;
    let split_pct = view.positive_split_pct(Basis::Elapsed);
    let level = match split_pct {
        pct if pct > row.p90 => Level::Warning,
        pct if pct > row.p75 => Level::Note,
        _ => return None,
    };
    let below = row.below(split_pct);
    let by_day = row.below_by_day(split_pct);
    let band = match finish_band(finish_s) {
        "sub-3" => "under 3:00".to_owned(),
        "5:00+" => "5:00 or more".to_owned(),
        band => band.replace('-', "–"),
    };
    let pool = Pool {
        name: if sex.is_some() { races::WALL } else { races::WALL_ANY_SEX },
        n: row.n,
        days: Some(row.days),
    };
    let sentence = format!(
        "Your second half was {split_pct:.1} % slower than the first: more than that of {below} in 100 {} who took {band}{} \
         ({}).",
        people(sex),
        by_day.map_or_else(String::new, |(low, high)| format!(", {} by the day", days(low, high))),
        pool.size("finishers")
    );
    let finding = RULE
        .finding(level, sentence)
        .evidence("positive_split_pct", split_pct, "%")
        .reference("percentile", f64::from(below), "of 100", pool)
        .reference("p75_positive_split_pct", row.p75, "%", pool)
        .reference("p90_positive_split_pct", row.p90, "%", pool);
    Some(match by_day {
        None => finding,
        Some((low, high)) => finding
            .reference("percentile_low_day", f64::from(low), "of 100", pool)
            .reference("percentile_high_day", f64::from(high), "of 100", pool),
    })
}

/// Formats a range of percentiles. The table of the days ends at the 25th and the 90th.
fn days(low: u8, high: u8) -> String {
    match (low, high) {
        (90.., _) => "90 or more".to_owned(),
        (low, 90..) => format!("{low} to over 90"),
        (..=25, high) => format!("under 25 to {high}"),
        (low, high) => format!("{low} to {high}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;

    // For men of 3:30 to 4:00 the 75th percentile is 15.4 %, the 90th is 23.76 %.
    fn man(split_pct: f64) -> MadeUpRun {
        let first = 2.0 * 3.75 * 3600.0 / 42.195 / (2.0 + split_pct / 100.0);
        MadeUpRun::race(&[(21_097.5, first), (42_195.0, first * (1.0 + split_pct / 100.0))]).sex(Sex::Male)
    }

    #[test]
    fn a_split_is_judged_by_the_75th_and_the_90th_percentile() {
        for (split_pct, level) in [(15.3, ""), (15.5, "note"), (23.6, "note"), (23.9, "warning")] {
            assert_eq!(man(split_pct).level(&RULE), level, "{split_pct}");
        }
        let sentence = |split_pct: f64| man(split_pct).find(&RULE).expect("a finding").sentence;
        assert!(
            sentence(15.5).ends_with(
                "more than that of 75 in 100 men who took 3:30–4:00, 49 to 84 by the day (96,030 finishers, 20 race days)."
            ),
            "{}",
            sentence(15.5)
        );
        assert!(sentence(26.0).contains(", 78 to over 90 by the day "), "{}", sentence(26.0));
        assert!(sentence(40.0).contains(", 90 or more by the day "), "{}", sentence(40.0));
    }

    #[test]
    fn only_marathon_races_are_compared() {
        assert_eq!(MadeUpRun::race(&[(10_548.75, 300.0), (21_097.5, 390.0)]).level(&RULE), "");
        assert_eq!(MadeUpRun::training(&[(21_097.5, 300.0), (42_195.0, 390.0)]).level(&RULE), "");
    }
}
