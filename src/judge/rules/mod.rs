//! The rules, a file each.

pub(super) mod cost_01;
pub(super) mod cramp_01;
pub(super) mod data_01;
pub(super) mod dist_01;
pub(super) mod drift_01;
pub(super) mod fade_01;
pub(super) mod grade_01;
pub(super) mod half_01;
pub(super) mod mile_01;
pub(super) mod mile_02;
pub(super) mod pause_01;
pub(super) mod risk_01;
pub(super) mod split_01;
pub(super) mod start_01;
pub(super) mod wall_01;
