//! A field as text: the answer, a table of all runners, and the distribution of splits.

use std::io;
use std::io::Write;

use super::{FieldReport, excess_pct};
use crate::escape::escape_controls;
use crate::formats::layout::{line, paint, to_ascii, truncate, width_of, wrap};
use crate::formats::{Style, layout};
use crate::history::field::{FieldRunner, FieldStart};
use crate::judge::Level;
use crate::phrases::{clock, plural, signed};
use crate::report::{Row, Status, found, start_level};
use crate::units::civil;

/// The greatest width of a name, columns.
const NAME_WIDTH: usize = 22;
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
    answer(&mut text, report, style);
    table(&mut text, report, style);
    distribution(&mut text, report, style);
    layout::totals(&mut text, &report.report, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the race and how many runners went out too fast, hit the wall, and gained places.
pub(super) fn answer(text: &mut String, report: &FieldReport, style: &Style) {
    let runners = report.runners();
    let field = &report.field;
    let day = civil(field.local_s.floor() as i64);
    let over = field.course.map_or_else(
        || format!("some {:.2} km", field.distance_m / 1000.0),
        |course| course.title().to_owned(),
    );
    let count = runners.len();
    line!(
        text,
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
    );
    let fast = runners.iter().filter(|(_, row, _)| start_level(row) >= Some(Level::Warning)).count();
    line!(text, "Went out too fast: {fast} of {count}.");
    let marathons = runners.iter().filter(|(.., scores)| scores.view.marathon).count();
    if marathons > 0 {
        let walls = runners.iter().filter(|(_, row, _)| found(row, "WALL-01").is_some()).count();
        line!(
            text,
            "Hit the wall: {walls} of {marathons} ({:.0} %).",
            100.0 * walls as f64 / marathons as f64
        );
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
        let sentence = format!(
            "After the first mile the quarter that started fastest {}, the calmest quarter {} (medians).",
            gained(fastest),
            gained(calmest)
        );
        line!(text, "{}", wrap(&sentence, 0, style.page_width()));
    }
    passing(text, report, style);
    left_out(text, report, style);
}

/// Appends which runs were left out, and which files were a run's second.
fn left_out(text: &mut String, report: &FieldReport, style: &Style) {
    let is_unscored = |row: &&Row| matches!(row.status, Status::Refused | Status::Unreadable);
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
        let sentence = format!("{sentence}: {}{more}.", names.join(", "));
        line!(text, "{}", wrap(&sentence, 0, style.page_width()));
    };
    let others = report.rows(&report.left_out.other_races);
    if !others.is_empty() {
        let count = plural(others.len(), "run of another race was", "runs of other races were");
        append(&format!("{count} left out, as the race with most runners is shown"), &others);
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
}

/// The greatest count of passes, a runner with it, and how many others have it.
type Most<'a> = (usize, &'a String, usize);

/// Appends who passed most others and who was passed by most, in the first mile and after it.
fn passing(text: &mut String, report: &FieldReport, style: &Style) {
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
    if !sentences.is_empty() {
        line!(text, "{}", wrap(&sentences.join(" "), 0, style.page_width()));
    }
}

/// Appends the table of runners in order of finish.
fn table(text: &mut String, report: &FieldReport, style: &Style) {
    line!(
        text,
        "\n{:>5}  {:<NAME_WIDTH$}  {:>8}  {:>10}  {:>7}  {:>7}  {:<9} {:>6}  {:>6}  {:>6}  {:>6}  {:>9}",
        "place",
        "runner",
        "time",
        "first mile",
        "split",
        "start",
        "",
        "line",
        "mile 1",
        "half",
        "passed",
        "passed by"
    );
    let runners = report.runners();
    let names = report.names();
    for ((runner, row, scores), name) in runners.iter().zip(&names).take(SHOWN) {
        let (view, basis) = (&scores.view, scores.basis);
        let name = truncate(&escape_controls(name), NAME_WIDTH);
        let level = start_level(row).map_or_else(
            || " ".repeat(9),
            |level| format!("{}{}", paint(style, level), " ".repeat(9 - level.code().len())),
        );
        let [mile, half, place] = runner.places;
        line!(
            text,
            "{place:>5}  {name}{}  {:>8}  {:>10}  {:>7}  {:>7}  {level} {:>6}  {mile:>6}  {half:>6}  {:>6}  {:>9}",
            " ".repeat(NAME_WIDTH - width_of(&name)),
            clock(scores.finish_s()),
            style.units.pace(view.first_mile.pace_s_per_m(basis)),
            signed(view.positive_split_pct(basis)),
            signed(excess_pct(scores)),
            runner.start.map_or_else(|| "–".to_owned(), |start| start.place.to_string()),
            runner.passed,
            runner.passed_by,
        );
    }
    if runners.len() > SHOWN {
        line!(text, "       and {} more: --format csv has all", runners.len() - SHOWN);
    }
    let note = format!(
        "first mile: pace per {}; line, mile 1, half: the place there; passed, passed by: runners overtaken, and \
         overtaken by, after the first mile; time, split and start are each runner's own",
        style.units.short()
    );
    line!(text, "       {}", wrap(&note, 7, style.page_width()));
}

/// Appends the distribution of positive splits as a bar for each bin.
fn distribution(text: &mut String, report: &FieldReport, style: &Style) {
    let splits: Vec<f64> =
        report.runners().iter().map(|(.., scores)| scores.view.positive_split_pct(scores.basis)).collect();
    let mut bins = vec![0_usize; EDGES.len() + 1];
    for split in &splits {
        bins[EDGES.partition_point(|edge| edge <= split)] += 1;
    }
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let signed = |edge: f64| format!("{edge:+.0} %").replace('-', "−").replace("+0", "0");
    line!(text, "\nPOSITIVE SPLITS");
    for (bin, count) in bins.iter().enumerate() {
        let name = match (bin.checked_sub(1).map(|before| EDGES[before]), EDGES.get(bin)) {
            (None, Some(to)) => format!("below {}", signed(*to)),
            (Some(from), None) => format!("{} or more", signed(from)),
            (Some(from), Some(to)) => format!("{} to {}", signed(from).trim_end_matches(" %"), signed(*to)),
            (None, None) => String::new(),
        };
        let bar = if style.ascii { "#" } else { "▇" }.repeat((count * BAR).div_ceil(most));
        line!(text, "{}", format!("  {name:<14} {count:>5}  {bar}").trim_end());
    }
}
