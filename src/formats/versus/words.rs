//! The words of two runs side by side: what each is called, the answer, and the rows of the table.

use crate::history::Kind;
use crate::measure::Basis;
use crate::phrases::{clock, signed, signed_clock};
use crate::report::{GapAt, Matching, Opened, Row, Versus, shown_gap_s};
use crate::units::{KM_M, Units};

/// Leads on the way that are smaller get no words, seconds.
const LEAST_LEAD_S: f64 = 10.0;
/// A course without this climb is flat, metres.
const LEAST_CLIMB_M: f64 = 10.0;

/// What tells the two runs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    Years,
    Days,
    Files,
    Letters,
}

/// What the two runs are called.
#[derive(Debug)]
pub(super) struct Names {
    apart: Apart,
    /// The short names of A and B, for the heads of columns.
    pub short: [String; 2],
}

impl Names {
    /// Names the runs by year, else by day, else by file, else by letter.
    pub(super) fn of(versus: &Versus) -> Self {
        let by = |name: &dyn Fn(&Row) -> String| versus.rows.each_ref().map(name);
        let years = by(&|row| row.local_start().map_or_else(String::new, |at| at.year.to_string()));
        let days = by(&Row::day);
        let files = by(&Row::title_of_file);
        let differ = |names: &[String; 2]| names[0] != names[1] && names.iter().all(|name| !name.is_empty());
        let (apart, short) = if differ(&years) {
            (Apart::Years, years)
        } else if differ(&days) {
            (Apart::Days, days)
        } else if differ(&files) {
            (Apart::Files, files)
        } else {
            (Apart::Letters, ["A".to_owned(), "B".to_owned()])
        };
        Self { apart, short }
    }

    /// Returns "In 2019 you were" for B and "in 2018" for A; the two may be two runners if only
    /// their files tell them apart.
    fn subject_and_other(&self, versus: &Versus) -> (String, String) {
        let [a, b] = &self.short;
        let [day_a, day_b] = versus.rows.each_ref().map(Row::day_in_words);
        match self.apart {
            Apart::Years => (format!("In {b} you were"), format!("in {a}")),
            Apart::Days => (format!("On {day_b} you were"), format!("on {day_a}")),
            Apart::Files | Apart::Letters => (format!("{b} was"), a.clone()),
        }
    }
}

/// Returns a mark: "mile 18", "30 km".
pub(super) fn mark(at_m: f64, units: Units) -> String {
    let at = at_m / units.metres();
    let number = if (at - at.round()).abs() < 0.005 { format!("{at:.0}") } else { format!("{at:.1}") };
    match units {
        Units::Miles => format!("mile {number}"),
        Units::Kilometres => format!("{number} km"),
    }
}

/// Returns a length: "1 mile", "18 miles", "30 km".
fn length(length_m: f64, units: Units) -> String {
    let at = length_m / units.metres();
    let number = if (at - at.round()).abs() < 0.005 { format!("{at:.0}") } else { format!("{at:.1}") };
    match (units, number.as_str()) {
        (Units::Miles, "1") => "mile".to_owned(),
        (Units::Miles, _) => format!("{number} miles"),
        (Units::Kilometres, _) => format!("{number} km"),
    }
}

/// Returns the answer, one sentence: who was faster by how much, and where the gap opened.
pub(super) fn answer(versus: &Versus, names: &Names, units: Units) -> String {
    let gap_s = versus.gap_s();
    let (subject, other) = names.subject_and_other(versus);
    let over = match versus.matching {
        Matching::Shorter => format!(" over the first {}", length(versus.length_m, units)),
        Matching::Course(_) | Matching::Shares => String::new(),
    };
    let total = clock(shown_gap_s(versus.at(versus.length_m)).abs());
    let head = if total == "0:00" {
        format!("{subject} as fast as {other}{over}")
    } else {
        let word = if gap_s < 0.0 { "faster" } else { "slower" };
        format!("{subject} {total} {word} than {other}{over}")
    };
    match versus.opened(units) {
        Some(opened) => format!("{head}{}.", opened_words(versus, &opened, units)),
        None if gap_s.abs() >= LEAST_LEAD_S => format!("{head}; the gap grew evenly all the way."),
        None => format!("{head}{}.", lead_words(versus, units)),
    }
}

/// Returns where the gap opened, with the mark before it.
fn opened_words(versus: &Versus, opened: &Opened, units: Units) -> String {
    let total_s = versus.gap_s();
    let grown_s = opened.gap_s * total_s.signum();
    let back_s = grown_s - total_s.abs();
    let grown = clock(grown_s);
    let from_start = opened.from_m < 1.0;
    let to_end = (opened.to_m - versus.length_m).abs() < 1.0;
    let (from, to) = (mark(opened.from_m, units), mark(opened.to_m, units));
    let first = length(opened.to_m, units);
    // Within a second, all of the gap.
    if back_s < 0.5 {
        return match (from_start, to_end) {
            (true, _) => format!("; {grown} of it in the first {first}"),
            (_, true) => format!("; {grown} of it after {from}"),
            _ => format!("; {grown} of it between {from} and {to}"),
        };
    }
    let (lost, won_back) = if total_s > 0.0 { ("lost", "won back") } else { ("won", "given back") };
    let back = clock(back_s);
    match (from_start, to_end) {
        (true, _) => format!(": {grown} {lost} in the first {first}, {back} {won_back} after it"),
        (_, true) => {
            let place = if total_s > 0.0 { "ahead" } else { "behind" };
            format!(": {back} {place} at {from}, {grown} {lost} after it")
        }
        _ => format!(": {grown} {lost} between {from} and {to}, {back} {won_back} on the rest"),
    }
}

/// Returns the greatest lead on the way of two runs that ended nearly level.
fn lead_words(versus: &Versus, units: Units) -> String {
    let gaps = versus.gaps(units);
    let greatest = gaps.iter().max_by(|a, b| a.gap_s().abs().total_cmp(&b.gap_s().abs()));
    greatest
        .filter(|gap| gap.gap_s().abs() >= LEAST_LEAD_S)
        .map(|gap| {
            let word = if gap.gap_s() < 0.0 { "ahead" } else { "behind" };
            format!("; at most {} {word}, at {}", clock(gap.gap_s().abs()), mark(gap.at_m, units))
        })
        .unwrap_or_default()
}

/// Returns one line about a run: its name, day, finish and address.
pub(super) fn line_of(versus: &Versus, side: usize, ascii: bool) -> String {
    let row = &versus.rows[side];
    let view = versus.views()[side];
    let mut parts = vec![row.title_in(ascii).to_owned(), row.day_in_words()];
    parts.retain(|part| !part.is_empty());
    parts.push(format!("{:.2} km in {}", view.distance_m / KM_M, clock(view.total.on(versus.basis))));
    parts.join(", ")
}

/// Returns the rows of the comparison: what is compared, A, B, and B minus A.
pub(super) fn rows(versus: &Versus, units: Units) -> Vec<[String; 4]> {
    let time = |name: String, times_s: [f64; 2], distance_m: f64| {
        let cell = |time_s: f64| format!("{} ({})", clock(time_s), units.pace(time_s / distance_m));
        [name, cell(times_s[0]), cell(times_s[1]), signed_clock(shown_gap_s(times_s))]
    };
    let both = |name: &str, both: crate::report::Both| time(name.to_owned(), both.times_s, both.distance_m);
    let [first_mile, final_mile] = versus.miles();
    let [first_half, second_half] = versus.halves();
    let start = versus.start();
    let whole = if versus.is_unfinished || versus.matching == Matching::Shorter {
        format!("first {}", length(versus.length_m, units))
    } else {
        "finish".to_owned()
    };
    let mut rows = vec![
        time(whole, versus.at(versus.length_m), versus.length_m),
        both("first mile", first_mile),
        both("final mile", final_mile),
        both("first half", first_half),
        both("second half", second_half),
    ];
    let split_pct = [0, 1].map(|side| 100.0 * (second_half.times_s[side] / first_half.times_s[side] - 1.0));
    rows.push([
        "positive split".to_owned(),
        signed(split_pct[0]),
        signed(split_pct[1]),
        points(split_pct[0], split_pct[1]),
    ]);
    rows.push(both(&format!("start, to {:.1} km", start.distance_m / KM_M), start));
    if let [Some(a), Some(b)] = versus.scores() {
        if let (Some(a), Some(b)) = (a.measured.heart_mean_bpm, b.measured.heart_mean_bpm) {
            rows.push(heart("heart rate, mean".to_owned(), [a, b]));
        }
        if let (Some(a), Some(b)) = (a.measured.grade.ascent_m, b.measured.grade.ascent_m)
            && a.max(b) >= LEAST_CLIMB_M
        {
            let climb = |up_m: f64| format!("+{up_m:.0} m");
            rows.push([
                "climb".to_owned(),
                climb(a),
                climb(b),
                format!("{:+.0} m", b.round() - a.round()).replace('-', "−"),
            ]);
        }
    }
    rows
}

/// Returns the mean heart rates over every 5 km as rows.
pub(super) fn heart_rows(versus: &Versus) -> Vec<[String; 4]> {
    let stretch = |end_m: f64| format!("heart rate, {:.0}–{:.0} km", end_m / KM_M - 5.0, end_m / KM_M);
    versus.heart_5k().into_iter().map(|(end_m, bpm)| heart(stretch(end_m), bpm)).collect()
}

/// Returns a row of heart rates.
fn heart(name: String, [a, b]: [f64; 2]) -> [String; 4] {
    let [a, b] = [a.round(), b.round()];
    [
        name,
        format!("{a:.0}"),
        format!("{b:.0}"),
        format!("{:+.0}", b - a).replace('-', "−").replace("+0", "0"),
    ]
}

/// Formats the difference of two percentages, by the tenths that are shown.
fn points(a_pct: f64, b_pct: f64) -> String {
    let tenths = (10.0 * b_pct).round() - (10.0 * a_pct).round();
    signed(tenths / 10.0).replace(" %", " pts")
}

/// The head over the gaps of marks.
pub(super) const GAP_SO_FAR: &str = "gap so far";

/// Returns the row of a mark: its name, the pace of A and B since the mark before, and the gap so
/// far.
pub(super) fn mark_row(gap: &GapAt, units: Units) -> [String; 4] {
    let at = gap.at_m / units.metres();
    let name = if (at - at.round()).abs() < 0.005 { format!("{at:.0}") } else { format!("{at:.2}") };
    let [a, b] = gap.split_s.map(|split_s| units.pace(split_s / gap.split_m));
    [name, a, b, signed_clock(gap.shown_gap_s())]
}

/// Returns what a reader has to know of the comparison, in sentences.
pub(super) fn notes(versus: &Versus, names: &Names, units: Units) -> Vec<String> {
    let mut notes = Vec::new();
    let [a, b] = &names.short;
    notes.push(format!(
        "Gap: {b} minus {a}; − is {b} ahead. In brackets and mark by mark: minutes a {}.",
        units.word()
    ));
    let time = match versus.basis {
        Basis::Elapsed => "elapsed time, as races are timed",
        Basis::Timer => "timer time",
        Basis::Moving => "moving time",
    };
    notes.push(match versus.matching {
        Matching::Course(course) => format!("Both on {time}, and on the certified distance of the {}.", course.title()),
        Matching::Shares => {
            let [length_a, length_b] = versus.views().map(|view| view.distance_m / KM_M);
            format!(
                "Both on {time}. They were recorded as {length_a:.2} and {length_b:.2} km, so a mark of {b} is at the same share \
                 of its length."
            )
        }
        Matching::Shorter if versus.is_unfinished => {
            let [length_a, length_b] = versus.views().map(|view| view.distance_m);
            let early = if length_a < length_b { a } else { b };
            format!("Both on {time}, up to where the recording of {early} ends; nothing is said of a finish.")
        }
        Matching::Shorter => format!("Both on {time}, over the length of the shorter run as recorded."),
    });
    if versus.rows.iter().any(|row| row.scores.as_ref().is_some_and(|scores| scores.kind == Kind::Training)) {
        notes.push(
            "At least one of them was judged as training, each without the rest of its archive. If both were races, --race \
             compares them by elapsed time."
                .to_owned(),
        );
    }
    if let Some(apart_m) = versus.starts_apart_m() {
        notes.push(format!(
            "The starts are {:.0} km apart, so these are two courses: hills and turns may be a part of the gap.",
            apart_m / KM_M
        ));
    }
    notes.push("A gap says where time was lost and won, not why: days, courses and form differ.".to_owned());
    notes
}
