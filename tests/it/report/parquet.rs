//! Runs tables in Parquet: the values of every other format, and valid input for the commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, SchemaRef};
use firstmile::ingest::Limits;
use firstmile::{runs_table, units};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriter;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use crate::common::archive::zip;
use crate::common::damage::Chance;
use crate::common::fixtures::{self, FIXTURES};
use crate::common::program::{firstmile_in, stderr, stdout_bytes_in, stdout_in};
use crate::common::rows::records;
use crate::common::{count_from_env, temporary_folder, write};

/// Panics at the first line that differs.
fn assert_same(printed: &str, expected: &str, what: &dyn std::fmt::Debug) {
    for (line, expected) in printed.lines().zip(expected.lines()) {
        assert_eq!(line, expected, "{what:?}");
    }
    assert_eq!(printed.len(), expected.len(), "{what:?}");
}

/// Returns a folder with `runs.parquet`, the runs table of the fixtures, written once.
fn tables() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let folder = temporary_folder();
            stdout_bytes_in(folder.path(), &["--format", "parquet", "--output", "runs.parquet", FIXTURES]);
            folder
        })
        .path()
}

/// Reads a Parquet file.
fn batches(bytes: Vec<u8>) -> (SchemaRef, Vec<RecordBatch>) {
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("Parquet");
    let schema = SchemaRef::clone(reader.schema());
    (schema, reader.build().expect("a reader").map(|batch| batch.expect("rows")).collect())
}

/// Writes a Parquet file with the metadata of the schema.
fn write_parquet(path: &Path, batches: &[RecordBatch]) {
    let file = fs::File::create(path).expect("created");
    let schema = batches[0].schema();
    let pairs = schema.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone()));
    let properties = WriterProperties::builder().set_key_value_metadata(Some(pairs.collect())).build();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("a writer");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.close().expect("closed");
}

/// A value as in the CSV; numbers are compared as numbers.
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
            let at = units::civil(us / 1_000_000);
            let (day, clock) = (at.date(), (at.hour, at.minute, at.second));
            Value::Text(format!("{day}T{:02}:{:02}:{:02}Z", clock.0, clock.1, clock.2))
        }
        other => panic!("a column of {other}"),
    }
}

#[test]
fn each_table_holds_the_values_of_its_csv() {
    for table in ["runs", "splits", "findings", "laps", "efforts"] {
        let csv = stdout_in(tables(), &["--format", "csv", "--table", table, FIXTURES]);
        let (schema, batches) =
            batches(stdout_bytes_in(tables(), &["--format", "parquet", "--table", table, FIXTURES]));
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
fn a_report_from_a_runs_table_equals_the_report_from_the_recordings() {
    for format in ["text", "csv", "json", "ndjson", "html", "md", "junit", "github"] {
        let flags = ["-v", "--format", format];
        let [of_files, of_table] = [FIXTURES, "runs.parquet"]
            .map(|input| stdout_in(tables(), &[flags.as_slice(), &[input]].concat()));
        assert_same(&of_table, &of_files, &format);
    }
    // The runs table of a runs table is the same file.
    let again = stdout_bytes_in(tables(), &["--format", "parquet", "runs.parquet"]);
    assert_eq!(again, fs::read(tables().join("runs.parquet")).expect("read"));
}

/// Returns a column without the nested columns of a name, at any depth.
fn without(column: &ArrayRef, name: &str) -> ArrayRef {
    use arrow_array::{ListArray, StructArray};
    use std::sync::Arc;
    match column.data_type() {
        DataType::Struct(fields) => {
            let column = column.as_struct();
            let kept = fields.iter().zip(column.columns()).filter(|(field, _)| field.name() != name);
            let (fields, columns): (Vec<_>, Vec<_>) = kept
                .map(|(field, child)| {
                    let child = without(child, name);
                    (field.as_ref().clone().with_data_type(child.data_type().clone()), child)
                })
                .unzip();
            Arc::new(StructArray::new(fields.into(), columns, column.nulls().cloned()))
        }
        DataType::List(element) => {
            let column = column.as_list::<i32>();
            let values = without(column.values(), name);
            let element = element.as_ref().clone().with_data_type(values.data_type().clone());
            Arc::new(ListArray::new(
                Arc::new(element),
                column.offsets().clone(),
                values,
                column.nulls().cloned(),
            ))
        }
        _ => ArrayRef::clone(column),
    }
}

#[test]
fn a_table_of_an_earlier_version_has_no_laps_and_no_efforts_and_is_read() {
    let (_, runs) = batches(fs::read(tables().join("runs.parquet")).expect("read"));
    let older = |batch: &RecordBatch, names: &[&str]| {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns()).map(|(field, column)| {
            (field.name(), names.iter().fold(ArrayRef::clone(column), |column, name| without(&column, name)))
        });
        let metadata = schema.metadata().clone();
        let batch = RecordBatch::try_from_iter(columns).expect("a batch");
        let schema = batch.schema().as_ref().clone().with_metadata(metadata);
        batch.with_schema(std::sync::Arc::new(schema)).expect("a batch")
    };
    let folder = temporary_folder();
    let write_without = |names: &[&str]| {
        let older: Vec<RecordBatch> = runs.iter().map(|batch| older(batch, names)).collect();
        write_parquet(&folder.path().join("runs.parquet"), &older);
    };
    write_without(&["laps", "efforts", "heart_bpm"]);
    let csv = |folder: &Path, table: &str| {
        stdout_in(folder, &["--format", "csv", "--table", table, "runs.parquet"])
    };
    assert_same(&csv(folder.path(), "runs"), &csv(tables(), "runs"), &"older");
    for table in ["laps", "efforts"] {
        assert_eq!(records(csv(folder.path(), table).as_bytes()).len(), 0, "{table}");
        assert!(records(csv(tables(), table).as_bytes()).len() > 100, "{table}");
    }
    // The drift of a steady run is not known from a table without it.
    write_without(&["halves_heart"]);
    let drifts = |folder: &Path| csv(folder, "findings").matches("DRIFT-02").count();
    assert_eq!(drifts(folder.path()), 0);
    assert!(drifts(tables()) > 3);
}

#[test]
fn flags_about_runner_and_runs_apply_to_a_runs_table_but_course_is_refused() {
    for flags in
        [&["--race"][..], &["--no-race"], &["--sex", "female", "--hr-max", "180"], &["--goal", "8:00/mi"]]
    {
        let [of_files, of_table] = [FIXTURES, "runs.parquet"]
            .map(|input| stdout_in(tables(), &[&["--format", "csv"], flags, &[input]].concat()));
        assert_same(&of_table, &of_files, &flags);
    }
    let refused = firstmile_in(tables(), &["--course", "marathon", "runs.parquet"]);
    assert_eq!(refused.status.code(), Some(2));
    let why = stderr(&refused);
    assert!(why.contains("--course is for recordings"), "{why}");
}

/// Writes the made-up club into a new folder, and in `tables` a runs table for each athlete.
fn club_with_tables() -> tempfile::TempDir {
    let folder = fixtures::club_folder();
    for athlete in fs::read_dir(folder.path().join("roster")).expect("athletes") {
        let name = athlete.expect("an athlete").file_name().into_string().expect("a name");
        let (place, input) = (PathBuf::from(format!("tables/athlete={name}")), format!("roster/{name}"));
        fs::create_dir_all(folder.path().join(&place)).expect("made");
        let output = place.join("part-0.parquet");
        stdout_bytes_in(
            folder.path(),
            &["--format", "parquet", "--output", output.to_str().expect("UTF-8"), &input],
        );
    }
    folder
}

#[test]
fn history_and_roster_from_tables_equal_those_from_the_recordings() {
    let club = club_with_tables();
    for format in ["text", "csv", "json"] {
        let history = |input: &str| stdout_in(club.path(), &["history", "--format", format, input]);
        assert_same(&history("tables/athlete=ada"), &history("roster/ada"), &format);
        let roster = |input: &str| stdout_in(club.path(), &["roster", "--format", format, input]);
        assert_same(&roster("tables"), &roster("roster"), &format);
    }
    assert!(stdout_in(club.path(), &["history", "tables/athlete=ada"]).contains("PAY-01"));
}

/// Returns the file names of the rows of a CSV that have a status.
fn of_status(csv: &str, status: &str) -> Vec<String> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    records(csv.as_bytes())
        .iter()
        .filter(|record| &record[4] == status)
        .map(|record| name(&record[0]))
        .collect()
}

#[test]
fn a_recording_counts_before_its_row_in_a_runs_table() {
    let beside = [FIXTURES, "runs.parquet", "runs.parquet"];
    let of_both = stdout_in(tables(), &[&["--format", "csv"][..], &beside].concat());
    assert_same(&of_both, &stdout_in(tables(), &["--format", "csv", FIXTURES]), &"both");
}

/// Overwrites a file with zeros, and gives it a time of change.
fn blank(file: &Path, changed: SystemTime) {
    let length = fs::metadata(file).expect("a file").len();
    fs::write(file, vec![0; usize::try_from(length).expect("short")]).expect("written");
    fs::File::options().write(true).open(file).expect("opened").set_modified(changed).expect("set");
}

/// Returns the rows of a batch, without its header.
fn rows_of(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let csv = stdout_in(folder, &[&["--format", "csv"], arguments].concat());
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn files_are_not_read_again_while_all_are_as_a_table_knows_them() {
    let folder = temporary_folder();
    let folder = folder.path();
    write(folder, "races/even.fit", fixtures::even());
    let members = [("a.fit", fixtures::positive()), ("notes.txt", b"none".to_vec())];
    write(folder, "races/export.zip", zip(&members));
    write(folder, "races/broken.gpx", "<gpx><trk>");
    write(folder, "races/readme.txt", "no activity");
    let text = |arguments: &[&str]| stdout_in(folder, arguments);
    let whole = [text(&["races"]), text(&["history", "races"])];
    text(&["--format", "parquet", "--output", "runs.parquet", "races"]);
    // Nobody could read these, so who tells of them has not tried.
    let names = ["even.fit", "export.zip", "broken.gpx", "readme.txt"];
    let changed = names.map(|name| {
        let file = folder.join("races").join(name);
        let changed = fs::metadata(&file).expect("a file").modified().expect("a time");
        blank(&file, changed);
        changed
    });
    let both = ["runs.parquet", "races"];
    assert_same(&text(&both), &whole[0], &"unchanged");
    assert_same(&text(&["history", "runs.parquet", "races"]), &whole[1], &"unchanged");
    let is_read = |arguments: &[&str]| {
        rows_of(folder, arguments).iter().any(|row| row.contains("even.fit,,1,,unreadable"))
    };
    // Days, and what is stated of the runs, are asked of the table.
    assert!(!is_read(&["--since", "2000", "--race", "runs.parquet", "races"]));
    for other in [["--reader", "library"], ["--exclude", "*.txt"]] {
        assert!(is_read(&[&other[..], &both].concat()), "{other:?}");
    }
    // A table of the table stands for the files too, and one that lacks a row does not.
    text(&["--format", "parquet", "--output", "again.parquet", "runs.parquet", "races"]);
    assert!(!is_read(&["again.parquet", "races"]));
    assert!(is_read(&["runs.parquet", "again.parquet", "races"]));
    let (schema, rows) = batches(fs::read(folder.join("runs.parquet")).expect("a table"));
    assert!(schema.metadata().contains_key(runs_table::FILES_KEY), "{schema:?}");
    let whole = rows[0].clone().with_schema(schema).expect("the same columns");
    write_parquet(&folder.join("whole.parquet"), std::slice::from_ref(&whole));
    write_parquet(&folder.join("cut.parquet"), &[whole.slice(2, whole.num_rows() - 2)]);
    assert!(!is_read(&["whole.parquet", "races"]));
    assert!(is_read(&["cut.parquet", "races"]));
    // A profile that was not there, a new file, one that is gone, a later time of change.
    for (name, content) in [("firstmile.toml", "sex = \"female\"\n"), ("new.txt", "no activity")] {
        write(folder, &format!("races/{name}"), content);
        assert!(is_read(&both), "{name}");
        fs::remove_file(folder.join("races").join(name)).expect("removed");
        assert!(!is_read(&both), "{name}");
    }
    fs::rename(folder.join("races/readme.txt"), folder.join("readme.txt")).expect("moved");
    assert!(is_read(&both));
    fs::rename(folder.join("readme.txt"), folder.join("races/readme.txt")).expect("moved");
    assert!(!is_read(&both));
    blank(&folder.join("races/even.fit"), changed[0] + Duration::from_secs(1));
    assert!(is_read(&both));
}

#[test]
fn duplicates_are_found_across_runs_tables() {
    let folder = temporary_folder();
    for (table, file) in [
        ("a.parquet", "awkward/2017-09-24_mill-town-10k_twin.fit"),
        ("b.parquet", "awkward/2017-09-24_mill-town-10k_twin_re-export.gpx"),
        // Two friends side by side, told apart by their positions.
        ("c.parquet", "awkward/2023-04-02_talsee-half-marathon_two-friends-a.fit"),
        ("d.parquet", "awkward/2023-04-02_talsee-half-marathon_two-friends-b.fit"),
    ] {
        let input = format!("{FIXTURES}/{file}");
        stdout_bytes_in(folder.path(), &["--format", "parquet", "--output", table, &input]);
    }
    let csv = stdout_in(folder.path(), &["--format", "csv", "."]);
    assert_eq!(of_status(&csv, "duplicate"), ["2017-09-24_mill-town-10k_twin_re-export.gpx"]);
    // A duplicate of an earlier batch is scored where its original is missing.
    let (_, runs) = batches(fs::read(tables().join("runs.parquet")).expect("read"));
    let all = &runs[0];
    let status = all.column_by_name("status").expect("a status").as_string::<i32>();
    let rows: Vec<usize> = (0..all.num_rows()).filter(|row| status.value(*row) == "duplicate").collect();
    assert!(!rows.is_empty());
    let alone: Vec<RecordBatch> = rows.iter().map(|row| all.slice(*row, 1)).collect();
    write_parquet(&folder.path().join("alone.parquet"), &alone);
    let csv = stdout_in(folder.path(), &["--format", "csv", "alone.parquet"]);
    assert_eq!(of_status(&csv, "scored").len(), rows.len(), "{csv}");
}

#[test]
fn a_foreign_or_damaged_table_is_a_row_that_says_why() {
    let folder = temporary_folder();
    let whole = fs::read(tables().join("runs.parquet")).expect("read");
    let (_, runs) = batches(whole.clone());
    let narrow = runs[0].project(&[0, 1, 2, 3, 4]).expect("columns");
    write_parquet(&folder.path().join("narrow.parquet"), &[narrow]);
    fs::write(folder.path().join("cut.parquet"), &whole[..whole.len() / 2]).expect("written");
    let csv = stdout_in(folder.path(), &["--format", "csv", "."]);
    assert!(csv.contains("cut.parquet,,1,,unreadable,damaged,"), "{csv}");
    assert!(csv.contains("narrow.parquet,,1,,unreadable,not-an-activity,"), "{csv}");
    assert!(csv.contains("no column \"\"reason\"\""), "{csv}");
    let few = stdout_in(tables(), &["--format", "csv", "--max-members", "10", "runs.parquet"]);
    assert!(few.contains(",unreadable,limit,") && few.contains("(--max-members)"), "{few}");
}

#[test]
fn no_column_holds_a_coordinate() {
    let fixture = "awkward/2017-09-24_mill-town-10k_twin_re-export.gpx";
    let recorded = String::from_utf8(fixtures::read(fixture)).expect("text");
    let degrees: Vec<f64> = recorded
        .split("lat=\"")
        .skip(1)
        .chain(recorded.split("lon=\"").skip(1))
        .map(|rest| rest.split('"').next().expect("a value").parse().expect("degrees"))
        .collect();
    assert!(degrees.len() > 100);
    let (_, runs) =
        batches(stdout_bytes_in(tables(), &["--format", "parquet", &format!("{FIXTURES}/{fixture}")]));
    let mut numbers = Vec::new();
    for batch in &runs {
        batch.columns().iter().for_each(|column| leaves(column, &mut numbers));
    }
    assert!(numbers.len() > 100);
    let near = |number: &&f64| degrees.iter().any(|degree| (*number - degree).abs() < 1e-7);
    let met: Vec<&f64> = numbers.iter().filter(near).collect();
    assert!(met.is_empty(), "{met:?}");
}

/// Collects every double in a column, at any depth.
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
    let whole = fs::read(tables().join("runs.parquet")).expect("read");
    let limits = Limits::default();
    let rounds = count_from_env("FIRSTMILE_MUTATIONS", 200);
    let mut chance = Chance::new(1);
    let mut random = |below| chance.below(below);
    let (mut read, mut refused) = (0, 0);
    for round in 0..rounds {
        let mut bytes = whole.clone();
        // The footer describes all the rest, so half of the damage is done there.
        let from = if round % 2 == 0 { 0 } else { bytes.len() - bytes.len() / 8 };
        for _ in 0..=random(3) {
            let at = from + random(bytes.len() - from);
            bytes[at] ^= 1 << random(8);
        }
        match runs_table::read(bytes, &limits) {
            Ok(_) => read += 1,
            Err(_) => refused += 1,
        }
    }
    println!("{rounds} damaged tables: {read} read, {refused} refused");
    assert_eq!(read + refused, rounds);
}

/// Returns a table of the fixtures' first row, repeated; the text column of that name has another
/// text.
fn repeated(rows: usize, column: &str, text: &str) -> Vec<u8> {
    let (schema, batches) = batches(fs::read(tables().join("runs.parquet")).expect("read"));
    let (at, _) = schema.column_with_name(column).expect("a column");
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, SchemaRef::clone(&schema), None).expect("a writer");
    for _ in 0..rows {
        let mut columns = batches[0].slice(0, 1).columns().to_vec();
        columns[at] = std::sync::Arc::new(arrow_array::StringArray::from(vec![text]));
        let row = RecordBatch::try_new(SchemaRef::clone(&schema), columns).expect("a row");
        writer.write(&row).expect("written");
    }
    writer.close().expect("closed");
    bytes
}

#[test]
fn a_table_is_measured_by_what_it_unpacks_to() {
    let mut limits = Limits::default();
    limits.bytes = 4 << 20;
    let why = |bytes, limits: &Limits| match runs_table::read(bytes, limits) {
        Ok(table) => format!("{} rows", table.entries.len()),
        Err(error) => error.to_string(),
    };
    assert_eq!(why(repeated(300, "detail", "even"), &limits), "300 rows");
    // One text in the dictionary, and a number for each row.
    for column in ["duplicate_of", "path", "member"] {
        let long = repeated(300, column, &"x".repeat(20_000));
        assert!(long.len() < 300_000, "{}", long.len());
        let why = why(long, &limits);
        assert!(
            why.contains("more than 4194304 bytes with the texts of its rows (--max-bytes)"),
            "{column}: {why}"
        );
    }
    let longer = repeated(3, "detail", &"x".repeat(200_000));
    assert!(why(longer, &limits).contains("more than 4194304 bytes unpacked (--max-bytes)"));
    limits.members = 299;
    assert!(why(repeated(300, "detail", "even"), &limits).contains("a table of 300 rows (--max-members)"));
    let mut footer = fs::read(tables().join("runs.parquet")).expect("read");
    let length_at = footer.len() - 8;
    footer[length_at..length_at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(why(footer, &limits).contains("a footer of more than 4194304 bytes"));
}
