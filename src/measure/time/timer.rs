//! When the device's timer was stopped, as spans of Unix seconds on the repaired clock.
//!
//! FIT has events for it, which the reader has paired. GPX has segments: the timer was stopped
//! between them. TCX has only the timer time of each lap. A lap's elapsed time minus its timer time
//! is the stopped time; so is a FIT session's that its events do not have.
//! [`placing`](super::placing) finds where in the lap or session it was.

use super::LONGEST_FIX_S;
use super::clock::{Clock, typical_step};
use super::placing::{ROUNDING_S, place};
use super::stopped::{StoppedSpan, overlap_s};
use crate::activity::{Activity, FileFormat, Lap, Note, Span};
use crate::phrases::clock;

/// Timer events and totals agree within this, seconds; the rest is how devices round.
const EVENT_ROUNDING_S: f64 = 10.0;
/// Totals and records differ if their timer times do by more than this, seconds and as a share.
const TOTALS_S: f64 = 60.0;
const TOTALS_SHARE: f64 = 0.02;

/// Finds the spans in which the timer was stopped, ascending and disjoint, on the repaired clock.
pub(in crate::measure) fn stopped_spans(
    activity: &Activity,
    clock: &Clock,
    notes: &mut Vec<Note>,
) -> Vec<StoppedSpan> {
    if !activity.timer_known {
        return Vec::new();
    }
    let mut stopped_spans: Vec<StoppedSpan> = match activity.format {
        FileFormat::Fit => fit_spans(activity, clock, notes),
        FileFormat::Gpx => segment_gaps(activity, clock),
        FileFormat::Tcx if activity.laps.iter().any(|lap| lap.timer_s.is_some()) => {
            lap_spans(activity, clock, &[], ROUNDING_S).noted_for_laps(notes)
        }
        FileFormat::Tcx => segment_gaps(activity, clock),
    };
    stopped_spans.retain(|span| span.to_s > span.from_s && span.stopped_s > 0.0);
    stopped_spans.sort_by(|a, b| a.from_s.total_cmp(&b.from_s));
    let mut end_s = f64::NEG_INFINITY;
    stopped_spans.retain(|span| {
        let disjoint = span.from_s >= end_s;
        end_s = end_s.max(span.to_s);
        disjoint
    });
    stopped_spans
}

/// Adds a note if the timer time of a whole recording is not that of its totals, seconds.
pub(in crate::measure) fn compare_totals(activity: &Activity, timer_s: f64, notes: &mut Vec<Note>) {
    let Some(declared_s) = activity.declared.timer_s.filter(|declared_s| *declared_s > 0.0) else { return };
    if !activity.cut_short && (timer_s - declared_s).abs() > f64::max(TOTALS_S, TOTALS_SHARE * declared_s) {
        notes.push(Note::general(format!(
            "the totals declare {} of timer time, the records have {}; the records were used",
            clock(declared_s),
            clock(timer_s)
        )));
    }
}

/// Returns the gaps between track segments as spans. Where one segment follows the other without a
/// gap, as some apps begin one for each lap, the timer ran on.
fn segment_gaps(activity: &Activity, clock: &Clock) -> Vec<StoppedSpan> {
    let starts = &activity.samples.segment_starts;
    if starts.is_empty() {
        return Vec::new();
    }
    let usual_s = 1.5 * typical_step(&clock.time_s);
    let mut rows: Vec<usize> = starts.iter().map(|start| clock.row_from(*start)).collect();
    // A segment without any row on the clock begins at the same row as the next one.
    rows.dedup();
    rows.into_iter()
        .filter(|row| (1..clock.time_s.len()).contains(row))
        .filter(|row| clock.time_s[*row] - clock.time_s[row - 1] > usual_s)
        .map(|row| StoppedSpan::whole(clock.time_s[row - 1], clock.time_s[row]))
        .collect()
}

/// Returns the stops of a FIT session: those of its events, and those that only its totals know.
fn fit_spans(activity: &Activity, clock: &Clock, notes: &mut Vec<Note>) -> Vec<StoppedSpan> {
    let last_s = clock.span().1;
    // The last stop has no end. If the clock was set back, its time is among those of earlier
    // samples.
    let is_last = |stop: &&Span| stop.to_s.is_infinite() && clock.was_set_back();
    let events: Vec<StoppedSpan> = activity
        .timer_stops
        .iter()
        .filter(|stop| !is_last(stop))
        .map(|stop| {
            let (from_s, to_s) = (clock.repaired_s(stop.from_s), clock.repaired_s(stop.to_s));
            StoppedSpan::whole(from_s, to_s.min(last_s))
        })
        .filter(|span| span.to_s > span.from_s)
        .collect();
    let declared = if activity.laps.iter().all(|lap| lap.timer_s.is_some_and(|timer_s| timer_s > 0.0)) {
        lap_spans(activity, clock, &events, EVENT_ROUNDING_S)
    } else {
        Placed::default()
    };
    let declared = if declared.spans.is_empty() { session_spans(activity, clock, &events) } else { declared };
    events.into_iter().chain(declared.noted_for_events(notes)).collect()
}

/// The stops that only totals know.
#[derive(Default)]
struct Placed {
    spans: Vec<StoppedSpan>,
    /// The seconds that no gap or stand explains, so that they are spread evenly.
    spread_s: f64,
}

impl Placed {
    /// Returns the spans, with a note if a lap's seconds are not on a gap or stand.
    fn noted_for_laps(self, notes: &mut Vec<Note>) -> Vec<StoppedSpan> {
        if self.spread_s > ROUNDING_S {
            notes.push(Note::general(format!(
                "laps lack {:.0} s of timer time that no gap explains; they were spread evenly over those laps",
                self.spread_s
            )));
        }
        self.spans
    }

    /// Returns the spans, with a note on the events that a FIT lacks.
    fn noted_for_events(self, notes: &mut Vec<Note>) -> Vec<StoppedSpan> {
        if self.spans.is_empty() {
            return self.spans;
        }
        let stopped_s: f64 = self.spans.iter().map(|span| span.stopped_s).sum();
        let placed_s = stopped_s - self.spread_s;
        let placing = if self.spread_s <= ROUNDING_S {
            "they were placed on long gaps and stands".to_owned()
        } else if placed_s <= ROUNDING_S {
            "no gap or stand explains them, so they were spread evenly".to_owned()
        } else {
            format!(
                "{placed_s:.0} s were placed on long gaps and stands, and {:.0} s were spread evenly",
                self.spread_s
            )
        };
        notes.push(Note::general(format!(
            "timer events are missing: the totals have {stopped_s:.0} s more of pauses; {placing}"
        )));
        self.spans
    }
}

/// Places the seconds that the session's timer time lacks of its elapsed time.
fn session_spans(activity: &Activity, clock: &Clock, events: &[StoppedSpan]) -> Placed {
    let declared = activity.declared;
    let Some((elapsed_s, timer_s)) = declared.elapsed_s.zip(declared.timer_s) else {
        return Placed::default();
    };
    let (first_s, last_s) = clock.span();
    let known_s: f64 = events.iter().map(|span| span.stopped_s).sum();
    let missing_s = elapsed_s.min(last_s - first_s + EVENT_ROUNDING_S) - timer_s - known_s;
    // A declared zero says nothing, and the timer cannot have run for hardly any of the time.
    if timer_s < 0.1 * elapsed_s || missing_s <= EVENT_ROUNDING_S {
        return Placed::default();
    }
    let mut spans = Vec::new();
    let spread_s = place(activity, clock, &[], events, (first_s, last_s), missing_s, &mut spans);
    Placed { spans, spread_s }
}

/// Returns whether the laps' starts are on a clock that did not jump with the samples: each lap
/// takes its timer time up to the next, also the one with the jump.
fn laps_keep_time(activity: &Activity, clock: &Clock) -> bool {
    let keeps = |pair: &[Lap]| {
        let starts_s = pair[0].start_s.zip(pair[1].start_s);
        starts_s.is_some_and(|(start_s, next_s)| lasts_its_timer(start_s, next_s, &pair[0]))
    };
    clock.has_jumps() && activity.laps.len() >= 3 && activity.laps.windows(2).all(keeps)
}

/// Returns whether a lap takes just its timer time from its start to the next one's.
fn lasts_its_timer(start_s: f64, next_s: f64, lap: &Lap) -> bool {
    lap.timer_s.is_some_and(|timer_s| (next_s - start_s - timer_s).abs() <= 2.0 * ROUNDING_S)
}

/// Places the seconds that each lap's timer time lacks of its elapsed time, beyond the stops that
/// are known. Less than `rounding_s` is rounding.
fn lap_spans(activity: &Activity, clock: &Clock, known: &[StoppedSpan], rounding_s: f64) -> Placed {
    let (first_s, last_s) = clock.span();
    let keep_time = laps_keep_time(activity, clock);
    let on_clock = |start_s: f64| if keep_time { start_s } else { clock.repaired_s(start_s) };
    let laps: Vec<(f64, &Lap)> =
        activity.laps.iter().filter_map(|lap| Some((on_clock(lap.start_s?), lap))).collect();
    let segment_gaps = if known.is_empty() { segment_gaps(activity, clock) } else { Vec::new() };
    let placed = |lacks: &[Lack]| {
        let (mut spans, mut spread_s, mut reached_s) = (Vec::new(), 0.0, f64::NEG_INFINITY);
        for Lack { from_s, to_s, missing_s } in lacks.iter().copied() {
            // Laps out of order overlap; no moment is counted twice.
            if to_s <= from_s || from_s < reached_s {
                continue;
            }
            reached_s = to_s;
            spread_s += place(activity, clock, &segment_gaps, known, (from_s, to_s), missing_s, &mut spans);
        }
        Placed { spans, spread_s }
    };
    let lacks = lacks(&laps, (first_s, last_s), known, rounding_s);
    let by_lap = placed(&lacks);
    let Some(whole) = whole_lack(activity, clock, &laps, &lacks).filter(|whole| {
        // Starts that are sums of timer times hide in which lap a stop was.
        let keeps = laps.windows(2).all(|pair| lasts_its_timer(pair[0].0, pair[1].0, pair[0].1));
        whole.is_contradicted || (by_lap.spread_s > ROUNDING_S && laps.len() >= 3 && keeps)
    }) else {
        return by_lap;
    };
    let lack = Lack { from_s: first_s, to_s: last_s, missing_s: whole.missing_s };
    let at_once = if whole.missing_s > EVENT_ROUNDING_S { placed(&[lack]) } else { Placed::default() };
    let is_explained = by_lap.spread_s > ROUNDING_S && at_once.spread_s <= ROUNDING_S;
    if whole.is_sure || is_explained { at_once } else { by_lap }
}

/// A part of a recording, and the seconds that its timer time lacks of its elapsed time.
#[derive(Clone, Copy)]
struct Lack {
    from_s: f64,
    to_s: f64,
    missing_s: f64,
}

/// Returns what each lap lacks beyond the stops that are known, if it is more than rounding. `laps`
/// have their starts on the clock.
fn lacks(
    laps: &[(f64, &Lap)],
    (first_s, last_s): (f64, f64),
    known: &[StoppedSpan],
    rounding_s: f64,
) -> Vec<Lack> {
    let lack = |(position, (start_s, lap)): (usize, &(f64, &Lap))| {
        let from_s = start_s.max(first_s);
        let to_s = laps.get(position + 1).map_or(last_s, |(next, _)| *next).min(last_s);
        // FIT declares a lap's elapsed time; in TCX a lap lasts until the next. What is declared
        // beyond that was taken out of the clock.
        let until_next_s = to_s - start_s;
        let lasted_s =
            lap.elapsed_s.map_or(until_next_s, |elapsed_s| elapsed_s.min(until_next_s + ROUNDING_S));
        let missing_s = lasted_s - lap.timer_s? - overlap_s(known, (from_s, to_s));
        (missing_s > rounding_s).then_some(Lack { from_s, to_s, missing_s })
    };
    laps.iter().enumerate().filter_map(lack).collect()
}

/// What a whole recording lacks where some laps may be on another clock than the samples.
struct WholeLack {
    missing_s: f64,
    /// Whether the laps lack more than the whole recording does, or the clock was set back.
    is_contradicted: bool,
    /// Whether the starts of the laps contradict their totals. If not, gaps and stands decide.
    is_sure: bool,
}

/// Returns what the whole recording lacks, and whether the laps contradict it. `None` where
/// each lap can be believed.
///
/// Only in TCX does a lap's length depend on the start of another.
fn whole_lack(activity: &Activity, clock: &Clock, laps: &[(f64, &Lap)], lacks: &[Lack]) -> Option<WholeLack> {
    if activity.format != FileFormat::Tcx || laps.len() < activity.laps.len() {
        return None;
    }
    let (first_s, last_s) = clock.span();
    let timer_s = laps.iter().map(|(_, lap)| lap.timer_s).sum::<Option<f64>>()?;
    let is_near = |start_s: f64| start_s > first_s - LONGEST_FIX_S && start_s < last_s;
    let from_s = laps.first().map_or(first_s, |(start_s, _)| *start_s).min(first_s);
    let missing_s = last_s - if is_near(from_s) { from_s } else { first_s } - timer_s;
    let in_laps_s: f64 = lacks.iter().map(|lack| lack.missing_s).sum();
    let is_more_in_laps = in_laps_s > missing_s.max(0.0) + EVENT_ROUNDING_S;
    // Without its last samples a recording is shorter than its totals, which is no contradiction.
    let is_too_short = |pair: &[(f64, &Lap)]| {
        pair[0].1.timer_s.is_some_and(|timer_s| pair[1].0 - pair[0].0 < timer_s - EVENT_ROUNDING_S)
    };
    let is_sure = is_more_in_laps
        && (missing_s.abs() <= EVENT_ROUNDING_S
            || laps.windows(2).any(is_too_short)
            || laps.iter().any(|(start_s, _)| !is_near(*start_s)));
    let is_contradicted = is_more_in_laps || clock.was_set_back();
    Some(WholeLack { missing_s, is_contradicted, is_sure })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Span;

    /// Makes an activity of samples at some times, with distances in metres, whose file records the
    /// timer.
    fn recording(format: FileFormat, samples: &[(f64, f64)]) -> Activity {
        let mut activity = Activity { format, timer_known: true, ..Activity::default() };
        for &(time_s, distance_m) in samples {
            let index = activity.samples.open(time_s);
            activity.samples.distance_m.set(index, distance_m);
        }
        activity
    }

    /// Makes ten samples, ten seconds and 30 m apart.
    fn steady(format: FileFormat) -> Activity {
        let samples: Vec<(f64, f64)> = (0..10).map(|n| (10.0 * f64::from(n), 30.0 * f64::from(n))).collect();
        recording(format, &samples)
    }

    /// Adds a lap from the first second on.
    fn with_lap(mut activity: Activity, timer_s: f64) -> Activity {
        activity.laps.push(Lap { start_s: Some(0.0), timer_s: Some(timer_s), ..Lap::default() });
        activity
    }

    /// Returns the stopped spans as (begin, end, seconds stopped), and the texts of the notes.
    fn stopped(activity: &Activity) -> (Vec<(f64, f64, f64)>, Vec<String>) {
        let clock = Clock::repair(activity).expect("a clock");
        let mut notes = Vec::new();
        let spans = stopped_spans(activity, &clock, &mut notes);
        let spans = spans.iter().map(|span| (span.from_s, span.to_s, span.stopped_s)).collect();
        (spans, notes.into_iter().map(|note| note.text).collect())
    }

    #[test]
    fn fit_stops_are_kept_as_they_are_and_end_with_the_recording() {
        let mut activity = steady(FileFormat::Fit);
        activity.timer_stops = vec![
            Span { from_s: 20.0, to_s: 40.0 },
            Span { from_s: 30.0, to_s: 50.0 },
            Span { from_s: 80.0, to_s: 500.0 },
        ];
        // The second stop overlaps the first one and is left out.
        assert_eq!(stopped(&activity).0, [(20.0, 40.0, 20.0), (80.0, 90.0, 10.0)]);
        activity.timer_known = false;
        assert_eq!(stopped(&activity).0, []);
    }

    #[test]
    fn the_timer_is_stopped_between_gpx_segments() {
        let mut activity =
            recording(FileFormat::Gpx, &[(0.0, 0.0), (10.0, 30.0), (70.0, 30.0), (80.0, 60.0)]);
        assert_eq!(stopped(&activity).0, []);
        activity.samples.segment_starts = vec![2];
        assert_eq!(stopped(&activity).0, [(10.0, 70.0, 60.0)]);
    }

    #[test]
    fn a_tcx_lap_lacks_the_seconds_of_its_slow_gap() {
        // 100 s with a lap of 60 s; nobody moves from 40 to 80 s.
        let samples = [
            (0.0, 0.0),
            (10.0, 30.0),
            (20.0, 60.0),
            (30.0, 90.0),
            (40.0, 120.0),
            (80.0, 120.0),
            (90.0, 150.0),
            (100.0, 180.0),
        ];
        let activity = with_lap(recording(FileFormat::Tcx, &samples), 60.0);
        assert_eq!(stopped(&activity), (vec![(40.0, 80.0, 40.0)], vec![]));
    }

    #[test]
    fn a_gap_between_tcx_tracks_comes_before_other_gaps() {
        // Two gaps of 30 s without movement; the lap lacks 20 s, and a track begins after the
        // second gap.
        let samples = [
            (0.0, 0.0),
            (10.0, 30.0),
            (20.0, 60.0),
            (50.0, 60.0),
            (60.0, 90.0),
            (70.0, 120.0),
            (100.0, 120.0),
            (110.0, 150.0),
        ];
        let mut activity = with_lap(recording(FileFormat::Tcx, &samples), 90.0);
        activity.samples.segment_starts = vec![6];
        assert_eq!(stopped(&activity).0, [(70.0, 90.0, 20.0)]);
    }

    #[test]
    fn missing_seconds_without_a_gap_are_spread_over_the_lap() {
        let (spans, notes) = stopped(&with_lap(steady(FileFormat::Tcx), 60.0));
        assert_eq!(spans, [(0.0, 90.0, 30.0)]);
        assert!(notes[0].starts_with("laps lack 30 s of timer time that no gap explains"), "{notes:?}");
        let spread = StoppedSpan { from_s: 0.0, to_s: 90.0, stopped_s: 30.0 };
        assert!((spread.running_share() - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn totals_that_no_gap_explains_leave_one_note() {
        let mut activity = steady(FileFormat::Fit);
        activity.declared.elapsed_s = Some(90.0);
        activity.declared.timer_s = Some(60.0);
        let (spans, notes) = stopped(&activity);
        assert_eq!(spans, [(0.0, 90.0, 30.0)]);
        let note = "timer events are missing: the totals have 30 s more of pauses; \
                    no gap or stand explains them, so they were spread evenly";
        assert_eq!(notes, [note]);
    }

    #[test]
    fn a_pause_of_a_recording_with_speed_alone_is_its_long_gap() {
        let mut activity = Activity { timer_known: true, ..Activity::default() };
        for second in (0..=100).chain(400..=500) {
            let row = activity.samples.open(f64::from(second));
            activity.samples.speed_mps.set(row, 3.0);
        }
        activity.declared.elapsed_s = Some(500.0);
        activity.declared.timer_s = Some(200.0);
        let (spans, notes) = stopped(&activity);
        assert_eq!(spans, [(100.0, 400.0, 300.0)]);
        assert!(notes[0].ends_with("they were placed on long gaps and stands"), "{notes:?}");
    }

    #[test]
    fn of_two_stands_the_pause_is_the_one_of_its_length() {
        // Stands of 100 and of 40 s; a pause of 40 s is declared.
        let moves = |second: u32| !(100..200).contains(&second) && !(300..340).contains(&second);
        let mut distance_m = 0.0;
        let samples: Vec<(f64, f64)> = (0..=440)
            .map(|second| {
                let here = (f64::from(second), distance_m);
                distance_m += if moves(second) { 3.0 } else { 0.0 };
                here
            })
            .collect();
        let mut activity = recording(FileFormat::Fit, &samples);
        activity.declared.elapsed_s = Some(440.0);
        activity.declared.timer_s = Some(400.0);
        assert_eq!(stopped(&activity).0, [(300.0, 340.0, 40.0)]);
        activity.declared.timer_s = Some(340.0);
        assert_eq!(stopped(&activity).0, [(100.0, 200.0, 100.0)]);
    }

    #[test]
    fn a_second_less_than_the_elapsed_time_is_rounding() {
        assert_eq!(stopped(&with_lap(steady(FileFormat::Tcx), 89.0)), (vec![], vec![]));
    }
}
