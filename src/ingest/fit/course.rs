//! Reads courses from FIT: the positions and altitudes of its records.

use super::{decode, file};
use crate::ingest::course::CoursePoint;
use crate::ingest::error::Failure;
use crate::ingest::limits::Limits;

/// Reads the points of a FIT course, or of a recording. Records without a position are left out.
///
/// # Errors
///
/// Fails if the file is damaged, exceeds a limit, or has no positions.
pub(in crate::ingest) fn read_course(bytes: &[u8], limits: &Limits) -> Result<Vec<CoursePoint>, Failure> {
    let mut points = Vec::new();
    for file in file::decode::<decode::BuiltInMessages>(bytes, limits)? {
        if let Some(note) = file.notes.first() {
            return Err(Failure::damaged(note.at, note.text.clone()));
        }
        let samples = &file.samples;
        points.extend(
            (0..samples.len())
                .filter_map(|row| Some((samples.position_deg(row)?, samples.altitude_m.get(row)))),
        );
    }
    if points.is_empty() {
        return Err(Failure::not_an_activity("no record of it has a position"));
    }
    Ok(points)
}
