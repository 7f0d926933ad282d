//! Parquet: the same values as every other format, and commands that go by tables as by the recordings.
#![cfg(feature = "parquet")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use firstmile_fixtures::club;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriter;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_firstmile"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

/// What a command writes; it may only fail by what it finds.
fn told(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn text(folder: &Path, arguments: &[&str]) -> String {
    String::from_utf8(told(folder, arguments)).expect("UTF-8")
}

/// Panics at the first line that differs.
fn assert_same(told: &str, expected: &str, what: &dyn std::fmt::Debug) {
    for (line, expected) in told.lines().zip(expected.lines()) {
        assert_eq!(line, expected, "{what:?}");
    }
    assert_eq!(told.len(), expected.len(), "{what:?}");
}

/// A folder with the runs table of the fixtures in it, written once.
fn tables() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a folder");
            told(folder.path(), &["--format", "parquet", "--output", "runs.parquet", FIXTURES]);
            folder
        })
        .path()
}

fn batches(bytes: Vec<u8>) -> (SchemaRef, Vec<RecordBatch>) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("Parquet");
    let schema = SchemaRef::clone(reader.schema());
    (schema, reader.build().expect("a reader").map(|batch| batch.expect("rows")).collect())
}

fn write(path: &Path, batches: &[RecordBatch]) {
    let file = std::fs::File::create(path).expect("created");
    let mut writer = ArrowWriter::try_new(file, batches[0].schema(), None).expect("a writer");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.close().expect("closed");
}

/// A value as the CSV has it, where numbers are compared as numbers.
#[derive(Debug, PartialEq)]
enum Value {
    Nothing,
    Text(String),
    Number(f64),
}

fn value(column: &ArrayRef, row: usize) -> Value {
    if column.is_null(row) {
        return Value::Nothing;
    }
    match column.data_type() {
        DataType::Utf8 => Value::Text(column.as_string::<i32>().value(row).to_owned()),
        DataType::Float64 => Value::Number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Int64 => Value::Number(column.as_primitive::<Int64Type>().value(row) as f64),
        DataType::Timestamp(..) => {
            let us = column.as_primitive::<TimestampMicrosecondType>().value(row);
            assert_eq!(us % 1_000_000, 0);
            let at = firstmile::units::civil(us / 1_000_000);
            let (day, clock) = (at.date(), (at.hour, at.minute, at.second));
            Value::Text(format!("{day}T{:02}:{:02}:{:02}Z", clock.0, clock.1, clock.2))
        }
        other => panic!("a column of {other}"),
    }
}

#[test]
fn each_table_has_the_values_of_its_csv() {
    for table in ["runs", "splits", "findings"] {
        let csv = text(tables(), &["--format", "csv", "--table", table, FIXTURES]);
        let (schema, batches) = batches(told(tables(), &["--format", "parquet", "--table", table, FIXTURES]));
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let names: Vec<String> = csv.headers().expect("a header").iter().map(str::to_owned).collect();
        let columns: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(columns[..names.len()], names, "{table}");
        let mut records = csv.records();
        let mut compared = 0;
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let record = records.next().expect("a row").expect("a record");
                for (at, field) in record.iter().enumerate() {
                    let value = value(batch.column(at), row);
                    let same = match &value {
                        Value::Nothing => field.is_empty(),
                        Value::Text(text) => field.strip_prefix('\'').unwrap_or(field) == text,
                        Value::Number(number) => field.parse() == Ok(*number),
                    };
                    assert!(same, "{table}.{}: {value:?}, {field}", names[at]);
                    compared += 1;
                }
            }
        }
        assert!(records.next().is_none() && compared > 1000, "{table}: {compared}");
    }
}

#[test]
fn a_report_of_the_table_is_the_report_of_the_recordings() {
    for format in ["text", "csv", "json", "ndjson", "html", "md", "junit", "github"] {
        let flags = ["-v", "--format", format];
        let [of_files, of_table] =
            [FIXTURES, "runs.parquet"].map(|input| text(tables(), &[flags.as_slice(), &[input]].concat()));
        assert_same(&of_table, &of_files, &format);
    }
    // And so is the table of the table.
    let again = told(tables(), &["--format", "parquet", "runs.parquet"]);
    assert_eq!(again, std::fs::read(tables().join("runs.parquet")).expect("read"));
}

#[test]
fn flags_about_runner_and_runs_are_obeyed_but_for_the_course() {
    for flags in
        [&["--race"][..], &["--no-race"], &["--sex", "female", "--hr-max", "180"], &["--goal", "8:00/mi"]]
    {
        let [of_files, of_table] = [FIXTURES, "runs.parquet"]
            .map(|input| text(tables(), &[&["--format", "csv"], flags, &[input]].concat()));
        assert_same(&of_table, &of_files, &flags);
    }
    let refused = run(tables(), &["--course", "marathon", "runs.parquet"]);
    assert_eq!(refused.status.code(), Some(2));
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(why.contains("--course is for recordings"), "{why}");
}

/// The generator's made-up club, and in `tables` a table for each athlete.
fn club_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for file in club::all() {
        let path = folder.path().join(file.path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, file.bytes).expect("written");
    }
    for athlete in std::fs::read_dir(folder.path().join("roster")).expect("athletes") {
        let name = athlete.expect("an athlete").file_name().into_string().expect("a name");
        let (place, input) = (PathBuf::from(format!("tables/athlete={name}")), format!("roster/{name}"));
        std::fs::create_dir_all(folder.path().join(&place)).expect("made");
        let output = place.join("part-0.parquet");
        told(folder.path(), &["--format", "parquet", "--output", output.to_str().expect("UTF-8"), &input]);
    }
    folder
}

#[test]
fn years_and_roster_of_tables_are_those_of_the_recordings() {
    let club = club_folder();
    for format in ["text", "csv", "json"] {
        let history = |input: &str| text(club.path(), &["history", "--format", format, input]);
        assert_same(&history("tables/athlete=ada"), &history("roster/ada"), &format);
        let roster = |input: &str| text(club.path(), &["roster", "--format", format, input]);
        assert_same(&roster("tables"), &roster("roster"), &format);
    }
    assert!(text(club.path(), &["history", "tables/athlete=ada"]).contains("PAY-01"));
}

/// Which rows of a CSV are of a status, by the names of their files.
fn of_status(csv: &str, status: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let records = reader.records().map(|record| record.expect("a record"));
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    records.filter(|record| &record[4] == status).map(|record| name(&record[0])).collect()
}

#[test]
fn what_is_read_itself_counts_before_a_table_of_it() {
    let beside = [FIXTURES, "runs.parquet", "runs.parquet"];
    let of_both = text(tables(), &[&["--format", "csv"][..], &beside].concat());
    assert_same(&of_both, &text(tables(), &["--format", "csv", FIXTURES]), &"both");
}

#[test]
fn one_run_in_two_tables_is_told_by_its_times() {
    let folder = tempfile::tempdir().expect("a folder");
    for (table, file) in [
        ("a.parquet", "awkward/2017-09-24_mill-town-10k_twin.fit"),
        ("b.parquet", "awkward/2017-09-24_mill-town-10k_twin_re-export.gpx"),
        // Two friends side by side, whose places tell them apart.
        ("c.parquet", "awkward/2023-04-02_talsee-half-marathon_two-friends-a.fit"),
        ("d.parquet", "awkward/2023-04-02_talsee-half-marathon_two-friends-b.fit"),
    ] {
        let input = format!("{FIXTURES}/{file}");
        told(folder.path(), &["--format", "parquet", "--output", table, &input]);
    }
    let csv = text(folder.path(), &["--format", "csv", "."]);
    assert_eq!(of_status(&csv, "duplicate"), ["2017-09-24_mill-town-10k_twin_re-export.gpx"]);
    // A duplicate of an earlier batch stays one where its original is there, and is a run of its own where it is not.
    let (_, runs) = batches(std::fs::read(tables().join("runs.parquet")).expect("read"));
    let all = &runs[0];
    let status = all.column_by_name("status").expect("a status").as_string::<i32>();
    let rows: Vec<usize> = (0..all.num_rows()).filter(|row| status.value(*row) == "duplicate").collect();
    assert!(!rows.is_empty());
    let alone: Vec<RecordBatch> = rows.iter().map(|row| all.slice(*row, 1)).collect();
    write(&folder.path().join("alone.parquet"), &alone);
    let csv = text(folder.path(), &["--format", "csv", "alone.parquet"]);
    assert_eq!(of_status(&csv, "scored").len(), rows.len(), "{csv}");
}

#[test]
fn a_table_that_is_none_of_ours_or_damaged_is_a_row_that_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = std::fs::read(tables().join("runs.parquet")).expect("read");
    let (_, runs) = batches(whole.clone());
    let narrow = runs[0].project(&[0, 1, 2, 3, 4]).expect("columns");
    write(&folder.path().join("narrow.parquet"), &[narrow]);
    std::fs::write(folder.path().join("cut.parquet"), &whole[..whole.len() / 2]).expect("written");
    let csv = text(folder.path(), &["--format", "csv", "."]);
    assert!(csv.contains("cut.parquet,,1,,unreadable,damaged,"), "{csv}");
    assert!(csv.contains("narrow.parquet,,1,,unreadable,not-an-activity,"), "{csv}");
    assert!(csv.contains("no column \"\"reason\"\""), "{csv}");
    let few = text(tables(), &["--format", "csv", "--max-members", "10", "runs.parquet"]);
    assert!(few.contains(",unreadable,limit,") && few.contains("(--max-members)"), "{few}");
}

#[test]
fn no_column_holds_a_place() {
    let fixture = "awkward/2017-09-24_mill-town-10k_twin_re-export.gpx";
    let recorded = std::fs::read_to_string(format!("{FIXTURES}/{fixture}")).expect("a fixture");
    let degrees: Vec<f64> = recorded
        .split("lat=\"")
        .skip(1)
        .chain(recorded.split("lon=\"").skip(1))
        .map(|rest| rest.split('"').next().expect("a value").parse().expect("degrees"))
        .collect();
    assert!(degrees.len() > 100);
    let (_, runs) = batches(told(tables(), &["--format", "parquet", &format!("{FIXTURES}/{fixture}")]));
    let mut numbers = Vec::new();
    for batch in &runs {
        batch.columns().iter().for_each(|column| leaves(column, &mut numbers));
    }
    assert!(numbers.len() > 100);
    let near = |number: &&f64| degrees.iter().any(|degree| (*number - degree).abs() < 1e-7);
    let met: Vec<&f64> = numbers.iter().filter(near).collect();
    assert!(met.is_empty(), "{met:?}");
}

/// Every double under a column, however deep.
fn leaves(column: &ArrayRef, numbers: &mut Vec<f64>) {
    match column.data_type() {
        DataType::Struct(_) => column.as_struct().columns().iter().for_each(|field| leaves(field, numbers)),
        DataType::List(_) => leaves(column.as_list::<i32>().values(), numbers),
        DataType::Float64 => numbers.extend(column.as_primitive::<Float64Type>().iter().flatten()),
        _ => {}
    }
}

#[test]
fn a_damaged_table_is_read_or_refused() {
    let whole = std::fs::read(tables().join("runs.parquet")).expect("read");
    let limits = firstmile::ingest::limits::Limits::default();
    let rounds: u64 = std::env::var("FIRSTMILE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let (mut read, mut refused) = (0, 0);
    for round in 0..rounds {
        let mut bytes = whole.clone();
        // The footer says how everything is to be read, so that half of the damage is done there.
        let from = if round % 2 == 0 { 0 } else { bytes.len() - bytes.len() / 8 };
        for _ in 0..=random(3) {
            let at = from + random(bytes.len() - from);
            bytes[at] ^= 1 << random(8);
        }
        match firstmile::runs_table::read(bytes, &limits) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    println!("{rounds} damaged tables: {read} read, {refused} refused");
    assert_eq!(read + refused, rounds);
}
