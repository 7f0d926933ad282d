//! One page to keep: self-contained HTML, light and dark, printable, nothing fetched. The order is the text's: the answer,
//! the years, the races, each race a card, the rest.

mod charts;
pub(super) mod escape;

use std::io;
use std::io::Write;

use charts::Miles;
use escape::{escape_html, to_references};

use super::Style;
use super::layout::{account, change_counts, cut, line};
use crate::history::Kind;
use crate::judge;
use crate::judge::Level;
use crate::measure::Basis;
use crate::phrases::{capital, clock, signed};
use crate::report::{Report, Row, Scores, Status, found, start_level, verdict};
use crate::units::Units;

/// Races whose miles are drawn: the latest ones.
const MILES_SHOWN: usize = 24;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (races, training) = (report.scored(Kind::Race), report.scored(Kind::Training));
    let mut page = String::new();
    line!(page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    line!(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line!(
        page,
        "<title>firstmile: went out too fast?</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>"
    );
    answer(&mut page, &races, &training);
    years(&mut page, report, &races);
    miles(&mut page, &races, style.units);
    table(&mut page, "Races", &races, style, true);
    for (number, (row, scores)) in races.iter().enumerate() {
        card(&mut page, number, row, scores, style);
    }
    table(&mut page, "Training runs", &training, style, false);
    unscored(&mut page, report);
    changes(&mut page, report);
    let mut told = String::new();
    account(&mut told, report, usize::MAX);
    line!(page, "<footer><p>{}</p>", escape_html(told.trim()));
    line!(
        page,
        "<p>Advice is the source's, the article on running cramps that this program grew from. No chance of a cramp is ever given: no data set known to us records cramps. <code>firstmile explain</code> says what each finding compares and where it comes from.</p></footer>"
    );
    line!(page, "</main>\n<script>\n{SCRIPT}</script>\n</body>\n</html>");
    if style.ascii {
        page = to_references(&page);
    }
    out.write_all(page.as_bytes())
}

fn answer(page: &mut String, races: &[(&Row, &Scores)], training: &[(&Row, &Scores)]) {
    let (judged, what) = if races.is_empty() { (training, "runs") } else { (races, "races") };
    let at_least = if races.is_empty() { Level::Note } else { Level::Warning };
    let fast = judged.iter().filter(|(row, _)| start_level(row) >= Some(at_least)).count();
    let sentence = match (judged, fast) {
        ([], _) => "No run to judge.".to_owned(),
        ([(row, scores)], _) => format!("{}: {}.", row.title(), verdict(row, scores)),
        (_, 0) => format!("Did not go out too fast in any of {} {what}.", judged.len()),
        (_, fast) => format!("Went out too fast in {fast} of {} {what}.", judged.len()),
    };
    line!(page, "<header><h1>{}</h1>", escape_html(&sentence));
    let walls = races.iter().filter(|(row, _)| found(row, "WALL-01").is_some()).count();
    let marathons = races.iter().filter(|(_, scores)| scores.view.marathon).count();
    if walls > 0 {
        line!(page, "<p class=\"lead\">Hit the wall in {walls} of {marathons} marathons.</p>");
    }
    line!(page, "</header>");
}

fn years(page: &mut String, report: &Report, races: &[(&Row, &Scores)]) {
    let points: Vec<(f64, f64, &'static str, String)> = races
        .iter()
        .filter_map(|(row, scores)| {
            let split = scores.view.positive_split_pct(scores.basis);
            let label = format!("{} {}: {}", row.day(), row.title(), signed(split));
            let level = start_level(row).map_or("none", Level::code);
            Some((row.identity.as_ref()?.local_start_s()?, split, level, label))
        })
        .collect();
    if points.len() > 1 {
        line!(page, "<section>\n<h2>The years: second half against first</h2>");
        line!(
            page,
            "<figure>{}<figcaption>Each dot a race: above the line its second half was slower. ",
            charts::years(&points)
        );
        line!(
            page,
            "<b class=\"severe\">Severe</b>, <b class=\"warning\">warning</b> and <b class=\"note\">note</b> are the levels of its start.</figcaption></figure>"
        );
        for trend in report.trends.courses.iter().filter(|trend| trend.points.len() > 1) {
            let starts = trend.start_direction().map_or_else(String::new, |starts| format!(" {starts}"));
            line!(
                page,
                "<p><b>{}.</b> {}{}</p>",
                trend.course.title(),
                escape_html(&trend.direction()),
                escape_html(&starts)
            );
        }
        line!(page, "</section>");
    }
    if !report.over_time.is_empty() {
        line!(page, "<section>\n<h2>Over all years</h2>\n<ul class=\"findings\">");
        for finding in &report.over_time {
            line!(page, "<li><b>{}</b> {}</li>", finding.id, escape_html(&finding.sentence));
        }
        line!(page, "</ul>");
        if let Ok(payback) = &report.trends.payback {
            let chart = charts::payback(payback.lost_for_gained, payback.low, payback.high);
            line!(
                page,
                "<figure>{chart}<figcaption>Seconds lost in the second half for each gained in the first.</figcaption></figure>"
            );
            let points: Vec<(f64, f64, String)> = payback
                .points
                .iter()
                .map(|point| {
                    let row = &report.rows[point.entry];
                    (point.start_pct, point.slow_down_pct, format!("{} {}", row.day(), row.title()))
                })
                .collect();
            line!(
                page,
                "<figure>{}<figcaption>The races behind it, each against the usual one of its course: to the right its start was faster, above its second half was slower.</figcaption></figure>",
                charts::scatter(&points)
            );
        }
        line!(page, "</section>");
    }
}

/// First mile against final mile, the latest races.
fn miles(page: &mut String, races: &[(&Row, &Scores)], units: Units) {
    let latest = &races[races.len().saturating_sub(MILES_SHOWN)..];
    if latest.len() < 2 {
        return;
    }
    let of = |(row, scores): &(&Row, &Scores)| Miles {
        label: cut(&format!("{} {}", row.day(), row.title()), 34),
        first: scores.view.first_mile.pace_s_per_m(scores.basis),
        last: scores.view.final_mile.pace_s_per_m(scores.basis),
    };
    let told: Vec<Miles> = latest.iter().map(of).collect();
    line!(page, "<section>\n<h2>First mile against final mile</h2>\n<figure>{}", charts::miles(&told, units));
    line!(
        page,
        "<figcaption><b class=\"first\">First</b> and <b class=\"last\">final</b> mile of each race; to the right is slower. The source asks for the final one on the left.</figcaption></figure>\n</section>"
    );
}

fn table(page: &mut String, title: &str, rows: &[(&Row, &Scores)], style: &Style, links: bool) {
    if rows.is_empty() {
        return;
    }
    let risks = rows.iter().any(|(_, scores)| scores.risk.is_some());
    line!(page, "<section>\n<h2>{title}</h2>");
    if rows.len() > 8 {
        line!(
            page,
            "<label class=\"filter\">Show only <input type=\"search\" placeholder=\"a name, a year, a level\"></label>"
        );
    }
    line!(page, "<div class=\"wide\"><table class=\"runs\">\n<thead><tr>");
    let mut heads = vec![
        "day",
        "run",
        "distance",
        "first mile",
        "final mile",
        "first half",
        "second half",
        "split",
        "start",
        "level",
    ];
    if risks {
        heads.push("risk of the wall");
    }
    for head in &heads {
        line!(page, "<th scope=\"col\"><button type=\"button\">{head}</button></th>");
    }
    line!(page, "</tr></thead>\n<tbody>");
    for (number, (row, scores)) in rows.iter().enumerate() {
        let (view, basis) = (&scores.view, scores.basis);
        let time = |seconds: f64| format!("<td data-v=\"{seconds:.1}\">{}</td>", clock(seconds));
        let pct = |value: f64| format!("<td data-v=\"{value:.3}\">{}</td>", signed(value));
        let level = start_level(row);
        let name = escape_html(&row.title());
        let name = if links { format!("<a href=\"#r{number}\">{name}</a>") } else { name };
        let mut cells = format!("<td>{}</td><th scope=\"row\">{name}</th>", row.day());
        cells += &format!(
            "<td data-v=\"{:.0}\">{:.1} {}</td>",
            view.distance_m,
            view.distance_m / style.units.metres(),
            if style.units == Units::Miles { "mi" } else { "km" }
        );
        for seconds in [&view.first_mile, &view.final_mile, &view.first_half, &view.second_half] {
            cells += &time(seconds.times.on(basis));
        }
        cells += &pct(view.positive_split_pct(basis));
        cells += &pct(view.judged_start_excess_pct(basis));
        let word = level.map_or("", Level::code);
        cells +=
            &format!("<td data-v=\"{}\" class=\"{word}\">{word}</td>", level.map_or(-1, |level| level as i8));
        if risks {
            cells += &scores.risk.map_or_else(
                || "<td data-v=\"-1\"></td>".to_owned(),
                |risk| format!("<td data-v=\"{:.4}\">{}</td>", risk.risk.p, escape_html(&risk.range())),
            );
        }
        line!(page, "<tr>{cells}</tr>");
    }
    line!(page, "</tbody>\n</table></div>\n<p class=\"small\">{}</p>\n</section>", super::LEGEND);
}

fn card(page: &mut String, number: usize, row: &Row, scores: &Scores, style: &Style) {
    let view = &scores.view;
    let day = row.day();
    line!(page, "<article id=\"r{number}\">\n<h3>{} <span>{day}</span></h3>", escape_html(&row.title()));
    line!(page, "<p class=\"verdict\">{}.</p>", escape_html(&capital(&verdict(row, scores))));
    let wall_from_m = found(row, "WALL-01")
        .and_then(|wall| wall.evidence.iter().find(|evidence| evidence.name == "wall_onset_m"))
        .map(|evidence| evidence.value);
    line!(page, "<figure>{}</figure>", charts::pace(scores, style.units, wall_from_m));
    line!(page, "<figure>{}</figure>", charts::to_even(scores));
    let paused_s = scores.measured.paused_s;
    if scores.measured.timer_known && paused_s >= 1.0 {
        let timer_pct = view.positive_split_pct(Basis::Timer);
        line!(
            page,
            "<p class=\"small\">The timer stood for {}, the pale tops of the bars; by timer time the split is {}.</p>",
            clock(paused_s),
            signed(timer_pct)
        );
    }
    if let Some(risk) = &scores.risk {
        line!(
            page,
            "<figure>{}<figcaption>Chance of the wall by half-way on its scale; the thin line is the same runner's from an even start.</figcaption></figure>",
            charts::risk(risk)
        );
    }
    line!(page, "<ul class=\"findings\">");
    for finding in row.findings() {
        line!(
            page,
            "<li><b class=\"{0}\">{1} {0}</b> {2}</li>",
            finding.level.code(),
            finding.id,
            escape_html(&finding.sentence)
        );
    }
    line!(page, "</ul>");
    let advice: Vec<&str> = row
        .findings()
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .filter_map(|finding| judge::find(finding.id))
        .map(|rule| rule.advice)
        .filter(|advice| !advice.is_empty())
        .collect();
    if let Some(first) = advice.first() {
        line!(page, "<p class=\"advice\">Next time, the source advises: {}</p>", escape_html(first));
    }
    line!(page, "</article>");
}

fn changes(page: &mut String, report: &Report) {
    let Some(changes) = &report.changes else { return };
    line!(page, "<section>\n<h2>Against the baseline: {}</h2>", change_counts(changes));
    if !changes.is_empty() {
        line!(
            page,
            "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">run</th><th scope=\"col\">change</th><th scope=\"col\">what</th></tr></thead>\n<tbody>"
        );
        for change in changes {
            line!(
                page,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"why\">{}</td></tr>",
                escape_html(&change.address),
                change.kind.words().0,
                escape_html(&change.told())
            );
        }
        line!(page, "</tbody>\n</table></div>");
    }
    line!(page, "</section>");
}

fn unscored(page: &mut String, report: &Report) {
    let rows: Vec<&Row> = report.rows.iter().filter(|row| row.status != Status::Scored).collect();
    if rows.is_empty() {
        return;
    }
    line!(
        page,
        "<section>\n<details><summary>Not scored: {}</summary>\n<div class=\"wide\"><table>",
        rows.len()
    );
    line!(
        page,
        "<thead><tr><th scope=\"col\">file</th><th scope=\"col\">status</th><th scope=\"col\">why</th></tr></thead>\n<tbody>"
    );
    for row in rows {
        line!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"why\">{}</td></tr>",
            escape_html(&row.address),
            row.status.code(),
            escape_html(&row.detail)
        );
    }
    line!(page, "</tbody>\n</table></div>\n</details>\n</section>");
}
