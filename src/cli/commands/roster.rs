//! `firstmile roster DIR`: one athlete a sub-folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::roster_formats;
use crate::cli::settings::Settings;
use crate::cli::{output, pipeline};
use crate::formats::roster::RosterFormat;
use crate::report::{Athlete, Roster};
use crate::units::Units;

/// Reads every athlete in turn and writes the roster.
///
/// # Errors
///
/// For a folder that does not exist or holds no folder, and output that cannot be written. What stops one athlete's folder
/// is that athlete's line, and counts as unreadable.
pub(in crate::cli) fn run(args: &RosterArgs) -> anyhow::Result<ExitStatus> {
    let (folders, strays) = folders(&args.folder)?;
    if folders.is_empty() {
        bail!(
            "{}: no folder in it; a roster holds a folder for each athlete (one runner's years: firstmile history)",
            args.folder.display()
        );
    }
    let judging = JudgingFlags {
        profile: args.profile.clone(),
        no_profile: args.no_profile,
        ..JudgingFlags::default()
    };
    // A profile for all is read once before, so that a fault in it is no athlete's.
    Settings::new(&[], &judging, &args.look)?;
    // One athlete at a time, each with every thread: a report is boiled down before the next is read.
    let athletes: Vec<Athlete> = folders
        .iter()
        .map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            // A folder that an engine wrote for each value of a column: `athlete=ada`.
            let name = name.strip_prefix("athlete=").unwrap_or(&name).to_owned();
            let paths = std::slice::from_ref(folder);
            let report = Settings::new(paths, &judging, &args.look)
                .and_then(|settings| pipeline::report(paths, &settings, &args.reading));
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
    output::write_to(args.output.as_deref(), |out| args.format.write(&roster, &style, out))?;
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

/// What `roster` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  firstmile roster club/          club/ada/*.fit, club/ben/*.fit ...")]
pub struct RosterArgs {
    /// A folder that holds a folder for each athlete, each with its own firstmile.toml if need be
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// How to write it
    #[arg(long, value_name = "FORMAT", value_parser = roster_formats(), default_value = "text", help_heading = "Output")]
    pub format: RosterFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// One profile for all athletes [default: firstmile.toml in the athlete's folder or the nearest upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_profile", help_heading = "Judging")]
    pub profile: Option<PathBuf>,
    /// Go by no profile
    #[arg(long, help_heading = "Judging")]
    pub no_profile: bool,
    /// Exit with 2 if any file is unreadable
    #[arg(long, help_heading = "Running")]
    pub strict: bool,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
