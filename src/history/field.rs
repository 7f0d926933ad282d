//! Compares the runners of one race: places along the way and who passed whom.
//!
//! If all starts are within 40 minutes, all runners share one clock that begins with the first
//! start. Places are then those on the road. If starts are further apart, places are by each
//! runner's own time, as if all had started together. Distances are metres, times are seconds,
//! places count from 1. Which runs form the race is decided here too: by start time, by course or
//! length, and by place.

use std::collections::BTreeSet;

use super::Run;
use crate::measure::Course;
use crate::statistics::median;
use crate::units::KM_M;

/// The most seconds between starts of one race: large fields take half an hour to cross the line.
const ONE_GUN_S: f64 = 2400.0;

/// Runs without a certified course are one race if each is at most this much longer than the next
/// shorter one.
const ONE_LENGTH: f64 = 1.03;
/// The most metres between start positions of one race.
const ONE_PLACE_M: f64 = 5000.0;

/// One race and its runners.
#[derive(Debug, Clone, PartialEq)]
pub struct RaceField {
    /// The course, if the runs are on the scale of a certified one.
    pub course: Option<Course>,
    /// The length of the course, or the median of the runs' lengths, metres.
    pub distance_m: f64,
    /// The first runner's start, seconds since 1970 in local time.
    pub local_s: f64,
    /// The runners in the order of their finish.
    pub runners: Vec<FieldRunner>,
    /// Whether all starts are near enough for one clock.
    pub one_gun: bool,
}

/// One runner of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldRunner {
    /// The index of the runner's entry in the batch.
    pub entry: usize,
    /// Places after the first mile, at half-way and at the finish, from 1; equal times share a
    /// place.
    pub places: [usize; 3],
    /// Number of runners who were ahead at the end of the first mile and behind at the finish.
    pub passed: usize,
    /// Number of runners who were behind at the end of the first mile and ahead at the finish.
    pub passed_by: usize,
    /// The start on the common clock; `None` without one.
    pub start: Option<FieldStart>,
    /// Place at each kilometre.
    pub places_by_km: Vec<usize>,
}

/// A runner's start on the common clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldStart {
    /// Seconds between the first runner's start and this one's.
    pub behind_s: f64,
    /// Place at the start line, from 1.
    pub place: usize,
    /// Number of runners who were ahead at the start line and behind at the end of the first mile.
    pub passed: usize,
    /// Number of runners who were behind at the start line and ahead at the end of the first mile.
    pub passed_by: usize,
}

/// The runs that are not part of a field, by their entries' indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Runs of other races: another day, start, place or course.
    pub other_races: Vec<usize>,
    /// Runs without a date, and recordings that end before the finish.
    pub not_whole: Vec<usize>,
}

impl LeftOut {
    /// Returns the number of runs.
    pub fn count(&self) -> usize {
        self.other_races.len() + self.not_whole.len()
    }
}

/// Returns the largest race among the runs, and the runs that are not part of it.
///
/// Runs without a date and recordings that end before the finish take no part.
pub fn field(runs: &[Run]) -> (Option<RaceField>, LeftOut) {
    let (whole, not_whole): (Vec<&Run>, Vec<&Run>) =
        runs.iter().partition(|run| run.identity.start_s.is_some() && !run.measured.cut_short);
    let entries_of = |runs: &[&Run]| -> Vec<usize> { runs.iter().map(|run| run.entry).collect() };
    let (mut other_races, not_whole) = (entries_of(&whole), entries_of(&not_whole));
    // Of races with equally many runners the earliest wins.
    let mut largest: Vec<&Run> = Vec::new();
    for race in races(whole) {
        if race.len() > largest.len() {
            largest = race;
        }
    }
    let inside: BTreeSet<usize> = largest.iter().map(|run| run.entry).collect();
    other_races.retain(|entry| !inside.contains(entry));
    ((!largest.is_empty()).then(|| line_up(&largest)), LeftOut { other_races, not_whole })
}

/// Returns when a runner crossed the start, Unix seconds.
fn crossed_s(run: &Run) -> f64 {
    run.identity.start_s.unwrap_or_default() + run.view.lead_s
}

/// Splits runs into races: by start time, then by course or length, then by start position.
fn races<'a, 'b>(mut runs: Vec<&'a Run<'b>>) -> Vec<Vec<&'a Run<'b>>> {
    runs.sort_by(|a, b| crossed_s(a).total_cmp(&crossed_s(b)));
    let mut races = Vec::new();
    for gun in runs.chunk_by(|a, b| crossed_s(b) - crossed_s(a) <= ONE_GUN_S) {
        let mut gun = gun.to_vec();
        let length = |run: &Run| run.view.distance_m;
        gun.sort_by(|a, b| a.view.course.cmp(&b.view.course).then(length(a).total_cmp(&length(b))));
        let one_length = |a: &&Run, b: &&Run| {
            a.view.course == b.view.course && (a.view.course.is_some() || length(b) <= ONE_LENGTH * length(a))
        };
        for course in gun.chunk_by(one_length) {
            let mut places: Vec<Vec<&Run>> = Vec::new();
            for run in course {
                let near = |race: &&mut Vec<&Run>| {
                    // A recording without positions may have started anywhere.
                    let apart_m = race[0].measured.positions.starts_apart_m(&run.measured.positions);
                    apart_m.is_none_or(|apart_m| apart_m <= ONE_PLACE_M)
                };
                match places.iter_mut().find(near) {
                    Some(race) => race.push(run),
                    None => places.push(vec![run]),
                }
            }
            races.extend(places);
        }
    }
    races
}

/// Ranks the runners of one race at each mark.
fn line_up(runs: &[&Run]) -> RaceField {
    let lengths = runs.iter().map(|run| run.view.distance_m);
    let course = runs[0].view.course;
    let distance_m = course.map(Course::length_m).or(median(lengths)).unwrap_or_default();
    let gun_s = runs.iter().map(|run| crossed_s(run)).fold(f64::INFINITY, f64::min);
    let one_gun = runs.iter().all(|run| crossed_s(run) - gun_s <= ONE_GUN_S);
    let behind_s: Vec<f64> =
        runs.iter().map(|run| if one_gun { crossed_s(run) - gun_s } else { 0.0 }).collect();
    // Times on the common clock at the marks that have places.
    let at = |time_s: &dyn Fn(&Run) -> f64| -> Vec<f64> {
        runs.iter().zip(&behind_s).map(|(run, behind_s)| behind_s + time_s(run)).collect()
    };
    let mile = at(&|run| run.view.first_mile.times.elapsed_s);
    let half = at(&|run| run.view.first_half.times.elapsed_s);
    let finish = at(&|run| run.view.total.elapsed_s);
    let kms = (1..=(distance_m / KM_M) as usize)
        .map(|km| at(&|run| run.view.kms.iter().take(km).map(|split| split.times.elapsed_s).sum::<f64>()));
    let places_by_km: Vec<Vec<usize>> = kms.map(|times| ranks(&times)).collect();
    let places = [&mile, &half, &finish].map(|times| ranks(times));
    let at_line = ranks(&behind_s);
    let overtaken = |before: &[f64], after: &[f64], runner: usize| {
        let passed = |other: &usize| before[*other] < before[runner] && after[*other] > after[runner];
        (0..runs.len()).filter(passed).count()
    };
    let mut runners: Vec<FieldRunner> = (0..runs.len())
        .map(|runner| FieldRunner {
            entry: runs[runner].entry,
            places: [0, 1, 2].map(|mark: usize| places[mark][runner]),
            passed: overtaken(&mile, &finish, runner),
            // Backwards in time, a runner who passes is passed.
            passed_by: overtaken(&finish, &mile, runner),
            start: one_gun.then(|| FieldStart {
                behind_s: behind_s[runner],
                place: at_line[runner],
                passed: overtaken(&behind_s, &mile, runner),
                passed_by: overtaken(&mile, &behind_s, runner),
            }),
            places_by_km: places_by_km.iter().map(|places| places[runner]).collect(),
        })
        .collect();
    runners.sort_by_key(|runner| (runner.places[2], runner.entry));
    let first = runs.iter().min_by(|a, b| crossed_s(a).total_cmp(&crossed_s(b)));
    let local_s = first.and_then(|run| run.identity.local_start_s()).unwrap_or_default();
    RaceField { course, distance_m, local_s, runners, one_gun }
}

/// Returns the place of each time, from 1; equal times share a place.
fn ranks(times: &[f64]) -> Vec<usize> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    times.iter().map(|time| sorted.partition_point(|other| other < time) + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_share_a_place() {
        assert_eq!(ranks(&[30.0, 10.0, 20.0, 10.0]), [4, 1, 3, 1]);
    }
}
