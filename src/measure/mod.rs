//! Measures an activity: its distance, its times at exact marks, its hills and its heart rate.
//!
//! [`measure`] works in five steps:
//! 1. `time::clock` repairs the times of the samples.
//! 2. `distance::ledger` chooses between the device's distance and the length of the GPS track.
//! 3. `time::timer` finds when the device's timer was stopped.
//! 4. `line` joins the three: elapsed, timer and moving seconds against metres.
//! 5. `view` reads splits off that line: as recorded, and scaled to the course that it may be.
//!
//! Times are seconds and distances metres. The samples are not needed afterwards. Whether the run
//! was a race is decided in [`history`](crate::history).

mod believable;
mod course;
mod distance;
mod efforts;
mod halves;
mod heart;
mod hills;
mod laps;
mod line;
mod measured;
mod pacing;
mod positions;
mod records;
mod refusal;
mod repair;
mod search;
mod session;
mod session_name;
mod split;
mod time;
mod view;

use std::borrow::Cow;
use std::sync::Arc;

use believable::{check_moves_like_a_run, check_possible};
pub use course::{Candidate, Course, CourseSetting, UnknownCourse};
pub use distance::ledger::{DISAGREE, DistanceSource, Ledger};
use efforts::WholePart;
pub use efforts::{Effort, LENGTHS as EFFORT_LENGTHS};
pub use halves::{HalvesHeart, SamePaceParts};
use heart::HeartRateSums;
pub use heart::{Heart, SamePaceHeart};
pub use hills::course_profile::{CourseProfile, CourseProfileError};
pub use hills::grade::{Grade, NoiseSource};
pub use laps::Lap;
use line::Timeline;
pub use line::{Stop, Times};
pub use measured::{Identity, Measured};
pub use positions::Positions;
pub(crate) use records::{Record, record};
pub use refusal::Refusal;
pub use session::Repeat;
pub use session_name::session_name;
use time::clock::{Clock, TimeOrder};
pub use view::View;
use view::ViewInput;

use crate::activity::{Activity, Note, Sport};
use crate::local_time::UtcOffset;
use crate::measure::distance::ledger;
use crate::measure::hills::grade;
pub use crate::measure::split::{Basis, START_SHARE, Split, Stretch};
use crate::measure::time::timer;
use crate::period::Days;
use crate::units::MILE_M;

/// The settings for [`measure`].
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MeasureOptions {
    /// What the user stated about the course.
    pub course: CourseSetting,
    /// The days that are asked for. An activity that surely began on none of them is refused before
    /// it is measured.
    pub days: Days,
}

impl MeasureOptions {
    /// Returns the settings for a course.
    pub fn on(course: CourseSetting) -> Self {
        Self { course, ..Self::default() }
    }

    /// Changes the days that are asked for.
    #[must_use]
    pub fn within(self, days: Days) -> Self {
        Self { days, ..self }
    }
}

/// Measures one activity. Returns what it is, and its times or the reason why it has none.
pub fn measure(activity: &Activity, options: &MeasureOptions) -> (Identity, Result<Measured, Refusal>) {
    measure_repaired(Cow::Borrowed(activity), options)
}

/// Measures one activity like [`measure`]. A repair needs no copy of it.
pub(crate) fn measure_owned(
    activity: Activity,
    options: &MeasureOptions,
) -> (Identity, Result<Measured, Refusal>) {
    measure_repaired(Cow::Owned(activity), options)
}

fn measure_repaired(
    activity: Cow<Activity>,
    options: &MeasureOptions,
) -> (Identity, Result<Measured, Refusal>) {
    let has_track = !activity.samples.is_empty();
    let is_of_other_day = repair::is_of_other_day(&activity, &options.days);
    // What is not measured needs no repair.
    let (repaired, order) = if is_of_other_day || activity.sport.is_run() == Some(false) {
        (activity, TimeOrder::Mixed)
    } else {
        repair::repair(activity)
    };
    let activity = repaired.as_ref();
    let mut identity = Identity {
        format: activity.format,
        name: activity.name.clone(),
        name_origin: activity.name_origin,
        sport: activity.sport.clone(),
        race_hint: activity.race_hint.clone(),
        device: activity.device.clone(),
        serial: activity.serial.clone(),
        sex: activity.sex,
        start_s: activity.start_s(),
        utc_offset: None,
        notes: activity.notes.clone(),
    };
    let outcome = if is_of_other_day {
        Err(Refusal::OtherDay)
    } else if has_track || activity.sport.is_run() == Some(false) {
        run(activity, order, options, &mut identity)
    } else {
        Err(Refusal::NoTrack)
    };
    identity.utc_offset = identity.start_s.and_then(|start_s| UtcOffset::of(activity, start_s));
    (identity, outcome)
}

fn run(
    activity: &Activity,
    order: TimeOrder,
    options: &MeasureOptions,
    identity: &mut Identity,
) -> Result<Measured, Refusal> {
    if activity.sport.is_run() == Some(false) {
        return Err(Refusal::NotARun(activity.sport.clone()));
    }
    let clock = Clock::new(activity, order)?;
    identity.notes.extend(clock.notes.iter().cloned());
    let mut timer_notes = Vec::new();
    let stopped_spans = timer::stopped_spans(activity, &clock, &mut timer_notes);
    let (ledger, column) = ledger::build(activity, &clock, &stopped_spans, &mut identity.notes)?;
    identity.notes.append(&mut timer_notes);
    let line = Timeline::build(activity.timer_start_s, &clock, &column, ledger.source, &stopped_spans);
    identity.start_s = Some(line.zero_s);
    timer::compare_totals(activity, line.end().timer_s, &mut identity.notes);
    if activity.sport == Sport::Unstated {
        check_moves_like_a_run(&line)?;
    }
    check_possible(&line)?;
    if line.length_m() < 2.0 * MILE_M {
        return Err(Refusal::TooShort(line.length_m()));
    }
    if column.filled_in {
        return Err(Refusal::NoPacing);
    }
    if let Some(seconds) = activity.missing_start_s {
        identity.notes.push(Note::general(format!(
            "by its own start the run began {} before the first point; its start is missing",
            crate::phrases::clock(seconds)
        )));
    }
    let walked = pacing::is_walked(&line, &activity.samples, &clock);
    if walked {
        identity.notes.push(Note::general(pacing::walked_note()));
    }
    let (candidate, course_refused) = course::candidate(&line, &ledger, options.course, activity.cut_short);
    let end = line.end();
    let (grade, level_distance) = grade::assess(&activity.samples, &activity.declared, &clock, &line);
    let bpm = clock.column(&activity.samples.heart_rate_bpm);
    let heart_rate = HeartRateSums::new(&bpm, &line);
    let input = ViewInput {
        line: &line,
        level_distance: level_distance.as_ref(),
        heart_rate: &heart_rate,
        parts: &WholePart::all_of(&line),
    };
    let laps = laps::measure(&activity.laps, &clock, &line, level_distance.as_ref(), &heart_rate);
    let repeats = if walked {
        Vec::new()
    } else {
        session::repeats(&line, level_distance.as_ref(), &laps, grade.ascent_m)
    };
    let recorded = View::new(input, None);
    Ok(Measured {
        repeats,
        laps,
        tail_s: end.elapsed_s - recorded.total.elapsed_s,
        recorded: Arc::new(recorded),
        candidate: candidate.map(|candidate| Arc::new(View::new(input, Some(&candidate)))),
        unfinished_marathon: View::of_unfinished_marathon(input).map(Arc::new),
        grade,
        course_refused: course_refused.map(|why| why.to_string()),
        timer_known: activity.timer_known,
        zero_by_timer: line.zero_by_timer,
        paused_s: end.elapsed_s - end.timer_s,
        paused_m: line.paused_m,
        stops: line.stops.clone(),
        cut_short: activity.cut_short,
        walked,
        start_missing: activity.missing_start_s.is_some(),
        heart_mean_bpm: heart_rate.between(&line, 0.0, line.length_m()).map(|heart| heart.rate_bpm),
        heart_known: !activity.samples.heart_rate_bpm.is_empty(),
        samples: activity.samples.len(),
        positions: Positions::of(&activity.samples, &clock, &line),
        ledger,
    })
}
