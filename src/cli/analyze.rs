//! `firstmile PATH…`: the main job.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Analyze, ColorArg, CourseArg, UnitsArg};
use super::batch::{self, Batch};
use super::outcome::Outcome;
use crate::history::{self, HistoryOptions, RaceSetting};
use crate::ingest::discover::discover;
use crate::measure::{CourseSetting, MeasureOptions};
use crate::report::{Format, Report, Style};
use crate::units::Units;

/// Does the main job.
///
/// # Errors
///
/// For a path that does not exist, nothing to analyse, and output that cannot be written.
pub(super) fn run(args: &Analyze) -> anyhow::Result<Outcome> {
    let outputs = outputs(args)?;
    let found =
        discover(&args.paths).map_err(|missing| anyhow!("{}: no such file or folder", missing.display()))?;
    let looked_at = found.sources.len();
    let progress = progress(looked_at);
    let options = MeasureOptions { course: course(args.course) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.jobs.map_or(0, usize::from))
        .build()
        .context("the threads could not be started; try --jobs 1")?;
    let Batch { entries, skipped } = pool.install(|| batch::run(found, &options, || progress.inc(1)));
    progress.finish_and_clear();
    if entries.is_empty() {
        let places: Vec<String> = args.paths.iter().map(|path| path.display().to_string()).collect();
        bail!(
            "no activity found in {} ({looked_at} files looked at; none is FIT, GPX or TCX). Is it the right folder?",
            places.join(", ")
        );
    }
    let race = match (args.race, args.no_race) {
        (true, _) => RaceSetting::Always,
        (_, true) => RaceSetting::Never,
        _ => RaceSetting::Tell,
    };
    let course_stated = matches!(options.course, CourseSetting::Stated(_));
    let history = history::read(&entries, &HistoryOptions { race, course_stated });
    let units = match args.units {
        UnitsArg::Miles => Units::Miles,
        UnitsArg::Km => Units::Kilometres,
    };
    let report = Report::new(&entries, history, skipped, units);
    for (format, path) in &outputs {
        write(&report, *format, path.as_ref(), args, units)?;
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

fn course(setting: Option<CourseArg>) -> CourseSetting {
    match setting {
        None => CourseSetting::Recognise,
        Some(CourseArg::None) => CourseSetting::Never,
        Some(CourseArg::Course(course)) => CourseSetting::Stated(course),
    }
}

fn write(
    report: &Report,
    format: Format,
    path: Option<&PathBuf>,
    args: &Analyze,
    units: Units,
) -> anyhow::Result<()> {
    let color = match args.color {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => {
            path.is_none()
                && io::stdout().is_terminal()
                && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        }
    };
    let verbosity = i8::from(args.verbose) - i8::from(args.quiet);
    let style = Style { units, color, ascii: args.ascii, verbosity };
    match path {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            format.write(report, &style, &mut out).context("standard output")
        }
        Some(path) => {
            let result = File::create(path).and_then(|file| {
                let mut out = BufWriter::new(file);
                format.write(report, &style, &mut out)?;
                out.flush()
            });
            result.with_context(|| path.display().to_string())
        }
    }
}

/// A bar on a terminal's standard error, nothing elsewhere.
fn progress(files: usize) -> ProgressBar {
    let target = if io::stderr().is_terminal() && files > 20 {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(files as u64), target);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} files") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
