//! The strips below the large chart: hills and heart rate over the same distance.

use super::chart::{Align, Plot, Scale, Spot};
use super::run::PageRun;
use crate::phrases::capital;

/// The height of a strip's drawing, and of its words above.
const STRIP: f64 = 38.0;
const STRIP_WORDS: f64 = 22.0;
/// Smaller differences of altitude are no hills, metres.
const LEAST_HILL_M: f32 = 10.0;

/// Returns the height of a run's strips.
pub(super) fn height(run: &PageRun) -> f64 {
    let strips = [hills(run).is_some(), heart(run).len() > 1];
    strips.into_iter().filter(|there| *there).count() as f64 * (STRIP + STRIP_WORDS)
}

/// Draws a run's strips from a height on.
pub(super) fn draw(plot: &mut Plot, run: &PageRun, mut top: f64) {
    if let Some(profile_m) = hills(run) {
        hill_strip(plot, profile_m, top);
        top += STRIP + STRIP_WORDS;
    }
    heart_strip(plot, run, top);
}

/// Returns the strips in words.
pub(super) fn alternative(run: &PageRun) -> String {
    let mut words = String::new();
    if let Some(profile_m) = hills(run) {
        let (low, high) = span(profile_m);
        words += &format!(" {}.", capital(&hill_words(low, high)));
    }
    if let (Some(first), Some(last)) = (heart(run).first(), heart(run).last()) {
        words += &format!(" Heart rate {:.0} at first, {:.0} at the end.", first.1, last.1);
    }
    words
}

/// Returns the altitude if the run has hills.
fn hills<'a>(run: &PageRun<'a>) -> Option<&'a [f32]> {
    let profile_m = &run.scores.measured.grade.profile_m;
    let (low, high) = span(profile_m);
    (profile_m.len() > 1 && high - low >= LEAST_HILL_M).then_some(profile_m)
}

/// Returns the lowest and the highest altitude.
fn span(profile_m: &[f32]) -> (f32, f32) {
    profile_m.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), m| (low.min(*m), high.max(*m)))
}

/// Returns the altitudes in words, with a true minus.
fn hill_words(low: f32, high: f32) -> String {
    // A little below zero is zero without a sign.
    let [low, high] = [low, high].map(|metres| metres.round() + 0.0);
    format!("hills, {low} to {high} m").replace('-', "−")
}

/// Draws the altitude below the pace.
fn hill_strip(plot: &mut Plot, profile_m: &[f32], top: f64) {
    let (low, high) = span(profile_m);
    let (upper, base) = (top + STRIP_WORDS - 4.0, top + STRIP_WORDS - 4.0 + STRIP);
    // Small hills are drawn small.
    let scale = Scale::new((f64::from(low), f64::from(high.max(low + 40.0))), (base - 2.0, upper));
    let last = (profile_m.len() - 1) as f64;
    let mut points: Vec<(f64, f64)> = vec![(0.0, base)];
    points.extend(profile_m.iter().enumerate().map(|(at, m)| (at as f64 / last, scale.at(f64::from(*m)))));
    points.push((1.0, base));
    plot.area("hill", &points);
    let spot = Spot { x: 0.0, top, align: Align::Left };
    plot.label("soft", &[&hill_words(low, high)], &[spot]);
}

/// Returns the stretches of 5 km that have a heart rate: their start, metres, and beats a minute.
fn heart(run: &PageRun) -> Vec<(f64, f64)> {
    let all = run.scores.view.heart_5k.iter().enumerate();
    all.filter_map(|(number, heart)| Some((5_000.0 * number as f64, heart.as_ref()?.rate_bpm)))
        .filter(|(_, bpm)| bpm.is_finite())
        .collect()
}

/// Draws the heart rate below, in steps of 5 km.
fn heart_strip(plot: &mut Plot, run: &PageRun, top: f64) {
    let heart = heart(run);
    if heart.len() < 2 {
        return;
    }
    let beats: Vec<f64> = heart.iter().map(|(_, bpm)| *bpm).collect();
    let low = beats.iter().copied().fold(f64::INFINITY, f64::min);
    let high = beats.iter().copied().fold(0.0, f64::max);
    let (upper, base) = (top + STRIP_WORDS + 10.0, top + STRIP_WORDS + STRIP - 4.0);
    let scale = Scale::new((low, high.max(low + 20.0)), (base, upper));
    plot.label("soft", &["heart rate by 5 km"], &[Spot { x: 0.0, top, align: Align::Left }]);
    for (from_m, bpm) in heart {
        let share = |at_m: f64| (at_m / run.scores.view.distance_m).min(1.0);
        let (from, to, y) = (share(from_m), share(from_m + 5_000.0), scale.at(bpm));
        plot.line("heart", &[(from, y), (to, y)]);
        let spot = Spot { x: f64::midpoint(from, to), top: y - 16.0, align: Align::Middle };
        plot.label("soft", &[&format!("{bpm:.0}")], &[spot]);
    }
}
