//! Text from files as it is shown, and back: names are told so that they do no harm, and taken as
//! they are told.

/// Takes the sting out of text that comes from files: control characters (terminal escapes among
/// them), breaks of lines and marks that turn the direction of text become visible codes.
pub(crate) fn escape_controls(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if does_harm(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// What [`escape_controls`] made of a text, undone; `None` where it holds no visible code.
pub(crate) fn unescape(shown: &str) -> Option<String> {
    let mut was = String::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(at) = rest.find("\\u{") {
        let code = &rest[at + 3..];
        let end = code.find('}');
        let hidden = end.and_then(|end| char::from_u32(u32::from_str_radix(&code[..end], 16).ok()?));
        was.push_str(&rest[..at]);
        match (hidden.filter(|c| does_harm(*c)), end) {
            (Some(c), Some(end)) => {
                was.push(c);
                rest = &code[end + 1..];
            }
            _ => {
                was.push_str("\\u{");
                rest = code;
            }
        }
    }
    was.push_str(rest);
    (was != shown).then_some(was)
}

fn does_harm(c: char) -> bool {
    let turns =
        matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    c.is_control() || turns || breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_leads_back() {
        for text in ["a\nb\u{202e}.fit", "\u{1b}[31m", "\u{7f}\u{2028}é"] {
            assert!(!escape_controls(text).chars().any(does_harm));
            assert_eq!(unescape(&escape_controls(text)).as_deref(), Some(text));
        }
        for plain in ["a.fit", "a\\u{41}", "\\u{", "\\u{zz}\\u{110000}"] {
            assert_eq!(unescape(plain), None, "{plain}");
        }
    }
}
