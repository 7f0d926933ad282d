//! A plan as one JSON document: the plan, the goal's origin, the runner's own races, and the advice
//! of an article on running cramps.

use std::io;
use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::PlanSheet;
use crate::plan::advice::{
    Advice, DRINK_CAUTION, DRINK_RATE, DrinkRate, LONG_FROM_S, SALT_CAUTION, SOURCE, advice,
};
use crate::plan::{Own, Plan};

/// The name and version of the document's schema.
const SCHEMA: &str = "firstmile-plan/1";

/// The whole document.
#[derive(Serialize)]
struct PlanJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    plan: &'a Plan,
    goal_from: Option<&'a str>,
    sex: Option<String>,
    own: Option<&'a Own>,
    advice: Vec<Advice>,
    advice_source: &'static str,
    drink_caution: &'static str,
    drink_rate: DrinkRate,
    salt_caution: Option<&'static str>,
}

/// Writes the document.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, out: &mut dyn Write) -> io::Result<()> {
    let document = PlanJson {
        schema: SCHEMA,
        plan: &sheet.plan,
        goal_from: sheet.goal_from.as_deref(),
        sex: sheet.sex.map(|sex| sex.to_string()),
        own: sheet.own.as_ref(),
        advice: advice(sheet.plan.goal_s),
        advice_source: SOURCE,
        drink_caution: DRINK_CAUTION,
        drink_rate: DRINK_RATE,
        salt_caution: (sheet.plan.goal_s >= LONG_FROM_S).then_some(SALT_CAUTION),
    };
    let mut value = serde_json::to_value(&document).map_err(io::Error::from)?;
    round("", &mut value);
    serde_json::to_writer_pretty(&mut *out, &value).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Rounds every number as in all data: seconds and percents to 3 decimals, metres to 2,
/// probabilities to 4.
fn round(name: &str, value: &mut Value) {
    match value {
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| round(name, value)),
        Value::Array(values) => values.iter_mut().for_each(|value| round(name, value)),
        Value::Number(number) if number.is_f64() => {
            let decimals = match name {
                "p" | "low" | "high" => 4,
                name if name.ends_with("_m") => 2,
                _ => 3,
            };
            let digits = format!("{:.decimals$}", number.as_f64().unwrap_or_default());
            *value = digits.parse::<f64>().map_or(Value::Null, Value::from);
        }
        _ => {}
    }
}
