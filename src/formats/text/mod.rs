//! The report as plain text for people.
//!
//! Its order: the answer in a sentence, tables of races and training runs, findings, advice,
//! trends, files without a score, differences from a baseline, totals. `-q` leaves out tables and
//! trends, and `-v` shows everything.

mod run_list;
pub(super) mod show;

use std::io;
use std::io::Write;

use super::layout::{line, to_ascii, wrap};
use super::{Style, layout};
use crate::escape::escape_controls;
use crate::history::Kind;
use crate::judge;
use crate::judge::Level;
use crate::measure::{Basis, Split, Stretch};
use crate::phrases::{plural, signed};
use crate::report::{Report, Row, Scores, Status, found, start_level, verdict};
use crate::units::Units;

/// Up to this number of races, each gets a sentence at the top. More races are only counted there.
const MAX_SENTENCES: usize = 3;
/// The number of training runs shown without `-v`: the latest ones.
const TRAINING_SHOWN: usize = 12;
/// The number of runs that may have been races shown without `-v`: the latest ones.
const MAYBE_SHOWN: usize = 5;
/// The number of files without a score shown without `-v`.
const UNSCORED_SHOWN: usize = 12;

/// The indent of the reason why a file has no score, columns.
const REASON_INDENT: usize = 13;

/// Why a run's day and time are shown in UTC.
const NO_ZONE: &str = "neither the file nor a position gives the time zone";

/// Writes the report.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let page = TextPage { report, style };
    page.headline(&mut text);
    if style.verbosity >= 0 {
        page.table(&mut text, true);
        page.table(&mut text, false);
        page.may_be_races(&mut text);
    }
    page.findings(&mut text);
    page.next_time(&mut text);
    if style.verbosity >= 0 {
        page.over_time(&mut text);
        page.unscored(&mut text);
    }
    if let Some(changes) = &report.changes {
        layout::changes(&mut text, changes, style.verbosity > 0);
    }
    layout::totals(&mut text, report, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns the answer that the page begins with, for formats that begin with it too.
pub(super) fn headline(report: &Report, style: &Style) -> String {
    let mut text = String::new();
    TextPage { report, style }.headline(&mut text);
    text
}

/// The parts of the page. Each method appends one part.
struct TextPage<'a> {
    report: &'a Report,
    style: &'a Style,
}

impl TextPage<'_> {
    /// Returns the scored races, or the scored training runs, by date.
    fn scored(&self, races: bool) -> Vec<(&Row, &Scores)> {
        self.report.scored(if races { Kind::Race } else { Kind::Training })
    }

    /// Appends the answer: a sentence for each race or, without races, for each run. Many runs are
    /// only counted.
    fn headline(&self, text: &mut String) {
        let races = self.scored(true);
        let is_races = !races.is_empty();
        let runs = if is_races { races } else { self.scored(false) };
        if runs.is_empty() {
            line!(text, "No run to judge.");
            return;
        }
        if runs.len() <= MAX_SENTENCES {
            for (row, scores) in &runs {
                let sentence = format!(
                    "{}, {}: {}.",
                    escape_controls(row.title()),
                    row.day(),
                    verdict(row, scores, self.style.units)
                );
                line!(text, "{}", wrap(&sentence, 0, self.style.page_width()));
            }
            return;
        }
        let noun = if is_races { "races" } else { "steady runs" };
        // A training run gets a note at most.
        let (at_least, how) =
            if is_races { (Level::Warning, "Went out too fast") } else { (Level::Note, "Started fast") };
        let judged: Vec<_> = runs.iter().filter(|(_, scores)| scores.start_judged).collect();
        let severity = |row: &Row, scores: &Scores| {
            (start_level(row), (1000.0 * scores.view.judged_start_excess_pct(scores.basis)) as i64)
        };
        let fast: Vec<_> = judged.iter().filter(|(row, _)| start_level(row) >= Some(at_least)).collect();
        match fast.iter().max_by_key(|(row, scores)| severity(row, scores)) {
            _ if judged.is_empty() => {
                line!(text, "No start to judge: none of {} runs is steady.", runs.len());
            }
            None => line!(text, "{how} in none of {} {noun}.", judged.len()),
            Some((row, _)) => line!(
                text,
                "{how} in {} of {} {noun}.  Worst start: {}, {}.",
                fast.len(),
                judged.len(),
                escape_controls(row.title()),
                row.day()
            ),
        }
        let marathons =
            || runs.iter().filter(|(_, scores)| scores.view.marathon && scores.kind == Kind::Race);
        let walls = marathons().filter(|(row, _)| found(row, "WALL-01").is_some()).count();
        if walls > 0 {
            line!(
                text,
                "Hit the wall in {walls} of {}.",
                plural(marathons().count(), "marathon", "marathons")
            );
        }
        line!(text, "First mile slower than the final one in {} of {}.", held_back(&runs), runs.len());
    }

    /// Appends the table of races or of training runs.
    fn table(&self, text: &mut String, races: bool) {
        let rows = self.scored(races);
        if rows.is_empty() {
            return;
        }
        let all = races || self.style.verbosity > 0;
        let shown = if all { rows.len() } else { rows.len().min(TRAINING_SHOWN) };
        let title = if races { "RACES" } else { "TRAINING RUNS" };
        run_list::write(text, title, &rows, shown, self.style);
    }

    /// Appends the runs that may have been races, the latest ones, with the reasons.
    fn may_be_races(&self, text: &mut String) {
        let rows = self.report.may_be_races();
        if rows.is_empty() {
            return;
        }
        let shown = if self.style.verbosity > 0 { rows.len() } else { rows.len().min(MAYBE_SHOWN) };
        let heading =
            format!("MAY HAVE BEEN RACES: {}, judged as training; --race FILE settles it", rows.len());
        line!(text, "\n{}", wrap(&heading, 0, self.style.page_width()));
        for (row, scores) in &rows[rows.len() - shown..] {
            let title = escape_controls(row.title());
            let units = self.style.units;
            let length = format!("{:.1} {}", scores.view.distance_m / units.metres(), units.plural());
            let reasons = escape_controls(&scores.reasons.join("; "));
            let run = format!("{}  {title}, {length}: {reasons}", row.day());
            line!(text, "{}", wrap(&run, REASON_INDENT - 1, self.style.page_width()));
            line!(text, "{:indent$}{}", "", escape_controls(&row.location()), indent = REASON_INDENT - 1);
        }
        if shown < rows.len() {
            line!(text, "{:indent$}and {} earlier (-v)", "", rows.len() - shown, indent = REASON_INDENT - 1);
        }
    }

    /// Appends the findings, run by run.
    fn findings(&self, text: &mut String) {
        let verbose = self.style.verbosity > 0;
        for races in [true, false] {
            let rows = self.scored(races);
            // Of many runs, those with nothing above level info are in the table only.
            let few = rows.len() <= MAX_SENTENCES;
            for (row, scores) in rows {
                let worst = row.findings().iter().map(|finding| finding.level).max();
                if verbose || (few && worst.is_some()) || worst > Some(Level::Info) {
                    let least = if races || few || verbose { Level::Info } else { Level::Note };
                    self.run(text, row, scores, least);
                }
            }
        }
    }

    /// Appends one run: its verdict, its findings of at least a level, and, for a race, its bars.
    fn run(&self, text: &mut String, row: &Row, scores: &Scores, least: Level) {
        let (day, title) = (row.day(), escape_controls(row.title()));
        let sentence = format!("{day}  {title}: {}", verdict(row, scores, self.style.units));
        line!(text, "\n{}", wrap(&sentence, 2, self.style.page_width()));
        if self.style.verbosity > 0 {
            line!(text, "  {}", escape_controls(&row.location()));
            if !scores.reasons.is_empty() {
                let kind = if scores.kind == Kind::Race { "a race" } else { "training" };
                let why = format!("  {kind}: {}", escape_controls(&scores.reasons.join("; ")));
                line!(text, "{}", wrap(&why, 4, self.style.page_width()));
            }
            if row.identity.as_ref().is_some_and(|identity| identity.utc_offset.is_none()) {
                line!(text, "  its day is by UTC: {NO_ZONE}");
            }
        }
        for finding in row.findings().iter().filter(|finding| finding.level >= least) {
            line!(text, "{}", layout::finding(self.style, finding, 2));
        }
        if scores.kind == Kind::Race {
            line!(text, "  {:<18} {}", self.style.units.plural(), split_bars(scores, self.style));
        }
    }

    /// Appends the advice of the rules that have findings, each once, and paces for the latest race
    /// with a fast start.
    fn next_time(&self, text: &mut String) {
        let mut sentences: Vec<&str> = Vec::new();
        for (row, _) in self.scored(true).into_iter().chain(self.scored(false)) {
            for finding in row.findings().iter().filter(|finding| finding.level > Level::Info) {
                let advice = judge::find(finding.id).map_or("", |rule| rule.advice);
                if !advice.is_empty() && !sentences.contains(&advice) {
                    sentences.push(advice);
                }
            }
        }
        if sentences.is_empty() {
            return;
        }
        line!(text, "\nNEXT TIME");
        for advice in sentences {
            line!(text, "  {}", wrap(&format!("The source advises: {advice}"), 2, self.style.page_width()));
        }
        // A first mile uphill can be too fast at a slow pace. Its pace would be no example.
        let too_fast = |(row, scores): &(&Row, &Scores)| {
            let pace = |stretch: &Stretch| stretch.pace_s_per_m(scores.basis);
            start_level(row) >= Some(Level::Warning)
                && pace(&scores.view.first_mile) < pace(&scores.view.rest_window)
        };
        if let Some((row, scores)) = self.scored(true).into_iter().rev().find(too_fast) {
            let pace = |stretch: &Stretch| self.style.units.pace(stretch.pace_s_per_m(scores.basis));
            let sentence = format!(
                "In {}, {}, you ran the first mile at {} and had settled at {} a {} before half-way.",
                escape_controls(row.title()),
                row.day(),
                pace(&scores.view.first_mile),
                pace(&scores.view.rest_window),
                self.style.units.word()
            );
            line!(text, "  {}", wrap(&sentence, 2, self.style.page_width()));
            if let Some(course) = scores.view.course {
                line!(
                    text,
                    "  Targets for the next one: firstmile plan --course {} --goal TIME",
                    course.code()
                );
            }
        }
    }

    /// Appends the trend of each course with more than one race, and the findings about several
    /// runs.
    fn over_time(&self, text: &mut String) {
        // A single race has no trend.
        for course in self.report.trends.courses.iter().filter(|course| course.points.len() > 1) {
            line!(text, "\nPOSITIVE SPLITS OVER TIME  ({})", course.course);
            let points: Vec<String> = course
                .points
                .iter()
                .map(|point| {
                    format!(
                        "{:04}-{:02} {}",
                        point.day().year,
                        point.day().month,
                        signed(point.positive_split_pct)
                    )
                })
                .collect();
            for row in points.chunks((self.style.page_width() - 2) / 18) {
                line!(text, "  {}", row.join("   "));
            }
            line!(text, "  {}", wrap(&course.direction(), 2, self.style.page_width()));
            if let Some(starts) = course.start_direction() {
                line!(text, "  {}", wrap(&starts, 2, self.style.page_width()));
            }
        }
        for finding in &self.report.over_time {
            line!(text, "\n{}", layout::finding(self.style, finding, 0));
        }
    }

    /// Appends the rows without a score, each with its reason.
    fn unscored(&self, text: &mut String) {
        let rows: Vec<&Row> = self.report.rows.iter().filter(|row| row.status != Status::Scored).collect();
        if rows.is_empty() {
            return;
        }
        line!(text, "\nNOT SCORED");
        // Unreadable files come first, because the user may want to repair them.
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| row.status != Status::Unreadable);
        let shown = if self.style.verbosity > 0 { sorted.len() } else { sorted.len().min(UNSCORED_SHOWN) };
        for row in &sorted[..shown] {
            let number = if row.activity > 1 { format!("#{}", row.activity) } else { String::new() };
            let message =
                format!("{}{number}: {}", escape_controls(&row.location()), escape_controls(&row.detail));
            line!(
                text,
                "  {:<10} {}",
                row.status.code(),
                wrap(&message, REASON_INDENT, self.style.page_width())
            );
        }
        if shown < sorted.len() {
            line!(text, "  and {} more: -v shows them", sorted.len() - shown);
        }
    }
}

/// Returns the number of runs whose final mile was faster than the first.
fn held_back(rows: &[(&Row, &Scores)]) -> usize {
    rows.iter().filter(|(row, _)| found(row, "MILE-02").is_some()).count()
}

/// Returns the run's splits as a row of bars, taller for slower, followed by the fastest and
/// slowest pace.
fn split_bars(scores: &Scores, style: &Style) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    /// The columns for the label before the bars and the paces after them.
    const BESIDE: usize = 48;
    /// The greatest number of bars.
    const MAX_BARS: usize = 60;
    let units = style.units;
    let splits = if units == Units::Miles { &scores.view.miles } else { &scores.view.kms };
    // Too many splits share bars. A short rest at the end has no meaningful pace and gets no bar.
    let splits_per_bar = splits.len().div_ceil(MAX_BARS.min(style.page_width() - BESIDE)).max(1);
    let paces: Vec<f64> = splits
        .chunks(splits_per_bar)
        .map(|part| {
            let sum = |value: fn(&Split, Basis) -> f64| -> f64 {
                part.iter().map(|split| value(split, scores.basis)).sum()
            };
            (sum(|split, _| split.distance_m), sum(|split, basis| split.times.on(basis)))
        })
        .filter(|(distance_m, _)| *distance_m > 0.25 * units.metres())
        .map(|(distance_m, time_s)| time_s / distance_m)
        .collect();
    let fastest = paces.iter().copied().fold(f64::INFINITY, f64::min);
    let slowest = paces.iter().copied().fold(0.0, f64::max);
    // The scale spans at least a quarter of the fastest pace, so that an even run looks even.
    let span = (slowest - fastest).max(0.25 * fastest);
    let bars: String = paces
        .iter()
        .map(|pace| BARS[(((pace - fastest) / span * 7.0).round() as usize).min(BARS.len() - 1)])
        .collect();
    format!("{bars}  {} … {} a {}", units.pace(fastest), units.pace(slowest), units.word())
}
