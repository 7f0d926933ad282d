//! A forecast as text: the answer, then the half-way times beside it, then where it comes from.

use std::io;
use std::io::Write;

use super::ForecastSheet;
use crate::formats::Style;
use crate::formats::layout::{line, to_ascii, wrap};
use crate::judge::evidence::forecast::{ERROR_MINUTES, pool, tested};
use crate::phrases::{capital, clock, clock_minutes};

/// Writes the forecast.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &ForecastSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let width = style.page_width();
    let asked = &sheet.asked;
    line!(text, "{}", wrap(&format!("{}.", asked.sentence(sheet.sex)), 0, width));
    let days = format!(
        "On a day of small positive splits (one in ten) half finished before {}, on a day of great ones before {}.",
        clock_minutes(asked.good_day_s),
        clock_minutes(asked.bad_day_s)
    );
    line!(text, "{}", wrap(&days, 0, width));
    line!(text, "\n{:<10}{:>14}{:>14}{:>16}", "HALF-WAY", "half before", "middle half", "80 of 100");
    for near in &sheet.near {
        line!(
            text,
            "{:<10}{:>14}{:>14}{:>16}",
            clock(near.half_s),
            clock_minutes(near.median_s),
            format!("{}–{}", clock_minutes(near.p25_s), clock_minutes(near.p75_s)),
            near.interval("–")
        );
    }
    line!(text, "\n{}", wrap(&origin(sheet), 0, width));
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns what the forecast is made from, how it was tested, and what it is not.
pub(super) fn origin(sheet: &ForecastSheet) -> String {
    let pool = pool(sheet.sex);
    let (least, most) = ERROR_MINUTES;
    format!(
        "It is what others did, no promise: from {}, {}. {}; its middle was off by {least} to {most} minutes in the \
         median. {}firstmile explain FINISH-01 has the rest.",
        pool.size("finishers"),
        pool.name,
        capital(&tested()),
        if sheet.sex.is_none() { "With --sex it is closer. " } else { "" },
    )
}
