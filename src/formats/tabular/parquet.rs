//! Parquet, and the Arrow record batches in it, for engines that process millions of runs.
//!
//! The columns have the names and values of CSV. Numbers are doubles with the same decimals, counts
//! are 64-bit integers, `start_time` is a timestamp in microseconds (UTC), and all other columns
//! are UTF-8. Absent values are null. The runs table also has the nested columns of [`runs_table`],
//! from which later commands can continue without the recordings. `docs/scale.md` lists all
//! columns.

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

use super::columns::{Cell, CellType};
use crate::formats::Table;
use crate::report::{Report, Row};
use crate::runs_table;
use crate::runs_table::{FILES_KEY, SCHEMA, SCHEMA_KEY, SKIPPED_KEY};

/// The number of rows in a record batch.
const BATCH_ROWS: usize = 1024;
/// The number of rows in a row group: about 60 MB of runs with their nested columns.
const GROUP_ROWS: usize = 8 * BATCH_ROWS;

/// Writes a table as a Parquet file.
///
/// # Errors
///
/// If writing fails.
pub(in crate::formats) fn write(report: &Report, table: Table, out: &mut dyn Write) -> io::Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_created_by(format!("firstmile {}", env!("CARGO_PKG_VERSION")))
        .set_key_value_metadata((table == Table::Runs).then(|| {
            let mut pairs = vec![
                KeyValue::new(SCHEMA_KEY.to_owned(), SCHEMA.to_owned()),
                KeyValue::new(SKIPPED_KEY.to_owned(), report.summary.skipped.to_string()),
            ];
            pairs.extend(report.files.clone().map(|files| KeyValue::new(FILES_KEY.to_owned(), files)));
            pairs
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

/// Returns a table's Arrow schema.
pub fn schema(table: Table) -> SchemaRef {
    let mut fields: Vec<Field> = table
        .columns()
        .into_iter()
        .map(|(name, cell_type)| Field::new(name, data_type(cell_type), true))
        .collect();
    if table == Table::Runs {
        fields.extend(runs_table::fields());
    }
    Arc::new(Schema::new(fields))
}

/// Returns a table as record batches, each made when it is requested.
///
/// # Errors
///
/// An item is an error if Arrow rejects a batch. No such case is known, because columns are made
/// from the schema.
pub fn batches(report: &Report, table: Table) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> + '_ {
    let schema = schema(table);
    let batch = batch_name(report);
    let mut rows = table.rows(report);
    let mut report_rows = report.rows.chunks(BATCH_ROWS);
    std::iter::from_fn(move || {
        let chunk: Vec<Vec<Cell>> = rows.by_ref().take(BATCH_ROWS).collect();
        if chunk.is_empty() {
            return None;
        }
        let mut columns = columns(&table.columns(), &chunk);
        if table == Table::Runs {
            let rows: Vec<runs_table::TableRow> = report_rows.next()?.iter().map(table_row).collect();
            columns.extend(runs_table::columns(&rows, batch.as_ref()));
        }
        Some(RecordBatch::try_new(Arc::clone(&schema), columns))
    })
}

/// Returns the values for a row's nested columns.
fn table_row(row: &Row) -> runs_table::TableRow<'_> {
    runs_table::TableRow {
        marks: row.scores.as_ref().map(|scores| &scores.marks[..]),
        identity: row.identity.as_ref(),
        stated: &row.stated,
        measured: row.scores.as_ref().map(|scores| scores.measured.as_ref()),
    }
}

/// Returns the batch's name; `None` if duplicate detection has not run.
fn batch_name(report: &Report) -> Option<String> {
    let start = |row: &Row| row.identity.as_ref().and_then(|identity| identity.start_s);
    report
        .twins_settled
        .then(|| runs_table::batch_name(report.rows.iter().map(|row| (row.address(), start(row)))))
}

/// Returns the Arrow type of a column.
fn data_type(cell_type: CellType) -> DataType {
    match cell_type {
        CellType::Text => DataType::Utf8,
        CellType::Count => DataType::Int64,
        CellType::Number => DataType::Float64,
        CellType::Time => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

/// Returns the arrays of some rows' cells, one for each column.
fn columns(specs: &[(&str, CellType)], rows: &[Vec<Cell>]) -> Vec<ArrayRef> {
    specs
        .iter()
        .enumerate()
        .map(|(at, (_, cell_type))| {
            let cells = rows.iter().map(|cells| &cells[at]);
            match cell_type {
                CellType::Text => Arc::new(cells.map(text).collect::<StringArray>()) as ArrayRef,
                CellType::Count => Arc::new(cells.map(count).collect::<PrimitiveArray<Int64Type>>()),
                CellType::Number => Arc::new(cells.map(number).collect::<PrimitiveArray<Float64Type>>()),
                CellType::Time => {
                    let moments: PrimitiveArray<TimestampMicrosecondType> = cells.map(time_us).collect();
                    Arc::new(moments.with_timezone("UTC"))
                }
            }
        })
        .collect()
}

/// Returns the text of a cell; `None` for any other cell.
fn text(cell: &Cell) -> Option<&str> {
    if let Cell::Text(text) = cell { Some(text) } else { None }
}

/// Returns the count in a cell; `None` for any other cell.
fn count(cell: &Cell) -> Option<i64> {
    if let Cell::Count(count) = cell { i64::try_from(*count).ok() } else { None }
}

/// Returns the number in a cell; `None` for any other cell.
fn number(cell: &Cell) -> Option<f64> {
    if let Cell::Number(digits) = cell { digits.parse().ok() } else { None }
}

/// Returns the time in a cell in microseconds since 1970; `None` for any other cell.
fn time_us(cell: &Cell) -> Option<i64> {
    if let Cell::Time(unix_s) = cell { unix_s.checked_mul(1_000_000) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tabular::columns::COLUMNS;

    #[test]
    fn parquet_values_come_from_cells_of_their_columns_type() {
        // CSV and JSON use the type of a cell, Parquet that of its column. The two must agree.
        assert_eq!(COLUMNS.len() + 5, schema(Table::Runs).fields().len());
        assert_eq!(number(&Cell::Number("-0.500".into())), Some(-0.5));
        assert_eq!(time_us(&Cell::Time(-1)), Some(-1_000_000));
        assert_eq!(text(&Cell::Empty), None);
    }
}
