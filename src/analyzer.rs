//! The front door: recordings in, a report out.
//!
//! An [`Analyzer`] holds what is known of runner and runs and how recordings are read. The command
//! line, the Python package and other programs all use it, so that their numbers agree.

mod settings;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::activity::{Activity, Sex};
use crate::batch::{Batch, BatchReader, Overrides};
use crate::goal::{Goal, GoalError};
use crate::history::{Entry, History, decide, decide_each, decide_field};
use crate::ingest::discover::discover;
use crate::ingest::filter::{Filter, FilterError};
use crate::ingest::{Limits, Reader};
use crate::judge::judge;
use crate::measure::{Course, CourseSetting};
use crate::period::Days;
use crate::phrases::plural;
use crate::profile::{Profile, ProfileError};
use crate::report::Report;
use crate::runner::{Origin, Runner, Stated};
use crate::temperature::Temperature;
use crate::units::Units;

/// Reads, measures, decides and judges recordings.
///
/// Every setting has a default, so `Analyzer::new()` does what `firstmile PATH…` does without
/// flags.
///
/// ```no_run
/// use firstmile::{Analyzer, measure::Course};
///
/// let report = Analyzer::new().course(Course::Marathon).no_profile().paths(["races/"])?;
/// for row in &report.rows {
///     for finding in row.findings() {
///         println!("{}: {} {}", row.address(), finding.id, finding.sentence);
///     }
/// }
/// # Ok::<(), firstmile::AnalyzeError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Analyzer {
    course: Option<StatedCourse>,
    race: Option<bool>,
    goal: Option<StatedGoal>,
    sex: Option<Sex>,
    hr_max_bpm: Option<f64>,
    race_temperature: Option<Temperature>,
    units: Option<Units>,
    profile: ProfileChoice,
    reader: Reader,
    limits: Limits,
    include: Vec<String>,
    exclude: Vec<String>,
    days: Days,
    threads: usize,
    grouping: Grouping,
    skip_unknown: bool,
    is_among_others: bool,
    keeps_files: bool,
    progress: Option<Progress>,
}

/// How the entries of a batch belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Grouping {
    /// One runner: duplicates and races are found among all runs, and trends over time.
    #[default]
    OneRunner,
    /// Unrelated: each entry is decided as if it were alone, so that many machines can share the
    /// work.
    Each,
    /// Many runners of one race: only files of the same recording are duplicates, and there are no
    /// trends.
    Field,
}

/// Why an analysis gave no report. A recording that cannot be read is a row instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// A path that was named does not exist.
    #[error("{}: no such file or folder", .0.display())]
    MissingPath(PathBuf),
    /// Nothing under the paths is a recording.
    #[error(
        "no activity found in {places} ({} looked at; none is FIT, GPX or TCX). Is it the right folder?",
        plural(*.files, "file", "files")
    )]
    NothingFound {
        /// The paths, as they were named.
        places: String,
        /// The files looked at.
        files: usize,
    },
    /// Globs leave out files, and what is left is not a recording.
    #[error(
        "no activity found in {places}: {} left out by --include or --exclude, or not recordings",
        if *left_out == 1 { "1 file is".to_owned() } else { format!("{left_out} files are") }
    )]
    NothingIncluded {
        /// The paths, as they were named.
        places: String,
        /// Files and archive members left out.
        left_out: usize,
    },
    /// The first day asked for is after the last one.
    #[error("--since is after --until, so no day is between them; swap the two")]
    NoDays,
    /// Every activity is outside the days asked for.
    #[error("none of those days: {skipped} files and activities are of other days, or not recordings")]
    NothingInPeriod {
        /// Files and activities left out.
        skipped: usize,
    },
    /// A glob that does not parse.
    #[error("{0}")]
    Glob(#[from] FilterError),
    /// A profile that cannot be used.
    #[error("{}: {error}", .path.display())]
    Profile {
        /// The profile.
        path: PathBuf,
        /// What is wrong with it.
        error: ProfileError,
    },
    /// The paths are under different profiles.
    #[error(
        "two profiles apply, {} and {}; choose one with --profile, or --no-profile",
        .0.display(), .1.display()
    )]
    TwoProfiles(PathBuf, PathBuf),
    /// A goal that is neither a time nor a pace, or a time without a course.
    #[error("--goal: {0}")]
    Goal(GoalError),
    /// A course for runs that were measured before.
    #[error("--course is for recordings: the runs of a table were measured when it was written, {0} too")]
    CourseOverTable(String),
    /// The threads did not start.
    #[error("the threads could not be started ({0}); try --jobs 1")]
    Threads(String),
}

/// A batch that was read, measured and decided, but not judged yet.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decided {
    /// One for each activity and for each file without one, in path order.
    pub entries: Vec<Entry>,
    /// Duplicates, races, and the runner over time.
    pub history: History,
    /// Files and members that are not activity files, and activities of other days.
    pub skipped: usize,
    /// The activities of other days among them.
    pub of_other_days: usize,
    /// One line for each index of a service that could not be read, and for each entry of the
    /// profile that matches no run.
    pub warnings: Vec<String>,
    /// The runner.
    pub runner: Runner,
    /// The units of sentences.
    pub units: Units,
    /// What a runs table tells of the files, if it is [asked for](Analyzer::keep_files).
    pub files: Option<String>,
}

impl Decided {
    /// Judges the batch.
    pub fn report(self) -> Report {
        let judged = judge(&self.entries, &self.history, &self.runner, self.units);
        let mut report = Report::new(&self.entries, self.history, judged, self.skipped, self.units);
        report.of_other_days = self.of_other_days;
        report.warnings = self.warnings;
        report.files = self.files;
        report
    }
}

#[derive(Debug, Clone, Copy)]
enum StatedCourse {
    /// `--course none`.
    Recorded,
    Certified(Course),
}

#[derive(Debug, Clone)]
enum StatedGoal {
    Goal(Goal),
    /// As typed; a time needs the course, which may be stated later.
    Text(String),
}

#[derive(Debug, Clone, Default)]
enum ProfileChoice {
    /// `firstmile.toml` in the nearest folder upward.
    #[default]
    Nearest,
    Named(PathBuf),
    /// A path and the text there.
    Text(PathBuf, String),
    None,
}

/// A caller's function for progress: files read so far, and files in all.
#[derive(Clone)]
struct Progress(Arc<dyn Fn(usize, usize) + Send + Sync>);

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

impl Analyzer {
    /// Reports on files, folders and archives.
    ///
    /// # Errors
    ///
    /// If a path does not exist, a setting or profile cannot be used, or there is nothing to
    /// analyse.
    pub fn paths<P: Into<PathBuf>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Report, AnalyzeError> {
        self.decide_paths(paths).map(Decided::report)
    }

    /// Reads, measures and decides files, folders and archives, without judging them.
    ///
    /// # Errors
    ///
    /// As [`paths`](Self::paths).
    pub fn decide_paths<P: Into<PathBuf>>(
        &self,
        paths: impl IntoIterator<Item = P>,
    ) -> Result<Decided, AnalyzeError> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        let settings = self.resolve(&paths)?;
        let found = discover(&paths, &settings.filter).map_err(AnalyzeError::MissingPath)?;
        let files = found.sources.len();
        let read = std::sync::atomic::AtomicUsize::new(0);
        let count = || {
            if let Some(Progress(report)) = &self.progress {
                report(1 + read.fetch_add(1, std::sync::atomic::Ordering::Relaxed), files);
            }
        };
        let batch = self.pool()?.install(|| settings.reader().files(found, count));
        if batch.entries.is_empty() && !self.days.is_open() {
            return Err(AnalyzeError::NothingInPeriod { skipped: batch.skipped });
        }
        if batch.entries.is_empty() {
            let places: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            let (places, left_out) = (places.join(", "), batch.skipped);
            let has_globs = !self.include.is_empty() || !self.exclude.is_empty();
            return Err(if has_globs && left_out > 0 {
                AnalyzeError::NothingIncluded { places, left_out }
            } else {
                AnalyzeError::NothingFound { places, files }
            });
        }
        let unmatched = settings.unmatched(&batch, &paths);
        let mut decided = settings.decide(batch)?;
        decided.warnings.extend(unmatched);
        Ok(decided)
    }

    /// Reports on contents, each under the path that its rows have: recordings, archives, or runs
    /// tables. Only a profile that was named is used.
    ///
    /// # Errors
    ///
    /// If a setting or the profile cannot be used. Content that cannot be read is a row.
    pub fn contents(&self, contents: &[(PathBuf, &[u8])]) -> Result<Report, AnalyzeError> {
        let settings = self.resolve(&[])?;
        let batch = self.pool()?.install(|| settings.reader().contents(contents, !self.skip_unknown));
        settings.decide(batch).map(Decided::report)
    }

    /// Returns the files that an analysis of some paths opens.
    #[cfg(feature = "cli")]
    pub(crate) fn sources(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let found = Filter::new(&self.include, &self.exclude)
            .ok()
            .and_then(|filter| discover(paths, &filter).ok())
            .unwrap_or_default();
        found.sources.into_iter().map(|source| source.path).collect()
    }

    /// Returns the profile that applies to some paths.
    pub(crate) fn load_profile(&self, paths: &[PathBuf]) -> Result<Option<Profile>, AnalyzeError> {
        let (path, read) = match &self.profile {
            ProfileChoice::Named(file) => (file.clone(), Profile::read(file)),
            ProfileChoice::Text(path, text) => (path.clone(), Profile::from_text(path, text)),
            ProfileChoice::None => return Ok(None),
            ProfileChoice::Nearest => match nearest(paths)? {
                Some(file) => (file.clone(), Profile::read(&file)),
                None => return Ok(None),
            },
        };
        read.map(Some).map_err(|error| AnalyzeError::Profile { path, error })
    }

    /// Joins the settings with the profile that applies to some paths.
    pub(crate) fn resolve(&self, paths: &[PathBuf]) -> Result<Resolved, AnalyzeError> {
        if self.days.is_empty() {
            return Err(AnalyzeError::NoDays);
        }
        let profile = self.load_profile(paths)?;
        let mut filter = Filter::new(&self.include, &self.exclude)?;
        filter.ignores_beside = self.is_among_others;
        let course = match self.course {
            Some(StatedCourse::Certified(course)) => Some(course),
            Some(StatedCourse::Recorded) | None => None,
        };
        let goals = match (&self.goal, course) {
            (None, _) => Vec::new(),
            (Some(StatedGoal::Goal(goal)), _) => vec![*goal],
            (Some(StatedGoal::Text(text)), Some(course)) => {
                vec![Goal::parse(text, Some(course)).map_err(AnalyzeError::Goal)?]
            }
            (Some(StatedGoal::Text(text)), None) => Goal::for_any_course(text).map_err(AnalyzeError::Goal)?,
        };
        let by_profile = profile.as_ref();
        let sex = self.sex.map(|sex| (sex, Origin::Flag));
        let runner = Runner {
            sex: sex.or_else(|| Some((by_profile?.sex?, Origin::Profile))),
            hr_max_bpm: self.hr_max_bpm.or_else(|| by_profile?.hr_max_bpm),
            race_temperature: self.race_temperature,
        };
        let units = self.units.or_else(|| by_profile?.units).unwrap_or_default();
        Ok(Resolved { analyzer: self.clone(), profile, filter, goals, runner, units })
    }

    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool, AnalyzeError> {
        let threads = rayon::ThreadPoolBuilder::new().num_threads(self.threads);
        threads.build().map_err(|error| AnalyzeError::Threads(error.to_string()))
    }

    /// Returns the filter, the limits and the threads, for commands that read without measuring.
    #[cfg(all(feature = "verify", feature = "cli"))]
    pub(crate) fn reading(&self) -> Result<(Filter, Limits, rayon::ThreadPool), AnalyzeError> {
        let filter = Filter::new(&self.include, &self.exclude)?;
        Ok((filter, self.limits, self.pool()?))
    }
}

/// An analyzer's settings joined with a profile. A setting counts before the profile.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) analyzer: Analyzer,
    profile: Option<Profile>,
    pub(crate) filter: Filter,
    pub(crate) goals: Vec<Goal>,
    pub(crate) runner: Runner,
    pub(crate) units: Units,
}

impl Resolved {
    pub(crate) fn reader(&self) -> BatchReader<'_> {
        let Analyzer { include, exclude, days, course, race, goal, .. } = &self.analyzer;
        let trusts_tables = self.analyzer.reader == Reader::BuiltIn
            && include.is_empty()
            && exclude.is_empty()
            && course.is_none();
        let is_whole = days.is_open() && race.is_none() && goal.is_none();
        BatchReader {
            overrides: Box::new(|path, activity| self.overrides(path, activity)),
            reader: self.analyzer.reader,
            limits: self.analyzer.limits,
            filter: &self.filter,
            days: self.analyzer.days,
            profile: self.profile.as_ref().map(|profile| profile.path.as_path()),
            keeps_files: self.analyzer.keeps_files && trusts_tables && is_whole,
            trusts_tables,
        }
    }

    /// Returns a line for each entry of the profile that should have matched a run.
    fn unmatched(&self, batch: &Batch, paths: &[PathBuf]) -> Vec<String> {
        let Some(profile) = &self.profile else { return Vec::new() };
        let Analyzer { include, exclude, days, .. } = &self.analyzer;
        // What is stated of a table's runs was decided when the table was written.
        let is_recorded = batch.entries.iter().all(|entry| entry.table_origin.is_none());
        let is_whole = include.is_empty() && exclude.is_empty() && days.is_open() && is_recorded;
        let identities = batch.entries.iter().filter_map(Entry::identity);
        let days = identities.filter_map(|identity| Some(identity.local_start()?.date()));
        profile.unmatched(paths, &days.collect(), is_whole)
    }

    fn decide(&self, batch: Batch) -> Result<Decided, AnalyzeError> {
        let Batch { mut entries, skipped, of_other_days, warnings, files } = batch;
        self.apply_to_tables(&mut entries)?;
        let history = match self.analyzer.grouping {
            Grouping::OneRunner => decide(&entries),
            Grouping::Each => decide_each(&entries),
            Grouping::Field => decide_field(&entries),
        };
        Ok(Decided {
            entries,
            history,
            skipped,
            of_other_days,
            warnings,
            runner: self.runner,
            units: self.units,
            files,
        })
    }

    /// Returns what the user states of a recording.
    fn overrides(&self, path: &Path, activity: &Activity) -> Overrides {
        let entry = self.profile.as_ref().and_then(|profile| profile.about(path, activity));
        let (course, setting) = match (self.analyzer.course, entry.and_then(|entry| entry.course)) {
            (Some(StatedCourse::Recorded), _) => (None, CourseSetting::Never),
            (Some(StatedCourse::Certified(course)), _) => {
                (Some((course, Origin::Flag)), CourseSetting::Stated(course))
            }
            (None, Some(course)) => (Some((course, Origin::Profile)), CourseSetting::ForThisFile(course)),
            (None, None) => (None, CourseSetting::Recognise),
        };
        let by_flag = self.analyzer.race.map(|race| (race, Origin::Flag));
        let race = by_flag.or_else(|| Some((entry?.race?, Origin::Profile)));
        let goals = self.goals.iter().copied().chain(entry.and_then(|entry| entry.goal));
        let for_any_run = self.profile.iter().flat_map(|profile| profile.goals.iter().copied());
        Overrides {
            stated: Stated { race, course, goals: goals.chain(for_any_run).collect() },
            course: setting,
            name: entry.and_then(|entry| entry.name.clone()),
        }
    }

    /// Puts the settings over what was stated of a table's runs when the table was written.
    fn apply_to_tables(&self, entries: &mut [Entry]) -> Result<(), AnalyzeError> {
        for entry in entries.iter_mut().filter(|entry| entry.table_origin.is_some()) {
            if self.analyzer.course.is_some() {
                return Err(AnalyzeError::CourseOverTable(entry.address()));
            }
            if let Some(race) = self.analyzer.race {
                entry.stated.race = Some((race, Origin::Flag));
            }
            entry.stated.goals.splice(0..0, self.goals.iter().copied());
        }
        Ok(())
    }
}

/// Returns the one profile above some paths.
fn nearest(paths: &[PathBuf]) -> Result<Option<PathBuf>, AnalyzeError> {
    let mut found: Vec<PathBuf> = paths.iter().filter_map(|path| Profile::above(path)).collect();
    found.sort();
    found.dedup();
    match &found[..] {
        [first, second, ..] => Err(AnalyzeError::TwoProfiles(first.clone(), second.clone())),
        _ => Ok(found.pop()),
    }
}
