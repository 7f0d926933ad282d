//! The roster of a club: one athlete per folder, and who needs a word first.

use super::{Report, Row, Status};
use crate::judge::Level;
use crate::report::verdict;
use crate::statistics::median;
use crate::units::{Civil, DAY_S, civil};

/// This week: so many days up to the roster's day.
const WEEK_DAYS: f64 = 7.0;
/// Not long ago.
const MONTH_DAYS: f64 = 28.0;
/// Long runs say something of an athlete for so many days.
const LONG_RUN_DAYS: f64 = 84.0;
/// Races do for so many.
const YEAR_DAYS: f64 = 365.0;
/// So many long runs without one slow start are worth a word.
const NONE_HELD_BACK: usize = 3;

/// What a roster keeps of one athlete.
#[derive(Debug)]
pub struct Athlete {
    /// The folder's name.
    pub name: String,
    /// Activities and files without one.
    pub activities: usize,
    /// Scored runs.
    pub scored: usize,
    /// Races among them.
    pub races: usize,
    /// Unreadable files.
    pub unreadable: usize,
    /// Why the folder could not be read, if so.
    pub trouble: Option<String>,
    /// Scored runs by date, for what lies in a span of days.
    runs: Vec<DatedRun>,
    /// Trends that are clear, as sentences, and whether they go the wrong way.
    pub clear: Vec<(bool, String)>,
}

/// What a roster keeps of one run.
#[derive(Debug)]
struct DatedRun {
    local_s: f64,
    race: bool,
    long_run: Option<bool>,
    start_excess_pct: f64,
    /// The level of the start, and what else was a warning or worse.
    level: Option<Level>,
    told: String,
}

impl Athlete {
    /// Boils a report down.
    pub fn of(name: String, report: &Report) -> Self {
        let long_runs: std::collections::BTreeMap<usize, bool> =
            report.trends.training.long_runs.iter().map(|run| (run.entry, run.held_back)).collect();
        let mut runs: Vec<DatedRun> = report
            .rows
            .iter()
            .enumerate()
            .filter(|(_, row)| row.status == Status::Scored)
            .filter_map(|(index, row)| dated(row, long_runs.get(&index).copied()))
            .collect();
        runs.sort_by(|a, b| a.local_s.total_cmp(&b.local_s));
        let clear = report.trends.courses.iter().flat_map(|trend| {
            let halves = trend.split_drift().is_clear().then(|| trend.direction());
            let (course, worsens) = (trend.course.title(), trend.worsens());
            let told = move |told: String| (worsens, format!("{course}: {told}"));
            [halves, trend.start_direction()].into_iter().flatten().map(told)
        });
        Self {
            name,
            activities: report.rows.len(),
            scored: report.summary.scored,
            races: report.summary.races,
            unreadable: report.summary.unreadable,
            trouble: None,
            runs,
            clear: clear.collect(),
        }
    }

    /// An athlete whose folder could not be read.
    pub fn in_trouble(name: String, why: String) -> Self {
        Self {
            name,
            activities: 0,
            scored: 0,
            races: 0,
            unreadable: 0,
            trouble: Some(why),
            runs: Vec::new(),
            clear: Vec::new(),
        }
    }
}

fn dated(row: &Row, long_run: Option<bool>) -> Option<DatedRun> {
    let scores = row.scores.as_ref()?;
    // Findings come worst first. What the verdict does not speak of is told in its own words.
    let gravest = row
        .findings()
        .iter()
        .find(|finding| ["START-01", "WALL-01", "HIST-01", "MILE-01"].contains(&finding.id))
        .filter(|finding| finding.level > Level::Info);
    let what = match gravest {
        Some(finding) if ["HIST-01", "MILE-01"].contains(&finding.id) => finding.sentence.clone(),
        _ => verdict(row, scores),
    };
    Some(DatedRun {
        local_s: row.identity.as_ref()?.local_start_s()?,
        race: row.is_race(),
        long_run,
        start_excess_pct: scores.view.judged_start_excess_pct(scores.basis),
        level: gravest.map(|finding| finding.level),
        told: format!("{}: {what}", row.title()),
    })
}

/// How soon an athlete needs a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The folder, its profile or a clock needs mending first.
    Trouble,
    /// This week.
    ThisWeek,
    /// A fast start within the last four weeks, long runs that all began too fast, or years that go the wrong way.
    Soon,
    /// Nothing scored for four weeks.
    Silent,
    /// None.
    None,
}

impl Need {
    /// Its word.
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

/// A roster.
#[derive(Debug)]
pub struct Roster {
    /// The day up to which weeks are counted: that of the latest recording of all.
    pub day: Option<Civil>,
    /// A line an athlete, those who need a word most first.
    pub lines: Vec<Line>,
    /// Files beside the athletes' folders, which belong to nobody.
    pub strays: usize,
}

/// One athlete's line.
#[derive(Debug)]
pub struct Line {
    /// The athlete.
    pub athlete: Athlete,
    /// How soon a word is needed.
    pub need: Need,
    /// The level of what it is about.
    pub level: Option<Level>,
    /// One line of why.
    pub why: String,
    /// The day of the latest recording.
    pub last: Option<Civil>,
    /// Races within the year.
    pub races_in_year: usize,
    /// The median of their start excesses, percent.
    pub median_excess_pct: Option<f64>,
    /// Long runs within twelve weeks whose first mile was slower than the final one, and all of them.
    pub held_back: (usize, usize),
}

impl Roster {
    /// Puts athletes in order.
    pub fn new(athletes: Vec<Athlete>, strays: usize) -> Self {
        let latest = |athlete: &Athlete| athlete.runs.last().map(|run| run.local_s);
        let mut days: Vec<f64> = athletes.iter().filter_map(latest).collect();
        days.sort_by(f64::total_cmp);
        // A clock that runs years ahead of everybody's must not make all others silent.
        while let [.., before_s, last_s] = days[..]
            && last_s - before_s > YEAR_DAYS * DAY_S
        {
            days.pop();
        }
        let now_s = days.last().copied();
        let mut lines: Vec<Line> =
            athletes.into_iter().map(|athlete| Line::of(athlete, now_s.unwrap_or_default())).collect();
        lines.sort_by(|a, b| {
            a.need.cmp(&b.need).then(b.level.cmp(&a.level)).then(a.athlete.name.cmp(&b.athlete.name))
        });
        Self { day: now_s.map(|now_s| civil(now_s as i64)), lines, strays }
    }

    /// How many need a word this week.
    pub fn this_week(&self) -> usize {
        self.lines.iter().filter(|line| line.need == Need::ThisWeek).count()
    }
}

impl Line {
    fn of(athlete: Athlete, now_s: f64) -> Self {
        let within = |days: f64| athlete.runs.iter().filter(move |run| now_s - run.local_s < days * DAY_S);
        let races: Vec<f64> =
            within(YEAR_DAYS).filter(|run| run.race).map(|run| run.start_excess_pct).collect();
        let long: Vec<bool> = within(LONG_RUN_DAYS).filter_map(|run| run.long_run).collect();
        let held_back = (long.iter().filter(|held| **held).count(), long.len());
        let lately: Vec<bool> = within(MONTH_DAYS).filter_map(|run| run.long_run).collect();
        let none_held_back = lately.len() >= NONE_HELD_BACK && !lately.iter().any(|held| *held);
        // The gravest of some days, and of the gravest the latest.
        let worst = |days: f64| within(days).filter(|run| run.level.is_some()).max_by_key(|run| run.level);
        let told = |run: &DatedRun| {
            let day = civil(run.local_s as i64);
            format!("{:02}-{:02} {}", day.month, day.day, run.told)
        };
        let last = athlete.runs.last().map(|run| civil(run.local_s as i64));
        let ahead_s = athlete.runs.last().map_or(0.0, |run| run.local_s - now_s);
        let worse = athlete.clear.iter().find(|(worse, _)| *worse);
        let (need, level, why) = if let Some(trouble) = &athlete.trouble {
            (Need::Trouble, None, trouble.clone())
        } else if ahead_s > YEAR_DAYS * DAY_S {
            let why = "the latest recording lies more than a year after everyone else's: is its clock right?";
            (Need::Trouble, None, why.to_owned())
        } else if let Some(run) = worst(WEEK_DAYS) {
            (Need::ThisWeek, run.level, told(run))
        } else if let Some(run) = worst(MONTH_DAYS) {
            (Need::Soon, run.level, told(run))
        } else if none_held_back {
            let why = format!("none of the last {} long runs began slower than it ended", lately.len());
            (Need::Soon, None, why)
        } else if athlete.scored == 0 {
            let unreadable = match athlete.unreadable {
                0 => String::new(),
                count => format!(", {count} of them unreadable"),
            };
            (Need::Silent, None, format!("no run to score in {} activities{unreadable}", athlete.activities))
        } else if within(MONTH_DAYS).next().is_none() {
            (Need::Silent, None, "no run scored for four weeks".to_owned())
        } else if let Some((_, trend)) = worse {
            (Need::Soon, None, trend.clone())
        } else {
            (Need::None, None, athlete.clear.first().map(|(_, told)| told.clone()).unwrap_or_default())
        };
        Self {
            need,
            level,
            why,
            last,
            races_in_year: races.len(),
            median_excess_pct: median(races),
            held_back,
            athlete,
        }
    }
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
            told: "told".to_owned(),
        }
    }

    fn athlete(name: &str, mut runs: Vec<DatedRun>) -> Athlete {
        runs.sort_by(|a, b| a.local_s.total_cmp(&b.local_s));
        Athlete { scored: runs.len(), runs, ..Athlete::in_trouble(name.to_owned(), String::new()) }
    }

    #[test]
    fn who_needs_a_word_comes_first() {
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
                ("impatient", Need::Soon),
                ("away", Need::Silent),
                ("calm", Need::None),
            ]
        );
        assert_eq!((roster.this_week(), roster.lines[5].held_back), (2, (1, 1)));
    }
}
