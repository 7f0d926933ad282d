//! What holds for every run: properties over made-up recordings.

use firstmile::activity::{Activity, Span, Sport};
use firstmile::measure::{Basis, CourseSetting, MeasureOptions, Measured, View, measure};
use firstmile::units::{KM_M, MILE_M};
use firstmile_fixtures::chance::Wander;
use proptest::prelude::*;

const START_S: f64 = 1_600_000_000.0;

/// A made-up run: the true speeds, and how often the watch records.
#[derive(Debug, Clone)]
struct Made {
    /// Speeds in m/s, one a minute.
    speeds_mps: Vec<f64>,
    /// Seconds between samples.
    step_s: f64,
}

impl Made {
    fn length_s(&self) -> f64 {
        60.0 * self.speeds_mps.len() as f64
    }

    fn distance_m(&self, at_s: f64) -> f64 {
        let whole = ((at_s / 60.0) as usize).min(self.speeds_mps.len() - 1);
        let before: f64 = self.speeds_mps[..whole].iter().map(|speed| 60.0 * speed).sum();
        before + self.speeds_mps[whole] * (at_s - 60.0 * whole as f64)
    }

    /// Records the run as a device that measures distance.
    fn counted(&self) -> Activity {
        self.recorded(
            |at_s| at_s,
            |activity, index, distance_m| activity.samples.distance_m.set(index, distance_m),
        )
    }

    /// Records the run as a track due north from the 45th parallel.
    fn tracked(&self, longitude_deg: f64) -> Activity {
        self.recorded(
            |at_s| at_s,
            |activity, index, distance_m| {
                activity.samples.latitude_deg.set(index, 45.0 + distance_m / 111_132.0);
                activity.samples.longitude_deg.set(index, longitude_deg);
            },
        )
    }

    fn recorded(&self, clock: impl Fn(f64) -> f64, keep: impl Fn(&mut Activity, usize, f64)) -> Activity {
        let mut activity = Activity {
            sport: Sport::Running,
            timer_known: true,
            timer_start_s: Some(START_S),
            ..Activity::default()
        };
        let samples = (self.length_s() / self.step_s) as usize;
        for sample in 0..=samples {
            let at_s = sample as f64 * self.step_s;
            let index = activity.samples.open(START_S + clock(at_s));
            keep(&mut activity, index, self.distance_m(at_s));
        }
        activity
    }
}

fn made() -> impl Strategy<Value = Made> {
    (prop::collection::vec(2.2..4.8_f64, 30..90), prop::sample::select(vec![1.0, 2.0, 5.0]))
        .prop_map(|(speeds_mps, step_s)| Made { speeds_mps, step_s })
}

fn measured(activity: &Activity) -> Measured {
    let options = MeasureOptions::on(CourseSetting::Never);
    measure(activity, &options).1.expect("a run of more than two miles")
}

fn splits_s(view: &View, basis: Basis) -> Vec<f64> {
    view.miles.iter().chain(&view.kms).map(|split| split.times.on(basis)).collect()
}

fn close(a: &[f64], b: &[f64], within: f64) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert!((a - b).abs() <= within, "{} and {}", a, b);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn splits_halves_and_windows_sum_to_the_total(made in made()) {
        let view = measured(&made.counted()).recorded;
        for basis in [Basis::Elapsed, Basis::Timer, Basis::Moving] {
            let total_s = view.total.on(basis);
            for splits in [&view.miles, &view.kms] {
                let sum_s: f64 = splits.iter().map(|split| split.times.on(basis)).sum();
                prop_assert!((sum_s - total_s).abs() < 1e-3);
            }
            let halves_s = view.first_half.times.on(basis) + view.second_half.times.on(basis);
            prop_assert!((halves_s - total_s).abs() < 1e-3);
            let windows_s = view.start_window.times.on(basis) + view.rest_window.times.on(basis);
            prop_assert!((windows_s - view.first_half.times.on(basis)).abs() < 1e-3);
        }
    }

    #[test]
    fn halving_the_samples_moves_a_split_by_less_than_their_interval(made in made()) {
        let fine = measured(&made.counted()).recorded;
        let coarse = Made { step_s: 2.0 * made.step_s, ..made };
        let thinned = measured(&coarse.counted()).recorded;
        // An odd number of steps shortens the coarse recording, which may then have fewer splits.
        let (fine, thinned) = (splits_s(&fine, Basis::Elapsed), splits_s(&thinned, Basis::Elapsed));
        if fine.len() == thinned.len() {
            close(&fine, &thinned, coarse.step_s)?;
        }
    }

    #[test]
    fn stretching_time_stretches_every_split(made in made(), factor in 0.9..1.1_f64) {
        let plain = measured(&made.counted()).recorded;
        let slowed = made.recorded(
            |at_s| at_s * factor,
            |activity, index, distance_m| activity.samples.distance_m.set(index, distance_m),
        );
        let slowed = measured(&slowed).recorded;
        let expected: Vec<f64> = splits_s(&plain, Basis::Elapsed).iter().map(|split_s| split_s * factor).collect();
        close(&splits_s(&slowed, Basis::Elapsed), &expected, 1e-3)?;
        prop_assert!((plain.positive_split_pct(Basis::Elapsed) - slowed.positive_split_pct(Basis::Elapsed)).abs() < 1e-6);
    }

    #[test]
    fn stretching_distance_leaves_halves_and_start_excess(made in made(), factor in 1.0..1.1_f64) {
        let plain = measured(&made.counted()).recorded;
        let long = made.recorded(
            |at_s| at_s,
            |activity, index, distance_m| activity.samples.distance_m.set(index, distance_m * factor),
        );
        let long = measured(&long).recorded;
        prop_assert!((long.distance_m / plain.distance_m - factor).abs() < 1e-9);
        prop_assert!((long.first_half.times.elapsed_s - plain.first_half.times.elapsed_s).abs() < 1e-3);
        prop_assert!((long.start_excess_pct(Basis::Elapsed) - plain.start_excess_pct(Basis::Elapsed)).abs() < 1e-6);
    }

    #[test]
    fn a_pause_is_elapsed_time_in_its_own_split_and_never_timer_time(made in made(), share in 0.05..0.95_f64, pause_s in 5.0..900.0_f64) {
        let plain = measured(&made.counted()).recorded;
        let at_s = (share * made.length_s() / made.step_s).floor() * made.step_s;
        let mut paused = made.recorded(
            |since_s| if since_s > at_s { since_s + pause_s } else { since_s },
            |activity, index, distance_m| activity.samples.distance_m.set(index, distance_m),
        );
        paused.timer_stops.push(Span { from_s: START_S + at_s, to_s: START_S + at_s + pause_s });
        let paused = measured(&paused).recorded;
        close(&splits_s(&paused, Basis::Timer), &splits_s(&plain, Basis::Timer), 1e-3)?;
        let pause_m = made.distance_m(at_s);
        for (unit_m, before, after) in [(MILE_M, &plain.miles, &paused.miles), (KM_M, &plain.kms, &paused.kms)] {
            // At a mark, rounding decides which split the pause belongs to.
            prop_assume!((pause_m / unit_m - (pause_m / unit_m).round()).abs() * unit_m > 0.01);
            let hit = (pause_m / unit_m) as usize;
            for (place, (before, after)) in before.iter().zip(after).enumerate() {
                let more_s = if place == hit { pause_s } else { 0.0 };
                prop_assert!((after.times.elapsed_s - before.times.elapsed_s - more_s).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn mirrored_hills_mirror_the_grade_adjustment(made in made(), grade in 0.02..0.1_f64, turn in 0.2..0.8_f64) {
        let length_m = made.distance_m(made.length_s());
        // Descents steeper than 17 % are as hard as climbs.
        let gain_m = grade * 0.15 * length_m;
        let shifts = |sign: f64| {
            let hill = made.recorded(
                |at_s| at_s,
                |activity, index, distance_m| {
                    activity.samples.distance_m.set(index, distance_m);
                    let climbed = ((distance_m / length_m - turn) / 0.15).clamp(0.0, 1.0);
                    activity.samples.altitude_m.set(index, 500.0 + sign * gain_m * climbed);
                },
            );
            let view = measured(&hill).recorded;
            let basis = Basis::Elapsed;
            Some((
                view.gap_positive_split_pct(basis)? - view.positive_split_pct(basis),
                view.gap_start_excess_pct(basis)? - view.start_excess_pct(basis),
            ))
        };
        let (Some(up), Some(down)) = (shifts(1.0), shifts(-1.0)) else { return Ok(()) };
        // Only a hill within a window shifts the comparison.
        for (up, down) in [(up.0, down.0), (up.1, down.1)] {
            prop_assert!(up * down <= 0.0 || up.abs().min(down.abs()) < 0.1, "{} up, {} down", up, down);
        }
    }

    #[test]
    fn longitude_and_date_do_not_change_the_splits(made in made(), longitude_deg in -170.0..170.0_f64, days in 0..4000_u32) {
        let here = measured(&made.tracked(0.0)).recorded;
        let mut elsewhere = made.tracked(longitude_deg);
        let later_s = 86_400.0 * f64::from(days);
        elsewhere.samples.time_s.iter_mut().for_each(|time_s| *time_s += later_s);
        elsewhere.timer_start_s = elsewhere.timer_start_s.map(|start_s| start_s + later_s);
        let there = measured(&elsewhere).recorded;
        for basis in [Basis::Elapsed, Basis::Timer, Basis::Moving] {
            close(&splits_s(&here, basis), &splits_s(&there, basis), 1e-3)?;
        }
    }
}

#[test]
fn noisy_altitude_over_flat_ground_hardly_moves_the_start() {
    for (seed, kilometres) in (0..30_u64).zip([5.0, 10.0, 21.0975, 42.195].into_iter().cycle()) {
        for (sd_m, tau_s) in [(0.3, 40.0), (1.0, 5.0), (3.0, 40.0), (5.0, 5.0), (5.0, 40.0)] {
            // The first minute is faster, because a pace that is even to the second is refused.
            let mut speeds_mps = vec![3.0; (kilometres * 1000.0 / 180.0) as usize];
            speeds_mps[..3].fill(3.3);
            let made = Made { speeds_mps, step_s: 2.0 };
            let noise = std::cell::RefCell::new(Wander::new(seed, tau_s));
            let flat = made.recorded(
                |at_s| at_s,
                |activity, index, distance_m| {
                    activity.samples.distance_m.set(index, distance_m);
                    activity
                        .samples
                        .altitude_m
                        .set(index, 50.0 + sd_m * noise.borrow_mut().step(made.step_s));
                },
            );
            let view = measured(&flat).recorded;
            let raw_pct = view.start_excess_pct(Basis::Elapsed);
            let moved =
                view.gap_start_excess_pct(Basis::Elapsed).map_or(0.0, |gap_pct| (gap_pct - raw_pct).abs());
            assert!(moved <= 0.5, "{kilometres} km, ±{sd_m} m over {tau_s} s, seed {seed}: {moved} points");
        }
    }
}

/// A recording that no device should write: some points, each a step in seconds and a speed in m/s,
/// with standing, jumps and walks among them.
fn odd() -> impl Strategy<Value = Vec<(f64, f64)>> {
    let step_s = prop_oneof![Just(1.0), Just(10.0), 20.0..90.0_f64];
    let speed_mps = prop_oneof![Just(0.0), 0.1..0.79_f64, Just(0.7), 2.0..4.0_f64, 2.0..4.0_f64];
    // A stretch of points is alike, so that a whole half may be one pace.
    let stretch =
        (20..300_usize, step_s, speed_mps).prop_map(|(count, step_s, mps)| vec![(step_s, mps); count]);
    prop::collection::vec(stretch, 1..5).prop_map(|stretches| stretches.concat())
}

/// Writes a GPX track due north. A segment may end at each change of pace.
fn gpx(points: &[(f64, f64)], segments: bool) -> String {
    let mut text = "<gpx version=\"1.1\"><trk><name>Odd</name><type>running</type><trkseg>".to_owned();
    let (mut at_s, mut north_m, mut before) = (0.0, 0.0, points[0]);
    for point in points {
        if segments && *point != before {
            text += "</trkseg><trkseg>";
        }
        before = *point;
        let time = firstmile::units::civil((START_S + at_s) as i64);
        text += &format!(
            "<trkpt lat=\"{:.7}\" lon=\"9\"><time>{}T{:02}:{:02}:{:02}Z</time></trkpt>",
            45.0 + north_m / 111_132.0,
            time.date(),
            time.hour,
            time.minute,
            time.second
        );
        at_s += point.0;
        north_m += point.0 * point.1;
    }
    text + "</trkseg></trk></gpx>"
}

/// Returns where a page has a number that is none, with the words around it.
fn no_number(page: &str) -> Option<&str> {
    let is_word = |at: usize, length: usize| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        !letter(page[..at].chars().next_back()) && !letter(page[at + length..].chars().next())
    };
    let found = ["NaN", "nan", "inf", "-inf", "Infinity"];
    let at = found
        .iter()
        .find_map(|word| page.match_indices(word).map(|(at, _)| at).find(|at| is_word(*at, word.len())))?;
    let near = |at: usize| (0..=at).rev().find(|at| page.is_char_boundary(*at)).unwrap_or(0);
    Some(&page[near(at.saturating_sub(60))..near((at + 60).min(page.len()))])
}

/// Returns what every text format writes about a recording.
fn pages(gpx: &str, race: Option<bool>) -> Vec<(&'static str, String)> {
    let analyzer = firstmile::Analyzer::new().no_profile();
    let analyzer = race.into_iter().fold(analyzer, firstmile::Analyzer::race);
    let report = analyzer.contents(&[("odd.gpx".into(), gpx.as_bytes())]).expect("a report");
    let formats = firstmile::formats::REPORT.iter().chain(firstmile::formats::history::FORMATS);
    let mut pages = Vec::new();
    for format in formats.filter(|format| format.name != "parquet") {
        for verbosity in [0, 1] {
            let mut style = firstmile::formats::Style::default();
            style.verbosity = verbosity;
            let mut page = Vec::new();
            format.write(&report, &style, &mut page).expect("written");
            pages.push((format.name, String::from_utf8(page).expect("UTF-8")));
        }
    }
    let mut page = Vec::new();
    firstmile::formats::show(&report, &firstmile::formats::Style::default(), &mut page).expect("written");
    pages.push(("show", String::from_utf8(page).expect("UTF-8")));
    pages
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_page_has_a_number_that_is_none(points in odd(), segments: bool, race in prop::option::of(any::<bool>())) {
        for (format, page) in pages(&gpx(&points, segments), race) {
            prop_assert!(no_number(&page).is_none(), "{}: {:?}", format, no_number(&page));
        }
    }
}

#[test]
fn a_half_below_walking_pace_has_no_moving_time_and_is_timed_by_the_clock() {
    // 6.5 km at 0.7 m/s, which counts as standing, then 3.6 km at 3 m/s.
    let mut points = vec![(10.0, 0.7); 930];
    points.extend(vec![(10.0, 3.0); 120]);
    for (format, page) in pages(&gpx(&points, false), Some(false)) {
        assert!(no_number(&page).is_none(), "{format}: {:?}", no_number(&page));
        if format == "csv" && page.contains(",basis,") {
            assert!(page.contains(",elapsed,") && !page.contains(",moving,"), "{page}");
        }
        if format == "json" && page.contains("\"reasons\"") {
            assert!(page.contains("hardly any moving time, so elapsed time counts"), "{page}");
        }
    }
}
