//! The budget of bytes and members that one file may unpack to in total.
//!
//! Nested archives multiply, so a limit for each member is not enough. `archive/mod.rs`,
//! `archive/zip/` and `archive/tar/` check the limits of size, ratio, members and depth.
//! Readers check samples and activities; `src/batch.rs` adds up a file's activities.

use std::io;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes unpacked and the pieces of content met so far, with their limits, shared by all
/// threads.
pub(super) struct Budget {
    spent: AtomicU64,
    total: u64,
    pieces: AtomicU64,
    most_pieces: u64,
}

impl Budget {
    /// Returns a budget of `total` bytes in at most so many pieces.
    pub(super) fn new(total: u64, most_pieces: usize) -> Self {
        let [spent, pieces] = [0, 0].map(AtomicU64::new);
        Self { spent, total, pieces, most_pieces: most_pieces as u64 }
    }

    /// Adds a piece of content.
    pub(super) fn add_piece(&self) {
        self.pieces.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns whether there were more bytes, or more pieces in all nested archives together, than
    /// the limits allow.
    pub(super) fn is_over(&self) -> bool {
        self.is_spent() || self.pieces.load(Ordering::Relaxed) > self.most_pieces
    }

    /// Adds unpacked bytes. The sum does not depend on the order of the members.
    pub(super) fn spend(&self, bytes: u64) {
        self.spent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns whether more bytes than the total were unpacked.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed) > self.total
    }

    /// Wraps a reader of unpacked bytes; it fails once the budget is spent.
    pub(super) fn reader<R: Read>(&self, reader: R) -> impl Read {
        Spending { reader, budget: self }
    }
}

struct Spending<'a, R> {
    reader: R,
    budget: &'a Budget,
}

impl<R: Read> Read for Spending<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.budget.is_over() {
            return Err(io::Error::other("more was unpacked than may be"));
        }
        let read = self.reader.read(into)?;
        self.budget.spend(read as u64);
        Ok(read)
    }
}
