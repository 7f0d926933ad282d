//! Builds activities from decoded FIT messages: one for each session.
//!
//! Messages are sorted by kind, then samples, timer events and laps are assigned to sessions by
//! time. Times are Unix seconds; a clock that counts from power-on is moved to the file's creation
//! time.

use super::file::{Decoded, PlacedMessage};
use super::messages::{Message, Session, TimerEvent};
use super::timer::timer;
use crate::activity::{Activity, Declared, FileFormat, Lap, NameOrigin, Note, Samples, Sport};
use crate::ingest::error::Failure;
use crate::ingest::limits::{Limits, MESSAGE_SAMPLES};
use crate::phrases::plural;
use crate::units::{FIT_EPOCH_UNIX_S, FIT_FIRST_ABSOLUTE};

/// `file_id.type` of an activity file.
const TYPE_ACTIVITY: f64 = 4.0;

/// Builds an activity for each session of each file of a chain.
///
/// # Errors
///
/// Fails if no file of the chain has an activity, or if a limit is exceeded.
pub(super) fn assemble(files: Vec<Decoded>, limits: &Limits) -> Result<Vec<Activity>, Failure> {
    let mut activities = Vec::new();
    let mut why = String::from("the file holds no messages");
    let mut first_note = None;
    let mut given_laps: usize = 0;
    for file in files {
        first_note = first_note.or_else(|| file.notes.first().cloned());
        match FileParts::collect(file) {
            Ok(parts) => {
                given_laps = given_laps.saturating_add(parts.given_laps());
                if given_laps > limits.samples / MESSAGE_SAMPLES {
                    return Err(limits.over_samples());
                }
                activities.extend(parts.into_activities());
                if activities.len() > limits.activities {
                    return Err(limits.over_activities());
                }
            }
            // Beside an activity, another file of a chain is told on it.
            Err(reason) => match activities.last_mut() {
                Some(last) => {
                    let note = Note::general(format!("a file chained to it has {reason}"));
                    // A chain may have many alike.
                    if last.notes.last() != Some(&note) {
                        last.notes.push(note);
                    }
                }
                None => why = reason,
            },
        }
    }
    match (activities.is_empty(), first_note) {
        (false, _) => Ok(activities),
        (true, Some(note)) => Err(Failure::damaged(note.at, format!("{} ({why})", note.text))),
        (true, None) => Err(Failure::not_an_activity(why)),
    }
}

/// One file's messages, sorted by kind, in file order.
#[derive(Default)]
struct FileParts {
    maker: Option<f64>,
    product: Option<f64>,
    serial: Option<f64>,
    product_name: Option<String>,
    created: Option<f64>,
    local_less_utc_s: Option<i32>,
    sport: Sport,
    sport_name: Option<String>,
    workout_name: Option<String>,
    sex: Option<crate::activity::Sex>,
    sessions: Vec<Session>,
    laps: Vec<Lap>,
    samples: Samples,
    compressed: Vec<(usize, f64, u16)>,
    untimed_records: usize,
    events: Vec<(f64, TimerEvent)>,
    notes: Vec<Note>,
    cut_short: bool,
    first_stamp: Option<u32>,
}

/// The samples, events and laps of one session.
#[derive(Default)]
struct SessionParts {
    /// The indices of its samples; empty if the file has only one session.
    rows: Vec<usize>,
    events: Vec<(f64, TimerEvent)>,
    laps: Vec<Lap>,
}

impl FileParts {
    /// Sorts a file's messages by kind; the error is the reason why the file is not an activity.
    fn collect(file: Decoded) -> Result<Self, String> {
        let mut parts = Self {
            notes: file.notes,
            cut_short: file.cut_short,
            samples: file.samples,
            compressed: file.compressed,
            untimed_records: file.untimed,
            first_stamp: file.first_stamp,
            ..Self::default()
        };
        let mut file_type = None;
        let messages = file.messages.len() + file.untimed;
        for PlacedMessage { stamp, message, .. } in file.messages {
            let at = stamp.map(|stamp| f64::from(stamp) + FIT_EPOCH_UNIX_S);
            match message {
                // A file has one, at its start; further ones are what damaged bytes were taken for.
                Message::FileId { .. } if file_type.is_some() => {}
                Message::FileId { file_type: kind, maker, product, serial, created, product_name } => {
                    file_type = kind;
                    (parts.maker, parts.product, parts.serial) = (maker, product, serial);
                    (parts.created, parts.product_name) = (created, product_name);
                }
                Message::Activity { local_timestamp } => {
                    if let (Some(local), Some(stamp)) = (local_timestamp, stamp) {
                        let offset = local - f64::from(stamp);
                        // Some devices write random values; a real offset is at most 14 hours.
                        parts.local_less_utc_s =
                            Some(offset as i32).filter(|_| offset.abs() <= 14.5 * 3600.0);
                    }
                }
                Message::Session(session) => parts.sessions.push(session),
                Message::Lap(lap) => parts.laps.push(Lap {
                    start_s: lap.start.map(|start| start + FIT_EPOCH_UNIX_S),
                    distance_m: lap.distance_m,
                    elapsed_s: lap.elapsed_s,
                    timer_s: lap.timer_s,
                    trigger: lap.trigger,
                    intensity: lap.intensity,
                }),
                Message::TimerEvent(event) => parts.events.extend(at.map(|at| (at, event))),
                Message::Sport(sport, name) => {
                    parts.sport = sport;
                    parts.sport_name = name.or(parts.sport_name);
                }
                Message::WorkoutName(name) => parts.workout_name = name.or(parts.workout_name),
                Message::UserSex(sex) => parts.sex = sex.or(parts.sex),
            }
        }
        match file_type {
            Some(kind) if kind != TYPE_ACTIVITY => {
                Err(format!("a FIT file of type {} ({})", kind, file_type_name(kind)))
            }
            _ if parts.samples.is_empty() && parts.sessions.is_empty() => Err(match messages {
                0 => "no message of use".to_owned(),
                _ => "no record and no session".to_owned(),
            }),
            _ => Ok(parts),
        }
    }

    /// Returns how many laps without a start the sessions get: each of them gets all.
    fn given_laps(&self) -> usize {
        let unstarted = self.laps.iter().filter(|lap| lap.start_s.is_none()).count();
        self.sessions.len().saturating_mul(unstarted)
    }

    /// Builds the activities.
    fn into_activities(mut self) -> Vec<Activity> {
        self.expand_compressed_distance();
        self.anchor_relative_clock();
        if self.untimed_records > 0 {
            self.notes.push(Note::general(format!(
                "{} left out",
                plural(self.untimed_records, "record without a time was", "records without a time were")
            )));
        }
        if self.sessions.is_empty() {
            self.notes.push(Note::general("no session message: the device did not close the file properly"));
            self.sessions.push(Session::default());
        }
        // A sample or event belongs to the latest session that started before it, else to the
        // first.
        let start = |session: &Session| session.start.map_or(f64::NEG_INFINITY, |at| at + FIT_EPOCH_UNIX_S);
        self.sessions.sort_by(|a, b| start(a).total_cmp(&start(b)));
        // A device that saves twice writes a session again; the last one has all of it.
        self.sessions.dedup_by(|later, session| {
            let is_again = (session.start.is_some() && later.start == session.start) || later == session;
            let is_again = is_again && later.sport == session.sport;
            if is_again {
                std::mem::swap(later, session);
            }
            is_again
        });
        let starts: Vec<f64> = self.sessions.iter().map(start).collect();
        let of = |at: f64| starts.partition_point(|start| *start <= at).saturating_sub(1);
        let mut pieces: Vec<SessionParts> = starts.iter().map(|_| SessionParts::default()).collect();
        if starts.len() > 1 {
            for (row, at) in self.samples.time_s.iter().enumerate() {
                pieces[of(*at)].rows.push(row);
            }
        }
        for event in std::mem::take(&mut self.events) {
            pieces[of(event.0)].events.push(event);
        }
        for lap in std::mem::take(&mut self.laps) {
            match lap.start_s {
                Some(at) => pieces[of(at)].laps.push(lap),
                // It may belong to any session.
                None => pieces.iter_mut().for_each(|piece| piece.laps.push(lap)),
            }
        }
        let samples = std::mem::take(&mut self.samples);
        if let [session] = self.sessions.as_slice() {
            return pieces.pop().map(|piece| self.activity(session, samples, piece)).into_iter().collect();
        }
        let sessions = self.sessions.iter().zip(pieces);
        sessions.map(|(session, piece)| self.activity(session, samples.select(&piece.rows), piece)).collect()
    }

    /// Sums up `compressed_speed_distance` (distance in 1/16 m, modulo 4096) where there is no
    /// plain distance.
    fn expand_compressed_distance(&mut self) {
        let mut last: Option<u16> = None;
        let mut sixteenths: u64 = 0;
        for &(row, speed_mps, distance) in &self.compressed {
            let step = last.map_or(distance, |last| distance.wrapping_sub(last) & 0x0FFF);
            sixteenths += u64::from(step);
            last = Some(distance);
            if self.samples.distance_m.get(row).is_none() {
                self.samples.distance_m.set(row, sixteenths as f64 / 16.0);
            }
            if self.samples.speed_mps.get(row).is_none() {
                self.samples.speed_mps.set(row, speed_mps);
            }
        }
    }

    /// Moves a clock that counts from power-on to the file's creation time, if that is a real date.
    fn anchor_relative_clock(&mut self) {
        if self.first_stamp.is_none_or(|stamp| stamp >= FIT_FIRST_ABSOLUTE) {
            return;
        }
        // Records with a wrong date here and there are no such clock: most records have the date.
        let is_dated = |at: f64| at - FIT_EPOCH_UNIX_S >= f64::from(FIT_FIRST_ABSOLUTE);
        let times = &self.samples.time_s;
        let dated = times.iter().filter(|at| is_dated(**at)).count();
        if 2 * dated >= times.len() {
            return;
        }
        let first_s = self.first_stamp.map_or(0.0, f64::from) + FIT_EPOCH_UNIX_S;
        let created = self.created.filter(|created| *created >= f64::from(FIT_FIRST_ABSOLUTE));
        self.notes.push(Note::general(match created {
            Some(_) => "times count from power-on; the file's creation time was taken for the start",
            None => "times count from power-on; the date is unknown, so the start time shown is not real",
        }));
        let shift_s = created.map_or(0.0, |created| created + FIT_EPOCH_UNIX_S - first_s);
        // What has a date already keeps it.
        let anchor = |at: &mut f64| *at += if is_dated(*at) { 0.0 } else { shift_s };
        self.samples.time_s.iter_mut().for_each(anchor);
        self.events.iter_mut().map(|(at, _)| at).for_each(anchor);
        self.laps.iter_mut().filter_map(|lap| lap.start_s.as_mut()).for_each(anchor);
        for start in self.sessions.iter_mut().filter_map(|session| session.start.as_mut()) {
            let mut start_s = *start + FIT_EPOCH_UNIX_S;
            anchor(&mut start_s);
            *start = start_s - FIT_EPOCH_UNIX_S;
        }
    }

    /// Builds the activity of one session.
    fn activity(&self, session: &Session, samples: Samples, piece: SessionParts) -> Activity {
        let mut notes = self.notes.clone();
        let timer = timer(&piece.events, &samples, &mut notes);
        let mut activity = Activity {
            format: FileFormat::Fit,
            name: self
                .workout_name
                .clone()
                .or_else(|| self.sport_name.clone())
                .or_else(|| session.profile_name.clone()),
            name_origin: if self.workout_name.is_some() { NameOrigin::Workout } else { NameOrigin::Profile },
            sport: session.sport.clone(),
            race_hint: None,
            device: self.device(),
            serial: self.serial.filter(|serial| *serial > 0.0).map(|serial| format!("{serial:.0}")),
            sex: self.sex,
            utc_offset_s: self.local_less_utc_s,
            timer_start_s: timer.start_s.or_else(|| session.start.map(|start| start + FIT_EPOCH_UNIX_S)),
            missing_start_s: None,
            timer_stops: timer.stops,
            timer_known: true,
            laps: piece.laps,
            declared: Declared {
                distance_m: session.distance_m,
                elapsed_s: session.elapsed_s,
                timer_s: session.timer_s,
                ascent_m: session.ascent_m,
                descent_m: session.descent_m,
            },
            notes,
            cut_short: self.cut_short,
            samples,
        };
        if activity.sport == Sport::Unstated && self.sessions.len() == 1 {
            activity.sport = match &self.sport {
                Sport::Unstated => {
                    self.sport_name.as_deref().map_or(Sport::Unstated, sport_from_profile_name)
                }
                stated => stated.clone(),
            };
        }
        activity
    }

    /// Returns the device's name: as the file states it, else by maker and product number.
    fn device(&self) -> Option<String> {
        if self.product_name.is_some() {
            return self.product_name.clone();
        }
        let maker = match self.maker? as u32 {
            1 | 13 | 15 => "Garmin",
            23 => "Suunto",
            32 => "Wahoo",
            71 => "TomTom",
            95 => "Stryd",
            123 => "Polar",
            265 => "Strava",
            267 => "Bryton",
            294 => "Coros",
            _ => return None,
        };
        Some(match self.product {
            Some(product) => format!("{maker} product {product}"),
            None => maker.to_owned(),
        })
    }
}

/// Returns the sport of a profile whose whole name is a word for a sport; "Run to the hills" is
/// not.
fn sport_from_profile_name(name: &str) -> Sport {
    match Sport::from_word(name) {
        Sport::Other(_) => Sport::Unstated,
        sport => sport,
    }
}

/// Returns the name of a FIT file type.
fn file_type_name(kind: f64) -> &'static str {
    match kind as u32 {
        1 => "device",
        2 => "settings",
        3 => "sport settings",
        5 => "workout",
        6 => "course",
        7 => "schedules",
        9 => "weight",
        10 => "totals",
        11 => "goals",
        14 => "blood pressure",
        15 | 28 | 32 => "monitoring",
        20 => "activity summary",
        34 => "segment",
        _ => "not an activity",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Span;

    fn samples(records: &[(f64, f64)]) -> Samples {
        let mut samples = Samples::default();
        for (time_s, distance_m) in records {
            let row = samples.open(*time_s);
            samples.distance_m.set(row, *distance_m);
        }
        samples
    }

    fn stops(events: &[(f64, TimerEvent)], records: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let timer = timer(events, &samples(records), &mut Vec::new());
        timer.stops.iter().map(|stop| (stop.from_s, stop.to_s)).collect()
    }

    #[test]
    fn each_stop_ends_at_the_next_start_and_repeated_stops_count_once() {
        use TimerEvent::{Start, Stop};
        let events = [(0.0, Start), (10.0, Stop), (11.0, Stop), (20.0, Start), (90.0, Stop)];
        assert_eq!(stops(&events, &[(0.0, 0.0), (90.0, 200.0)]), [(10.0, 20.0), (90.0, f64::INFINITY)]);
    }

    #[test]
    fn two_starts_in_a_row_mean_a_stop_at_the_last_record_between() {
        use TimerEvent::Start;
        let records = [(0.0, 0.0), (10.0, 30.0), (40.0, 30.0)];
        assert_eq!(stops(&[(0.0, Start), (40.0, Start)], &records), [(10.0, 40.0)]);
    }

    #[test]
    fn a_stop_before_any_start_is_a_pause() {
        use TimerEvent::{Start, Stop};
        let records = samples(&[(0.0, 0.0), (10.0, 30.0), (40.0, 60.0)]);
        let timer = timer(&[(10.0, Stop), (30.0, Start)], &records, &mut Vec::new());
        assert_eq!((timer.start_s, timer.stops), (None, vec![Span { from_s: 10.0, to_s: 30.0 }]));
    }

    #[test]
    fn running_between_two_stops_means_a_missing_start_after_the_stand() {
        use TimerEvent::{Start, Stop};
        // Runs to 30 s, stands to 60 s with a drift of some metres, and runs on.
        let metres = |second: u32| match second {
            0..=30 => 3.0 * f64::from(second),
            31..=60 => 90.0 + 0.1 * f64::from(second - 30),
            _ => 93.0 + 3.0 * f64::from(second - 60),
        };
        let records: Vec<(f64, f64)> = (0..=200).map(|second| (f64::from(second), metres(second))).collect();
        let events = [(0.0, Start), (30.0, Stop), (150.0, Stop), (160.0, Start), (200.0, Stop)];
        assert_eq!(stops(&events, &records), [(30.0, 60.0), (150.0, 160.0), (200.0, f64::INFINITY)]);
        // Without running between them, the second of two stops says nothing.
        let events = [(0.0, Start), (30.0, Stop), (60.0, Stop), (61.0, Start), (200.0, Stop)];
        assert_eq!(stops(&events, &records), [(30.0, 61.0), (200.0, f64::INFINITY)]);
    }

    #[test]
    fn running_after_the_last_stop_means_a_missing_start() {
        use TimerEvent::{Start, Stop};
        let records = [(0.0, 0.0), (10.0, 30.0), (70.0, 30.0), (170.0, 330.0)];
        assert_eq!(stops(&[(0.0, Start), (10.0, Stop)], &records), [(10.0, 70.0)]);
    }
}
