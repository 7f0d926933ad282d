//! Estimates the runner's own payback: seconds lost in the second half for each second gained in
//! the first.
//!
//! Gain and loss are relative to an even run of the same fitness, which is not known exactly. If
//! the fitness is estimated too slow, every gain is too large and every loss too small by the same
//! seconds. A plain slope of loss on gain is then biased towards −1. The estimate therefore avoids
//! the fitness where it can:
//!
//! * The start excess `s` compares the start window with the rest window. The slow-down `y`
//!   compares the second half with the rest window. Both are ratios within one race, so fitness and
//!   anything that made the whole day slow cancel.
//! * Let `W` be the start window's share of the first half. A runner who starts `s` too fast and
//!   then settles at the right pace gains `W·s`. With a payback of `β`, the slope of `y` on `s` is
//!   `β·W`.
//! * Let `q` be the share of `s` that is still there in the rest window. The rest window is then
//!   faster by `q·s`, so `y`, which is relative to it, is larger by `q·s`. The runner gains
//!   `(W + q)·s`, so the slope is `δ = β·(W + q) + q`. Hence `β = (δ − q) / (W + q)`.
//!
//! `δ` is the slope of Huber's fit, on which a few hot days have little effect.
//!
//! `q` is estimated as minus the slope on `s` of the rest-window pace relative to the fitness pace.
//! Only here is the fitness used, and it comes from *other* races. Its error and the day's form are
//! no part of `s`: they add noise to `q` but no bias. Because that noise is large, `q` is also
//! limited to the range from 0 (settled at once) to 0.6 (a good third of the overspeed is still
//! there). The limit is an assumption, and `explain PAY-01` states it.
//!
//! The 95 % interval is that of `β` over the joint distribution of `δ` (Student's t) and `q`
//! (Student's t within the limits).
//!
//! Any runner begins a 10 km faster than a marathon and fades less in it. Races are therefore
//! compared with the mean race of their own course only.
//!
//! Three effects look like a payback and cannot be separated from it:
//!
//! * a race that begins to go wrong before half-way, which slows the rest window;
//! * hills where altitude is not trusted;
//! * heat that comes with fast starts.

use std::collections::BTreeMap;

use super::Run;
use super::fitness::RIEGEL;
use crate::measure::{Basis, Course, START_SHARE, Stretch};
use crate::statistics::{Fit, huber, least_squares, median, t_density, t_quantiles};
use crate::units::DAY_S;

/// The fewest races that make an estimate.
const ENOUGH_RACES: usize = 8;
/// The fewest races over one course for them to count.
const ENOUGH_ON_COURSE: usize = 3;
/// The widest interval that is reported, seconds lost for a second gained.
const WIDEST: f64 = 6.0;
/// The shortest races that count, metres: a fast start suits shorter ones.
const FROM_M: f64 = 10_000.0;
/// The start window's share of the first half.
const W: f64 = START_SHARE / 0.5;
/// The upper limit of `q`, the rest window's overspeed as a share of the start excess.
const MOST_KEPT: f64 = 0.6;
/// Grid points of the distribution of `q`.
const KEPT_STEPS: usize = 31;
/// Quantiles of the distribution of `δ`.
const SLOPE_STEPS: usize = 99;
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
    /// Each race relative to the median of its course, by course and date.
    pub points: Vec<PaybackPoint>,
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
    /// The races have one and the same start excess, so there is no slope.
    #[error("all races began alike")]
    BeganAlike,
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
}

/// A race relative to the median of its course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaybackPoint {
    /// The index of the race's entry in the batch.
    pub entry: usize,
    /// Start excess less the course's median, percentage points; above zero is faster.
    pub start_pct: f64,
    /// Slow-down of the second half against the rest window less the course's median, percentage
    /// points; above zero is slower.
    pub slow_down_pct: f64,
}

/// The ratios of one race that the estimator uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RaceShape {
    /// Start excess `s`, as a share.
    pub start: f64,
    /// Slow-down `y`: logarithm of second-half pace over rest-window pace.
    pub slow_down: f64,
    /// Logarithm of rest-window pace over the even pace that other races predict.
    pub settled: f64,
}

/// Estimates the payback over the runner's races.
///
/// # Errors
///
/// Returns the reason for no estimate: too few races, equal starts, or too wide an interval.
pub(super) fn over(runs: &[Run]) -> Result<Payback, NoPayback> {
    let mut whole: Vec<&Run> = runs
        .iter()
        .filter(|run| run.is_race() && run.view.distance_m >= FROM_M && !run.measured.cut_short)
        .filter(|run| run.identity.start_s.is_some())
        .collect();
    let start_s = |run: &Run| run.identity.start_s.unwrap_or_default();
    whole.sort_by(|a, b| start_s(a).total_cmp(&start_s(b)));
    // Races are compared within their own course, so a course that was raced too seldom drops out.
    let mut courses: BTreeMap<Course, Vec<&Run>> = BTreeMap::new();
    for run in &whole {
        if let Some(course) = run.view.course {
            courses.entry(course).or_default().push(run);
        }
    }
    courses.retain(|_, races| races.len() >= ENOUGH_ON_COURSE);
    let races: usize = courses.values().map(Vec::len).sum();
    if races < ENOUGH_RACES {
        return Err(NoPayback::TooFewRaces(races));
    }
    let shapes: Vec<Vec<RaceShape>> =
        courses.values().map(|races| races.iter().map(|race| shape(race, &whole)).collect()).collect();
    let (lost_for_gained, low, high) = estimate(&shapes).ok_or(NoPayback::BeganAlike)?;
    if high - low > WIDEST {
        return Err(NoPayback::TooUncertain { races, low, high });
    }
    let points = courses.values().zip(&shapes).flat_map(|(races, shapes)| points(races, shapes)).collect();
    Ok(Payback { lost_for_gained, low, high, races, courses: courses.into_keys().collect(), points })
}

/// Returns the races of one course relative to its medians.
fn points(races: &[&Run], shapes: &[RaceShape]) -> Vec<PaybackPoint> {
    let usual = |value: fn(&RaceShape) -> f64| median(shapes.iter().map(value)).unwrap_or_default();
    let (start, slow_down) = (usual(|shape| shape.start), usual(|shape| shape.slow_down));
    let point = |(race, shape): (&&Run, &RaceShape)| PaybackPoint {
        entry: race.entry,
        start_pct: 100.0 * (shape.start - start),
        slow_down_pct: 100.0 * (shape.slow_down - slow_down),
    };
    races.iter().zip(shapes).map(point).collect()
}

/// Returns the ratios of one race, grade-adjusted where the altitude is trusted.
fn shape(race: &Run, races: &[&Run]) -> RaceShape {
    let view = race.view;
    let graded = view.first_half.level_m.is_some();
    let pace = |stretch: &Stretch| match stretch.gap_s_per_m(Basis::Elapsed) {
        Some(pace) if graded => pace,
        _ => stretch.pace_s_per_m(Basis::Elapsed),
    };
    let (start, rest, second) = (pace(&view.start_window), pace(&view.rest_window), pace(&view.second_half));
    RaceShape {
        start: 1.0 - start / rest,
        slow_down: libm::log(second / rest),
        settled: libm::log(rest) - fitness(race, races),
    }
}

/// Returns the logarithm of the even pace, s/m, that the other races predict. Races nearer in time
/// weigh more.
///
/// `races` are by date. Of more than [`RACES_AROUND`] on either side, the nearest count; nobody
/// races so often.
fn fitness(race: &Run, races: &[&Run]) -> f64 {
    let days = |run: &Run| run.identity.start_s.unwrap_or_default() / DAY_S;
    let at = races.partition_point(|other| days(other) < days(race));
    let around = &races[at.saturating_sub(RACES_AROUND)..(at + RACES_AROUND).min(races.len())];
    let (mut sum, mut total) = (0.0, 0.0);
    for other in around.iter().filter(|other| other.entry != race.entry) {
        let apart = (days(other) - days(race)) / NEAR_DAYS;
        // Never zero, as the only other races may be ten years away.
        let weight = libm::exp(-0.5 * apart * apart) + 1e-9;
        // The whole race counts: a first half that was too fast is no measure of fitness.
        let view = other.view;
        sum += weight * (libm::log(view.total.elapsed_s) - RIEGEL * libm::log(view.distance_m));
        total += weight;
    }
    sum / total + (RIEGEL - 1.0) * libm::log(race.view.distance_m)
}

/// Returns the median and 95 % interval of seconds lost for each second gained.
///
/// `courses` has the races of each course. Returns `None` for fewer than four races on one course
/// (one more for each further course) and if all starts are equal.
pub(super) fn estimate(courses: &[Vec<RaceShape>]) -> Option<(f64, f64, f64)> {
    // Subtracting each course's means leaves the differences between races of one course.
    let on_start = |value: fn(&RaceShape) -> f64| -> Vec<(f64, f64)> {
        let within = |shapes: &Vec<RaceShape>| -> Vec<(f64, f64)> {
            let mean =
                |value: fn(&RaceShape) -> f64| shapes.iter().map(value).sum::<f64>() / shapes.len() as f64;
            let (start, usual) = (mean(|shape| shape.start), mean(value));
            shapes.iter().map(|shape| (shape.start - start, value(shape) - usual)).collect()
        };
        courses.iter().flat_map(within).collect()
    };
    let (slow_down, settled) = (on_start(|shape| shape.slow_down), on_start(|shape| shape.settled));
    // The fits assume the degrees of freedom of one course; the means of each further course cost
    // one.
    let freedom = slow_down.len() as f64 - 1.0 - courses.len() as f64;
    let costly = ((slow_down.len() as f64 - 2.0) / freedom).sqrt();
    let widened = |fit: Fit| Fit { error: costly * fit.error, ..fit };
    let slope = huber(&slow_down).filter(|_| freedom >= 2.0).map(widened)?;
    let kept = least_squares(&settled).map(widened)?;
    let slopes: Vec<f64> =
        t_quantiles(SLOPE_STEPS, freedom).into_iter().map(|t| slope.slope + slope.error * t).collect();
    let mut possible: Vec<(f64, f64)> = Vec::with_capacity(KEPT_STEPS * SLOPE_STEPS);
    for step in 0..KEPT_STEPS {
        let q = MOST_KEPT * step as f64 / (KEPT_STEPS - 1) as f64;
        let weight = t_density((q + kept.slope) / kept.error.max(1e-9), freedom);
        possible.extend(slopes.iter().map(|slope| ((slope - q) / (W + q), weight)));
    }
    possible.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = possible.iter().map(|(_, weight)| weight).sum();
    let quantile = |share: f64| {
        let mut sum = 0.0;
        possible
            .iter()
            .find(|(_, weight)| {
                sum += weight;
                sum >= share * total
            })
            .or(possible.last())
            .map_or(f64::NAN, |(value, _)| *value)
    };
    Some((quantile(0.5), quantile(0.025), quantile(0.975)))
}

#[cfg(test)]
mod tests {
    use firstmile_fixtures::chance::Chance;

    use super::*;

    /// Simulates a runner with the given payback.
    ///
    /// Races start 3 % too fast (standard deviation 4.5). By habit the runner keeps up to two
    /// fifths of that in the rest window. Form varies by 3 % from day to day, fitness is known to 2
    /// %, and one day in five has heat in the second half. From ten races on, every third is a
    /// marathon: it starts 3 % calmer and fades by 5 % on its own.
    fn races(chance: &mut Chance, races: usize, payback: f64) -> Vec<Vec<RaceShape>> {
        let habit = chance.between(0.0, 0.4);
        let mut courses = vec![Vec::new(), Vec::new()];
        for race in 0..races {
            let long = races >= 10 && race % 3 == 0;
            let (calmer, fades) = if long { (0.03, 0.05) } else { (0.0, 0.0) };
            let fast = 0.03 - calmer + 0.045 * chance.normal();
            let kept = (habit + chance.between(-0.1, 0.1)) * fast + 0.007 * chance.normal();
            let day = 0.03 * chance.normal() - 0.02 * chance.normal();
            let heat = if chance.between(0.0, 1.0) < 0.2 { (0.05 * chance.normal()).abs() } else { 0.0 };
            let gained = W * fast + (1.0 - W) * kept;
            let (start, rest) = (1.0 - fast, 1.0 - kept);
            let second = 1.0 + payback * gained + fades + heat + 0.007 * chance.normal();
            courses[usize::from(long)].push(RaceShape {
                start: 1.0 - start / rest,
                slow_down: libm::log(second / rest),
                settled: libm::log(rest) + day,
            });
        }
        courses.retain(|races| !races.is_empty());
        courses
    }

    #[test]
    fn the_interval_covers_the_truth_of_simulated_runners() {
        const RUNNERS: usize = 250;
        let mut chance = Chance::new(2014);
        let mut widths = Vec::new();
        for truth in [0.0, 0.5, 1.0, 2.0] {
            for count in [8, 10, 15, 20] {
                let (mut covered, mut reported) = (0.0, 0.0);
                let mut wide = Vec::new();
                for _ in 0..RUNNERS {
                    let (_, low, high) = estimate(&races(&mut chance, count, truth)).expect("an estimate");
                    if high - low <= WIDEST {
                        reported += 1.0;
                        covered += f64::from(u8::from((low..=high).contains(&truth)));
                        wide.push(high - low);
                    }
                }
                let width = crate::statistics::median(wide.iter().copied()).expect("widths");
                let (refused, cover) = (1.0 - reported / RUNNERS as f64, covered / reported);
                println!(
                    "truth {truth}, {count} races: covered {cover:.3}, median width {width:.2}, refused {refused:.3}"
                );
                // Two standard errors of a 95 % coverage over 250 runners are 2.8 points.
                assert!((0.90..=0.99).contains(&cover), "{truth} {count}: {cover}");
                assert!(count < 10 || refused <= 0.2, "{truth} {count}: {refused}");
                if count == 15 {
                    widths.extend(wide);
                }
            }
        }
        let width = crate::statistics::median(widths).expect("widths");
        println!("15 races: median width {width:.2}");
        assert!(width <= 2.5, "{width}");
    }

    #[test]
    fn without_noise_the_estimate_is_the_truth() {
        let shapes: Vec<RaceShape> = (0..10)
            .map(|race| {
                let fast = 0.01 * f64::from(race);
                let second = 1.0 + 1.5 * W * fast;
                RaceShape { start: fast, slow_down: libm::log(second), settled: 1e-4 * f64::from(race % 2) }
            })
            .collect();
        let (middle, low, high) = estimate(&[shapes]).expect("an estimate");
        assert!((middle - 1.5).abs() < 0.1 && low <= 1.5 && high - low < 0.3, "{middle} {low} {high}");
    }

    #[test]
    fn every_reason_for_no_estimate_has_its_text() {
        let counted = "races over courses of 10 km or more that were raced at least 3 times; 8 are needed";
        assert_eq!(NoPayback::TooFewRaces(0).to_string(), format!("no {counted}"));
        assert_eq!(NoPayback::TooFewRaces(7).to_string(), format!("7 {counted}"));
        assert_eq!(NoPayback::BeganAlike.to_string(), "all races began alike");
        assert_eq!(
            NoPayback::TooUncertain { races: 9, low: -1.25, high: 6.0 }.to_string(),
            "9 races tell too little: anything from -1.2 to 6.0 is possible"
        );
    }

    #[test]
    fn equal_starts_give_no_estimate() {
        let alike = vec![RaceShape { start: 0.02, slow_down: 0.05, settled: 0.0 }; 10];
        assert_eq!(estimate(&[alike]), None);
    }
}
