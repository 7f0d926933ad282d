//! `firstmile history PATH…`: the runner over the years.

use std::path::PathBuf;

use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::history_formats;
use crate::cli::settings::Settings;
use crate::cli::{output, pipeline};
use crate::formats::history::HistoryFormat;

/// Reads everything and writes the history.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, and output that cannot be written.
pub(in crate::cli) fn run(args: &HistoryArgs) -> anyhow::Result<ExitStatus> {
    let paths = args.reading.paths(&args.paths)?;
    let settings = Settings::new(&paths, &args.judging, &args.look)?;
    let report = pipeline::report(&paths, &settings, &args.reading)?;
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&report, &style, out))?;
    Ok(ExitStatus { unreadable: report.summary.unreadable, strict: args.strict, ..ExitStatus::default() })
}

/// What `history` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile history races/ training/\n  firstmile history --format json races/ > years.json\n  firstmile history runs.parquet"
)]
pub struct HistoryArgs {
    /// Files, folders or archives of one runner's recordings, or tables that --format parquet wrote of them
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = history_formats(), default_value = "text", help_heading = "Output")]
    pub format: HistoryFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// What is known of the runs.
    #[command(flatten)]
    pub judging: JudgingFlags,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
