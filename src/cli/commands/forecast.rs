//! `firstmile forecast HALF_WAY`: when others with a half-way time of a marathon finished.

use std::path::PathBuf;

use anyhow::anyhow;
use clap::Args;

use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{OptionFlags, RunnerOnly};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{format, format_for};
use crate::cli::output;
use crate::formats::Format;
use crate::formats::forecast::{FORMATS, ForecastSheet};
use crate::phrases::{clock, parse_clock};
use crate::units::Units;

/// Looks the half-way time up and writes what is known.
///
/// # Errors
///
/// If the half-way time is not covered, the profile cannot be read, or output cannot be written.
pub(in crate::cli) fn run(args: &ForecastArgs) -> anyhow::Result<ExitStatus> {
    let output = args.output.as_deref();
    let analyzer = args.runner.apply(Analyzer::new())?;
    let profile = analyzer.load_profile(&[PathBuf::from(".")])?;
    let sex = analyzer.stated_sex().or_else(|| profile.as_ref()?.sex);
    let sheet = ForecastSheet::new(args.half_way_s, sex).ok_or_else(|| {
        let (from_s, to_s) = ForecastSheet::HALF_WAY_S;
        let meant_s = 60.0 * args.half_way_s;
        let hint = match ForecastSheet::new(meant_s, sex) {
            Some(_) => format!(". Did you mean {}?", clock(meant_s)),
            None => String::new(),
        };
        anyhow!(
            "half-way in {} has no forecast: the tables cover half-way times from {} to {}{hint}",
            clock(args.half_way_s),
            clock(from_s),
            clock(to_s)
        )
    })?;
    let format = format_for(FORMATS, args.format, output);
    let style = args.look.style(output, Units::default(), 0);
    output::write_to(output, |out| format.write(&sheet, &style, out))?;
    Ok(ExitStatus::default())
}

/// Parses a half-way time.
fn half_way(text: &str) -> Result<f64, String> {
    parse_clock(text).ok_or_else(|| "a half-way time is h:mm:ss, such as 1:52:30".to_owned())
}

/// Arguments of `forecast`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile forecast 1:52:30\n  firstmile forecast 1:52:30 --sex female\n\n\
                  It is what others did, no promise. Half-way times from 1:20:00 to 2:30:00 are covered."
)]
pub struct ForecastArgs {
    /// Elapsed time at half-way of a marathon, such as 1:52:30
    #[arg(value_name = "HALF_WAY", value_parser = half_way)]
    pub half_way_s: f64,
    /// The runner.
    #[command(flatten)]
    pub runner: OptionFlags<RunnerOnly>,
    /// Output format [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<ForecastSheet>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
}
