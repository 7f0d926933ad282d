//! What the HTML pages share: the document around a page, text from files within it, ASCII.
//!
//! Pages are `maud` templates: whatever a template contains is escaped unless it is markup already.

use maud::{Markup, PreEscaped, Render, html};

use crate::escape::escape_controls;

/// The doctype in small letters, as the pages have always had it; maud's own is in capitals.
const DOCTYPE: PreEscaped<&str> = PreEscaped("<!doctype html>");

/// Text within a template that must show what it is: terminal codes and marks that turn the
/// direction of text become visible. Its markup is escaped by maud, as that of any text.
pub(in crate::formats) struct Text<T>(pub T);

impl<T: AsRef<str>> Render for Text<T> {
    fn render_to(&self, page: &mut String) {
        // A percent sign stays with its number.
        escape_controls(self.0.as_ref()).replace(" %", "\u{a0}%").render_to(page);
    }
}

/// Returns a whole page. Its style is written unescaped, so only what is compiled in may be one.
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
            meta name="viewport" content="width=device-width, initial-scale=1"; "\n"
            title { (Text(title)) } "\n"
            style { "\n" (PreEscaped(style)) } "\n"
        }
    }
}

/// Writes a page's characters beyond ASCII as references, which HTML and Markdown both know. Styles
/// and scripts know none: those of this program are ASCII.
pub(in crate::formats) fn to_references(page: &str) -> String {
    page.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", u32::from(c)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_is_markup() {
        let name = "<script>'a' & \"b\" 5 %\u{202e}\u{1b}[31m";
        let page = html! { p title=(Text(name)) { (Text(name)) } }.into_string();
        let escaped = "&lt;script&gt;'a' &amp; &quot;b&quot; 5\u{a0}%\\u{202e}\\u{1b}[31m";
        assert_eq!(page, format!("<p title=\"{escaped}\">{escaped}</p>"));
    }
}
