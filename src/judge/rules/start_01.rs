//! START-01: went out too fast.

use crate::history::Run;
use crate::judge::model::{Context, Finding, Level, Rule, Steps};
use crate::measure::Course;

const LONG: Steps = &[(2.0, Level::Note), (4.0, Level::Warning), (6.0, Level::Severe)];
/// A brisk first mile suits a short race: 5 km runners did best 3–6 % fast in it (Gosztyla 2006).
const SHORT: Steps = &[(4.0, Level::Note), (7.0, Level::Warning), (10.0, Level::Severe)];
/// Courses shorter than this count as short.
const LONG_FROM_M: f64 = 15_000.0;
/// A training run whose kilometres vary by more (SD / mean) is no steady run (DESIGN, "Steady or not").
const STEADY: f64 = 0.12;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "START-01",
    title: "went out too fast",
    definition: "Start excess: how much faster the start window (0–23.7 % of the distance; 0–10 km of a marathon) \
                 was run than the rest window (23.7–50 %; 10 km to half-way), in percent of pace; of grade-adjusted pace \
                 where the altitude allows.",
    thresholds: |course| if course.is_some_and(|c| c.length_m() < LONG_FROM_M) { SHORT } else { LONG },
    thresholds_unit: "% start excess",
    source: "The windows are those in which public marathon results tell the coming slow-down best (132,900 runners; \
             Boston 2011, 2013, 2014, 2015, 2017 and Houston 2016). The source article asks for a first mile slower \
             than the final one. Short races: Gosztyla AE, Edwards DG, Quinn TJ, Kenefick RW. The impact of different \
             pacing strategies on five-kilometer running time trial performance. J Strength Cond Res 2006;20(4):882-886.",
    certainty: "That fast starters slow down more is well supported, as an association: people who start fast differ \
                from people who do not. The steps between the levels are this program's choice.",
    not_for: "Intervals, hills and other planned surges: a training run that is not steady (kilometre paces vary by \
              more than 12 %) is not judged, and other training runs get a note at most. Where altitude is absent or too \
              noisy, a course that falls at first makes any start look fast.",
    advice: "Run the first mile slower than you mean to run the final one, and check your watch at the first-mile \
             marker.",
    check,
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    if !applies(run) {
        return None;
    }
    let basis = run.decision.basis;
    let raw_pct = run.start_excess_pct();
    let gap_pct = run.view.gap_start_excess_pct(basis);
    let excess_pct = run.view.judged_start_excess_pct(basis);
    let level = level(run, excess_pct)?;
    let pace = |stretch: &crate::measure::Stretch| {
        context.units.pace(stretch.gap_s_per_m(basis).unwrap_or_else(|| stretch.pace_s_per_m(basis)))
    };
    let (start, rest) = if run.view.course == Some(Course::Marathon) {
        ("the first 10 km", "10 km to half-way")
    } else {
        ("the first quarter", "the stretch from there to half-way")
    };
    // A hill that changes nothing the reader sees is not worth a word.
    let hills = gap_pct.filter(|gap_pct| (gap_pct - raw_pct).abs() >= 0.3);
    let sentence = format!(
        "You ran {start} {excess_pct:.1} % faster than {rest} ({} against {} a {}{}).",
        pace(&run.view.start_window),
        pace(&run.view.rest_window),
        context.units.word(),
        hills.map_or_else(String::new, |_| format!(", grade-adjusted; {raw_pct:+.1} % as run")),
    );
    let finding = RULE.finding(level, sentence).evidence("start_excess_pct", raw_pct, "%");
    Some(match gap_pct {
        Some(gap_pct) => finding.evidence("gap_start_excess_pct", gap_pct, "%"),
        None => finding,
    })
}

/// The level of a start excess on a run's course.
pub(super) fn level(run: &Run, excess_pct: f64) -> Option<Level> {
    RULE.level(run, excess_pct)
}

/// Whether the run has a start to be judged: a race, or a steady training run.
pub(super) fn applies(run: &Run) -> bool {
    run.is_race() || is_steady(run)
}

/// Whether the whole kilometres, without the first and the last, are even enough to have a start.
fn is_steady(run: &Run) -> bool {
    let whole: Vec<f64> = run
        .view
        .kms
        .iter()
        .filter(|split| split.distance_m > 999.0)
        .map(|split| split.times.on(run.decision.basis))
        .collect();
    let Some(inner) = whole.get(1..whole.len().saturating_sub(1)).filter(|inner| inner.len() >= 2) else {
        return true;
    };
    let mean = inner.iter().sum::<f64>() / inner.len() as f64;
    let variance =
        inner.iter().map(|pace| (pace - mean) * (pace - mean)).sum::<f64>() / (inner.len() - 1) as f64;
    variance.sqrt() / mean <= STEADY
}
