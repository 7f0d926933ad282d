//! Runs an analyzer over paths as a command does: with a progress bar, warnings, and hints in
//! errors.

use std::io;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use clap::CommandFactory as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Cli, warn};
use crate::analyzer::{AnalyzeError, Analyzer, Decided};
use crate::history::Outcome;
use crate::nearest::nearest;
use crate::phrases::plural;
use crate::report::{Report, Status};

/// Reads, measures, decides and judges everything under some paths.
///
/// # Errors
///
/// As [`decide`].
pub(super) fn report(analyzer: Analyzer, paths: &[PathBuf]) -> anyhow::Result<Report> {
    decide(analyzer, paths).map(Decided::report)
}

/// Returns the error for paths under which no activity was found, although files have rows; `None`
/// if there is one. A recording that is damaged or refused is an activity.
pub(super) fn nothing_found(report: &Report, paths: &[PathBuf]) -> Option<anyhow::Error> {
    let failures = report.rows.iter().map(|row| {
        let is_nothing = row.status == Status::Unreadable && NO_ACTIVITY.contains(&row.reason);
        is_nothing.then(|| (row.reason, row.detail.clone()))
    });
    nothing_among(&failures.collect::<Option<Vec<_>>>()?, report.summary.skipped, paths)
}

/// Returns the error as [`nothing_found`] does, for a batch that was not judged.
fn nothing_decided(decided: &Decided, paths: &[PathBuf]) -> Option<anyhow::Error> {
    let failures = decided.entries.iter().map(|entry| match &entry.outcome {
        Outcome::Unreadable(failure) if NO_ACTIVITY.contains(&failure.code()) => {
            Some((failure.code(), failure.to_string()))
        }
        _ => None,
    });
    nothing_among(&failures.collect::<Option<Vec<_>>>()?, decided.skipped, paths)
}

/// The reasons of rows without an activity, readable or not.
const NO_ACTIVITY: [&str; 2] = ["io", "not-an-activity"];

/// Words the error for files without an activity, given the reason and the sentence of each.
fn nothing_among(
    failures: &[(&'static str, String)],
    skipped: usize,
    paths: &[PathBuf],
) -> Option<anyhow::Error> {
    let cannot_be_read = failures.iter().filter(|(reason, _)| *reason == "io").count();
    let looked_at = plural(failures.len() + skipped, "file", "files");
    let why = match failures {
        [] => return None,
        [(_, sentence)] if skipped == 0 => sentence.clone(),
        _ if cannot_be_read == 0 => "none holds an activity".to_owned(),
        _ => format!("{cannot_be_read} cannot be read, the others hold no activity"),
    };
    let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    let folder = if paths.iter().any(|path| path.is_dir()) { ". Is it the right folder?" } else { "" };
    Some(anyhow!("no activity found in {} ({looked_at} looked at; {why}){folder}", places.join(", ")))
}

/// Reads, measures and decides everything under some paths, as [`decide`] does.
///
/// # Errors
///
/// As [`decide`], and if no activity is found although files have rows.
pub(super) fn decide_activities(analyzer: Analyzer, paths: &[PathBuf]) -> anyhow::Result<Decided> {
    let decided = decide(analyzer, paths)?;
    nothing_decided(&decided, paths).map_or(Ok(decided), Err)
}

/// Reads, measures and decides everything under some paths; warnings go to standard error.
///
/// # Errors
///
/// If a path does not exist, a setting cannot be used, or there is nothing to analyse.
pub(super) fn decide(analyzer: Analyzer, paths: &[PathBuf]) -> anyhow::Result<Decided> {
    let bar: Arc<OnceLock<ProgressBar>> = Arc::default();
    let seen = Arc::clone(&bar);
    let analyzer = analyzer.on_progress(move |read, files| {
        seen.get_or_init(|| progress(files)).set_position(read as u64);
    });
    let decided = analyzer.decide_paths(paths);
    if let Some(bar) = bar.get() {
        bar.finish_and_clear();
    }
    let decided = decided.map_err(explain)?;
    for line in &decided.warnings {
        warn(line);
    }
    Ok(decided)
}

/// Adds to an error what a user may try next.
pub(super) fn explain(error: AnalyzeError) -> anyhow::Error {
    let AnalyzeError::MissingPath(path) = &error else { return error.into() };
    let Some(name) = path.to_str().filter(|name| !name.contains(['/', '.'])) else { return error.into() };
    let program = Cli::command();
    if program.find_subcommand(name).is_some() {
        return anyhow!("{error}; a command comes before its paths: firstmile {name} PATH");
    }
    match nearest(name, program.get_subcommands().map(clap::Command::get_name)).first() {
        Some(command) => anyhow!("{error}. Did you mean the command {command}?"),
        None => error.into(),
    }
}

/// Makes a bar on a terminal's standard error, and nothing elsewhere.
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
