//! `firstmile PATH…`: the main job.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::Args;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::list::ListFlags;
use crate::cli::flags::options::{Judging, OptionFlags, Reading, analyzer};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for, level, table, tolerance};
use crate::cli::output::{PendingOutput, is_standard, refuse_input, refuse_terminal};
use crate::cli::{output, pipeline};
use crate::formats::{Format, REPORT, Style, TABULAR, Table, by_ending, compare, write_baseline};
use crate::ingest::discover::read_up_to;
use crate::judge::Level;
use crate::report::{Change, Report};

/// Does the main job.
///
/// # Errors
///
/// If a path does not exist, there is nothing to analyse, or output cannot be written.
pub(in crate::cli) fn run(args: &AnalyzeArgs) -> anyhow::Result<ExitStatus> {
    let paths = args.list.paths(&args.paths)?;
    let analyzer = analyzer(&args.reading, &args.judging, &args.look.units)?;
    let outputs = outputs(args, &analyzer, &paths)?;
    let is_table = outputs.iter().any(|(format, _)| format.name == "parquet");
    let mut report = pipeline::report(analyzer.keep_files(is_table), &paths)?;
    if let Some(file) = &args.baseline {
        report.changes = against(&report, file, args)?;
    }
    let verbosity = i8::from(args.verbose) - i8::from(args.quiet);
    let style = |path: Option<&Path>| Style {
        fail_on: args.fail_on,
        changes_fail: args.tolerance.is_some(),
        strict: args.strict,
        table: args.table,
        with_coordinates: args.with_coordinates,
        last: args.last.unwrap_or(Style::default().last),
        top: args.top.unwrap_or(Style::default().top),
        ..args.look.style(path, report.units, verbosity)
    };
    // All files are whole before the first takes its place, and all are opened before any is
    // written.
    let mut places = Vec::new();
    for (format, path) in &outputs {
        if let Some(path) = path {
            places.push((format, style(Some(path)), PendingOutput::new(path)?));
        }
    }
    for (format, style, place) in &mut places {
        place.write(|out| format.write(&report, style, out))?;
    }
    for (_, _, place) in places {
        place.keep()?;
    }
    for (format, _) in outputs.iter().filter(|(_, path)| path.is_none()) {
        output::write_to(None, |out| format.write(&report, &style(None), out))?;
    }
    // The rows that say why are written all the same.
    if let Some(error) = pipeline::nothing_found(&report, &paths) {
        return Err(error);
    }
    let changes = report.changes.as_deref();
    // Against a baseline only what is new counts.
    let worst = changes
        .map_or_else(|| report.worst_level(), |changes| changes.iter().filter_map(Change::new_level).max());
    let changed = args.tolerance.is_some() && changes.is_some_and(|changes| !changes.is_empty());
    if let (Some(file), true) = (&args.baseline, args.update_baseline) {
        output::write_to(Some(file), |out| write_baseline(&report, out))?;
    }
    Ok(ExitStatus {
        worst,
        fail_on: args.fail_on,
        changed,
        unreadable: report.summary.unreadable,
        strict: args.strict,
    })
}

/// The most bytes of a baseline.
const BASELINE_BYTES: u64 = 512 << 20;

/// Returns what changed against the baseline, or nothing where the first one is about to be
/// written.
fn against(report: &Report, file: &Path, args: &AnalyzeArgs) -> anyhow::Result<Option<Vec<Change>>> {
    if args.update_baseline && !file.exists() {
        return Ok(None);
    }
    let name = file.display();
    let read = |file| read_up_to(BASELINE_BYTES, file);
    let earlier = File::open(file).and_then(read).with_context(|| {
        format!("{name}: cannot read the baseline; --update-baseline writes the first one")
    })?;
    let earlier =
        String::from_utf8(earlier).map_err(|_| anyhow!("{name}: the baseline is not UTF-8 text"))?;
    let tolerance = args.tolerance.unwrap_or(0.0);
    compare(report, &earlier, tolerance).map(Some).map_err(|why| anyhow!("{name}: {why}"))
}

/// Resolves a path whose file may not exist yet.
fn real(path: &Path) -> PathBuf {
    let beside = || {
        let path = output::link_target(path).ok()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// Returns the formats of all outputs. Those given belong to the first files, in order; a further
/// file has the format that its ending names.
fn formats(args: &AnalyzeArgs) -> anyhow::Result<Vec<&'static Format<Report>>> {
    let given = args.format.iter().copied().map(Some).chain(std::iter::repeat(None));
    let mut formats = Vec::new();
    for (output, given) in args.output.iter().zip(given) {
        if given.is_none() && !args.format.is_empty() && by_ending(REPORT, output).is_none() {
            bail!(
                "{} --output for {} --format, and the ending of {} names no format; give each file its format",
                args.output.len(),
                args.format.len(),
                output.display()
            );
        }
        formats.push(format_for(REPORT, given, Some(output)));
    }
    formats.extend(args.format.iter().skip(args.output.len()));
    if formats.is_empty() {
        formats.push(&REPORT[0]);
    }
    Ok(formats)
}

/// Pairs formats with files, in order; the last format may have none and goes to standard output.
fn outputs(
    args: &AnalyzeArgs,
    analyzer: &Analyzer,
    paths: &[PathBuf],
) -> anyhow::Result<Vec<(&'static Format<Report>, Option<PathBuf>)>> {
    let formats = formats(args)?;
    let mut taken: Vec<PathBuf> = args.baseline.iter().map(|file| real(file)).collect();
    for output in &args.output {
        let file = real(output);
        if taken.contains(&file) {
            bail!("{} would be written twice; each --output needs its own file", output.display());
        }
        // Asked before the batch is read, and again where the file is opened.
        refuse_input(Some(output), analyzer, paths, &[args.list.files_from0.as_ref()])?;
        taken.push(file);
    }
    if args.table != Table::Runs && !formats.iter().any(|format| TABULAR.contains(&format.name)) {
        bail!("--table needs --format csv or --format parquet, or an --output with that ending");
    }
    if args.update_baseline {
        refuse_input(args.baseline.as_deref(), analyzer, paths, &[args.list.files_from0.as_ref()])?;
    }
    if formats.len() > args.output.len() + 1 {
        bail!("only one --format can go to standard output; give the others an --output each");
    }
    if formats.len() == args.output.len() + 1 && args.output.iter().any(|path| is_standard(path)) {
        bail!("two formats would go to standard output: --output - and the --format without an --output");
    }
    if let Some(format) = formats.last()
        && formats.len() == args.output.len() + 1
    {
        refuse_terminal(format.name)?;
    }
    let named = |path: &PathBuf| Some(path.clone()).filter(|path| !is_standard(path));
    let files = args.output.iter().map(named).chain(std::iter::repeat(None));
    Ok(formats.into_iter().zip(files).collect())
}

/// Arguments of the main job.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // flags
pub struct AnalyzeArgs {
    /// Files, folders or archives of recordings
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format; may be repeated, each with its --output [default: by the ending of --output,
    /// else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(REPORT), help_heading = "Output")]
    pub format: Vec<&'static Format<Report>>,
    /// File to write, one per --format, in order [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Vec<PathBuf>,
    /// Rows of a CSV or Parquet file: runs, splits or findings
    #[arg(long, value_name = "TABLE", value_parser = table(), default_value = "runs", help_heading = "Output")]
    pub table: Table,
    /// Add where a run was in its first minute to CSV and JSON: start_latitude_deg,
    /// start_longitude_deg
    #[arg(long, help_heading = "Output")]
    pub with_coordinates: bool,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// Show everything: all runs, all files and why a file was not scored
    #[arg(short, long, conflicts_with = "quiet", help_heading = "Output")]
    pub verbose: bool,
    /// List the latest N races in the text report [default: 10]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub last: Option<usize>,
    /// Tell the N worst races in detail, and list them if they are older [default: 3]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub top: Option<usize>,
    /// Show findings only
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,
    /// What is known of runner and runs.
    #[command(flatten)]
    pub judging: OptionFlags<Judging>,
    /// Exit with status 1 if a finding has this level or above; with --baseline, if a new one has
    #[arg(long, value_name = "LEVEL", value_parser = level(), help_heading = "Running")]
    pub fail_on: Option<Level>,
    /// Compare with an earlier --format json
    #[arg(long, value_name = "FILE", help_heading = "Running")]
    pub baseline: Option<PathBuf>,
    /// Largest difference from the baseline that is allowed; any larger change exits with status 1
    #[arg(
        long,
        value_name = "NUMBER",
        value_parser = tolerance,
        requires = "baseline",
        help_heading = "Running"
    )]
    pub tolerance: Option<f64>,
    /// Write the baseline anew, or write the first one
    #[arg(long, requires = "baseline", help_heading = "Running")]
    pub update_baseline: bool,
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
