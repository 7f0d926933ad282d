//! From the flags about looks to a style.

use std::io;
use std::io::IsTerminal;
use std::path::Path;

use clap::Args;

use crate::cli::flags::values::{ColorArg, UnitsArg};
use crate::cli::output::is_standard;
use crate::formats::Style;
use crate::units::Units;

impl StyleFlags {
    /// The style for a file, or for standard output without one.
    pub(in crate::cli) fn style(&self, path: Option<&Path>, units: Units, verbosity: i8) -> Style {
        let path = path.filter(|path| !is_standard(path));
        let color = match self.color {
            ColorArg::Always => true,
            ColorArg::Never => false,
            ColorArg::Auto => {
                path.is_none()
                    && io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        let terminal = || {
            let here = path.is_none() && io::stdout().is_terminal();
            here.then(terminal_size::terminal_size).flatten().map(|(width, _)| width.0.max(60))
        };
        let width = self.width.or_else(terminal).map(usize::from);
        Style { units, color, ascii: self.ascii, width, verbosity, ..Style::default() }
    }
}

/// How output is to look.
#[derive(Debug, Args)]
pub struct StyleFlags {
    /// Paces and splits by the mile or kilometre [default: miles]
    #[arg(long, value_enum, help_heading = "Output")]
    pub units: Option<UnitsArg>,
    /// Colour level words
    #[arg(long, value_enum, default_value = "auto", help_heading = "Output")]
    pub color: ColorArg,
    /// Columns of the page [default: the terminal's; elsewhere tables have no edge and sentences break at 110]
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(60..), help_heading = "Output")]
    pub width: Option<u16>,
    /// Write text and pages without a character beyond ASCII
    #[arg(long, help_heading = "Output")]
    pub ascii: bool,
}
