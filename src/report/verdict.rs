//! A run's verdict in one sentence: how fast it started and how it ended.
//!
//! The sentence combines the findings of START-01, WALL-01 and FADE-01 with the split, in percent.
//! All formats use it.

use crate::judge::{Finding, Level};
use crate::report::outcome::{EVEN_PCT, Outcome, Wall, in_effort, judged_split_pct, number};
use crate::report::{Row, Scores};
use crate::units::Units;

/// The verdict of an interval session that is named beside it.
pub(crate) const INTERVAL_SESSION: &str = "an interval session, so its pacing is not judged";

/// From this split on, in percent, the second half was more than "a little" slower.
const SLOWED_PCT: f64 = 5.0;
/// Returns a row's finding of one rule, if there is one.
pub(crate) fn found<'a>(row: &'a Row, id: &str) -> Option<&'a Finding> {
    row.findings().iter().find(|finding| finding.id == id)
}

/// Returns the level of a row's fast-start finding (START-01), if there is one.
pub(crate) fn start_level(row: &Row) -> Option<Level> {
    found(row, "START-01").map(|finding| finding.level)
}

/// Returns the verdict, for example "went out too fast and hit the wall at mile 19, 27 minutes
/// lost".
///
/// It has no capital and no full stop. The words for the start are those of a race, also for a
/// training run.
pub(crate) fn verdict(row: &Row, scores: &Scores, units: Units) -> String {
    if let Some(session) = scores.session() {
        // Its title may say so already.
        if row.title().to_lowercase().starts_with(&session.to_lowercase()) {
            return INTERVAL_SESSION.to_owned();
        }
        return format!("{session}, so its pacing is not judged");
    }
    let (end, slowed) = ending(row, scores, units);
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
    let (began, fast) = match scores.start_level {
        Some(Level::Warning | Level::Severe) => ("went out too fast", true),
        Some(_) => ("started a little fast", true),
        None if excess_pct <= -EVEN_PCT => ("held back at the start", false),
        None if excess_pct < EVEN_PCT => ("started evenly", false),
        None => ("started briskly", true),
    };
    let join = if fast == slowed { "and" } else { "but" };
    let unfinished = if scores.is_unfinished() {
        let length = scores.view.distance_m / units.metres();
        format!(", as far as the recording goes ({length:.1} {})", units.short())
    } else {
        String::new()
    };
    format!("{began} {join} {end}{unfinished}")
}

/// Returns how the run ended, and whether that was a slow-down.
fn ending(row: &Row, scores: &Scores, units: Units) -> (String, bool) {
    let hills = in_effort(scores);
    // The split is the one as run unless the sentence says "in effort".
    let as_run = hills.is_empty().then(|| scores.view.positive_split_pct(scores.basis));
    let split_pct = as_run.unwrap_or_else(|| judged_split_pct(scores));
    let fade_pct = found(row, "FADE-01").and_then(|fade| number(fade, "fade_pct"));
    match (Outcome::of(row), Wall::of(row), fade_pct) {
        (_, Some(wall), _) => {
            let place = wall.place(units);
            (format!("hit the wall at {place}, {:.0} minutes lost", wall.lost_s / 60.0), true)
        }
        (_, _, Some(fade_pct)) => (format!("faded late, by {fade_pct:.0} %"), true),
        (Some(Outcome::Even), ..) => (format!("held an even pace{hills}"), false),
        (Some(Outcome::Negative), ..) => {
            (format!("ran the second half {:.1} % faster{hills}", -split_pct), false)
        }
        _ if split_pct >= SLOWED_PCT => {
            (format!("slowed by {split_pct:.1} %{hills} in the second half"), true)
        }
        _ => (format!("slowed a little, by {split_pct:.1} %{hills} in the second half"), true),
    }
}
