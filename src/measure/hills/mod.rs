//! Altitude along a run or course, and what its hills cost.

pub(super) mod altitude;
pub(super) mod course_profile;
mod drift;
pub(super) mod grade;
