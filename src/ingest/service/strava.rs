//! Reads `activities.csv` of a Strava export: one row for each activity, its file in the column
//! `Filename`.
//!
//! The columns are known by their English headings (as of 2025: `Activity Name`, `Activity Type`,
//! `Competition`, `Filename` among about ninety). An export in another language is not used.

use std::collections::HashMap;

use super::{ActivityListing, IndexErrorKind};
use crate::activity::Sport;

/// The listings by file: its path relative to the index, without `.gz`.
#[derive(Debug)]
pub(super) struct ByFile(HashMap<String, ActivityListing>);

impl ByFile {
    /// Returns the listing of a file, by its path relative to the index, with or without `.gz`.
    pub(super) fn listing(&self, path: &str) -> Option<&ActivityListing> {
        self.0.get(without_gz(path))
    }
}

/// Returns a path without `.gz`, because exports are often unpacked by hand.
fn without_gz(path: &str) -> &str {
    path.strip_suffix(".gz").unwrap_or(path)
}

/// Reads the index.
///
/// # Errors
///
/// Fails if there is no column `Filename`, or if a row is not CSV.
pub(super) fn read(bytes: &[u8]) -> Result<ByFile, IndexErrorKind> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headings = rows.headers()?.clone();
    let column = |name: &str| headings.iter().position(|heading| heading.trim() == name);
    let file = column("Filename").ok_or(IndexErrorKind::NoFilename)?;
    let (name, sport, race) = (column("Activity Name"), column("Activity Type"), column("Competition"));
    let mut files = HashMap::new();
    for row in rows.records() {
        let row = row?;
        let cell = |at: Option<usize>| row.get(at?).map(str::trim).filter(|cell| !cell.is_empty());
        // An activity that was entered by hand has no file.
        let Some(path) = cell(Some(file)) else { continue };
        let is_race = cell(race).is_some_and(|cell| cell.eq_ignore_ascii_case("true") || is_one(cell));
        let listed = ActivityListing {
            name: cell(name).map(str::to_owned),
            sport: cell(sport).map_or(Sport::Unstated, Sport::from_word),
            race: is_race.then(|| "Strava's table says Competition".to_owned()),
        };
        files.insert(without_gz(path).to_owned(), listed);
    }
    Ok(ByFile(files))
}

/// Returns whether a cell is the number 1; flags are written "1" or "1.0".
fn is_one(cell: &str) -> bool {
    cell.parse() == Ok(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sports_and_races_are_read_in_any_order_of_columns() {
        let index = "\u{FEFF}Filename,Competition,Activity Name,Activity Description,Activity Type\n\
                     activities/1.fit.gz,1.0,\"Berlin, at last\",\"two\nlines\",Run\n\
                     ,,Typed in,,Run\n\
                     activities/2.gpx,0.0,,,Ride\n";
        let files = read(index.as_bytes()).expect("an index");
        let race = files.listing("activities/1.fit").expect("the first");
        assert_eq!(race.name.as_deref(), Some("Berlin, at last"));
        assert!(race.race.is_some() && race.sport == Sport::Running);
        let ride = files.listing("activities/2.gpx").expect("the second");
        assert_eq!(ride, &ActivityListing { name: None, sport: Sport::Other("ride".into()), race: None });
    }

    #[test]
    fn an_index_in_another_language_is_an_error() {
        let error = read("Dateiname,Name\nactivities/1.fit,Berlin\n".as_bytes()).expect_err("no Filename");
        assert!(matches!(error, IndexErrorKind::NoFilename));
    }
}
