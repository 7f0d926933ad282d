//! The reference tables, and lookups in them by start band, sex and finishing band.
//!
//! The tables are CSV files in `data/`, derived from public results and without names; each loader
//! below names its file's source. Shares are 0–1, splits and excesses percent, costs minutes.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::activity::Sex;

/// Share of the reference runners with one band of start excess who hit the wall.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct WallByStart {
    #[serde(alias = "x10_pct_band", alias = "x5b_pct_band")]
    pub(super) band: String,
    pub(super) sex: String,
    /// Runners in the cell.
    pub n: usize,
    /// The share of them who hit the wall, 0–1.
    pub p_wall: f64,
    /// The lowest share of a single race day.
    pub p_wall_lowest_day: f64,
    /// The highest share of a single race day.
    pub p_wall_highest_day: f64,
}

/// Difference between runners' races with one band of start excess and their own calmer races.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OwnCost {
    #[serde(rename = "x10_pct_band")]
    pub(super) band: String,
    /// Races whose runner has a race with a calmer start to compare with.
    pub calmer_n_races: usize,
    /// How much slower they were, percent, with each day's general speed removed.
    pub calmer_day_adjusted: f64,
    /// The standard error of that, percent, clustered by runner.
    pub calmer_se: f64,
}

/// Percentiles of the positive split in a pool of finishers, percent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct SplitPercentiles {
    pub(super) pool: String,
    pub(super) sex: String,
    pub(super) finish_band: String,
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
}

impl SplitPercentiles {
    /// Returns how many runners in a hundred have a smaller split, from 1 to 99.
    ///
    /// The value is interpolated between the table's percentiles and rounded down.
    pub fn below(&self, positive_split_pct: f64) -> u8 {
        let known = [
            (1.0, self.p1),
            (5.0, self.p5),
            (10.0, self.p10),
            (25.0, self.p25),
            (50.0, self.p50),
            (75.0, self.p75),
            (90.0, self.p90),
            (95.0, self.p95),
            (99.0, self.p99),
        ];
        let next = known.partition_point(|(_, split)| *split <= positive_split_pct);
        let share = match (next.checked_sub(1).map(|before| known[before]), known.get(next)) {
            (Some((from, low)), Some((to, high))) => {
                from + (to - from) * (positive_split_pct - low) / (high - low)
            }
            (None, _) => 1.0,
            (_, None) => 99.0,
        };
        share.floor() as u8
    }
}

/// Late slow-downs and positive splits of half marathon runners with one band of start excess.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HalfByStart {
    #[serde(rename = "start_excess_pct_band")]
    pub(super) band: String,
    pub(super) sex: String,
    /// Runners in the cell.
    pub n: usize,
    /// The share with a late segment at least 10 % slower than 5–10 km, 0–1.
    pub p_late_segment_10pct_slower: f64,
    /// The share with a late segment at least 25 % slower, 0–1.
    pub p_late_segment_25pct_slower: f64,
    /// Their median positive split, percent.
    pub median_positive_split_pct: f64,
}

/// Minutes lost from the first slow segment to the finish, among runners who hit the wall.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OnsetCost {
    pub(super) pool: String,
    pub(super) onset_km: String,
    pub(super) finish_band: String,
    /// Runners in the cell.
    pub n: usize,
    /// The 25th percentile, minutes; `None` in cells of fewer than 20 runners.
    pub p25_min_lost: Option<f64>,
    /// The median, minutes.
    pub median_min_lost: Option<f64>,
    /// The 75th percentile, minutes.
    pub p75_min_lost: Option<f64>,
}

/// The flat pool of the positive splits: the half of Chicago 2023's runners that no model was
/// fitted to.
pub const FLAT_POOL: &str = "chicago-2023a";

/// The races of each table, as sentences name them.
pub mod races {
    /// The races of the models H and S, of the shares by start and of the cost by onset.
    pub const WALL: &str = "Boston 2011, 2013, 2014, 2015, 2017 and Houston 2016";
    /// The races of the model U, for runners whose sex is not known.
    pub const WALL_ANY_SEX: &str = "Boston 2011, 2013, 2014, 2015, 2016, 2017 and Houston 2016";
    /// The races of the cost against a runner's own calmer races.
    pub const OWN_COST: &str = "Boston 2011, 2013, 2014, 2015 and 2017";
    /// The race of the percentiles of the flat pool.
    pub const FLAT: &str = "Chicago 2023";
    /// The race of the half marathons.
    pub const HALF: &str = "Houston half marathon 2016";
}

/// Shares that hit the wall, by start excess (0–10 km against 10 km to half-way) and sex.
///
/// Source: results of 132,900 runners at [`races::WALL`], from the repositories
/// lilykoff/marathon_analysis (Boston but 2014), llimllib/bostonmarathon (Boston 2014) and
/// kmav/houston-marathon-data.
pub(super) static WALL_BY_START: LazyLock<Vec<WallByStart>> =
    LazyLock::new(|| rows(include_str!("data/wall_by_start.csv")));
/// Shares that hit the wall, by start excess of 0–5 km against 5–20 km and sex.
///
/// Source: as for [`WALL_BY_START`].
static WALL_BY_FIRST_5K: LazyLock<Vec<WallByStart>> =
    LazyLock::new(|| rows(include_str!("data/wall_by_first5k.csv")));
/// Cost against a runner's own calmer races, by start excess.
///
/// Source: results of runners with two or more of [`races::OWN_COST`], from the repositories
/// lilykoff/marathon_analysis and llimllib/bostonmarathon (2014).
pub(super) static OWN_COST: LazyLock<Vec<OwnCost>> =
    LazyLock::new(|| rows(include_str!("data/cost_vs_own_history.csv")));
/// Percentiles of positive splits by pool, sex and finishing band.
///
/// Source: results of [`races::FLAT`] (half of its runners, pool [`FLAT_POOL`]), from the
/// repository gden173/chicago-marathon-2023. The pool `boston` is in the file but not used.
pub(super) static SPLITS: LazyLock<Vec<SplitPercentiles>> =
    LazyLock::new(|| rows(include_str!("data/split_percentiles.csv")));
/// Half marathons by start excess (0–5 km against 5–10.55 km) and sex.
///
/// Source: results of 11,110 runners at [`races::HALF`], from the repository
/// kmav/houston-marathon-data.
pub(super) static HALF_BY_START: LazyLock<Vec<HalfByStart>> =
    LazyLock::new(|| rows(include_str!("data/half_by_start.csv")));
/// Minutes lost to the wall, by the segment where it began and finishing band.
///
/// Source: the runners of [`WALL_BY_START`] who hit the wall, pool [`ONSET_POOL`]. The pool
/// [`FLAT_POOL`] is in the file but not used.
pub(super) static ONSET_COST: LazyLock<Vec<OnsetCost>> =
    LazyLock::new(|| rows(include_str!("data/wall_onset_cost.csv")));

/// Returns the share that hit the wall for a start excess, percent. Without a sex it is that of
/// both.
pub fn wall_by_start(excess_pct: f64, sex: Option<Sex>) -> Option<&'static WallByStart> {
    WALL_BY_START.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// Returns the same for a start excess of 0–5 km against 5–20 km.
pub fn wall_by_first_5k(excess_pct: f64, sex: Option<Sex>) -> Option<&'static WallByStart> {
    WALL_BY_FIRST_5K.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// Returns how much slower runners with a start excess, percent, were than in their own calmer
/// races.
pub fn own_cost(excess_pct: f64) -> Option<&'static OwnCost> {
    OWN_COST.iter().find(|row| holds(&row.band, excess_pct))
}

/// Returns the percentiles of positive splits in a pool for a sex and a finishing time, seconds.
pub fn splits(pool: &str, sex: Option<Sex>, finish_s: f64) -> Option<&'static SplitPercentiles> {
    let band = finish_band(finish_s);
    SPLITS.iter().find(|row| row.pool == pool && row.sex == word(sex) && row.finish_band == band)
}

/// Returns the results of half marathon runners with a start excess, percent.
pub fn half_by_start(excess_pct: f64, sex: Option<Sex>) -> Option<&'static HalfByStart> {
    HALF_BY_START.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// The pool of the onset table that the models were fitted to.
pub(super) const ONSET_POOL: &str = "train";

/// Returns the minutes lost to the wall in the segment from `onset_km`, for a finishing time,
/// seconds.
pub fn onset_cost(onset_km: usize, finish_s: f64) -> Option<&'static OnsetCost> {
    let (segment, band) = (format!("{onset_km}-{}", onset_km + 5), finish_band(finish_s));
    ONSET_COST.iter().find(|row| row.pool == ONSET_POOL && row.onset_km == segment && row.finish_band == band)
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
fn word(sex: Option<Sex>) -> &'static str {
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

/// Parses an embedded table.
fn rows<T: for<'de> Deserialize<'de>>(table: &'static str) -> Vec<T> {
    csv::Reader::from_reader(table.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the embedded tables parse")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_include_their_lower_edge_and_cover_every_value() {
        for tenth in -200..300 {
            let excess_pct = f64::from(tenth) / 10.0;
            for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
                assert!(wall_by_start(excess_pct, sex).is_some() && half_by_start(excess_pct, sex).is_some());
            }
            assert!(own_cost(excess_pct).is_some());
        }
        assert_eq!(wall_by_start(2.0, Some(Sex::Male)).map(|row| row.n), Some(13_200));
        assert_eq!(wall_by_start(1.999, Some(Sex::Male)).map(|row| row.n), Some(22_815));
    }

    #[test]
    fn every_finishing_band_has_percentiles_and_an_onset_cost() {
        for minutes in (125..420).step_by(5) {
            let finish_s = 60.0 * f64::from(minutes);
            assert!(splits(FLAT_POOL, None, finish_s).is_some(), "{minutes}");
            assert!(onset_cost(30, finish_s).is_some(), "{minutes}");
        }
        let men = splits(FLAT_POOL, Some(Sex::Male), 3.75 * 3600.0).expect("a cell");
        assert_eq!((men.n, men.below(11.61), men.below(-50.0), men.below(80.0)), (2904, 75, 1, 99));
    }
}
