//! Reads GPX through the `gpx` crate, as a second opinion.
//!
//! The crate does not read extensions, so there is no heart rate, cadence or temperature here, and
//! it rejects a file for one unknown element. A truncated file is closed after its last complete
//! trackpoint and read again.

use time::OffsetDateTime;

use crate::activity::{Activity, FileFormat, Note, Place, Sport};
use crate::ingest::error::{Failure, FailureKind};

/// Reads every track of a GPX file.
///
/// # Errors
///
/// Fails if the crate rejects the file, or if the file has no trackpoint.
pub(in crate::ingest) fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    if is_too_deep(bytes) {
        let what = format!("elements nested deeper than {MOST_LEVELS}, for --reader library");
        return Err(Failure::new(FailureKind::Limit(what)));
    }
    let (parsed, note) = match gpx::read(bytes) {
        Ok(parsed) => (parsed, None),
        Err(error) => {
            let (closed, at) = close(bytes).ok_or_else(|| rejected(&error))?;
            let parsed = gpx::read(closed.as_slice()).map_err(|_| rejected(&error))?;
            let text = "the file breaks off; what came before it was used".to_owned();
            (parsed, Some(Note { at: Some(Place::Byte(at as u64)), text }))
        }
    };
    let routes = parsed.routes.len();
    let waypoints = parsed.waypoints.len();
    let file_name = parsed.metadata.and_then(|metadata| metadata.name);
    let mut activities = Vec::new();
    for track in parsed.tracks {
        if track.segments.iter().all(|segment| segment.points.is_empty()) {
            continue;
        }
        let mut activity = activity(track);
        activity.name = activity.name.or_else(|| file_name.clone()).filter(|name| !name.trim().is_empty());
        activity.device.clone_from(&parsed.creator);
        activities.push(activity);
    }
    if let Some((last, note)) = activities.last_mut().zip(note) {
        last.notes.push(note);
        last.cut_short = true;
    }
    if activities.is_empty() {
        let held = format!("no trackpoint in it ({waypoints} waypoints, {routes} routes)");
        return Err(Failure::not_an_activity(held));
    }
    Ok(super::join::join(activities))
}

/// The most levels of elements; GPX has about ten.
const MOST_LEVELS: usize = 500;

/// Returns whether elements are nested too deeply for the crate, whose time grows with the square.
fn is_too_deep(bytes: &[u8]) -> bool {
    let mut level = 0_usize;
    memchr::memchr2_iter(b'<', b'>', bytes).any(|at| {
        match (bytes[at], bytes.get(at + 1), at.checked_sub(1).map(|before| bytes[before])) {
            (b'<', Some(b'/'), _) | (b'>', _, Some(b'/')) => level = level.saturating_sub(1),
            (b'<', Some(b'!' | b'?'), _) | (b'>', ..) => {}
            _ => level += 1,
        }
        level > MOST_LEVELS
    })
}

/// Returns the failure of a file that the crate rejects.
fn rejected(error: &gpx::errors::GpxError) -> Failure {
    use gpx::errors::GpxError::LonLatOutOfBoundsError;
    let what = match error {
        // The message of the crate has the value, and no output has a coordinate.
        LonLatOutOfBoundsError(name, range, _) => format!("invalid `{name}`: must be between `{range}`"),
        error => error.to_string(),
    };
    Failure::damaged(None, format!("the GPX reader rejects it: {what}"))
}

/// Builds the activity of one track.
fn activity(track: gpx::Track) -> Activity {
    let word = track.type_.unwrap_or_default();
    let mut activity = Activity {
        format: FileFormat::Gpx,
        name: track.name,
        sport: Sport::from_word(&word),
        race_hint: word.trim().eq_ignore_ascii_case("race").then(|| "its type is \"race\"".to_owned()),
        ..Activity::default()
    };
    for segment in track.segments {
        activity.samples.begin_segment();
        for point in segment.points {
            let time_s = point.time.map_or(f64::NAN, |time| {
                let at = OffsetDateTime::from(time);
                at.unix_timestamp() as f64 + f64::from(at.nanosecond()) / 1e9
            });
            let index = activity.samples.open(time_s);
            let position = point.point();
            activity.samples.latitude_deg.set(index, position.y());
            activity.samples.longitude_deg.set(index, position.x());
            if let Some(altitude_m) = point.elevation {
                activity.samples.altitude_m.set(index, altitude_m);
            }
            if let Some(speed_mps) = point.speed {
                activity.samples.speed_mps.set(index, speed_mps);
            }
        }
    }
    // Only a gap between two segments shows that the timer was stopped.
    activity.timer_known = !activity.samples.segment_starts.is_empty();
    activity
}

/// Closes a truncated GPX after its last complete trackpoint; returns it and the offset of the end.
///
/// Returns `None` if the file is not truncated, or has no complete trackpoint.
fn close(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    const END: &[u8] = b"</trkpt>";
    if contains(bytes, b"</gpx>") {
        return None;
    }
    let at = bytes.windows(END.len()).rposition(|window| window == END)? + END.len();
    let mut closed = bytes[..at].to_vec();
    closed.extend_from_slice(b"</trkseg></trk></gpx>");
    Some((closed, at))
}

/// Returns whether `bytes` contain `wanted`.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1">
        <metadata><name>Evening</name></metadata><trk><type>running</type><trkseg>
        <trkpt lat="48.0" lon="11.0"><ele>500</ele><time>2020-01-01T10:00:00Z</time></trkpt>
        <trkpt lat="48.1" lon="11.0"><time>2020-01-01T10:00:01.5Z</time></trkpt>
        </trkseg></trk></gpx>"#;

    #[test]
    fn a_track_is_an_activity_with_the_files_name_and_sport() {
        let activity = &read(WHOLE.as_bytes()).expect("sound")[0];
        assert_eq!(activity.name.as_deref(), Some("Evening"));
        assert_eq!(activity.sport, Sport::Running);
        assert_eq!(activity.samples.time_s, [1_577_872_800.0, 1_577_872_801.5]);
        assert_eq!([0, 1].map(|i| activity.samples.altitude_m.get(i)), [Some(500.0), None]);
        assert!(!activity.timer_known);
    }

    #[test]
    fn a_truncated_file_keeps_its_complete_points() {
        let cut = &WHOLE[..WHOLE.find("</trkseg>").expect("there") - 60];
        let activity = &read(cut.as_bytes()).expect("repaired")[0];
        assert_eq!(activity.samples.len(), 1);
        assert!(activity.cut_short && activity.notes[0].text.contains("breaks off"));
    }
}
