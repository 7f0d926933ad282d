//! Reads courses from GPX: the points of a track or route to be run, with or without times.
//!
//! Unlike in a recording, any damage is an error: a plan for half a course would be silently wrong.

use super::point::GpxPoint;
use crate::ingest::course::CoursePoint;
use crate::ingest::error::Failure;
use crate::ingest::xml::encoding::XmlDocument;
use crate::ingest::xml::scan::{Scanner, TagKind};
use crate::ingest::xml::template::Templates;
use crate::ingest::xml::timestamp::TimestampParser;

/// Reads the points of a course: those of all tracks, or of all routes if there is no track point.
///
/// # Errors
///
/// Fails if the content is not GPX, is truncated, has a point without a valid position, or has no
/// points.
pub(in crate::ingest) fn read_course(bytes: &[u8]) -> Result<Vec<CoursePoint>, Failure> {
    let document = XmlDocument::new(bytes);
    let mut scanner = Scanner::new(document.bytes());
    let (mut track, mut route) = (Vec::new(), Vec::new());
    let (mut times, mut templates) = (TimestampParser::default(), Templates::default());
    let (mut is_gpx, mut is_whole) = (false, false);
    while let Some(tag) = scanner.next() {
        let points = match (tag.kind, tag.name) {
            (TagKind::Start | TagKind::Empty | TagKind::Leaf, b"trkpt") => &mut track,
            (TagKind::Start | TagKind::Empty | TagKind::Leaf, b"rtept") => &mut route,
            (kind, b"gpx") => {
                is_gpx = true;
                is_whole = kind != TagKind::Start;
                continue;
            }
            _ => continue,
        };
        let Some(point) = GpxPoint::read(&mut scanner, &tag, &mut times, &mut templates) else { break };
        let Some(position_deg) = point.position_deg().or_else(|| point.unusual_position_deg()) else {
            let at = document.place(tag.from);
            return Err(Failure::damaged(at, "a point of the course has no usable position"));
        };
        points.push((position_deg, Some(point.altitude_m).filter(|altitude_m| altitude_m.is_finite())));
    }
    if !is_gpx {
        return Err(Failure::not_an_activity("it is no GPX, FIT or TCX"));
    }
    if !is_whole {
        let at = document.place(document.bytes().len());
        return Err(Failure::damaged(at, "the course breaks off"));
    }
    let points = if track.is_empty() { route } else { track };
    if points.is_empty() {
        return Err(Failure::not_an_activity("neither a track nor a route in it"));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(inside: &str) -> Result<Vec<CoursePoint>, String> {
        read_course(format!("<gpx>{inside}</gpx>").as_bytes()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn tracks_come_before_routes() {
        let route = "<rte><rtept lat='1' lon='2'><name>a</name></rtept><rtept lon='3' lat='1'/></rte>";
        assert_eq!(course(route), Ok(vec![((1.0, 2.0), None), ((1.0, 3.0), None)]));
        let track = "<trk><trkseg><trkpt lat='4' lon='180'><ele>5.5</ele></trkpt></trkseg></trk>";
        assert_eq!(course(&format!("{route}{track}")), Ok(vec![((4.0, 180.0), Some(5.5))]));
    }

    #[test]
    fn a_damaged_course_is_an_error() {
        let message = |inside| course(inside).expect_err("no course");
        assert!(message("<wpt lat='1' lon='2'/>").contains("neither a track nor a route"));
        assert!(message("<rte><rtept lat='1' lon='x'/></rte>").ends_with("position, at byte 10"));
        let cut = read_course(b"<gpx><trk><trkpt lat='1' lon='2'/><trkpt lat='1'").expect_err("cut");
        assert!(cut.to_string().contains("the course breaks off"));
        assert!(read_course(b"<kml/>").is_err() && read_course(b"").is_err());
    }
}
