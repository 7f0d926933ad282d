//! A file's content, out of whatever it is wrapped in.
//!
//! Gzip and zip are known by their first bytes. Each piece of content that is, or by its name should be, an
//! activity file is handed to the caller as soon as it is unpacked, so that one member at a time is in memory.
//! A stream that breaks off is handed on as far as it goes.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::{Failure, FailureKind};
use super::{HEAD_BYTES, is_activity_file};
use crate::activity::Note;

/// The most bytes that one file or member may unpack to. A day of one-second GPX is some 25 MB.
pub const MAX_CONTENT_BYTES: u64 = 1 << 30;
/// The most members of one archive that are looked at.
pub const MAX_MEMBERS: usize = 200_000;
/// How deep wrappers may nest: `export.zip` holding `1.fit.gz` is two.
pub const MAX_DEPTH: usize = 3;

/// One piece of content found in a file.
#[derive(Debug)]
pub struct Content {
    /// The member's name within the archive; `None` for a plain or gzipped file.
    pub member: Option<String>,
    /// The bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Failure>,
    /// What was wrong with the wrapping.
    pub notes: Vec<Note>,
}

/// Opens a file and hands out each piece of content that deserves a row; gives how many were skipped.
///
/// `wanted` says that the file was named by the user, so that it must give at least one piece.
pub fn visit(path: &Path, wanted: bool, sink: &mut dyn FnMut(Content)) -> usize {
    let mut visitor = Visitor { sink, skipped: 0 };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match load(path, wanted || has_activity_name(&name)) {
        Ok(Some(bytes)) => visitor.content(&name, None, bytes, Vec::new(), wanted, 0),
        Ok(None) => visitor.skipped += 1,
        Err(failure) => visitor.emit(None, Err(failure), Vec::new()),
    }
    visitor.skipped
}

/// Reads a file whole if it is `wanted` or its head is of use.
fn load(path: &Path, wanted: bool) -> Result<Option<Vec<u8>>, Failure> {
    let io = |error| Failure::new(FailureKind::Io(error));
    let mut file = File::open(path).map_err(io)?;
    if file.metadata().is_ok_and(|meta| meta.len() > MAX_CONTENT_BYTES) {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(io)?;
    if !wanted && !is_activity_file(&bytes) && Wrapper::of(&bytes).is_none() {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(bytes.len() as u64)).map_err(io)?;
    file.take(MAX_CONTENT_BYTES).read_to_end(&mut bytes).map_err(io)?;
    Ok(Some(bytes))
}

fn too_large() -> Failure {
    Failure::new(FailureKind::Limit(format!("content of more than {} MiB", MAX_CONTENT_BYTES >> 20)))
}

/// The endings of activity files and archives (DESIGN, "The contract": these are never skipped).
const ENDINGS: [&str; 7] = [".fit", ".gpx", ".tcx", ".gz", ".zip", ".tar", ".tgz"];

/// Where a name's ending begins, if it is an activity file's or an archive's.
fn ending_at(name: &str) -> Option<usize> {
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Gzip,
    Zip,
}

impl Wrapper {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ => None,
        }
    }
}

struct Visitor<'a> {
    sink: &'a mut dyn FnMut(Content),
    skipped: usize,
}

impl Visitor<'_> {
    fn emit(&mut self, member: Option<String>, bytes: Result<Vec<u8>, Failure>, notes: Vec<Note>) {
        (self.sink)(Content { member, bytes, notes });
    }

    fn content(
        &mut self,
        name: &str,
        member: Option<String>,
        bytes: Vec<u8>,
        mut notes: Vec<Note>,
        wanted: bool,
        depth: usize,
    ) {
        let wrapper = Wrapper::of(&bytes);
        if wrapper.is_some() && depth >= MAX_DEPTH {
            let kind = FailureKind::Limit(format!("archives nested deeper than {MAX_DEPTH}"));
            return self.emit(member, Err(Failure::new(kind)), notes);
        }
        match wrapper {
            Some(Wrapper::Gzip) => match gunzip(&bytes) {
                Ok((inner, damage)) => {
                    notes.extend(damage);
                    self.content(inner_name(name), member, inner, notes, wanted, depth + 1);
                }
                Err(failure) => self.emit(member, Err(failure), notes),
            },
            Some(Wrapper::Zip) => self.zip(member.as_deref(), &bytes, depth),
            None if wanted || has_activity_name(name) || is_activity_file(&bytes) => {
                self.emit(member, Ok(bytes), notes);
            }
            None => self.skipped += 1,
        }
    }

    fn zip(&mut self, outer: Option<&str>, bytes: &[u8], depth: usize) {
        let damaged =
            |error: &zip::result::ZipError| Failure::damaged(None, format!("the zip archive: {error}"));
        let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => return self.emit(outer.map(str::to_owned), Err(damaged(&error)), Vec::new()),
        };
        if archive.len() > MAX_MEMBERS {
            let kind = FailureKind::Limit(format!("more than {MAX_MEMBERS} members"));
            return self.emit(outer.map(str::to_owned), Err(Failure::new(kind)), Vec::new());
        }
        let mut order: Vec<(String, usize)> = (0..archive.len())
            .filter_map(|index| Some((archive.name_for_index(index)?.ok()?.into_owned(), index)))
            .filter(|(name, _)| !name.ends_with('/'))
            .collect();
        order.sort();
        for (name, index) in order {
            let full = outer.map_or_else(|| name.clone(), |outer| format!("{outer}!{name}"));
            let content = archive.by_index(index).map_err(|error| damaged(&error)).and_then(|mut member| {
                let mut content = Vec::new();
                let result = member.by_ref().take(MAX_CONTENT_BYTES + 1).read_to_end(&mut content);
                unpacked(content, result.map(|_| ()), "zip")
            });
            match content {
                Ok((content, note)) => {
                    self.content(&name, Some(full), content, note.into_iter().collect(), false, depth + 1);
                }
                Err(failure) => self.emit(Some(full), Err(failure), Vec::new()),
            }
        }
    }
}

fn inner_name(name: &str) -> &str {
    name.strip_suffix(".gz").or_else(|| name.strip_suffix(".GZ")).unwrap_or(name)
}

fn gunzip(bytes: &[u8]) -> Result<(Vec<u8>, Option<Note>), Failure> {
    let mut content = Vec::new();
    let mut decoder = flate2::read::MultiGzDecoder::new(bytes).take(MAX_CONTENT_BYTES + 1);
    let result = decoder.read_to_end(&mut content);
    unpacked(content, result.map(|_| ()), "gzip")
}

/// What was unpacked before any fault, with a note of the fault; an error if that is nothing or too much.
fn unpacked(
    content: Vec<u8>,
    result: std::io::Result<()>,
    wrapper: &str,
) -> Result<(Vec<u8>, Option<Note>), Failure> {
    match result {
        _ if content.len() as u64 > MAX_CONTENT_BYTES => Err(too_large()),
        Ok(()) => Ok((content, None)),
        Err(error) if content.is_empty() => {
            Err(Failure::damaged(None, format!("the {wrapper} stream: {error}")))
        }
        Err(error) => {
            let text =
                format!("the {wrapper} stream breaks off after {} bytes of content ({error})", content.len());
            Ok((content, Some(Note::general(text))))
        }
    }
}
