//! `firstmile show FILE`: one run in full.

use anyhow::bail;

use super::args::Show;
use super::outcome::Outcome;
use super::settings::Settings;
use super::{gather, output};
use crate::report;

/// Shows every activity of a file.
///
/// # Errors
///
/// For a folder, a file that does not exist or holds no activity, and output that cannot be written.
pub(super) fn run(args: &Show) -> anyhow::Result<Outcome> {
    if args.file.is_dir() {
        bail!("{0} is a folder; firstmile {0} reports on all in it", args.file.display());
    }
    let paths = std::slice::from_ref(&args.file);
    let settings = Settings::new(paths, &args.judging, &args.look)?;
    let report = gather::report(paths, &settings, &args.reading)?;
    let style = args.look.style(None, settings.units, 0);
    output::write_to(None, |out| report::show(&report, &style, out))?;
    Ok(Outcome::default())
}
