//! Made-up runs for the rules' tests: legs of even pace, so that a reader can check the results by
//! hand.

use crate::activity::{Activity, Sex, Span, Sport};
use crate::goal::Goal;
use crate::history::{CourseTrend, Decision, Kind, Prediction, Run, TrendPoint, Trends};
use crate::judge::model::{Context, Finding, Rule};
use crate::measure::{Basis, Course, MeasureOptions, measure};
use crate::runner::{Origin, Runner};
use crate::units::Units;

/// Distance between samples, metres.
const STEP_M: f64 = 50.0;

/// A made-up run, by builder methods.
pub(in crate::judge) struct MadeUpRun {
    /// Each leg's end, metres, and its pace, s/km.
    legs: Vec<(f64, f64)>,
    /// The activity, without samples.
    pub activity: Activity,
    kind: Kind,
    named: Option<Course>,
    goal: Option<Goal>,
    course_refused: Option<String>,
    runner: Runner,
    trends: Trends,
    altitude_m: Option<fn(f64) -> f64>,
    heart_bpm: Option<fn(f64) -> f64>,
    /// The place of a stop, metres, its length, seconds, and whether the timer stopped too.
    stop: Option<(f64, f64, bool)>,
    /// Metres between which there are no samples.
    gap: Option<(f64, f64)>,
    units: Units,
}

/// Makes trends of courses whose races have these positive splits, percent.
pub(in crate::judge) fn trends_of_splits(courses: &[(Course, &[f64])]) -> Trends {
    let point = |split: &f64| TrendPoint {
        entry: 0,
        local_s: 0.0,
        positive_split_pct: *split,
        start_excess_pct: 0.0,
    };
    let trend = |(course, splits): &(Course, &[f64])| CourseTrend {
        course: *course,
        points: splits.iter().map(point).collect(),
    };
    Trends { courses: courses.iter().map(trend).collect(), ..Trends::default() }
}

impl MadeUpRun {
    /// Creates a race from legs: each leg's end, metres, and its pace, s/km.
    pub(in crate::judge) fn race(legs: &[(f64, f64)]) -> Self {
        let activity = Activity {
            sport: Sport::Running,
            timer_known: true,
            timer_start_s: Some(1.5e9),
            ..Activity::default()
        };
        Self {
            legs: legs.to_vec(),
            activity,
            kind: Kind::Race,
            named: None,
            goal: None,
            course_refused: None,
            runner: Runner::default(),
            trends: Trends::default(),
            altitude_m: None,
            heart_bpm: None,
            stop: None,
            gap: None,
            units: Units::Miles,
        }
    }

    /// Creates a training run from legs.
    pub(in crate::judge) fn training(legs: &[(f64, f64)]) -> Self {
        Self { kind: Kind::Training, ..Self::race(legs) }
    }

    /// Creates a marathon race with a start excess. The first 10 km take 300 s/km; the rest of the
    /// race has the even pace that gives `excess_pct`.
    pub(in crate::judge) fn marathon(excess_pct: f64) -> Self {
        let rest = 300.0 / (1.0 - excess_pct / 100.0);
        Self::race(&[(10_000.0, 300.0), (42_195.0, rest)])
    }

    /// Makes it a recording that ends early, of a race over a named course.
    pub(in crate::judge) fn cut_short(mut self, named: Course) -> Self {
        self.activity.cut_short = true;
        self.named = Some(named);
        self
    }

    pub(in crate::judge) fn sex(mut self, sex: Sex) -> Self {
        self.runner.sex = Some((sex, Origin::Flag));
        self
    }

    pub(in crate::judge) fn hr_max(mut self, bpm: f64) -> Self {
        self.runner.hr_max_bpm = Some(bpm);
        self
    }

    pub(in crate::judge) fn temperature(mut self, temperature: &str) -> Self {
        self.runner.race_temperature = Some(temperature.parse().expect("a temperature"));
        self
    }

    pub(in crate::judge) fn goal(mut self, goal: &str, course: Course) -> Self {
        self.goal = Some(Goal::parse(goal, Some(course)).expect("a goal"));
        self
    }

    pub(in crate::judge) fn hills(mut self, altitude_m: fn(f64) -> f64) -> Self {
        self.altitude_m = Some(altitude_m);
        self
    }

    pub(in crate::judge) fn heart(mut self, heart_bpm: fn(f64) -> f64) -> Self {
        self.heart_bpm = Some(heart_bpm);
        self
    }

    pub(in crate::judge) fn stop(mut self, at_m: f64, length_s: f64, timer_too: bool) -> Self {
        self.stop = Some((at_m, length_s, timer_too));
        self
    }

    /// Leaves out the samples between two distances, metres.
    pub(in crate::judge) fn gap(mut self, from_m: f64, to_m: f64) -> Self {
        self.gap = Some((from_m, to_m));
        self
    }

    pub(in crate::judge) fn units(mut self, units: Units) -> Self {
        self.units = units;
        self
    }

    /// Sets the pace that the runner's earlier runs support, s/km.
    pub(in crate::judge) fn supported(mut self, s_per_km: f64) -> Self {
        let support = Prediction { pace_s_per_m: s_per_km / 1000.0, best: 0, runs: 3 };
        self.trends.supports.insert(0, support);
        self
    }

    pub(in crate::judge) fn course_refused(mut self, reason: &str) -> Self {
        self.course_refused = Some(reason.to_owned());
        self
    }

    /// Measures the run and returns a rule's finding.
    pub(in crate::judge) fn find(&self, rule: &Rule) -> Option<Finding> {
        let (identity, outcome) = measure(&self.recorded(), &MeasureOptions::default());
        let mut measured = outcome.expect("a run");
        measured.course_refused.clone_from(&self.course_refused);
        let race = self.kind == Kind::Race;
        let course = measured.candidate.as_ref().and_then(|view| view.course).filter(|_| race);
        let decision = Decision {
            kind: self.kind,
            reasons: Vec::new(),
            inferred: false,
            may_be_race: false,
            marks: Vec::new(),
            basis: if race { Basis::Elapsed } else { Basis::Timer },
            on_course: course.is_some(),
            named: self.named.or(course),
            goal_s_per_m: self.goal.filter(|goal| goal.course == course).map(|goal| goal.pace_s_per_m),
        };
        let run = Run::new(0, &identity, &measured, &decision);
        rule.find(&run, &Context { trends: &self.trends, runner: &self.runner, units: self.units })
    }

    /// Returns the level of a rule's finding as its word; "" without a finding.
    pub(in crate::judge) fn level(&self, rule: &Rule) -> &'static str {
        self.find(rule).map_or("", |finding| finding.level.code())
    }

    /// Returns the activity as a watch that records every 50 m would.
    fn recorded(&self) -> Activity {
        let mut activity = self.activity.clone();
        let start_s = activity.timer_start_s.unwrap_or_default();
        let (mut from_m, mut time_s) = (0.0, start_s);
        self.sample(&mut activity, 0.0, time_s);
        for &(end_m, s_per_km) in &self.legs {
            let steps = ((end_m - from_m) / STEP_M).ceil();
            let step_m = (end_m - from_m) / steps;
            for step in 1..=steps as usize {
                let at_m = from_m + step as f64 * step_m;
                time_s += step_m * s_per_km / 1000.0;
                // No runner keeps one pace to the second.
                let late_s = if from_m == 0.0 && step == 5 { 5.0 } else { 0.0 };
                self.sample(&mut activity, at_m, time_s + late_s);
                if let Some((_, length_s, timer_too)) =
                    self.stop.filter(|(stop_m, ..)| (at_m - step_m..at_m).contains(stop_m))
                {
                    let stopped = Span { from_s: time_s, to_s: time_s + length_s };
                    activity.timer_stops.extend(timer_too.then_some(stopped));
                    time_s += length_s;
                    self.sample(&mut activity, at_m, time_s);
                }
            }
            from_m = end_m;
        }
        activity
    }

    fn sample(&self, activity: &mut Activity, at_m: f64, time_s: f64) {
        if self.gap.is_some_and(|(from_m, to_m)| (from_m..to_m).contains(&at_m)) {
            return;
        }
        let samples = &mut activity.samples;
        let index = samples.open(time_s);
        samples.distance_m.set(index, at_m);
        if let Some(altitude_m) = self.altitude_m {
            samples.altitude_m.set(index, altitude_m(at_m));
        }
        if let Some(heart_bpm) = self.heart_bpm {
            samples.heart_rate_bpm.set(index, heart_bpm(at_m));
        }
    }
}
