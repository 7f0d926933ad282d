//! `firstmile verify PATH…`: every recording read twice.

use std::path::PathBuf;

use anyhow::{anyhow, bail};
use clap::Args;
use rayon::prelude::*;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::list::ListFlags;
use crate::cli::flags::options::{OptionFlags, Reading};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::output;
use crate::formats::Format;
use crate::formats::verify::{self, Verified};
use crate::ingest::compare::differences;
use crate::ingest::discover::discover;
use crate::ingest::filter::Filter;
use crate::ingest::{
    Failure, FailureKind, Limits, ReadError, Reader, Source, archive, is_runs_table, read_within,
};
use crate::phrases::plural;
use crate::units::Units;

/// Reads everything with both readers and reports the differences.
///
/// # Errors
///
/// If a path does not exist, there is nothing to read, or output cannot be written.
pub(in crate::cli) fn run(args: &VerifyArgs) -> anyhow::Result<ExitStatus> {
    let analyzer = args.reading.apply(Analyzer::new())?;
    let (filter, limits, pool) = analyzer.reading()?;
    let paths = args.list.paths(&args.paths)?;
    output::refuse_input(args.output.as_deref(), &analyzer, &paths, &[args.list.files_from0.as_ref()])?;
    let found = discover(&paths, &filter)
        .map_err(|missing| anyhow!("{}: no such file or folder", missing.display()))?;
    let verified: Vec<Verified> = pool
        .install(|| {
            found.sources.par_iter().map(|source| read_twice(source, &limits, &filter)).collect::<Vec<_>>()
        })
        .into_iter()
        .flatten()
        .chain(found.failures.iter().map(unwalked))
        .collect();
    if verified.is_empty() {
        bail!(
            "no activity found ({} looked at; none is FIT, GPX or TCX)",
            plural(found.sources.len(), "file", "files")
        );
    }
    let style = args.look.style(args.output.as_deref(), Units::default(), i8::from(args.verbose));
    let format = format_for(verify::FORMATS, args.format, args.output.as_deref());
    output::write_to(args.output.as_deref(), |out| format.write(&verified, &style, out))?;
    // The rows that say why are written all the same.
    if !verified.iter().any(|one| one.is_recording) {
        bail!("no activity found in {}; none is FIT, GPX or TCX", plural(verified.len(), "file", "files"));
    }
    Ok(ExitStatus { changed: verified.iter().any(Verified::is_unequal), ..ExitStatus::default() })
}

/// A folder or link that could not be followed.
fn unwalked(error: &ReadError) -> Verified {
    let address = error.path.display().to_string();
    Verified {
        address,
        differences: Vec::new(),
        unopened: Some(error.failure.to_string()),
        is_recording: false,
    }
}

/// Reads one file with both readers. Content that cannot be opened is reported; a runs table is
/// skipped.
fn read_twice(source: &Source, limits: &Limits, filter: &Filter) -> Vec<Verified> {
    let visited = archive::visit(source, limits, filter, &|content| {
        if content.bytes.as_ref().is_ok_and(|bytes| is_runs_table(bytes)) {
            return None;
        }
        let path = source.path.display();
        let address = content.member.map_or_else(|| path.to_string(), |member| format!("{path}!{member}"));
        Some(match content.bytes {
            Ok(bytes) => {
                let read = |reader| read_within(reader, &bytes, limits);
                // Content over a limit is not given to a library, which has no limits.
                let fast = match read(Reader::BuiltIn) {
                    Err(Failure { kind: kind @ FailureKind::Limit(_), .. }) => {
                        let unopened = Some(kind.to_string());
                        return Some(Verified {
                            address,
                            differences: Vec::new(),
                            unopened,
                            is_recording: true,
                        });
                    }
                    fast => fast,
                };
                let library = read(Reader::Library);
                let holds_none = |error: &Failure| matches!(error.kind, FailureKind::NotAnActivity(_));
                let is_recording = library.is_ok() || !fast.as_ref().is_err_and(holds_none);
                Verified { address, differences: differences(&fast, &library), unopened: None, is_recording }
            }
            Err(why) => {
                let is_recording = !matches!(why.kind, FailureKind::NotAnActivity(_) | FailureKind::Io(_));
                Verified { address, differences: Vec::new(), unopened: Some(why.to_string()), is_recording }
            }
        })
    });
    visited.results.into_iter().flatten().collect()
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile verify races/              where the built-in and third-party readers differ\n  \
                  firstmile verify --format csv races/\n\n\
                  Exit status: 0 if both readers agree, 1 if they differ, 2 on usage or I/O errors."
)]
pub struct VerifyArgs {
    /// Files, folders or archives of recordings
    #[arg(required_unless_present = "files_from0", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(verify::FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<[Verified]>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// Also show what only the built-in readers give
    #[arg(short, long, help_heading = "Output")]
    pub verbose: bool,
    /// A list of paths.
    #[command(flatten)]
    pub list: ListFlags,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
