//! Formats the embedded models and tables for `firstmile explain`, in lines of fixed width.

use super::forecast::{HALF_WAY_S, forecast};
use super::tables::{
    EVERY_RACE, HALF_BY_START, ONSET_COST, OWN_COST, SPLITS, WALL_BY_FADE, WALL_BY_START, races,
};
use super::wall;
use super::wall::ModelId;
use crate::activity::Sex;
use crate::phrases::{clock, clock_minutes, thousands};

/// The finishing bands of the tables, fastest first.
const PACES: [&str; 6] = ["sub-3", "3:00-3:30", "3:30-4:00", "4:00-4:30", "4:30-5:00", "5:00+"];

/// Returns the empty text of a rule without figures.
pub(in crate::judge) fn none() -> String {
    String::new()
}

/// Formats the models of the wall, and the shares that hit it by slowing and start.
pub(in crate::judge) fn wall() -> String {
    let mut lines: Vec<String> = vec![
        "The chance is 1 / (1 + exp(−z)). A better day has z minus the day's spread, a worse day z plus it."
            .into(),
        "start    start excess, percent, from −2 to 12 (values outside count as the limit)".into(),
        "start5   the same of 0–5 km against 5–20 km, from 0 to 10".into(),
        "slowing  100 · ln(pace of 15 km to half-way / pace of 5–15 km), from −2 to 10".into(),
        "pace     ln(minutes per km of the first half, in S of 20 km / 5), from 3:00 to 9:00".into(),
        "man      1 for men, 0 for women".into(),
        String::new(),
    ];
    lines.extend(ModelId::ALL.map(wall::formula));
    lines.push(String::new());
    lines.push(format!(
        "Of 100 runners, how many hit the wall (runners) by slowing and start excess, percent, {}, 23 days with times at 15 km:",
        races::WALL_ANY_SEX
    ));
    let starts = ["<0", "0..2", "2..4", "4..6", ">=6"];
    let starts: Vec<&str> =
        starts.into_iter().filter(|start| WALL_BY_FADE.iter().any(|row| row.start == *start)).collect();
    lines.push(format!(
        "{:<14}{}",
        "slowing",
        starts.iter().map(|start| format!("{:>12}", format!("start {start}"))).collect::<String>()
    ));
    for first in WALL_BY_FADE.iter().filter(|row| row.start == starts[0]) {
        let cells = starts.iter().map(|start| {
            let row = WALL_BY_FADE.iter().find(|row| row.slowing == first.slowing && row.start == *start);
            share(row.and_then(|row| Some((row.p_wall?, row.n))), 12)
        });
        lines.push(format!("{:<14}{}", band(first.slowing), cells.collect::<String>()));
    }
    lines.join("\n")
}

/// Formats the shares that hit the wall by start excess and half-way time.
pub(in crate::judge) fn starts() -> String {
    let mut lines = vec![format!(
        "Of 100 runners, how many hit the wall (10th to 90th percentile of the days) by start excess, percent, and twice \
         the half-way time, {}:",
        races::WALL_ANY_SEX
    )];
    for (sex, title) in [("male", "men"), ("female", "women")] {
        lines.push(format!("{title:<10}{}", PACES.map(|pace| format!("{:>11}", pace_band(pace))).concat()));
        for first in WALL_BY_START.iter().filter(|row| row.sex == sex && row.half_band == PACES[0]) {
            let cells = PACES.map(|pace| {
                let same = |row: &&super::tables::WallByStart| {
                    row.sex == sex && row.half_band == pace && row.band == first.band
                };
                let cell = WALL_BY_START.iter().find(same).and_then(|row| {
                    let days = match (row.p_wall_p10_day, row.p_wall_p90_day) {
                        (Some(low), Some(high)) => format!(" ({:.0}–{:.0})", 100.0 * low, 100.0 * high),
                        _ => String::new(),
                    };
                    Some(format!("{:.0}{days}", 100.0 * row.p_wall?))
                });
                format!("{:>11}", cell.unwrap_or_else(|| "–".to_owned()))
            });
            lines.push(format!("{:<10}{}", band(first.band).replace(" %", ""), cells.concat()));
        }
    }
    lines.join("\n")
}

/// Formats how much slower runners were than in their own races with a calmer start.
pub(in crate::judge) fn own_cost() -> String {
    let mut lines = vec![
        format!("How much slower than in own races with a calmer start, {}:", races::OWN_COST),
        format!("{:<14}{:>10}{:>12}{:>18}", "start excess", "slower", "races", "standard error"),
    ];
    lines.extend(OWN_COST.iter().map(|row| {
        format!(
            "{:<14}{:>10}{:>12}{:>18}",
            band(row.band),
            format!("{:.1} %", row.calmer_day_adjusted).replace('-', "−"),
            thousands(row.calmer_n_races),
            format!("{:.2}", row.calmer_se)
        )
    }));
    lines.push(String::new());
    lines.push(format!(
        "One point more of start excess within the same runners, {}, {} races of {} runners:",
        races::COST_PARTS,
        super::tables::cost_part("finish").map_or_else(String::new, |part| thousands(part.n_races)),
        super::tables::cost_part("finish").map_or_else(String::new, |part| thousands(part.n_runners)),
    ));
    for (part, title) in [
        ("0-10 km", "0–10 km"),
        ("10 km-half", "10 km to half-way"),
        ("second half", "second half"),
        ("finish", "finish"),
    ] {
        if let Some(row) = super::tables::cost_part(part) {
            lines.push(format!(
                "{title:<20}{:>10} slower (standard error {:.2})",
                format!("{:.2} %", row.change_pct),
                row.se
            ));
        }
    }
    lines.join("\n")
}

/// Formats the late slow-downs and positive splits of half marathons.
pub(in crate::judge) fn halves() -> String {
    let mut lines = vec![
        format!("Of 100 runners, and median split, lowest and highest day, {}:", races::HALF),
        format!(
            "{:<14}{:>8}{:>16}{:>16}{:>20}",
            "start excess", "runners", "slowed by 10 %", "slowed by 25 %", "median split"
        ),
    ];
    lines.extend(HALF_BY_START.iter().filter(|row| row.sex == "all").map(|row| {
        format!(
            "{:<14}{:>8}{:>16}{:>16}{:>20}",
            band(row.band),
            thousands(row.n),
            format!("{:.0}–{:.0}", 100.0 * row.slowed_10_lowest_day, 100.0 * row.slowed_10_highest_day),
            format!("{:.0}–{:.0}", 100.0 * row.slowed_25_lowest_day, 100.0 * row.slowed_25_highest_day),
            format!("{:+.1} to {:+.1} %", row.median_lowest_day_pct, row.median_highest_day_pct)
                .replace('-', "−")
        )
    }));
    lines.join("\n")
}

/// Formats the percentiles of positive splits.
pub(in crate::judge) fn splits() -> String {
    let mut lines = vec![
        format!("Positive splits, percent (10th to 90th percentile of the days), {}:", races::WALL_ANY_SEX),
        format!("{:<11}{:>8}{:>18}{:>18}{:>18}", "finish", "runners", "median", "75th", "90th"),
    ];
    for (sex, title) in [("male", "men"), ("female", "women")] {
        lines.push(title.to_owned());
        let of_sex =
            SPLITS.iter().filter(|row| row.pool == EVERY_RACE && row.sex == sex && row.finish_band != "all");
        for row in of_sex {
            let [median, p75, p90] = row.with_days().map(|(value, days)| match days {
                Some((low, high)) => format!("{value:.1} ({low:.1}–{high:.1})"),
                None => format!("{value:.1}"),
            });
            lines.push(format!(
                "{:<11}{:>8}{median:>18}{p75:>18}{p90:>18}",
                pace_band(row.finish_band),
                thousands(row.n)
            ));
        }
    }
    lines.join("\n")
}

/// Formats the finishing times by half-way time.
pub(in crate::judge) fn finishes() -> String {
    const STEP_S: usize = 600;
    let mut lines = vec![
        format!("Finishing times by half-way time, {}:", races::WALL_ANY_SEX),
        format!(
            "{:<10}{:>14}{:>14}{:>14}{:>24}",
            "half-way", "at least 80", "half before", "middle half", "half before, by the day"
        ),
    ];
    for (sex, title) in [(Sex::Male, "men"), (Sex::Female, "women")] {
        lines.push(title.to_owned());
        for half_s in (HALF_WAY_S.0 as usize..=HALF_WAY_S.1 as usize).step_by(STEP_S) {
            let Some(row) = forecast(half_s as f64, Some(sex)) else { continue };
            let range = |from_s: f64, to_s: f64| format!("{}–{}", clock_minutes(from_s), clock_minutes(to_s));
            lines.push(format!(
                "{:<10}{:>14}{:>14}{:>14}{:>24}",
                clock(row.half_s),
                row.interval("–"),
                clock_minutes(row.median_s),
                range(row.p25_s, row.p75_s),
                range(row.good_day_s, row.bad_day_s)
            ));
        }
    }
    lines.join("\n")
}

/// Formats the minutes lost to the wall by the segment where it began.
pub(in crate::judge) fn onset() -> String {
    const ONSETS: [&str; 4] = ["20-25", "25-30", "30-35", "35-40"];
    let rows = || ONSET_COST.iter().filter(|row| row.pool == EVERY_RACE);
    let mut lines = vec![
        format!(
            "Median minutes lost from the onset to the finish (runners; 10th to 90th percentile of the days' medians), {}:",
            races::ONSET
        ),
        format!(
            "{:<10}{}",
            "finish",
            ONSETS.map(|onset| format!("{:>16}", format!("{} km", onset.replace('-', "–")))).concat()
        ),
    ];
    for pace in PACES {
        let cells = ONSETS.map(|onset| {
            let cell = rows().find(|row| row.onset_km == onset && row.finish_band == pace).and_then(|row| {
                let days = match (row.median_p10_day, row.median_p90_day) {
                    (Some(low), Some(high)) => format!(" {low:.0}–{high:.0}"),
                    _ => String::new(),
                };
                Some(format!("{:.0} ({}{days})", row.median_min_lost?, short(row.n)))
            });
            format!("{:>16}", cell.unwrap_or_else(|| "–".to_owned()))
        });
        lines.push(format!("{:<10}{}", pace_band(pace), cells.concat()));
    }
    lines.join("\n")
}

/// Formats a cell of a share and its runners: "23 (12k)"; a dash without a share.
fn share(cell: Option<(f64, usize)>, width: usize) -> String {
    let text = cell.map(|(share, n)| format!("{:.0} ({})", 100.0 * share, short(n)));
    format!("{:>width$}", text.unwrap_or_else(|| "–".to_owned()))
}

/// Formats a count for a narrow cell: "318", "5.2k", "17k".
fn short(n: usize) -> String {
    match n {
        n if n < 1_000 => n.to_string(),
        n if n < 10_000 => format!("{:.1}k", n as f64 / 1000.0),
        n => format!("{:.0}k", n as f64 / 1000.0),
    }
}

/// Formats a table's band of times: "3:30-4:00" as "3:30–4:00".
fn pace_band(band: &str) -> String {
    if band.starts_with("sub") { band.to_owned() } else { band.replace('-', "–") }
}

/// Formats a table's band: "2..4" as "2 to 4 %".
fn band(band: &str) -> String {
    let signed = |text: &str| text.replace('-', "−");
    if let Some(below) = band.strip_prefix('<') {
        format!("below {} %", signed(below))
    } else if let Some(from) = band.strip_prefix(">=") {
        format!("{} % or more", signed(from))
    } else {
        format!("{} %", signed(&band.replace("..", " to ")))
    }
}
