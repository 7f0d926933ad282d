//! What the hills cost: metres of level ground that would have been as hard.
//!
//! Altitude is laid on a grid of distance, smoothed, and each cell's grade turned into a cost. Time over
//! level-equivalent metres is the grade-adjusted pace. Altitude is the worst channel that a watch records, so its
//! scatter is measured first; where that could shift the start excess and the hills do not stand out of it, grade is
//! not applied.

use super::timeline::Timeline;
use super::view::START_SHARE;
use crate::activity::Samples;

/// The grid's step: some six seconds of running, finer than any smoothing that altitude bears.
pub(super) const STEP_M: f64 = 20.0;
/// Half of the stretch that a grade is taken over. Over 200 m the rounding of a barometer (0.2 m) is 0.1 % of grade.
pub(super) const SMOOTH_M: f64 = 100.0;
/// Half of the stretch that noise is told from hills over. Receivers filter their altitude, so its errors are as
/// smooth as hills are and only their length tells them apart: most forget themselves within some hundred metres. A
/// rolling road looks noisy by this measure, which errs on the side of leaving grade alone; an error that lasts for
/// kilometres looks like a hill, and only passing a place twice uncovers it.
const NOISE_M: f64 = 1_000.0;
/// The share of such an error's standard deviation (filtered, memory of 40 s) that shows against a line through
/// 2 km: the mean of 150 made-up runs.
const NOISE_SEEN: f64 = 0.83;
/// No altimeter is better than this over a run: a barometer follows the weather at some metres an hour.
const FLOOR_M: f64 = 1.0;
/// What scatters more is hills: consumer receivers are good to about 3 m across and 5 m in height.
const CEILING_M: f64 = 6.0;
/// More steps too steep for any ground than one in this distance are noise.
const STEP_EVERY_M: f64 = 2_000.0;
/// Positions in one square of this side (some 20 m) are one place.
const SAME_PLACE_DEG: f64 = 20.0 / 111_000.0;
/// A place is passed again when so much was run between.
const LATER_M: f64 = 500.0;
/// From so many marks passed again on (200 m), they tell the drift.
const PASSES: usize = 10;
/// The median deviation of a normal distribution times this is its standard deviation.
const NORMAL: f64 = 1.4826;
/// Steeper than this is no ground but a barometer being set right; it is also where Minetti's measurements end.
const STEEPEST: f64 = 0.45;
/// Altitude may be missing over gaps of this length.
pub(super) const GAP_M: f64 = 200.0;
/// Beyond the gaps, this share of the distance must have altitude.
pub(super) const COVERED: f64 = 0.95;
/// Noise may shift the start excess by so many points: a quarter of START-01's first step.
const ALLOWED_PCT: f64 = 0.5;
/// Beyond so many standard deviations it hardly ever does.
const SURE: f64 = 2.5;
/// Or else the hills' own effect must be this many times the noise's standard deviation. By three, one in five flat
/// runs with errors that last a minute and a half would pass; by five, one in two hundred (1,200 made-up runs of 5 to
/// 42 km, deviations of 3 and 5 m).
const STANDS_OUT: f64 = 5.0;
/// Climbs and falls smaller than this are not counted as ascent or descent.
const CLIMB_M: f64 = 2.0;

/// Energy to run a metre at a grade over that on the level (Minetti AE, Moia C, Roi GS, Susta D, Ferretti G. Energy
/// cost of walking and running at extreme uphill and downhill slopes. J Appl Physiol 2002;93:1039-1046, eq. 4),
/// with the gain downhill damped.
///
/// The paper itself finds that its downhill costs promise far faster races than are run (p. 1045). Heart rates of
/// six million runs put the gain at about half of it and never above 12 % (Robb D. An Improved GAP Model. Strava
/// Engineering, 3 October 2017); so it is halved here and ends there.
pub(super) fn cost(grade: f64) -> f64 {
    const LEVEL: f64 = 3.6;
    const DOWNHILL_SHARE: f64 = 0.5;
    const LOWEST: f64 = 0.88;
    let i = grade.clamp(-STEEPEST, STEEPEST);
    let joule = ((((155.4 * i - 30.4) * i - 43.3) * i + 46.3) * i + 19.5) * i + LEVEL;
    let ratio = joule / LEVEL;
    if ratio >= 1.0 { ratio } else { f64::max(1.0 - DOWNHILL_SHARE * (1.0 - ratio), LOWEST) }
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
pub(super) struct Effort {
    /// From the start to each mark of the grid.
    level_m: Vec<f64>,
}

impl Effort {
    /// Adds up the cost of every cell of a smoothed ground.
    pub(super) fn over(altitude_m: &[f64]) -> Self {
        let mut level_m = vec![0.0];
        let mut total_m = 0.0;
        for pair in altitude_m.windows(2) {
            total_m += STEP_M * cost((pair[1] - pair[0]) / STEP_M);
            level_m.push(total_m);
        }
        Self { level_m }
    }

    /// Level-equivalent metres from the start to a distance as recorded.
    pub(super) fn at(&self, distance_m: f64) -> f64 {
        let place = (distance_m / STEP_M).max(0.0);
        let cell = (place as usize).min(self.level_m.len() - 2);
        self.level_m[cell] + (self.level_m[cell + 1] - self.level_m[cell]) * (place - cell as f64)
    }
}

/// Surveys the ground under a run; the second is there only where grade is to be applied.
pub(super) fn survey(samples: &Samples, line: &Timeline) -> (Grade, Option<Effort>) {
    let refuse = |why: &str| (Grade { refused: Some(why.to_owned()), ..Grade::default() }, None);
    let cells = (line.length_m() / STEP_M).ceil() as usize;
    let Some(ground) = Ground::lay(samples, line, cells) else {
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
    let noise_m = ground.scatter_m().min(CEILING_M).max(ground.drift_m(&smooth)).max(FLOOR_M);
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
    let effort = Effort::over(&smooth);
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
    fn of(effort: &Effort, [from_m, middle_m, to_m]: [f64; 3]) -> Self {
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

/// Altitude on the grid.
pub(super) struct Ground {
    /// Altitude at each mark, metres.
    altitude_m: Vec<f64>,
    /// Position of the sample next to each mark, degrees.
    place_deg: Vec<Option<(f64, f64)>>,
    /// The share of the distance that has altitude within reach.
    pub(super) covered: f64,
    /// Whether it is the same everywhere.
    level: bool,
    /// Steps too steep for any ground that were taken out.
    steps: usize,
}

impl Ground {
    /// Lays the altitudes on `cells + 1` marks; `None` without any.
    fn lay(samples: &Samples, line: &Timeline, cells: usize) -> Option<Self> {
        let recorded_m = samples.altitude_m.values();
        let mut readings = Vec::with_capacity(if recorded_m.is_empty() { 0 } else { line.knots.len() });
        for knot in &line.knots {
            let Some(point) = knot.sample else { continue };
            let Some(&altitude_m) = recorded_m.get(point as usize) else { continue };
            if !altitude_m.is_nan() {
                readings.push(Reading { distance_m: knot.distance_m, altitude_m, point });
            }
        }
        Self::over(readings, |point| samples.position_deg(point as usize), line.length_m(), cells)
    }

    /// Lays readings by distance on `cells + 1` marks; `None` without any. `place_deg` tells where a point is.
    pub(super) fn over(
        mut readings: Vec<Reading>,
        place_deg: impl Fn(u32) -> Option<(f64, f64)>,
        length_m: f64,
        cells: usize,
    ) -> Option<Self> {
        let (first, last) = (*readings.first()?, *readings.last()?);
        let (mut holes_m, mut before_m) = (0.0, first.distance_m);
        for reading in &readings {
            let gap_m = reading.distance_m - before_m;
            before_m = reading.distance_m;
            if gap_m > GAP_M {
                holes_m += gap_m;
            }
        }
        let covered = (last.distance_m - first.distance_m - holes_m) / length_m;
        let level = readings.iter().all(|reading| reading.altitude_m == first.altitude_m);
        let steps = take_out_steps(&mut readings);
        let mut altitude_m = Vec::with_capacity(cells + 1);
        let mut places_deg = Vec::with_capacity(cells + 1);
        let mut next = 0;
        for cell in 0..=cells {
            let mark_m = cell as f64 * STEP_M;
            while next < readings.len() && readings[next].distance_m < mark_m {
                next += 1;
            }
            let to = readings.get(next).copied().unwrap_or(readings[readings.len() - 1]);
            let from = next.checked_sub(1).map_or(to, |before| readings[before]);
            let step_m = to.distance_m - from.distance_m;
            let share = if step_m > 0.0 { (mark_m - from.distance_m) / step_m } else { 0.0 };
            altitude_m.push(from.altitude_m + (to.altitude_m - from.altitude_m) * share.min(1.0));
            places_deg.push(place_deg(to.point));
        }
        Some(Self { altitude_m, place_deg: places_deg, covered, level, steps })
    }

    /// The altitude smoothed: at each mark, the line of least squares through the marks within reach.
    ///
    /// Each window is added up anew. Altitudes come in steps of a device's, so that a climb may be the least that
    /// counts to the last digit, and sums that carry the rounding of others would count it by chance.
    pub(super) fn smooth(&self, reach_m: f64) -> Vec<f64> {
        self.lines(reach_m, |from, to| self.altitude_m[from..=to].iter().sum()).collect()
    }

    /// How the altitude scatters about its own course over 2 km, by the median, so that one hill does not count.
    fn scatter_m(&self) -> f64 {
        // The altitudes added up from the start, over the first one so that the sums stay small: windows of 2 km are
        // their differences.
        let base_m = self.altitude_m[0];
        let mut sums_m = Vec::with_capacity(self.altitude_m.len() + 1);
        sums_m.push(0.0);
        let mut sum_m = 0.0;
        for altitude_m in &self.altitude_m {
            sum_m += altitude_m - base_m;
            sums_m.push(sum_m);
        }
        let sum = |from: usize, to: usize| sums_m[to + 1] - sums_m[from] + base_m * (to + 1 - from) as f64;
        let smooth = self.lines(NOISE_M, sum);
        let off = self.altitude_m.iter().zip(smooth).map(|(raw, smooth)| (raw - smooth).abs());
        NORMAL * median(off.collect()) / NOISE_SEEN
    }

    /// At each mark, the line of least squares through the marks within reach; `sum` adds up the altitudes from one
    /// mark to another.
    fn lines(&self, reach_m: f64, sum: impl Fn(usize, usize) -> f64) -> impl Iterator<Item = f64> {
        let reach = (reach_m / STEP_M) as usize;
        let last = self.altitude_m.len() - 1;
        (0..=last).map(move |at| {
            let (from, to) = (at.saturating_sub(reach), (at + reach).min(last));
            let mean = sum(from, to) / (to + 1 - from) as f64;
            // In the middle of its window the line passes through the mean, whatever its slope.
            let off_middle = at as f64 - 0.5 * (from + to) as f64;
            if off_middle == 0.0 {
                mean
            } else {
                mean + slope(&self.altitude_m[from..=to], mean) * off_middle
            }
        })
    }

    /// How far altitudes at one place, passed again later, lie apart: the slow drift of a barometer that scatter does
    /// not show. Zero where the run hardly crosses its own way.
    fn drift_m(&self, smooth: &[f64]) -> f64 {
        // Squares with the marks that lie in them. Sorted, each square's first mark leads its others.
        let mut passes: Vec<(u64, usize)> = Vec::with_capacity(self.place_deg.len());
        for (at, place) in self.place_deg.iter().enumerate() {
            let Some((latitude_deg, longitude_deg)) = *place else { continue };
            let east_deg = longitude_deg * libm::cos(latitude_deg.to_radians());
            let (row, column) = (floor(latitude_deg / SAME_PLACE_DEG), floor(east_deg / SAME_PLACE_DEG));
            passes.push((u64::from(row.cast_unsigned()) << 32 | u64::from(column.cast_unsigned()), at));
        }
        passes.sort_by_key(|(square, _)| *square);
        let mut apart = Vec::new();
        for square in passes.chunk_by(|one, next| one.0 == next.0) {
            let before = square[0].1;
            let later = square.iter().filter(|(_, at)| (at - before) as f64 * STEP_M >= LATER_M);
            apart.extend(later.map(|&(_, at)| (smooth[at] - smooth[before]).abs()));
        }
        // Two readings, each with the error: their difference spreads by √2.
        if apart.len() < PASSES { 0.0 } else { NORMAL * median(apart) / std::f64::consts::SQRT_2 }
    }
}

/// An altitude along the run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) distance_m: f64,
    pub(super) altitude_m: f64,
    /// The sample, or the course's point, that it was read at.
    pub(super) point: u32,
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

/// Takes out what is too steep for any ground: a barometer set right under way shifts all that follows. Gives how
/// often.
fn take_out_steps(readings: &mut [Reading]) -> usize {
    let (mut settled_m, mut steps, mut behind) = (0.0, 0, 0);
    let mut stepping = false;
    let [first, second, ..] = *readings else { return 0 };
    // The last reading that lies a cell back, or the first; and where the one after it is.
    let (mut back, mut after_m) = (first, second.distance_m);
    for at in 1..readings.len() {
        let here = readings[at];
        // The reading itself is no cell away from itself, so this ends there.
        while here.distance_m - after_m >= STEP_M {
            behind += 1;
            (back, after_m) = (readings[behind], readings[behind + 1].distance_m);
        }
        let back_m = here.distance_m - back.distance_m;
        let away_m = if back_m > STEP_M { back_m } else { STEP_M };
        let altitude_m = here.altitude_m - settled_m;
        let too_steep = (altitude_m - back.altitude_m).abs() > STEEPEST * away_m;
        if too_steep {
            settled_m += altitude_m - readings[at - 1].altitude_m;
            steps += usize::from(!stepping);
        }
        stepping = too_steep;
        readings[at].altitude_m = here.altitude_m - settled_m;
    }
    steps
}

/// The upper median.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Metres up and down, by turning points at least [`CLIMB_M`] apart.
pub(super) fn climbs(altitude_m: &[f64]) -> (f64, f64) {
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
    fn a_step_is_taken_out_and_a_slope_is_not() {
        let readings = |altitude: fn(f64) -> f64| -> Vec<Reading> {
            (0..300)
                .map(|sample| Reading {
                    distance_m: 3.0 * f64::from(sample),
                    altitude_m: altitude(3.0 * f64::from(sample)),
                    point: 0,
                })
                .collect()
        };
        let mut stepped = readings(|m| 0.1 * m + if m > 400.0 { 45.0 } else { 0.0 });
        assert_eq!(take_out_steps(&mut stepped), 1);
        assert!((stepped[299].altitude_m - 89.4).abs() < 0.01, "{}", stepped[299].altitude_m);
        let mut steep = readings(|m| 0.4 * m);
        assert_eq!(take_out_steps(&mut steep), 0);
        assert_eq!(steep[299].altitude_m, 0.4 * 897.0);
    }

    #[test]
    fn climbs_count_hills_and_not_ripples() {
        assert_eq!(climbs(&[0.0, 1.0, 0.0, 1.0, 0.0]), (0.0, 0.0));
        let (up, down) = climbs(&[0.0, 5.0, 10.0, 5.0, 0.0]);
        assert_eq!((up, down), (10.0, 10.0));
    }
}
