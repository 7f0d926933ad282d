//! What the user says of the runner and of single runs, on the command line or in a profile.
//!
//! Every word is optional, and each keeps where it came from, so that a report can say it.

use crate::activity::Sex;
use crate::measure::Course;
use crate::phrases::{clock, parse_clock};
use crate::units::{KM_M, MILE_M};

/// Paces that a goal may have, s/m: from 2:20 to 20:00 a kilometre.
const GOAL_PACES_S_PER_M: std::ops::RangeInclusive<f64> = 0.14..=1.2;

/// Where the user said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// On the command line.
    Flag,
    /// In a profile.
    Profile,
    /// Not the user: the recording's own word.
    File,
}

/// What the user says of one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Stated {
    /// Whether it is a race.
    pub race: Option<(bool, Origin)>,
    /// Its course.
    pub course: Option<(Course, Origin)>,
    /// The goals that may be its own; the first that suits its course is.
    pub goals: Vec<Goal>,
}

/// What is known of the runner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Runner {
    /// The sex, if the user said it.
    pub sex: Option<(Sex, Origin)>,
    /// The greatest heart rate, beats a minute.
    pub hr_max_bpm: Option<f64>,
}

impl Runner {
    /// The sex that counts for a run: the user's word, else the recording's.
    pub fn sex(&self, recorded: Option<Sex>) -> Option<(Sex, Origin)> {
        self.sex.or_else(|| Some((recorded?, Origin::File)))
    }
}

/// What a runner means to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// The course it is for; a pace may be for any.
    pub course: Option<Course>,
    /// The even pace, s/m.
    pub pace_s_per_m: f64,
}

impl Goal {
    /// What the first mile should take, seconds: 2 to 3.5 % slower than the even pace, so that the final mile can be the
    /// faster one. The source article asks for a slower first mile and gives no number; these are this program's.
    pub fn first_mile_s(&self) -> (f64, f64) {
        let even_s = self.pace_s_per_m * MILE_M;
        (1.02 * even_s, 1.035 * even_s)
    }

    /// Reads a finishing time (`3:45:00`, `42:30`), which needs a course, or a pace (`8:35/mi`, `5:20/km`).
    ///
    /// ```
    /// use firstmile::{measure::Course, runner::Goal};
    /// let goal = Goal::parse("3:30:00", Some(Course::Marathon))?;
    /// assert!((goal.pace_s_per_m * 42_195.0 - 12_600.0).abs() < 1e-6);
    /// assert!((Goal::parse("5:20/km", None)?.pace_s_per_m - 0.32).abs() < 1e-9);
    /// assert!(Goal::parse("3:30", Some(Course::Marathon)).is_err());
    /// # Ok::<(), String>(())
    /// ```
    ///
    /// # Errors
    ///
    /// One sentence for what is no goal, for a time without a course, and for paces that nobody runs.
    pub fn parse(text: &str, course: Option<Course>) -> Result<Self, String> {
        let pace_s_per_m = pace(text, course.map(Course::length_m))?;
        Ok(Self { course, pace_s_per_m })
    }
}

/// The even pace, s/m, of a time over some metres or of a pace, as [`Goal::parse`] reads it.
///
/// # Errors
///
/// As [`Goal::parse`].
pub fn pace(text: &str, length_m: Option<f64>) -> Result<f64, String> {
    let unreadable = || format!("\"{text}\" is no goal; write a time (3:45:00) or a pace (8:35/mi, 5:20/km)");
    let (time, unit_m) = match text.split_once('/') {
        Some((pace, "mi" | "mile")) => (pace, Some(MILE_M)),
        Some((pace, "km")) => (pace, Some(KM_M)),
        Some(_) => return Err(unreadable()),
        None => (text, None),
    };
    let seconds = parse_clock(time).ok_or_else(unreadable)?;
    let over_m = unit_m
        .or(length_m)
        .ok_or_else(|| format!("the goal time {text} needs a course; or give a pace (8:35/mi)"))?;
    let pace_s_per_m = seconds / over_m;
    if !GOAL_PACES_S_PER_M.contains(&pace_s_per_m) {
        let hours = GOAL_PACES_S_PER_M.contains(&(60.0 * pace_s_per_m));
        let hint = if time.matches(':').count() == 1 && unit_m.is_none() && hours {
            format!("; did you mean {text}:00?")
        } else {
            String::new()
        };
        return Err(format!("the goal {text} is {} a mile{hint}", clock(pace_s_per_m * MILE_M)));
    }
    Ok(pace_s_per_m)
}
