//! Repairs a recording before it is measured: dates, order, repeats, totals, drives at the ends,
//! stated starts.
//!
//! Most recordings need no repair and are measured as they are, without a copy. A repair works on a
//! copy and adds a note for DATA-01. Times are Unix seconds, distances metres.

mod dates;
mod ends;
mod order;
mod start;
mod totals;

use std::borrow::Cow;

use crate::activity::{Activity, Note};
use crate::measure::time::clock::TimeOrder;
use crate::period::Days;

/// Repairs a recording, or returns it as it is. Returns the order of its times as well.
pub(super) fn repair(mut repaired: Cow<Activity>) -> (Cow<Activity>, TimeOrder) {
    if let Some(early_s) = dates::rolled_over_s(&repaired) {
        dates::date_later(repaired.to_mut(), early_s);
    }
    let mut order = TimeOrder::of(&repaired.samples.time_s);
    if !order.rises() || dates::is_long(&repaired.samples.time_s) {
        dates::unite(repaired.to_mut());
        order::sort_and_merge(repaired.to_mut());
        order = TimeOrder::of(&repaired.samples.time_s);
        // A clock that was set back is repaired later, by the clock; until then its times tell
        // nothing.
        if !order.rises() {
            return (repaired, order);
        }
    }
    if totals::any_too_fast(&repaired) {
        totals::drop_too_fast(repaired.to_mut());
    }
    repaired = ends::without_stale_places(repaired);
    // A stale point, a drive to the start and a drive home.
    for _ in 0..3 {
        let Some(kept) = ends::kept(&repaired) else { break };
        ends::cut(repaired.to_mut(), kept);
        order = TimeOrder::of(&repaired.samples.time_s);
    }
    if let Some(unused) = start::unused(&repaired) {
        start::correct(repaired.to_mut(), unused);
    }
    (repaired, order)
}

/// Returns whether an activity surely began on none of some days, whatever is repaired of it.
pub(super) fn is_of_other_day(activity: &Activity, days: &Days) -> bool {
    let times = &activity.samples.time_s;
    if days.is_open() || !TimeOrder::of(times).rises() || dates::is_long(times) {
        return false;
    }
    // It begins at a stated start, at a sample, or some minutes before one.
    let stated = activity.laps.iter().filter_map(|lap| lap.start_s).chain(activity.timer_start_s);
    let moments = stated.chain(times.first().copied()).chain(times.last().copied());
    let earliest_and_latest =
        moments.map(|time_s| (time_s, time_s)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    earliest_and_latest.is_some_and(|(from_s, to_s)| days.exclude(from_s, to_s))
}

/// Returns the seconds from the first sample to the last.
fn span_s(activity: &Activity) -> Option<f64> {
    let times = &activity.samples.time_s;
    times.first().zip(times.last()).map(|(first_s, last_s)| last_s - first_s)
}

/// Adds a note about a repair.
fn note(activity: &mut Activity, text: String) {
    activity.notes.push(Note::general(text));
}
