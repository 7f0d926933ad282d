//! A pace band to print, cut out and wear, and the gates and drinks beside it. One file, nothing fetched.

use std::io;
use std::io::Write;

use super::PlanSheet;
use super::text::{chance, drink_total, first_check, start_name, wall_note, window};
use crate::formats::Style;
use crate::formats::html::escape::{escape_html, to_references};
use crate::formats::layout::line;
use crate::phrases::{capital, clock};
use crate::plan::advice::{ADVICE, DRINK_CAUTION, SOURCE};
use crate::plan::{Drink, Target};
use crate::units::Units;

/// A band goes once around a wrist: its rows share this length, millimetres.
const BAND_MM: f64 = 170.0;
/// But no row is higher than this, millimetres.
const ROW_MM: f64 = 6.5;

const STYLE: &str = include_str!("band.css");

/// Writes the page.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let plan = &sheet.plan;
    let title = escape_html(&capital(&format!("{} in {}", plan.title, clock(plan.goal_s))));
    let mut page = String::new();
    line!(page, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    line!(page, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    line!(page, "<title>{title}: pace band</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>");
    line!(
        page,
        "<header>\n<h1>{title}</h1>\n<p class=\"check\">{}</p>",
        escape_html(&first_check(plan, style.units))
    );
    if let Some(from) = &sheet.goal_from {
        line!(page, "<p>The goal is {}.</p>", escape_html(from));
    }
    if let Some(caveat) = plan.short_race {
        line!(page, "<p class=\"note\">{}</p>", escape_html(caveat));
    }
    line!(page, "</header>");
    band(&mut page, sheet, style.units);
    line!(page, "<div class=\"beside\">");
    gates(&mut page, sheet);
    day(&mut page, sheet);
    line!(page, "</div>\n</main>\n</body>\n</html>");
    if style.ascii {
        page = to_references(&page);
    }
    out.write_all(page.as_bytes())
}

/// The band itself: a row a mark, the first one with its window, drinks where they fall.
fn band(page: &mut String, sheet: &PlanSheet, units: Units) {
    let plan = &sheet.plan;
    let targets = if units == Units::Miles { &plan.mile } else { &plan.km };
    let row_mm = f64::min(ROW_MM, BAND_MM / targets.len() as f64);
    line!(page, "<table class=\"band\" style=\"--row:{row_mm:.2}mm\">");
    line!(page, "<caption>{} · {}</caption>", escape_html(&capital(&plan.title)), clock(plan.goal_s));
    line!(
        page,
        "<thead><tr><th scope=\"col\">{}</th><th scope=\"col\">watch</th><th scope=\"col\">drink</th></tr></thead>\n<tbody>",
        units.word()
    );
    let mut from_m = 0.0;
    for target in targets {
        let drinks: Vec<&str> = plan
            .drinks
            .iter()
            .filter(|drink| drink.at_m > from_m && drink.at_m <= target.end_m)
            .map(what)
            .collect();
        let first = target.index == 1;
        let watch = if first {
            let (from_s, to_s) = window(plan, units);
            format!("{}–{}", clock(from_s), clock(to_s))
        } else {
            clock(target.elapsed_s)
        };
        let class = if first { " class=\"first\"" } else { "" };
        line!(
            page,
            "<tr{class}><th scope=\"row\">{}</th><td>{watch}</td><td>{}</td></tr>",
            mark(target, units),
            drinks.join(", ")
        );
        from_m = target.end_m;
    }
    line!(page, "</tbody>\n</table>");
}

fn what(drink: &Drink) -> &'static str {
    match (drink.sports_drink, drink.salt) {
        (false, false) => "fluid",
        (true, false) => "sports drink",
        (false, true) => "fluid, salt",
        (true, true) => "sports, salt",
    }
}

fn mark(target: &Target, units: Units) -> String {
    let end = target.end_m / units.metres();
    if (end - end.round()).abs() < 1e-6 { format!("{end:.0}") } else { "finish".to_owned() }
}

fn gates(page: &mut String, sheet: &PlanSheet) {
    let plan = &sheet.plan;
    line!(
        page,
        "<section>\n<h2>Gates</h2>\n<table class=\"gates\">\n<thead><tr><th scope=\"col\">start</th>"
    );
    for gate in &plan.gates {
        line!(page, "<th scope=\"col\">{}</th>", escape_html(&gate.name));
    }
    let note = wall_note(sheet);
    if note.is_some() {
        line!(page, "<th scope=\"col\" colspan=\"2\">chance of the wall</th>");
    }
    line!(page, "</tr></thead>\n<tbody>");
    for start in &plan.starts {
        let times: String = start.gates_s.iter().map(|at_s| format!("<td>{}</td>", clock(*at_s))).collect();
        let wall = start.wall.as_ref().map_or_else(String::new, |wall| {
            let (range, word) = chance(wall);
            format!("<td>{range}</td><td class=\"word\">{word}</td>")
        });
        line!(page, "<tr><th scope=\"row\">{}</th>{times}{wall}</tr>", escape_html(&start_name(plan, start)));
    }
    line!(page, "</tbody>\n</table>");
    if let Some(note) = note {
        line!(page, "<p class=\"note\">{}</p>", escape_html(&note));
    }
    line!(page, "</section>");
}

fn day(page: &mut String, sheet: &PlanSheet) {
    line!(page, "<section>\n<h2>The day, as the source advises</h2>\n<dl>");
    for advice in ADVICE {
        line!(page, "<dt>{}</dt><dd>{}</dd>", escape_html(advice.when), escape_html(advice.text));
    }
    line!(page, "</dl>");
    if let Some(total) = drink_total(&sheet.plan) {
        line!(page, "<p class=\"note\">On the way: {}.</p>", escape_html(&total));
    }
    line!(
        page,
        "<p class=\"note\">The source is {}. Caution: {}</p>",
        escape_html(SOURCE),
        escape_html(DRINK_CAUTION)
    );
    line!(page, "</section>");
}
