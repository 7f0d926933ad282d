//! An activity to measured times.
//!
//! [`measure`] repairs the `clock`, draws up the distance `ledger`, lays the `timer` over both and reads
//! splits off the resulting `timeline` in one or two [`View`]s. Samples are not needed afterwards. Everything
//! is as recorded or on a candidate course; whether it was a race is for [`history`](crate::history).

mod course;
mod distance;
mod heart;
mod hills;
mod line;
mod positions;
mod refusal;
mod split;
mod time;
mod view;

use std::sync::Arc;

pub use course::{Candidate, Course, CourseSetting};
pub use distance::ledger::{DISAGREE, DistanceSource, Ledger};
pub use heart::Heart;
use heart::Pulse;
pub use hills::course_profile::Terrain;
pub use hills::grade::Grade;
use line::Timeline;
pub use line::{Stop, Times};
pub use positions::Trace;
pub use refusal::Refusal;
use time::clock::Clock;
use view::Traces;
pub use view::{START_SHARE, View};

use crate::activity::{Activity, FileFormat, Note, Sex, Sport};
use crate::measure::distance::ledger;
use crate::measure::hills::grade;
pub use crate::measure::split::{Basis, Split, Stretch};
use crate::measure::time::timer;
use crate::units::{KM_M, MILE_M};

/// Unstated sport: a run has a median moving pace within these, s/km (DESIGN, "What is a run").
const RUN_PACE_S_PER_KM: (f64, f64) = (150.0, 720.0);
/// Unstated sport: and its 95th percentile of speed is below this, m/s (DESIGN, "What is a run").
const RUN_P95_MPS: f64 = 7.0;
/// The peak of the 100 m record (12.4 m/s, Berlin 2009), rounded up: no average is above it.
const FASTEST_MPS: f64 = 12.5;
/// Twice the longest certified race (3,100 miles, in some fifty days): no activity is longer. What is laid along a run by
/// its metres, not its samples, takes memory by this.
const FARTHEST_M: f64 = 1e7;

/// What to measure by.
#[derive(Debug, Clone, Copy, Default)]
pub struct MeasureOptions {
    /// What is known of the course.
    pub course: CourseSetting,
}

/// What is known of an activity whether or not it could be scored.
#[derive(Debug, Clone, PartialEq)]
pub struct Identity {
    /// The format it was read from.
    pub format: FileFormat,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The sport that was stated, or inferred as unstated.
    pub sport: Sport,
    /// What in the file marks a race.
    pub race_hint: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The device's serial number.
    pub serial: Option<String>,
    /// The runner's sex, from the file.
    pub sex: Option<Sex>,
    /// Time zero, Unix seconds.
    pub start_s: Option<f64>,
    /// Local time less UTC, seconds.
    pub utc_offset_s: Option<i32>,
    /// What was damaged, odd or repaired.
    pub notes: Vec<Note>,
}

impl Identity {
    /// Time zero in the runner's own time where the file tells the offset, else in UTC, Unix seconds.
    pub fn local_start_s(&self) -> Option<f64> {
        Some(self.start_s? + f64::from(self.utc_offset_s.unwrap_or(0)))
    }
}

/// A measured run. Its views are shared with the rows that tell them.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct Measured {
    /// Which distances there are and which was used.
    pub ledger: Ledger,
    /// The run as recorded.
    pub recorded: Arc<View>,
    /// The run on the course that it may be on.
    pub candidate: Option<Arc<View>>,
    /// The run as recorded, read as a marathon that it may be without its end.
    pub unfinished_marathon: Option<Arc<View>>,
    /// What the altitude says, and whether it is believed.
    pub grade: Grade,
    /// Why a stated course was not applied.
    pub course_refused: Option<String>,
    /// Whether the timer is recorded.
    pub timer_known: bool,
    /// Whether time zero is the timer's start; if not, the first sample.
    pub zero_by_timer: bool,
    /// Seconds for which the timer stood.
    pub paused_s: f64,
    /// Metres moved meanwhile.
    pub paused_m: f64,
    /// Where and for how long it stood.
    pub stops: Vec<Stop>,
    /// Whether the recording breaks off.
    pub cut_short: bool,
    /// Whether any sample has a heart rate.
    pub heart_known: bool,
    /// How many samples it has.
    pub samples: usize,
    /// Where the runner was when, for finding the same run elsewhere.
    pub trace: Trace,
}

/// Measures one activity: what it is, and its times or why there are none.
pub fn measure(activity: &Activity, options: &MeasureOptions) -> (Identity, Result<Measured, Refusal>) {
    let mut identity = Identity {
        format: activity.format,
        name: activity.name.clone(),
        sport: activity.sport.clone(),
        race_hint: activity.race_hint.clone(),
        device: activity.device.clone(),
        serial: activity.serial.clone(),
        sex: activity.sex,
        start_s: activity.start_s(),
        utc_offset_s: activity.utc_offset_s,
        notes: activity.notes.clone(),
    };
    let outcome = run(activity, options, &mut identity);
    (identity, outcome)
}

fn run(activity: &Activity, options: &MeasureOptions, identity: &mut Identity) -> Result<Measured, Refusal> {
    if activity.sport.is_run() == Some(false) {
        return Err(Refusal::NotARun(activity.sport.clone()));
    }
    let clock = Clock::repair(activity)?;
    identity.notes.extend(clock.notes.iter().cloned());
    let (ledger, column) = ledger::draw_up(activity, &clock, &mut identity.notes)?;
    let losses = timer::losses(activity, &clock, &mut identity.notes);
    let line = Timeline::draw(activity.timer_start_s, &clock, &column, ledger.source, &losses);
    identity.start_s = Some(line.zero_s);
    if activity.sport == Sport::Unstated {
        like_a_run(&line)?;
    }
    possible(&line)?;
    if line.length_m() < 2.0 * MILE_M {
        return Err(Refusal::TooShort(line.length_m()));
    }
    let (candidate, course_refused) =
        match course::candidate(&line, &ledger, options.course, activity.cut_short) {
            Ok(candidate) => (candidate, None),
            Err(why) => (None, Some(why)),
        };
    let end = line.end();
    let (grade, effort) = grade::survey(&activity.samples, &clock, &line);
    let bpm = clock.column(&activity.samples.heart_rate_bpm);
    let pulse = Pulse::take(&bpm, &line);
    let traces = Traces { line: &line, effort: effort.as_ref(), pulse: &pulse };
    Ok(Measured {
        recorded: Arc::new(View::new(traces, None)),
        candidate: candidate.map(|candidate| Arc::new(View::new(traces, Some(&candidate)))),
        unfinished_marathon: View::of_unfinished_marathon(traces).map(Arc::new),
        grade,
        course_refused,
        timer_known: activity.timer_known,
        zero_by_timer: line.zero_by_timer,
        paused_s: end.elapsed_s - end.timer_s,
        paused_m: line.paused_m,
        stops: line.stops.clone(),
        cut_short: activity.cut_short,
        heart_known: !activity.samples.heart_rate_bpm.is_empty(),
        samples: activity.samples.len(),
        trace: Trace::of(&activity.samples, &clock, &line),
        ledger,
    })
}

/// Whether anybody could have run so far, and in that time; a distance that is damaged has no end, or is no number.
fn possible(line: &Timeline) -> Result<(), Refusal> {
    if line.length_m().is_nan() {
        return Err(Refusal::TooFar(f64::INFINITY));
    }
    let speed_mps = line.length_m() / line.end().elapsed_s;
    if speed_mps > FASTEST_MPS {
        return Err(Refusal::TooFast(speed_mps));
    }
    if line.length_m() > FARTHEST_M {
        return Err(Refusal::TooFar(line.length_m()));
    }
    Ok(())
}

/// Whether movement without a stated sport is a run's.
fn like_a_run(line: &Timeline) -> Result<(), Refusal> {
    let speeds = line.moving_speeds_mps();
    if speeds.is_empty() {
        return Err(Refusal::NotLikeARun("it never moves".into()));
    }
    let quantile = |share: f64| speeds[((speeds.len() - 1) as f64 * share) as usize];
    let pace = KM_M / quantile(0.5);
    if !(RUN_PACE_S_PER_KM.0..=RUN_PACE_S_PER_KM.1).contains(&pace) {
        let minutes = (pace / 60.0).floor();
        return Err(Refusal::NotLikeARun(format!(
            "its median moving pace is {minutes:.0}:{:02.0} /km",
            pace - 60.0 * minutes
        )));
    }
    if quantile(0.95) >= RUN_P95_MPS {
        return Err(Refusal::NotLikeARun(format!("it goes {:.1} m/s for a while", quantile(0.95))));
    }
    Ok(())
}
