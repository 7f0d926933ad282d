//! What pages of text are made of: lines, levels, signed percents, ASCII.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Style;
use crate::escape::escape_controls;
use crate::judge::{Evidence, Finding, Level};
use crate::phrases::{plural, thousands};
use crate::report::{Change, ChangeKind, Report};

/// Labels before sentences have this width.
pub(super) const LABEL_WIDTH: usize = 18;

/// A page is put together in memory: appending to it cannot fail.
macro_rules! line {
    ($text:expr, $($arg:tt)*) => {{
        $text.push_str(&format!($($arg)*));
        $text.push('\n');
    }};
}
pub(super) use line;

/// A level's word, coloured where the style asks for it.
pub(super) fn paint(style: &Style, level: Level) -> String {
    let code = match level {
        Level::Info => "36",
        Level::Note => "34",
        Level::Warning => "33",
        Level::Severe => "1;31",
    };
    if style.color { format!("\x1b[{code}m{level}\x1b[0m") } else { level.to_string() }
}

/// The nearest ASCII for the few other characters that the page itself uses; a question mark for names' own.
pub(super) fn to_ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '−' | '–' => "-".to_owned(),
            '…' => "~".to_owned(),
            '×' => "x".to_owned(),
            '±' => "+-".to_owned(),
            '·' => "|".to_owned(),
            '→' => ">".to_owned(),
            '▁' => "_".to_owned(),
            '▂'..='█' => char::from(b'1' + (c as u32 - '▂' as u32) as u8).to_string(),
            c if c.is_ascii() => c.to_string(),
            // As wide as it was, so that columns stand.
            c => "?".repeat(c.width().unwrap_or(0)),
        })
        .collect()
}

/// The account at the end of a page: every file and activity is in it.
pub(super) fn account(text: &mut String, report: &Report, width: usize) {
    let summary = &report.summary;
    let skipped = match summary.skipped {
        0 => String::new(),
        count => format!("; {} skipped", plural(count, "other file", "other files")),
    };
    let told = format!(
        "{} in {}: {} scored ({}), {} refused, {}, {} unreadable{skipped}.",
        plural(report.rows.len(), "activity", "activities"),
        plural(summary.files, "file", "files"),
        summary.scored,
        plural(summary.races, "race", "races"),
        summary.refused,
        plural(summary.duplicates, "duplicate", "duplicates"),
        summary.unreadable,
    );
    line!(text, "\n{}", wrapped(&told, 0, width));
}

/// Changes shown without `-v`.
const CHANGES_SHOWN: usize = 20;

/// "2 new findings, 1 value moved".
pub(super) fn change_counts(changes: &[Change]) -> String {
    let counts: Vec<String> = ChangeKind::ALL
        .into_iter()
        .map(|kind| (kind, changes.iter().filter(|change| change.kind == kind).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| plural(count, kind.words().0, kind.words().1))
        .collect();
    if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") }
}

/// What changed against a baseline: the counts, then each change.
pub(super) fn changes(text: &mut String, changes: &[Change], all: bool) {
    line!(text, "\nAGAINST THE BASELINE  {}", change_counts(changes));
    let shown = if all { changes.len() } else { changes.len().min(CHANGES_SHOWN) };
    for change in &changes[..shown] {
        line!(text, "  {:<14} {}: {}", change.kind.words().0, change.address, change.told());
    }
    if shown < changes.len() {
        line!(text, "  and {} more: -v shows them", changes.len() - shown);
    }
}

/// The columns that a text takes on a terminal: two for a character of Chinese, Japanese or Korean.
pub(super) fn width_of(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// A text cut to some columns, with an ellipsis where something is left out.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width_of(text) <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let kept: String = text
        .chars()
        .take_while(|c| {
            used += c.width().unwrap_or(0);
            used <= columns
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// Text broken into lines of at most `width` characters, each but the first behind `indent` blanks.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut used = indent;
    for word in words(text) {
        let length = width_of(word);
        if used > indent && used + 1 + length > width {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            used = indent;
        } else if used > indent {
            lines.push(' ');
            used += 1;
        }
        lines.push_str(word);
        used += length;
    }
    lines
}

/// Words between which a line may break: a percent sign stays with its number.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let from = rest?;
        let end = from.match_indices(' ').map(|(at, _)| at).find(|at| !from[at + 1..].starts_with('%'));
        rest = end.map(|at| &from[at + 1..]);
        Some(end.map_or(from, |at| &from[..at]))
    })
}

/// A finding as a page tells it: its id and level, then its sentence behind them; with `-v` the numbers too.
pub(super) fn finding(style: &Style, finding: &Finding, indent: usize) -> String {
    let plain = finding.id.chars().count() + 1 + finding.level.code().chars().count();
    let pad = " ".repeat(LABEL_WIDTH.saturating_sub(plain));
    let behind = indent + LABEL_WIDTH + 1;
    let sentence = wrapped(&escape_controls(&finding.sentence), behind, style.page_width());
    let told =
        format!("{}{} {}{pad} {sentence}", " ".repeat(indent), finding.id, paint(style, finding.level));
    if style.verbosity <= 0 || finding.evidence.is_empty() {
        return told;
    }
    let evidence: Vec<String> = finding.evidence.iter().map(number).collect();
    format!("{told}\n{}{}", " ".repeat(behind), wrapped(&evidence.join("; "), behind, style.page_width()))
}

/// "start_excess_pct 7.44 %", with its pool where it is not the run's own.
fn number(evidence: &Evidence) -> String {
    let unit = if evidence.unit.is_empty() { String::new() } else { format!(" {}", evidence.unit) };
    let pool = evidence.pool.map_or_else(String::new, |pool| format!(" (n = {})", thousands(pool.n)));
    let value = format!("{:.4}", evidence.value);
    let value = value.trim_end_matches('0').trim_end_matches('.');
    format!("{} {value}{unit}{pool}", evidence.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_script_are_cut_to_columns() {
        assert_eq!((width_of("日曜日 ラン"), cut("日曜日 ラン", 11)), (11, "日曜日 ラン".to_owned()));
        assert_eq!(cut("日曜日 ラン", 8), "日曜日…");
        assert_eq!(cut("Harbour", 5), "Harb…");
    }

    #[test]
    fn lines_are_broken_between_words_and_long_words_stand_alone() {
        assert_eq!(wrapped("aa bb cc", 2, 7), "aa bb\n  cc");
        assert_eq!(wrapped("incomprehensible a b", 0, 4), "incomprehensible\na b");
        assert_eq!(wrapped("it was 11 %.", 0, 10), "it was\n11 %.");
    }
}
