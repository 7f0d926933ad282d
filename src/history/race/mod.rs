//! Which runs were races: by name and flags, or by effort.

pub(super) mod effort;
pub(super) mod names;
