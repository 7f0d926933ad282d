//! RISK-01: the chance of the wall in a marathon, by its first half.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::people;
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::judge::risk::{WallRisk, wall_risk};
use crate::phrases::{capital, of_100, percent};

/// Percentage points by which runners who began so exceed those who began evenly.
const STEPS: Steps = &[(7.0, Level::Note), (16.0, Level::Warning), (28.0, Level::Severe)];
/// From this difference between the chance and that of the start alone on, the sentence says why,
/// percentage points. An error of one point in the slowing moves the chance by 4, and by 7 in one
/// run of ten.
const WHY_POINTS: f64 = 8.0;
/// Up to this slowing before half-way a runner has not slowed, percent.
const NOT_SLOWED_PCT: f64 = 1.0;
/// Below this difference between both starts the sentence does not compare them, percentage points.
const WORTH_POINTS: f64 = 1.0;
/// The least difference at which the sentence also has the grade-adjusted chance, percentage
/// points.
const GRADE_POINTS: f64 = 5.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "RISK-01",
    title: "chance of the wall",
    definition: "The chance that a marathon hits the wall (WALL-01), by how its first half was run. It comes from a logistic \
                 model with elapsed times as input, and is given as a range: from a day better than the average by one \
                 standard deviation between days, to a day worse by as much. Model K uses the start excess, the slowing from \
                 15 km to half-way, the pace and the sex; KU is K for an unknown sex. Hq, and U for an unknown sex, do \
                 without the slowing: they are for recordings with a gap of more than 200 m across 5 km, 10 km, 15 km or \
                 half-way. S is for a recording that ends between 20 km and half-way, and uses the first 5 km. Beside it are \
                 two shares from Hq (U, S) alone: of runners of that pace and sex, how many hit the wall who began so, and how \
                 many who began evenly (start excess 0). Their difference sets the level.",
    thresholds: |_| STEPS,
    thresholds_unit: "points more than after an even start",
    source: "Logistic fits with an intercept for each race day: K 592,925 finishers of 19 days, KU 711,459 of 23, Hq 625,596 of \
             20, U 744,134 of 24, S 633,386 of 21. The days: Berlin and Chicago 2014–2017; London 2014–2017, and 2018 and 2019 \
             without sex; Boston 2011, 2013, 2014 (no 15 km), 2015, 2016 (no sex), 2017, 2018, 2019; New York 2024 (no sex); \
             Twin Cities 2024; Houston 2016 (S only). Public results, from the repositories wfrierson/dashathon, \
             lilykoff/marathon_analysis, llimllib/bostonmarathon, CurtisThompson/marathon-split-times, \
             bryceblackwell21/NYCMarathonAnalysis, bshk003/mtecresults-analysis and kmav/houston-marathon-data. The wall is \
             defined after Smyth B. How recreational marathon runners hit the wall: A large-scale data analysis of \
             late-race pacing collapse in the marathon. PLoS ONE 2021;16(5):e0251513.",
    certainty: "An association, not a cause: people who start fast differ from people who do not. A runner who starts slower \
                will not simply get the lower figure. With each course left out in turn, K ranks runners of a day with an AUC \
                of .749 (KU .720, Hq .720, U .681, S .683), and of Chicago 2023, which no model has seen, with .77; its \
                chances are off by 6 points on average, because days differ: 14 % hit the wall at Boston 2015, 51 % at \
                Chicago 2017. Known weaknesses: 6 to 10 points too high for runners faster than 3:30 who began 8 % too fast or \
                more; 2 points too low for women; S 3 points too high at Chicago 2023; KU and U worst in heat (London 2018). \
                An error of 40 m at the mark of 15 km moves K by 4 points on average. The slowing by half-way says far more \
                than the start: with it known, a point of start excess adds a tenth of what it adds in Hq. The runners are \
                finishers, over half of them of Boston and London.",
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
    let model = start.pool();
    let mut sentence = format!(
        "{ends}{known}, with splits like yours, {} runners later slowed by a quarter ({}).",
        found.range(),
        model.size("finishers"),
    );
    sentence += &of_the_start(&found);
    sentence += &why(&found);
    if let Some(adjusted) =
        found.grade_adjusted.filter(|adjusted| 100.0 * (adjusted.p - risk.p).abs() >= GRADE_POINTS)
    {
        sentence += &format!(" By grade-adjusted pace: {}.", of_100(adjusted.low, adjusted.high));
    }
    if context.runner.sex(run.identity.sex).is_none() {
        sentence += " Without your sex (--sex) this is coarser.";
    }
    let of_start = start.start_pool();
    let finding = RULE
        .finding(level, capital(&sentence))
        .reference("p_wall", risk.p, "", model)
        .reference("p_wall_low", risk.low, "", model)
        .reference("p_wall_high", risk.high, "", model)
        .reference("p_wall_start", risk.start, "", of_start)
        .reference("p_wall_even_start", risk.even_start, "", of_start)
        .evidence("by_start_points", points, "percentage points")
        .evidence("model_start_excess_pct", start.excess_pct, "%");
    let finding = match start.slowing_pct {
        Some(slowing_pct) => finding.evidence("model_slowing_pct", slowing_pct, "%"),
        None => finding,
    };
    Some(match found.grade_adjusted {
        Some(adjusted) => finding.reference("gap_p_wall", adjusted.p, "", model),
        None => finding,
    })
}

/// Returns the sentence on the start: how many hit the wall who began so, and how many who began
/// evenly. Empty after a start that was not faster than even.
fn of_the_start(found: &WallRisk) -> String {
    let (began_so, evenly) = (percent(found.risk.start), percent(found.risk.even_start));
    if found.risk.by_start_points() < WORTH_POINTS {
        return String::new();
    }
    let pool = found.start.start_pool();
    // The pool's size is in the sentence before if it is the same.
    let size =
        if found.start.pool() == pool { String::new() } else { format!(" ({})", pool.size("finishers")) };
    let sex = found.start.sex;
    format!(
        " By the model, of {} of your pace{}, {began_so} of 100 who began as you did slowed by a quarter, {evenly} of 100 who began \
         evenly{size}. People who begin fast differ in other ways too.",
        people(sex),
        if sex.is_some() { "" } else { ", men and women" },
    )
}

/// Returns the sentence on why the chance is well below or above that of the start alone; empty if
/// it is not, or if the slowing before half-way is not known.
fn why(found: &WallRisk) -> String {
    let points = 100.0 * (found.risk.p - found.risk.start);
    match found.start.slowing_pct {
        Some(slowing_pct) if points <= -WHY_POINTS && slowing_pct < NOT_SLOWED_PCT => {
            " You had not slowed by half-way, which is why the figure is lower than for your start alone."
                .to_owned()
        }
        Some(slowing_pct) if points <= -WHY_POINTS => format!(
            " You had slowed by {slowing_pct:.0} % between 15 km and half-way; with that the figure is lower than for your \
             start alone."
        ),
        Some(slowing_pct) if points >= WHY_POINTS => format!(
            " You were already slowing between 15 km and half-way ({slowing_pct:.0} %); that says more than the start \
             does."
        ),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    /// Returns a man's marathon that begins too fast and then keeps one pace.
    fn marathon(excess_pct: f64) -> MadeUpRun {
        MadeUpRun::marathon(excess_pct).sex(Sex::Male)
    }

    #[test]
    fn the_start_alone_sets_the_level() {
        // At some 5:08 a kilometre an even start gives a man 27 % (logit −1.0 by Hq), and each
        // percent of start excess adds 0.24 to the logit: 7 points at 1.4 %, 16 at 3.0 %, 28 at 5.1
        // %.
        for (excess_pct, level) in
            [(1.1, "info"), (1.7, "note"), (2.7, "note"), (3.3, "warning"), (4.7, "warning"), (5.5, "severe")]
        {
            assert_eq!(marathon(excess_pct).level(&RULE), level, "{excess_pct}");
        }
    }

    #[test]
    fn a_fast_start_without_slowing_is_explained() {
        let sentence = marathon(6.0).find(&RULE).expect("a finding").sentence;
        assert!(sentence.starts_with("At half-way, with splits like yours, "), "{sentence}");
        assert!(sentence.contains(" runners later slowed by a quarter (592,925 finishers, 19 race days). "));
        assert!(
            sentence.contains("By the model, of men of your pace, ")
                && sentence.contains(" who began evenly (625,596 ")
        );
        // From 10 km on one pace: over 5–15 km half of it was the fast start, so it had slowed by 3
        // %.
        let (begun, rest) = (300.0, 300.0 / 0.94);
        let calm = MadeUpRun::race(&[(5_000.0, 288.0), (10_000.0, 306.0), (42_195.0, rest)]).sex(Sex::Male);
        assert!(begun < rest && calm.find(&RULE).is_some());
        let held = MadeUpRun::race(&[(7_000.0, 290.0), (10_000.0, 310.0), (42_195.0, 312.0)]).sex(Sex::Male);
        let sentence = held.find(&RULE).expect("a finding").sentence;
        assert!(
            sentence.contains("You had not slowed by half-way") || sentence.contains("You had slowed by"),
            "{sentence}"
        );
    }

    #[test]
    fn slowing_before_half_way_says_more_than_the_start() {
        let sentence = MadeUpRun::race(&[(15_000.0, 300.0), (42_195.0, 318.0)])
            .sex(Sex::Male)
            .find(&RULE)
            .expect("a finding")
            .sentence;
        assert!(sentence.contains("You were already slowing between 15 km and half-way (6 %)"), "{sentence}");
    }

    #[test]
    fn a_calm_start_is_not_compared_with_an_even_one() {
        let sentence = marathon(-1.5).find(&RULE).expect("a finding").sentence;
        assert!(!sentence.contains("evenly"), "{sentence}");
        let unknown = MadeUpRun::marathon(4.0).find(&RULE).expect("a finding").sentence;
        assert!(unknown.contains("By the model, of runners of your pace, men and women, "), "{unknown}");
        assert!(unknown.ends_with("Without your sex (--sex) this is coarser."), "{unknown}");
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
            sentence(25.0).starts_with("The recording ends at 25.0 km; on its distance, at half-way, "),
            "{}",
            sentence(25.0)
        );
        assert!(
            sentence(20.5).contains("at 20 km, with splits like yours, ")
                && sentence(20.5).contains("(633,386 finishers, 21 race days)"),
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
