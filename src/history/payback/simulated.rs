//! The payback of simulated runners, whose truth is known. `cargo test simulated -- --nocapture`
//! prints the figures.
//!
//! The cells differ in the truth, the noise of the windows, the number of races, the spread of the
//! starts and the mishaps. In each, most of what makes real races hard is there: form, heat, a
//! fitness that is not known well, two courses of unlike fade.

use firstmile_fixtures::chance::Chance;

use super::estimate::{self, Interval};
use super::screen;
use super::{ENOUGH_ON_COURSE, ENOUGH_RACES, NoPayback, RaceShape};
use crate::measure::START_SHARE;
use crate::statistics::median;

const RUNNERS: usize = 200;
const TRUTHS: [f64; 4] = [0.0, 0.5, 1.0, 2.0];
const NOISES: [f64; 3] = [0.007, 0.015, 0.025];
const COUNTS: [usize; 2] = [16, 40];
/// The standard deviations of starts: as of real runners, and as of runners who try things.
const SPREADS: [f64; 2] = [0.02, 0.045];
/// Coverage is asserted in cells in which at least this number of runners has an answer.
const ENOUGH_ANSWERS: usize = 20;

/// A cell of the simulation.
#[derive(Debug, Clone, Copy)]
struct Cell {
    truth: f64,
    /// Standard deviation of the noise of each window, as a share of its pace.
    noise: f64,
    /// Standard deviation of the starts.
    spread: f64,
    races: usize,
    /// Whether one race in four is a workout.
    workouts: bool,
    /// Whether the races are over four unlike courses of one class, in turn.
    unlike_courses: bool,
    /// Whether the starts are permuted among the races of each course.
    permuted: bool,
}

/// Simulates the races of a runner, by course.
///
/// Races start 3 % too fast on average. By habit the runner keeps up to two fifths of that in the
/// rest window. Form varies by 3 % from day to day, fitness is known to 2 %, and one day in five
/// has heat in the second half. Of what is lost, 30 to 45 % is lost in the third quarter, the rest
/// in the last. Every third race is a marathon: it starts 3 % calmer and fades by 5 % on its own.
/// Workouts are slower than races by 5 to 15 %: progressive runs, repetitions, and a warm-up before
/// and a cool-down after a fast part.
fn races(chance: &mut Chance, cell: Cell) -> Vec<Vec<RaceShape>> {
    const W: f64 = START_SHARE / 0.5;
    let habit = chance.between(0.0, 0.4);
    let places: Vec<[f64; 4]> = (0..4).map(|_| [0.0; 4].map(|_| cell.noise * chance.normal())).collect();
    let mut courses = vec![Vec::new(), Vec::new()];
    for race in 0..cell.races {
        let long = race % 3 == 0;
        let (calmer, fades) = if long { (0.03, 0.05) } else { (0.0, 0.0) };
        let fast = 0.03 - calmer + cell.spread * chance.normal();
        let kept = (habit + chance.between(-0.1, 0.1)) * fast;
        let mut day = 0.03 * chance.normal();
        let unknown = 0.02 * chance.normal();
        let heat = if chance.between(0.0, 1.0) < 0.2 { (0.05 * chance.normal()).abs() } else { 0.0 };
        let gained = W * fast + (1.0 - W) * kept;
        let lost = cell.truth * gained + fades + heat;
        let third = chance.between(0.3, 0.45);
        let mut paces = [1.0 - fast, 1.0 - kept, 1.0 + 2.0 * third * lost, 1.0 + 2.0 * (1.0 - third) * lost];
        if cell.workouts && chance.between(0.0, 1.0) < 0.25 {
            day += chance.between(0.05, 0.15);
            paces = match chance.between(0.0, 3.0) as u32 {
                0 => [1.05, 1.0, 0.97, 0.95],
                1 => [1.0; 4].map(|pace| pace + 0.06 * chance.normal()),
                _ => [1.04, 0.96, 0.98, 1.05],
            };
        }
        for (window, pace) in paces.iter_mut().enumerate() {
            let own = cell.noise * chance.normal();
            // The course's part is the same in each of its races.
            let both = (own + places[race % 4][window]) / std::f64::consts::SQRT_2;
            *pace *= 1.0 + if cell.unlike_courses { both } else { own };
        }
        let [start, rest, third, last] = paces;
        courses[usize::from(long)].push(RaceShape {
            start: 1.0 - start / rest,
            slow_down: libm::log(f64::midpoint(third, last) / rest),
            late: libm::log(last / third),
            settled: libm::log(rest) + day - unknown,
            first_half: libm::log(W * start + (1.0 - W) * rest) + day,
        });
    }
    if cell.permuted {
        for races in &mut courses {
            for last in (1..races.len()).rev() {
                let other = chance.between(0.0, (last + 1) as f64) as usize;
                let start = races[last].start;
                races[last].start = races[other].start;
                races[other].start = start;
            }
        }
    }
    courses
}

/// Returns the races that count, or the reason for no estimate.
fn counted(courses: Vec<Vec<RaceShape>>) -> Result<Vec<Vec<RaceShape>>, NoPayback> {
    let races = courses.iter().map(Vec::len).sum();
    let like = screen::like_races(&courses);
    let courses: Vec<Vec<RaceShape>> = courses
        .into_iter()
        .zip(like)
        .map(|(races, like)| {
            races.into_iter().zip(like).filter(|(_, like)| *like).map(|(race, _)| race).collect()
        })
        .filter(|races: &Vec<RaceShape>| races.len() >= ENOUGH_ON_COURSE)
        .collect();
    let left = courses.iter().map(Vec::len).sum();
    if left < ENOUGH_RACES { Err(NoPayback::NotRaced { races, left }) } else { Ok(courses) }
}

/// What came out in a cell.
#[derive(Debug, Default)]
struct Outcome {
    /// The answers that are reported.
    answers: Vec<Interval>,
    /// The intervals before any is refused for its width, sign or one race.
    estimates: Vec<Interval>,
    /// Answers that were refused for being below zero.
    negative: usize,
    /// Answers that were refused as one race decides them.
    one_race: usize,
}

impl Outcome {
    fn of(chance: &mut Chance, cell: Cell) -> Self {
        let mut outcome = Self::default();
        for _ in 0..RUNNERS {
            let Ok(courses) = counted(races(chance, cell)) else { continue };
            outcome.estimates.extend(estimate::interval(&courses));
            match estimate::reported(&courses) {
                Ok(answer) => outcome.answers.push(answer),
                Err(NoPayback::FasterAfterFastStarts { .. }) => outcome.negative += 1,
                Err(NoPayback::OneRaceDecides(_)) => outcome.one_race += 1,
                Err(_) => {}
            }
        }
        outcome
    }

    fn reported(&self) -> f64 {
        self.answers.len() as f64 / RUNNERS as f64
    }

    fn width(&self) -> f64 {
        median(self.answers.iter().map(|answer| answer.high - answer.low)).unwrap_or(f64::NAN)
    }

    fn mean(&self) -> f64 {
        self.answers.iter().map(|answer| answer.middle).sum::<f64>() / self.answers.len() as f64
    }
}

/// Returns the share of intervals that include the truth.
fn coverage(intervals: &[Interval], truth: f64) -> f64 {
    let covered = intervals.iter().filter(|interval| (interval.low..=interval.high).contains(&truth)).count();
    covered as f64 / intervals.len() as f64
}

/// Tests all cells with or without mishaps, and prints a line for each.
fn cover(workouts: bool, unlike_courses: bool, seed: u64) {
    let mut chance = Chance::new(seed);
    println!(
        "payback, one race in four a workout: {workouts}, four unlike courses in one class: {unlike_courses}"
    );
    for spread in SPREADS {
        let (mut answers, mut covering) = (0.0, 0.0);
        for noise in NOISES {
            for truth in TRUTHS {
                for races in COUNTS {
                    let cell =
                        Cell { truth, noise, spread, races, workouts, unlike_courses, permuted: false };
                    let outcome = Outcome::of(&mut chance, cell);
                    let (reported, all) = (outcome.reported(), coverage(&outcome.estimates, truth));
                    let covered = coverage(&outcome.answers, truth);
                    answers += outcome.answers.len() as f64;
                    covering +=
                        if outcome.answers.is_empty() { 0.0 } else { covered * outcome.answers.len() as f64 };
                    println!(
                        "starts ±{:.1} %, noise {:.1} %, truth {truth}, {races} races: reported {reported:.3}, covered \
                         {covered:.3} (of all estimates {all:.3}), median width {:.2}, mean {:.2}; refused as negative {}, \
                         by one race {}",
                        100.0 * spread,
                        100.0 * noise,
                        outcome.width(),
                        outcome.mean(),
                        outcome.negative,
                        outcome.one_race,
                    );
                    if outcome.answers.len() >= ENOUGH_ANSWERS {
                        assert!(covered >= 0.9, "{cell:?}: {covered}");
                        // Out of nothing comes no payback, in neither direction.
                        assert!(truth > 0.0 || outcome.mean().abs() <= 0.2, "{cell:?}: {}", outcome.mean());
                    }
                    assert!(outcome.answers.iter().all(|answer| answer.high >= 0.0), "{cell:?}");
                    // Refusing all would cover all: clear starts on quiet courses have an answer.
                    if (spread, noise, races) == (0.045, 0.007, 40) && truth <= 1.0 {
                        assert!(reported >= 0.6 && outcome.width() <= 3.0, "{cell:?}: {reported}");
                    }
                }
            }
        }
        // The cells with few answers count together.
        let covered = covering / answers;
        println!("starts ±{:.1} %: {answers} answers, covered {covered:.3}", 100.0 * spread);
        assert!(covered >= 0.93, "{spread}: {covered}");
    }
}

#[test]
fn simulated_paybacks_are_covered_by_their_intervals() {
    cover(false, false, 2014);
}

#[test]
fn simulated_paybacks_with_workouts_over_unlike_courses_are_covered_by_their_intervals() {
    cover(true, true, 2016);
}

/// Permutes the starts among the races of a course, after which no start goes with any slow-down.
#[test]
fn simulated_starts_that_are_permuted_have_no_payback() {
    let mut chance = Chance::new(2017);
    for spread in SPREADS {
        for noise in NOISES {
            for races in COUNTS {
                let cell = Cell {
                    truth: 1.0,
                    noise,
                    spread,
                    races,
                    workouts: false,
                    unlike_courses: false,
                    permuted: true,
                };
                let outcome = Outcome::of(&mut chance, cell);
                let share = |intervals: &[Interval]| {
                    intervals.iter().filter(|interval| interval.low > 0.0 || interval.high < 0.0).count()
                        as f64
                        / RUNNERS as f64
                };
                let (told, any) = (share(&outcome.answers), share(&outcome.estimates));
                println!(
                    "payback of permuted starts ±{:.1} %, noise {:.1} %, {races} races: reported {:.3}, zero left out {told:.3} \
                     (of all estimates {any:.3})",
                    100.0 * spread,
                    100.0 * noise,
                    outcome.reported(),
                );
                assert!(told <= 0.05, "{cell:?}: {told}");
            }
        }
    }
}
