//! A file's content, out of whatever it is wrapped in.
//!
//! Gzip, zip and tar are known by their first bytes. Each piece of content that is, or by its name should be, an activity file
//! is handed on as soon as it is unpacked. An archive is never unpacked as a whole: a zip's members are read and unpacked
//! one by one, several at once on as many threads; a tar is read as a stream. A stream that breaks off is handed on as
//! far as it goes. How much is taken is a matter of [`Limits`], and of a budget for all that comes out of one file.

mod budget;
mod tar;
mod zip;

use std::fs::File;
use std::io;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use budget::Budget;

use super::error::{Failure, FailureKind};
use super::filter::Filter;
use super::service::ActivityIndex;
use super::{HEAD_BYTES, is_activity_file, is_runs_table};
use crate::activity::Note;
use crate::escape::escape_controls;
pub use crate::ingest::limits::Limits;
use crate::ingest::names::{full_name, has_activity_name, inner_name, name_of};
use crate::ingest::source::Source;

/// One piece of content found in a file.
#[derive(Debug)]
pub struct FileContent {
    /// The member's name within the archive; `None` for a plain or gzipped file.
    pub member: Option<String>,
    /// The bytes, or why there are none.
    pub bytes: Result<Vec<u8>, Failure>,
    /// What was wrong with the wrapping.
    pub notes: Vec<Note>,
    /// The tables of services that lie in the zips around it.
    pub tables: Vec<Arc<ActivityIndex>>,
}

/// What became of a file's content.
#[derive(Debug)]
pub struct Visited<T> {
    /// What was made of each piece, by the order of members' names.
    pub results: Vec<T>,
    /// How many pieces are no activity files.
    pub skipped: usize,
    /// A line for each table of a service that could not be read.
    pub warnings: Vec<String>,
}

impl<T> Visited<T> {
    fn nothing() -> Self {
        Self { results: Vec::new(), skipped: 0, warnings: Vec::new() }
    }

    fn skipped() -> Self {
        Self { skipped: 1, ..Self::nothing() }
    }

    fn join(mut self, other: Self) -> Self {
        self.results.extend(other.results);
        self.skipped += other.skipped;
        self.warnings.extend(other.warnings);
        self
    }
}

/// Opens a file and makes something of each piece of content that deserves a row; pieces may be handed out on several threads
/// at once.
///
/// A source that the user named gives at least one piece, also where it is of no use; an archive with nothing in it is counted
/// as skipped.
pub fn visit<T: Send>(
    source: &Source,
    limits: &Limits,
    filter: &Filter,
    each: &(impl Fn(FileContent) -> T + Sync + ?Sized),
) -> Visited<T> {
    let visitor = Visitor::new(&source.path, limits, filter, source.member.as_deref(), each);
    let visited = visitor.file(&source.path, &name_of(&source.path), source.named);
    visitor.ended(visited)
}

/// The same of a file whose content the caller holds; `path` gives its name. Where `named`, it gives at least one piece.
pub fn visit_content<T: Send>(
    path: &Path,
    bytes: &[u8],
    limits: &Limits,
    filter: &Filter,
    named: bool,
    each: &(impl Fn(FileContent) -> T + Sync + ?Sized),
) -> Visited<T> {
    let visitor = Visitor::new(path, limits, filter, None, each);
    let visited = visitor.stream(bytes, Vec::new(), Some(bytes.len() as u64), &name_of(path), named);
    visitor.ended(visited)
}

/// Whether content begins like an archive or packed file.
#[cfg(feature = "cli")]
pub(crate) fn is_archive(head: &[u8]) -> bool {
    Wrapper::of(head).is_some()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Gzip,
    Zip,
    Tar,
}

impl Wrapper {
    fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            _ if tar::is_tar(head) => Some(Self::Tar),
            _ => None,
        }
    }
}

/// A piece of content on its way through its wrappers.
struct WrappedPiece {
    /// The name by which it is known in its wrapper.
    name: String,
    /// The names of members down to it.
    member: Option<String>,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    /// Whether it must give a row.
    wanted: bool,
    /// How many wrappers are around it.
    depth: usize,
}

/// How a member stands to the one that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It has nothing to do with it.
    Aside,
    /// It is an archive on the way to it.
    Above,
    /// It is the one.
    Wanted,
    /// It is in it, or nothing is asked for.
    Below,
}

impl Standing {
    fn of(member: &str, wanted: &str) -> Self {
        let leads = |from: &str, to: &str| to.strip_prefix(from).is_some_and(|rest| rest.starts_with('!'));
        match () {
            () if member == wanted => Self::Wanted,
            () if leads(member, wanted) => Self::Above,
            () if leads(wanted, member) => Self::Below,
            () => Self::Aside,
        }
    }
}

struct Visitor<'a, F: ?Sized> {
    path: &'a Path,
    limits: &'a Limits,
    filter: &'a Filter,
    /// The one member that is asked for.
    wanted: Option<&'a str>,
    /// Whether it was met.
    met: AtomicBool,
    /// What may still come out of the file.
    budget: Budget,
    /// The tables met so far.
    tables: Mutex<Vec<Arc<ActivityIndex>>>,
    each: &'a F,
}

impl<'a, F: ?Sized> Visitor<'a, F> {
    fn new(
        path: &'a Path,
        limits: &'a Limits,
        filter: &'a Filter,
        wanted: Option<&'a str>,
        each: &'a F,
    ) -> Self {
        let (met, budget) = (AtomicBool::new(false), Budget::new(limits.total));
        Self { path, limits, filter, wanted, met, budget, tables: Mutex::default(), each }
    }

    /// The tables met so far: those of the archives around a piece are among them.
    fn tables(&self) -> Vec<Arc<ActivityIndex>> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes a table of a service; gives the line that says why it could not be read.
    fn take_table(&self, member: &str, bytes: Result<Vec<u8>, Failure>) -> Option<String> {
        match ActivityIndex::read(self.path, Some(member), bytes.map_err(|failure| failure.to_string())) {
            Ok(table) => {
                self.tables.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(table));
                None
            }
            Err(line) => Some(line),
        }
    }

    /// What a visit comes to: one row where the file was too large, and one where the member was not met.
    fn ended<T>(&self, visited: Visited<T>) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let member = self.wanted.map(str::to_owned);
        if self.budget.is_spent() {
            // Which members came first depends on the threads, so none is told.
            let bytes = Err(self.limits.over_total());
            let content = FileContent { member, bytes, notes: Vec::new(), tables: Vec::new() };
            return Visited { results: vec![(self.each)(content)], ..Visited::nothing() };
        }
        if member.is_some() && !self.met.load(Ordering::Relaxed) && visited.results.is_empty() {
            let failure = Failure::not_an_activity("no such member in the archive");
            return self.emit(member, Err(failure), Vec::new());
        }
        visited
    }

    fn emit<T>(&self, member: Option<String>, bytes: Result<Vec<u8>, Failure>, notes: Vec<Note>) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if self.budget.is_spent() {
            return Visited::nothing();
        }
        let content = FileContent { member, bytes, notes, tables: self.tables() };
        Visited { results: vec![(self.each)(content)], ..Visited::nothing() }
    }

    /// How a member stands to the one that is asked for, by its name as it is or as outputs show it.
    fn standing(&self, member: &str) -> Standing {
        let Some(wanted) = self.wanted else { return Standing::Below };
        let standing = match Standing::of(member, wanted) {
            Standing::Aside => Standing::of(&escape_controls(member), wanted),
            standing => standing,
        };
        if standing == Standing::Wanted {
            self.met.store(true, Ordering::Relaxed);
        }
        standing
    }

    /// What an archive gave; one with nothing in it is itself what is skipped.
    fn counted<T>(&self, visited: Visited<T>) -> Visited<T> {
        let is_nothing = visited.results.is_empty() && visited.skipped == 0;
        if is_nothing && self.wanted.is_none() { Visited::skipped() } else { visited }
    }

    /// A file of the disk. Archives are read in place, all else is taken into memory.
    fn file<T: Send>(&self, path: &Path, name: &str, named: bool) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        let fails = |error: io::Error| self.emit(None, Err(Failure::new(FailureKind::Io(error))), Vec::new());
        if path.as_os_str() == "-" {
            return self.stream(io::stdin().lock(), Vec::new(), None, "-", true);
        }
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) => return fails(error),
        };
        let size = match file.metadata() {
            // What is no regular file has no end to be seeked.
            Ok(about) => about.is_file().then_some(about.len()),
            Err(error) => return fails(error),
        };
        let mut head =
            Vec::with_capacity(size.map_or(HEAD_BYTES, |size| size.min(self.limits.bytes) as usize + 1));
        if let Err(error) = file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
            return fails(error);
        }
        let wrapper = Wrapper::of(&head);
        match (wrapper, size) {
            (Some(Wrapper::Zip | Wrapper::Tar), _) if self.limits.depth == 0 => {
                self.emit(None, Err(self.limits.too_deep()), Vec::new())
            }
            (Some(Wrapper::Zip), Some(_)) => self.zip(None, BufReader::new(file), 0),
            (Some(Wrapper::Tar), _) => self.tar(None, Cursor::new(head).chain(file), 0),
            (Some(Wrapper::Gzip), _) => {
                let mut inner = Vec::new();
                // A fault this early is met again below, where it is told.
                let peek = flate2::read::MultiGzDecoder::new(head.as_slice());
                let _ = peek.take(tar::BLOCK as u64).read_to_end(&mut inner);
                if tar::is_tar(&inner) && self.limits.depth > 1 {
                    let packed = BufReader::new(Cursor::new(head).chain(file));
                    let unpacked = flate2::bufread::MultiGzDecoder::new(packed);
                    return self.tar(None, self.budget.reader(unpacked), 1);
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

    /// What can be taken into memory: `head` and what follows it.
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
            return self.emit(None, Err(self.limits.too_large(None)), Vec::new());
        }
        let more = rest.take((limit + 1).saturating_sub(head.len() as u64)).read_to_end(&mut head);
        let bytes = match more {
            Ok(_) if head.len() as u64 > limit => Err(self.limits.too_large(None)),
            Ok(_) => Ok(head),
            Err(error) => Err(Failure::new(FailureKind::Io(error))),
        };
        match bytes {
            Ok(bytes) => {
                let name = name.to_owned();
                self.content(WrappedPiece { name, member: None, bytes, notes: Vec::new(), wanted, depth: 0 })
            }
            Err(failure) => self.emit(None, Err(failure), Vec::new()),
        }
    }

    /// Content in memory: unwrapped further, handed on, or skipped.
    fn content<T: Send>(&self, mut piece: WrappedPiece) -> Visited<T>
    where
        F: Fn(FileContent) -> T + Sync,
    {
        if self.budget.is_spent() {
            return Visited::nothing();
        }
        // Gzip within gzip is no deeper a call, however often it is done.
        while Wrapper::of(&piece.bytes) == Some(Wrapper::Gzip) {
            if piece.depth >= self.limits.depth {
                return self.emit(piece.member, Err(self.limits.too_deep()), piece.notes);
            }
            match self.gunzip(&piece.bytes) {
                Ok((inner, damage)) => {
                    piece.notes.extend(damage);
                    piece.name = inner_name(&piece.name).to_owned();
                    (piece.bytes, piece.depth) = (inner, piece.depth + 1);
                }
                Err(failure) => return self.emit(piece.member, Err(failure), piece.notes),
            }
        }
        match Wrapper::of(&piece.bytes) {
            Some(_) if piece.depth >= self.limits.depth => {
                self.emit(piece.member, Err(self.limits.too_deep()), piece.notes)
            }
            Some(Wrapper::Zip) => self.zip(piece.member.as_deref(), Cursor::new(piece.bytes), piece.depth),
            Some(Wrapper::Tar) => self.tar(piece.member.as_deref(), Cursor::new(piece.bytes), piece.depth),
            // What should have led to a member is none of its archives.
            _ if self.wanted.is_some() && !piece.wanted && !self.is_below(piece.member.as_deref()) => {
                Visited::nothing()
            }
            _ if piece.wanted
                || has_activity_name(&piece.name)
                || is_activity_file(&piece.bytes)
                || is_runs_table(&piece.bytes) =>
            {
                self.emit(piece.member, Ok(piece.bytes), piece.notes)
            }
            _ => Visited::skipped(),
        }
    }

    fn is_below(&self, member: Option<&str>) -> bool {
        member.is_some_and(|member| self.standing(member) == Standing::Below)
    }

    fn gunzip(&self, bytes: &[u8]) -> Result<(Vec<u8>, Option<Note>), Failure> {
        self.unpacked(flate2::read::MultiGzDecoder::new(bytes), bytes.len() as u64, "gzip stream")
    }

    /// What was unpacked before any fault, with a note of the fault; an error if that is nothing or too much.
    fn unpacked(
        &self,
        content: impl Read,
        packed: u64,
        what: &str,
    ) -> Result<(Vec<u8>, Option<Note>), Failure> {
        let limit = self.limits.unpacked(packed);
        let mut bytes = Vec::new();
        let result = content.take(limit + 1).read_to_end(&mut bytes);
        self.budget.spend(bytes.len() as u64);
        match result {
            _ if bytes.len() as u64 > limit => Err(self.limits.too_large(Some(packed))),
            Ok(_) => Ok((bytes, None)),
            Err(error) if bytes.is_empty() => Err(Failure::damaged(None, format!("the {what}: {error}"))),
            Err(error) => {
                let text = format!("the {what} breaks off after {} bytes of content ({error})", bytes.len());
                Ok((bytes, Some(Note::general(text))))
            }
        }
    }
}
