//! FADE-01: faded late in a long run, without hitting the wall.

use super::{start_01, wall_01};
use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::late_segments::{LatePart, STOOD_S, kilometres};
use crate::judge::model::{Check, Context, Finding, Level, Rule, Steps};
use crate::phrases::clock;

/// Percent by which the slowest late segment is slower than the steady part.
const STEPS: Steps = &[(10.0, Level::Note), (17.5, Level::Warning)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "FADE-01",
    title: "faded",
    definition: "In a run of 30 km or more that did not hit the wall: how much slower the slowest of the four late segments \
                 was than the steady part before them. In a marathon the steady part is 5–20 km and the late segments are \
                 20–25, 25–30, 30–35 and 35–40 km. Of any other distance the steady part is 11.85–47.4 % and the late \
                 segments are 47.4–59.2, 59.2–71.1, 71.1–82.95 and 82.95–94.8 %.",
    thresholds: |_| STEPS,
    thresholds_unit: "% slower than the steady part",
    source: "The segments are those of the wall (after Smyth B. How recreational marathon runners hit the wall: A \
             large-scale data analysis of late-race pacing collapse in the marathon. PLoS ONE 2021;16(5):e0251513), below \
             its threshold of 25 %.",
    certainty: "A description of the slow-down, not of its cause. The two steps are this program's choice.",
    figures: figures::none,
    not_for: "Runs below 30 km, recordings that end early, and training that is not steady. Hills late on a course make \
              any runner fade.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if run.measured.cut_short || wall_01::is_hit(run) || !start_01::applies(run) {
        return None;
    }
    let late = LatePart::of(run)?;
    let slowest = late.segments.iter().copied().max_by(|a, b| a.ratio.total_cmp(&b.ratio))?;
    let slower_pct = 100.0 * (slowest.ratio - 1.0);
    let level = RULE.level(run, slower_pct)?;
    let stood = if slowest.standing_s >= STOOD_S {
        format!(" ({} of it standing)", clock(slowest.standing_s))
    } else {
        String::new()
    };
    let sentence = format!(
        "You faded: your slowest late stretch, {}, was {slower_pct:.0} % slower than {}{stood}.",
        slowest.name(context.units),
        kilometres(late.steady_m.0, late.steady_m.1)
    );
    Some(
        RULE.finding(level, sentence)
            .evidence("fade_pct", slower_pct, "%")
            .evidence("fade_from_m", slowest.from_m, "m")
            .evidence("fade_standing_s", slowest.standing_s, "s"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::rules::made_up::MadeUpRun;
    use crate::measure::Course;

    fn slower(end_m: f64, pct: f64) -> MadeUpRun {
        let late = 300.0 * (1.0 + pct / 100.0);
        MadeUpRun::race(&[(0.711 * end_m, 300.0), (0.8295 * end_m, late), (end_m, 300.0)])
    }

    #[test]
    fn the_slowest_late_segment_is_compared_with_the_steady_part() {
        for end_m in [30_000.0, 50_000.0] {
            for (pct, level) in
                [(9.9, ""), (10.1, "note"), (17.4, "note"), (17.6, "warning"), (40.0, "warning")]
            {
                assert_eq!(slower(end_m, pct).level(&RULE), level, "{end_m} m, {pct} %");
            }
        }
    }

    #[test]
    fn a_marathon_fades_below_the_wall_and_hits_it_above() {
        let marathon = |pct: f64| {
            MadeUpRun::race(&[(30_000.0, 300.0), (35_000.0, 300.0 * (1.0 + pct / 100.0)), (42_195.0, 300.0)])
        };
        assert_eq!(marathon(9.9).level(&RULE), "");
        assert_eq!(marathon(24.0).level(&RULE), "warning");
        assert_eq!(marathon(26.0).level(&RULE), "");
        let sentence = marathon(12.0).find(&RULE).expect("a fade").sentence;
        assert_eq!(
            sentence,
            "You faded: your slowest late stretch, miles 19–22 (30–35 km), was 12 % slower than 5–20 km."
        );
    }

    #[test]
    fn runs_below_30_km_and_recordings_cut_short_have_no_late_part() {
        assert_eq!(slower(21_097.5, 40.0).level(&RULE), "");
        assert_eq!(slower(30_000.0, 40.0).cut_short(Course::K30).level(&RULE), "");
    }
}
