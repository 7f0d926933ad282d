//! A pace band to print, cut out and wear, with gates and drinks beside it, as one HTML page that
//! loads nothing.

use std::io::{self, Write};

use maud::{Markup, html};

use super::PlanSheet;
use super::text::{
    WALL_HEAD, advice_for, chance, drink_rate, first_check, split_words, start_name, wall_note, window,
};
use crate::formats::Style;
use crate::formats::html::document::{Text, document, to_references};
use crate::phrases::{capital, clock};
use crate::plan::advice::{DRINK_CAUTION, LONG_FROM_S, SALT_CAUTION, SOURCE};
use crate::plan::{Drink, FastStart, Plan, Target};
use crate::units::Units;

/// The length of a band, once around a wrist, millimetres. Its rows share it.
const BAND_MM: f64 = 170.0;
/// The greatest height of a row, millimetres.
const ROW_MM: f64 = 6.5;

const STYLE: &str = include_str!("band.css");

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut page = page(sheet, style.units).into_string();
    if style.ascii {
        page = to_references(&page);
    }
    out.write_all(page.as_bytes())
}

/// Returns the whole page: the band, and beside it gates and advice.
fn page(sheet: &PlanSheet, units: Units) -> Markup {
    let title = capital(&format!("{} in {}", sheet.plan.title, clock(sheet.plan.goal_s)));
    let body = html! {
        main { "\n"
            (header(sheet, &title, units))
            (band(&sheet.plan, units))
            div.beside { "\n"
                (gates(sheet))
                (day(&sheet.plan, units))
            } "\n"
        } "\n"
    };
    document(&format!("{title}: pace band"), STYLE, &body)
}

/// Returns the title with the check at the first mile, the origin of the goal, and a caveat.
fn header(sheet: &PlanSheet, title: &str, units: Units) -> Markup {
    html! {
        header { "\n"
            h1 { (Text(title)) } "\n"
            p.check { (Text(first_check(&sheet.plan, units))) } "\n"
            @if let Some(halves) = split_words(&sheet.plan) { p { (Text(halves)) } "\n" }
            @if let Some(from) = &sheet.goal_from {
                p { "The goal is " (Text(from)) "." } "\n"
            }
            @if let Some(caveat) = sheet.plan.short_race {
                (note(caveat))
            }
        } "\n"
    }
}

/// Returns a paragraph in small print.
fn note(text: &str) -> Markup {
    html! { p.note { (Text(text)) } "\n" }
}

/// Returns the band itself: one row for each mark.
fn band(plan: &Plan, units: Units) -> Markup {
    let targets = if units == Units::Miles { &plan.mile } else { &plan.km };
    let row_mm = f64::min(ROW_MM, BAND_MM / targets.len() as f64);
    let starts_m = std::iter::once(0.0).chain(targets.iter().map(|target| target.end_m));
    html! {
        table.band style=(format_args!("--row:{row_mm:.2}mm")) { "\n"
            caption { (Text(capital(&plan.title))) " · " (clock(plan.goal_s)) } "\n"
            thead {
                tr {
                    th scope="col" { (units.word()) }
                    th scope="col" { "watch" }
                    th scope="col" { "drink" }
                }
            } "\n"
            tbody { "\n"
                @for (from_m, target) in starts_m.zip(targets) {
                    (band_row(plan, from_m, target, units)) "\n"
                }
            } "\n"
        } "\n"
    }
}

/// Returns the row of a mark, with the drinks before it. The first row has a range of times.
fn band_row(plan: &Plan, from_m: f64, target: &Target, units: Units) -> Markup {
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
    html! {
        tr class=[first.then_some("first")] {
            th scope="row" { (mark(target, units)) }
            td { (watch) }
            td { (drinks.join(", ")) }
        }
    }
}

/// Returns what to drink, in the few words that fit on a band.
fn what(drink: &Drink) -> &'static str {
    match (drink.sports_drink, drink.salt) {
        (false, false) => "fluid",
        (true, false) => "sports drink",
        (false, true) => "fluid, salt",
        (true, true) => "sports, salt",
    }
}

/// Returns a mark's number, or "finish" if it is not a whole one.
fn mark(target: &Target, units: Units) -> String {
    let end = target.end_m / units.metres();
    if (end - end.round()).abs() < 1e-6 { format!("{end:.0}") } else { "finish".to_owned() }
}

/// Returns the gates: a row for each start, with its chance of the wall if that is known.
fn gates(sheet: &PlanSheet) -> Markup {
    let plan = &sheet.plan;
    let wall = wall_note(sheet);
    html! {
        section { "\n"
            h2 { "Gates" } "\n"
            table.gates { "\n"
                thead {
                    tr {
                        th scope="col" { "start" } "\n"
                        @for gate in &plan.gates {
                            th scope="col" { (Text(&gate.name)) } "\n"
                        }
                        @if wall.is_some() {
                            th scope="col" { (WALL_HEAD) } "\n"
                        }
                    }
                } "\n"
                tbody { "\n"
                    @for start in &plan.starts {
                        (gates_row(plan, start)) "\n"
                    }
                } "\n"
            } "\n"
            @if let Some(wall) = &wall {
                (note(wall))
            }
        } "\n"
    }
}

/// Returns a start's row: its time at each gate.
fn gates_row(plan: &Plan, start: &FastStart) -> Markup {
    html! {
        tr {
            th scope="row" { (Text(start_name(plan, start))) }
            @for at_s in &start.gates_s {
                td { (clock(*at_s)) }
            }
            @if let Some(wall) = &start.wall {
                td { (chance(wall)) }
            }
        }
    }
}

/// Returns the source's advice for the day.
fn day(plan: &Plan, units: Units) -> Markup {
    html! {
        section { "\n"
            h2 { "The day, as the source advises" } "\n"
            dl { "\n"
                @for (when, advice) in advice_for(plan) {
                    dt { (Text(when)) }
                    dd { (Text(advice)) } "\n"
                }
            } "\n"
            @if let Some(rate) = drink_rate(plan, units) {
                (note(&format!("On the way: {rate}")))
            }
            (note(&format!("The source is {SOURCE}. Caution: {DRINK_CAUTION}")))
            @if plan.goal_s >= LONG_FROM_S {
                (note(SALT_CAUTION))
            }
        } "\n"
    }
}
