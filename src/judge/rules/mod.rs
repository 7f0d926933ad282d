//! The list of rules; each rule is one file. `explain`, the reports, `docs/rules.md` and the tests
//! use this list.
//!
//! A new rule needs a file, its `mod` line and its place in [`RULES`].

use super::model::Rule;

pub(super) mod cost_01;
pub(super) mod cramp_01;
pub(super) mod data_01;
pub(super) mod dist_01;
pub(super) mod drift_01;
pub(super) mod drift_02;
pub(super) mod fade_01;
pub(super) mod finish_01;
pub(super) mod grade_01;
pub(super) mod half_01;
pub(super) mod heat_01;
pub(super) mod hist_01;
#[cfg(test)]
mod made_up;
pub(super) mod mile_01;
pub(super) mod mile_02;
pub(super) mod pause_01;
pub(super) mod pay_01;
pub(super) mod risk_01;
#[cfg(test)]
mod sentences;
pub(super) mod split_01;
pub(super) mod split_02;
pub(super) mod start_01;
pub(super) mod train_01;
pub(super) mod wall_01;

/// Every rule, in the order of findings of one level.
pub static RULES: &[&Rule] = &[
    &start_01::RULE,
    &mile_01::RULE,
    &risk_01::RULE,
    &heat_01::RULE,
    &wall_01::RULE,
    &fade_01::RULE,
    &split_01::RULE,
    &finish_01::RULE,
    &cost_01::RULE,
    &half_01::RULE,
    &hist_01::RULE,
    &pay_01::RULE,
    &train_01::RULE,
    &split_02::RULE,
    &drift_01::RULE,
    &drift_02::RULE,
    &mile_02::RULE,
    &grade_01::RULE,
    &pause_01::RULE,
    &dist_01::RULE,
    &data_01::RULE,
    &cramp_01::RULE,
];

/// The rules about the recording, which also apply to a walk.
pub(super) static CAVEATS: &[&Rule] = &[&dist_01::RULE, &data_01::RULE];

/// Returns the rule with an id, upper or lower case.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Course;

    #[test]
    fn ids_are_unique_and_every_rule_has_its_texts() {
        for (place, rule) in RULES.iter().enumerate() {
            assert!(RULES[..place].iter().all(|other| other.id != rule.id), "{} twice", rule.id);
            for text in [rule.title, rule.definition, rule.source, rule.certainty, rule.not_for] {
                assert!(!text.is_empty(), "{} has an empty text", rule.id);
            }
        }
    }

    #[test]
    fn thresholds_rise_with_their_levels() {
        for rule in RULES {
            for course in std::iter::once(None).chain(Course::ALL.map(Some)) {
                let steps = (rule.thresholds)(course);
                assert!(
                    steps.windows(2).all(|pair| pair[0] < pair[1] && pair[0].1 < pair[1].1),
                    "{}",
                    rule.id
                );
            }
        }
    }
}
