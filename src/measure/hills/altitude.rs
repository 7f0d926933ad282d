//! Altitude on a grid of distance: what of it is ground, and how far it can be believed.

use std::borrow::Cow;

use crate::activity::Samples;
use crate::measure::line::Timeline;
use crate::measure::time::clock::Clock;
use crate::statistics::upper_median;

/// The grid's step: some six seconds of running, finer than any smoothing that altitude bears.
pub(in crate::measure) const STEP_M: f64 = 20.0;
/// Altitude may be missing over gaps of this length.
pub(in crate::measure) const GAP_M: f64 = 200.0;
/// Steeper than this is no ground but a barometer being set right; it is also where Minetti's measurements end.
pub(in crate::measure) const STEEPEST: f64 = 0.45;
/// Half of the stretch that noise is told from hills over. Receivers filter their altitude, so its errors are as
/// smooth as hills are and only their length tells them apart: most forget themselves within some hundred metres. A
/// rolling road looks noisy by this measure, which errs on the side of leaving grade alone; an error that lasts for
/// kilometres looks like a hill, and only passing a place twice uncovers it.
const NOISE_M: f64 = 1_000.0;
/// The share of such an error's standard deviation (filtered, memory of 40 s) that shows against a line through
/// 2 km: the mean of 150 made-up runs.
const NOISE_SEEN: f64 = 0.83;
/// The median deviation of a normal distribution times this is its standard deviation.
pub(in crate::measure) const NORMAL: f64 = 1.4826;

/// Altitude on the grid.
pub(in crate::measure) struct Ground {
    /// Altitude at each mark, metres.
    altitude_m: Vec<f64>,
    /// The first reading at each mark or behind it, the last one behind the end; of a run, the knot that it is.
    pub(in crate::measure) next_to: Vec<usize>,
    /// The share of the distance that has altitude within reach.
    pub(in crate::measure) covered: f64,
    /// Whether it is the same everywhere.
    pub(in crate::measure) level: bool,
    /// Steps too steep for any ground that were taken out.
    pub(in crate::measure) steps: usize,
}

impl Ground {
    /// Lays the altitudes of a run on `cells + 1` marks; `None` without any.
    pub(in crate::measure) fn under(
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
        let mut readings =
            Readings { distance_m: Cow::from(&knots.distance_m[..]), altitude_m: knots.channel(&recorded_m) };
        if readings.altitude_m.iter().filter(|altitude_m| altitude_m.is_nan()).count() == 0 {
            return Self::over(readings, line.length_m(), cells);
        }
        let known = (0..knots.len()).filter(|at| !readings.altitude_m[*at].is_nan()).collect::<Vec<_>>();
        readings.distance_m = known.iter().map(|at| knots.distance_m[*at]).collect();
        readings.altitude_m = known.iter().map(|at| readings.altitude_m[*at]).collect();
        let mut ground = Self::over(readings, line.length_m(), cells)?;
        for at in &mut ground.next_to {
            *at = known[*at];
        }
        Some(ground)
    }

    /// Lays readings by distance on `cells + 1` marks; `None` without any.
    pub(in crate::measure) fn over(mut readings: Readings, length_m: f64, cells: usize) -> Option<Self> {
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
            next = first_from(distance_m, mark_m, next, stride);
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

    /// The altitude smoothed: at each mark, the line of least squares through the marks within reach.
    pub(in crate::measure) fn smooth(&self, reach_m: f64) -> Vec<f64> {
        // The altitudes added up from the start, over the first one so that the sums stay small: those of a window are
        // their differences.
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
            // In the middle of its window the line passes through the mean, whatever its slope.
            let off_middle = at as f64 - 0.5 * (from + to) as f64;
            if off_middle == 0.0 {
                mean
            } else {
                mean + slope(&self.altitude_m[from..=to], mean) * off_middle
            }
        };
        // Away from the ends, every window is as long.
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

    /// How the altitude scatters about its own course over 2 km, by the median, so that one hill does not count.
    pub(in crate::measure) fn scatter_m(&self) -> f64 {
        let smooth = self.smooth(NOISE_M);
        let off = self.altitude_m.iter().zip(smooth).map(|(raw, smooth)| (raw - smooth).abs());
        NORMAL * upper_median(off.collect()) / NOISE_SEEN
    }
}

/// Altitudes along the run, a column for each of what they are.
#[derive(Debug)]
pub(in crate::measure) struct Readings<'a> {
    /// Metres from the start, never falling.
    pub(in crate::measure) distance_m: Cow<'a, [f64]>,
    /// Metres above sea level.
    pub(in crate::measure) altitude_m: Cow<'a, [f64]>,
}

/// The slope of the line of least squares through a window of even steps, a step.
fn slope(window: &[f64], mean: f64) -> f64 {
    let marks = window.len() as f64;
    let mut lean = 0.0;
    // Steps from the middle of the window; their squares add up to `marks · (marks² − 1) / 12`.
    let mut x = -0.5 * (marks - 1.0);
    for altitude in window {
        lean += x * (altitude - mean);
        x += 1.0;
    }
    lean / (marks * (marks * marks - 1.0) / 12.0)
}

/// The place of the first of some values, which never fall, that is not below a limit; how many they are where all are.
/// All before `known` are below it. Looked at first are the places a stride on from there and next to that.
fn first_from(values: &[f64], limit: f64, known: usize, stride: usize) -> usize {
    let near = (known + stride).saturating_sub(2);
    match values.get(near..near + 4) {
        Some(&[before, low, high, behind]) if before < limit && limit <= behind => {
            near + 1 + usize::from(low < limit) + usize::from(high < limit)
        }
        _ => {
            let mut reach = 8;
            while values.get(known + reach).is_some_and(|value| *value < limit) {
                reach *= 2;
            }
            known + values[known..values.len().min(known + reach)].partition_point(|value| *value < limit)
        }
    }
}

/// Metres of gaps between readings that are too long to be bridged.
fn holes_m(distance_m: &[f64]) -> f64 {
    /// So many gaps are looked at together.
    const STRETCH: usize = 32;
    let mut holes_m = 0.0;
    for from in (0..distance_m.len()).step_by(STRETCH) {
        let stretch = &distance_m[from..(from + STRETCH + 1).min(distance_m.len())];
        if stretch[stretch.len() - 1] - stretch[0] > GAP_M {
            let gaps_m = stretch.windows(2).map(|pair| pair[1] - pair[0]);
            holes_m += gaps_m.filter(|gap_m| *gap_m > GAP_M).sum::<f64>();
        }
    }
    holes_m
}

/// Takes out what is too steep for any ground: a barometer set right under way shifts all that follows. Gives how
/// often.
fn take_out_steps(distance_m: &[f64], altitude_m: &mut Cow<[f64]>) -> usize {
    /// So many readings are looked at together.
    const STRETCH: usize = 64;
    /// The cell before them is seldom more.
    const BEFORE: usize = 16;
    let (mut settled_m, mut steps, mut stepping) = (0.0, 0, false);
    for from in (1..altitude_m.len()).step_by(STRETCH) {
        let to = (from + STRETCH).min(altitude_m.len());
        // Where all of them and those of the cell before lie within the least step of each other, none is one.
        let before = from.saturating_sub(BEFORE);
        let a_cell_back = before == 0 || distance_m[from] - distance_m[before] >= STEP_M;
        if settled_m == 0.0 && a_cell_back && spread(&altitude_m[before..to]) <= STEEPEST * STEP_M {
            stepping = false;
            continue;
        }
        // The last reading that lies a cell back, or the first.
        let mut behind = distance_m[..from]
            .partition_point(|back_m| distance_m[from] - back_m >= STEP_M)
            .saturating_sub(1);
        for at in from..to {
            while distance_m[at] - distance_m[behind + 1] >= STEP_M {
                behind += 1;
            }
            let away_m = f64::max(distance_m[at] - distance_m[behind], STEP_M);
            let here_m = altitude_m[at] - settled_m;
            let too_steep = (here_m - altitude_m[behind]).abs() > STEEPEST * away_m;
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

/// How far the lowest and the highest of some values lie apart.
fn spread(values: &[f64]) -> f64 {
    /// So many are looked at together.
    const LANES: usize = 8;
    // A comparison for each is one instruction, which `f64::min` is not.
    let least = |low: f64, value: f64| if value < low { value } else { low };
    let most = |high: f64, value: f64| if value > high { value } else { high };
    let (mut low, mut high) = ([values[0]; LANES], [values[0]; LANES]);
    let (lanes, rest) = values.as_chunks::<LANES>();
    for lanes in lanes {
        for (lane, value) in lanes.iter().enumerate() {
            (low[lane], high[lane]) = (least(low[lane], *value), most(high[lane], *value));
        }
    }
    let low = low.into_iter().chain(rest.iter().copied()).fold(values[0], least);
    let high = high.into_iter().chain(rest.iter().copied()).fold(values[0], most);
    high - low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_from_a_limit_on_is_found_wherever_it_is_looked_for() {
        let values: Vec<f64> = (0..60).map(|value| f64::from(value / 3)).collect();
        for limit in (0..50).map(|limit| 0.5 * f64::from(limit)) {
            let first = values.iter().filter(|value| **value < limit).count();
            for (known, stride) in (0..=first).flat_map(|known| (0..70).map(move |stride| (known, stride))) {
                assert_eq!(first_from(&values, limit, known, stride), first, "{limit} {known} {stride}");
            }
        }
    }

    #[test]
    fn a_step_is_taken_out_and_a_slope_is_not() {
        let distance_m: Vec<f64> = (0..300).map(|sample| 3.0 * f64::from(sample)).collect();
        let readings =
            |altitude_m: fn(&f64) -> f64| -> Cow<[f64]> { distance_m.iter().map(altitude_m).collect() };
        let mut stepped = readings(|m| 0.1 * m + if *m > 400.0 { 45.0 } else { 0.0 });
        assert_eq!(take_out_steps(&distance_m, &mut stepped), 1);
        assert!((stepped[299] - 89.4).abs() < 0.01, "{}", stepped[299]);
        for place in 1..300 {
            let set_right = |reading: usize| if reading < place { 0.0 } else { 30.0 };
            let mut stepped: Cow<[f64]> = (0..300).map(set_right).collect();
            assert_eq!(take_out_steps(&distance_m, &mut stepped), 1, "at reading {place}");
            assert_eq!(stepped[299], 0.0, "at reading {place}");
        }
        let mut steep = readings(|m| 0.4 * m);
        assert_eq!(take_out_steps(&distance_m, &mut steep), 0);
        assert_eq!(steep[299], 0.4 * 897.0);
    }
}
