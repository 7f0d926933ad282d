//! The page on one run alone: its verdict, its time against an even run of the same finish, its
//! splits as a strip of bars, its findings, and what to do next time.

use super::details::NO_ZONE;
use super::{TextPage, session};
use crate::escape::escape_controls;
use crate::formats::layout::{line, width_of, wrap};
use crate::formats::{ONLY_VERBOSE, Style, layout};
use crate::history::Kind;
use crate::judge::Finding;
use crate::measure::{Basis, Split, Stretch};
use crate::phrases::{against_goal, capital, clock};
use crate::report::{AgainstEven, Row, Scores, verdict};
use crate::units::Units;

/// The column where the labels of the ledger end.
const LABEL: usize = 20;
/// A difference from an even run below this, in seconds, is none.
const EVEN_S: f64 = 0.5;
/// The most findings without `-v`.
const FINDINGS: usize = 5;

impl TextPage<'_> {
    /// Appends the page.
    pub(super) fn one_run(&self, text: &mut String, row: &Row, scores: &Scores) {
        let width = self.style.page_width();
        line!(text, "{}", wrap(&self.answer(row, scores), 0, width));
        if scores.inferred {
            let why = format!(
                "Judged as a race ({}); --no-race if it was not.",
                escape_controls(&scores.reasons.join("; "))
            );
            line!(text, "{}", wrap(&why, 0, width));
        }
        if self.is_verbose() {
            line!(text, "{}", escape_controls(&row.location()));
            if row.identity.as_ref().is_some_and(|identity| identity.utc_offset.is_none()) {
                line!(text, "{}", wrap(&format!("Its day is by UTC: {NO_ZONE}."), 0, width));
            }
        }
        if self.style.verbosity >= 0 && scores.session().is_some() {
            session::repeats(text, scores, self.style);
        } else if self.style.verbosity >= 0 {
            self.ledger(text, scores);
            line!(text, "\n{}", self.split_bars(scores));
        }
        self.findings(text, row);
        self.next_time(text);
    }

    /// Returns what was run, in which time, and how.
    pub(super) fn answer(&self, row: &Row, scores: &Scores) -> String {
        let pace = self.style.units.pace(scores.pace_s_per_m());
        let goal = scores.behind_goal_s();
        let goal = goal
            .map_or_else(String::new, |(goal_s, behind_s)| format!(", {}", against_goal(goal_s, behind_s)));
        format!(
            "{}: {} ({pace} a {}){goal}. {}.",
            heading(row, scores, self.style.ascii),
            clock(scores.finish_s()),
            self.style.units.word(),
            capital(&verdict(row, scores, self.style.units)),
        )
    }

    /// Appends the run's times beside those of an even run with the same finish.
    fn ledger(&self, text: &mut String, scores: &Scores) {
        let (view, basis) = (&scores.view, scores.basis);
        let total_s = scores.finish_s();
        let even = AgainstEven::of(scores);
        let even_head = format!("an even {}", clock(total_s));
        line!(text, "\n{:LABEL$}{:>12}{even_head:>20}", "", "your run");
        let start = &view.start_window;
        let to_start = if view.marathon { "to 10 km".to_owned() } else { self.quarter(start.distance_m) };
        let (lead_s, at_m) = even.greatest;
        let (start_s, first_s) = (start.times.on(basis), view.first_half.times.on(basis));
        let most = format!(
            "   (most: {} ahead at {} {:.1})",
            clock(lead_s),
            self.style.units.word(),
            at_m / self.style.units.metres()
        );
        let is_more = lead_s >= EVEN_S
            && lead_s.round() > even.half_way_s.round()
            && lead_s.round() > even.after_start_s.round();
        let most = if is_more { most } else { String::new() };
        for (label, time_s, ahead_s, note) in [
            (to_start.as_str(), start_s, even.after_start_s, ""),
            (
                if scores.is_unfinished() { "to its middle" } else { "to half-way" },
                first_s,
                even.half_way_s,
                most.as_str(),
            ),
        ] {
            let row = format!(
                "  {label:<w$}{:>12}{:>20}    {}",
                clock(time_s),
                clock(AgainstEven::even_s(time_s, ahead_s)),
                ahead(ahead_s),
                w = LABEL - 2
            );
            // On a narrow page the note has a line of its own.
            if width_of(&row) + width_of(note) <= self.style.page_width() {
                line!(text, "{row}{note}");
            } else {
                line!(text, "{row}\n    {}", wrap(note.trim_start(), 4, self.style.page_width()));
            }
        }
        let second_s = view.second_half.times.on(basis);
        let back = match even.half_way_s {
            s if s >= EVEN_S => format!("{} given back", clock(s)),
            s if s <= -EVEN_S => format!("{} gained", clock(-s)),
            _ => "even".to_owned(),
        };
        let even_s = AgainstEven::even_s(second_s, -even.half_way_s);
        line!(
            text,
            "  {:<w$}{:>12}{:>20}    {back}",
            if scores.is_unfinished() { "from its middle" } else { "from half-way" },
            clock(second_s),
            clock(even_s),
            w = LABEL - 2
        );
        let mile = |stretch: &Stretch| self.style.units.pace(stretch.pace_s_per_m(basis));
        line!(
            text,
            "  first mile {}, final mile {} a {}",
            mile(&view.first_mile),
            mile(&view.final_mile),
            self.style.units.word()
        );
    }

    /// Returns the label for the start window of a run that is not a marathon.
    fn quarter(&self, end_m: f64) -> String {
        format!("to {:.1} {}", end_m / self.style.units.metres(), self.style.units.short())
    }

    /// Appends the findings: with `-v` all, else the worst, two lines each.
    fn findings(&self, text: &mut String, row: &Row) {
        let is_told = |finding: &&Finding| self.is_verbose() || !ONLY_VERBOSE.contains(&finding.id);
        let findings: Vec<&Finding> = row.findings().iter().filter(is_told).collect();
        if findings.is_empty() {
            return;
        }
        line!(text, "");
        if self.is_verbose() {
            for finding in findings {
                line!(text, "{}", layout::finding(self.style, finding, 0));
            }
            return;
        }
        // Findings are sorted, worst first.
        let shown = findings.len().min(FINDINGS);
        for finding in &findings[..shown] {
            self.short_finding(text, finding, 0);
        }
        if shown < findings.len() {
            let ids: Vec<&str> = findings[shown..].iter().map(|finding| finding.id).collect();
            line!(text, "also {}: -v has all in full", ids.join(", "));
        }
    }

    /// Returns the splits as a strip of bars, taller for slower, with the fastest and slowest pace.
    pub(super) fn split_bars(&self, scores: &Scores) -> String {
        format!("{}  {}", self.style.units.plural(), split_bars(scores, self.style))
    }
}

/// Returns a run's name, its course and its day: "Marathon, Sunday 22 March 2026".
fn heading(row: &Row, scores: &Scores, ascii: bool) -> String {
    let course = scores.view.course.map(|course| capital(course.title()));
    let name = escape_controls(row.title_in(ascii));
    // A name that was made of course and day would say the same twice.
    let made_up = course.as_deref().is_some_and(|course| name.starts_with(&format!("{course}, ")));
    let name = if made_up { course.unwrap_or_default() } else { name };
    let day = row.day_after(&name);
    let mut words: Vec<String> = [name, day].into_iter().filter(|part| !part.is_empty()).collect();
    if scores.kind == Kind::Training && words.len() > 1 {
        words.push("training".to_owned());
    }
    words.join(", ")
}

/// Formats a difference from an even run: "10:26 ahead".
fn ahead(seconds: f64) -> String {
    match seconds {
        s if s >= EVEN_S => format!("{} ahead", clock(s)),
        s if s <= -EVEN_S => format!("{} behind", clock(-s)),
        _ => "even".to_owned(),
    }
}

/// Returns the run's splits as a row of bars, taller for slower, followed by the fastest and
/// slowest pace.
fn split_bars(scores: &Scores, style: &Style) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    /// The columns for the label before the bars and the paces after them.
    const BESIDE: usize = 48;
    /// The least and the greatest number of bars.
    const BAR_COUNTS: (usize, usize) = (8, 60);
    let units = style.units;
    let splits = if units == Units::Miles { &scores.view.miles } else { &scores.view.kms };
    // Too many splits share bars. A short rest at the end has no meaningful pace and gets no bar.
    let most = style.page_width().saturating_sub(BESIDE).clamp(BAR_COUNTS.0, BAR_COUNTS.1);
    let splits_per_bar = splits.len().div_ceil(most).max(1);
    let paces: Vec<f64> = splits
        .chunks(splits_per_bar)
        .map(|part| {
            let sum = |value: fn(&Split, Basis) -> f64| -> f64 {
                part.iter().map(|split| value(split, scores.basis)).sum()
            };
            (sum(|split, _| split.distance_m), sum(|split, basis| split.times.on(basis)))
        })
        .filter(|(distance_m, _)| *distance_m > 0.25 * units.metres())
        .map(|(distance_m, time_s)| time_s / distance_m)
        .collect();
    let fastest = paces.iter().copied().fold(f64::INFINITY, f64::min);
    let slowest = paces.iter().copied().fold(0.0, f64::max);
    // The scale spans at least a quarter of the fastest pace, so that an even run looks even.
    let span = (slowest - fastest).max(0.25 * fastest);
    let bars: String = paces
        .iter()
        .map(|pace| BARS[(((pace - fastest) / span * 7.0).round() as usize).min(BARS.len() - 1)])
        .collect();
    format!("{bars}  {} … {} a {}", units.pace(fastest), units.pace(slowest), units.word())
}
