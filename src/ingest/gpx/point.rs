//! One point of a track or route, with what devices add to it.
//!
//! The schema's own elements are `ele`, `time` and, in GPX 1.0, `speed`. Garmin's TrackPointExtension and
//! PowerExtension, Cluetrust's gpxdata (Suunto), Strava, Wahoo, Polar and others add theirs under names that
//! hardly differ, so the local name alone tells the channel.

use crate::ingest::xml::content::ElementContent;
use crate::ingest::xml::scan::{Scanner, Tag, TagKind};
use crate::ingest::xml::template;
use crate::ingest::xml::template::{Spellings, TemplatePoint as _, Value};
use crate::ingest::xml::timestamp::{TimeOfDay, Timestamp};

/// A point; values that are absent are NaN.
pub(super) struct GpxPoint {
    latitude_deg: f64,
    longitude_deg: f64,
    pub altitude_m: f64,
    pub time: Option<Timestamp>,
    /// Whether a time is written that is none.
    pub has_odd_time: bool,
    pub speed_mps: f64,
    pub distance_m: f64,
    pub heart_rate_bpm: f64,
    /// As it is written, of one foot or both.
    pub cadence: f64,
    pub power_w: f64,
    pub temperature_c: f64,
}

/// What a number is.
#[derive(Debug, Clone, Copy)]
pub(super) enum GpxNumber {
    Latitude,
    Longitude,
    Altitude,
    Speed,
    /// A speed in the extensions: the schema's own has precedence.
    ExtendedSpeed,
    Distance,
    HeartRate,
    Cadence,
    Power,
    Temperature,
}

/// What an element's content is.
fn value(name: &[u8], in_extensions: bool) -> Value<GpxNumber> {
    Value::Number(match name {
        b"time" if !in_extensions => return Value::Time,
        b"ele" if !in_extensions => GpxNumber::Altitude,
        b"speed" if !in_extensions => GpxNumber::Speed,
        b"speed" | b"Speed" => GpxNumber::ExtendedSpeed,
        b"hr" | b"heartrate" | b"heartRate" | b"HeartRate" | b"heart_rate" | b"bpm" => GpxNumber::HeartRate,
        b"cad" | b"cadence" | b"Cadence" | b"RunCadence" | b"runCadence" | b"run_cadence" => {
            GpxNumber::Cadence
        }
        b"atemp" | b"temp" | b"temperature" | b"Temperature" | b"airTemperature" => GpxNumber::Temperature,
        b"power" | b"Power" | b"PowerInWatts" | b"watts" | b"Watts" => GpxNumber::Power,
        b"distance" | b"Distance" | b"DistanceMeters" => GpxNumber::Distance,
        _ => return Value::Other,
    })
}

impl GpxPoint {
    /// Reads on to the end of a point that has just begun; `None` if the file breaks off before. The tag of
    /// another point or of what holds points ends one that lacks its end tag, and is left to the caller.
    #[inline]
    pub(crate) fn read(
        scanner: &mut Scanner,
        opening: &Tag,
        clock: &mut TimeOfDay,
        spellings: &mut Spellings<Self>,
    ) -> Option<Self> {
        let mut point = Self::default();
        spellings.begin(opening.from);
        for (number, name) in [(GpxNumber::Latitude, b"lat"), (GpxNumber::Longitude, b"lon")] {
            if let Some(content) = opening.attribute(name) {
                point.take(Value::Number(number), content, clock);
                spellings.note(Value::Number(number), content, scanner);
            }
        }
        if opening.kind == TagKind::Start {
            point.read_inside(scanner, clock, spellings)?;
        }
        spellings.end(scanner, clock);
        Some(point)
    }

    /// Reads on to the point's end.
    #[inline]
    fn read_inside(
        &mut self,
        scanner: &mut Scanner,
        clock: &mut TimeOfDay,
        spellings: &mut Spellings<Self>,
    ) -> Option<()> {
        let mut in_extensions = false;
        loop {
            let tag = scanner.next()?;
            match (tag.kind, tag.name) {
                (TagKind::End, b"trkpt" | b"rtept") => return Some(()),
                (_, b"trkpt" | b"rtept" | b"trkseg" | b"trk" | b"rte" | b"wpt" | b"gpx") => {
                    scanner.back_to(&tag);
                    spellings.pass_over();
                    return Some(());
                }
                (kind, b"extensions") => in_extensions = kind == TagKind::Start,
                (TagKind::Leaf | TagKind::End, name) => {
                    let value = value(name, in_extensions);
                    self.take(value, tag.content, clock);
                    spellings.note_element(value, &tag, scanner);
                }
                (TagKind::Start | TagKind::Empty, _) => {}
            }
        }
    }

    /// Latitude and longitude, if both are numbers of this earth.
    pub(crate) fn position_deg(&self) -> Option<(f64, f64)> {
        let is_known =
            (-90.0..=90.0).contains(&self.latitude_deg) && (-180.0..=180.0).contains(&self.longitude_deg);
        is_known.then_some((self.latitude_deg, self.longitude_deg))
    }

    /// Takes a value from what stands in an element or attribute.
    fn take(&mut self, value: Value<GpxNumber>, content: ElementContent, clock: &mut TimeOfDay) {
        match value {
            Value::Time => {
                self.time = content.read(|text| clock.parse(text));
                self.has_odd_time = self.time.is_none() && content.text().is_some();
            }
            Value::Number(number) => match (content.number(), number) {
                (Some(value), _) => self.set(number, value),
                // The schema's own elements say that there is none; what others write does not count then.
                (None, GpxNumber::Altitude | GpxNumber::Speed) => self.set(number, f64::NAN),
                (None, _) => {}
            },
            Value::Other => {}
        }
    }
}

impl Default for GpxPoint {
    #[inline]
    fn default() -> Self {
        Self {
            latitude_deg: f64::NAN,
            longitude_deg: f64::NAN,
            altitude_m: f64::NAN,
            time: None,
            has_odd_time: false,
            speed_mps: f64::NAN,
            distance_m: f64::NAN,
            heart_rate_bpm: f64::NAN,
            cadence: f64::NAN,
            power_w: f64::NAN,
            temperature_c: f64::NAN,
        }
    }
}

impl template::TemplatePoint for GpxPoint {
    type Number = GpxNumber;

    #[inline]
    fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    #[inline]
    fn set(&mut self, number: GpxNumber, value: f64) {
        *match number {
            GpxNumber::Latitude => &mut self.latitude_deg,
            GpxNumber::Longitude => &mut self.longitude_deg,
            GpxNumber::Altitude => &mut self.altitude_m,
            GpxNumber::ExtendedSpeed if !self.speed_mps.is_nan() => return,
            GpxNumber::Speed | GpxNumber::ExtendedSpeed => &mut self.speed_mps,
            GpxNumber::Distance => &mut self.distance_m,
            GpxNumber::HeartRate => &mut self.heart_rate_bpm,
            GpxNumber::Cadence => &mut self.cadence,
            GpxNumber::Power => &mut self.power_w,
            GpxNumber::Temperature => &mut self.temperature_c,
        } = value;
    }
}
