//! What pages of text are made of: lines, levels, signed percents, ASCII.

use super::Style;
use crate::judge::Level;

/// A page is put together in memory: appending to it cannot fail.
macro_rules! line {
    ($text:expr, $($arg:tt)*) => {{
        $text.push_str(&format!($($arg)*));
        $text.push('\n');
    }};
}
pub(super) use line;

/// A level's word, coloured where the style asks for it.
pub(super) fn paint(style: &Style, level: Level) -> String {
    let code = match level {
        Level::Info => "36",
        Level::Note => "34",
        Level::Warning => "33",
        Level::Severe => "1;31",
    };
    if style.color { format!("\x1b[{code}m{level}\x1b[0m") } else { level.to_string() }
}

/// A percentage with its sign, a minus as long as the plus; a dash for what is no number.
pub(super) fn signed(pct: f64) -> String {
    if !pct.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.1} %", pct.abs());
    match text.as_str() {
        "0.0 %" => text,
        _ if pct < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// The nearest ASCII for the few other characters that the page itself uses; a question mark for names' own.
pub(super) fn to_ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '−' | '–' => "-".to_owned(),
            '…' => "...".to_owned(),
            '×' => "x".to_owned(),
            '±' => "+-".to_owned(),
            '·' => "|".to_owned(),
            '▁' => "_".to_owned(),
            '▂'..='█' => char::from(b'1' + (c as u32 - '▂' as u32) as u8).to_string(),
            c if c.is_ascii() => c.to_string(),
            _ => "?".to_owned(),
        })
        .collect()
}
