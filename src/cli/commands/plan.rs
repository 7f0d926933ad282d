//! `firstmile plan`: targets for the next race.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;

use crate::activity::Sex;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::judging::JudgingFlags;
use crate::cli::flags::reading::ReadingFlags;
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{CourseArg, SexArg, courses, plan_formats};
use crate::cli::pipeline::Gathered;
use crate::cli::settings::Settings;
use crate::cli::{output, pipeline};
use crate::formats::plan::{PlanFormat, PlanSheet};
use crate::ingest::filter::Filter;
use crate::ingest::{Limits, Source, archive, read_course};
use crate::measure::{Course, CourseProfile};
use crate::plan::{Own, Plan, Wish};
use crate::runner::Goal;
use crate::{history, plan, runner};

/// Makes a plan and writes it.
///
/// # Errors
///
/// For a plan without course or goal, a course file or recordings that cannot be read, and output that cannot be written.
pub(in crate::cli) fn run(args: &PlanArgs) -> anyhow::Result<ExitStatus> {
    let course = match args.course {
        Some(CourseArg::Course(course)) => Some(course),
        Some(CourseArg::None) | None => None,
    };
    let course_profile = args.gpx.as_deref().map(course_profile).transpose()?;
    let length_m = course
        .map(Course::length_m)
        .or(course_profile.as_ref().map(|course_profile| course_profile.length_m));
    let Some(length_m) = length_m else { bail!("a plan needs --course, or a course file with --gpx") };
    // Course and goal are the plan's, not the recordings'.
    let judging = JudgingFlags {
        sex: args.sex,
        profile: args.profile.clone(),
        no_profile: args.no_profile,
        ..JudgingFlags::default()
    };
    let here = [PathBuf::from(".")];
    let settings =
        Settings::new(if args.from.is_empty() { &here } else { &args.from }, &judging, &args.look)?;
    let gathered = match &args.from[..] {
        [] => None,
        from => Some(pipeline::batch(from, &settings, &args.reading, history::decide)?),
    };
    let past = gathered.as_ref().map(|past| Past::of(past, course));
    let (goal, goal_from) = goal(args, course, length_m, &settings, past.as_ref())?;
    let recorded_sex = past.as_ref().and_then(|past| past.sex);
    let sex = settings.runner.sex(recorded_sex).map(|(sex, _)| sex);
    let wish = Wish { course, goal, sex, course_profile: course_profile.as_ref() };
    let plan = Plan::make(&wish).map_err(|why| match &args.gpx {
        Some(file) => anyhow!("{}: {why}", file.display()),
        None => anyhow!(why),
    })?;
    let sheet = PlanSheet { plan, goal_from, own: past.map(|past| past.own), sex };
    let style = args.look.style(args.output.as_deref(), settings.units, 0);
    output::write_to(args.output.as_deref(), |out| args.format.write(&sheet, &style, out))?;
    Ok(ExitStatus::default())
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
fn course_profile(file: &Path) -> anyhow::Result<CourseProfile> {
    if !file.exists() {
        bail!("{}: no such file", file.display());
    }
    let (limits, filter) = (Limits::default(), Filter::default());
    let visited = archive::visit(&Source::named(file), &limits, &filter, &|found| found.bytes);
    let bytes =
        visited.results.into_iter().next().ok_or_else(|| anyhow!("{}: nothing in it", file.display()))?;
    let points = bytes.and_then(|bytes| read_course(&bytes));
    let points = points.map_err(|failure| anyhow!("{}: {failure}", file.display()))?;
    CourseProfile::from_points(&points)
        .map_err(|why| anyhow!("{}: no hills can be read off it: {why}", file.display()))
}

/// What `plan` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile plan --course marathon --goal 3:45:00\n  firstmile plan --course half --from races/\n  \
                  firstmile plan --course marathon --goal 8:35/mi --format html --output band.html\n  \
                  firstmile plan --gpx hills.gpx --goal 2:10:00"
)]
pub struct PlanArgs {
    /// The race's course; may be left out where --gpx tells its length
    #[arg(long, value_parser = courses(), help_heading = "Planning")]
    pub course: Option<CourseArg>,
    /// What you mean to run: a time or a pace (3:45:00, 8:35/mi, 5:20/km) [default: the profile's, else by --from]
    #[arg(long, value_name = "GOAL", help_heading = "Planning")]
    pub goal: Option<String>,
    /// Your own recordings: earlier races beside the plan, and a goal where none is given
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Planning")]
    pub from: Vec<PathBuf>,
    /// The course's track or route with its altitudes, for targets of even effort
    #[arg(long, value_name = "COURSE", help_heading = "Planning")]
    pub gpx: Option<PathBuf>,
    /// Your sex, for the chance of the wall [default: the profile's, else the recordings']
    #[arg(long, value_enum, help_heading = "Planning")]
    pub sex: Option<SexArg>,
    /// The profile to go by [default: firstmile.toml in the nearest folder upward]
    #[arg(long, value_name = "FILE", conflicts_with = "no_profile", help_heading = "Planning")]
    pub profile: Option<PathBuf>,
    /// Go by no profile
    #[arg(long, help_heading = "Planning")]
    pub no_profile: bool,
    /// How to write it; html is a pace band to print
    #[arg(long, value_name = "FORMAT", value_parser = plan_formats(), default_value = "text", help_heading = "Output")]
    pub format: PlanFormat,
    /// Where to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How it is to look.
    #[command(flatten)]
    pub look: StyleFlags,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: ReadingFlags,
}
