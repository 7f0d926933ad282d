//! Decodes XML files: UTF-8, Latin-1 and UTF-16, without trusting the XML declaration.

use std::borrow::Cow;

use crate::activity::Place;

/// A document's bytes in an encoding that extends ASCII.
///
/// UTF-8 and Latin-1 are kept as they are; UTF-16 is converted to UTF-8.
pub(in crate::ingest) struct XmlDocument<'a> {
    bytes: Cow<'a, [u8]>,
    was_utf16: bool,
}

impl<'a> XmlDocument<'a> {
    /// Returns the document of a file's bytes.
    pub(in crate::ingest) fn new(bytes: &'a [u8]) -> Self {
        let was_utf16 = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
        let bytes = if was_utf16 {
            Cow::Owned(decode(bytes).into_owned().into_bytes())
        } else {
            Cow::Borrowed(bytes)
        };
        Self { bytes, was_utf16 }
    }

    /// Returns the document's bytes.
    pub(in crate::ingest) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Converts an offset in [`bytes`](Self::bytes) to an offset in the file.
    pub(in crate::ingest) fn place(&self, at: usize) -> Place {
        if !self.was_utf16 {
            return Place::Byte(at as u64);
        }
        let units = self.bytes[..at.min(self.bytes.len())].iter().map(|byte| match byte {
            0x80..=0xBF => 0, // continues a character
            0xF0.. => 2,      // starts a character with two UTF-16 units
            _ => 1,
        });
        Place::Byte(2 + 2 * units.sum::<u64>())
    }
}

/// Decodes UTF-8, UTF-16 (recognised by its byte-order mark) or else Latin-1; it never fails.
///
/// Latin-1 keeps every tag and number, because they are ASCII. The byte-order mark is removed. An
/// incomplete character at the end is dropped.
pub(in crate::ingest) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                // An incomplete last character does not mean that the text is not UTF-8.
                Err(error) if error.error_len().is_none() => {
                    String::from_utf8_lossy(&bytes[..error.valid_up_to()])
                }
                Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
            }
        }
    }
}

/// Decodes UTF-16; invalid units become U+FFFD.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_converted_to_offsets_in_the_file() {
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("aü€😀b".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let document = XmlDocument::new(&wide);
        assert_eq!(document.bytes(), "aü€😀b".as_bytes());
        let at = document.bytes().len() - 1;
        assert_eq!(document.place(at), Place::Byte(wide.len() as u64 - 2));
        assert_eq!(XmlDocument::new(b"\xEF\xBB\xBFa").place(3), Place::Byte(3));
    }

    #[test]
    fn one_word_in_four_encodings() {
        let wide = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain("Zürich".encode_utf16().flat_map(bytes)).collect()
        };
        let little = wide([0xFF, 0xFE], u16::to_le_bytes);
        let big = wide([0xFE, 0xFF], u16::to_be_bytes);
        let encodings: [&[u8]; 5] =
            ["Zürich".as_bytes(), b"\xEF\xBB\xBFZ\xC3\xBCrich", b"Z\xFCrich", &little, &big];
        for bytes in encodings {
            assert_eq!(decode(bytes), "Zürich");
        }
        assert_eq!(decode(b"Z\xC3"), "Z");
    }
}
