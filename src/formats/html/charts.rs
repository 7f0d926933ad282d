//! A run's charts as SVG in a page: pace by split over the ground, the time to an even run, the wall's chance on its scale.
//!
//! Coordinates are those of a view box; colours are the page's own, by class. Every chart has its words as its label.

use crate::formats::html::escape::escape_html;
use crate::judge::WallRisk;
use crate::phrases::signed_clock;
use crate::report::Scores;
use crate::units::Units;

/// Width and height of a view box.
const WIDTH: f64 = 640.0;
const PACE_HEIGHT: f64 = 150.0;
const EVEN_HEIGHT: f64 = 84.0;
/// What is left free above and below for words.
const TOP: f64 = 18.0;
const BOTTOM: f64 = 16.0;
/// Even runs look even: paces span this share of the fastest at least.
const LEAST_SPAN: f64 = 0.15;

/// Pace by split: tall is slow; the start window shaded, the ground behind, half-way and the wall marked.
pub(super) fn pace(scores: &Scores, units: Units, wall_from_m: Option<f64>) -> String {
    let view = &scores.view;
    let splits = if units == Units::Miles { &view.miles } else { &view.kms };
    let whole = || splits.iter().filter(|split| split.distance_m > 0.25 * units.metres());
    let paces: Vec<(f64, f64, f64)> = whole()
        .map(|split| {
            (split.end_m - split.distance_m, split.end_m, split.times.on(scores.basis) / split.distance_m)
        })
        .collect();
    // Where the timer stood, the top of a bar is what it did not count.
    let stood: Vec<f64> = whole()
        .map(|split| (split.times.on(scores.basis) - split.times.timer_s) / split.distance_m)
        .map(|stood| if scores.measured.timer_known { stood.max(0.0) } else { 0.0 })
        .collect();
    let fastest = paces.iter().map(|pace| pace.2).fold(f64::INFINITY, f64::min);
    let floor = paces.iter().zip(&stood).map(|(pace, stood)| pace.2 - stood).fold(fastest, f64::min);
    let slowest = paces.iter().map(|pace| pace.2).fold(0.0, f64::max);
    if paces.is_empty() || !slowest.is_finite() {
        return String::new();
    }
    let span = (slowest - floor).max(LEAST_SPAN * floor);
    let x = |at_m: f64| WIDTH * at_m / view.distance_m;
    let inner = PACE_HEIGHT - TOP - BOTTOM;
    let height = |pace: f64| 0.18 * inner + 0.82 * inner * (pace - floor) / span;
    let window_m = view.start_window.distance_m;
    let mut svg = open(
        PACE_HEIGHT,
        &format!(
            "Pace by {}: from {} to {} a {}; the start window ends at {:.1} km.",
            units.word(),
            units.pace(fastest),
            units.pace(slowest),
            units.word(),
            window_m / 1000.0
        ),
    );
    svg += &format!(
        "<rect class=\"window\" x=\"0\" y=\"{TOP}\" width=\"{:.1}\" height=\"{inner:.1}\"/>",
        x(window_m)
    );
    svg += &text(4.0, TOP - 5.0, "start", "small accent", "the start window");
    svg += &ground(&scores.measured.grade.profile_m, inner);
    for ((number, (from_m, to_m, pace)), stood) in (1..).zip(&paces).zip(&stood) {
        let tall = height(*pace);
        let late = wall_from_m.is_some_and(|wall_m| *from_m >= wall_m - 1.0);
        let (left, wide) = (x(*from_m) + 0.8, (x(*to_m) - x(*from_m) - 1.6).max(0.6));
        let top = PACE_HEIGHT - BOTTOM - tall;
        let timer = units.pace(pace - stood);
        let stands = timer != units.pace(*pace);
        svg += &format!(
            "<rect class=\"bar{}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"><title>{} {number}: {}{}</title></rect>",
            if late { " late" } else { "" },
            units.word(),
            units.pace(*pace),
            if stands { format!(", by the timer {timer}") } else { String::new() },
        );
        if stands {
            let part = tall - height(pace - stood);
            svg += &format!(
                "<rect class=\"stood\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{part:.1}\"/>"
            );
        }
    }
    if let Some(wall_m) = wall_from_m {
        svg += &text(x(wall_m) - 4.0, TOP - 5.0, "end", "small wall", "the wall");
    }
    let half = x(view.distance_m / 2.0);
    svg += &format!(
        "<line class=\"mark\" x1=\"{half:.1}\" x2=\"{half:.1}\" y1=\"{TOP}\" y2=\"{:.1}\"/>",
        PACE_HEIGHT - BOTTOM
    );
    svg += &text(half, PACE_HEIGHT - 3.0, "middle", "small", "half-way");
    for (wanted, anchor_first) in [(fastest, true), (slowest, false)] {
        let found = paces.iter().find(|pace| pace.2 == wanted);
        if let Some((from_m, to_m, pace)) = found.filter(|_| anchor_first || slowest > fastest) {
            let middle = x(f64::midpoint(*from_m, *to_m));
            let anchor = if middle < 40.0 {
                "start"
            } else if middle > WIDTH - 40.0 {
                "end"
            } else {
                "middle"
            };
            svg += &text(
                middle,
                PACE_HEIGHT - BOTTOM - height(*pace) - 4.0,
                anchor,
                "small strong",
                &units.pace(*pace),
            );
        }
    }
    svg + "</svg>"
}

/// The ground as a shadow behind the bars; nothing where it is not known or flat.
fn ground(profile_m: &[f32], inner: f64) -> String {
    let low = profile_m.iter().copied().fold(f32::INFINITY, f32::min);
    let high = profile_m.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    // Less than that is no hill, and would be drawn as one.
    if profile_m.len() < 2 || high - low < 10.0 {
        return String::new();
    }
    let step = WIDTH / (profile_m.len() - 1) as f64;
    let base = PACE_HEIGHT - BOTTOM;
    let rise = 0.9 * inner / f64::from((high - low).max(60.0));
    let points: String = profile_m
        .iter()
        .enumerate()
        .map(|(at, altitude_m)| {
            format!(" {:.1},{:.1}", at as f64 * step, base - rise * f64::from(altitude_m - low))
        })
        .collect();
    format!("<polygon class=\"ground\" points=\"0,{base:.1}{points} {WIDTH},{base:.1}\"/>")
        + &text(
            WIDTH - 4.0,
            PACE_HEIGHT - 3.0,
            "end",
            "small",
            &format!("the ground: {low:.0} to {high:.0} m"),
        )
}

/// The time gained and lost against an even run, kilometre by kilometre.
pub(super) fn to_even(scores: &Scores) -> String {
    let view = &scores.view;
    let even = view.total.on(scores.basis) / view.distance_m;
    let mut points = vec![(0.0, 0.0)];
    let mut sum_s = 0.0;
    for split in &view.kms {
        sum_s += split.times.on(scores.basis);
        points.push((split.end_m, even * split.end_m - sum_s));
    }
    let most = points.iter().map(|point| point.1.abs()).fold(0.0, f64::max).max(30.0);
    let middle = EVEN_HEIGHT / 2.0;
    let x = |at_m: f64| WIDTH * at_m / view.distance_m;
    let y = |ahead_s: f64| middle - (middle - 14.0) * ahead_s / most;
    let line: String =
        points.iter().map(|(at_m, ahead_s)| format!(" {:.1},{:.1}", x(*at_m), y(*ahead_s))).collect();
    let extreme = points.iter().copied().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap_or_default();
    let told = format!(
        "{} {} an even run at {:.0} km",
        signed_clock(extreme.1.abs()).trim_start_matches('+'),
        if extreme.1 >= 0.0 { "ahead of" } else { "behind" },
        extreme.0 / 1000.0
    );
    let mut svg = open(EVEN_HEIGHT, &format!("Time against an even run of the same total: {told}."));
    svg += &format!("<polygon class=\"ahead\" points=\"0,{middle:.1}{line} {WIDTH},{middle:.1}\"/>");
    svg += &format!("<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{middle}\" y2=\"{middle}\"/>");
    svg += &format!("<polyline class=\"line\" points=\"{}\"/>", line.trim_start());
    // Away from the words at the extreme.
    let legend_y = if extreme.1 < 0.0 { 9.0 } else { EVEN_HEIGHT - 4.0 };
    svg += &text(4.0, legend_y, "start", "small", "against an even run: above is ahead");
    if extreme.1.abs() >= 15.0 {
        let at = x(extreme.0);
        let anchor = if at < 190.0 {
            "start"
        } else if at > WIDTH - 190.0 {
            "end"
        } else {
            "middle"
        };
        let beside = if extreme.1 >= 0.0 { y(extreme.1) - 4.0 } else { y(extreme.1) + 12.0 };
        svg += &text(at, beside.clamp(10.0, EVEN_HEIGHT - 2.0), anchor, "small strong", &told);
    }
    svg + "</svg>"
}

/// The chance of the wall as a range on its scale, with the bands named and the even start marked.
pub(super) fn risk(risk: &WallRisk) -> String {
    const HEIGHT: f64 = 54.0;
    const BANDS: [(f64, f64, &str); 5] = [
        (0.0, 0.15, "low"),
        (0.15, 0.30, "typical"),
        (0.30, 0.45, "elevated"),
        (0.45, 0.60, "high"),
        (0.60, 1.0, "very high"),
    ];
    let x = |share: f64| WIDTH * share;
    let told = risk.range();
    let mut svg = open(
        HEIGHT,
        &format!("Chance of the wall: {told}; from an even start {:.0} %.", 100.0 * risk.risk.even_start),
    );
    for (number, (from, to, name)) in BANDS.into_iter().enumerate() {
        svg += &format!(
            "<rect class=\"band b{number}\" x=\"{:.1}\" y=\"20\" width=\"{:.1}\" height=\"12\"/>",
            x(from),
            x(to) - x(from)
        );
        svg += &text(x(from) + 4.0, 46.0, "start", "small", name);
    }
    let (low, high) = (x(risk.risk.low), x(risk.risk.high));
    svg += &format!(
        "<rect class=\"range\" x=\"{low:.1}\" y=\"17\" width=\"{:.1}\" height=\"18\" rx=\"3\"/>",
        (high - low).max(3.0)
    );
    svg += &format!(
        "<text class=\"small strong\" x=\"{:.1}\" y=\"12\">{}</text>",
        low.min(WIDTH - 150.0),
        escape_html(&told)
    );
    let even = x(risk.risk.even_start);
    svg += &format!("<line class=\"even\" x1=\"{even:.1}\" x2=\"{even:.1}\" y1=\"14\" y2=\"38\"/>");
    svg + "</svg>"
}

fn open(height: f64, label: &str) -> String {
    format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">", escape_html(label))
}

fn text(x: f64, y: f64, anchor: &str, class: &str, words: &str) -> String {
    format!(
        "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>",
        escape_html(words)
    )
}

/// The years at a glance: each race's positive split by date, one's start's level as its colour.
pub(super) fn years(points: &[(f64, f64, &'static str, String)]) -> String {
    const HEIGHT: f64 = 220.0;
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let (from_s, to_s) = (first.0, last.0.max(first.0 + 1.0));
    let most = points.iter().map(|point| point.1.abs()).fold(0.0, f64::max).max(5.0);
    let low = points.iter().map(|point| point.1).fold(0.0, f64::min).min(-0.1 * most);
    let x = |at_s: f64| 46.0 + (WIDTH - 66.0) * (at_s - from_s) / (to_s - from_s);
    let y = |split: f64| HEIGHT - 24.0 - (HEIGHT - 44.0) * (split - low) / (most - low);
    let mut svg = open(HEIGHT, &format!("Positive split of {} races by date.", points.len()));
    svg += &format!("<line class=\"axis\" x1=\"40\" x2=\"{WIDTH}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>", y(0.0));
    svg += &text(36.0, y(0.0) + 4.0, "end", "small", "even");
    svg += &text(36.0, y(most) + 4.0, "end", "small", &format!("+{most:.0} %"));
    let year = |at_s: f64| crate::units::civil(at_s as i64).year;
    for number in year(from_s)..=year(to_s) {
        let at_s = 86_400.0 * crate::units::days_from_civil(number, 1, 1) as f64;
        // The year of the first race stands at that race, unless the next one begins too near.
        let next_s = 86_400.0 * crate::units::days_from_civil(number + 1, 1, 1) as f64;
        if at_s >= from_s || x(next_s) - x(from_s) > 44.0 || next_s > to_s {
            svg += &text(x(at_s.max(from_s)), HEIGHT - 6.0, "middle", "small", &number.to_string());
        }
    }
    for (at_s, split, level, label) in points {
        svg += &format!(
            "<circle class=\"dot {level}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\"><title>{}</title></circle>",
            x(*at_s),
            y(*split),
            escape_html(label)
        );
    }
    svg + "</svg>"
}

/// One race's first and final mile, and what it is called.
pub(super) struct Miles {
    /// Its day and name.
    pub label: String,
    /// The first mile's pace, s/m.
    pub first: f64,
    /// The final mile's.
    pub last: f64,
}

/// First mile against final mile, a race a line: to the right is slower.
pub(super) fn miles(races: &[Miles], units: Units) -> String {
    /// A name and under it the two miles: a name beside them would not fit on a phone.
    const ROW: f64 = 34.0;
    /// Room for a pace at each end.
    const BESIDE: f64 = 10.0;
    let height = ROW * races.len() as f64 + 30.0;
    let fastest = races.iter().map(|race| race.first.min(race.last)).fold(f64::INFINITY, f64::min);
    let slowest = races.iter().map(|race| race.first.max(race.last)).fold(0.0, f64::max);
    let span = (slowest - fastest).max(LEAST_SPAN * fastest);
    let x = |pace: f64| BESIDE + (WIDTH - 2.0 * BESIDE) * (pace - fastest) / span;
    let mut svg = open(
        height,
        &format!("First mile against final mile of {} races; to the right is slower.", races.len()),
    );
    svg += &text(BESIDE, 10.0, "start", "small", &format!("{} a {}", units.pace(fastest), units.word()));
    svg += &text(WIDTH - BESIDE, 10.0, "end", "small", &units.pace(fastest + span));
    for (number, race) in races.iter().enumerate() {
        let y = 50.0 + ROW * number as f64;
        let (first, last) = (x(race.first), x(race.last));
        svg += &text(BESIDE, y - 8.0, "start", "small", &race.label);
        svg += &format!("<line class=\"axis\" x1=\"{first:.1}\" x2=\"{last:.1}\" y1=\"{y}\" y2=\"{y}\"/>");
        let paces = format!("first {}, final {}", units.pace(race.first), units.pace(race.last));
        svg += &format!(
            "<circle class=\"first\" cx=\"{first:.1}\" cy=\"{y}\" r=\"4\"><title>{paces}</title></circle>\
             <circle class=\"last\" cx=\"{last:.1}\" cy=\"{y}\" r=\"4\"><title>{paces}</title></circle>"
        );
    }
    svg + "</svg>"
}

/// Start against slow-down, a dot a race, both in percentage points from the usual.
pub(super) fn scatter(points: &[(f64, f64, String)]) -> String {
    const HEIGHT: f64 = 220.0;
    let most = |value: fn(&(f64, f64, String)) -> f64| {
        points.iter().map(|point| value(point).abs()).fold(0.0, f64::max).max(2.0)
    };
    let (most_x, most_y) = (most(|point| point.0), most(|point| point.1));
    let x = |value: f64| WIDTH / 2.0 + (WIDTH / 2.0 - 14.0) * value / most_x;
    let y = |value: f64| HEIGHT / 2.0 - (HEIGHT / 2.0 - 22.0) * value / most_y;
    let mut svg = open(
        HEIGHT,
        &format!(
            "{} races: how much faster than usual the start, how much slower the second half.",
            points.len()
        ),
    );
    svg += &format!(
        "<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/>\
         <line class=\"axis\" x1=\"{1:.1}\" x2=\"{1:.1}\" y1=\"14\" y2=\"{2:.1}\"/>",
        y(0.0),
        x(0.0),
        HEIGHT - 14.0
    );
    svg += &text(x(0.0) + 4.0, 12.0, "start", "small", &format!("second half slower: +{most_y:.1} points"));
    svg += &text(WIDTH - 4.0, y(0.0) - 5.0, "end", "small", &format!("start faster: +{most_x:.1} points"));
    for (start, slow_down, label) in points {
        svg += &format!(
            "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"5\"><title>{}</title></circle>",
            x(*start),
            y(*slow_down),
            escape_html(label)
        );
    }
    svg + "</svg>"
}

/// The runner's own payback with its interval, beside the folk rule of two.
pub(super) fn payback(middle: f64, low: f64, high: f64) -> String {
    const HEIGHT: f64 = 46.0;
    let (from, to) = (low.min(-0.5) - 0.3, high.max(2.5) + 0.3);
    let x = |value: f64| WIDTH * (value - from) / (to - from);
    let mut svg = open(
        HEIGHT,
        &format!(
            "Seconds lost for each gained: {middle:.1}, 95 % from {low:.1} to {high:.1}; the folk rule says two."
        ),
    );
    svg += &format!("<line class=\"axis\" x1=\"0\" x2=\"{WIDTH}\" y1=\"22\" y2=\"22\"/>");
    svg += &format!(
        "<rect class=\"span\" x=\"{:.1}\" y=\"17\" width=\"{:.1}\" height=\"10\" rx=\"3\"/>",
        x(low),
        x(high) - x(low)
    );
    svg += &format!("<circle class=\"first\" cx=\"{:.1}\" cy=\"22\" r=\"5\"/>", x(middle));
    svg += &text(x(middle), 12.0, "middle", "small strong", &format!("{middle:.1}"));
    for (value, name) in [(0.0, "nothing lost"), (1.0, "a second"), (2.0, "two: the folk rule")] {
        svg += &format!("<line class=\"mark\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"16\" y2=\"32\"/>", x(value));
        svg += &text(x(value), 42.0, "middle", "small", name);
    }
    svg + "</svg>"
}
