//! From the arguments to the list of files: walked, merged, and sorted by path bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::{Failure, FailureKind, ReadError};

/// A file to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Its path, as reached from the argument.
    pub path: PathBuf,
    /// Whether the user named this very file, so that it must have a row whatever it is.
    pub named: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Discovered {
    /// Files in the order of their path's bytes, each once.
    pub sources: Vec<Source>,
    /// Folders and links that could not be followed.
    pub failures: Vec<ReadError>,
}

/// Walks files and folders. Hidden files (a leading dot) below a folder are passed over, links are followed,
/// loops and folders that cannot be listed are failures of their own.
///
/// # Errors
///
/// The first argument that does not exist.
pub fn discover(arguments: &[PathBuf]) -> Result<Discovered, PathBuf> {
    let mut files: BTreeMap<Vec<u8>, Source> = BTreeMap::new();
    let mut failures = Vec::new();
    for argument in arguments {
        if !argument.exists() {
            return Err(argument.clone());
        }
        if argument.is_dir() {
            walk(argument, &mut files, &mut failures);
        } else {
            let path = tidy(argument);
            files.entry(key(&path)).or_insert(Source { path, named: false }).named = true;
        }
    }
    Ok(Discovered { sources: files.into_values().collect(), failures })
}

fn walk(folder: &Path, files: &mut BTreeMap<Vec<u8>, Source>, failures: &mut Vec<ReadError>) {
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                let path = tidy(entry.path());
                files.entry(key(&path)).or_insert(Source { path, named: false });
            }
            Ok(_) => {}
            Err(error) => failures.push(ReadError {
                path: error.path().unwrap_or(folder).to_path_buf(),
                member: None,
                failure: Failure::new(FailureKind::Io(error.into())),
            }),
        }
    }
}

/// Drops `.` parts, so that `races/a.fit` and `./races//a.fit` are one file.
fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf =
        path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
    if tidied.as_os_str().is_empty() { path.to_path_buf() } else { tidied }
}

fn key(path: &Path) -> Vec<u8> {
    path.as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_by_two_ways_is_one_source_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b.fit");
        std::fs::write(&file, "x").expect("written");
        std::fs::write(folder.path().join("a.gpx"), "x").expect("written");
        std::fs::write(folder.path().join(".hidden.gpx"), "x").expect("written");
        let twice = folder.path().join(".").join("b.fit");
        let found = discover(&[file.clone(), folder.path().to_path_buf(), twice]).expect("all there");
        let names: Vec<_> =
            found.sources.iter().map(|s| (s.path.file_name().expect("named"), s.named)).collect();
        assert_eq!(names, [("a.gpx".as_ref(), false), ("b.fit".as_ref(), true)]);
    }

    #[test]
    fn an_argument_that_does_not_exist_is_given_back() {
        let missing = PathBuf::from("no/such/folder");
        assert_eq!(discover(std::slice::from_ref(&missing)).unwrap_err(), missing);
    }
}
