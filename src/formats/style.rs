//! How a report looks: units, colour, width, verbosity, and which table a tabular format writes.

use crate::judge::Level;
use crate::units::Units;

/// How a report is to look.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// Miles or kilometres.
    pub units: Units,
    /// Colour level words.
    pub color: bool,
    /// No character beyond ASCII.
    pub ascii: bool,
    /// The columns of the page, where it has an edge: a terminal's, or as asked.
    pub width: Option<usize>,
    /// -1 with `-q`, 1 with `-v`.
    pub verbosity: i8,
    /// The level from which on a finding is a failure, for CI services.
    pub fail_on: Option<Level>,
    /// Whether any change against the baseline is a failure, for CI services.
    pub changes_fail: bool,
    /// Whether unreadable files are failures, for CI services.
    pub strict: bool,
    /// Which table a format of tables holds.
    pub table: Table,
    /// Whether CSV and JSON tell where a run started.
    pub with_coordinates: bool,
}

/// Sentences are broken at this many columns where the page has no edge: the same bytes everywhere but on a terminal.
const PAGE_WIDTH: usize = 110;

/// Longer lines are hard to read, however wide the page.
const WIDEST: usize = 130;

impl Style {
    /// Where sentences are broken.
    pub(super) fn page_width(&self) -> usize {
        self.width.map_or(PAGE_WIDTH, |width| width.min(WIDEST))
    }
}

/// The tables that a format of tables can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Table {
    /// A row an activity.
    #[default]
    Runs,
    /// A row a mile and a kilometre.
    Splits,
    /// A row a finding.
    Findings,
}

impl Table {
    /// Every table with its word on the command line.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Runs, "runs"), (Self::Splits, "splits"), (Self::Findings, "findings")];
}
