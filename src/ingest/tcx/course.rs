//! Reads courses from TCX: the trackpoints of a course, or of a recording.

use super::point::{TcxPoint, value};
use crate::ingest::course::CoursePoint;
use crate::ingest::error::Failure;
use crate::ingest::xml::encoding::XmlDocument;
use crate::ingest::xml::scan::{Scanner, TagKind};
use crate::ingest::xml::timestamp::TimestampParser;

/// Reads the points of a TCX course. Trackpoints without a position are left out, because devices
/// write them while they wait for one.
///
/// # Errors
///
/// Fails if the file breaks off, or if no trackpoint has a position.
pub(in crate::ingest) fn read_course(bytes: &[u8]) -> Result<Vec<CoursePoint>, Failure> {
    let document = XmlDocument::new(bytes);
    let mut scanner = Scanner::new(document.bytes());
    let mut times = TimestampParser::default();
    let mut points = Vec::new();
    let mut point: Option<TcxPoint> = None;
    let mut is_whole = false;
    while let Some(tag) = scanner.next() {
        match (tag.kind, tag.name) {
            (TagKind::Start, b"Trackpoint") => point = Some(TcxPoint::default()),
            (TagKind::End, b"Trackpoint") => {
                let Some(point) = point.take() else { continue };
                let position_deg = (point.latitude_deg, point.longitude_deg);
                if position_deg.0.is_finite() && position_deg.1.is_finite() {
                    points.push((position_deg, Some(point.altitude_m).filter(|metres| metres.is_finite())));
                }
            }
            (TagKind::End, b"TrainingCenterDatabase") => is_whole = true,
            (TagKind::Leaf, name) => {
                if let Some(point) = &mut point {
                    point.take(value(name, false), tag.content, &mut times);
                }
            }
            _ => {}
        }
    }
    if !is_whole {
        return Err(Failure::damaged(document.place(document.bytes().len()), "the course breaks off"));
    }
    if points.is_empty() {
        return Err(Failure::not_an_activity("no trackpoint of it has a position"));
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(inside: &str) -> Result<Vec<CoursePoint>, String> {
        let text = format!("<TrainingCenterDatabase><Courses><Course>{inside}</Course></Courses>");
        read_course(text.as_bytes()).map_err(|failure| failure.to_string())
    }

    #[test]
    fn trackpoints_with_a_position_are_the_course() {
        let point =
            |inside: &str| format!("<Trackpoint><Time>2020-01-01T10:00:00Z</Time>{inside}</Trackpoint>");
        let place = "<Position><LatitudeDegrees>50.5</LatitudeDegrees><LongitudeDegrees>8</LongitudeDegrees></Position>";
        let high = format!("{place}<AltitudeMeters>12.5</AltitudeMeters>");
        let track = format!("<Track>{}{}{}</Track>", point(place), point(""), point(&high));
        let whole = format!("{track}</Course></Courses></TrainingCenterDatabase>");
        assert_eq!(course(&whole), Ok(vec![((50.5, 8.0), None), ((50.5, 8.0), Some(12.5))]));
        assert!(course(&track).expect_err("cut").contains("the course breaks off"));
        let none = course("</Course></TrainingCenterDatabase>").expect_err("no points");
        assert!(none.contains("no trackpoint of it has a position"), "{none}");
    }
}
