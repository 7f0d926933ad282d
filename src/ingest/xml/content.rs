//! The content of elements and attributes, with entities, comments and CDATA resolved on demand.
//!
//! Only predefined and numeric entities are resolved; expanding others is how XML bombs work.

use std::borrow::Cow;
use std::ops::Range;

use super::{decimal, encoding};
use crate::ingest::names::cut_text;

/// A note quotes at most this many characters of a value that cannot be read.
const QUOTED_CHARS: usize = 40;

/// The raw content of an element or attribute.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct ElementContent<'a> {
    raw: &'a [u8],
    /// Whether it may contain entities, comments and CDATA.
    may_have_markup: bool,
}

impl<'a> ElementContent<'a> {
    /// Returns text that is already free of markup.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self { raw: text.as_bytes(), may_have_markup: false }
    }

    /// Returns text that may contain entities, comments and CDATA.
    pub(super) fn may_have_markup(raw: &'a [u8]) -> Self {
        Self { raw, may_have_markup: true }
    }

    /// Returns its byte range in `bytes`, of which it must be a part.
    pub(super) fn place_in(self, bytes: &[u8]) -> Range<usize> {
        let from = self.raw.as_ptr().addr() - bytes.as_ptr().addr();
        from..from + self.raw.len()
    }

    /// Returns the content as a number; `None` if it is not a finite one.
    #[inline]
    pub(crate) fn number(self) -> Option<f64> {
        self.read(decimal::parse)
    }

    /// Parses the content; the raw bytes are tried first, because most values contain no markup.
    #[inline]
    pub(crate) fn read<T>(self, mut parse: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
        parse(self.raw).or_else(|| {
            let text = self.may_have_markup.then(|| self.unescaped()).flatten()?;
            parse(text.as_bytes())
        })
    }

    /// Returns the content as text, without markup and surrounding blanks, [cut](cut_text)
    /// where it is long; `None` if nothing is left.
    pub(crate) fn text(self) -> Option<String> {
        let text = match self.may_have_markup.then(|| self.unescaped()).flatten() {
            Some(text) => Cow::Owned(text),
            None => characters(self.raw),
        };
        let text = text.trim();
        (!text.is_empty()).then(|| cut_text(text).to_owned())
    }

    /// Returns the text with markup resolved; `None` if there is none.
    #[cold]
    fn unescaped(self) -> Option<String> {
        memchr::memchr3(b'&', b'<', b'\r', self.raw)?;
        let text = characters(self.raw).replace("\r\n", "\n").replace('\r', "\n");
        Some(unescape(&text))
    }
}

/// Returns the start of a text that is short enough for a note.
pub(in crate::ingest) fn quotable(text: &str) -> &str {
    text.char_indices().nth(QUOTED_CHARS).map_or(text, |(end, _)| &text[..end])
}

/// Decodes UTF-8, or windows-1252 if the bytes are not valid UTF-8.
fn characters(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding::windows_1252(bytes),
    }
}

/// Resolves entities and CDATA, and removes comments and processing instructions.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        let markup = &rest[at..];
        let inside = |opening: &str, closing: &str| {
            let inner = markup.strip_prefix(opening)?;
            Some(inner.split_once(closing).unwrap_or((inner, "")))
        };
        rest = if let Some((inner, after)) = inside("<![CDATA[", "]]>") {
            out.push_str(inner);
            after
        } else if let Some((_, after)) = inside("<!--", "-->").or_else(|| inside("<?", "?>")) {
            after
        } else if let Some((character, after)) = reference(markup) {
            out.extend(character);
            after
        } else {
            out.push_str(&markup[..1]);
            &markup[1..]
        };
    }
    out.push_str(rest);
    out
}

/// Resolves the entity at the start of a text; returns its character and the rest of the text.
///
/// An entity that is neither predefined nor numeric has no character. Returns `None` if there is no
/// entity.
fn reference(text: &str) -> Option<(Option<char>, &str)> {
    let name = text.strip_prefix('&')?;
    let length = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '#' | '_' | '-' | '.' | ':')))?;
    let (name, rest) = name.split_at(length);
    let rest = rest.strip_prefix(';').filter(|_| length > 0)?;
    let character = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(numbered),
    };
    Some((character, rest))
}

/// Returns the character of a numeric entity such as `#65` or `#x41`, given without the `#`.
fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).filter(|character| *character != '\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_predefined_and_numeric_entities_are_resolved() {
        let text = "&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&c; & &; &d e&#0;&#x110000;&#xD800;&amp;lt;";
        let resolved = ElementContent::may_have_markup(text.as_bytes()).text();
        assert_eq!(resolved.as_deref(), Some("<>&\"'AB & &; &d e&lt;"));
        assert_eq!(ElementContent::plain(text).text().as_deref(), Some(text));
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_windows_1252() {
        let text = |bytes| ElementContent::may_have_markup(bytes).text();
        assert_eq!(text(b" Z\xFCrich &amp; \xE9").as_deref(), Some("Zürich & é"));
        assert_eq!(text(b"\x8410 \x96 12\x93").as_deref(), Some("„10 – 12“"));
        assert_eq!(text("Zürich\r\n1 ".as_bytes()).as_deref(), Some("Zürich\n1"));
    }
}
