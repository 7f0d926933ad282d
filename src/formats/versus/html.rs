//! Two runs side by side as a page: the answer, the gap as a curve, both paces, and the tables.

use std::io::{self, Write};

use super::words::{GAP_SO_FAR, Names, answer, heart_rows, line_of, mark_row, notes, rows};
use crate::formats::Style;
use crate::formats::html::gap_chart::figures;
use crate::formats::html::sheet::{Sheet, SheetTable};
use crate::report::Versus;
use crate::units::Units;

/// Writes the page.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(versus: &Versus, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of(versus);
    let units = style.units;
    let [a, b] = names.short.each_ref().map(String::as_str);
    let mut compared = rows(versus, units);
    compared.extend(heart_rows(versus));
    let marks = versus.gaps(units).iter().map(|gap| mark_row(gap, units)).collect();
    let mark_head = if units == Units::Miles { "mile" } else { "km" };
    let sheet = Sheet {
        headline: answer(versus, &names, units),
        sentences: [0, 1]
            .map(|side| format!("{}: {}.", names.short[side], line_of(versus, side, false)))
            .to_vec(),
        tables: vec![
            table("Side by side", ["", a, b, "gap"], compared),
            table("Mark by mark", [mark_head, a, b, GAP_SO_FAR], marks),
        ],
        footer: notes(versus, &names, style.units),
    };
    sheet.write_with(&figures(versus, &names.short, units), style, out)
}

/// Makes a table.
fn table<'a>(title: &str, heads: [&'a str; 4], rows: Vec<[String; 4]>) -> SheetTable<'a> {
    SheetTable {
        title: title.to_owned(),
        heads: heads.to_vec(),
        rows: rows.into_iter().map(Vec::from).collect(),
    }
}
