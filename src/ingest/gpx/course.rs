//! Courses: points to be run, with or without times.
//!
//! A plan built on half a course would mislead without a word, so damage that a recording survives is an
//! error here.

use super::point::GpxPoint;
use crate::ingest::error::Failure;
use crate::ingest::xml::encoding::XmlDocument;
use crate::ingest::xml::scan::{Scanner, TagKind};
use crate::ingest::xml::template::Spellings;
use crate::ingest::xml::timestamp::TimeOfDay;

/// A point of a course: latitude and longitude in degrees, altitude in metres.
pub type CoursePoint = ((f64, f64), Option<f64>);

/// Reads the points of a course that is not run yet: all tracks, else all routes, with or without times.
///
/// # Errors
///
/// When the content is no GPX, breaks off, has a point without a position, or holds neither.
pub fn read_course(bytes: &[u8]) -> Result<Vec<CoursePoint>, Failure> {
    let document = XmlDocument::new(bytes);
    let mut scanner = Scanner::new(document.bytes());
    let (mut track, mut route) = (Vec::new(), Vec::new());
    let (mut clock, mut spellings) = (TimeOfDay::default(), Spellings::default());
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
        let Some(point) = GpxPoint::read(&mut scanner, &tag, &mut clock, &mut spellings) else { break };
        let Some(position_deg) = point.position_deg() else {
            let at = Some(document.place(tag.from));
            return Err(Failure::damaged(at, "a point of the course has no usable position"));
        };
        points.push((position_deg, Some(point.altitude_m).filter(|altitude_m| altitude_m.is_finite())));
    }
    if !is_gpx {
        return Err(Failure::not_an_activity("it is no GPX"));
    }
    if !is_whole {
        let at = Some(document.place(document.bytes().len()));
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
    fn half_a_course_is_none() {
        let told = |inside| course(inside).expect_err("no course");
        assert!(told("<wpt lat='1' lon='2'/>").contains("neither a track nor a route"));
        assert!(told("<rte><rtept lat='1' lon='x'/></rte>").ends_with("position, at byte 10"));
        let cut = read_course(b"<gpx><trk><trkpt lat='1' lon='2'/><trkpt lat='1'").expect_err("cut");
        assert!(cut.to_string().contains("the course breaks off"));
        assert!(read_course(b"<kml/>").is_err() && read_course(b"").is_err());
    }
}
