//! Formats of a forecast: when others with a half-way time of a marathon finished.
//!
//! A format is one file with a `write` function and one line in [`FORMATS`].

mod csv;
mod json;
mod text;

use super::Format;
use crate::activity::Sex;
use crate::judge::evidence::forecast::{Forecast, HALF_WAY_S, forecast};

/// How far the half-way times beside the asked one are apart, seconds.
const BESIDE_S: f64 = 150.0;

/// A forecast and those beside it.
#[derive(Debug)]
pub struct ForecastSheet {
    /// The runners' sex; `None` for both.
    pub sex: Option<Sex>,
    /// The forecast for the half-way time that was asked for.
    pub asked: Forecast,
    /// That one, and those for half-way times near it that the table has, in order.
    pub near: Vec<Forecast>,
}

impl ForecastSheet {
    /// Looks up a half-way time, seconds; `None` where the table has none.
    pub fn new(half_s: f64, sex: Option<Sex>) -> Option<Self> {
        let asked = forecast(half_s, sex)?;
        let near = (-2..=2).filter_map(|step| forecast(half_s + BESIDE_S * f64::from(step), sex)).collect();
        Some(Self { sex, asked, near })
    }

    /// The ends of the half-way times that a forecast may be made for, seconds.
    pub const HALF_WAY_S: (f64, f64) = HALF_WAY_S;
}

/// The formats of a forecast. The first is the default.
pub static FORMATS: &[Format<ForecastSheet>] = &[
    Format::new("text", "for people", text::write),
    Format::new("csv", "one row a half-way time, for spreadsheets and scripts", |sheet, _, out| {
        csv::write(sheet, out)
    }),
    Format::new("json", "all of it, for programs", |sheet, _, out| json::write(sheet, out)),
];
