//! Estimates the runner's own payback: seconds lost in the second half for each second gained in
//! the first.
//!
//! Gain and loss are relative to an even run of the same fitness, which is not known exactly. If
//! the fitness is estimated too slow, every gain is too large and every loss too small by the same
//! seconds. A plain slope of loss on gain is then biased towards −1. The estimate therefore uses
//! ratios within one race, in which fitness and anything that made the whole day slow cancel:
//!
//! * The start excess `s` compares the start window with the rest window, up to half-way.
//! * The slow-down `y` compares the second half with the rest window.
//!
//! `screen.rs` leaves out what was not raced. `estimate.rs` computes the interval, and explains how
//! it allows for the noise of the windows. `simulated.rs` tests both on runners whose payback is
//! known; `cargo test simulated -- --nocapture` prints its figures.
//!
//! Any runner begins a 10 km faster than a marathon and fades less in it. Races are therefore
//! compared with the mean race of their own course only.
//!
//! Three effects look like a payback and cannot be separated from it:
//!
//! * a race that begins to go wrong before half-way, which slows the rest window;
//! * hills where altitude is not trusted, if they differ in the same way from race to race;
//! * heat that comes with fast starts.

mod estimate;
mod screen;
#[cfg(test)]
mod simulated;

use std::collections::BTreeMap;

use super::Run;
use super::fitness::RIEGEL;
use crate::measure::{Basis, Course, Stretch};
use crate::units::DAY_S;

/// The fewest races that make an estimate.
const ENOUGH_RACES: usize = 8;
/// The fewest races over one course for them to count.
const ENOUGH_ON_COURSE: usize = 3;
/// The shortest races that count, metres: a fast start suits shorter ones.
const FROM_M: f64 = 10_000.0;
/// The standard deviation of the weights of other races in a fitness, days: nearer races weigh
/// more.
const NEAR_DAYS: f64 = 365.0;
/// At most this number of races before, and after, a race say how fit the runner was.
const RACES_AROUND: usize = 1000;

/// An estimate of the payback.
#[derive(Debug, Clone, PartialEq)]
pub struct Payback {
    /// Seconds lost for each second gained: the median of the possible values.
    pub lost_for_gained: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
    /// The number of races used.
    pub races: usize,
    /// Their courses, shortest first.
    pub courses: Vec<Course>,
}

/// The reason why there is no estimate. Its text is reported after "is not told: ".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoPayback {
    /// Too few races over courses that were raced often enough; their number.
    #[error(
        "{} races over courses of 10 km or more that were raced at least {ENOUGH_ON_COURSE} times; \
         {ENOUGH_RACES} are needed",
        if *.0 == 0 { "no".to_owned() } else { .0.to_string() }
    )]
    TooFewRaces(usize),
    /// There are enough races, but too many of them do not look raced from start to finish.
    #[error(
        "of {races} races, {} look like track sessions, relay legs, training or runs with stops; \
         {ENOUGH_RACES} others are needed",
        races - left
    )]
    NotRaced {
        /// The number of races over courses that were raced often enough.
        races: usize,
        /// The number of these that look raced.
        left: usize,
    },
    /// The races have one and the same start excess, so there is no slope.
    #[error("all races began alike")]
    BeganAlike,
    /// The starts differ too little against the noise of the windows; the number of races.
    #[error(
        "the starts of {0} races differ too little: hills, wind and GPS errors may make most of the \
         difference"
    )]
    StartsInNoise(usize),
    /// The 95 % interval is too wide to mean anything.
    #[error("{races} races tell too little: anything from {low:.1} to {high:.1} is possible")]
    TooUncertain {
        /// The number of races used.
        races: usize,
        /// The lower end of the interval.
        low: f64,
        /// The upper end of the interval.
        high: f64,
    },
    /// Without one of the races the answer is another one; the number of races.
    #[error("one of {0} races decides the answer: without it, the answer is another one")]
    OneRaceDecides(usize),
    /// The answer is below zero, which no payback is.
    #[error(
        "your second halves were faster after your faster starts, in {races} races. A start that \
         costs time does not do that; hills or a slow stretch before half-way can"
    )]
    FasterAfterFastStarts {
        /// The number of races used.
        races: usize,
        /// The lower end of the interval.
        low: f64,
        /// The upper end of the interval.
        high: f64,
    },
}

/// The ratios of one race that the estimator uses.
#[derive(Debug, Clone, Copy, PartialEq)]
struct RaceShape {
    /// Start excess `s`, as a share.
    start: f64,
    /// Slow-down `y`: logarithm of second-half pace over rest-window pace.
    slow_down: f64,
    /// Logarithm of the pace of the last quarter over that of the third.
    late: f64,
    /// Logarithm of rest-window pace over the even pace that other races predict.
    settled: f64,
    /// Logarithm of the pace of the first half.
    first_half: f64,
}

/// Estimates the payback over the runner's races.
///
/// # Errors
///
/// Returns the reason for no estimate.
pub(super) fn over(runs: &[Run]) -> Result<Payback, NoPayback> {
    let mut races: Vec<&Run> = runs
        .iter()
        .filter(|run| run.is_race() && run.view.distance_m >= FROM_M && !run.measured.cut_short)
        .filter(|run| run.identity.start_s.is_some())
        .collect();
    let start_s = |run: &Run| run.identity.start_s.unwrap_or_default();
    races.sort_by(|a, b| start_s(a).total_cmp(&start_s(b)));
    let (raced, unlike): (Vec<&Run>, Vec<&Run>) = races.iter().partition(|run| screen::is_raced(run));
    // Races are compared within their own course, so a course that was raced too seldom drops out.
    let mut all = by_course(&races);
    all.retain(|_, races| races.len() >= ENOUGH_ON_COURSE);
    let count: usize = all.values().map(Vec::len).sum();
    let courses = if unlike.is_empty() { all } else { by_course(&raced) };
    let raced: Vec<Fitness> = raced.into_iter().map(Fitness::of).collect();
    let (courses, shapes): (Vec<Course>, Vec<Vec<RaceShape>>) = courses
        .into_iter()
        .map(|(course, of)| (course, of.into_iter().filter_map(|race| shape(race, &raced)).collect()))
        .unzip();
    let like = screen::like_races(&shapes);
    let (courses, shapes): (Vec<Course>, Vec<Vec<RaceShape>>) = courses
        .into_iter()
        .zip(shapes.into_iter().zip(like))
        .map(|(course, (shapes, like))| {
            (course, shapes.into_iter().zip(like).filter(|(_, like)| *like).map(|(shape, _)| shape).collect())
        })
        .filter(|(_, shapes): &(Course, Vec<_>)| shapes.len() >= ENOUGH_ON_COURSE)
        .unzip();
    let races: usize = shapes.iter().map(Vec::len).sum();
    match (races >= ENOUGH_RACES, count >= ENOUGH_RACES) {
        (true, _) => {}
        (false, true) => return Err(NoPayback::NotRaced { races: count, left: races }),
        (false, false) => return Err(NoPayback::TooFewRaces(count)),
    }
    let estimate::Interval { middle, low, high } = estimate::reported(&shapes)?;
    Ok(Payback { lost_for_gained: middle, low, high, races, courses })
}

/// Groups races by their courses; a race on no course drops out.
fn by_course<'a, 'b>(races: &[&'a Run<'b>]) -> BTreeMap<Course, Vec<&'a Run<'b>>> {
    let mut courses: BTreeMap<Course, Vec<&Run>> = BTreeMap::new();
    for race in races {
        if let Some(course) = race.view.course {
            courses.entry(course).or_default().push(race);
        }
    }
    courses
}

/// Returns the ratios of one race, grade-adjusted where the altitude is trusted. `None` if a pace
/// is not known.
fn shape(race: &Run, races: &[Fitness]) -> Option<RaceShape> {
    let view = race.view;
    let graded = view.first_half.level_m.is_some();
    let pace = |stretch: &Stretch| match stretch.gap_s_per_m(Basis::Elapsed) {
        Some(pace) if graded => pace,
        _ => stretch.pace_s_per_m(Basis::Elapsed),
    };
    let (start, rest, second) = (pace(&view.start_window), pace(&view.rest_window), pace(&view.second_half));
    let quarter = |from: f64, to: f64| {
        let (from_m, to_m) = (from * view.distance_m, to * view.distance_m);
        let (mut seconds, mut metres) = (0.0, 0.0);
        for km in &view.kms {
            let share =
                ((km.end_m.min(to_m) - (km.end_m - km.distance_m).max(from_m)) / km.distance_m).max(0.0);
            seconds += share * km.times.on(Basis::Elapsed);
            metres += share * km.level_m.filter(|_| graded).unwrap_or(km.distance_m);
        }
        seconds / metres
    };
    let shape = RaceShape {
        start: 1.0 - start / rest,
        slow_down: libm::log(second / rest),
        late: libm::log(quarter(0.75, 1.0) / quarter(0.5, 0.75)),
        settled: libm::log(rest) - predicted_log_pace(race, races),
        first_half: libm::log(pace(&view.first_half)),
    };
    // A single race has no other that predicts its pace.
    [shape.start, shape.slow_down, shape.late, shape.settled, shape.first_half]
        .iter()
        .all(|value| value.is_finite())
        .then_some(shape)
}

/// What a race tells of the runner's fitness.
struct Fitness {
    /// The race's entry.
    entry: usize,
    /// Its start, days since 1970.
    days: f64,
    /// The logarithm of the time that it predicts for one metre by Riegel's formula. The whole race
    /// counts: a first half that was too fast is no measure of fitness.
    log_s: f64,
}

impl Fitness {
    fn of(race: &Run) -> Self {
        let log_s = libm::log(race.view.total.elapsed_s) - RIEGEL * libm::log(race.view.distance_m);
        Self { entry: race.entry, days: days(race), log_s }
    }
}

/// Returns a run's start, days since 1970.
fn days(run: &Run) -> f64 {
    run.identity.start_s.unwrap_or_default() / DAY_S
}

/// Returns the logarithm of the even pace, s/m, that the other races predict. Races nearer in time
/// weigh more.
///
/// `races` are by date. Of more than [`RACES_AROUND`] on either side, the nearest count; nobody
/// races so often.
fn predicted_log_pace(race: &Run, races: &[Fitness]) -> f64 {
    let days = days(race);
    let at = races.partition_point(|other| other.days < days);
    let around = &races[at.saturating_sub(RACES_AROUND)..(at + RACES_AROUND).min(races.len())];
    let (mut sum, mut total) = (0.0, 0.0);
    for other in around.iter().filter(|other| other.entry != race.entry) {
        let apart = (other.days - days) / NEAR_DAYS;
        // Never zero, as the only other races may be ten years away.
        let weight = libm::exp(-0.5 * apart * apart) + 1e-9;
        sum += weight * other.log_s;
        total += weight;
    }
    sum / total + (RIEGEL - 1.0) * libm::log(race.view.distance_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_for_no_estimate_has_its_text() {
        let counted = "races over courses of 10 km or more that were raced at least 3 times; 8 are needed";
        assert_eq!(NoPayback::TooFewRaces(0).to_string(), format!("no {counted}"));
        assert_eq!(NoPayback::TooFewRaces(7).to_string(), format!("7 {counted}"));
        assert_eq!(
            NoPayback::NotRaced { races: 12, left: 7 }.to_string(),
            "of 12 races, 5 look like track sessions, relay legs, training or runs with stops; 8 others are \
             needed"
        );
        assert_eq!(NoPayback::BeganAlike.to_string(), "all races began alike");
        assert_eq!(
            NoPayback::StartsInNoise(9).to_string(),
            "the starts of 9 races differ too little: hills, wind and GPS errors may make most of the difference"
        );
        assert_eq!(
            NoPayback::TooUncertain { races: 9, low: -1.25, high: 6.0 }.to_string(),
            "9 races tell too little: anything from -1.2 to 6.0 is possible"
        );
        assert_eq!(
            NoPayback::OneRaceDecides(9).to_string(),
            "one of 9 races decides the answer: without it, the answer is another one"
        );
        assert_eq!(
            NoPayback::FasterAfterFastStarts { races: 9, low: -0.9, high: -0.1 }.to_string(),
            "your second halves were faster after your faster starts, in 9 races. A start that costs time does \
             not do that; hills or a slow stretch before half-way can"
        );
    }
}
