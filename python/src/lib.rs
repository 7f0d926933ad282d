//! The Python module `firstmile._firstmile`: analyses bytes and paths and returns Arrow tables.
//!
//! [`firstmile::cli::embed`] does the work, so that options, defaults and numbers are the program's
//! own. The interpreter's lock is released while recordings are read. The capsules of the Arrow
//! PyCapsule interface hand a table to pyarrow, pandas, DuckDB or Polars without a copy.

use std::ffi::CStr;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use arrow_schema::SchemaRef;
use arrow_schema::ffi::FFI_ArrowSchema;
use firstmile::cli::embed::{Options, Together};
use firstmile::formats::Table;
use firstmile::formats::tabular::parquet;
use firstmile::report::Report;
use pyo3::exceptions::{PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBool, PyCapsule, PyDict, PyList, PyTuple};

/// Same allocator as the program: each file allocates and frees the same megabytes.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Names of the capsules in the PyCapsule interface.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// Flags of the command line that are options here. The others are about output or about the
/// command line itself.
const OPTIONS: [&str; 18] = [
    "course",
    "race",
    "no_race",
    "goal",
    "sex",
    "hr_max",
    "profile",
    "no_profile",
    "units",
    "reader",
    "jobs",
    "include",
    "exclude",
    "max_bytes",
    "max_ratio",
    "max_members",
    "max_depth",
    "max_samples",
];

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
    fn of(py: Python<'_>, job: impl FnOnce() -> PyResult<Report> + Send) -> PyResult<Self> {
        py.detach(job).map(Self)
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

    /// Returns the number of files that are not activity files and have no row.
    #[getter]
    fn skipped(&self) -> usize {
        self.0.summary.skipped
    }
}

/// Parses keyword arguments as flags: `course="marathon"` is `--course marathon`, `no_profile=True`
/// is `--no-profile`.
fn options(keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Options> {
    let mut words = Vec::new();
    for (name, value) in keywords.into_iter().flat_map(PyDictMethods::iter) {
        let name: String = name.extract()?;
        if !OPTIONS.contains(&name.as_str()) {
            let known = OPTIONS.join(", ");
            return Err(PyTypeError::new_err(format!("no option \"{name}\"; there are {known}")));
        }
        let flag = format!("--{}", name.replace('_', "-"));
        if value.is_none() {
            continue;
        }
        if let Ok(set) = value.cast::<PyBool>() {
            words.extend(set.is_true().then_some(flag));
        } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
            for value in value.try_iter()? {
                words.push(format!("{flag}={}", value?.str()?));
            }
        } else {
            words.push(format!("{flag}={}", value.str()?));
        }
    }
    Options::typed(words).map_err(|why| PyValueError::new_err(format!("{why:#}")))
}

/// Analyses files, folders and archives of one runner, as `firstmile PATH...` does.
#[pyfunction]
#[pyo3(signature = (paths, **keywords))]
fn analyze_paths(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    keywords: Option<&Bound<'_, PyDict>>,
) -> PyResult<Analysis> {
    let options = options(keywords)?;
    Analysis::of(py, || options.report_on_paths(&paths).map_err(|why| PyOSError::new_err(format!("{why:#}"))))
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
    let options = options(keywords)?;
    let together = if alone { Together::Alone } else { Together::Batch };
    Analysis::of(py, || {
        let contents: Vec<(PathBuf, &[u8])> =
            contents.iter().map(|(name, bytes)| (name.clone(), bytes.as_ref())).collect();
        options
            .report_on_contents(&contents, together, named)
            .map_err(|why| PyValueError::new_err(format!("{why:#}")))
    })
}

/// Returns a table without rows, for its schema.
#[pyfunction]
fn empty(table: &str) -> PyResult<ArrowTable> {
    let known = Table::ALL.into_iter().find(|(_, word)| *word == table);
    let (table, _) = known.ok_or_else(|| {
        PyValueError::new_err(format!("no table \"{table}\"; there are runs, splits, findings"))
    })?;
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
    module.add_function(wrap_pyfunction!(empty, module)?)
}
