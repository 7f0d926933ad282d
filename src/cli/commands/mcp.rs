//! `firstmile mcp PATH…`: the runs as tools for an assistant, by the Model Context Protocol over
//! standard input and output.
//!
//! The tools read the paths of the command line and nothing else, and write nothing. What they
//! return is the JSON of `--format json`, `history` and `plan`, and the text of `explain`. Each
//! call reads the recordings anew, so an answer is never older than the files.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, JsonObject,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ErrorData, ServerHandler, ServiceExt as _};
use serde_json::{Map, Value, json};

use super::{explain, plan};
use crate::analyzer::Analyzer;
use crate::cli::exit_status::ExitStatus;
use crate::cli::flags::options::{Judging, OptionFlags, Reading, UnitSystem, analyzer};
use crate::cli::{error_line, pipeline};
use crate::formats::{self, Format, REPORT, Style};
use crate::measure::Course;
use crate::report::Report;

/// The fields of a run in the list. `show_run` has all.
const LISTED: [&str; 14] = [
    "name",
    "local_start",
    "status",
    "reason",
    "kind",
    "course",
    "distance_m",
    "elapsed_s",
    "pace_s_per_km",
    "positive_split_pct",
    "start_excess_pct",
    "level",
    "verdict",
    "rules",
];

/// The runs that a list has unless its caller asks for another number.
const LIST_LENGTH: u64 = 50;

/// What the assistant is told of the server.
const INSTRUCTIONS: &str = "Reads the user's running recordings: pacing, splits, races, training, trends. Numbers of other \
                            runners are associations, not causes. No tool gives medical advice.";

/// Serves until standard input ends.
///
/// # Errors
///
/// If a path does not exist, or the streams fail.
pub(in crate::cli) fn run(args: &McpArgs) -> anyhow::Result<ExitStatus> {
    if let Some(missing) = args.paths.iter().find(|path| !path.exists()) {
        bail!("{}: no such file or folder", missing.display());
    }
    let server = Server(Arc::new(Runs {
        paths: args.paths.clone(),
        analyzer: analyzer(&args.reading, &args.judging, &args.units)?,
        with_coordinates: args.with_coordinates,
    }));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().context("the runtime")?;
    let served = runtime.block_on(async {
        let service = server.serve((tokio::io::stdin(), tokio::io::stdout())).await?;
        anyhow::Ok(service.waiting().await?)
    });
    // A read of standard input cannot be cancelled, so the runtime does not wait for it.
    runtime.shutdown_background();
    served.map(|_| ExitStatus::default())
}

/// What the tools work on.
struct Runs {
    paths: Vec<PathBuf>,
    analyzer: Analyzer,
    with_coordinates: bool,
}

/// The arguments of a call.
type Arguments = Map<String, Value>;

/// A tool: its name, what it does, its arguments as JSON Schema properties, and its work.
struct ToolEntry {
    name: &'static str,
    about: &'static str,
    arguments: fn() -> Value,
    required: &'static [&'static str],
    work: fn(&Runs, &Arguments) -> anyhow::Result<String>,
}

/// The tools.
const TOOLS: [ToolEntry; 5] = [
    ToolEntry {
        name: "list_runs",
        about: "Lists the user's runs, the latest first: date, kind (race or training), distance, times in seconds, how the \
                start and the second half were paced, and a verdict. Files that were not scored are listed with the \
                reason.",
        arguments: || {
            json!({
                "since": { "type": "string", "description": "first day, month or year: 2024, 2024-05, 2024-05-01" },
                "until": { "type": "string", "description": "last day, month or year" },
                "races_only": { "type": "boolean", "description": "leave out training; default false" },
                "limit": { "type": "integer", "minimum": 1, "description": "the most runs to list; default 50" },
            })
        },
        required: &[],
        work: Runs::list,
    },
    ToolEntry {
        name: "show_run",
        about: "Returns one run in full: splits by mile and kilometre, halves, distances and their origin, hills, heart \
                rate, and the findings with their evidence.",
        arguments: || json!({ "run": { "type": "string", "description": "the field run of list_runs" } }),
        required: &["run"],
        work: Runs::show,
    },
    ToolEntry {
        name: "history",
        about: "Returns the runner's years: races, trends by course with intervals, long runs, and what a second gained \
                early costs later.",
        arguments: || {
            json!({
                "since": { "type": "string", "description": "first day, month or year: 2024, 2024-05, 2024-05-01" },
                "until": { "type": "string", "description": "last day, month or year" },
            })
        },
        required: &[],
        work: Runs::history,
    },
    ToolEntry {
        name: "plan",
        about: "Plans a race: targets by mile and kilometre, the first-mile check, what a faster start risks, drinks. \
                Without a goal it is taken from the user's own races.",
        arguments: || {
            json!({
                "course": { "type": "string", "enum": Course::ALL.map(Course::code) },
                "goal": { "type": "string", "description": "a time or a pace: 3:45:00, 8:35/mi, 5:20/km" },
            })
        },
        required: &["course"],
        work: Runs::plan,
    },
    ToolEntry {
        name: "explain_rule",
        about: "Explains a rule: definition, thresholds, source, how sure it is, where it does not apply. Without an id it \
                lists all rules.",
        arguments: || json!({ "id": { "type": "string", "description": "a rule's id, such as START-01" } }),
        required: &[],
        work: |_, arguments| explain::page(text(arguments, "id")?),
    },
];

impl ToolEntry {
    fn described(&self) -> Tool {
        let mut schema = JsonObject::new();
        schema.insert("type".into(), "object".into());
        schema.insert("properties".into(), (self.arguments)());
        schema.insert("required".into(), self.required.into());
        schema.insert("additionalProperties".into(), false.into());
        let annotations = ToolAnnotations::new().read_only(true).idempotent(true).open_world(false);
        Tool::new(self.name, self.about, schema).with_annotations(annotations)
    }

    /// Does the work, unless an argument is unknown.
    fn call(&self, runs: &Runs, arguments: &Arguments) -> anyhow::Result<String> {
        let known = (self.arguments)();
        if let Some(unknown) = arguments.keys().find(|name| known.get(name.as_str()).is_none()) {
            bail!("{} has no argument {unknown}", self.name);
        }
        (self.work)(runs, arguments)
    }
}

/// Returns an argument that is a text.
fn text<'a>(arguments: &'a Arguments, name: &str) -> anyhow::Result<Option<&'a str>> {
    match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => bail!("{name} must be a string"),
    }
}

/// Returns a document of a format, as JSON on few lines.
fn document<T: ?Sized>(formats: &'static [Format<T>], value: &T, style: &Style) -> anyhow::Result<String> {
    let format = formats::named(formats, "json").context("there is no JSON")?;
    let mut bytes = Vec::new();
    format.write(value, style, &mut bytes)?;
    Ok(serde_json::from_slice::<Value>(&bytes)?.to_string())
}

impl Runs {
    /// Reads the recordings, of some days if the arguments name them.
    fn report(&self, arguments: &Arguments) -> anyhow::Result<Report> {
        let mut analyzer = self.analyzer.clone();
        for name in ["since", "until"] {
            if let Some(value) = text(arguments, name)? {
                analyzer = analyzer.set_all([(name, value)])?;
            }
        }
        pipeline::report(analyzer, &self.paths)
    }

    fn style(&self, report: &Report) -> Style {
        Style { units: report.units, with_coordinates: self.with_coordinates, ..Style::default() }
    }

    /// Returns the activities of the JSON document, each with the address of its row.
    fn activities(&self, report: &Report) -> anyhow::Result<Vec<(String, Map<String, Value>)>> {
        let mut document: Value = serde_json::from_str(&document(REPORT, report, &self.style(report))?)?;
        let Value::Array(activities) = document["activities"].take() else {
            bail!("there are no activities")
        };
        let rows = report.rows.iter().zip(activities);
        let pairs = rows.filter_map(|(row, activity)| match activity {
            Value::Object(fields) => Some((row.address(), fields)),
            _ => None,
        });
        Ok(pairs.collect())
    }

    fn list(&self, arguments: &Arguments) -> anyhow::Result<String> {
        let flag = |name: &str| match arguments.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| anyhow!("{name} must be true or false")),
        };
        let races_only = flag("races_only")?;
        let limit = match arguments.get("limit") {
            None | Some(Value::Null) => LIST_LENGTH,
            Some(value) => value.as_u64().filter(|n| *n > 0).context("limit must be a number above zero")?,
        };
        let mut runs = self.activities(&self.report(arguments)?)?;
        runs.retain(|(_, fields)| !races_only || fields.get("kind").is_some_and(|kind| kind == "race"));
        let all = runs.len();
        let start =
            |fields: &Map<String, Value>| fields.get("start_time").and_then(Value::as_str).map(str::to_owned);
        runs.sort_by_cached_key(|(_, fields)| std::cmp::Reverse(start(fields)));
        runs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let listed: Vec<Value> = runs
            .into_iter()
            .map(|(address, mut fields)| {
                let mut short = Map::from_iter([("run".to_owned(), address.into())]);
                short.extend(
                    LISTED.iter().filter_map(|name| Some(((*name).to_owned(), fields.remove(*name)?))),
                );
                Value::Object(short)
            })
            .collect();
        Ok(json!({ "of": all, "runs": listed }).to_string())
    }

    fn show(&self, arguments: &Arguments) -> anyhow::Result<String> {
        let run = text(arguments, "run")?.context("run is missing: the field run of list_runs")?;
        let activities = self.activities(&self.report(arguments)?)?;
        let found = activities.into_iter().find(|(address, _)| address == run);
        let (_, fields) = found.with_context(|| format!("no run {run}; list_runs has their names"))?;
        Ok(Value::Object(fields).to_string())
    }

    fn history(&self, arguments: &Arguments) -> anyhow::Result<String> {
        let report = self.report(arguments)?;
        document(formats::history::FORMATS, &report, &self.style(&report))
    }

    fn plan(&self, arguments: &Arguments) -> anyhow::Result<String> {
        let course = text(arguments, "course")?.context("course is missing")?;
        let course = course.parse::<Course>().map_err(|error| anyhow!("course: {error}"))?;
        let (course, goal) = (Some(course), text(arguments, "goal")?);
        let wanted =
            plan::Wanted { course, goal, from: &self.paths, gpx: None, split: None, temperatures: None };
        let (sheet, units) = plan::sheet(&wanted, &self.analyzer)?;
        document(formats::plan::FORMATS, &sheet, &Style { units, ..Style::default() })
    }
}

/// The server: answers what tools there are, and calls them.
struct Server(Arc<Runs>);

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("firstmile", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(TOOLS.iter().map(ToolEntry::described).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = TOOLS.iter().find(|tool| tool.name == request.name) else {
            return Err(ErrorData::invalid_params(format!("there is no tool {}", request.name), None));
        };
        let runs = Arc::clone(&self.0);
        let arguments = request.arguments.unwrap_or_default();
        let work = tokio::task::spawn_blocking(move || tool.call(&runs, &arguments));
        let result = work.await.map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
        let result = match result {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]),
            Err(error) => CallToolResult::error(vec![ContentBlock::text(error_line(&error))]),
        };
        Ok(result.into())
    }
}

/// Arguments of `mcp`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example, for an assistant's configuration:\n  {\"command\": \"firstmile\", \"args\": [\"mcp\", \"/path/to/runs\"]}"
)]
pub struct McpArgs {
    /// Files, folders or archives of one runner's recordings; the tools read nothing else
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Let show_run tell where a run was in its first minute
    #[arg(long, help_heading = "Output")]
    pub with_coordinates: bool,
    /// Miles or kilometres.
    #[command(flatten)]
    pub units: OptionFlags<UnitSystem>,
    /// What is known of runner and runs.
    #[command(flatten)]
    pub judging: OptionFlags<Judging>,
    /// How recordings are read.
    #[command(flatten)]
    pub reading: OptionFlags<Reading>,
}
