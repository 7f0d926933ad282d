//! Charts that know nothing of runs: scales, ticks, labels that never collide, and plots.
//!
//! Shapes are SVG that is stretched to the width of the page. Words are HTML beside it, so they
//! keep their size on a phone. A place on the x axis is a share of the width, 0–1; a place on the
//! y axis is a pixel from the top. Labels are placed for two widths, and a style sheet chooses.

pub(super) mod labels;
pub(super) mod plot;
pub(super) mod scale;
pub(super) mod ticks;

pub(super) use labels::{Align, Spot};
pub(super) use plot::{Dot, Plot};
pub(super) use scale::{Scale, clipped_range};
