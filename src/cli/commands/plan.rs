//! `firstmile plan`: targets for the next race.

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::Args;

use crate::activity::Sex;
use crate::analyzer::{Analyzer, Decided};
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{OptionFlags, Reading, RunnerOnly};
use crate::cli::flags::style::StyleFlags;
use crate::cli::flags::values::{course, format, format_for};
use crate::cli::{output, pipeline};
use crate::formats::Format;
use crate::formats::plan::{COURSES, FORMATS, PlanSheet};
use crate::goal::Goal;
use crate::ingest::filter::Filter;
use crate::ingest::{CoursePoint, Limits, Source, archive, read_course};
use crate::measure::{Course, CourseProfile};
use crate::plan::{Own, Plan, PlanRequest, SplitBias};
use crate::profile::Profile;
use crate::temperature::Temperature;
use crate::units::Units;
use crate::{goal, plan};

/// Makes a plan and writes it.
///
/// # Errors
///
/// As [`sheet`], and if output cannot be written.
pub(in crate::cli) fn run(args: &PlanArgs) -> anyhow::Result<ExitStatus> {
    let output = args.output.as_deref();
    let format = format_for(FORMATS, args.format, output);
    if COURSES.contains(&format.name) && args.gpx.is_none() {
        bail!("--format {} needs the course's points; give them with --gpx COURSE", format.name);
    }
    if output.is_none_or(output::is_standard) {
        output::refuse_terminal(format.name)?;
    }
    // Course and goal are the plan's, not the recordings'.
    let analyzer = args.runner.apply(args.reading.apply(Analyzer::new())?)?;
    let analyzer = args.look.units.apply(analyzer)?;
    output::refuse_input(output, &analyzer, &args.from, &[args.gpx.as_ref()])?;
    let (course, goal) = (args.course, args.goal.as_deref());
    let temperatures = args.usual_temperature.zip(args.temperature);
    let wanted =
        Wanted { course, goal, from: &args.from, gpx: args.gpx.as_deref(), split: args.split, temperatures };
    let (sheet, units) = sheet(&wanted, &analyzer)?;
    let style = args.look.style(output, units, 0);
    output::write_to(output, |out| format.write(&sheet, &style, out))?;
    Ok(ExitStatus::default())
}

/// What a plan is made from.
pub(super) struct Wanted<'a> {
    pub course: Option<Course>,
    pub goal: Option<&'a str>,
    pub from: &'a [PathBuf],
    pub gpx: Option<&'a Path>,
    pub split: Option<SplitBias>,
    /// That of usual races and that of the planned one.
    pub temperatures: Option<(Temperature, Temperature)>,
}

/// Makes a plan, and returns it with the units of its sentences.
///
/// # Errors
///
/// For a plan without course or goal, and a course file or recordings that cannot be read.
pub(super) fn sheet(wanted: &Wanted, analyzer: &Analyzer) -> anyhow::Result<(PlanSheet, Units)> {
    let course = wanted.course;
    let course_file = wanted.gpx.map(course_file).transpose()?;
    let course_profile = course_file.as_ref().map(|(course_profile, _)| course_profile);
    let length_m =
        course.map(Course::length_m).or(course_profile.map(|course_profile| course_profile.length_m));
    let Some(length_m) = length_m else { bail!("a plan needs --course, or a course file with --gpx") };
    let here = [PathBuf::from(".")];
    let profile = analyzer.load_profile(if wanted.from.is_empty() { &here } else { wanted.from })?;
    let gathered = match wanted.from {
        [] => None,
        from => Some(pipeline::decide_activities(analyzer.clone(), from)?),
    };
    let past = gathered.as_ref().map(|past| Past::of(past, course));
    let (goal, goal_from) = goal(wanted, length_m, profile.as_ref(), past.as_ref())?;
    let recorded_sex = past.as_ref().and_then(|past| past.sex);
    let stated_sex = analyzer.stated_sex().or_else(|| profile.as_ref()?.sex);
    let sex = stated_sex.or(recorded_sex);
    let wish = PlanRequest {
        course,
        goal,
        sex,
        course_profile,
        temperatures: wanted.temperatures,
        split: wanted.split,
    };
    let units = analyzer.stated_units().or_else(|| profile.as_ref()?.units).unwrap_or_default();
    let plan = Plan::make(&wish).map_err(|why| match wanted.gpx {
        Some(file) => anyhow!("{}: {why}", file.display()),
        None => anyhow!(why),
    })?;
    if wanted.temperatures.is_some() && plan.heat.is_none() {
        bail!("--temperature moves the chance of the wall, which only --course marathon has");
    }
    let track = course_file.as_ref().map(|(profile, points)| plan.timed_points(profile, points));
    Ok((PlanSheet { plan, goal_from, own: past.map(|past| past.own), sex, track }, units))
}

/// What the runner's recordings say.
struct Past {
    own: Own,
    goal: Option<(Goal, String)>,
    sex: Option<Sex>,
}

impl Past {
    fn of(gathered: &Decided, course: Option<Course>) -> Self {
        Self {
            own: Own::of(&gathered.history, &gathered.entries, course),
            goal: course.and_then(|course| plan::goal(&gathered.history, &gathered.entries, course)),
            sex: plan::recorded_sex(&gathered.history, &gathered.entries),
        }
    }
}

/// The goal and, unless it was typed, where it comes from.
fn goal(
    wanted: &Wanted,
    length_m: f64,
    profile: Option<&Profile>,
    past: Option<&Past>,
) -> anyhow::Result<(Goal, Option<String>)> {
    if let Some(text) = wanted.goal {
        let pace_s_per_m = goal::pace(text, Some(length_m)).map_err(|why| anyhow!("--goal: {why}"))?;
        return Ok((Goal { course: wanted.course, pace_s_per_m }, None));
    }
    let by_profile = wanted.course.zip(profile).and_then(|(course, profile)| {
        let goal = profile.goals.iter().copied().find(|goal| goal.course == Some(course))?;
        Some((goal, Some(format!("that of {}", profile.path.display()))))
    });
    if let Some(goal) = by_profile {
        return Ok(goal);
    }
    match past {
        None => bail!("a plan needs a goal: --goal 3:45:00, or --from with a folder of your races"),
        Some(past) => match &past.goal {
            Some((goal, from)) => Ok((*goal, Some(from.clone()))),
            None => bail!(
                "no race of the two years before your latest recording, so no goal; give one: --goal 3:45:00"
            ),
        },
    }
}

/// Reads a course's hills and points.
fn course_file(file: &Path) -> anyhow::Result<(CourseProfile, Vec<CoursePoint>)> {
    if !file.exists() {
        bail!("{}: no such file", file.display());
    }
    let (limits, filter) = (Limits::default(), Filter::default());
    let visited = archive::visit(&Source::named(file), &limits, &filter, &|found| found.bytes);
    let bytes =
        visited.results.into_iter().next().ok_or_else(|| anyhow!("{}: nothing in it", file.display()))?;
    let points = bytes.and_then(|bytes| read_course(&bytes));
    let points = points.map_err(|failure| anyhow!("{}: {failure}", file.display()))?;
    let profile = CourseProfile::from_points(&points)
        .map_err(|why| anyhow!("{}: no hills can be read off it: {why}", file.display()))?;
    Ok((profile, points))
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  firstmile plan --course marathon --goal 3:45:00\n  firstmile plan --course half --from races/\n  \
                  firstmile plan --course marathon --goal 8:35/mi --format html --output band.html\n  \
                  firstmile plan --course marathon --goal 3:45:00 --split negative:1%\n  \
                  firstmile plan --course marathon --goal 3:45:00 --usual-temperature 12C --temperature 24C\n  \
                  firstmile plan --gpx hills.gpx --goal 2:10:00\n  \
                  firstmile plan --course marathon --goal 3:45:00 --output plan.fit\n  \
                  firstmile plan --gpx hills.gpx --goal 2:10:00 --format fit-course --output course.fit"
)]
pub struct PlanArgs {
    /// The race's course; optional where --gpx gives its length
    #[arg(long, value_name = "COURSE", value_parser = course(), help_heading = "Planning")]
    pub course: Option<Course>,
    /// Goal, a time or a pace (3:45:00, 8:35/mi, 5:20/km) [default: the profile's, else from
    /// --from]
    #[arg(long, value_name = "GOAL", help_heading = "Planning")]
    pub goal: Option<String>,
    /// Your recordings: the plan lists earlier races over the course and takes its default goal
    /// from them
    #[arg(long, value_name = "PATH", num_args = 1.., help_heading = "Planning")]
    pub from: Vec<PathBuf>,
    /// The course with altitudes, as GPX (a track or route), FIT or TCX: for targets of even effort
    /// and for the courses fit-course and tcx
    #[arg(long, value_name = "COURSE", help_heading = "Planning")]
    pub gpx: Option<PathBuf>,
    /// Proportion of the halves: even, negative:1% (the second 1 % faster) or positive:1%; over
    /// hills by effort [default: even effort after a slow first mile]
    #[arg(long, value_name = "SPLIT", help_heading = "Planning")]
    pub split: Option<SplitBias>,
    /// Air temperature expected at the race (24C, 75F); moves a marathon's chance of the wall by
    /// its difference from --usual-temperature
    #[arg(
        long,
        value_name = "TEMPERATURE",
        allow_hyphen_values = true,
        requires = "usual_temperature",
        help_heading = "Planning"
    )]
    pub temperature: Option<Temperature>,
    /// Air temperature of your usual races
    #[arg(
        long,
        value_name = "TEMPERATURE",
        allow_hyphen_values = true,
        requires = "temperature",
        help_heading = "Planning"
    )]
    pub usual_temperature: Option<Temperature>,
    /// The runner.
    #[command(flatten)]
    pub runner: OptionFlags<RunnerOnly>,
    /// Output format; html is a pace band to print, fit, fit-course and tcx are for the watch
    /// [default: by the ending of --output, else text]
    #[arg(long, value_name = "FORMAT", value_parser = format(FORMATS), help_heading = "Output")]
    pub format: Option<&'static Format<PlanSheet>>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,
    /// How output looks.
    #[command(flatten)]
    pub look: StyleFlags,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
