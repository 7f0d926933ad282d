//! The settings of an [`Analyzer`], one method each.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{AnalyzeError, Analyzer, Grouping, ProfileChoice, Progress, StatedCourse, StatedGoal};
use crate::activity::Sex;
use crate::goal::Goal;
use crate::ingest::{Limits, Reader};
use crate::measure::Course;
use crate::period::Period;
use crate::profile::ProfileError;
use crate::temperature::Temperature;
use crate::units::Units;

impl Analyzer {
    /// Returns an analyzer with every setting at its default.
    pub fn new() -> Self {
        Self::default()
    }

    /// States the certified course of these runs.
    #[must_use]
    pub fn course(mut self, course: Course) -> Self {
        self.course = Some(StatedCourse::Certified(course));
        self
    }

    /// Keeps every run on its recorded distance.
    #[must_use]
    pub fn recorded_distance(mut self) -> Self {
        self.course = Some(StatedCourse::Recorded);
        self
    }

    /// States that every run was a race, or that none was.
    #[must_use]
    pub fn race(mut self, race: bool) -> Self {
        self.race = Some(race);
        self
    }

    /// States what the runner meant to run.
    #[must_use]
    pub fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(StatedGoal::Goal(goal));
        self
    }

    /// States the runner's sex, for the reference tables.
    #[must_use]
    pub fn sex(mut self, sex: Sex) -> Self {
        self.sex = Some(sex);
        self
    }

    /// States the runner's greatest heart rate, beats a minute.
    #[must_use]
    pub fn hr_max_bpm(mut self, hr_max_bpm: f64) -> Self {
        self.hr_max_bpm = Some(hr_max_bpm);
        self
    }

    /// States the air temperature during the races.
    #[must_use]
    pub fn race_temperature(mut self, temperature: Temperature) -> Self {
        self.race_temperature = Some(temperature);
        self
    }

    /// Chooses the units of sentences; a profile's count otherwise, else miles.
    #[must_use]
    pub fn units(mut self, units: Units) -> Self {
        self.units = Some(units);
        self
    }

    /// Uses this profile, in place of the nearest `firstmile.toml` above the paths.
    #[must_use]
    pub fn profile(mut self, file: impl Into<PathBuf>) -> Self {
        self.profile = ProfileChoice::Named(file.into());
        self
    }

    /// Uses the text of a profile, whose files are named from `path`.
    #[must_use]
    pub fn profile_text(mut self, path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.profile = ProfileChoice::Text(path.into(), text.into());
        self
    }

    /// Uses no profile.
    #[must_use]
    pub fn no_profile(mut self) -> Self {
        self.profile = ProfileChoice::None;
        self
    }

    /// Chooses the readers.
    #[must_use]
    pub fn reader(mut self, reader: Reader) -> Self {
        self.reader = reader;
        self
    }

    /// Sets how much is taken from a file.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Only reads files and members whose name matches this glob, or another one given before.
    #[must_use]
    pub fn include(mut self, glob: impl Into<String>) -> Self {
        self.include.push(glob.into());
        self
    }

    /// Leaves out files and members whose name matches this glob.
    #[must_use]
    pub fn exclude(mut self, glob: impl Into<String>) -> Self {
        self.exclude.push(glob.into());
        self
    }

    /// Leaves out activities before a day, month or year of the runner's own time.
    #[must_use]
    pub fn since(mut self, period: Period) -> Self {
        self.days.since = Some(period);
        self
    }

    /// Leaves out activities after a day, month or year of the runner's own time.
    #[must_use]
    pub fn until(mut self, period: Period) -> Self {
        self.days.until = Some(period);
        self
    }

    /// Sets the number of threads; 0 means one per core.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Sets how the entries belong together.
    #[must_use]
    pub fn grouping(mut self, grouping: Grouping) -> Self {
        self.grouping = grouping;
        self
    }

    /// Skips [`contents`](Self::contents) that are not activity files, as in a folder; otherwise
    /// each has a row.
    #[must_use]
    pub fn skip_unknown(mut self, skip: bool) -> Self {
        self.skip_unknown = skip;
        self
    }

    /// Takes the folders named as some among many: the folder around them belongs to none of them
    /// and is not listed.
    #[cfg(feature = "cli")]
    pub(crate) fn among_others(mut self) -> Self {
        self.is_among_others = true;
        self
    }

    /// Keeps what a runs table tells of the files, so that a later batch with the table need not
    /// read them again while all are unchanged. Without effect where only some runs are wanted, or
    /// flags state something of them.
    #[must_use]
    pub fn keep_files(mut self, keep: bool) -> Self {
        self.keeps_files = keep;
        self
    }

    /// Calls a function after each file, with the files read so far and the files in all.
    #[must_use]
    pub fn on_progress(mut self, report: impl Fn(usize, usize) + Send + Sync + 'static) -> Self {
        self.progress = Some(Progress(Arc::new(report)));
        self
    }

    /// Uses the text of a profile, unless a profile was chosen already.
    pub(crate) fn or_profile(
        self,
        path: &Path,
        read: impl FnOnce() -> Result<String, String>,
    ) -> Result<Self, AnalyzeError> {
        if !matches!(self.profile, ProfileChoice::Nearest) {
            return Ok(self);
        }
        let unreadable =
            |why| AnalyzeError::Profile { path: path.to_owned(), error: ProfileError::unreadable(why) };
        read().map(|text| self.profile_text(path, text)).map_err(unreadable)
    }

    /// Uses another analyzer's profile.
    pub(crate) fn profile_of(mut self, other: &Self) -> Self {
        self.profile.clone_from(&other.profile);
        self
    }

    #[cfg(feature = "cli")]
    pub(crate) fn stated_sex(&self) -> Option<Sex> {
        self.sex
    }

    #[cfg(feature = "cli")]
    pub(crate) fn stated_units(&self) -> Option<Units> {
        self.units
    }

    /// Returns the profile that was named.
    #[cfg(feature = "cli")]
    pub(crate) fn named_profile(&self) -> Option<&Path> {
        match &self.profile {
            ProfileChoice::Named(file) => Some(file),
            ProfileChoice::Nearest | ProfileChoice::Text(..) | ProfileChoice::None => None,
        }
    }

    pub(crate) fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    pub(crate) fn goal_text(&mut self, text: &str) {
        self.goal = Some(StatedGoal::Text(text.to_owned()));
    }
}
