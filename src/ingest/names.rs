//! Names of files and archive members: endings, stems and full names such as `export.zip!1.fit`.

use std::path::Path;

use crate::ingest::limits::{LONGEST_NAME, LONGEST_TEXT};

/// Returns a path's last part; empty if there is none.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The endings of activity files and archives. A file with such a name always has a row.
const ENDINGS: [&str; 7] = [".fit", ".gpx", ".tcx", ".gz", ".zip", ".tar", ".tgz"];

/// Returns where a name's ending begins, if it is one of [`ENDINGS`] in any case of letters.
pub(super) fn ending_at(name: &str) -> Option<usize> {
    let dot = name.rfind('.')?;
    ENDINGS.iter().any(|ending| name[dot..].eq_ignore_ascii_case(ending)).then_some(dot)
}

/// Returns whether a name has one of [`ENDINGS`].
pub(crate) fn has_activity_name(name: &str) -> bool {
    ending_at(name).is_some()
}

/// Returns a file's name without those endings: "1" for "1.fit.gz", and "13.10.2019 marathon" for
/// "13.10.2019 marathon.tcx".
pub(crate) fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some(dot) = ending_at(stem).filter(|dot| *dot > 0) {
        stem = &stem[..dot];
    }
    stem
}

/// Returns the name of a gzipped file once unpacked: without its `.gz`.
pub(super) fn inner_name(name: &str) -> &str {
    let tail = name.len().checked_sub(3).and_then(|at| name.get(at..));
    if tail.is_some_and(|tail| tail.eq_ignore_ascii_case(".gz")) { &name[..name.len() - 3] } else { name }
}

/// Cuts a member's name that is longer than [`LONGEST_NAME`].
pub(super) fn cut(name: &str) -> &str {
    let ends = (0..=LONGEST_NAME.min(name.len())).rev();
    ends.into_iter().find_map(|end| name.get(..end)).unwrap_or_default()
}

/// Cuts a name, title or maker that is longer than [`LONGEST_TEXT`].
pub(crate) fn cut_text(text: &str) -> &str {
    text.char_indices().nth(LONGEST_TEXT).map_or(text, |(end, _)| &text[..end])
}

/// Returns a member's name after the names of the archives around it, separated by `!`.
pub(super) fn full_name(outer: Option<&str>, name: &str) -> String {
    outer.map_or_else(|| name.to_owned(), |outer| format!("{outer}!{name}"))
}
