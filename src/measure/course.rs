//! Certified courses: recognises the course that a recording may be, and where it begins and ends.
//!
//! The result is a *candidate*, found by the distance in metres alone.
//! [`history`](crate::history) applies it if the run was a race or the user states the course.

use std::fmt;
use std::str::FromStr;

use super::distance::ledger::{DistanceSource, Ledger};
use super::line::{Knots, Timeline};
use crate::units::{DAY_S, HALF_MARATHON_M, MARATHON_M, MILE_M, STANDING_MPS};

/// A course is recognised if recorded over certified distance is in this range. Watches
/// often measure courses long and seldom short.
const RECOGNISED: (f64, f64) = (0.985, 1.04);
/// The range for a course stated with `--course`.
const STATED: (f64, f64) = (0.95, 1.10);
/// The range for a course that a profile states for this very file.
const FOR_THIS_FILE: (f64, f64) = (0.75, 1.25);
/// Below this share, a watch that measures a road course short needs a reason. The 0.5 % are five
/// times the 0.1 % by which certified courses are laid out long (World Athletics, short course
/// prevention factor).
const SHORT_WITHOUT_REASON: f64 = 0.995;
/// Courses from this length on need that reason. Shorter ones are often run on tracks, where
/// watches cut corners.
const NEEDS_REASON_FROM_M: f64 = 15_000.0;
/// Samples of a GPS track that are on average further apart than this cut corners enough to be a
/// reason.
const SPARSE_STEP_M: f64 = 25.0;
/// The run is over when its speed falls below this share of the last kilometres' speed and stays
/// there.
const TAIL_SHARE: f64 = 0.65;
/// Speeds around the finish are averages over this time.
const TAIL_WINDOW_S: f64 = 12.0;
/// A tail is searched for after this share of the course; walking before it is part of the race.
const TAIL_FROM: f64 = 0.998;
/// Standing before this distance is a lead-in.
const LEAD_IN_M: f64 = 20.0;
/// Shorter standing at the start is reaction time, not waiting.
const LEAD_IN_S: f64 = 3.0;

/// A certified distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Course {
    /// 5 km.
    K5,
    /// 10 km.
    K10,
    /// 15 km.
    K15,
    /// 10 miles.
    Mi10,
    /// The half marathon, 21,097.5 m.
    Half,
    /// 30 km.
    K30,
    /// The marathon, 42,195 m.
    Marathon,
    /// 50 km.
    K50,
    /// 50 miles.
    Mi50,
    /// 100 km.
    K100,
}

impl Course {
    /// All courses, by length.
    pub const ALL: [Self; 10] = [
        Self::K5,
        Self::K10,
        Self::K15,
        Self::Mi10,
        Self::Half,
        Self::K30,
        Self::Marathon,
        Self::K50,
        Self::Mi50,
        Self::K100,
    ];

    /// Returns the certified length in metres.
    pub fn length_m(self) -> f64 {
        match self {
            Self::K5 => 5_000.0,
            Self::K10 => 10_000.0,
            Self::K15 => 15_000.0,
            Self::Mi10 => 10.0 * MILE_M,
            Self::Half => HALF_MARATHON_M,
            Self::K30 => 30_000.0,
            Self::Marathon => MARATHON_M,
            Self::K50 => 50_000.0,
            Self::Mi50 => 50.0 * MILE_M,
            Self::K100 => 100_000.0,
        }
    }

    /// Returns the word for columns and flags, such as "10mi".
    pub const fn code(self) -> &'static str {
        match self {
            Self::K5 => "5k",
            Self::K10 => "10k",
            Self::K15 => "15k",
            Self::Mi10 => "10mi",
            Self::Half => "half",
            Self::K30 => "30k",
            Self::Marathon => "marathon",
            Self::K50 => "50k",
            Self::Mi50 => "50mi",
            Self::K100 => "100k",
        }
    }

    /// Returns the name for sentences, such as "10 miles".
    pub fn title(self) -> &'static str {
        match self {
            Self::K5 => "5 km",
            Self::K10 => "10 km",
            Self::K15 => "15 km",
            Self::Mi10 => "10 miles",
            Self::Half => "half marathon",
            Self::K30 => "30 km",
            Self::Marathon => "marathon",
            Self::K50 => "50 km",
            Self::Mi50 => "50 miles",
            Self::K100 => "100 km",
        }
    }

    /// Returns the course whose range contains a distance in metres.
    fn recognise(distance_m: f64) -> Option<Self> {
        let near = |course: &Self| {
            let ratio = distance_m / course.length_m();
            (RECOGNISED.0..=RECOGNISED.1).contains(&ratio)
        };
        // Only the ranges of 15 km and 10 miles overlap; the nearer course wins.
        let apart = |course: &Self| (libm::log(distance_m / course.length_m())).abs();
        Self::ALL.into_iter().filter(near).min_by(|a, b| apart(a).total_cmp(&apart(b)))
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// A word that is not the code of any [`Course`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown course \"{word}\"; choose one of {}", Course::ALL.map(Course::code).join(", "))]
pub struct UnknownCourse {
    word: String,
}

impl FromStr for Course {
    type Err = UnknownCourse;

    /// Reads the code of a course, such as "half".
    ///
    /// # Errors
    ///
    /// If no course has this code.
    fn from_str(word: &str) -> Result<Self, UnknownCourse> {
        let course = Self::ALL.into_iter().find(|course| course.code() == word);
        course.ok_or_else(|| UnknownCourse { word: word.to_owned() })
    }
}

/// What the user stated about the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CourseSetting {
    /// Nothing: recognise it by the distance.
    #[default]
    Recognise,
    /// `--course none`: use the recorded distance.
    Never,
    /// `--course X`: the course of the whole batch, for runs of about that distance.
    Stated(Course),
    /// The course that a profile states for this very file.
    ForThisFile(Course),
}

/// A part of the recording that may be a certified course.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The course.
    pub course: Course,
    /// Its start after a standing lead-in, metres as recorded.
    pub start_m: f64,
    /// Elapsed seconds before its start.
    pub lead_s: f64,
    /// Its finish, metres as recorded.
    pub finish_m: f64,
    /// Metres after the finish, as recorded; they are left out.
    pub tail_m: f64,
}

impl Candidate {
    /// Returns the certified length over the recorded length.
    pub fn scale(&self) -> f64 {
        self.course.length_m() / (self.finish_m - self.start_m)
    }
}

/// The reason why a stated course is not used. Reports show it as it is.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("not put on the {course} scale: {why}")]
pub(super) struct CourseRefused {
    course: Course,
    why: Unfit,
}

/// The reason why a recording does not fit a course.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum Unfit {
    #[error("the recording breaks off")]
    CutShort,
    #[error(
        "its {:.2} km are {:.1} % {}",
        run_m / 1000.0,
        100.0 * (ratio - 1.0).abs(),
        if *ratio < 1.0 { "shorter" } else { "longer" }
    )]
    Length { run_m: f64, ratio: f64 },
    #[error("it ends {short_m:.0} m short and nothing in the recording explains that")]
    Short { short_m: f64 },
}

/// Finds the course that the recording may be, and why it is not the one that was stated.
///
/// What is stated of a whole batch may be of other runs: a run that does not fit it keeps the
/// course that it may be.
pub(super) fn candidate(
    line: &Timeline,
    ledger: &Ledger,
    setting: CourseSetting,
    cut_short: bool,
) -> (Option<Candidate>, Option<CourseRefused>) {
    match fitting(line, ledger, setting, cut_short) {
        Ok(candidate) => (candidate, None),
        Err(refused) => {
            let is_of_batch = matches!(setting, CourseSetting::Stated(_));
            let other = || fitting(line, ledger, CourseSetting::Recognise, cut_short).ok().flatten();
            (if is_of_batch { other() } else { None }, Some(refused))
        }
    }
}

/// Finds the course by a setting; `Ok(None)` if there is none and none was stated.
///
/// # Errors
///
/// If a course was stated and the recording does not fit it.
fn fitting(
    line: &Timeline,
    ledger: &Ledger,
    setting: CourseSetting,
    cut_short: bool,
) -> Result<Option<Candidate>, CourseRefused> {
    let (course, (low, high)) = match setting {
        CourseSetting::Never => return Ok(None),
        CourseSetting::Stated(course) => (Some(course), STATED),
        CourseSetting::ForThisFile(course) => (Some(course), FOR_THIS_FILE),
        CourseSetting::Recognise => (recognise(line), RECOGNISED),
    };
    let Some(course) = course else { return Ok(None) };
    let unfit = |why| match setting {
        CourseSetting::Recognise => Ok(None),
        _ => Err(CourseRefused { course, why }),
    };
    if cut_short {
        return unfit(Unfit::CutShort);
    }
    let (start_m, lead_s) = lead_in(line);
    let finish_m = finish_m(line, course);
    let run_m = finish_m - start_m;
    let ratio = run_m / course.length_m();
    if !(low..=high).contains(&ratio) {
        return unfit(Unfit::Length { run_m, ratio });
    }
    let for_this_file = matches!(setting, CourseSetting::ForThisFile(_));
    if !for_this_file && ratio < SHORT_WITHOUT_REASON && !short_for_a_reason(line, ledger, course) {
        return unfit(Unfit::Short { short_m: course.length_m() - run_m });
    }
    Ok(Some(Candidate { course, start_m, lead_s, finish_m, tail_m: line.length_m() - finish_m }))
}

/// Recognises the course by the whole distance, or by the distance without a tail.
fn recognise(line: &Timeline) -> Option<Course> {
    let length_m = line.length_m();
    Course::recognise(length_m).or_else(|| {
        // With a long walk after the finish, the whole distance may be above the range.
        Course::ALL.into_iter().rev().find(|course| {
            let over = length_m / course.length_m();
            over > RECOGNISED.1 && over < 1.15 && finish_m(line, *course) / course.length_m() <= RECOGNISED.1
        })
    })
}

/// Returns whether a watch had a reason to measure a course short. Either the longer of its two
/// distances reaches the course, or its track has too few samples to follow the bends.
fn short_for_a_reason(line: &Timeline, ledger: &Ledger, course: Course) -> bool {
    if course.length_m() < NEEDS_REASON_FROM_M {
        return true;
    }
    let longest_m = f64::max(ledger.device_m.unwrap_or(0.0), ledger.gps_m.unwrap_or(0.0));
    let step_m = line.length_m() / line.knots.len() as f64;
    longest_m >= SHORT_WITHOUT_REASON * course.length_m()
        || (ledger.source == DistanceSource::Gps && step_m > SPARSE_STEP_M)
}

/// Finds the end of a standing lead-in: the distance and the elapsed time at which the runner sets
/// off.
fn lead_in(line: &Timeline) -> (f64, f64) {
    let Knots { elapsed_s, distance_m, .. } = &line.knots;
    let steps = (1..distance_m.len()).take_while(|to| distance_m[to - 1] < LEAD_IN_M);
    let standing = steps
        .filter(|to| {
            distance_m[*to] - distance_m[to - 1] < STANDING_MPS * (elapsed_s[*to] - elapsed_s[to - 1])
        })
        .last();
    let Some(stood) = standing else { return (0.0, 0.0) };
    let (stood_m, stood_s) = (distance_m[stood], elapsed_s[stood]);
    if stood_s < LEAD_IN_S {
        return (0.0, 0.0);
    }
    // The runner sets off during the next step: so late that its metres are run at the following
    // step's speed.
    let (moved, on) = (stood + 1, stood + 2);
    if on >= distance_m.len() {
        return (stood_m, stood_s);
    }
    let speed_mps = (distance_m[on] - distance_m[moved]) / (elapsed_s[on] - elapsed_s[moved]);
    let setting_off_s = elapsed_s[moved] - (distance_m[moved] - stood_m) / speed_mps.max(STANDING_MPS);
    (stood_m, setting_off_s.max(stood_s))
}

/// Finds the finish, metres as recorded: before the walk after the finish line, if the recording
/// has one.
fn finish_m(line: &Timeline, course: Course) -> f64 {
    let length_m = line.length_m();
    let earliest_m = TAIL_FROM * course.length_m();
    if length_m <= earliest_m {
        return length_m;
    }
    // The pace of the last kilometres before any tail.
    let before_m = earliest_m - 3000.0_f64.min(0.5 * earliest_m);
    let before_s = line.at(earliest_m).moving_s - line.at(before_m).moving_s;
    let usual_mps = (earliest_m - before_m) / before_s.max(1.0);
    let mut finish_m = length_m;
    for (&until_s, &until_m) in line.knots.elapsed_s.iter().zip(&line.knots.distance_m).rev() {
        if until_m < earliest_m {
            break;
        }
        let speed_mps = (until_m - line.distance_at(until_s - TAIL_WINDOW_S)) / TAIL_WINDOW_S;
        if speed_mps >= TAIL_SHARE * usual_mps {
            break;
        }
        finish_m = until_m;
    }
    // The window reaches back across the finish, so its average is already slow while the last
    // strides were fast. A watch that was stopped late may have no sample after the finish, but
    // hardly for longer than a day.
    let slow_from_s = line.at(finish_m).elapsed_s;
    let within = |elapsed_s: f64| line.distance_at(elapsed_s);
    let sharpened = (1..=slow_from_s.min(DAY_S) as u32)
        .map(|back| slow_from_s - f64::from(back))
        .take_while(|from_s| {
            let from_m = within(*from_s);
            from_m > earliest_m && within(from_s + 1.0) - from_m < TAIL_SHARE * usual_mps
        })
        .last()
        .map_or(finish_m, within);
    if length_m - sharpened.max(earliest_m) < 1.0 { length_m } else { sharpened.max(earliest_m) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courses_are_recognised_by_distance_and_by_code() {
        assert_eq!(Course::recognise(42_600.0), Some(Course::Marathon));
        assert_eq!(Course::recognise(41_000.0), None);
        assert_eq!(Course::recognise(15_600.0), Some(Course::K15));
        assert_eq!(Course::recognise(15_900.0), Some(Course::Mi10));
        assert_eq!("10mi".parse(), Ok(Course::Mi10));
        let error = "11k".parse::<Course>().expect_err("an unknown course").to_string();
        assert!(error.starts_with("unknown course \"11k\"; choose one of 5k, 10k, "), "{error}");
    }
}
