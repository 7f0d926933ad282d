//! What stands in an element or attribute, taken out of its markup.
//!
//! Only the predefined and the numeric entities stand for something: expanding others is how XML bombs are made.

use std::borrow::Cow;
use std::ops::Range;

use super::decimal;

/// The text of an element or attribute, as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct ElementContent<'a> {
    raw: &'a [u8],
    /// Whether it may hold entities, comments and CDATA.
    marked_up: bool,
}

impl<'a> ElementContent<'a> {
    /// Text that somebody else has taken out of its markup.
    pub(crate) fn plain(text: &'a str) -> Self {
        Self { raw: text.as_bytes(), marked_up: false }
    }

    /// Text that may hold entities, comments and CDATA.
    pub(super) fn marked_up(raw: &'a [u8]) -> Self {
        Self { raw, marked_up: true }
    }

    /// Where it stands among the bytes that it was found in.
    pub(super) fn place_in(self, bytes: &[u8]) -> Range<usize> {
        let from = self.raw.as_ptr().addr() - bytes.as_ptr().addr();
        from..from + self.raw.len()
    }

    /// The text as a number.
    #[inline]
    pub(crate) fn number(self) -> Option<f64> {
        self.read(decimal::parse)
    }

    /// The text by some parser, which is first shown the bytes as they are: most values hold no markup.
    #[inline]
    pub(crate) fn read<T>(self, mut parse: impl FnMut(&[u8]) -> Option<T>) -> Option<T> {
        parse(self.raw).or_else(|| {
            let text = self.marked_up.then(|| self.taken_out()).flatten()?;
            parse(text.as_bytes())
        })
    }

    /// The text without markup and blanks around it; `None` if nothing is left.
    pub(crate) fn text(self) -> Option<String> {
        let text = match self.marked_up.then(|| self.taken_out()).flatten() {
            Some(text) => Cow::Owned(text),
            None => characters(self.raw),
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text taken out of its markup, if it holds any.
    #[cold]
    fn taken_out(self) -> Option<String> {
        memchr::memchr3(b'&', b'<', b'\r', self.raw)?;
        let text = characters(self.raw).replace("\r\n", "\n").replace('\r', "\n");
        Some(without_markup(&text))
    }
}

/// UTF-8, or else Latin-1.
fn characters(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()),
    }
}

fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<']) {
        out.push_str(&rest[..at]);
        let markup = &rest[at..];
        let behind = |opening: &str, closing: &str| {
            let inner = markup.strip_prefix(opening)?;
            Some(inner.split_once(closing).unwrap_or((inner, "")))
        };
        rest = if let Some((inner, after)) = behind("<![CDATA[", "]]>") {
            out.push_str(inner);
            after
        } else if let Some((_, after)) = behind("<!--", "-->").or_else(|| behind("<?", "?>")) {
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

/// The character of a reference that begins a text, and what follows it. A reference that is neither
/// predefined nor numeric stands for nothing: expanding others is how XML bombs are made.
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
    fn only_predefined_and_numeric_entities_stand_for_something() {
        let text = "&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&c; & &; &d e&#0;&#x110000;&#xD800;&amp;lt;";
        let told = ElementContent::marked_up(text.as_bytes()).text();
        assert_eq!(told.as_deref(), Some("<>&\"'AB & &; &d e&lt;"));
        assert_eq!(ElementContent::plain(text).text().as_deref(), Some(text));
    }

    #[test]
    fn latin_1_is_read_where_utf_8_is_not() {
        let told = |bytes| ElementContent::marked_up(bytes).text();
        assert_eq!(told(b" Z\xFCrich &amp; \xE9").as_deref(), Some("Zürich & é"));
        assert_eq!(told("Zürich\r\n1 ".as_bytes()).as_deref(), Some("Zürich\n1"));
    }
}
