//! A forecast as one JSON document. Seconds have 3 decimals.

use std::io;
use std::io::Write;

use serde_json::{Value, json};

use super::ForecastSheet;
use super::text::origin;
use crate::judge::evidence::forecast::{ERROR_MINUTES, Forecast, HELD_OF_100, pool};

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-forecast/1";

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &ForecastSheet, out: &mut dyn Write) -> io::Result<()> {
    let document = json!({
        "schema": SCHEMA,
        "answer": format!("{}.", sheet.asked.sentence(sheet.sex)),
        "sex": sheet.sex.map(|sex| sex.to_string()),
        "forecast": times(&sheet.asked),
        "near": sheet.near.iter().map(times).collect::<Vec<Value>>(),
        "pool": pool(sheet.sex),
        "tested": {
            "held_of_100": {"least": HELD_OF_100.0, "most": HELD_OF_100.1},
            "median_error_minutes": {"least": ERROR_MINUTES.0, "most": ERROR_MINUTES.1},
        },
        "origin": origin(sheet),
    });
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Returns the times of a forecast.
fn times(forecast: &Forecast) -> Value {
    let rounded = |seconds: f64| Value::from((1000.0 * seconds).round() / 1000.0);
    forecast.named().into_iter().map(|(name, seconds)| (name.to_owned(), rounded(seconds))).collect()
}
