//! The timer over the recording: when it ran, when it stood.
//!
//! FIT says it by events, which the reader has paired. TCX says only how long each lap's timer ran; the missing
//! seconds go to the gaps between the lap's `Track`s, then to its slowest gaps, else they are spread evenly.
//! GPX says it by segments.

use super::clock::{Clock, typical_step};
use crate::activity::{Activity, FileFormat, Lap, Note};

/// Lap totals are often whole seconds and lap starts too: below this nothing is missing.
const LAP_ROUNDING_S: f64 = 1.5;
/// A gap between samples must be this long to hide a stop.
const SHORTEST_STOP_S: f64 = 5.0;

/// A piece of time during which the timer lost seconds; all of them if it stood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::measure) struct Loss {
    pub from_s: f64,
    pub to_s: f64,
    pub lost_s: f64,
}

impl Loss {
    fn whole(from_s: f64, to_s: f64) -> Self {
        Self { from_s, to_s, lost_s: to_s - from_s }
    }

    /// The share of this time for which the timer ran, 0–1.
    pub(in crate::measure) fn rate(&self) -> f64 {
        1.0 - (self.lost_s / (self.to_s - self.from_s)).clamp(0.0, 1.0)
    }
}

/// The timer's losses, ascending and disjoint, on the repaired clock.
pub(in crate::measure) fn losses(activity: &Activity, clock: &Clock, notes: &mut Vec<Note>) -> Vec<Loss> {
    if !activity.timer_known {
        return Vec::new();
    }
    let mut losses: Vec<Loss> = match activity.format {
        FileFormat::Fit => activity
            .timer_stops
            .iter()
            .map(|stop| Loss::whole(clock.moved(stop.from_s), clock.moved(stop.to_s).min(clock.span().1)))
            .collect(),
        FileFormat::Gpx => segment_gaps(activity, clock),
        FileFormat::Tcx if activity.laps.iter().any(|lap| lap.timer_s.is_some()) => {
            lap_losses(activity, clock, notes)
        }
        FileFormat::Tcx => segment_gaps(activity, clock),
    };
    losses.retain(|loss| loss.to_s > loss.from_s && loss.lost_s > 0.0);
    losses.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    let mut end_s = f64::NEG_INFINITY;
    losses.retain(|loss| {
        let disjoint = loss.from_s >= end_s;
        end_s = end_s.max(loss.to_s);
        disjoint
    });
    losses
}

/// The gaps between segments.
fn segment_gaps(activity: &Activity, clock: &Clock) -> Vec<Loss> {
    let starts = &activity.samples.segment_starts;
    let mut rows: Vec<usize> = starts.iter().map(|start| clock.row_from(*start)).collect();
    // Segments without a sample on the clock begin at the same one.
    rows.dedup();
    rows.into_iter()
        .filter(|row| (1..clock.time_s.len()).contains(row))
        .map(|row| Loss::whole(clock.time_s[row - 1], clock.time_s[row]))
        .collect()
}

/// Places each lap's missing seconds.
fn lap_losses(activity: &Activity, clock: &Clock, notes: &mut Vec<Note>) -> Vec<Loss> {
    let (first_s, last_s) = clock.span();
    let laps: Vec<(f64, &Lap)> =
        activity.laps.iter().filter_map(|lap| Some((clock.moved(lap.start_s?), lap))).collect();
    let segment_gaps = segment_gaps(activity, clock);
    let mut losses = Vec::new();
    let (mut spread_s, mut reached_s) = (0.0, f64::NEG_INFINITY);
    for (position, (start_s, lap)) in laps.iter().enumerate() {
        let from_s = start_s.max(first_s);
        let to_s = laps.get(position + 1).map_or(last_s, |(next, _)| *next).min(last_s);
        let Some(timer_s) = lap.timer_s else { continue };
        let missing_s = to_s - start_s - timer_s;
        // Laps out of order lie over one another; each moment is looked at once.
        if missing_s <= LAP_ROUNDING_S || to_s <= from_s || from_s < reached_s {
            continue;
        }
        reached_s = to_s;
        spread_s += place(activity, clock, &segment_gaps, (from_s, to_s), missing_s, &mut losses);
    }
    if spread_s > LAP_ROUNDING_S {
        notes.push(Note::general(format!(
            "laps lack {spread_s:.0} s of timer time that no gap explains; they were spread evenly over those laps"
        )));
    }
    losses
}

/// Places one lap's missing seconds and gives how many had to be spread.
fn place(
    activity: &Activity,
    clock: &Clock,
    segment_gaps: &[Loss],
    (from_s, to_s): (f64, f64),
    missing_s: f64,
    losses: &mut Vec<Loss>,
) -> f64 {
    let mut left_s = missing_s;
    let before = losses.len();
    let is_boundary = |from: f64| segment_gaps.binary_search_by(|gap| gap.from_s.total_cmp(&from)).is_ok();
    let gaps = slow_gaps(activity, clock, (from_s, to_s), missing_s, &is_boundary);
    // First the gaps between tracks, which is where a stop was written down, then any other slow gap.
    for wanted in [true, false] {
        for gap in gaps.iter().filter(|gap| gap.boundary == wanted) {
            if left_s <= LAP_ROUNDING_S {
                break;
            }
            let stop_s = gap.spare_s.min(left_s);
            // Runners stop, then stand: the stop begins where the gap begins.
            losses.push(Loss::whole(gap.from_s, gap.from_s + stop_s));
            left_s -= stop_s;
        }
    }
    if left_s <= LAP_ROUNDING_S {
        return 0.0;
    }
    losses.truncate(before);
    losses.push(Loss { from_s, to_s, lost_s: missing_s });
    missing_s
}

/// A gap between samples in which a stop may hide.
struct Gap {
    from_s: f64,
    /// Seconds more than the distance covered asks for.
    spare_s: f64,
    speed_mps: f64,
    /// Whether a new track begins behind it.
    boundary: bool,
}

/// A lap's gaps, slowest first.
fn slow_gaps(
    activity: &Activity,
    clock: &Clock,
    (from_s, to_s): (f64, f64),
    missing_s: f64,
    is_boundary: &dyn Fn(f64) -> bool,
) -> Vec<Gap> {
    let first = clock.time_s.partition_point(|time| *time < from_s).saturating_sub(1);
    let last = clock.time_s.partition_point(|time| *time <= to_s);
    let distance_m = |row: usize| activity.samples.distance_m.get(clock.sample(row));
    let lap = first..last.saturating_sub(1);
    let Some((start, end)) = lap.clone().find_map(distance_m).zip(lap.clone().rev().find_map(distance_m))
    else {
        return Vec::new();
    };
    let step_s = typical_step(&clock.time_s[first..last]);
    let usual_mps = ((end - start) / (to_s - from_s - missing_s).max(1.0)).max(0.5);
    let mut gaps: Vec<Gap> = lap
        .filter_map(|row| {
            let gap_s = clock.time_s[row + 1] - clock.time_s[row];
            let moved_m = (distance_m(row + 1)? - distance_m(row)?).max(0.0);
            let spare_s = gap_s - moved_m / usual_mps;
            if gap_s < SHORTEST_STOP_S.max(2.0 * step_s) || spare_s <= 0.0 {
                return None;
            }
            let from_s = clock.time_s[row];
            Some(Gap { from_s, spare_s, speed_mps: moved_m / gap_s, boundary: is_boundary(from_s) })
        })
        .collect();
    gaps.sort_by(|a, b| a.speed_mps.total_cmp(&b.speed_mps).then(b.spare_s.total_cmp(&a.spare_s)));
    gaps
}
