//! The rows of a CSV.

use std::collections::BTreeMap;

/// A row's cells by the names of their columns.
pub(crate) type Row = BTreeMap<String, String>;

/// Returns the records of a CSV, without its header.
pub(crate) fn records(csv: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(csv).records().map(|record| record.expect("a record")).collect()
}

/// Returns the rows of a CSV.
pub(crate) fn rows(csv: &[u8]) -> Vec<Row> {
    csv::Reader::from_reader(csv).deserialize().map(|row| row.expect("a row")).collect()
}

/// Returns some columns of a CSV, row by row.
pub(crate) fn columns<const N: usize>(csv: &[u8], names: [&str; N]) -> Vec<[String; N]> {
    let mut reader = csv::Reader::from_reader(csv);
    let header = reader.headers().expect("a header").clone();
    let at = names.map(|name| header.iter().position(|column| column == name).expect("a column"));
    reader.records().map(|record| at.map(|at| record.as_ref().expect("a record")[at].to_owned())).collect()
}
