//! The interval of the payback, from the start excess `s` and the slow-down `y` of each race.
//!
//! **The model.** Let `W` be the start window's share of the first half. A runner who starts `s`
//! too fast and then settles at the right pace gains `W·s`. With a payback of `β`, the slope of `y`
//! on `s` is `β·W`. Let `q` be the share of `s` that is still there in the rest window. The rest
//! window is then faster by `q·s`, so `y`, which is relative to it, is larger by `q·s`. The runner
//! gains `(W + q)·s`, so the slope is `δ = β·(W + q) + q`. Hence `β = (δ − q) / (W + q)`.
//!
//! **The noise of the windows.** Hills, wind and GPS errors change the pace of a window without a
//! change of effort. A slow rest window makes `s` larger and `y` smaller. Let each window have the
//! variance `σ²`, and `s` the variance `V`, of which `2σ²` is noise. With `ρ = σ² / V`, the slope
//! that is seen is `δ·(1 − 2ρ) − ρ`: too flat, and too low. Hence `δ = (seen + ρ) / (1 − 2ρ)`.
//!
//! `σ²` is estimated from the data: the third and the last quarter are as long as the windows, and
//! have no part in `s`. Half the variance of their ratio is `σ²`, after what goes with `s` and `y`
//! is taken off. Whatever else happens in the second half makes `σ²` too large, not too small. `V`
//! is the variance of the starts. The 95 % interval of `ρ` is that of a ratio of two variances (F
//! distribution). Noise that is less than [`QUIETEST`] is not believed. If `ρ` may be above
//! [`MOST_NOISE`], there is no estimate.
//!
//! **The interval.** The slope seen is that of Huber's fit, on which a few hot days have little
//! effect, with Student's t for its error. `q` is estimated as minus the slope on `s` of the
//! rest-window pace relative to the fitness pace, freed of noise in the same way. Only here is the
//! fitness used, and it comes from other races. Its error and the day's form are no part of `s`:
//! they add noise to `q` but no bias. Because that noise is large, `q` is also limited to the range
//! from 0 (settled at once) to [`MOST_KEPT`]. The limit is an assumption, and `explain PAY-01`
//! states it. For a given `ρ`, the interval is that of `β` over the distributions of the slope and
//! of `q`. The reported interval includes those of the lowest and of the highest `ρ`.
//!
//! **Why no bootstrap.** Drawing eight to thirty races again gives too narrow intervals for a ratio
//! of slopes, and draws with fewer different starts have no answer at all. Races are left out one
//! by one instead. If that moves the answer out of the interval, or across zero where the interval
//! leaves out zero, one race decides, and there is no estimate. An interval that leaves out zero
//! only because of one race is extended.

use super::{NoPayback, RaceShape};
use crate::measure::START_SHARE;
use crate::statistics::{Fit, MAD_OF_SD, StudentT, f_97_5, huber, least_squares, median};

/// The widest interval that is reported, seconds lost for a second gained.
const WIDEST: f64 = 6.0;
/// The start window's share of the first half.
const W: f64 = START_SHARE / 0.5;
/// The upper limit of `q`, the rest window's overspeed as a share of the start excess.
const MOST_KEPT: f64 = 0.6;
/// Grid points of the distribution of `q`.
const KEPT_STEPS: usize = 13;
/// The least noise of a window, as a share of pace: level, measured courses have it too.
const QUIETEST: f64 = 0.006;
/// The most noise of one window, as a share of the variance of the starts. At 0.5, all of the
/// variance would be noise of the two windows.
const MOST_NOISE: f64 = 0.42;
/// The estimate of the noise has this share of the degrees of freedom of a plain variance, as it is
/// robust.
const ROBUST_SHARE: f64 = 0.7;
/// A ratio of quarters further from the fit than this, in standard deviations, counts as this far.
const CUT: f64 = 1.5;
/// The mean square of standard normal numbers after that cut.
const CUT_SQUARE: f64 = 0.778_4;
/// A middle value below this is an answer below zero, whatever the interval.
const NEGATIVE: f64 = -0.3;
/// Answers that differ by less are the same.
const ROUNDING: f64 = 0.1;
/// At most this number of races are left out one by one: those that bear most on the slope.
const LEFT_OUT: usize = 24;

/// A middle value with its 95 % interval, seconds lost for each second gained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Interval {
    /// The median.
    pub middle: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// A race relative to the mean of its course.
#[derive(Debug, Clone, Copy)]
struct Apart {
    start: f64,
    slow_down: f64,
    late: f64,
    settled: f64,
}

/// Returns the interval that is reported. `courses` has the races of each course.
///
/// # Errors
///
/// Returns the reason for no estimate.
pub(super) fn reported(courses: &[Vec<RaceShape>]) -> Result<Interval, NoPayback> {
    let races = courses.iter().map(Vec::len).sum();
    let mut interval = interval(courses)?;
    let refuse_wide = |interval: &Interval| match *interval {
        Interval { low, high, .. } if high - low <= WIDEST => Ok(()),
        Interval { low, high, .. } => Err(NoPayback::TooUncertain { races, low, high }),
    };
    refuse_wide(&interval)?;
    let Interval { middle, low, high } = interval;
    if middle < NEGATIVE || high < 0.0 {
        return Err(NoPayback::FasterAfterFastStarts { races, low, high });
    }
    let student = StudentT::new(freedom(courses) - 1.0);
    for without in without_one(courses) {
        match interval_by(&without, &student) {
            Ok(other) => {
                let crosses = low > 0.0 && other.middle <= 0.0;
                if crosses || !(low - ROUNDING..=high + ROUNDING).contains(&other.middle) {
                    return Err(NoPayback::OneRaceDecides(races));
                }
                if low > 0.0 && other.low <= 0.0 {
                    interval.low = interval.low.min(other.low);
                }
            }
            Err(_) if low > 0.0 => return Err(NoPayback::OneRaceDecides(races)),
            // Fewer races may tell less; that is no other answer.
            Err(_) => {}
        }
    }
    refuse_wide(&interval)?;
    Ok(interval)
}

/// Returns the races without each of those that bear most on the slope.
fn without_one(courses: &[Vec<RaceShape>]) -> impl Iterator<Item = Vec<Vec<RaceShape>>> {
    let places =
        courses.iter().enumerate().flat_map(|(course, races)| (0..races.len()).map(move |at| (course, at)));
    let apart = apart(courses);
    let mut bearing: Vec<(f64, (usize, usize))> =
        places.zip(&apart).map(|(place, race)| ((race.start * race.slow_down).abs(), place)).collect();
    bearing.sort_by(|a, b| b.0.total_cmp(&a.0));
    bearing.truncate(LEFT_OUT);
    bearing.into_iter().map(move |(_, (course, at))| {
        let mut without = courses.to_vec();
        without[course].remove(at);
        without
    })
}

/// Subtracts the mean of each course, which leaves the differences between races of one course.
fn apart(courses: &[Vec<RaceShape>]) -> Vec<Apart> {
    let within = |races: &Vec<RaceShape>| -> Vec<Apart> {
        let mean = |value: fn(&RaceShape) -> f64| races.iter().map(value).sum::<f64>() / races.len() as f64;
        let (start, slow_down) = (mean(|race| race.start), mean(|race| race.slow_down));
        let (late, settled) = (mean(|race| race.late), mean(|race| race.settled));
        let apart = |race: &RaceShape| Apart {
            start: race.start - start,
            slow_down: race.slow_down - slow_down,
            late: race.late - late,
            settled: race.settled - settled,
        };
        races.iter().map(apart).collect()
    };
    courses.iter().flat_map(within).collect()
}

/// Returns the interval over all possible amounts of noise, however wide.
///
/// # Errors
///
/// Returns [`NoPayback::BeganAlike`] for equal starts or fewer than three degrees of freedom, and
/// [`NoPayback::StartsInNoise`] if too much of the difference between starts may be noise.
pub(super) fn interval(courses: &[Vec<RaceShape>]) -> Result<Interval, NoPayback> {
    interval_by(courses, &StudentT::new(freedom(courses)))
}

/// Returns the degrees of freedom of a slope. The means of each course cost one.
fn freedom(courses: &[Vec<RaceShape>]) -> f64 {
    courses.iter().map(Vec::len).sum::<usize>() as f64 - 1.0 - courses.len() as f64
}

/// Returns the [`interval`] by the distribution for its [`freedom`].
fn interval_by(courses: &[Vec<RaceShape>], student: &StudentT) -> Result<Interval, NoPayback> {
    let apart = apart(courses);
    let pairs = |value: fn(&Apart) -> f64| -> Vec<(f64, f64)> {
        apart.iter().map(|race| (race.start, value(race))).collect()
    };
    let (races, means) = (apart.len() as f64, courses.len() as f64);
    // The fits assume the degrees of freedom of one course.
    let freedom = freedom(courses);
    let widened = |fit: Fit| Fit { error: ((races - 2.0) / freedom).sqrt() * fit.error, ..fit };
    let slope = huber(&pairs(|race| race.slow_down)).filter(|_| freedom >= 3.0).map(widened);
    let slope = slope.ok_or(NoPayback::BeganAlike)?;
    let settled = least_squares(&pairs(|race| race.settled)).map(widened).ok_or(NoPayback::BeganAlike)?;
    let starts = apart.iter().map(|race| race.start * race.start).sum::<f64>() / (races - means);
    let noise = noise(&apart, races - means - 2.0) / starts;
    let noise_freedom = (ROBUST_SHARE * (races - means - 2.0)).max(1.0);
    let most = f_97_5(races - means, noise_freedom).map(|ratio| ratio * noise);
    let most = most.filter(|most| *most <= MOST_NOISE).ok_or(NoPayback::StartsInNoise(apart.len()))?;
    let least = f_97_5(noise_freedom, races - means).map_or(0.0, |ratio| noise / ratio);
    let with_noise = |share: f64| Possible::new(slope, settled, share, student);
    let (least, most) = (with_noise(least), with_noise(most));
    Ok(Interval {
        middle: with_noise(noise).quantile(0.5),
        low: least.quantile(0.025).min(most.quantile(0.025)),
        high: least.quantile(0.975).max(most.quantile(0.975)),
    })
}

/// Returns the variance of a window's noise: half that of the last quarter against the third, after
/// a robust fit on the start and the slow-down.
fn noise(apart: &[Apart], freedom: f64) -> f64 {
    let mut weights = vec![1.0; apart.len()];
    let mut rest: Vec<f64> = apart.iter().map(|race| race.late).collect();
    let scale = |rest: &[f64]| median(rest.iter().map(|r| r.abs())).unwrap_or_default() / MAD_OF_SD;
    for _ in 0..8 {
        let product = |one: fn(&Apart) -> f64, other: fn(&Apart) -> f64| -> f64 {
            apart.iter().zip(&weights).map(|(race, weight)| weight * one(race) * other(race)).sum()
        };
        let start: fn(&Apart) -> f64 = |race| race.start;
        let slow_down: fn(&Apart) -> f64 = |race| race.slow_down;
        let late: fn(&Apart) -> f64 = |race| race.late;
        let (ss, sy, yy) = (product(start, start), product(start, slow_down), product(slow_down, slow_down));
        let (sl, yl) = (product(start, late), product(slow_down, late));
        let determinant = ss * yy - sy * sy;
        // Where start and slow-down go together, the start alone says as much.
        let (by_start, by_slow_down) = if determinant > 1e-3 * ss * yy {
            ((sl * yy - yl * sy) / determinant, (yl * ss - sl * sy) / determinant)
        } else {
            (sl / ss.max(1e-12), 0.0)
        };
        rest = apart
            .iter()
            .map(|race| race.late - by_start * race.start - by_slow_down * race.slow_down)
            .collect();
        let middle = median(rest.iter().copied()).unwrap_or_default();
        for r in &mut rest {
            *r -= middle;
        }
        let limit = CUT * scale(&rest);
        weights = rest.iter().map(|r| (limit / r.abs().max(1e-12)).min(1.0)).collect();
    }
    let limit = CUT * scale(&rest);
    let squares: f64 = rest.iter().map(|r| r.abs().min(limit)).map(|r| r * r).sum();
    (squares / CUT_SQUARE / freedom.max(1.0) / 2.0).max(QUIETEST * QUIETEST)
}

/// The possible values of `β` for one share of noise.
struct Possible<'a> {
    slope: Fit,
    noise: f64,
    /// Values of `q` with their weights, which sum to 1.
    kept: Vec<(f64, f64)>,
    student: &'a StudentT,
}

impl<'a> Possible<'a> {
    fn new(slope: Fit, settled: Fit, noise: f64, student: &'a StudentT) -> Self {
        let weight = |q: f64| {
            let seen = noise - q * (1.0 - 2.0 * noise);
            student.log_density((seen - settled.slope) / settled.error.max(1e-9))
        };
        let steps = (0..KEPT_STEPS).map(|step| MOST_KEPT * step as f64 / (KEPT_STEPS - 1) as f64);
        let mut kept: Vec<(f64, f64)> = steps.map(|q| (q, weight(q))).collect();
        // Of thousands of races, each weight alone is too small for a number.
        let most = kept.iter().fold(f64::NEG_INFINITY, |most, (_, weight)| most.max(*weight));
        for (_, weight) in &mut kept {
            *weight = libm::exp(*weight - most);
        }
        let total: f64 = kept.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in &mut kept {
            *weight /= total;
        }
        Self { slope, noise, kept, student }
    }

    /// Returns the probability of a payback below a value.
    fn below(&self, payback: f64) -> f64 {
        let at = |(q, weight): &(f64, f64)| {
            let slope = payback * (W + q) + q;
            let seen = slope * (1.0 - 2.0 * self.noise) - self.noise;
            weight * self.student.below((seen - self.slope.slope) / self.slope.error.max(1e-9))
        };
        self.kept.iter().map(at).sum()
    }

    /// Returns the value below which the payback is with a probability.
    fn quantile(&self, share: f64) -> f64 {
        // Beyond these, an interval is far too wide to be reported.
        let (mut low, mut high) = (-40.0, 40.0);
        for _ in 0..24 {
            let middle = f64::midpoint(low, high);
            if self.below(middle) < share { low = middle } else { high = middle }
        }
        f64::midpoint(low, high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes races of one payback, each 1 % faster in the start than the one before, without noise.
    fn races(count: u32, payback: f64) -> Vec<RaceShape> {
        let race = |race: u32| {
            let start = 0.01 * f64::from(race);
            // Day by day the second half and the quarters differ a little, and the form.
            let odd = f64::from(race % 2) - 0.5;
            let slow_down = libm::log(1.0 + payback * W * start) + 0.001 * (f64::from(race * 7 % 5) - 2.0);
            RaceShape { start, slow_down, late: 0.002 * odd, settled: 2e-4 * odd, first_half: 0.0 }
        };
        (0..count).map(race).collect()
    }

    #[test]
    fn with_little_noise_the_estimate_is_the_truth() {
        let Interval { middle, low, high } = reported(&[races(16, 1.5)]).expect("an estimate");
        assert!((middle - 1.5).abs() < 0.25 && low <= 1.5 && high >= 1.5, "{middle} {low} {high}");
        assert!(high - low < 0.8, "{low} {high}");
    }

    #[test]
    fn equal_starts_give_no_estimate() {
        let alike = RaceShape { start: 0.02, slow_down: 0.05, late: 0.0, settled: 0.0, first_half: 0.0 };
        assert_eq!(reported(&[vec![alike; 10]]), Err(NoPayback::BeganAlike));
    }

    #[test]
    fn an_answer_below_zero_is_refused() {
        let refused = reported(&[races(16, -1.2)]);
        assert!(
            matches!(refused, Err(NoPayback::FasterAfterFastStarts { races: 16, high, .. }) if high < 0.0),
            "{refused:?}"
        );
    }

    #[test]
    fn starts_that_noise_explains_are_refused() {
        let mut noisy = races(16, 1.0);
        for (number, race) in noisy.iter_mut().enumerate() {
            race.start = 0.01 * f64::from((number * 7 % 5) as u32);
            race.late = 0.02 * f64::from((number * 3 % 4) as u32);
        }
        assert_eq!(reported(&[noisy]), Err(NoPayback::StartsInNoise(16)));
    }

    #[test]
    fn one_race_that_decides_the_answer_is_refused() {
        let mut races: Vec<RaceShape> = races(12, 0.0);
        for (number, race) in races.iter_mut().enumerate() {
            race.start = 0.02 + 0.001 * f64::from((number % 3) as u32);
            race.slow_down = 0.002 * f64::from((number * 5 % 7) as u32);
        }
        races[4].start = 0.14;
        races[4].slow_down = 0.20;
        assert_eq!(reported(&[races]), Err(NoPayback::OneRaceDecides(12)));
    }

    #[test]
    fn thousands_of_races_take_no_time_by_their_square() {
        let many: Vec<RaceShape> =
            (0..20_000_u32).map(|race| self::races(20, 1.0)[(race % 20) as usize]).collect();
        assert_eq!(without_one(std::slice::from_ref(&many)).count(), LEFT_OUT);
        let Interval { middle, .. } = reported(&[many]).expect("an estimate");
        assert!((middle - 1.0).abs() < 0.05, "{middle}");
    }
}
