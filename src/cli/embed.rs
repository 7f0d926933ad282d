//! The main job for other programs: the command line's options, files or contents in, a report out.
//!
//! Options are the flags of `firstmile analyze`, read by the same parser, so that a binding has the program's own defaults,
//! checks and messages, and gives its numbers.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::Parser;

use super::pipeline;
use super::settings::Settings;
use crate::activity::Activity;
use crate::batch::Batch;
use crate::cli::commands::analyze::AnalyzeArgs;
use crate::history;
use crate::history::{Entry, History};
use crate::judge;
use crate::report::Report;

/// Options of the main job.
#[derive(Debug)]
pub struct Options(AnalyzeArgs);

/// What belongs together of the contents that a caller hands over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Together {
    /// All: one runner's, as if they lay in a folder.
    Batch,
    /// Nothing: each is told as if it were alone, so that many machines may share the work. Races by effort, twins and trends
    /// are told later, by a report of the tables.
    Alone,
}

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    analyze: AnalyzeArgs,
}

impl Options {
    /// Reads options as they would be typed: `["--course", "marathon", "--no-profile"]`.
    ///
    /// ```
    /// use firstmile::cli::embed::Options;
    /// assert!(Options::typed(["--sex", "female"]).is_ok());
    /// let refused = Options::typed(["--course", "moon"]).unwrap_err().to_string();
    /// assert!(refused.contains("5k, 10k"), "{refused}");
    /// ```
    ///
    /// # Errors
    ///
    /// What the command line would say.
    pub fn typed<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> anyhow::Result<Self> {
        let words = words.into_iter().map(|word| word.as_ref().to_owned());
        let line = ["firstmile".to_owned()].into_iter().chain(words).chain(["--".to_owned(), "-".to_owned()]);
        // Paths are the caller's to give; one is typed here because the command line asks for one.
        let typed = Typed::try_parse_from(line).map_err(|told| {
            let told = told.to_string();
            let first = told.trim_start_matches("error: ").split("\n\n").next().unwrap_or_default();
            anyhow!(first.split_whitespace().collect::<Vec<_>>().join(" "))
        })?;
        Ok(Self(typed.analyze))
    }

    /// Reports on files, folders and archives of one runner, as `firstmile PATH…` does.
    ///
    /// # Errors
    ///
    /// For a path that does not exist, a profile that cannot be read, and nothing to analyse.
    pub fn report_on_paths(&self, paths: &[PathBuf]) -> anyhow::Result<Report> {
        let settings = Settings::new(paths, &self.0.judging, &self.0.look)?;
        pipeline::report(paths, &settings, &self.0.reading)
    }

    /// Reports on contents, each under the path that rows are to name it by: recordings, archives of some, or runs tables. No
    /// profile is looked for; one that `--profile` names is obeyed. Where `named`, each content gives a row, as a file named on
    /// the command line does; else what is no activity file is skipped, as in a folder.
    ///
    /// # Errors
    ///
    /// For a profile that cannot be read. What cannot be read of the contents is a row.
    pub fn report_on_contents(
        &self,
        contents: &[(PathBuf, &[u8])],
        together: Together,
        named: bool,
    ) -> anyhow::Result<Report> {
        let AnalyzeArgs { judging, look, reading, .. } = &self.0;
        let settings = Settings::new(&[], judging, look)?;
        let filter = reading.filter()?;
        let about = |path: &Path, activity: &Activity| settings.about(path, activity);
        let pass = pipeline::pass(&about, reading, &filter);
        let Batch { mut entries, skipped, .. } =
            pipeline::threads(reading)?.install(|| pass.contents(contents, named));
        settings.apply_flags(&mut entries)?;
        let read: fn(&[Entry]) -> History = match together {
            Together::Batch => history::decide,
            Together::Alone => history::decide_each,
        };
        let history = read(&entries);
        let judged = judge::judge(&entries, &history, &settings.runner, settings.units);
        Ok(Report::new(&entries, history, judged, skipped))
    }
}
