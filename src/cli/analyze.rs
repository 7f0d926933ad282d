//! `firstmile PATH…`: the main job.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use super::args::Analyze;
use super::outcome::Outcome;
use super::output::{Place, is_recording, is_standard};
use super::settings::Settings;
use super::{gather, output};
use crate::report::{Change, Format, Report, Style, Table, compare, write_baseline};

/// Does the main job.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, and output that cannot be written.
pub(super) fn run(args: &Analyze) -> anyhow::Result<Outcome> {
    let paths = args.reading.paths(&args.paths)?;
    let outputs = outputs(args, &paths)?;
    let settings = Settings::new(&paths, &args.judging, &args.look)?;
    let mut report = gather::report(&paths, &settings, &args.reading)?;
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
        ..args.look.style(path, settings.units, verbosity)
    };
    // All files are whole before the first takes its place, and all are opened before any is written.
    let mut places = Vec::new();
    for (format, path) in &outputs {
        if let Some(path) = path {
            places.push((format, style(Some(path)), Place::new(path)?));
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
    let changes = report.changes.as_deref();
    // Against a baseline only what is new counts.
    let worst = changes
        .map_or_else(|| report.worst_level(), |changes| changes.iter().filter_map(Change::new_level).max());
    let changed = args.tolerance.is_some() && changes.is_some_and(|changes| !changes.is_empty());
    if let (Some(file), true) = (&args.baseline, args.update_baseline) {
        output::write_to(Some(file), |out| write_baseline(&report, out))?;
    }
    Ok(Outcome {
        worst,
        fail_on: args.fail_on,
        changed,
        unreadable: report.summary.unreadable,
        strict: args.strict,
    })
}

/// What changed against the baseline; nothing to tell where the first one is about to be written.
fn against(report: &Report, file: &Path, args: &Analyze) -> anyhow::Result<Option<Vec<Change>>> {
    if args.update_baseline && !file.exists() {
        return Ok(None);
    }
    let name = file.display();
    let earlier = std::fs::read_to_string(file).with_context(|| {
        format!("{name}: no baseline can be read; --update-baseline writes the first one")
    })?;
    let tolerance = args.tolerance.unwrap_or(0.0);
    compare(report, &earlier, tolerance).map(Some).map_err(|why| anyhow!("{name}: {why}"))
}

/// Where a path leads, whether the file is there yet or not.
fn real(path: &Path) -> PathBuf {
    let beside = || {
        let path = output::led_to(path).ok()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Some(folder.canonicalize().ok()?.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(beside).unwrap_or_else(|| path.to_owned())
}

/// Pairs formats with files, by order; the last format may do without one and goes to standard output.
fn outputs(args: &Analyze, paths: &[PathBuf]) -> anyhow::Result<Vec<(Format, Option<PathBuf>)>> {
    let formats = if args.format.is_empty() { vec![Format::Text] } else { args.format.clone() };
    let mut taken: Vec<PathBuf> = args.baseline.iter().map(|file| real(file)).collect();
    for output in &args.output {
        let file = real(output);
        if taken.contains(&file) {
            bail!("{} would be written twice; each --output is a file of its own", output.display());
        }
        // Asked before the batch is read, and again where the file is opened.
        let recording = file.is_file() && is_recording(&file).unwrap_or(false);
        if recording || paths.iter().any(|path| path.is_file() && real(path) == file) {
            bail!("{}: a recording or an archive; it would be written over", output.display());
        }
        taken.push(file);
    }
    if args.table != Table::Runs && !formats.iter().any(|format| format.has_tables()) {
        bail!("--table chooses what a CSV or Parquet holds; add --format csv or --format parquet");
    }
    if args.output.len() > formats.len() {
        bail!("{} --output for {} --format; give each file its format", args.output.len(), formats.len());
    }
    if formats.len() > args.output.len() + 1 {
        bail!("only one --format can go to standard output; give the others an --output each");
    }
    if formats.len() == args.output.len() + 1 && args.output.iter().any(|path| is_standard(path)) {
        bail!("--output - is standard output, and so is the --format without an --output");
    }
    let on_screen = formats.len() == args.output.len() + 1 && io::stdout().is_terminal();
    if on_screen && formats.last().is_some_and(|format| format.is_binary()) {
        bail!("Parquet is nothing to look at; give it an --output");
    }
    let named = |path: &PathBuf| Some(path.clone()).filter(|path| !is_standard(path));
    let files = args.output.iter().map(named).chain(std::iter::repeat(None));
    Ok(formats.into_iter().zip(files).collect())
}
