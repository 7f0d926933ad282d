//! `firstmile history PATH…`: the runner over the years.

use super::args::History;
use super::outcome::Outcome;
use super::settings::Settings;
use super::{gather, output};

/// Reads everything and writes the history.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, and output that cannot be written.
pub(super) fn run(args: &History) -> anyhow::Result<Outcome> {
    let paths = args.reading.paths(&args.paths)?;
    let settings = Settings::new(&paths, &args.judging, &args.look)?;
    let report = gather::report(&paths, &settings, &args.reading)?;
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&report, &style, out))?;
    Ok(Outcome { unreadable: report.summary.unreadable, strict: args.strict, ..Outcome::default() })
}
