//! `firstmile roster DIR`: one athlete a sub-folder.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use super::args::{Judging, Roster as RosterArgs};
use super::gather;
use super::outcome::Outcome;
use super::output;
use super::settings::Settings;
use crate::report::roster::{Athlete, Roster};
use crate::units::Units;

/// Reads every athlete in turn and writes the roster.
///
/// # Errors
///
/// For a folder that does not exist or holds no folder, and output that cannot be written. What stops one athlete's folder
/// is that athlete's line, and counts as unreadable.
pub(super) fn run(args: &RosterArgs) -> anyhow::Result<Outcome> {
    let (folders, strays) = folders(&args.folder)?;
    if folders.is_empty() {
        bail!(
            "{}: no folder in it; a roster holds a folder for each athlete (one runner's years: firstmile history)",
            args.folder.display()
        );
    }
    let judging =
        Judging { profile: args.profile.clone(), no_profile: args.no_profile, ..Judging::default() };
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
                .and_then(|settings| gather::report(paths, &settings, &args.reading));
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
    Ok(Outcome { unreadable, strict: args.strict, ..Outcome::default() })
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
