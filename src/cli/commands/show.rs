//! `firstmile show FILE`: one run in full.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{Judging, OptionFlags, Reading, analyzer};
use crate::cli::flags::style::StyleFlags;
use crate::cli::{output, pipeline};
use crate::formats;

/// Shows every activity of a file.
///
/// # Errors
///
/// If the file is a folder, does not exist or holds no activity, or output cannot be written.
pub(in crate::cli) fn run(args: &ShowArgs) -> anyhow::Result<ExitStatus> {
    if args.file.is_dir() {
        bail!("{0} is a folder; firstmile {0} reports on all its files", args.file.display());
    }
    let paths = std::slice::from_ref(&args.file);
    let analyzer = analyzer(&args.reading, &args.judging, &args.look.units)?;
    let report = pipeline::report(analyzer, paths)?;
    let style = args.look.style(None, report.units, 0);
    output::write_to(None, |out| formats::show(&report, &style, out))?;
    pipeline::nothing_found(&report, paths).map_or_else(|| Ok(ExitStatus::default()), Err)
}

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile show export.zip")]
pub struct ShowArgs {
    /// A recording, or an archive of some
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// What is known of runner and runs.
    #[command(flatten)]
    pub judging: OptionFlags<Judging>,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
