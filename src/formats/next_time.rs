//! What to do next time: the source's advice, the runner's own numbers, and the command for a plan.
//! Text and pages have the same lines.

use crate::goal::Goal;
use crate::history::Kind;
use crate::judge::{self, Level};
use crate::measure::{Course, Stretch};
use crate::phrases::clock;
use crate::report::{AgainstEven, Outcome, Report, Row, Scores, start_level};
use crate::units::{MILE_M, Units};

/// What to do next time. Everything is empty for a run that has no lesson.
#[derive(Debug, Default)]
pub(super) struct NextTime {
    /// A sentence or two each: the advice first.
    pub lines: Vec<String>,
    /// The command for a plan; `None` without a course, which a plan needs.
    pub plan: Option<String>,
}

/// Returns what to do after the runs of a report: its races or, without one, its training runs.
pub(super) fn of_report(report: &Report, units: Units) -> NextTime {
    let races = report.scored(Kind::Race);
    let runs = if races.is_empty() { report.scored(Kind::Training) } else { races };
    if let [(row, scores)] = runs[..] {
        return of_run(row, scores, units);
    }
    let Some(advice) = advice(&runs) else { return NextTime::default() };
    let mut next = NextTime { lines: vec![advice], plan: None };
    // The latest lesson counts, and the goal before it.
    let fast = runs.iter().filter(is_example);
    if let Some((row, scores)) = fast.max_by_key(|(_, scores)| scores.behind_goal_s().is_some()) {
        let target = Target::of(scores);
        next.lines.push(target.first_mile(row, scores, units));
        next.plan = target.plan(scores);
    }
    next
}

/// Returns what to do after one run.
pub(super) fn of_run(row: &Row, scores: &Scores, units: Units) -> NextTime {
    let advice = advice(&[(row, scores)]);
    if !scores.start_judged || scores.is_unfinished() {
        return NextTime { lines: advice.into_iter().collect(), plan: None };
    }
    let target = Target::of(scores);
    let view = &scores.view;
    let start_s = view.start_window.times.on(scores.basis);
    let mark = if view.marathon {
        "10 km".to_owned()
    } else {
        format!("{:.1} {}", view.start_window.distance_m / units.metres(), units.short())
    };
    let held = matches!(Outcome::of(row), Some(Outcome::Even | Outcome::Negative));
    let lines = if held && start_level(row).is_none() && !target.is_goal {
        let pace = units.pace(view.first_mile.pace_s_per_m(scores.basis));
        let watch = "Check your watch at the first-mile marker, as the source advises.";
        vec![
            advice.unwrap_or_else(|| watch.to_owned()),
            format!(
                "Keep this start: the first mile at {pace} a {}, {mark} in {}.",
                units.word(),
                clock(start_s)
            ),
        ]
    } else {
        let even_s = if target.is_goal {
            target.time_s * view.start_window.distance_m / view.distance_m
        } else {
            AgainstEven::even_s(start_s, AgainstEven::of(scores).after_start_s)
        };
        vec![
            advice.unwrap_or_else(source_on_starts),
            target.first_mile(row, scores, units),
            format!(
                "At {mark} an even {} has {} on the watch; you had {}.",
                clock(target.time_s),
                clock(even_s),
                clock(start_s)
            ),
        ]
    };
    NextTime { lines, plan: target.plan(scores) }
}

/// Returns the source's advice for the rules that found something; `None` if none of them has any.
fn advice(runs: &[(&Row, &Scores)]) -> Option<String> {
    let mut advice: Vec<&str> = Vec::new();
    for finding in runs.iter().flat_map(|(row, _)| row.findings()) {
        let words = judge::find(finding.id).map_or("", |rule| rule.advice);
        if finding.level > Level::Info && !words.is_empty() && !advice.contains(&words) {
            advice.push(words);
        }
    }
    (!advice.is_empty()).then(|| format!("The source advises: {}", advice.join(" ")))
}

/// Returns the source's advice on starts.
fn source_on_starts() -> String {
    format!("The source advises: {}", judge::find("START-01").map_or("", |rule| rule.advice))
}

/// Returns whether a race is an example for a next one: it began too fast on a known course. A
/// first mile uphill can be too fast at a slow pace, which would be no example.
fn is_example((row, scores): &&(&Row, &Scores)) -> bool {
    let pace = |stretch: &Stretch| stretch.pace_s_per_m(scores.basis);
    row.is_race()
        && start_level(row) >= Some(Level::Note)
        && scores.view.course.is_some()
        && pace(&scores.view.first_mile) < pace(&scores.view.rest_window)
}

/// The time to run next time: the goal that the runner states, else the time of the run itself.
struct Target {
    time_s: f64,
    is_goal: bool,
}

impl Target {
    fn of(scores: &Scores) -> Self {
        match scores.behind_goal_s() {
            Some((goal_s, _)) => Self { time_s: goal_s, is_goal: true },
            None => Self { time_s: scores.finish_s(), is_goal: false },
        }
    }

    /// Returns the first mile for this time beside the one that was run.
    fn first_mile(&self, row: &Row, scores: &Scores, units: Units) -> String {
        let course = scores.view.course;
        let goal = Goal { course, pace_s_per_m: self.time_s / scores.view.distance_m };
        let what = if self.is_goal {
            "the goal".to_owned()
        } else {
            format!("another {}", course.map_or("such run", Course::title))
        };
        let when = match row.day_in_words() {
            day if day.is_empty() => "this time".to_owned(),
            day => format!("on {day}"),
        };
        let (least, own) =
            (goal.first_mile_s().0 / MILE_M, scores.view.first_mile.pace_s_per_m(scores.basis));
        let own_words = units.pace(own);
        let own = if own < least {
            format!("; {when} it was {own_words}")
        } else if self.is_goal {
            // A goal can be far faster than the run, whose first mile is then no example.
            String::new()
        } else {
            format!(", as {when} ({own_words})")
        };
        let (time, least) = (clock(self.time_s), units.pace(least));
        format!("For {what} of {time}, run the first mile at {least} a {} or slower{own}.", units.word())
    }

    /// Returns the command for a plan for this time.
    fn plan(&self, scores: &Scores) -> Option<String> {
        let course = scores.view.course?;
        Some(format!("firstmile plan --course {} --goal {}", course.code(), clock(self.time_s)))
    }
}
