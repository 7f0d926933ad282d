//! Reads TCX (Garmin Training Center Database v2, and v1 but for its heart rates).
//!
//! Each `Activity` is one activity, also inside a multi-sport session; in v1 it is called `Run`.
//! Elements are recognised by their local names, with any prefix. `Track`s after the first are
//! segments. Laps keep their timer totals, from which `time::timer` of [`measure`](crate::measure)
//! finds pauses. Damage loses only the values it touches; a truncated file keeps the data before
//! the end. [`TcxBuilder`] interprets the elements, also for [`library`], which parses the markup
//! by `quick-xml` as a second opinion.

mod course;
#[cfg(feature = "verify")]
pub(super) mod library;
mod point;

pub(super) use course::read_course;
use point::TcxPoint;

use super::error::Failure;
use super::xml::content::ElementContent;
use super::xml::encoding::XmlDocument;
use super::xml::scan::{Scanner, Tag, TagKind};
use super::xml::template::{Templates, Value};
use super::xml::timestamp::TimestampParser;
use crate::activity::{Activity, FileFormat, Intensity, Lap, LapTrigger, Note, Place, Sport};
use crate::ingest::limits::{Limits, MESSAGE_SAMPLES};
use crate::ingest::xml::content::quotable;
use crate::phrases::plural;

/// Reads every activity of a TCX file.
///
/// # Errors
///
/// Fails if the file has no activity, ends before the first one, or exceeds a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    let document = XmlDocument::new(bytes);
    let mut scanner = Scanner::new(document.bytes());
    let mut builder = TcxBuilder::default();
    let mut templates = Templates::<TcxPoint>::default();
    while let Some(tag) = scanner.next() {
        if tag.kind != TagKind::End {
            builder.open(tag.name, |name| tag.attribute(name));
        }
        record_example(&mut templates, &tag, builder.inside_heart_rate, &scanner);
        match tag.kind {
            TagKind::Start => {}
            TagKind::Empty => builder.close(tag.name, ElementContent::plain("")),
            TagKind::Leaf | TagKind::End => builder.close(tag.name, tag.content),
        }
        if tag.kind == TagKind::End && tag.name == b"Trackpoint" && !builder.inside_heart_rate {
            templates.learn(&scanner, &mut builder.times);
            while builder.points <= limits.samples
                && let Some((point, _)) = templates.next_point(&mut scanner, &mut builder.times)
            {
                builder.point = Some(point);
                builder.end_point();
            }
        }
        if builder.points > limits.samples {
            return Err(limits.over_samples());
        }
        if builder.done.len() > limits.activities {
            return Err(limits.over_activities());
        }
    }
    let broke_off = builder.is_inside().then(|| "the file breaks off".to_owned());
    builder.finish(broke_off, document.place(scanner.last_tag_end()))
}

/// Passes a tag to the templates, which learn how trackpoints are written.
fn record_example(
    templates: &mut Templates<TcxPoint>,
    tag: &Tag,
    inside_heart_rate: bool,
    scanner: &Scanner,
) {
    match (tag.kind, tag.name) {
        (TagKind::Start, b"Trackpoint") if !inside_heart_rate => templates.begin_example(tag.from),
        // A point with one of these inside is not a plain point.
        (
            TagKind::Start | TagKind::Empty | TagKind::Leaf,
            b"Trackpoint" | b"Activity" | b"Course" | b"Lap" | b"Track" | b"Creator",
        ) => templates.discard(),
        (TagKind::Leaf | TagKind::End, name) => {
            templates.record_element(point::value(name, inside_heart_rate), tag, scanner);
        }
        (TagKind::Start | TagKind::Empty, _) => {}
    }
}

/// Builds activities while elements open and close.
#[derive(Default)]
struct TcxBuilder {
    done: Vec<Activity>,
    activity: Option<Activity>,
    lap: Option<Lap>,
    inside_track: bool,
    inside_creator: bool,
    /// In version 1, the sport of the folder of runs; and the name of the activity's element.
    folder: Sport,
    element: &'static [u8],
    /// Inside `HeartRateBpm`, whose `Value` is the heart rate.
    inside_heart_rate: bool,
    point: Option<TcxPoint>,
    /// The number of trackpoints in the whole file, and of laps as [`MESSAGE_SAMPLES`] each.
    points: usize,
    times: TimestampParser,
    /// The number of times without a zone.
    without_zone: usize,
    /// The number of times that could not be read, and the first of them.
    unreadable: (usize, String),
    courses: usize,
}

impl TcxBuilder {
    /// Returns whether an activity is open.
    fn is_inside(&self) -> bool {
        self.activity.is_some()
    }

    /// Handles a start tag.
    #[inline]
    fn open<'a>(&mut self, name: &[u8], attribute: impl Fn(&[u8]) -> Option<ElementContent<'a>>) {
        match name {
            b"Activity" => {
                let sport = attribute(b"Sport").and_then(ElementContent::text);
                let sport = sport.map_or(Sport::Unstated, |word| Sport::from_word(&word));
                self.begin_activity(b"Activity", sport);
            }
            b"Running" | b"Biking" | b"Other" if self.activity.is_none() => {
                self.folder = Sport::from_word(&String::from_utf8_lossy(name));
            }
            b"Run" if self.activity.is_none() => {
                self.begin_activity(b"Run", self.folder.clone());
            }
            b"Course" => self.courses += 1,
            b"Lap" if self.activity.is_some() => {
                self.end_lap();
                let start = attribute(b"StartTime").and_then(|text| text.read(|text| self.times.parse(text)));
                self.lap = Some(Lap { start_s: start.map(|at| at.unix_s), ..Lap::default() });
            }
            b"Track" => {
                self.inside_track = true;
                if let Some(activity) = &mut self.activity {
                    activity.samples.begin_segment();
                }
            }
            b"Trackpoint" => {
                self.end_point();
                self.point = Some(TcxPoint::default());
            }
            b"Creator" => self.inside_creator = true,
            b"HeartRateBpm" => self.inside_heart_rate = true,
            _ => {}
        }
    }

    /// Handles an end tag and the text before it.
    #[inline]
    fn close(&mut self, name: &[u8], text: ElementContent) {
        if name == b"HeartRateBpm" {
            self.inside_heart_rate = false;
        } else if name == b"Trackpoint" {
            self.end_point();
        } else if let Some(point) = &mut self.point {
            let value = point::value(name, self.inside_heart_rate);
            point.take(value, text, &mut self.times);
            if value == Value::Time && point.time.is_none() {
                self.count_unreadable(text);
            }
        } else {
            self.close_outside_points(name, text);
        }
    }

    /// Handles an end tag outside of trackpoints.
    fn close_outside_points(&mut self, name: &[u8], text: ElementContent) {
        match name {
            b"Activity" => self.end_activity(),
            b"Run" if self.element == b"Run" => self.end_activity(),
            b"Lap" => self.end_lap(),
            b"Track" => self.inside_track = false,
            b"Creator" => self.inside_creator = false,
            _ => {}
        }
        let Some(activity) = &mut self.activity else { return };
        match (name, &mut self.lap) {
            (b"TotalTimeSeconds", Some(lap)) => lap.timer_s = text.number().filter(|timer_s| *timer_s > 0.0),
            (b"DistanceMeters", Some(lap)) => lap.distance_m = text.number(),
            (b"TriggerMethod", Some(lap)) => {
                lap.trigger = text.text().and_then(|word| LapTrigger::from_tcx(&word));
            }
            (b"Intensity", Some(lap)) => {
                lap.intensity = text.text().and_then(|word| Intensity::from_tcx(&word));
            }
            (b"Notes", None) => activity.name = text.text().or(activity.name.take()),
            (b"Name", None) if self.inside_creator => {
                activity.device = text.text().or(activity.device.take());
            }
            (b"UnitId", None) if self.inside_creator => {
                activity.serial = text.text().filter(|id| id != "0").or(activity.serial.take());
            }
            _ => {}
        }
    }

    /// Begins an activity, whose element has this name.
    fn begin_activity(&mut self, element: &'static [u8], sport: Sport) {
        self.end_activity();
        self.element = element;
        self.activity =
            Some(Activity { format: FileFormat::Tcx, sport, timer_known: true, ..Activity::default() });
    }

    /// Adds the current trackpoint to the samples.
    fn end_point(&mut self) {
        let (Some(point), Some(activity)) = (self.point.take(), &mut self.activity) else { return };
        if let Some(time) = point.time {
            self.without_zone += usize::from(time.offset_s.is_none());
            if activity.utc_offset_s.is_none() {
                // An offset other than Z is the runner's time zone.
                activity.utc_offset_s = time.offset_s.filter(|offset| *offset != 0);
            }
        }
        self.points += 1;
        let samples = &mut activity.samples;
        let index = samples.open(point.time.map_or(f64::NAN, |time| time.unix_s));
        let channels = [
            (&mut samples.latitude_deg, point.latitude_deg),
            (&mut samples.longitude_deg, point.longitude_deg),
            (&mut samples.altitude_m, point.altitude_m),
            (&mut samples.distance_m, point.distance_m),
            (&mut samples.speed_mps, point.speed_mps),
            (
                &mut samples.heart_rate_bpm,
                if point.heart_rate_bpm > 0.0 { point.heart_rate_bpm } else { f64::NAN },
            ),
            (&mut samples.cadence_spm, point.cadence_spm),
            (&mut samples.power_w, point.power_w),
        ];
        for (channel, value) in channels {
            channel.set(index, value);
        }
    }

    /// Completes the current lap.
    fn end_lap(&mut self) {
        if let (Some(lap), Some(activity)) = (self.lap.take(), &mut self.activity) {
            activity.laps.push(lap);
            self.points += MESSAGE_SAMPLES;
        }
    }

    /// Completes the current activity, and the point and lap in it.
    fn end_activity(&mut self) {
        self.end_point();
        self.end_lap();
        (self.inside_track, self.inside_creator, self.inside_heart_rate) = (false, false, false);
        let Some(mut activity) = self.activity.take() else { return };
        let laps = &activity.laps;
        activity.declared.distance_m =
            laps.iter().map(|lap| lap.distance_m).sum::<Option<f64>>().filter(|total| *total > 0.0);
        activity.declared.timer_s =
            laps.iter().map(|lap| lap.timer_s).sum::<Option<f64>>().filter(|total| *total > 0.0);
        activity.timer_start_s = laps.first().and_then(|lap| lap.start_s);
        if self.without_zone > 0 {
            activity.notes.push(Note::general("its times state no zone and were taken as UTC"));
            self.without_zone = 0;
        }
        let (unreadable, example) = std::mem::take(&mut self.unreadable);
        if unreadable > 0 {
            let what = plural(unreadable, "time could not be read", "times could not be read");
            activity.notes.push(Note::general(format!("{what}, such as {}", quotable(&example))));
        }
        self.done.push(activity);
    }

    /// Counts a time that could not be read, unless it is empty.
    #[cold]
    fn count_unreadable(&mut self, text: ElementContent) {
        let Some(text) = text.text() else { return };
        self.unreadable.0 += 1;
        if self.unreadable.0 == 1 {
            self.unreadable.1 = text;
        }
    }

    /// Returns the activities; `broke_off` is why the file ended early, and `at` where, if it is
    /// known.
    fn finish(mut self, broke_off: Option<String>, at: Option<Place>) -> Result<Vec<Activity>, Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
        super::read(bytes, &Limits::default())
    }

    const TWO_TRACKS: &str = r#"<?xml version="1.0"?><x:TrainingCenterDatabase><Activities>
      <Activity Sport='Running'><Id>2020-01-01T10:00:00Z</Id><Notes>Tom &amp; I&#33;</Notes>
      <Lap StartTime="2020-01-01T10:00:00Z"><TotalTimeSeconds>20.5</TotalTimeSeconds><DistanceMeters>60</DistanceMeters>
      <Track><Trackpoint><Time>2020-01-01T10:00:00Z</Time><DistanceMeters>0</DistanceMeters>
        <HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint></Track>
      <Track><Trackpoint><Time>2020-01-01T10:00:30Z</Time><DistanceMeters>60.25</DistanceMeters>
        <Extensions><ns3:TPX><ns3:Speed>2.9</ns3:Speed></ns3:TPX></Extensions></Trackpoint></Track></Lap>
      </Activity></Activities></x:TrainingCenterDatabase>"#;

    #[test]
    fn laps_tracks_and_points_become_one_activity() {
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
    fn a_truncated_file_keeps_its_complete_points() {
        let cut = &TWO_TRACKS[..TWO_TRACKS.find("60.25").expect("there")];
        let activity = &read(cut.as_bytes()).expect("the first point")[0];
        assert!(activity.cut_short);
        assert_eq!(activity.samples.distance_m.get(0), Some(0.0));
    }

    #[cfg(feature = "verify")]
    #[test]
    fn both_readers_agree() {
        let same = |document: &[u8]| {
            let outcome = |read: fn(&[u8]) -> Result<Vec<Activity>, Failure>| {
                read(document).map_or_else(|failure| failure.to_string(), |found| format!("{found:?}"))
            };
            assert_eq!(outcome(read), outcome(library::read));
        };
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(TWO_TRACKS.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let marked = [b"\xEF\xBB\xBF", TWO_TRACKS.as_bytes()].concat();
        let latin = TWO_TRACKS.replace("Tom", "T\u{1}m").replace('\u{1}', "\u{FC}");
        let latin: Vec<u8> = latin.chars().map(|c| c as u8).collect();
        let declared = "<?xml version=\"1.0\" encoding=\"koi8-r\"?>";
        let cyrillic = TWO_TRACKS.replace("<?xml version=\"1.0\"?>", declared).replace("Tom", "Вечер");
        let cyrillic = encoding_rs::KOI8_R.encode(&cyrillic).0;
        assert_eq!(read(&cyrillic).expect("sound")[0].name.as_deref(), Some("Вечер & I!"));
        let empty = b"<TrainingCenterDatabase/>";
        for document in [TWO_TRACKS.as_bytes(), &wide, &wide[2..], &marked, &latin, &cyrillic, empty, b""] {
            same(document);
        }
        for inside in [
            "<Course/>",
            "<Activity Sport='Other'/><Activity><Notes> a<!-- b --> c<![CDATA[ &amp;]]>&#x64;\r\n</Notes></Activity>",
            "<Activity><Lap><Track><Trackpoint/><Trackpoint><Time/></Trackpoint></Track></Lap></Activity>",
            "<Activity><Track><Trackpoint><Cadence> 8&#53; </Cadence><Watts>x</Watts></Trackpoint></Track></Activity>",
        ] {
            same(format!("<TrainingCenterDatabase>{inside}</TrainingCenterDatabase>").as_bytes());
        }
    }

    #[test]
    fn damage_loses_only_the_values_it_touches() {
        let damaged =
            TWO_TRACKS.replace("<HeartRateBpm>", "<HeartRateBpm a=\"1>").replace("</Value>", "</Val<ue>");
        let activity = &read(damaged.as_bytes()).expect("sound")[0];
        assert_eq!(activity.samples.heart_rate_bpm.get(0), None);
        assert_eq!(activity.samples.distance_m.get(1), Some(60.25));
        let unclosed = TWO_TRACKS.replace("</Trackpoint></Track>\n", "</Track>\n");
        assert_ne!(unclosed, TWO_TRACKS);
        assert_eq!(read(unclosed.as_bytes()).expect("sound")[0].samples.len(), 2);
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TrainingCenterDatabase><Activities>
            <Activity Sport="Running"><Notes>&b;</Notes></Activity></Activities></TrainingCenterDatabase>"#;
        let activity = &read(bomb.as_bytes()).expect("an empty activity")[0];
        assert_eq!(activity.name, None);
    }
}
