//! `firstmile plan`: targets for the next race.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use super::args::{CourseArg, Judging, PlanArgs};
use super::gather::{self, Gathered};
use super::outcome::Outcome;
use super::output;
use super::settings::Settings;
use crate::activity::Sex;
use crate::history;
use crate::ingest::archive::{self, Limits};
use crate::ingest::discover::Source;
use crate::ingest::filter::Filter;
use crate::ingest::read_course;
use crate::measure::{Course, Terrain};
use crate::plan::{self, Own, Plan, Wish};
use crate::report::plan::Sheet;
use crate::runner::{self, Goal};

/// Makes a plan and writes it.
///
/// # Errors
///
/// For a plan without course or goal, a course file or recordings that cannot be read, and output that cannot be written.
pub(super) fn run(args: &PlanArgs) -> anyhow::Result<Outcome> {
    let course = match args.course {
        Some(CourseArg::Course(course)) => Some(course),
        Some(CourseArg::None) | None => None,
    };
    let terrain = args.gpx.as_deref().map(terrain).transpose()?;
    let length_m = course.map(Course::length_m).or(terrain.as_ref().map(|terrain| terrain.length_m));
    let Some(length_m) = length_m else { bail!("a plan needs --course, or a course file with --gpx") };
    // Course and goal are the plan's, not the recordings'.
    let judging = Judging {
        sex: args.sex,
        profile: args.profile.clone(),
        no_profile: args.no_profile,
        ..Judging::default()
    };
    let here = [PathBuf::from(".")];
    let settings =
        Settings::new(if args.from.is_empty() { &here } else { &args.from }, &judging, &args.look)?;
    let gathered = match &args.from[..] {
        [] => None,
        from => Some(gather::batch(from, &settings, &args.reading, history::read)?),
    };
    let past = gathered.as_ref().map(|past| Past::of(past, course));
    let (goal, goal_from) = goal(args, course, length_m, &settings, past.as_ref())?;
    let recorded_sex = past.as_ref().and_then(|past| past.sex);
    let sex = settings.runner.sex(recorded_sex).map(|(sex, _)| sex);
    let wish = Wish { course, goal, sex, terrain: terrain.as_ref() };
    let plan = Plan::make(&wish).map_err(|why| match &args.gpx {
        Some(file) => anyhow!("{}: {why}", file.display()),
        None => anyhow!(why),
    })?;
    let sheet = Sheet { plan, goal_from, own: past.map(|past| past.own), sex };
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&sheet, &style, out))?;
    Ok(Outcome::default())
}

/// What the runner's recordings say.
struct Past {
    own: Own,
    goal: Option<(Goal, String)>,
    sex: Option<Sex>,
}

impl Past {
    fn of(gathered: &Gathered, course: Option<Course>) -> Self {
        let runs = gathered.history.runs(&gathered.entries);
        Self {
            own: Own::of(&runs, course),
            goal: course.and_then(|course| plan::goal(&runs, course)),
            sex: runs.iter().rev().find_map(|run| run.identity.sex),
        }
    }
}

/// The goal and, unless it was typed, where it comes from.
fn goal(
    args: &PlanArgs,
    course: Option<Course>,
    length_m: f64,
    settings: &Settings,
    past: Option<&Past>,
) -> anyhow::Result<(Goal, Option<String>)> {
    if let Some(text) = &args.goal {
        let pace_s_per_m = runner::pace(text, Some(length_m)).map_err(|why| anyhow!("--goal: {why}"))?;
        return Ok((Goal { course, pace_s_per_m }, None));
    }
    if let Some((goal, profile)) = course.and_then(|course| settings.profile_goal(course)) {
        return Ok((goal, Some(format!("that of {}", profile.display()))));
    }
    match past {
        None => bail!("a plan needs a goal: --goal 3:45:00, or --from with a folder of your races"),
        Some(past) => match &past.goal {
            Some((goal, from)) => Ok((*goal, Some(from.clone()))),
            None => bail!("no race of the last two years tells a goal; say it with --goal 3:45:00"),
        },
    }
}

/// Reads a course's hills.
fn terrain(file: &Path) -> anyhow::Result<Terrain> {
    if !file.exists() {
        bail!("{}: no such file", file.display());
    }
    let (limits, filter) = (Limits::default(), Filter::default());
    let visited = archive::visit(&Source::named(file), &limits, &filter, &|found| found.bytes);
    let bytes =
        visited.results.into_iter().next().ok_or_else(|| anyhow!("{}: nothing in it", file.display()))?;
    let points = bytes.and_then(|bytes| read_course(&bytes));
    let points = points.map_err(|failure| anyhow!("{}: {failure}", file.display()))?;
    Terrain::over(&points).map_err(|why| anyhow!("{}: no hills can be read off it: {why}", file.display()))
}
