//! From the flags about looks to a style.

use std::io::{self, IsTerminal};
use std::path::Path;

use super::args::{ColorArg, Look};
use super::output::is_standard;
use crate::report::Style;
use crate::units::Units;

impl Look {
    /// The style for a file, or for standard output without one.
    pub(super) fn style(&self, path: Option<&Path>, units: Units, verbosity: i8) -> Style {
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
