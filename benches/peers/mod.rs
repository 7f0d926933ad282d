//! Reads recordings through third-party libraries, for benchmarks.
//!
//! Each function returns `None` for a file that its library rejects.

use quick_xml::events::Event;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Latitude, longitude, altitude and time of a point: the fields that a small program of its own
/// would read.
pub(crate) type Point = (f64, f64, Option<f64>, Option<OffsetDateTime>);

/// Reads FIT through `fitparser`; returns the number of messages.
pub(crate) fn fitparser(bytes: &[u8]) -> Option<usize> {
    fitparser::from_bytes(bytes).ok().map(|messages| messages.len())
}

/// Reads FIT through rustyfit 0.6, the last release for this project's oldest Rust; returns the
/// number of messages. Release 0.11 takes as many instructions.
pub(crate) fn rustyfit(bytes: &[u8]) -> Option<usize> {
    let mut decoder = rustyfit::Decoder::new(bytes);
    let mut messages = 0;
    while let Some(file) = decoder.decode().ok()? {
        messages += file.messages.len();
    }
    Some(messages)
}

/// Reads GPX through `gpx`, which does not read extensions; returns the number of tracks.
pub(crate) fn gpx(bytes: &[u8]) -> Option<usize> {
    gpx::read(bytes).ok().map(|document| document.tracks.len())
}

/// Reads the points of GPX by a loop with `quick-xml`.
pub(crate) fn quick_xml(bytes: &[u8]) -> Option<Vec<Point>> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let (mut points, mut text) = (Vec::<Point>::new(), String::new());
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                text.clear();
                if tag.local_name().into_inner() == "trkpt" {
                    let (mut lat, mut lon) = (f64::NAN, f64::NAN);
                    for attribute in tag.attributes().flatten() {
                        match attribute.key.local_name().into_inner() {
                            "lat" => lat = attribute.value.parse().ok()?,
                            "lon" => lon = attribute.value.parse().ok()?,
                            _ => {}
                        }
                    }
                    points.push((lat, lon, None, None));
                }
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::End(tag) => match (tag.local_name().into_inner(), points.last_mut()) {
                ("ele", Some(point)) => point.2 = text.parse().ok(),
                ("time", Some(point)) => point.3 = OffsetDateTime::parse(&text, &Rfc3339).ok(),
                _ => {}
            },
            Event::Eof => return Some(points),
            _ => {}
        }
    }
}
