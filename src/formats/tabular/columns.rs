//! The columns of the runs table: one list, whatever writes it.
//!
//! Names, order and units are the contract (DESIGN, "The contract"): new columns come at the end; none changes its
//! meaning. Seconds carry 3 decimals, metres 2, percents 3, probabilities 4, scale 6.

use Holds::{Count, Number, Text, Time};

use crate::escape::escape_controls;
use crate::judge::evidence::wall::Risk;
use crate::measure::Identity;
use crate::report::{Row, Scores};
use crate::units::civil;

/// What stands in a column of a row.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::formats) enum Cell {
    /// Nothing: absent or not applicable.
    Empty,
    /// Text, made harmless where it comes from files.
    Text(String),
    /// A count.
    Count(usize),
    /// A number with its fixed decimals.
    Number(String),
    /// A moment in whole Unix seconds.
    Time(i64),
}

/// What a column's cells are, where they are not empty: formats with typed columns ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum Holds {
    /// [`Cell::Text`].
    Text,
    /// [`Cell::Count`].
    Count,
    /// [`Cell::Number`].
    Number,
    /// [`Cell::Time`].
    Time,
}

/// A column: its name, what it holds, and its cell in a row.
type ColumnSpec = (&'static str, Holds, fn(&Row) -> Cell);

/// The columns, in order.
pub(in crate::formats) const COLUMNS: [ColumnSpec; 37] = [
    ("path", Text, |row| text(&row.path)),
    ("member", Text, |row| maybe(row.member.as_deref().map(text))),
    ("activity", Count, |row| Cell::Count(row.activity)),
    ("name", Text, |row| known(row, |identity| Some(text(identity.name.as_deref()?)))),
    ("status", Text, |row| text(row.status.code())),
    ("reason", Text, |row| text(row.reason)),
    ("detail", Text, |row| text(&row.detail)),
    ("sport", Text, |row| known(row, |identity| Some(text(&identity.sport.to_string())))),
    ("kind", Text, |row| score(row, |s| Some(text(s.kind.code())))),
    ("course", Text, |row| score(row, |s| Some(text(s.view.course?.code())))),
    ("start_time", Time, |row| known(row, |identity| Some(Cell::Time(identity.start_s?.floor() as i64)))),
    ("basis", Text, |row| score(row, |s| Some(text(s.basis.code())))),
    ("distance_m", Number, |row| score(row, |s| metres(s.view.distance_m))),
    ("elapsed_s", Number, |row| score(row, |s| seconds(s.view.total.elapsed_s))),
    ("timer_s", Number, |row| timer(row, |s| seconds(s.view.total.timer_s))),
    ("moving_s", Number, |row| score(row, |s| seconds(s.view.total.moving_s))),
    ("first_mile_s", Number, |row| score(row, |s| seconds(s.view.first_mile.times.on(s.basis)))),
    ("final_mile_s", Number, |row| score(row, |s| seconds(s.view.final_mile.times.on(s.basis)))),
    ("first_half_s", Number, |row| score(row, |s| seconds(s.view.first_half.times.on(s.basis)))),
    ("second_half_s", Number, |row| score(row, |s| seconds(s.view.second_half.times.on(s.basis)))),
    ("positive_split_pct", Number, |row| score(row, |s| percent(s.view.positive_split_pct(s.basis)))),
    ("start_excess_pct", Number, |row| score(row, |s| percent(s.view.start_excess_pct(s.basis)))),
    ("gap_positive_split_pct", Number, |row| {
        score(row, |s| percent(s.view.gap_positive_split_pct(s.basis)?))
    }),
    ("gap_start_excess_pct", Number, |row| score(row, |s| percent(s.view.gap_start_excess_pct(s.basis)?))),
    ("p_wall", Number, |row| risk(row, |risk| risk.p)),
    ("p_wall_low", Number, |row| risk(row, |risk| risk.low)),
    ("p_wall_high", Number, |row| risk(row, |risk| risk.high)),
    ("p_wall_even_start", Number, |row| risk(row, |risk| risk.even_start)),
    ("risk", Text, |row| score(row, |s| Some(text(s.risk?.risk.band())))),
    ("rules", Text, |row| {
        let rules: Vec<String> = row.findings().iter().map(|f| format!("{}:{}", f.id, f.level)).collect();
        text(&rules.join(";"))
    }),
    ("device_distance_m", Number, |row| score(row, |s| metres(s.measured.ledger.device_m?))),
    ("gps_distance_m", Number, |row| score(row, |s| metres(s.measured.ledger.gps_m?))),
    ("distance_source", Text, |row| score(row, |s| Some(text(s.measured.ledger.source.code())))),
    ("distance_scale", Number, |row| score(row, |s| fixed(s.view.scale, 6))),
    ("paused_s", Number, |row| timer(row, |s| seconds(s.measured.paused_s))),
    ("paused_m", Number, |row| timer(row, |s| metres(s.measured.paused_m))),
    ("duplicate_of", Text, |row| maybe(row.duplicate_of.as_deref().map(text))),
];

/// Where a run was in its first minute; written only where the user asks for coordinates. Degrees carry 5 decimals, about a
/// metre.
pub(in crate::formats) const PLACE: [ColumnSpec; 2] = [
    ("start_latitude_deg", Number, |row| score(row, |s| fixed(s.measured.positions.start_deg()?.0, 5))),
    ("start_longitude_deg", Number, |row| score(row, |s| fixed(s.measured.positions.start_deg()?.1, 5))),
];

/// A row's cells of some columns by their names, which the columns keep.
pub(in crate::formats) fn named<'a>(
    row: &'a Row,
    wanted: &'a [&str],
) -> impl Iterator<Item = (&'static str, Cell)> + 'a {
    wanted.iter().filter_map(|wanted| {
        let (name, _, cell) = COLUMNS.iter().find(|(name, ..)| name == wanted)?;
        Some((*name, cell(row)))
    })
}

/// A cell, or an empty one.
pub(in crate::formats) fn maybe(cell: Option<Cell>) -> Cell {
    cell.unwrap_or(Cell::Empty)
}

fn known(row: &Row, cell: impl Fn(&Identity) -> Option<Cell>) -> Cell {
    maybe(row.identity.as_ref().and_then(cell))
}

fn score(row: &Row, cell: impl Fn(&Scores) -> Option<Cell>) -> Cell {
    maybe(row.scores.as_ref().and_then(cell))
}

/// A chance, 0–1.
fn risk(row: &Row, chance: impl Fn(&Risk) -> f64) -> Cell {
    score(row, |s| fixed(chance(&s.risk?.risk), 4))
}

/// A timer value, empty where the timer is not recorded.
fn timer(row: &Row, cell: impl Fn(&Scores) -> Option<Cell>) -> Cell {
    score(row, |s| if s.measured.timer_known { cell(s) } else { None })
}

pub(in crate::formats) fn seconds(value: f64) -> Option<Cell> {
    fixed(value, 3)
}

pub(in crate::formats) fn metres(value: f64) -> Option<Cell> {
    fixed(value, 2)
}

fn percent(value: f64) -> Option<Cell> {
    fixed(value, 3)
}

/// A number with fixed decimals, never "-0.000"; none if it is no number.
pub(in crate::formats) fn fixed(value: f64, decimals: usize) -> Option<Cell> {
    if !value.is_finite() {
        return None;
    }
    let text = format!("{value:.decimals$}");
    Some(Cell::Number(match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| matches!(b, b'0' | b'.')) => digits.to_owned(),
        _ => text,
    }))
}

/// Text that harms no terminal; the empty text is nothing.
pub(in crate::formats) fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(escape_controls(text)) }
}

/// A moment as RFC 3339 writes it in UTC.
pub(in crate::formats) fn rfc3339(unix_s: i64) -> String {
    let at = civil(unix_s);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", at.year, at.month, at.day, at.hour, at.minute, at.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_what_they_say() {
        assert_eq!(fixed(-0.0001, 3), Some(Cell::Number("0.000".into())));
        assert_eq!(fixed(-0.5, 3), Some(Cell::Number("-0.500".into())));
        assert_eq!(fixed(f64::NAN, 3), None);
        assert_eq!(text("a\u{1b}[31m\u{202e}"), Cell::Text("a\\u{1b}[31m\\u{202e}".into()));
        assert_eq!(rfc3339(1_570_975_200), "2019-10-13T14:00:00Z");
    }
}
