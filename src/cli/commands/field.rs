//! `firstmile field PATH…`: many runners of one race.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{CourseArg, courses, field_formats};
use crate::cli::pipeline::Gathered;
use crate::cli::settings::Settings;
use crate::cli::{output, pipeline};
use crate::formats::field::{FieldFormat, FieldReport};
use crate::history;
use crate::history::field;
use crate::judge;
use crate::report::Report;

/// Reads every runner's recording and writes the field.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, no runner who finished, and output that cannot be written.
pub(in crate::cli) fn run(args: &FieldArgs) -> anyhow::Result<ExitStatus> {
    let judging =
        JudgingFlags { course: args.course, race: true, no_profile: true, ..JudgingFlags::default() };
    let paths = args.reading.paths(&args.paths)?;
    let settings = Settings::new(&paths, &judging, &args.look)?;
    let Gathered { entries, history, skipped } =
        pipeline::batch(&paths, &settings, &args.reading, history::decide_field)?;
    let (field, others) = field::field(&history.runs(&entries));
    let Some(field) = field else {
        bail!("none of {} recordings is a whole race with a date", entries.len())
    };
    let judged = judge::judge(&entries, &history, &settings.runner, settings.units);
    let report = Report::new(&entries, history, judged, skipped);
    let unreadable = report.summary.unreadable;
    let report = FieldReport { report, field, others };
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&report, &style, out))?;
    Ok(ExitStatus { unreadable, strict: args.strict, ..ExitStatus::default() })
}

/// What `field` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile field --course marathon race-day/")]
pub struct FieldArgs {
    /// Files, folders or archives of the runners' recordings, one a runner; each is named by its file
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The race's certified course [default: recognised by the distance]
    #[arg(long, value_parser = courses(), help_heading = "Judging")]
    pub course: Option<CourseArg>,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = field_formats(), default_value = "text", help_heading = "Output")]
    pub format: FieldFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
