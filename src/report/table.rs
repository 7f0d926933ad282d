//! The table of runs on a page: a line a run, by date.

use super::verdict::start_level;
use super::words::{PAGE_WIDTH, cut, line, paint, signed, width_of, wrapped};
use super::{Row, Scores, Style, harmless};
use crate::judge::WallRisk;
use crate::measure::Stretch;
use crate::units::{Units, clock};

/// Names are cut to this many columns.
const NAME_WIDTH: usize = 30;

/// Writes the last `shown` of some scored runs under a title.
pub(super) fn write(text: &mut String, title: &str, rows: &[(&Row, &Scores)], shown: usize, style: &Style) {
    let first = rows.len() - shown;
    let names = rows[first..].iter().map(|(row, _)| width_of(&name(row)));
    let width = names.max().unwrap_or(0);
    let halves = |scores: &Scores| {
        let time = |stretch: &Stretch| clock(stretch.times.on(scores.basis));
        format!("{} / {}", time(&scores.view.first_half), time(&scores.view.second_half))
    };
    let halves_width =
        rows[first..].iter().map(|(_, scores)| halves(scores).len()).max().unwrap_or(0).max(17);
    let risks = rows[first..].iter().any(|(_, scores)| scores.risk.is_some());
    let head = format!(
        "{title:<width$}  {:>8}  {:>10}  {:>10}  {:>halves_width$}  {:>7}  {:>7}",
        "distance",
        "first mile",
        "final mile",
        "halves",
        "split",
        "start",
        width = width + 12
    );
    line!(text, "\n{head}{}", if risks { "           risk of the wall" } else { "" });
    for (row, scores) in &rows[first..] {
        let view = &scores.view;
        let time = |times: &crate::measure::Times| clock(times.on(scores.basis));
        let cells = format!(
            "{:<10}  {}{}  {:>5.1} {}  {:>10}  {:>10}  {:>halves_width$}  {:>7}  {:>7}  {}{}",
            row.day(),
            name(row),
            " ".repeat(width - width_of(&name(row))),
            view.distance_m / style.units.metres(),
            if style.units == Units::Miles { "mi" } else { "km" },
            time(&view.first_mile.times),
            time(&view.final_mile.times),
            halves(scores),
            signed(view.positive_split_pct(scores.basis)),
            signed(view.judged_start_excess_pct(scores.basis)),
            level(row, style),
            scores.risk.as_ref().map(risk).unwrap_or_default(),
        );
        line!(text, "{}", cells.trim_end());
    }
    if first > 0 {
        line!(text, "{:<10}  and {first} earlier ones: -v shows them, --format csv has all", "");
    }
    let hills = rows.iter().any(|(_, scores)| scores.view.gap_start_excess_pct(scores.basis).is_some());
    let bases: std::collections::BTreeSet<&str> =
        rows.iter().map(|(_, scores)| scores.basis.code()).collect();
    let bases: Vec<&str> = bases.into_iter().collect();
    let note = format!(
        "times: {}; split: second half against the first, + is slower; start: first quarter against the second, + is \
         faster{}",
        bases.join(" or "),
        if hills { ", grade-adjusted where the altitude allows" } else { "" }
    );
    line!(text, "{:<10}  {}", "", wrapped(&note, 12, PAGE_WIDTH));
}

/// The level of the start, as wide as the widest.
fn level(row: &Row, style: &Style) -> String {
    match start_level(row) {
        Some(level) => format!("{}{}", paint(style, level), " ".repeat(9 - level.code().len())),
        None => " ".repeat(9),
    }
}

/// "typical   20–33 %".
fn risk(risk: &WallRisk) -> String {
    let range = format!("{:.0}–{:.0} %", 100.0 * risk.risk.low, 100.0 * risk.risk.high);
    format!("{:<9} {range:>7}", risk.risk.band().replace('-', " "))
}

/// A name for a table: made harmless and cut.
fn name(row: &Row) -> String {
    let name = harmless(&row.title());
    cut(&name, NAME_WIDTH)
}
