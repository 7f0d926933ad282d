//! Grade: converts the metres of a run to the metres of level ground that would have been as hard.
//!
//! The altitude is interpolated to a grid of distance and smoothed. The grade of each cell gives
//! its cost. Time over level-equivalent metres is the grade-adjusted pace (GAP). Altitude is the
//! least accurate channel of a watch, so its noise is estimated first. Grade is not applied if
//! the noise could change the start excess and no hill exceeds the noise.

use super::altitude::{AltitudeGrid, STEEPEST, STEP_M};
use super::drift::Passes;
use crate::activity::{Declared, Samples};
use crate::measure::line::Timeline;
use crate::measure::split::START_SHARE;
use crate::measure::time::clock::Clock;

/// The altitude is smoothed over this distance to either side. Over 200 m, a barometer's rounding
/// to 0.2 m is 0.1 % of grade.
pub(in crate::measure) const SMOOTH_M: f64 = 100.0;
/// The least noise that is assumed. No altimeter is better: the weather shifts a barometer by
/// metres an hour.
const FLOOR_M: f64 = 1.0;
/// The least noise where passes over a sufficient length show it: barometers are read in steps of
/// 0.2 m, and gusts add to that.
const PASSES_FLOOR_M: f64 = 0.5;
/// If the run passes this length of its way again, the differences there are the noise, however
/// much the altitude scatters. Of 1,440 made-up flat runs out and back (4 to 21 km, errors of 3 or
/// 5 m that last 40 to 90 s), 17 would be adjusted, and 9 moved by more than [`ALLOWED_PCT`].
const PASSES_M: f64 = 3_000.0;
/// The greatest scatter that is noise; above it, hills scatter. Then this is assumed unless the run
/// passes a place again. The error of consumer receivers is about 3 m across and 5 m in height.
const CEILING_M: f64 = 6.0;
/// If there is more than one step per this distance that is too steep for any ground, the altitude
/// is noise.
const STEP_EVERY_M: f64 = 2_000.0;
/// This share of the distance must have altitude.
pub(in crate::measure) const COVERED: f64 = 0.95;
/// Noise may shift the start excess by this number of percentage points: a quarter of START-01's
/// first step.
const ALLOWED_PCT: f64 = 0.5;
/// The allowed shift must be this number of the noise's standard deviations.
const SURE: f64 = 2.5;
/// Otherwise the hills' own effect must be this number of the noise's standard deviations. With
/// four, 12 of 320 made-up flat runs with errors that last a minute and a half would pass. With
/// five it is 4, and none with errors that last 40 s (5 to 42 km, deviations of 3 and 5 m).
const STANDS_OUT: f64 = 5.0;
/// Smaller climbs and falls are not counted as ascent or descent. Many climbs are exactly 2 m,
/// because devices record altitude in steps; the millionth less keeps rounding in the last digit
/// from deciding.
const CLIMB_M: f64 = 2.0 - 1e-6;

/// What a metre at a grade takes at an even heart rate, over a metre of level ground: the grade in
/// percent and the factor.
///
/// Robb D. An Improved GAP Model. Strava Engineering, 3 October 2017: the paces of equal heart rate
/// in steady minutes of 240,000 runners. That curve is published as a drawing. These are the
/// factors that the service applied to uploaded runs of an even grade (Schroeder A. specialsauce, a
/// public repository).
///
/// Heart rates of 17,638 steady minutes of 804 recordings agree: 1.18 at 5.7 % (curve 1.21), 1.06
/// at 2 % (1.06), 0.95 at −1.9 % (0.96), 0.85 at −5.9 % (0.89). At 2 % and steeper, the root mean
/// square difference is 0.072. It is 0.111 from the energy measured on a treadmill (Minetti 2002),
/// and 0.098 with half of that study's downhill gain. Few of the minutes are steeper than 6 %.
/// `tools/check-grade-cost` repeats this.
const MEASURED: [(f64, f64); 21] = [
    (-45.0, 2.096),
    (-30.0, 1.495),
    (-25.0, 1.273),
    (-20.0, 1.081),
    (-15.0, 0.941),
    (-10.0, 0.876),
    (-8.0, 0.876),
    (-6.0, 0.891),
    (-4.0, 0.918),
    (-2.0, 0.960),
    (0.0, 1.0),
    (2.0, 1.055),
    (4.0, 1.135),
    (6.0, 1.228),
    (8.0, 1.337),
    (10.0, 1.459),
    (15.0, 1.846),
    (20.0, 2.297),
    (25.0, 2.727),
    (30.0, 3.158),
    (45.0, 4.286),
];

/// The number of entries of [`COSTS`] to a percent of grade.
const TO_A_PERCENT: usize = 4;
/// The number of cells between the entries, from −45 % to 45 %.
const CELLS: usize = 90 * TO_A_PERCENT;
/// The curve at even steps. Straight lines from one measured point to the next would have a corner
/// at level ground, and ripples of the altitude would cost too much.
static COSTS: [f64; CELLS + 1] = {
    let mut costs = [0.0; CELLS + 1];
    let mut at = 0;
    while at <= CELLS {
        costs[at] = curve(at as f64 / TO_A_PERCENT as f64 + MEASURED[0].0);
        at += 1;
    }
    costs
};

/// Returns the smooth curve through the measured points: between two of them, the cubic with the
/// slope of the parabola through each point and its neighbours.
const fn curve(grade_pct: f64) -> f64 {
    let mut from = 0;
    while from + 2 < MEASURED.len() && MEASURED[from + 1].0 <= grade_pct {
        from += 1;
    }
    let (from_pct, factor) = MEASURED[from];
    let (to_pct, next_factor) = MEASURED[from + 1];
    let (width, rise) = (to_pct - from_pct, next_factor - factor);
    let (leaves, arrives) = (width * slope_at(from), width * slope_at(from + 1));
    let share = (grade_pct - from_pct) / width;
    factor
        + share
            * (leaves
                + share * (3.0 * rise - 2.0 * leaves - arrives + share * (leaves + arrives - 2.0 * rise)))
}

/// Returns the slope of the curve at a measured point, for each percent of grade.
const fn slope_at(point: usize) -> f64 {
    let last = MEASURED.len() - 1;
    if point == 0 || point == last {
        return secant(if point == 0 { 0 } else { last - 1 });
    }
    let before_pct = MEASURED[point].0 - MEASURED[point - 1].0;
    let after_pct = MEASURED[point + 1].0 - MEASURED[point].0;
    (after_pct * secant(point - 1) + before_pct * secant(point)) / (before_pct + after_pct)
}

/// Returns the slope of the line from a measured point to the next.
const fn secant(from: usize) -> f64 {
    (MEASURED[from + 1].1 - MEASURED[from].1) / (MEASURED[from + 1].0 - MEASURED[from].0)
}

/// Returns what a metre at a grade takes over a metre of level ground, by [`MEASURED`]. Beyond 45 %
/// it stays the same.
pub(in crate::measure) fn cost(grade: f64) -> f64 {
    let place = (grade.clamp(-STEEPEST, STEEPEST) + STEEPEST) * (100 * TO_A_PERCENT) as f64;
    let cell = (place as usize).min(CELLS - 1);
    COSTS[cell] + (COSTS[cell + 1] - COSTS[cell]) * (place - cell as f64)
}

/// The hills of a run, and whether grade is applied.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grade {
    /// Metres of ascent, from the smoothed altitude; climbs below 2 m are not counted. `None`
    /// without altitude.
    pub ascent_m: Option<f64>,
    /// Metres of descent, likewise.
    pub descent_m: Option<f64>,
    /// Metres of ascent as the device counted it; smaller climbs count there, so it is more.
    pub device_ascent_m: Option<f64>,
    /// Metres of descent, likewise.
    pub device_descent_m: Option<f64>,
    /// The standard deviation of the altitude's noise, metres.
    pub noise_m: Option<f64>,
    /// How the noise is known.
    pub noise_source: Option<NoiseSource>,
    /// The reason why grade is not applied; `None` where it is.
    pub refused: Option<String>,
    /// The smoothed altitude, metres, at even steps from start to end; empty without altitude.
    pub profile_m: Vec<f32>,
}

/// How the noise of the altitude is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoiseSource {
    /// Measured where the run passes a place again.
    Places,
    /// Measured as the scatter of neighbouring readings.
    Scatter,
    /// Assumed: nothing passes again, and hills hide the scatter, or it is below any altimeter's.
    Assumed,
}

impl NoiseSource {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Places, Self::Scatter, Self::Assumed];

    /// Returns the word for the data formats.
    pub fn code(self) -> &'static str {
        match self {
            Self::Places => "places",
            Self::Scatter => "scatter",
            Self::Assumed => "assumed",
        }
    }
}

/// Returns the noise of the altitude, metres, from the scatter of its readings, the limit that its
/// bends set, and the differences where the run passes a place again, if it does.
fn noise(scatter_m: f64, limit_m: f64, passes: Option<Passes>) -> (f64, NoiseSource) {
    let (measured, floor_m) = match (scatter_m <= CEILING_M, passes) {
        (_, Some(passes)) if passes.length_m >= PASSES_M => {
            ((passes.error_m, NoiseSource::Places), PASSES_FLOOR_M)
        }
        (true, Some(passes)) if passes.error_m < scatter_m => ((scatter_m, NoiseSource::Scatter), FLOOR_M),
        (_, Some(passes)) => ((passes.error_m, NoiseSource::Places), FLOOR_M),
        (_, None) if scatter_m.min(limit_m) <= CEILING_M => {
            ((scatter_m.min(limit_m), NoiseSource::Scatter), FLOOR_M)
        }
        (_, None) => ((CEILING_M, NoiseSource::Assumed), FLOOR_M),
    };
    if measured.0 < floor_m { (floor_m, NoiseSource::Assumed) } else { measured }
}

/// The number of altitudes in a profile: enough for a drawing.
const PROFILE: usize = 81;

/// The level-equivalent metres along a run or course.
#[derive(Debug)]
pub(in crate::measure) struct LevelDistance {
    /// Metres from the start to each mark of the grid.
    level_m: Vec<f64>,
}

impl LevelDistance {
    /// Sums the costs of all cells of the grid, by its smoothed altitude.
    pub(in crate::measure) fn over(altitude_m: &[f64]) -> Self {
        let mut total_m = 0.0;
        let mut level_m = Vec::with_capacity(altitude_m.len());
        level_m.push(total_m);
        // The costs first, then their sum: so the costs of many cells are computed at once.
        level_m.extend(altitude_m.windows(2).map(|pair| STEP_M * cost((pair[1] - pair[0]) / STEP_M)));
        for cell_m in &mut level_m {
            total_m += *cell_m;
            *cell_m = total_m;
        }
        Self { level_m }
    }

    /// Returns the level-equivalent metres from the start to a distance as recorded.
    pub(in crate::measure) fn at(&self, distance_m: f64) -> f64 {
        let place = (distance_m / STEP_M).max(0.0);
        let cell = (place as usize).min(self.level_m.len() - 2);
        self.level_m[cell] + (self.level_m[cell + 1] - self.level_m[cell]) * (place - cell as f64)
    }
}

/// Measures the hills of a run. Returns the level-equivalent metres only where grade is applied.
pub(in crate::measure) fn assess(
    samples: &Samples,
    declared: &Declared,
    clock: &Clock,
    line: &Timeline,
) -> (Grade, Option<LevelDistance>) {
    let device = Grade {
        device_ascent_m: declared.ascent_m,
        device_descent_m: declared.descent_m,
        ..Grade::default()
    };
    let refuse = |why: &str| (Grade { refused: Some(why.to_owned()), ..device.clone() }, None);
    let cells = (line.length_m() / STEP_M).ceil() as usize;
    let Some(grid) = AltitudeGrid::of_run(samples, clock, line, cells) else {
        return refuse("no altitude is recorded");
    };
    if grid.covered < COVERED {
        return refuse(&format!("altitude is recorded for {:.0} % of the distance", 100.0 * grid.covered));
    }
    if grid.level {
        return refuse("the recorded altitude never changes");
    }
    if grid.steps as f64 * STEP_EVERY_M > line.length_m() {
        return refuse(&format!("the altitude jumps {} times", grid.steps));
    }
    let smooth = grid.smooth(SMOOTH_M);
    if smooth.iter().any(|altitude_m| !altitude_m.is_finite()) {
        return refuse("the altitudes are beyond any number");
    }
    let place_deg = |knot: &usize| samples.position_deg(clock.sample(line.knots.row(*knot)?));
    let passes = Passes::among(grid.next_to.iter().map(place_deg), &smooth);
    let scatter_m = grid.scatter_m();
    let matters = passes.is_none() && scatter_m > FLOOR_M;
    let limit_m = if matters { grid.limit_m() } else { f64::INFINITY };
    let (noise_m, noise_source) = noise(scatter_m, limit_m, passes);
    let (ascent_m, descent_m) = climbs(&smooth);
    let mut grade = Grade {
        ascent_m: Some(ascent_m),
        descent_m: Some(descent_m),
        noise_m: Some(noise_m),
        noise_source: Some(noise_source),
        refused: None,
        profile_m: (0..PROFILE)
            .map(|step| smooth[step * (smooth.len() - 1) / (PROFILE - 1)] as f32)
            .collect(),
        ..device
    };
    let level_distance = LevelDistance::over(&smooth);
    // The effect of hills and of noise on the start window against the rest window, and on the two
    // halves.
    let (middle_m, start_m) = (0.5 * line.length_m(), START_SHARE * line.length_m());
    let start = Contrast::of(&level_distance, [0.0, start_m, middle_m]);
    let halves = Contrast::of(&level_distance, [0.0, middle_m, line.length_m()]);
    let unsure_pct = SURE * start.noise_pct(noise_m);
    let stands_out =
        |contrast: &Contrast| contrast.shift_pct.abs() >= STANDS_OUT * contrast.noise_pct(noise_m);
    if unsure_pct <= ALLOWED_PCT || stands_out(&start) || stands_out(&halves) {
        return (grade, Some(level_distance));
    }
    grade.refused = Some(format!(
        "the altitude is good to {noise_m:.1} m, which may move the start excess by {unsure_pct:.1} points, and no \
         hill stands out of that"
    ));
    (grade, None)
}

/// The difference between the hills of two neighbouring windows of the run.
struct Contrast {
    /// By how many percent the cost of a metre is higher in the first window than in the second.
    shift_pct: f64,
    /// Their lengths, metres.
    windows_m: [f64; 2],
}

impl Contrast {
    /// Compares the two windows between three marks.
    fn of(level_distance: &LevelDistance, [from_m, middle_m, to_m]: [f64; 3]) -> Self {
        let level_m = |from_m: f64, to_m: f64| level_distance.at(to_m) - level_distance.at(from_m);
        let cost = |from_m: f64, to_m: f64| level_m(from_m, to_m) / (to_m - from_m);
        Self {
            shift_pct: 100.0 * (cost(from_m, middle_m) / cost(middle_m, to_m) - 1.0),
            windows_m: [middle_m - from_m, to_m - middle_m],
        }
    }

    /// Returns the standard deviation of the shift in percentage points, given that of the altitude
    /// in metres.
    ///
    /// To first order, the cost of a window's hills is a slope times its net climb, so noise
    /// matters in the altitudes at the three marks. With windows of a and b metres it is `slope ·
    /// √(1/a² + (1/a + 1/b)² + 1/b²)`. To second order, noise climbs and falls within a window.
    /// That costs more than level ground, and by chance not the same in both windows.
    fn noise_pct(&self, noise_m: f64) -> f64 {
        let [a, b] = self.windows_m.map(f64::recip);
        // Noise goes up as often as down, so the slope is the mean of both sides of level ground.
        let slope = 0.5 * (cost(0.01) - cost(-0.01)) / 0.01;
        let first = slope * noise_m * (a * a + (a + b) * (a + b) + b * b).sqrt();
        let (patch_m, grade) = (4.0 * SMOOTH_M, noise_m / (4.0 * SMOOTH_M));
        let second = (0.5 * (cost(grade) + cost(-grade)) - 1.0) * (patch_m * (a + b)).sqrt();
        100.0 * (first * first + second * second).sqrt()
    }
}

/// Returns the metres of ascent and descent between turning points at least [`CLIMB_M`] apart.
pub(in crate::measure) fn climbs(altitude_m: &[f64]) -> (f64, f64) {
    let (mut up_m, mut down_m) = (0.0, 0.0);
    let mut turn_m = altitude_m[0];
    for &here_m in altitude_m {
        let since_m = here_m - turn_m;
        if since_m.abs() >= CLIMB_M {
            if since_m > 0.0 {
                up_m += since_m;
            } else {
                down_m -= since_m;
            }
            turn_m = here_m;
        }
    }
    (up_m, down_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_passes_through_the_measured_points() {
        assert_eq!(cost(0.0), 1.0);
        for (grade_pct, factor) in MEASURED {
            assert!(
                (cost(grade_pct / 100.0) - factor).abs() < 1e-9,
                "{grade_pct}: {}",
                cost(grade_pct / 100.0)
            );
        }
        assert_eq!((cost(-0.8), cost(0.8)), (cost(-STEEPEST), cost(STEEPEST)));
    }

    #[test]
    fn the_cost_has_one_minimum_at_nine_percent_down() {
        let costs: Vec<f64> = (-4500..=4500).map(|grade| cost(f64::from(grade) / 10_000.0)).collect();
        let least = (0..costs.len()).min_by(|a, b| costs[*a].total_cmp(&costs[*b])).expect("costs");
        assert!((least as f64 / 100.0 - 45.0 + 9.0).abs() < 0.5, "{least}");
        assert!(costs[..=least].windows(2).all(|pair| pair[0] > pair[1]));
        assert!(costs[least..].windows(2).all(|pair| pair[0] < pair[1]));
        assert!(costs.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.001));
    }

    #[test]
    fn noise_is_measured_where_it_can_be_and_else_assumed() {
        let few = |error_m: f64| Some(Passes { error_m, length_m: 1_000.0 });
        assert_eq!(noise(2.0, 9.0, None), (2.0, NoiseSource::Scatter));
        assert_eq!(noise(2.0, 9.0, few(3.6)), (3.6, NoiseSource::Places));
        assert_eq!(noise(2.0, 9.0, few(0.5)), (2.0, NoiseSource::Scatter));
        // Hills scatter more than any receiver; places passed again show the error itself.
        assert_eq!(noise(9.0, 9.0, few(3.6)), (3.6, NoiseSource::Places));
        assert_eq!(noise(9.0, 9.0, None), (CEILING_M, NoiseSource::Assumed));
        assert_eq!(noise(0.2, 9.0, few(0.3)), (FLOOR_M, NoiseSource::Assumed));
        // Long hills scatter too, but a fine altimeter shows hardly a bend in them.
        assert_eq!(noise(9.0, 2.5, None), (2.5, NoiseSource::Scatter));
        assert_eq!(noise(9.0, 2.5, few(3.6)), (3.6, NoiseSource::Places));
        let many = |error_m: f64| Some(Passes { error_m, length_m: 3_000.0 });
        assert_eq!(noise(5.0, 9.0, many(0.6)), (0.6, NoiseSource::Places));
        assert_eq!(noise(9.0, 9.0, many(0.3)), (PASSES_FLOOR_M, NoiseSource::Assumed));
        assert_eq!(noise(1.0, 9.0, many(3.6)), (3.6, NoiseSource::Places));
    }

    #[test]
    fn hills_are_counted_as_climbs_and_ripples_are_not() {
        assert_eq!(climbs(&[0.0, 1.0, 0.0, 1.0, 0.0]), (0.0, 0.0));
        let (up, down) = climbs(&[0.0, 5.0, 10.0, 5.0, 0.0]);
        assert_eq!((up, down), (10.0, 10.0));
    }
}
