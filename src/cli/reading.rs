//! From the flags about reading to paths, filter and limits.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use super::args::{LimitArgs, Reading};
use crate::days::Days;
use crate::ingest::archive::Limits;
use crate::ingest::discover::paths_from_list;
use crate::ingest::filter::Filter;

impl Reading {
    /// What `--include` and `--exclude` say.
    pub(super) fn filter(&self) -> anyhow::Result<Filter> {
        Filter::new(&self.include, &self.exclude).map_err(|why| anyhow!("no such pattern of names: {why}"))
    }

    /// What `--since` and `--until` say.
    pub(super) fn days(&self) -> Days {
        Days { since: self.since, until: self.until }
    }

    /// The paths of the command line and of `--files-from0`.
    pub(super) fn paths(&self, named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
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

impl LimitArgs {
    /// The limits, those not given by their defaults.
    pub(super) fn limits(&self) -> Limits {
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
