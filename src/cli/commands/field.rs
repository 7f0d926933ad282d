//! `firstmile field PATH…`: many runners of one race.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::analyzer::{Analyzer, Grouping};
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::list::ListFlags;
use crate::cli::flags::options::{CourseOnly, OptionFlags, Reading};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::{output, pipeline};
use crate::formats::field::FieldReport;
use crate::formats::{Format, field};
use crate::history::field::field as find_field;

/// Reads every runner's recording and writes the field.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, no runner who finished, and output that
/// cannot be written.
pub(in crate::cli) fn run(args: &FieldArgs) -> anyhow::Result<ExitStatus> {
    let paths = args.list.paths(&args.paths)?;
    let analyzer = Analyzer::new().race(true).no_profile().grouping(Grouping::Field);
    let analyzer = args.look.units.apply(args.course.apply(args.reading.apply(analyzer)?)?)?;
    output::refuse_input(args.output.as_deref(), &analyzer, &paths, &[args.list.files_from0.as_ref()])?;
    let decided = pipeline::decide_activities(analyzer, &paths)?;
    let (field, left_out) = find_field(&decided.history.runs(&decided.entries));
    let Some(field) = field else {
        bail!("none of {} recordings is a whole race with a date", decided.entries.len())
    };
    let report = decided.report();
    let unreadable = report.summary.unreadable;
    let report = FieldReport { report, field, left_out };
    let style = args.look.style(args.output.as_deref(), report.report.units, 0);
    let format = format_for(field::FORMATS, args.format, args.output.as_deref());
    output::write_to(args.output.as_deref(), |out| format.write(&report, &style, out))?;
    Ok(ExitStatus { unreadable, strict: args.strict, ..ExitStatus::default() })
}

/// Arguments of `field`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile field --course marathon race-day/")]
pub struct FieldArgs {
    /// Files, folders or archives of the runners' recordings, one a runner; each is named by its
    /// file
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The race's certified course.
    #[command(flatten)]
    pub course: OptionFlags<CourseOnly>,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(field::FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<FieldReport>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
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
