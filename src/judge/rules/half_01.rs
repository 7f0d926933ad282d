//! HALF-01: how half marathons with such a start went on.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{half_by_start, people, races};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, as_run};
use crate::measure::{Basis, Course};
use crate::phrases::{of_100, thousands};

pub(in crate::judge) static RULE: Rule = Rule {
    id: "HALF-01",
    title: "half marathons that began like this",
    definition: "With START-01, in a half marathon race: how many runners with such a start (0–5 km against 5–10.55 km) were \
                 slower by 10 % and by 25 % over 10–15 or 15–20 km than over 5–10 km, and their median positive split. Each \
                 is given as a range over three race days, from the lowest to the highest.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Half marathons of Houston 2016 (11,110 runners), Wroclaw 2023 (8,109) and Wroclaw 2024 (10,263), public results \
             from the repositories kmav/houston-marathon-data and zeglicz/halfmarathon-finish-time-predictor. Half-way times \
             are interpolated.",
    certainty: "Three days, and an association. The days differ more than the starts: at Wroclaw 2023, 67 % slowed by a tenth even \
                after a slow start. So no pooled share is given. Slowing by a quarter is far rarer than in a marathon.",
    figures: figures::halves,
    not_for: "Courses other than the half marathon.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_race() || run.view.course != Some(Course::Half) {
        return None;
    }
    start_01::RULE.find(run, context)?;
    let sex = context.runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let excess_pct = run.view.start_excess_pct(Basis::Elapsed);
    let row = half_by_start(excess_pct, sex)?;
    let sentence = format!(
        "After such a start{} {} {} slowed by a tenth late in the race, by the day, and {} by a quarter; their median \
         second half was {} slower than the first ({} finishers, {} race days: {}).",
        as_run(run),
        of_100(row.slowed_10_lowest_day, row.slowed_10_highest_day),
        people(sex),
        of_100(row.slowed_25_lowest_day, row.slowed_25_highest_day),
        pct_range(row.median_lowest_day_pct, row.median_highest_day_pct),
        thousands(row.n),
        row.days,
        races::HALF,
    );
    let pool = Pool { name: races::HALF, n: row.n, days: Some(row.days) };
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("start_excess_pct", excess_pct, "%")
            .reference("share_slowed_10_pct_lowest_day", row.slowed_10_lowest_day, "", pool)
            .reference("share_slowed_10_pct_highest_day", row.slowed_10_highest_day, "", pool)
            .reference("share_slowed_25_pct_lowest_day", row.slowed_25_lowest_day, "", pool)
            .reference("share_slowed_25_pct_highest_day", row.slowed_25_highest_day, "", pool)
            .reference("median_positive_split_pct_lowest_day", row.median_lowest_day_pct, "%", pool)
            .reference("median_positive_split_pct_highest_day", row.median_highest_day_pct, "%", pool),
    )
}

/// Formats a range of percentages: "8.1–14.9 %".
fn pct_range(low: f64, high: f64) -> String {
    format!("{low:.1}–{high:.1} %").replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;

    fn half(excess_pct: f64) -> MadeUpRun {
        MadeUpRun::race(&[(5_000.0, 300.0), (21_097.5, 300.0 / (1.0 - excess_pct / 100.0))])
    }

    #[test]
    fn a_fast_start_gets_the_rates_of_its_sex_without_the_word_wall() {
        let sentence = half(7.0).sex(Sex::Female).find(&RULE).expect("a finding").sentence;
        assert!(
            sentence.starts_with(
                "After such a start 48–92 of 100 women slowed by a tenth late in the race, by the day, and "
            ),
            "{sentence}"
        );
        assert!(!sentence.to_lowercase().contains("wall"), "{sentence}");
    }

    #[test]
    fn it_comes_with_start_01_in_half_marathons_only() {
        assert_eq!(half(1.9).level(&RULE), "");
        assert_eq!(half(2.1).level(&RULE), "info");
        assert_eq!(MadeUpRun::marathon(7.0).level(&RULE), "");
    }
}
