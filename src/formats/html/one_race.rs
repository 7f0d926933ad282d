//! The page of one race, or of one run: headline, five tiles, one chart, what it cost, the odds,
//! what to do next time, how that is known, and the splits.

use maud::{Markup, html};

use super::document::Text;
use super::headline;
use super::odds;
use super::pace_chart;
use super::run::PageRun;
use super::steps;
use crate::formats::next_time::{self, NextTime};
use crate::judge::Level;
use crate::judge::evidence::tables::own_cost;
use crate::measure::{Basis, Repeat};
use crate::phrases::{against_goal, capital, clock, signed, signed_clock};
use crate::report::{INTERVAL_SESSION, number, verdict};

/// Half-way with a hyphen at which no line is broken.
const UNBROKEN: &str = "half\u{2011}way";
/// Smaller leads over an even run mean nothing, seconds.
const LEAST_LEAD_S: f64 = 20.0;
/// Returns the run's part of the page.
pub(super) fn page(run: &PageRun) -> Markup {
    html! {
        header { "\n"
            p.kicker { (run.name()) ", " (when(run)) } "\n"
            h1 { (Text(headline::of_one(run).replace("half-way", UNBROKEN))) } "\n"
            p.lead { (Text(capital(&lead(run)))) "." } "\n"
        } "\n"
        article { "\n"
            @if run.scores.session().is_some() {
                (repeats(run))
            } @else {
                (tiles(run))
                (pace_chart::figure(run))
                div.three { "\n"
                    (ledger(run))
                    (odds::section(run))
                    (next_time(&next_time::of_run(run.row, run.scores, run.units)))
                } "\n"
            }
            (know(run))
            (split_table(run))
        } "\n"
    }
}

/// Returns the line below the headline: the verdict, or that a session has none.
fn lead(run: &PageRun) -> String {
    match run.scores.session() {
        Some(_) => INTERVAL_SESSION.to_owned(),
        None => verdict(run.row, run.scores, run.units),
    }
}

/// Returns the local day and time, as far as they are known.
fn when(run: &PageRun) -> Markup {
    let Some(at) = run.row.local_start() else { return html! { "no date" } };
    html! {
        time datetime=(at.date()) { (run.row.day_after(run.row.title())) }
    }
}

/// A tile: its name, its value and a note.
struct Tile<'a> {
    name: &'a str,
    value: String,
    note: String,
    class: &'a str,
}

/// Returns the five tiles.
fn tiles(run: &PageRun) -> Markup {
    let view = &run.scores.view;
    let (finish, pace) = run.finish();
    let [first_s, second_s] = [&view.first_half, &view.second_half].map(|half| run.time(half));
    let first_pace = run.units.pace(first_s / view.first_half.distance_m);
    let split = run.split_pct().map_or_else(String::new, |pct| format!(", {}", signed(pct)));
    let window = if view.marathon {
        "first 10 km against the stretch to half-way"
    } else {
        "first quarter against the second"
    };
    let outcome = capital(&run.outcome_words());
    let (outcome, lost) = outcome.split_once(", ").unwrap_or((&outcome, ""));
    let unit = run.units.word();
    let goal = run.scores.behind_goal_s();
    let goal =
        goal.map_or_else(String::new, |(goal_s, behind_s)| format!("; {}", against_goal(goal_s, behind_s)));
    let tiles = [
        Tile { name: "Finish", value: finish, note: format!("{pace} a {unit}{goal}"), class: "" },
        Tile { name: "First half", value: clock(first_s), note: format!("{first_pace} a {unit}"), class: "" },
        Tile {
            name: "Second half",
            value: clock(second_s),
            note: format!("{}{split}", signed_clock(second_s - first_s)),
            class: "",
        },
        Tile { name: "Start", value: run.start_words(), note: window.to_owned(), class: "" },
        Tile {
            name: "Outcome",
            value: outcome.to_owned(),
            note: against_steady(run, lost),
            class: run.tone(),
        },
    ];
    html! {
        dl.tiles { "\n"
            @for tile in &tiles {
                div {
                    dt { (tile.name) }
                    dd class={ "big " (tile.class) } { (Text(&tile.value)) }
                    @if !tile.note.is_empty() { dd { (Text(&tile.note)) } }
                } "\n"
            }
        } "\n"
    }
}

/// Returns the note of the outcome's tile: what a wall cost is against the pace before it.
fn against_steady(run: &PageRun, lost: &str) -> String {
    if run.wall.is_some() {
        format!("{lost} from there on, against the pace of 5–20 km")
    } else {
        lost.to_owned()
    }
}

/// Returns the repeats of an interval session, with the time to the next one.
fn repeats(run: &PageRun) -> Markup {
    let repeats = run.scores.repeats();
    let recovery = |index: usize, repeat: &Repeat| {
        let next = repeats.get(index + 1);
        next.map_or_else(|| "–".to_owned(), |next| clock(next.from_s - repeat.from_s - repeat.elapsed_s))
    };
    html! {
        section { "\n"
            h2 { "The repeats" } "\n"
            div.splits { "\n"
                table { "\n"
                    thead {
                        tr {
                            @for head in ["repeat", "length", "time", "pace", "recovery"] {
                                th scope="col" { (head) }
                            }
                        }
                    } "\n"
                    tbody { "\n"
                        @for (index, repeat) in repeats.iter().enumerate() {
                            tr {
                                th scope="row" { (index + 1) }
                                td { (format!("{:.0} m", repeat.length_m)) }
                                td { (clock(repeat.elapsed_s)) }
                                td { (run.units.pace(repeat.elapsed_s / repeat.length_m)) }
                                td { (recovery(index, repeat)) }
                            } "\n"
                        }
                    } "\n"
                } "\n"
            } "\n"
        } "\n"
    }
}

/// Returns the ledger of the start: what was gained, and what became of it.
fn ledger(run: &PageRun) -> Markup {
    let against = run.against_even();
    let (lead_s, at_m) = against.greatest;
    let window = if run.scores.view.marathon { "after 10 km" } else { "after the start window" };
    let row =
        |figure: String, words: String| html! { div { dt { (Text(figure)) } dd { (Text(words)) } } "\n" };
    let ahead = if against.after_start_s < 0.0 { "behind" } else { "ahead of" };
    html! {
        section { "\n"
            h2 { "Against an even run" } "\n"
            dl.ledger { "\n"
                (row(clock(against.after_start_s.abs()), format!("{ahead} an even run {window}")))
                @if lead_s >= LEAST_LEAD_S {
                    (row(clock(lead_s), format!("the greatest lead, at {}", run.mark(at_m))))
                    (row(clock(lead_s), "given back after it".to_owned()))
                } @else if let Some((lag, words)) = greatest_lag(run) {
                    (row(lag, words))
                }
                @if let Some((range, minutes)) = typical_cost(run) {
                    (row(range, format!(
                        "slower than their own calmer races: the same runners after such a start ({minutes} of your time)"
                    )))
                }
            } "\n"
        } "\n"
    }
}

/// Returns the greatest lag of a run that was never far ahead; `None` for an even run.
fn greatest_lag(run: &PageRun) -> Option<(String, String)> {
    let points = run.against_even().points;
    let (at_m, behind_s) =
        points.iter().map(|point| (point.0, -point.1)).max_by(|a, b| a.1.total_cmp(&b.1))?;
    (behind_s >= LEAST_LEAD_S)
        .then(|| (clock(behind_s), format!("the greatest lag, at {}, all made up after it", run.mark(at_m))))
}

/// Returns what starts like this went with, by COST-01: percent, and minutes of a time like this.
fn typical_cost(run: &PageRun) -> Option<(String, String)> {
    let finding = run.found("COST-01")?;
    let cost = own_cost(number(finding, "start_excess_pct")?)?;
    let ((low_pct, high_pct), (low_min, high_min)) =
        (cost.interval_pct(), cost.interval_min(run.scores.finish_s()));
    let minutes =
        if low_min == high_min { format!("{low_min:.0}") } else { format!("{low_min:.0}–{high_min:.0}") };
    Some((format!("{low_pct:.1}–{high_pct:.1} %"), format!("{minutes} min")))
}

/// Returns what to do next time, with the runner's own numbers.
pub(super) fn next_time(next: &NextTime) -> Markup {
    if next.lines.is_empty() {
        return html! {};
    }
    html! {
        section { "\n"
            h2 { "Next time" } "\n"
            ol.next { "\n"
                @for line in &next.lines { li { (Text(line)) } "\n" }
                @if let Some(plan) = &next.plan { li { "A pace band to wear: " code { (plan) } } "\n" }
            } "\n"
        } "\n"
    }
}

/// Returns how the page knows what it says: the findings with their rules, and what was judged.
pub(super) fn know(run: &PageRun) -> Markup {
    html! {
        details.know { "\n"
            summary { "How we know" } "\n"
            (findings(run, Level::Info))
            @if !run.scores.reasons.is_empty() {
                p.small {
                    "Judged as " (if run.row.is_race() { "a race: " } else { "training: " })
                    (Text(run.scores.reasons.join("; "))) "."
                } "\n"
            }
            (timer_note(run))
            p.small {
                "Recording: " (Text(&run.row.address())) ". " code { "firstmile show" } " prints every number, "
                code { "firstmile explain START-01" } " the rule and its sources."
            } "\n"
        } "\n"
    }
}

/// Returns a run's findings of at least a level, each with its rule and its level.
pub(super) fn findings(run: &PageRun, least: Level) -> Markup {
    html! {
        ul.findings { "\n"
            @for finding in run.row.findings().iter().filter(|finding| finding.level >= least) {
                @let level = finding.level.code();
                li { b class=(level) { (finding.id) " " (level) } " " (Text(&finding.sentence)) } "\n"
            }
        } "\n"
    }
}

/// Returns how long the timer was stopped, and the split by timer time.
fn timer_note(run: &PageRun) -> Markup {
    let measured = &run.scores.measured;
    if !measured.timer_known || measured.paused_s < 1.0 {
        return html! {};
    }
    html! {
        p.small {
            "The timer was stopped for " (clock(measured.paused_s)) "; by timer time the split is "
            (Text(signed(run.scores.view.positive_split_pct(Basis::Timer)))) "."
        } "\n"
    }
}

/// Returns the table of splits, in up to three columns.
fn split_table(run: &PageRun) -> Markup {
    let unit = run.units;
    let even = run.scores.pace_s_per_m();
    let mut total_s = 0.0;
    let rows: Vec<[String; 4]> = steps::splits(run.scores, unit)
        .iter()
        .map(|split| {
            let time_s = split.times.on(run.scores.basis);
            total_s += time_s;
            [
                format!("{:.1}", split.end_m / unit.metres()).trim_end_matches(".0").to_owned(),
                run.units.pace(time_s / split.distance_m),
                clock(total_s),
                signed_clock(even * split.end_m - total_s),
            ]
        })
        .collect();
    html! {
        section { "\n"
            h2 { "Every " (unit.word()) } "\n"
            div.splits { "\n"
                @for rows in rows.chunks(rows.len().div_ceil(3).max(7)) {
                    table { "\n"
                        thead {
                            tr {
                                @for head in [unit.word(), "pace", "time", "against even"] {
                                    th scope="col" { (head) }
                                }
                            }
                        } "\n"
                        tbody { "\n"
                            @for [at, pace, time, ahead] in rows {
                                tr { th scope="row" { (at) } td { (pace) } td { (time) } td { (ahead) } } "\n"
                            }
                        } "\n"
                    } "\n"
                }
            } "\n"
            p.small { "Against even: + is ahead of an even run of the same finish." } "\n"
        } "\n"
    }
}
