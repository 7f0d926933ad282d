//! MILE-01: the first mile faster than planned.

use crate::goal::Goal;
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::phrases::{clock, counted};
use crate::units::MILE_M;

/// Percent faster than goal pace; between the plan's band and the first step the level is info.
const STEPS: Steps = &[(3.0, Level::Note), (6.0, Level::Warning)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "MILE-01",
    title: "first mile ahead of plan",
    definition: "With a goal (--goal, or the profile), in a race on the goal's course: how much faster the first mile was run \
                 than goal pace. Grade-adjusted pace is used where the altitude allows. A first mile that is faster than the \
                 plan's band (2 to 3.5 % slower than goal pace), but below the steps, is reported as info.",
    thresholds: |_| STEPS,
    thresholds_unit: "% faster than goal pace",
    source: "The advice article on running cramps that this program grew from: check your watch at the first-mile marker \
             against the anticipated pace, and run the first mile slower than you mean to run the final one. The band and the \
             steps are this program's choice.",
    certainty: "Arithmetic against a goal. We know of no study that supports it.",
    figures: figures::none,
    not_for: "Runs without a goal, or with one for another course.",
    advice: "Check your watch at the first-mile marker against the anticipated pace, and slow down at once if you are ahead.",
    check: Check::Run(check),
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    if !run.is_race() || run.measured.start_missing {
        return None;
    }
    let goal = Goal { course: run.view.course, pace_s_per_m: run.decision.goal_s_per_m? };
    let basis = run.decision.basis;
    let mile = &run.view.first_mile;
    let gap_s = mile.gap_s_per_m(basis).map(|pace| pace * MILE_M);
    let raw_s = mile.times.on(basis);
    let first_s = gap_s.unwrap_or(raw_s);
    let goal_s = goal.pace_s_per_m * MILE_M;
    let (from_s, to_s) = goal.first_mile_s();
    if first_s >= from_s {
        return None;
    }
    let faster_pct = 100.0 * (1.0 - first_s / goal_s);
    let level = RULE.level(run, faster_pct).unwrap_or(Level::Info);
    let comparison = match (goal_s - first_s).round() {
        seconds if seconds >= 1.0 => {
            format!("{} ({faster_pct:.1} %) faster than goal pace", counted(seconds, "second"))
        }
        seconds if seconds <= -1.0 => format!("{} slower than goal pace", counted(-seconds, "second")),
        _ => "at goal pace".to_owned(),
    };
    let hills = gap_s.filter(|gap_s| (gap_s - raw_s).abs() >= 1.0);
    let sentence = format!(
        "Your first mile took {}{}, {comparison} ({}); the plan gives it {}–{}.",
        clock(raw_s),
        hills.map_or_else(String::new, |gap_s| format!(" ({} grade-adjusted)", clock(gap_s))),
        clock(goal_s),
        clock(from_s),
        clock(to_s),
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("first_mile_s", raw_s, "s")
            .evidence("goal_mile_s", goal_s, "s")
            .evidence("faster_than_goal_pct", faster_pct, "%"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    // 4:00:00 is 549.2 s a mile or 341.3 s a kilometre; the plan's band begins at 2 % more.
    fn race(first_mile_share: f64) -> MadeUpRun {
        let even = 14_400.0 / 42.195;
        MadeUpRun::race(&[(MILE_M, first_mile_share * even), (42_195.0, even)])
    }

    #[test]
    fn the_first_mile_is_compared_with_goal_pace() {
        for (share, level) in [
            (1.021, ""),
            (1.019, "info"),
            (0.971, "info"),
            (0.969, "note"),
            (0.941, "note"),
            (0.939, "warning"),
        ] {
            assert_eq!(race(share).goal("4:00:00", Course::Marathon).level(&RULE), level, "{share}");
        }
        let finding = race(0.96).goal("4:00:00", Course::Marathon).find(&RULE).expect("a finding");
        assert_eq!(
            finding.sentence,
            "Your first mile took 8:47, 22 seconds (4.0 %) faster than goal pace (9:09); the plan gives it 9:20–9:28."
        );
    }

    #[test]
    fn it_needs_a_goal_for_this_course() {
        assert_eq!(race(0.9).level(&RULE), "");
        assert_eq!(race(0.9).goal("2:00:00", Course::Half).level(&RULE), "");
    }
}
