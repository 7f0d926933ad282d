//! An interval session as text: its repeats with their recoveries, and the laps of the device.

use crate::formats::Style;
use crate::formats::layout::{line, wrap};
use crate::measure::Repeat;
use crate::phrases::clock;
use crate::report::Scores;
use crate::units::KM_M;

/// Appends the repeats: length, time, pace, and the time to the next one.
pub(super) fn repeats(text: &mut String, scores: &Scores, style: &Style) {
    let repeats = scores.repeats();
    let length = |metres: f64| format!("{:.2} {}", metres / style.units.metres(), style.units.short());
    line!(
        text,
        "\n{:<8} {:>10} {:>8} {:>8} {:>8} {:>9}",
        "repeat",
        "at",
        "length",
        "time",
        format!("a {}", style.units.word()),
        "recovery"
    );
    for (index, repeat) in repeats.iter().enumerate() {
        let recovery = repeats.get(index + 1).map(|next| next.from_s - repeat.from_s - repeat.elapsed_s);
        line!(
            text,
            "{:<8} {:>10} {:>8} {:>8} {:>8} {:>9}",
            index + 1,
            length(repeat.from_m),
            format!("{:.0} m", repeat.length_m),
            clock(repeat.elapsed_s),
            style.units.pace(repeat.elapsed_s / repeat.length_m),
            recovery.map_or_else(|| "–".to_owned(), clock)
        );
    }
    line!(text, "{}", wrap(origin(repeats), 0, style.page_width()));
}

/// Returns where the repeats come from.
fn origin(repeats: &[Repeat]) -> &'static str {
    match repeats.iter().filter(|repeat| repeat.is_lap).count() {
        0 => "Found by the shape of the pace, good to a few seconds; the device has no laps for them.",
        laps if laps == repeats.len() => "The repeats are laps of the device.",
        _ => "Some are laps of the device, the others are found by the shape of the pace.",
    }
}

/// Appends the laps of the device.
pub(super) fn laps(text: &mut String, scores: &Scores, style: &Style) {
    let laps = &scores.measured.laps;
    if laps.len() < 2 {
        return;
    }
    line!(
        text,
        "\n{:<8} {:<10} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "lap",
        "ended by",
        "length",
        "elapsed",
        "timer",
        "moving",
        if laps.iter().any(|lap| lap.level_m.is_some()) { "GAP" } else { "" },
        if laps.iter().any(|lap| lap.heart_bpm.is_some()) { "heart" } else { "" }
    );
    for (index, lap) in (1..).zip(laps) {
        let times = lap.times();
        let gap = lap.level_m.map(f64::from).filter(|level_m| *level_m > 0.0);
        line!(
            text,
            "{index:<8} {:<10} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8}",
            lap.trigger.map_or("–", |trigger| trigger.code()),
            format!("{:.2} km", lap.length_m() / KM_M),
            clock(times.elapsed_s),
            if scores.measured.timer_known { clock(times.timer_s) } else { "–".to_owned() },
            clock(times.moving_s),
            gap.map_or_else(String::new, |level_m| style.units.pace(times.on(scores.basis) / level_m)),
            lap.heart_bpm.map_or_else(String::new, |bpm| format!("{bpm:.0}"))
        );
    }
}
