//! Builds activities from the elements of a GPX document as they begin and end.

use super::super::error::Failure;
use super::super::xml::content::ElementContent;
use super::super::xml::encoding::XmlDocument;
use super::super::xml::scan::Tag;
use super::point::GpxPoint;
use crate::activity::{Activity, Channel, FileFormat, Note, Sport};

/// More strides a minute than one foot can make.
const ONE_FOOT_MOST_SPM: f64 = 120.0;

/// Makes activities of elements as they begin and end.
#[derive(Default)]
pub(super) struct GpxBuilder {
    pub done: Vec<Activity>,
    pub track: Option<Track>,
    pub creator: Option<String>,
    pub file_name: Option<String>,
    pub points: usize,
    pub waypoints: usize,
    pub routes: usize,
    /// How many elements are open outside of trackpoints.
    pub depth: usize,
    /// The element whose children are looked at, and its depth.
    pub scope: (Scope, usize),
    /// Whether the root element has ended.
    pub is_whole: bool,
    /// The end of the last whole trackpoint.
    pub whole_to: usize,
}

#[derive(Default, Clone, Copy, PartialEq)]
pub(super) enum Scope {
    /// `gpx` itself: GPX 1.0 has the file's name there.
    #[default]
    File,
    Metadata,
    Track,
}

#[derive(Default)]
pub(super) struct Track {
    pub activity: Activity,
    pub zoneless: usize,
    pub placeless: Odd,
    pub timeless: Odd,
}

/// Values that could not be used: how many, and the note on the first.
#[derive(Default)]
pub(super) struct Odd {
    pub count: usize,
    pub first: Option<Note>,
}

impl Odd {
    fn add(&mut self, from: usize, document: &XmlDocument) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(Note { at: Some(document.place(from)), text: String::new() });
        }
    }

    /// The note, with the number of values and what they were.
    fn note(self, one: &str, many: &str) -> Option<Note> {
        let what = if self.count == 1 { one } else { many };
        Some(Note { text: format!("{} {what}", self.count), ..self.first? })
    }
}

impl GpxBuilder {
    pub(super) fn open(&mut self, tag: &Tag) {
        self.depth += 1;
        match tag.name {
            b"gpx" => {
                self.is_whole = false;
                self.scope = (Scope::File, self.depth);
                self.creator =
                    tag.attribute(b"creator").and_then(ElementContent::text).or(self.creator.take());
            }
            b"metadata" => self.scope = (Scope::Metadata, self.depth),
            b"trk" => {
                self.end_track();
                self.track = Some(Track::default());
                self.scope = (Scope::Track, self.depth);
            }
            b"trkseg" => self.track.get_or_insert_default().activity.samples.begin_segment(),
            b"wpt" => self.waypoints += 1,
            b"rte" => self.routes += 1,
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &[u8], text: ElementContent) {
        let (scope, scope_depth) = self.scope;
        match name {
            b"name" | b"type" if self.depth == scope_depth + 1 => self.tell(scope, name, text),
            b"metadata" | b"trk" => {
                // An end tag lost inside would leave all that follows a level too deep.
                self.depth = if scope == Scope::File { self.depth } else { scope_depth };
                self.scope = (Scope::File, self.depth.saturating_sub(1));
                if name == b"trk" {
                    self.end_track();
                }
            }
            b"gpx" => self.is_whole = true,
            _ => {}
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn tell(&mut self, scope: Scope, name: &[u8], text: ElementContent) {
        let Some(text) = text.text() else { return };
        match (scope, &mut self.track) {
            (Scope::Track, Some(track)) if name == b"name" => track.activity.name = Some(text),
            (Scope::Track, Some(track)) => {
                // Strava writes numbers for its types; 1 is a ride.
                track.activity.sport =
                    if text == "1" { Sport::Other("cycling".into()) } else { Sport::from_word(&text) };
                track.activity.race_hint =
                    text.eq_ignore_ascii_case("race").then(|| "its type is \"race\"".to_owned());
            }
            (Scope::File | Scope::Metadata, _) if name == b"name" => self.file_name = Some(text),
            _ => {}
        }
    }

    #[inline]
    pub(super) fn add(&mut self, point: &GpxPoint, from: usize, document: &XmlDocument) {
        let track = self.track.get_or_insert_default();
        let samples = &mut track.activity.samples;
        let index = samples.open(point.time.map_or(f64::NAN, |time| time.unix_s));
        match point.position_deg() {
            Some((latitude_deg, longitude_deg)) => {
                samples.latitude_deg.set(index, latitude_deg);
                samples.longitude_deg.set(index, longitude_deg);
            }
            None => track.placeless.add(from, document),
        }
        samples.altitude_m.set(index, point.altitude_m);
        samples.speed_mps.set(index, point.speed_mps);
        samples.distance_m.set(index, point.distance_m);
        samples.cadence_spm.set(index, point.cadence);
        samples.power_w.set(index, point.power_w);
        samples.temperature_c.set(index, point.temperature_c);
        if point.heart_rate_bpm > 0.0 {
            samples.heart_rate_bpm.set(index, point.heart_rate_bpm);
        }
        match point.time {
            Some(time) if time.offset_s != Some(0) => {
                track.zoneless += usize::from(time.offset_s.is_none());
                // A written offset other than Z is the runner's own zone.
                track.activity.utc_offset_s = track.activity.utc_offset_s.or(time.offset_s);
            }
            None if point.has_odd_time => track.timeless.add(from, document),
            _ => {}
        }
    }

    fn end_track(&mut self) {
        let Some(Track { mut activity, zoneless, placeless, timeless }) = self.track.take() else { return };
        let samples = &mut activity.samples;
        if samples.is_empty() {
            return;
        }
        if samples.segment_starts.last() == Some(&samples.len()) {
            samples.segment_starts.pop();
        }
        both_feet(&mut samples.cadence_spm, samples.time_s.len());
        if !runs_on(&samples.distance_m, samples.time_s.len()) {
            samples.distance_m = Channel::default();
        }
        activity.format = FileFormat::Gpx;
        // Without a second segment GPX says nothing of the timer.
        activity.timer_known = !samples.segment_starts.is_empty();
        let notes = [
            placeless.note("trackpoint has no usable position", "trackpoints have no usable position"),
            timeless.note("time could not be read", "times could not be read"),
            (zoneless > 0).then(|| Note::general("its times state no zone and were taken as UTC")),
        ];
        activity.notes.extend(notes.into_iter().flatten());
        self.done.push(activity);
    }

    pub(super) fn finish(mut self, document: &XmlDocument) -> Result<Vec<Activity>, Failure> {
        self.end_track();
        let at = Some(document.place(self.whole_to));
        for activity in &mut self.done {
            activity.name = activity.name.take().or_else(|| self.file_name.clone());
            activity.device.clone_from(&self.creator);
        }
        match self.done.last_mut() {
            Some(last) if !self.is_whole => {
                let text = "the file breaks off; what came before it was used".to_owned();
                last.notes.push(Note { at, text });
                last.cut_short = true;
                Ok(self.done)
            }
            Some(_) => Ok(self.done),
            None if !self.is_whole => {
                let at = document.place(document.bytes().len());
                Err(Failure::damaged(Some(at), "the file breaks off before a whole trackpoint"))
            }
            None => {
                let (waypoints, routes) = (self.waypoints, self.routes);
                let held = format!("no trackpoint in it ({waypoints} waypoints, {routes} routes)");
                Err(Failure::not_an_activity(held))
            }
        }
    }
}

/// Makes steps of a cadence: most devices count one foot's strides, some both feet's steps. More than a tenth
/// of the values above what one foot can do is no slip of the sensor but the unit.
pub(super) fn both_feet(cadence: &mut Channel, samples: usize) {
    let moving = || (0..samples).filter_map(|index| cadence.get(index)).filter(|value| *value > 0.0);
    let above = moving().filter(|value| *value > ONE_FOOT_MOST_SPM).count();
    if cadence.is_empty() || above * 10 > moving().count() {
        return;
    }
    for index in 0..samples {
        if let Some(strides) = cadence.get(index) {
            cadence.set(index, 2.0 * strides);
        }
    }
}

/// Whether distances are counted from the start: some apps write each point's distance from the one before,
/// which falls as often as it rises.
pub(super) fn runs_on(distance: &Channel, samples: usize) -> bool {
    let (mut falls, mut last_m, mut count) = (0, f64::NEG_INFINITY, 0);
    for distance_m in (0..samples).filter_map(|index| distance.get(index)) {
        falls += usize::from(distance_m < last_m);
        last_m = distance_m;
        count += 1;
    }
    falls * 10 <= count
}
