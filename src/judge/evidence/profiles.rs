//! How the pace of marathon runners changed over the race, by sex and finishing band.
//!
//! Source: the finishers of `wall_by_start.csv` on 23 days with all times, 19 of which tell the
//! sex. A quartile is of runners, not of race days.

#![allow(clippy::unreadable_literal)] // the tables are written as their CSV files are

use super::tables::{finish_band, word};
use crate::activity::Sex;
use crate::units::MARATHON_M;

/// The pace of the middle half of runners over one part of the marathon.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub struct PaceSegment {
    band: &'static str,
    sex: &'static str,
    segment_km: &'static str,
    /// Runners in the cell.
    pub n: usize,
    /// The 25th percentile of 100 · (pace / mean pace of the same run − 1).
    pub q25_pct: f64,
    /// The 75th percentile of the same; above zero is slower.
    pub q75_pct: f64,
}

static PROFILES: &[PaceSegment] = include!("data/pace_profiles.rs");

impl PaceSegment {
    /// Returns its ends in metres.
    pub fn ends_m(&self) -> (f64, f64) {
        let (from, to) = self.segment_km.split_once('-').unwrap_or_default();
        let metres = |km: &str| km.parse::<f64>().map_or(MARATHON_M, |km| 1000.0 * km);
        (metres(from), metres(to))
    }
}

/// Returns the segments of runners of a sex who finished in the same band as a time, seconds.
pub fn pace_profile(sex: Option<Sex>, finish_s: f64) -> Vec<&'static PaceSegment> {
    let (band, sex) = (finish_band(finish_s), word(sex));
    PROFILES.iter().filter(|segment| segment.band == band && segment.sex == sex).collect()
}

/// Returns the words for a finishing band: "in 4:00–4:30".
pub fn finish_words(finish_s: f64) -> String {
    match finish_band(finish_s) {
        "sub-3" => "in less than 3:00".to_owned(),
        "5:00+" => "in 5:00 or more".to_owned(),
        band => format!("in {}", band.replace('-', "–")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_has_nine_segments_from_start_to_finish() {
        for hours in [2.5, 3.2, 3.7, 4.2, 4.7, 6.0] {
            for sex in [None, Some(Sex::Female), Some(Sex::Male)] {
                let profile = pace_profile(sex, 3600.0 * hours);
                let ends: Vec<(f64, f64)> = profile.iter().map(|segment| segment.ends_m()).collect();
                assert_eq!((ends.len(), ends[0].0, ends[8].1), (9, 0.0, MARATHON_M), "{hours}");
                assert!(ends.windows(2).all(|ends| ends[0].1 == ends[1].0));
                assert!(profile.iter().all(|segment| segment.q25_pct < segment.q75_pct && segment.n >= 20));
            }
        }
        assert_eq!(finish_words(4.2 * 3600.0), "in 4:00–4:30");
    }
}
