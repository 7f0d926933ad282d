//! The roster of a club: one line for each athlete, sorted by who needs the coach's attention
//! first.
//!
//! An athlete is a folder of recordings. [`Athlete::of`] reduces the report on a folder to a few
//! numbers and sentences. So a club of any size needs the memory of one athlete's report only. Days
//! are counted back from the club's latest recording, not from today, so that the same input gives
//! the same roster.

use super::{Report, Row, Status};
use crate::judge::Level;
use crate::phrases::plural;
use crate::report::verdict;
use crate::statistics::median;
use crate::units::{Civil, DAY_S, Units, civil};

/// The period of [`Need::ThisWeek`], days.
const WEEK_DAYS: f64 = 7.0;
/// The period of [`Need::Soon`] and [`Need::Silent`], days: four weeks.
const MONTH_DAYS: f64 = 28.0;
/// The period in which long runs are counted, days: twelve weeks.
const LONG_RUN_DAYS: f64 = 84.0;
/// The period in which races are counted, days.
const YEAR_DAYS: f64 = 365.0;
/// From this number of recent long runs on, it is reported that none began slowly.
const LEAST_LONG_RUNS: usize = 3;

/// The part of an athlete's report that a roster needs.
#[derive(Debug)]
pub struct Athlete {
    /// The folder's name.
    pub name: String,
    /// The number of activities and of files without one.
    pub activities: usize,
    /// The number of scored runs.
    pub scored: usize,
    /// The number of races among them.
    pub races: usize,
    /// The number of unreadable files.
    pub unreadable: usize,
    /// Why the folder could not be read; `None` if it was read.
    pub trouble: Option<String>,
    /// The scored runs by date.
    runs: Vec<DatedRun>,
    /// The start of the latest recording that has one, scored or not, seconds since 1970 in local
    /// time.
    latest_s: Option<f64>,
    /// The clear trends.
    pub clear_trends: Vec<ClearTrend>,
}

/// A clear trend over the races of a course.
#[derive(Debug)]
pub struct ClearTrend {
    /// Whether it is for the worse.
    pub worsens: bool,
    /// The start of its latest race, seconds since 1970 in local time.
    latest_s: f64,
    /// Its sentence.
    pub sentence: String,
}

/// The part of a run that a roster needs.
#[derive(Debug)]
struct DatedRun {
    /// The start in local time, seconds since 1970.
    local_s: f64,
    race: bool,
    /// Whether its first mile was slower than its final one; `None` if it is not a long run.
    long_run: Option<bool>,
    start_excess_pct: f64,
    /// The level of the worst finding that the coach should know of: of a race, a warning or
    /// worse.
    level: Option<Level>,
    /// The run's name and what happened.
    sentence: String,
}

impl Athlete {
    /// Reduces the report on a folder to an athlete.
    pub fn of(name: String, report: &Report) -> Self {
        let long_runs: std::collections::BTreeMap<usize, bool> =
            report.trends.training.long_runs.iter().map(|run| (run.entry, run.held_back)).collect();
        let mut runs: Vec<DatedRun> = report
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.status == Status::Scored)
            .filter_map(|(index, row)| dated(row, long_runs.get(&index).copied(), report.units))
            .collect();
        runs.sort_by(|a, b| a.local_s.total_cmp(&b.local_s));
        let starts_s = report.rows.iter().filter_map(|row| row.identity.as_ref()?.local_start_s());
        let clear_trends = report.trends.courses.iter().flat_map(|trend| {
            let halves = trend.split_drift().is_clear().then(|| trend.direction());
            let (course, worsens) = (trend.course.title(), trend.worsens());
            let latest_s = trend.points.last().map_or(f64::NEG_INFINITY, |race| race.local_s);
            let with_course = move |sentence: String| {
                let sentence = format!("{course}: {sentence}");
                ClearTrend { worsens, latest_s, sentence }
            };
            [halves, trend.start_direction()].into_iter().flatten().map(with_course)
        });
        Self {
            name,
            activities: report.rows.len(),
            scored: report.summary.scored,
            races: report.summary.races,
            unreadable: report.summary.unreadable,
            trouble: None,
            runs,
            latest_s: starts_s.max_by(f64::total_cmp),
            clear_trends: clear_trends.collect(),
        }
    }

    /// Returns an athlete whose folder could not be read, with the reason.
    pub fn in_trouble(name: String, why: String) -> Self {
        Self {
            name,
            activities: 0,
            scored: 0,
            races: 0,
            unreadable: 0,
            trouble: Some(why),
            runs: Vec::new(),
            latest_s: None,
            clear_trends: Vec::new(),
        }
    }
}

/// Reduces a scored row to a run; `None` if its start is unknown.
fn dated(row: &Row, long_run: Option<bool>, units: Units) -> Option<DatedRun> {
    let scores = row.scores.as_ref()?;
    // Findings are sorted worst first. The verdict does not contain HIST-01 and MILE-01, so their
    // own sentences are used.
    let worst = row
        .findings()
        .iter()
        .find(|finding| ["START-01", "WALL-01", "HIST-01", "MILE-01"].contains(&finding.id))
        .filter(|finding| row.is_race() && finding.level >= Level::Warning);
    let what = match worst {
        Some(finding) if ["HIST-01", "MILE-01"].contains(&finding.id) => finding.sentence.clone(),
        _ => verdict(row, scores, units),
    };
    Some(DatedRun {
        local_s: row.identity.as_ref()?.local_start_s()?,
        race: row.is_race(),
        long_run,
        start_excess_pct: scores.view.judged_start_excess_pct(scores.basis),
        level: worst.map(|finding| finding.level),
        sentence: format!("{}: {what}", row.title()),
    })
}

/// How soon an athlete needs the coach's attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Need {
    /// The folder, its profile or a device's clock must be repaired first.
    Trouble,
    /// This week: a race with a warning or worse in the last seven days.
    ThisWeek,
    /// Soon: such a race in the last four weeks, or a trend for the worse with a race in the last
    /// year.
    Soon,
    /// No run was scored in the last four weeks.
    Silent,
    /// No attention needed.
    None,
}

impl Need {
    /// Returns the word for the `need` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Trouble => "trouble",
            Self::ThisWeek => "this-week",
            Self::Soon => "soon",
            Self::Silent => "silent",
            Self::None => "none",
        }
    }
}

/// The roster of a club.
#[derive(Debug)]
pub struct Roster {
    /// The day from which weeks are counted back: the day of the club's latest recording; `None`
    /// without any.
    pub day: Option<Civil>,
    /// One line for each athlete, in order of need.
    pub lines: Vec<RosterLine>,
    /// The number of files outside the athletes' folders, which were not read.
    pub strays: usize,
}

/// One athlete's line in a roster.
#[derive(Debug)]
pub struct RosterLine {
    /// The athlete.
    pub athlete: Athlete,
    /// How soon the athlete needs attention.
    pub need: Need,
    /// The level of the finding that is the reason, if there is one.
    pub level: Option<Level>,
    /// The reason in one line; empty if there is nothing to report.
    pub why: String,
    /// The local day of the latest scored run.
    pub last: Option<Civil>,
    /// The days between the latest scored run and the club's.
    pub last_age_days: Option<usize>,
    /// The number of races in the last year.
    pub races_in_year: usize,
    /// The median start excess of those races, percent.
    pub median_excess_pct: Option<f64>,
    /// Of the long runs of the last twelve weeks: the number with a first mile slower than the
    /// final one, and the total.
    pub held_back: (usize, usize),
}

impl Roster {
    /// Makes a line for each athlete and sorts the lines by need, then level, then name.
    pub fn new(athletes: Vec<Athlete>, strays: usize) -> Self {
        let latest = |athlete: &Athlete| athlete.runs.last().map(|run| run.local_s);
        let mut days: Vec<f64> = athletes.iter().filter_map(latest).collect();
        days.sort_by(f64::total_cmp);
        // One device with a clock years ahead must not make all other athletes look silent.
        while let [.., before_s, last_s] = days[..]
            && last_s - before_s > YEAR_DAYS * DAY_S
        {
            days.pop();
        }
        let now_s = days.last().copied();
        let mut lines: Vec<RosterLine> =
            athletes.into_iter().map(|athlete| RosterLine::of(athlete, now_s.unwrap_or_default())).collect();
        lines.sort_by(|a, b| {
            a.need.cmp(&b.need).then(b.level.cmp(&a.level)).then(a.athlete.name.cmp(&b.athlete.name))
        });
        Self { day: now_s.map(|now_s| civil(now_s as i64)), lines, strays }
    }

    /// Returns the number of athletes who need attention this week.
    pub fn this_week(&self) -> usize {
        self.lines.iter().filter(|line| line.need == Need::ThisWeek).count()
    }
}

impl RosterLine {
    /// Decides an athlete's need. `now_s` is the start of the club's latest recording, local
    /// seconds since 1970.
    fn of(athlete: Athlete, now_s: f64) -> Self {
        let within = |days: f64| athlete.runs.iter().filter(move |run| now_s - run.local_s < days * DAY_S);
        let races: Vec<f64> =
            within(YEAR_DAYS).filter(|run| run.race).map(|run| run.start_excess_pct).collect();
        let long: Vec<bool> = within(LONG_RUN_DAYS).filter_map(|run| run.long_run).collect();
        let held_back = (long.iter().filter(|held| **held).count(), long.len());
        let lately: Vec<bool> = within(MONTH_DAYS).filter_map(|run| run.long_run).collect();
        let none_held_back = lately.len() >= LEAST_LONG_RUNS && !lately.iter().any(|held| *held);
        // The worst run of the last days; of equal levels the latest.
        let worst = |days: f64| within(days).filter(|run| run.level.is_some()).max_by_key(|run| run.level);
        let dated_sentence = |run: &DatedRun| {
            let day = civil(run.local_s as i64);
            format!("{:02}-{:02} {}", day.month, day.day, run.sentence)
        };
        let last = athlete.runs.last().map(|run| civil(run.local_s as i64));
        let ahead_s = athlete.runs.last().map_or(0.0, |run| run.local_s - now_s);
        let days_ago = |at_s: f64| ((now_s / DAY_S).floor() - (at_s / DAY_S).floor()).max(0.0) as usize;
        let last_age_days = athlete.runs.last().map(|run| days_ago(run.local_s));
        let is_recent = |trend: &&ClearTrend| now_s - trend.latest_s < YEAR_DAYS * DAY_S;
        let worse = athlete.clear_trends.iter().filter(is_recent).find(|trend| trend.worsens);
        let (need, level, why) = if let Some(trouble) = &athlete.trouble {
            (Need::Trouble, None, trouble.clone())
        } else if ahead_s > YEAR_DAYS * DAY_S {
            let why = "the latest recording lies more than a year after everyone else's: is its clock right?";
            (Need::Trouble, None, why.to_owned())
        } else if let Some(run) = worst(WEEK_DAYS) {
            (Need::ThisWeek, run.level, dated_sentence(run))
        } else if let Some(run) = worst(MONTH_DAYS) {
            (Need::Soon, run.level, dated_sentence(run))
        } else if athlete.scored == 0 {
            let unreadable = match athlete.unreadable {
                0 => String::new(),
                count => format!(", {count} of them unreadable"),
            };
            let recordings = plural(athlete.activities, "activity", "activities");
            let latest = athlete.latest_s.map(|at_s| format!("; latest recording {}", ago(days_ago(at_s))));
            let why = format!("no run to score in {recordings}{unreadable}{}", latest.unwrap_or_default());
            (Need::Silent, None, why)
        } else if within(MONTH_DAYS).next().is_none() {
            (Need::Silent, None, silence(athlete.latest_s.map(days_ago), last_age_days))
        } else if let Some(trend) = worse {
            (Need::Soon, None, trend.sentence.clone())
        } else if none_held_back {
            // Training needs no word, but the coach may want to know.
            let why = format!("none of the last {} long runs began slower than it ended", lately.len());
            (Need::None, None, why)
        } else {
            let trend = athlete.clear_trends.iter().find(is_recent);
            (Need::None, None, trend.map(|trend| trend.sentence.clone()).unwrap_or_default())
        };
        Self {
            need,
            level,
            why,
            last,
            last_age_days,
            races_in_year: races.len(),
            median_excess_pct: median(races),
            held_back,
            athlete,
        }
    }
}

/// Returns how long ago an athlete's latest recording and latest scored run were, days.
fn silence(recording: Option<usize>, run: Option<usize>) -> String {
    match (recording, run) {
        (Some(recording), Some(run)) if recording < run => {
            format!("latest run scored {}, latest recording {}", ago(run), ago(recording))
        }
        (_, Some(run)) => format!("latest recording {}", ago(run)),
        (Some(recording), None) => format!("no run scored; latest recording {}", ago(recording)),
        (None, None) => "no run with a date".to_owned(),
    }
}

fn ago(days: usize) -> String {
    plural(days, "day ago", "days ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(days_ago: f64, level: Option<Level>, long_run: Option<bool>) -> DatedRun {
        DatedRun {
            local_s: (20_000.0 - days_ago) * DAY_S,
            race: level.is_some(),
            long_run,
            start_excess_pct: 3.0,
            level,
            sentence: "a run".to_owned(),
        }
    }

    fn athlete(name: &str, mut runs: Vec<DatedRun>) -> Athlete {
        runs.sort_by(|a, b| a.local_s.total_cmp(&b.local_s));
        Athlete { scored: runs.len(), runs, ..Athlete::in_trouble(name.to_owned(), String::new()) }
    }

    #[test]
    fn athletes_are_sorted_by_need() {
        let roster = Roster::new(
            [
                athlete("calm", vec![run(1.0, None, Some(true))]),
                athlete(
                    "hasty",
                    vec![run(2.0, Some(Level::Warning), None), run(400.0, Some(Level::Severe), None)],
                ),
                athlete("hastier", vec![run(3.0, Some(Level::Severe), None)]),
                athlete("last month", vec![run(20.0, Some(Level::Severe), None), run(0.0, None, None)]),
                athlete(
                    "impatient",
                    (0..3).map(|week| run(7.0 * f64::from(week), None, Some(false))).collect(),
                ),
                athlete("away", vec![run(60.0, Some(Level::Severe), None)]),
            ]
            .map(|athlete| Athlete { trouble: None, ..athlete })
            .into(),
            0,
        );
        let order: Vec<(&str, Need)> =
            roster.lines.iter().map(|line| (line.athlete.name.as_str(), line.need)).collect();
        assert_eq!(
            order,
            [
                ("hastier", Need::ThisWeek),
                ("hasty", Need::ThisWeek),
                ("last month", Need::Soon),
                ("away", Need::Silent),
                ("calm", Need::None),
                ("impatient", Need::None),
            ]
        );
        assert_eq!((roster.this_week(), roster.lines[4].held_back), (2, (1, 1)));
        let why = |place: usize| roster.lines[place].why.as_str();
        assert_eq!((why(3), roster.lines[3].last_age_days), ("latest recording 60 days ago", Some(60)));
        assert_eq!(why(5), "none of the last 3 long runs began slower than it ended");
    }
}
