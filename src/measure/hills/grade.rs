//! What the hills cost: metres of level ground that would have been as hard.
//!
//! Altitude is laid on a grid of distance, smoothed, and each cell's grade turned into a cost. Time over
//! level-equivalent metres is the grade-adjusted pace. Altitude is the worst channel that a watch records, so its
//! scatter is measured first; where that could shift the start excess and the hills do not stand out of it, grade is
//! not applied.

use super::altitude::{Ground, STEEPEST, STEP_M};
use super::drift::drift_m;
use crate::activity::Samples;
use crate::measure::line::Timeline;
use crate::measure::split::START_SHARE;
use crate::measure::time::clock::Clock;

/// Half of the stretch that a grade is taken over. Over 200 m the rounding of a barometer (0.2 m) is 0.1 % of grade.
pub(in crate::measure) const SMOOTH_M: f64 = 100.0;
/// No altimeter is better than this over a run: a barometer follows the weather at some metres an hour.
const FLOOR_M: f64 = 1.0;
/// What scatters more is hills: consumer receivers are good to about 3 m across and 5 m in height.
const CEILING_M: f64 = 6.0;
/// More steps too steep for any ground than one in this distance are noise.
const STEP_EVERY_M: f64 = 2_000.0;
/// Beyond the gaps, this share of the distance must have altitude.
pub(in crate::measure) const COVERED: f64 = 0.95;
/// Noise may shift the start excess by so many points: a quarter of START-01's first step.
const ALLOWED_PCT: f64 = 0.5;
/// Beyond so many standard deviations it hardly ever does.
const SURE: f64 = 2.5;
/// Or else the hills' own effect must be this many times the noise's standard deviation. By three, one in five flat
/// runs with errors that last a minute and a half would pass; by five, one in two hundred (1,200 made-up runs of 5 to
/// 42 km, deviations of 3 and 5 m).
const STANDS_OUT: f64 = 5.0;
/// Climbs and falls smaller than this are not counted as ascent or descent. Devices' altitudes come in steps, so that many
/// are just as large: a millionth less, so that rounding in the last digit does not decide.
const CLIMB_M: f64 = 2.0 - 1e-6;

/// Energy to run a metre at a grade over that on the level (Minetti AE, Moia C, Roi GS, Susta D, Ferretti G. Energy
/// cost of walking and running at extreme uphill and downhill slopes. J Appl Physiol 2002;93:1039-1046, eq. 4),
/// with the gain downhill damped.
///
/// The paper itself finds that its downhill costs promise far faster races than are run (p. 1045). Heart rates of
/// six million runs put the gain at about half of it and never above 12 % (Robb D. An Improved GAP Model. Strava
/// Engineering, 3 October 2017); so it is halved here and ends there.
pub(in crate::measure) fn cost(grade: f64) -> f64 {
    /// J/(kg·m) by powers of the grade, over those on the level.
    const RATIO: [f64; 6] = [155.4 / 3.6, -30.4 / 3.6, -43.3 / 3.6, 46.3 / 3.6, 19.5 / 3.6, 1.0];
    const DOWNHILL_SHARE: f64 = 0.5;
    const LOWEST: f64 = 0.88;
    let i = grade.clamp(-STEEPEST, STEEPEST);
    let ratio = RATIO.into_iter().fold(0.0, |sum, power| sum * i + power);
    // Below one the damped ratio is the larger, above it the ratio itself.
    ratio.max(1.0 - DOWNHILL_SHARE * (1.0 - ratio)).max(LOWEST)
}

/// What the altitude says of a run, and whether it is believed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grade {
    /// Metres climbed, counted from 2 m on, smoothed; `None` without altitude.
    pub ascent_m: Option<f64>,
    /// Metres fallen, likewise.
    pub descent_m: Option<f64>,
    /// The altitude's standard deviation around the ground, metres.
    pub noise_m: Option<f64>,
    /// Why grade is not applied; `None` where it is.
    pub refused: Option<String>,
    /// The smoothed altitude, metres, at even steps from start to end; empty without altitude.
    pub profile_m: Vec<f32>,
}

/// The marks of a profile: enough for a drawing.
const PROFILE: usize = 81;

/// Level-equivalent metres along the run.
#[derive(Debug)]
pub(in crate::measure) struct LevelDistance {
    /// From the start to each mark of the grid.
    level_m: Vec<f64>,
}

impl LevelDistance {
    /// Adds up the cost of every cell of a smoothed ground.
    pub(in crate::measure) fn over(altitude_m: &[f64]) -> Self {
        let mut level_m = Vec::with_capacity(altitude_m.len());
        level_m.push(0.0);
        level_m.extend(altitude_m.windows(2).map(|pair| STEP_M * cost((pair[1] - pair[0]) / STEP_M)));
        let mut total_m = 0.0;
        for cell_m in &mut level_m {
            total_m += *cell_m;
            *cell_m = total_m;
        }
        Self { level_m }
    }

    /// Level-equivalent metres from the start to a distance as recorded.
    pub(in crate::measure) fn at(&self, distance_m: f64) -> f64 {
        let place = (distance_m / STEP_M).max(0.0);
        let cell = (place as usize).min(self.level_m.len() - 2);
        self.level_m[cell] + (self.level_m[cell + 1] - self.level_m[cell]) * (place - cell as f64)
    }
}

/// Surveys the ground under a run; the second is there only where grade is to be applied.
pub(in crate::measure) fn survey(
    samples: &Samples,
    clock: &Clock,
    line: &Timeline,
) -> (Grade, Option<LevelDistance>) {
    let refuse = |why: &str| (Grade { refused: Some(why.to_owned()), ..Grade::default() }, None);
    let cells = (line.length_m() / STEP_M).ceil() as usize;
    let Some(ground) = Ground::under(samples, clock, line, cells) else {
        return refuse("no altitude is recorded");
    };
    if ground.covered < COVERED {
        return refuse(&format!("altitude is recorded for {:.0} % of the distance", 100.0 * ground.covered));
    }
    if ground.level {
        return refuse("the recorded altitude never changes");
    }
    if ground.steps as f64 * STEP_EVERY_M > line.length_m() {
        return refuse(&format!("the altitude jumps {} times", ground.steps));
    }
    let smooth = ground.smooth(SMOOTH_M);
    if smooth.iter().any(|altitude_m| !altitude_m.is_finite()) {
        return refuse("the altitudes are beyond any number");
    }
    let place_deg = |knot: &usize| samples.position_deg(clock.sample(line.knots.row(*knot)?));
    let drift_m = drift_m(ground.next_to.iter().map(place_deg), &smooth);
    let noise_m = ground.scatter_m().min(CEILING_M).max(drift_m).max(FLOOR_M);
    let (ascent_m, descent_m) = climbs(&smooth);
    let mut grade = Grade {
        ascent_m: Some(ascent_m),
        descent_m: Some(descent_m),
        noise_m: Some(noise_m),
        refused: None,
        profile_m: (0..PROFILE)
            .map(|step| smooth[step * (smooth.len() - 1) / (PROFILE - 1)] as f32)
            .collect(),
    };
    let effort = LevelDistance::over(&smooth);
    // Noise in the cost of one window against the next: the start window, the rest window, the halves.
    let (middle_m, start_m) = (0.5 * line.length_m(), START_SHARE * line.length_m());
    let start = Contrast::of(&effort, [0.0, start_m, middle_m]);
    let halves = Contrast::of(&effort, [0.0, middle_m, line.length_m()]);
    let unsure_pct = SURE * start.noise_pct(noise_m);
    let stands_out =
        |contrast: &Contrast| contrast.shift_pct.abs() >= STANDS_OUT * contrast.noise_pct(noise_m);
    if unsure_pct <= ALLOWED_PCT || stands_out(&start) || stands_out(&halves) {
        return (grade, Some(effort));
    }
    grade.refused = Some(format!(
        "the altitude is good to {noise_m:.1} m, which may move the start excess by {unsure_pct:.1} points, and no \
         hill stands out of that"
    ));
    (grade, None)
}

/// Two neighbouring windows of the run, by their hills.
struct Contrast {
    /// How much dearer the ground of the first window is than that of the second, percent.
    shift_pct: f64,
    /// Their lengths, metres.
    windows_m: [f64; 2],
}

impl Contrast {
    /// Two windows by their three marks.
    fn of(effort: &LevelDistance, [from_m, middle_m, to_m]: [f64; 3]) -> Self {
        let dear = |from_m: f64, to_m: f64| (effort.at(to_m) - effort.at(from_m)) / (to_m - from_m);
        Self {
            shift_pct: 100.0 * (dear(from_m, middle_m) / dear(middle_m, to_m) - 1.0),
            windows_m: [middle_m - from_m, to_m - middle_m],
        }
    }

    /// By how many points altitude noise moves the shift: a standard deviation for one.
    ///
    /// To first order the cost of a window's hills is a slope times its net climb, so noise counts in the altitudes
    /// at the three marks: with windows of a and b metres, `slope · √(1/a² + (1/a + 1/b)² + 1/b²)`. To second order
    /// noise climbs and falls within a window, which costs more than level ground, by chance not the same in both.
    fn noise_pct(&self, noise_m: f64) -> f64 {
        let [a, b] = self.windows_m.map(f64::recip);
        // Up and down from the level, half and half, as noise goes.
        let slope = 0.5 * (cost(0.01) - cost(-0.01)) / 0.01;
        let first = slope * noise_m * (a * a + (a + b) * (a + b) + b * b).sqrt();
        let (patch_m, grade) = (4.0 * SMOOTH_M, noise_m / (4.0 * SMOOTH_M));
        let second = (0.5 * (cost(grade) + cost(-grade)) - 1.0) * (patch_m * (a + b)).sqrt();
        100.0 * (first * first + second * second).sqrt()
    }
}

/// Metres up and down, by turning points at least [`CLIMB_M`] apart.
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
    fn costs_are_minettis_uphill_and_damped_downhill() {
        assert_eq!(cost(0.0), 1.0);
        // Table of the paper's equation: 10 % up costs 5.968 J/(kg·m).
        assert!((cost(0.1) * 3.6 - 5.9682).abs() < 1e-3, "{}", cost(0.1) * 3.6);
        // 3 % down costs 3.058 J/(kg·m), a gain of 15 %; half of it is believed.
        assert!((cost(-0.03) - 0.9246).abs() < 1e-3, "{}", cost(-0.03));
        assert_eq!(cost(-0.15), 0.88);
        assert!(cost(-0.8) >= 0.88 && cost(0.8) < 6.0);
    }

    #[test]
    fn climbs_count_hills_and_not_ripples() {
        assert_eq!(climbs(&[0.0, 1.0, 0.0, 1.0, 0.0]), (0.0, 0.0));
        let (up, down) = climbs(&[0.0, 5.0, 10.0, 5.0, 0.0]);
        assert_eq!((up, down), (10.0, 10.0));
    }
}
