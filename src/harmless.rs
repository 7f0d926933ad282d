//! Text from files, before it is written anywhere.

/// Takes the sting out of text that comes from files: control characters (terminal escapes among them), breaks of lines and
/// marks that turn the direction of text become visible codes.
pub(crate) fn harmless(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .flat_map(|c| {
            let shown: Vec<char> =
                if c.is_control() || turns(c) || breaks(c) { c.escape_unicode().collect() } else { vec![c] };
            shown
        })
        .collect()
}
