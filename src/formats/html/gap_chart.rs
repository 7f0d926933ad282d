//! The charts of two runs side by side: the gap along the way, and both paces.

use maud::{Markup, html};

use super::chart::{Align, Plot, Scale, Spot, clipped_range, ticks};
use super::document::Text;
use crate::phrases::{clock, signed_clock};
use crate::report::{GapAt, Versus, shown_gap_s};
use crate::units::Units;

/// The upper edge of a chart, and the lower edges of the two, pixels.
const TOP: f64 = 24.0;
const GAP_BASE: f64 = 224.0;
const PACE_BASE: f64 = 184.0;
/// The room for words below the axis, pixels.
const WORDS: f64 = 24.0;
/// The gap spans at least this to either side, seconds, so that two equal runs look equal.
const LEAST_REACH_S: f64 = 30.0;
/// The pace spans at least this share to either side.
const LEAST_PACE_REACH: f64 = 0.04;

/// Returns both charts with their captions; nothing for runs of less than two marks.
///
/// `names` are the short names of the runs.
pub(in crate::formats) fn figures(versus: &Versus, names: &[String; 2], units: Units) -> Markup {
    let gaps = versus.gaps(units);
    if gaps.len() < 2 {
        return html! {};
    }
    let [a, b] = names;
    let word = units.word();
    html! {
        figure.gap style="margin-top:1rem" {
            p.axis { (Text(format!("minutes that {b} was ahead of {a}, ahead is higher"))) }
            (gap_plot(versus, &gaps, names, units))
            figcaption { (Text(format!("The gap at each {word}. The thick line is where it opened."))) }
        } "\n"
        figure.pace style="margin-top:1rem" {
            p.axis { "minutes a " (word) ", faster is higher" }
            (pace_plot(versus, &gaps, names, units))
            figcaption { (Text(format!("Each step is a {word}. Dashed: {a}. Line: {b}."))) }
        } "\n"
    }
}

/// Draws the gap along the way.
fn gap_plot(versus: &Versus, gaps: &[GapAt], names: &[String; 2], units: Units) -> Markup {
    let x = |at_m: f64| (at_m / versus.length_m).clamp(0.0, 1.0);
    let ahead_s = |gap: &GapAt| -gap.gap_s();
    let low = gaps.iter().map(ahead_s).fold(-LEAST_REACH_S, f64::min);
    let high = gaps.iter().map(ahead_s).fold(LEAST_REACH_S, f64::max);
    let scale = Scale::new((low, high), (GAP_BASE, TOP));
    let zero = scale.at(0.0);
    let mut plot = Plot::new(GAP_BASE + WORDS);
    let marks_s = ticks::clocks(low, high, 6);
    // Whole minutes are short enough for the margin, also with an hour's gap.
    let whole = marks_s.iter().all(|tick_s| tick_s % 60.0 == 0.0);
    for tick_s in marks_s {
        let y = scale.at(tick_s);
        plot.line("grid", &[(0.0, y), (1.0, y)]);
        let minutes = || format!("{:+.0}", tick_s / 60.0).replace('-', "−").replace("+0", "0");
        plot.margin(y, if whole { minutes() } else { signed_clock(tick_s) });
    }
    let points: Vec<(f64, f64)> = std::iter::once((0.0, zero))
        .chain(gaps.iter().map(|gap| (x(gap.at_m), scale.at(ahead_s(gap)))))
        .collect();
    for (class, limit) in [("banked", f64::min as fn(f64, f64) -> f64), ("paid", f64::max)] {
        let edge = crossings(&points, zero).into_iter().map(|(x, y)| (x, limit(y, zero)));
        plot.area(class, &edge.chain([(1.0, zero), (0.0, zero)]).collect::<Vec<_>>());
    }
    plot.line("even", &[(0.0, zero), (1.0, zero)]);
    if let Some(opened) = versus.opened(units) {
        plot.line("window", &[(x(opened.from_m), GAP_BASE), (x(opened.to_m), GAP_BASE)]);
        let middle = f64::midpoint(x(opened.from_m), x(opened.to_m));
        let words = signed_clock(-opened.gap_s);
        let ends = [(middle, Align::Middle), (x(opened.from_m), Align::Left), (x(opened.to_m), Align::Right)];
        let spots: Vec<Spot> =
            ends.into_iter().map(|(x, align)| Spot { x, top: GAP_BASE - 20.0, align }).collect();
        plot.label_if_clear("start", &[&format!("{words} here"), &words], &spots);
    }
    plot.line_in_sight("run", &points);
    let end = points.last().map_or(zero, |point| point.1);
    let gap_s = shown_gap_s(versus.at(versus.length_m));
    let class = if gap_s > 0.0 { "red" } else { "teal" };
    let words = format!("{} at the end", signed_clock(-gap_s));
    let tops = [end - 20.0, end + 6.0, end - 40.0, end + 26.0].map(|top| top.clamp(0.0, GAP_BASE - 18.0));
    let spots: Vec<Spot> = [1.0, 0.93, 0.86, 0.78]
        .into_iter()
        .flat_map(|x| tops.map(|top| Spot { x, top, align: Align::Right }))
        .collect();
    plot.label(class, &[&words, &signed_clock(-gap_s)], &spots);
    axis(&mut plot, versus, units, GAP_BASE);
    let [a, b] = names;
    let at = |gap: &GapAt| {
        format!("{:.1} {}: {}", gap.at_m / units.metres(), units.short(), signed_clock(-gap.shown_gap_s()))
    };
    let few: Vec<String> = gaps.iter().step_by((gaps.len() / 6).max(1)).map(at).collect();
    plot.render(&format!(
        "Time that {b} was ahead of {a}. {}. At the end {}.",
        few.join(", "),
        signed_clock(-gap_s)
    ))
}

/// Adds the points at which a line crosses a height, so that areas end there.
fn crossings(points: &[(f64, f64)], height: f64) -> Vec<(f64, f64)> {
    let mut all = Vec::with_capacity(2 * points.len());
    for (index, point) in points.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).map(|before| points[before])
            && (before.1 < height) != (point.1 < height)
        {
            let share = (height - before.1) / (point.1 - before.1);
            all.push((before.0 + share * (point.0 - before.0), height));
        }
        all.push(*point);
    }
    all
}

/// Draws both paces as steps.
fn pace_plot(versus: &Versus, gaps: &[GapAt], names: &[String; 2], units: Units) -> Markup {
    let pace = |gap: &GapAt, side: usize| gap.split_s[side] / gap.split_m;
    let paces: Vec<f64> = gaps.iter().flat_map(|gap| [pace(gap, 0), pace(gap, 1)]).collect();
    let middle = versus.at(versus.length_m).iter().sum::<f64>() / (2.0 * versus.length_m);
    let (fastest, slowest) = clipped_range(&paces, middle, LEAST_PACE_REACH * middle);
    let scale = Scale::new((fastest, slowest), (TOP, PACE_BASE));
    let mut plot = Plot::new(PACE_BASE + WORDS);
    let metres = units.metres();
    for pace_s in ticks::clocks(fastest * metres, slowest * metres, 5) {
        let y = scale.at(pace_s / metres);
        plot.line("grid", &[(0.0, y), (1.0, y)]);
        plot.margin(y, clock(pace_s));
    }
    for (side, class) in [(0, "even"), (1, "run")] {
        let points: Vec<(f64, f64)> = gaps
            .iter()
            .flat_map(|gap| {
                let y = scale.at(pace(gap, side));
                [((gap.at_m - gap.split_m) / versus.length_m, y), (gap.at_m / versus.length_m, y)]
            })
            .collect();
        plot.line(class, &points);
    }
    for (side, class) in [(1, "ink"), (0, "soft")] {
        for gap in gaps {
            let x = (gap.at_m - gap.split_m / 2.0) / versus.length_m;
            plot.mark_beyond(class, &scale, (x, pace(gap, side)), &units.pace(pace(gap, side)));
        }
    }
    axis(&mut plot, versus, units, PACE_BASE);
    let words = [0, 1].map(|side| {
        let own = gaps.iter().map(|gap| pace(gap, side));
        let (fast, slow) = (own.clone().fold(f64::INFINITY, f64::min), own.fold(0.0, f64::max));
        format!("{}: fastest {}, slowest {}", names[side], units.pace(fast), units.pace(slow))
    });
    plot.render(&format!("Pace by {}. {}.", units.word(), words.join(". ")))
}

/// Draws the axis of the distance.
fn axis(plot: &mut Plot, versus: &Versus, units: Units, base: f64) {
    let length = versus.length_m / units.metres();
    plot.line("axis", &[(0.0, base), (1.0, base)]);
    let end = [Spot { x: 1.0, top: base + 5.0, align: Align::Right }];
    plot.label("soft", &[&format!("{length:.1} {}", units.short())], &end);
    for at in ticks::numbers(0.0, length, 8).into_iter().filter(|at| at.fract() == 0.0) {
        let x = at / length;
        let align = if at == 0.0 { Align::Left } else { Align::Middle };
        plot.line("axis", &[(x, base), (x, base + 4.0)]);
        plot.label("soft", &[&format!("{at:.0}")], &[Spot { x, top: base + 5.0, align }]);
    }
}
