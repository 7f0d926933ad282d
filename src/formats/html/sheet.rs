//! A simple page: a headline, a few sentences, and tables. The pages of histories, rosters and
//! fields are made with it; style and document are those of the report's page.

use std::io::{self, Write};

use maud::{Markup, html};

use super::STYLE;
use super::document::{Text, document, to_references};
use crate::formats::Style;

/// A table of the page.
pub(in crate::formats) struct SheetTable<'a> {
    /// Its heading.
    pub title: String,
    /// The heads of its columns. The first column names the row.
    pub heads: Vec<&'a str>,
    /// Its rows, with a cell for each head.
    pub rows: Vec<Vec<String>>,
}

/// A page.
pub(in crate::formats) struct Sheet<'a> {
    /// The headline.
    pub headline: String,
    /// Sentences under it.
    pub sentences: Vec<String>,
    /// The tables; those without a row are left out.
    pub tables: Vec<SheetTable<'a>>,
    /// Sentences at the end.
    pub footer: Vec<String>,
}

impl Sheet<'_> {
    /// Writes the page.
    ///
    /// # Errors
    ///
    /// If writing fails.
    pub(in crate::formats) fn write(&self, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        self.write_with(&html! {}, style, out)
    }

    /// Writes the page with charts between its sentences and its tables.
    ///
    /// # Errors
    ///
    /// If writing fails.
    pub(in crate::formats) fn write_with(
        &self,
        charts: &Markup,
        style: &Style,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let body = html! {
            main { "\n"
                header {
                    h1 { (Text(&self.headline)) } "\n"
                    @for sentence in &self.sentences { p.lead { (Text(sentence)) } "\n" }
                } "\n"
                (charts)
                @for table in self.tables.iter().filter(|table| !table.rows.is_empty()) {
                    section { "\n"
                        h2 { (Text(&table.title)) } "\n"
                        div.wide {
                            table.plain.sheet { "\n"
                                thead { tr { @for head in &table.heads { th scope="col" { (Text(head)) } } } } "\n"
                                tbody { "\n"
                                    @for row in &table.rows {
                                        tr {
                                            @for (number, (head, cell)) in table.heads.iter().zip(row).enumerate() {
                                                @if number == 0 { th scope="row" { (Text(cell)) } }
                                                @else { td data-head=(Text(head)) { (Text(cell)) } }
                                            }
                                        } "\n"
                                    }
                                } "\n"
                            }
                        } "\n"
                    } "\n"
                }
                footer { @for sentence in &self.footer { p { (Text(sentence)) } "\n" } } "\n"
            } "\n"
        };
        let page = document(&self.headline, STYLE, &body).into_string();
        let page = if style.ascii { to_references(&page) } else { page };
        out.write_all(page.as_bytes())
    }
}

/// Returns a text's lines joined to one, because a page wraps by itself.
pub(in crate::formats) fn unwrapped(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
