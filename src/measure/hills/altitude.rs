//! Altitude on a grid of distance, in metres: interpolated, cleaned of steps, smoothed, and its
//! noise estimated.
//!
//! [`grade`](super::grade) decides whether the noise is small enough.

use std::borrow::Cow;

use crate::activity::Samples;
use crate::measure::line::Timeline;
use crate::measure::search::first_from;
use crate::measure::time::clock::Clock;
use crate::statistics::upper_median;

/// The distance between two marks of the grid: some six seconds of running, finer than any
/// smoothing.
pub(in crate::measure) const STEP_M: f64 = 20.0;
/// The longest gap between readings that is interpolated.
pub(in crate::measure) const GAP_M: f64 = 200.0;
/// A steeper grade is not ground but a barometer's correction. The costs of grades end here too.
pub(in crate::measure) const STEEPEST: f64 = 0.45;
/// To estimate noise, the altitude is smoothed over this distance to either side. Receivers filter
/// their altitude, so its errors are as smooth as hills and differ only in length: most end within
/// some hundred metres. A rolling road looks noisy by this estimate, and then grade is not applied.
/// An error that lasts for kilometres looks like a hill; only the drift between two passes of one
/// place shows it.
const NOISE_M: f64 = 1_000.0;
/// The share of such an error's standard deviation (filtered, memory of 40 s) that remains against
/// a line through 2 km: the mean of 150 made-up runs.
const NOISE_SEEN: f64 = 0.83;
/// The altitude's bends are taken between three marks this far apart.
const BEND_M: f64 = 100.0;
/// The share of an error's standard deviation that shows in these bends if it lasts a minute and a
/// half, the longest that is expected: the mean of 25 made-up runs. Shorter errors bend more.
const BEND_SEEN: f64 = 0.124;
/// The standard deviation of a normal distribution over its median absolute deviation.
pub(in crate::measure) const NORMAL: f64 = 1.4826;

/// Altitude at marks every [`STEP_M`] from the start.
pub(in crate::measure) struct AltitudeGrid {
    /// The altitude at each mark, metres.
    altitude_m: Vec<f64>,
    /// The reading at each mark or the first after it; after the end, the last one. In a run,
    /// readings are numbered by the knots of the line.
    pub(in crate::measure) next_to: Vec<usize>,
    /// The share of the distance that has altitude, 0–1.
    pub(in crate::measure) covered: f64,
    /// Whether all altitudes are equal.
    pub(in crate::measure) level: bool,
    /// The number of steps that were removed because no ground is so steep.
    pub(in crate::measure) steps: usize,
}

impl AltitudeGrid {
    /// Interpolates the altitudes of a run at `cells + 1` marks; `None` without any.
    pub(in crate::measure) fn of_run(
        samples: &Samples,
        clock: &Clock,
        line: &Timeline,
        cells: usize,
    ) -> Option<Self> {
        let recorded_m = clock.column(&samples.altitude_m);
        if recorded_m.is_empty() {
            return None;
        }
        let knots = &line.knots;
        let mut readings = AltitudeReadings {
            distance_m: Cow::from(&knots.distance_m[..]),
            altitude_m: knots.channel(&recorded_m),
        };
        // Counting all is faster than stopping at the first.
        if readings.altitude_m.iter().filter(|altitude_m| altitude_m.is_nan()).count() == 0 {
            return Self::from_readings(readings, line.length_m(), cells);
        }
        let known = (0..knots.len()).filter(|at| !readings.altitude_m[*at].is_nan()).collect::<Vec<_>>();
        readings.distance_m = known.iter().map(|at| knots.distance_m[*at]).collect();
        readings.altitude_m = known.iter().map(|at| readings.altitude_m[*at]).collect();
        let mut grid = Self::from_readings(readings, line.length_m(), cells)?;
        for at in &mut grid.next_to {
            *at = known[*at];
        }
        Some(grid)
    }

    /// Interpolates readings at `cells + 1` marks; `None` without any.
    pub(in crate::measure) fn from_readings(
        mut readings: AltitudeReadings,
        length_m: f64,
        cells: usize,
    ) -> Option<Self> {
        let distance_m = &readings.distance_m[..];
        let last = distance_m.len().checked_sub(1)?;
        let covered = (distance_m[last] - distance_m[0] - holes_m(distance_m)) / length_m;
        let level = readings.altitude_m.iter().all(|altitude_m| *altitude_m == readings.altitude_m[0]);
        let steps = take_out_steps(distance_m, &mut readings.altitude_m);
        let recorded_m = &readings.altitude_m[..];
        let mut altitude_m = Vec::with_capacity(cells + 1);
        let mut next_to = Vec::with_capacity(cells + 1);
        let (mut next, mut stride) = (0, 0);
        for cell in 0..=cells {
            let mark_m = cell as f64 * STEP_M;
            let before = next;
            next = first_from(distance_m, next, stride, |metres| metres < mark_m);
            stride = next - before;
            let to = next.min(last);
            let from = next.checked_sub(1).unwrap_or(to);
            let step_m = distance_m[to] - distance_m[from];
            let share = if step_m > 0.0 { (mark_m - distance_m[from]) / step_m } else { 0.0 };
            altitude_m.push(recorded_m[from] + (recorded_m[to] - recorded_m[from]) * share.min(1.0));
            next_to.push(to);
        }
        Some(Self { altitude_m, next_to, covered, level, steps })
    }

    /// Returns the smoothed altitude: at each mark, the line of least squares through the marks
    /// within reach.
    pub(in crate::measure) fn smooth(&self, reach_m: f64) -> Vec<f64> {
        // The sum of a window is the difference of two sums from the start. Altitudes are taken
        // over the first one, so that the sums are small.
        let base_m = self.altitude_m[0];
        let mut sum_m = 0.0;
        let mut sums_m = Vec::with_capacity(self.altitude_m.len() + 1);
        sums_m.push(sum_m);
        sums_m.extend(self.altitude_m.iter().map(|altitude_m| {
            sum_m += altitude_m - base_m;
            sum_m
        }));
        let reach = (reach_m / STEP_M) as usize;
        let marks = self.altitude_m.len();
        let last = marks - 1;
        let line_at = |at: usize| {
            let (from, to) = (at.saturating_sub(reach), (at + reach).min(last));
            let mean = base_m + (sums_m[to + 1] - sums_m[from]) / (to + 1 - from) as f64;
            // In the middle of its window, the line passes through the mean, whatever its slope.
            let off_middle = at as f64 - 0.5 * (from + to) as f64;
            if off_middle == 0.0 {
                mean
            } else {
                mean + slope(&self.altitude_m[from..=to], mean) * off_middle
            }
        };
        // Away from the ends, the window is complete and the mark is its middle.
        // PERF(smoothing): 378 → 365 instructions a sample of FIT, whole program
        // (benches/whole.sh); the plain form, line_at for every mark, is smooth_singly() in tests.
        let from = reach.min(marks);
        let to = marks.saturating_sub(reach).max(from);
        let window = 2 * reach + 1;
        let mut smooth_m = Vec::with_capacity(marks);
        smooth_m.extend((0..from).map(line_at));
        let sums_m = sums_m[..to - from].iter().zip(sums_m.iter().skip(window));
        smooth_m.extend(sums_m.map(|(before_m, to_m)| base_m + (to_m - before_m) / window as f64));
        smooth_m.extend((to..marks).map(line_at));
        smooth_m
    }

    /// Returns the standard deviation of the altitude around its smooth course over 2 km, in
    /// metres. It is estimated by the median deviation, so that a single hill has no effect.
    pub(in crate::measure) fn scatter_m(&self) -> f64 {
        let smooth = self.smooth(NOISE_M);
        let off = self.altitude_m.iter().zip(smooth).map(|(raw, smooth)| (raw - smooth).abs());
        NORMAL * upper_median(off.collect()) / NOISE_SEEN
    }

    /// Returns the largest standard deviation of an error, metres, that the altitude's bends over
    /// [`BEND_M`] allow. It is infinite if the altitude is too short for any bend.
    ///
    /// Long hills scatter as far as any error but bend less. So a fine altimeter is recognised
    /// among them.
    pub(in crate::measure) fn limit_m(&self) -> f64 {
        let apart = (BEND_M / STEP_M) as usize;
        let bends = self.altitude_m.windows(2 * apart + 1);
        let bends = bends.map(|marks| (marks[0] - 2.0 * marks[apart] + marks[2 * apart]).abs());
        let bends: Vec<f64> = bends.collect();
        if bends.is_empty() {
            return f64::INFINITY;
        }
        // A bend is a sum of three errors, with the weights 1, −2 and 1.
        NORMAL * upper_median(bends) / 6.0_f64.sqrt() / BEND_SEEN
    }
}

/// Readings of altitude along a run or course, in columns.
#[derive(Debug)]
pub(in crate::measure) struct AltitudeReadings<'a> {
    /// Metres from the start, never falling.
    pub(in crate::measure) distance_m: Cow<'a, [f64]>,
    /// Metres above sea level.
    pub(in crate::measure) altitude_m: Cow<'a, [f64]>,
}

/// Returns the slope of the line of least squares through a window, in metres for each step of the
/// grid.
fn slope(window: &[f64], mean: f64) -> f64 {
    let marks = window.len() as f64;
    let mut lean = 0.0;
    // Steps from the middle of the window; the sum of their squares is `marks · (marks² − 1) / 12`.
    let mut x = -0.5 * (marks - 1.0);
    for altitude in window {
        lean += x * (altitude - mean);
        x += 1.0;
    }
    lean / (marks * (marks * marks - 1.0) / 12.0)
}

/// Returns the metres in gaps between readings that are too long to be interpolated.
fn holes_m(distance_m: &[f64]) -> f64 {
    /// The number of gaps in a block.
    const BLOCK: usize = 32;
    // PERF(gaps in blocks): 375 → 365 instructions a sample of FIT, whole program
    // (benches/whole.sh); the plain form, every gap by itself, is holes_singly_m() in tests.
    let mut holes_m = 0.0;
    for from in (0..distance_m.len()).step_by(BLOCK) {
        let block = &distance_m[from..(from + BLOCK + 1).min(distance_m.len())];
        if block[block.len() - 1] - block[0] > GAP_M {
            let gaps_m = block.windows(2).map(|pair| pair[1] - pair[0]);
            holes_m += gaps_m.filter(|gap_m| *gap_m > GAP_M).sum::<f64>();
        }
    }
    holes_m
}

/// Removes steps that are too steep for any ground. A barometer that is corrected during the run
/// shifts all altitudes that follow. Returns the number of steps.
fn take_out_steps(distance_m: &[f64], altitude_m: &mut Cow<[f64]>) -> usize {
    /// The number of readings in a block.
    const BLOCK: usize = 64;
    /// The number of readings before a block that are compared with it. One cell seldom has more.
    const BEFORE: usize = 16;
    let (mut settled_m, mut steps, mut stepping) = (0.0, 0, false);
    for from in (1..altitude_m.len()).step_by(BLOCK) {
        let to = (from + BLOCK).min(altitude_m.len());
        // If the readings of the block and of the cell before differ by less than the least step,
        // none is one.
        // PERF(steps in blocks): 404 → 365 instructions a sample of FIT, whole program
        // (benches/whole.sh); the plain form, every reading by itself, is take_out_singly() in
        // tests.
        let before = from.saturating_sub(BEFORE);
        let reaches_a_cell_back = before == 0 || distance_m[from] - distance_m[before] >= STEP_M;
        if settled_m == 0.0 && reaches_a_cell_back && spread(&altitude_m[before..to]) <= STEEPEST * STEP_M {
            stepping = false;
            continue;
        }
        // The last reading at least a cell back, or the first one.
        let mut back = distance_m[..from]
            .partition_point(|back_m| distance_m[from] - back_m >= STEP_M)
            .saturating_sub(1);
        for at in from..to {
            while distance_m[at] - distance_m[back + 1] >= STEP_M {
                back += 1;
            }
            let away_m = f64::max(distance_m[at] - distance_m[back], STEP_M);
            let here_m = altitude_m[at] - settled_m;
            let too_steep = (here_m - altitude_m[back]).abs() > STEEPEST * away_m;
            if too_steep {
                settled_m += here_m - altitude_m[at - 1];
                steps += usize::from(!stepping);
            }
            stepping = too_steep;
            if settled_m != 0.0 {
                altitude_m.to_mut()[at] -= settled_m;
            }
        }
    }
    steps
}

/// Returns the difference between the highest and the lowest of some values.
fn spread(values: &[f64]) -> f64 {
    /// The number of values that are compared at once.
    const LANES: usize = 8;
    // A comparison is a single instruction, which `f64::min` is not.
    let lower = |low: f64, value: f64| if value < low { value } else { low };
    let higher = |high: f64, value: f64| if value > high { value } else { high };
    let (mut low, mut high) = ([values[0]; LANES], [values[0]; LANES]);
    let (lanes, rest) = values.as_chunks::<LANES>();
    for lanes in lanes {
        for (lane, value) in lanes.iter().enumerate() {
            (low[lane], high[lane]) = (lower(low[lane], *value), higher(high[lane], *value));
        }
    }
    let low = low.into_iter().chain(rest.iter().copied()).fold(values[0], lower);
    let high = high.into_iter().chain(rest.iter().copied()).fold(values[0], higher);
    high - low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// As [`AltitudeGrid::smooth`], with a line of least squares for every mark.
    fn smooth_singly(altitude_m: &[f64], reach: usize) -> Vec<f64> {
        let line_at = |at: usize| {
            let (from, to) = (at.saturating_sub(reach), (at + reach).min(altitude_m.len() - 1));
            let window = &altitude_m[from..=to];
            let mean = window.iter().sum::<f64>() / window.len() as f64;
            let lean = if window.len() > 1 { slope(window, mean) } else { 0.0 };
            mean + lean * (at as f64 - 0.5 * (from + to) as f64)
        };
        (0..altitude_m.len()).map(line_at).collect()
    }

    /// As [`holes_m`], gap by gap.
    fn holes_singly_m(distance_m: &[f64]) -> f64 {
        distance_m.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap_m| *gap_m > GAP_M).sum()
    }

    /// As [`take_out_steps`], reading by reading.
    fn take_out_singly(distance_m: &[f64], altitude_m: &mut [f64]) -> usize {
        let (mut settled_m, mut steps, mut stepping) = (0.0, 0, false);
        for at in 1..altitude_m.len() {
            let is_a_cell_back = |from: &usize| distance_m[at] - distance_m[*from] >= STEP_M;
            let back = (0..at).rev().find(is_a_cell_back).unwrap_or(0);
            let away_m = f64::max(distance_m[at] - distance_m[back], STEP_M);
            let here_m = altitude_m[at] - settled_m;
            let too_steep = (here_m - altitude_m[back]).abs() > STEEPEST * away_m;
            if too_steep {
                settled_m += here_m - altitude_m[at - 1];
                steps += usize::from(!stepping);
            }
            stepping = too_steep;
            altitude_m[at] -= settled_m;
        }
        steps
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn blocks_agree_with_single_readings(
            // Mostly running, with a few gaps and a few corrections of the barometer.
            readings in prop::collection::vec(
                (prop_oneof![30 => 0.0..8.0_f64, 1 => 150.0..400.0], prop_oneof![60 => -1.0..1.0_f64, 1 => -40.0..40.0]),
                1..400,
            ),
            reach in 1..60_usize,
        ) {
            let (mut at_m, mut here_m) = (0.0, 500.0);
            let (mut distance_m, mut altitude_m) = (Vec::new(), Vec::new());
            for (step_m, climb_m) in readings {
                (at_m, here_m) = (at_m + step_m, here_m + climb_m);
                distance_m.push(at_m);
                altitude_m.push(here_m);
            }
            prop_assert!((holes_m(&distance_m) - holes_singly_m(&distance_m)).abs() < 1e-9);
            let (mut blocks_m, mut single_m) = (Cow::from(&altitude_m), altitude_m.clone());
            let steps = take_out_steps(&distance_m, &mut blocks_m);
            prop_assert_eq!(steps, take_out_singly(&distance_m, &mut single_m));
            prop_assert_eq!(&blocks_m[..], &single_m[..]);
            let grid =
                AltitudeGrid { altitude_m, next_to: Vec::new(), covered: 1.0, level: false, steps: 0 };
            let smooth_m = grid.smooth(reach as f64 * STEP_M);
            for (smooth_m, single_m) in smooth_m.iter().zip(smooth_singly(&grid.altitude_m, reach)) {
                prop_assert!((smooth_m - single_m).abs() < 1e-9, "{} {}", smooth_m, single_m);
            }
        }
    }

    #[test]
    fn a_fine_altimeter_is_recognised_among_long_hills() {
        let grid = |altitude_m: fn(f64) -> f64| AltitudeGrid {
            altitude_m: (0..500).map(|mark| altitude_m(STEP_M * f64::from(mark))).collect(),
            next_to: Vec::new(),
            covered: 1.0,
            level: false,
            steps: 0,
        };
        // Hills of 50 m every 3 km, read without an error: they scatter as far as 10 m.
        let hills = grid(|m| 25.0 * libm::sin(m / 477.5));
        assert!(hills.scatter_m() > 9.0, "{}", hills.scatter_m());
        assert!(hills.limit_m() < 4.0, "{}", hills.limit_m());
        // An error that comes and goes every two minutes bends the altitude.
        let error = grid(|m| 5.0 * libm::sin(m / 60.0));
        assert!(error.limit_m() > 6.0, "{}", error.limit_m());
    }

    #[test]
    fn a_step_is_removed_and_a_slope_is_not() {
        let distance_m: Vec<f64> = (0..300).map(|sample| 3.0 * f64::from(sample)).collect();
        let readings =
            |altitude_m: fn(&f64) -> f64| -> Cow<[f64]> { distance_m.iter().map(altitude_m).collect() };
        let mut stepped = readings(|m| 0.1 * m + if *m > 400.0 { 45.0 } else { 0.0 });
        assert_eq!(take_out_steps(&distance_m, &mut stepped), 1);
        assert!((stepped[299] - 89.4).abs() < 0.01, "{}", stepped[299]);
        for place in 1..300 {
            let corrected = |reading: usize| if reading < place { 0.0 } else { 30.0 };
            let mut stepped: Cow<[f64]> = (0..300).map(corrected).collect();
            assert_eq!(take_out_steps(&distance_m, &mut stepped), 1, "at reading {place}");
            assert_eq!(stepped[299], 0.0, "at reading {place}");
        }
        let mut steep = readings(|m| 0.4 * m);
        assert_eq!(take_out_steps(&distance_m, &mut steep), 0);
        assert_eq!(steep[299], 0.4 * 897.0);
    }
}
