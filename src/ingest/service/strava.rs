//! `activities.csv` of a Strava export: one row an activity, its file in the column `Filename`.
//!
//! The columns are known by their English headings (as of 2025: `Activity Name`, `Activity Type`, `Competition`, `Filename`
//! among some ninety); an export in another language has others, and is left alone.

use std::collections::HashMap;

use super::ActivityListing;
use crate::activity::Sport;

/// What is said of each file, by its place beside the table, without `.gz`.
#[derive(Debug)]
pub(super) struct ByFile(HashMap<String, ActivityListing>);

impl ByFile {
    /// What is said of the file at a place.
    pub(super) fn about(&self, place: &str) -> Option<&ActivityListing> {
        self.0.get(plain(place))
    }
}

/// A packed file and the same one unpacked have one name.
fn plain(place: &str) -> &str {
    place.strip_suffix(".gz").unwrap_or(place)
}

/// Reads the table.
///
/// # Errors
///
/// Where it has no `Filename`, and where a row is no CSV.
pub(super) fn read(bytes: &[u8]) -> Result<ByFile, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let headings = rows.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| headings.iter().position(|heading| heading.trim() == name);
    let file = column("Filename").ok_or("it has no column Filename; only tables in English are read")?;
    let (name, sport, race) = (column("Activity Name"), column("Activity Type"), column("Competition"));
    let mut files = HashMap::new();
    for row in rows.records() {
        let row = row.map_err(|error| error.to_string())?;
        let cell = |at: Option<usize>| row.get(at?).map(str::trim).filter(|cell| !cell.is_empty());
        // An activity that was typed in has no file.
        let Some(place) = cell(Some(file)) else { continue };
        let is_race = cell(race).is_some_and(|cell| cell.eq_ignore_ascii_case("true") || is_one(cell));
        let listed = ActivityListing {
            name: cell(name).map(str::to_owned),
            sport: cell(sport).map_or(Sport::Unstated, Sport::from_word),
            race: is_race.then(|| "Strava's table says Competition".to_owned()),
        };
        files.insert(plain(place).to_owned(), listed);
    }
    Ok(ByFile(files))
}

/// Flags are written "1" or "1.0".
fn is_one(cell: &str) -> bool {
    cell.parse() == Ok(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sports_and_races_are_read_whatever_the_order_of_columns() {
        let table = "\u{FEFF}Filename,Competition,Activity Name,Activity Description,Activity Type\n\
                     activities/1.fit.gz,1.0,\"Berlin, at last\",\"two\nlines\",Run\n\
                     ,,Typed in,,Run\n\
                     activities/2.gpx,0.0,,,Ride\n";
        let files = read(table.as_bytes()).expect("a table");
        let race = files.about("activities/1.fit").expect("the first");
        assert_eq!(race.name.as_deref(), Some("Berlin, at last"));
        assert!(race.race.is_some() && race.sport == Sport::Running);
        let ride = files.about("activities/2.gpx").expect("the second");
        assert_eq!(ride, &ActivityListing { name: None, sport: Sport::Other("ride".into()), race: None });
        assert!(read("Dateiname,Name\nactivities/1.fit,Berlin\n".as_bytes()).is_err());
    }
}
