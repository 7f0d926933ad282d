//! Numbers as words: times, percentages, counts and plurals, written the same in every sentence and
//! table.

/// A share of one as a whole number of percent, never a certainty: at least 1, at most 99.
pub(crate) fn percent(share: f64) -> u8 {
    (100.0 * share).round().clamp(1.0, 99.0) as u8
}

/// A whole number of something: "1 second", "22 seconds".
pub(crate) fn counted(count: f64, what: &str) -> String {
    format!("{count:.0} {what}{}", if count.round() == 1.0 { "" } else { "s" })
}

/// A count with its thousands apart: "13,200".
pub(crate) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let head = digits.len() % 3;
    let mut text = digits[..head].to_owned();
    for group in digits.as_bytes()[head..].chunks(3) {
        if !text.is_empty() {
            text.push(',');
        }
        text.extend(group.iter().map(|digit| char::from(*digit)));
    }
    text
}

/// "+3.1 %", with a minus as long as the plus.
pub(crate) fn signed_pct(pct: f64) -> String {
    format!("{pct:+.1} %").replace('-', "−")
}

/// A sentence with a capital in front.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Seconds as `m:ss`, or `h:mm:ss` from an hour on, rounded to the second; a dash for what is no
/// time.
///
/// ```
/// use firstmile::phrases::clock;
/// assert_eq!((clock(59.6), clock(3725.0), clock(f64::NAN)), ("1:00".into(), "1:02:05".into(), "–".into()));
/// ```
pub(crate) fn clock(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–".to_owned();
    }
    let whole = seconds.round() as i64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// Seconds of `h:mm:ss` or `m:ss`; `None` for what is neither.
///
/// ```
/// use firstmile::phrases::parse_clock;
/// assert_eq!((parse_clock("3:45:00"), parse_clock("8:05")), (Some(13_500.0), Some(485.0)));
/// assert_eq!((parse_clock("8:65"), parse_clock("45"), parse_clock("-1:00")), (None, None, None));
/// ```
pub(crate) fn parse_clock(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(':').collect();
    let digits =
        |part: &&str| !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
    if !(2..=3).contains(&parts.len()) || !parts.iter().all(digits) {
        return None;
    }
    let mut seconds = 0.0;
    for (place, part) in parts.iter().enumerate() {
        let value: f64 = part.parse().ok()?;
        if place > 0 && (value >= 60.0 || part.len() != 2) {
            return None;
        }
        seconds = 60.0 * seconds + value;
    }
    Some(seconds)
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

/// Seconds with their sign as a clock shows them.
pub(super) fn signed_clock(seconds: f64) -> String {
    let text = clock(seconds.abs());
    match seconds {
        _ if text == "0:00" => text,
        seconds if seconds < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// "1 race", "3 races".
pub(super) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
