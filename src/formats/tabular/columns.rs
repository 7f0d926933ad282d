//! The data columns of a run: one list for CSV, Parquet, JSON and baselines.
//!
//! Names, order, units and meanings are stable within `firstmile/1`; new columns are added at the
//! end. A cell is empty (CSV) or null (JSON, Parquet) if the value is absent or does not apply.
//! Seconds have 3 decimals, metres 2, percents 3, probabilities 4, scales 6.
//!
//! | column | unit | meaning |
//! |---|---|---|
//! | `path` | – | the file, as reached from the command line's argument |
//! | `member` | – | the member's name, if the file is an archive |
//! | `activity` | – | the activity's number within the file or member, from 1 |
//! | `name` | – | the activity's name in the file, or as the profile gives it |
//! | `status` | – | `scored`, `refused` (read, not scored), `duplicate` or `unreadable` |
//! | `reason` | – | a stable code why it was not scored |
//! | `detail` | – | the same as a sentence |
//! | `sport` | – | the sport as stated, or `unknown` |
//! | `kind` | – | `race` or `training` |
//! | `course` | – | the certified course, `5k` to `100k`; empty if none was recognised or given |
//! | `start_time` | UTC | the start, rounded down to the second |
//! | `basis` | – | the time of the verdict: `elapsed`, `timer` or `moving` |
//! | `distance_m` | m | the length of the scored part, on the course's scale if there is a course |
//! | `elapsed_s` | s | wall-clock time of that part, pauses included |
//! | `timer_s` | s | elapsed time less that of a stopped timer; empty without a timer |
//! | `moving_s` | s | elapsed time less that spent below 0.8 m/s |
//! | `first_mile_s` | s | time of the first 1609.344 m, on the basis |
//! | `final_mile_s` | s | time of the last 1609.344 m, on the basis |
//! | `first_half_s` | s | time of the first half of the distance, on the basis |
//! | `second_half_s` | s | time of the second half of the distance, on the basis |
//! | `positive_split_pct` | % | how much slower the second half was; below zero it was faster |
//! | `start_excess_pct` | % | how much faster the start was than the rest (see below) |
//! | `gap_positive_split_pct` | % | `positive_split_pct` by grade-adjusted pace, if applied |
//! | `gap_start_excess_pct` | % | `start_excess_pct` by grade-adjusted pace, if applied |
//! | `p_wall` | 0–1 | chance of hitting the wall, judged at half-way; marathons only |
//! | `p_wall_low` | 0–1 | the same on a good day |
//! | `p_wall_high` | 0–1 | the same on a bad day |
//! | `p_wall_even_start` | 0–1 | share of runners of that pace and sex after an even start |
//! | `risk` | – | the band of `p_wall`: `low`, `typical`, `elevated`, `high` or `very-high` |
//! | `rules` | – | the findings as `ID:level`, joined by `;` |
//! | `device_distance_m` | m | the distance that the device recorded |
//! | `gps_distance_m` | m | the length of the GPS track, spikes removed |
//! | `distance_source` | – | the distance that was used: `device` or `gps` |
//! | `distance_scale` | – | metres of the course for each recorded metre; 1 if there is no course |
//! | `paused_s` | s | time for which the timer was stopped; empty if the file records no timer |
//! | `paused_m` | m | distance moved in that time, which is not counted |
//! | `duplicate_of` | – | the address of the row that has the better recording of the same run |
//! | `local_start` | – | the start in local time with its offset, `Z` if the offset is unknown |
//! | `p_wall_start` | 0–1 | share of runners of that pace and sex after such a start |
//! | `level` | – | the worst level among the findings |
//! | `verdict` | – | how it was run, as a sentence |
//! | `outcome` | – | `wall`, `faded`, `slowed`, `even` or `negative` (see below) |
//! | `pace_s_per_km` | s/km | mean pace on the basis |
//! | `banked_s` | s | the greatest lead over an even run of the same finish |
//! | `lost_s` | s | lost from the wall on against the pace of 5–20 km; without one, `banked_s` |
//! | `wall_onset_m` | m | where the wall began |
//! | `hr_mean` | bpm | mean heart rate, if half of the run has one |
//! | `ascent_m` | m | metres climbed, if the altitude is known |
//! | `session` | – | an interval session by its shape, such as `8 × 800 m` or `fartlek` |
//! | `start_latitude_deg` | ° | latitude at the start, WGS84; only with `--with-coordinates` |
//! | `start_longitude_deg` | ° | longitude at the start, WGS84; only with `--with-coordinates` |
//!
//! The start is the first 23.7 % of the distance; the rest reaches from there to half-way. In a
//! marathon they end at exactly 10 km and 21,097.5 m. The excess is
//! 100 · (1 − start pace / rest pace), so above zero is a fast start.
//!
//! `outcome` is `wall` with WALL-01, `faded` with FADE-01, else by the second half against the
//! first, grade-adjusted where the altitude allows: `slowed` from 2 % slower, `negative` from 2 %
//! faster, `even` between.

use CellType::{Count, Number, Text, Time};

use crate::escape::escape_controls;
use crate::judge::evidence::wall::Risk;
use crate::measure::Identity;
use crate::report::{AgainstEven, Outcome, Row, Scores, Wall, lost_s, verdict};
use crate::units::{KM_M, Units, civil};

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::formats) enum Cell {
    /// A value that is absent or does not apply.
    Empty,
    /// Text, with control characters escaped.
    Text(String),
    /// A count.
    Count(usize),
    /// A number as text with fixed decimals.
    Number(String),
    /// A time in whole Unix seconds.
    Time(i64),
}

/// The type of a column's cells, apart from empty ones, for formats with typed columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats) enum CellType {
    /// [`Cell::Text`].
    Text,
    /// [`Cell::Count`].
    Count,
    /// [`Cell::Number`].
    Number,
    /// [`Cell::Time`].
    Time,
}

/// A column: its name, its type, and the function that returns its cell.
type ColumnSpec = (&'static str, CellType, fn(&Row) -> Cell);

/// The columns in order; the module's table documents them.
pub(in crate::formats) const COLUMNS: [ColumnSpec; 49] = [
    ("path", Text, |row| text(&row.path)),
    ("member", Text, |row| or_empty(row.member.as_deref().map(text))),
    ("activity", Count, |row| Cell::Count(row.activity)),
    ("name", Text, |row| from_identity(row, |identity| Some(text(identity.name.as_deref()?)))),
    ("status", Text, |row| text(row.status.code())),
    ("reason", Text, |row| text(row.reason)),
    ("detail", Text, |row| text(&row.detail)),
    ("sport", Text, |row| from_identity(row, |identity| Some(text(&identity.sport.to_string())))),
    ("kind", Text, |row| from_scores(row, |s| Some(text(s.kind.code())))),
    ("course", Text, |row| from_scores(row, |s| Some(text(s.view.course?.code())))),
    ("start_time", Time, |row| {
        from_identity(row, |identity| Some(Cell::Time(identity.start_s?.floor() as i64)))
    }),
    ("basis", Text, |row| from_scores(row, |s| Some(text(s.basis.code())))),
    ("distance_m", Number, |row| from_scores(row, |s| metres(s.view.distance_m))),
    ("elapsed_s", Number, |row| from_scores(row, |s| seconds(s.view.total.elapsed_s))),
    ("timer_s", Number, |row| from_timer(row, |s| seconds(s.view.total.timer_s))),
    ("moving_s", Number, |row| from_scores(row, |s| seconds(s.view.total.moving_s))),
    ("first_mile_s", Number, |row| from_scores(row, |s| seconds(s.view.first_mile.times.on(s.basis)))),
    ("final_mile_s", Number, |row| from_scores(row, |s| seconds(s.view.final_mile.times.on(s.basis)))),
    ("first_half_s", Number, |row| from_scores(row, |s| seconds(s.view.first_half.times.on(s.basis)))),
    ("second_half_s", Number, |row| from_scores(row, |s| seconds(s.view.second_half.times.on(s.basis)))),
    ("positive_split_pct", Number, |row| from_scores(row, |s| percent(s.view.positive_split_pct(s.basis)))),
    ("start_excess_pct", Number, |row| from_scores(row, |s| percent(s.view.start_excess_pct(s.basis)))),
    ("gap_positive_split_pct", Number, |row| {
        from_scores(row, |s| percent(s.view.gap_positive_split_pct(s.basis)?))
    }),
    ("gap_start_excess_pct", Number, |row| {
        from_scores(row, |s| percent(s.view.gap_start_excess_pct(s.basis)?))
    }),
    ("p_wall", Number, |row| wall_chance(row, |risk| risk.p)),
    ("p_wall_low", Number, |row| wall_chance(row, |risk| risk.low)),
    ("p_wall_high", Number, |row| wall_chance(row, |risk| risk.high)),
    ("p_wall_even_start", Number, |row| wall_chance(row, |risk| risk.even_start)),
    ("risk", Text, |row| from_scores(row, |s| Some(text(s.risk?.risk.band())))),
    ("rules", Text, |row| {
        let rules: Vec<String> = row.findings().iter().map(|f| format!("{}:{}", f.id, f.level)).collect();
        text(&rules.join(";"))
    }),
    ("device_distance_m", Number, |row| from_scores(row, |s| metres(s.measured.ledger.device_m?))),
    ("gps_distance_m", Number, |row| from_scores(row, |s| metres(s.measured.ledger.gps_m?))),
    ("distance_source", Text, |row| from_scores(row, |s| Some(text(s.measured.ledger.source.code())))),
    ("distance_scale", Number, |row| from_scores(row, |s| fixed(s.view.scale, 6))),
    ("paused_s", Number, |row| from_timer(row, |s| seconds(s.measured.paused_s))),
    ("paused_m", Number, |row| from_timer(row, |s| metres(s.measured.paused_m))),
    ("duplicate_of", Text, |row| or_empty(row.duplicate_of.as_deref().map(text))),
    ("p_wall_start", Number, |row| wall_chance(row, |risk| risk.start)),
    ("local_start", Text, |row| from_identity(row, |identity| Some(text(&local_rfc3339(identity)?)))),
    ("level", Text, |row| or_empty(row.level().map(|level| text(level.code())))),
    ("verdict", Text, |row| from_scores(row, |s| Some(text(&verdict(row, s, Units::Kilometres))))),
    ("outcome", Text, |row| or_empty(Outcome::of(row).map(|outcome| text(outcome.code())))),
    ("pace_s_per_km", Number, |row| from_scores(row, |s| seconds(s.pace_s_per_m() * KM_M))),
    ("banked_s", Number, |row| from_scores(row, |s| seconds(AgainstEven::of(s).greatest.0))),
    ("lost_s", Number, |row| from_scores(row, |s| seconds(lost_s(row, s)))),
    ("wall_onset_m", Number, |row| or_empty(Wall::of(row).and_then(|wall| metres(wall.from_m)))),
    ("hr_mean", Number, |row| from_scores(row, |s| fixed(s.measured.heart_mean_bpm?, 1))),
    ("ascent_m", Number, |row| from_scores(row, |s| metres(s.measured.grade.ascent_m?))),
    ("session", Text, |row| from_scores(row, |s| Some(text(&s.session()?)))),
];

/// The coordinates of the start, written only with `--with-coordinates`.
///
/// Degrees have 5 decimals, about one metre.
pub(in crate::formats) const START_COORDINATES: [ColumnSpec; 2] = [
    ("start_latitude_deg", Number, |row| from_scores(row, |s| fixed(s.measured.positions.start_deg()?.0, 5))),
    ("start_longitude_deg", Number, |row| {
        from_scores(row, |s| fixed(s.measured.positions.start_deg()?.1, 5))
    }),
];

/// Returns a row's cells of the named columns, in the order of the names.
pub(in crate::formats) fn cells_by_name<'a>(
    row: &'a Row,
    wanted: &'a [&str],
) -> impl Iterator<Item = (&'static str, Cell)> + 'a {
    wanted.iter().filter_map(|wanted| {
        let (name, _, cell) = COLUMNS.iter().find(|(name, ..)| name == wanted)?;
        Some((*name, cell(row)))
    })
}

/// Returns a cell, or an empty one for `None`.
pub(in crate::formats) fn or_empty(cell: Option<Cell>) -> Cell {
    cell.unwrap_or(Cell::Empty)
}

/// Returns a cell from a row's identity; empty for an unreadable file.
fn from_identity(row: &Row, cell: impl Fn(&Identity) -> Option<Cell>) -> Cell {
    or_empty(row.identity.as_ref().and_then(cell))
}

/// Returns a cell from a row's scores; empty if it has none.
fn from_scores(row: &Row, cell: impl Fn(&Scores) -> Option<Cell>) -> Cell {
    or_empty(row.scores.as_ref().and_then(cell))
}

/// Returns a cell with a chance of hitting the wall, 0–1.
fn wall_chance(row: &Row, chance: impl Fn(&Risk) -> f64) -> Cell {
    from_scores(row, |s| fixed(chance(&s.risk?.risk), 4))
}

/// Returns a cell that depends on the timer; empty if the file records no timer.
fn from_timer(row: &Row, cell: impl Fn(&Scores) -> Option<Cell>) -> Cell {
    from_scores(row, |s| if s.measured.timer_known { cell(s) } else { None })
}

/// Returns a cell of seconds, 3 decimals.
pub(in crate::formats) fn seconds(value: f64) -> Option<Cell> {
    fixed(value, 3)
}

/// Returns a cell of metres, 2 decimals.
pub(in crate::formats) fn metres(value: f64) -> Option<Cell> {
    fixed(value, 2)
}

/// Returns a cell of percents, 3 decimals.
fn percent(value: f64) -> Option<Cell> {
    fixed(value, 3)
}

/// Returns a number with fixed decimals; `None` if it is not finite. Zero never has a minus sign.
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

/// Returns a cell of text with control characters escaped; empty text is an empty cell.
pub(in crate::formats) fn text(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(escape_controls(text)) }
}

/// Returns a time as RFC 3339 in UTC, for example "2019-10-13T14:00:00Z".
pub(in crate::formats) fn rfc3339(unix_s: i64) -> String {
    date_and_clock(unix_s) + "Z"
}

/// Returns a start in local time as RFC 3339, for example "2019-10-13T09:00:00-05:00".
///
/// If the offset is unknown, the time is in UTC and ends in `Z`; an offset of zero is "+00:00".
fn local_rfc3339(identity: &Identity) -> Option<String> {
    let start_s = identity.start_s?.floor() as i64;
    Some(match identity.utc_offset {
        Some(offset) => format!("{}{offset}", date_and_clock(start_s.saturating_add(offset.seconds.into()))),
        None => rfc3339(start_s),
    })
}

/// Returns date and clock time without a zone.
fn date_and_clock(seconds: i64) -> String {
    let at = civil(seconds);
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute, at.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_fixed_decimals_and_text_is_escaped() {
        assert_eq!(fixed(-0.0001, 3), Some(Cell::Number("0.000".into())));
        assert_eq!(fixed(-0.5, 3), Some(Cell::Number("-0.500".into())));
        assert_eq!(fixed(f64::NAN, 3), None);
        assert_eq!(text("a\u{1b}[31m\u{202e}"), Cell::Text("a\\u{1b}[31m\\u{202e}".into()));
        assert_eq!(rfc3339(1_570_975_200), "2019-10-13T14:00:00Z");
    }
}
