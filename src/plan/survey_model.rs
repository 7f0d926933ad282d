//! A marathon predicted from a half marathon and the training before it.
//!
//! The formula is model 1 of Vickers AJ, Vertosick EA. An empirical study of race times in
//! recreational endurance runners. BMC Sports Sci Med Rehabil 2016;8:26, additional file 1. It was
//! fitted to a survey of 2,303 runners. Its mean squared error was 228 square minutes, that of
//! Riegel's formula 381.

use crate::phrases::clock;
use crate::units::{DAY_S, HALF_MARATHON_M, KM_M, MARATHON_M, MILE_M};

/// The exponent of Riegel's formula in the model.
const EXPONENT: f64 = 1.07;
/// The model's speed in m/s: a constant, the share of Riegel's speed, and for each 10 miles a week.
const SPEED_MPS: [f64; 3] = [0.160_186_17, 0.830_762_02, 0.064_238_26];
/// The model's root mean squared error, seconds: that of 228 square minutes, to the minute.
const ERROR_S: f64 = 15.0 * 60.0;
/// The weeks before the half marathon whose distance counts, and how many of them need a run. The
/// study asks for typical weekly miles; these numbers are the program's own.
const WEEKS: usize = 6;
const LEAST_WEEKS: usize = 5;

/// Returns the marathon time that the model predicts, seconds.
fn marathon_s(half_s: f64, weekly_m: f64) -> f64 {
    let riegel_mps = MARATHON_M / (half_s * libm::pow(MARATHON_M / HALF_MARATHON_M, EXPONENT));
    let [constant, of_riegel, of_miles] = SPEED_MPS;
    MARATHON_M / (constant + of_riegel * riegel_mps + of_miles * (weekly_m / MILE_M / 10.0))
}

/// Returns the mean weekly distance before a race, metres; `None` if fewer than five of the six
/// weeks have a run. `runs` are starts, Unix seconds, and lengths, metres.
fn weekly_m(race_s: f64, runs: impl Iterator<Item = (f64, f64)>) -> Option<f64> {
    let mut weeks = [0.0; WEEKS];
    for (start_s, distance_m) in runs {
        let weeks_before = ((race_s - start_s) / (7.0 * DAY_S)).floor();
        if start_s < race_s && (0.0..WEEKS as f64).contains(&weeks_before) {
            weeks[weeks_before as usize] += distance_m;
        }
    }
    let with_run = weeks.iter().filter(|distance_m| **distance_m > 0.0).count();
    (with_run >= LEAST_WEEKS).then(|| weeks.iter().sum::<f64>() / WEEKS as f64)
}

/// Returns what the model says beside Riegel's formula, as a sentence without a full stop; without
/// enough training, how to get it. `runs` are as in [`weekly_m`].
pub(super) fn beside_riegel(half_s: f64, race_s: f64, runs: impl Iterator<Item = (f64, f64)>) -> String {
    let Some(weekly_m) = weekly_m(race_s, runs) else {
        return "Give --from your training before it too, and a formula that takes weekly miles is told beside it"
            .to_owned();
    };
    let predicted_s = marathon_s(half_s, weekly_m);
    format!(
        "With your {:.0} miles ({:.0} km) a week in the six weeks before it, the formula of Vickers and Vertosick (2016) \
         predicts {}, give or take {:.0} minutes: {} to {}. That is its root mean squared error in a survey of 2,303 \
         runners, where that of Riegel's was 20 minutes",
        weekly_m / MILE_M,
        weekly_m / KM_M,
        clock(predicted_s),
        ERROR_S / 60.0,
        clock(predicted_s - ERROR_S),
        clock(predicted_s + ERROR_S),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marathon_from_a_half_by_hand() {
        // 1:39:00 is 3.3836 m/s by Riegel with 1.07; 30 miles a week give 3.1638 m/s.
        let seconds = marathon_s(5_940.0, 30.0 * MILE_M);
        assert!((seconds - 13_336.7).abs() < 0.5, "{seconds}");
        assert!(marathon_s(5_940.0, 50.0 * MILE_M) < seconds);
    }

    #[test]
    fn training_counts_if_most_weeks_have_a_run() {
        let race_s = 1_000.0 * 7.0 * DAY_S;
        let weeks = |count: u32| {
            (1..=count).map(move |week| (race_s - f64::from(week) * 7.0 * DAY_S + 1.0, 48_000.0))
        };
        assert_eq!(weekly_m(race_s, weeks(6)), Some(48_000.0));
        assert_eq!(weekly_m(race_s, weeks(5)), Some(40_000.0));
        assert_eq!(weekly_m(race_s, weeks(4)), None);
        // Older runs, later ones and the race itself do not count.
        let others = [(race_s, 21_000.0), (race_s + 9.0, 9_000.0), (race_s - 43.0 * DAY_S, 9_000.0)];
        assert_eq!(weekly_m(race_s, weeks(6).chain(others)), Some(48_000.0));
        assert!(beside_riegel(5_940.0, race_s, weeks(4)).starts_with("Give --from your training"));
        let told = beside_riegel(5_940.0, race_s, weeks(6));
        assert!(told.starts_with("With your 30 miles (48 km) a week in the six weeks before it"), "{told}");
    }
}
