//! How output looks: units, colour, width, ASCII.

use std::io;
use std::io::IsTerminal;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::options::{OptionFlags, UnitSystem};
use crate::cli::output::is_standard;
use crate::formats::Style;
use crate::formats::style::LEAST_PAGE_WIDTH;
use crate::units::Units;

/// How output looks.
#[derive(Debug, Args)]
pub struct StyleFlags {
    /// Miles or kilometres.
    #[command(flatten)]
    pub units: OptionFlags<UnitSystem>,
    /// When to colour the level words
    #[arg(long, value_enum, default_value = "auto", help_heading = "Output")]
    pub color: ColorChoice,
    /// Width of the page in columns [default: the terminal's width; without a terminal, tables are
    /// full width and text wraps at 110]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(i64::from(LEAST_PAGE_WIDTH)..), help_heading = "Output")]
    pub width: Option<u16>,
    /// Write text and pages in ASCII only
    #[arg(long, help_heading = "Output")]
    pub ascii: bool,
}

/// `--color`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl StyleFlags {
    /// Returns the style for a file, or for standard output without one.
    pub(in crate::cli) fn style(&self, path: Option<&Path>, units: Units, verbosity: i8) -> Style {
        let path = path.filter(|path| !is_standard(path));
        let color = match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                path.is_none()
                    && io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let terminal = || {
            let here = path.is_none() && io::stdout().is_terminal();
            here.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.max(LEAST_PAGE_WIDTH))
        };
        let width = self.width.or_else(terminal).map(usize::from);
        Style { units, color, ascii: self.ascii, width, verbosity, ..Style::default() }
    }
}
