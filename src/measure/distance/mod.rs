//! The distance of a run, from one of three sources: the device's samples, its laps or the GPS
//! track.

pub(super) mod column;
mod declared;
mod device;
mod early_end;
pub(super) mod geodesy;
pub(super) mod laps;
mod late_start;
pub(super) mod ledger;
mod speed;
pub(super) mod track;

use crate::activity::Samples;

/// Returns the metres from a sample to another: by the device's distance, which may fall, else
/// between the positions; `None` without both.
pub(super) fn between_m(samples: &Samples, from: usize, to: usize) -> Option<f64> {
    let device = samples.distance_m.get(from).zip(samples.distance_m.get(to));
    let moved_m = || Some(geodesy::distance_m(samples.position_deg(from)?, samples.position_deg(to)?));
    device.map(|(from_m, to_m)| to_m - from_m).or_else(moved_m)
}
