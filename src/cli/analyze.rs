//! `firstmile PATH…`: the main job.

use std::path::PathBuf;

use anyhow::bail;

use super::args::Analyze;
use super::outcome::Outcome;
use super::settings::Settings;
use super::{gather, look};
use crate::report::{Format, Style};

/// Does the main job.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, and output that cannot be written.
pub(super) fn run(args: &Analyze) -> anyhow::Result<Outcome> {
    let outputs = outputs(args)?;
    let settings = Settings::new(&args.paths, &args.judging, &args.look)?;
    let report = gather::report(&args.paths, &settings, args.jobs)?;
    let verbosity = i8::from(args.verbose) - i8::from(args.quiet);
    for (format, path) in &outputs {
        let style = Style {
            fail_on: args.fail_on,
            strict: args.strict,
            table: args.table,
            ..args.look.style(path.as_deref(), settings.units, verbosity)
        };
        look::write_to(path.as_deref(), |out| format.write(&report, &style, out))?;
    }
    Ok(Outcome {
        worst: report.worst_level(),
        fail_on: args.fail_on,
        unreadable: report.summary.unreadable,
        strict: args.strict,
    })
}

/// Pairs formats with files, by order; the last format may do without one and goes to standard output.
fn outputs(args: &Analyze) -> anyhow::Result<Vec<(Format, Option<PathBuf>)>> {
    let formats = if args.format.is_empty() { vec![Format::Text] } else { args.format.clone() };
    if args.output.len() > formats.len() {
        bail!("{} --output for {} --format; give each file its format", args.output.len(), formats.len());
    }
    if formats.len() > args.output.len() + 1 {
        bail!("only one --format can go to standard output; give the others an --output each");
    }
    let paths = args.output.iter().cloned().map(Some).chain(std::iter::repeat(None));
    Ok(formats.into_iter().zip(paths).collect())
}
