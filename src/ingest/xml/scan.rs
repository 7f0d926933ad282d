//! A pull scanner that finds the tags of an XML document and never fails.
//!
//! It jumps from `<` to `<` and returns start, empty and end tags with their local names. An end
//! tag comes with the text before it, and an element without children and attributes, such as
//! `<ele>4</ele>`, comes as one leaf. Tags need not match, attributes may lack quotes, and a `<`
//! that begins no markup is text. An unclosed comment, CDATA section, processing instruction or
//! doctype continues to the end of the file, as the XML standard says.
//!
//! Each byte is visited a fixed number of times and there is no recursion, so the time for hostile
//! input depends only on its length.

use memchr::{memchr, memmem};

use super::content::ElementContent;

/// The kinds of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum TagKind {
    Start,
    /// A start and end tag in one: `<a/>`.
    Empty,
    /// A start tag without attributes, its text, and its end tag: `<ele>4</ele>`.
    Leaf,
    End,
}

/// A complete tag.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct Tag<'a> {
    pub kind: TagKind,
    /// The name without its prefix.
    pub name: &'a [u8],
    /// The bytes between the name and the tag's end.
    attributes: &'a [u8],
    /// The text since the previous tag, for an end tag; the text inside, for a leaf.
    pub content: ElementContent<'a>,
    /// The offset of the tag's `<`.
    pub from: usize,
}

impl<'a> Tag<'a> {
    /// Returns the attributes in order: local name and value.
    pub(crate) fn attributes(&self) -> Attributes<'a> {
        Attributes(self.attributes)
    }

    /// Returns the value of an attribute.
    pub(crate) fn attribute(&self, wanted: &[u8]) -> Option<ElementContent<'a>> {
        self.attributes().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }
}

/// The scanner.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Scanner<'a> {
    bytes: &'a [u8],
    /// The offset where the search for the next tag begins.
    at: usize,
    /// The offset after the last complete tag, where the current text began.
    last_tag_end: usize,
}

/// The result of the search for a tag's end.
enum TagEnd {
    /// The offset of its `>`.
    Closed(usize),
    /// There is no `>` before the `<` at this offset.
    Unclosed(usize),
    /// The file ends inside it.
    EndOfFile,
}

impl<'a> Scanner<'a> {
    /// Returns a scanner at the start of a document.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, last_tag_end: 0 }
    }

    /// Returns the document.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Continues at an offset where a tag ends.
    pub(super) fn resume_at(&mut self, to: usize) {
        self.at = to;
        self.last_tag_end = to;
    }

    /// Returns the offset after the last complete tag.
    pub(crate) fn last_tag_end(&self) -> usize {
        self.last_tag_end
    }

    /// Goes back, so that `tag` is the next one again.
    pub(crate) fn back_to(&mut self, tag: &Tag) {
        self.resume_at(tag.from);
    }

    /// Returns the next tag; `None` at the end of the document, which may be inside markup.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<Tag<'a>> {
        let bytes = self.bytes;
        let from = match bytes.get(self.at) {
            Some(b'<') => self.at,
            _ => find(b'<', bytes, self.at)?,
        };
        let is_end = bytes.get(from + 1) == Some(&b'/');
        let name_from = from + 1 + usize::from(is_end);
        let (name, name_to) = named(bytes, name_from);
        let begins = bytes.get(name_from).is_some_and(|first| begins_name(*first));
        if bytes.get(name_to) != Some(&b'>') || !begins {
            self.at = from;
            return self.next_unusual();
        }
        let text_from = self.last_tag_end;
        self.last_tag_end = name_to + 1;
        self.at = name_to + 1;
        let mut tag =
            Tag { kind: TagKind::Start, name, attributes: &[], content: ElementContent::plain(""), from };
        if is_end {
            tag.kind = TagKind::End;
            tag.content = ElementContent::may_have_markup(&bytes[text_from..from]);
        } else if let Some(next) = find(b'<', bytes, self.last_tag_end) {
            let closing = &bytes[name_from..=name_to];
            if bytes.get(next + 1) == Some(&b'/') && bytes[next + 2..].starts_with(closing) {
                tag.kind = TagKind::Leaf;
                tag.content = ElementContent::may_have_markup(&bytes[self.last_tag_end..next]);
                self.last_tag_end = next + 2 + closing.len();
                self.at = self.last_tag_end;
            } else {
                self.at = next;
            }
        }
        Some(tag)
    }

    /// Returns the next tag if it has attributes, or follows comments or invalid markup.
    #[inline(never)]
    fn next_unusual(&mut self) -> Option<Tag<'a>> {
        let bytes = self.bytes;
        while let Some(from) = find(b'<', bytes, self.at) {
            let Some(&second) = bytes.get(from + 1) else { break };
            let (kind, (name, name_to)) = if second == b'/' {
                (TagKind::End, named(bytes, from + 2))
            } else if begins_name(second) {
                (TagKind::Start, named(bytes, from + 1))
            } else {
                match other_markup(bytes, from) {
                    Some(end) => self.at = end,
                    None => break,
                }
                continue;
            };
            match tag_end(bytes, name_to) {
                TagEnd::Closed(close) => return Some(self.closed(kind, from, name, name_to, close)),
                TagEnd::Unclosed(next) => self.at = next,
                TagEnd::EndOfFile => break,
            }
        }
        self.at = bytes.len();
        None
    }

    /// Returns the tag that ends with the `>` at `close`.
    #[inline]
    fn closed(
        &mut self,
        kind: TagKind,
        from: usize,
        name: &'a [u8],
        name_to: usize,
        close: usize,
    ) -> Tag<'a> {
        let bytes = self.bytes;
        let is_empty = kind == TagKind::Start && close > name_to && bytes[close - 1] == b'/';
        let content = ElementContent::may_have_markup(&bytes[self.last_tag_end..from]);
        self.at = close + 1;
        self.last_tag_end = close + 1;
        Tag {
            kind: if is_empty { TagKind::Empty } else { kind },
            name,
            attributes: &bytes[name_to..close - usize::from(is_empty)],
            content,
            from,
        }
    }
}

/// Returns whether a byte may be the first of a name.
fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..)
}

/// Returns the offset of the first `wanted` byte at or after `at`.
///
/// Tags are a dozen bytes apart, so this loop is cheaper than a call of `memchr`, which takes 4 %
/// more instructions to read a GPX file. A search by words of eight bytes takes only 1 % fewer.
#[inline]
pub(super) fn find(wanted: u8, bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..)?.iter().position(|byte| *byte == wanted).map(|ahead| at + ahead)
}

/// Returns the bytes before the next `<`.
pub(in crate::ingest) fn up_to_tag(bytes: &[u8]) -> Option<&[u8]> {
    find(b'<', bytes, 0).map(|to| &bytes[..to])
}

/// Returns the local name that begins at an offset, and where it ends.
#[inline]
fn named(bytes: &[u8], mut from: usize) -> (&[u8], usize) {
    let mut to = from;
    while let Some(byte) = bytes.get(to) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'<' | b'=' => break,
            b':' => from = to + 1,
            _ => {}
        }
        to += 1;
    }
    (&bytes[from..to], to)
}

/// Finds the end of a tag after its name.
///
/// A `>` inside quotes belongs to the value. A `<` inside quotes means that a quote is missing;
/// then the first `>` after the quote is the tag's end.
fn tag_end(bytes: &[u8], mut at: usize) -> TagEnd {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return TagEnd::Closed(at),
            b'<' => return TagEnd::Unclosed(at),
            quote @ (b'"' | b'\'') => {
                let value = at + 1;
                let ends = |byte: &u8| *byte == *quote || *byte == b'<';
                let Some(length) = bytes[value..].iter().position(ends) else { break };
                let to = value + length;
                if bytes[to] == b'<' {
                    return match memchr(b'>', &bytes[value..to]) {
                        Some(close) => TagEnd::Closed(value + close),
                        None => TagEnd::Unclosed(to),
                    };
                }
                at = to + 1;
            }
            _ => at += 1,
        }
    }
    TagEnd::EndOfFile
}

/// Returns the end of the comment, CDATA section, processing instruction or doctype at `from`.
///
/// For other bytes it returns the offset after the `<`; `None` if the file ends inside.
fn other_markup(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = &bytes[from..];
    let (opening, closing): (usize, &[u8]) = if rest.starts_with(b"<!--") {
        (4, b"-->")
    } else if rest.starts_with(b"<![CDATA[") {
        (9, b"]]>")
    } else if rest.starts_with(b"<?") {
        (2, b"?>")
    } else if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!DOCTYPE")) {
        return doctype_end(bytes, from + 9);
    } else {
        return Some(from + 1);
    };
    let found = memmem::find(&rest[opening..], closing)?;
    Some(from + opening + found + closing.len())
}

/// Returns the end of a doctype, with or without an internal subset; `at` is after its keyword.
fn doctype_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut in_subset = false;
    loop {
        match bytes.get(at)? {
            b'>' if !in_subset => return Some(at + 1),
            b'[' => in_subset = true,
            b']' => in_subset = false,
            quote @ (b'"' | b'\'') => at += 1 + memchr(*quote, &bytes[at + 1..])?,
            b'<' if bytes[at..].starts_with(b"<!--") => at += 6 + memmem::find(&bytes[at + 4..], b"-->")?,
            b'<' if bytes[at..].starts_with(b"<?") => at += 3 + memmem::find(&bytes[at + 2..], b"?>")?,
            _ => {}
        }
        at += 1;
    }
}

/// An iterator over attributes, with any quotes or none; bytes that are no attribute are skipped.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], ElementContent<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = self.0;
            let from = skip_blanks(bytes, 0);
            if from == bytes.len() {
                return None;
            }
            let (name, name_to) = named(bytes, from);
            let equals = skip_blanks(bytes, name_to);
            if bytes.get(equals) != Some(&b'=') {
                // A name without a value, or no name at all.
                self.0 = &bytes[equals.max(from + 1)..];
                continue;
            }
            let at = skip_blanks(bytes, equals + 1);
            let (raw, to) = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let to = find(*quote, bytes, at + 1).unwrap_or(bytes.len());
                    (&bytes[at + 1..to], bytes.len().min(to + 1))
                }
                _ => {
                    let to = at + bytes[at..].iter().take_while(|byte| !is_blank(**byte)).count();
                    (&bytes[at..to], to)
                }
            };
            self.0 = &bytes[to..];
            let has_prefix = name_to - from != name.len();
            if !(has_prefix && bytes[from..].starts_with(b"xmlns:")) {
                return Some((name, ElementContent::may_have_markup(raw)));
            }
        }
    }
}

/// Returns the offset after the white space at `at`.
#[inline]
fn skip_blanks(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
        at += 1;
    }
    at
}

/// Returns whether a byte is XML white space.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags as `+name`, `name/` and `-name=text`.
    fn tags(document: &str) -> String {
        let mut scanner = Scanner::new(document.as_bytes());
        let mut tags = Vec::new();
        while let Some(tag) = scanner.next() {
            let name = String::from_utf8_lossy(tag.name).into_owned();
            tags.push(match tag.kind {
                TagKind::Start => format!("+{name}"),
                TagKind::Leaf => format!("+{name} -{name}={}", tag.content.text().unwrap_or_default()),
                TagKind::Empty => format!("{name}/"),
                TagKind::End => format!("-{name}={}", tag.content.text().unwrap_or_default()),
            });
        }
        tags.join(" ")
    }

    #[test]
    fn tags_have_their_local_names() {
        assert_eq!(tags("<a><x:b c='>'  ><d\n>1 </d\t></a>"), "+a +b +d -d=1 -a=");
        assert_eq!(tags("\u{feff}<?xml version='1.0'?><a b=\"/>\"/><é.-_1/>"), "a/ é.-_1/");
    }

    #[test]
    fn invalid_markup_is_text() {
        assert_eq!(tags("<a>1 < 2 <3 <> <!x> <</a>"), "+a -a=1 < 2 <3 <> <!x> <");
        assert_eq!(tags("<a b=\"1><b>2</b>"), "+a +b -b=2");
        assert_eq!(tags("<a b=\"1 <b>2</b <c/>"), "+b c/");
    }

    #[test]
    fn comments_cdata_instructions_and_doctypes_are_skipped() {
        let subset = "<!DOCTYPE a [<!-- ' ]> --><?x ]> \" ?><!ENTITY b \"<c>]>\">]>";
        assert_eq!(
            tags(&format!("{subset}<a><!-- <b> -->1<![CDATA[<2>&amp;]]><?d <e>?>3</a>")),
            "+a -a=1<2>&amp;3"
        );
        assert_eq!(tags("<!doctype a SYSTEM 'x>y'><a/>"), "a/");
    }

    #[test]
    fn a_document_may_end_anywhere() {
        let whole = "<?a?><!DOCTYPE b [<!ENTITY c 'd'>]><e f='g' h=\"i\"><!-- j --><![CDATA[k]]>&#108;</e>";
        for end in 0..whole.len() {
            let mut scanner = Scanner::new(&whole.as_bytes()[..end]);
            let count = std::iter::from_fn(|| scanner.next()).count();
            assert!(count <= 1 && scanner.last_tag_end() <= end);
            assert_eq!(scanner.next().map(|tag| tag.from), None);
        }
        for open in ["<a b='", "<a b", "<!--", "<![CDATA[", "<?", "<!DOCTYPE a [", "<!DOCTYPE a '", "</a"] {
            assert_eq!(tags(&format!("<x/>{open}")), "x/", "{open}");
        }
    }

    #[test]
    fn attributes_may_have_any_order_and_quotes() {
        let document = b"<a xmlns:lat='no' x:lon = \"1 &amp; 2\"lat='>3'bare=4 none last='5";
        let whole = [document.as_slice(), b"'>"].concat();
        let tag = Scanner::new(&whole).next().expect("a tag");
        let attributes: Vec<_> = tag
            .attributes()
            .map(|(name, value)| {
                format!("{}:{}", String::from_utf8_lossy(name), value.text().unwrap_or_default())
            })
            .collect();
        assert_eq!(attributes, ["lon:1 & 2", "lat:>3", "bare:4", "last:5"]);
        assert_eq!(tag.attribute(b"lat").and_then(ElementContent::number), None);
        assert_eq!(tag.attribute(b"bare").and_then(ElementContent::number), Some(4.0));
    }
}
