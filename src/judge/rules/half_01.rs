//! HALF-01: how half marathons with such a start went on.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{half_by_start, people, races};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, as_run};
use crate::measure::{Basis, Course};
use crate::phrases::{percent, thousands};

pub(in crate::judge) static RULE: Rule = Rule {
    id: "HALF-01",
    title: "half marathons that began like this",
    definition: "With START-01, in a half marathon race: the shares of runners with such a start (0–5 km against 5–10.55 km) \
                 who were slower by 10 % and by 25 % over 10–15 or 15–20 km than over 5–10 km, and their median positive \
                 split.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Houston half marathon 2016, 11,110 runners, public results from the repository kmav/houston-marathon-data.",
    certainty: "One day on one flat course, and an association. Slowing by a quarter is far rarer than in a marathon: 5 % \
                here, 30 % in the marathon of the same day.",
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
        "Of {} who started like this{} at {} (one day, one flat course; n = {}), {} % slowed by a tenth late in the race, {} % \
         by a quarter; their median second half was {:.1} % {} than the first.",
        people(sex),
        as_run(run),
        races::HALF,
        thousands(row.n),
        percent(row.p_late_segment_10pct_slower),
        percent(row.p_late_segment_25pct_slower),
        row.median_positive_split_pct.abs(),
        if row.median_positive_split_pct < 0.0 { "faster" } else { "slower" },
    );
    let pool = Pool { name: races::HALF, n: row.n };
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("start_excess_pct", excess_pct, "%")
            .reference("share_slowed_10_pct", row.p_late_segment_10pct_slower, "", pool)
            .reference("share_slowed_25_pct", row.p_late_segment_25pct_slower, "", pool)
            .reference("median_positive_split_pct", row.median_positive_split_pct, "%", pool),
    )
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
                "Of women who started like this at Houston half marathon 2016 (one day, one flat course;"
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
