//! `firstmile explain [ID]`: what the rules mean.

use anyhow::bail;
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::output;
use crate::formats::rules;
use crate::judge::{RULES, Rule, find};

/// Explains one rule or lists all.
///
/// # Errors
///
/// If the id is unknown, or standard output cannot be written.
pub(in crate::cli) fn run(args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let text = match (args.id.as_deref(), args.format) {
        (None, ExplainFormat::Text) => rules::list(),
        (None, ExplainFormat::Md) => rules::markdown(),
        (Some(id), _) => match find(id) {
            Some(rule) => rules::page(rule),
            None => bail!("unknown rule {id}. Did you mean {}?", nearest(id)),
        },
    };
    output::write_to(None, |out| out.write_all(text.as_bytes()))?;
    Ok(ExitStatus::default())
}

/// Returns the id that shares most characters with a mistyped one, by position and as a set.
fn nearest(id: &str) -> &'static str {
    let typed = id.to_uppercase();
    let likeness = |rule: &&&Rule| {
        let same_place = rule.id.chars().zip(typed.chars()).filter(|(a, b)| a == b).count();
        let shared = typed.chars().filter(|c| rule.id.contains(*c)).count();
        2 * same_place + shared
    };
    RULES.iter().max_by_key(likeness).map_or("START-01", |rule| rule.id)
}

/// Formats of `explain`.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum ExplainFormat {
    /// For the terminal.
    Text,
    /// Markdown.
    Md,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile explain                lists all rules\n  firstmile explain RISK-01        its definition, thresholds, models and sources"
)]
pub struct ExplainArgs {
    /// A rule's id, such as START-01; without one, all rules are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Output format; md writes all rules as one Markdown document
    #[arg(long, value_enum, default_value = "text", conflicts_with = "id")]
    pub format: ExplainFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_gets_the_nearest_id() {
        assert_eq!(nearest("START-1"), "START-01");
        assert_eq!(nearest("wall01"), "WALL-01");
    }
}
