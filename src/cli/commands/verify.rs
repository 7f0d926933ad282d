//! `firstmile verify PATH…`: every recording read twice.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use rayon::prelude::*;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::verify_formats;
use crate::cli::output;
use crate::formats::verify::{Verified, VerifyFormat};
use crate::ingest::compare::differences;
use crate::ingest::discover::discover;
use crate::ingest::filter::Filter;
use crate::ingest::{
    Failure, FailureKind, Limits, ReadError, Reader, Source, archive, is_runs_table, read_within,
};
use crate::units::Units;

/// Reads everything by both readers and tells the differences.
///
/// # Errors
///
/// For a path that does not exist, nothing to read, and output that cannot be written.
pub(in crate::cli) fn run(args: &VerifyArgs) -> anyhow::Result<ExitStatus> {
    let filter = args.reading.filter()?;
    let paths = args.reading.paths(&args.paths)?;
    let found = discover(&paths, &filter)
        .map_err(|missing| anyhow!("{}: no such file or folder", missing.display()))?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.reading.jobs.map_or(0, usize::from))
        .build()
        .context("the threads could not be started; try --jobs 1")?;
    let limits = args.reading.limits.limits();
    let verified: Vec<Verified> = pool
        .install(|| {
            found.sources.par_iter().map(|source| verify(source, &limits, &filter)).collect::<Vec<_>>()
        })
        .into_iter()
        .flatten()
        .chain(found.failures.iter().map(unwalked))
        .collect();
    if verified.is_empty() {
        bail!("nothing to read in {} files; none is FIT, GPX or TCX", found.sources.len());
    }
    let style = args.look.style(args.output.as_deref(), Units::default(), i8::from(args.verbose));
    output::write_to(args.output.as_deref(), |out| args.format.write(&verified, &style, out))?;
    Ok(ExitStatus { changed: verified.iter().any(Verified::is_unequal), ..ExitStatus::default() })
}

/// A folder or link that could not be followed.
fn unwalked(error: &ReadError) -> Verified {
    let address = error.path.display().to_string();
    Verified { address, differences: Vec::new(), unopened: Some(error.failure.to_string()) }
}

/// One file, in both ways. What cannot be opened is told; a table of runs is no recording.
fn verify(source: &Source, limits: &Limits, filter: &Filter) -> Vec<Verified> {
    let visited = archive::visit(source, limits, filter, &|content| {
        if content.bytes.as_ref().is_ok_and(|bytes| is_runs_table(bytes)) {
            return None;
        }
        let path = source.path.display();
        let address = content.member.map_or_else(|| path.to_string(), |member| format!("{path}!{member}"));
        Some(match content.bytes {
            Ok(bytes) => {
                let read = |reader| read_within(reader, &bytes, limits);
                // What is over a limit is not handed to a library that knows none.
                let fast = match read(Reader::Fast) {
                    Err(Failure { kind: kind @ FailureKind::Limit(_), .. }) => {
                        let unopened = Some(kind.to_string());
                        return Some(Verified { address, differences: Vec::new(), unopened });
                    }
                    fast => fast,
                };
                let library = read(Reader::Library);
                Verified { address, differences: differences(&fast, &library), unopened: None }
            }
            Err(why) => Verified { address, differences: Vec::new(), unopened: Some(why.to_string()) },
        })
    });
    visited.results.into_iter().flatten().collect()
}

/// What `verify` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile verify races/              where this program's readers and the common libraries differ\n  \
                  firstmile verify --format csv races/\n\n\
                  Exit status: 0 the libraries give nothing that is not read the same; 1 they do; 2 as everywhere."
)]
pub struct VerifyArgs {
    /// Files, folders or archives of recordings
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_name = "FORMAT", value_parser = verify_formats(), default_value = "text", help_heading = "Output")]
    pub format: VerifyFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// Show also what the fast readers alone give
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
