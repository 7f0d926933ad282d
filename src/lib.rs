//! Did this runner go out too fast, and what did it cost?
//!
//! `firstmile` reads the activity files that watches and apps leave behind (FIT, GPX, TCX), finds out how each
//! run was paced, and says whether the runner went out too fast. The program is a thin binary over this crate;
//! data flows one way through it:
//!
//! ```text
//! bytes → Activity → Measured → Trends → Findings → Report
//! ingest   activity   measure    history    judge      report
//! ```
//!
//! No module knows a later stage. A file that cannot be read becomes a row that says why.
//!
//! ```
//! use firstmile::{ingest, measure::{MeasureOptions, measure}};
//!
//! let gpx = br#"<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
//!   <trkpt lat="48.0" lon="11.0"><time>2020-01-01T10:00:00Z</time></trkpt>
//!   <trkpt lat="48.001" lon="11.0"><time>2020-01-01T10:00:37Z</time></trkpt></trkseg></trk></gpx>"#;
//! let activities = ingest::read(gpx)?;
//! let (identity, outcome) = measure(&activities[0], &MeasureOptions::default());
//! assert_eq!(identity.sport.to_string(), "unknown");
//! assert_eq!(outcome.unwrap_err().code(), "too-short");
//! # Ok::<(), firstmile::ingest::Failure>(())
//! ```

pub mod activity;
pub mod batch;
pub mod cli;
mod escape;
pub mod formats;
pub mod history;
pub mod ingest;
pub mod judge;
pub mod measure;
pub mod period;
#[cfg(feature = "parquet")]
mod phrases;
pub mod plan;
pub mod report;
pub mod runner;
pub mod runs_table;
pub mod statistics;
pub mod units;
