//! The distance of a run, from one of three sources: the device's samples, its laps or the GPS
//! track.

pub(super) mod column;
mod declared;
pub(super) mod geodesy;
pub(super) mod laps;
pub(super) mod ledger;
mod speed;
pub(super) mod track;
