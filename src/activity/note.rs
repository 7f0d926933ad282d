//! Notes: what was damaged, odd or repaired in a recording, and where.

use std::fmt;

/// Something that a reader or the measuring noticed about the data, told to the user as DATA-01.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Where in the file, if it can be said.
    pub at: Option<Place>,
    /// One sentence fragment, lower case, naming what was wrong and what was done.
    pub text: String,
}

impl Note {
    /// A note about the whole activity.
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
pub enum Place {
    /// An offset in bytes from the start of the file's (decompressed) content.
    Byte(u64),
    /// A line, from 1.
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
