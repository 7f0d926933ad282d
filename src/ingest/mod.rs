//! Ingest: turns the bytes of FIT, GPX and TCX files into activities.
//!
//! [`discover`] lists the files, [`archive`] unpacks gzip, zip and tar, and [`read`] picks the
//! reader by content, never by file name. [`service`] adds the data of an export's index. To add
//! a format, write its reader and add one line to `FORMATS`. What the samples mean is left to
//! [`measure`](crate::measure).

pub mod archive;
#[cfg(feature = "verify")]
pub mod compare;
mod course;
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

pub(crate) use fit::crc16 as fit_crc16;

pub use course::{CoursePoint, read_course};
pub use error::{Failure, FailureKind, ReadError};
pub use limits::Limits;
pub use source::{Part, Source};

use crate::activity::Activity;

/// Why a build without Parquet neither reads nor writes runs tables.
#[cfg(not(feature = "parquet"))]
pub(crate) const WITHOUT_PARQUET: &str = "this firstmile was built without Parquet; the released programs have it, and \
                                          so has one built with --features parquet";

/// The number of leading bytes that are enough to recognise a format.
pub(crate) const HEAD_BYTES: usize = 4096;

/// Which readers to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Reader {
    /// The built-in readers.
    #[default]
    BuiltIn,
    /// Third-party libraries (`fitparser`, `gpx`, `quick-xml`), as a second opinion.
    #[cfg(feature = "verify")]
    Library,
}

type ReadFormat = fn(&[u8], &Limits) -> Result<Vec<Activity>, Failure>;

/// A format: its name, a test of a file's first bytes, and its readers.
struct FormatReader {
    name: &'static str,
    claims: fn(&[u8]) -> bool,
    fast: ReadFormat,
    #[cfg(feature = "verify")]
    library: ReadFormat,
}

/// The known formats, tested in this order.
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

/// Returns whether any reader recognises content by its first [`HEAD_BYTES`] bytes.
pub(crate) fn is_activity_file(head: &[u8]) -> bool {
    FORMATS.iter().any(|format| (format.claims)(&head[..head.len().min(HEAD_BYTES)]))
}

/// Returns whether content is a Parquet file, the format of runs tables.
pub(crate) fn is_runs_table(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// Reads every activity in a file's content.
///
/// Data before damage is kept. The activity then has a note, and [`Activity::cut_short`] is set if
/// its end is missing.
///
/// ```
/// let failure = firstmile::ingest::read(b"shopping: bananas").unwrap_err();
/// assert_eq!(failure.code(), "not-an-activity");
/// ```
///
/// # Errors
///
/// Fails if the format is unknown, or if nothing could be read.
pub fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    read_with(Reader::BuiltIn, bytes)
}

/// Reads like [`read`], with the chosen readers.
///
/// # Errors
///
/// As [`read`].
pub fn read_with(reader: Reader, bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    read_within(reader, bytes, &Limits::default())
}

/// Reads like [`read_with`], up to the given limits.
///
/// # Errors
///
/// As [`read`], and if the content has more samples or activities than `limits` allow. The built-in
/// readers stop at the limit; what the libraries return is counted afterwards.
pub fn read_within(reader: Reader, bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    if bytes.is_empty() {
        return Err(Failure::damaged(None, "the file is empty"));
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    match FORMATS.iter().find(|format| (format.claims)(head)) {
        Some(format) => {
            let read = match reader {
                Reader::BuiltIn => format.fast,
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
