//! Interval sessions: repeats that are clearly faster than the jogging between them.
//!
//! Speed is taken every few seconds, on level ground where grade is applied. Its two levels are
//! parted where their variance is least (Otsu 1979); fast phases of a like speed with slow phases
//! between them are repeats. Laps that the runner or a workout set are evidence, and exact ends.
//!
//! Ordinary running with interruptions is no session: a hilly run, traffic lights, run and walk by
//! turns. There the fast phases are as fast as the run besides them, or the slow ones are standing
//! or walking.

use super::hills::grade::LevelDistance;
use super::laps::Lap;
use super::line::Timeline;
use crate::activity::{Intensity, LapTrigger};
use crate::statistics::median;
use crate::units::{KM_M, STANDING_MPS};

/// A repeat of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// When it begins, elapsed seconds as recorded.
    pub from_s: f64,
    /// Where it begins, metres as recorded.
    pub from_m: f64,
    /// Its length, metres: the file's where a lap is the repeat.
    pub length_m: f64,
    /// Its elapsed seconds.
    pub elapsed_s: f64,
    /// Whether a lap of the device is this repeat.
    pub is_lap: bool,
}

/// The time between two speeds, seconds.
const STEP_S: f64 = 5.0;
/// A shorter phase belongs to the phases around it, seconds.
const SHORTEST_S: f64 = 20.0;
/// The longest repeat and the longest recovery, seconds.
const LONGEST_S: (f64, f64) = (1_250.0, 480.0);
/// The fewest repeats, and the fewest of those that last three minutes or more.
const FEWEST: (usize, usize) = (4, 3);
/// All repeats last this long at least, seconds.
const ALL_S: f64 = 240.0;
/// Repeats are at least this much faster than the recoveries, and than the run outside them.
const FASTER: (f64, f64) = (1.25, 1.1);
/// The least share of the variance of speeds that two levels explain. An even spread has .64.
const PARTED: f64 = 0.75;
/// The coefficients of variation up to which repeats have one speed and one length.
pub(super) const ALIKE: (f64, f64) = (0.09, 0.07);
/// The fewest repeats of different lengths without laps: a fartlek.
const FEWEST_FARTLEK: usize = 5;
/// The largest share of a fartlek, from its first surge to its last, that is fast.
const FARTLEK: f64 = 0.75;
/// Slower recoveries are walked, m/s.
const JOGGED_MPS: f64 = 1.9;
/// A run has a pace of its own outside of the repeats if it lasts this long there, seconds.
const OUTSIDE_S: f64 = 300.0;
/// A slow phase shorter than this share of the usual recovery is none.
const MOMENT: f64 = 0.25;
/// In a climb of more than this, metres a kilometre, without grade, hills explain the phases.
const HILLY: f64 = 12.0;
/// The share of a repeat and of a lap that must be common to both.
const COMMON: f64 = 0.8;
/// The number of steps within which a runner changes speed.
const EDGE: usize = 4;

/// A phase of like speed: its first and its last point.
#[derive(Debug, Clone, Copy)]
struct Phase {
    from: usize,
    to: usize,
}

/// The speeds of a run.
struct Speeds<'a> {
    line: &'a Timeline,
    /// Elapsed seconds and metres, as recorded.
    points: Vec<(f64, f64)>,
    /// Smoothed speed of the step after each point, m/s.
    mps: Vec<f64>,
    /// Level-equivalent metres at each point.
    level_m: Vec<f64>,
}

/// Finds the repeats of a session; empty for any other run. `ascent_m` is the climb, if known.
pub(super) fn repeats(
    line: &Timeline,
    level_distance: Option<&LevelDistance>,
    laps: &[Lap],
    ascent_m: Option<f64>,
) -> Vec<Repeat> {
    let speeds = Speeds::of(line, level_distance);
    let Some(low_mps) = speeds.threshold(STANDING_MPS) else { return Vec::new() };
    // With walked recoveries the lower level may be walking, and the upper one all running.
    let thresholds = [Some(low_mps), speeds.threshold(low_mps)];
    let is_hilly = level_distance.is_none()
        && ascent_m.is_some_and(|ascent_m| ascent_m > HILLY * line.length_m() / KM_M);
    let own: Vec<&Lap> = own_laps(laps);
    let found = thresholds.into_iter().flatten().find_map(|mps| speeds.session(mps, &own, is_hilly));
    found.unwrap_or_default()
}

/// Returns the laps that the runner or a workout set: not those of every kilometre.
fn own_laps(laps: &[Lap]) -> Vec<&Lap> {
    let is_step = |intensity: Intensity| intensity != Intensity::Active;
    let ended_by = |trigger: LapTrigger| laps.iter().any(|lap| lap.trigger == Some(trigger));
    // A watch makes laps of every kilometre or of every five minutes, not both by turns.
    let workout = laps.iter().filter_map(|lap| lap.intensity).any(is_step)
        || (ended_by(LapTrigger::Distance) && ended_by(LapTrigger::Time));
    laps.iter()
        .filter(|lap| match lap.trigger {
            Some(LapTrigger::Manual) => true,
            Some(LapTrigger::Distance | LapTrigger::Time) => workout,
            _ => workout && lap.intensity.is_some_and(is_step),
        })
        .collect()
}

impl<'a> Speeds<'a> {
    fn of(line: &'a Timeline, level_distance: Option<&LevelDistance>) -> Self {
        let points = line.points(STEP_S);
        let level_m: Vec<f64> = points
            .iter()
            .map(|(_, metres)| level_distance.map_or(*metres, |level| level.at(*metres)))
            .collect();
        // The mean over three steps: positions are a few metres off.
        let last = points.len().saturating_sub(1);
        let mps = (0..last)
            .map(|at| {
                let (from, to) = (at.saturating_sub(1), (at + 2).min(last));
                (level_m[to] - level_m[from]) / (points[to].0 - points[from].0)
            })
            .collect();
        Self { line, points, mps, level_m }
    }

    /// Returns the seconds of a step.
    fn step_s(&self, at: usize) -> f64 {
        self.points[at + 1].0 - self.points[at].0
    }

    /// Returns the speed that best parts those above another one into two levels.
    fn threshold(&self, above_mps: f64) -> Option<f64> {
        const BIN_MPS: f64 = 0.1;
        let mut bins = [0.0; 100];
        for (at, mps) in self.mps.iter().enumerate().filter(|(_, mps)| **mps > above_mps) {
            if let Some(bin) = bins.get_mut((mps / BIN_MPS) as u32 as usize) {
                *bin += self.step_s(at).min(2.0 * STEP_S);
            }
        }
        let mps = |bin: usize| (bin as f64 + 0.5) * BIN_MPS;
        let total: f64 = bins.iter().sum();
        let sum: f64 = bins.iter().enumerate().map(|(bin, seconds)| seconds * mps(bin)).sum();
        let (mut low, mut low_sum) = (0.0, 0.0);
        let mut best = (0.0, None);
        for (bin, seconds) in bins.iter().enumerate() {
            low += seconds;
            low_sum += seconds * mps(bin);
            let high = total - low;
            if low <= 0.0 || high <= 0.0 {
                continue;
            }
            let apart = low_sum / low - (sum - low_sum) / high;
            let variance = low * high * apart * apart;
            if variance > best.0 {
                // Half-way between the two levels.
                best = (variance, Some(0.5 * (low_sum / low + (sum - low_sum) / high)));
            }
        }
        best.1
    }

    /// Returns the phases faster than a speed; short breaks and short phases are left out.
    fn fast_phases(&self, mps: f64) -> Vec<Phase> {
        let mut phases: Vec<Phase> = Vec::new();
        for at in (0..self.mps.len()).filter(|at| self.mps[*at] > mps) {
            match phases.last_mut() {
                Some(last) if self.points[at].0 - self.points[last.to].0 < 0.75 * SHORTEST_S => {
                    last.to = at + 1;
                }
                _ => phases.push(Phase { from: at, to: at + 1 }),
            }
        }
        phases.retain(|phase| self.length_s(*phase) >= SHORTEST_S);
        phases
    }

    fn length_s(&self, phase: Phase) -> f64 {
        self.points[phase.to].0 - self.points[phase.from].0
    }

    /// Returns the mean speed of a phase on level ground, m/s.
    fn mean_mps(&self, phase: Phase) -> f64 {
        (self.level_m[phase.to] - self.level_m[phase.from]) / self.length_s(phase)
    }

    /// Returns the repeats if the phases faster than a speed are a session.
    fn session(&self, mps: f64, laps: &[&Lap], is_hilly: bool) -> Option<Vec<Repeat>> {
        let all = self.joined(self.fast_phases(mps), laps);
        let (first, last) = self.block(&all)?;
        let phases = self.trimmed(&all[first..=last])?;
        let rests: Vec<Phase> =
            phases.windows(2).map(|pair| Phase { from: pair[0].to, to: pair[1].from }).collect();
        let all_s: f64 = phases.iter().map(|phase| self.length_s(*phase)).sum();
        let fewest = if all_s >= 180.0 * phases.len() as f64 { FEWEST.1 } else { FEWEST.0 };
        if phases.len() < fewest || all_s < ALL_S {
            return None;
        }
        let fast: Vec<f64> = phases.iter().map(|phase| self.mean_mps(*phase)).collect();
        let fast_mps = median(fast.iter().copied())?;
        let rest_mps = median(rests.iter().map(|rest| self.mean_mps(*rest)))?;
        let block = Phase { from: phases[0].from, to: phases[phases.len() - 1].to };
        let is_parted = fast_mps >= FASTER.0 * rest_mps
            && variation(&fast) <= ALIKE.0
            && self.parted(block, phases) >= PARTED;
        if !is_parted {
            return None;
        }
        let (outside_s, outside_mps) = self.outside(block);
        let has_outside = outside_s >= OUTSIDE_S;
        if has_outside && fast_mps < FASTER.1 * outside_mps {
            return None;
        }
        let repeats: Vec<Repeat> = phases.iter().map(|phase| self.repeat(*phase, laps)).collect();
        let by_laps = repeats.iter().filter(|repeat| repeat.is_lap).count() * 10 >= 7 * repeats.len();
        if by_laps {
            return Some(repeats);
        }
        let lengths = |of: fn(&Repeat) -> f64| variation(&repeats.iter().map(of).collect::<Vec<_>>());
        if is_hilly {
            return None;
        }
        let is_regular = lengths(|repeat| repeat.length_m).min(lengths(|repeat| repeat.elapsed_s)) <= ALIKE.1;
        let is_jogged = rest_mps >= JOGGED_MPS;
        // Whoever stands or walks between the repeats has run at another pace before or after.
        let is_session = if is_regular {
            is_jogged || (has_outside && outside_mps >= JOGGED_MPS.max(1.25 * rest_mps))
        } else {
            is_jogged
                && has_outside
                && phases.len() >= FEWEST_FARTLEK
                && all_s <= FARTLEK * self.length_s(block)
        };
        is_session.then_some(repeats)
    }

    /// Joins phases with a moment of slowness between them that is no recovery.
    /// Where a lap ends, it is one.
    fn joined(&self, phases: Vec<Phase>, laps: &[&Lap]) -> Vec<Phase> {
        let mut rests_s: Vec<f64> =
            phases.windows(2).map(|pair| self.points[pair[1].from].0 - self.points[pair[0].to].0).collect();
        rests_s.sort_by(f64::total_cmp);
        let Some(usual_s) = rests_s.get(rests_s.len() * 3 / 4) else { return phases };
        let has_end = |from: usize, to: usize| {
            let within_m = self.points[from.saturating_sub(EDGE)].1..=self.points[to + 1].1;
            laps.iter().any(|lap| within_m.contains(&lap.from_m) || within_m.contains(&lap.to_m))
        };
        let mut joined: Vec<Phase> = Vec::new();
        for phase in phases {
            match joined.last_mut() {
                Some(last)
                    if self.points[phase.from].0 - self.points[last.to].0 < MOMENT * usual_s
                        && !has_end(last.to, phase.from) =>
                {
                    last.to = phase.to;
                }
                _ => joined.push(phase),
            }
        }
        joined
    }

    /// Leaves out phases at the start and the end that are slower or far shorter than the others.
    fn trimmed<'b>(&self, phases: &'b [Phase]) -> Option<&'b [Phase]> {
        let usual_s = median(phases.iter().map(|phase| self.length_s(*phase)))?;
        let usual_mps = median(phases.iter().map(|phase| self.mean_mps(*phase)))?;
        let is_one = |phase: &Phase| {
            self.length_s(*phase) >= 0.5 * usual_s && self.mean_mps(*phase) >= (1.0 - ALIKE.0) * usual_mps
        };
        let (first, last) = (phases.iter().position(is_one)?, phases.iter().rposition(is_one)?);
        phases.get(first..=last)
    }

    /// Returns the longest row of fast phases, each no longer than a repeat and with no longer than
    /// a recovery between them.
    fn block(&self, phases: &[Phase]) -> Option<(usize, usize)> {
        let mut best: Option<(usize, usize)> = None;
        let mut from = 0;
        for at in 0..phases.len() {
            let follows =
                at > from && self.points[phases[at].from].0 - self.points[phases[at - 1].to].0 <= LONGEST_S.1;
            if self.length_s(phases[at]) > LONGEST_S.0 {
                from = at + 1;
                continue;
            }
            if at > from && !follows {
                from = at;
            }
            if best.is_none_or(|(first, last)| at - from > last - first) {
                best = Some((from, at));
            }
        }
        best
    }

    /// Returns the share of the variance of speeds within the block that two levels explain.
    fn parted(&self, block: Phase, phases: &[Phase]) -> f64 {
        let mut next = 0;
        let mut sums = [(0.0, 0.0, 0.0); 2];
        for at in block.from..block.to {
            while next < phases.len() && phases[next].to <= at {
                next += 1;
            }
            let is_fast = phases.get(next).is_some_and(|phase| phase.from <= at);
            let (seconds, mps) = (self.step_s(at), self.mps[at]);
            let sum = &mut sums[usize::from(is_fast)];
            *sum = (sum.0 + seconds, sum.1 + seconds * mps, sum.2 + seconds * mps * mps);
        }
        let spread = |sum: (f64, f64, f64)| if sum.0 > 0.0 { sum.2 - sum.1 * sum.1 / sum.0 } else { 0.0 };
        let all = sums.iter().fold((0.0, 0.0, 0.0), |all, sum| (all.0 + sum.0, all.1 + sum.1, all.2 + sum.2));
        1.0 - (spread(sums[0]) + spread(sums[1])) / spread(all)
    }

    /// Returns the moving seconds outside of the block, and the speed there, m/s.
    fn outside(&self, block: Phase) -> (f64, f64) {
        let (mut seconds, mut metres) = (0.0, 0.0);
        for at in (0..block.from).chain(block.to..self.mps.len()) {
            if self.mps[at] > STANDING_MPS {
                seconds += self.step_s(at);
                metres += self.step_s(at) * self.mps[at];
            }
        }
        (seconds, if seconds > 0.0 { metres / seconds } else { 0.0 })
    }

    /// Returns the elapsed second at which the speed passes another one, near to a point.
    fn passes_s(&self, near: usize, mps: f64) -> f64 {
        let middle_s = |step: usize| 0.5 * (self.points[step].0 + self.points[step + 1].0);
        let range = near.saturating_sub(EDGE).max(1)..(near + EDGE).min(self.mps.len());
        let is_passed = |at: &usize| (self.mps[at - 1] > mps) != (self.mps[*at] > mps);
        let Some(at) = range.filter(is_passed).min_by_key(|at| at.abs_diff(near)) else {
            return self.points[near].0;
        };
        let share = (mps - self.mps[at - 1]) / (self.mps[at] - self.mps[at - 1]);
        middle_s(at - 1) + share * (middle_s(at) - middle_s(at - 1))
    }

    /// Returns the repeat of a fast phase: the lap that covers it, if there is one. Its ends are
    /// where the smoothed speed is half-way between its own and the one beside it.
    fn repeat(&self, phase: Phase, laps: &[&Lap]) -> Repeat {
        let fast_mps = self.mean_mps(phase);
        let before_mps = self.mps[phase.from.saturating_sub(EDGE)];
        let after_mps = self.mps[(phase.to + EDGE - 1).min(self.mps.len() - 1)];
        let from_s = self.passes_s(phase.from, 0.5 * (fast_mps + before_mps));
        let to_s = self.passes_s(phase.to, 0.5 * (fast_mps + after_mps));
        let [from_m, to_m] = [from_s, to_s].map(|at_s| self.line.distance_at(at_s));
        let common_m = |lap: &Lap| lap.to_m.min(to_m) - lap.from_m.max(from_m);
        let is_same = |lap: &Lap| common_m(lap) >= COMMON * lap.length_m().max(to_m - from_m);
        match laps.iter().find(|lap| is_same(lap)) {
            Some(lap) => Repeat {
                from_s: lap.from_s.into(),
                from_m: lap.from_m,
                length_m: lap.device_m.map_or(lap.length_m(), f64::from),
                elapsed_s: lap.elapsed_s.into(),
                is_lap: true,
            },
            None => {
                Repeat { from_s, from_m, length_m: to_m - from_m, elapsed_s: to_s - from_s, is_lap: false }
            }
        }
    }
}

/// Returns the standard deviation over the mean.
pub(super) fn variation(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
    variance.sqrt() / mean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{self, Activity, Sport};
    use crate::measure::{MeasureOptions, measure, session_name};

    /// Makes a run of legs, seconds and m/s, and returns what it is called. Speeds vary by a few
    /// percent every 20 s, as those of runners do.
    fn named(legs: &[(f64, f64)], laps: &[activity::Lap], altitude_m: fn(f64) -> f64) -> Option<String> {
        let mut activity = Activity { sport: Sport::Running, timer_known: true, ..Activity::default() };
        let (mut time_s, mut metres) = (1000.0, 0.0);
        let mut varied = [1.0, 0.97, 1.03, 0.99, 1.02, 0.98].iter().cycle();
        for &(leg_s, mps) in legs {
            let mut factor = 1.0;
            for second in 0..leg_s as u32 {
                if second % 20 == 0 {
                    factor = *varied.next().expect("endless");
                }
                let index = activity.samples.open(time_s);
                activity.samples.distance_m.set(index, metres);
                activity.samples.altitude_m.set(index, altitude_m(metres));
                (time_s, metres) = (time_s + 1.0, metres + factor * mps);
            }
        }
        activity.laps = laps.to_vec();
        let measured = measure(&activity, &MeasureOptions::default()).1.expect("a run");
        session_name(&measured.repeats)
    }

    fn flat(legs: &[(f64, f64)]) -> Option<String> {
        named(legs, &[], |_| 500.0)
    }

    /// Warming up, so many times two legs, and cooling down.
    fn session(times: usize, fast: (f64, f64), slow: (f64, f64)) -> Vec<(f64, f64)> {
        [&[(720.0, 2.8)], &[fast, slow].repeat(times)[..], &[(600.0, 2.7)]].concat()
    }

    #[test]
    fn repeats_are_named_by_their_distance_or_their_time() {
        assert_eq!(flat(&session(8, (200.0, 4.0), (150.0, 2.3))).as_deref(), Some("8 × 800 m"));
        assert_eq!(flat(&session(6, (180.0, 3.85), (120.0, 2.2))).as_deref(), Some("6 × 3 min"));
        assert_eq!(flat(&session(4, (402.3, 4.0), (180.0, 2.3))).as_deref(), Some("4 × 1 mile"));
        // Walked or standing recoveries, after a warm-up that is run.
        assert_eq!(flat(&session(10, (80.0, 5.0), (90.0, 1.2))).as_deref(), Some("10 × 400 m"));
        assert_eq!(flat(&session(10, (80.0, 5.0), (90.0, 0.0))).as_deref(), Some("10 × 400 m"));
    }

    #[test]
    fn a_moment_of_slowness_does_not_cut_a_repeat() {
        let cut =
            [(720.0, 2.8), (250.0, 4.0), (200.0, 2.3), (120.0, 4.0), (25.0, 2.6), (120.0, 4.0), (200.0, 2.3)];
        let legs = [&cut[..], &[(250.0, 4.0), (200.0, 2.3)].repeat(3), &[(600.0, 2.7)]].concat();
        assert_eq!(flat(&legs).as_deref(), Some("5 × 1000 m"));
    }

    #[test]
    fn surges_of_any_length_are_a_fartlek() {
        let surges = [60.0, 150.0, 95.0, 230.0, 70.0, 190.0].map(|seconds| [(seconds, 4.1), (100.0, 2.5)]);
        let legs = [&[(900.0, 2.85)], surges.as_flattened(), &[(700.0, 2.8)]].concat();
        assert_eq!(flat(&legs).as_deref(), Some("fartlek"));
    }

    #[test]
    fn running_with_interruptions_is_no_session() {
        let lights =
            [300.0, 500.0, 130.0, 620.0, 210.0, 400.0, 350.0].map(|seconds| [(seconds, 2.9), (40.0, 0.0)]);
        assert_eq!(flat(lights.as_flattened()), None, "traffic lights");
        assert_eq!(flat(&[(300.0, 2.9), (40.0, 0.0)].repeat(9)), None, "lights as far apart");
        assert_eq!(flat(&[(540.0, 2.9), (60.0, 1.5)].repeat(8)), None, "run and walk");
        assert_eq!(flat(&[(240.0, 2.9), (60.0, 1.5)].repeat(14)), None, "run and walk, shorter");
        assert_eq!(flat(&[(900.0, 2.7), (900.0, 2.9), (900.0, 3.2), (900.0, 3.5)]), None, "progressive");
        assert_eq!(flat(&[(1800.0, 3.0), (1800.0, 2.9)]), None, "steady");
        assert_eq!(flat(&[(1200.0, 2.8), (1500.0, 3.7), (900.0, 2.7)]), None, "a tempo run");
        assert_eq!(
            flat(&[&[(2400.0, 2.9)], &[(15.0, 5.5), (60.0, 2.5)].repeat(6)[..]].concat()),
            None,
            "strides"
        );
    }

    #[test]
    fn hills_explain_phases_of_different_speed() {
        // 300 m up at 8 %, 300 m down, at the speeds of one effort.
        let hilly: Vec<(f64, f64)> = [(142.0, 2.1), (93.0, 3.2)].repeat(14);
        let altitude = |metres: f64| 0.08 * (300.0 - (metres.rem_euclid(600.0) - 300.0).abs());
        assert_eq!(named(&hilly, &[], altitude), None);
    }

    #[test]
    fn laps_by_the_button_give_exact_repeats() {
        // Eight laps of 790 m with standing between them, and no warm-up.
        let legs = [(200.0, 4.0), (90.0, 0.0)].repeat(8);
        let lap = |index: usize| activity::Lap {
            start_s: Some(1000.0 + 290.0 * (index / 2) as f64 + 200.0 * (index % 2) as f64),
            elapsed_s: Some(if index.is_multiple_of(2) { 200.0 } else { 90.0 }),
            distance_m: Some(if index.is_multiple_of(2) { 800.0 } else { 0.0 }),
            trigger: Some(LapTrigger::Manual),
            ..activity::Lap::default()
        };
        let laps: Vec<activity::Lap> = (0..16).map(lap).collect();
        assert_eq!(named(&legs, &laps, |_| 500.0).as_deref(), Some("8 × 800 m"));
    }
}
