//! From arguments to a report: discover, read and measure in parallel, read the batch, judge.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{CourseArg, Judging};
use super::batch::{self, Batch};
use crate::history::{self, HistoryOptions, RaceSetting};
use crate::ingest::discover::discover;
use crate::measure::{CourseSetting, MeasureOptions};
use crate::report::Report;
use crate::units::Units;

/// Reads, measures and judges everything under some paths.
///
/// # Errors
///
/// For a path that does not exist, threads that do not start, and nothing to analyse.
pub(super) fn report(
    paths: &[PathBuf],
    judging: &Judging,
    jobs: Option<u16>,
    units: Units,
) -> anyhow::Result<Report> {
    let found =
        discover(paths).map_err(|missing| anyhow!("{}: no such file or folder", missing.display()))?;
    let looked_at = found.sources.len();
    let progress = progress(looked_at);
    let options = MeasureOptions { course: course(judging.course) };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.map_or(0, usize::from))
        .build()
        .context("the threads could not be started; try --jobs 1")?;
    let Batch { entries, skipped } = pool.install(|| batch::run(found, &options, || progress.inc(1)));
    progress.finish_and_clear();
    if entries.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        bail!(
            "no activity found in {} ({looked_at} files looked at; none is FIT, GPX or TCX). Is it the right folder?",
            places.join(", ")
        );
    }
    let race = match (judging.race, judging.no_race) {
        (true, _) => RaceSetting::Always,
        (_, true) => RaceSetting::Never,
        _ => RaceSetting::Tell,
    };
    let course_stated = matches!(options.course, CourseSetting::Stated(_));
    let history = history::read(&entries, &HistoryOptions { race, course_stated });
    Ok(Report::new(&entries, history, skipped, units))
}

fn course(setting: Option<CourseArg>) -> CourseSetting {
    match setting {
        None => CourseSetting::Recognise,
        Some(CourseArg::None) => CourseSetting::Never,
        Some(CourseArg::Course(course)) => CourseSetting::Stated(course),
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
