//! Bytes to activities.
//!
//! [`discover`] finds the files, [`archive`] takes them out of gzip and zip, and [`read`] chooses the reader by
//! content, never by name. A format is added by its reader and one line in `FORMATS`.

pub mod archive;
#[cfg(feature = "verify")]
pub mod compare;
pub mod discover;
mod error;
pub mod filter;
mod fit;
mod gpx;
mod limits;
pub(crate) mod names;
pub mod service;
mod sniff;
mod source;
mod tcx;
mod xml;

pub use error::{Failure, FailureKind, ReadError};
pub use gpx::{CoursePoint, read_course};
pub use limits::Limits;
pub use source::Source;

use crate::activity::Activity;

/// How much of a file is enough to tell what it is.
pub(crate) const HEAD_BYTES: usize = 4096;

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reader {
    /// This program's own readers.
    #[default]
    Fast,
    /// The common libraries (`fitparser`, `gpx`, `quick-xml`): a second opinion.
    #[cfg(feature = "verify")]
    Library,
}

type ReadFormat = fn(&[u8], &Limits) -> Result<Vec<Activity>, Failure>;

/// A format: its name, how its first bytes are known, and its readers.
struct FormatReader {
    name: &'static str,
    claims: fn(&[u8]) -> bool,
    fast: ReadFormat,
    #[cfg(feature = "verify")]
    library: ReadFormat,
}

/// The sniffing list, asked in this order.
const FORMATS: &[FormatReader] = &[
    FormatReader {
        name: "FIT",
        claims: fit::is_fit,
        fast: fit::read,
        #[cfg(feature = "verify")]
        library: fit::read_by_library,
    },
    FormatReader {
        name: "GPX",
        claims: |head| sniff::root_element(head).as_deref() == Some("gpx"),
        fast: gpx::read,
        #[cfg(feature = "verify")]
        library: |bytes, _| gpx::library::read(bytes),
    },
    FormatReader {
        name: "TCX",
        claims: |head| sniff::root_element(head).as_deref() == Some("TrainingCenterDatabase"),
        fast: tcx::read,
        #[cfg(feature = "verify")]
        library: |bytes, _| tcx::library::read(bytes),
    },
];

/// Whether some reader knows this content by its first [`HEAD_BYTES`].
pub(crate) fn is_activity_file(head: &[u8]) -> bool {
    FORMATS.iter().any(|format| (format.claims)(&head[..head.len().min(HEAD_BYTES)]))
}

/// Whether content is a Parquet file, in which tables of measured runs are kept.
pub(crate) fn is_runs_table(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// Reads every activity that some content holds.
///
/// What precedes damage is kept: the activity then has a note, and [`Activity::cut_short`] is set where its
/// end is missing.
///
/// ```
/// let failure = firstmile::ingest::read(b"shopping: bananas").unwrap_err();
/// assert_eq!(failure.code(), "not-an-activity");
/// ```
///
/// # Errors
///
/// When the content is of no known format, or nothing could be read from it.
pub fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    read_with(Reader::Fast, bytes)
}

/// [`read`], by one or the other.
///
/// # Errors
///
/// As [`read`].
pub fn read_with(reader: Reader, bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    read_within(reader, bytes, &Limits::default())
}

/// [`read_with`], and no more than some limits allow.
///
/// # Errors
///
/// As [`read`], and for content with more samples or activities. Own readers stop there; what the libraries read is counted
/// when they have read it.
pub fn read_within(reader: Reader, bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    if bytes.is_empty() {
        return Err(Failure::damaged(None, "the file is empty"));
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    match FORMATS.iter().find(|format| (format.claims)(head)) {
        Some(format) => {
            let read = match reader {
                Reader::Fast => format.fast,
                #[cfg(feature = "verify")]
                Reader::Library => format.library,
            };
            let activities = read(bytes, limits)?;
            limits.check(&activities)?;
            Ok(activities)
        }
        None => {
            let known: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
            let what = match sniff::root_element(head) {
                Some(root) => format!("XML with the root element \"{}\"", root.escape_debug()),
                None => "content that no reader knows".to_owned(),
            };
            Err(Failure::not_an_activity(format!("{what} (readers: {})", known.join(", "))))
        }
    }
}
