//! Archives: unpacks gzip, zip and tar, nested in any order, and passes each member to a callback.
//!
//! The wrappers are recognised by their first bytes. A member is passed on as soon as it is
//! unpacked, if it is an activity file by content or by name. An archive is never unpacked as a
//! whole: a zip's members are unpacked on several threads, a tar is read as a stream. Of a
//! truncated stream, the part before the end is passed on with a note. [`Limits`] apply to each
//! member, and a budget to all members of one file.

mod budget;
mod inflate;
mod tar;
mod wanted;
mod zip;

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use budget::Budget;
use flate2::read::{DeflateDecoder, MultiGzDecoder};
use inflate::{Packing, at_once, gzip_size};
use wanted::{Relation, Wanted};

use super::error::{Failure, FailureKind};
use super::filter::Filter;
use super::service::ActivityIndexes;
use super::{HEAD_BYTES, is_activity_file, is_runs_table};
use crate::activity::Note;
use crate::ingest::limits::LONGEST_NAME;
pub use crate::ingest::limits::Limits;
use crate::ingest::names::{cut, full_name, has_activity_name, inner_name, name_of};
use crate::ingest::source::Source;

/// The content of one file or archive member.
#[derive(Debug)]
pub struct FileContent {
    /// The member's name within the archive; `None` for a plain or gzipped file.
    pub member: Option<String>,
    /// The unpacked bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Failure>,
    /// Notes on damage of the archive or gzip stream.
    pub notes: Vec<Note>,
    /// The indexes of activities in the archives around it.
    pub indexes: Arc<ActivityIndexes>,
}

/// The results of visiting one file.
#[derive(Debug)]
pub struct Visited<T> {
    /// The callback's results, sorted by member name.
    pub results: Vec<T>,
    /// The number of members that are not activity files.
    pub skipped: usize,
    /// A line for each index of activities that could not be read.
    pub warnings: Vec<String>,
}

impl<T> Visited<T> {
    /// Returns no result.
    fn nothing() -> Self {
        Self { results: Vec::new(), skipped: 0, warnings: Vec::new() }
    }

    /// Returns one skipped member.
    fn skipped() -> Self {
        Self { skipped: 1, ..Self::nothing() }
    }

    /// Appends other results.
    fn join(mut self, other: Self) -> Self {
        self.results.extend(other.results);
        self.skipped += other.skipped;
        self.warnings.extend(other.warnings);
        self
    }
}

/// Opens a file and calls `each` for every activity file in it, possibly on several threads at
/// once.
///
/// For a source that the user named, `each` is called at least once, even if it is not an activity
/// file. An archive without members counts as one skipped file.
pub fn visit<T: Send>(
    source: &Source,
    limits: &Limits,
    filter: &Filter,
    each: &(impl Fn(FileContent) -> T + Sync + ?Sized),
) -> Visited<T> {
    let visitor = Visitor::new(&source.path, limits, filter, Wanted::new(source.members()), each);
    let visited = visitor.file(&source.path, &name_of(&source.path), source.named);
    visitor.finish(visited)
}

/// Visits a file like [`visit`] that the caller opened, of `size` bytes. It need not lie on a disk.
pub fn visit_opened<T: Send>(
    source: &Source,
    (file, size): (impl Read + Seek + Send, u64),
    limits: &Limits,
    filter: &Filter,
    each: &(impl Fn(FileContent) -> T + Sync + ?Sized),
) -> Visited<T> {
    let visitor = Visitor::new(&source.path, limits, filter, Wanted::new(source.members()), each);
    let visited = visitor.opened(file, Some(size), &name_of(&source.path), source.named);
    visitor.finish(visited)
}

/// Visits content in memory like [`visit`]; `path` is its name.
///
/// If `named`, `each` is called at least once.
pub fn visit_content<T: Send>(
    path: &Path,
    bytes: &[u8],
    limits: &Limits,
    filter: &Filter,
    named: bool,
    each: &(impl Fn(FileContent) -> T + Sync + ?Sized),
) -> Visited<T> {
    let visitor = Visitor::new(path, limits, filter, Wanted::new(std::iter::empty()), each);
    let visited = visitor.stream(bytes, Vec::new(), Some(bytes.len() as u64), &name_of(path), named);
    visitor.finish(visited)
}

/// Returns whether content begins like an archive or a gzip file.
#[cfg(feature = "cli")]
pub(crate) fn is_archive(head: &[u8]) -> bool {
    Wrapper::of(head).is_some()
}

/// Appends up to some bytes of a stream. If all are there, the system is not asked for more.
fn read_some(stream: impl Read, most: u64, bytes: &mut Vec<u8>) -> io::Result<usize> {
    if most == 0 { Ok(0) } else { stream.take(most).read_to_end(bytes) }
}

/// A file up to this size is read before its content is known, bytes.
const SMALL_BYTES: u64 = 64 << 10;

/// The kinds of wrappers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Gzip,
    Zip,
    Tar,
}

impl Wrapper {
    /// Recognises a wrapper by its first bytes; `None` for other content.
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ if tar::is_tar(head) => Some(Self::Tar),
            _ => None,
        }
    }
}

/// Content that may still be wrapped.
struct WrappedPiece {
    /// Its own name within the innermost archive.
    name: String,
    /// Its full name: the names of the archives around it and its own, separated by `!`.
    member: Option<String>,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    /// Whether it must have a row.
    wanted: bool,
    /// The number of wrappers around it.
    depth: usize,
    /// The indexes of activities in the archives around it, which are read before their members.
    indexes: Arc<ActivityIndexes>,
}

/// A visit of one file.
struct Visitor<'a, F: ?Sized> {
    path: &'a Path,
    limits: &'a Limits,
    filter: &'a Filter,
    /// Which members are read.
    wanted: Wanted<'a>,
    /// The budget of unpacked bytes.
    budget: Budget,
    each: &'a F,
}

impl<'a, F: ?Sized> Visitor<'a, F> {
    fn new(path: &'a Path, limits: &'a Limits, filter: &'a Filter, wanted: Wanted<'a>, each: &'a F) -> Self {
        let budget = Budget::new(limits.total, limits.members);
        Self { path, limits, filter, wanted, budget, each }
    }

    /// Returns a visit's results; one failure if the budget is spent, and one for each member that
    /// was asked for and not found.
    fn finish<T>(&self, mut visited: Visited<T>) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if self.budget.is_over() {
            // Which members came first depends on the threads, so none is reported.
            let spent = self.budget.is_spent();
            let bytes = Err(if spent { self.limits.over_total() } else { self.limits.over_members() });
            let member = self.wanted.only().map(str::to_owned);
            let content = FileContent { member, bytes, notes: Vec::new(), indexes: Arc::default() };
            return Visited { results: vec![(self.each)(content)], ..Visited::nothing() };
        }
        for member in self.wanted.untold() {
            let bytes = Err(Failure::not_an_activity("no such member in the archive"));
            let (member, notes, indexes) = (Some(member.to_owned()), Vec::new(), Arc::default());
            visited.results.push((self.each)(FileContent { member, bytes, notes, indexes }));
        }
        visited
    }

    /// Passes a failure to the callback; nothing once the budget is spent.
    fn fail<T>(&self, member: Option<String>, failure: Failure, notes: Vec<Note>) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        self.wanted.unread(member.as_deref());
        self.emit(FileContent { member, bytes: Err(failure), notes, indexes: Arc::default() })
    }

    /// Passes one content to the callback; nothing once the budget is spent.
    fn emit<T>(&self, mut content: FileContent) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        self.budget.add_piece();
        if self.budget.is_over() {
            return Visited::nothing();
        }
        // Each activity has the name of its member, so a long name in a small file takes gigabytes.
        if let Some(member) = content.member.as_mut().filter(|member| member.len() > LONGEST_NAME) {
            *member = cut(member).to_owned();
            content.bytes = Err(Limits::long_name());
        }
        Visited { results: vec![(self.each)(content)], ..Visited::nothing() }
    }

    /// Returns an archive's results; an archive without members counts as one skipped file.
    fn count_empty<T>(&self, visited: Visited<T>) -> Visited<T> {
        let is_nothing = visited.results.is_empty() && visited.skipped == 0;
        if is_nothing && self.wanted.is_all() { Visited::skipped() } else { visited }
    }

    /// Visits a file on the disk, or standard input.
    fn file<T: Send>(&self, path: &Path, name: &str, named: bool) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if path.as_os_str() == "-" {
            return self.stream(io::stdin().lock(), Vec::new(), None, "-", true);
        }
        // Opening a pipe waits for its writer, and opening a device may do anything.
        let is_regular = if named { Ok(true) } else { fs::metadata(path).map(|about| about.is_file()) };
        let opened = is_regular.and_then(|is_regular| {
            if is_regular { File::open(path) } else { Err(io::Error::other("not a regular file")) }
        });
        let opened = opened.and_then(|file| {
            let about = file.metadata()?;
            // Only a regular file has a size and can be seeked. Some made-up file systems state 0.
            Ok((file, Some(about.len()).filter(|size| about.is_file() && *size > 0)))
        });
        match opened {
            Ok((file, size)) => self.opened(file, size, name, named),
            Err(error) => self.fail(None, Failure::new(FailureKind::Io(error)), Vec::new()),
        }
    }

    /// Visits an open file. Zip and tar are read in place; other files are read into memory.
    fn opened<T: Send>(
        &self,
        mut file: impl Read + Seek + Send,
        size: Option<u64>,
        name: &str,
        named: bool,
    ) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        // A small file, or one that is read in any case, is read at once.
        let is_read = |size: &u64| *size <= SMALL_BYTES || has_activity_name(name);
        let whole = size.filter(|size| *size <= self.limits.bytes).filter(is_read);
        let wanted = whole.unwrap_or(HEAD_BYTES as u64);
        let mut head = Vec::with_capacity(wanted as usize);
        if let Err(error) = read_some(&mut file, wanted, &mut head) {
            return self.fail(None, Failure::new(FailureKind::Io(error)), Vec::new());
        }
        let wrapper = Wrapper::of(&head);
        match (wrapper, size) {
            (Some(Wrapper::Zip | Wrapper::Tar), _) if self.limits.depth == 0 => {
                self.fail(None, self.limits.too_deep(), Vec::new())
            }
            (Some(Wrapper::Zip), Some(_)) => self.zip(None, BufReader::new(file), 0, &Arc::default()),
            // A file that grows while it is read ends where it ended before, a pipe at the limit.
            (Some(Wrapper::Tar), Some(size)) => {
                self.tar(None, Cursor::new(head).chain(file).take(size), 0, &Arc::default())
            }
            (Some(Wrapper::Tar), None) => {
                self.tar(None, self.budget.reader(Cursor::new(head).chain(file)), 0, &Arc::default())
            }
            (Some(Wrapper::Gzip), _) => {
                let mut inner = Vec::new();
                // Damage this early is met again, and reported, when the whole stream is read.
                let peek = MultiGzDecoder::new(head.as_slice());
                let _ = peek.take(tar::BLOCK as u64).read_to_end(&mut inner);
                if tar::is_tar(&inner) && self.limits.depth > 1 {
                    let packed = BufReader::new(Cursor::new(head).chain(file));
                    let unpacked = flate2::bufread::MultiGzDecoder::new(packed);
                    return self.tar(None, self.budget.reader(unpacked), 1, &Arc::default());
                }
                self.stream(file, head, size, name, named)
            }
            _ if named
                || has_activity_name(name)
                || wrapper.is_some()
                || is_activity_file(&head)
                || is_runs_table(&head) =>
            {
                self.stream(file, head, size, name, named)
            }
            _ => Visited::skipped(),
        }
    }

    /// Visits a stream after reading it into memory; `head` has the bytes already read.
    fn stream<T: Send>(
        &self,
        rest: impl Read,
        mut head: Vec<u8>,
        size: Option<u64>,
        name: &str,
        wanted: bool,
    ) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let limit = self.limits.bytes;
        if size.is_some_and(|size| size > limit) {
            return self.fail(None, self.limits.too_large(None), Vec::new());
        }
        // A file that grows while it is read ends where it ended before.
        let to = size.unwrap_or(limit + 1);
        head.reserve_exact(size.map_or(0, |size| size.saturating_sub(head.len() as u64) as usize));
        let more = read_some(rest, to.saturating_sub(head.len() as u64), &mut head);
        let bytes = match more {
            Ok(_) if head.len() as u64 > limit => Err(self.limits.too_large(None)),
            Ok(_) => Ok(head),
            Err(error) => Err(Failure::new(FailureKind::Io(error))),
        };
        match bytes {
            Ok(bytes) => {
                let name = name.to_owned();
                let (notes, indexes) = (Vec::new(), Arc::default());
                self.content(WrappedPiece { name, member: None, bytes, notes, wanted, depth: 0, indexes })
            }
            Err(failure) => self.fail(None, failure, Vec::new()),
        }
    }

    /// Unwraps content in memory further, passes it on, or skips it.
    fn content<T: Send>(&self, mut piece: WrappedPiece) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if self.budget.is_over() {
            return Visited::nothing();
        }
        // A loop, so that nested gzip does not nest calls.
        while Wrapper::of(&piece.bytes) == Some(Wrapper::Gzip) {
            if piece.depth >= self.limits.depth {
                return self.fail(piece.member, self.limits.too_deep(), piece.notes);
            }
            match self.gunzip(&piece.bytes) {
                Ok((inner, damage)) => {
                    piece.notes.extend(damage);
                    piece.name = inner_name(&piece.name).to_owned();
                    (piece.bytes, piece.depth) = (inner, piece.depth + 1);
                }
                Err(failure) => return self.fail(piece.member, failure, piece.notes),
            }
        }
        match Wrapper::of(&piece.bytes) {
            Some(_) if piece.depth >= self.limits.depth => {
                self.fail(piece.member, self.limits.too_deep(), piece.notes)
            }
            Some(Wrapper::Zip) => {
                self.zip(piece.member.as_deref(), Cursor::new(piece.bytes), piece.depth, &piece.indexes)
            }
            Some(Wrapper::Tar) => {
                self.tar(piece.member.as_deref(), Cursor::new(piece.bytes), piece.depth, &piece.indexes)
            }
            // A member asked for is inside this one, but this one is not an archive.
            _ if !self.wanted.is_all() && !piece.wanted && !self.is_below(piece.member.as_deref()) => {
                Visited::nothing()
            }
            _ if piece.wanted
                || has_activity_name(&piece.name)
                || is_activity_file(&piece.bytes)
                || is_runs_table(&piece.bytes) =>
            {
                let WrappedPiece { member, bytes, notes, indexes, .. } = piece;
                self.emit(FileContent { member, bytes: Ok(bytes), notes, indexes })
            }
            _ => Visited::skipped(),
        }
    }

    /// Returns whether a member is inside one that was asked for.
    fn is_below(&self, member: Option<&str>) -> bool {
        member.is_some_and(|member| self.wanted.relation(member) == Relation::Inside)
    }

    /// Unpacks a gzip stream.
    fn gunzip(&self, bytes: &[u8]) -> Result<(Vec<u8>, Option<Note>), Failure> {
        self.unpacked(bytes, Packing::Gzip, gzip_size(bytes), "gzip stream")
    }

    /// Unpacks a stream that states the size of its content; returns the bytes before any damage,
    /// with a note on it.
    ///
    /// Fails if there are no bytes before the damage, or if they exceed a limit.
    fn unpacked(
        &self,
        packed: &[u8],
        packing: Packing,
        size: u64,
        what: &str,
    ) -> Result<(Vec<u8>, Option<Note>), Failure> {
        let length = packed.len() as u64;
        let limit = self.limits.unpacked(length);
        if let Some(bytes) = (size <= limit).then(|| at_once(packed, packing, size)).flatten() {
            self.budget.spend(bytes.len() as u64);
            return Ok((bytes, None));
        }
        let content: Box<dyn Read> = match packing {
            Packing::Deflate => Box::new(DeflateDecoder::new(packed)),
            Packing::Gzip => Box::new(MultiGzDecoder::new(packed)),
        };
        let mut bytes = Vec::new();
        let result = content.take(limit + 1).read_to_end(&mut bytes);
        self.budget.spend(bytes.len() as u64);
        match result {
            _ if bytes.len() as u64 > limit => Err(self.limits.too_large(Some(length))),
            Ok(_) => Ok((bytes, None)),
            Err(error) if bytes.is_empty() => Err(Failure::damaged(None, format!("the {what}: {error}"))),
            Err(error) => {
                let text = format!("the {what} breaks off after {} bytes of content ({error})", bytes.len());
                Ok((bytes, Some(Note::general(text))))
            }
        }
    }
}
