//! Runs an analyzer over paths as a command does: with a progress bar, warnings, and hints in
//! errors.

use std::io;
use std::io::{IsTerminal, Write as _};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use anyhow::anyhow;
use clap::CommandFactory as _;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Cli, message_line};
use crate::analyzer::{AnalyzeError, Analyzer, Decided};
use crate::report::Report;

/// Reads, measures, decides and judges everything under some paths.
///
/// # Errors
///
/// As [`decide`].
pub(super) fn report(analyzer: Analyzer, paths: &[PathBuf]) -> anyhow::Result<Report> {
    decide(analyzer, paths).map(Decided::report)
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
        // Standard error may be closed; then nobody reads the warning.
        let _ = writeln!(io::stderr(), "warning: {}", message_line(line));
    }
    Ok(decided)
}

/// Adds to an error what a user may try next.
pub(super) fn explain(error: AnalyzeError) -> anyhow::Error {
    match &error {
        AnalyzeError::MissingPath(path)
            if path.to_str().is_some_and(|name| Cli::command().find_subcommand(name).is_some()) =>
        {
            anyhow!("{error}; a command comes before its flags")
        }
        _ => error.into(),
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
