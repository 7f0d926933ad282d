//! The large chart of a run: its pace against an even one, its hills and its heart rate.

use maud::{Markup, html};

use super::chart::{Align, Plot, Scale, Spot, clipped_range, ticks};
use super::document::Text;
use super::run::PageRun;
use super::steps::{self, Step};
use super::strips;
use crate::judge::evidence::profiles::{PaceSegment, finish_words, pace_profile};
use crate::judge::evidence::tables::people;
use crate::phrases::{clock, thousands};
use crate::report::AgainstEven;
use crate::units::{HALF_MARATHON_M, MARATHON_M, Units};

/// The upper and the lower edge of the pace, pixels.
const TOP: f64 = 24.0;
const BASE: f64 = 264.0;
/// The upper edges of two rows of words below it.
const UNIT_ROW: f64 = BASE + 5.0;
const MARK_ROW: f64 = BASE + 21.0;
/// The height of the chart without strips.
const HEIGHT: f64 = BASE + 40.0;
/// The pace spans at least this share of the even pace to either side, so that an even run looks
/// even.
const LEAST_REACH: f64 = 0.06;
/// Smaller leads over an even run get no label, seconds.
const LEAST_LEAD_S: f64 = 20.0;

/// What the parts of the chart share.
struct Frame<'a, 'b> {
    run: &'b PageRun<'a>,
    steps: Vec<Step>,
    even: f64,
    pace: Scale,
    against: AgainstEven,
}

impl Frame<'_, '_> {
    /// Returns a place on the x axis.
    fn x(&self, at_m: f64) -> f64 {
        (at_m / self.run.scores.view.distance_m).clamp(0.0, 1.0)
    }

    /// Formats a pace.
    fn pace_words(&self, pace_s_per_m: f64) -> String {
        self.run.units.pace(pace_s_per_m)
    }
}

/// Returns the chart with its caption; nothing for a run without splits.
pub(super) fn figure(run: &PageRun) -> Markup {
    let Some((plot, alternative)) = plot(run) else { return html! {} };
    html! {
        figure.pace {
            p.axis { "minutes a " (run.units.word()) ", faster is higher" }
            (plot.render(&alternative))
            figcaption { (Text(caption(run))) }
        }
    }
}

/// Returns the plot and its words for screen readers.
pub(super) fn plot(run: &PageRun) -> Option<(Plot, String)> {
    let steps = steps::steps(run.scores, run.units);
    if steps.len() < 2 {
        return None;
    }
    let even = run.scores.pace_s_per_m();
    let mut values: Vec<f64> = steps.iter().map(|step| step.pace_s_per_m).collect();
    let (from, to) = clipped_range(&values, even, LEAST_REACH * even);
    // The band of other runners is drawn as far as it leaves the run its room.
    values = profile(run)
        .iter()
        .flat_map(|part| [even_by(even, part.q25_pct), even_by(even, part.q75_pct)])
        .collect();
    let fastest = values.iter().copied().fold(from, f64::min);
    let slowest = values.iter().copied().fold(to, f64::max);
    let frame = Frame {
        run,
        steps,
        even,
        pace: Scale::new((fastest, slowest), (TOP, BASE)),
        against: run.against_even(),
    };
    let mut plot = Plot::new(HEIGHT + strips::height(run));
    grid(&mut plot, &frame, (fastest, slowest));
    areas(&mut plot, &frame);
    axis(&mut plot, &frame);
    wall(&mut plot, &frame);
    labels(&mut plot, &frame);
    strips::draw(&mut plot, run, HEIGHT);
    let alternative = alternative(&frame);
    Some((plot, alternative))
}

/// Returns a pace by its difference from the even one, percent.
fn even_by(even: f64, pct: f64) -> f64 {
    even * (1.0 + pct / 100.0)
}

/// Returns how runners of the same sex and finishing time ran; empty for other runs than finished
/// marathons.
fn profile(run: &PageRun) -> Vec<&'static PaceSegment> {
    let is_finished = run.scores.view.marathon && (run.scores.view.distance_m - MARATHON_M).abs() < 1.0;
    if !is_finished || !run.row.is_race() {
        return Vec::new();
    }
    pace_profile(run.scores.risk.and_then(|risk| risk.start.sex), run.scores.view.total.elapsed_s)
}

/// Draws the grid and its paces.
fn grid(plot: &mut Plot, frame: &Frame, (fastest, slowest): (f64, f64)) {
    let metres = frame.run.units.metres();
    for pace_s in ticks::clocks(fastest * metres, slowest * metres, 5) {
        let y = frame.pace.at(pace_s / metres);
        plot.line("grid", &[(0.0, y), (1.0, y)]);
        plot.margin(y, clock(pace_s));
    }
}

/// Draws the paces of the middle half of such runners.
fn band(plot: &mut Plot, frame: &Frame) {
    let profile = profile(frame.run);
    let edge = |pct: fn(&PaceSegment) -> f64| {
        profile.iter().flat_map(move |part| {
            let ((from_m, to_m), y) = (part.ends_m(), frame.pace.at(even_by(frame.even, pct(part))));
            [(frame.x(from_m), y), (frame.x(to_m), y)]
        })
    };
    let mut points: Vec<(f64, f64)> = edge(|part| part.q25_pct).collect();
    let lower: Vec<(f64, f64)> = edge(|part| part.q75_pct).collect();
    points.extend(lower.into_iter().rev());
    if !points.is_empty() {
        plot.area("band", &points);
    }
}

/// Draws the areas between the run and an even one, the even line, and the run's own.
fn areas(plot: &mut Plot, frame: &Frame) {
    let even_y = frame.pace.at(frame.even);
    let points: Vec<(f64, f64)> = frame
        .steps
        .iter()
        .flat_map(|step| {
            let y = frame.pace.at(step.pace_s_per_m);
            [(frame.x(step.from_m), y), (frame.x(step.to_m), y)]
        })
        .collect();
    for (class, limit) in [("banked", f64::min as fn(f64, f64) -> f64), ("paid", f64::max)] {
        let edge = points.iter().map(|(x, y)| (*x, limit(*y, even_y)));
        let area: Vec<(f64, f64)> = [(0.0, even_y)].into_iter().chain(edge).chain([(1.0, even_y)]).collect();
        plot.area(class, &area);
    }
    band(plot, frame);
    plot.line_in_sight("even", &[(0.0, even_y), (1.0, even_y)]);
    plot.line_in_sight("run", &points);
    for step in &frame.steps {
        let x = frame.x(f64::midpoint(step.from_m, step.to_m));
        let words = frame.pace_words(step.pace_s_per_m);
        plot.mark_beyond("ink", &frame.pace, (x, step.pace_s_per_m), &words);
    }
}

/// Draws the axis: ticks in the page's unit, the marks that races are known by, and the start.
fn axis(plot: &mut Plot, frame: &Frame) {
    let (units, distance_m) = (frame.run.units, frame.run.scores.view.distance_m);
    let length = distance_m / units.metres();
    plot.line("axis", &[(0.0, BASE), (1.0, BASE)]);
    let window = frame.x(frame.run.scores.view.start_window.distance_m);
    plot.line("window", &[(0.0, BASE), (window, BASE)]);
    let end = [Spot { x: 1.0, top: UNIT_ROW, align: Align::Right }];
    plot.label("soft", &[&format!("{length:.1} {}", units.short())], &end);
    for at in ticks::numbers(0.0, length, 8).into_iter().filter(|at| at.fract() == 0.0) {
        let x = at / length;
        let align = if at == 0.0 { Align::Left } else { Align::Middle };
        plot.line("axis", &[(x, BASE), (x, BASE + 4.0)]);
        plot.label("soft", &[&format!("{at:.0}")], &[Spot { x, top: UNIT_ROW, align }]);
    }
    let half_way = if distance_m > 40_000.0 && frame.run.scores.view.marathon { "half" } else { "half-way" };
    let half_m = if frame.run.scores.view.marathon { HALF_MARATHON_M } else { distance_m / 2.0 };
    let mut marks = vec![(half_m, half_way)];
    if units == Units::Miles || distance_m > 30_000.0 {
        marks.extend([(10_000.0, "10 km"), (30_000.0, "30 km")]);
    }
    for (at_m, name) in marks.into_iter().filter(|(at_m, _)| *at_m < 0.96 * distance_m) {
        let x = frame.x(at_m);
        plot.line("mark", &[(x, TOP), (x, BASE + 4.0)]);
        let spots = [Align::Middle, Align::Left, Align::Right].map(|align| Spot { x, top: MARK_ROW, align });
        plot.label("soft", &[name], &spots[..1]);
    }
    let spots = [
        Spot { x: window / 2.0, top: MARK_ROW, align: Align::Middle },
        Spot { x: 0.0, top: MARK_ROW, align: Align::Left },
    ];
    plot.label("start", &["start window", "start"], &spots);
}

/// Draws the wall.
fn wall(plot: &mut Plot, frame: &Frame) {
    let Some(wall) = frame.run.wall else { return };
    let x = frame.x(wall.from_m);
    plot.line_in_sight("wall", &[(x, TOP - 6.0), (x, BASE)]);
    // A split may be partly before the wall, so its pace says less than the time at the mark.
    let view = &frame.run.scores.view;
    let marks = view.late_marks.iter();
    let Some((from_m, from)) = marks.copied().find(|(at_m, _)| *at_m >= wall.from_m) else { return };
    let basis = frame.run.scores.basis;
    let place = wall.place(frame.run.units);
    let after = frame.pace_words((view.total.on(basis) - from.on(basis)) / (view.distance_m - from_m));
    let words = [
        format!("the wall, {place}: {after} a {} from there", frame.run.units.word()),
        format!("the wall, {place}: {after}"),
        "the wall".to_owned(),
    ];
    let mut spots = Vec::new();
    for top in [4.0, TOP + 4.0, TOP + 22.0] {
        spots.push(Spot { x: x + 0.008, top, align: Align::Left });
        spots.push(Spot { x: x - 0.008, top, align: Align::Right });
    }
    plot.label("red", &words.each_ref().map(String::as_str), &spots);
}

/// Adds the labels on the line and in the areas.
fn labels(plot: &mut Plot, frame: &Frame) {
    let even_y = frame.pace.at(frame.even);
    let even = format!("even: {}", frame.pace_words(frame.even));
    let ends = [(1.0, Align::Right), (0.0, Align::Left), (0.5, Align::Middle)];
    let beside = |y: f64| ends.map(|(x, align)| Spot { x, top: y, align });
    plot.label("soft", &[&even], &[beside(even_y - 18.0), beside(even_y + 3.0)].concat());
    let view = &frame.run.scores.view;
    let window = &view.start_window;
    let start = frame.pace_words(window.pace_s_per_m(frame.run.scores.basis));
    let words = if view.marathon { "to 10 km" } else { "in the start window" };
    let within: Vec<&Step> = frame.steps.iter().filter(|step| step.from_m < window.distance_m).collect();
    let y = |step: &&Step| frame.pace.at(step.pace_s_per_m);
    let (high, low) = (within.iter().map(y).fold(BASE, f64::min), within.iter().map(y).fold(TOP, f64::max));
    let x = frame.x(window.distance_m) / 2.0;
    let spots: Vec<Spot> = [high - 19.0, low + 4.0, high - 36.0, low + 20.0]
        .into_iter()
        .filter(|top| (0.0..BASE - 15.0).contains(top))
        .flat_map(|top| [Spot { x, top, align: Align::Middle }, Spot { x: 0.0, top, align: Align::Left }])
        .collect();
    plot.label("ink", &[&format!("{start} {words}"), &start], &spots);
    let (lead_s, _) = frame.against.greatest;
    let deficit_s = frame.against.points.iter().map(|point| -point.1).fold(0.0, f64::max);
    let (sum_s, above, below) = if lead_s >= deficit_s {
        (lead_s, "banked", "given back")
    } else {
        (deficit_s, "made good", "behind")
    };
    if sum_s >= LEAST_LEAD_S {
        let words = |what: &str| [format!("{} {what}", clock(sum_s)), clock(sum_s)];
        for (class, is_above, what) in [("teal", true, above), ("red", false, below)] {
            let words = words(what);
            plot.label(class, &words.each_ref().map(String::as_str), &within_area(frame, is_above));
        }
    }
}

/// Returns the places of a label within the area above or below the even line, the tallest steps
/// first. If none is tall enough, they are beyond the run's own line.
fn within_area(frame: &Frame, above: bool) -> Vec<Spot> {
    let even_y = frame.pace.at(frame.even);
    let mut steps: Vec<(f64, f64)> = frame
        .steps
        .iter()
        .map(|step| (frame.x(f64::midpoint(step.from_m, step.to_m)), frame.pace.at(step.pace_s_per_m)))
        .filter(|(_, y)| (*y < even_y) == above)
        .collect();
    steps.sort_by(|a, b| (b.1 - even_y).abs().total_cmp(&(a.1 - even_y).abs()));
    let inside = steps.iter().filter(|(_, y)| (y - even_y).abs() >= 22.0);
    let inside = inside.map(|(x, y)| (*x, f64::midpoint(*y, even_y) - 7.0));
    let outside = steps.iter().map(|(x, y)| (*x, if above { y - 19.0 } else { y + 4.0 }));
    let has_room = inside.clone().next().is_some();
    inside
        .chain(outside.filter(|_| !has_room))
        .filter(|(_, top)| (2.0..BASE - 15.0).contains(top))
        .flat_map(|(x, top)| [Align::Middle, Align::Right, Align::Left].map(|align| Spot { x, top, align }))
        .collect()
}

/// Returns the words below the chart.
fn caption(run: &PageRun) -> String {
    let unit = steps::unit(run.scores, run.units);
    let mut caption = format!("Each step is a {}. Dashed: the same finish at an even pace.", unit.word());
    if let Some(part) = profile(run).first() {
        caption += &format!(
            " Grey band: the middle half of {} {} who finished {}.",
            thousands(part.n),
            people(run.scores.risk.and_then(|risk| risk.start.sex)),
            finish_words(run.scores.view.total.elapsed_s)
        );
    }
    caption
}

/// Returns the chart in words.
fn alternative(frame: &Frame) -> String {
    let run = frame.run;
    let paces = frame.steps.iter().map(|step| step.pace_s_per_m);
    let (fastest, slowest) = (paces.clone().fold(f64::INFINITY, f64::min), paces.fold(0.0, f64::max));
    let window = &run.scores.view.start_window;
    let mut words = format!(
        "Pace by {}. Even pace {}; start window, {:.1} {}: {}. Fastest {} {}, slowest {}.",
        steps::unit(run.scores, run.units).word(),
        frame.pace_words(frame.even),
        window.distance_m / run.units.metres(),
        run.units.short(),
        frame.pace_words(window.pace_s_per_m(run.scores.basis)),
        steps::unit(run.scores, run.units).word(),
        frame.pace_words(fastest),
        frame.pace_words(slowest),
    );
    let (lead_s, at_m) = frame.against.greatest;
    if lead_s >= LEAST_LEAD_S {
        words += &format!(
            " At most {} ahead of an even run, at {}; all of it given back by the end.",
            clock(lead_s),
            run.mark(at_m)
        );
    }
    if run.wall.is_some() {
        words += &format!(" {}.", crate::phrases::capital(&run.outcome_words()));
    }
    words + &strips::alternative(run)
}
