//! Builds activities from the tags of a GPX document, one activity for each track with points.

use super::super::error::Failure;
use super::super::xml::content::{ElementContent, quotable};
use super::super::xml::decimal;
use super::super::xml::encoding::XmlDocument;
use super::super::xml::scan::Tag;
use super::super::xml::timestamp::TimestampParser;
use super::join;
use super::point::GpxPoint;
use crate::activity::{Activity, Channel, Declared, FileFormat, Note, Sport};
use crate::phrases::plural;

/// A first point this long after the stated start is not the start, seconds; a receiver may need
/// some seconds to its first fix, and nobody starts a recording two hours before running.
const MISSING_S: std::ops::RangeInclusive<f64> = 15.0..=7200.0;
/// More strides a minute than one foot can make.
const ONE_FOOT_MOST_SPM: f64 = 120.0;

/// A value that cannot be used is looked for in so many bytes of its point.
const POINT_BYTES: usize = 2000;

/// Builds activities while elements open and close.
#[derive(Default)]
pub(super) struct GpxBuilder {
    pub done: Vec<Activity>,
    pub track: Option<Track>,
    pub creator: Option<String>,
    pub file_name: Option<String>,
    /// The time that the file states for itself, Unix seconds: its start, in most exports.
    pub file_time_s: Option<f64>,
    /// The totals that the file declares, where a service writes them into its extensions.
    pub declared: Declared,
    /// The last track, if it had no points.
    pub empty: Option<Activity>,
    pub points: usize,
    pub waypoints: usize,
    pub routes: usize,
    /// The number of open elements, outside of trackpoints.
    pub depth: usize,
    /// The element whose `name` and `type` are read, and its depth.
    pub scope: (Scope, usize),
    /// Whether the root element has ended.
    pub is_whole: bool,
    /// The offset after the last complete trackpoint.
    pub last_point_end: usize,
}

/// An element whose `name` and `type` are read.
#[derive(Default, Clone, Copy, PartialEq)]
pub(super) enum Scope {
    /// `gpx`, where GPX 1.0 has the file's name.
    #[default]
    File,
    Metadata,
    Track,
}

/// A track that is not closed yet.
#[derive(Default)]
pub(super) struct Track {
    pub activity: Activity,
    /// The number of times without a zone.
    pub without_zone: usize,
    pub without_position: BadValues,
    pub with_bad_time: BadValues,
}

/// The number of values that could not be used, and a note with the place and text of the first.
#[derive(Default)]
pub(super) struct BadValues {
    pub count: usize,
    pub first: Option<Note>,
}

impl BadValues {
    /// Counts a value of the point at `from`. Its text is quoted if it is between two others; a
    /// place is not, as no report shows one.
    #[cold]
    fn add(&mut self, from: usize, document: &XmlDocument, between: Option<(&str, &str)>) {
        self.count += 1;
        if self.first.is_none() {
            let point = &document.bytes()[from..];
            let point = String::from_utf8_lossy(&point[..point.len().min(POINT_BYTES)]);
            let text = between.and_then(|(before, after)| point.split_once(before)?.1.split_once(after));
            let text = text.map_or("", |(text, _)| quotable(text.trim()));
            self.first = Some(Note { at: document.place(from), text: text.to_owned() });
        }
    }

    /// Returns the note with the number of values, by the texts for one and for more.
    fn note(self, one: &str, many: &str) -> Option<Note> {
        let Note { at, text } = self.first?;
        let what = plural(self.count, one, many);
        let text = if text.is_empty() { what } else { format!("{what}, such as {text}") };
        Some(Note { at, text })
    }
}

impl GpxBuilder {
    /// Handles a start tag.
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

    /// Handles an end tag and the text before it.
    pub(super) fn close(&mut self, name: &[u8], text: ElementContent) {
        let (scope, scope_depth) = self.scope;
        match name {
            b"name" | b"type" if self.depth == scope_depth + 1 => self.describe(scope, name, text),
            b"time" if self.depth == scope_depth + 1 && scope != Scope::Track => {
                let time = text.text().and_then(|text| TimestampParser::default().parse(text.as_bytes()));
                self.file_time_s = self.file_time_s.or(time.map(|time| time.unix_s));
            }
            // In `extensions`.
            b"distance" | b"elapsed_time" if self.depth == scope_depth + 2 => self.declare(name, text),
            b"metadata" | b"trk" => {
                // After a missing end tag inside, the depth would stay too large.
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

    /// Sets a total of the track, or of the file.
    fn declare(&mut self, name: &[u8], text: ElementContent) {
        let value = text.text().and_then(|text| decimal::parse(text.as_bytes())).filter(|value| *value > 0.0);
        let declared = self.track.as_mut().map_or(&mut self.declared, |track| &mut track.activity.declared);
        match name {
            b"distance" => declared.distance_m = value,
            _ => declared.elapsed_s = value,
        }
    }

    /// Sets the name or type of the file or track.
    fn describe(&mut self, scope: Scope, name: &[u8], text: ElementContent) {
        let Some(text) = text.text() else { return };
        match (scope, &mut self.track) {
            (Scope::Track, Some(track)) if name == b"name" => track.activity.name = Some(text),
            (Scope::Track, Some(track)) => {
                track.activity.sport = Sport::from_word(&text);
                track.activity.race_hint =
                    text.eq_ignore_ascii_case("race").then(|| "its type is \"race\"".to_owned());
            }
            (Scope::File | Scope::Metadata, _) if name == b"name" => self.file_name = Some(text),
            _ => {}
        }
    }

    /// Adds a trackpoint whose tag is at `from`.
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
            None => match point.unusual_position_deg() {
                Some((latitude_deg, longitude_deg)) => {
                    samples.latitude_deg.set(index, latitude_deg);
                    samples.longitude_deg.set(index, longitude_deg);
                }
                None => track.without_position.add(from, document, None),
            },
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
                track.without_zone += usize::from(time.offset_s.is_none());
                // An offset other than Z is the runner's time zone.
                track.activity.utc_offset_s = track.activity.utc_offset_s.or(time.offset_s);
            }
            None if point.has_bad_time => track.with_bad_time.add(from, document, Some(("time>", "<"))),
            _ => {}
        }
    }

    /// Completes the current track; one without points is dropped.
    fn end_track(&mut self) {
        let Some(Track { mut activity, without_zone, without_position, with_bad_time }) = self.track.take()
        else {
            return;
        };
        let samples = &mut activity.samples;
        if samples.is_empty() {
            activity.format = FileFormat::Gpx;
            self.empty = Some(activity);
            return;
        }
        if samples.segment_starts.last() == Some(&samples.len()) {
            samples.segment_starts.pop();
        }
        strides_to_steps(&mut samples.cadence_spm, samples.time_s.len());
        if !is_cumulative(&samples.distance_m, samples.time_s.len()) {
            samples.distance_m = Channel::default();
        }
        activity.format = FileFormat::Gpx;
        // Only a gap between two segments shows that the timer was stopped.
        activity.timer_known = !samples.segment_starts.is_empty();
        let notes = [
            without_position.note("trackpoint has no usable position", "trackpoints have no usable position"),
            with_bad_time.note("time could not be read", "times could not be read"),
            (without_zone > 0).then(|| Note::general("its times state no zone and were taken as UTC")),
        ];
        activity.notes.extend(notes.into_iter().flatten());
        self.done.push(activity);
    }

    /// Returns the activities at the end of the document.
    pub(super) fn finish(mut self, document: &XmlDocument) -> Result<Vec<Activity>, Failure> {
        self.end_track();
        let at = document.place(self.last_point_end);
        for activity in &mut self.done {
            activity.name = activity.name.take().or_else(|| self.file_name.clone());
            activity.device.clone_from(&self.creator);
        }
        self.done = join::join(self.done);
        if let [only] = &mut self.done[..] {
            let Declared { distance_m, elapsed_s, .. } = self.declared;
            only.declared.distance_m = only.declared.distance_m.or(distance_m);
            only.declared.elapsed_s = only.declared.elapsed_s.or(elapsed_s);
            only.missing_start_s = missing_start_s(self.file_time_s, &only.samples.time_s);
        }
        let has_routes = self.waypoints + self.routes > 0;
        if let Some(mut empty) =
            self.empty.take().filter(|_| self.done.is_empty() && self.is_whole && !has_routes)
        {
            empty.name = empty.name.take().or(self.file_name);
            empty.device = self.creator;
            empty.timer_start_s = self.file_time_s;
            return Ok(vec![empty]);
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
                Err(Failure::damaged(at, "the file breaks off before a whole trackpoint"))
            }
            None => {
                let (waypoints, routes) = (self.waypoints, self.routes);
                let held = format!("no trackpoint in it ({waypoints} waypoints, {routes} routes)");
                Err(Failure::not_an_activity(held))
            }
        }
    }
}

/// Returns for how many seconds an activity ran before its first sample, if the file states its
/// start and it is not far away: else the file's time is something else.
fn missing_start_s(file_time_s: Option<f64>, times: &[f64]) -> Option<f64> {
    let first_s = times.iter().copied().filter(|time_s| time_s.is_finite()).reduce(f64::min)?;
    Some(first_s - file_time_s?).filter(|seconds| MISSING_S.contains(seconds))
}

/// Converts a cadence to steps a minute, unless it is one already.
///
/// Most devices count the strides of one foot, some the steps of both feet. If more than a tenth of
/// the values are above [`ONE_FOOT_MOST_SPM`], they are steps.
fn strides_to_steps(cadence: &mut Channel, samples: usize) {
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

/// Returns whether distances are counted from the start.
///
/// Some apps write each point's distance from the one before, which falls as often as it rises.
fn is_cumulative(distance: &Channel, samples: usize) -> bool {
    let (mut falls, mut last_m, mut count) = (0, f64::NEG_INFINITY, 0);
    for distance_m in (0..samples).filter_map(|index| distance.get(index)) {
        falls += usize::from(distance_m < last_m);
        last_m = distance_m;
        count += 1;
    }
    falls * 10 <= count
}
