//! Files that the browser holds: pieces of them are read when they are needed.

#![expect(unsafe_code, reason = "the script's function is called by name, with a place in memory")]

use std::io::{self, Read, Seek, SeekFrom};

#[link(wasm_import_module = "page")]
unsafe extern "C" {
    /// Copies up to `len` bytes of a file from the offset `at`; returns their number, negative if
    /// the browser cannot read the file.
    fn read_at(file: u32, at: f64, into: *mut u8, len: usize) -> i32;
    /// Takes what a panic says.
    fn broke(at: *const u8, len: usize);
}

/// Tells the script what a panic says.
pub(crate) fn tell_broken(what: &str) {
    // Safety: the script only reads the text.
    unsafe { broke(what.as_ptr(), what.len()) };
}

/// The bytes that are fetched at once. A call may cost as much as a million bytes.
const PIECE_BYTES: usize = 1 << 20;

/// A file of the browser.
pub(crate) struct BrowserFile {
    number: u32,
    size: u64,
    at: u64,
    /// The piece that was fetched last, and its offset.
    piece: Vec<u8>,
    piece_at: u64,
}

impl BrowserFile {
    /// Returns the file of a number and size.
    pub(crate) fn new(number: u32, size: u64) -> Self {
        Self { number, size, at: 0, piece: Vec::new(), piece_at: 0 }
    }

    /// Fetches bytes from the current offset on.
    fn fetch(&self, into: &mut [u8]) -> io::Result<usize> {
        // Safety: the script writes at most `len` bytes to the place.
        let got = unsafe { read_at(self.number, self.at as f64, into.as_mut_ptr(), into.len()) };
        usize::try_from(got)
            .map(|got| got.min(into.len()))
            .map_err(|_| io::Error::other("the browser cannot read the file"))
    }
}

impl Read for BrowserFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        if wanted == 0 {
            return Ok(0);
        }
        if wanted >= PIECE_BYTES {
            let got = self.fetch(&mut into[..wanted])?;
            self.at += got as u64;
            return Ok(got);
        }
        let is_held =
            |file: &Self| (file.piece_at..file.piece_at + file.piece.len() as u64).contains(&file.at);
        if !is_held(self) {
            let mut piece = std::mem::take(&mut self.piece);
            piece.resize(left.min(PIECE_BYTES), 0);
            let got = self.fetch(&mut piece)?;
            piece.truncate(got);
            (self.piece, self.piece_at) = (piece, self.at);
            if got == 0 {
                return Ok(0);
            }
        }
        let from = (self.at - self.piece_at) as usize;
        let held = &self.piece[from..];
        let got = wanted.min(held.len());
        into[..got].copy_from_slice(&held[..got]);
        self.at += got as u64;
        Ok(got)
    }
}

impl Seek for BrowserFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
