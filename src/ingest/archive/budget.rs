//! How much may come out of one file in all: archives in archives multiply, whatever each of them is allowed.

use std::io;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that may still be unpacked, for all threads together.
pub(super) struct Budget {
    spent: AtomicU64,
    total: u64,
}

impl Budget {
    pub(super) fn new(total: u64) -> Self {
        Self { spent: AtomicU64::new(0), total }
    }

    /// Takes bytes off it. The sum is the same in whatever order members are unpacked.
    pub(super) fn spend(&self, bytes: u64) {
        self.spent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Whether more was unpacked than may be.
    pub(super) fn is_spent(&self) -> bool {
        self.spent.load(Ordering::Relaxed) > self.total
    }

    /// A reader of unpacked bytes that ends where the budget does.
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
        if self.budget.is_spent() {
            return Err(io::Error::other("more was unpacked than may be"));
        }
        let read = self.reader.read(into)?;
        self.budget.spend(read as u64);
        Ok(read)
    }
}
