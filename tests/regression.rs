//! One test for each bug that a real recording showed.

use firstmile::activity::{Activity, Sport};
use firstmile::measure::{MeasureOptions, measure};

/// A watch stopped a minute behind the finish, with no sample between: the walk was counted as the race's last metres.
#[test]
fn a_walk_behind_the_finish_without_samples_is_left_out() {
    let mut activity = Activity { sport: Sport::Running, ..Activity::default() };
    let mut sample = |time_s: f64, distance_m: f64| {
        let index = activity.samples.open(1.6e9 + time_s);
        activity.samples.distance_m.set(index, distance_m);
    };
    let run_s = 21_200.0 / 4.0;
    (0..=run_s as u32).map(f64::from).for_each(|time_s| sample(time_s, 4.0 * time_s));
    sample(run_s + 63.0, 21_200.0 + 79.0);
    let (_, outcome) = measure(&activity, &MeasureOptions::default());
    let view = outcome.expect("a run").candidate.expect("a half marathon");
    assert!((view.tail_m - 79.0).abs() < 2.0, "{}", view.tail_m);
    assert!((view.total.elapsed_s - run_s).abs() < 1.5, "{}", view.total.elapsed_s);
}
