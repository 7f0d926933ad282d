//! DATA-01: damaged or repaired data.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};
use crate::phrases::capital;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "DATA-01",
    title: "damaged or repaired data",
    definition: "The file was damaged, or its clock, distances or timer had to be repaired; each repair is named.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The recording itself.",
    certainty: "The damage is certain. The repair is the likeliest reading of it.",
    figures: figures::none,
    not_for: "Files that could not be read at all. Each has a row of its own.",
    advice: "",
    check: Check::Run(check),
};

fn check(run: &Run, _: &Context) -> Option<Finding> {
    let notes = &run.identity.notes;
    if notes.is_empty() {
        return None;
    }
    let phrases: Vec<String> = notes.iter().map(ToString::to_string).collect();
    Some(RULE.finding(Level::Info, format!("{}.", capital(&phrases.join("; ")))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Note, Place};
    use crate::judge::rules::made_up::MadeUpRun;

    #[test]
    fn repairs_are_reported_and_a_sound_run_has_no_finding() {
        let mut run = MadeUpRun::race(&[(10_000.0, 300.0)]);
        assert_eq!(run.level(&RULE), "");
        run.activity.notes.push(Note::general("the clock jumps; 3 hours were taken out"));
        run.activity.notes.push(Note { at: Some(Place::Byte(812)), text: "2 bytes passed over".into() });
        assert_eq!(
            run.find(&RULE).expect("a finding").sentence,
            "The clock jumps; 3 hours were taken out; byte 812: 2 bytes passed over."
        );
    }
}
