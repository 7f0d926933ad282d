//! Discovery: turns the arguments into a list of files, each once, sorted by the bytes of their
//! paths.
//!
//! Folders are walked; nothing is opened here. What a file contains is left to
//! [`archive`](super::archive).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::error::{Failure, FailureKind, ReadError};
use super::filter::Filter;
use super::service::is_activity_index;
use crate::escape::unescape;
use crate::ingest::names::has_activity_name;
use crate::ingest::source::{Part, Source};

/// The files found for some arguments.
#[derive(Debug, Default)]
pub struct Discovered {
    /// The files, each once, sorted by the bytes of their paths.
    pub sources: Vec<Source>,
    /// The folders and links that could not be read.
    pub failures: Vec<ReadError>,
    /// The number of files that the filter excludes.
    pub filtered: usize,
    /// Files that may be a service's [index of activities](super::service), in or beside the
    /// folders.
    pub indexes: BTreeSet<PathBuf>,
}

/// The longest path of a file that any system has, bytes.
const LONGEST_PATH: usize = 4096;

/// Files by the bytes of their paths, and by the member and activity that were asked for.
type Files = BTreeMap<Key, Source>;
type Key = (Vec<u8>, Option<String>, Option<usize>);

/// Lists the files that arguments name, and all files below folders.
///
/// - Below a folder, hidden files and folders (a leading dot) are skipped and links are followed.
///   Only regular files count. A link loop, or a folder that cannot be listed, is a failure of its
///   own.
/// - `export.zip!1.fit` is one member of an archive, `export.zip!inner.zip` an archive inside it,
///   `all.gpx#2` the second activity of a file, and `-` standard input.
/// - A path that does not exist as typed is tried again as outputs print it, with control
///   characters escaped.
/// - The filter applies to files found in folders, not to files that are named.
///
/// # Errors
///
/// Returns the first argument that does not exist.
pub fn discover(arguments: &[PathBuf], filter: &Filter) -> Result<Discovered, PathBuf> {
    let mut files = Files::new();
    let mut found = Discovered::default();
    // Of folders beside each other, the folder around them is looked at once.
    let mut around = BTreeSet::new();
    for argument in arguments {
        let shown = argument.to_str().filter(|_| !argument.exists()).and_then(unescape).map(PathBuf::from);
        let path = shown.as_ref().filter(|path| path.exists()).unwrap_or(argument);
        if path.is_dir() {
            // The index `export/activities.csv` lists the files in `export/activities`.
            let parent = path.parent().map(Path::to_owned).filter(|_| !filter.ignores_beside);
            if let Some(parent) = parent.filter(|parent| around.insert(parent.clone())) {
                found.indexes.extend(indexes_in(&parent));
            }
            walk(path, filter, &mut files, &mut found);
            continue;
        }
        // A file in a folder that must not be entered may exist; reading it says what is wrong.
        let is_closed = || path.try_exists().is_err_and(|why| why.kind() == io::ErrorKind::PermissionDenied);
        let source = if path.exists() || path.as_os_str() == "-" || is_closed() {
            Source::named(tidy(path))
        } else {
            numbered(argument).or_else(|| member(argument)).ok_or_else(|| argument.clone())?
        };
        files.entry(key(&source)).or_insert(source).named = true;
    }
    found.sources = joined(files);
    Ok(found)
}

/// Joins the parts of each file, so that it is read once.
fn joined(files: Files) -> Vec<Source> {
    // A whole archive includes its members, and a whole file its activities. Both come first in the
    // order of keys, and everything that they include begins like them.
    let mut wholes: Vec<Key> = Vec::new();
    let mut sources: Vec<Source> = Vec::new();
    for (key, source) in files {
        while wholes.pop_if(|whole| !begins_like(&key, whole)).is_some() {}
        if wholes.iter().any(|whole| includes(whole, &key)) {
            continue;
        }
        let is_of_members = |source: &Source| source.members().next().is_some();
        let together =
            |last: &&mut Source| last.path == source.path && is_of_members(last) == is_of_members(&source);
        match sources.last_mut().filter(together) {
            Some(last) => last.parts.extend(source.parts),
            None => sources.push(source),
        }
        if key.2.is_none() {
            wholes.push(key);
        }
    }
    sources
}

/// Sorts files that do not lie on a disk as [`discover`] does: those in folders, with a `/` in
/// their path, and those that the user named.
///
/// A named index of a service's activities is an index, if it is not alone.
pub fn discover_among(paths: &[PathBuf], filter: &Filter) -> Discovered {
    let mut files = Files::new();
    let mut found = Discovered::default();
    for path in paths {
        let path = tidy(path);
        let is_hidden = |part: std::path::Component| part.as_os_str().to_string_lossy().starts_with('.');
        let in_folder = path.components().count() > 1;
        if in_folder && path.components().skip(1).any(is_hidden) {
            continue;
        }
        let is_index = is_activity_index(&path.to_string_lossy());
        if is_index {
            found.indexes.insert(path.clone());
        }
        if in_folder && !filter.accepts_file(&path) {
            found.filtered += 1;
        } else if in_folder || !is_index || paths.len() == 1 {
            let source = Source { named: !in_folder, ..Source::named(path) };
            files.insert(key(&source), source);
        }
    }
    found.sources = files.into_values().collect();
    found
}

/// Returns whether a key is of the same file as another, and its member's name begins like the
/// other's.
fn begins_like((path, member, _): &Key, (whole, archive, _): &Key) -> bool {
    path == whole
        && archive
            .as_ref()
            .is_none_or(|archive| member.as_ref().is_some_and(|member| member.starts_with(archive)))
}

/// Returns whether a whole file or archive includes what begins like it: a member or an activity.
fn includes((_, archive, _): &Key, (_, member, activity): &Key) -> bool {
    match (archive, member) {
        (None, _) => true,
        (Some(archive), Some(member)) if archive == member => activity.is_some(),
        (Some(archive), Some(member)) => member[archive.len()..].starts_with('!'),
        (Some(_), None) => false,
    }
}

/// Returns the indexes of activities in a folder; that of a bare name is empty.
fn indexes_in(folder: &Path) -> Vec<PathBuf> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .filter(|file| is_activity_index(&file.file_name().to_string_lossy()) && file.path().is_file())
        .map(|file| tidy(&file.path()))
        .collect()
}

/// Returns the source of an argument that names one activity: `all.gpx#2`, `export.zip!all.gpx#2`.
fn numbered(argument: &Path) -> Option<Source> {
    let (file, number) = argument.to_str()?.rsplit_once('#')?;
    let number = number.parse().ok().filter(|number| *number > 0);
    // A member's existence is unknown before the archive is read, so its ending must be an activity
    // file's.
    let whole = Path::new(file).is_file().then(|| Source::named(tidy(Path::new(file))));
    let of_file = |file| member(file).filter(|source| source.members().all(has_activity_name));
    let source = whole.or_else(|| of_file(Path::new(file)))?;
    let member = source.parts.into_iter().next().and_then(|part| part.member);
    Some(Source { parts: vec![Part { member, activity: Some(number?) }], ..Source::named(source.path) })
}

/// Returns the source of an argument that names a member: `export.zip!activities/1.fit`.
fn member(argument: &Path) -> Option<Source> {
    let text = argument.to_str()?;
    let bangs = text.match_indices('!').map(|(at, _)| at).take_while(|at| *at <= LONGEST_PATH);
    bangs.map(|at| text.split_at(at)).find_map(|(archive, member)| {
        let as_typed = Path::new(archive).is_file().then(|| archive.to_owned());
        let archive = as_typed.or_else(|| unescape(archive).filter(|path| Path::new(path).is_file()))?;
        let parts = vec![Part { member: Some(member[1..].to_owned()), activity: None }];
        Some(Source { parts, ..Source::named(tidy(Path::new(&archive))) })
    })
}

/// The most bytes of a list of paths; each path counts 64 more.
#[cfg(feature = "cli")]
const LIST_BYTES: usize = 256 << 20;

/// Reads a file that is not a recording, or a pipe that the user named.
///
/// # Errors
///
/// If the system cannot read it, or it has more than `most` bytes.
pub(crate) fn read_up_to(most: u64, file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    let is_over = bytes.len() as u64 > most;
    if is_over { Err(io::Error::other(format!("it has more than {most} bytes"))) } else { Ok(bytes) }
}

/// Reads a list of paths, as [`paths_from_list`] splits it.
///
/// # Errors
///
/// If the system cannot read it, or it is too long.
#[cfg(feature = "cli")]
pub(crate) fn read_list(file: impl Read) -> io::Result<Vec<PathBuf>> {
    let list = read_up_to(LIST_BYTES as u64, file)?;
    let paths = list.split(|byte| *byte == 0).count();
    if list.len() + 64 * paths > LIST_BYTES {
        return Err(io::Error::other(format!("it has {paths} paths; give folders or archives instead")));
    }
    Ok(paths_from_list(&list))
}

/// Splits a list of paths that each end with a NUL byte, as `find -print0` and `git ls-files -z`
/// write it.
pub fn paths_from_list(list: &[u8]) -> Vec<PathBuf> {
    list.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(path_of).collect()
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// Adds the regular files below a folder.
fn walk(folder: &Path, filter: &Filter, files: &mut Files, found: &mut Discovered) {
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                if is_activity_index(&entry.file_name().to_string_lossy()) {
                    found.indexes.insert(tidy(entry.path()));
                }
                let source = Source { named: false, ..Source::named(tidy(entry.path())) };
                if filter.accepts_file(&source.path) {
                    files.entry(key(&source)).or_insert(source);
                } else {
                    found.filtered += 1;
                }
            }
            Ok(entry) if entry.file_type().is_dir() => {}
            // A pipe, a socket or a device.
            Ok(_) => found.filtered += 1,
            Err(error) => found.failures.push(ReadError {
                path: tidy(error.path().unwrap_or(folder)),
                member: None,
                failure: Failure::new(FailureKind::Io(error.into())),
            }),
        }
    }
}

/// Removes `.` parts, so that `races/a.fit` and `./races//a.fit` are the same file.
fn tidy(path: &Path) -> PathBuf {
    let tidied: PathBuf =
        path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
    if tidied.as_os_str().is_empty() { path.to_path_buf() } else { tidied }
}

fn key(source: &Source) -> Key {
    let part = source.parts.first();
    let (member, activity) = (part.and_then(|part| part.member.clone()), part.and_then(|part| part.activity));
    (source.path.as_os_str().as_encoded_bytes().to_vec(), member, activity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_found_and_named_is_one_source_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b.fit");
        std::fs::write(&file, "x").expect("written");
        std::fs::write(folder.path().join("a.gpx"), "x").expect("written");
        std::fs::write(folder.path().join(".hidden.gpx"), "x").expect("written");
        let twice = folder.path().join(".").join("b.fit");
        let found = discover(&[file.clone(), folder.path().to_path_buf(), twice], &Filter::default())
            .expect("all there");
        let names: Vec<_> =
            found.sources.iter().map(|s| (s.path.file_name().expect("named"), s.named)).collect();
        assert_eq!(names, [("a.gpx".as_ref(), false), ("b.fit".as_ref(), true)]);
    }

    #[test]
    fn a_missing_argument_is_returned() {
        let missing = PathBuf::from("no/such/folder");
        assert_eq!(discover(std::slice::from_ref(&missing), &Filter::default()).unwrap_err(), missing);
    }

    #[test]
    fn a_whole_archive_or_file_includes_its_parts_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("a.zip");
        std::fs::write(&archive, "x").expect("written");
        let found = |asked: &[&str]| {
            let asked: Vec<_> =
                asked.iter().map(|rest| PathBuf::from(format!("{}{rest}", archive.display()))).collect();
            let found = discover(&asked, &Filter::default()).expect("there").sources;
            let part = |part: Part| (part.member.unwrap_or_default(), part.activity.unwrap_or(0));
            let parts = |source: Source| source.parts.into_iter().map(part).collect::<Vec<_>>();
            found.into_iter().map(parts).collect::<Vec<_>>()
        };
        let parts = ["!x.fit", "!x.fit!y", "!x.fit z", "!x.fitter", "!x.fit#2", "!x", "!x!y!z", "#3"];
        let expected = [("x", 0), ("x.fit", 0), ("x.fit z", 0), ("x.fitter", 0)];
        let expected = expected.map(|(member, activity)| (member.to_owned(), activity));
        assert_eq!(found(&parts), [vec![(String::new(), 3)], expected.to_vec()]);
        assert_eq!(found(&[&parts[..], &[""]].concat()), [[]]);
    }

    #[test]
    fn a_member_is_named_after_its_archive_and_a_bang() {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("a!b.zip");
        std::fs::write(&archive, "x").expect("written");
        let asked = PathBuf::from(format!("{}!in/1.fit.gz", archive.display()));
        let found = discover(std::slice::from_ref(&asked), &Filter::default()).expect("there");
        assert_eq!(found.sources[0].only_member(), Some("in/1.fit.gz"));
        assert_eq!(found.sources[0].path, archive);
        let both = discover(&[asked, archive], &Filter::default()).expect("there");
        assert_eq!((both.sources.len(), both.sources[0].only_member()), (1, None));
        assert_eq!(paths_from_list(b"a b\0./c\0"), [PathBuf::from("a b"), PathBuf::from("./c")]);
    }
}
