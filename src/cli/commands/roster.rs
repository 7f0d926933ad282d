//! `firstmile roster DIR`: one athlete a sub-folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{OptionFlags, ProfileOnly, Reading};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::{output, pipeline};
use crate::formats::{Format, roster};
use crate::report::{Athlete, Roster};
use crate::units::Units;

/// Reads every athlete in turn and writes the roster.
///
/// # Errors
///
/// For a folder that does not exist or holds no folder, and output that cannot be written. What
/// stops one athlete's folder is that athlete's line, and counts as unreadable.
pub(in crate::cli) fn run(args: &RosterArgs) -> anyhow::Result<ExitStatus> {
    let (folders, strays) = folders(&args.folder)?;
    if folders.is_empty() {
        bail!(
            "{}: it has no sub-folder; a roster holds a folder for each athlete (one runner's years: firstmile history)",
            args.folder.display()
        );
    }
    let analyzer = args.look.units.apply(args.profile.apply(args.reading.apply(Analyzer::new())?)?)?;
    let analyzer = analyzer.among_others();
    output::refuse_input(args.output.as_deref(), &analyzer, &folders, &[])?;
    // Settings and a profile for all athletes are checked once before, so that their faults are
    // not an athlete's.
    analyzer.resolve(&[])?;
    // One athlete at a time, each with every thread: a report is boiled down before the next is
    // read.
    let athletes: Vec<Athlete> = folders
        .iter()
        .map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            // A folder that an engine wrote for each value of a column: `athlete=ada`.
            let name = name.strip_prefix("athlete=").unwrap_or(&name).to_owned();
            let paths = std::slice::from_ref(folder);
            let report = pipeline::report(analyzer.clone(), paths);
            match report {
                Ok(report) => Athlete::of(name, &report),
                Err(error) => Athlete::in_trouble(name, format!("{error:#}")),
            }
        })
        .collect();
    let unreadable =
        athletes.iter().map(|athlete| athlete.unreadable + usize::from(athlete.trouble.is_some())).sum();
    let roster = Roster::new(athletes, strays);
    let style = args.look.style(args.output.as_deref(), Units::default(), 0);
    let format = format_for(roster::FORMATS, args.format, args.output.as_deref());
    output::write_to(args.output.as_deref(), |out| format.write(&roster, &style, out))?;
    Ok(ExitStatus { unreadable, strict: args.strict, ..ExitStatus::default() })
}

/// The athletes' folders by the bytes of their names, and how many files lie beside them.
fn folders(folder: &Path) -> anyhow::Result<(Vec<PathBuf>, usize)> {
    if !folder.is_dir() {
        bail!("{}: no such folder", folder.display());
    }
    let mut folders = Vec::new();
    let mut strays = 0;
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry.with_context(|| folder.display().to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match path.is_dir() {
            _ if name.starts_with('.') || name == "firstmile.toml" => {}
            true => folders.push(path),
            false => strays += 1,
        }
    }
    folders.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
    Ok((folders, strays))
}

/// Arguments of `roster`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile roster club/          club/ada/*.fit, club/ben/*.fit ...")]
pub struct RosterArgs {
    /// A folder that holds a folder for each athlete, each with its own firstmile.toml if need be
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(roster::FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<Roster>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// One profile for all athletes, or none.
    #[command(flatten)]
    pub profile: OptionFlags<ProfileOnly>,
    /// Exit with status 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
