//! Formats numbers for sentences and tables: times, percentages, counts and plurals.
//!
//! Every report uses these functions, so that a number is written the same everywhere. Columns of
//! data do not.

/// Converts a share of one to whole percent between 1 and 99, because an estimate is never certain.
pub(crate) fn percent(share: f64) -> u8 {
    (100.0 * share).round().clamp(1.0, 99.0) as u8
}

/// Formats a range of shares, each 0–1, in percent: "19–33"; "19" if they round alike.
pub(crate) fn percent_range(low: f64, high: f64) -> String {
    match (percent(low), percent(high)) {
        (low, high) if low == high => low.to_string(),
        (low, high) => format!("{low}–{high}"),
    }
}

/// Formats a range of shares, each 0–1, as "19–33 of 100".
pub(crate) fn of_100(low: f64, high: f64) -> String {
    format!("{} of 100", percent_range(low, high))
}

/// Formats a whole number with its noun: "1 second", "22 seconds".
pub(crate) fn counted(count: f64, what: &str) -> String {
    format!("{count:.0} {what}{}", if count.round() == 1.0 { "" } else { "s" })
}

/// Formats a count as a word up to some number below 100, then in digits: "two", "thirty-eight",
/// "1,203".
pub(crate) fn number_word(count: usize, most: usize) -> String {
    const ONES: [&str; 20] = [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: [&str; 10] =
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    match count {
        count if count > most || count >= 100 => thousands(count),
        0..20 => ONES[count].to_owned(),
        count if count.is_multiple_of(10) => TENS[count / 10].to_owned(),
        count => format!("{}-{}", TENS[count / 10], ONES[count % 10]),
    }
}

/// Formats a count with thousands separators: "13,200".
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

/// Formats a percentage with its sign, "+3.1 %". The minus is U+2212, as long as the plus.
pub(crate) fn signed_pct(pct: f64) -> String {
    format!("{pct:+.1} %").replace('-', "−")
}

/// Returns a sentence with its first letter in upper case.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Formats seconds as `m:ss`, or as `h:mm:ss` from an hour on, rounded to the second. NaN and
/// infinity are a dash.
pub(crate) fn clock(seconds: f64) -> String {
    if !seconds.is_finite() {
        return "–".to_owned();
    }
    let whole = seconds.round() as i64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{rest:02}") } else { format!("{minutes}:{rest:02}") }
}

/// Formats seconds as `h:mm`, rounded to the minute.
pub(crate) fn clock_minutes(seconds: f64) -> String {
    let minutes = (seconds / 60.0).round() as i64;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// Parses `h:mm:ss` or `m:ss` to seconds; `None` for any other form.
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

/// Formats a percentage with its sign, as [`signed_pct`] does. Zero has no sign; NaN and infinity
/// are a dash.
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

/// Formats seconds as [`clock`] does, with a sign; zero has no sign.
pub(super) fn signed_clock(seconds: f64) -> String {
    let text = clock(seconds.abs());
    match seconds {
        _ if text == "0:00" => text,
        seconds if seconds < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// Returns how a finish was against its goal: "7:08 behind the goal of 3:45:00".
pub(super) fn against_goal(goal_s: f64, behind_s: f64) -> String {
    let (goal, text) = (clock(goal_s), clock(behind_s.abs()));
    match behind_s {
        _ if text == "0:00" => format!("just the goal of {goal}"),
        behind_s if behind_s > 0.0 => format!("{text} behind the goal of {goal}"),
        _ => format!("{text} ahead of the goal of {goal}"),
    }
}

/// Formats a count with its noun, of which the caller gives both forms: "1 race", "3 races".
pub(crate) fn plural(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_parsed_as_minutes_or_hours() {
        assert_eq!([59.6, 3725.0, f64::NAN].map(clock), ["1:00", "1:02:05", "–"]);
        assert_eq!(["3:45:00", "8:05"].map(parse_clock), [Some(13_500.0), Some(485.0)]);
        assert_eq!(["8:65", "45", "-1:00"].map(parse_clock), [None; 3]);
    }

    #[test]
    fn signs_and_separators_are_written_the_same_everywhere() {
        assert_eq!([3.12, -3.12, 0.01, f64::NAN].map(signed), ["+3.1 %", "−3.1 %", "0.0 %", "–"]);
        assert_eq!([75.0, -75.0, 0.2].map(signed_clock), ["+1:15", "−1:15", "0:00"]);
        assert_eq!(
            [0, 12, 38, 40, 100].map(|count| number_word(count, 99)),
            ["no", "twelve", "thirty-eight", "forty", "100"]
        );
        assert_eq!([12, 13].map(|count| number_word(count, 12)), ["twelve", "13"]);
        assert_eq!([of_100(0.19, 0.33), of_100(0.191, 0.194)], ["19–33 of 100", "19 of 100"]);
        assert_eq!([7, 13_200, 1_000_000].map(thousands), ["7", "13,200", "1,000,000"]);
        assert_eq!([counted(1.2, "second"), plural(3, "race", "races")], ["1 second", "3 races"]);
    }
}
