//! The years: the split of each race by date, one thin panel for each course.

use maud::{Markup, html};

use super::chart::{Align, Dot, Plot, Scale, Spot};
use super::document::Text;
use super::run::PageRun;
use crate::history::{CourseTrend, TrendResult};
use crate::phrases::{capital, plural, signed};
use crate::report::Report;
use crate::statistics::median;
use crate::units::{DAY_S, civil, days_from_civil};

/// The height of a panel's drawing, pixels.
const HEIGHT: f64 = 84.0;
/// The room below it for the years.
const YEARS: f64 = 20.0;
/// The greatest split on the scale, percent; greater ones are arrows.
const MOST_PCT: f64 = 30.0;
/// The mean length of a year, seconds.
const YEAR_S: f64 = 365.25 * DAY_S;

/// Returns the section; nothing without two races over one course.
pub(super) fn section(report: &Report, races: &[PageRun]) -> Markup {
    let courses: Vec<&CourseTrend> =
        report.trends.courses.iter().filter(|course| course.points.len() > 1).collect();
    let times = || courses.iter().flat_map(|course| course.points.iter().map(|point| point.local_s));
    let (from_s, to_s) = (times().fold(f64::INFINITY, f64::min), times().fold(f64::NEG_INFINITY, f64::max));
    if courses.is_empty() || !(to_s - from_s).is_finite() {
        return html! {};
    }
    let widest = courses
        .iter()
        .flat_map(|course| course.points.iter().map(|point| point.positive_split_pct.abs()))
        .fold(10.0, f64::max);
    let most = [10.0, 20.0].into_iter().find(|most| widest <= *most).unwrap_or(MOST_PCT);
    html! {
        section { "\n"
            h2 { "The years" } "\n"
            p.axis { "second half against the first, higher is slower" } "\n"
            @for course in courses {
                figure.year {
                    h3 { (Text(capital(course.course.title()))) }
                    (panel(report, course, races, (from_s, to_s), most))
                    figcaption {
                        (Text(course.direction()))
                        @if let Some(starts) = course.start_direction() { " " (Text(starts)) }
                    }
                } "\n"
            }
        } "\n"
    }
}

/// Returns one course's panel.
fn panel(
    report: &Report,
    course: &CourseTrend,
    races: &[PageRun],
    (from_s, to_s): (f64, f64),
    most: f64,
) -> Markup {
    let x = Scale::new((from_s, to_s), (0.015, 0.985));
    let y = Scale::new((-most, most), (HEIGHT - 6.0, 6.0));
    let mut plot = Plot::new(HEIGHT + YEARS);
    for (value, words) in [(most, signed(most)), (0.0, "even".to_owned()), (-most, signed(-most))] {
        plot.line(if value == 0.0 { "even" } else { "grid" }, &[(0.0, y.at(value)), (1.0, y.at(value))]);
        plot.margin(y.at(value), words.replace(".0", ""));
    }
    for year in civil(from_s as i64).year..=civil(to_s as i64).year {
        let start_s = DAY_S * days_from_civil(year, 1, 1) as f64;
        if start_s >= from_s {
            plot.line("grid", &[(x.at(start_s), 0.0), (x.at(start_s), HEIGHT)]);
        }
        // The year of the first race is written at its left end.
        let (at, align) = if start_s < from_s { (0.0, Align::Left) } else { (x.at(start_s), Align::Middle) };
        plot.label("soft", &[&year.to_string()], &[Spot { x: at, top: HEIGHT + 2.0, align }]);
    }
    trend_line(&mut plot, course, &x, &y);
    for point in &course.points {
        let row = report.rows.get(point.entry);
        let race = races.iter().find(|race| row.is_some_and(|row| std::ptr::eq(row, race.row)));
        let Some(race) = race.filter(|_| point.positive_split_pct.is_finite()) else { continue };
        let beyond = ["down", "", "up"][(y.outside(point.positive_split_pct) + 1) as usize];
        plot.dot(Dot {
            x: x.at(point.local_s),
            y: y.at(point.positive_split_pct),
            class: format!("{} ma {beyond}", race.tone()),
            number: race.number,
            title: format!(
                "{}, {}: {}",
                race.row.title(),
                race.row.day_in_words(),
                signed(point.positive_split_pct)
            ),
        });
    }
    let alternative = format!(
        "{} over {} by date. {}",
        plural(course.points.len(), "race", "races"),
        course.course.title(),
        course.direction()
    );
    plot.render(&alternative)
}

/// Draws the trend through the middle of the races, if there is one.
fn trend_line(plot: &mut Plot, course: &CourseTrend, x: &Scale, y: &Scale) {
    let drift = course.split_drift();
    let TrendResult::Slope(slope, _) = drift else { return };
    let (Some(first), Some(last)) = (course.points.first(), course.points.last()) else { return };
    if !drift.is_clear() {
        return;
    }
    let middle_s = median(course.points.iter().map(|point| point.local_s)).unwrap_or(0.0);
    let middle = median(course.points.iter().map(|point| point.positive_split_pct)).unwrap_or(0.0);
    let at = |at_s: f64| (x.at(at_s), y.at(middle + slope.slope * (at_s - middle_s) / YEAR_S));
    plot.line("trend", &[at(first.local_s), at(last.local_s)]);
}
