//! Flags and profile together: what the user says of runner and runs. A flag goes before the profile.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::profile::Profile;
use crate::activity::Activity;
use crate::batch::Overrides;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{CourseArg, UnitsArg};
use crate::history::Entry;
use crate::measure::{Course, CourseSetting};
use crate::runner::{Goal, Origin, Runner, Stated};
use crate::units::Units;

/// What the user says.
#[derive(Debug)]
pub(super) struct Settings {
    course: Option<CourseArg>,
    race: Option<bool>,
    goal: Option<Goal>,
    profile: Option<Profile>,
    /// The runner.
    pub runner: Runner,
    /// Miles or kilometres.
    pub units: Units,
}

impl Settings {
    /// Joins the flags with the profile that lies above the paths.
    ///
    /// # Errors
    ///
    /// For a profile that cannot be read or says what cannot be, and for paths under different profiles.
    pub(super) fn new(paths: &[PathBuf], judging: &JudgingFlags, look: &StyleFlags) -> anyhow::Result<Self> {
        let file = match (&judging.profile, judging.no_profile) {
            (Some(file), _) => Some(file.clone()),
            (None, true) => None,
            (None, false) => nearest(paths)?,
        };
        let profile = file
            .map(|file| Profile::read(&file).map_err(|why| anyhow!("{}: {why}", file.display())))
            .transpose()?;
        let course = match judging.course {
            Some(CourseArg::Course(course)) => Some(course),
            _ => None,
        };
        let goal = judging
            .goal
            .as_deref()
            .map(|goal| Goal::parse(goal, course).map_err(|why| anyhow!("--goal: {why}")));
        let units = match look.units {
            Some(UnitsArg::Miles) => Units::Miles,
            Some(UnitsArg::Km) => Units::Kilometres,
            None => profile.as_ref().and_then(|profile| profile.units).unwrap_or_default(),
        };
        let told = profile.as_ref();
        let sex = judging.sex.map(|sex| (sex.into(), Origin::Flag));
        let runner = Runner {
            sex: sex.or_else(|| Some((told?.sex?, Origin::Profile))),
            hr_max_bpm: judging.hr_max.map(f64::from).or_else(|| told?.hr_max_bpm),
        };
        let race = if judging.race { Some(true) } else { judging.no_race.then_some(false) };
        Ok(Self { course: judging.course, race, goal: goal.transpose()?, profile, runner, units })
    }

    /// The profile's goal for a course, and where that profile is.
    pub(super) fn profile_goal(&self, course: Course) -> Option<(Goal, &Path)> {
        let profile = self.profile.as_ref()?;
        let goal = profile.goals.iter().copied().find(|goal| goal.course == Some(course))?;
        Some((goal, &profile.path))
    }

    /// What is said of a recording as a whole.
    pub(super) fn about(&self, path: &Path, activity: &Activity) -> Overrides {
        let entry = self.profile.as_ref().and_then(|profile| profile.about(path, activity));
        let (course, setting) = match (self.course, entry.and_then(|entry| entry.course)) {
            (Some(CourseArg::None), _) => (None, CourseSetting::Never),
            (Some(CourseArg::Course(course)), _) => {
                (Some((course, Origin::Flag)), CourseSetting::Stated(course))
            }
            (None, Some(course)) => (Some((course, Origin::Profile)), CourseSetting::ForThisFile(course)),
            (None, None) => (None, CourseSetting::Recognise),
        };
        let by_flag = self.race.map(|race| (race, Origin::Flag));
        let race = by_flag.or_else(|| Some((entry?.race?, Origin::Profile)));
        let goals = self.goal.into_iter().chain(entry.and_then(|entry| entry.goal));
        let standing = self.profile.iter().flat_map(|profile| profile.goals.iter().copied());
        Overrides {
            said: Stated { race, course, goals: goals.chain(standing).collect() },
            course: setting,
            name: entry.and_then(|entry| entry.name.clone()),
        }
    }

    /// Puts what the flags say over what was said of the runs of a table when it was written.
    ///
    /// # Errors
    ///
    /// With `--course`, since such runs were measured on a course already.
    pub(super) fn apply_flags(&self, entries: &mut [Entry]) -> anyhow::Result<()> {
        for entry in entries.iter_mut().filter(|entry| entry.table_origin.is_some()) {
            if self.course.is_some() {
                bail!(
                    "--course is for recordings: the runs of a table were measured when it was written, {} too",
                    entry.address()
                );
            }
            if let Some(race) = self.race {
                entry.stated.race = Some((race, Origin::Flag));
            }
            entry.stated.goals.splice(0..0, self.goal);
        }
        Ok(())
    }
}

/// The one profile above some paths.
fn nearest(paths: &[PathBuf]) -> anyhow::Result<Option<PathBuf>> {
    let mut found: Vec<PathBuf> = paths.iter().filter_map(|path| Profile::above(path)).collect();
    found.sort();
    found.dedup();
    if let [first, second, ..] = &found[..] {
        bail!(
            "two profiles apply, {} and {}; choose one with --profile, or --no-profile",
            first.display(),
            second.display()
        );
    }
    Ok(found.pop())
}
