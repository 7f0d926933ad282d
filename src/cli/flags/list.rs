//! `--files-from0`: paths from a list, beside those of the command line.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::ingest::discover::paths_from_list;

/// A list of paths to read besides those named.
#[derive(Debug, Args)]
pub struct ListFlags {
    /// Read the paths in FILE too, each ended by a NUL byte as find -print0 writes them; - is
    /// standard input
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub files_from0: Option<PathBuf>,
}

impl ListFlags {
    /// Returns the paths of the command line and of the list.
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
            bail!("{}: the list holds no path", list.display());
        }
        Ok(paths)
    }
}
