//! `firstmile explain [ID]`: what the rules mean, and where the exports of services are.

use anyhow::bail;
use clap::Args;

use crate::cli::exit_status::ExitStatus;
use crate::cli::output;
use crate::formats::{exports, rules};
use crate::judge::{RULES, find};
use crate::nearest::nearest;

/// The word that stands in place of a rule's id for the exports of services.
const EXPORT: &str = "export";

/// Explains one rule or the exports, or lists all rules.
///
/// # Errors
///
/// If the id is unknown, or standard output cannot be written.
pub(in crate::cli) fn run(args: &ExplainArgs) -> anyhow::Result<ExitStatus> {
    let text = match (args.id.as_deref(), args.format) {
        (id, ExplainFormat::Text) => page(id)?,
        (None, ExplainFormat::Md) => rules::markdown(),
        (Some(EXPORT), ExplainFormat::Md) => exports::markdown(),
        (Some(_), ExplainFormat::Md) => bail!("--format md writes all rules; leave out the id"),
    };
    output::write_to(None, |out| out.write_all(text.as_bytes()))?;
    Ok(ExitStatus::default())
}

/// Returns the text of a rule or of the exports, or the list of rules.
///
/// # Errors
///
/// If the id is unknown.
pub(super) fn page(id: Option<&str>) -> anyhow::Result<String> {
    match id {
        None => Ok(rules::list()),
        Some(EXPORT) => Ok(exports::text()),
        Some(id) => match find(id) {
            Some(rule) => Ok(rules::page(rule)),
            None => bail!("unknown rule {id}{}", suggestion(id)),
        },
    }
}

/// Returns what follows the name of an unknown rule: the ids that it may mean, or all.
fn suggestion(id: &str) -> String {
    let ids = || RULES.iter().map(|rule| rule.id);
    match &nearest(id, ids().chain([EXPORT]))[..] {
        [] => format!("; the rules are {}; other pages: {EXPORT}", ids().collect::<Vec<_>>().join(", ")),
        near => format!(". Did you mean {}?", near.join(" or ")),
    }
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
    after_help = "Examples:\n  firstmile explain                lists all rules\n  firstmile explain RISK-01        its definition, thresholds, models and sources\n  firstmile explain export         where Garmin, Strava and others have your recordings"
)]
pub struct ExplainArgs {
    /// A rule's id, such as START-01, or export: where the exports of services are. Without one,
    /// all rules are listed
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Output format; md writes all rules, or the exports, as one Markdown document
    #[arg(long, value_enum, default_value = "text")]
    pub format: ExplainFormat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_id_gets_the_nearest_id_and_a_far_off_one_all() {
        assert_eq!(suggestion("START-1"), ". Did you mean START-01?");
        assert_eq!(suggestion("wall01"), ". Did you mean WALL-01?");
        let all = suggestion("bananas");
        assert!(
            all.starts_with("; the rules are ") && RULES.iter().all(|rule| all.contains(rule.id)),
            "{all}"
        );
    }
}
