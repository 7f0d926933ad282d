//! RISK-01: the chance of the wall in a marathon, by its first half.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{people, races, wall_by_first_5k, wall_by_start};
use crate::judge::evidence::wall::ModelId;
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, Steps, as_run};
use crate::judge::risk::wall_risk;
use crate::phrases::{capital, percent, thousands};
use crate::runner::Origin;

/// Percentage points by which the chance exceeds that of an even start.
const STEPS: Steps = &[(5.0, Level::Note), (12.0, Level::Warning), (25.0, Level::Severe)];
/// The least difference at which the sentence also has the grade-adjusted chance, percentage
/// points.
const GRADE_POINTS: f64 = 5.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "RISK-01",
    title: "chance of the wall",
    definition: "The chance that a marathon hits the wall (WALL-01), by how its first half was run. It comes from a logistic \
                 model of start excess, first-half pace and sex, with elapsed times as input. It is given as a range: from a \
                 day better than the average by one standard deviation between days, to a day worse by as much. The band is \
                 also given as a word: below 15 % low, to 30 % typical, to 45 % elevated, to 60 % high, then very high. The \
                 same runner's chance from an even start (start excess 0) is given for comparison. The difference is the part \
                 that the start explains, and it alone sets the level. Model H uses the sex; U is for an unknown sex. S is \
                 for a recording that ends between 20 km and half-way, and uses the first 5 km.",
    thresholds: |_| STEPS,
    thresholds_unit: "points more than from an even start",
    source: "Models H and S: 132,900 runners of Boston 2011, 2013, 2014, 2015, 2017 and Houston 2016. Model U: 159,375 \
             runners, with Boston 2016 as well. Public results, from the repositories lilykoff/marathon_analysis, \
             llimllib/bostonmarathon, CurtisThompson/marathon-split-times and kmav/houston-marathon-data. The wall is \
             defined after Smyth B. How recreational marathon runners hit the wall: A large-scale data analysis of \
             late-race pacing collapse in the marathon. PLoS ONE 2021;16(5):e0251513.",
    certainty: "An association, not a cause: people who start fast differ from people who do not. A runner who starts slower \
                will not simply get the lower figure. The day matters as much as the start: 37 % hit the wall at Boston \
                2014, 14 % at Boston 2015. The runners are finishers, mostly of Boston, and faster than average fields. \
                Model S is some 3 points too high on a flat course.",
    figures: figures::wall,
    not_for: "Cramps: no source records them, so no chance of a cramp is ever given. Anything but marathon races. A start \
              downhill looks faster than it was. Where grade is applied, the chance by grade-adjusted pace is also given \
              if it differs.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let found = wall_risk(run, context.runner)?;
    let (risk, start) = (found.risk, found.start);
    let points = risk.by_start_points();
    let level = RULE.level(run, points).unwrap_or(Level::Info);
    let ends = found.ends_at_m.map_or_else(String::new, |end_m| {
        format!("The recording ends at {:.1} km; on its distance, ", end_m / 1000.0)
    });
    let known = if found.at_half { "at half-way" } else { "at 20 km" };
    let low_high = match (percent(risk.low), percent(risk.high)) {
        (low, high) if low == high => format!("{low} %"),
        (low, high) => format!("{low}–{high} %"),
    };
    let mut sentence = format!(
        "{ends}{known} the chance of the wall was {low_high} ({}); from an even start the model says {} %.",
        risk.band().replace('-', " "),
        percent(risk.even_start)
    );
    if let Some(adjusted) =
        found.grade_adjusted.filter(|adjusted| 100.0 * (adjusted.p - risk.p).abs() >= GRADE_POINTS)
    {
        sentence += &format!(
            " By grade-adjusted pace it was {}–{} %.",
            percent(adjusted.low),
            percent(adjusted.high)
        );
    }
    let reference = match start.model {
        ModelId::S => wall_by_first_5k(start.excess_pct, start.sex),
        ModelId::H | ModelId::U => wall_by_start(start.excess_pct, start.sex),
    };
    if start.model == ModelId::S {
        sentence.push_str(" It goes by the first 5 km and runs some 3 points high on a flat course.");
    }
    if let Some(row) = reference {
        let source = match context.runner.sex(run.identity.sex) {
            Some((_, Origin::File)) => "; sex as the recording says",
            Some(_) => "",
            None => "; sex not known, --sex tells it",
        };
        sentence += &format!(
            " Of {} in the reference races who started like this{}, at any pace, {} % hit it ({}–{} % by race day, n = {}{source}).",
            people(start.sex),
            as_run(run),
            percent(row.p_wall),
            percent(row.p_wall_lowest_day),
            percent(row.p_wall_highest_day),
            thousands(row.n)
        );
    }
    let model = start.pool();
    let mut finding = RULE
        .finding(level, capital(&sentence))
        .reference("p_wall", risk.p, "", model)
        .reference("p_wall_low", risk.low, "", model)
        .reference("p_wall_high", risk.high, "", model)
        .reference("p_wall_even_start", risk.even_start, "", model)
        .evidence("by_start_points", points, "percentage points")
        .evidence("model_start_excess_pct", start.excess_pct, "%");
    if let Some(adjusted) = found.grade_adjusted {
        finding = finding.reference("gap_p_wall", adjusted.p, "", model);
    }
    match reference {
        None => Some(finding),
        Some(row) => Some(finding.reference(
            "share_with_such_a_start",
            row.p_wall,
            "",
            Pool { name: races::WALL, n: row.n },
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    #[test]
    fn the_start_alone_sets_the_level() {
        // At some 5:06 a kilometre the model gives a man 24 % from an even start (logit −1.14).
        // Each percent of start excess adds 0.1475 to the logit, so the chance is 5 points higher
        // from 1.8 % on, 12 points from 3.9 %, 25 points from 7.5 %.
        for (excess_pct, level) in
            [(1.6, "info"), (1.9, "note"), (3.7, "note"), (4.1, "warning"), (7.3, "warning"), (7.8, "severe")]
        {
            assert_eq!(MadeUpRun::marathon(excess_pct).sex(Sex::Male).level(&RULE), level, "{excess_pct}");
        }
    }

    #[test]
    fn the_sentence_has_the_range_the_even_start_and_the_pool() {
        let sentence = MadeUpRun::marathon(6.5).sex(Sex::Female).find(&RULE).expect("a finding").sentence;
        assert!(sentence.starts_with("At half-way the chance of the wall was "), "{sentence}");
        assert!(sentence.contains("from an even start the model says 11 %"), "{sentence}");
        assert!(
            sentence
                .contains("Of women in the reference races who started like this, at any pace, 36 % hit it"),
            "{sentence}"
        );
        let unknown = MadeUpRun::marathon(6.5).find(&RULE).expect("a finding").sentence;
        assert!(unknown.contains("sex not known, --sex tells it"), "{unknown}");
    }

    #[test]
    fn a_recording_that_ends_early_has_the_chance_known_by_then() {
        let cut = |km: f64| {
            MadeUpRun::race(&[(10_000.0, 300.0), (1000.0 * km, 320.0)])
                .cut_short(Course::Marathon)
                .sex(Sex::Male)
        };
        let sentence = |km: f64| cut(km).find(&RULE).map(|finding| finding.sentence).unwrap_or_default();
        assert!(
            sentence(25.0).starts_with("The recording ends at 25.0 km; on its distance, at half-way "),
            "{}",
            sentence(25.0)
        );
        assert!(
            sentence(20.5).contains("at 20 km the chance") && sentence(20.5).contains("3 points high"),
            "{}",
            sentence(20.5)
        );
        assert_eq!(sentence(19.5), "");
    }

    #[test]
    fn only_marathon_races_have_a_chance() {
        assert_eq!(MadeUpRun::race(&[(5_000.0, 300.0), (21_097.5, 330.0)]).sex(Sex::Male).level(&RULE), "");
        assert_eq!(MadeUpRun::race(&[(10_000.0, 300.0), (50_000.0, 330.0)]).sex(Sex::Male).level(&RULE), "");
        assert_eq!(
            MadeUpRun::training(&[(10_000.0, 300.0), (42_195.0, 330.0)]).sex(Sex::Male).level(&RULE),
            ""
        );
    }
}
