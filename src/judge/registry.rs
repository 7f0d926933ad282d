//! The list of rules. `explain`, the reports and the tests read it.

use super::model::Rule;
use super::rules;

/// Every rule, in the order in which findings of one level are told.
pub static RULES: &[&Rule] = &[
    &rules::start_01::RULE,
    &rules::mile_01::RULE,
    &rules::risk_01::RULE,
    &rules::wall_01::RULE,
    &rules::fade_01::RULE,
    &rules::split_01::RULE,
    &rules::cost_01::RULE,
    &rules::half_01::RULE,
    &rules::drift_01::RULE,
    &rules::mile_02::RULE,
    &rules::grade_01::RULE,
    &rules::pause_01::RULE,
    &rules::dist_01::RULE,
    &rules::data_01::RULE,
    &rules::cramp_01::RULE,
];

/// The rule of an id, in any case.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Course;

    #[test]
    fn ids_are_unique_and_every_rule_says_what_it_is() {
        for (place, rule) in RULES.iter().enumerate() {
            assert!(RULES[..place].iter().all(|other| other.id != rule.id), "{} twice", rule.id);
            for text in [rule.title, rule.definition, rule.source, rule.certainty, rule.not_for] {
                assert!(!text.is_empty(), "{} leaves something out", rule.id);
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
