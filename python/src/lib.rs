//! The Python module `firstmile._firstmile`: analyses bytes and paths and returns Arrow tables.
//!
//! [`firstmile::Analyzer`] does the work, so that options, defaults and numbers are the program's
//! own. The interpreter's lock is released while recordings are read. The capsules of the Arrow
//! PyCapsule interface hand a table to pyarrow, pandas, DuckDB or Polars without a copy.

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, SchemaRef};
use firstmile::formats::Table;
use firstmile::formats::tabular::parquet;
use firstmile::options::{self, Takes};
use firstmile::report::Report;
use firstmile::{AnalyzeError, Analyzer, Grouping};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyCapsule, PyDict, PyList, PyTuple};

/// Same allocator as the program: each file allocates and frees the same megabytes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Names of the capsules in the PyCapsule interface.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A table of Arrow record batches.
#[pyclass(frozen, name = "Table", module = "firstmile")]
struct ArrowTable {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl ArrowTable {
    /// Returns a stream of the table. A requested schema is ignored, as the interface allows.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader = RecordBatchIterator::new(batches, Arc::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(reader)), STREAM)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref());
        let schema = schema.map_err(|error| PyValueError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }

    /// Returns the names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Returns the number of rows.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    fn __repr__(&self) -> String {
        format!("<firstmile.Table of {} rows, {} columns>", self.num_rows(), self.schema.fields().len())
    }
}

impl ArrowTable {
    fn of(report: &Report, table: Table) -> PyResult<Self> {
        let batches = parquet::batches(report, table).collect::<Result<_, _>>();
        let batches = batches.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { schema: parquet::schema(table), batches })
    }
}

/// Result of an analysis. Its tables are built on request.
#[pyclass(frozen, module = "firstmile")]
struct Analysis(Report);

impl Analysis {
    /// Runs a job without the interpreter's lock.
    fn of(py: Python<'_>, job: impl FnOnce() -> Result<Report, AnalyzeError> + Send) -> PyResult<Self> {
        py.detach(job).map(Self).map_err(|error| raised(py, &error))
    }

    fn table(&self, py: Python<'_>, table: Table) -> PyResult<ArrowTable> {
        py.detach(|| ArrowTable::of(&self.0, table))
    }
}

#[pymethods]
impl Analysis {
    /// Returns a table with one row for each activity and for each file without one.
    #[getter]
    fn runs(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, Table::Runs)
    }

    /// Returns a table with one row for each mile and each kilometre.
    #[getter]
    fn splits(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, Table::Splits)
    }

    /// Returns a table with one row for each finding.
    #[getter]
    fn findings(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, Table::Findings)
    }

    /// Returns a table with one row for each lap of the device.
    #[getter]
    fn laps(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, Table::Laps)
    }

    /// Returns a table with one row for each best effort within a run.
    #[getter]
    fn efforts(&self, py: Python<'_>) -> PyResult<ArrowTable> {
        self.table(py, Table::Efforts)
    }

    /// Returns a table as a pandas data frame, without the nested columns of the runs.
    #[pyo3(signature = (table = "runs"))]
    fn to_pandas<'py>(&self, py: Python<'py>, table: &str) -> PyResult<Bound<'py, PyAny>> {
        let table = self.table(py, named(table)?)?;
        let fields = table.schema.fields().iter();
        let flat: Vec<String> = fields
            .filter(|field| !matches!(field.data_type(), DataType::Struct(_) | DataType::List(_)))
            .map(|field| field.name().clone())
            .collect();
        let arrow = py.import("pyarrow")?.call_method1("table", (table,))?;
        arrow.call_method1("select", (flat,))?.call_method0("to_pandas")
    }

    /// Returns one line for each index of a service that could not be read.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.0.warnings.clone()
    }

    /// Returns the number of files that are not activity files and have no row.
    #[getter]
    fn skipped(&self) -> usize {
        self.0.summary.skipped
    }
}

/// Sets keyword arguments as options: `course="marathon"`, `no_profile=True`, `include=["*.fit"]`.
fn analyzer(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Analyzer> {
    let mut given: Vec<(String, String)> = Vec::new();
    for (name, value) in keywords.into_iter().flat_map(PyDictMethods::iter) {
        let name: String = name.extract()?;
        let option = options::find(&name).map_err(|error| PyTypeError::new_err(error.to_string()))?;
        if value.is_none() {
            continue;
        }
        if option.takes == Takes::Flag {
            given.extend(value.is_truthy()?.then(|| (name, String::new())));
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for value in value.try_iter()? {
                given.push((name.clone(), value?.str()?.to_string()));
            }
        } else {
            given.push((name, value.str()?.to_string()));
        }
    }
    Analyzer::new().set_all(given).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// Makes `firstmile.AnalyzeError` of an error, with the path that it is about.
fn raised(py: Python<'_>, error: &AnalyzeError) -> PyErr {
    let path = match error {
        AnalyzeError::MissingPath(path)
        | AnalyzeError::TwoProfiles(path, _)
        | AnalyzeError::Profile { path, .. } => Some(path),
        _ => None,
    };
    let path = path.map(|path| path.to_string_lossy().into_owned());
    let kind = py.import("firstmile").and_then(|module| module.getattr("AnalyzeError"));
    let made = kind.and_then(|kind| kind.call1((error.to_string(), path)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Analyses files, folders and archives of one runner, as `firstmile PATH...` does.
#[pyfunction]
#[pyo3(signature = (paths, **keywords))]
fn analyze_paths(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Analysis> {
    let analyzer = analyzer(keywords)?;
    Analysis::of(py, || analyzer.paths(paths))
}

/// Analyses contents. Each has a name, which is the path in its rows.
#[pyfunction]
#[pyo3(signature = (contents, *, alone, named, **keywords))]
fn analyze_contents(
    py: Python<'_>,
    contents: Vec<(PathBuf, PyBackedBytes)>,
    alone: bool,
    named: bool,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Analysis> {
    let analyzer = analyzer(keywords)?;
    let grouping = if alone { Grouping::Each } else { Grouping::OneRunner };
    let analyzer = analyzer.grouping(grouping).skip_unknown(!named);
    Analysis::of(py, || {
        let contents: Vec<(PathBuf, &[u8])> =
            contents.iter().map(|(name, bytes)| (name.clone(), bytes.as_ref())).collect();
        analyzer.contents(&contents)
    })
}

/// Finds a table by its word.
fn named(table: &str) -> PyResult<Table> {
    let known = Table::ALL.into_iter().find(|(_, word)| *word == table);
    let error = || PyValueError::new_err(format!("no table \"{table}\"; there are runs, splits, findings"));
    known.map(|(table, _)| table).ok_or_else(error)
}

/// Returns a table without rows, for its schema.
#[pyfunction]
fn empty(table: &str) -> PyResult<ArrowTable> {
    let table = named(table)?;
    Ok(ArrowTable { schema: parquet::schema(table), batches: Vec::new() })
}

/// Registers the classes and functions of the module.
#[pymodule]
fn _firstmile(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<ArrowTable>()?;
    module.add_class::<Analysis>()?;
    module.add_function(wrap_pyfunction!(analyze_paths, module)?)?;
    module.add_function(wrap_pyfunction!(analyze_contents, module)?)?;
    let names: Vec<String> = options::OPTIONS.iter().map(|option| option.name.replace('-', "_")).collect();
    module.add("OPTIONS", names)?;
    module.add_function(wrap_pyfunction!(empty, module)?)
}
