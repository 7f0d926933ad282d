//! One run in several tracks: each begins when and where the one before ended.
//!
//! Some apps begin a new `trk` at each pause or kilometre. Such tracks become one activity, with
//! the gap between them as a gap between segments. Tracks that are named as other parts of a
//! training or as other sports stay apart: warm-up, race and cool-down, or run and ride.

use crate::activity::{Activity, Channel, Note, Samples, Sport};

/// A track that begins at most this long after the one before may continue it, seconds.
const LONGEST_GAP_S: f64 = 600.0;
/// The last points of a track may be repeated by the next one, for at most this long, seconds.
const LONGEST_OVERLAP_S: f64 = 10.0;
/// A track that continues another begins at most this far from its end, metres.
const FARTHEST_M: f64 = 200.0;
/// Metres of a degree of latitude, exact enough for 200 m.
const DEGREE_M: f64 = 111_200.0;

/// Words for warming up and cooling down, without separators.
const WARM_UP: [&str; 9] = [
    "warmup",
    "warmingup",
    "einlaufen",
    "aufwärmen",
    "échauffement",
    "calentamiento",
    "riscaldamento",
    "aquecimento",
    "inlopen",
];
const COOL_DOWN: [&str; 9] = [
    "cooldown",
    "coolingdown",
    "auslaufen",
    "retouraucalme",
    "récupération",
    "enfriamiento",
    "defaticamento",
    "desaquecimento",
    "uitlopen",
];

/// The part of a training that a track is by its name.
#[derive(PartialEq)]
enum Part {
    WarmUp,
    CoolDown,
    OtherSport,
    Main,
}

impl Part {
    /// Returns what a track's name says.
    fn of(track: &Activity) -> Self {
        let name = track.name.as_deref().unwrap_or_default();
        let plain: String = name.to_lowercase().chars().filter(|c| c.is_alphabetic()).collect();
        let has_one_of = |words: &[&str]| words.iter().any(|word| plain.contains(word));
        // A Portuguese word for cooling down has the one for warming up in it. A number is a sport
        // only where Strava writes it.
        match Sport::from_word(name).is_run() {
            _ if has_one_of(&COOL_DOWN) => Self::CoolDown,
            _ if has_one_of(&WARM_UP) => Self::WarmUp,
            Some(false) if !plain.is_empty() => Self::OtherSport,
            _ => Self::Main,
        }
    }
}

/// Joins the tracks of one run, which may be in any order in the file. What is left is in the order
/// of the file, a run of several tracks at the place of its earliest.
pub(super) fn join(tracks: Vec<Activity>) -> Vec<Activity> {
    let start_s = |track: &Activity| track.samples.time_s.first().copied().unwrap_or(f64::NAN);
    let mut by_time: Vec<(usize, Activity)> = tracks.into_iter().enumerate().collect();
    by_time.sort_by(|(_, a), (_, b)| start_s(a).total_cmp(&start_s(b)));
    let mut joined: Vec<Joined> = Vec::with_capacity(by_time.len());
    for (place, track) in by_time {
        match joined.last_mut() {
            Some(last)
                if (last.last_place.abs_diff(place) == 1 || last.activity.name == track.name)
                    && continues(&last.activity, &track) =>
            {
                last.append(track);
                last.last_place = place;
            }
            _ => joined.push(Joined {
                end_m: end_m(&track.samples),
                activity: track,
                place,
                last_place: place,
                tracks: 1,
            }),
        }
    }
    joined.sort_by_key(|run| run.place);
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
    /// The place of its first track in the file.
    place: usize,
    /// The place of its last one. Tracks between two others of a run in the file are rare; they
    /// have the same name.
    last_place: usize,
    tracks: usize,
    /// The last distance, metres. Kept, since looking back for it at each track of many would take
    /// the square of their number.
    end_m: Option<f64>,
}

/// Returns the last distance of a track, metres.
fn end_m(samples: &Samples) -> Option<f64> {
    let metres = samples.distance_m.values();
    metres.iter().rev().copied().find(|metres| !metres.is_nan())
}

/// Returns whether a track begins when and where the one before ended.
fn continues(last: &Activity, next: &Activity) -> bool {
    let end = last.samples.len().checked_sub(1);
    let (Some(end), false) = (end, next.samples.is_empty()) else { return false };
    let gap_s = next.samples.time_s[0] - last.samples.time_s[end];
    let places = last.samples.position_deg(end).zip(next.samples.position_deg(0));
    (-LONGEST_OVERLAP_S..=LONGEST_GAP_S).contains(&gap_s)
        // Beyond an overlap, the track goes on.
        && (gap_s >= 0.0 || next.samples.time_s.last() > last.samples.time_s.last())
        && last.sport == next.sport
        && places.is_some_and(|(from, to)| is_near(from, to))
        && (last.name == next.name || Part::of(last) == Part::of(next))
}

fn is_near((from_latitude, from_longitude): (f64, f64), (latitude, longitude): (f64, f64)) -> bool {
    let north_m = (latitude - from_latitude) * DEGREE_M;
    let east_m = (longitude - from_longitude) * DEGREE_M * libm::cos(latitude.to_radians());
    libm::hypot(north_m, east_m) <= FARTHEST_M
}

/// Returns the samples from a row on.
fn from_row(samples: &Samples, row: usize) -> Samples {
    let starts = samples.segment_starts.iter().filter(|start| **start > row).map(|start| start - row);
    let rows: Vec<usize> = (row..samples.len()).collect();
    Samples { segment_starts: starts.collect(), ..samples.select(&rows) }
}

impl Joined {
    /// Appends a track as a segment. A distance that starts anew goes on from the last one.
    fn append(&mut self, next: Activity) {
        let to = &mut self.activity;
        let first = to.samples.len();
        let last_s = to.samples.time_s[first - 1];
        let repeated = if next.samples.time_s[0] < last_s {
            next.samples.time_s.iter().take_while(|time_s| **time_s <= last_s).count()
        } else {
            0
        };
        let next_m =
            (repeated.saturating_sub(1)..next.samples.len()).find_map(|row| next.samples.distance_m.get(row));
        let base_m = match (self.end_m, next_m) {
            (Some(last_m), Some(next_m)) if next_m < last_m => last_m - next_m,
            _ => 0.0,
        };
        self.end_m = end_m(&next.samples).map(|metres| metres + base_m).or(self.end_m);
        self.tracks += 1;
        let samples = if repeated > 0 { from_row(&next.samples, repeated) } else { next.samples };
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
        // The same track twice is no run in two tracks.
        assert_eq!(join(vec![track(0.0, 50.0), track(0.0, 50.0)]).len(), 2);
    }

    #[test]
    fn tracks_that_are_named_as_other_parts_stay_apart() {
        let named = |start_s: f64, latitude_deg: f64, name: &str| Activity {
            name: Some(name.to_owned()),
            ..track(start_s, latitude_deg)
        };
        let joined = |[first, second, third]: [&str; 3]| {
            join(vec![named(0.0, 50.0, first), named(80.0, 50.0006, second), named(160.0, 50.0012, third)])
                .len()
        };
        assert_eq!(joined(["Warm up", "Harbour 10k Race", "Cool down"]), 3);
        assert_eq!(joined(["Einlaufen", "Einlaufen 2", "Auslaufen"]), 2);
        assert_eq!(joined(["Run", "Ride", "Run"]), 3);
        for names in [
            ["Run", "Run 2", "Track"],
            ["1", "2", "3"],
            ["Track 1", "Track 2", "Track 3"],
            ["Lunch", "Harbour 10k Race", "2024-05-12"],
        ] {
            assert_eq!(joined(names), 1, "{names:?}");
        }
    }

    #[test]
    fn tracks_in_reverse_order_are_one_run() {
        let joined = join(vec![track(160.0, 50.0012), track(80.0, 50.0006), track(0.0, 50.0)]);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].samples.segment_starts, [3, 6]);
        assert_eq!(joined[0].samples.distance_m.get(8), Some(180.0));
    }

    #[test]
    fn tracks_of_several_runs_keep_the_order_of_the_file() {
        let joined = join(vec![track(9000.0, 50.0), track(80.0, 50.0006), track(0.0, 50.0)]);
        assert_eq!(joined.iter().map(|run| run.samples.time_s[0]).collect::<Vec<_>>(), [9000.0, 0.0]);
    }

    #[test]
    fn points_that_the_next_track_repeats_count_once() {
        let joined = join(vec![track(0.0, 50.0), track(15.0, 50.000_405)]);
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].samples.time_s, [0.0, 10.0, 20.0, 25.0, 35.0]);
        assert_eq!(joined[0].samples.segment_starts, [3]);
    }
}
