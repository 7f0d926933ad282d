//! `--max-memory`: what the results of a batch may take, whatever the files hold.
//!
//! Each kept entry has an estimated size. While files are read in parallel, the results of a file
//! that would pass the limit are dropped, and only their size is kept. Afterwards the sizes decide
//! in the order of the paths which files have results, so that the number of threads does not.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::history::Entry;
use crate::ingest::{Failure, Limits};

/// The limit where the memory of the machine is unknown.
const UNKNOWN_MACHINE_BYTES: u64 = 2 << 30;

/// The results kept so far, and the most that may be kept, in bytes.
pub(super) struct Memory {
    held: AtomicU64,
    pub(super) most: u64,
}

impl Memory {
    /// Returns the memory of a batch that keeps some bytes already.
    pub(super) fn new(limits: &Limits, held: u64) -> Self {
        Self { held: AtomicU64::new(held), most: limits.memory.unwrap_or_else(half_of_the_machine) }
    }

    /// Returns the same memory with nothing in it.
    pub(super) fn emptied(self) -> Self {
        Self { held: AtomicU64::new(0), ..self }
    }
}

/// Returns half of the memory that the machine, the container or the shell (`ulimit -v`) allows.
fn half_of_the_machine() -> u64 {
    let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let field = |text: &str, name: &str| {
        let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
        number(rest.split_whitespace().next()?)
    };
    let machine = field(&text("/proc/meminfo"), "MemTotal:").map(|kib| kib << 10);
    let shell = field(&text("/proc/self/limits"), "Max address space");
    let containers = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let containers = containers.iter().filter_map(|path| number(&text(path)));
    machine.into_iter().chain(shell).chain(containers).min().map_or(UNKNOWN_MACHINE_BYTES, |most| most / 2)
}

/// The results of one file while it is read, perhaps by several threads.
pub(super) struct FileResults<'a> {
    memory: &'a Memory,
    limits: &'a Limits,
    bytes: AtomicU64,
    activities: AtomicUsize,
    rows: AtomicUsize,
    /// Whether the file can be read a second time, so that its results may be dropped.
    again: bool,
    dropped: AtomicBool,
}

impl<'a> FileResults<'a> {
    pub(super) fn new(memory: &'a Memory, limits: &'a Limits, again: bool) -> Self {
        let [activities, rows] = [0, 0].map(AtomicUsize::new);
        Self {
            memory,
            limits,
            bytes: AtomicU64::new(0),
            activities,
            rows,
            again,
            dropped: AtomicBool::new(false),
        }
    }

    /// Counts an entry, and adds it to the others unless they are dropped.
    ///
    /// Returns whether the file is within the limits.
    pub(super) fn add(&self, entry: Entry, entries: &mut Vec<Entry>) -> bool {
        let bytes = entry.kept_bytes();
        self.rows.fetch_add(1, Ordering::Relaxed);
        // The activities of a table were read before.
        let is_read = entry.table_origin.is_none() && entry.identity().is_some();
        self.activities.fetch_add(usize::from(is_read), Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        let held = self.memory.held.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.again && held > self.memory.most {
            self.dropped.store(true, Ordering::Relaxed);
        }
        let is_within = self.failure().is_none();
        // A failure is small, and members are limited.
        if is_within && (entry.identity().is_none() || !self.dropped.load(Ordering::Relaxed)) {
            entries.push(entry);
        }
        is_within
    }

    /// Returns the limit that the whole file passed.
    ///
    /// Which of its members came first depends on the threads, so none of them is kept.
    pub(super) fn failure(&self) -> Option<Failure> {
        let rows = self.rows.load(Ordering::Relaxed);
        match () {
            () if self.bytes.load(Ordering::Relaxed) > self.memory.most => {
                Some(Limits::over_memory(self.memory.most))
            }
            () if self.activities.load(Ordering::Relaxed) > self.limits.activities => {
                Some(self.limits.over_activities())
            }
            () if rows > self.limits.rows() => Some(self.limits.over_rows()),
            () => None,
        }
    }

    /// Ends the file: returns the size of its results, and whether they were dropped.
    ///
    /// `only` is its row if it has a single one without an activity. That row is kept, whatever
    /// was counted before a limit ended the file.
    pub(super) fn finish(self, only: Option<&Entry>) -> (u64, bool) {
        let (counted, dropped) = (self.bytes.into_inner(), self.dropped.into_inner());
        let bytes = only.map_or(counted, Entry::kept_bytes);
        let kept = if dropped && only.is_none() { 0 } else { bytes };
        self.memory.held.fetch_sub(counted, Ordering::Relaxed);
        self.memory.held.fetch_add(kept, Ordering::Relaxed);
        (bytes, dropped && only.is_none())
    }
}
