//! The best efforts of each year: the fastest mile, 5 km, 10 km and half marathon within any run.

use std::collections::BTreeMap;

use super::Run;
use crate::measure::{EFFORT_LENGTHS, Effort};
use crate::units::{Civil, civil};

/// The best effort of one length in one year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Best {
    /// The index in the batch of the run that it is from.
    pub entry: usize,
    /// The day of that run, by local time.
    pub day: Civil,
    /// The effort.
    pub effort: Effort,
    /// Whether it is the fastest of all years.
    pub of_all: bool,
}

/// Finds the best efforts among the runs that count, by length and year. Of equal ones, the
/// earlier counts.
pub(super) fn over(runs: &[Run]) -> Vec<Best> {
    let mut dated: Vec<(f64, &Run)> =
        runs.iter().filter_map(|run| Some((run.identity.local_start_s()?, run))).collect();
    dated.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut all = Vec::new();
    for (.., length_m) in EFFORT_LENGTHS {
        let mut years: BTreeMap<i64, Best> = BTreeMap::new();
        for (local_s, run) in &dated {
            let day = civil(local_s.floor() as i64);
            let Some(effort) = run.view.efforts.iter().find(|effort| effort.length_m == length_m) else {
                continue;
            };
            let best = Best { entry: run.entry, day, effort: *effort, of_all: false };
            let known = years.entry(day.year).or_insert(best);
            if effort.elapsed_s < known.effort.elapsed_s {
                *known = best;
            }
        }
        let mut years: Vec<Best> = years.into_values().collect();
        let fastest =
            (0..years.len()).min_by(|a, b| years[*a].effort.elapsed_s.total_cmp(&years[*b].effort.elapsed_s));
        if let Some(fastest) = fastest {
            years[fastest].of_all = true;
        }
        all.extend(years);
    }
    all
}
