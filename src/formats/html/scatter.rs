//! The start of each race against its outcome.

use maud::{Markup, html};

use super::chart::{Align, Dot, Plot, Scale, Spot, clipped_range};
use super::run::PageRun;
use crate::judge;
use crate::measure::{Course, START_SHARE};
use crate::phrases::signed;
use crate::report::Report;
use crate::statistics::median;

/// The edges of the plot's inner part, pixels.
const TOP: f64 = 20.0;
const BASE: f64 = 340.0;
/// The greatest number of dots, the latest races.
pub(super) const MOST: usize = 600;
/// The number of races that are named, the worst.
const NAMED: usize = 5;

/// A race's place: its start excess and the split of its halves, percent.
type Point<'a, 'b> = (&'b PageRun<'a>, f64, f64);

/// Returns the section; nothing for fewer than three races.
pub(super) fn section(report: &Report, races: &[PageRun]) -> Markup {
    let latest = &races[races.len().saturating_sub(MOST)..];
    let points: Vec<Point> =
        latest.iter().filter_map(|race| Some((race, race.start_pct()?, race.split_pct()?))).collect();
    if points.len() < 3 {
        return html! {};
    }
    let plot = plot(report, &points);
    html! {
        section { "\n"
            h2 { "Start against outcome" } "\n"
            figure { "\n"
                p.axis { "second half against the first, higher is slower" } "\n"
                (plot.render(&alternative(&points))) "\n"
                (key(&points, report))
            } "\n"
        } "\n"
    }
}

/// Returns the plot.
fn plot(report: &Report, points: &[Point]) -> Plot {
    let values = |of: fn(&Point) -> f64| points.iter().map(of).collect::<Vec<f64>>();
    let (from_x, to_x) = clipped_range(&values(|point| point.1), 0.0, 4.0);
    let (from_y, to_y) = clipped_range(&values(|point| point.2), 0.0, 4.0);
    let x = Scale::new((from_x, to_x), (0.02, 0.98));
    let y = Scale::new((from_y, to_y), (BASE - 6.0, TOP + 6.0));
    let mut plot = Plot::new(BASE + 40.0);
    plot.line("axis", &[(0.0, BASE), (1.0, BASE)]);
    for value in super::chart::ticks::numbers(from_y, to_y, 5) {
        plot.line(if value == 0.0 { "even" } else { "grid" }, &[(0.0, y.at(value)), (1.0, y.at(value))]);
        plot.margin(y.at(value), signed(value).replace(".0", ""));
    }
    thresholds(&mut plot, points, &x);
    for point in points {
        plot.dot(dot(point, &x, &y));
    }
    quadrants(&mut plot);
    payback(&mut plot, report, points, &x, &y);
    names(&mut plot, points, &x, &y);
    plot
}

/// Draws the thresholds of START-01 on the course that was raced most, as the ticks.
fn thresholds(plot: &mut Plot, points: &[Point], x: &Scale) {
    let start = x.at(0.0);
    plot.line("grid", &[(start, TOP), (start, BASE + 4.0)]);
    plot.label("soft", &["even start"], &[Spot { x: start, top: BASE + 4.0, align: Align::Middle }]);
    let Some(rule) = judge::find("START-01") else { return };
    for (value, level) in (rule.thresholds)(most_raced(points)) {
        if x.outside(*value) != 0 {
            continue;
        }
        let at = x.at(*value);
        plot.line("mark", &[(at, TOP), (at, BASE + 4.0)]);
        let words = [
            format!("{}: {}", signed(*value).replace(".0", ""), level.code()),
            signed(*value).replace(".0", ""),
        ];
        let spots = [BASE + 4.0, BASE + 20.0].map(|top| Spot { x: at, top, align: Align::Middle });
        plot.label("soft", &words.each_ref().map(String::as_str), &spots);
    }
    plot.label(
        "soft",
        &["start faster →", "faster →"],
        &[Spot { x: 1.0, top: BASE + 20.0, align: Align::Right }],
    );
}

/// Returns the course of most of the races.
fn most_raced(points: &[Point]) -> Option<Course> {
    let count =
        |course: &Course| points.iter().filter(|point| point.0.scores.view.course == Some(*course)).count();
    Course::ALL.into_iter().max_by_key(count)
}

/// Returns a race's dot. Beyond the scale it is an arrow.
fn dot((race, start_pct, split_pct): &Point, x: &Scale, y: &Scale) -> Dot {
    let beyond = match (x.outside(*start_pct), y.outside(*split_pct)) {
        (0, 0) => "",
        (_, 1) => " up",
        (_, -1) => " down",
        (1, _) => " right",
        _ => " left",
    };
    Dot {
        x: x.at(*start_pct),
        y: y.at(*split_pct),
        class: format!("{} {}{beyond}", race.tone(), shape(race.scores.view.course).0),
        number: race.number,
        title: format!(
            "{}, {}: start {}, second half {}",
            race.row.title(),
            race.row.day_in_words(),
            signed(*start_pct),
            signed(*split_pct)
        ),
    }
}

/// Returns the class of a course's shape, and the shape in a word.
fn shape(course: Option<Course>) -> (&'static str, &'static str) {
    match course {
        Some(Course::Marathon) => ("ma", "marathon"),
        Some(Course::Half) => ("ha", "half marathon"),
        Some(Course::K10) => ("te", "10 km"),
        Some(Course::K5) => ("fi", "5 km"),
        _ => ("ot", "other"),
    }
}

/// Names the worst races beside their dots.
fn names(plot: &mut Plot, points: &[Point], x: &Scale, y: &Scale) {
    let mut worst: Vec<&Point> = points.iter().filter(|point| point.0.went_wrong()).collect();
    worst.sort_by_key(|point| std::cmp::Reverse(point.0.badness()));
    for (race, start_pct, split_pct) in worst.into_iter().take(NAMED) {
        let (at, middle) = (x.at(*start_pct), y.at(*split_pct));
        let name = crate::escape::escape_controls(race.row.title());
        let year = race.row.local_start().map_or_else(String::new, |day| format!(" {}", day.year));
        let words =
            [28, 16, 10].map(|length| format!("{}{year}", crate::formats::layout::truncate(&name, length)));
        let spots: Vec<Spot> = [-7.5, -22.0, 7.0, -36.0]
            .into_iter()
            .flat_map(|up| {
                let top = middle + up;
                let beside = if up == -7.5 { 0.016 } else { 0.0 };
                [
                    Spot { x: at + beside, top, align: Align::Left },
                    Spot { x: at - beside, top, align: Align::Right },
                ]
            })
            .filter(|spot| (0.0..BASE - 14.0).contains(&spot.top))
            .collect();
        plot.label_if_clear("ink", &words.each_ref().map(String::as_str), &spots);
    }
}

/// Draws the runner's own payback through the middle of the races, if it is known.
///
/// A second gained in the start window with a payback of b makes the halves differ by 1 + b
/// seconds. What is left of the overspeed after the window is neglected.
fn payback(plot: &mut Plot, report: &Report, points: &[Point], x: &Scale, y: &Scale) {
    let Ok(payback) = &report.trends.payback else { return };
    let middle = |of: fn(&Point) -> f64| median(points.iter().map(of)).unwrap_or(0.0);
    let (at_x, at_y) = (middle(|point| point.1), middle(|point| point.2));
    let slope = (1.0 + payback.lost_for_gained) * START_SHARE / 0.5;
    let reach = if x.outside(at_x + 6.0) == 0 { 6.0 } else { 3.0 };
    let ends = [at_x - reach, at_x + reach].map(|start| (x.at(start), y.at(at_y + slope * (start - at_x))));
    plot.line_in_sight("payback", &ends);
    let words = format!("{:.1} s lost for each gained", payback.lost_for_gained);
    let (to, top) = ends[1];
    let spots = [
        Spot { x: to, top: top - 20.0, align: Align::Right },
        Spot { x: to + 0.01, top: top - 7.0, align: Align::Left },
        Spot { x: ends[0].0, top: ends[0].1 + 6.0, align: Align::Left },
    ];
    plot.label_if_clear("teal", &[&words], &spots);
}

/// Names the quarters of the plot, in its corners.
fn quadrants(plot: &mut Plot) {
    let (upper, lower) = (1.0, BASE - 17.0);
    plot.label("soft", &["fast and paid"], &[Spot { x: 1.0, top: upper, align: Align::Right }]);
    plot.label("soft", &["fast and held"], &[Spot { x: 1.0, top: lower, align: Align::Right }]);
    plot.label("soft", &["calm, slowed later"], &[Spot { x: 0.0, top: upper, align: Align::Left }]);
    plot.label("soft", &["calm"], &[Spot { x: 0.0, top: lower, align: Align::Left }]);
}

/// Returns the key of the shapes, and what the line is.
fn key(points: &[Point], report: &Report) -> Markup {
    let mut shapes: Vec<(&str, &str)> =
        points.iter().map(|point| shape(point.0.scores.view.course)).collect();
    shapes.sort_by_key(|(class, _)| ["ma", "ha", "te", "fi", "ot"].iter().position(|known| known == class));
    shapes.dedup();
    html! {
        figcaption {
            @for (class, word) in shapes {
                span.key { i class={ "dot none " (class) } {} " " (word) } " "
            }
            "Red hit the wall, amber slowed by 2 % or more. An arrow is beyond the scale."
            @if let Some(course) = most_raced(points) {
                " Ticks: the levels of a start over " (course.title())
                @if course.length_m() < 15_000.0 { "; those of races from 15 km on are lower." }
                @else { "; races below 15 km may start faster." }
            }
            @if let Ok(payback) = &report.trends.payback {
                " The line is the runner's own payback ("
                (format!("{:.1} to {:.1}", payback.low, payback.high).replace('-', "−")) " s, 95 %)."
            }
        } "\n"
    }
}

/// Returns the plot in words.
fn alternative(points: &[Point]) -> String {
    let count = |is: fn(&Point) -> bool| points.iter().filter(|point| is(point)).count();
    let mut worst: Vec<&Point> = points.iter().filter(|point| point.0.went_wrong()).collect();
    worst.sort_by_key(|point| std::cmp::Reverse(point.0.badness()));
    let worst: String = worst
        .into_iter()
        .take(NAMED)
        .map(|(race, start, split)| {
            format!(
                " {}, {}: start {}, second half {}.",
                race.row.title(),
                race.row.day_in_words(),
                signed(*start),
                signed(*split)
            )
        })
        .collect();
    format!(
        "{} races by start and second half. Faster start and slower second half: {}; faster start, second half no \
         slower: {}; calm start: {}.{worst} The table has every race.",
        points.len(),
        count(|point| point.1 > 0.0 && point.2 > 0.0),
        count(|point| point.1 > 0.0 && point.2 <= 0.0),
        count(|point| point.1 <= 0.0),
    )
}
