//! A pull scanner for tags.
//!
//! It runs from `<` to `<` and gives start, empty and end tags with their local names; an end tag comes with
//! the text before it, and a whole `<ele>4</ele>` comes as one. Nothing is checked that a recording can do without: names need not pair, attributes
//! may lack quotes, and a `<` that begins no markup is text. Each byte is passed a fixed number of times and
//! nothing nests in here, so hostile input takes time by its length alone. Comments, CDATA, processing
//! instructions and a doctype that do not end run to the end of the file, as the XML standard has it.

use memchr::{memchr, memmem};

use super::content::ElementContent;
use super::swar;

/// What kind of tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum TagKind {
    Start,
    /// A start and an end in one.
    Empty,
    /// A start tag without attributes, its text, and its end tag.
    Leaf,
    End,
}

/// A whole tag.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) struct Tag<'a> {
    pub kind: TagKind,
    /// The name without a prefix.
    pub name: &'a [u8],
    /// What stands between the name and the tag's end.
    attributes: &'a [u8],
    /// Of an end tag and a leaf: the text since the tag before.
    pub content: ElementContent<'a>,
    /// Where the tag's `<` is.
    pub from: usize,
}

impl<'a> Tag<'a> {
    /// The attributes, in order: local name and value.
    pub(crate) fn attributes(&self) -> Attributes<'a> {
        Attributes(self.attributes)
    }

    /// The value of an attribute.
    pub(crate) fn attribute(&self, wanted: &[u8]) -> Option<ElementContent<'a>> {
        self.attributes().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }
}

/// The scanner.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Scanner<'a> {
    bytes: &'a [u8],
    /// Where to look for the next tag.
    at: usize,
    /// The end of the last whole tag: where text began, and what is known to be whole.
    whole_to: usize,
}

/// How the search for a tag's end went.
enum TagEnd {
    /// The place of its `>`.
    Closed(usize),
    /// It has none before the `<` at this place.
    RunsTableError(usize),
    /// The file ends inside it.
    EndOfFile,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, whole_to: 0 }
    }

    /// What is scanned.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Takes all up to a place for scanned, behind a tag that ends there.
    pub(super) fn go_on_behind(&mut self, to: usize) {
        self.at = to;
        self.whole_to = to;
    }

    /// The end of the last whole tag.
    pub(crate) fn whole_to(&self) -> usize {
        self.whole_to
    }

    /// Makes a tag the next one again.
    pub(crate) fn back_to(&mut self, tag: &Tag) {
        self.go_on_behind(tag.from);
    }

    /// The next tag; `None` at the end, also where the file breaks off within markup.
    // A tag handed over in memory costs a quarter of its search.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<Tag<'a>> {
        let bytes = self.bytes;
        let from = match bytes.get(self.at) {
            Some(b'<') => self.at,
            _ => swar::find(b'<', bytes, self.at)?,
        };
        let is_end = bytes.get(from + 1) == Some(&b'/');
        let name_from = from + 1 + usize::from(is_end);
        let (name, name_to) = named(bytes, name_from);
        let begins = bytes.get(name_from).is_some_and(|first| begins_name(*first));
        if bytes.get(name_to) != Some(&b'>') || !begins {
            self.at = from;
            return self.any();
        }
        let text_from = self.whole_to;
        self.whole_to = name_to + 1;
        self.at = name_to + 1;
        let mut tag =
            Tag { kind: TagKind::Start, name, attributes: &[], content: ElementContent::plain(""), from };
        if is_end {
            tag.kind = TagKind::End;
            tag.content = ElementContent::marked_up(&bytes[text_from..from]);
        } else if let Some(next) = swar::find(b'<', bytes, self.whole_to) {
            let closing = &bytes[name_from..=name_to];
            if bytes.get(next + 1) == Some(&b'/') && bytes[next + 2..].starts_with(closing) {
                tag.kind = TagKind::Leaf;
                tag.content = ElementContent::marked_up(&bytes[self.whole_to..next]);
                self.whole_to = next + 2 + closing.len();
                self.at = self.whole_to;
            } else {
                self.at = next;
            }
        }
        Some(tag)
    }

    /// The next tag, with attributes or behind other markup.
    #[inline(never)]
    fn any(&mut self) -> Option<Tag<'a>> {
        let bytes = self.bytes;
        while let Some(from) = swar::find(b'<', bytes, self.at) {
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
                TagEnd::RunsTableError(next) => self.at = next,
                TagEnd::EndOfFile => break,
            }
        }
        self.at = bytes.len();
        None
    }

    /// A tag whose `>` is found.
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
        let content = ElementContent::marked_up(&bytes[self.whole_to..from]);
        self.at = close + 1;
        self.whole_to = close + 1;
        Tag {
            kind: if is_empty { TagKind::Empty } else { kind },
            name,
            attributes: &bytes[name_to..close - usize::from(is_empty)],
            content,
            from,
        }
    }
}

fn begins_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':' | 0x80..)
}

/// The bytes up to the next tag.
pub(in crate::ingest) fn up_to_tag(bytes: &[u8]) -> Option<&[u8]> {
    swar::find(b'<', bytes, 0).map(|to| &bytes[..to])
}

/// Whether a byte ends a name: white space, `/`, `>`, `<`, `=`, or `:`, behind which the local name begins.
const ENDS_NAME: [bool; 256] = {
    let mut ends = [false; 256];
    let mut index = 0;
    while index < 256 {
        ends[index] = matches!(index as u8, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'<' | b'=' | b':');
        index += 1;
    }
    ends
};

/// The local name that begins at a place, and where it ends.
#[inline]
fn named(bytes: &[u8], mut from: usize) -> (&[u8], usize) {
    let mut to = swar::past_letters(bytes, from);
    while let Some(byte) = bytes.get(to) {
        if !ENDS_NAME[usize::from(*byte)] {
            to += 1;
        } else if *byte == b':' {
            from = to + 1;
            to = swar::past_letters(bytes, from);
        } else {
            break;
        }
    }
    (&bytes[from..to], to)
}

/// Finds the end of a tag behind its name. A `>` in quotes is the value's, yet no `<` should stand in a value:
/// where one does, a quote is missing and the first `>` in the supposed value was the tag's.
fn tag_end(bytes: &[u8], mut at: usize) -> TagEnd {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'>' => return TagEnd::Closed(at),
            b'<' => return TagEnd::RunsTableError(at),
            quote @ (b'"' | b'\'') => {
                let value = at + 1;
                let Some(to) = swar::find_either(*quote, b'<', bytes, value) else { break };
                if bytes[to] == b'<' {
                    return match memchr(b'>', &bytes[value..to]) {
                        Some(close) => TagEnd::Closed(value + close),
                        None => TagEnd::RunsTableError(to),
                    };
                }
                at = to + 1;
            }
            _ => at += 1,
        }
    }
    TagEnd::EndOfFile
}

/// The end of a comment, CDATA section, processing instruction or doctype that begins at a place; just behind
/// the `<` if it is none of these; `None` if the file ends inside it.
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

/// The end of a doctype with or without an internal subset, behind its keyword.
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

/// Attributes as they come: in any quotes or none, whatever stands between them.
#[derive(Debug, Clone)]
pub(in crate::ingest) struct Attributes<'a>(&'a [u8]);

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a [u8], ElementContent<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let bytes = self.0;
            let from = blanks_end(bytes, 0);
            if from == bytes.len() {
                return None;
            }
            let (name, name_to) = named(bytes, from);
            let equals = blanks_end(bytes, name_to);
            if bytes.get(equals) != Some(&b'=') {
                // A name without a value, or no name: on to the next word.
                self.0 = &bytes[equals.max(from + 1)..];
                continue;
            }
            let at = blanks_end(bytes, equals + 1);
            let (raw, to) = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let to = swar::find(*quote, bytes, at + 1).unwrap_or(bytes.len());
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
                return Some((name, ElementContent::marked_up(raw)));
            }
        }
    }
}

/// Where the white space at a place ends.
#[inline]
fn blanks_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| is_blank(*byte)) {
        at += 1;
    }
    at
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags as `+name`, `name/` and `-name=text`.
    fn told(document: &str) -> String {
        let mut scanner = Scanner::new(document.as_bytes());
        let mut told = Vec::new();
        while let Some(tag) = scanner.next() {
            let name = String::from_utf8_lossy(tag.name).into_owned();
            told.push(match tag.kind {
                TagKind::Start => format!("+{name}"),
                TagKind::Leaf => format!("+{name} -{name}={}", tag.content.text().unwrap_or_default()),
                TagKind::Empty => format!("{name}/"),
                TagKind::End => format!("-{name}={}", tag.content.text().unwrap_or_default()),
            });
        }
        told.join(" ")
    }

    #[test]
    fn tags_come_by_their_local_names() {
        assert_eq!(told("<a><x:b c='>'  ><d\n>1 </d\t></a>"), "+a +b +d -d=1 -a=");
        assert_eq!(told("\u{feff}<?xml version='1.0'?><a b=\"/>\"/><é.-_1/>"), "a/ é.-_1/");
    }

    #[test]
    fn what_is_no_markup_is_text() {
        assert_eq!(told("<a>1 < 2 <3 <> <!x> <</a>"), "+a -a=1 < 2 <3 <> <!x> <");
        assert_eq!(told("<a b=\"1><b>2</b>"), "+a +b -b=2");
        assert_eq!(told("<a b=\"1 <b>2</b <c/>"), "+b c/");
    }

    #[test]
    fn comments_cdata_instructions_and_doctypes_are_passed_over() {
        let subset = "<!DOCTYPE a [<!-- ' ]> --><?x ]> \" ?><!ENTITY b \"<c>]>\">]>";
        assert_eq!(
            told(&format!("{subset}<a><!-- <b> -->1<![CDATA[<2>&amp;]]><?d <e>?>3</a>")),
            "+a -a=1<2>&amp;3"
        );
        assert_eq!(told("<!doctype a SYSTEM 'x>y'><a/>"), "a/");
    }

    #[test]
    fn a_file_may_break_off_anywhere() {
        let whole = "<?a?><!DOCTYPE b [<!ENTITY c 'd'>]><e f='g' h=\"i\"><!-- j --><![CDATA[k]]>&#108;</e>";
        for end in 0..whole.len() {
            let mut scanner = Scanner::new(&whole.as_bytes()[..end]);
            let tags = std::iter::from_fn(|| scanner.next()).count();
            assert!(tags <= 1 && scanner.whole_to() <= end);
            assert_eq!(scanner.next().map(|tag| tag.from), None);
        }
        for open in ["<a b='", "<a b", "<!--", "<![CDATA[", "<?", "<!DOCTYPE a [", "<!DOCTYPE a '", "</a"] {
            assert_eq!(told(&format!("<x/>{open}")), "x/", "{open}");
        }
    }

    #[test]
    fn attributes_come_in_any_order_and_quotes() {
        let document = b"<a xmlns:lat='no' x:lon = \"1 &amp; 2\"lat='>3'bare=4 none last='5";
        let whole = [document.as_slice(), b"'>"].concat();
        let tag = Scanner::new(&whole).next().expect("a tag");
        let told: Vec<_> = tag
            .attributes()
            .map(|(name, value)| {
                format!("{}:{}", String::from_utf8_lossy(name), value.text().unwrap_or_default())
            })
            .collect();
        assert_eq!(told, ["lon:1 & 2", "lat:>3", "bare:4", "last:5"]);
        assert_eq!(tag.attribute(b"lat").and_then(ElementContent::number), None);
        assert_eq!(tag.attribute(b"bare").and_then(ElementContent::number), Some(4.0));
    }
}
