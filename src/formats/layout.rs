//! Layout of plain text: wrapping, display width, colours, ASCII, and the parts that several
//! formats share.
//!
//! Widths are columns of a terminal. A Chinese, Japanese or Korean character takes two.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Style;
use crate::escape::escape_controls;
use crate::judge::{Evidence, Finding, Level};
use crate::phrases::{plural, thousands};
use crate::report::{Change, ChangeKind, Report};

/// The width of the label in front of a finding's sentence, columns.
pub(super) const LABEL_WIDTH: usize = 18;

/// Appends a formatted line to a `String`. A page is built in memory, so this cannot fail.
macro_rules! line {
    ($text:expr, $($arg:tt)*) => {{
        $text.push_str(&format!($($arg)*));
        $text.push('\n');
    }};
}
pub(super) use line;

/// Returns a level's word, coloured if the style says so.
pub(super) fn paint(style: &Style, level: Level) -> String {
    paint_as(style, level, level.code())
}

/// Returns a text in the colour of a level, if the style says so.
pub(super) fn paint_as(style: &Style, level: Level, text: &str) -> String {
    let code = match level {
        Level::Info => "36",
        Level::Note => "34",
        Level::Warning => "33",
        Level::Severe => "1;31",
    };
    if style.color { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Replaces the program's own other characters by similar ASCII ones, and any character in a name
/// by "?".
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
            // As wide as before, so that columns stay aligned.
            c => "?".repeat(c.width().unwrap_or(0)),
        })
        .collect()
}

/// Appends the totals at the end of a page: a sentence that counts every file and activity.
pub(super) fn totals(text: &mut String, report: &Report, width: usize) {
    let summary = &report.summary;
    let others = match summary.skipped.saturating_sub(report.of_other_days) {
        0 => String::new(),
        count => format!("; {} skipped", plural(count, "other file", "other files")),
    };
    let of_other_days = match report.of_other_days {
        0 => String::new(),
        count => format!("; {} of other days left out", plural(count, "activity", "activities")),
    };
    let maybe = match report.may_be_races().len() {
        0 => String::new(),
        1 => ", 1 may have been one".to_owned(),
        count => format!(", {count} may have been races"),
    };
    let sentence = format!(
        "{} in {}: {} scored ({}{maybe}), {} refused, {}, {} unreadable{others}{of_other_days}.",
        plural(report.rows.len(), "activity", "activities"),
        plural(summary.files, "file", "files"),
        summary.scored,
        plural(summary.races, "race", "races"),
        summary.refused,
        plural(summary.duplicates, "duplicate", "duplicates"),
        summary.unreadable,
    );
    line!(text, "\n{}", wrap(&sentence, 0, width));
}

/// The number of changes shown without `-v`.
const CHANGES_SHOWN: usize = 20;

/// Returns the number of changes of each kind, for example "2 new findings, 1 value moved".
pub(super) fn change_counts(changes: &[Change]) -> String {
    let counts: Vec<String> = ChangeKind::ALL
        .into_iter()
        .map(|kind| (kind, changes.iter().filter(|change| change.kind == kind).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| plural(count, kind.names().0, kind.names().1))
        .collect();
    if counts.is_empty() { "nothing changed".to_owned() } else { counts.join(", ") }
}

/// Appends the differences from a baseline: the counts, then each change.
pub(super) fn changes(text: &mut String, changes: &[Change], all: bool) {
    line!(text, "\nAGAINST THE BASELINE  {}", change_counts(changes));
    let shown = if all { changes.len() } else { changes.len().min(CHANGES_SHOWN) };
    for change in &changes[..shown] {
        line!(
            text,
            "  {:<14} {}: {}",
            change.kind.names().0,
            escape_controls(&change.address),
            change.summary()
        );
    }
    if shown < changes.len() {
        line!(text, "  and {} more: -v shows them", changes.len() - shown);
    }
}

/// Returns the number of columns that a text takes on a terminal.
pub(super) fn width_of(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Truncates a text to a number of columns; the last one is then an ellipsis.
pub(super) fn truncate(text: &str, columns: usize) -> String {
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

/// Truncates a text to a number of columns in its middle, so that its end stays: names often differ
/// in the year at their end.
pub(super) fn truncate_middle(text: &str, columns: usize) -> String {
    if width_of(text) <= columns {
        return text.to_owned();
    }
    let tail_columns = columns.saturating_sub(1) / 2;
    let mut used = 0;
    let from_end = text.chars().rev().take_while(|c| {
        used += c.width().unwrap_or(0);
        used <= tail_columns
    });
    let mut tail: Vec<char> = from_end.collect();
    tail.reverse();
    let tail: String = tail.into_iter().collect();
    let head = truncate(text, columns.saturating_sub(width_of(tail.trim_start())));
    format!("{head}{}", tail.trim_start())
}

/// Wraps text into lines of at most `width` columns. Lines after the first start with `indent`
/// spaces.
///
/// The first line is taken to start at column `indent`. A word that is too long gets a line of its
/// own.
pub(super) fn wrap(text: &str, indent: usize, width: usize) -> String {
    let mut lines = String::new();
    let mut used = indent;
    for word in unbreakable_parts(text) {
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

/// Splits a text where a line may break: at spaces, but not between a number and its percent sign.
fn unbreakable_parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let from = rest?;
        let end = from.match_indices(' ').map(|(at, _)| at).find(|at| !from[at + 1..].starts_with('%'));
        rest = end.map(|at| &from[at + 1..]);
        Some(end.map_or(from, |at| &from[..at]))
    })
}

/// Returns which columns of a table are shown: while it is wider than the page, those of the lowest
/// priority are left out.
///
/// A column is its width, with the gap before it, and its priority; with `u8::MAX` it always stays.
/// `beside` is the width of what is always there.
pub(super) fn fitting<const N: usize>(columns: [(usize, u8); N], beside: usize, style: &Style) -> [bool; N] {
    let room = style.width.unwrap_or(usize::MAX);
    let mut shown = [true; N];
    let taken = |shown: &[bool; N]| {
        beside
            + columns
                .iter()
                .zip(shown)
                .filter(|(_, shown)| **shown)
                .map(|((width, _), _)| width)
                .sum::<usize>()
    };
    while taken(&shown) > room {
        let left =
            columns.iter().zip(&shown).filter(|(_, shown)| **shown).map(|((_, priority), _)| *priority);
        let Some(lowest) = left.min().filter(|priority| *priority < u8::MAX) else { break };
        for ((_, priority), shown) in columns.iter().zip(&mut shown) {
            *shown &= *priority > lowest;
        }
    }
    shown
}

/// Returns a finding as text: id and level, then the wrapped sentence; with `-v` also the evidence.
pub(super) fn finding(style: &Style, finding: &Finding, indent: usize) -> String {
    let label_width = finding.id.chars().count() + 1 + finding.level.code().chars().count();
    let pad = " ".repeat(LABEL_WIDTH.saturating_sub(label_width));
    let text_indent = indent + LABEL_WIDTH + 1;
    let sentence = wrap(&escape_controls(&finding.sentence), text_indent, style.page_width());
    let text =
        format!("{}{} {}{pad} {sentence}", " ".repeat(indent), finding.id, paint(style, finding.level));
    if style.verbosity <= 0 || finding.evidence.is_empty() {
        return text;
    }
    let evidence: Vec<String> = finding.evidence.iter().map(evidence_text).collect();
    format!(
        "{text}\n{}{}",
        " ".repeat(text_indent),
        wrap(&evidence.join("; "), text_indent, style.page_width())
    )
}

/// Returns a piece of evidence, for example "start_excess_pct 7.44 %", with n if it is about other
/// runners.
fn evidence_text(evidence: &Evidence) -> String {
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
    fn names_are_truncated_by_display_width() {
        assert_eq!((width_of("日曜日 ラン"), truncate("日曜日 ラン", 11)), (11, "日曜日 ラン".to_owned()));
        assert_eq!(truncate("日曜日 ラン", 8), "日曜日…");
        assert_eq!(truncate("Harbour", 5), "Harb…");
        assert_eq!(truncate_middle("Harbour Marathon 2019", 13), "Harbou…n 2019");
        assert_eq!(truncate_middle("Harbour", 7), "Harbour");
    }

    #[test]
    fn lines_break_between_words_and_a_long_word_has_its_own_line() {
        assert_eq!(wrap("aa bb cc", 2, 7), "aa bb\n  cc");
        assert_eq!(wrap("incomprehensible a b", 0, 4), "incomprehensible\na b");
        assert_eq!(wrap("it was 11 %.", 0, 10), "it was\n11 %.");
    }

    #[test]
    fn the_least_columns_are_left_out_first_and_some_never() {
        let shown = |width| {
            let style = Style { width, ..Style::default() };
            fitting([(10, u8::MAX), (5, 1), (5, 2), (5, 1)], 20, &style)
        };
        assert_eq!(shown(None), [true; 4]);
        assert_eq!(shown(Some(45)), [true; 4]);
        assert_eq!(shown(Some(44)), [true, false, true, false]);
        assert_eq!(shown(Some(34)), [true, false, false, false]);
        assert_eq!(shown(Some(10)), [true, false, false, false]);
    }
}
