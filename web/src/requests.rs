//! What the page may ask, and the answers.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};

use firstmile::formats::{self, Style, Table, rules};
use firstmile::goal::Goal;
use firstmile::report::{Report, Row};
use firstmile::{Analyzer, Session};
use serde::{Deserialize, Serialize};

use crate::files::BrowserFile;
use crate::plan;

/// A request.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
enum Request {
    /// Begins anew with these files. The answer lists their numbers in the order of reading.
    Open { files: Vec<GivenFile> },
    /// Reads and measures a file, by its place in that order.
    Read { place: usize },
    /// Gives a file a row that says that its reader broke down.
    Fail { place: usize, why: String },
    /// Checks settings.
    Check { settings: Settings },
    /// Judges all that was read and writes it in a format.
    Report { settings: Settings, format: String, table: Option<String> },
    /// Lists the runs, so that the runner can say which were races.
    Runs { settings: Settings },
    /// Makes a plan.
    Plan { settings: Settings, wish: plan::Wish, format: String },
    /// Explains a rule; without one, lists all.
    Explain { rule: Option<String> },
}

/// A file as the browser names it.
#[derive(Deserialize)]
struct GivenFile {
    path: PathBuf,
    size: u64,
}

/// What the runner states.
#[derive(Deserialize, Default, PartialEq)]
#[serde(default)]
pub(crate) struct Settings {
    /// Options by name, as on the command line.
    options: BTreeMap<String, String>,
    /// A goal, as a time or a pace.
    goal: Option<String>,
    /// The course of that goal.
    goal_course: Option<String>,
    /// Which rows were races, by address.
    races: BTreeMap<String, bool>,
}

/// A run of the list.
#[derive(Serialize)]
struct ListedRun<'a> {
    address: String,
    title: &'a str,
    date: Option<String>,
    finish_s: f64,
    is_race: bool,
}

/// What the page holds between requests.
#[derive(Default)]
pub(crate) struct Page {
    session: Option<Session>,
    files: HashMap<PathBuf, (u32, u64)>,
    /// The report on all that was read, by the settings that it was judged with.
    judged: Option<(Settings, Report)>,
}

impl Page {
    /// Answers a request; the error is a sentence.
    pub(crate) fn answer(&mut self, request: &[u8]) -> Result<Vec<u8>, String> {
        match serde_json::from_slice(request).map_err(sentence)? {
            Request::Open { files } => self.open(files),
            Request::Read { place } => {
                let files = &self.files;
                let session = self.session.as_mut().ok_or(NOTHING)?;
                let path = session.path(place).to_owned();
                session.read(place, open(files, &path));
                Ok(Vec::new())
            }
            Request::Fail { place, why } => {
                self.session.as_mut().ok_or(NOTHING)?.fail(place, &why);
                Ok(Vec::new())
            }
            Request::Check { settings } => settings.analyzer().map(|_| Vec::new()),
            Request::Report { settings, format, table } => {
                let report = self.report(settings)?;
                let format = named_format(formats::REPORT, &format)?;
                let mut style = Style::default();
                style.units = report.units;
                style.table = match table {
                    None => Table::default(),
                    Some(name) => named_table(&name)?,
                };
                write(|out| format.write(report, &style, out))
            }
            Request::Runs { settings } => {
                let report = self.report(settings)?;
                let runs: Vec<ListedRun> = report.rows.iter().filter_map(ListedRun::of).collect();
                let (summary, warnings) = (report.summary, &report.warnings);
                serde_json::to_vec(&(runs, summary, warnings)).map_err(sentence)
            }
            Request::Plan { settings, wish, format } => self.plan(&settings, &wish, &format),
            Request::Explain { rule: None } => Ok(rules::list().into_bytes()),
            Request::Explain { rule: Some(id) } => {
                let rule = firstmile::judge::find(&id).ok_or_else(|| format!("there is no rule {id}"))?;
                Ok(rules::page(rule).into_bytes())
            }
        }
    }

    fn open(&mut self, given: Vec<GivenFile>) -> Result<Vec<u8>, String> {
        let paths: Vec<PathBuf> = given.iter().map(|file| file.path.clone()).collect();
        self.session = None;
        self.judged = None;
        self.files = (0..).zip(given).map(|(number, file)| (file.path, (number, file.size))).collect();
        let files = &self.files;
        let session = Session::new(Analyzer::new(), &paths, |path| open(files, path)).map_err(sentence)?;
        let order: Vec<u32> =
            (0..session.files()).filter_map(|place| Some(files.get(session.path(place))?.0)).collect();
        self.session = Some(session);
        serde_json::to_vec(&order).map_err(sentence)
    }

    /// Judges all that was read, unless the last report was judged with the same settings.
    fn report(&mut self, settings: Settings) -> Result<&Report, String> {
        let judged = match self.judged.take() {
            Some((known, report)) if known == settings => report,
            _ => {
                let session = self.session.as_mut().ok_or(NOTHING)?;
                session.report(&settings.analyzer()?, &settings.races).map_err(sentence)?
            }
        };
        Ok(&self.judged.insert((settings, judged)).1)
    }

    fn plan(&mut self, settings: &Settings, wish: &plan::Wish, format: &str) -> Result<Vec<u8>, String> {
        let analyzer = settings.analyzer()?;
        let decided = self.session.as_mut().map(|session| session.decide(&analyzer, &settings.races));
        // Without recordings, or without a run among them, a plan is made from the goal alone.
        let decided = decided.and_then(Result::ok);
        let entries = self.session.as_ref().map_or(&[][..], Session::entries);
        let past = decided.as_ref().map(|(history, ..)| (history, entries));
        let sheet = plan::make(wish, settings.option("sex"), past)?;
        let format = named_format(formats::plan::FORMATS, format)?;
        let mut style = Style::default();
        if settings.option("units") == Some("km") {
            style.units = firstmile::units::Units::Kilometres;
        }
        write(|out| format.write(&sheet, &style, out))
    }
}

const NOTHING: &str = "nothing was read yet";

impl Settings {
    fn analyzer(&self) -> Result<Analyzer, String> {
        let analyzer = Analyzer::new().set_all(&self.options).map_err(sentence)?;
        let Some(goal) = &self.goal else { return Ok(analyzer) };
        let course = self.goal_course.as_deref().map(str::parse).transpose().map_err(sentence)?;
        Ok(analyzer.goal(Goal::parse(goal, course).map_err(sentence)?))
    }

    fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
}

impl<'a> ListedRun<'a> {
    fn of(row: &'a Row) -> Option<Self> {
        let scores = row.scores.as_ref().filter(|_| row.duplicate_of.is_none())?;
        Some(Self {
            address: row.address(),
            title: row.title(),
            date: row.local_start().map(|at| at.date()),
            finish_s: scores.finish_s(),
            is_race: scores.kind == firstmile::history::Kind::Race,
        })
    }
}

/// Opens a file of the browser.
fn open(files: &HashMap<PathBuf, (u32, u64)>, path: &Path) -> io::Result<(BrowserFile, u64)> {
    let (number, size) = files.get(path).ok_or(io::ErrorKind::NotFound)?;
    Ok((BrowserFile::new(*number, *size), *size))
}

fn named_format<T>(
    formats: &'static [formats::Format<T>],
    name: &str,
) -> Result<&'static formats::Format<T>, String> {
    formats::named(formats, name).ok_or_else(|| format!("there is no format {name}"))
}

fn named_table(name: &str) -> Result<Table, String> {
    let known = Table::ALL.into_iter().find(|(_, word)| *word == name);
    known.map(|(table, _)| table).ok_or_else(|| format!("there is no table {name}"))
}

fn write(writer: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    writer(&mut bytes).map_err(sentence)?;
    Ok(bytes)
}

/// Returns an error as a sentence.
pub(crate) fn sentence(error: impl std::fmt::Display) -> String {
    error.to_string()
}
