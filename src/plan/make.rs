//! Makes a plan: targets with a slow first mile, gates and drinks.
//!
//! The first mile takes 2.75 % longer than in a race of even effort. The rest is of even effort and
//! reaches the goal. Effort is counted in metres of level ground that take as much of it. So
//! targets follow the hills where these are known. Distances are metres, times are seconds.

use super::advice::{DRINK_RATE, LONG_FROM_S};
use super::model::{
    CheckWindow, Drink, FastStart, Gate, Hills, Plan, PlanRequest, PlannedHeat, PlannedSplit, Target,
    TimedPoint,
};
use super::split_bias::SplitBias;
use crate::goal::{Goal, TooFast};
use crate::ingest::CoursePoint;
use crate::judge::Pool;
use crate::judge::evidence::wall::{FirstHalf, HalfWaySplits};
use crate::measure::{Course, CourseProfile, START_SHARE};
use crate::units::{HALF_MARATHON_M, KM_M, MILE_M};

/// The first mile's target as a share of an even one: the middle of [`Goal::first_mile_s`].
const FIRST_MILE: f64 = 1.0275;
/// The fast starts whose risk the plan shows: percent faster than planned over the start.
const EARLY_PCT: [f64; 4] = [0.0, 1.0, 2.0, 4.0];
/// No drink is planned within this time before the finish, seconds.
const LAST_DRINK_S: f64 = 10.0 * 60.0;
/// Possible ratios of a course file's length to its course's.
const OF_THE_COURSE: std::ops::RangeInclusive<f64> = 0.95..=1.10;

/// Races shorter than this have the caveat [`SHORT_RACE`], metres.
const SHORT_BELOW_M: f64 = 15.0 * KM_M;
/// The caveat for short races.
const SHORT_RACE: &str = "The slow first mile is the source's rule for long races. In a short one a brisk first mile can be \
                          best: eleven women each ran their best 5 km with one 3 or 6 % faster than even, though the \
                          average times did not differ (Gosztyla AE et al. J Strength Cond Res 2006;20(4):882-886).";

/// The reason why a wish has no plan.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Neither a course nor hills are given, so the length is not known.
    #[error("a plan needs a course, or the hills of one")]
    NoCourse,
    /// The track's length does not fit the course.
    #[error(
        "its track is {:.2} km long, which does not fit the {course}; \
         leave out --course to plan for the track's length",
        .track_m / KM_M
    )]
    OtherCourse {
        /// The track's length, metres.
        track_m: f64,
        /// The course that was asked for.
        course: Course,
    },
    /// The race is too short for a first and a final mile; its length in metres.
    #[error("{0:.0} m is shorter than two miles, so first and final mile would overlap")]
    TooShort(f64),
    /// The goal is faster than anyone has run that far.
    #[error(transparent)]
    TooFast(#[from] TooFast),
}

impl Plan {
    /// Makes the plan.
    ///
    /// # Errors
    ///
    /// Fails if there is neither a course nor hills, if the two do not fit, below two miles, and if
    /// nobody has run that fast.
    pub fn make(wish: &PlanRequest) -> Result<Self, PlanError> {
        let track_m = wish.course_profile.map(|profile| profile.length_m);
        let length_m = wish.course.map(Course::length_m).or(track_m).ok_or(PlanError::NoCourse)?;
        if let (Some(course), Some(track_m)) = (wish.course, track_m)
            && !OF_THE_COURSE.contains(&(track_m / length_m))
        {
            return Err(PlanError::OtherCourse { track_m, course });
        }
        if length_m < 2.0 * MILE_M {
            return Err(PlanError::TooShort(length_m));
        }
        TooFast::check(wish.goal.pace_s_per_m, length_m)?;
        let goal_s = wish.goal.pace_s_per_m * length_m;
        let effort = PlannedEffort::new(wish.course_profile, length_m, goal_s, wish.split);
        let even = Goal { course: wish.course, pace_s_per_m: effort.first_mile_s / FIRST_MILE / MILE_M };
        let (from_s, to_s) = even.first_mile_s();
        let gates = gates(wish.course, length_m, &effort);
        let heat = wish.temperatures.map(|(usual, race)| PlannedHeat::new(usual, race));
        let (starts, wall_pool) = fast_starts(wish, heat, &gates, &effort, length_m);
        Ok(Self {
            course: wish.course.map(Course::code),
            title: wish
                .course
                .map_or_else(|| format!("{:.2} km", length_m / KM_M), |course| course.title().to_owned()),
            distance_m: length_m,
            goal_s,
            first_mile: CheckWindow { from_s, target_s: effort.first_mile_s, to_s },
            final_mile_s: goal_s - effort.at(length_m - MILE_M),
            split: wish.split.map(|bias| PlannedSplit {
                bias_pct: bias.pct(),
                first_half_s: effort.at(length_m / 2.0),
                second_half_s: goal_s - effort.at(length_m / 2.0),
                bias,
            }),
            mile: effort.targets(MILE_M, length_m),
            km: effort.targets(KM_M, length_m),
            starts,
            heat: heat.filter(|_| wall_pool.is_some()),
            wall_pool,
            gates,
            drinks: drinks(&effort, goal_s, length_m),
            hills: wish.course_profile.map(|course_profile| Hills {
                ascent_m: course_profile.ascent_m,
                descent_m: course_profile.descent_m,
                track_m: course_profile.length_m,
            }),
            short_race: (length_m < SHORT_BELOW_M).then_some(SHORT_RACE),
        })
    }

    /// Returns the points of the plan's course with the planned times, in whole seconds.
    ///
    /// A point in the same second as the one before it is left out, so that times rise. The first
    /// and the last point stay. The profile is that of the same points.
    pub fn timed_points(&self, course_profile: &CourseProfile, points: &[CoursePoint]) -> Vec<TimedPoint> {
        let effort = PlannedEffort::new(
            Some(course_profile),
            self.distance_m,
            self.goal_s,
            self.split.map(|split| split.bias),
        );
        let mut timed: Vec<TimedPoint> = Vec::new();
        for ((position_deg, altitude_m), distance_m) in points.iter().zip(&course_profile.points_m) {
            let elapsed_s = effort.at(distance_m / effort.scale).round();
            let point = TimedPoint {
                position_deg: *position_deg,
                altitude_m: *altitude_m,
                distance_m: *distance_m,
                elapsed_s,
            };
            let same_second = timed.last().is_some_and(|last| last.elapsed_s >= elapsed_s);
            if !same_second {
                timed.push(point);
            } else if *distance_m >= course_profile.length_m
                && let Some(last) = timed.last_mut()
            {
                *last = point;
            }
        }
        timed
    }
}

/// Planned time over a course: a slow first mile, then even effort.
struct PlannedEffort<'a> {
    course_profile: Option<&'a CourseProfile>,
    /// Metres along the track for one metre of the course.
    scale: f64,
    first_mile_s: f64,
    /// Level metres of the first mile.
    first_level_m: f64,
    /// Seconds for each level metre after the first mile; up to half-way if the halves have a
    /// chosen proportion.
    rest_s_per_m: f64,
    /// With a chosen proportion: the mark of half-way in metres, level metres and seconds up to
    /// it, and seconds for each level metre after it.
    second_half: Option<SecondHalf>,
}

/// The second half of a plan whose halves have a chosen proportion.
#[derive(Debug, Clone, Copy)]
struct SecondHalf {
    from_m: f64,
    from_level_m: f64,
    from_s: f64,
    s_per_m: f64,
}

impl<'a> PlannedEffort<'a> {
    /// Spreads the goal over a course of some length.
    fn new(
        course_profile: Option<&'a CourseProfile>,
        length_m: f64,
        goal_s: f64,
        split: Option<SplitBias>,
    ) -> Self {
        let mut effort = Self {
            course_profile,
            scale: course_profile.map_or(1.0, |course_profile| course_profile.length_m / length_m),
            first_mile_s: 0.0,
            first_level_m: 0.0,
            rest_s_per_m: 0.0,
            second_half: None,
        };
        let total_level_m = effort.level_m(length_m);
        effort.first_level_m = effort.level_m(MILE_M);
        effort.first_mile_s = FIRST_MILE * (goal_s * effort.first_level_m / total_level_m);
        effort.rest_s_per_m = (goal_s - effort.first_mile_s) / (total_level_m - effort.first_level_m);
        if let Some(split) = split {
            let from_m = length_m / 2.0;
            let from_level_m = effort.level_m(from_m);
            let rest_level_m = total_level_m - from_level_m;
            let first_s_per_m = goal_s / (from_level_m + split.ratio() * rest_level_m);
            let from_s = first_s_per_m * from_level_m;
            let s_per_m = split.ratio() * first_s_per_m;
            effort.rest_s_per_m = (from_s - effort.first_mile_s) / (from_level_m - effort.first_level_m);
            effort.second_half = Some(SecondHalf { from_m, from_level_m, from_s, s_per_m });
        }
        effort
    }

    /// Returns the metres of level ground that take as much effort as the course up to a mark.
    fn level_m(&self, at_m: f64) -> f64 {
        self.course_profile
            .map_or(at_m, |course_profile| course_profile.level_m(at_m * self.scale) / self.scale)
    }

    /// Returns the elapsed time planned for a mark, seconds.
    fn at(&self, at_m: f64) -> f64 {
        let level_m = self.level_m(at_m);
        if let Some(half) = self.second_half.filter(|half| at_m > half.from_m) {
            half.from_s + (level_m - half.from_level_m) * half.s_per_m
        } else if at_m <= MILE_M {
            self.first_mile_s * level_m / self.first_level_m
        } else {
            self.first_mile_s + (level_m - self.first_level_m) * self.rest_s_per_m
        }
    }

    /// Returns the mark planned for an elapsed time, metres, by bisection.
    fn reached_m(&self, time_s: f64, length_m: f64) -> f64 {
        let (mut low_m, mut high_m) = (0.0, length_m);
        for _ in 0..40 {
            let middle_m = f64::midpoint(low_m, high_m);
            if self.at(middle_m) < time_s { low_m = middle_m } else { high_m = middle_m }
        }
        high_m
    }

    /// Returns a target for each unit of distance; the last one may be short.
    fn targets(&self, unit_m: f64, length_m: f64) -> Vec<Target> {
        let whole = ((length_m - 1.0) / unit_m).floor() as usize;
        let ends = (1..=whole).map(|index| index as f64 * unit_m).chain(std::iter::once(length_m));
        let mut from_m = 0.0;
        (1..)
            .zip(ends)
            .map(|(index, end_m)| {
                let target = Target {
                    index,
                    distance_m: end_m - from_m,
                    end_m,
                    split_s: self.at(end_m) - self.at(from_m),
                    elapsed_s: self.at(end_m),
                    level_m: self.course_profile.map(|_| self.level_m(end_m) - self.level_m(from_m)),
                };
                from_m = end_m;
                target
            })
            .collect()
    }
}

/// Returns the gates: 5 km and 10 km if they are in the first half, and half-way.
fn gates(course: Option<Course>, length_m: f64, effort: &PlannedEffort) -> Vec<Gate> {
    let gate = |name: &str, at_m: f64| Gate { name: name.to_owned(), at_m, elapsed_s: effort.at(at_m) };
    let half_m = length_m / 2.0;
    let mut gates: Vec<Gate> = [5.0, 10.0]
        .into_iter()
        .filter(|km| km * KM_M < half_m - 100.0)
        .map(|km| gate(&format!("{km:.0} km"), km * KM_M))
        .collect();
    gates.push(gate(if course == Some(Course::Marathon) { "half" } else { "half-way" }, half_m));
    gates
}

/// Returns the gates and chances of the wall after faster starts, and the model's runners.
fn fast_starts(
    wish: &PlanRequest,
    heat: Option<PlannedHeat>,
    gates: &[Gate],
    effort: &PlannedEffort,
    length_m: f64,
) -> (Vec<FastStart>, Option<Pool>) {
    let marathon = wish.course == Some(Course::Marathon);
    let start_m = if marathon { 10.0 * KM_M } else { START_SHARE * length_m };
    let at =
        |early_pct: f64, mark_m: f64| effort.at(mark_m) - early_pct / 100.0 * effort.at(mark_m.min(start_m));
    let first_half = |early_pct: f64| {
        marathon.then(|| {
            let (at_10k_s, at_half_s) = (at(early_pct, start_m), at(early_pct, HALF_MARATHON_M));
            // A plan does not know whether the runner will slow before half-way.
            FirstHalf::at_half(HalfWaySplits { at_10k_s, at_half_s, at_5k_15k_s: None }, wish.sex)
        })
    };
    let logit = heat.map_or(0.0, |heat| heat.logit);
    let start = |early_pct: f64| FastStart {
        early_pct,
        gates_s: gates.iter().map(|gate| at(early_pct, gate.at_m)).collect(),
        wall: first_half(early_pct).map(|start| start.risk_on_day(logit).into()),
    };
    (EARLY_PCT.map(start).into(), first_half(0.0).map(|start| start.pool()))
}

/// Returns the source's drinks by time and place.
fn drinks(effort: &PlannedEffort, goal_s: f64, length_m: f64) -> Vec<Drink> {
    let half_s = effort.at(length_m / 2.0);
    let count = ((goal_s - LAST_DRINK_S) / DRINK_RATE.every_s).floor().max(0.0) as usize;
    let times: Vec<f64> = (1..=count).map(|number| number as f64 * DRINK_RATE.every_s).collect();
    let is_long = goal_s >= LONG_FROM_S;
    let salt = times
        .iter()
        .copied()
        .filter(|_| is_long)
        .min_by(|a, b| (a - half_s).abs().total_cmp(&(b - half_s).abs()));
    times
        .iter()
        .map(|&elapsed_s| Drink {
            elapsed_s,
            at_m: effort.reached_m(elapsed_s, length_m),
            sports_drink: elapsed_s >= LONG_FROM_S,
            salt: Some(elapsed_s) == salt,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;

    fn plan(course: Course, goal: &str, course_profile: Option<&CourseProfile>) -> Plan {
        let goal = Goal::parse(goal, Some(course)).expect("a goal");
        Plan::make(&PlanRequest {
            course: Some(course),
            goal,
            sex: Some(Sex::Female),
            course_profile,
            temperatures: None,
            split: None,
        })
        .expect("a plan")
    }

    #[test]
    fn targets_add_up_to_the_goal_after_a_slow_first_mile() {
        for (course, goal) in
            [(Course::K5, "25:00"), (Course::Half, "1:50:00"), (Course::Marathon, "4:00:00")]
        {
            let plan = plan(course, goal, None);
            for targets in [&plan.mile, &plan.km] {
                let sum_s: f64 = targets.iter().map(|target| target.split_s).sum();
                assert!((sum_s - plan.goal_s).abs() < 1e-6);
                assert!((targets.last().expect("targets").end_m - course.length_m()).abs() < 1e-9);
            }
            assert!(plan.first_mile.target_s > plan.final_mile_s);
            assert!(
                plan.first_mile.from_s < plan.first_mile.target_s
                    && plan.first_mile.target_s < plan.first_mile.to_s
            );
        }
    }

    #[test]
    fn a_four_hour_marathon_by_hand() {
        let plan = plan(Course::Marathon, "4:00:00", None);
        // 14,400 s over 26.2188 miles are 549.2 s a mile; 2 % more are 560.2, 3.5 % are 568.4.
        assert!((plan.first_mile.from_s - 560.2).abs() < 0.1 && (plan.first_mile.to_s - 568.4).abs() < 0.1);
        assert_eq!(plan.mile.len(), 27);
        assert_eq!(
            plan.gates.iter().map(|gate| gate.name.as_str()).collect::<Vec<_>>(),
            ["5 km", "10 km", "half"]
        );
        // Every 20 minutes up to 3:40.
        assert_eq!(plan.drinks.len(), 11);
        assert_eq!(
            plan.drinks.iter().filter(|drink| drink.salt).map(|drink| drink.elapsed_s).collect::<Vec<_>>(),
            [7200.0]
        );
    }

    #[test]
    fn halves_have_the_chosen_proportion_after_the_same_first_mile() {
        let course = Some(Course::Marathon);
        let goal = Goal::parse("4:00:00", course).expect("a goal");
        let make = |split: &str| {
            let split = Some(split.parse().expect("a split"));
            Plan::make(&PlanRequest {
                course,
                goal,
                sex: None,
                course_profile: None,
                temperatures: None,
                split,
            })
            .expect("a plan")
        };
        let even_first_mile_s = plan(Course::Marathon, "4:00:00", None).first_mile.target_s;
        for (split, ratio) in [
            ("even", 1.0),
            ("negative:1%", 0.99),
            ("positive:1%", 1.01),
            ("negative:5%", 0.95),
            ("positive:5%", 1.05),
        ] {
            let plan = make(split);
            let halves = plan.split.expect("halves");
            assert!((halves.second_half_s / halves.first_half_s - ratio).abs() < 1e-9, "{split}");
            assert!((halves.first_half_s + halves.second_half_s - 14_400.0).abs() < 1e-9);
            assert!((plan.first_mile.target_s - even_first_mile_s).abs() < 1e-9);
            let half_gate_s = plan.gates.last().expect("a gate").elapsed_s;
            assert!((half_gate_s - halves.first_half_s).abs() < 1e-9);
            // Every later mile is faster than the first.
            assert!(plan.mile[1..26].iter().all(|mile| mile.split_s < plan.first_mile.target_s), "{split}");
            let sum_s: f64 = plan.km.iter().map(|target| target.split_s).sum();
            assert!((sum_s - 14_400.0).abs() < 1e-6);
        }
        // By hand: 14,400 s / 1.99 are 7,236.2 s for the first half.
        assert!((make("negative:1%").split.expect("halves").first_half_s - 7236.2).abs() < 0.1);
    }

    #[test]
    fn salt_is_for_races_of_90_minutes_and_more() {
        let salted = |course, goal| plan(course, goal, None).drinks.iter().any(|drink| drink.salt);
        assert!(salted(Course::Half, "1:30:00") && salted(Course::K50, "5:00:00"));
        assert!(!salted(Course::Half, "1:29:59") && !salted(Course::K10, "45:00"));
    }

    #[test]
    fn a_goal_beyond_the_record_has_no_plan() {
        let goal = Goal { course: None, pace_s_per_m: 7100.0 / Course::Marathon.length_m() };
        let wish = PlanRequest {
            course: Some(Course::Marathon),
            goal,
            sex: None,
            course_profile: None,
            temperatures: None,
            split: None,
        };
        assert!(matches!(Plan::make(&wish), Err(PlanError::TooFast(_))));
    }

    #[test]
    fn ten_degrees_more_add_a_quarter_to_the_logit_of_each_chance() {
        let chances = |temperatures: Option<(&str, &str)>| -> Vec<f64> {
            let degrees = |text: &str| text.parse().expect("a temperature");
            let wish = PlanRequest {
                course: Some(Course::Marathon),
                goal: Goal::parse("3:45:00", Some(Course::Marathon)).expect("a goal"),
                sex: Some(Sex::Female),
                course_profile: None,
                temperatures: temperatures.map(|(usual, race)| (degrees(usual), degrees(race))),
                split: None,
            };
            let starts = Plan::make(&wish).expect("a plan").starts;
            starts.iter().filter_map(|start| Some(start.wall?.p)).collect()
        };
        let logit = |p: f64| libm::log(p / (1.0 - p));
        let (usual, warmer) = (chances(None), chances(Some(("65F", "75F"))));
        for (usual, warmer) in usual.iter().zip(&warmer) {
            assert!((logit(*warmer) - logit(*usual) - 0.25).abs() < 1e-9);
        }
        let same = chances(Some(("20C", "20C")));
        assert!(usual == same && usual.len() == EARLY_PCT.len());
    }

    #[test]
    fn a_faster_start_has_a_greater_chance_of_the_wall() {
        let plan = plan(Course::Marathon, "4:00:00", None);
        let chances: Vec<f64> = plan.starts.iter().filter_map(|start| Some(start.wall?.p)).collect();
        assert_eq!(chances.len(), 4);
        assert!(chances.windows(2).all(|pair| pair[0] < pair[1]), "{chances:?}");
        assert!(self::plan(Course::Half, "2:00:00", None).starts.iter().all(|start| start.wall.is_none()));
    }

    #[test]
    fn a_climb_gets_more_time_and_the_descent_less() {
        // Up 3 % for the first half of 10 km, down for the second.
        let point = |at: u32| {
            let metres = 20.0 * f64::from(at);
            let altitude_m = 0.03 * if metres < 5_000.0 { metres } else { 10_000.0 - metres };
            ((48.0 + metres / 111_200.0, 11.0), Some(altitude_m))
        };
        let points: Vec<_> = (0..=500).map(point).collect();
        let course_profile = CourseProfile::from_points(&points).expect("hills");
        let hilly = plan(Course::K10, "50:00", Some(&course_profile));
        let flat = plan(Course::K10, "50:00", None);
        assert!(hilly.mile[1].split_s > 1.05 * flat.mile[1].split_s);
        assert!(hilly.mile[5].split_s < 0.95 * flat.mile[5].split_s);
        let sum_s: f64 = hilly.mile.iter().map(|target| target.split_s).sum();
        assert!((sum_s - 3000.0).abs() < 1e-6);
        let wrong = Plan::make(&PlanRequest {
            temperatures: None,
            course: Some(Course::Half),
            goal: Goal { course: None, pace_s_per_m: 0.3 },
            sex: None,
            course_profile: Some(&course_profile),
            split: None,
        });
        assert!(matches!(wrong, Err(PlanError::OtherCourse { course: Course::Half, .. })));
    }
}
