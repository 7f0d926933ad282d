//! The reference tables, and lookups in them by start band, sex and finishing band.
//!
//! The tables are CSV files in `data/`, derived from public results and without names; each loader
//! below names its file's source. Shares are 0–1, splits and excesses percent, costs minutes.

#![allow(clippy::unreadable_literal)] // the tables are written as their CSV files are

use crate::activity::Sex;

/// Half the width of a 95 % interval, in standard errors.
const WITHIN: f64 = 1.96;

/// Share of the reference runners with one band of start excess who hit the wall.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct WallByStart {
    #[cfg_attr(test, serde(rename = "x10_pct_band"))]
    pub(super) band: &'static str,
    pub(super) sex: &'static str,
    /// The band of twice the half-way time: "3:30-4:00", or "all".
    pub(super) half_band: &'static str,
    /// Runners in the cell.
    pub n: usize,
    /// The share of them who hit the wall, 0–1; `None` in cells of fewer than 20 runners.
    pub p_wall: Option<f64>,
    /// The 10th percentile of the single days' shares; `None` with fewer than five days.
    pub p_wall_p10_day: Option<f64>,
    /// The 90th percentile of the single days' shares.
    pub p_wall_p90_day: Option<f64>,
    /// The number of race days with 30 runners or more in the cell.
    pub days: usize,
}

/// Share of runners who hit the wall, with its range over race days, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShareByDay {
    /// The share.
    pub share: f64,
    /// The 10th percentile of the single days.
    pub low: f64,
    /// The 90th percentile of the single days.
    pub high: f64,
    /// Runners.
    pub n: usize,
    /// Race days.
    pub days: usize,
    /// The sex of the runners; `None` for both.
    pub sex: Option<Sex>,
    /// Whether the runners' half-way times were in one band with the given time; otherwise they are
    /// of any pace.
    pub same_pace: bool,
}

/// Share of runners who hit the wall, by the slowing before half-way and the start excess.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct WallByFade {
    #[cfg_attr(test, serde(rename = "w15_pct_band"))]
    pub(super) slowing: &'static str,
    #[cfg_attr(test, serde(rename = "x10_pct_band"))]
    pub(super) start: &'static str,
    pub(super) n: usize,
    pub(super) p_wall: Option<f64>,
}

/// How one part of a race differs within the same runners: by one point more of start excess, or by
/// a band of it.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct CostPart {
    pub(super) start_measure: &'static str,
    pub(super) band: &'static str,
    pub(super) part: &'static str,
    /// How much slower the part was, percent; for the wall percentage points.
    pub change_pct: f64,
    /// Its standard error, clustered by runner.
    pub se: f64,
    /// Races.
    pub n_races: usize,
    /// Runners.
    pub n_runners: usize,
}

/// Difference between runners' races with one band of start excess and their own calmer races.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct OwnCost {
    #[cfg_attr(test, serde(rename = "x10_pct_band"))]
    pub(super) band: &'static str,
    /// Races whose runner has a race with a calmer start to compare with.
    pub calmer_n_races: usize,
    /// How much slower they were, percent, with each day's general speed removed.
    pub calmer_day_adjusted: f64,
    /// The standard error of that, percent, clustered by runner.
    pub calmer_se: f64,
}

impl OwnCost {
    /// Returns the 95 % interval of how much slower they were, percent.
    pub fn interval_pct(&self) -> (f64, f64) {
        let within_pct = WITHIN * self.calmer_se;
        (self.calmer_day_adjusted - within_pct, self.calmer_day_adjusted + within_pct)
    }

    /// Returns the same in whole minutes of a finishing time, seconds.
    pub fn interval_min(&self, finish_s: f64) -> (f64, f64) {
        let minutes = |pct: f64| (finish_s / 60.0 * (1.0 - 1.0 / (1.0 + pct / 100.0))).round();
        let (low_pct, high_pct) = self.interval_pct();
        (minutes(low_pct), minutes(high_pct))
    }
}

/// Percentiles of the positive split in a pool of finishers, percent.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct SplitPercentiles {
    pub(super) pool: &'static str,
    pub(super) sex: &'static str,
    pub(super) finish_band: &'static str,
    /// Runners in the cell.
    pub n: usize,
    p1: f64,
    p5: f64,
    p10: f64,
    p25: f64,
    /// The median, percent.
    pub p50: f64,
    /// The 75th percentile: three quarters have a smaller split, percent.
    pub p75: f64,
    /// The 90th percentile: nine tenths have a smaller split, percent.
    pub p90: f64,
    p95: f64,
    p99: f64,
    p25_p10_day: Option<f64>,
    p25_p90_day: Option<f64>,
    p50_p10_day: Option<f64>,
    p50_p90_day: Option<f64>,
    p75_p10_day: Option<f64>,
    p75_p90_day: Option<f64>,
    p90_p10_day: Option<f64>,
    p90_p90_day: Option<f64>,
    /// Race days.
    pub days: usize,
}

impl SplitPercentiles {
    /// Returns how many runners in a hundred have a smaller split, from 1 to 99.
    ///
    /// The value is interpolated between the table's percentiles and rounded down.
    pub fn below(&self, positive_split_pct: f64) -> u8 {
        self.share_below(positive_split_pct).floor() as u8
    }

    /// Returns the same, not rounded.
    pub(in crate::judge) fn share_below(&self, positive_split_pct: f64) -> f64 {
        share_below(&self.percentiles(), positive_split_pct)
    }

    /// Returns the nine percentiles: how many runners in a hundred have a smaller split, and the
    /// split.
    pub(super) fn percentiles(&self) -> [(f64, f64); 9] {
        [
            (1.0, self.p1),
            (5.0, self.p5),
            (10.0, self.p10),
            (25.0, self.p25),
            (50.0, self.p50),
            (75.0, self.p75),
            (90.0, self.p90),
            (95.0, self.p95),
            (99.0, self.p99),
        ]
    }

    /// Returns the percentiles whose range over single days is known, each with that range. `None`
    /// with fewer than five days.
    #[cfg(test)]
    pub(super) fn of_days(&self) -> Option<[(f64, f64, f64); 4]> {
        Some([
            (25.0, self.p25_p10_day?, self.p25_p90_day?),
            (50.0, self.p50_p10_day?, self.p50_p90_day?),
            (75.0, self.p75_p10_day?, self.p75_p90_day?),
            (90.0, self.p90_p10_day?, self.p90_p90_day?),
        ])
    }

    /// Returns the median, the 75th and the 90th percentile, percent, each with its range over
    /// single days.
    pub(super) fn with_days(&self) -> [(f64, Option<(f64, f64)>); 3] {
        [
            (self.p50, self.p50_p10_day.zip(self.p50_p90_day)),
            (self.p75, self.p75_p10_day.zip(self.p75_p90_day)),
            (self.p90, self.p90_p10_day.zip(self.p90_p90_day)),
        ]
    }

    /// Returns [`Self::below`] on a day of great splits and on a day of small ones (10th and 90th
    /// percentile of the days), from 25 to 90. `None` with fewer than five days.
    pub fn below_by_day(&self, positive_split_pct: f64) -> Option<(u8, u8)> {
        let small = [
            (25.0, self.p25_p10_day?),
            (50.0, self.p50_p10_day?),
            (75.0, self.p75_p10_day?),
            (90.0, self.p90_p10_day?),
        ];
        let great = [
            (25.0, self.p25_p90_day?),
            (50.0, self.p50_p90_day?),
            (75.0, self.p75_p90_day?),
            (90.0, self.p90_p90_day?),
        ];
        let below = |known: &[(f64, f64)]| share_below(known, positive_split_pct).floor() as u8;
        Some((below(&great), below(&small)))
    }
}

/// Interpolates the share, of 100, that a value exceeds from known percentiles; never outside of
/// them.
fn share_below(known: &[(f64, f64)], value: f64) -> f64 {
    let next = known.partition_point(|(_, split)| *split <= value);
    match (next.checked_sub(1).map(|before| known[before]), known.get(next)) {
        (Some((from, low)), Some((to, high))) => from + (to - from) * (value - low) / (high - low),
        (Some((most, _)), None) => most,
        (None, Some((least, _))) => *least,
        (None, None) => f64::NAN,
    }
}

/// Late slow-downs and positive splits of half marathon runners with one band of start excess.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct HalfByStart {
    #[cfg_attr(test, serde(rename = "start_excess_pct_band"))]
    pub(super) band: &'static str,
    pub(super) sex: &'static str,
    /// Runners in the cell.
    pub n: usize,
    /// The lowest day's share with a late segment at least 10 % slower than 5–10 km, 0–1.
    #[cfg_attr(test, serde(rename = "p_late_segment_10pct_slower_lowest_day"))]
    pub slowed_10_lowest_day: f64,
    /// The highest day's share of the same.
    #[cfg_attr(test, serde(rename = "p_late_segment_10pct_slower_highest_day"))]
    pub slowed_10_highest_day: f64,
    /// The lowest day's share with a late segment at least 25 % slower, 0–1.
    #[cfg_attr(test, serde(rename = "p_late_segment_25pct_slower_lowest_day"))]
    pub slowed_25_lowest_day: f64,
    /// The highest day's share of the same.
    #[cfg_attr(test, serde(rename = "p_late_segment_25pct_slower_highest_day"))]
    pub slowed_25_highest_day: f64,
    /// The lowest day's median positive split, percent.
    #[cfg_attr(test, serde(rename = "median_positive_split_pct_lowest_day"))]
    pub median_lowest_day_pct: f64,
    /// The highest day's median positive split, percent.
    #[cfg_attr(test, serde(rename = "median_positive_split_pct_highest_day"))]
    pub median_highest_day_pct: f64,
    /// Race days.
    pub days: usize,
}

/// Minutes lost from the first slow segment to the finish, among runners who hit the wall.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct OnsetCost {
    pub(super) pool: &'static str,
    pub(super) onset_km: &'static str,
    pub(super) finish_band: &'static str,
    /// Runners in the cell.
    pub n: usize,
    /// The 25th percentile, minutes; `None` in cells of fewer than 20 runners.
    pub p25_min_lost: Option<f64>,
    /// The median, minutes.
    pub median_min_lost: Option<f64>,
    /// The 75th percentile, minutes.
    pub p75_min_lost: Option<f64>,
    /// The 10th percentile of the single days' medians, minutes; `None` with fewer than five days.
    pub median_p10_day: Option<f64>,
    /// The 90th percentile of the single days' medians, minutes.
    pub median_p90_day: Option<f64>,
    /// Race days with 30 runners or more in the cell.
    pub days: usize,
}

/// The pool of the positive splits and of the cost by onset that holds all races.
pub(super) const EVERY_RACE: &str = "all";

/// The races of each table, as sentences and data name them. `data/README.md` lists every day.
pub mod races {
    /// The races of the models and shares for a known sex: at most 20 days.
    pub const WALL: &str = "Berlin, Boston, Chicago, London and Twin Cities, 2011–2024";
    /// The same for both sexes together, with days that do not tell the sex: 24 days.
    pub const WALL_ANY_SEX: &str = "Berlin, Boston, Chicago, London, New York and Twin Cities, 2011–2024";
    /// The races of the model S: 21 days.
    pub const WALL_20K: &str = "Berlin, Boston, Chicago, Houston, London and Twin Cities, 2011–2024";
    /// The races of the cost by onset: 25 days.
    pub const ONSET: &str = "Berlin, Boston, Chicago, Houston, London, New York and Twin Cities, 2011–2024";
    /// The races of the cost against a runner's own calmer races.
    pub const OWN_COST: &str = "Boston 2011, 2013, 2014, 2015 and 2017";
    /// The races of that cost by parts of the race.
    pub const COST_PARTS: &str = "Boston 2011–2019";
    /// The race days of the half marathons.
    pub const HALF: &str = "Houston 2016, Wroclaw 2023 and Wroclaw 2024";
}

/// Shares that hit the wall, by start excess (0–10 km against 10 km to half-way), sex and half-way
/// time.
///
/// Source: results of 744,134 runners at [`races::WALL_ANY_SEX`]; `data/README.md` has the
/// repositories.
pub(super) static WALL_BY_START: &[WallByStart] = include!("data/wall_by_start.rs");
/// Shares that hit the wall, by the slowing from 15 km to half-way and the start excess.
///
/// Source: as for [`WALL_BY_START`], 23 days with times at 15 km.
pub(super) static WALL_BY_FADE: &[WallByFade] = include!("data/wall_by_fade.rs");
/// Cost against a runner's own calmer races, by start excess.
///
/// Source: results of runners with two or more of [`races::OWN_COST`], from the repositories
/// lilykoff/marathon_analysis and llimllib/bostonmarathon (2014).
pub(super) static OWN_COST: &[OwnCost] = include!("data/cost_vs_own_history.rs");
/// How the parts of a race differ within the same runners by their start excess.
///
/// Source: results of 24,150 runners with two or more of [`races::COST_PARTS`].
static COST_PARTS: &[CostPart] = include!("data/cost_decomposition.rs");
/// Percentiles of positive splits by pool, sex and finishing band.
///
/// Source: as for [`WALL_BY_START`], pool [`EVERY_RACE`]. The pools of single cities test the
/// forecasts.
pub(super) static SPLITS: &[SplitPercentiles] = include!("data/split_percentiles.rs");
/// Half marathons by start excess (0–5 km against 5–10.55 km) and sex.
///
/// Source: results of 29,482 runners at [`races::HALF`], from the repositories
/// kmav/houston-marathon-data and zeglicz/halfmarathon-finish-time-predictor.
pub(super) static HALF_BY_START: &[HalfByStart] = include!("data/half_by_start.rs");
/// Minutes lost to the wall, by the segment where it began and finishing band.
///
/// Source: the 234,939 runners at [`races::ONSET`] who hit the wall.
pub(super) static ONSET_COST: &[OnsetCost] = include!("data/wall_onset_cost.rs");

/// Returns the share that hit the wall for a start excess, percent, and a half-way time, seconds.
///
/// Where a cell has too few runners or days for a range, both sexes count, then runners of any
/// pace.
pub fn wall_by_start(excess_pct: f64, sex: Option<Sex>, half_s: f64) -> Option<ShareByDay> {
    let pace = finish_band(2.0 * half_s);
    [(sex, pace), (None, pace), (sex, "all"), (None, "all")].into_iter().find_map(|(sex, half_band)| {
        let row = WALL_BY_START
            .iter()
            .find(|row| row.sex == word(sex) && row.half_band == half_band && holds(row.band, excess_pct))?;
        Some(ShareByDay {
            share: row.p_wall?,
            low: row.p_wall_p10_day?,
            high: row.p_wall_p90_day?,
            n: row.n,
            days: row.days,
            sex,
            same_pace: half_band != "all",
        })
    })
}

/// Returns how much a part of the race changed by one point more of start excess, within the same
/// runners. Parts: "0-10 km", "10 km-half", "second half", "finish".
pub fn cost_part(part: &str) -> Option<&'static CostPart> {
    COST_PARTS.iter().find(|row| {
        row.part == part && row.band.is_empty() && row.start_measure.starts_with("0-10 km against 10 km-half")
    })
}

/// Returns how much slower runners with a start excess, percent, were than in their own calmer
/// races.
pub fn own_cost(excess_pct: f64) -> Option<&'static OwnCost> {
    OWN_COST.iter().find(|row| holds(row.band, excess_pct))
}

/// Returns the percentiles of positive splits for a sex and a finishing time, seconds.
pub fn splits(sex: Option<Sex>, finish_s: f64) -> Option<&'static SplitPercentiles> {
    let band = finish_band(finish_s);
    SPLITS.iter().find(|row| row.pool == EVERY_RACE && row.sex == word(sex) && row.finish_band == band)
}

/// Returns the percentiles of positive splits of all finishers of a sex.
pub fn splits_of_all(sex: Option<Sex>) -> Option<&'static SplitPercentiles> {
    SPLITS.iter().find(|row| row.pool == EVERY_RACE && row.sex == word(sex) && row.finish_band == "all")
}

/// Returns the results of half marathon runners with a start excess, percent.
pub fn half_by_start(excess_pct: f64, sex: Option<Sex>) -> Option<&'static HalfByStart> {
    HALF_BY_START.iter().find(|row| row.sex == word(sex) && holds(row.band, excess_pct))
}

/// Returns the minutes lost to the wall in the segment from `onset_km`, for a finishing time,
/// seconds.
pub fn onset_cost(onset_km: usize, finish_s: f64) -> Option<&'static OnsetCost> {
    let (segment, band) = (format!("{onset_km}-{}", onset_km + 5), finish_band(finish_s));
    ONSET_COST.iter().find(|row| row.pool == EVERY_RACE && row.onset_km == segment && row.finish_band == band)
}

/// Returns the finishing band of a marathon time, seconds, as the tables name it.
pub fn finish_band(finish_s: f64) -> &'static str {
    match finish_s / 3600.0 {
        hours if hours < 3.0 => "sub-3",
        hours if hours < 3.5 => "3:00-3:30",
        hours if hours < 4.0 => "3:30-4:00",
        hours if hours < 4.5 => "4:00-4:30",
        hours if hours < 5.0 => "4:30-5:00",
        _ => "5:00+",
    }
}

/// Returns "men", "women", or "runners" without a sex.
pub fn people(sex: Option<Sex>) -> &'static str {
    sex.map_or("runners", Sex::people)
}

/// Returns the tables' word for a sex; "all" without one.
pub(super) fn word(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Male) => "male",
        Some(Sex::Female) => "female",
        None => "all",
    }
}

/// Returns whether a band such as "<-2", "2..4" or ">=10" has a value; the lower edge is included.
fn holds(band: &str, value: f64) -> bool {
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::NAN);
    if let Some(below) = band.strip_prefix('<') {
        value < number(below)
    } else if let Some(from) = band.strip_prefix(">=") {
        value >= number(from)
    } else if let Some((from, below)) = band.split_once("..") {
        value >= number(from) && value < number(below)
    } else {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_include_their_lower_edge_and_cover_every_value() {
        for tenth in -200..300 {
            let excess_pct = f64::from(tenth) / 10.0;
            for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
                for hours in [1.2, 1.6, 1.9, 2.1, 2.4, 3.5] {
                    let share = wall_by_start(excess_pct, sex, 3600.0 * hours).expect("a share");
                    assert!(share.low <= share.share && share.share <= share.high && share.days >= 5);
                }
                assert!(half_by_start(excess_pct, sex).is_some());
            }
            assert!(own_cost(excess_pct).is_some());
        }
        let men = |excess_pct: f64| wall_by_start(excess_pct, Some(Sex::Male), 6_750.0).map(|share| share.n);
        assert_ne!(men(4.0), men(3.999));
        assert_eq!(men(4.0), men(5.999));
    }

    #[test]
    fn a_cell_without_a_range_gives_way_to_a_wider_one() {
        // 21 women with half-way before 1:30 began 8 to 10 % too fast, too few on any day.
        let fast = wall_by_start(9.0, Some(Sex::Female), 5_300.0).expect("a share");
        assert_eq!((fast.sex, fast.same_pace), (Some(Sex::Female), false));
        let usual = wall_by_start(5.0, Some(Sex::Male), 6_750.0).expect("a share");
        assert_eq!((usual.sex, usual.same_pace), (Some(Sex::Male), true));
    }

    #[test]
    fn every_finishing_band_has_percentiles_and_an_onset_cost() {
        for minutes in (125..420).step_by(5) {
            let finish_s = 60.0 * f64::from(minutes);
            assert!(splits(None, finish_s).is_some(), "{minutes}");
            assert!(onset_cost(30, finish_s).is_some(), "{minutes}");
        }
        let men = splits(Some(Sex::Male), 3.75 * 3600.0).expect("a cell");
        assert_eq!((men.n, men.below(15.4), men.below(-50.0), men.below(80.0)), (96_030, 75, 1, 99));
        // On a day of great splits 15.4 % exceeds fewer runners, on one of small splits more.
        assert_eq!(men.below_by_day(15.4), Some((48, 84)));
    }

    #[test]
    fn a_point_of_start_excess_goes_with_no_faster_first_10_km() {
        assert_eq!(cost_part("0-10 km").map(|part| part.change_pct), Some(0.002));
        assert_eq!(cost_part("second half").map(|part| part.change_pct), Some(1.583));
    }
}
