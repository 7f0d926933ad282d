//! Names of files and archive members: endings, stems, and a member's full name.

use std::path::Path;

pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The endings of activity files and archives (DESIGN, "The contract": these are never skipped).
const ENDINGS: [&str; 7] = [".fit", ".gpx", ".tcx", ".gz", ".zip", ".tar", ".tgz"];

/// Where a name's ending begins, if it is an activity file's or an archive's.
pub(super) fn ending_at(name: &str) -> Option<usize> {
    let dot = name.rfind('.')?;
    ENDINGS.iter().any(|ending| name[dot..].eq_ignore_ascii_case(ending)).then_some(dot)
}

/// Whether a name says activity file or archive.
pub(crate) fn has_activity_name(name: &str) -> bool {
    ending_at(name).is_some()
}

/// A file's name without those endings: "1.fit.gz" is "1", "13.10.2019 marathon.tcx" is "13.10.2019 marathon".
pub(crate) fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some(dot) = ending_at(stem).filter(|dot| *dot > 0) {
        stem = &stem[..dot];
    }
    stem
}

pub(super) fn inner_name(name: &str) -> &str {
    let tail = name.len().checked_sub(3).and_then(|at| name.get(at..));
    if tail.is_some_and(|tail| tail.eq_ignore_ascii_case(".gz")) { &name[..name.len() - 3] } else { name }
}

/// A member's name behind those of the archives around it.
pub(super) fn full_name(outer: Option<&str>, name: &str) -> String {
    outer.map_or_else(|| name.to_owned(), |outer| format!("{outer}!{name}"))
}
