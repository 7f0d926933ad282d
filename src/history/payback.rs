//! The runner's own payback: seconds lost in the second half for each second gained in the first.
//!
//! Gain and loss are held against an even run of the same fitness, which nobody knows: a fitness that is read too slow
//! makes every gain too large and every loss too small by the same seconds, so that a plain slope of loss on gain tends to
//! −1 whatever is true. So the fitness is kept out wherever it can be:
//!
//! * The start excess `s` (start window against rest window) and the slow-down `y` (second half against rest window) are
//!   ratios within one race: fitness, and whatever made the whole day slow, cancel.
//! * A runner who starts `s` too fast and then settles at the pace of the fitness gains `W·s` of the first half, `W` being
//!   the start window's share of it, and a payback `β` shows as a slope of `β·W` of `y` on `s`.
//! * Who is still too fast in the rest window, by `q·s`, gains `(W + q)·s`, and `y` rises by `q·s` for that alone:
//!   the slope of `y` on `s` is `δ = β·(W + q) + q`. So `β = (δ − q) / (W + q)`.
//!
//! `δ` is Huber's fit, which a few days of heat move little. `q` is minus the slope of the rest-window pace, over the pace
//! of the fitness, on `s`; this is the one place where the fitness enters, from *other* races only, and its error, like a
//! day's, is no part of `s`, so that it blurs `q` and does not bias it. As single races tell it badly, `q` is also held within
//! 0 (settled at once) and 0.6 (a good third of the overspeed still there): an assumption, and told. The interval is that
//! of `β` over the joint distribution of `δ` (Student's t) and `q` (Student's t within those bounds).
//!
//! A 10 km is begun faster than a marathon and fades less whatever anybody does, so races are held against the usual one of their
//! own course only.
//!
//! What it cannot tell apart: a race that begins to go wrong within the first half slows the rest window, which looks like
//! a fast start; hills where altitude is not trusted; heat that comes with fast starts.

use std::collections::BTreeMap;

use super::Run;
use super::fitness::RIEGEL;
use crate::measure::{Basis, Course, START_SHARE, Stretch};
use crate::statistics::{Fit, huber, least_squares, median, t_density, t_quantiles};
use crate::units::DAY_S;

/// So many races are needed.
const ENOUGH_RACES: usize = 8;
/// So many of them over one course.
const ENOUGH_ON_COURSE: usize = 3;
/// Wider than this an interval says nothing, seconds a second.
const WIDEST: f64 = 6.0;
/// Races shorter than this are not looked at: fast starts suit them.
const FROM_M: f64 = 10_000.0;
/// The start window's share of the first half.
const W: f64 = START_SHARE / 0.5;
/// The most of the start's overspeed that the rest window keeps, against the start excess.
const MOST_KEPT: f64 = 0.6;
/// Steps of the two distributions.
const KEPT_STEPS: usize = 31;
const SLOPE_STEPS: usize = 99;
/// Other races tell the fitness of a day the better the nearer they are: the standard deviation of their weights, days.
const NEAR_DAYS: f64 = 365.0;

/// The payback.
#[derive(Debug, Clone, PartialEq)]
pub struct Payback {
    /// Seconds lost for each gained: the median of what is possible.
    pub lost_for_gained: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// The races.
    pub races: usize,
    /// Their courses, by length.
    pub courses: Vec<Course>,
    /// Each race beside the usual one of its course, by course and date.
    pub points: Vec<PaybackPoint>,
}

/// A race as it stands among those of its own course.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PaybackPoint {
    /// The race's place in the batch.
    pub entry: usize,
    /// By how much its start was faster against its rest window than the course's median, percentage points.
    pub start_pct: f64,
    /// By how much its second half was slower against its rest window than the course's median, percentage points.
    pub slow_down_pct: f64,
}

/// One race as the estimator sees it, all relative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RaceShape {
    /// Start excess.
    pub start: f64,
    /// Logarithm of second-half pace over rest-window pace.
    pub slow_down: f64,
    /// Logarithm of rest-window pace over the even pace that other races foretell.
    pub settled: f64,
}

/// The payback over the runner's races, or why it is not told.
pub(super) fn over(runs: &[Run]) -> Result<Payback, String> {
    let whole: Vec<&Run> = runs
        .iter()
        .filter(|run| run.is_race() && run.view.distance_m >= FROM_M && !run.measured.cut_short)
        .filter(|run| run.identity.start_s.is_some())
        .collect();
    // Races are held against others of their own course; what is alone on its course has nothing to tell.
    let mut courses: BTreeMap<Course, Vec<&Run>> = BTreeMap::new();
    for run in &whole {
        if let Some(course) = run.view.course {
            courses.entry(course).or_default().push(run);
        }
    }
    courses.retain(|_, races| races.len() >= ENOUGH_ON_COURSE);
    let races: usize = courses.values().map(Vec::len).sum();
    if races < ENOUGH_RACES {
        let races = if races == 0 { "no".to_owned() } else { races.to_string() };
        return Err(format!(
            "{races} races over courses of 10 km or more that were raced at least {ENOUGH_ON_COURSE} times; \
             {ENOUGH_RACES} are needed"
        ));
    }
    let shapes: Vec<Vec<RaceShape>> =
        courses.values().map(|races| races.iter().map(|race| shape(race, &whole)).collect()).collect();
    let (lost_for_gained, low, high) = estimate(&shapes).ok_or("all races began alike")?;
    if high - low > WIDEST {
        return Err(format!(
            "{races} races tell too little: anything from {low:.1} to {high:.1} is possible"
        ));
    }
    let points = courses.values().zip(&shapes).flat_map(|(races, shapes)| points(races, shapes)).collect();
    Ok(Payback { lost_for_gained, low, high, races, courses: courses.into_keys().collect(), points })
}

/// The races of one course beside its median.
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

/// The logarithm of the even pace that the other races foretell, the nearer the weightier.
fn fitness(race: &Run, races: &[&Run]) -> f64 {
    let days = |run: &Run| run.identity.start_s.unwrap_or_default() / DAY_S;
    let (mut sum, mut total) = (0.0, 0.0);
    for other in races.iter().filter(|other| other.entry != race.entry) {
        let apart = (days(other) - days(race)) / NEAR_DAYS;
        // Never nothing: the only other races may lie ten years back.
        let weight = libm::exp(-0.5 * apart * apart) + 1e-9;
        // By the whole race: a first half that was too fast is no fitness.
        let view = other.view;
        sum += weight * (libm::log(view.total.elapsed_s) - RIEGEL * libm::log(view.distance_m));
        total += weight;
    }
    sum / total + (RIEGEL - 1.0) * libm::log(race.view.distance_m)
}

/// Median and 95 % interval of seconds lost for each gained, from the races of each course; `None` for fewer than four races
/// or all of one start.
pub(super) fn estimate(courses: &[Vec<RaceShape>]) -> Option<(f64, f64, f64)> {
    // Each course has its own usual start, slow-down and pace: races differ within it.
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
    // The lines' own freedom is that of one course; each further course's means cost one more.
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

    /// A runner whose races start 3 % too fast, give or take 4.5, who by habit keeps some of that, up to two fifths, in the
    /// rest window, and pays `payback` back; a day's form of 3 %, a fitness known to 2 %, heat in the second half on a
    /// day in five. From ten races on every third is a marathon, started 3 % calmer, which fades 5 % of itself.
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
                let (mut covered, mut told) = (0.0, 0.0);
                let mut wide = Vec::new();
                for _ in 0..RUNNERS {
                    let (_, low, high) = estimate(&races(&mut chance, count, truth)).expect("an estimate");
                    if high - low <= WIDEST {
                        told += 1.0;
                        covered += f64::from(u8::from((low..=high).contains(&truth)));
                        wide.push(high - low);
                    }
                }
                let width = crate::statistics::median(wide.iter().copied()).expect("widths");
                let (refused, cover) = (1.0 - told / RUNNERS as f64, covered / told);
                println!(
                    "truth {truth}, {count} races: covered {cover:.3}, median width {width:.2}, refused {refused:.3}"
                );
                // 250 runners tell a coverage of 95 % to within 2.8 points.
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
    fn without_noise_the_truth_comes_back() {
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
    fn races_that_began_alike_tell_nothing() {
        let alike = vec![RaceShape { start: 0.02, slow_down: 0.05, settled: 0.0 }; 10];
        assert_eq!(estimate(&[alike]), None);
    }
}
