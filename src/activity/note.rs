//! Notes on damaged, odd or repaired data in a recording, and the place in the file.

use std::fmt;

/// A remark on the data by a reader or by `measure`; DATA-01 shows it to the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// The place in the file, if it is known.
    pub at: Option<Place>,
    /// A phrase in lower case: what was wrong, and what was done about it.
    pub text: String,
}

impl Note {
    /// Makes a note about the whole activity.
    pub fn general(text: impl Into<String>) -> Self {
        Self { at: None, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// An offset in bytes from the start of the decompressed content.
    Byte(u64),
    /// A line; the first is 1.
    Line(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Byte(byte) => write!(f, "byte {byte}"),
            Self::Line(line) => write!(f, "line {line}"),
        }
    }
}
