//! CSV of the runs: the contract that spreadsheets and scripts rely on.
//!
//! UTF-8, one header row always, rows in path order, an empty cell for what is absent. Seconds carry 3
//! decimals, metres 2, percents 3, scale 6. Text that a spreadsheet would take for a formula is guarded by an
//! apostrophe. New columns come at the end; none changes its meaning.

use std::io::{self, Write};

use super::{Report, Row, Scores};
use crate::units::civil;

/// A column: its name and its cell in a row.
type Column = (&'static str, fn(&Row) -> String);

/// The columns, in order (DESIGN, "The contract").
const COLUMNS: &[Column] = &[
    ("path", |row| text(&row.path)),
    ("member", |row| row.member.as_deref().map_or_else(String::new, text)),
    ("activity", |row| row.activity.to_string()),
    ("name", |row| known(row, |identity| text(identity.name.as_deref().unwrap_or_default()))),
    ("status", |row| row.status.code().to_owned()),
    ("reason", |row| row.reason.to_owned()),
    ("detail", |row| text(&row.detail)),
    ("sport", |row| known(row, |identity| text(&identity.sport.to_string()))),
    ("kind", |row| score(row, |s| s.kind.code().to_owned())),
    ("course", |row| score(row, |s| s.view.course.map_or_else(String::new, |c| c.code().to_owned()))),
    ("start_time", |row| known(row, |identity| identity.start_s.map_or_else(String::new, rfc3339))),
    ("basis", |row| score(row, |s| s.basis.code().to_owned())),
    ("distance_m", |row| score(row, |s| metres(s.view.distance_m))),
    ("elapsed_s", |row| score(row, |s| seconds(s.view.total.elapsed_s))),
    ("timer_s", |row| timer(row, |s| s.view.total.timer_s)),
    ("moving_s", |row| score(row, |s| seconds(s.view.total.moving_s))),
    ("first_mile_s", |row| score(row, |s| seconds(s.view.first_mile.times.on(s.basis)))),
    ("final_mile_s", |row| score(row, |s| seconds(s.view.final_mile.times.on(s.basis)))),
    ("first_half_s", |row| score(row, |s| seconds(s.view.first_half.times.on(s.basis)))),
    ("second_half_s", |row| score(row, |s| seconds(s.view.second_half.times.on(s.basis)))),
    ("positive_split_pct", |row| score(row, |s| percent(s.view.positive_split_pct(s.basis)))),
    ("start_excess_pct", |row| score(row, |s| percent(s.view.start_excess_pct(s.basis)))),
    ("gap_positive_split_pct", |row| {
        score(row, |s| s.view.gap_positive_split_pct(s.basis).map_or_else(String::new, percent))
    }),
    ("gap_start_excess_pct", |row| {
        score(row, |s| s.view.gap_start_excess_pct(s.basis).map_or_else(String::new, percent))
    }),
    ("p_wall", |_| String::new()),
    ("p_wall_low", |_| String::new()),
    ("p_wall_high", |_| String::new()),
    ("p_wall_even_start", |_| String::new()),
    ("risk", |_| String::new()),
    ("rules", |row| {
        let rules: Vec<String> = row.findings().iter().map(|f| format!("{}:{}", f.id, f.level)).collect();
        rules.join(";")
    }),
    ("device_distance_m", |row| score(row, |s| s.measured.ledger.device_m.map_or_else(String::new, metres))),
    ("gps_distance_m", |row| score(row, |s| s.measured.ledger.gps_m.map_or_else(String::new, metres))),
    ("distance_source", |row| score(row, |s| s.measured.ledger.source.code().to_owned())),
    ("distance_scale", |row| score(row, |s| fixed(s.view.scale, 6))),
    ("paused_s", |row| timer(row, |s| s.measured.paused_s)),
    ("paused_m", |row| {
        score(row, |s| if s.measured.timer_known { metres(s.measured.paused_m) } else { String::new() })
    }),
    ("duplicate_of", |row| row.duplicate_of.as_deref().map_or_else(String::new, text)),
];

/// Writes the runs table.
///
/// # Errors
///
/// What the writer says.
pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let plain = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    };
    writer.write_record(COLUMNS.iter().map(|(name, _)| *name)).map_err(plain)?;
    for row in &report.rows {
        writer.write_record(COLUMNS.iter().map(|(_, cell)| cell(row))).map_err(plain)?;
    }
    writer.flush()
}

fn known(row: &Row, cell: impl Fn(&crate::measure::Identity) -> String) -> String {
    row.identity.as_ref().map_or_else(String::new, cell)
}

fn score(row: &Row, cell: impl Fn(&Scores) -> String) -> String {
    row.scores.as_ref().map_or_else(String::new, cell)
}

/// A timer value, empty where the timer is not recorded.
fn timer(row: &Row, value: impl Fn(&Scores) -> f64) -> String {
    score(row, |s| if s.measured.timer_known { seconds(value(s)) } else { String::new() })
}

fn seconds(value: f64) -> String {
    fixed(value, 3)
}

fn metres(value: f64) -> String {
    fixed(value, 2)
}

fn percent(value: f64) -> String {
    fixed(value, 3)
}

/// A number with fixed decimals, never "-0.000", empty if it is none.
fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        _ => text,
    }
}

/// Text made harmless for terminals and spreadsheets.
fn text(text: &str) -> String {
    let text = super::harmless(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

fn rfc3339(unix_s: f64) -> String {
    let at = civil(unix_s.floor() as i64);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year, at.month, at.day, at.hour, at.minute, at.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_safe_to_paste() {
        assert_eq!(fixed(-0.0001, 3), "0.000");
        assert_eq!(fixed(-0.5, 3), "-0.500");
        assert_eq!(fixed(f64::NAN, 3), "");
        assert_eq!(text("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(text("a\u{1b}[31m\u{202e}"), "a\\u{1b}[31m\\u{202e}");
        assert_eq!(rfc3339(1_570_975_200.9), "2019-10-13T14:00:00Z");
    }
}
