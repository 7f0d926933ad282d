//! Which distance a run has: the device's, its laps' or the track's.

pub(super) mod column;
pub(super) mod geodesy;
pub(super) mod laps;
pub(super) mod ledger;
pub(super) mod track;
