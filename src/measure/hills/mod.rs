//! Hills: the altitude along a run or a course, and the level-equivalent metres that follow from
//! it.

pub(super) mod altitude;
pub(super) mod course_profile;
mod drift;
pub(super) mod grade;
