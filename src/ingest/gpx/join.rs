//! One run in several tracks: each begins when and where the one before ended.
//!
//! Some apps begin a new `trk` at each pause or kilometre. Such tracks become one activity, with
//! the gap between them as a gap between segments.

use crate::activity::{Activity, Channel, Note};

/// A track that begins at most this long after the one before may continue it, seconds.
const LONGEST_GAP_S: f64 = 600.0;
/// And at most this far from its end, metres.
const FARTHEST_M: f64 = 200.0;
/// Metres of a degree of latitude, exact enough for 200 m.
const DEGREE_M: f64 = 111_200.0;

/// Joins neighbouring tracks of one run.
pub(super) fn join(tracks: Vec<Activity>) -> Vec<Activity> {
    let mut joined: Vec<Joined> = Vec::with_capacity(tracks.len());
    for track in tracks {
        match joined.last_mut() {
            Some(last) if continues(&last.activity, &track) => last.append(track),
            _ => joined.push(Joined { end_m: end_m(&track), activity: track, tracks: 1 }),
        }
    }
    let noted = |Joined { mut activity, tracks, .. }| {
        if tracks > 1 {
            let text = format!("{tracks} tracks follow each other and were joined");
            activity.notes.push(Note::general(text));
        }
        activity
    };
    joined.into_iter().map(noted).collect()
}

/// Tracks that are one run so far.
struct Joined {
    activity: Activity,
    tracks: usize,
    /// The last distance, metres. Kept, since looking back for it at each track of many would take
    /// the square of their number.
    end_m: Option<f64>,
}

/// Returns the last distance of a track, metres.
fn end_m(track: &Activity) -> Option<f64> {
    let metres = track.samples.distance_m.values();
    metres.iter().rev().copied().find(|metres| !metres.is_nan())
}

/// Returns whether a track begins when and where the one before ended.
fn continues(last: &Activity, next: &Activity) -> bool {
    let end = last.samples.len().checked_sub(1);
    let (Some(end), false) = (end, next.samples.is_empty()) else { return false };
    let gap_s = next.samples.time_s[0] - last.samples.time_s[end];
    let places = last.samples.position_deg(end).zip(next.samples.position_deg(0));
    (0.0..=LONGEST_GAP_S).contains(&gap_s)
        && last.sport == next.sport
        && places.is_some_and(|(from, to)| is_near(from, to))
}

fn is_near((from_latitude, from_longitude): (f64, f64), (latitude, longitude): (f64, f64)) -> bool {
    let north_m = (latitude - from_latitude) * DEGREE_M;
    let east_m = (longitude - from_longitude) * DEGREE_M * libm::cos(latitude.to_radians());
    libm::hypot(north_m, east_m) <= FARTHEST_M
}

impl Joined {
    /// Appends a track as a segment. A distance that starts anew goes on from the last one.
    fn append(&mut self, next: Activity) {
        let to = &mut self.activity;
        let first = to.samples.len();
        let next_m = next.samples.distance_m.values().iter().copied().find(|metres| !metres.is_nan());
        let base_m = match (self.end_m, next_m) {
            (Some(last_m), Some(next_m)) if next_m < last_m => last_m - next_m,
            _ => 0.0,
        };
        self.end_m = end_m(&next).map(|metres| metres + base_m).or(self.end_m);
        self.tracks += 1;
        let samples = next.samples;
        to.samples.begin_segment();
        to.samples.segment_starts.extend(samples.segment_starts.iter().map(|start| first + start));
        to.samples.time_s.extend(&samples.time_s);
        let put = |column: &mut Channel, values: &Channel| column.put(first, values.values().iter().copied());
        put(&mut to.samples.latitude_deg, &samples.latitude_deg);
        put(&mut to.samples.longitude_deg, &samples.longitude_deg);
        put(&mut to.samples.altitude_m, &samples.altitude_m);
        put(&mut to.samples.speed_mps, &samples.speed_mps);
        put(&mut to.samples.heart_rate_bpm, &samples.heart_rate_bpm);
        put(&mut to.samples.cadence_spm, &samples.cadence_spm);
        put(&mut to.samples.power_w, &samples.power_w);
        put(&mut to.samples.temperature_c, &samples.temperature_c);
        to.samples.distance_m.put(first, samples.distance_m.values().iter().map(|metres| metres + base_m));
        to.timer_known = true;
        to.notes.extend(next.notes);
        to.race_hint = to.race_hint.take().or(next.race_hint);
        to.utc_offset_s = to.utc_offset_s.or(next.utc_offset_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes a track of three points north of a latitude, ten seconds and 30 m apart.
    fn track(start_s: f64, latitude_deg: f64) -> Activity {
        let mut activity = Activity::default();
        for step in 0..3 {
            let row = activity.samples.open(start_s + 10.0 * f64::from(step));
            activity.samples.latitude_deg.set(row, latitude_deg + 30.0 * f64::from(step) / DEGREE_M);
            activity.samples.longitude_deg.set(row, 8.0);
            activity.samples.distance_m.set(row, 30.0 * f64::from(step));
        }
        activity
    }

    #[test]
    fn tracks_that_follow_each_other_are_one_run_with_a_gap() {
        let joined = join(vec![track(0.0, 50.0), track(80.0, 50.0006)]);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].samples.segment_starts, [3]);
        assert_eq!(joined[0].samples.distance_m.get(5), Some(120.0));
        assert!(joined[0].timer_known);
    }

    #[test]
    fn tracks_apart_in_time_or_place_stay_apart() {
        assert_eq!(join(vec![track(0.0, 50.0), track(700.0, 50.0006)]).len(), 2);
        assert_eq!(join(vec![track(0.0, 50.0), track(30.0, 50.01)]).len(), 2);
        assert_eq!(join(vec![track(100.0, 50.0), track(0.0, 50.0006)]).len(), 2);
    }
}
