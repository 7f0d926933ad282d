//! `firstmile compare A B`: two runs of one course side by side.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{Judging, OptionFlags, Reading, analyzer};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::{output, pipeline};
use crate::formats::{Format, versus};
use crate::report::{Report, Row, Status, Versus};
use crate::units::Units;

/// The number of runs that an error names.
const NAMED: usize = 3;
/// Starts this near each other may be those of one run in two recordings, seconds.
const SAME_START_S: f64 = 900.0;

/// Compares two runs and writes the comparison.
///
/// # Errors
///
/// If an argument does not select exactly one run, the two cannot be compared, or output cannot be
/// written.
pub(in crate::cli) fn run(args: &CompareArgs) -> anyhow::Result<ExitStatus> {
    let output = args.output.as_deref();
    let analyzer = analyzer(&args.reading, &args.judging, &args.look.units)?;
    output::refuse_input(output, &analyzer, &[args.a.clone(), args.b.clone()], &[])?;
    let (a, _) = one_run(&analyzer, &args.a)?;
    let (b, units) = one_run(&analyzer, &args.b)?;
    if is_one_recording(&analyzer, args, [&a, &b])? {
        bail!("{} and {} are recordings of one run", args.a.display(), args.b.display());
    }
    let versus = Versus::new(a, b).ok_or_else(|| anyhow!("one of the runs has no times to compare"))?;
    let versus = versus.map_err(|why| anyhow!("{} and {}: {why}", args.a.display(), args.b.display()))?;
    let style = args.look.style(output, units, 0);
    let format = format_for(versus::FORMATS, args.format, output);
    output::write_to(output, |out| format.write(&versus, &style, out))?;
    Ok(ExitStatus::default())
}

/// Reads the one run that an argument selects, and returns its row and the units of its report.
fn one_run(analyzer: &Analyzer, path: &Path) -> anyhow::Result<(Row, Units)> {
    let paths = [path.to_owned()];
    let report = pipeline::report(analyzer.clone(), &paths)?;
    if let Some(error) = pipeline::nothing_found(&report, &paths) {
        return Err(error);
    }
    let units = report.units;
    let scored = |row: &Row| row.status == Status::Scored && row.scores.is_some();
    match report.rows.iter().filter(|row| scored(row)).count() {
        1 => {}
        0 => bail!("{}: no run to compare; {}", path.display(), why_none(&report)),
        count => {
            let named = report.rows.iter().filter(|row| scored(row)).map(Row::address).take(NAMED);
            let named: Vec<String> = named.collect();
            bail!(
                "{} has {count} runs, and compare takes one; name it by its address, such as {}",
                path.display(),
                named.join(" or ")
            )
        }
    }
    let row = report.rows.into_iter().find(scored);
    row.map(|row| (row, units)).ok_or_else(|| anyhow!("{}: no run to compare", path.display()))
}

/// Returns whether two runs with about the same start are one run in two recordings.
fn is_one_recording(analyzer: &Analyzer, args: &CompareArgs, rows: [&Row; 2]) -> anyhow::Result<bool> {
    let [a_s, b_s] = rows.map(|row| row.identity.as_ref().and_then(|identity| identity.start_s));
    if a_s.zip(b_s).is_none_or(|(a_s, b_s)| (a_s - b_s).abs() > SAME_START_S) {
        return Ok(false);
    }
    let both = pipeline::report(analyzer.clone(), &[args.a.clone(), args.b.clone()])?;
    Ok(both.rows.iter().any(|row| row.status == Status::Duplicate))
}

/// Returns why the first row of a report without a scored run has no scores.
fn why_none(report: &Report) -> String {
    report
        .rows
        .iter()
        .map(|row| row.detail.as_str())
        .find(|detail| !detail.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  firstmile compare races/2018.fit races/2019.fit\n  \
                  firstmile compare 'export.zip!activities/1.fit.gz' 'all.gpx#2'\n  \
                  firstmile compare --output gap.html races/2018.fit races/2019.fit\n\n\
                  The gap is B minus A: below zero, B is ahead. Runs whose lengths differ by more than 3 % are not\n\
                  compared, unless one recording ends before its finish.")]
pub struct CompareArgs {
    /// The run to compare with, such as last year's race: a recording, or an address within an
    /// archive
    #[arg(value_name = "A")]
    pub a: PathBuf,
    /// The run that is compared with it
    #[arg(value_name = "B")]
    pub b: PathBuf,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(versus::FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<Versus>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
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
