//! Escapes control characters in text from files, and parses the escapes back.
//!
//! Names in files may contain terminal escapes or line breaks. Every output shows them escaped as
//! `\u{1b}`. A name that a user copies from an output is accepted with its escapes.

/// Replaces control characters, line breaks and marks that change the direction of text by `\u{…}`
/// escapes. Terminal escape sequences begin with a control character, so they lose their effect.
pub(crate) fn escape_controls(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) { escaped.extend(c.escape_unicode()) } else { escaped.push(c) }
    }
    escaped
}

/// Reverses [`escape_controls`]; `None` if the text has no escape of a character that it replaces.
pub(crate) fn unescape(escaped: &str) -> Option<String> {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find("\\u{") {
        let code = &rest[at + 3..];
        let end = code.find('}');
        let hidden = end.and_then(|end| char::from_u32(u32::from_str_radix(&code[..end], 16).ok()?));
        text.push_str(&rest[..at]);
        match (hidden.filter(|c| is_unsafe(*c)), end) {
            (Some(c), Some(end)) => {
                text.push(c);
                rest = &code[end + 1..];
            }
            _ => {
                text.push_str("\\u{");
                rest = code;
            }
        }
    }
    text.push_str(rest);
    (text != escaped).then_some(text)
}

/// Returns whether a character is not seen, and could carry a second text: format marks, blanks
/// that are no spaces, and selectors of variants.
///
/// The joiners of emoji and of Persian (U+200C, U+200D) and the selectors of an emoji's colour
/// (U+FE0E, U+FE0F) are not among them.
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Returns whether a character must not reach an output: a control character, a line separator, a
/// mark that changes the direction of text, or one that is not seen.
fn is_unsafe(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || turns || breaks || is_hidden(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_is_restored() {
        for text in [
            "a\nb\u{202e}.fit",
            "\u{1b}[31m",
            "\u{7f}\u{2028}é",
            "a\u{200b}\u{e0041}b",
            "\u{3164}\u{e0101}\u{206f}",
        ] {
            assert!(!escape_controls(text).chars().any(is_unsafe));
            assert_eq!(unescape(&escape_controls(text)).as_deref(), Some(text));
        }
        for plain in ["a.fit", "a\\u{41}", "\\u{", "\\u{zz}\\u{110000}"] {
            assert_eq!(unescape(plain), None, "{plain}");
        }
    }
}
