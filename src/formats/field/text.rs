//! A field as text: the answer, a table of all runners, and the distribution of splits.

use std::io;
use std::io::Write;

use super::{FieldReport, excess_pct};
use crate::escape::escape_controls;
use crate::formats::layout::{fitting, line, paint, to_ascii, truncate, width_of, wrap};
use crate::formats::{Style, layout};
use crate::history::field::{FieldRunner, FieldStart};
use crate::judge::Level;
use crate::phrases::{clock, plural, signed};
use crate::report::{Row, Status, found, start_level};
use crate::units::civil;

/// The greatest and the least width of a name, columns.
const NAME_WIDTH: usize = 22;
const LEAST_NAME_WIDTH: usize = 12;
/// The number of runners shown; CSV has all.
const SHOWN: usize = 100;
/// The number of runs left out that are named.
const LEFT_OUT_SHOWN: usize = 5;
/// The edges between the bins of the distribution, percent.
const EDGES: [f64; 7] = [-5.0, -2.0, 0.0, 2.0, 5.0, 10.0, 20.0];
/// The length of the longest bar of the distribution, columns.
const BAR: usize = 40;

/// Writes the field.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &FieldReport, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for sentence in answer(report).into_iter().chain(left_out(report)) {
        line!(text, "{}", wrap(&sentence, 0, style.page_width()));
    }
    table(&mut text, report, style);
    distribution(&mut text, report, style);
    layout::totals(&mut text, &report.report, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns the race and how many runners went out too fast, hit the wall, and gained places, each
/// in a sentence.
pub(super) fn answer(report: &FieldReport) -> Vec<String> {
    let runners = report.runners();
    let field = &report.field;
    let day = civil(field.local_s.floor() as i64);
    let over = field.course.map_or_else(
        || format!("some {:.2} km", field.distance_m / 1000.0),
        |course| course.title().to_owned(),
    );
    let count = runners.len();
    let mut sentences = vec![format!(
        "{:04}-{:02}-{:02}, {over}: {count} {}, {}.",
        day.year,
        day.month,
        day.day,
        if count == 1 { "runner" } else { "runners" },
        if field.one_gun {
            "on one clock from the first start"
        } else {
            "each by the own clock, as the starts lie too far apart: places are as if all had started together"
        }
    )];
    let fast = runners.iter().filter(|(_, row, _)| start_level(row) >= Some(Level::Warning)).count();
    sentences.push(format!("Went out too fast: {fast} of {count}."));
    let marathons = runners.iter().filter(|(.., scores)| scores.view.marathon).count();
    if marathons > 0 {
        let walls = runners.iter().filter(|(_, row, _)| found(row, "WALL-01").is_some()).count();
        let share = 100.0 * walls as f64 / marathons as f64;
        sentences.push(format!("Hit the wall: {walls} of {marathons} ({share:.0} %)."));
    }
    if let Some((fastest, calmest)) = report.gained_by_start() {
        let gained = |places: f64| match places {
            places if places >= 0.5 => {
                format!("gained {}", plural(places.round() as usize, "place", "places"))
            }
            places if places <= -0.5 => {
                format!("lost {}", plural(-places.round() as usize, "place", "places"))
            }
            _ => "held their place".to_owned(),
        };
        sentences.push(format!(
            "After the first mile the quarter that started fastest {}, the calmest quarter {} (medians).",
            gained(fastest),
            gained(calmest)
        ));
    }
    sentences.extend(passing(report));
    sentences
}

/// Returns which runs were left out, and which files were a run's second, each in a sentence.
pub(super) fn left_out(report: &FieldReport) -> Vec<String> {
    let is_unscored = |row: &&Row| matches!(row.status, Status::Refused | Status::Unreadable);
    let mut sentences = Vec::new();
    let mut append = |sentence: &str, rows: &[&Row]| {
        let name = |row: &&Row| {
            let why = if is_unscored(row) { format!(" ({})", row.detail) } else { String::new() };
            escape_controls(&format!("{}{why}", row.title_with_folder()))
        };
        let names: Vec<String> = rows.iter().take(LEFT_OUT_SHOWN).map(name).collect();
        let more = match rows.len().saturating_sub(LEFT_OUT_SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more (--format json has all)"),
        };
        sentences.push(format!("{sentence}: {}{more}.", names.join(", ")));
    };
    let others = report.rows(&report.left_out.other_races);
    if !others.is_empty() {
        let count = plural(others.len(), "run of another race was", "runs of other races were");
        let which = match report.left_out.equal_races {
            0 => "the race with most runners is shown".to_owned(),
            1 => "one race is shown and another has as many runners".to_owned(),
            equal => format!("one race is shown and {equal} others have as many runners"),
        };
        append(&format!("{count} left out, as {which}"), &others);
    }
    let not_whole = report.rows(&report.left_out.not_whole);
    if !not_whole.is_empty() {
        let count = plural(
            not_whole.len(),
            "run without a date or a finish was",
            "runs without a date or a finish were",
        );
        append(&format!("{count} left out"), &not_whole);
    }
    let unscored: Vec<&Row> = report.report.rows.iter().filter(is_unscored).collect();
    if !unscored.is_empty() {
        let count = plural(unscored.len(), "file has no pace to compare", "files have no pace to compare");
        append(&count, &unscored);
    }
    let twins: Vec<&Row> = report.duplicates().map(|(row, _)| row).collect();
    if !twins.is_empty() {
        let count = plural(
            twins.len(),
            "file is another copy of a run and was",
            "files are other copies of a run and were",
        );
        append(&format!("{count} not counted again"), &twins);
    }
    sentences
}

/// The greatest count of passes, a runner with it, and how many others have it.
type Most<'a> = (usize, &'a String, usize);

/// Returns who passed most others and who was passed by most, in the first mile and after it;
/// `None` if nobody passed anyone.
fn passing(report: &FieldReport) -> Option<String> {
    let names = report.names();
    let runners = report.runners();
    let most = |count: &dyn Fn(&FieldRunner) -> usize| {
        let most = runners.iter().map(|(runner, ..)| count(runner)).max().filter(|most| *most > 0)?;
        // Of equal counts, the runner who finished first is named.
        let mut named = runners.iter().zip(&names).filter(|((runner, ..), _)| count(runner) == most);
        Some((most, named.next()?.1, named.count()))
    };
    let sentence = |when: &str, passed: Option<Most>, by: Option<Most>| {
        let ((passed, who, with), (by, whom, with_whom)) = passed.zip(by)?;
        let (who, whom) = (escape_controls(who), escape_controls(whom));
        let others = |number: usize, verb: &str| match number {
            0 => String::new(),
            _ => format!(", as {verb} {}", plural(number, "other", "others")),
        };
        let (also, also_by) =
            (others(with, "did"), others(with_whom, if with_whom == 1 { "was" } else { "were" }));
        Some(format!(
            "{when} {who} passed most others ({passed}{also}) and {whom} was passed by most ({by}{also_by})."
        ))
    };
    let start = |count: fn(&FieldStart) -> usize| {
        move |runner: &FieldRunner| runner.start.map_or(0, |start| count(&start))
    };
    let first = sentence("In the first mile", most(&start(|s| s.passed)), most(&start(|s| s.passed_by)));
    let after = sentence("After it", most(&|runner| runner.passed), most(&|runner| runner.passed_by));
    let sentences: Vec<String> = [first, after].into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// The columns of the table after place and name: head, width, and priority on a narrow page.
const COLUMNS: [(&str, usize, u8); 10] = [
    ("time", 8, u8::MAX),
    ("first mile", 10, 4),
    ("split", 7, u8::MAX),
    ("start", 7, u8::MAX),
    // The level, which is on the left.
    ("", LEVEL_WIDTH, u8::MAX),
    ("line", 5, 1),
    ("mile 1", 6, 2),
    ("half", 6, 2),
    ("passed", 6, 3),
    ("passed by", 9, 3),
];
/// The width of a level, columns.
const LEVEL_WIDTH: usize = 9;
/// The width of a place with the gap after it, columns.
const PLACE_WIDTH: usize = 7;

/// Appends the table of runners in order of finish. On a narrow page names are shorter, and columns
/// left out.
fn table(text: &mut String, report: &FieldReport, style: &Style) {
    let columns = COLUMNS.map(|(_, width, priority)| (2 + width, priority));
    let shown = fitting(columns, PLACE_WIDTH + LEAST_NAME_WIDTH, style);
    let taken: usize =
        columns.iter().zip(shown).filter(|(_, shown)| *shown).map(|((width, _), _)| width).sum();
    let room = style.width.map_or(NAME_WIDTH, |width| width.saturating_sub(PLACE_WIDTH + taken));
    let name_width = room.clamp(LEAST_NAME_WIDTH, NAME_WIDTH);
    let in_columns = |cells: [String; COLUMNS.len()]| -> String {
        let cells = COLUMNS.iter().zip(shown).zip(cells).filter(|((_, shown), _)| *shown);
        // A level comes padded, since its colour takes no column.
        cells.map(|(((_, width, _), _), cell)| format!("  {cell:>width$}")).collect()
    };
    let heads = in_columns(COLUMNS.map(|(head, ..)| head.to_owned()));
    line!(text, "\n{}", format!("{:>5}  {:<name_width$}{heads}", "place", "runner").trim_end());
    let runners = report.runners();
    let names = report.names();
    for ((runner, row, scores), name) in runners.iter().zip(&names).take(SHOWN) {
        let (view, basis) = (&scores.view, scores.basis);
        let name = truncate(&escape_controls(name), name_width);
        let level = start_level(row).map_or_else(String::new, |level| {
            format!("{}{}", paint(style, level), " ".repeat(LEVEL_WIDTH - level.code().len()))
        });
        let [mile, half, place] = runner.places;
        let cells = in_columns([
            clock(scores.finish_s()),
            style.units.pace(view.first_mile.pace_s_per_m(basis)),
            signed(view.positive_split_pct(basis)),
            signed(excess_pct(scores)),
            level,
            runner.start.map_or_else(|| "–".to_owned(), |start| start.place.to_string()),
            mile.to_string(),
            half.to_string(),
            runner.passed.to_string(),
            runner.passed_by.to_string(),
        ]);
        let blanks = " ".repeat(name_width - width_of(&name));
        line!(text, "{}", format!("{place:>5}  {name}{blanks}{cells}").trim_end());
    }
    if runners.len() > SHOWN {
        line!(text, "       and {} more: --format csv has all", runners.len() - SHOWN);
    }
    let is_shown = |head: &str| COLUMNS.iter().zip(shown).any(|(column, shown)| column.0 == head && shown);
    let places: Vec<&str> = ["line", "mile 1", "half"].into_iter().filter(|head| is_shown(head)).collect();
    let meanings = [
        (is_shown("first mile"), format!("first mile: pace per {}", style.units.short())),
        (!places.is_empty(), format!("{}: the place there", places.join(", "))),
        (
            is_shown("passed"),
            "passed, passed by: runners overtaken, and overtaken by, after the first mile".to_owned(),
        ),
        (true, "time, split and start are each runner's own".to_owned()),
    ];
    let note: Vec<String> =
        meanings.into_iter().filter(|(shown, _)| *shown).map(|(_, meaning)| meaning).collect();
    line!(text, "       {}", wrap(&note.join("; "), 7, style.page_width()));
}

/// Appends the distribution of positive splits as a bar for each bin.
fn distribution(text: &mut String, report: &FieldReport, style: &Style) {
    line!(text, "\nPOSITIVE SPLITS");
    for (name, count, columns) in bins(report) {
        let bar = bar(columns, style);
        line!(text, "{}", format!("  {name:<14} {count:>5}  {bar}").trim_end());
    }
}

/// Returns a bar of that many columns.
pub(super) fn bar(columns: usize, style: &Style) -> String {
    if style.ascii { "#" } else { "▇" }.repeat(columns)
}

/// Returns the distribution of positive splits: the name of each bin, the runners in it, and the
/// length of its bar.
pub(super) fn bins(report: &FieldReport) -> Vec<(String, usize, usize)> {
    let mut bins = vec![0_usize; EDGES.len() + 1];
    for (.., scores) in report.runners() {
        let split = scores.view.positive_split_pct(scores.basis);
        bins[EDGES.partition_point(|edge| *edge <= split)] += 1;
    }
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let signed = |edge: f64| format!("{edge:+.0} %").replace('-', "−").replace("+0", "0");
    let name = |bin: usize| match (bin.checked_sub(1).map(|before| EDGES[before]), EDGES.get(bin)) {
        (None, Some(to)) => format!("below {}", signed(*to)),
        (Some(from), None) => format!("{} or more", signed(from)),
        (Some(from), Some(to)) => format!("{} to {}", signed(from).trim_end_matches(" %"), signed(*to)),
        (None, None) => String::new(),
    };
    (0..).zip(bins).map(|(bin, count)| (name(bin), count, (count * BAR).div_ceil(most))).collect()
}
