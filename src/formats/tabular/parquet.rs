//! Parquet, and the Arrow tables within it, for engines over millions of runs.
//!
//! Columns have the names of CSV and JSON and the same values: numbers are doubles with the same decimals, counts are
//! 64-bit integers, `start_time` is a timestamp in microseconds of UTC, all else is UTF-8; what is absent is null. The runs
//! table has the columns of [`kept`] at its end, so that later commands can go by the table. `docs/scale.md` lists all.

use std::io;
use std::io::Write;
use std::sync::Arc;

use arrow_array::types::{Float64Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{ArrayRef, PrimitiveArray, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::columns::{Cell, Holds};
use crate::formats::Table;
use crate::report::{Report, Row};
use crate::runs_table;
use crate::runs_table::{SCHEMA, SCHEMA_KEY, SKIPPED_KEY};

/// Rows that become columns at a time.
const CHUNK: usize = 1024;
/// Rows of a row group: some 60 MB of runs with all that is kept of them.
const GROUP: usize = 8 * CHUNK;

/// Writes a table.
///
/// # Errors
///
/// What the writer says.
pub(in crate::formats) fn write(report: &Report, table: Table, out: &mut dyn Write) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP))
        .set_created_by(format!("firstmile {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata((table == Table::Runs).then(|| {
            vec![
                KeyValue::new(SCHEMA_KEY.to_owned(), SCHEMA.to_owned()),
                KeyValue::new(SKIPPED_KEY.to_owned(), report.summary.skipped.to_string()),
            ]
        }))
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer =
        ArrowWriter::try_new_with_options(Vec::new(), schema(table), options).map_err(io::Error::other)?;
    for batch in batches(report, table) {
        let batch = batch.map_err(io::Error::other)?;
        writer.write(&batch).map_err(io::Error::other)?;
    }
    let bytes = writer.into_inner().map_err(io::Error::other)?;
    out.write_all(&bytes)
}

/// A table's columns.
pub(crate) fn schema(table: Table) -> SchemaRef {
    let mut fields: Vec<Field> =
        table.columns().into_iter().map(|(name, holds)| Field::new(name, data_type(holds), true)).collect();
    if table == Table::Runs {
        fields.extend(runs_table::fields());
    }
    Arc::new(Schema::new(fields))
}

/// A table in pieces of some rows, made as they are asked for.
///
/// # Errors
///
/// None that is known: columns are made by the schema.
pub(crate) fn batches(
    report: &Report,
    table: Table,
) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + '_ {
    let schema = schema(table);
    let batch = batch_name(report);
    let mut rows = table.rows(report);
    let mut kept_rows = report.rows.chunks(CHUNK);
    std::iter::from_fn(move || {
        let chunk: Vec<Vec<Cell>> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return None;
        }
        let mut columns = columns(&table.columns(), &chunk);
        if table == Table::Runs {
            let rows: Vec<runs_table::TableRow> = kept_rows.next()?.iter().map(keep).collect();
            columns.extend(runs_table::columns(&rows, batch.as_ref()));
        }
        Some(RecordBatch::try_new(Arc::clone(&schema), columns))
    })
}

/// What is kept of a row.
fn keep(row: &Row) -> runs_table::TableRow<'_> {
    runs_table::TableRow {
        identity: row.identity.as_ref(),
        said: &row.said,
        measured: row.scores.as_ref().map(|scores| scores.measured.as_ref()),
    }
}

/// The name of the batch, if it was asked which of its rows are one run.
fn batch_name(report: &Report) -> Option<String> {
    let start = |row: &Row| row.identity.as_ref().and_then(|identity| identity.start_s);
    report
        .settled
        .then(|| runs_table::batch_name(report.rows.iter().map(|row| (row.address.as_str(), start(row)))))
}

fn data_type(holds: Holds) -> DataType {
    match holds {
        Holds::Text => DataType::Utf8,
        Holds::Count => DataType::Int64,
        Holds::Number => DataType::Float64,
        Holds::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

/// The columns of some rows' cells.
fn columns(of: &[(&str, Holds)], rows: &[Vec<Cell>]) -> Vec<ArrayRef> {
    of.iter()
        .enumerate()
        .map(|(at, (_, holds))| {
            let cells = rows.iter().map(|cells| &cells[at]);
            match holds {
                Holds::Text => Arc::new(cells.map(text).collect::<StringArray>()) as ArrayRef,
                Holds::Count => Arc::new(cells.map(count).collect::<PrimitiveArray<Int64Type>>()),
                Holds::Number => Arc::new(cells.map(number).collect::<PrimitiveArray<Float64Type>>()),
                Holds::Time => {
                    let moments: PrimitiveArray<TimestampMicrosecondType> = cells.map(time_us).collect();
                    Arc::new(moments.with_timezone("UTC"))
                }
            }
        })
        .collect()
}

fn text(cell: &Cell) -> Option<&str> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

fn count(cell: &Cell) -> Option<i64> {
    if let Cell::Count(count) = cell { i64::try_from(*count).ok() } else { None }
}

fn number(cell: &Cell) -> Option<f64> {
    if let Cell::Number(digits) = cell { digits.parse().ok() } else { None }
}

fn time_us(cell: &Cell) -> Option<i64> {
    if let Cell::Time(unix_s) = cell { unix_s.checked_mul(1_000_000) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tabular::columns::COLUMNS;

    #[test]
    fn a_cell_is_of_the_type_that_its_column_says() {
        // Formats without types go by the cells, this one by the columns; neither must know better.
        assert_eq!(COLUMNS.len() + 4, schema(Table::Runs).fields().len());
        assert_eq!(number(&Cell::Number("-0.500".into())), Some(-0.5));
        assert_eq!(time_us(&Cell::Time(-1)), Some(-1_000_000));
        assert_eq!(text(&Cell::Empty), None);
    }
}
