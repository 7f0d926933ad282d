//! Writes the tables of `data/` as Rust, so that a start of the program parses none.
//! `INSTA_UPDATE=always cargo test --lib generator` writes them again.

use std::fmt::{Debug, Write as _};

use csv::{Reader, StringRecord};
use serde::Deserialize;

use super::profiles::PaceSegment;
use super::tables::{CostPart, HalfByStart, OnsetCost, OwnCost, SplitPercentiles, WallByFade, WallByStart};
use crate::generated;

/// Checks the Rust of a table, or writes it, given the CSV.
pub(super) fn check<Row: Deserialize<'static> + Debug>(name: &str, csv: &str) {
    let mut reader = Reader::from_reader(csv.as_bytes());
    // The rows borrow from a record, for as long as the test runs.
    let keep = |record: StringRecord| &*Box::leak(Box::new(record));
    let headings = keep(reader.headers().expect("headings").clone());
    let mut made = "&[\n".to_owned();
    for record in reader.records() {
        let row: Row = keep(record.expect("a row")).deserialize(Some(headings)).expect("the columns");
        writeln!(made, "    {row:?},").expect("a string");
    }
    made.push_str("]\n");
    generated::check(&format!("src/judge/evidence/data/{name}.rs"), &made);
}

#[test]
fn the_embedded_tables_are_those_of_the_csv_files() {
    check::<WallByStart>("wall_by_start", include_str!("data/wall_by_start.csv"));
    check::<WallByFade>("wall_by_fade", include_str!("data/wall_by_fade.csv"));
    check::<OwnCost>("cost_vs_own_history", include_str!("data/cost_vs_own_history.csv"));
    check::<CostPart>("cost_decomposition", include_str!("data/cost_decomposition.csv"));
    check::<SplitPercentiles>("split_percentiles", include_str!("data/split_percentiles.csv"));
    check::<HalfByStart>("half_by_start", include_str!("data/half_by_start.csv"));
    check::<OnsetCost>("wall_onset_cost", include_str!("data/wall_onset_cost.csv"));
    check::<PaceSegment>("pace_profiles", include_str!("data/pace_profiles.csv"));
}
