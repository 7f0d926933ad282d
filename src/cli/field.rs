//! `firstmile field PATH…`: many runners of one race.

use anyhow::bail;

use super::args::{Field as FieldArgs, Judging};
use super::gather::{self, Gathered};
use super::outcome::Outcome;
use super::output;
use super::settings::Settings;
use crate::history::{self, field};
use crate::report::Report;
use crate::report::field::FieldReport;

/// Reads every runner's recording and writes the field.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, no runner who finished, and output that cannot be written.
pub(super) fn run(args: &FieldArgs) -> anyhow::Result<Outcome> {
    let judging = Judging { course: args.course, race: true, no_profile: true, ..Judging::default() };
    let paths = args.reading.paths(&args.paths)?;
    let settings = Settings::new(&paths, &judging, &args.look)?;
    let Gathered { entries, history, skipped } =
        gather::batch(&paths, &settings, &args.reading, history::read_field)?;
    let (field, others) = field::field(&history.runs(&entries));
    let Some(field) = field else {
        bail!("none of {} recordings is a whole race with a date", entries.len())
    };
    let report = Report::new(&entries, history, skipped, &settings.runner, settings.units);
    let unreadable = report.summary.unreadable;
    let report = FieldReport { report, field, others };
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&report, &style, out))?;
    Ok(Outcome { unreadable, strict: args.strict, ..Outcome::default() })
}
