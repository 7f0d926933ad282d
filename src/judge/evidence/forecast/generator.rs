//! Derives the table of finishing times by half-way time, and tests how well it holds.
//!
//! For each finishing time, the positive split s has the percentiles of its band, and the half-way
//! time is finish / (2 + s). Both together are a joint distribution; the table has its finishing
//! times for one half-way time. Between the bands everything is interpolated smoothly, along normal
//! deviates. `INSTA_UPDATE=always cargo test --lib generator` writes the table again.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{ERROR_MINUTES, HALF_WAY_S, HELD_OF_100, TableRow};
use crate::activity::Sex;
use crate::generated;
use crate::judge::evidence::generator::check;
use crate::judge::evidence::tables::{
    EVERY_RACE, SPLITS, SplitPercentiles, WALL_BY_START, finish_band, word,
};
use crate::judge::rules::finish_01;

/// The finishing bands, fastest first, and where each but the last ends, minutes.
const BANDS: [&str; 6] = ["sub-3", "3:00-3:30", "3:30-4:00", "4:00-4:30", "4:30-5:00", "5:00+"];
const ENDS_MIN: [f64; 5] = [180.0, 210.0, 240.0, 270.0, 300.0];
/// The pools that can be left out.
const COURSES: [&str; 4] = ["berlin", "boston", "chicago", "london"];
const SEXES: [Option<Sex>; 3] = [None, Some(Sex::Female), Some(Sex::Male)];
/// The finishing times that are looked at, and their steps, minutes.
const FINISH_MIN: (f64, f64) = (125.0, 540.0);
const STEP_MIN: f64 = 0.25;
/// Half the width of a half-way time, minutes.
const HALF_WIDTH_MIN: f64 = 0.25;
/// The steps of the table, seconds.
const TABLE_STEP_S: usize = 150;
/// The ends of the interval, as shares of the pool of all races. Shares of .1 and .9 would hold 80
/// of 100 runners of these races, and fewer on a course that is not among them.
const INTERVAL: (f64, f64) = (0.07, 0.93);

/// A curve through points of rising x: a monotone cubic by Fritsch and Butland (1984), and a
/// straight line beyond its ends.
struct Curve {
    x: Vec<f64>,
    y: Vec<f64>,
    slope: Vec<f64>,
}

impl Curve {
    fn new(x: &[f64], y: &[f64]) -> Self {
        let secant: Vec<f64> = (1..x.len()).map(|i| (y[i] - y[i - 1]) / (x[i] - x[i - 1])).collect();
        let inner = (1..x.len() - 1).map(|i| {
            let (before, after) = (secant[i - 1], secant[i]);
            if before * after <= 0.0 {
                return 0.0;
            }
            let (left, right) = (x[i] - x[i - 1], x[i + 1] - x[i]);
            let (a, b) = (2.0 * right + left, right + 2.0 * left);
            (a + b) / (a / before + b / after)
        });
        let mut slope = vec![secant[0]];
        slope.extend(inner);
        slope.push(secant[secant.len() - 1]);
        Self { x: x.to_vec(), y: y.to_vec(), slope }
    }

    fn at(&self, x: f64) -> f64 {
        let last = self.x.len() - 1;
        if x <= self.x[0] {
            return self.y[0] + self.slope[0] * (x - self.x[0]);
        }
        if x >= self.x[last] {
            return self.y[last] + self.slope[last] * (x - self.x[last]);
        }
        let i = self.x.partition_point(|known| *known <= x) - 1;
        let width = self.x[i + 1] - self.x[i];
        let t = (x - self.x[i]) / width;
        let (t2, t3) = (t * t, t * t * t);
        (2.0 * t3 - 3.0 * t2 + 1.0) * self.y[i]
            + (t3 - 2.0 * t2 + t) * width * self.slope[i]
            + (3.0 * t2 - 2.0 * t3) * self.y[i + 1]
            + (t3 - t2) * width * self.slope[i + 1]
    }
}

/// Returns the share of a normal distribution below a deviate.
fn normal(deviate: f64) -> f64 {
    0.5 * libm::erfc(-deviate / std::f64::consts::SQRT_2)
}

/// Returns the deviate of a share.
fn deviate(share: f64) -> f64 {
    let (mut low, mut high) = (-8.0, 8.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if normal(middle) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The finishers of a pool and sex: how many finished in each step of time, and which positive
/// splits they had, as a curve from the split, percent, to the deviate.
struct Finishers {
    finish_min: Vec<f64>,
    count: Vec<f64>,
    deviate_of_split: Vec<Curve>,
}

impl Finishers {
    /// Reads a pool. `of_day` chooses a day's percentiles in place of the pool's own.
    fn of(pool: &str, sex: Option<Sex>, of_day: Day) -> Self {
        let bands = BANDS.map(|band| {
            SPLITS
                .iter()
                .find(|row| row.pool == pool && row.sex == word(sex) && row.finish_band == band)
                .expect("every pool has every band")
        });
        let total: f64 = bands.iter().map(|band| band.n as f64).sum();
        let mut before = 0.0;
        let deviates: Vec<f64> = bands[..5]
            .iter()
            .map(|band| {
                before += band.n as f64;
                deviate(before / total)
            })
            .collect();
        let finish = Curve::new(&ENDS_MIN.map(libm::log), &deviates);
        let below = |minutes: f64| total * normal(finish.at(libm::log(minutes)));
        let steps = ((FINISH_MIN.1 - FINISH_MIN.0) / STEP_MIN) as usize;
        let finish_min: Vec<f64> =
            (0..steps).map(|step| FINISH_MIN.0 + STEP_MIN * (step as f64 + 0.5)).collect();
        let count: Vec<f64> = finish_min
            .iter()
            .map(|minutes| below(minutes + STEP_MIN / 2.0) - below(minutes - STEP_MIN / 2.0))
            .collect();
        // A band's percentiles are those of its mean runner.
        let centres: Vec<f64> = (0..6)
            .map(|band| {
                let inside = finish_min
                    .iter()
                    .zip(&count)
                    .filter(|(minutes, _)| ENDS_MIN.partition_point(|end| end <= *minutes) == band);
                let (sum, n) =
                    inside.fold((0.0, 0.0), |(sum, n), (minutes, count)| (sum + count * minutes, n + count));
                sum / n
            })
            .collect();
        let percentiles = bands.map(|band| of_day.percentiles(band));
        let by_finish: Vec<Curve> =
            (0..9).map(|place| Curve::new(&centres, &percentiles.map(|band| band[place].1))).collect();
        let deviates = percentiles[0].map(|(share, _)| deviate(share / 100.0));
        let deviate_of_split = finish_min
            .iter()
            .map(|minutes| {
                // Faster than the mean runner under 3:00, the splits stay as they are.
                let splits: Vec<f64> =
                    by_finish.iter().map(|curve| curve.at(minutes.max(centres[0]))).collect();
                Curve::new(&splits, &deviates)
            })
            .collect();
        Self { finish_min, count, deviate_of_split }
    }

    /// Returns how many runners with a half-way time finished in each step of time.
    fn by_finish(&self, half_min: f64) -> Vec<f64> {
        let share_below = |place: usize, half_min: f64| {
            let split_pct = 100.0 * (self.finish_min[place] / half_min - 2.0);
            normal(self.deviate_of_split[place].at(split_pct))
        };
        (0..self.count.len())
            .map(|place| {
                let share = share_below(place, half_min - HALF_WIDTH_MIN)
                    - share_below(place, half_min + HALF_WIDTH_MIN);
                self.count[place] * share
            })
            .collect()
    }
}

/// Which of the days' percentiles are used.
#[derive(Clone, Copy, PartialEq)]
enum Day {
    /// Those of all days together.
    All,
    /// The 10th percentile of the days: small positive splits.
    Good,
    /// The 90th percentile of the days.
    Bad,
}

impl Day {
    fn percentiles(self, row: &SplitPercentiles) -> [(f64, f64); 9] {
        let pooled = row.percentiles();
        let Some(days) = row.of_days().filter(|_| self != Self::All) else { return pooled };
        let offsets = days.map(|(share, low, high)| {
            let own = pooled.iter().find(|(pooled, _)| *pooled == share).expect("a percentile").1;
            (share, if self == Self::Good { low } else { high } - own)
        });
        let shift = Curve::new(&offsets.map(|(share, _)| share), &offsets.map(|(_, offset)| offset));
        pooled.map(|(share, split)| (share, split + shift.at(share.clamp(25.0, 90.0))))
    }
}

/// Returns the finishing times, minutes, before which given shares of the runners finished.
fn quantiles(count: &[f64], shares: &[f64]) -> Vec<f64> {
    let total: f64 = count.iter().sum();
    let mut before = 0.0;
    let mut place = 0;
    shares
        .iter()
        .map(|share| {
            while before + count[place] < share * total {
                before += count[place];
                place += 1;
            }
            FINISH_MIN.0 + STEP_MIN * (place as f64 + (share * total - before) / count[place])
        })
        .collect()
}

/// Returns the half-way times of the table, seconds.
fn halves_s() -> impl Iterator<Item = usize> {
    (HALF_WAY_S.0 as usize..=HALF_WAY_S.1 as usize).step_by(TABLE_STEP_S)
}

/// Makes the table.
fn table() -> String {
    let mut table = "sex,half_s,low_s,p25_s,median_s,p75_s,high_s,good_day_s,bad_day_s\n".to_owned();
    for sex in SEXES {
        let [all, good, bad] = [Day::All, Day::Good, Day::Bad].map(|day| Finishers::of(EVERY_RACE, sex, day));
        for half_s in halves_s() {
            let half_min = half_s as f64 / 60.0;
            let mut times = quantiles(&all.by_finish(half_min), &[INTERVAL.0, 0.25, 0.5, 0.75, INTERVAL.1]);
            times.extend([&good, &bad].map(|day| quantiles(&day.by_finish(half_min), &[0.5])[0]));
            let times: Vec<String> = times.iter().map(|time| format!("{:.0}", 60.0 * time)).collect();
            writeln!(table, "{},{half_s},{}", word(sex), times.join(",")).expect("a string");
        }
    }
    table
}

/// How a forecast did on runners that it was not made from.
#[derive(Default, Debug)]
struct Held {
    runners: f64,
    inside: f64,
    /// Runners by the minutes between the forecast's median and their finish, in steps.
    by_error: Vec<f64>,
}

impl Held {
    fn add(&mut self, ends_min: &[f64], count: &[f64], finish_min: &[f64]) {
        self.by_error.resize(finish_min.len(), 0.0);
        for (count, minutes) in count.iter().zip(finish_min) {
            self.runners += count;
            if (ends_min[0]..ends_min[2]).contains(minutes) {
                self.inside += count;
            }
            self.by_error[((minutes - ends_min[1]).abs() / STEP_MIN) as usize] += count;
        }
    }

    fn of_100(&self) -> f64 {
        100.0 * self.inside / self.runners
    }

    fn median_error_min(&self) -> f64 {
        let mut before = 0.0;
        let place = self.by_error.iter().position(|count| {
            before += count;
            before >= self.runners / 2.0
        });
        STEP_MIN * (place.unwrap_or_default() as f64 + 0.5)
    }
}

/// Tests the forecast that is made from every course but one on that course.
fn held_out(course: &str, sex: Option<Sex>, halves_min: (f64, f64)) -> Held {
    let others: Vec<Finishers> = COURSES
        .iter()
        .filter(|other| **other != course)
        .map(|other| Finishers::of(other, sex, Day::All))
        .collect();
    let left_out = Finishers::of(course, sex, Day::All);
    let mut held = Held::default();
    let mut half_min = halves_min.0 + HALF_WIDTH_MIN;
    while half_min < halves_min.1 {
        let mut known = vec![0.0; left_out.count.len()];
        for other in &others {
            for (sum, count) in known.iter_mut().zip(other.by_finish(half_min)) {
                *sum += count;
            }
        }
        let ends = quantiles(&known, &[INTERVAL.0, 0.5, INTERVAL.1]);
        held.add(&ends, &left_out.by_finish(half_min), &left_out.finish_min);
        half_min += 2.0 * HALF_WIDTH_MIN;
    }
    held
}

/// Returns how many of 100 runners finished in the table's interval on a kind of day.
fn held_on(day: Day, sex: Option<Sex>) -> f64 {
    let [all, of_day] = [Day::All, day].map(|day| Finishers::of(EVERY_RACE, sex, day));
    let mut held = Held::default();
    for half_s in halves_s() {
        let half_min = half_s as f64 / 60.0;
        let ends = quantiles(&all.by_finish(half_min), &[INTERVAL.0, 0.5, INTERVAL.1]);
        held.add(&ends, &of_day.by_finish(half_min), &of_day.finish_min);
    }
    held.of_100()
}

/// Returns the least and the most of some values.
fn range(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    values.into_iter().fold((f64::INFINITY, 0.0), |(least, most), value| (least.min(value), most.max(value)))
}

fn whole((least, most): (f64, f64)) -> (u8, u8) {
    (least.round() as u8, most.round() as u8)
}

/// Returns the half-way bands that the table has, by name and ends, minutes.
fn half_bands() -> impl Iterator<Item = (&'static str, f64, f64)> {
    let ends_min = ENDS_MIN.map(|end| end / 2.0);
    (0..5).map(move |band| {
        (BANDS[band], if band == 0 { FINISH_MIN.0 / 2.0 } else { ends_min[band - 1] }, ends_min[band])
    })
}

/// Returns the runners of a half-way band, by half-way time and finish, minutes.
fn of_half_band(finishers: &Finishers, from_min: f64, to_min: f64) -> Vec<(f64, f64, f64)> {
    let steps = ((to_min - from_min) / (2.0 * HALF_WIDTH_MIN)).round() as usize;
    (0..steps)
        .flat_map(|step| {
            let half_min = from_min + 2.0 * HALF_WIDTH_MIN * (step as f64 + 0.5);
            let count = finishers.by_finish(half_min);
            finishers
                .finish_min
                .iter()
                .zip(count)
                .map(move |(finish, n)| (half_min, *finish, n))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn the_embedded_table_is_what_the_generator_makes() {
    let table = table();
    generated::check("src/judge/evidence/data/finish_by_half.csv", &table);
    check::<TableRow>("finish_by_half", &table);
}

#[test]
fn the_interval_holds_on_every_course_left_out() {
    let halves_min = (HALF_WAY_S.0 / 60.0, HALF_WAY_S.1 / 60.0);
    let pairs = SEXES.iter().flat_map(|sex| COURSES.map(|course| (course, *sex)));
    let tests: Vec<Held> = pairs.map(|(course, sex)| held_out(course, sex, halves_min)).collect();
    let held = range(tests.iter().map(Held::of_100));
    assert!(held.0 >= 80.0, "{held:?}");
    assert_eq!(whole(held), HELD_OF_100);
    assert_eq!(whole(range(tests.iter().map(Held::median_error_min))), ERROR_MINUTES);
}

#[test]
fn a_day_may_hold_fewer_as_the_rule_says() {
    let on = |day: Day| whole(range(SEXES.map(|sex| held_on(day, sex))));
    let ((good, good_most), (bad, bad_most)) = (on(Day::Good), on(Day::Bad));
    let said = format!(
        "{good} to {good_most} of 100 on a day of small positive splits and {bad} to {bad_most} on a day of great ones"
    );
    assert!(finish_01::RULE.certainty.contains(&said), "{said}");
}

#[test]
fn as_many_passed_half_way_as_the_table_of_starts_counts() {
    for sex in SEXES {
        let finishers = Finishers::of(EVERY_RACE, sex, Day::All);
        for (band, from_min, to_min) in half_bands() {
            let counted: usize = WALL_BY_START
                .iter()
                .filter(|row| row.sex == word(sex) && row.half_band == band)
                .map(|row| row.n)
                .sum();
            let derived: f64 = of_half_band(&finishers, from_min, to_min).iter().map(|(.., n)| n).sum();
            let off = derived / counted as f64 - 1.0;
            assert!(off.abs() < 0.06, "{} {band}: {derived:.0} for {counted}", word(sex));
        }
    }
}

/// The full table has the quartiles of each part of the race by half-way band; the embedded one has
/// not.
#[test]
#[allow(clippy::print_stderr)] // a skipped test says so
fn first_halves_are_as_fast_as_the_profiles_by_half_way_time() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/science/pace_profiles.csv");
    let Ok(table) = fs::read_to_string(file) else {
        eprintln!("skipped: no ../shared/science");
        return;
    };
    let mut median_pct: BTreeMap<(String, String, String), f64> = BTreeMap::new();
    for row in csv::Reader::from_reader(table.as_bytes()).deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("a row");
        if row["band_by"] == "half" && row["group"] == "all" {
            let key = (row["band"].clone(), row["sex"].clone(), row["segment_km"].clone());
            median_pct.insert(key, row["median_pct"].parse().expect("a number"));
        }
    }
    for sex in SEXES {
        let finishers = Finishers::of(EVERY_RACE, sex, Day::All);
        for (band, from_min, to_min) in half_bands() {
            let segment = |km: &str| median_pct[&(band.to_owned(), word(sex).to_owned(), km.to_owned())];
            let fives: f64 = ["0-5", "5-10", "10-15", "15-20"].map(segment).iter().sum();
            let profile_pct = (5.0 * fives + 1.0975 * segment("20-25")) / 21.0975;
            let mut runners: Vec<(f64, f64)> = of_half_band(&finishers, from_min, to_min)
                .iter()
                .map(|(half_min, finish_min, n)| (100.0 * (2.0 * half_min / finish_min - 1.0), *n))
                .collect();
            runners.sort_by(|a, b| a.0.total_cmp(&b.0));
            let total: f64 = runners.iter().map(|(_, n)| n).sum();
            let mut before = 0.0;
            let median = runners.iter().find(|(_, n)| {
                before += n;
                before >= total / 2.0
            });
            let derived_pct = median.expect("a runner").0;
            assert!(
                (derived_pct - profile_pct).abs() < 0.5,
                "{} {band}: {derived_pct:.2} % for {profile_pct:.2} %",
                word(sex)
            );
        }
    }
}

#[test]
fn the_curve_is_monotone_and_meets_its_points() {
    let (x, y) = ([0.0, 1.0, 3.0, 4.0], [0.0, 2.0, 2.5, 6.0]);
    let curve = Curve::new(&x, &y);
    for (x, y) in x.iter().zip(y) {
        assert!((curve.at(*x) - y).abs() < 1e-12);
    }
    let values: Vec<f64> = (-10..60).map(|tenth| curve.at(f64::from(tenth) / 10.0)).collect();
    assert!(values.windows(2).all(|pair| pair[0] < pair[1]));
    assert!((deviate(0.975) - 1.959_964).abs() < 1e-6);
    assert_eq!(finish_band(60.0 * ENDS_MIN[0]), BANDS[1]);
}
