//! FADE-01: faded.

use super::{start_01, wall_01};
use crate::history::Run;
use crate::judge::late::{Late, kilometres};
use crate::judge::model::{Context, Finding, Level, Rule, Steps};
use crate::units::clock;

/// How much slower the slowest late stretch is, percent.
const STEPS: Steps = &[(10.0, Level::Note), (17.5, Level::Warning)];
/// Standing in the slowest stretch is worth a word from here on, seconds.
const STOOD_S: f64 = 60.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "FADE-01",
    title: "faded",
    definition: "On 30 km or more, without the wall: how much slower the slowest of the four late stretches (20–25, 25–30, \
                 30–35 and 35–40 km of a marathon, 47.4–59.2, –71.1, –82.95 and –94.8 % of any other distance) was than \
                 the steady part before (5–20 km, 11.85–47.4 %).",
    thresholds: |_| STEPS,
    thresholds_unit: "% slower than the steady part",
    source: "The segments are those of the wall (after Smyth B. PLoS ONE 2021;16(5):e0251513), below its threshold of 25 %.",
    certainty: "A description of the slow-down, not of its cause. The two steps are this program's choice.",
    not_for: "Runs below 30 km, recordings that break off, and training that is not steady. Hills late on a course fade \
              any runner.",
    advice: "",
    check,
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    if wall_01::is_hit(run) || !start_01::applies(run) {
        return None;
    }
    let late = Late::of(run)?;
    let slowest = late.stretches.iter().copied().max_by(|a, b| a.ratio.total_cmp(&b.ratio))?;
    let slower_pct = 100.0 * (slowest.ratio - 1.0);
    let level = RULE.level(run, slower_pct)?;
    let stood = if slowest.standing_s >= STOOD_S {
        format!(" ({} of it standing)", clock(slowest.standing_s))
    } else {
        String::new()
    };
    let sentence = format!(
        "You faded: your slowest late stretch, {}, was {slower_pct:.0} % slower than {}{stood}.",
        slowest.name(),
        kilometres(late.before_m.0, late.before_m.1)
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("fade_pct", slower_pct, "%")
            .evidence("fade_from_m", slowest.from_m, "m")
            .evidence("fade_standing_s", slowest.standing_s, "s"),
    )
}
