//! From arguments to a report: discover, read and measure in parallel, read the batch, judge.

use std::io;
use std::io::{IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::CommandFactory as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Cli;
use super::settings::Settings;
use crate::activity::Activity;
use crate::batch::{Batch, BatchReader, Overrides};
use crate::cli::flags::reading::ReadingFlags;
use crate::history;
use crate::history::{Entry, History};
use crate::ingest::discover::discover;
use crate::ingest::filter::Filter;
use crate::judge;
use crate::report::Report;

/// A batch, measured and read.
pub(super) struct Gathered {
    /// One for each activity or file without one, in path order.
    pub entries: Vec<Entry>,
    /// What the batch says.
    pub history: History,
    /// Files and members that are no activity files.
    pub skipped: usize,
}

/// Reads, measures and judges everything under some paths.
///
/// # Errors
///
/// As [`batch`].
pub(super) fn report(
    paths: &[PathBuf],
    settings: &Settings,
    reading: &ReadingFlags,
) -> anyhow::Result<Report> {
    let Gathered { entries, history, skipped } = batch(paths, settings, reading, history::decide)?;
    let judged = judge::judge(&entries, &history, &settings.runner, settings.units);
    Ok(Report::new(&entries, history, judged, skipped))
}

/// Reads and measures everything under some paths, and `read`s the batch as one runner's or as a field.
///
/// # Errors
///
/// For a path that does not exist, threads that do not start, and nothing to analyse.
pub(super) fn batch(
    paths: &[PathBuf],
    settings: &Settings,
    reading: &ReadingFlags,
    read: fn(&[Entry]) -> History,
) -> anyhow::Result<Gathered> {
    let filter = reading.filter()?;
    let found = discover(paths, &filter).map_err(|missing| {
        let is_command = missing.to_str().is_some_and(|name| Cli::command().find_subcommand(name).is_some());
        let hint = if is_command { "; a command comes before its flags" } else { "" };
        anyhow!("{}: no such file or folder{hint}", missing.display())
    })?;
    let looked_at = found.sources.len();
    let progress = progress(looked_at);
    let pool = threads(reading)?;
    let about = |path: &Path, activity: &Activity| settings.about(path, activity);
    let pass = pass(&about, reading, &filter);
    let Batch { mut entries, skipped, warnings } = pool.install(|| pass.files(found, || progress.inc(1)));
    progress.finish_and_clear();
    for line in warnings {
        // Nobody is left to tell where standard error is closed.
        let _ = writeln!(io::stderr(), "warning: {line}");
    }
    settings.apply_flags(&mut entries)?;
    if entries.is_empty() && (reading.since.is_some() || reading.until.is_some()) {
        bail!("none of those days: {skipped} files and activities are of other days, or no recordings");
    }
    if entries.is_empty() {
        let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        bail!(
            "no activity found in {} ({looked_at} files looked at; none is FIT, GPX or TCX). Is it the right folder?",
            places.join(", ")
        );
    }
    let history = read(&entries);
    Ok(Gathered { entries, history, skipped })
}

/// A pass by the flags.
pub(super) fn pass<'a>(
    about: &'a (dyn Fn(&Path, &Activity) -> Overrides + Sync),
    reading: &ReadingFlags,
    filter: &'a Filter,
) -> BatchReader<'a> {
    BatchReader {
        about,
        reader: reading.reader,
        limits: reading.limits.limits(),
        filter,
        days: reading.days(),
    }
}

/// The threads that read.
pub(super) fn threads(reading: &ReadingFlags) -> anyhow::Result<rayon::ThreadPool> {
    let threads = rayon::ThreadPoolBuilder::new().num_threads(reading.jobs.map_or(0, usize::from));
    threads.build().context("the threads could not be started; try --jobs 1")
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
