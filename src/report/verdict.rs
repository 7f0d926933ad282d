//! A run's verdict in one sentence: how fast it started and how it ended.
//!
//! The sentence combines the findings of START-01, WALL-01 and FADE-01 with the split, in percent.
//! All formats use it.

use crate::judge::{Finding, Level};
use crate::report::{Row, Scores};

/// Below this difference, in percent, two halves count as even.
const EVEN_PCT: f64 = 2.0;
/// From this split on, in percent, the second half was more than "a little" slower.
const SLOWED_PCT: f64 = 5.0;
/// "In effort" is added when the grade-adjusted split differs by at least this many percentage
/// points.
const HILLS_POINTS: f64 = 1.0;

/// Returns a row's finding of one rule, if there is one.
pub(crate) fn found<'a>(row: &'a Row, id: &str) -> Option<&'a Finding> {
    row.findings().iter().find(|finding| finding.id == id)
}

/// Returns the level of a row's fast-start finding (START-01), if there is one.
pub(crate) fn start_level(row: &Row) -> Option<Level> {
    found(row, "START-01").map(|finding| finding.level)
}

/// Returns the verdict, for example "went out too fast and hit the wall in 30–35 km, 27 minutes
/// lost".
///
/// It has no capital and no full stop.
pub(crate) fn verdict(row: &Row, scores: &Scores) -> String {
    let start = start_level(row);
    let (end, slowed) = ending(row, scores);
    let excess_pct = scores.view.judged_start_excess_pct(scores.basis);
    if !scores.start_judged {
        if scores.measured.walked {
            return "walked, so its pacing is not judged".to_owned();
        }
        if scores.measured.start_missing {
            return format!("its start is missing, so it is not judged; it {end}");
        }
        return format!("not steady, so its start is not judged; it {end}");
    }
    let (began, fast) = match start {
        Some(Level::Warning | Level::Severe) => ("went out too fast", true),
        Some(_) => ("started a little fast", true),
        None if excess_pct <= -EVEN_PCT => ("held back at the start", false),
        None if excess_pct < EVEN_PCT => ("started evenly", false),
        None => ("started briskly", true),
    };
    let join = if fast == slowed { "and" } else { "but" };
    let unfinished = if scores.measured.cut_short {
        let end_km = scores.view.distance_m / 1000.0;
        format!(", as far as the recording goes ({end_km:.1} km)")
    } else {
        String::new()
    };
    format!("{began} {join} {end}{unfinished}")
}

/// Returns how the run ended, and whether that was a slow-down.
fn ending(row: &Row, scores: &Scores) -> (String, bool) {
    let number =
        |finding: &Finding, name: &str| finding.evidence.iter().find(|e| e.name == name).map(|e| e.value);
    if let Some(wall) = found(row, "WALL-01") {
        let onset_km = number(wall, "wall_onset_m").unwrap_or_default() / 1000.0;
        let lost_s = number(wall, "wall_lost_s").unwrap_or_default();
        let wall_sentence = format!(
            "hit the wall in {onset_km:.0}–{:.0} km, {:.0} minutes lost",
            onset_km + 5.0,
            lost_s / 60.0
        );
        return (wall_sentence, true);
    }
    if let Some(fade_pct) = found(row, "FADE-01").and_then(|fade| number(fade, "fade_pct")) {
        return (format!("faded late, by {fade_pct:.0} %"), true);
    }
    let raw_pct = scores.view.positive_split_pct(scores.basis);
    let gap_pct = scores.view.gap_positive_split_pct(scores.basis);
    let split_pct = gap_pct.unwrap_or(raw_pct);
    let hills = if (split_pct - raw_pct).abs() >= HILLS_POINTS { " in effort" } else { "" };
    match split_pct {
        pct if pct >= SLOWED_PCT => (format!("slowed by {pct:.1} %{hills} in the second half"), true),
        pct if pct >= EVEN_PCT => (format!("slowed a little, by {pct:.1} %{hills} in the second half"), true),
        pct if pct > -EVEN_PCT => (format!("held an even pace{hills}"), false),
        pct => (format!("ran the second half {:.1} % faster{hills}", -pct), false),
    }
}
