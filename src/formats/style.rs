//! How a report looks: units, colour, width, verbosity, and which table CSV and Parquet contain.
//!
//! The command line fills in a [`Style`]; every format ignores the fields that it has no use for.

use crate::judge::Level;
use crate::units::Units;

/// The options of a report's output.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Style {
    /// Miles or kilometres, in tables and sentences; data columns are always SI.
    pub units: Units,
    /// Whether the words of levels are coloured.
    pub color: bool,
    /// Whether all characters must be ASCII.
    pub ascii: bool,
    /// The width of the page in columns: the terminal's or `--width`; `None` without a limit.
    pub width: Option<usize>,
    /// -1 for `-q`, 1 for `-v`, else 0.
    pub verbosity: i8,
    /// The number of latest races that the text report lists.
    pub last: usize,
    /// The number of worst races that the text report tells in detail, and lists if they are older.
    pub top: usize,
    /// For CI formats: the level from which a finding is a failure.
    pub fail_on: Option<Level>,
    /// For CI formats: whether any difference from the baseline is a failure.
    pub changes_fail: bool,
    /// For CI formats: whether an unreadable file is a failure.
    pub strict: bool,
    /// The table that CSV and Parquet contain.
    pub table: Table,
    /// Whether CSV and JSON contain the coordinates of the start.
    pub with_coordinates: bool,
}

/// The width at which sentences are wrapped if there is no limit. Output to a file is so the same
/// on every machine.
const PAGE_WIDTH: usize = 110;

/// The greatest width at which sentences are wrapped; longer lines are hard to read.
const MAX_PAGE_WIDTH: usize = 130;

/// The least width of a page, columns. Sentences wrap at it; tables keep their columns.
pub(crate) const LEAST_PAGE_WIDTH: u16 = 40;

/// The latest races that are listed without `--last`.
const LAST: usize = 10;
/// The worst races that are told in detail without `--top`.
const TOP: usize = 3;

impl Default for Style {
    fn default() -> Self {
        Self {
            units: Units::default(),
            color: false,
            ascii: false,
            width: None,
            verbosity: 0,
            last: LAST,
            top: TOP,
            fail_on: None,
            changes_fail: false,
            strict: false,
            table: Table::default(),
            with_coordinates: false,
        }
    }
}

impl Style {
    /// Returns the width in columns at which sentences are wrapped.
    pub(super) fn page_width(&self) -> usize {
        let least = usize::from(LEAST_PAGE_WIDTH);
        self.width.map_or(PAGE_WIDTH, |width| width.clamp(least, MAX_PAGE_WIDTH))
    }
}

/// The tables that CSV and Parquet can contain, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Table {
    /// One row for each activity.
    #[default]
    Runs,
    /// One row for each mile and each kilometre of a run.
    Splits,
    /// One row for each finding.
    Findings,
    /// One row for each lap of the device.
    Laps,
    /// One row for the fastest mile, 5 km, 10 km and half marathon within a run.
    Efforts,
}

impl Table {
    /// Every table with its name on the command line.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Runs, "runs"),
        (Self::Splits, "splits"),
        (Self::Findings, "findings"),
        (Self::Laps, "laps"),
        (Self::Efforts, "efforts"),
    ];
}
