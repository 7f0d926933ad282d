//! `--files-from0`: paths from a list, beside those of the command line.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::ingest::discover::read_list;

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
        let listed = if is_input(list) {
            if paths.iter().any(|path| is_input(path)) {
                bail!("standard input is a recording or the list of --files-from0, not both");
            }
            read_list(io::stdin().lock()).context("standard input")?
        } else {
            File::open(list).and_then(read_list).with_context(|| list.display().to_string())?
        };
        paths.extend(listed);
        if paths.is_empty() {
            bail!("{}: the list holds no path", list.display());
        }
        Ok(paths)
    }
}
