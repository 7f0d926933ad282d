//! Decodes XML files, and the tables of an export's index.
//!
//! Valid UTF-8 is UTF-8, whatever the XML declaration says, because many apps write UTF-8 under
//! another label. Then comes UTF-16, by its mark or its zero bytes, then the declared encoding, if
//! the [Encoding Standard](https://encoding.spec.whatwg.org) knows it. The rest is windows-1252,
//! which the standard reads wherever a file says Latin-1: it adds the quotes and dashes that
//! Windows programs write.

use std::borrow::Cow;
use std::cell::Cell;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};
use memchr::{memchr, memmem};

use crate::activity::Place;

/// The number of bytes in which an XML declaration must end.
const DECLARATION_BYTES: usize = 512;

/// A document's bytes in an encoding that extends ASCII.
///
/// UTF-8 and windows-1252 are kept as they are, and each text is decoded when it is needed. Other
/// encodings are converted to UTF-8 as a whole.
pub(in crate::ingest) struct XmlDocument<'a> {
    bytes: Cow<'a, [u8]>,
    offsets: Offsets,
    /// An offset in the bytes up to which was counted, and its offset in the file without a mark.
    /// Most places are asked for in order, so each byte is counted once.
    counted: Cell<(usize, u64)>,
}

/// How offsets in a document's bytes relate to offsets in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Offsets {
    Same,
    /// The file is UTF-16 after a mark of that many bytes.
    Utf16 {
        mark: u64,
    },
    /// Each byte of the file is one character.
    SingleByte,
    Unknown,
}

impl<'a> XmlDocument<'a> {
    /// Returns the document of a file's bytes.
    pub(in crate::ingest) fn new(bytes: &'a [u8]) -> Self {
        let Some((encoding, mark)) = conversion(bytes) else {
            return Self { bytes: Cow::Borrowed(bytes), offsets: Offsets::Same, counted: Cell::default() };
        };
        let offsets = if is_utf_16(encoding) {
            Offsets::Utf16 { mark: mark as u64 }
        } else if encoding.is_single_byte() {
            Offsets::SingleByte
        } else {
            Offsets::Unknown
        };
        let bytes = match converted(bytes, encoding, mark) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self { bytes, offsets, counted: Cell::default() }
    }

    /// Returns the document's bytes.
    pub(in crate::ingest) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Converts an offset in [`bytes`](Self::bytes) to the place in the file.
    ///
    /// Returns `None` in a file of Shift_JIS, GBK or another encoding of one to four bytes a
    /// character: the length of a character in the file cannot be told from its UTF-8.
    pub(in crate::ingest) fn place(&self, at: usize) -> Option<Place> {
        let offset = match self.offsets {
            Offsets::Same => at as u64,
            Offsets::SingleByte => self.counted_to(at, |byte| u64::from(begins_character(byte))),
            Offsets::Utf16 { mark } => {
                mark + self.counted_to(at, |byte| match byte {
                    0xF0.. => 4, // starts a character with two UTF-16 units
                    _ => 2 * u64::from(begins_character(byte)),
                })
            }
            Offsets::Unknown => return None,
        };
        Some(Place::Byte(offset))
    }

    /// Returns the sum of the file's bytes for each byte before an offset, from the last such
    /// offset on where it is not after this one.
    fn counted_to(&self, at: usize, in_file: impl Fn(u8) -> u64) -> u64 {
        let at = at.min(self.bytes.len());
        let (from, offset) = Some(self.counted.get()).filter(|(from, _)| *from <= at).unwrap_or_default();
        let offset = offset + self.bytes[from..at].iter().map(|byte| in_file(*byte)).sum::<u64>();
        self.counted.set((at, offset));
        offset
    }
}

/// Returns whether a byte of UTF-8 begins a character.
fn begins_character(byte: u8) -> bool {
    !matches!(byte, 0x80..=0xBF)
}

/// Decodes text in the encoding that the module's head describes; it never fails.
///
/// Every tag and number is kept in any of them, because they are ASCII. The byte-order mark is
/// removed. An incomplete character at the end of UTF-8 or UTF-16 is dropped.
pub(in crate::ingest) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = conversion(bytes) {
        return converted(bytes, encoding, mark);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // An incomplete last character does not mean that the text is not UTF-8.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(&bytes[..error.valid_up_to()]),
        Err(_) => windows_1252(bytes),
    }
}

/// Decodes windows-1252.
pub(super) fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// Decodes bytes after their mark; invalid ones become U+FFFD.
fn converted<'a>(bytes: &'a [u8], encoding: &'static Encoding, mark: usize) -> Cow<'a, str> {
    let half = if is_utf_16(encoding) { bytes.len() % 2 } else { 0 };
    encoding.decode_without_bom_handling(&bytes[mark..bytes.len() - half]).0
}

fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Returns the encoding from which a file must be converted as a whole, and the length of its mark.
///
/// Returns `None` for UTF-8, ASCII and windows-1252, which are decoded text by text. Most files
/// declare UTF-8; they are known by their first line, without a look at the rest.
fn conversion(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    match bytes {
        [0xFF, 0xFE, ..] => return Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => return Some((UTF_16BE, 2)),
        [b'<', 0, second, 0, ..] if begins_markup(*second) => return Some((UTF_16LE, 0)),
        [0, b'<', 0, second, ..] if begins_markup(*second) => return Some((UTF_16BE, 0)),
        _ => {}
    }
    let encoding = declared(bytes)?;
    let is_needed = if encoding == ISO_2022_JP {
        // It writes Japanese in bytes of ASCII, after an escape.
        memchr(0x1B, bytes).is_some()
    } else {
        // What is not compatible cannot be what declares itself in ASCII: UTF-16 is not meant.
        encoding.is_ascii_compatible()
            && ![UTF_8, WINDOWS_1252, X_USER_DEFINED].contains(&encoding)
            && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_some())
    };
    is_needed.then_some((encoding, 0))
}

/// Returns whether a byte after `<` makes it the beginning of an XML file.
fn begins_markup(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'?' | b'!' | b'_')
}

/// Returns the encoding that the XML declaration states; `None` if it is unknown or not stated.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES)];
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = &declaration[..memmem::find(declaration, b"?>")?];
    let after = &declaration[memmem::find(declaration, b"encoding")? + b"encoding".len()..];
    let value = after.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
    Encoding::for_label(&value[..memchr(*quote, value)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    /// Returns a document that declares an encoding, and its bytes in it.
    fn declaring(label: &str, name: &str) -> (String, Vec<u8>) {
        let text = format!("<?xml version='1.0' encoding = \"{label}\" ?>\n<gpx><name>{name}</name></gpx>");
        let encoding = Encoding::for_label(label.as_bytes()).expect("a label of the standard");
        let bytes = encoding.encode(&text).0.into_owned();
        (text, bytes)
    }

    #[test]
    fn places_asked_for_in_any_order_are_the_same() {
        let wide: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("aü€😀b".repeat(50).encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let document = XmlDocument::new(&wide);
        let length = document.bytes().len();
        for at in [0, 7, 7, length, 3, 60, 59, length + 9, length - 1] {
            assert_eq!(document.place(at), XmlDocument::new(&wide).place(at), "{at}");
        }
    }

    #[test]
    fn offsets_are_converted_to_offsets_in_the_file() {
        let text = "<a>ü€😀b";
        let little = utf_16(text, u16::to_le_bytes);
        let marked = [&[0xFF, 0xFE], &little[..]].concat();
        for wide in [little, utf_16(text, u16::to_be_bytes), marked] {
            let document = XmlDocument::new(&wide);
            assert_eq!(document.bytes(), text.as_bytes());
            let at = document.bytes().len() - 1;
            assert_eq!(document.place(at), Some(Place::Byte(wide.len() as u64 - 2)));
        }
        assert_eq!(XmlDocument::new(b"\xEF\xBB\xBFa").place(3), Some(Place::Byte(3)));
        let (text, cyrillic) = declaring("windows-1251", "Марафон");
        let at = |text: &[u8]| memmem::find(text, b"</name>").expect("there");
        let place = XmlDocument::new(&cyrillic).place(at(text.as_bytes()));
        assert_eq!(place, Some(Place::Byte(at(&cyrillic) as u64)));
        assert_eq!(XmlDocument::new(&declaring("GBK", "马拉松").1).place(9), None);
    }

    #[test]
    fn one_word_in_all_encodings_without_a_declaration() {
        let wide = |mark: [u8; 2], bytes| [&mark[..], &utf_16("Zürich", bytes)].concat();
        let little = wide([0xFF, 0xFE], u16::to_le_bytes);
        let big = wide([0xFE, 0xFF], u16::to_be_bytes);
        let encodings: [&[u8]; 5] =
            ["Zürich".as_bytes(), b"\xEF\xBB\xBFZ\xC3\xBCrich", b"Z\xFCrich", &little, &big];
        for bytes in encodings {
            assert_eq!(decode(bytes), "Zürich");
        }
        assert_eq!(decode(b"Z\xC3"), "Z");
        assert_eq!(decode(b"\x93Z\xFCrich\x94 \x96 10 \x80"), "“Zürich” – 10 €");
    }

    #[test]
    fn the_declared_encoding_is_used() {
        for (label, name) in [
            ("windows-1250", "Półmaraton Łódź"),
            ("WINDOWS-1251", "Марафон"),
            ("iso-8859-2", "Běh v Plzni"),
            ("ISO-8859-15", "10 km à 5 €"),
            ("koi8-r", "Вечерний бег"),
            ("windows-1253", "Μαραθώνιος"),
            ("windows-1254", "İstanbul koşusu"),
            ("Shift_JIS", "東京マラソン"),
            ("EUC-JP", "朝ラン"),
            ("ISO-2022-JP", "皇居ラン"),
            ("gb2312", "北京马拉松"),
            ("GB18030", "上海半马😀"),
            ("Big5", "台北馬拉松"),
            ("euc-kr", "서울 마라톤"),
            ("iso-8859-1", "Course à pied"),
        ] {
            let (text, bytes) = declaring(label, name);
            assert_ne!(bytes, text.as_bytes(), "{label}");
            assert_eq!(decode(&bytes), text, "{label}");
        }
    }

    #[test]
    fn valid_utf_8_and_ascii_are_not_copied_whatever_they_declare() {
        for label in ["windows-1251", "Shift_JIS", "iso-2022-jp", "utf-16", "iso-8859-1", "nonsense"] {
            for name in ["Zürich 東京", "Zurich", "Zür"] {
                let text = format!("<?xml version=\"1.0\" encoding=\"{label}\"?><gpx><name>{name}</name>");
                let document = XmlDocument::new(text.as_bytes());
                assert!(matches!(document.bytes, Cow::Borrowed(_)), "{label}");
                assert_eq!(decode(text.as_bytes()), text);
                // Cut inside the last character.
                let cut = &text.as_bytes()[..text.find("</name").expect("there") - 1];
                assert!(matches!(XmlDocument::new(cut).bytes, Cow::Borrowed(_)), "{label}");
            }
        }
    }

    #[test]
    fn broken_utf_16_costs_no_more_than_its_broken_characters() {
        let bytes = [&utf_16("<a>", u16::to_le_bytes)[..], &[0x00, 0xD8, b'b', 0, 0x00, 0xDC, b'c']].concat();
        assert_eq!(decode(&bytes), "<a>\u{FFFD}b\u{FFFD}");
        let document = XmlDocument::new(&bytes);
        assert_eq!(document.place(document.bytes().len()), Some(Place::Byte(bytes.len() as u64 - 1)));
        for bytes in [&b"<\0?\0\0"[..], b"\0<\0g\xD8", b"<\0?", b"\xFF\xFE<", b"\xFE\xFF", b"\0<\0"] {
            XmlDocument::new(bytes).place(usize::MAX);
            decode(bytes);
        }
    }

    #[test]
    fn a_declaration_that_is_cut_or_malformed_is_none() {
        for text in [
            "<?xml encoding",
            "<?xml encoding=?>",
            "<?xml encoding='windows-1251?>",
            "<?xml encoding=windows-1251?>",
            "<?xml version='1.0'?><!-- encoding='windows-1251' -->",
            "<gpx encoding='windows-1251'>",
        ] {
            assert_eq!(declared(text.as_bytes()), None, "{text}");
        }
    }
}
