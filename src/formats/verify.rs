//! Two readings of every content, set side by side: text for people, CSV for machines.

use std::io;
use std::io::Write;

use super::layout::{line, to_ascii, wrapped};
use super::tabular::columns::Cell;
use super::tabular::csv::{field, plain};
use super::{Format, Style};
use crate::escape::escape_controls;
use crate::ingest::compare::{Difference, DifferenceKind};
use crate::phrases::plural;

/// One content read twice.
#[derive(Debug)]
pub struct Verified {
    /// `path[!member]`.
    pub address: String,
    /// Where the readings differ.
    pub differences: Vec<Difference>,
    /// Why there was nothing to read, where its wrapping could not be opened.
    pub unopened: Option<String>,
}

impl Verified {
    /// Whether the library gives something that the fast reader does not give just so.
    pub fn is_unequal(&self) -> bool {
        self.differences.iter().any(|difference| difference.kind != DifferenceKind::OnlyFast)
    }
}

/// The formats of a verification. The first is the default.
pub static FORMATS: &[Format<[Verified]>] = &[
    Format::new("text", "for people", text),
    Format::new("csv", "one row a difference, for programs", |verified, _, out| csv(verified, out)),
];

fn text(verified: &[Verified], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let unopened = verified.iter().filter(|one| one.unopened.is_some()).count();
    let same = verified.iter().filter(|one| one.differences.is_empty()).count() - unopened;
    let unequal = verified.iter().filter(|one| one.is_unequal()).count();
    let more = verified.len() - unopened - same - unequal;
    line!(
        text,
        "{} read twice: {same} the same, {more} where the fast reader gives more, {unequal} unequal.",
        plural(verified.len() - unopened, "recording", "recordings")
    );
    for one in verified {
        if let Some(why) = &one.unopened {
            let told = format!("{}: not read: {}", escape_controls(&one.address), escape_controls(why));
            line!(text, "{}", wrapped(&told, 2, style.page_width()));
        }
    }
    let verbose = style.verbosity > 0;
    for one in verified.iter().filter(|one| one.is_unequal() || (verbose && !one.differences.is_empty())) {
        line!(text, "\n{}", escape_controls(&one.address));
        for difference in &one.differences {
            if verbose || difference.kind != DifferenceKind::OnlyFast {
                let number = if difference.activity > 1 {
                    format!("#{} ", difference.activity)
                } else {
                    String::new()
                };
                let told = format!("{number}{}", escape_controls(&difference.to_string()));
                line!(text, "  {}", wrapped(&told, 4, style.page_width()));
            }
        }
    }
    if more > 0 && !verbose {
        line!(text, "\nWhat the fast reader alone gives: -v shows it.");
    }
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

fn csv(verified: &[Verified], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let names = ["address", "activity", "field", "kind", "count", "first", "fast", "library"];
    writer.write_record(names).map_err(plain)?;
    for one in verified {
        if let Some(why) = &one.unopened {
            let (address, kind, none) = (guarded(&one.address), "unopened".to_owned(), String::new);
            let row = [address, none(), none(), kind, none(), none(), guarded(why), none()];
            writer.write_record(row).map_err(plain)?;
        }
        for difference in &one.differences {
            let Difference { activity, field: name, kind, count, first, fast, library } = difference;
            let cells = [
                guarded(&one.address),
                activity.to_string(),
                (*name).to_owned(),
                kind.code().to_owned(),
                count.to_string(),
                first.to_string(),
                guarded(fast),
                guarded(library),
            ];
            writer.write_record(cells).map_err(plain)?;
        }
    }
    writer.flush()
}

/// A cell of text that is no formula; a number stays one.
fn guarded(text: &str) -> String {
    let cell = if text.parse::<f64>().is_ok() {
        Cell::Number(text.to_owned())
    } else {
        Cell::Text(escape_controls(text))
    };
    field(cell)
}
