//! Altitude on a grid of distance: what of it is ground, and how far it can be believed.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::clock::Clock;
use super::geo::Ruler;
use super::timeline::Timeline;
use crate::activity::Samples;

/// The grid's step: some six seconds of running, finer than any smoothing that altitude bears.
pub(super) const STEP_M: f64 = 20.0;
/// Altitude may be missing over gaps of this length.
pub(super) const GAP_M: f64 = 200.0;
/// Steeper than this is no ground but a barometer being set right; it is also where Minetti's measurements end.
pub(super) const STEEPEST: f64 = 0.45;
/// Half of the stretch that noise is told from hills over. Receivers filter their altitude, so its errors are as
/// smooth as hills are and only their length tells them apart: most forget themselves within some hundred metres. A
/// rolling road looks noisy by this measure, which errs on the side of leaving grade alone; an error that lasts for
/// kilometres looks like a hill, and only passing a place twice uncovers it.
const NOISE_M: f64 = 1_000.0;
/// The share of such an error's standard deviation (filtered, memory of 40 s) that shows against a line through
/// 2 km: the mean of 150 made-up runs.
const NOISE_SEEN: f64 = 0.83;
/// Positions in one square of this side (some 20 m) are one place.
const SAME_PLACE_DEG: f64 = 20.0 / 111_000.0;
/// A place is passed again when so much was run between.
const LATER_M: f64 = 500.0;
/// From so many marks passed again on (200 m), they tell the drift.
const PASSES: usize = 10;
/// The median deviation of a normal distribution times this is its standard deviation.
const NORMAL: f64 = 1.4826;

/// Altitude on the grid.
pub(super) struct Ground {
    /// Altitude at each mark, metres.
    altitude_m: Vec<f64>,
    /// Position of the sample next to each mark, degrees.
    place_deg: Vec<Option<(f64, f64)>>,
    /// The share of the distance that has altitude within reach.
    pub(super) covered: f64,
    /// Whether it is the same everywhere.
    pub(super) level: bool,
    /// Steps too steep for any ground that were taken out.
    pub(super) steps: usize,
}

impl Ground {
    /// Lays the altitudes of a run on `cells + 1` marks; `None` without any.
    pub(super) fn under(samples: &Samples, clock: &Clock, line: &Timeline, cells: usize) -> Option<Self> {
        let recorded_m = clock.column(&samples.altitude_m);
        if recorded_m.is_empty() {
            return None;
        }
        let knots = &line.knots;
        let mut readings =
            Readings { distance_m: Cow::from(&knots.distance_m), altitude_m: knots.channel(&recorded_m) };
        let mut knot_of = None;
        if readings.altitude_m.iter().filter(|altitude_m| altitude_m.is_nan()).count() > 0 {
            let known = (0..knots.len()).filter(|at| !readings.altitude_m[*at].is_nan()).collect::<Vec<_>>();
            readings.distance_m = known.iter().map(|at| knots.distance_m[*at]).collect();
            readings.altitude_m = known.iter().map(|at| readings.altitude_m[*at]).collect();
            knot_of = Some(known);
        }
        let place_deg = |reading: usize| {
            let knot = knot_of.as_ref().map_or(reading, |known| known[reading]);
            samples.position_deg(clock.sample(knots.row(knot)?))
        };
        Self::over(readings, place_deg, line.length_m(), cells)
    }

    /// Lays readings by distance on `cells + 1` marks; `None` without any. `place_deg` tells where a reading was
    /// taken.
    pub(super) fn over(
        mut readings: Readings,
        place_deg: impl Fn(usize) -> Option<(f64, f64)>,
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
        let mut places_deg = Vec::with_capacity(cells + 1);
        let mut next = 0;
        for cell in 0..=cells {
            let mark_m = cell as f64 * STEP_M;
            next += distance_m[next..].iter().take_while(|reading_m| **reading_m < mark_m).count();
            let to = next.min(last);
            let from = next.checked_sub(1).unwrap_or(to);
            let step_m = distance_m[to] - distance_m[from];
            let share = if step_m > 0.0 { (mark_m - distance_m[from]) / step_m } else { 0.0 };
            altitude_m.push(recorded_m[from] + (recorded_m[to] - recorded_m[from]) * share.min(1.0));
            places_deg.push(place_deg(to));
        }
        Some(Self { altitude_m, place_deg: places_deg, covered, level, steps })
    }

    /// The altitude smoothed: at each mark, the line of least squares through the marks within reach.
    pub(super) fn smooth(&self, reach_m: f64) -> Vec<f64> {
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
    pub(super) fn scatter_m(&self) -> f64 {
        let smooth = self.smooth(NOISE_M);
        let off = self.altitude_m.iter().zip(smooth).map(|(raw, smooth)| (raw - smooth).abs());
        NORMAL * median(off.collect()) / NOISE_SEEN
    }

    /// How far altitudes at one place, passed again later, lie apart: the slow drift of a barometer that scatter does
    /// not show. Zero where the run hardly crosses its own way.
    pub(super) fn drift_m(&self, smooth: &[f64]) -> f64 {
        let Some(first) = self.place_deg.iter().find_map(|place| *place) else { return 0.0 };
        let mut ruler = Ruler::near(first);
        let mut square = |(latitude_deg, longitude_deg): (f64, f64)| {
            let east_deg = longitude_deg * ruler.cosine(latitude_deg);
            (floor(latitude_deg / SAME_PLACE_DEG), floor(east_deg / SAME_PLACE_DEG))
        };
        // The first mark in each square.
        let mut passed = HashMap::with_capacity_and_hasher(self.place_deg.len(), RandomState::default());
        let mut apart = Vec::new();
        for (at, place) in self.place_deg.iter().enumerate() {
            let Some(square) = place.map(&mut square) else { continue };
            let before = *passed.entry(square).or_insert(at);
            if (at - before) as f64 * STEP_M >= LATER_M {
                apart.push((smooth[at] - smooth[before]).abs());
            }
        }
        // Two readings, each with the error: their difference spreads by √2.
        if apart.len() < PASSES { 0.0 } else { NORMAL * median(apart) / std::f64::consts::SQRT_2 }
    }
}

/// Altitudes along the run, a column for each of what they are.
#[derive(Debug)]
pub(super) struct Readings<'a> {
    /// Metres from the start, never falling.
    pub(super) distance_m: Cow<'a, [f64]>,
    /// Metres above sea level.
    pub(super) altitude_m: Cow<'a, [f64]>,
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

/// The next whole number below, by a cast and a comparison; `f64::floor` is a call where the processor has no
/// instruction for it.
fn floor(value: f64) -> i32 {
    let whole = value as i32;
    whole - i32::from(f64::from(whole) > value)
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
    let (mut settled_m, mut steps, mut stepping) = (0.0, 0, false);
    for from in (1..altitude_m.len()).step_by(STRETCH) {
        let to = (from + STRETCH).min(altitude_m.len());
        // The last reading that lies a cell back, or the first.
        let here_m = distance_m[from];
        let mut behind =
            distance_m[..from].partition_point(|back_m| here_m - back_m >= STEP_M).saturating_sub(1);
        // Where all of them and the cell before lie within the least step, none is one.
        if settled_m == 0.0 && all_near_middle(&altitude_m[behind..to], 0.5 * STEEPEST * STEP_M) {
            stepping = false;
            continue;
        }
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

/// Whether none of some values lies further from the one in the middle than so much.
fn all_near_middle(values: &[f64], most: f64) -> bool {
    let middle = values[values.len() / 2];
    values.iter().filter(|value| (*value - middle).abs() > most).count() == 0
}

/// The upper median.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_taken_out_and_a_slope_is_not() {
        let distance_m: Vec<f64> = (0..300).map(|sample| 3.0 * f64::from(sample)).collect();
        let readings =
            |altitude_m: fn(&f64) -> f64| -> Cow<[f64]> { distance_m.iter().map(altitude_m).collect() };
        let mut stepped = readings(|m| 0.1 * m + if *m > 400.0 { 45.0 } else { 0.0 });
        assert_eq!(take_out_steps(&distance_m, &mut stepped), 1);
        assert!((stepped[299] - 89.4).abs() < 0.01, "{}", stepped[299]);
        let mut steep = readings(|m| 0.4 * m);
        assert_eq!(take_out_steps(&distance_m, &mut steep), 0);
        assert_eq!(steep[299], 0.4 * 897.0);
    }
}
