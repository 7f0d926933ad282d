//! The profile, `firstmile.toml`: a runner's usual flags, kept beside the recordings.
//!
//! `docs/profile.md` describes the file. Every key is optional; an unknown key is an error that
//! names it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserialize;

use crate::activity::{Activity, Sex};
use crate::goal::Goal;
use crate::ingest::discover::read_up_to;
use crate::ingest::names::cut_text;
use crate::local_time::UtcOffset;
use crate::measure::Course;
use crate::nearest::nearest;
use crate::units::{Units, civil, days_from_civil};

/// The file's name.
pub(crate) const NAME: &str = "firstmile.toml";
/// The most bytes of a profile.
pub(crate) const PROFILE_BYTES: u64 = 16 << 20;
/// The most entries that are told to match no run.
const MOST_UNMATCHED: usize = 50;
/// Greatest heart rates that a person can have, beats a minute.
const HR_MAX_BPM: std::ops::RangeInclusive<f64> = 100.0..=240.0;

/// A profile.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    /// The file.
    pub path: PathBuf,
    /// The runner's sex.
    pub sex: Option<Sex>,
    /// The greatest heart rate, beats a minute.
    pub hr_max_bpm: Option<f64>,
    /// Miles or kilometres.
    pub units: Option<Units>,
    /// Goals, one per course.
    pub goals: Vec<Goal>,
    /// Statements about single runs.
    runs: Vec<RunEntry>,
    /// The first entry for each file, and for each day.
    by_file: BTreeMap<PathBuf, usize>,
    by_day: BTreeMap<String, usize>,
}

/// What a profile states of one run.
#[derive(Debug, Default)]
pub(crate) struct RunEntry {
    date: Option<String>,
    file: Option<PathBuf>,
    /// The file as the profile writes it.
    written: PathBuf,
    /// Whether a run of the batch was this entry's.
    is_matched: AtomicBool,
    /// Its name.
    pub name: Option<String>,
    /// Its course.
    pub course: Option<Course>,
    /// Whether it is a race.
    pub race: Option<bool>,
    /// Its goal.
    pub goal: Option<Goal>,
}

/// Why a profile cannot be used: the key, what is wrong with it, and the line where that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProfileError(String);

impl ProfileError {
    /// Makes the error of a file that is no text, or cannot be read.
    pub(crate) fn unreadable(why: String) -> Self {
        Self(why)
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[derive(Default)]
struct Written {
    sex: Option<String>,
    hr_max: Option<f64>,
    units: Option<String>,
    goals: BTreeMap<String, String>,
    runs: Vec<WrittenRun>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WrittenRun {
    date: Option<toml::Value>,
    file: Option<PathBuf>,
    name: Option<String>,
    course: Option<String>,
    race: Option<bool>,
    goal: Option<String>,
}

impl Profile {
    /// Returns the profile in the nearest folder upward from a path, if there is one.
    pub(crate) fn above(path: &Path) -> Option<PathBuf> {
        let from = path.canonicalize().ok()?;
        let folders = from.ancestors().skip(usize::from(!from.is_dir()));
        folders.map(|folder| folder.join(NAME)).find(|file| file.is_file())
    }

    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a key is unknown or has a value that cannot be used.
    pub(crate) fn read(path: &Path) -> Result<Self, ProfileError> {
        let bytes = File::open(path).and_then(|file| read_up_to(PROFILE_BYTES, file));
        let bytes = bytes.map_err(|error| ProfileError(error.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| ProfileError("it is not UTF-8 text".to_owned()))?;
        Self::from_text(path, &text)
    }

    /// Reads the text of a profile; its files are named from its path.
    ///
    /// # Errors
    ///
    /// If a key is unknown or has a value that cannot be used.
    pub(crate) fn from_text(path: &Path, text: &str) -> Result<Self, ProfileError> {
        Self::parse(path, text).map_err(ProfileError)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| match error.span() {
            Some(span) => {
                let line = text[..span.start.min(text.len())].matches('\n').count();
                let content = text.lines().nth(line).unwrap_or_default().trim();
                format!("line {} ({content}): {}", line + 1, error.message())
            }
            None => error.message().to_owned(),
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::checked(written, folder).map(|profile| Self { path: path.to_owned(), ..profile })
    }

    fn checked(written: Written, folder: &Path) -> Result<Self, String> {
        let hr_max_bpm = written.hr_max.map(|bpm| {
            if HR_MAX_BPM.contains(&bpm) {
                Ok(bpm)
            } else {
                Err(format!("hr-max: {bpm} beats a minute is outside 100 to 240"))
            }
        });
        let units = written.units.map(|units| match units.as_str() {
            "miles" | "mi" => Ok(Units::Miles),
            "km" => Ok(Units::Kilometres),
            _ => Err(format!("units: \"{units}\" is neither \"miles\" nor \"km\"")),
        });
        let goals = written.goals.iter().map(|(course, goal)| {
            let named = |why: String| format!("goals.{course}: {why}");
            let known: Course = course.parse().map_err(|why| named(format!("{why}")))?;
            Goal::parse(goal, Some(known)).map_err(|why| named(why.to_string()))
        });
        let runs = (1..).zip(written.runs).map(|(number, run)| {
            let named = |(key, why): (&str, String)| format!("runs, entry {number}: {key}: {why}");
            RunEntry::checked(run, folder).map_err(named)
        });
        let runs: Vec<RunEntry> = runs.collect::<Result<_, _>>()?;
        let (mut by_file, mut by_day) = (BTreeMap::new(), BTreeMap::new());
        for (at, run) in runs.iter().enumerate() {
            match (&run.file, &run.date) {
                (Some(file), _) => by_file.entry(file.clone()).or_insert(at),
                (None, Some(date)) => by_day.entry(date.clone()).or_insert(at),
                (None, None) => continue,
            };
        }
        Ok(Self {
            path: PathBuf::new(),
            sex: written.sex.map(|sex| sex.parse().map_err(|why| format!("sex: {why}"))).transpose()?,
            hr_max_bpm: hr_max_bpm.transpose()?,
            units: units.transpose()?,
            goals: goals.collect::<Result<_, _>>()?,
            runs,
            by_file,
            by_day,
        })
    }

    /// Returns its entry for a run; an entry for the file counts before one for the day. Both count
    /// as matched.
    pub(crate) fn about(&self, path: &Path, activity: &Activity) -> Option<&RunEntry> {
        // The system is not asked where no entry needs it.
        let by_file = || self.by_file.get(&real(path));
        let by_day = || day(activity).and_then(|day| self.by_day.get(&day));
        let found = [
            (!self.by_file.is_empty()).then(by_file).flatten(),
            (!self.by_day.is_empty()).then(by_day).flatten(),
        ];
        let found = found.map(|entry| entry.map(|entry| &self.runs[*entry]));
        for entry in found.into_iter().flatten() {
            entry.is_matched.store(true, Ordering::Relaxed);
        }
        found[0].or(found[1])
    }

    /// Returns a line for each entry that matched no run although it should have: its file does not
    /// exist, or everything beside it was read. `paths` are those that were read, `days` those of
    /// the runs that were found, and `is_whole` says whether no file or day was left out.
    ///
    /// An entry for a run elsewhere is not told, because the profile may be of more recordings than
    /// were asked for.
    pub(crate) fn unmatched(
        &self,
        paths: &[PathBuf],
        days: &BTreeSet<String>,
        is_whole: bool,
    ) -> Vec<String> {
        let distinct: BTreeSet<&PathBuf> = paths.iter().collect();
        let read: BTreeSet<PathBuf> = distinct.iter().filter_map(|path| path.canonicalize().ok()).collect();
        let is_read = |path: &Path| is_whole && path.ancestors().any(|folder| read.contains(folder));
        let beside = self.path.parent().and_then(folder_of);
        let is_read_beside = beside.is_some_and(|folder| is_read(&folder));
        let entries = (1..).zip(&self.runs).filter(|(_, run)| !run.is_matched.load(Ordering::Relaxed));
        let line = |(number, run): (usize, &RunEntry)| {
            let told = match (&run.file, &run.date) {
                (Some(file), _) if !file.exists() => {
                    let near = near_file(file).map(|near| format!("; the nearest name there is {near}"));
                    format!("{}: no such file{}", run.written.display(), near.unwrap_or_default())
                }
                (Some(file), _) if is_read(file) => format!("{}: no run in it", run.written.display()),
                (None, Some(date)) if is_read_beside => {
                    let near = near_day(date, days).map(|near| format!("; the nearest run is of {near}"));
                    format!("{date}: no run on this day{}", near.unwrap_or_default())
                }
                _ => return None,
            };
            Some(format!("{}: runs, entry {number}: {told}", self.path.display()))
        };
        let mut lines: Vec<String> = entries.filter_map(line).take(MOST_UNMATCHED + 1).collect();
        if let Some(last) = lines.get_mut(MOST_UNMATCHED) {
            *last = format!("{}: runs: further entries match no run", self.path.display());
        }
        lines
    }
}

impl RunEntry {
    /// Checks an entry; the error is its key and what is wrong.
    fn checked(written: WrittenRun, folder: &Path) -> Result<Self, (&'static str, String)> {
        let date = match written.date {
            None => None,
            Some(toml::Value::String(text)) => Some(text),
            Some(toml::Value::Datetime(day)) => Some(day.to_string()),
            Some(other) => {
                return Err(("date", format!("a {} is not a day; write 2019-10-13", other.type_str())));
            }
        };
        if let Some(date) = date.as_ref().filter(|date| !is_day(date)) {
            return Err(("date", format!("{date} is not a day; write 2019-10-13")));
        }
        if date.is_none() && written.file.is_none() {
            return Err(("date", "an entry needs a date or a file, to name its run".to_owned()));
        }
        let course: Option<Course> = written
            .course
            .map(|course| course.parse().map_err(|why| ("course", format!("{why}"))))
            .transpose()?;
        let goal =
            written.goal.map(|goal| Goal::parse(&goal, course).map_err(|why| ("goal", why.to_string())));
        // A file that does not exist matches no run, which is told after the batch.
        let file = written.file.as_ref().map(|file| real(&folder.join(file)));
        Ok(Self {
            date,
            file,
            written: written.file.unwrap_or_default(),
            is_matched: AtomicBool::new(false),
            name: written.name.map(|name| cut_text(&name).to_owned()),
            course,
            race: written.race,
            goal: goal.transpose()?,
        })
    }
}

/// Returns the path without links; as it is if no such file lies on the disk.
fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Returns the whole path of a folder; that of a file beside it is empty.
fn folder_of(folder: &Path) -> Option<PathBuf> {
    let here = folder.as_os_str().is_empty();
    if here { Path::new(".") } else { folder }.canonicalize().ok()
}

/// Returns the name in a missing file's folder that is nearest to its own.
fn near_file(file: &Path) -> Option<String> {
    let names = std::fs::read_dir(file.parent()?).ok()?.flatten();
    let mut names: Vec<String> =
        names.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| name != NAME).collect();
    names.sort();
    let typed = file.file_name()?.to_str()?;
    nearest(typed, names.iter().map(String::as_str)).first().map(|name| (*name).to_owned())
}

/// The most days between an entry's day and a run that it may mean.
const NEAR_DAYS: i64 = 3;

/// Returns the day of the nearest run, if it is near.
fn near_day(date: &str, days: &BTreeSet<String>) -> Option<String> {
    let wanted = day_number(date)?;
    let apart = |day: &&String| day_number(day).map_or(i64::MAX, |day| (day - wanted).abs());
    days.iter().min_by_key(apart).filter(|day| apart(day) <= NEAR_DAYS).cloned()
}

/// Returns an activity's day in local time; in UTC if the offset is unknown.
fn day(activity: &Activity) -> Option<String> {
    let start_s = activity.start_s()?;
    let offset_s = UtcOffset::of(activity, start_s).map_or(0.0, |offset| f64::from(offset.seconds));
    Some(civil((start_s + offset_s).floor() as i64).date())
}

fn is_day(text: &str) -> bool {
    day_number(text).is_some()
}

/// Returns the number of a day, "2019-10-13", since 1970; `None` for any other text, and for a day
/// that the calendar lacks.
fn day_number(text: &str) -> Option<i64> {
    let shape = |(place, byte): (usize, u8)| {
        if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse().unwrap_or(0);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let days = days_from_civil(year, month as u8, day as u8);
    // A day that the calendar lacks converts to another one.
    let at = civil(days * 86_400);
    ((at.year, i64::from(at.month), i64::from(at.day)) == (year, month, day)).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Profile, ProfileError> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(NAME);
        std::fs::write(&file, text).expect("written");
        for run in ["a.fit", "chicago.fit"] {
            std::fs::write(folder.path().join(run), "").expect("written");
        }
        Profile::read(&file)
    }

    #[test]
    fn a_whole_profile_is_read() {
        let profile = read(
            "sex = \"female\"\nhr-max = 188\nunits = \"km\"\n[goals]\nmarathon = \"3:45:00\"\n10k = \"4:50/km\"\n\
             [[runs]]\ndate = 2019-10-13\nname = \"Chicago\"\ncourse = \"marathon\"\ngoal = \"3:40:00\"\n\
             [[runs]]\nfile = \"a.fit\"\nrace = false\n",
        )
        .expect("a profile");
        assert_eq!((profile.sex, profile.units), (Some(Sex::Female), Some(Units::Kilometres)));
        assert_eq!((profile.goals.len(), profile.runs.len()), (2, 2));
        assert_eq!(profile.runs[0].date.as_deref(), Some("2019-10-13"));
    }

    #[test]
    fn the_example_in_the_docs_is_read() {
        let page = include_str!("../docs/profile.md");
        let example =
            page.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let profile = read(example).expect("a profile");
        assert_eq!((profile.goals.len(), profile.runs.len()), (2, 1));
    }

    #[test]
    fn errors_name_the_key() {
        for (text, names) in [
            ("hrmax = 180", "hrmax"),
            ("sex = \"male\"\nhr-max = \"high\"", "line 2 (hr-max"),
            ("hr-max = 20", "hr-max: "),
            ("units = \"leagues\"", "units: "),
            ("sex = \"m\"", "sex: "),
            (
                "[goals]\nmarathon = \"3:45\"",
                "goals.marathon: a marathon in 3:45 is faster than any runner has run (1:59:30); did you mean 3:45:00?",
            ),
            ("[goals]\nmarathn = \"3:45:00\"", "goals.marathn: unknown course"),
            ("[[runs]]\nrace = true", "runs, entry 1: date: "),
            ("[[runs]]\ndate = \"13.10.2019\"", "runs, entry 1: date: "),
            ("[[runs]]\ndate = \"2019-02-29\"", "runs, entry 1: date: "),
            ("[[runs]]\ndate = 2019-10-13\ndistance = 3", "distance"),
            ("[[runs]]\ndate = 2019-10-13\ngoal = \"3:40:00\"", "runs, entry 1: goal: "),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(names), "{text}: {error}");
        }
    }
}
