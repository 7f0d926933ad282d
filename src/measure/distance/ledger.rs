//! The distance ledger: what the device says, what the positions say, which is believed and why.
//!
//! The device's distance wins unless it is absent, not monotone beyond repair, or implausible; a foot pod or
//! treadmill needs no positions. The certified course is the third entry; [`course`](crate::measure::course) adds it.

use super::column::{DistanceColumn, WRONG, never_falls};
use super::laps;
use super::track::GpsTrack;
use crate::activity::{Activity, Note};
use crate::measure::Refusal;
use crate::measure::time::clock::Clock;

/// Beyond this share the two distances disagree enough to be told (DIST-01): consumer devices on roads stay
/// within about 2–3 % of the truth.
pub const DISAGREE: f64 = 0.03;
/// A track shorter than this share of the counter's distance is a receiver that stood still: indoors, or hidden
/// for privacy.
const FROZEN: f64 = 0.1;
/// A mended device distance this near to a sound track was worth mending, and then the track is better.
const MENDED: f64 = 0.15;
/// A track whose fine length exceeds its coarse length by more than this is noise, not movement.
const ROUGH: f64 = 1.06;
/// A device distance must cover this share of the recording's samples, or positions are preferred.
const COVERED: f64 = 0.5;
/// Faster than this over a whole kilometre is no runner: the 1000 m record is 7.58 m/s (Rieti 1999).
const KILOMETRE_RECORD_MPS: f64 = 7.6;

/// Where a run's distance came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistanceSource {
    /// The device's own cumulative distance.
    Device,
    /// The length of the GPS track.
    Gps,
}

impl DistanceSource {
    /// The word for the `distance_source` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Gps => "gps",
        }
    }
}

/// The distances of one recording, in metres as recorded, and which was used.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    /// By the device.
    pub device_m: Option<f64>,
    /// By the positions.
    pub gps_m: Option<f64>,
    /// Which was used.
    pub source: DistanceSource,
    /// Why, in a phrase.
    pub why: String,
    /// Positions out of reach that were left out.
    pub gps_spikes: usize,
}

impl Ledger {
    /// By how much the device's distance exceeds that of the positions, as a share; `None` without both.
    pub fn disagreement(&self) -> Option<f64> {
        let gps_m = self.gps_m.filter(|m| *m > 0.0)?;
        Some(self.device_m? / gps_m - 1.0)
    }
}

/// Draws up the ledger and gives the column to use.
///
/// # Errors
///
/// [`Refusal::NoDistance`] when neither source says anything.
pub(in crate::measure) fn draw_up<'a>(
    activity: &'a Activity,
    clock: &Clock,
    notes: &mut Vec<Note>,
) -> Result<(Ledger, DistanceColumn<'a>), Refusal> {
    let device = device_column(activity, clock, notes);
    // Where the device tells a distance, the track's length is a second opinion and its course hardly ever wanted.
    let (gps, track_m, device) = if let Some(device) = device {
        (GpsTrack::measure(&activity.samples, clock), None, Some(device))
    } else {
        let (gps, track_m) = GpsTrack::column(&activity.samples, clock).unzip();
        let laps = track_m.as_ref().and_then(|track_m| laps::column(activity, clock, track_m));
        (gps, track_m, laps)
    };
    if let Some(jumps) = gps.as_ref().map(|gps| gps.jumps).filter(|jumps| *jumps > 0) {
        notes.push(Note::general(format!("{jumps} jumps of the GPS track were left out")));
    }
    let device_m = device.as_ref().map(DistanceColumn::length_m);
    let gps_m = gps.as_ref().map(|gps| gps.length_m);
    let (source, why) = choose(activity, clock, device.as_ref(), gps.as_ref())?;
    let gps_spikes = gps.as_ref().map_or(0, |gps| gps.spikes);
    let column = match (source, device) {
        (DistanceSource::Device, Some(device)) => device,
        _ => {
            let track_m = track_m.or_else(|| Some(GpsTrack::column(&activity.samples, clock)?.1));
            DistanceColumn::new(track_m.ok_or(Refusal::NoDistance)?)
        }
    };
    Ok((Ledger { device_m, gps_m, source, why, gps_spikes }, column))
}

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
    let covered = device.known as f64 / clock.len() as f64;
    if covered < COVERED && gps.coverage > covered {
        return Ok((
            Gps,
            format!("the positions; the device's distance covers {:.0} % of the samples", 100.0 * covered),
        ));
    }
    let ratio = device.length_m() / gps.length_m.max(1.0);
    let roughness = gps.length_m / gps.coarse_m.max(1.0);
    let sound_gps = roughness <= ROUGH && gps.spikes * 50 <= clock.len() && gps.coverage >= 0.95;
    // A track that stands still while the counter ran is no better than the mended counter.
    if device.mended && sound_gps && (ratio - 1.0).abs() <= MENDED {
        return Ok((Gps, "the positions; the device's distance is not monotone".into()));
    }
    if gps.length_m < FROZEN * device.length_m() {
        return Ok((Device, "the device's distance; the positions stand still".into()));
    }
    let indoors = matches!(activity.sport, crate::activity::Sport::Treadmill);
    if device.from_laps {
        return Ok((Device, "the device's distance at its laps' ends, the positions between them".into()));
    }
    // Treadmills and foot pods know more than a receiver that sees little sky.
    if indoors || gps.coverage < 0.95 || (ratio - 1.0).abs() <= WRONG {
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

/// The speed over the fastest stretch of about a kilometre, m/s.
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

/// The device's distance made monotone: resets are carried on, an earlier leg is taken off, small steps back
/// are held. `None` when fewer than two samples have one.
fn device_column<'a>(
    activity: &'a Activity,
    clock: &Clock,
    notes: &mut Vec<Note>,
) -> Option<DistanceColumn<'a>> {
    let recorded_m = clock.column(&activity.samples.distance_m);
    let first = recorded_m.iter().position(|metres| !metres.is_nan())?;
    let mut base_m = -start_m(activity, clock, first, recorded_m[first], notes);
    if base_m == 0.0 && recorded_m.len() == clock.len() && recorded_m[0] >= 0.0 && never_falls(&recorded_m) {
        let known = recorded_m.len();
        return Some(DistanceColumn { distance_m: recorded_m, known, mended: false, from_laps: false });
    }
    let mut rising_m = Vec::with_capacity(clock.len());
    let mut reached_m = 0.0;
    let (mut resets, mut back_m) = (0, 0.0);
    rising_m.extend(recorded_m.iter().map(|recorded_m| {
        let distance_m = recorded_m + base_m;
        // Nearly always: as far as before, or further. Not a number is neither.
        if distance_m >= reached_m {
            reached_m = distance_m;
        } else if distance_m < reached_m {
            let fall_m = reached_m - distance_m;
            if *recorded_m < 0.5 * (reached_m - base_m) && fall_m > 50.0 {
                // Back to near zero: the counter was reset, the runner was not.
                base_m = reached_m - recorded_m.min(20.0);
                resets += 1;
                reached_m = f64::max(reached_m, recorded_m + base_m);
            } else {
                back_m = f64::max(back_m, fall_m);
            }
        } else {
            return f64::NAN;
        }
        reached_m
    }));
    rising_m.resize(clock.len(), f64::NAN);
    if resets > 0 {
        notes.push(Note::general(format!(
            "the device's distance starts anew{}; it was carried on",
            if resets == 1 { String::new() } else { format!(" {resets} times") }
        )));
    }
    if back_m > 20.0 {
        notes.push(Note::general(format!(
            "the device's distance goes back by up to {back_m:.0} m; it was held"
        )));
    }
    let column = DistanceColumn { mended: resets > 0 || back_m > 50.0, ..DistanceColumn::new(rising_m) };
    (column.known >= 2).then_some(column)
}

/// What the counter showed when this activity began.
///
/// A first sample some metres in is the runner's first second. More than a runner can have run since the start
/// belongs to something else: an earlier leg, a run recorded before.
fn start_m(activity: &Activity, clock: &Clock, row: usize, recorded_m: f64, notes: &mut Vec<Note>) -> f64 {
    let since_start_s = activity.timer_start_s.map_or(0.0, |start| clock.time_s[row] - clock.moved(start));
    if recorded_m <= 8.0 * since_start_s.max(1.0) + 10.0 {
        return 0.0;
    }
    notes.push(Note::general(format!(
        "the device's distance begins at {recorded_m:.0} m, as after an earlier leg; that was taken off"
    )));
    recorded_m
}
