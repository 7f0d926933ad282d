//! The report for people: the answer, then the table, then what was found, then the account.

use std::io::{self, Write};

use super::words::{line, paint, signed, to_ascii};
use super::{Report, Row, Scores, Status, Style, harmless};
use crate::judge::{self, Finding, Level};
use crate::units::{Units, clock};

/// Names are cut to this many characters in tables.
const NAME_WIDTH: usize = 30;
/// Training runs shown without `-v`: the latest ones.
const TRAINING_SHOWN: usize = 12;
/// Files without a score shown without `-v`.
const UNSCORED_SHOWN: usize = 12;

/// Writes the report.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let page = Page { report, style };
    page.headline(&mut text);
    if style.verbosity >= 0 {
        page.table(&mut text, true);
        page.table(&mut text, false);
    }
    page.findings(&mut text);
    if style.verbosity >= 0 {
        page.over_time(&mut text);
        page.unscored(&mut text);
    }
    page.account(&mut text);
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

struct Page<'a> {
    report: &'a Report,
    style: &'a Style,
}

impl Page<'_> {
    fn scored(&self, races: bool) -> Vec<(&Row, &Scores)> {
        let mut rows: Vec<(&Row, &Scores)> = self
            .report
            .rows
            .iter()
            .filter(|row| row.status == Status::Scored)
            .filter_map(|row| Some((row, row.scores.as_ref()?)))
            .filter(|(row, _)| row.is_race() == races)
            .collect();
        // By date; a stable sort leaves runs of one day in path order.
        rows.sort_by_key(|(row, _)| {
            row.identity.as_ref().and_then(|identity| identity.start_s).map(|s| s as i64)
        });
        rows
    }

    fn headline(&self, text: &mut String) {
        let races = self.scored(true);
        let judged = if races.is_empty() { self.scored(false) } else { races.clone() };
        if judged.is_empty() {
            line!(text, "No run to judge.");
            return;
        }
        let at_least = if races.is_empty() { Level::Note } else { Level::Warning };
        let mut fast: Vec<&(&Row, &Scores)> = judged
            .iter()
            .filter(|(row, _)| start_level(row).is_some_and(|level| level >= at_least))
            .collect();
        let what = match (races.is_empty(), judged.len()) {
            (false, 1) => "race",
            (false, _) => "races",
            (true, 1) => "run",
            (true, _) => "runs",
        };
        let excess = |scores: &Scores| scores.view.judged_start_excess_pct(scores.basis);
        fast.sort_by(|a, b| excess(b.1).total_cmp(&excess(a.1)));
        match fast.first() {
            None => line!(text, "Did not go out too fast in any of {} {what}.", judged.len()),
            Some((row, _)) if judged.len() == 1 => {
                line!(text, "Went out too fast: {}, {}.", harmless(&row.title()), row.day());
            }
            Some((row, _)) => line!(
                text,
                "Went out too fast in {} of {} {what}.  Worst start: {}, {}.",
                fast.len(),
                judged.len(),
                harmless(&row.title()),
                row.day()
            ),
        }
        let praised = held_back(&judged);
        line!(text, "First mile slower than the final one in {praised} of {}.", judged.len());
    }

    fn table(&self, text: &mut String, races: bool) {
        let rows = self.scored(races);
        if rows.is_empty() {
            return;
        }
        let shown =
            if races || self.style.verbosity > 0 { rows.len() } else { rows.len().min(TRAINING_SHOWN) };
        let first = rows.len() - shown;
        let width = rows[first..].iter().map(|(row, _)| name(row).chars().count()).max().unwrap_or(0);
        let title = if races { "RACES" } else { "TRAINING RUNS" };
        line!(
            text,
            "\n{title:<width$}  {:>8}  {:>10}  {:>10}  {:>17}  {:>7}  {:>7}",
            "distance",
            "first mile",
            "final mile",
            "halves",
            "split",
            "start",
            width = width + 12
        );
        for (row, scores) in &rows[first..] {
            let view = &scores.view;
            let time = |times: &crate::measure::Times| clock(times.on(scores.basis));
            line!(
                text,
                "{:<10}  {}{}  {:>5.1} {}  {:>10}  {:>10}  {:>17}  {:>7}  {:>7}{}",
                row.day(),
                name(row),
                " ".repeat(width - name(row).chars().count()),
                view.distance_m / self.style.units.metres(),
                if self.style.units == Units::Miles { "mi" } else { "km" },
                time(&view.first_mile.times),
                time(&view.final_mile.times),
                format!("{} / {}", time(&view.first_half.times), time(&view.second_half.times)),
                signed(view.positive_split_pct(scores.basis)),
                signed(view.judged_start_excess_pct(scores.basis)),
                self.level_mark(row),
            );
        }
        if first > 0 {
            line!(text, "{:<10}  and {first} earlier ones: -v shows them, --format csv has all", "");
        }
        let bases: std::collections::BTreeSet<&str> =
            rows.iter().map(|(_, scores)| scores.basis.code()).collect();
        let bases: Vec<&str> = bases.into_iter().collect();
        line!(
            text,
            "{:<10}  times: {}; split: second half against the first; start: first quarter against the second, + is faster",
            "",
            bases.join(" or ")
        );
    }

    fn level_mark(&self, row: &Row) -> String {
        match start_level(row) {
            Some(level) => format!("  {}", paint(self.style, level)),
            None => String::new(),
        }
    }

    fn findings(&self, text: &mut String) {
        let mut advice: Vec<&str> = Vec::new();
        for races in [true, false] {
            for (row, scores) in self.scored(races) {
                let told: Vec<_> = scores
                    .findings
                    .iter()
                    .filter(|finding| finding.level > Level::Info || races || self.style.verbosity > 0)
                    .collect();
                if told.is_empty() && (self.style.verbosity <= 0 || scores.reasons.is_empty()) {
                    continue;
                }
                line!(text, "\n{}  {}", row.day(), harmless(&row.title()));
                if self.style.verbosity > 0 {
                    line!(text, "  {}", harmless(&row.place()));
                    if !scores.reasons.is_empty() {
                        line!(text, "  a race: {}", harmless(&scores.reasons.join("; ")));
                    }
                }
                for finding in told {
                    let label = format!("{} {}", finding.id, finding.level);
                    let painted = format!("{} {}", finding.id, paint(self.style, finding.level));
                    let pad = " ".repeat(18usize.saturating_sub(label.chars().count()));
                    line!(text, "  {painted}{pad} {}", harmless(&finding.sentence));
                    let source = judge::find(finding.id).map_or("", |rule| rule.advice);
                    if finding.level > Level::Info && !source.is_empty() && !advice.contains(&source) {
                        advice.push(source);
                    }
                }
                if races {
                    line!(text, "  {:<18} {}", "miles", strip(scores, self.style.units));
                }
            }
        }
        for source in advice {
            line!(text, "\nnext time, the source's advice: {source}");
        }
    }

    fn over_time(&self, text: &mut String) {
        for course in &self.report.trends.courses {
            line!(text, "\nPOSITIVE SPLITS OVER TIME  ({})", course.course);
            let points: Vec<String> = course
                .points
                .iter()
                .map(|point| {
                    format!(
                        "{:04}-{:02} {}",
                        point.day.year,
                        point.day.month,
                        signed(point.positive_split_pct)
                    )
                })
                .collect();
            for row in points.chunks(6) {
                line!(text, "  {}", row.join("   "));
            }
            line!(text, "  {}", course.direction());
        }
        let training = self.scored(false);
        if !training.is_empty() {
            let held = held_back(&training);
            line!(text, "\nTRAINING  first mile slower than the final one in {held} of {}", training.len());
        }
    }

    fn unscored(&self, text: &mut String) {
        let rows: Vec<&Row> = self.report.rows.iter().filter(|row| row.status != Status::Scored).collect();
        if rows.is_empty() {
            return;
        }
        line!(text, "\nNOT SCORED");
        // What could not be read comes first: somebody may want to mend it.
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| row.status != Status::Unreadable);
        let shown = if self.style.verbosity > 0 { sorted.len() } else { sorted.len().min(UNSCORED_SHOWN) };
        for row in &sorted[..shown] {
            let number = if row.activity > 1 { format!("#{}", row.activity) } else { String::new() };
            line!(
                text,
                "  {:<10} {}{number}: {}",
                row.status.code(),
                harmless(&row.place()),
                harmless(&row.detail)
            );
        }
        if shown < sorted.len() {
            line!(text, "  and {} more: -v shows them", sorted.len() - shown);
        }
    }

    fn account(&self, text: &mut String) {
        let summary = &self.report.summary;
        let rows = self.report.rows.len();
        let plural =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        let skipped = match summary.skipped {
            0 => String::new(),
            count => format!("; {} skipped", plural(count, "other file", "other files")),
        };
        line!(
            text,
            "\n{} in {}: {} scored ({}), {} refused, {}, {} unreadable{skipped}.",
            plural(rows, "activity", "activities"),
            plural(summary.files, "file", "files"),
            summary.scored,
            plural(summary.races, "race", "races"),
            summary.refused,
            plural(summary.duplicates, "duplicate", "duplicates"),
            summary.unreadable,
        );
    }
}

/// What one rule found in a row.
fn found<'a>(row: &'a Row, id: &str) -> Option<&'a Finding> {
    row.findings().iter().find(|finding| finding.id == id)
}

fn start_level(row: &Row) -> Option<Level> {
    found(row, "START-01").map(|finding| finding.level)
}

/// How many runs had the final mile faster than the first.
fn held_back(rows: &[(&Row, &Scores)]) -> usize {
    rows.iter().filter(|(row, _)| found(row, "MILE-02").is_some()).count()
}

/// A name for a table: made harmless and cut.
fn name(row: &Row) -> String {
    let name = harmless(&row.title());
    if name.chars().count() <= NAME_WIDTH {
        return name;
    }
    let cut: String = name.chars().take(NAME_WIDTH - 1).collect();
    format!("{}…", cut.trim_end())
}

/// The run's splits as a row of bars, tall is slow, and the range they span.
fn strip(scores: &Scores, units: Units) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let splits = if units == Units::Miles { &scores.view.miles } else { &scores.view.kms };
    // A short rest at the end says nothing of pace.
    let paces: Vec<f64> = splits
        .iter()
        .filter(|split| split.distance_m > 0.25 * units.metres())
        .map(|split| split.times.on(scores.basis) / split.distance_m)
        .collect();
    let fastest = paces.iter().copied().fold(f64::INFINITY, f64::min);
    let slowest = paces.iter().copied().fold(0.0, f64::max);
    // Even runs look even: the bars span a quarter of the pace at least.
    let span = (slowest - fastest).max(0.25 * fastest);
    let bars: String = paces
        .iter()
        .map(|pace| BARS[(((pace - fastest) / span * 7.0).round() as usize).min(BARS.len() - 1)])
        .collect();
    format!("{bars}  {} … {} a {}", units.pace(fastest), units.pace(slowest), units.word())
}
