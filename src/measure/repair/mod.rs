//! Repairs a recording before it is measured: dates, order, repeats, drives at the ends, stated
//! starts.
//!
//! Most recordings need no repair and are measured as they are, without a copy. A repair works on a
//! copy and adds a note for DATA-01. Times are Unix seconds, distances metres.

mod dates;
mod ends;
mod order;
mod start;

use std::borrow::Cow;

use crate::activity::{Activity, Note};

/// Repairs a recording, or returns it as it is.
pub(super) fn repair(activity: &Activity) -> Cow<'_, Activity> {
    let mut repaired = Cow::Borrowed(activity);
    let times = &activity.samples.time_s;
    let is_rising = order::is_rising(times);
    if !is_rising || dates::is_long(times) {
        dates::unite(repaired.to_mut());
        order::sort_and_merge(repaired.to_mut());
        // A clock that was set back is repaired later, by the clock; until then its times tell
        // nothing.
        if !order::is_rising(&repaired.samples.time_s) {
            return repaired;
        }
    }
    if let Some(kept) = ends::kept(&repaired) {
        ends::cut(repaired.to_mut(), kept);
    }
    if let Some(unused) = start::unused(&repaired) {
        start::correct(repaired.to_mut(), unused);
    }
    repaired
}

/// Adds a note about a repair.
fn note(activity: &mut Activity, text: String) {
    activity.notes.push(Note::general(text));
}
