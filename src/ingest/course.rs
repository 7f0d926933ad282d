//! Reads courses: the points of a track or route to be run, from GPX, FIT or TCX.
//!
//! Unlike in a recording, any damage is an error: a plan for half a course would be silently wrong.

use super::error::Failure;
use super::limits::Limits;
use super::{HEAD_BYTES, fit, gpx, sniff, tcx};

/// A point of a course: latitude and longitude in degrees, altitude in metres.
pub type CoursePoint = ((f64, f64), Option<f64>);

/// Reads the points of a course: a GPX track or route, a FIT course, a TCX course. A recording of
/// the course will do too.
///
/// # Errors
///
/// Fails if the content is none of these, is damaged, or has no points.
pub fn read_course(bytes: &[u8]) -> Result<Vec<CoursePoint>, Failure> {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if fit::is_fit(head) {
        return fit::read_course(bytes, &Limits::default());
    }
    match sniff::root_element(head).as_deref() {
        Some("TrainingCenterDatabase") => tcx::read_course(bytes),
        _ => gpx::read_course(bytes),
    }
}
