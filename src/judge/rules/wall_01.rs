//! WALL-01: hit the wall in a marathon.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{onset_cost, races};
use crate::judge::late_segments::{LatePart, STOOD_S, place_in};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule};
use crate::phrases::{clock, thousands};

/// The least ratio of a late segment's pace to that of 5–20 km that counts as the wall.
const WALL: f64 = 1.25;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "WALL-01",
    title: "hit the wall",
    definition: "In a marathon race, one of the segments 20–25, 25–30, 30–35 and 35–40 km was run at 1.25 times the pace \
                 of 5–20 km or slower. Times are elapsed, on the marathon's scale. If the recording ends before the finish, \
                 the recorded distance is used.",
    thresholds: |_| &[(WALL, Level::Severe)],
    thresholds_unit: "× the 5–20 km pace",
    source: "After Smyth B. How recreational marathon runners hit the wall: A large-scale data analysis of late-race \
             pacing collapse in the marathon. PLoS ONE 2021;16(5):e0251513; here with fixed segments. The cost to others is \
             that of the 234,939 who hit it among 751,924 finishers of 25 marathon days (explain RISK-01 names them), by the \
             segment where it began and by finishing time.",
    certainty: "A definition of a slow-down, not of its cause. Minutes lost are against the pace of 5–20 km; they do not say in \
                what time the runner would have finished.",
    figures: figures::onset,
    not_for: "Anything but marathon races. A hill or a stop can look the same.",
    advice: "",
    check: Check::Run(check),
};

/// Returns whether the run is a marathon race that hit the wall.
pub(super) fn is_hit(run: &Run) -> bool {
    run.is_marathon() && LatePart::of(run).is_some_and(|late| late.segments.iter().any(|s| s.ratio >= WALL))
}

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !run.is_marathon() {
        return None;
    }
    let view = run.view;
    let late = LatePart::of(run)?;
    let slow = || late.segments.iter().filter(|segment| segment.ratio >= WALL);
    let onset = slow().next()?;
    let left_m = view.distance_m - onset.from_m;
    let from_onset = view.total - onset.begins;
    let from_onset_s = from_onset.elapsed_s;
    let lost_s = from_onset_s - late.steady_s_per_m * left_m;
    let slower_pct = 100.0 * (from_onset_s / left_m / late.steady_s_per_m - 1.0);
    let standing_s = from_onset_s - from_onset.moving_s;
    let stood = if standing_s >= STOOD_S {
        format!(" ({} of it standing)", clock(standing_s))
    } else {
        String::new()
    };
    let until = if run.is_unfinished_marathon() { "the end of the recording" } else { "the finish" };
    let mut sentence = format!(
        "You hit the wall at {}: from there to {until} {slower_pct:.0} % slower than over 5–20 km, {:.0} minutes \
         lost{stood}.",
        place_in(context.units, onset.from_m),
        lost_s / 60.0
    );
    let cost = || {
        let cost = onset_cost((onset.from_m / 1000.0).round() as usize, view.total.elapsed_s)?;
        Some((cost, cost.p25_min_lost?, cost.median_min_lost?, cost.p75_min_lost?))
    };
    let others = cost().filter(|_| !run.is_unfinished_marathon());
    if let Some((cost, low, median, high)) = others {
        let by_day = match (cost.median_p10_day, cost.median_p90_day) {
            (Some(low), Some(high)) => {
                format!("median {median:.0}, {low:.0}–{high:.0} by the day; {} race days", cost.days)
            }
            _ => format!("median {median:.0}; too few a day for a range"),
        };
        sentence += &format!(
            " Of {} runners who hit it there and finished near your time, half lost {low:.0}–{high:.0} minutes by the same measure ({by_day}).",
            thousands(cost.n)
        );
    }
    let finding = RULE
        .finding(Level::Severe, sentence)
        .evidence("wall_onset_m", onset.from_m, "m")
        .evidence("wall_slower_pct", slower_pct, "%")
        .evidence("wall_segments", slow().count() as f64, "× 5 km")
        .evidence("wall_lost_s", lost_s, "s");
    Some(match others {
        None => finding,
        Some((cost, _, median, _)) => {
            let pool = Pool { name: races::ONSET, n: cost.n, days: Some(cost.days) };
            finding.reference("median_lost_s", 60.0 * median, "s", pool)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn a_segment_at_1_25_times_the_steady_pace_is_the_wall() {
        let from_30 =
            |ratio: f64| MadeUpRun::race(&[(30_000.0, 300.0), (35_000.0, 300.0 * ratio), (42_195.0, 300.0)]);
        assert_eq!(from_30(1.249).level(&RULE), "");
        assert_eq!(from_30(1.251).level(&RULE), "severe");
        let sentence =
            MadeUpRun::race(&[(30_000.0, 300.0), (42_195.0, 390.0)]).find(&RULE).expect("the wall").sentence;
        // 12.195 km at 90 s a kilometre more are 18.3 minutes.
        assert!(
            sentence.starts_with(
                "You hit the wall at mile 19 (30 km): from there to the finish 30 % slower than over 5–20 km, \
                 18 minutes lost."
            ),
            "{sentence}"
        );
    }

    #[test]
    fn standing_time_is_mentioned() {
        let sentence = MadeUpRun::race(&[(42_195.0, 300.0)])
            .stop(32_000.0, 500.0, false)
            .find(&RULE)
            .expect("the wall")
            .sentence;
        assert!(sentence.contains(" (8:20 of it standing)"), "{sentence}");
        // The last part is not slow, and of the whole way from the wall on.
        let late = MadeUpRun::race(&[(30_000.0, 300.0), (35_000.0, 400.0), (42_195.0, 300.0)])
            .stop(41_000.0, 90.0, false)
            .find(&RULE)
            .expect("the wall")
            .sentence;
        assert!(late.contains(" (1:30 of it standing)"), "{late}");
    }

    #[test]
    fn only_marathon_races_hit_the_wall() {
        let late = |end_m: f64| [(0.7 * end_m, 300.0), (end_m, 420.0)];
        for end_m in [10_000.0, 21_097.5, 30_000.0, 50_000.0] {
            assert_eq!(MadeUpRun::race(&late(end_m)).level(&RULE), "", "{end_m}");
        }
        assert_eq!(MadeUpRun::training(&late(42_195.0)).level(&RULE), "");
        assert_eq!(MadeUpRun::race(&late(42_195.0)).level(&RULE), "severe");
    }
}
