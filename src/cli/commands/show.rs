//! `firstmile show FILE`: one run in full.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::settings::Settings;
use crate::cli::{output, pipeline};
use crate::formats;

/// Shows every activity of a file.
///
/// # Errors
///
/// For a folder, a file that does not exist or holds no activity, and output that cannot be written.
pub(in crate::cli) fn run(args: &ShowArgs) -> anyhow::Result<ExitStatus> {
    if args.file.is_dir() {
        bail!("{0} is a folder; firstmile {0} reports on all in it", args.file.display());
    }
    let paths = std::slice::from_ref(&args.file);
    let settings = Settings::new(paths, &args.judging, &args.look)?;
    let report = pipeline::report(paths, &settings, &args.reading)?;
    let style = args.look.style(None, settings.units, 0);
    output::write_to(None, |out| formats::show(&report, &style, out))?;
    Ok(ExitStatus::default())
}

/// What `show` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile show export.zip")]
pub struct ShowArgs {
    /// A recording, or an archive of some
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// What is known of the run.
    #[command(flatten)]
    pub judging: JudgingFlags,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
