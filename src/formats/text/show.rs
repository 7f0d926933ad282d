//! `firstmile show`: one run in full, with every distance, time and split, and the origin of each
//! number.

use std::io;
use std::io::Write;

use super::details::NO_ZONE;
use super::session;
use crate::escape::escape_controls;
use crate::formats::layout::{line, to_ascii, wrap};
use crate::formats::{Style, layout};
use crate::history::Kind;
use crate::local_time::{OffsetOrigin, UtcOffset};
use crate::measure::{Basis, NoiseSource, Split, Stretch};
use crate::phrases::{against_goal, clock, signed, signed_clock};
use crate::report::{Report, Row, Scores, verdict};
use crate::units::{KM_M, Units};

/// Shorter standing at the end of a recording is not told, seconds: it would be shown as 0:00.
const LEAST_TAIL_S: f64 = 0.5;

/// Writes every row of a report in full, two blank lines between rows.
///
/// # Errors
///
/// If writing fails.
pub fn write(report: &Report, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    for (index, row) in report.rows.iter().enumerate() {
        if index > 0 {
            text.push_str("\n\n");
        }
        head(&mut text, row, style);
        match &row.scores {
            None => {
                let why = format!("{}: {}", row.status.code(), escape_controls(&row.detail));
                line!(text, "{}", wrap(&why, 0, style.page_width()));
            }
            Some(scores) => {
                let sheet = ShowPage { row, scores, style };
                sheet.ledger(&mut text);
                if scores.session().is_some() {
                    session::repeats(&mut text, scores, style);
                    session::laps(&mut text, scores, style);
                } else {
                    sheet.verdict(&mut text);
                }
                sheet.findings(&mut text);
                let miles_first = style.units == Units::Miles;
                for miles in [miles_first, !miles_first] {
                    sheet.splits(&mut text, if miles { Units::Miles } else { Units::Kilometres });
                }
                sheet.origins(&mut text);
            }
        }
    }
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Appends the verdict, then address, file format, sport and device.
fn head(text: &mut String, row: &Row, style: &Style) {
    let title = escape_controls(row.title_in(style.ascii));
    let day = row.day();
    let verdict = match &row.scores {
        Some(scores) => format!(": {}", verdict(row, scores, style.units)),
        None => String::new(),
    };
    let comma = if day.is_empty() || title.is_empty() { "" } else { ", " };
    line!(text, "{}", wrap(&format!("{title}{comma}{day}{verdict}"), 0, style.page_width()));
    let mut source = vec![escape_controls(&row.address())];
    if let Some(identity) = &row.identity {
        source.push(format!("{:?}", identity.format).to_uppercase());
        source.push(identity.sport.to_string());
        source.extend(identity.device.clone());
    }
    line!(text, "{}\n", wrap(&escape_controls(&source.join(" · ")), 0, style.page_width()));
}

/// The parts of a scored run's page. Each method appends one part.
struct ShowPage<'a> {
    row: &'a Row,
    scores: &'a Scores,
    style: &'a Style,
}

/// Appends a wrapped sentence with a label of ten columns; further ones about the same thing have
/// an empty label.
macro_rules! entry {
    ($page:expr, $text:expr, $label:expr, $($arg:tt)*) => {
        line!($text, "{:<10} {}", $label, wrap(&format!($($arg)*), 11, $page.style.page_width()))
    };
}

/// Appends a wrapped sentence on where numbers come from.
macro_rules! origin {
    ($page:expr, $text:expr, $($arg:tt)*) => {
        line!($text, "  {}", wrap(&format!($($arg)*), 2, $page.style.page_width()))
    };
}

impl ShowPage<'_> {
    /// Appends kind, distances, times and the basis, each with its reason.
    fn ledger(&self, text: &mut String) {
        let Scores { measured, view, basis, .. } = self.scores;
        if let Some(original) = &self.row.duplicate_of {
            entry!(
                self,
                text,
                "Duplicate",
                "the same run as {}, which tells more",
                escape_controls(original)
            );
        }
        let reasons = escape_controls(&self.scores.reasons.join("; "));
        match (self.scores.kind, reasons.as_str()) {
            (Kind::Race, reasons) => entry!(self, text, "Kind", "a race: {reasons}"),
            (Kind::Training, reasons) if self.scores.may_be_race => {
                entry!(self, text, "Kind", "training, but it may have been a race: {reasons}");
            }
            (Kind::Training, "") => {
                entry!(self, text, "Kind", "training: too little says that it was a race");
            }
            (Kind::Training, reasons) => entry!(self, text, "Kind", "training: {reasons}"),
        }
        let ledger = &measured.ledger;
        let mut distances: Vec<String> = Vec::new();
        distances.extend(ledger.device_m.map(|metres| format!("device {}", kilometres(metres))));
        distances.extend(ledger.gps_m.map(|metres| format!("GPS {}", kilometres(metres))));
        let candidate = measured.candidate.as_ref().and_then(|view| view.course);
        distances.extend(match (view.course, candidate) {
            (Some(course), _) => Some(format!("course {course}, {:.4} km", course.length_m() / KM_M)),
            (None, Some(course)) => Some(format!("it may be a {course}, but only races are put on a course")),
            (None, None) => None,
        });
        entry!(self, text, "Distance", "{}", distances.join(" · "));
        entry!(self, text, "", "used: {}", escape_controls(&ledger.why));
        if view.scale != 1.0 {
            entry!(self, text, "", "a recorded kilometre counts {:.1} m of the course", KM_M * view.scale);
        }
        if let Some(why) = &measured.course_refused {
            entry!(self, text, "", "{why}");
        }
        if view.lead_s > 0.0 {
            entry!(self, text, "", "{} of standing before the start are left out", clock(view.lead_s));
        }
        if view.tail_m > 0.0 {
            entry!(self, text, "", "{:.0} m after the finish are left out", view.tail_m);
        }
        if measured.tail_s >= LEAST_TAIL_S {
            entry!(self, text, "", "{} of standing at the end are left out", clock(measured.tail_s));
        }
        let total = view.total;
        let timer = if measured.timer_known { clock(total.timer_s) } else { "not recorded".to_owned() };
        entry!(
            self,
            text,
            "Time",
            "elapsed {} · timer {timer} · moving {}",
            clock(total.elapsed_s),
            clock(total.moving_s)
        );
        let unit_m = self.style.units.metres();
        for stop in &measured.stops {
            let (at, word) = (stop.at_m / unit_m, self.style.units.word());
            entry!(
                self,
                text,
                "",
                "the timer stood for {} at {word} {at:.2} as recorded",
                clock(stop.length_s)
            );
        }
        if measured.paused_m >= 1.0 {
            entry!(self, text, "", "{:.0} m moved meanwhile are not counted", measured.paused_m);
        }
        let word = basis.code();
        let why = match basis {
            Basis::Elapsed => "as races are timed",
            Basis::Timer => "as it is training, and the device kept a timer",
            Basis::Moving => "as it is training, and no timer is recorded",
        };
        entry!(self, text, "Basis", "{word}, {why}");
        if let Some((goal_s, behind_s)) = self.scores.behind_goal_s() {
            entry!(self, text, "Goal", "finished {}", against_goal(goal_s, behind_s));
        }
        self.altitude(text);
        self.heart(text);
    }

    /// Appends the climbs, and how much grade adjustment changes the verdict.
    fn altitude(&self, text: &mut String) {
        let grade = &self.scores.measured.grade;
        if let (Some(up_m), Some(down_m), Some(noise_m)) = (grade.ascent_m, grade.descent_m, grade.noise_m) {
            let error = match grade.noise_source {
                Some(NoiseSource::Places) => {
                    format!("altitude good to ±{noise_m:.1} m where a place is passed again")
                }
                Some(NoiseSource::Scatter) => format!("altitude good to ±{noise_m:.1} m by its scatter"),
                _ => format!("altitude taken to be good to ±{noise_m:.1} m"),
            };
            entry!(self, text, "Altitude", "+{up_m:.0} m −{down_m:.0} m, smoothed; {error}");
            if let (Some(up_m), Some(down_m)) = (grade.device_ascent_m, grade.device_descent_m) {
                entry!(
                    self,
                    text,
                    "",
                    "+{up_m:.0} m −{down_m:.0} m by the device, which counts smaller climbs"
                );
            }
        }
        let (view, basis) = (&self.scores.view, self.scores.basis);
        let label = if grade.ascent_m.is_some() { "" } else { "Altitude" };
        match (&grade.refused, view.gap_positive_split_pct(basis), view.gap_start_excess_pct(basis)) {
            (Some(why), ..) => entry!(self, text, label, "grade is not applied: {why}"),
            (None, Some(split_pct), Some(start_pct)) => {
                let split_points = (split_pct - view.positive_split_pct(basis)).abs();
                let start_points = (start_pct - view.start_excess_pct(basis)).abs();
                entry!(
                    self,
                    text,
                    label,
                    "grade moves the split by {split_points:.1} points, the start by {start_points:.1}"
                );
            }
            _ => {}
        }
    }

    /// Appends the mean heart rate of every 5 km, beats per minute.
    fn heart(&self, text: &mut String) {
        let rates: Vec<String> = (0..)
            .zip(&self.scores.view.heart_5k)
            .filter_map(|(five, heart)| Some((five, (*heart)?)))
            .map(|(five, heart)| format!("{}–{} km {:.0}", 5 * five, 5 * five + 5, heart.rate_bpm))
            .collect();
        for (index, part) in rates.chunks(6).enumerate() {
            entry!(self, text, if index == 0 { "Heart" } else { "" }, "{}", part.join(" · "));
        }
    }

    /// Appends the stretches that the verdict compares, then split and start excess.
    fn verdict(&self, text: &mut String) {
        let Scores { view, basis, .. } = self.scores;
        let units = self.style.units;
        let time_and_pace = |stretch: &Stretch| {
            let gap =
                stretch.gap_s_per_m(*basis).map(|pace| format!(", {} grade-adjusted", units.pace(pace)));
            let pace = units.pace(stretch.pace_s_per_m(*basis));
            format!(
                "{:>8}   {pace} a {}{}",
                clock(stretch.times.on(*basis)),
                units.word(),
                gap.unwrap_or_default()
            )
        };
        let window = view.start_window.distance_m / KM_M;
        let rest_to = window + view.rest_window.distance_m / KM_M;
        text.push('\n');
        for (label, stretch) in [
            ("first mile".to_owned(), &view.first_mile),
            ("final mile".to_owned(), &view.final_mile),
            ("first half".to_owned(), &view.first_half),
            ("second half".to_owned(), &view.second_half),
            (format!("start, 0–{window:.2} km"), &view.start_window),
            (format!("rest, to {rest_to:.2} km"), &view.rest_window),
        ] {
            line!(text, "{label:<20} {}", time_and_pace(stretch));
        }
        let adjusted = |pct: Option<f64>| {
            pct.map_or_else(String::new, |pct| format!(", {} by grade-adjusted pace", signed(pct)))
        };
        line!(
            text,
            "{:<20} {:>8}{}",
            "positive split",
            signed(view.positive_split_pct(*basis)),
            adjusted(view.gap_positive_split_pct(*basis))
        );
        line!(
            text,
            "{:<20} {:>8}{}",
            "start excess",
            signed(view.start_excess_pct(*basis)),
            adjusted(view.gap_start_excess_pct(*basis))
        );
    }

    /// Appends the findings.
    fn findings(&self, text: &mut String) {
        if self.scores.findings.is_empty() {
            return;
        }
        text.push('\n');
        for finding in &self.scores.findings {
            line!(text, "{}", layout::finding(self.style, finding, 0));
        }
        let hint = "firstmile explain ID says what each compares and where it comes from.";
        line!(text, "{}", wrap(hint, 0, self.style.page_width()));
    }

    /// Appends every split by one unit.
    fn splits(&self, text: &mut String, units: Units) {
        let Scores { view, basis, measured, .. } = self.scores;
        let splits = if units == Units::Miles { &view.miles } else { &view.kms };
        let even_s_per_m = view.total.on(*basis) / view.distance_m;
        let gap = splits.iter().any(|split| split.level_m.is_some());
        line!(
            text,
            "\n{:<9} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
            units.word(),
            "elapsed",
            "timer",
            "moving",
            if gap { "GAP" } else { "" },
            "total",
            "to even"
        );
        let mut total_s = 0.0;
        for split in splits {
            total_s += split.times.on(*basis);
            let ahead_s = total_s - even_s_per_m * split.end_m;
            line!(
                text,
                "{:<9} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9}",
                mark(split, units),
                clock(split.times.elapsed_s),
                if measured.timer_known { clock(split.times.timer_s) } else { "–".to_owned() },
                clock(split.times.moving_s),
                split.gap_s_per_m(*basis).map_or_else(String::new, |pace| units.pace(pace)),
                clock(total_s),
                signed_clock(ahead_s)
            );
        }
    }

    /// Appends time zero, the interpolation, the basis and the notes about the recording.
    fn origins(&self, text: &mut String) {
        let Scores { view, measured, basis, .. } = self.scores;
        line!(text, "\nwhere the numbers come from");
        if let Some(identity) = &self.row.identity
            && let Some(at) = identity.local_start()
        {
            let from = if measured.zero_by_timer { "the timer's start" } else { "the first sample" };
            let zone = match identity.utc_offset {
                Some(offset @ UtcOffset { origin: OffsetOrigin::File, .. }) => {
                    format!("local time (UTC{offset}, as the file states)")
                }
                Some(offset @ UtcOffset { origin: OffsetOrigin::Position, .. }) => {
                    format!("local time (UTC{offset}, by the first position)")
                }
                None => format!("UTC; {NO_ZONE}"),
            };
            origin!(
                self,
                text,
                "time zero is {from}, {:02}:{:02}:{:02} {zone}",
                at.hour,
                at.minute,
                at.second
            );
        }
        origin!(
            self,
            text,
            "a time at a mark is interpolated between the two samples around it; there are {}, {:.1} s apart on average",
            measured.samples,
            measured.recorded.total.elapsed_s / measured.samples.max(2) as f64
        );
        origin!(
            self,
            text,
            "halves, windows, total and \"to even\" are by {} time; to even: + is behind an even run",
            basis.code()
        );
        if view.scale != 1.0 {
            let unit_m = self.style.units.metres();
            origin!(
                self,
                text,
                "marks are the course's: its {} 1 ends at {:.1} m as recorded",
                self.style.units.word(),
                unit_m / view.scale
            );
        }
        if view.first_mile.level_m.is_some() {
            origin!(self, text, "GAP is the pace on level ground at the same heart rate (Strava 2017)");
        }
        let notes = self.row.identity.as_ref().map(|identity| &identity.notes[..]).unwrap_or_default();
        for note in notes {
            origin!(self, text, "{}", escape_controls(&note.to_string()));
        }
    }
}

/// Returns metres as kilometres, for example "42.20 km".
fn kilometres(metres: f64) -> String {
    format!("{:.2} km", metres / KM_M)
}

/// Returns the end of a split in its unit: a whole number, or two decimals at the end of the run.
fn mark(split: &Split, units: Units) -> String {
    let end = split.end_m / units.metres();
    if (end - end.round()).abs() < 1e-6 { format!("{end:.0}") } else { format!("{end:.2}") }
}
