//! Goals: the pace that a runner means to run, parsed from a time or a pace.

use std::fmt;

use crate::measure::{Course, Record, record};
use crate::phrases::{clock, parse_clock};
use crate::units::{KM_M, MILE_M};

/// Paces that a goal may have, s/m: from 2:20 to 20:00 a kilometre.
const GOAL_PACES_S_PER_M: std::ops::RangeInclusive<f64> = 0.14..=1.2;
/// Paces of most goals, s/m: from 4:00 to 8:20 a kilometre. They decide what a mistyped goal means.
const USUAL_PACES_S_PER_M: std::ops::RangeInclusive<f64> = 0.24..=0.5;
/// The courses of a time whose course is not stated. Each is about twice as long as the one before.
const COURSES: [Course; 4] = [Course::K5, Course::K10, Course::Half, Course::Marathon];
/// A run that took less than this share of a goal's time had another goal.
const LEAST_SHARE: f64 = 0.6;
/// Clocks show whole seconds, so a time may be this much below a record, seconds.
const CLOCK_S: f64 = 0.5;

/// The pace a runner means to run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// Its course; a pace may be for any.
    pub course: Option<Course>,
    /// The even pace, s/m.
    pub pace_s_per_m: f64,
}

/// Why a goal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GoalError {
    /// Neither a time nor a pace.
    #[error("invalid goal \"{0}\"; write a time (3:45:00) or a pace (8:35/mi, 5:20/km)")]
    Unreadable(String),
    /// A time without a course.
    #[error("the goal time {0} needs a course; or give a pace (8:35/mi)")]
    NeedsCourse(String),
    /// Faster than anyone has run that far.
    #[error("{why}{hint}")]
    TooFast {
        /// What was asked for.
        why: TooFast,
        /// A likely correction, or nothing.
        hint: String,
    },
    /// A pace that nobody runs.
    #[error("the goal {goal} is {pace} a mile, which is no pace of a run{hint}")]
    Pace {
        /// The goal as typed.
        goal: String,
        /// Its pace, `m:ss` a mile.
        pace: String,
        /// A likely correction, or nothing.
        hint: String,
    },
}

/// A goal that is faster than anyone has run that far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TooFast {
    /// The length, metres.
    pub length_m: f64,
    /// The goal, seconds.
    pub goal_s: f64,
}

// The times are finite, so equality is an equivalence.
impl Eq for TooFast {}

impl std::error::Error for TooFast {}

impl fmt::Display for TooFast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (race, goal) = (distance(self.length_m), clock(self.goal_s));
        write!(f, "{race} in {goal} is faster than any runner has run ")?;
        match record(self.length_m) {
            Record::Run(time_s) => write!(f, "({})", clock(time_s)),
            Record::Between(time_s) => write!(f, "(about {})", clock(time_s)),
            Record::Shorter { time_s, length_m } => {
                write!(f, "even {:.0} miles ({})", length_m / MILE_M, clock(time_s))
            }
        }
    }
}

impl TooFast {
    /// Fails if an even pace, s/m, over a length, metres, is faster than anyone has run.
    pub(crate) fn check(pace_s_per_m: f64, length_m: f64) -> Result<(), Self> {
        let goal_s = pace_s_per_m * length_m;
        let fastest_s = match record(length_m) {
            Record::Run(time_s) | Record::Between(time_s) => time_s,
            Record::Shorter { length_m: shorter_m, time_s } => time_s * length_m / shorter_m,
        };
        if goal_s < fastest_s - CLOCK_S { Err(Self { length_m, goal_s }) } else { Ok(()) }
    }
}

/// Returns a length for a sentence: "a marathon", "10 km", "12.34 km".
pub(crate) fn distance(length_m: f64) -> String {
    match Course::ALL.into_iter().find(|course| (course.length_m() - length_m).abs() < 0.5) {
        Some(course @ (Course::Half | Course::Marathon)) => format!("a {}", course.title()),
        Some(course) => course.title().to_owned(),
        None => format!("{:.2} km", length_m / KM_M),
    }
}

impl Goal {
    /// Returns the first mile's shortest and longest time, seconds: 2 and 3.5 % slower than the
    /// even pace, so that the final mile can be the faster one. The source article asks for a
    /// slower first mile and gives no number; these are this program's.
    pub fn first_mile_s(&self) -> (f64, f64) {
        let even_s = self.pace_s_per_m * MILE_M;
        (1.02 * even_s, 1.035 * even_s)
    }

    /// Parses a goal for races of any course. A pace is for all. A time is for 5 km, 10 km, half
    /// marathon and marathon, where it is no slower than 8:20 a kilometre; a race that was run in
    /// much less time has another goal.
    ///
    /// # Errors
    ///
    /// As [`Goal::parse`].
    pub(crate) fn for_any_course(text: &str) -> Result<Vec<Self>, GoalError> {
        if text.contains('/') {
            return Ok(vec![Self::parse(text, None)?]);
        }
        let goals: Vec<Self> = COURSES
            .into_iter()
            .filter_map(|course| Self::parse(text, Some(course)).ok())
            .filter(|goal| goal.pace_s_per_m <= *USUAL_PACES_S_PER_M.end())
            .collect();
        if goals.is_empty() { Self::parse(text, None).map(|goal| vec![goal]) } else { Ok(goals) }
    }

    /// Returns whether a run may have had this goal: it took more than 60 % of its time.
    pub(crate) fn may_be_of(&self, pace_s_per_m: f64) -> bool {
        pace_s_per_m > LEAST_SHARE * self.pace_s_per_m
    }

    /// Parses a finishing time (`3:45:00`, `42:30`), which needs a course, or a pace (`8:35/mi`,
    /// `5:20/km`).
    ///
    /// ```
    /// use firstmile::{goal::Goal, measure::Course};
    /// let goal = Goal::parse("3:30:00", Some(Course::Marathon))?;
    /// assert!((goal.pace_s_per_m * 42_195.0 - 12_600.0).abs() < 1e-6);
    /// assert!((Goal::parse("5:20/km", None)?.pace_s_per_m - 0.32).abs() < 1e-9);
    /// assert!(Goal::parse("3:30", Some(Course::Marathon)).is_err());
    /// # Ok::<(), firstmile::goal::GoalError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is neither, if a time has no course, or if nobody has run that fast.
    pub fn parse(text: &str, course: Option<Course>) -> Result<Self, GoalError> {
        let pace_s_per_m = pace(text, course.map(Course::length_m))?;
        Ok(Self { course, pace_s_per_m })
    }
}

/// Parses a time over a length in metres, or a pace, into the even pace in s/m, as [`Goal::parse`]
/// does.
///
/// # Errors
///
/// As [`Goal::parse`].
pub fn pace(text: &str, length_m: Option<f64>) -> Result<f64, GoalError> {
    let unreadable = || GoalError::Unreadable(text.to_owned());
    let (time, unit_m) = match text.split_once('/') {
        Some((pace, "mi" | "mile")) => (pace, Some(MILE_M)),
        Some((pace, "km")) => (pace, Some(KM_M)),
        Some(_) => return Err(unreadable()),
        None => (text, None),
    };
    let seconds = parse_clock(time).ok_or_else(unreadable)?;
    let over_m = unit_m.or(length_m).ok_or_else(|| GoalError::NeedsCourse(text.to_owned()))?;
    let pace_s_per_m = seconds / over_m;
    let hint = || match (unit_m, length_m) {
        (None, Some(length_m)) if time.matches(':').count() == 1 => meant(text, seconds, length_m),
        _ => String::new(),
    };
    if let Some(length_m) = length_m {
        TooFast::check(pace_s_per_m, length_m).map_err(|why| GoalError::TooFast { why, hint: hint() })?;
    }
    if !GOAL_PACES_S_PER_M.contains(&pace_s_per_m) {
        let pace = clock(pace_s_per_m * MILE_M);
        return Err(GoalError::Pace { goal: text.to_owned(), pace, hint: hint() });
    }
    Ok(pace_s_per_m)
}

/// Returns what a goal of two numbers may mean, as the end of a sentence: `3:45` may be hours and
/// minutes, or a pace. Of these, usual paces are proposed, else any that was ever run.
fn meant(text: &str, seconds: f64, length_m: f64) -> String {
    let readings = [(":00", 60.0 * seconds / length_m), ("/mi", seconds / MILE_M), ("/km", seconds / KM_M)];
    let of_paces = |usual: bool| -> Vec<String> {
        readings
            .iter()
            .filter(|(_, pace)| !usual || USUAL_PACES_S_PER_M.contains(pace))
            .filter(|(_, pace)| GOAL_PACES_S_PER_M.contains(pace) && TooFast::check(*pace, length_m).is_ok())
            .map(|(end, _)| format!("{text}{end}"))
            .collect()
    };
    let usual = of_paces(true);
    let meant = if usual.is_empty() { of_paces(false) } else { usual };
    if meant.is_empty() { String::new() } else { format!("; did you mean {}?", meant.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str, course: Course) -> String {
        Goal::parse(text, Some(course)).expect_err(text).to_string()
    }

    #[test]
    fn a_goal_faster_than_anyone_has_run_is_refused() {
        assert_eq!(
            refusal("1:45:00", Course::Marathon),
            "a marathon in 1:45:00 is faster than any runner has run (1:59:30)"
        );
        assert_eq!(
            refusal("4:00/mi", Course::K10),
            "10 km in 24:51 is faster than any runner has run (26:11)"
        );
        for (course, record) in [
            (Course::K5, "12:35"),
            (Course::K15, "39:47"),
            (Course::Half, "56:42"),
            (Course::Marathon, "1:59:30"),
            (Course::K100, "5:59:20"),
        ] {
            assert!(Goal::parse(record, Some(course)).is_ok(), "{course}");
        }
        let far_m = 200_000.0;
        let why = pace("10:00:00", Some(far_m)).expect_err("too fast").to_string();
        assert_eq!(why, "200.00 km in 10:00:00 is faster than any runner has run even 100 miles (10:51:39)");
        let why = pace("1:10:00", Some(30_000.0)).expect_err("too fast").to_string();
        assert!(why.starts_with("30 km in 1:10:00 is faster than any runner has run (about 1:2"), "{why}");
    }

    #[test]
    fn a_time_without_a_course_is_for_the_courses_that_fit_it() {
        let courses = |text: &str| -> Vec<Course> {
            Goal::for_any_course(text).expect(text).iter().filter_map(|goal| goal.course).collect()
        };
        assert_eq!(courses("3:45:00"), [Course::Marathon]);
        assert_eq!(courses("1:50:00"), [Course::Half]);
        assert_eq!(courses("22:30"), [Course::K5]);
        // A fast marathon, or a slow half: the run decides.
        assert_eq!(courses("2:30:00"), [Course::Half, Course::Marathon]);
        let slow_half = Goal::parse("2:30:00", Some(Course::Half)).expect("a goal");
        assert!(!slow_half.may_be_of(4200.0 / 21_097.5) && slow_half.may_be_of(8000.0 / 21_097.5));
        assert_eq!(Goal::for_any_course("5:20/km").map(|goals| goals[0].course), Ok(None));
        assert!(matches!(Goal::for_any_course("9:00"), Err(GoalError::NeedsCourse(_))));
        assert!(matches!(Goal::for_any_course("fast"), Err(GoalError::Unreadable(_))));
    }

    #[test]
    fn a_mistyped_goal_is_corrected_to_what_it_may_mean() {
        for (text, course, meant) in [
            ("3:45", Course::Marathon, "; did you mean 3:45:00?"),
            ("8:35", Course::Marathon, "; did you mean 8:35/mi?"),
            ("5:20", Course::Marathon, "; did you mean 5:20:00 or 5:20/km?"),
            ("1:20", Course::Half, "; did you mean 1:20:00?"),
            ("0:03", Course::K10, ""),
        ] {
            let why = refusal(text, course);
            assert!(if meant.is_empty() { !why.contains("mean") } else { why.ends_with(meant) }, "{why}");
        }
        assert_eq!(
            refusal("300:00", Course::K5),
            "the goal 300:00 is 1:36:34 a mile, which is no pace of a run"
        );
    }
}
