//! Heart rate at the same pace in the two halves of a run.
//!
//! Both halves are cut into parts of 200 m. Those at the pace of the first half are compared, so
//! that slowing down, a stop or a hill does not look like a change of the heart. The first ten
//! minutes are left out.

use super::line::Times;
use super::split::{Basis, Stretch};
use super::view::{SAME_PACE, SAME_PACE_PART_M, ScaledMarks};

/// The shortest run whose halves are compared, seconds of moving time.
const LONG_S: f64 = 60.0 * 60.0;
/// The time at the start that is left out, seconds of moving time. The heart needs minutes to reach
/// the rate of a pace, and its drift begins after about ten minutes.
const WARM_UP_S: f64 = 10.0 * 60.0;
/// The parts of each half that are compared must last this long in all, seconds.
const SHORTEST_S: f64 = 180.0;

/// Heart rate in the two halves of a run, over the parts at the pace of the first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalvesHeart {
    /// The first half, without the first ten minutes.
    pub early: SamePaceParts,
    /// The second half.
    pub late: SamePaceParts,
    /// The share of the run's distance that these parts cover, 0–1.
    pub compared: f64,
    /// Whether the paces compared are grade-adjusted.
    pub graded: bool,
}

/// The parts of a half at the pace of the first half that have a heart rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SamePaceParts {
    /// Mean heart rate, weighted by distance, beats a minute.
    pub rate_bpm: f64,
    /// Mean pace by moving time, grade-adjusted where grade is applied, s/m.
    pub pace_s_per_m: f64,
    /// Moving seconds.
    pub length_s: f64,
}

impl HalvesHeart {
    /// Returns the drift: how much faster the heart beat in the second half, percent.
    pub fn drift_pct(&self) -> f64 {
        100.0 * (self.late.rate_bpm / self.early.rate_bpm - 1.0)
    }
}

/// Sums over parts that have a heart rate.
#[derive(Default)]
struct Sums {
    heard_m: f64,
    beats: f64,
    /// Metres that the pace is over: level ones where grade is applied.
    pace_m: f64,
    moving_s: f64,
}

impl Sums {
    /// Returns the means; `None` for less than three minutes.
    fn parts(&self) -> Option<SamePaceParts> {
        (self.moving_s >= SHORTEST_S && self.pace_m > 0.0).then(|| SamePaceParts {
            rate_bpm: self.beats / self.heard_m,
            pace_s_per_m: self.moving_s / self.pace_m,
            length_s: self.moving_s,
        })
    }
}

/// Compares the halves of a run of a length, metres. `None` for a run of less than an hour, without
/// a heart rate, or with too little of either half at the same pace.
pub(super) fn compare(marks: &ScaledMarks, distance_m: f64, total: Times) -> Option<HalvesHeart> {
    if total.moving_s < LONG_S || marks.input.heart_rate.is_empty() {
        return None;
    }
    let half_m = distance_m / 2.0;
    let parts_from = |from_m: f64, to_m: f64| {
        let count = ((to_m - from_m) / SAME_PACE_PART_M) as u32;
        (0..count).map(move |part| from_m + f64::from(part) * SAME_PACE_PART_M)
    };
    let warm_m = parts_from(0.0, half_m).find(|from_m| marks.at(*from_m).moving_s >= WARM_UP_S)?;
    let pace = |part: &Stretch, basis| part.gap_s_per_m(basis).unwrap_or_else(|| part.pace_s_per_m(basis));
    let pace_s_per_m = pace(&marks.stretch(warm_m, half_m), Basis::Moving);
    let sums = |from_m: f64, to_m: f64| {
        let mut sums = Sums::default();
        let mut from = marks.mark(from_m);
        let mut to = from;
        for from_m in parts_from(from_m, to_m) {
            // A part begins where the one before ends, up to rounding.
            from = if from_m == to.at_m { to } else { marks.next_mark(&from, from_m) };
            to = marks.next_mark(&from, from_m + SAME_PACE_PART_M);
            let part = marks.between(&from, &to);
            // A part that contains a stop is slow by elapsed time.
            if (pace(&part, Basis::Elapsed) / pace_s_per_m - 1.0).abs() > SAME_PACE {
                continue;
            }
            let Some(heart) = from.heart_until(&to) else { continue };
            sums.heard_m += heart.covered * part.distance_m;
            sums.beats += heart.covered * part.distance_m * heart.rate_bpm;
            sums.pace_m += heart.covered * part.level_m.unwrap_or(part.distance_m);
            sums.moving_s += heart.covered * part.times.moving_s;
        }
        sums
    };
    let (early, late) = (sums(warm_m, half_m), sums(half_m, distance_m));
    Some(HalvesHeart {
        early: early.parts()?,
        late: late.parts()?,
        compared: (early.heard_m + late.heard_m) / distance_m,
        graded: marks.input.level_distance.is_some(),
    })
}
