//! A plan as a course, FIT or TCX: the points of the course file with the planned times, so that a
//! virtual partner runs the plan.
//!
//! Distances are along the track, which may be longer than the certified course. Times begin at
//! [`TIME_CREATED_S`](super::TIME_CREATED_S); a watch uses their differences.

use std::io::{self, Write};

use super::fit::{COURSE_FILE, Messages, NAME_BYTES, Value, instant, scaled, semicircles};
use super::{PlanSheet, TIME_CREATED_S, watch_name};
use crate::formats::Style;
use crate::plan::TimedPoint;
use crate::units::civil;

const LAP: u16 = 19;
const RECORD: u16 = 20;
const EVENT: u16 = 21;
const COURSE: u16 = 31;

/// `course.capabilities`: processed, valid, time, distance and position.
const CAPABILITIES: u32 = 0x1F;
/// `event.event_type` of the start.
const START: u8 = 0;
/// `event.event_type` of the end: `stop_disable_all`.
const STOP: u8 = 9;

/// The beginning of every TCX course written here.
pub(super) const TCX_HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<TrainingCenterDatabase \
     xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2\">\n<Courses>";

/// Returns the points of the course, its first and its last one.
fn track(sheet: &PlanSheet) -> io::Result<(&[TimedPoint], &TimedPoint, &TimedPoint)> {
    match sheet.track.as_deref() {
        Some(points @ [first, .., last]) => Ok((points, first, last)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "a course needs the points of a course file")),
    }
}

/// Writes the course as FIT.
///
/// # Errors
///
/// Without the points of a course file, and if writing fails.
pub(super) fn write_fit(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (points, first, last) = track(sheet)?;
    let mut messages = Messages::default();
    messages.push(
        COURSE,
        &[
            (4, Value::Enum(1)), // sport: running
            (5, Value::Text(&watch_name(&sheet.plan, style), NAME_BYTES)),
            (6, Value::U32z(CAPABILITIES)),
        ],
    );
    let metres = |metres: f64| Value::U16(metres.round() as u16);
    let hills = sheet.plan.hills;
    messages.push(
        LAP,
        &[
            // The start, for messages are in the order of their times.
            (253, instant(0.0)),
            (2, instant(0.0)),
            (3, semicircles(first.position_deg.0)),
            (4, semicircles(first.position_deg.1)),
            (5, semicircles(last.position_deg.0)),
            (6, semicircles(last.position_deg.1)),
            (7, scaled(last.elapsed_s, 1000.0)),
            (8, scaled(last.elapsed_s, 1000.0)),
            (9, scaled(last.distance_m, 100.0)),
            (21, metres(hills.map_or(f64::INFINITY, |hills| hills.ascent_m))),
            (22, metres(hills.map_or(f64::INFINITY, |hills| hills.descent_m))),
        ],
    );
    let event = |elapsed_s: f64, kind: u8| {
        [(253, instant(elapsed_s)), (0, Value::Enum(0)), (1, Value::Enum(kind))] // event: timer
    };
    messages.push(EVENT, &event(0.0, START));
    for point in points {
        // Altitudes are in fifths of a metre above -500 m.
        let altitude =
            point.altitude_m.map_or(u16::MAX, |altitude_m| (5.0 * (altitude_m + 500.0)).round() as u16);
        messages.push(
            RECORD,
            &[
                (253, instant(point.elapsed_s)),
                (0, semicircles(point.position_deg.0)),
                (1, semicircles(point.position_deg.1)),
                (2, Value::U16(altitude)),
                (5, scaled(point.distance_m, 100.0)),
            ],
        );
    }
    messages.push(EVENT, &event(last.elapsed_s, STOP));
    out.write_all(&messages.into_file(COURSE_FILE))
}

/// Writes the course as TCX (Garmin Training Center Database v2).
///
/// # Errors
///
/// Without the points of a course file, and if writing fails.
pub(super) fn write_tcx(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let (points, first, last) = track(sheet)?;
    let position = |tag: &str, (latitude_deg, longitude_deg): (f64, f64)| {
        format!(
            "<{tag}><LatitudeDegrees>{latitude_deg:.7}</LatitudeDegrees>\
             <LongitudeDegrees>{longitude_deg:.7}</LongitudeDegrees></{tag}>"
        )
    };
    writeln!(out, "{TCX_HEAD}<Course>\n<Name>{}</Name>", watch_name(&sheet.plan, style))?;
    writeln!(
        out,
        "<Lap><TotalTimeSeconds>{:.0}</TotalTimeSeconds><DistanceMeters>{:.2}</DistanceMeters>\
         {}{}<Intensity>Active</Intensity></Lap>\n<Track>",
        last.elapsed_s,
        last.distance_m,
        position("BeginPosition", first.position_deg),
        position("EndPosition", last.position_deg),
    )?;
    for point in points {
        let altitude = point.altitude_m.map_or_else(String::new, |altitude_m| {
            format!("<AltitudeMeters>{altitude_m:.1}</AltitudeMeters>")
        });
        let at = civil(TIME_CREATED_S + point.elapsed_s as i64);
        writeln!(
            out,
            "<Trackpoint><Time>{}T{:02}:{:02}:{:02}Z</Time>{}{altitude}\
             <DistanceMeters>{:.2}</DistanceMeters></Trackpoint>",
            at.date(),
            at.hour,
            at.minute,
            at.second,
            position("Position", point.position_deg),
            point.distance_m,
        )?;
    }
    writeln!(out, "</Track>\n</Course></Courses>\n</TrainingCenterDatabase>")
}
