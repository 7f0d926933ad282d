//! DATA-01: damaged or repaired data.

use crate::history::Run;
use crate::judge::model::{Context, Finding, Level, Rule};

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DATA-01",
    title: "damaged or repaired data",
    definition: "The file was damaged, or its clock, distances or timer had to be repaired; each repair is named.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The recording itself.",
    certainty: "What was found is certain; what was made of it is the likeliest reading.",
    not_for: "Files that could not be read at all: they have a row of their own.",
    advice: "",
    check,
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    let notes = &run.identity.notes;
    if notes.is_empty() {
        return None;
    }
    let told: Vec<String> = notes.iter().map(ToString::to_string).collect();
    let mut sentence = told.join("; ");
    if let Some(first) = sentence.get(..1) {
        sentence.replace_range(..1, &first.to_uppercase());
    }
    Some(RULE.finding(Level::Info, format!("{sentence}.")))
}
