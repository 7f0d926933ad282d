//! The headlines: what happened and what it cost, in words.

use super::run::PageRun;
use crate::formats::text;
use crate::judge::Level;
use crate::phrases::{capital, number_word, plural};
use crate::report::{EVEN_PCT, Outcome, lost_s, start_level, verdict};

/// Smaller leads at half-way are not worth a headline, seconds.
const LEAST_LEAD_S: f64 = 30.0;

/// Returns the headline of one run.
pub(super) fn of_one(run: &PageRun) -> String {
    let scores = run.scores;
    if let Some(session) = scores.session() {
        return capital(&session);
    }
    let sentence = capital(&verdict(run.row, scores, run.units));
    if !scores.start_judged || scores.measured.cut_short {
        return sentence;
    }
    let against = run.against_even();
    let lead_s = against.half_way_s;
    let end = if run.row.is_race() { "finish" } else { "end" };
    match (run.outcome, run.wall) {
        (Some(Outcome::Wall | Outcome::Faded | Outcome::Slowed), _) if lead_s >= LEAST_LEAD_S => {
            let lead = capital(&duration(lead_s));
            format!("{lead} ahead at half-way, all of it gone by the {end}")
        }
        (_, Some(wall)) => {
            format!("The wall at {} took {}", wall.place(run.units), duration(wall.lost_s))
        }
        // An even effort that was not an even pace.
        (Some(Outcome::Even), _) if run.split_pct().is_some_and(|pct| pct.abs() >= EVEN_PCT) => {
            "A hilly course at an even effort".to_owned()
        }
        (Some(Outcome::Even), _) => {
            let most_s = against.points.iter().map(|point| point.1.abs()).fold(0.0, f64::max);
            format!("Even to the {end}: never more than {} from one pace", duration(most_s))
        }
        (Some(Outcome::Negative), _) if lead_s < 0.0 => {
            format!("The second half faster by {}", duration(-2.0 * lead_s))
        }
        _ => sentence,
    }
}

/// Returns the headline of many races, and a sentence below it.
pub(super) fn of_races(races: &[PageRun]) -> (String, String) {
    let count = races.len();
    let sum_min = |outcome: Outcome| {
        let lost = races.iter().filter(|race| race.outcome == Some(outcome));
        (lost.clone().count(), lost.map(|race| lost_s(race.row, race.scores)).sum::<f64>() / 60.0)
    };
    let (walls, wall_min) = sum_min(Outcome::Wall);
    let (faded, faded_min) = sum_min(Outcome::Faded);
    let (fast, worst) = fast_starts(races, Level::Warning);
    let of = |some: usize| capital(&format!("{} of {} races", number(some), number(count)));
    let fast_words = format!("Went out too fast in {fast} of {count}");
    let headline = match (walls, faded, fast) {
        (1.., ..) => format!("{} hit the wall: {} lost", of(walls), minutes(wall_min)),
        (0, 1.., _) => format!("{} faded late: {} lost", of(faded), minutes(faded_min)),
        (0, 0, 1..) => format!("{} began too fast", of(fast)),
        _ => return of_calm_races(races),
    };
    let worst = worst.map_or_else(String::new, |run| format!("; worst start: {}", start_of(run)));
    (headline, format!("{fast_words}{worst}."))
}

/// Returns the headline of races of which none began too fast or faded, and a sentence below it:
/// which began fastest and how many slowed. Without either the headline says so.
fn of_calm_races(races: &[PageRun]) -> (String, String) {
    let (_, fastest) = fast_starts(races, Level::Note);
    let slowed = races.iter().filter(|race| race.outcome == Some(Outcome::Slowed)).count();
    let count = number(races.len());
    if fastest.is_none() && slowed == 0 {
        let headline = format!("No fast start and no late fade in {count} races");
        return (headline, format!("Went out too fast in 0 of {}.", races.len()));
    }
    let scored: Vec<_> = races.iter().map(|race| (race.row, race.scores)).collect();
    let slowed = if slowed == 0 { "None".to_owned() } else { capital(&number(slowed)) };
    let fastest = fastest.map_or_else(String::new, |run| format!(" Fastest start: {}.", start_of(run)));
    let headline = text::starts(&scored, true, false);
    (headline.trim_end_matches('.').to_owned(), format!("{slowed} of {count} races slowed.{fastest}"))
}

/// Returns a run with its day and its start: "Marathon, 13 Oct 2019 (+4.5 %)".
fn start_of(run: &PageRun) -> String {
    format!("{}, {} ({})", run.row.title(), run.row.day_in_words(), run.start_words())
}

/// Returns the headline of training runs alone, and a sentence below it.
pub(super) fn of_training(runs: &[PageRun]) -> (String, String) {
    let judged = runs.iter().filter(|run| run.scores.start_judged).count();
    let (fast, worst) = fast_starts(runs, Level::Note);
    let worst = worst.map_or_else(String::new, |run| format!(" Fastest start: {}.", start_of(run)));
    let unsteady = runs.len() - judged;
    let unsteady =
        if unsteady > 0 { format!(" Not steady, so not judged: {unsteady}.") } else { String::new() };
    let headline = match (judged, fast) {
        (0, _) => format!("No start to judge in {}", plural(runs.len(), "run", "runs")),
        (_, 0) => format!("No fast start in {}", plural(judged, "steady run", "steady runs")),
        _ => format!("{} of {} steady runs began fast", capital(&number(fast)), number(judged)),
    };
    (headline, format!("No race among {}.{worst}{unsteady}", plural(runs.len(), "run", "runs")))
}

/// Returns the number of starts of at least a level, and the fastest of them.
fn fast_starts<'a, 'b>(runs: &'b [PageRun<'a>], least: Level) -> (usize, Option<&'b PageRun<'a>>) {
    let fast = runs.iter().filter(|run| start_level(run.row) >= Some(least));
    let excess = |run: &&PageRun| (1000.0 * run.start_pct().unwrap_or(0.0)) as i64;
    (fast.clone().count(), fast.max_by_key(excess))
}

/// Formats a duration for a sentence: "nineteen minutes", "forty seconds".
fn duration(seconds: f64) -> String {
    if seconds < 90.0 {
        let whole = seconds.round() as usize;
        return format!("{} {}", number(whole), if whole == 1 { "second" } else { "seconds" });
    }
    if seconds < 330.0 {
        let whole = seconds.round() as usize;
        return match whole % 60 {
            0 => minutes(seconds / 60.0),
            rest => format!("{} min {rest} s", whole / 60),
        };
    }
    minutes(seconds / 60.0)
}

/// Formats minutes for a sentence.
fn minutes(minutes: f64) -> String {
    let whole = minutes.round() as usize;
    format!("{} {}", number(whole), if whole == 1 { "minute" } else { "minutes" })
}

/// Writes a number below 100 as a word, and a greater one in digits.
fn number(number: usize) -> String {
    number_word(number, 99)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_one_says_them() {
        let words = [40.0, 75.0, 1.0, 192.0, 1140.0, 2_820.0, 7_260.0].map(duration);
        let expected = [
            "forty seconds",
            "seventy-five seconds",
            "one second",
            "3 min 12 s",
            "nineteen minutes",
            "forty-seven minutes",
            "121 minutes",
        ];
        assert_eq!(words, expected);
    }
}
