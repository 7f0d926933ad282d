//! Leaves out of the payback what was not raced from start to finish.
//!
//! Interval sessions on a track, relay legs and progressive training runs have a fast or slow start
//! by plan. A few of them decide a slope. What an archive knows of a run shows most of them; none
//! of the signs looks at the second half against the start, which is the answer.

use super::RaceShape;
use crate::activity::Sport;
use crate::history::Run;
use crate::history::race::title;
use crate::measure::{Basis, Split};
use crate::statistics::{MAD_OF_SD, median};

/// The least share of the elapsed time in which a racer moves.
const MOVING: f64 = 0.95;
/// The most by which the paces of neighbouring kilometres differ, as the median of a race. Races on
/// hilly roads have 0.05; repetitions with jogged breaks have more than 0.1.
const UNSTEADY: f64 = 0.08;
/// The most by which the first half is slower than usual on the course, as a share.
const SLOWER: f64 = 0.045;
/// The number of races before, and after, a race that show what is usual.
const NEIGHBOURS: usize = 8;
/// The most by which a start differs from the course's median, in robust standard deviations.
const UNUSUAL: f64 = 2.5;
/// A remainder of a kilometre below this says nothing about steadiness, metres.
const LONG_ENOUGH_M: f64 = 500.0;

/// Returns whether a race looks raced by what its recording says: no track session, no relay leg,
/// no training by its title, no long stops, no repetitions.
pub(super) fn is_raced(run: &Run) -> bool {
    let total = run.view.total;
    let known = [run.identity.title(), run.identity.workout()];
    run.identity.sport != Sport::Track
        && !known.into_iter().flatten().any(title::names_relay_or_track)
        && !known.into_iter().flatten().any(|title| title::reading(title) == title::Title::NoRace)
        && total.on(Basis::Moving) >= MOVING * total.on(Basis::Elapsed)
        && unsteadiness(&run.view.kms) <= UNSTEADY
}

/// Returns the median of the differences between neighbouring kilometres, as a share of pace,
/// grade-adjusted where the altitude is trusted.
fn unsteadiness(kms: &[Split]) -> f64 {
    let pace =
        |km: &Split| km.gap_s_per_m(Basis::Elapsed).unwrap_or(km.times.on(Basis::Elapsed) / km.distance_m);
    let long = kms.iter().take_while(|km| km.distance_m >= LONG_ENOUGH_M).count();
    let differences = kms[..long].windows(2).map(|two| libm::fabs(libm::log(pace(&two[1]) / pace(&two[0]))));
    median(differences).unwrap_or_default()
}

/// Returns which races are like the others of their course in the pace of their first half and in
/// their start. `courses` has the races of each course by date.
///
/// A training run is slower than the races around it. A start far from the course's usual one is a
/// warm-up or a mistake of the recording. Both signs are of the first half, so a choice by them
/// does not change the slope of what follows.
pub(super) fn like_races(courses: &[Vec<RaceShape>]) -> Vec<Vec<bool>> {
    let mut like: Vec<Vec<bool>> = courses.iter().map(|races| as_fast_as_races(races)).collect();
    let usual: Vec<f64> = courses
        .iter()
        .zip(&like)
        .map(|(races, like)| {
            let raced = races.iter().zip(like).filter(|(_, like)| **like);
            median(raced.map(|(race, _)| race.start)).unwrap_or_default()
        })
        .collect();
    let apart = |course: usize, at: usize| (courses[course][at].start - usual[course]).abs();
    let all = (0..courses.len()).flat_map(|course| (0..courses[course].len()).map(move |at| (course, at)));
    let raced: Vec<(usize, usize)> = all.filter(|(course, at)| like[*course][*at]).collect();
    let spread = median(raced.iter().map(|(course, at)| apart(*course, *at))).unwrap_or_default() / MAD_OF_SD;
    for (course, at) in raced {
        like[course][at] = apart(course, at) <= UNUSUAL * spread;
    }
    like
}

/// Returns which races of one course are not much slower in the first half than those around them.
fn as_fast_as_races(races: &[RaceShape]) -> Vec<bool> {
    (0..races.len())
        .map(|at| {
            let around = &races[at.saturating_sub(NEIGHBOURS)..(at + NEIGHBOURS + 1).min(races.len())];
            let usual = median(around.iter().map(|race| race.first_half)).unwrap_or_default();
            races[at].first_half - usual < SLOWER
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn race(start: f64, first_half: f64) -> RaceShape {
        RaceShape { start, slow_down: 0.0, late: 0.0, settled: 0.0, first_half }
    }

    #[test]
    fn slow_first_halves_and_unusual_starts_are_left_out() {
        let mut races: Vec<RaceShape> =
            (0..9).map(|number| race(0.02 + 0.003 * f64::from(number), 0.001 * f64::from(number))).collect();
        races[3].first_half += 0.06;
        races[5].start -= 0.12;
        let like = like_races(&[races]);
        assert_eq!(like, [[true, true, true, false, true, false, true, true, true]]);
    }

    #[test]
    fn a_runner_who_gets_slower_over_the_years_still_races() {
        let ageing: Vec<RaceShape> = (0..40)
            .map(|number| race(0.02 + 0.01 * f64::from(number % 5), 0.004 * f64::from(number)))
            .collect();
        assert!(like_races(&[ageing])[0].iter().all(|like| *like));
    }
}
