//! Finds rides among the runs of an archive, where a watch was left on running.
//!
//! A ride may be slower than the world record over its length, and yet far too fast for this
//! runner: of genuine runs none is above 76 % of record speed in archives of recreational runners.

use super::race::title::{self, Title};
use crate::history::{Entry, Outcome};
use crate::measure::Refusal;
use crate::statistics::median;

/// A run above this share of record speed may be a ride.
const SHARE: f64 = 0.80;
/// It is one if it is above this multiple of the runner's median share.
const TIMES_USUAL: f64 = 1.6;
/// The fewest runs whose median tells.
const RUNS: usize = 10;

/// Returns for each entry why it is a ride; `None` if it is none. A run that is titled or stated as
/// a race is believed.
pub(super) fn find(entries: &[Entry]) -> Vec<Option<Refusal>> {
    let shares: Vec<Option<f64>> = entries
        .iter()
        .map(|entry| match &entry.outcome {
            Outcome::Measured(_, measured) => Some(measured.record_share()),
            _ => None,
        })
        .collect();
    let known = shares.iter().flatten().count();
    let Some(usual_share) = median(shares.iter().flatten().copied()).filter(|_| known >= RUNS) else {
        return vec![None; entries.len()];
    };
    let is_stated = |entry: &Entry| {
        let hint = entry.identity().is_some_and(|identity| identity.race_hint.is_some());
        let title = entry.identity().and_then(|identity| identity.title()).map(title::reading);
        let names_race = matches!(title, Some(Title::Race { .. } | Title::Courses(_)));
        entry.stated.race.is_some_and(|(race, _)| race) || hint || names_race
    };
    entries
        .iter()
        .zip(shares)
        .map(|(entry, share)| {
            let record_share = share.filter(|share| *share > SHARE && *share > TIMES_USUAL * usual_share)?;
            (!is_stated(entry)).then_some(Refusal::RidesAlong { record_share, usual_share })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::activity::{Activity, Sport};
    use crate::measure::{MeasureOptions, measure};
    use crate::runner::{Origin, Stated};

    /// Returns a run over 10 km or so at a speed; its first minute is slower.
    fn run(mps: f64, name: Option<&str>, stated: Stated) -> Entry {
        let mut activity =
            Activity { sport: Sport::Running, name: name.map(str::to_owned), ..Activity::default() };
        let mut metres = 0.0;
        for step in 0..=(10_900.0 / (10.0 * mps)) as u32 {
            let row = activity.samples.open(1.6e9 + 10.0 * f64::from(step));
            activity.samples.distance_m.set(row, metres);
            metres += 10.0 * if step < 6 { 0.8 * mps } else { mps };
        }
        let (identity, measured) = measure(&activity, &MeasureOptions::default());
        Entry {
            stated,
            ..Entry::new("a.fit", Outcome::Measured(Box::new(identity), Arc::new(measured.expect("a run"))))
        }
    }

    fn is_ride(last: Entry, others: usize, mps: f64) -> bool {
        let mut entries: Vec<Entry> = (0..others).map(|_| run(mps, None, Stated::default())).collect();
        entries.push(last);
        find(&entries).pop().flatten().is_some()
    }

    #[test]
    fn far_faster_than_the_runner_and_near_the_record_is_a_ride() {
        let fast = || run(5.7, None, Stated::default());
        assert!(is_ride(fast(), 12, 2.8));
        assert!(!is_ride(fast(), 12, 4.2), "an elite's races");
        assert!(!is_ride(fast(), 5, 2.8), "too few to tell");
        assert!(!is_ride(run(4.6, None, Stated::default()), 12, 2.6), "a good runner's best");
        assert!(!is_ride(run(5.7, Some("Town race"), Stated::default()), 12, 2.8), "titled");
        let flagged = Stated { race: Some((true, Origin::Flag)), ..Stated::default() };
        assert!(!is_ride(run(5.7, None, flagged), 12, 2.8), "stated");
    }
}
