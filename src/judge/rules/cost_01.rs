//! COST-01: how much slower runners with such a start were than in their own calmer races.

use super::start_01;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{cost_part, own_cost, races};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, as_run};
use crate::measure::{Basis, Course};
use crate::phrases::thousands;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "COST-01",
    title: "what such a start went with",
    definition: "With START-01, in a marathon race: how much slower runners with this start excess finished than in their \
                 own other races with a calmer start. Each day's general speed is removed, and the 95 % interval is given.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "Runners of two or more of Boston 2011, 2013, 2014, 2015 and 2017 (16,965 runners, 41,842 races). The parts of the \
             race: 24,150 runners, 60,915 races at Boston 2011–2019, with runner and day fixed effects. Public results from \
             the repositories lilykoff/marathon_analysis and llimllib/bostonmarathon. The advice article on running cramps that \
             this program grew from says that a runner \"could lose as much as double\" what was gained.",
    certainty: "An association within the same runners, not a cause. In races with a higher start excess their first 10 km were \
                no faster (0.00 % a point); the stretch to half-way was slower (1.1 %), and the second half too (1.6 %). So the \
                figure does not say what a slower start would have saved: such days were partly worse days. As unlucky days \
                are on one side of the comparison only, it overstates somewhat. On the source's \"as much as double\": by sex and \
                finishing band, the further loss in the second half for each second gained is from 1.6 (women slower than 4:30) \
                to 3.7 (men faster than 3:30). That too is an association, neither two nor a price.",
    figures: figures::own_cost,
    not_for: "Courses other than the marathon. Boston's course falls at first, which shifts every start there.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_race() || run.view.course != Some(Course::Marathon) {
        return None;
    }
    start_01::RULE.find(run, context)?;
    let excess_pct = run.view.start_excess_pct(Basis::Elapsed);
    let row = own_cost(excess_pct)?;
    let (low, high) = row.interval_pct();
    // If the interval includes zero, the cost is not significant.
    if low <= 0.0 {
        return None;
    }
    let calmer = cost_part("0-10 km")?;
    let sentence = format!(
        "In races begun like this{}, the same runners finished {low:.1}–{high:.1} % slower on average than in their calmer ones ({} races, \
         {}): {} minutes of a finish like yours. Their first 10 km were no faster in them ({:.1} % a point of start excess, \
         {} races): such days were partly worse days.",
        as_run(run),
        thousands(row.calmer_n_races),
        races::OWN_COST,
        match row.interval_min(run.view.total.elapsed_s) {
            (low, high) if low == high => format!("about {low}"),
            (low, high) => format!("{low}–{high}"),
        },
        calmer.change_pct,
        thousands(calmer.n_races),
    );
    let pool = Pool { name: races::OWN_COST, n: row.calmer_n_races, days: Some(5) };
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("start_excess_pct", excess_pct, "%")
            .reference("slower_than_own_calmer_races_pct", row.calmer_day_adjusted, "%", pool)
            .reference("standard_error_pct", row.calmer_se, "%", pool),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn a_fast_start_is_compared_with_calmer_races_as_an_association() {
        let finding = MadeUpRun::marathon(5.0).find(&RULE).expect("a finding");
        assert_eq!(finding.level, Level::Info);
        assert!(finding.sentence.contains("such days were partly worse days"), "{}", finding.sentence);
        let cost =
            finding.evidence.iter().find(|e| e.name == "slower_than_own_calmer_races_pct").expect("a cost");
        assert!(cost.pool.is_some_and(|pool| pool.n > 1000), "{cost:?}");
    }

    #[test]
    fn it_comes_with_start_01_in_marathons_only() {
        assert_eq!(MadeUpRun::marathon(1.99).level(&RULE), "");
        assert_eq!(MadeUpRun::marathon(2.01).level(&RULE), "info");
        assert_eq!(MadeUpRun::race(&[(5_000.0, 300.0), (21_097.5, 330.0)]).level(&RULE), "");
    }
}
