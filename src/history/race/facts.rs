//! What a batch knows about each of its runs that tells races from training.
//!
//! Each run is compared with the runner's other runs: the places they start from, their effort,
//! heart rate and length. Every comparison is with a limited number of neighbours in time or place,
//! so the work grows with the number of runs and not with its square.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::{PLACE_M, apart_m};
use crate::history::fitness::RIEGEL;
use crate::history::{Entry, Outcome};
use crate::measure::{Identity, Measured};
use crate::statistics::upper_median;
use crate::units::DAY_S;

/// A place with this many other days is home; more are not counted.
pub(super) const HOME_DAYS: usize = 51;
/// At most this number of starts nearby are looked at; home has thousands.
const STARTS_NEARBY: usize = 1024;
/// In an archive with fewer runs, places, efforts and heart rates tell nothing.
pub(super) const FEW_RUNS: usize = 10;
/// The runs whose median effort is compared, days before and after.
const USUAL_DAYS: f64 = 180.0;
/// The runs whose better efforts are counted, days before and after: fitness changes, and later
/// runs are known only to an archive.
const BACK_DAYS: f64 = 365.0;
const AHEAD_DAYS: f64 = 90.0;
/// Half the year in which a run is among the longest, days.
const HALF_YEAR_DAYS: f64 = 182.0;
/// The greatest ratio of two distances whose efforts compare.
const COMPARABLE: f64 = 2.0;
/// At most this number of runs before, and after, are compared; more than two a day are not run.
const NEIGHBOURS: usize = 512;
/// The fewest comparable runs by which an effort is judged.
const OTHERS: usize = 5;
/// The fewest runs with a heart rate by which one is judged.
const HEARTS: usize = 20;

/// What is known about one run.
#[derive(Debug, Clone, Default)]
pub(in crate::history) struct RaceFacts {
    /// Its length, metres as recorded.
    pub recorded_m: f64,
    /// The share of its elapsed time in which the runner moved.
    pub moving_share: f64,
    /// The number of runs in the archive, without twins.
    pub runs: usize,
    /// On how many other days a run starts within 2 km, up to [`HOME_DAYS`]; `None` without a
    /// position, and where the places of other runs are not known and may be near.
    pub other_days_nearby: Option<usize>,
    /// Its start by local time: the day of the week from Monday, and the hour.
    pub local: Option<(usize, f64)>,
    /// Its effort against the median of comparable runs within half a year either way; below 1 is
    /// faster.
    pub effort_ratio: Option<f64>,
    /// The share of comparable runs, within a year before and three months after, with a better
    /// effort.
    pub better_share: Option<f64>,
    /// The share of runs within half a year either way that are longer.
    pub longer_share: f64,
    /// The share of the runner's runs with a lower mean heart rate.
    pub lower_heart_share: Option<f64>,
    /// Whether a run of this length starts here at this hour in other years.
    pub is_yearly: bool,
    /// The codes of the marks that an earlier batch found, if the run was read from its table.
    pub stored: Option<Vec<String>>,
}

/// A run as it is compared.
struct Compared {
    entry: usize,
    start_s: f64,
    local_s: f64,
    is_local: bool,
    recorded_m: f64,
    /// Seconds over metres to the power of [`RIEGEL`]: lower is better, whatever the distance.
    ///
    /// Always by elapsed time: moving time of intervals is no effort over their length.
    effort: f64,
    heart_bpm: Option<f64>,
    start_m: Option<[f64; 3]>,
}

impl Compared {
    fn of(entry: usize, identity: &Identity, measured: &Measured) -> Option<Self> {
        let total = measured.recorded.total;
        Some(Self {
            entry,
            start_s: identity.start_s?,
            local_s: identity.local_start_s()?,
            is_local: identity.utc_offset.is_some(),
            recorded_m: measured.recorded.distance_m,
            effort: total.elapsed_s / libm::pow(measured.recorded.distance_m, RIEGEL),
            heart_bpm: measured.heart_mean_bpm,
            start_m: measured.positions.start_in_space_m(),
        })
    }

    fn local_day(&self) -> i64 {
        (self.local_s / DAY_S).floor() as i64
    }

    fn compares_with(&self, other: &Self) -> bool {
        let ratio = other.recorded_m / self.recorded_m;
        (1.0 / COMPARABLE..=COMPARABLE).contains(&ratio)
    }

    fn is_near(&self, other: &Self) -> bool {
        self.start_m.zip(other.start_m).is_some_and(|(a, b)| apart_m(a, b) <= PLACE_M)
    }
}

/// Returns the facts of each measured entry that counts.
pub(in crate::history) fn facts(entries: &[Entry], counts: &[bool]) -> Vec<Option<RaceFacts>> {
    facts_compared(entries, counts).0
}

/// Returns the facts, and the number of runs that were compared with another.
fn facts_compared(entries: &[Entry], counts: &[bool]) -> (Vec<Option<RaceFacts>>, usize) {
    let mut facts: Vec<Option<RaceFacts>> = vec![None; entries.len()];
    let mut runs: Vec<Compared> = Vec::new();
    let mut count = 0;
    for (entry, one) in entries.iter().enumerate() {
        let Outcome::Measured(identity, measured) = &one.outcome else { continue };
        if !counts[entry] {
            continue;
        }
        count += 1;
        let total = measured.recorded.total;
        facts[entry] = Some(RaceFacts {
            recorded_m: measured.recorded.distance_m,
            moving_share: total.moving_s / total.elapsed_s,
            stored: (one.table_origin.as_ref().filter(|origin| origin.batch.is_some()))
                .and_then(|origin| origin.marks.clone()),
            ..RaceFacts::default()
        });
        // A walk is no effort, but it starts somewhere.
        runs.extend(Compared::of(entry, identity, measured).filter(|_| !measured.walked));
    }
    facts.iter_mut().flatten().for_each(|facts| facts.runs = count);
    runs.sort_by(|a, b| a.start_s.total_cmp(&b.start_s).then(a.entry.cmp(&b.entry)));
    let places = Places::of(&runs);
    // A runs table has no places, so a place that seems new may be home.
    let knows_places = entries.iter().all(|entry| entry.table_origin.is_none());
    let mut compared = 0;
    let mut hearts: Vec<f64> = runs.iter().filter_map(|run| run.heart_bpm).collect();
    hearts.sort_by(f64::total_cmp);
    for (at, run) in runs.iter().enumerate() {
        let Some(facts) = &mut facts[run.entry] else { continue };
        // 1970-01-01 was a Thursday.
        let weekday = (run.local_day() + 3).rem_euclid(7) as usize;
        facts.local = run.is_local.then_some((weekday, run.local_s.rem_euclid(DAY_S) / 3600.0));
        if count >= FEW_RUNS {
            let (days, starts) = places.other_days(&runs, at).unzip();
            facts.other_days_nearby = days.filter(|days| knows_places || *days >= HOME_DAYS);
            compared += starts.unwrap_or(0);
            compared += compare_efforts(&runs, at, facts);
            facts.is_yearly = is_yearly(&runs, at);
            if hearts.len() >= HEARTS {
                let lower = |bpm: f64| hearts.partition_point(|other| *other < bpm);
                facts.lower_heart_share = run.heart_bpm.map(|bpm| lower(bpm) as f64 / hearts.len() as f64);
            }
        }
    }
    (facts, compared)
}

/// Returns the runs before and after a place in time order, up to [`NEIGHBOURS`] each, that start
/// within some days.
fn around(runs: &[Compared], at: usize, back_days: f64, ahead_days: f64) -> impl Iterator<Item = &Compared> {
    let start_s = runs[at].start_s;
    let before = runs[..at].iter().rev().take(NEIGHBOURS);
    let after = runs[at + 1..].iter().take(NEIGHBOURS);
    before
        .take_while(move |run| start_s - run.start_s <= back_days * DAY_S)
        .chain(after.take_while(move |run| run.start_s - start_s <= ahead_days * DAY_S))
}

/// Compares a run's effort and length with those around it. Returns the number of these.
fn compare_efforts(runs: &[Compared], at: usize, facts: &mut RaceFacts) -> usize {
    let run = &runs[at];
    let usual: Vec<f64> = around(runs, at, USUAL_DAYS, USUAL_DAYS)
        .filter(|other| run.compares_with(other))
        .map(|other| other.effort)
        .collect();
    let around_usual = usual.len();
    if around_usual >= OTHERS {
        facts.effort_ratio = Some(run.effort / upper_median(usual));
    }
    let (mut comparable, mut better) = (0, 0);
    for other in around(runs, at, BACK_DAYS, AHEAD_DAYS).filter(|other| run.compares_with(other)) {
        comparable += 1;
        better += usize::from(other.effort < run.effort);
    }
    facts.better_share = (comparable >= OTHERS).then(|| better as f64 / comparable as f64);
    let (mut all, mut longer) = (0, 0);
    for other in around(runs, at, HALF_YEAR_DAYS, HALF_YEAR_DAYS) {
        all += 1;
        longer += usize::from(other.recorded_m > run.recorded_m);
    }
    facts.longer_share = if all >= OTHERS { longer as f64 / all as f64 } else { 1.0 };
    around_usual + comparable + all
}

/// Returns whether a run of the same length starts at the same place and hour in another year.
fn is_yearly(runs: &[Compared], at: usize) -> bool {
    /// The days by which the date of a yearly event moves.
    const DAYS: f64 = 11.0;
    const YEARS: i32 = 10;
    const LOOKED_AT: usize = 64;
    let run = &runs[at];
    let hour_s = |run: &Compared| run.local_s.rem_euclid(DAY_S);
    (-YEARS..=YEARS).filter(|years| *years != 0).any(|years| {
        let day_s = run.start_s + f64::from(years) * 365.25 * DAY_S;
        let from = runs.partition_point(|other| other.start_s < day_s - DAYS * DAY_S);
        let within = runs[from..].iter().take(LOOKED_AT);
        within.take_while(|other| other.start_s <= day_s + DAYS * DAY_S).any(|other| {
            run.is_near(other)
                && (hour_s(run) - hour_s(other)).abs() <= 1800.0
                && (run.recorded_m / other.recorded_m - 1.0).abs() <= 0.05
        })
    })
}

/// The starts of runs by cubes of 2 km, so that starts nearby are found without comparing all.
struct Places {
    by_cube: HashMap<[i32; 3], Vec<usize>, RandomState>,
}

impl Places {
    fn of(runs: &[Compared]) -> Self {
        let mut by_cube: HashMap<[i32; 3], Vec<usize>, RandomState> = HashMap::default();
        for (at, run) in runs.iter().enumerate() {
            if let Some(start_m) = run.start_m {
                by_cube.entry(cube(start_m)).or_default().push(at);
            }
        }
        Self { by_cube }
    }

    /// Returns on how many other days a run starts within 2 km of this one, and how many starts
    /// were looked at.
    fn other_days(&self, runs: &[Compared], at: usize) -> Option<(usize, usize)> {
        let start_m = runs[at].start_m?;
        let [x, y, z] = cube(start_m);
        let mut days: Vec<i64> = Vec::new();
        let mut looked_at = 0;
        let sides = || -1..=1;
        let cubes =
            sides().flat_map(|i| sides().flat_map(move |j| sides().map(move |k| [x + i, y + j, z + k])));
        for other in cubes.filter_map(|cube| self.by_cube.get(&cube)).flatten() {
            looked_at += 1;
            let day = runs[*other].local_day();
            if day != runs[at].local_day() && !days.contains(&day) && runs[at].is_near(&runs[*other]) {
                days.push(day);
            }
            if days.len() >= HOME_DAYS || looked_at >= STARTS_NEARBY {
                break;
            }
        }
        Some((days.len(), looked_at))
    }
}

fn cube(start_m: [f64; 3]) -> [i32; 3] {
    start_m.map(|metres| (metres / PLACE_M).floor() as i32)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::activity::{Activity, Sport};
    use crate::measure::{MeasureOptions, measure};

    /// Returns runs of two miles, all from one place; `apart_s` is between their starts.
    fn runs(count: u32, apart_s: f64) -> Vec<Entry> {
        let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
        for step in 0..=120_u32 {
            let row = activity.samples.open(10.0 * f64::from(step));
            let metres = 30.0 * f64::from(step) + if step > 60 { 15.0 } else { 0.0 };
            activity.samples.distance_m.set(row, metres);
            activity.samples.latitude_deg.set(row, 48.0 + metres / 111_200.0);
            activity.samples.longitude_deg.set(row, 11.0);
        }
        let (identity, measured) = measure(&activity, &MeasureOptions::default());
        let measured = Arc::new(measured.expect("a run"));
        (0..count)
            .map(|number| {
                let start_s = Some(1.6e9 + apart_s * f64::from(number));
                Entry::new(
                    "a.fit",
                    Outcome::Measured(
                        Box::new(Identity { start_s, ..identity.clone() }),
                        Arc::clone(&measured),
                    ),
                )
            })
            .collect()
    }

    #[test]
    fn twice_the_runs_are_twice_the_comparisons() {
        for apart_s in [0.0, 3_600.0, DAY_S] {
            let compared = |count: u32| {
                let entries = runs(count, apart_s);
                facts_compared(&entries, &vec![true; entries.len()]).1
            };
            let (once, twice) = (compared(6_000), compared(12_000));
            assert!(10 * twice <= 23 * once, "{apart_s}: {once}, {twice}");
        }
    }

    #[test]
    fn home_is_where_most_runs_start_and_few_runs_tell_nothing() {
        let entries = runs(80, 2.0 * DAY_S);
        let facts = facts(&entries, &vec![true; entries.len()]);
        let first = facts[0].as_ref().expect("facts");
        assert_eq!((first.other_days_nearby, first.runs), (Some(HOME_DAYS), 80));
        assert!((first.effort_ratio.expect("comparable") - 1.0).abs() < 1e-9);
        let few = runs(5, 2.0 * DAY_S);
        let facts = super::facts(&few, &[true; 5]);
        assert_eq!(facts[0].as_ref().expect("facts").other_days_nearby, None);
    }
}
