//! Many runners of one race: who was where when.
//!
//! Where the recordings' clocks allow, runners are put on one clock, the gun's: the start of the earliest. Positions are then
//! those on the road. Where starts lie too far apart for one gun, positions are by each runner's own time.

use super::Run;
use crate::measure::{Basis, Course};
use crate::units::{DAY_S, KM_M};

/// Starts of one gun lie within this, seconds: large fields take half an hour to cross the line.
const ONE_GUN_S: f64 = 2400.0;

/// One race.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The course, if all were put on one.
    pub course: Option<Course>,
    /// Its length, or the median one, metres.
    pub distance_m: f64,
    /// Its day, days since 1970-01-01 in the runners' own time.
    pub day: i64,
    /// Whether the starts allow one clock.
    pub one_gun: bool,
    /// The runners, by their finish.
    pub runners: Vec<Runner>,
}

/// One runner of a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Runner {
    /// Which entry of the batch it is.
    pub entry: usize,
    /// Seconds behind the gun at which the start was crossed; 0 for all without one gun.
    pub start_s: f64,
    /// Place at the start line, after the first mile, at half-way and at the finish, from 1; shared by equals.
    pub places: [usize; 4],
    /// Runners ahead at the end of the first mile and behind at the finish.
    pub passed: usize,
    /// Runners behind at the end of the first mile and ahead at the finish.
    pub passed_by: usize,
    /// Runners ahead at the start line and behind at the end of the first mile.
    pub passed_in_first_mile: usize,
    /// Place at each kilometre.
    pub places_by_km: Vec<usize>,
}

/// The race that most of the runs are of, without recordings that break off, and how many runs are not in it.
pub fn field(runs: &[Run]) -> (Option<Field>, usize) {
    let whole: Vec<&Run> =
        runs.iter().filter(|run| run.identity.start_s.is_some() && !run.measured.cut_short).collect();
    let race = |run: &Run| (day(run), run.view.course);
    let mut races: Vec<(i64, Option<Course>)> = whole.iter().map(|run| race(run)).collect();
    races.sort_unstable();
    let largest = races.chunk_by(|a, b| a == b).max_by_key(|runs| runs.len()).map(|runs| runs[0]);
    let Some((day, course)) = largest else { return (None, runs.len()) };
    let inside: Vec<&Run> = whole.into_iter().filter(|run| race(run) == (day, course)).collect();
    (Some(line_up(&inside, day, course)), runs.len() - inside.len())
}

fn day(run: &Run) -> i64 {
    (run.identity.local_start_s().unwrap_or_default() / DAY_S).floor() as i64
}

fn line_up(runs: &[&Run], day: i64, course: Option<Course>) -> Field {
    let mut lengths: Vec<f64> = runs.iter().map(|run| run.view.distance_m).collect();
    lengths.sort_by(f64::total_cmp);
    let distance_m = course.map_or(lengths[lengths.len() / 2], Course::length_m);
    let crossed_s = |run: &Run| run.identity.start_s.unwrap_or_default() + run.view.lead_s;
    let gun_s = runs.iter().map(|run| crossed_s(run)).fold(f64::INFINITY, f64::min);
    let one_gun = runs.iter().all(|run| crossed_s(run) - gun_s <= ONE_GUN_S);
    let start_s: Vec<f64> =
        runs.iter().map(|run| if one_gun { crossed_s(run) - gun_s } else { 0.0 }).collect();
    // Clock times at the marks that places are told for.
    let at = |time_s: fn(&Run) -> f64| -> Vec<f64> {
        runs.iter().zip(&start_s).map(|(run, start_s)| start_s + time_s(run)).collect()
    };
    let on = Basis::Elapsed;
    let mile = at(|run| run.view.first_mile.times.elapsed_s);
    let half = at(|run| run.view.first_half.times.elapsed_s);
    let finish = at(|run| run.view.total.elapsed_s);
    let kms: Vec<Vec<f64>> = (0..(distance_m / KM_M) as usize)
        .map(|km| {
            let reached =
                |run: &Run| run.view.kms.iter().take(km + 1).map(|split| split.times.on(on)).sum::<f64>();
            runs.iter().zip(&start_s).map(|(run, start_s)| start_s + reached(run)).collect()
        })
        .collect();
    let places = [&start_s, &mile, &half, &finish].map(|times| ranks(times));
    let places_by_km: Vec<Vec<usize>> = kms.iter().map(|times| ranks(times)).collect();
    let overtaken = |before: &[f64], after: &[f64], runner: usize| {
        let passed = |other: &usize| before[*other] < before[runner] && after[*other] > after[runner];
        (0..runs.len()).filter(passed).count()
    };
    let mut runners: Vec<Runner> = (0..runs.len())
        .map(|runner| Runner {
            entry: runs[runner].entry,
            start_s: start_s[runner],
            places: [0, 1, 2, 3].map(|mark: usize| places[mark][runner]),
            passed: overtaken(&mile, &finish, runner),
            // Backwards in time, whoever passed is passed.
            passed_by: overtaken(&finish, &mile, runner),
            passed_in_first_mile: overtaken(&start_s, &mile, runner),
            places_by_km: places_by_km.iter().map(|places| places[runner]).collect(),
        })
        .collect();
    runners.sort_by_key(|runner| (runner.places[3], runner.entry));
    Field { course, distance_m, day, one_gun, runners }
}

/// The place of each time, from 1; equals share theirs.
fn ranks(times: &[f64]) -> Vec<usize> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    times.iter().map(|time| sorted.partition_point(|other| other < time) + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_a_place() {
        assert_eq!(ranks(&[30.0, 10.0, 20.0, 10.0]), [4, 1, 3, 1]);
    }
}
