//! `firstmile verify PATH…`: every recording read twice.

use anyhow::{Context as _, anyhow, bail};
use rayon::prelude::*;

use super::args::Verify;
use super::outcome::Outcome;
use super::output;
use crate::ingest::archive::{self, Limits};
use crate::ingest::compare::differences;
use crate::ingest::discover::{Source, discover};
use crate::ingest::filter::Filter;
use crate::ingest::{Failure, FailureKind, ReadError, Reader, is_table, read_within};
use crate::report::verify::Verified;
use crate::units::Units;

/// Reads everything by both readers and tells the differences.
///
/// # Errors
///
/// For a path that does not exist, nothing to read, and output that cannot be written.
pub(super) fn run(args: &Verify) -> anyhow::Result<Outcome> {
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
    Ok(Outcome { changed: verified.iter().any(Verified::is_unequal), ..Outcome::default() })
}

/// A folder or link that could not be followed.
fn unwalked(error: &ReadError) -> Verified {
    let address = error.path.display().to_string();
    Verified { address, differences: Vec::new(), unopened: Some(error.failure.to_string()) }
}

/// One file, in both ways. What cannot be opened is told; a table of runs is no recording.
fn verify(source: &Source, limits: &Limits, filter: &Filter) -> Vec<Verified> {
    let visited = archive::visit(source, limits, filter, &|content| {
        if content.bytes.as_ref().is_ok_and(|bytes| is_table(bytes)) {
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
