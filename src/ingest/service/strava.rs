//! Reads `activities.csv` of a Strava export: one row for each activity, and in one column its
//! file.
//!
//! The file has that name in every language, but its headings are in the language of the account.
//! `strava_headings.csv` has them, one language a line, with `|` between spellings; about ninety
//! other columns are not used. Where no heading of the files is known, their column is the one
//! with paths such as `activities/1.fit.gz`. A table that a spreadsheet program saved again may
//! have another separator and another encoding.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;
use std::io;
use std::io::Read;

use csv::StringRecord;
use encoding_rs::{BIG5, GB18030, SHIFT_JIS};

use super::{ActivityListing, IndexErrorKind, MOST_LISTED, Ordered};
use crate::activity::Sport;
use crate::ingest::limits::LONGEST_NAME;
use crate::ingest::names::cut_text;
use crate::ingest::xml::encoding;

/// The headings, one language a line.
const HEADINGS: &str = include_str!("strava_headings.csv");
/// Strava's cells for "yes", and what spreadsheet programs make of `true` in the table's languages.
const TRUE: [&str; 7] = ["true", "wahr", "vrai", "verdadero", "vero", "waar", "verdadeiro"];

/// The listings by file: the [`key`] of its path relative to the index.
#[derive(Debug, Default)]
pub(super) struct ByFile(HashMap<String, Ordered>);

impl ByFile {
    /// Adds an index's listings; those added before count first.
    pub(super) fn add(&mut self, order: usize, listings: Vec<(String, ActivityListing)>) {
        // In one index, the last row about a file counts.
        for (path, listed) in listings.into_iter().rev() {
            self.0.entry(path).or_insert((order, listed));
        }
    }

    /// Returns the listing of a file, by its path relative to the index.
    pub(super) fn listing(&self, path: &str) -> Option<&Ordered> {
        self.0.get(&key(path))
    }
}

/// Returns a path as both tables and folders have it: in lower case, with forward slashes and
/// without `.gz`. Exports are often unpacked by hand, and by programs that change case and slashes.
fn key(path: &str) -> String {
    let key = path.replace('\\', "/").to_lowercase();
    key.strip_suffix(".gz").unwrap_or(&key).to_owned()
}

/// The most columns that are looked at; an export has about a hundred.
const MOST_COLUMNS: usize = 1000;

/// The places of the columns that are read.
#[derive(Debug, Default, Clone, Copy)]
struct Columns {
    file: Option<usize>,
    name: Option<usize>,
    sport: Option<usize>,
    race: Option<usize>,
}

impl Columns {
    /// Finds the columns by the headings of one language, which is one line of [`HEADINGS`].
    fn of_language(line: &str, headings: &[String]) -> Self {
        let mut cells = line.split(',').skip(1);
        // A spelling that comes first wins: an English table also has a column `Type` of numbers.
        let mut column = || {
            let spellings = cells.next()?.split('|').map(plain);
            spellings.into_iter().find_map(|wanted| headings.iter().position(|found| *found == wanted))
        };
        Self { file: column(), name: column(), sport: column(), race: column() }
    }

    /// Finds the columns in the language with most of the headings, first of all that of the files.
    fn find(headings: &StringRecord) -> Self {
        let headings: Vec<String> = headings.iter().take(MOST_COLUMNS).map(plain).collect();
        let languages = HEADINGS.lines().skip(1).map(|line| Self::of_language(line, &headings));
        let known = |columns: &Self| {
            let others = [columns.name, columns.sport, columns.race].into_iter().flatten().count();
            (columns.file.is_some(), others)
        };
        languages.max_by_key(known).unwrap_or_default()
    }
}

/// Returns a heading in lower case, without blanks around it and with plain apostrophes.
fn plain(heading: &str) -> String {
    heading.trim().to_lowercase().replace(['’', '‘', '´', '`'], "'")
}

/// Reads the index: paths without `.gz`, and what it says of each.
///
/// # Errors
///
/// Fails if there is no column of files, or if a row is not CSV.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(String, ActivityListing)>, IndexErrorKind> {
    let text = text(bytes);
    let until = Cell::new(LONGEST_ROW);
    let mut rows = rows(&text, &until);
    let columns = Columns::find(rows.headers()?);
    let file = match columns.file {
        Some(file) => file,
        None => column_of_paths(&text)?.ok_or(IndexErrorKind::NoFilename)?,
    };
    let mut files = Vec::new();
    let mut row = StringRecord::new();
    while next(&mut rows, &until, &mut row)? {
        let cell = |at: Option<usize>| row.get(at?).map(str::trim).filter(|cell| !cell.is_empty());
        // An activity that was entered by hand has no file.
        let Some(path) = cell(Some(file)) else { continue };
        let listed = ActivityListing {
            name: cell(columns.name).map(|name| cut_text(name).to_owned()),
            sport: cell(columns.sport).map_or(Sport::Unstated, |word| Sport::from_word(cut_text(word))),
            race: cell(columns.race)
                .is_some_and(is_true)
                .then(|| "Strava's table says Competition".to_owned()),
        };
        // No member has a longer name.
        if path.len() <= LONGEST_NAME {
            files.push((key(path), listed));
        }
        if files.len() > MOST_LISTED {
            return Err(IndexErrorKind::TooMany);
        }
    }
    Ok(files)
}

/// Decodes the table.
///
/// Spreadsheet programs save CSV in the encoding of the country, which nothing in the file names.
/// So it is Japanese or Chinese if the headings are then known.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    let until = Cell::new(LONGEST_ROW);
    let is_known =
        |text: &Cow<str>| rows(text, &until).headers().is_ok_and(|found| Columns::find(found).file.is_some());
    let text = encoding::decode(bytes);
    if matches!(text, Cow::Borrowed(_)) || is_known(&text) {
        return text;
    }
    [SHIFT_JIS, GB18030, BIG5]
        .into_iter()
        .filter_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes))
        .find(is_known)
        .unwrap_or(text)
}

/// The most bytes of a row. One of only separators takes nine times its bytes.
const LONGEST_ROW: usize = 1 << 20;

/// The text of a table, which may be read up to a byte.
struct TableText<'a> {
    rest: &'a [u8],
    read: usize,
    until: &'a Cell<usize>,
}

impl Read for TableText<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.until.get().saturating_sub(self.read);
        if left == 0 && !self.rest.is_empty() {
            return Err(io::Error::other(format!("a row of more than {LONGEST_ROW} bytes")));
        }
        let length = into.len().min(left).min(self.rest.len());
        let (now, later) = self.rest.split_at(length);
        into[..length].copy_from_slice(now);
        (self.rest, self.read) = (later, self.read + length);
        Ok(length)
    }
}

/// Reads the next row, which ends at most [`LONGEST_ROW`] bytes after the one before; returns
/// whether there is one.
fn next(
    rows: &mut csv::Reader<TableText>,
    until: &Cell<usize>,
    row: &mut StringRecord,
) -> Result<bool, csv::Error> {
    until.set(rows.position().byte() as usize + LONGEST_ROW);
    rows.read_record(row)
}

/// Returns the rows of a table, with the separator that its first line has most of. The text is
/// read up to the byte `until`.
fn rows<'a>(text: &'a str, until: &'a Cell<usize>) -> csv::Reader<TableText<'a>> {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| memchr::memchr_iter(*separator, first.as_bytes()).count();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(TableText {
        rest: text.as_bytes(),
        read: 0,
        until,
    })
}

/// Returns the first column with a path of an activity's file.
fn column_of_paths(text: &str) -> Result<Option<usize>, IndexErrorKind> {
    let until = Cell::new(LONGEST_ROW);
    let (mut rows, mut row) = (rows(text, &until), StringRecord::new());
    while next(&mut rows, &until, &mut row)? {
        if let Some(column) = row.iter().position(is_path) {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// Returns whether a cell is a path such as `activities/1.fit.gz`.
fn is_path(cell: &str) -> bool {
    let path = key(cell.trim());
    path.strip_prefix("activities/")
        .and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(name, ending)| !name.is_empty() && ["fit", "gpx", "tcx"].contains(&ending))
}

/// Returns whether a flag is set: "true", "1" or "1.0".
fn is_true(cell: &str) -> bool {
    TRUE.contains(&cell.to_lowercase().as_str()) || cell.replace(',', ".").parse() == Ok(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_file(table: &[u8]) -> ByFile {
        let mut files = ByFile::default();
        files.add(0, read(table).expect("an index"));
        files
    }

    /// Returns the listing of `activities/1.fit` in a table.
    fn first(table: &[u8]) -> ActivityListing {
        by_file(table).listing("activities/1.fit").expect("the first").1.clone()
    }

    fn race(name: &str) -> ActivityListing {
        let race = Some("Strava's table says Competition".to_owned());
        ActivityListing { name: Some(name.to_owned()), sport: Sport::Running, race }
    }

    #[test]
    fn names_sports_and_races_are_read_in_any_order_of_columns() {
        let index = "\u{FEFF}Filename,Competition,Type,Activity Name,Activity Description,Activity Type\n\
                     activities/1.fit.gz,1.0,3.0,\"Berlin, at last\",\"two\nlines\",Run\n\
                     ,,,Typed in,,Run\n\
                     activities/2.gpx,0.0,,,,Ride\n";
        assert_eq!(first(index.as_bytes()), race("Berlin, at last"));
        let files = by_file(index.as_bytes());
        let (_, ride) = files.listing("activities/2.gpx").expect("the second");
        assert_eq!(ride, &ActivityListing { name: None, sport: Sport::Other("ride".into()), race: None });
    }

    #[test]
    fn tables_are_read_in_every_language() {
        for (headings, sport) in [
            ("Activity ID,Activity Date,Activity Name,Activity Type,Filename,Type,Competition", "Run"),
            (
                "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Dateiname,Art,Wettkampf",
                "Lauf",
            ),
            (
                "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Nom du fichier,Type,Compétition",
                "Course à pied",
            ),
            (
                "ID de l’activité,Date de l’activité,Nom de l’activité,Type d’activité,Nom du fichier,Type,Compétition",
                "Course à pied",
            ),
            (
                "ID de actividad,Fecha de la actividad,Nombre de la actividad,Tipo de actividad,Nombre del archivo,Tipo,Competición",
                "Carrera",
            ),
            (
                "ID attività,Data dell'attività,Nome dell'attività,Tipo di attività,Nome file,Tipo,Gara",
                "Corsa",
            ),
            (
                "Activiteits-ID,Datum van activiteit,Naam activiteit,Activiteitstype,Bestandsnaam,Type,Wedstrijd",
                "Hardloopsessie",
            ),
            (
                "ID da atividade,Data da atividade,Nome da atividade,Tipo de atividade,Nome do arquivo,Tipo,Competição",
                "Corrida",
            ),
            (
                "アクティビティID,アクティビティ実行日,アクティビティ名,アクティビティタイプ,ファイル名,タイプ,大会",
                "ラン",
            ),
            ("活动 ID,活动日期,活动名称,活动类型,文件名,类型,比赛", "跑步"),
            ("活動 ID,活動日期,活動名稱,活動類型,檔案名稱,類型,競賽", "跑步"),
        ] {
            let table = format!("{headings}\n1,today,City Ten,{sport},activities/1.fit.gz,3.0,1.0\n");
            assert_eq!(first(table.as_bytes()), race("City Ten"), "{headings}");
            // In capitals, with blanks around, of a program that uses another separator.
            for separator in [";", "\t", " ; "] {
                let table = table
                    .to_uppercase()
                    .replace(',', separator)
                    .replace("ACTIVITIES/1.FIT.GZ", "activities/1.fit");
                assert_eq!(first(table.as_bytes()), race("CITY TEN"), "{headings}");
            }
        }
    }

    #[test]
    fn the_headings_of_before_2019_are_read() {
        let table = b"id,date,name,type,description,elapsed_time,distance,commute,gear,filename\n\
                      1,2018-09-12 15:02:23,City Ten,Run,,3000,10000.0,false,,activities/1.fit\n";
        assert_eq!(first(table), ActivityListing { race: None, ..race("City Ten") });
    }

    #[test]
    fn a_table_that_a_spreadsheet_program_saved_is_read() {
        let german =
            "Name der Aktivität;Aktivitätsart;Dateiname;Wettkampf\nKöln läuft;Lauf;activities/1.fit;1,0\n";
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(german.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let latin = encoding_rs::WINDOWS_1252.encode(german).0;
        for table in [german.as_bytes(), &wide, &latin] {
            assert_eq!(first(table), race("Köln läuft"));
        }
        for (encoding, headings, name) in [
            (SHIFT_JIS, "アクティビティ名,アクティビティタイプ,ファイル名,大会", "東京マラソン"),
            (GB18030, "活动名称,活动类型,文件名,比赛", "北京马拉松"),
            (BIG5, "活動名稱,活動類型,檔案名稱,競賽", "台北馬拉松"),
        ] {
            let table = format!("{headings}\n{name},Run,activities/1.fit,TRUE\n");
            assert_eq!(first(&encoding.encode(&table).0), race(name));
        }
        for (cell, is_set) in
            [("true", true), ("WAHR", true), ("1", true), ("0", false), ("", false), ("no", false)]
        {
            let table = format!("Filename,Competition\nactivities/1.fit,{cell}\n");
            assert_eq!(first(table.as_bytes()).race.is_some(), is_set, "{cell}");
        }
    }

    #[test]
    fn a_table_in_an_unknown_language_is_read_by_its_paths() {
        let table = "Aktivitets-id,Navn,Fil,Type,Competition\n1,Løb,,Run,\n2,Løb,activities/1.tcx.gz,Run,1\n";
        let files = by_file(table.as_bytes());
        let (_, listed) = files.listing("activities/1.tcx").expect("the second");
        assert_eq!((listed.name.as_deref(), listed.race.is_some()), (None, true));
        for cell in ["activities/.fit", "activities/1.jpg", "media/1.fit", "activities"] {
            assert!(!is_path(cell), "{cell}");
        }
        let error = read(b"Fil,Navn\n1.fit,Berlin\n").expect_err("no column of files");
        assert!(matches!(error, IndexErrorKind::NoFilename));
    }

    #[test]
    fn every_language_has_all_headings_and_no_heading_means_two_columns() {
        for line in HEADINGS.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 5, "{line}");
            let mut spellings: Vec<_> =
                cells[1..].iter().flat_map(|cell| cell.split('|')).map(plain).collect();
            let count = spellings.len();
            spellings.sort();
            spellings.dedup();
            assert!(spellings.len() == count && !spellings.contains(&String::new()), "{line}");
        }
    }

    #[test]
    fn titles_are_cut_and_rows_without_end_are_an_error() {
        let title = "é".repeat(80_000);
        let table = format!("Filename,Activity Name,Activity Type\nactivities/1.fit,{title},{title}\n");
        let listed = first(table.as_bytes());
        assert_eq!(listed.name.map(|name| name.chars().count()), Some(200));
        assert_eq!(listed.sport, Sport::Unstated);
        let endless = format!("Filename\nactivities/1.fit,\"{}\"\n", ",\n".repeat(LONGEST_ROW / 2));
        for table in [",".repeat(LONGEST_ROW + 1), endless] {
            let error = read(table.as_bytes()).expect_err("a long row").to_string();
            assert!(error.contains("a row of more than 1048576 bytes"), "{error}");
        }
        let many = format!("Filename\n{}", "a.fit\n".repeat(MOST_LISTED + 1));
        assert!(matches!(read(many.as_bytes()), Err(IndexErrorKind::TooMany)));
    }
}
