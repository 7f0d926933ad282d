//! The charts of the HTML page as SVG.
//!
//! A run has charts of its pace, its time against an even run, and its chance of the wall. All
//! races together have charts of their splits by date, their first and final miles, and the
//! payback. Coordinates are units of the view box, which is 640 wide. Colours are set by classes in
//! `page.css`. Every chart has a label for screen readers that describes it.

use maud::{Markup, Render, html};

use crate::formats::html::document::Text;
use crate::judge::WallRisk;
use crate::measure::Split;
use crate::phrases::signed_clock;
use crate::report::Scores;
use crate::units::Units;

/// The width of every chart.
const WIDTH: f64 = 640.0;
/// The heights of two charts.
const PACE_HEIGHT: f64 = 150.0;
const EVEN_HEIGHT: f64 = 84.0;
/// The space above and below the bars for words.
const TOP: f64 = 18.0;
const BOTTOM: f64 = 16.0;
/// The height of the pace chart that is left for its bars.
const INNER: f64 = PACE_HEIGHT - TOP - BOTTOM;
/// The scale spans at least this share of the fastest pace, so that an even run looks even.
const LEAST_SPAN: f64 = 0.15;

/// A coordinate or a length in units of the view box, written with one decimal.
struct Tenths(f64);

impl Render for Tenths {
    fn render_to(&self, page: &mut String) {
        format_args!("{:.1}", self.0).render_to(page);
    }
}

/// Returns a chart with its label, which screen readers read out.
fn chart(height: f64, label: &str, drawing: &Markup) -> Markup {
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label=(Text(label)) { (drawing) }
    }
}

/// Returns words at a point, which is their start, middle or end as the anchor says.
fn text(x: f64, y: f64, anchor: &str, class: &str, words: &str) -> Markup {
    html! {
        text class=(class) x=(Tenths(x)) y=(Tenths(y)) text-anchor=(anchor) { (Text(words)) }
    }
}

/// Returns the anchor that keeps words at `at` inside the chart. `room` is half their width.
fn anchor(at: f64, room: f64) -> &'static str {
    if at < room {
        "start"
    } else if at > WIDTH - room {
        "end"
    } else {
        "middle"
    }
}

/// Returns a level line across the whole chart.
fn axis(y: &impl Render) -> Markup {
    html! { line.axis x1="0" x2=(WIDTH) y1=(y) y2=(y) {} }
}

/// A split's bar in the pace chart.
struct Bar {
    from_m: f64,
    to_m: f64,
    /// The pace on the basis of the scores, s/m.
    pace: f64,
    /// The pace by timer time, s/m; it is lower if the timer was stopped.
    timer_pace: f64,
}

/// Returns a bar for every whole split, and for the last one if it is longer than a quarter of a
/// unit.
fn bars(scores: &Scores, units: Units) -> Vec<Bar> {
    let view = &scores.view;
    let splits = if units == Units::Miles { &view.miles } else { &view.kms };
    let bar = |split: &Split| {
        let on_basis_s = split.times.on(scores.basis);
        let pace = on_basis_s / split.distance_m;
        let stood = (on_basis_s - split.times.timer_s) / split.distance_m;
        let stood = if scores.measured.timer_known { stood.max(0.0) } else { 0.0 };
        Bar { from_m: split.end_m - split.distance_m, to_m: split.end_m, pace, timer_pace: pace - stood }
    };
    splits.iter().filter(|split| split.distance_m > 0.25 * units.metres()).map(bar).collect()
}

/// The scales of the pace chart.
struct PaceScale {
    distance_m: f64,
    /// The fastest pace drawn, s/m.
    floor: f64,
    /// The slowest pace less the fastest, s/m; at least [`LEAST_SPAN`] of the floor.
    span: f64,
    units: Units,
}

impl PaceScale {
    /// Returns the coordinate of a distance from the start.
    fn x(&self, at_m: f64) -> f64 {
        WIDTH * at_m / self.distance_m
    }

    /// Returns the height of the bar of a pace.
    fn height(&self, pace: f64) -> f64 {
        0.18 * INNER + 0.82 * INNER * (pace - self.floor) / self.span
    }
}

/// Draws the pace of each split, taller for slower, over the altitude. The start window is shaded;
/// half-way and the wall are marked.
pub(super) fn pace(scores: &Scores, units: Units, wall_from_m: Option<f64>) -> Markup {
    let view = &scores.view;
    let bars = bars(scores, units);
    let fastest = bars.iter().map(|bar| bar.pace).fold(f64::INFINITY, f64::min);
    let floor = bars.iter().map(|bar| bar.timer_pace).fold(fastest, f64::min);
    let slowest = bars.iter().map(|bar| bar.pace).fold(0.0, f64::max);
    if bars.is_empty() || !slowest.is_finite() {
        return html! {};
    }
    let span = (slowest - floor).max(LEAST_SPAN * floor);
    let scale = PaceScale { distance_m: view.distance_m, floor, span, units };
    let window_m = view.start_window.distance_m;
    let label = format!(
        "Pace by {0}: from {1} to {2} a {0}; the start window ends at {3:.1} km.",
        units.word(),
        units.pace(fastest),
        units.pace(slowest),
        window_m / 1000.0
    );
    let drawing = html! {
        rect.window x="0" y=(TOP) width=(Tenths(scale.x(window_m))) height=(Tenths(INNER)) {}
        (text(4.0, TOP - 5.0, "start", "small accent", "the start window"))
        (ground(&scores.measured.grade.profile_m))
        @for (number, bar) in (1..).zip(&bars) {
            (split_bar(number, bar, &scale, wall_from_m))
        }
        @if let Some(wall_m) = wall_from_m {
            (text(scale.x(wall_m) - 4.0, TOP - 5.0, "end", "small wall", "the wall"))
        }
        (half_way(scale.x(view.distance_m / 2.0)))
        (pace_label(&bars, fastest, &scale))
        @if slowest > fastest {
            (pace_label(&bars, slowest, &scale))
        }
    };
    chart(PACE_HEIGHT, &label, &drawing)
}

/// Returns a split's bar. Its top is pale if the timer was stopped.
fn split_bar(number: usize, bar: &Bar, scale: &PaceScale, wall_from_m: Option<f64>) -> Markup {
    let units = scale.units;
    let tall = scale.height(bar.pace);
    let late = wall_from_m.is_some_and(|wall_m| bar.from_m >= wall_m - 1.0);
    let x = scale.x(bar.from_m) + 0.8;
    let width = (scale.x(bar.to_m) - scale.x(bar.from_m) - 1.6).max(0.6);
    let y = PACE_HEIGHT - BOTTOM - tall;
    let (pace, timer) = (units.pace(bar.pace), units.pace(bar.timer_pace));
    let stood = timer != pace;
    html! {
        rect.bar.late[late] x=(Tenths(x)) y=(Tenths(y)) width=(Tenths(width)) height=(Tenths(tall)) {
            title {
                (units.word()) " " (number) ": " (pace)
                @if stood { ", by the timer " (timer) }
            }
        }
        @if stood {
            @let part = tall - scale.height(bar.timer_pace);
            rect.stood x=(Tenths(x)) y=(Tenths(y)) width=(Tenths(width)) height=(Tenths(part)) {}
        }
    }
}

/// Returns the mark at half-way.
fn half_way(x: f64) -> Markup {
    html! {
        line.mark x1=(Tenths(x)) x2=(Tenths(x)) y1=(TOP) y2=(Tenths(PACE_HEIGHT - BOTTOM)) {}
        (text(x, PACE_HEIGHT - 3.0, "middle", "small", "half-way"))
    }
}

/// Returns a pace above the first bar that has it.
fn pace_label(bars: &[Bar], pace: f64, scale: &PaceScale) -> Markup {
    let Some(bar) = bars.iter().find(|bar| bar.pace == pace) else { return html! {} };
    let middle = scale.x(f64::midpoint(bar.from_m, bar.to_m));
    let y = PACE_HEIGHT - BOTTOM - scale.height(pace) - 4.0;
    text(middle, y, anchor(middle, 40.0), "small strong", &scale.units.pace(pace))
}

/// Draws the altitude as an area under the bars; nothing if it is unknown or the course is flat.
fn ground(profile_m: &[f32]) -> Markup {
    let low = profile_m.iter().copied().fold(f32::INFINITY, f32::min);
    let high = profile_m.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // A difference below 10 m is not a hill, but would look like one.
    if profile_m.len() < 2 || high - low < 10.0 {
        return html! {};
    }
    let step = WIDTH / (profile_m.len() - 1) as f64;
    let base = PACE_HEIGHT - BOTTOM;
    let rise = 0.9 * INNER / f64::from((high - low).max(60.0));
    let points: String = profile_m
        .iter()
        .enumerate()
        .map(|(at, altitude_m)| {
            format!(" {:.1},{:.1}", at as f64 * step, base - rise * f64::from(altitude_m - low))
        })
        .collect();
    let words = format!("the ground: {low:.0} to {high:.0} m");
    html! {
        polygon.ground points=(format_args!("0,{base:.1}{points} {WIDTH},{base:.1}")) {}
        (text(WIDTH - 4.0, PACE_HEIGHT - 3.0, "end", "small", &words))
    }
}

/// Draws the time gained and lost against an even run, kilometre by kilometre.
pub(super) fn to_even(scores: &Scores) -> Markup {
    let view = &scores.view;
    let points = ahead_of_even(scores);
    let most = points.iter().map(|point| point.1.abs()).fold(0.0, f64::max).max(30.0);
    let middle = EVEN_HEIGHT / 2.0;
    let x = |at_m: f64| WIDTH * at_m / view.distance_m;
    let y = |ahead_s: f64| middle - (middle - 14.0) * ahead_s / most;
    let line: String =
        points.iter().map(|(at_m, ahead_s)| format!(" {:.1},{:.1}", x(*at_m), y(*ahead_s))).collect();
    let (at_m, ahead_s) =
        points.iter().copied().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default();
    let extreme = format!(
        "{} {} an even run at {:.0} km",
        signed_clock(ahead_s.abs()).trim_start_matches('+'),
        if ahead_s >= 0.0 { "ahead of" } else { "behind" },
        at_m / 1000.0
    );
    // The legend is on the other side of the line than the words at the extreme.
    let legend_y = if ahead_s < 0.0 { 9.0 } else { EVEN_HEIGHT - 4.0 };
    let drawing = html! {
        polygon.ahead points=(format_args!("0,{middle:.1}{line} {WIDTH},{middle:.1}")) {}
        (axis(&middle))
        polyline.line points=(line.trim_start()) {}
        (text(4.0, legend_y, "start", "small", "against an even run: above is ahead"))
        @if ahead_s.abs() >= 15.0 {
            @let beside = if ahead_s >= 0.0 { y(ahead_s) - 4.0 } else { y(ahead_s) + 12.0 };
            @let within = beside.clamp(10.0, EVEN_HEIGHT - 2.0);
            (text(x(at_m), within, anchor(x(at_m), 190.0), "small strong", &extreme))
        }
    };
    chart(EVEN_HEIGHT, &format!("Time against an even run of the same total: {extreme}."), &drawing)
}

/// Returns each kilometre's end, metres, and the seconds by which the run was ahead of an even run
/// there.
fn ahead_of_even(scores: &Scores) -> Vec<(f64, f64)> {
    let view = &scores.view;
    let even = view.total.on(scores.basis) / view.distance_m;
    let mut points = vec![(0.0, 0.0)];
    let mut sum_s = 0.0;
    for split in &view.kms {
        sum_s += split.times.on(scores.basis);
        points.push((split.end_m, even * split.end_m - sum_s));
    }
    points
}

/// Draws the chance of the wall as a range on a scale of named bands, with a mark for an even
/// start.
pub(super) fn risk(risk: &WallRisk) -> Markup {
    const HEIGHT: f64 = 54.0;
    let x = |share: f64| WIDTH * share;
    let range = risk.range();
    let label = format!(
        "Chance of the wall: {range}; after an even start {:.0} of 100.",
        100.0 * risk.risk.even_start
    );
    let (low, high) = (x(risk.risk.low), x(risk.risk.high));
    let width = (high - low).max(3.0);
    let even = x(risk.risk.even_start);
    let drawing = html! {
        (risk_bands())
        rect.range x=(Tenths(low)) y="17" width=(Tenths(width)) height="18" rx="3" {}
        text.small.strong x=(Tenths(low.min(WIDTH - 150.0))) y="12" { (Text(&range)) }
        line.even x1=(Tenths(even)) x2=(Tenths(even)) y1="14" y2="38" {}
    };
    chart(HEIGHT, &label, &drawing)
}

/// Returns the bands of the wall's chance, each with its lower end.
fn risk_bands() -> Markup {
    const BANDS: [(f64, f64, &str); 5] = [
        (0.0, 0.15, "0"),
        (0.15, 0.30, "15"),
        (0.30, 0.45, "30"),
        (0.45, 0.60, "45"),
        (0.60, 1.0, "60 of 100"),
    ];
    let x = |share: f64| WIDTH * share;
    html! {
        @for (number, (from, to, name)) in BANDS.into_iter().enumerate() {
            @let width = x(to) - x(from);
            rect class={ "band b" (number) } x=(Tenths(x(from))) y="20" width=(Tenths(width)) height="12" {}
            (text(x(from) + 4.0, 46.0, "start", "small", name))
        }
    }
}

/// Draws each race's positive split by date, coloured by the level of its start.
pub(super) fn years(points: &[(f64, f64, &'static str, String)]) -> Markup {
    const HEIGHT: f64 = 220.0;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return html! {} };
    let (from_s, to_s) = (first.0, last.0.max(first.0 + 1.0));
    let most = points.iter().map(|point| point.1.abs()).fold(0.0, f64::max).max(5.0);
    let low = points.iter().map(|point| point.1).fold(0.0, f64::min).min(-0.1 * most);
    let x = |at_s: f64| 46.0 + (WIDTH - 66.0) * (at_s - from_s) / (to_s - from_s);
    let y = |split: f64| HEIGHT - 24.0 - (HEIGHT - 44.0) * (split - low) / (most - low);
    let drawing = html! {
        line.axis x1="40" x2=(WIDTH) y1=(Tenths(y(0.0))) y2=(Tenths(y(0.0))) {}
        (text(36.0, y(0.0) + 4.0, "end", "small", "even"))
        (text(36.0, y(most) + 4.0, "end", "small", &format!("+{most:.0} %")))
        @for (at_s, year) in year_marks(from_s, to_s, x) {
            (text(x(at_s), HEIGHT - 6.0, "middle", "small", &year))
        }
        @for (at_s, split, level, label) in points {
            circle class={ "dot " (level) } cx=(Tenths(x(*at_s))) cy=(Tenths(y(*split))) r="5" {
                title { (Text(label)) }
            }
        }
    };
    chart(HEIGHT, &format!("Positive split of {} races by date.", points.len()), &drawing)
}

/// Returns the years to write below a chart and the time at which each is written.
fn year_marks(from_s: f64, to_s: f64, x: impl Fn(f64) -> f64) -> Vec<(f64, String)> {
    let year = |at_s: f64| crate::units::civil(at_s as i64).year;
    let start_s = |year| 86_400.0 * crate::units::days_from_civil(year, 1, 1) as f64;
    (year(from_s)..=year(to_s))
        .filter(|number| {
            // The first race's year is written at that race, unless the next year starts too near.
            let next_s = start_s(number + 1);
            start_s(*number) >= from_s || x(next_s) - x(from_s) > 44.0 || next_s > to_s
        })
        .map(|number| (start_s(number).max(from_s), number.to_string()))
        .collect()
}

/// The first and final mile of a race, and its label.
pub(super) struct Miles {
    /// Its day and name.
    pub label: String,
    /// The first mile's pace, s/m.
    pub first: f64,
    /// The final mile's pace, s/m.
    pub last: f64,
}

/// Draws first mile against final mile, one line for each race; further right is slower.
pub(super) fn miles(races: &[Miles], units: Units) -> Markup {
    /// The height of a name above its line: beside the line it would not fit on a phone.
    const ROW: f64 = 34.0;
    /// The margin on each side.
    const BESIDE: f64 = 10.0;
    let height = ROW * races.len() as f64 + 30.0;
    let fastest = races.iter().map(|race| race.first.min(race.last)).fold(f64::INFINITY, f64::min);
    let slowest = races.iter().map(|race| race.first.max(race.last)).fold(0.0, f64::max);
    let span = (slowest - fastest).max(LEAST_SPAN * fastest);
    let x = |pace: f64| BESIDE + (WIDTH - 2.0 * BESIDE) * (pace - fastest) / span;
    let label = format!("First mile against final mile of {} races; to the right is slower.", races.len());
    let fastest_label = format!("{} a {}", units.pace(fastest), units.word());
    let drawing = html! {
        (text(BESIDE, 10.0, "start", "small", &fastest_label))
        (text(WIDTH - BESIDE, 10.0, "end", "small", &units.pace(fastest + span)))
        @for (number, race) in races.iter().enumerate() {
            @let y = 50.0 + ROW * number as f64;
            @let paces = format!("first {}, final {}", units.pace(race.first), units.pace(race.last));
            (text(BESIDE, y - 8.0, "start", "small", &race.label))
            (two_miles(x(race.first), x(race.last), y, &paces))
        }
    };
    chart(height, &label, &drawing)
}

/// Returns a race's two miles as dots on a line.
fn two_miles(first: f64, last: f64, y: f64, paces: &str) -> Markup {
    html! {
        line.axis x1=(Tenths(first)) x2=(Tenths(last)) y1=(y) y2=(y) {}
        @for (class, x) in [("first", first), ("last", last)] {
            circle class=(class) cx=(Tenths(x)) cy=(y) r="4" { title { (paces) } }
        }
    }
}

/// Draws start against slow-down, one dot for each race, in percentage points from the course's
/// usual ones.
pub(super) fn scatter(points: &[(f64, f64, String)]) -> Markup {
    const HEIGHT: f64 = 220.0;
    let most = |value: fn(&(f64, f64, String)) -> f64| {
        points.iter().map(|point| value(point).abs()).fold(0.0, f64::max).max(2.0)
    };
    let (most_x, most_y) = (most(|point| point.0), most(|point| point.1));
    let x = |value: f64| WIDTH / 2.0 + (WIDTH / 2.0 - 14.0) * value / most_x;
    let y = |value: f64| HEIGHT / 2.0 - (HEIGHT / 2.0 - 22.0) * value / most_y;
    let label = format!(
        "{} races: how much faster than usual the start, how much slower the second half.",
        points.len()
    );
    let (slower, faster) =
        (format!("second half slower: +{most_y:.1} points"), format!("start faster: +{most_x:.1} points"));
    let drawing = html! {
        (axis(&Tenths(y(0.0))))
        line.axis x1=(Tenths(x(0.0))) x2=(Tenths(x(0.0))) y1="14" y2=(Tenths(HEIGHT - 14.0)) {}
        (text(x(0.0) + 4.0, 12.0, "start", "small", &slower))
        (text(WIDTH - 4.0, y(0.0) - 5.0, "end", "small", &faster))
        @for (start, slow_down, label) in points {
            circle.dot cx=(Tenths(x(*start))) cy=(Tenths(y(*slow_down))) r="5" {
                title { (Text(label)) }
            }
        }
    };
    chart(HEIGHT, &label, &drawing)
}

/// Draws the runner's own payback with its 95 % interval, beside the source's "as much as double".
pub(super) fn payback(middle: f64, low: f64, high: f64) -> Markup {
    const HEIGHT: f64 = 46.0;
    let (from, to) = (low.min(-0.5) - 0.3, high.max(2.5) + 0.3);
    let x = |value: f64| WIDTH * (value - from) / (to - from);
    let label = format!(
        "Seconds lost for each gained: {middle:.1}, 95 % from {low:.1} to {high:.1}; the source says as much as double."
    );
    let width = x(high) - x(low);
    let drawing = html! {
        (axis(&22))
        rect.span x=(Tenths(x(low))) y="17" width=(Tenths(width)) height="10" rx="3" {}
        circle.first cx=(Tenths(x(middle))) cy="22" r="5" {}
        (text(x(middle), 12.0, "middle", "small strong", &format!("{middle:.1}")))
        @for (value, name) in [(0.0, "nothing lost"), (1.0, "a second"), (2.0, "as much as double")] {
            line.mark x1=(Tenths(x(value))) x2=(Tenths(x(value))) y1="16" y2="32" {}
            (text(x(value), 42.0, "middle", "small", name))
        }
    };
    chart(HEIGHT, &label, &drawing)
}
