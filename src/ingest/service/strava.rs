//! Reads `activities.csv` of a Strava export: one row for each activity, and in one column its
//! file.
//!
//! The file has that name in every language, but its headings are in the language of the account.
//! `strava_headings.csv` has them, one language a line, with `|` between spellings; about ninety
//! other columns are not used. Where no heading of the files is known, their column is the one
//! with paths such as `activities/1.fit.gz`. A table that a spreadsheet program saved again may
//! have another separator and another encoding.

use std::borrow::Cow;
use std::collections::HashMap;

use csv::StringRecord;
use encoding_rs::{BIG5, GB18030, SHIFT_JIS};

use super::{ActivityListing, IndexErrorKind};
use crate::activity::Sport;
use crate::ingest::xml::encoding;

/// The headings, one language a line.
const HEADINGS: &str = include_str!("strava_headings.csv");
/// Strava's cells for "yes", and what spreadsheet programs make of `true` in the table's languages.
const TRUE: [&str; 7] = ["true", "wahr", "vrai", "verdadero", "vero", "waar", "verdadeiro"];

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
        let headings: Vec<String> = headings.iter().map(plain).collect();
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

/// Reads the index.
///
/// # Errors
///
/// Fails if there is no column of files, or if a row is not CSV.
pub(super) fn read(bytes: &[u8]) -> Result<ByFile, IndexErrorKind> {
    let text = text(bytes);
    let mut rows = rows(&text);
    let columns = Columns::find(rows.headers()?);
    let file = match columns.file {
        Some(file) => file,
        None => column_of_paths(&text)?.ok_or(IndexErrorKind::NoFilename)?,
    };
    let mut files = HashMap::new();
    for row in rows.records() {
        let row = row?;
        let cell = |at: Option<usize>| row.get(at?).map(str::trim).filter(|cell| !cell.is_empty());
        // An activity that was entered by hand has no file.
        let Some(path) = cell(Some(file)) else { continue };
        let listed = ActivityListing {
            name: cell(columns.name).map(str::to_owned),
            sport: cell(columns.sport).map_or(Sport::Unstated, Sport::from_word),
            race: cell(columns.race)
                .is_some_and(is_true)
                .then(|| "Strava's table says Competition".to_owned()),
        };
        files.insert(without_gz(path).to_owned(), listed);
    }
    Ok(ByFile(files))
}

/// Decodes the table.
///
/// Spreadsheet programs save CSV in the encoding of the country, which nothing in the file names.
/// So it is Japanese or Chinese if the headings are then known.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    let is_known =
        |text: &Cow<str>| rows(text).headers().is_ok_and(|found| Columns::find(found).file.is_some());
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

/// Returns the rows of a table, with the separator that its first line has most of.
fn rows(text: &str) -> csv::Reader<&[u8]> {
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| memchr::memchr_iter(*separator, first.as_bytes()).count();
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// Returns the first column with a path of an activity's file.
fn column_of_paths(text: &str) -> Result<Option<usize>, IndexErrorKind> {
    for row in rows(text).records() {
        if let Some(column) = row?.iter().position(is_path) {
            return Ok(Some(column));
        }
    }
    Ok(None)
}

/// Returns whether a cell is a path such as `activities/1.fit.gz`.
fn is_path(cell: &str) -> bool {
    let path = without_gz(cell.trim());
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

    /// Returns the listing of `activities/1.fit` in a table.
    fn first(table: &[u8]) -> ActivityListing {
        read(table).expect("an index").listing("activities/1.fit").expect("the first").clone()
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
        let files = read(index.as_bytes()).expect("an index");
        let ride = files.listing("activities/2.gpx").expect("the second");
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
        let files = read(table.as_bytes()).expect("an index");
        let listed = files.listing("activities/1.tcx").expect("the second");
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
}
