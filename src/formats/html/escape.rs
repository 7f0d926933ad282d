//! Text within HTML.

use crate::escape::escape_controls;

/// Text that is text wherever it stands in a page: no markup, no terminal codes, no turned direction.
pub(in crate::formats) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in escape_controls(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    // A percent sign stays with its number.
    escaped.replace(" %", "\u{a0}%")
}

/// A page whose characters beyond ASCII are written as references, which HTML and Markdown both know. Styles and scripts
/// know none: those of this program are ASCII.
pub(in crate::formats) fn to_references(page: &str) -> String {
    page.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(
            escape_html("<script>'a' & \"b\"\u{202e}"),
            "&lt;script&gt;&#39;a&#39; &amp; &quot;b&quot;\\u{202e}"
        );
    }
}
