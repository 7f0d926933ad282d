//! The distance ledger: the device's distance, the length of the GPS track, and the choice between
//! them.
//!
//! The device's distance is used unless it is absent, implausible, or decreases, so that its repair
//! is a guess. A foot pod or treadmill needs no positions. All distances are metres as
//! recorded. The third distance, that of a certified course, is added later by
//! [`course`](crate::measure::course).

use super::column::{CONTRADICTION, DistanceColumn, KnownAt};
use super::track::GpsTrack;
use super::{declared, device, early_end, laps, late_start, speed};
use crate::activity::{Activity, Note};
use crate::measure::Refusal;
use crate::measure::time::clock::Clock;
use crate::measure::time::stopped::StoppedSpan;
use crate::phrases::plural;
use crate::units::KM_M;

/// If the two distances differ by more than this share, DIST-01 reports it. On roads, consumer
/// devices are within about 2–3 % of the truth.
pub const DISAGREE: f64 = 0.03;
/// If the track is shorter than this share of the device's distance, the receiver did not move: it
/// was indoors, or the positions are hidden for privacy.
const FROZEN: f64 = 0.1;
/// If a repaired device distance differs from a sound track by at most this share, the track is
/// used.
const REPAIRED: f64 = 0.15;
/// If a track's fine length over its coarse length is above this, the difference is noise, not
/// movement.
const ROUGH: f64 = 1.06;
/// Two distances further apart than this do not cover the time between them, seconds.
const LONGEST_STEP_S: f64 = 60.0;
/// If the device's distance covers less than this share of the time, positions are preferred.
const COVERED: f64 = 0.5;
/// A device without a track that counts fewer metres than this, m/s, may have missed the run.
const COUNTED_MPS: f64 = 0.5;
/// A speed this much off an even one is another, as a share.
const OTHER_SPEED: f64 = 0.03;
/// No runner is faster than this over a kilometre: the 1000 m record is 7.58 m/s (Rieti 1999).
const KILOMETRE_RECORD_MPS: f64 = 7.6;

/// The source of a run's distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DistanceSource {
    /// The device's own cumulative distance.
    Device,
    /// The length of the GPS track.
    Gps,
}

impl DistanceSource {
    /// Returns the word for the `distance_source` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Gps => "gps",
        }
    }
}

/// The distances of one recording, in metres as recorded, and the one that is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// The device's distance.
    pub device_m: Option<f64>,
    /// The length of the GPS track.
    pub gps_m: Option<f64>,
    /// The source of the distance that is used.
    pub source: DistanceSource,
    /// A phrase for the reports: what is used, and why.
    pub why: String,
    /// The number of positions left out because nobody could have run there in time.
    pub gps_spikes: usize,
}

impl Ledger {
    /// Returns by what share the device's distance exceeds the track's; `None` unless there are
    /// both.
    pub fn disagreement(&self) -> Option<f64> {
        let gps_m = self.gps_m.filter(|m| *m > 0.0)?;
        Some(self.device_m? / gps_m - 1.0)
    }
}

/// Builds the ledger and the distance column of the source that is used.
///
/// # Errors
///
/// [`Refusal::NoDistance`] if there is neither a device distance nor a track.
pub(in crate::measure) fn build<'a>(
    activity: &'a Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    notes: &mut Vec<Note>,
) -> Result<(Ledger, DistanceColumn<'a>), Refusal> {
    let device = device::column(activity, clock, notes);
    // With a device distance, only the length of the track is needed; its distance at each row
    // rarely is.
    let (gps, track_m, device) = if let Some(device) = device {
        (GpsTrack::measure(&activity.samples, clock), None, Some(device))
    } else {
        let (gps, track_m) = GpsTrack::column(&activity.samples, clock).unzip();
        let laps = track_m.as_ref().and_then(|track_m| laps::column(activity, clock, stopped_spans, track_m));
        (gps, track_m, laps)
    };
    let moved = gps.as_ref().is_some_and(|gps| gps.length_m > 100.0);
    let summed = if moved { None } else { summed_speed(activity, clock, device.as_ref()) };
    let by_speed = summed.is_some();
    let device = match summed {
        Some((speed, why)) => {
            notes.push(Note::general(why));
            Some(speed)
        }
        None => device,
    };
    let complete = |column, notes: &mut Vec<Note>| {
        let (column, begins) =
            late_start::complete(activity, clock, stopped_spans, column, gps.as_ref(), notes);
        let (column, ends) = early_end::complete(activity, clock, stopped_spans, column, notes);
        (column, begins || ends)
    };
    let device = device.map(|column| {
        let column = declared::without_jumps(activity, clock, column, notes);
        let (column, is_completed) = complete(column, notes);
        if is_completed {
            return column;
        }
        let known = declared::Known { track_m: gps.as_ref().map(|gps| gps.length_m), by_speed };
        declared::corrected(activity, clock, column, known, notes)
    });
    let (track_m, device) = match (device, track_m) {
        (None, Some(track_m)) => {
            let (column, is_completed) = complete(DistanceColumn::new(track_m), notes);
            if is_completed {
                (None, Some(DistanceColumn { known_at: KnownAt::Ends, ..column }))
            } else {
                let start = column.start;
                match declared::whole(activity, column.distance_m.into_owned()) {
                    Ok(whole) => (None, Some(DistanceColumn { start, ..whole })),
                    Err(track_m) => (Some(track_m), None),
                }
            }
        }
        (device, track_m) => (track_m, device),
    };
    if let Some(jumps) = gps.as_ref().map(|gps| gps.jumps).filter(|jumps| *jumps > 0) {
        notes.push(Note::general(format!(
            "{} left out",
            plural(jumps, "jump of the GPS track was", "jumps of the GPS track were")
        )));
    }
    let device_m = device.as_ref().map(DistanceColumn::length_m);
    let gps_m = gps.as_ref().map(|gps| gps.length_m);
    let (source, why) = choose(activity, clock, device.as_ref(), gps.as_ref())?;
    let gps_spikes = gps.as_ref().map_or(0, |gps| gps.spikes);
    let mut ledger = Ledger { device_m, gps_m, source, why, gps_spikes };
    let track =
        || track_m.or_else(|| Some(GpsTrack::column(&activity.samples, clock)?.1)).map(DistanceColumn::new);
    let column = match (source, device) {
        (DistanceSource::Device, Some(device)) if device.is_even(clock, stopped_spans) => {
            instead_of_even(activity, clock, stopped_spans, device, track(), &mut ledger)
        }
        (DistanceSource::Device, Some(device)) if !moved && is_filled_in_part(activity, clock, &device) => {
            let column = instead_of_even(activity, clock, stopped_spans, device, None, &mut ledger);
            // Its other part is the run's own.
            DistanceColumn { filled_in: false, ..column }
        }
        (DistanceSource::Device, Some(device)) => device,
        _ => {
            let (track, _) = complete(track().ok_or(Refusal::NoDistance)?, notes);
            if track.is_even(clock, stopped_spans) {
                // A made-up track may still have the speeds of the run.
                instead_of_even(activity, clock, stopped_spans, track, None, &mut ledger)
            } else {
                track
            }
        }
    };
    Ok((ledger, column))
}

/// Chooses what to use instead of distances that are filled in at one even pace: the track, else
/// the speeds, if they vary. Otherwise the column is marked.
fn instead_of_even<'a>(
    activity: &'a Activity,
    clock: &Clock,
    stopped_spans: &[StoppedSpan],
    even: DistanceColumn<'a>,
    track: Option<DistanceColumn<'a>>,
    ledger: &mut Ledger,
) -> DistanceColumn<'a> {
    let varies = |column: &DistanceColumn| !column.is_even(clock, stopped_spans);
    let moved = |column: &DistanceColumn| column.length_m() > FROZEN * even.length_m();
    if let Some(track) = track.filter(|track| moved(track) && varies(track)) {
        ledger.source = DistanceSource::Gps;
        ledger.why = "the positions; the device's distance is filled in at one even pace".into();
        return DistanceColumn { start: even.start, ..track };
    }
    if let Some(speed) = speed::column(activity, clock).filter(|speed| moved(speed) && varies(speed)) {
        // The total is right, only what is between its ends is filled in.
        let factor = even.length_m() / speed.length_m();
        ledger.source = DistanceSource::Device;
        let part = if even.is_even(clock, stopped_spans) { "" } else { " for a part" };
        ledger.why = format!("the device's speed; its distance is filled in at one even pace{part}");
        return DistanceColumn { start: even.start, ..speed.scaled(factor) };
    }
    DistanceColumn { filled_in: true, ..even }
}

/// Returns whether a stretch of the distance is filled in at one even pace: the device's own speed
/// was another for most of it.
fn is_filled_in_part(activity: &Activity, clock: &Clock, device: &DistanceColumn) -> bool {
    let Some((rows, even_mps)) = device.even_stretch(clock) else { return false };
    let Some(speed) = speed::column(activity, clock) else { return false };
    // The distance may have been corrected after the run, and the speed not.
    let even_mps = even_mps * speed.length_m() / device.length_m();
    let speed_mps = clock.column(&activity.samples.speed_mps);
    let known = speed_mps.get(rows).unwrap_or_default().iter().filter(|mps| mps.is_finite());
    let (mut all, mut other) = (0, 0);
    for mps in known {
        all += 1;
        other += usize::from((mps / even_mps - 1.0).abs() > OTHER_SPEED);
    }
    2 * other > all
}

/// Returns the sum of the device's speed, and why it is used, where the device's own distance is
/// missing or hardly counted the run. This is for a recording without a track.
fn summed_speed(
    activity: &Activity,
    clock: &Clock,
    device: Option<&DistanceColumn>,
) -> Option<(DistanceColumn<'static>, String)> {
    let Some(device) = device else {
        let why = "the device recorded no distance; its speed was summed up";
        return Some((speed::column(activity, clock)?, why.to_owned()));
    };
    let (from_s, to_s) = clock.span();
    if device.length_m() >= COUNTED_MPS * (to_s - from_s) {
        return None;
    }
    let speed = speed::column(activity, clock)?;
    let (device_m, speed_m) = (device.length_m(), speed.length_m());
    let why = format!(
        "the device counted {device_m:.0} m, by its speed the runner ran {:.2} km; the speed was summed up",
        speed_m / KM_M
    );
    (device_m < FROZEN * speed_m && !declared::is_unit(speed_m / device_m)).then_some((speed, why))
}

/// Chooses the source to use, with a phrase for the reports.
fn choose(
    activity: &Activity,
    clock: &Clock,
    device: Option<&DistanceColumn>,
    gps: Option<&GpsTrack>,
) -> Result<(DistanceSource, String), Refusal> {
    use DistanceSource::{Device, Gps};
    let (device, gps) = match (device, gps) {
        (None, None) => return Err(Refusal::NoDistance),
        (Some(_), None) => return Ok((Device, "the device's distance; there are no positions".into())),
        (None, Some(_)) => return Ok((Gps, "the positions; the device recorded no distance".into())),
        (Some(device), Some(gps)) => (device, gps),
    };
    if device.length_m() < 1.0 && gps.length_m > 100.0 {
        return Ok((Gps, "the positions; the device's distance stays at zero".into()));
    }
    let covered = covered_share(device, clock);
    if covered < COVERED && gps.coverage > covered {
        return Ok((
            Gps,
            format!("the positions; the device's distance covers {:.0} % of the time", 100.0 * covered),
        ));
    }
    let ratio = device.length_m() / gps.length_m.max(1.0);
    let roughness = gps.length_m / gps.coarse_m.max(1.0);
    let sound_gps = roughness <= ROUGH && gps.spikes * 50 <= clock.len() && gps.coverage >= 0.95;
    if device.repaired && sound_gps && (ratio - 1.0).abs() <= REPAIRED {
        return Ok((Gps, "the positions; the device's distance is not monotone".into()));
    }
    if gps.length_m < FROZEN * device.length_m() {
        return Ok((Device, "the device's distance; the positions stand still".into()));
    }
    let indoors = matches!(activity.sport, crate::activity::Sport::Treadmill);
    if device.known_at == KnownAt::Ends {
        return Ok((Device, "the total that the file declares, the positions between its ends".into()));
    }
    if device.known_at == KnownAt::Laps {
        return Ok((Device, "the device's distance at its laps' ends, the positions between them".into()));
    }
    // A treadmill or foot pod is better than a receiver with little view of the sky.
    if indoors || gps.coverage < 0.95 || (ratio - 1.0).abs() <= CONTRADICTION {
        return Ok((Device, "the device's distance".into()));
    }
    let too_fast = fastest_km_mps(device, clock) > KILOMETRE_RECORD_MPS;
    let apart = 100.0 * (ratio - 1.0);
    Ok(if sound_gps || too_fast {
        (Gps, format!("the positions; the device's distance is {apart:+.1} % off a sound track"))
    } else {
        let why = format!("the device's distance; the track is too rough to be believed ({:+.1} %)", -apart);
        (Device, why)
    })
}

/// Returns the share of the recording's time between distances. A distance every few seconds among
/// samples of each second covers all of it.
fn covered_share(column: &DistanceColumn, clock: &Clock) -> f64 {
    if column.known == clock.len() {
        return 1.0;
    }
    let rows =
        (column.distance_m.iter().enumerate()).filter(|(_, metres)| !metres.is_nan()).map(|(row, _)| row);
    let (mut covered_s, mut last_s) = (0.0, None);
    for row in rows {
        let time_s = clock.time_s[row];
        let step_s = last_s.map_or(0.0, |last_s: f64| time_s - last_s);
        covered_s += if step_s <= LONGEST_STEP_S { step_s } else { 0.0 };
        last_s = Some(time_s);
    }
    let (from_s, to_s) = clock.span();
    covered_s / (to_s - from_s)
}

/// Returns the speed over the fastest stretch of about a kilometre, m/s; 0 if the run is shorter.
fn fastest_km_mps(column: &DistanceColumn, clock: &Clock) -> f64 {
    let known: Vec<(f64, f64)> = (column.distance_m.iter().copied().zip(clock.time_s.iter().copied()))
        .filter(|(distance_m, _)| !distance_m.is_nan())
        .collect();
    let mut from = 0;
    let mut fastest = 0.0;
    for &(to_m, to_s) in &known {
        while known.get(from + 1).is_some_and(|(next_m, _)| to_m - next_m >= 1000.0) {
            from += 1;
        }
        let (from_m, from_s) = known[from];
        let run_m = to_m - from_m;
        if run_m >= 1000.0 {
            fastest = f64::max(fastest, run_m / (to_s - from_s).max(1.0));
        }
    }
    fastest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten samples, 30 m apart.
    const STEADY_M: [f64; 10] = [0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0, 210.0, 240.0, 270.0];
    const ABSENT: [f64; 10] = [f64::NAN; 10];

    /// Makes samples ten seconds apart, with a device distance and a position north of the first
    /// one. Both are in metres, NaN where absent.
    fn recording(device_m: [f64; 10], north_m: [f64; 10]) -> Activity {
        let mut activity = Activity::default();
        for (device_m, north_m) in device_m.into_iter().zip(north_m) {
            let index = activity.samples.open(10.0 * activity.samples.len() as f64);
            activity.samples.distance_m.set(index, device_m);
            // A degree of latitude at the equator is 110,574 m.
            activity.samples.latitude_deg.set(index, 0.001 + north_m / 110_574.0);
            activity.samples.longitude_deg.set(index, 10.0);
        }
        activity
    }

    /// Builds the ledger. Returns it with the column and the texts of the notes.
    fn built(device_m: [f64; 10], north_m: [f64; 10]) -> (Ledger, Vec<f64>, Vec<String>) {
        let activity = recording(device_m, north_m);
        let clock = Clock::repair(&activity).expect("a clock");
        let mut notes = Vec::new();
        let (ledger, column) = build(&activity, &clock, &[], &mut notes).expect("a distance");
        (ledger, column.distance_m.into_owned(), notes.into_iter().map(|note| note.text).collect())
    }

    #[test]
    fn the_device_is_used_where_both_agree() {
        let (ledger, column_m, notes) = built(STEADY_M, STEADY_M);
        assert_eq!((ledger.source, ledger.why.as_str()), (DistanceSource::Device, "the device's distance"));
        assert_eq!(ledger.device_m, Some(270.0));
        assert!((ledger.gps_m.expect("a track") - 270.0).abs() < 0.1, "{ledger:?}");
        assert!(ledger.disagreement().expect("both") < 0.001);
        assert_eq!(column_m, STEADY_M);
        assert!(notes.is_empty(), "{notes:?}");
    }

    #[test]
    fn a_single_source_is_used_as_it_is() {
        let (ledger, column_m, _) = built(STEADY_M, ABSENT);
        assert_eq!(ledger.why, "the device's distance; there are no positions");
        assert_eq!((ledger.gps_m, ledger.disagreement(), column_m), (None, None, STEADY_M.to_vec()));
        let (ledger, column_m, _) = built(ABSENT, STEADY_M);
        assert_eq!(ledger.why, "the positions; the device recorded no distance");
        assert!((column_m[9] - 270.0).abs() < 0.1, "{column_m:?}");
    }

    #[test]
    fn neither_distances_nor_positions_are_refused() {
        let activity = recording(ABSENT, ABSENT);
        let clock = Clock::repair(&activity).expect("a clock");
        let refused = build(&activity, &clock, &[], &mut Vec::new()).expect_err("no distance");
        assert_eq!(refused, Refusal::NoDistance);
    }

    #[test]
    fn a_device_that_counts_nothing_or_little_is_not_used() {
        let (ledger, ..) = built([0.0; 10], STEADY_M);
        assert_eq!(ledger.why, "the positions; the device's distance stays at zero");
        // Four samples of ten have a distance.
        let mut sparse_m = ABSENT;
        for sample in [0, 1, 2, 9] {
            sparse_m[sample] = STEADY_M[sample];
        }
        let (ledger, ..) = built(sparse_m, STEADY_M);
        assert_eq!(ledger.why, "the positions; the device's distance covers 22 % of the time");
    }

    #[test]
    fn a_distance_every_thirty_seconds_among_positions_is_used() {
        let mut sparse_m = ABSENT;
        for sample in [0, 3, 6, 9] {
            sparse_m[sample] = STEADY_M[sample];
        }
        assert_eq!(built(sparse_m, STEADY_M).0.source, DistanceSource::Device);
    }

    #[test]
    fn a_device_far_from_a_sound_track_is_not_used() {
        let (ledger, ..) = built(STEADY_M.map(|metres| 1.2 * metres), STEADY_M);
        assert_eq!(ledger.source, DistanceSource::Gps);
        assert_eq!(ledger.why, "the positions; the device's distance is +20.0 % off a sound track");
        // Positions that do not move are no track.
        let (ledger, ..) = built(STEADY_M, [0.0; 10]);
        assert_eq!(ledger.why, "the device's distance; the positions stand still");
    }

    #[test]
    fn after_a_reset_the_count_goes_on() {
        let reset_m = [0.0, 30.0, 60.0, 90.0, 120.0, 0.0, 30.0, 60.0, 90.0, 120.0];
        let (ledger, column_m, notes) = built(reset_m, ABSENT);
        assert_eq!(ledger.device_m, Some(240.0));
        assert_eq!(column_m, [0.0, 30.0, 60.0, 90.0, 120.0, 120.0, 150.0, 180.0, 210.0, 240.0]);
        assert_eq!(notes, ["the device's distance starts anew; it was carried on"]);
        // The repair is a guess, so a sound track is better.
        let (ledger, ..) = built(reset_m, STEADY_M);
        assert_eq!(ledger.why, "the positions; the device's distance is not monotone");
    }

    #[test]
    fn where_the_distance_falls_a_little_it_stays() {
        let mut falling_m = STEADY_M;
        falling_m[4] = 65.0;
        let (_, column_m, notes) = built(falling_m, ABSENT);
        assert_eq!(column_m[3..6], [90.0, 90.0, 150.0]);
        assert_eq!(notes, ["the device's distance goes back by up to 25 m; it was held"]);
    }

    #[test]
    fn the_distance_of_an_earlier_leg_is_subtracted() {
        let (ledger, column_m, notes) = built(STEADY_M.map(|metres| 1000.0 + metres), ABSENT);
        assert_eq!((ledger.device_m, column_m), (Some(270.0), STEADY_M.to_vec()));
        assert_eq!(
            notes,
            ["the device's distance begins at 1000 m, as after an earlier leg; that was taken off"]
        );
    }
}
