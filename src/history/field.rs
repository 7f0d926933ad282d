//! Compares the runners of one race: places along the way and who passed whom.
//!
//! If all starts are within 40 minutes, all runners share one clock that begins with the first
//! start. Places are then those on the road. If starts are further apart, places are by each
//! runner's own time, as if all had started together. Distances are metres, times are seconds,
//! places count from 1. Which runs form the race is decided here too: by start time, by course or
//! length, and by place.

use std::collections::{BTreeSet, HashMap};

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
/// The edge of the cubes by which starts near each other are found, metres: wider than
/// [`ONE_PLACE_M`], since a cube is of a sphere.
const PLACE_CUBE_M: f64 = 1.05 * ONE_PLACE_M;

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
    /// How many other races have as many runners as the one that is shown.
    pub equal_races: usize,
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
    let (mut largest, mut equal_races): (Vec<&Run>, usize) = (Vec::new(), 0);
    for race in races(whole) {
        if race.len() > largest.len() {
            (largest, equal_races) = (race, 0);
        } else if race.len() == largest.len() {
            equal_races += 1;
        }
    }
    let inside: BTreeSet<usize> = largest.iter().map(|run| run.entry).collect();
    other_races.retain(|entry| !inside.contains(entry));
    ((!largest.is_empty()).then(|| line_up(&largest)), LeftOut { other_races, not_whole, equal_races })
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
            races.extend(by_place(course));
        }
    }
    races
}

/// Splits runs by start position: each joins the first run that it is near to and that joined none.
fn by_place<'a, 'b>(runs: &[&'a Run<'b>]) -> Vec<Vec<&'a Run<'b>>> {
    let mut races: Vec<Vec<&Run>> = Vec::new();
    // The races by the place of their first run, so that thousands of places are not all compared.
    let mut by_cube: HashMap<[i64; 3], Vec<usize>> = HashMap::new();
    let mut placeless: Option<usize> = None;
    for run in runs {
        let positions = &run.measured.positions;
        let cube = positions.start_in_space_m().map(|at| at.map(|at_m| (at_m / PLACE_CUBE_M).floor() as i64));
        let near = |race: &usize| {
            let apart_m = races[*race][0].measured.positions.starts_apart_m(positions);
            apart_m.is_some_and(|apart_m| apart_m <= ONE_PLACE_M)
        };
        let race = match cube {
            // A recording without positions may have started anywhere.
            None => (!races.is_empty()).then_some(0),
            Some([x, y, z]) => {
                let around = (0..27).map(|side| [x + side % 3 - 1, y + side / 3 % 3 - 1, z + side / 9 - 1]);
                let among = around.filter_map(|cube| by_cube.get(&cube)).flatten().copied();
                among.filter(near).chain(placeless).min()
            }
        };
        match race {
            Some(race) => races[race].push(run),
            None => {
                match cube {
                    Some(cube) => by_cube.entry(cube).or_default().push(races.len()),
                    None => placeless = Some(races.len()),
                }
                races.push(vec![run]);
            }
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
    let mut run_s = vec![0.0; runs.len()];
    let places_by_km: Vec<Vec<usize>> = (0..(distance_m / KM_M) as usize)
        .map(|km| {
            for (run_s, run) in run_s.iter_mut().zip(runs) {
                *run_s += run.view.kms.get(km).map_or(0.0, |split| split.times.elapsed_s);
            }
            let times: Vec<f64> =
                behind_s.iter().zip(&run_s).map(|(behind_s, run_s)| behind_s + run_s).collect();
            ranks(&times)
        })
        .collect();
    let places = [&mile, &half, &finish].map(|times| ranks(times));
    let at_line = ranks(&behind_s);
    let passed = passed(&mile, &finish);
    // Backwards in time, a runner who passes is passed.
    let passed_by = self::passed(&finish, &mile);
    let passed_at_start = self::passed(&behind_s, &mile);
    let passed_by_at_start = self::passed(&mile, &behind_s);
    let mut runners: Vec<FieldRunner> = (0..runs.len())
        .map(|runner| FieldRunner {
            entry: runs[runner].entry,
            places: [0, 1, 2].map(|mark: usize| places[mark][runner]),
            passed: passed[runner],
            passed_by: passed_by[runner],
            start: one_gun.then(|| FieldStart {
                behind_s: behind_s[runner],
                place: at_line[runner],
                passed: passed_at_start[runner],
                passed_by: passed_by_at_start[runner],
            }),
            places_by_km: places_by_km.iter().map(|places| places[runner]).collect(),
        })
        .collect();
    runners.sort_by_key(|runner| (runner.places[2], runner.entry));
    let first = runs.iter().min_by(|a, b| crossed_s(a).total_cmp(&crossed_s(b)));
    let local_s = first.and_then(|run| run.identity.local_start_s()).unwrap_or_default();
    RaceField { course, distance_m, local_s, runners, one_gun }
}

/// Returns how many runners each one passed: they were ahead before, and are behind after.
///
/// The runners are added to a binary indexed tree in the order of their times before, each at the
/// place of its time after, so that n runners take n log n steps.
fn passed(before_s: &[f64], after_s: &[f64]) -> Vec<usize> {
    let runners = before_s.len();
    let after = ranks(after_s);
    let mut order: Vec<usize> = (0..runners).collect();
    order.sort_by(|a, b| before_s[*a].total_cmp(&before_s[*b]));
    let mut counts = vec![0; runners + 1];
    let (mut passed, mut added) = (vec![0; runners], 0);
    // Runners who are level have not passed each other.
    for level in order.chunk_by(|a, b| before_s[*a] == before_s[*b]) {
        for runner in level {
            let (mut place, mut not_behind) = (after[*runner], 0);
            while place > 0 {
                not_behind += counts[place];
                place &= place - 1;
            }
            passed[*runner] = added - not_behind;
        }
        for runner in level {
            let mut place = after[*runner];
            while place <= runners {
                counts[place] += 1;
                place += place & place.wrapping_neg();
            }
        }
        added += level.len();
    }
    passed
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
    fn who_passed_whom_is_counted_as_by_all_pairs() {
        let times = |step: usize| (0..200).map(|n| (n * step % 37) as f64).collect::<Vec<f64>>();
        for (before, after) in [(times(7), times(11)), (times(1), times(36)), (times(5), times(5))] {
            let by_pairs = |runner: usize| {
                let is_passed =
                    |other: &usize| before[*other] < before[runner] && after[*other] > after[runner];
                (0..200).filter(is_passed).count()
            };
            assert_eq!(passed(&before, &after), (0..200).map(by_pairs).collect::<Vec<_>>());
        }
    }

    #[test]
    fn equal_times_share_a_place() {
        assert_eq!(ranks(&[30.0, 10.0, 20.0, 10.0]), [4, 1, 3, 1]);
    }
}
