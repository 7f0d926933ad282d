//! From the flags about reading to paths, filter and limits.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::cli::flags::values::{depth, readers, size};
use crate::ingest::discover::paths_from_list;
use crate::ingest::filter::Filter;
use crate::ingest::{Limits, Reader};
use crate::period::{Days, Period};

impl ReadingFlags {
    /// What `--include` and `--exclude` say.
    pub(in crate::cli) fn filter(&self) -> anyhow::Result<Filter> {
        Ok(Filter::new(&self.include, &self.exclude)?)
    }

    /// What `--since` and `--until` say.
    pub(in crate::cli) fn days(&self) -> Days {
        Days { since: self.since, until: self.until }
    }

    /// The paths of the command line and of `--files-from0`.
    pub(in crate::cli) fn paths(&self, named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
        let mut paths = named.to_vec();
        let Some(list) = &self.files_from0 else { return Ok(paths) };
        let is_input = |path: &Path| path.as_os_str() == "-";
        let bytes = if is_input(list) {
            if paths.iter().any(|path| is_input(path)) {
                bail!("standard input is a recording or the list of --files-from0, not both");
            }
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).context("standard input")?;
            bytes
        } else {
            fs::read(list).with_context(|| list.display().to_string())?
        };
        paths.extend(paths_from_list(&bytes));
        if paths.is_empty() {
            bail!("{}: no path in it", list.display());
        }
        Ok(paths)
    }
}

impl LimitFlags {
    /// The limits, those not given by their defaults.
    pub(in crate::cli) fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            bytes: self.max_bytes.unwrap_or(usual.bytes),
            total: self.max_total.unwrap_or(usual.total),
            ratio: self.max_ratio.unwrap_or(usual.ratio),
            members: self.max_members.unwrap_or(usual.members),
            depth: self.max_depth.unwrap_or(usual.depth),
            samples: self.max_samples.unwrap_or(usual.samples),
            activities: self.max_activities.unwrap_or(usual.activities),
        }
    }
}

/// How recordings are read.
#[derive(Debug, Default, Args)]
pub struct ReadingFlags {
    /// Who reads: this program's own readers, or the common libraries
    #[arg(long, value_name = "READER", value_parser = readers(), default_value = "fast", help_heading = "Reading")]
    pub reader: Reader,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Reading")]
    pub jobs: Option<u16>,
    /// Read also the paths of a list, each ended by a NUL byte, as find -print0 writes it; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub files_from0: Option<PathBuf>,
    /// StyleFlags only at files and members whose name is like this (*.fit); may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Reading")]
    pub include: Vec<String>,
    /// Leave out files and members whose name is like this; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Reading")]
    pub exclude: Vec<String>,
    /// Leave out activities before a day, month or year of the runner's own time (2024-10-13, 2024-10, 2024)
    #[arg(long, value_name = "DATE", help_heading = "Reading")]
    pub since: Option<Period>,
    /// Leave out activities after it
    #[arg(long, value_name = "DATE", help_heading = "Reading")]
    pub until: Option<Period>,
    /// How much is taken at most.
    #[command(flatten)]
    pub limits: LimitFlags,
}

/// How much is taken from a file at most.
#[derive(Debug, Default, Args)]
pub struct LimitFlags {
    /// The most bytes that a file or member may unpack to, such as 200M [default: 512M]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true, help_heading = "Limits")]
    pub max_bytes: Option<u64>,
    /// The most bytes that all in one file may unpack to, archives in archives among it [default: 16G]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true, help_heading = "Limits")]
    pub max_total: Option<u64>,
    /// How many times its packed size a file may unpack to, above 16 MiB [default: 250]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), hide_short_help = true, help_heading = "Limits")]
    pub max_ratio: Option<u64>,
    /// The most members of an archive [default: 200000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_members: Option<usize>,
    /// How deep archives may nest [default: 3]
    #[arg(long, value_name = "N", value_parser = depth, hide_short_help = true, help_heading = "Limits")]
    pub max_depth: Option<usize>,
    /// The most samples of a file or member [default: 4000000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_samples: Option<usize>,
    /// The most activities of a file, those of an archive together [default: 200000]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Limits")]
    pub max_activities: Option<usize>,
}
