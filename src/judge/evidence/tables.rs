//! The reference tables and how they are looked up: by start band, sex and finishing band.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::activity::Sex;

/// The share of the reference runners who hit the wall, by how they started.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct WallByStart {
    #[serde(alias = "x10_pct_band", alias = "x5b_pct_band")]
    pub(super) band: String,
    pub(super) sex: String,
    /// Runners in the cell.
    pub n: usize,
    /// Their share, 0–1.
    pub p_wall: f64,
    /// The lowest share of any day.
    pub p_wall_lowest_day: f64,
    /// The highest share of any day.
    pub p_wall_highest_day: f64,
}

/// How much slower runners with a start were than in their own other races.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OwnCost {
    #[serde(rename = "x10_pct_band")]
    pub(super) band: String,
    /// Races with a calmer one of the same runner to compare with.
    pub calmer_n_races: usize,
    /// How much slower than those, percent, each day's general speed removed.
    pub calmer_day_adjusted: f64,
    /// Its standard error, clustered by runner.
    pub calmer_se: f64,
}

/// Percentiles of the positive split in a pool.
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
    /// Three quarters split less than this, percent.
    pub p75: f64,
    /// Nine tenths split less than this, percent.
    pub p90: f64,
    p95: f64,
    p99: f64,
}

impl SplitPercentiles {
    /// The whole number of runners in a hundred who split less, between the table's outer percentiles.
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

/// Half marathons: what became of runners by how they started.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct HalfByStart {
    #[serde(rename = "start_excess_pct_band")]
    pub(super) band: String,
    pub(super) sex: String,
    /// Runners in the cell.
    pub n: usize,
    /// The share with a late segment at least 10 % slower than 5–10 km, 0–1.
    pub p_late_segment_10pct_slower: f64,
    /// The share with one at least 25 % slower.
    pub p_late_segment_25pct_slower: f64,
    /// Their median positive split, percent.
    pub median_positive_split_pct: f64,
}

/// Minutes lost from the first slow segment on, among those who hit the wall.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OnsetCost {
    pub(super) pool: String,
    pub(super) onset_km: String,
    pub(super) finish_band: String,
    /// Runners in the cell.
    pub n: usize,
    /// A quarter lost less than this; empty in small cells.
    pub p25_min_lost: Option<f64>,
    /// The median.
    pub median_min_lost: Option<f64>,
    /// A quarter lost more than this.
    pub p75_min_lost: Option<f64>,
}

/// The flat pool of the positive splits: Chicago 2023, the half of its runners that entered no model.
pub const FLAT_POOL: &str = "chicago-2023a";

/// The races behind each table, as a sentence names them.
pub mod races {
    /// Behind the models of the wall, the shares by start and the cost by onset.
    pub const WALL: &str = "Boston 2011, 2013, 2014, 2015, 2017 and Houston 2016";
    /// Behind the model for runners whose sex is not known.
    pub const WALL_ANY_SEX: &str = "Boston 2011, 2013, 2014, 2015, 2016, 2017 and Houston 2016";
    /// Behind the cost against a runner's own races.
    pub const OWN_COST: &str = "Boston 2011, 2013, 2014, 2015 and 2017";
    /// Behind the percentiles of the flat pool.
    pub const FLAT: &str = "Chicago 2023";
    /// Behind the rates of half marathons.
    pub const HALF: &str = "Houston half marathon 2016";
}

/// Who hit the wall, by start excess and sex.
pub(super) static WALL_BY_START: LazyLock<Vec<WallByStart>> =
    LazyLock::new(|| rows(include_str!("data/wall_by_start.csv")));
static WALL_BY_FIRST_5K: LazyLock<Vec<WallByStart>> =
    LazyLock::new(|| rows(include_str!("data/wall_by_first5k.csv")));
/// Cost against a runner's own races, by start excess.
pub(super) static OWN_COST: LazyLock<Vec<OwnCost>> =
    LazyLock::new(|| rows(include_str!("data/cost_vs_own_history.csv")));
/// Positive splits by pool, sex and finishing band.
pub(super) static SPLITS: LazyLock<Vec<SplitPercentiles>> =
    LazyLock::new(|| rows(include_str!("data/split_percentiles.csv")));
/// Half marathons by start excess and sex.
pub(super) static HALF_BY_START: LazyLock<Vec<HalfByStart>> =
    LazyLock::new(|| rows(include_str!("data/half_by_start.csv")));
/// What the wall cost, by onset and finishing band.
pub(super) static ONSET_COST: LazyLock<Vec<OnsetCost>> =
    LazyLock::new(|| rows(include_str!("data/wall_onset_cost.csv")));

/// Who hit the wall among those of a sex (of both where it is unknown) who started like this.
pub fn wall_by_start(excess_pct: f64, sex: Option<Sex>) -> Option<&'static WallByStart> {
    WALL_BY_START.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// The same by the first 5 km against 5–20 km.
pub fn wall_by_first_5k(excess_pct: f64, sex: Option<Sex>) -> Option<&'static WallByStart> {
    WALL_BY_FIRST_5K.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// What a start like this went with in the same runners' other races.
pub fn own_cost(excess_pct: f64) -> Option<&'static OwnCost> {
    OWN_COST.iter().find(|row| holds(&row.band, excess_pct))
}

/// Positive splits of a sex and finishing time in a pool.
pub fn splits(pool: &str, sex: Option<Sex>, finish_s: f64) -> Option<&'static SplitPercentiles> {
    let band = finish_band(finish_s);
    SPLITS.iter().find(|row| row.pool == pool && row.sex == word(sex) && row.finish_band == band)
}

/// What became of half marathon runners who started like this.
pub fn half_by_start(excess_pct: f64, sex: Option<Sex>) -> Option<&'static HalfByStart> {
    HALF_BY_START.iter().find(|row| row.sex == word(sex) && holds(&row.band, excess_pct))
}

/// The pool of the onset table that the models were made of.
pub(super) const ONSET_POOL: &str = "train";

/// What the wall cost those who hit it in the segment from `onset_km` on and finished in this time.
pub fn onset_cost(onset_km: usize, finish_s: f64) -> Option<&'static OnsetCost> {
    let (segment, band) = (format!("{onset_km}-{}", onset_km + 5), finish_band(finish_s));
    ONSET_COST.iter().find(|row| row.pool == ONSET_POOL && row.onset_km == segment && row.finish_band == band)
}

/// The finishing band of a marathon's time, as the tables call it.
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

/// "men", "women", or "runners" where the sex is unknown.
pub fn people(sex: Option<Sex>) -> &'static str {
    sex.map_or("runners", Sex::people)
}

fn word(sex: Option<Sex>) -> &'static str {
    match sex {
        Some(Sex::Male) => "male",
        Some(Sex::Female) => "female",
        None => "all",
    }
}

/// Whether a band such as "<-2", "2..4" or ">=10" holds a value; lower edges belong to it.
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

fn rows<T: for<'de> Deserialize<'de>>(table: &'static str) -> Vec<T> {
    csv::Reader::from_reader(table.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("the embedded tables are sound")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_their_lower_edge_and_cover_everything() {
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
    fn every_finishing_band_has_its_percentiles_and_onset() {
        for minutes in (125..420).step_by(5) {
            let finish_s = 60.0 * f64::from(minutes);
            assert!(splits(FLAT_POOL, None, finish_s).is_some(), "{minutes}");
            assert!(onset_cost(30, finish_s).is_some(), "{minutes}");
        }
        let men = splits(FLAT_POOL, Some(Sex::Male), 3.75 * 3600.0).expect("a cell");
        assert_eq!((men.n, men.below(11.61), men.below(-50.0), men.below(80.0)), (2904, 75, 1, 99));
    }
}
