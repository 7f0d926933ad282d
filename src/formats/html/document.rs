//! Parts that the HTML pages share: the document around a page, text from files, ASCII.
//!
//! Pages are `maud` templates. A template escapes every value in it unless the value is markup
//! already.

use maud::{Markup, PreEscaped, Render, html};

use crate::escape::escape_controls;

/// What a page may load: nothing, besides the style and the script within it.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/// The doctype in small letters, as the pages have always had it; maud's own is in capitals.
const DOCTYPE: PreEscaped<&str> = PreEscaped("<!doctype html>");

/// Text from a file in a template. Control characters and marks that reverse the direction of text
/// become visible codes. Maud escapes `<`, `>`, `&` and `"`, as in any text.
pub(in crate::formats) struct Text<T>(pub T);

impl<T: AsRef<str>> Render for Text<T> {
    fn render_to(&self, page: &mut String) {
        // A percent sign stays with its number.
        escape_controls(self.0.as_ref()).replace(" %", "\u{a0}%").render_to(page);
    }
}

/// Returns a whole page. The style is not escaped, so it must be compiled in.
pub(in crate::formats) fn document(title: &str, style: &'static str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE) "\n"
        html lang="en" { "\n"
            (head(title, style)) "\n"
            body { "\n" (body) } "\n"
        } "\n"
    }
}

/// Returns a page's head; nothing in it is fetched.
fn head(title: &str, style: &'static str) -> Markup {
    html! {
        head { "\n"
            meta charset="utf-8"; "\n"
            meta http-equiv="Content-Security-Policy" content=(POLICY); "\n"
            meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
            title { (Text(title)) } "\n"
            style { "\n" (PreEscaped(style)) } "\n"
        }
    }
}

/// Replaces the characters beyond ASCII by references, which HTML and Markdown both support.
///
/// Styles and scripts do not support them, but those of this program are ASCII.
pub(in crate::formats) fn to_references(page: &str) -> String {
    page.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_in_html() {
        let name = "<script>'a' & \"b\" 5 %\u{202e}\u{1b}[31m";
        let page = html! { p title=(Text(name)) { (Text(name)) } }.into_string();
        let escaped = "&lt;script&gt;'a' &amp; &quot;b&quot; 5\u{a0}%\\u{202e}\\u{1b}[31m";
        assert_eq!(page, format!("<p title=\"{escaped}\">{escaped}</p>"));
    }
}
