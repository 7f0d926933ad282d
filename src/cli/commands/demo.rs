//! `firstmile demo`: the report on made-up runs that the program carries.

use std::io;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::output;
use crate::formats::{Format, REPORT};
use crate::report::Report;

/// Runs of the fixtures, packed by `tools/pack-demo`.
const RUNS: &[u8] = include_bytes!("../demo.zip");

/// What follows a report in text, on standard error.
const NEXT: &str = "
These runs are made up. For your own: firstmile FOLDER
Where Garmin, Strava and others have them: firstmile explain export
";

/// Reads the made-up runs and writes the report.
///
/// # Errors
///
/// If output cannot be written.
pub(in crate::cli) fn run(args: &DemoArgs) -> anyhow::Result<ExitStatus> {
    let format = format_for(REPORT, args.format, args.output.as_deref());
    if args.output.is_none() {
        output::refuse_terminal(format.name)?;
    }
    let analyzer = args.look.units.apply(Analyzer::new())?;
    let report = analyzer.contents(&[(PathBuf::from("demo.zip"), RUNS)])?;
    let style = args.look.style(args.output.as_deref(), report.units, i8::from(args.verbose));
    output::write_to(args.output.as_deref(), |out| format.write(&report, &style, out))?;
    if format.name == REPORT[0].name {
        // Standard error may be closed; then nobody reads the hint.
        let _ = io::stderr().write_all(NEXT.as_bytes());
    }
    Ok(ExitStatus::default())
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile demo\n  firstmile demo --output demo.html        the same as a page"
)]
pub struct DemoArgs {
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(REPORT), help_heading = "Output")]
    pub format: Option<&'static Format<Report>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// Show everything: all runs, all files and why a file was not scored
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
}
