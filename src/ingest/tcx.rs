//! TCX (Garmin Training Center Database v2), through the `quick-xml` pull parser.
//!
//! Each `Activity` is one activity, also inside a multi-sport session. Elements are known by their local
//! names, whatever prefix the writer chose. `Track`s after the first are segments; laps keep the timer totals
//! from which [`measure`](crate::measure) finds pauses. Damage ends the reading and what came before it stays.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::error::Failure;
use super::{text, timestamp};
use crate::activity::{Activity, FileFormat, Lap, Note, Place, Sport};

/// Reads every activity of a TCX file.
///
/// # Errors
///
/// When nothing of an activity comes before the first damage, or the file holds none.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    let document = text::decode(bytes);
    let mut reader = Reader::from_str(&document);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut builder = Builder::default();
    let mut content = String::new();
    let broke_off = loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                content.clear();
                builder.open(&element);
            }
            Ok(Event::Empty(element)) => {
                content.clear();
                builder.open(&element);
                builder.close(element.local_name().into_inner(), "");
            }
            Ok(Event::Text(piece)) => content.push_str(&piece.xml10_content()),
            Ok(Event::CData(piece)) => content.push_str(&piece.xml10_content()),
            Ok(Event::GeneralRef(entity)) => content.push_str(&reference(&entity)),
            Ok(Event::End(element)) => {
                builder.close(element.local_name().into_inner(), content.trim());
                content.clear();
            }
            Ok(Event::Eof) if builder.is_inside() => break Some("the file breaks off".to_owned()),
            Ok(Event::Eof) => break None,
            Ok(_) => {}
            Err(error) => break Some(format!("the XML is broken ({error})")),
        }
    };
    builder.finish(broke_off, reader.buffer_position())
}

/// The character of a predefined or numeric entity. Others are not expanded: that is how XML bombs are made.
fn reference(entity: &quick_xml::events::BytesRef) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    let name = entity.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}

#[derive(Default)]
struct Builder {
    done: Vec<Activity>,
    activity: Option<Activity>,
    lap: Option<Lap>,
    inside_track: bool,
    inside_creator: bool,
    /// Inside `HeartRateBpm` or its like, whose `Value` is the content.
    inside_heart_rate: bool,
    point: Option<Point>,
    zoneless: usize,
    courses: usize,
}

#[derive(Default)]
struct Point {
    time: Option<timestamp::Timestamp>,
    latitude_deg: Option<f64>,
    longitude_deg: Option<f64>,
    altitude_m: Option<f64>,
    distance_m: Option<f64>,
    speed_mps: Option<f64>,
    heart_rate_bpm: Option<f64>,
    cadence_spm: Option<f64>,
    power_w: Option<f64>,
}

impl Builder {
    fn is_inside(&self) -> bool {
        self.activity.is_some()
    }

    fn open(&mut self, element: &BytesStart) {
        match element.local_name().into_inner() {
            "Activity" => {
                self.end_activity();
                let sport =
                    attribute(element, "Sport").map_or(Sport::Unstated, |word| Sport::from_word(&word));
                self.activity = Some(Activity {
                    format: FileFormat::Tcx,
                    sport,
                    timer_known: true,
                    ..Activity::default()
                });
            }
            "Course" => self.courses += 1,
            "Lap" if self.activity.is_some() => {
                let start = attribute(element, "StartTime").and_then(|text| timestamp::parse(&text));
                self.lap = Some(Lap { start_s: start.map(|at| at.unix_s), ..Lap::default() });
            }
            "Track" => {
                self.inside_track = true;
                if let Some(activity) = &mut self.activity {
                    activity.samples.begin_segment();
                }
            }
            "Trackpoint" => self.point = Some(Point::default()),
            "Creator" => self.inside_creator = true,
            "HeartRateBpm" => self.inside_heart_rate = true,
            _ => {}
        }
    }

    fn close(&mut self, name: &str, text: &str) {
        if name == "HeartRateBpm" {
            self.inside_heart_rate = false;
        } else if name == "Trackpoint" {
            self.end_point();
        } else if let Some(point) = &mut self.point {
            point.take(name, text, self.inside_heart_rate);
        } else {
            self.close_outside_points(name, text);
        }
    }

    fn close_outside_points(&mut self, name: &str, text: &str) {
        match name {
            "Activity" => self.end_activity(),
            "Lap" => self.end_lap(),
            "Track" => self.inside_track = false,
            "Creator" => self.inside_creator = false,
            _ => {}
        }
        let Some(activity) = &mut self.activity else { return };
        match (name, &mut self.lap) {
            ("TotalTimeSeconds", Some(lap)) => lap.timer_s = number(text),
            ("DistanceMeters", Some(lap)) => lap.distance_m = number(text),
            ("Notes", None) if !text.is_empty() => activity.name = Some(text.to_owned()),
            ("Name", None) if self.inside_creator && !text.is_empty() => {
                activity.device = Some(text.to_owned());
            }
            ("UnitId", None) if self.inside_creator && !text.is_empty() && text != "0" => {
                activity.serial = Some(text.to_owned());
            }
            _ => {}
        }
    }

    fn end_point(&mut self) {
        let (Some(point), Some(activity)) = (self.point.take(), &mut self.activity) else { return };
        if let Some(time) = point.time {
            self.zoneless += usize::from(time.offset_s.is_none());
            if activity.utc_offset_s.is_none() {
                // A written offset other than Z is the runner's own zone.
                activity.utc_offset_s = time.offset_s.filter(|offset| *offset != 0);
            }
        }
        let samples = &mut activity.samples;
        let index = samples.open(point.time.map_or(f64::NAN, |time| time.unix_s));
        let channels = [
            (&mut samples.latitude_deg, point.latitude_deg),
            (&mut samples.longitude_deg, point.longitude_deg),
            (&mut samples.altitude_m, point.altitude_m),
            (&mut samples.distance_m, point.distance_m),
            (&mut samples.speed_mps, point.speed_mps),
            (&mut samples.heart_rate_bpm, point.heart_rate_bpm.filter(|bpm| *bpm > 0.0)),
            (&mut samples.cadence_spm, point.cadence_spm),
            (&mut samples.power_w, point.power_w),
        ];
        for (channel, value) in channels {
            if let Some(value) = value {
                channel.set(index, value);
            }
        }
    }

    fn end_lap(&mut self) {
        if let (Some(lap), Some(activity)) = (self.lap.take(), &mut self.activity) {
            activity.laps.push(lap);
        }
    }

    fn end_activity(&mut self) {
        self.end_point();
        self.end_lap();
        (self.inside_track, self.inside_creator, self.inside_heart_rate) = (false, false, false);
        let Some(mut activity) = self.activity.take() else { return };
        let laps = &activity.laps;
        activity.declared.distance_m = laps.iter().map(|lap| lap.distance_m).sum();
        activity.declared.timer_s = laps.iter().map(|lap| lap.timer_s).sum();
        activity.timer_start_s = laps.first().and_then(|lap| lap.start_s);
        if self.zoneless > 0 {
            activity.notes.push(Note::general("its times state no zone and were taken as UTC"));
            self.zoneless = 0;
        }
        self.done.push(activity);
    }

    fn finish(mut self, broke_off: Option<String>, position: u64) -> Result<Vec<Activity>, Failure> {
        let at = Some(Place::Byte(position));
        self.end_activity();
        match (self.done.last_mut(), broke_off) {
            (Some(last), Some(why)) => {
                last.notes.push(Note { at, text: format!("{why}; what came before it was used") });
                last.cut_short = true;
                Ok(self.done)
            }
            (Some(_), None) => Ok(self.done),
            (None, Some(why)) => Err(Failure::damaged(at, why)),
            (None, None) if self.courses > 0 => {
                Err(Failure::not_an_activity("a course to follow, not a recording"))
            }
            (None, None) => Err(Failure::not_an_activity("no Activity element in it")),
        }
    }
}

impl Point {
    fn take(&mut self, name: &str, text: &str, inside_heart_rate: bool) {
        match name {
            "Time" => self.time = timestamp::parse(text),
            "LatitudeDegrees" => self.latitude_deg = number(text).filter(|deg| deg.abs() <= 90.0),
            "LongitudeDegrees" => self.longitude_deg = number(text).filter(|deg| deg.abs() <= 180.0),
            "AltitudeMeters" => self.altitude_m = number(text),
            "DistanceMeters" => self.distance_m = number(text),
            "Speed" => self.speed_mps = number(text),
            "Value" if inside_heart_rate => self.heart_rate_bpm = number(text),
            // TCX counts strides of one foot, in either element.
            "Cadence" | "RunCadence" => self.cadence_spm = number(text).map(|rpm| 2.0 * rpm),
            "Watts" => self.power_w = number(text),
            _ => {}
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn attribute(element: &BytesStart, name: &str) -> Option<String> {
    let attribute =
        element.attributes().flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(attribute.value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_TRACKS: &str = r#"<?xml version="1.0"?><x:TrainingCenterDatabase><Activities>
      <Activity Sport='Running'><Id>2020-01-01T10:00:00Z</Id><Notes>Tom &amp; I&#33;</Notes>
      <Lap StartTime="2020-01-01T10:00:00Z"><TotalTimeSeconds>20.5</TotalTimeSeconds><DistanceMeters>60</DistanceMeters>
      <Track><Trackpoint><Time>2020-01-01T10:00:00Z</Time><DistanceMeters>0</DistanceMeters>
        <HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint></Track>
      <Track><Trackpoint><Time>2020-01-01T10:00:30Z</Time><DistanceMeters>60.25</DistanceMeters>
        <Extensions><ns3:TPX><ns3:Speed>2.9</ns3:Speed></ns3:TPX></Extensions></Trackpoint></Track></Lap>
      </Activity></Activities></x:TrainingCenterDatabase>"#;

    #[test]
    fn laps_tracks_and_points_land_where_they_belong() {
        let activity = &read(TWO_TRACKS.as_bytes()).expect("sound")[0];
        assert_eq!(activity.name.as_deref(), Some("Tom & I!"));
        assert_eq!(activity.laps[0].timer_s, Some(20.5));
        assert_eq!(activity.declared.distance_m, Some(60.0));
        assert_eq!(activity.samples.segment_starts, [1]);
        assert_eq!(activity.samples.distance_m.get(1), Some(60.25));
        assert_eq!(activity.samples.speed_mps.get(1), Some(2.9));
        assert_eq!(activity.samples.heart_rate_bpm.get(0), Some(120.0));
    }

    #[test]
    fn a_cut_keeps_what_came_before_it() {
        let cut = &TWO_TRACKS[..TWO_TRACKS.find("60.25").expect("there")];
        let activity = &read(cut.as_bytes()).expect("the first point")[0];
        assert!(activity.cut_short);
        assert_eq!(activity.samples.distance_m.get(0), Some(0.0));
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TrainingCenterDatabase><Activities>
            <Activity Sport="Running"><Notes>&b;</Notes></Activity></Activities></TrainingCenterDatabase>"#;
        let activity = &read(bomb.as_bytes()).expect("an empty activity")[0];
        assert_eq!(activity.name, None);
    }
}
