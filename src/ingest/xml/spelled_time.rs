//! Times as apps write them that format times for people, or in the user's language.
//!
//! Each spelling is changed to the usual one, which [`timestamp`](super::timestamp) parses.

use super::timestamp::{Timestamp, usual_spelling};

/// The names of zones that apps write, with their offsets. A name that two countries use in another
/// sense, such as IST, is none of them.
const ZONES: [(&str, &str); 25] = [
    ("UTC", "Z"),
    ("GMT", "Z"),
    ("Z", "Z"),
    ("WET", "Z"),
    ("WEST", "+01:00"),
    ("CET", "+01:00"),
    ("MEZ", "+01:00"),
    ("CEST", "+02:00"),
    ("MESZ", "+02:00"),
    ("EET", "+02:00"),
    ("EEST", "+03:00"),
    ("MSK", "+03:00"),
    ("JST", "+09:00"),
    ("KST", "+09:00"),
    ("AEST", "+10:00"),
    ("AEDT", "+11:00"),
    ("NZDT", "+13:00"),
    // Those of the United States have their meaning in RFC 822.
    ("EDT", "-04:00"),
    ("EST", "-05:00"),
    ("CDT", "-05:00"),
    ("CST", "-06:00"),
    ("MDT", "-06:00"),
    ("MST", "-07:00"),
    ("PDT", "-07:00"),
    ("PST", "-08:00"),
];

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// Parses a time that is no `xsd:dateTime`: `2024/05/12 07:00:00`, `20240512T070000Z`,
/// `05/12/2024 7:00:00 AM`, `Sun, 12 May 2024 07:00:00 GMT`, `Sun May 12 07:00:00 CEST 2024`, with
/// a zone's name, in another script's digits, or as Unix seconds or milliseconds.
#[cold]
pub(super) fn other_spelling(text: &[u8]) -> Option<Timestamp> {
    // No spelling is longer, and a hostile text may be.
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= 128)?;
    // Java adds the zone's name after the offset.
    let text = text.split_once('[').map_or(text, |(time, _)| time);
    let mut plain: String = text.chars().map(|c| ascii_digit(c).unwrap_or(c)).collect();
    plain = plain.replace('\u{2212}', "-");
    plain.make_ascii_uppercase();
    let mut name_at = plain.len();
    while plain[..name_at].ends_with(|c: char| c.is_ascii_uppercase()) {
        name_at -= 1;
    }
    if let Some(offset) = zone(&plain[name_at..]) {
        plain = format!("{}{offset}", plain[..name_at].trim_end());
    }
    // A blank before the offset.
    if let Some((time, offset)) = plain.rsplit_once(' ').filter(|(_, offset)| offset.starts_with(['+', '-']))
    {
        plain = format!("{time}{offset}");
    }
    if plain.bytes().all(|byte| byte.is_ascii_digit()) && matches!(plain.len(), 10 | 13) {
        let whole: f64 = plain.parse().ok()?;
        let unix_s = if plain.len() == 13 { whole / 1000.0 } else { whole };
        return Some(Timestamp { unix_s, offset_s: Some(0) });
    }
    let spelled = month_first(&plain)
        .or_else(|| month_by_name(&plain))
        .or_else(|| without_separators(&plain))
        .unwrap_or_else(|| with_other_separators(&plain));
    usual_spelling(spelled.as_bytes())
}

/// Returns the offset of a zone by its name.
fn zone(name: &str) -> Option<&'static str> {
    ZONES.iter().find(|(known, _)| *known == name).map(|(_, offset)| *offset)
}

/// Returns the ASCII digit for a decimal digit of another script.
fn ascii_digit(c: char) -> Option<char> {
    // The zeros of Arabic, Persian, Devanagari, Bengali, Thai, Burmese and full-width digits.
    let zeros = ['\u{660}', '\u{6F0}', '\u{966}', '\u{9E6}', '\u{E50}', '\u{1040}', '\u{FF10}'];
    let digit =
        zeros.iter().find_map(|zero| u32::from(c).checked_sub(u32::from(*zero)).filter(|d| *d < 10))?;
    char::from_digit(digit, 10)
}

/// Returns a time of the United States, `M/D/YYYY h:mm:ss AM`.
fn month_first(text: &str) -> Option<String> {
    let (date, time) = text.split_once(' ')?;
    let (clock, half) = time.rsplit_once(' ').filter(|(_, half)| matches!(*half, "AM" | "PM"))?;
    let [month, day, year] = date.split('/').collect::<Vec<_>>()[..] else { return None };
    Some(format!("{year}-{month}-{day}T{}", of_24_hours(clock, half)?))
}

/// Returns a clock time `h:mm:ss` of 24 hours.
fn of_24_hours(clock: &str, half: &str) -> Option<String> {
    let (hour, rest) = clock.split_once(':')?;
    let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let hour = hour % 12 + if half == "PM" { 12 } else { 0 };
    Some(format!("{hour}:{rest}"))
}

/// Returns a time whose month is an English name, its parts in any order: of RFC 822, of C's
/// `ctime`, of Java's `Date`.
fn month_by_name(text: &str) -> Option<String> {
    let begins = |word: &str, names: &[&str]| {
        let is_word = word.bytes().all(|byte| byte.is_ascii_uppercase());
        names.iter().position(|name| is_word && word.starts_with(name))
    };
    let (mut day, mut month, mut year, mut clock, mut half, mut offset) = (None, None, None, None, None, "");
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let known_before = match word.split('-').collect::<Vec<_>>()[..] {
            [of_day, of_month, of_year] if begins(of_month, &MONTHS).is_some() => {
                month = begins(of_month, &MONTHS);
                day.replace(of_day).or(year.replace(of_year))
            }
            _ if is_number && word.len() == 4 => year.replace(word),
            _ if is_number && word.len() <= 2 => day.replace(word),
            _ if word.starts_with(|c: char| c.is_ascii_digit()) && word.contains(':') => clock.replace(word),
            _ if matches!(word, "AM" | "PM") => half.replace(word),
            _ if begins(word, &MONTHS).is_some() => {
                month = begins(word, &MONTHS);
                None
            }
            _ if begins(word, &WEEKDAYS).is_some() => None,
            _ => {
                let after = word.strip_prefix("GMT").or(word.strip_prefix("UTC")).unwrap_or(word);
                offset = zone(word).or(Some(after).filter(|after| after.starts_with(['+', '-'])))?;
                None
            }
        };
        if known_before.is_some() {
            return None;
        }
    }
    let clock = match half {
        Some(half) => of_24_hours(clock?, half)?,
        None => clock?.to_owned(),
    };
    Some(format!("{}-{}-{}T{clock}{offset}", year?, month? + 1, day?))
}

/// Returns a time without separators, `YYYYMMDDThhmmss`.
fn without_separators(text: &str) -> Option<String> {
    let (date, time) = text.split_once('T')?;
    let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
    let (clock, zone) = time.split_at_checked(6)?;
    let is_clock = clock.bytes().all(|byte| byte.is_ascii_digit());
    (is_date && is_clock).then(|| {
        format!(
            "{}-{}-{}T{}:{}:{}{zone}",
            &date[..4],
            &date[4..6],
            &date[6..],
            &clock[..2],
            &clock[2..4],
            &clock[4..]
        )
    })
}

/// Returns a time with slashes or dots in the date, or dots in the clock time, such as
/// `2024/05/12 07.00.00`.
fn with_other_separators(text: &str) -> String {
    let (date, time) = text.split_at(text.find(['T', ' ']).unwrap_or(text.len()));
    let has_dots = !time.contains(':') && time.matches('.').count() >= 2;
    let time = if has_dots { time.replacen('.', ":", 2) } else { time.to_owned() };
    format!("{}{time}", date.replace(['/', '.'], "-"))
}
