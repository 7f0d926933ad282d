//! From the flags about looks to a style, and from a style to standard output or a file.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use anyhow::Context as _;

use super::args::{ColorArg, Look};
use crate::report::Style;
use crate::units::Units;

impl Look {
    /// The style for a file, or for standard output without one.
    pub(super) fn style(&self, path: Option<&Path>, units: Units, verbosity: i8) -> Style {
        let color = match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => {
                path.is_none()
                    && io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let terminal = || {
            let here = path.is_none() && io::stdout().is_terminal();
            here.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.max(60))
        };
        let width = self.width.or_else(terminal).map(usize::from);
        Style { units, color, ascii: self.ascii, width, verbosity, ..Style::default() }
    }
}

/// Writes a file anew: beside it first, then over it, so that it is never torn.
pub(super) fn replace(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    write_to(Some(beside), write)?;
    std::fs::rename(beside, path).with_context(|| path.display().to_string())
}

/// Writes to a file, or to standard output without one; errors say which.
pub(super) fn write_to(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    match path {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            match write(&mut out).and_then(|()| out.flush()) {
                // Whoever stopped reading has had enough; what the run comes to does not depend on it.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result.context("standard output"),
            }
        }
        Some(path) => File::create(path)
            .and_then(|file| {
                let mut out = BufWriter::new(file);
                write(&mut out).and_then(|()| out.flush())
            })
            .with_context(|| path.display().to_string()),
    }
}
