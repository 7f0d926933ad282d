//! The runner's own past for a plan: earlier races over the course, and a default goal.

use serde::Serialize;

use super::survey_model::beside_riegel;
use crate::activity::Sex;
use crate::goal::{Goal, distance};
use crate::history::{Entry, History, RIEGEL, Run};
use crate::measure::Course;
use crate::phrases::{capital, clock};
use crate::statistics::median;
use crate::units::{Civil, DAY_S, civil};

/// The oldest races that count for a goal, days before the latest recording.
const RECENT_DAYS: f64 = 730.0;

/// The runner's races over the planned course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Own {
    /// The races, by date.
    pub races: Vec<PastRace>,
    /// The median of their start excesses, percent; `None` without a race.
    pub median_start_excess_pct: Option<f64>,
}

/// An earlier race over the planned course.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastRace {
    /// Its day, as YYYY-MM-DD.
    pub date: String,
    /// Its name, if it has one; a service's default title is none.
    pub name: Option<String>,
    /// Its elapsed time, seconds.
    pub elapsed_s: f64,
    /// The elapsed time of its first mile, seconds.
    pub first_mile_s: f64,
    /// Start excess, grade-adjusted where the altitude is trusted, percent.
    pub start_excess_pct: f64,
    /// Positive split, percent.
    pub positive_split_pct: f64,
    /// Its name, or what it was: "Half marathon, Sunday 9:29".
    pub label: String,
}

impl Own {
    /// Collects the dated races over a course; none without a course.
    pub fn of(history: &History, entries: &[Entry], course: Option<Course>) -> Self {
        let names = &history.names;
        let mut dated: Vec<(i64, PastRace)> = history
            .runs(entries)
            .iter()
            .filter(|run| run.is_race())
            .filter_map(|run| {
                let over = run.view.course.filter(|over| Some(*over) == course)?;
                let local_s = run.identity.local_start_s()?.floor() as i64;
                let name = names[run.entry].clone();
                let race = PastRace {
                    date: civil(local_s).date(),
                    label: name.clone().unwrap_or_else(|| what_it_was(run, over, &civil(local_s))),
                    name,
                    elapsed_s: run.view.total.elapsed_s,
                    first_mile_s: run.view.first_mile.times.elapsed_s,
                    start_excess_pct: run.view.judged_start_excess_pct(run.decision.basis),
                    positive_split_pct: run.positive_split_pct(),
                };
                Some((local_s, race))
            })
            .collect();
        dated.sort_by_key(|(at, _)| *at);
        let races: Vec<PastRace> = dated.into_iter().map(|(_, race)| race).collect();
        let excesses: Vec<f64> = races.iter().map(|race| race.start_excess_pct).collect();
        Self { races, median_start_excess_pct: median(excesses) }
    }
}

/// Returns what a race without a name was: "Half marathon, Sunday 9:29". The hour is left out where
/// local time is unknown.
fn what_it_was(run: &Run, course: Course, local: &Civil) -> String {
    let what = capital(course.title());
    match run.identity.utc_offset {
        Some(_) => format!("{what}, {}", local.weekday_and_clock()),
        None => format!("{what}, {}", local.weekday()),
    }
}

/// Returns the sex that the latest recording with one states.
pub fn recorded_sex(history: &History, entries: &[Entry]) -> Option<Sex> {
    history.runs(entries).iter().rev().find_map(|run| run.identity.sex)
}

/// Returns a goal from the runner's races of the two years before the latest recording, and a
/// phrase for its origin: which race, and why not another.
///
/// The goal is the best time over the course. Without such a race, Riegel's formula predicts it
/// from the best time over the course nearest in length. Returns `None` without any race.
pub fn goal(history: &History, entries: &[Entry], course: Course) -> Option<(Goal, String)> {
    let runs = history.runs(entries);
    let names = &history.names;
    let latest = runs
        .iter()
        .filter_map(|run| Some((run.identity.start_s?, run.identity.local_start()?)))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let races: Vec<DatedRace> = runs
        .iter()
        .filter(|run| run.is_race())
        .filter_map(|run| {
            Some(DatedRace {
                course: run.view.course?,
                start_s: run.identity.start_s?,
                age_days: (latest.0 - run.identity.start_s?) / DAY_S,
                day: run.identity.local_start()?.date_in_words(),
                name: names[run.entry].as_deref(),
                elapsed_s: run.view.total.elapsed_s,
            })
        })
        .collect();
    let years = format!("the two years to your latest recording, {}", latest.1.date_in_words());
    let starts = || {
        let dated = runs.iter().filter(|run| run.identity.start_s.is_some());
        dated.map(|run| (run.identity.start_s.unwrap_or_default(), run.measured.recorded.distance_m))
    };
    let survey = |race: &DatedRace| {
        let is_half = course == Course::Marathon && race.course == Course::Half;
        is_half.then(|| beside_riegel(race.elapsed_s, race.start_s, starts()))
    };
    let (goal_s, from) =
        by_best(&races, course, &years).or_else(|| by_riegel(&races, course, &years, survey))?;
    Some((Goal { course: Some(course), pace_s_per_m: goal_s / course.length_m() }, from))
}

/// A race over a course, with what a sentence needs.
#[derive(Debug)]
struct DatedRace<'a> {
    course: Course,
    /// Its start, Unix seconds.
    start_s: f64,
    /// Days before the latest recording.
    age_days: f64,
    /// Its local day, for a sentence.
    day: String,
    name: Option<&'a str>,
    elapsed_s: f64,
}

impl DatedRace<'_> {
    fn is_recent(&self) -> bool {
        self.age_days <= RECENT_DAYS
    }

    /// Returns the time that Riegel's formula predicts for a course, seconds.
    fn predicted_s(&self, course: Course) -> f64 {
        self.elapsed_s * libm::pow(course.length_m() / self.course.length_m(), RIEGEL)
    }

    /// Returns how far apart the course and another are, as a ratio's logarithm.
    fn apart(&self, course: Course) -> f64 {
        libm::log(course.length_m() / self.course.length_m()).abs()
    }

    /// Returns its name, day and time: "Harbour Marathon, 8 Oct 2023, 3:47:45".
    fn mention(&self) -> String {
        let name = self.name.map_or_else(String::new, |name| format!("{name}, "));
        format!("{name}{}, {}", self.day, clock(self.elapsed_s))
    }
}

/// Returns a race over a course: "half marathon", "10 km race".
fn one(course: Course) -> String {
    match course {
        Course::Half | Course::Marathon => course.title().to_owned(),
        _ => format!("{} race", course.title()),
    }
}

/// Returns races over a course in the plural: "half marathons", "races over 10 km".
fn plural(course: Course) -> String {
    match course {
        Course::Half | Course::Marathon => format!("{}s", course.title()),
        _ => format!("races over {}", course.title()),
    }
}

/// Returns the race with the best time.
fn best<'a, 'b>(races: impl Iterator<Item = &'b DatedRace<'a>>) -> Option<&'b DatedRace<'a>>
where
    'a: 'b,
{
    races.min_by(|a, b| a.elapsed_s.total_cmp(&b.elapsed_s))
}

/// Returns the best recent time over the course, and why it is the goal.
fn by_best(races: &[DatedRace], course: Course, years: &str) -> Option<(f64, String)> {
    let over = || races.iter().filter(|race| race.course == course);
    let recent = || over().filter(|race| race.is_recent());
    let chosen = best(recent())?;
    let latest = recent().min_by(|a, b| a.age_days.total_cmp(&b.age_days))?;
    let (title, mention) = (one(course), chosen.mention());
    let mut from = match recent().count() {
        1 => format!("your only {title} of {years}: {mention}"),
        count if std::ptr::eq(latest, chosen) => {
            format!("your best {title} of {years}: {mention} (the latest of {count})")
        }
        count => {
            let took = clock(latest.elapsed_s);
            format!(
                "your best {title} of {years}: {mention} (of {count}; the latest, {}, took {took})",
                latest.day
            )
        }
    };
    if let Some(older) = best(over().filter(|race| !race.is_recent()))
        && older.elapsed_s < chosen.elapsed_s
    {
        let took = clock(older.elapsed_s);
        from += &format!(". A faster one, {took} on {}, is older than that and not used", older.day);
    }
    Some((chosen.elapsed_s, from))
}

/// Returns a time predicted from the recent races over the nearest other course, and why it is the
/// goal. `survey` returns what a model of runners' surveys says of such a race.
fn by_riegel(
    races: &[DatedRace],
    course: Course,
    years: &str,
    survey: impl Fn(&DatedRace) -> Option<String>,
) -> Option<(f64, String)> {
    let recent = || races.iter().filter(|race| race.is_recent());
    let nearest = recent().min_by(|a, b| a.apart(course).total_cmp(&b.apart(course)))?.course;
    let over = || recent().filter(|race| race.course == nearest);
    let chosen = best(over())?;
    let goal_s = chosen.predicted_s(course);
    let which = match over().count() {
        1 => format!("your {}, {}", nearest.title(), chosen.mention()),
        count => format!("the best of your {count} {}, {}", plural(nearest), chosen.mention()),
    };
    let caveat = if course == Course::Marathon && nearest < course {
        "is several percent too fast for most marathoners"
    } else {
        "holds less the further apart two distances are"
    };
    let title = course.title();
    let mut from = format!("predicted from {which}, by Riegel's formula, which {caveat}. ");
    from += &format!("No {title} is among your races of {years}");
    let older = races.iter().filter(|race| race.course == course);
    if let Some(older) = older.min_by(|a, b| a.age_days.total_cmp(&b.age_days)) {
        from += &format!("; the last one, {}, is older", older.mention());
    }
    let faster = recent().min_by(|a, b| a.predicted_s(course).total_cmp(&b.predicted_s(course)));
    if let Some(other) = faster.filter(|other| other.predicted_s(course) < goal_s) {
        from += &format!(
            ". Your {} of {}, {}, predicts {}, but is further from {} in length",
            other.course.title(),
            other.day,
            clock(other.elapsed_s),
            clock(other.predicted_s(course)),
            distance(course.length_m())
        );
    }
    if let Some(sentence) = survey(chosen) {
        from += &format!(". {sentence}");
    }
    Some((goal_s, from))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEARS: &str = "the two years to your latest recording, 1 Nov 2024";

    fn race(course: Course, age_days: f64, day: &str, minutes: f64) -> DatedRace<'static> {
        DatedRace {
            course,
            start_s: -DAY_S * age_days,
            age_days,
            day: day.to_owned(),
            name: None,
            elapsed_s: 60.0 * minutes,
        }
    }

    #[test]
    fn the_best_recent_time_is_the_goal_and_others_are_named() {
        let mut races = [
            race(Course::Marathon, 1800.0, "13 Oct 2019", 211.0),
            race(Course::Marathon, 173.0, "12 May 2024", 225.0),
            race(Course::Marathon, 26.0, "6 Oct 2024", 238.0),
            race(Course::Half, 100.0, "24 Jul 2024", 95.0),
        ];
        races[1].name = Some("Mill Town Marathon");
        let (goal_s, from) = by_best(&races, Course::Marathon, YEARS).expect("a goal");
        assert!((goal_s - 13_500.0).abs() < 1e-9);
        assert_eq!(
            from,
            format!(
                "your best marathon of {YEARS}: Mill Town Marathon, 12 May 2024, 3:45:00 \
                 (of 2; the latest, 6 Oct 2024, took 3:58:00). \
                 A faster one, 3:31:00 on 13 Oct 2019, is older than that and not used"
            )
        );
        races[2].elapsed_s = 60.0 * 200.0;
        let (_, from) = by_best(&races, Course::Marathon, YEARS).expect("a goal");
        assert!(from.ends_with("6 Oct 2024, 3:20:00 (the latest of 2)"), "{from}");
        assert!(by_best(&races, Course::K10, YEARS).is_none());
        // A run over 10 km may hold a faster stretch, so the race is called one.
        let (_, from) =
            by_best(&[race(Course::K10, 9.0, "23 Oct 2024", 37.0)], Course::K10, YEARS).expect("a goal");
        assert!(from.starts_with("your only 10 km race of the two years"), "{from}");
    }

    #[test]
    fn without_a_race_over_the_course_the_nearest_distance_predicts() {
        let races = [
            race(Course::Marathon, 1000.0, "5 Feb 2022", 254.0),
            race(Course::Half, 100.0, "24 Jul 2024", 99.0),
            race(Course::Half, 90.0, "3 Aug 2024", 101.0),
            race(Course::K10, 50.0, "12 Sep 2024", 43.5),
        ];
        let (goal_s, from) = by_riegel(&races, Course::Marathon, YEARS, |_| None).expect("a goal");
        assert!((goal_s - 99.0 * 60.0 * libm::pow(42_195.0 / 21_097.5, 1.06)).abs() < 1e-6);
        assert_eq!(
            from,
            format!(
                "predicted from the best of your 2 half marathons, 24 Jul 2024, 1:39:00, by Riegel's formula, which \
                 is several percent too fast for most marathoners. No marathon is among your races of {YEARS}; the \
                 last one, 5 Feb 2022, 4:14:00, is older. Your 10 km of 12 Sep 2024, 43:30, predicts 3:20:07, but \
                 is further from a marathon in length"
            )
        );
        assert!(by_riegel(&races[..1], Course::Half, YEARS, |_| None).is_none());
    }
}
