//! `firstmile history PATH…`: the runner over the years.

use std::path::PathBuf;

use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::list::ListFlags;
use crate::cli::flags::options::{Judging, OptionFlags, Reading, analyzer};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::{output, pipeline};
use crate::formats::{Format, history};
use crate::report::Report;

/// Reads everything and writes the history.
///
/// # Errors
///
/// If a path does not exist, there is nothing to analyse, or output cannot be written.
pub(in crate::cli) fn run(args: &HistoryArgs) -> anyhow::Result<ExitStatus> {
    let paths = args.list.paths(&args.paths)?;
    let analyzer = analyzer(&args.reading, &args.judging, &args.look.units)?;
    output::refuse_input(args.output.as_deref(), &analyzer, &paths, &[args.list.files_from0.as_ref()])?;
    let report = pipeline::decide_activities(analyzer, &paths)?.report();
    let style = args.look.style(args.output.as_deref(), report.units, 0);
    let format = format_for(history::FORMATS, args.format, args.output.as_deref());
    output::write_to(args.output.as_deref(), |out| format.write(&report, &style, out))?;
    Ok(ExitStatus { unreadable: report.summary.unreadable, strict: args.strict, ..ExitStatus::default() })
}

/// Arguments of `history`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile history races/ training/\n  firstmile history --format json races/ > years.json\n  firstmile history runs.parquet"
)]
pub struct HistoryArgs {
    /// Files, folders or archives of one runner's recordings, or tables that --format parquet wrote
    /// of them
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(history::FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<Report>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// What is known of runner and runs.
    #[command(flatten)]
    pub judging: OptionFlags<Judging>,
    /// Exit with status 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// A list of paths.
    #[command(flatten)]
    pub list: ListFlags,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
