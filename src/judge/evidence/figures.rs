//! Formats the embedded models and tables for `firstmile explain`, in lines of fixed width.

use super::tables::{
    FLAT_POOL, HALF_BY_START, ONSET_COST, ONSET_POOL, OWN_COST, SPLITS, WALL_BY_START, races,
};
use super::wall;
use super::wall::ModelId;
use crate::phrases::thousands;

/// Returns the empty text of a rule without figures.
pub(in crate::judge) fn none() -> String {
    String::new()
}

/// Formats the models of the wall, and the shares that hit it by start excess.
pub(in crate::judge) fn wall() -> String {
    let mut lines = vec![
        "The chance is 1 / (1 + exp(−z)). A better day has z minus the day's spread, a worse day z plus it. Start \
         excess is in percent; man is 1 for men and 0 for women."
            .to_owned(),
    ];
    lines.extend([ModelId::H, ModelId::U, ModelId::S].map(wall::formula));
    lines.push(String::new());
    lines.push(format!("Share of runners who hit the wall, {}:", races::WALL));
    lines.push(format!("{:<14}{:>18}{:>20}", "start excess", "men", "women"));
    for men in WALL_BY_START.iter().filter(|row| row.sex == "male") {
        let women = WALL_BY_START.iter().find(|row| row.sex == "female" && row.band == men.band);
        let cell = |share: f64, n: usize| format!("{:.0} % of {:>6}", 100.0 * share, thousands(n));
        let women = women.map_or_else(String::new, |row| cell(row.p_wall, row.n));
        lines.push(format!("{:<14}{:>18}{women:>20}", band(&men.band), cell(men.p_wall, men.n)));
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
            band(&row.band),
            format!("{:.1} %", row.calmer_day_adjusted),
            thousands(row.calmer_n_races),
            format!("{:.2}", row.calmer_se)
        )
    }));
    lines.join("\n")
}

/// Formats the late slow-downs and positive splits of half marathons.
pub(in crate::judge) fn halves() -> String {
    let mut lines = vec![
        format!("Late slow-down and positive split, {}:", races::HALF),
        format!(
            "{:<14}{:>8}{:>16}{:>16}{:>15}",
            "start excess", "runners", "slowed by 10 %", "slowed by 25 %", "median split"
        ),
    ];
    lines.extend(HALF_BY_START.iter().filter(|row| row.sex == "all").map(|row| {
        format!(
            "{:<14}{:>8}{:>16}{:>16}{:>15}",
            band(&row.band),
            thousands(row.n),
            format!("{:.0} %", 100.0 * row.p_late_segment_10pct_slower),
            format!("{:.0} %", 100.0 * row.p_late_segment_25pct_slower),
            format!("{:+.1} %", row.median_positive_split_pct).replace('-', "−")
        )
    }));
    lines.join("\n")
}

/// Formats the percentiles of positive splits on the flat course.
pub(in crate::judge) fn splits() -> String {
    let mut lines = vec![
        format!("Positive splits at {}, percent:", races::FLAT),
        format!("{:<14}{:>28}{:>28}", "", "men", "women"),
        format!(
            "{:<14}{head}{head}",
            "finish",
            head = format!("{:>8}{:>8}{:>6}{:>6}", "n", "median", "75th", "90th")
        ),
    ];
    for men in SPLITS.iter().filter(|row| row.pool == FLAT_POOL && row.sex == "male") {
        let women = SPLITS
            .iter()
            .find(|row| row.pool == FLAT_POOL && row.sex == "female" && row.finish_band == men.finish_band);
        let cells: String = [Some(men), women]
            .into_iter()
            .flatten()
            .map(|row| format!("{:>8}{:>8.1}{:>6.1}{:>6.1}", thousands(row.n), row.p50, row.p75, row.p90))
            .collect();
        lines.push(format!("{:<14}{cells}", men.finish_band.replace('-', "–").replace("sub–", "sub-")));
    }
    lines.join("\n")
}

/// Formats the minutes lost to the wall by the segment where it began.
pub(in crate::judge) fn onset() -> String {
    const ONSETS: [&str; 4] = ["20-25", "25-30", "30-35", "35-40"];
    let rows = || ONSET_COST.iter().filter(|row| row.pool == ONSET_POOL);
    let mut lines = vec![
        format!("Median minutes lost from the onset to the finish (number of runners), {}:", races::WALL),
        format!(
            "{:<10}{}",
            "finish",
            ONSETS.map(|onset| format!("{:>16}", format!("{} km", onset.replace('-', "–")))).concat()
        ),
    ];
    for first in rows().filter(|row| row.onset_km == ONSETS[0]) {
        let cells = ONSETS.map(|onset| {
            let row = rows().find(|row| row.onset_km == onset && row.finish_band == first.finish_band);
            let cell = row.map_or_else(String::new, |row| match row.median_min_lost {
                Some(minutes) => format!("{minutes:.0} ({:>6})", thousands(row.n)),
                None => format!("– ({:>6})", thousands(row.n)),
            });
            format!("{cell:>16}")
        });
        lines.push(format!(
            "{:<10}{}",
            first.finish_band.replace('-', "–").replace("sub–", "sub-"),
            cells.concat()
        ));
    }
    lines.join("\n")
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
