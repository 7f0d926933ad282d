//! `firstmile explain [ID]`: the rules in their own words.

use anyhow::bail;

use super::args::{Explain, ExplainFormat};
use super::outcome::Outcome;
use super::output;
use crate::judge::{RULES, Rule, find};
use crate::report::rules;

/// Explains one rule or lists all.
///
/// # Errors
///
/// For an unknown id, and when standard output cannot be written.
pub(super) fn run(args: &Explain) -> anyhow::Result<Outcome> {
    let text = match (args.id.as_deref(), args.format) {
        (None, ExplainFormat::Text) => rules::list(),
        (None, ExplainFormat::Md) => rules::markdown(),
        (Some(id), _) => match find(id) {
            Some(rule) => rules::page(rule),
            None => bail!("unknown rule {id}. Did you mean {}?", nearest(id)),
        },
    };
    output::write_to(None, |out| out.write_all(text.as_bytes()))?;
    Ok(Outcome::default())
}

/// The id that shares most characters with a mistyped one, place by place and as a set.
fn nearest(id: &str) -> &'static str {
    let typed = id.to_uppercase();
    let likeness = |rule: &&&Rule| {
        let same_place = rule.id.chars().zip(typed.chars()).filter(|(a, b)| a == b).count();
        let shared = typed.chars().filter(|c| rule.id.contains(*c)).count();
        2 * same_place + shared
    };
    RULES.iter().max_by_key(likeness).map_or("START-01", |rule| rule.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_finds_its_neighbour() {
        assert_eq!(nearest("START-1"), "START-01");
        assert_eq!(nearest("wall01"), "WALL-01");
    }
}
