//! WALL-01: hit the wall.

use crate::history::Run;
use crate::judge::model::{Context, Finding, Level, Rule};
use crate::measure::Course;

/// A segment this much slower than 5–20 km is the wall.
const WALL: f64 = 1.25;
/// The pace before it is that of 5–20 km, in marks of 5 km.
const BEFORE: (usize, usize) = (1, 4);
/// The segments, in marks of 5 km: 20–25, 25–30, 30–35 and 35–40 km.
const SEGMENTS: [(usize, usize); 4] = [(4, 5), (5, 6), (6, 7), (7, 8)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "WALL-01",
    title: "hit the wall",
    definition: "In a race, one of the segments 20–25, 25–30, 30–35 and 35–40 km was run at 1.25 times the pace of \
                 5–20 km or slower (elapsed times on the marathon's scale).",
    thresholds: |_| &[(1.25, Level::Severe)],
    thresholds_unit: "× the 5–20 km pace",
    source: "After Smyth B. How recreational marathon runners hit the wall: A large-scale data analysis of late-race \
             pacing collapse in the marathon. PLoS ONE 2021;16(5):e0251513; here on fixed segments.",
    certainty: "A definition of a slow-down, not of its cause.",
    not_for: "Anything but marathon races; a hill or a stop can look the same.",
    advice: "",
    check,
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    let view = run.view;
    if !run.is_race() || view.course != Some(Course::Marathon) {
        return None;
    }
    let before = view.pace_between_5k(BEFORE.0, BEFORE.1)?;
    let slow: Vec<(usize, usize)> = SEGMENTS
        .into_iter()
        .filter(|(from, to)| view.pace_between_5k(*from, *to).is_some_and(|pace| pace >= WALL * before))
        .collect();
    let &(onset, _) = slow.first()?;
    let onset_m = onset as f64 * 5000.0;
    let from_onset_s = view.total.elapsed_s - view.marks_5k.get(onset - 1)?.elapsed_s;
    let lost_s = from_onset_s - before * (view.distance_m - onset_m);
    let slower_pct = 100.0 * (from_onset_s / (view.distance_m - onset_m) / before - 1.0);
    let sentence = format!(
        "You hit the wall in {}–{} km: from there on {slower_pct:.0} % slower than before, {:.0} minutes lost against the \
         pace of 5–20 km.",
        5 * onset,
        5 * onset + 5,
        lost_s / 60.0
    );
    Some(
        RULE.finding(Level::Severe, sentence)
            .evidence("wall_onset_m", onset_m, "m")
            .evidence("wall_slower_pct", slower_pct, "%")
            .evidence("wall_segments", slow.len() as f64, "segments of 5 km")
            .evidence("wall_lost_s", lost_s, "s"),
    )
}
