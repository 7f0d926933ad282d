//! Did this runner go out too fast, and what did it cost?
//!
//! `firstmile` reads the activity files of watches and apps: FIT, GPX and TCX. It measures how each
//! run was paced, and judges whether the runner went out too fast. The program `firstmile` is a
//! thin binary over this crate. [`Analyzer`] is the front door:
//!
//! ```
//! use std::fmt::Write;
//! use std::path::PathBuf;
//! use firstmile::Analyzer;
//!
//! // A made-up race over 10 km: the first quarter at 3:50 a kilometre, the rest at 4:20.
//! let mut gpx = "<gpx><trk><name>Harbour 10K race</name><trkseg>".to_owned();
//! let mut time_s = 0.0;
//! for metres in (0..=10_000_u32).step_by(50) {
//!     let (minute, second) = ((time_s / 60.0) as u32, time_s % 60.0);
//!     let latitude = 50.0 + f64::from(metres) / 111_229.0;
//!     let time = format!("2024-05-05T09:{minute:02}:{second:05.2}Z");
//!     write!(gpx, "<trkpt lat='{latitude:.7}' lon='8'><time>{time}</time></trkpt>")?;
//!     time_s += 50.0 * if metres < 2_370 { 0.230 } else { 0.260 };
//! }
//! gpx += "</trkseg></trk></gpx>";
//!
//! let report = Analyzer::new().contents(&[(PathBuf::from("harbour.gpx"), gpx.as_bytes())])?;
//! let findings = report.rows[0].findings();
//! let start = findings.iter().find(|finding| finding.id == "START-01").expect("a finding");
//! assert_eq!(start.level.code(), "severe");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The way through
//!
//! ```text
//! bytes → Activity → Measured → Trends → Findings → Report → bytes
//! ingest   activity   measure    history    judge      report   formats
//! ```
//!
//! Data flows one way, and no module imports a later stage. A file that cannot be read becomes a
//! row with the reason. The main types, in order:
//!
//! * [`activity::Activity`]: one recording, its samples in columns. [`ingest::read`] makes it from
//!   bytes.
//! * [`measure::Measured`]: splits at exact marks, on elapsed, timer and moving time.
//! * [`history::History`]: what only the whole batch shows: duplicates, races, [`history::Trends`].
//! * [`judge::Finding`]: what a rule found, with its level, sentence and evidence.
//! * [`report::Report`]: rows, findings and counts. [`formats::REPORT`] lists its writers.
//! * [`plan::Plan`]: targets for a next race.
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `cli` | yes | the program and its command line (clap, a progress bar) |
//! | `parquet` | yes | runs tables in Parquet, written and read |
//! | `verify` | yes | third-party readers beside the built-in ones, and their comparison |
//! | `mcp` | no | `firstmile mcp`: the runs as tools for assistants |
//!
//! A library user may need none: `firstmile = { version = "0.1", default-features = false }`.

pub mod activity;
pub mod analyzer;
pub mod batch;
#[cfg(feature = "cli")]
pub mod cli;
mod escape;
pub mod formats;
#[cfg(test)]
mod generated;
pub mod goal;
pub mod history;
pub mod ingest;
pub mod judge;
pub mod local_time;
pub mod measure;
mod nearest;
pub mod options;
pub mod period;
pub mod phrases;
pub mod plan;
mod profile;
pub mod report;
pub mod runner;
#[cfg(feature = "parquet")]
pub mod runs_table;
pub mod session;
pub mod statistics;
pub mod temperature;
pub mod units;

pub use analyzer::{AnalyzeError, Analyzer, Decided, Grouping};
pub use profile::ProfileError;
pub use session::Session;
