//! Parses timestamps of GPX and TCX: `xsd:dateTime` and the variants that apps write.

use super::decimal;
use super::scan::up_to_tag;
use super::spelled_time::other_spelling;
use crate::units::{days_from_civil, is_utc_offset};

/// A parsed timestamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timestamp {
    /// Unix seconds, UTC.
    pub unix_s: f64,
    /// Local time minus UTC in seconds; `None` if no zone is written, and UTC is assumed.
    pub offset_s: Option<i32>,
}

/// A parser that remembers the last minute: most timestamps of a recording differ only in their
/// seconds.
//
// PERF(gpx read): 7.6 → 5.9 instr/byte, without extensions 14.6 → 10.6 (benches/gate.sh); the plain
// form is `parts`.
#[derive(Debug, Default)]
pub(crate) struct TimestampParser {
    /// A minute as written, including the colon after it, and its Unix time if it is UTC.
    minute: Option<([u8; MINUTE_BYTES], i64)>,
}

/// The length of `YYYY-MM-DDThh:mm:`.
const MINUTE_BYTES: usize = 17;

impl TimestampParser {
    /// Parses the time before the next `<`; returns it and its length in bytes.
    #[inline]
    pub(crate) fn before_tag(&mut self, text: &[u8]) -> Option<(Timestamp, usize)> {
        self.in_minute(text).or_else(|| {
            let text = up_to_tag(text)?;
            Some((self.parse(text)?, text.len()))
        })
    }

    /// Parses a time at the start of `text` if it is in the remembered minute and ends with `Z`.
    ///
    /// Returns the time and its length in bytes.
    #[inline]
    fn in_minute(&self, text: &[u8]) -> Option<(Timestamp, usize)> {
        let (minute, minute_s) = self.minute.as_ref()?;
        let [tens @ b'0'..=b'5', ones @ b'0'..=b'9', rest @ ..] = text.strip_prefix(minute)? else {
            return None;
        };
        let second = 10 * i64::from(tens - b'0') + i64::from(ones - b'0');
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => fraction_digits(rest)?,
            _ => (0.0, rest),
        };
        let parts = DateParts { minute_s: *minute_s, second, fraction, offset_s: Some(0) };
        let rest = rest.strip_prefix(b"Z")?;
        Some((parts.timestamp(), text.len() - rest.len()))
    }

    /// Parses `YYYY-MM-DDThh:mm[:ss[.fff]][Z|±hh[:]mm]`, also with a blank instead of the `T`, and
    /// the other [spellings](super::spelled_time) that apps write.
    ///
    /// A second of 60 is one second after :59. Returns `None` for other text.
    #[inline]
    pub(crate) fn parse(&mut self, text: &[u8]) -> Option<Timestamp> {
        if let Some((time, length)) = self.in_minute(text)
            && length == text.len()
        {
            return Some(time);
        }
        let text = decimal::trim(text);
        let Some(parts) = parts(text) else { return other_spelling(text) };
        if let Some(minute) = text.first_chunk().filter(|minute| minute.last() == Some(&b':')) {
            self.minute = Some((*minute, parts.minute_s));
        }
        Some(parts.timestamp())
    }
}

/// The parts of a timestamp.
struct DateParts {
    /// The start of its minute in Unix seconds, as if it were UTC.
    minute_s: i64,
    second: i64,
    fraction: f64,
    offset_s: Option<i32>,
}

impl DateParts {
    #[inline]
    /// Joins the parts.
    fn timestamp(&self) -> Timestamp {
        let whole = self.minute_s + self.second - i64::from(self.offset_s.unwrap_or(0));
        Timestamp { unix_s: whole as f64 + self.fraction, offset_s: self.offset_s }
    }
}

/// Years that only a phone with Thailand's calendar writes: 1900 to 2299 in the Buddhist era.
const BUDDHIST_YEARS: std::ops::Range<i32> = 2443..2843;
/// The years of that era before our own.
const BUDDHIST_ERA: i32 = 543;

/// Parses a timestamp of the usual spelling.
pub(super) fn usual_spelling(text: &[u8]) -> Option<Timestamp> {
    parts(text).map(|parts| parts.timestamp())
}

/// Parses a timestamp into its parts; see [`TimestampParser::parse`].
fn parts(text: &[u8]) -> Option<DateParts> {
    let mut rest = Cursor(decimal::trim(text));
    let year = rest.digits(4)?;
    let year = if BUDDHIST_YEARS.contains(&year) { year - BUDDHIST_ERA } else { year };
    rest.one_of(b"-")?;
    let month = rest.one_or_two_digits()?;
    rest.one_of(b"-")?;
    let day = rest.one_or_two_digits()?;
    rest.one_of(b"Tt ")?;
    let hour = rest.one_or_two_digits()?;
    rest.one_of(b":")?;
    let minute = rest.one_or_two_digits()?;
    let mut second = 0;
    let mut fraction = 0.0;
    if rest.one_of(b":").is_some() {
        second = rest.one_or_two_digits()?;
        if rest.one_of(b".,").is_some() {
            (fraction, rest.0) = fraction_digits(rest.0)?;
        }
    }
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let offset_s = rest.offset()?;
    if !rest.0.is_empty() {
        return None;
    }
    let days = days_from_civil(i64::from(year), month as u8, day as u8);
    let minute_s = days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60;
    Some(DateParts { minute_s, second: i64::from(second), fraction, offset_s })
}

/// The text that is not parsed yet.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    /// Parses exactly `count` digits.
    fn digits(&mut self, count: usize) -> Option<i32> {
        let head = self.0.get(..count).filter(|head| head.iter().all(u8::is_ascii_digit))?;
        let value = head.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        self.0 = &self.0[count..];
        Some(value)
    }

    /// Parses one or two digits; some apps leave out leading zeros.
    fn one_or_two_digits(&mut self) -> Option<i32> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// Takes the next byte if it is one of `wanted`.
    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| wanted.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    /// Parses the zone as seconds; the outer `None` means malformed, the inner one absent or
    /// impossible.
    #[allow(clippy::option_option)]
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.0.is_empty() {
            return Some(None);
        }
        if self.one_of(b"Zz").is_some() {
            return Some(Some(0));
        }
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.digits(2)?;
        self.one_of(b":");
        let minutes = if self.0.is_empty() { 0 } else { self.digits(2)? };
        let offset_s = sign * (hours * 3600 + minutes * 60);
        Some(Some(offset_s).filter(|offset_s| is_utc_offset(*offset_s)))
    }
}

/// Parses the digits after a decimal point; returns the fraction and the rest of the text.
///
/// Returns `None` if there are no digits.
#[inline]
fn fraction_digits(text: &[u8]) -> Option<(f64, &[u8])> {
    match decimal::short_fraction(text) {
        Some((fraction, count)) => Some((fraction, &text[count..])),
        None => long_fraction(text),
    }
}

/// Parses like [`fraction_digits`], digit by digit.
#[inline(never)]
fn long_fraction(text: &[u8]) -> Option<(f64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at(count);
    // An f64 of Unix seconds has no room for more than nine digits.
    let kept = &digits[..count.min(9)];
    let (value, scale) = kept
        .iter()
        .fold((0_u32, 1_u32), |(value, scale), digit| (value * 10 + u32::from(digit - b'0'), scale * 10));
    (!kept.is_empty()).then(|| (f64::from(value) / f64::from(scale), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<Timestamp> {
        let at = match parts(text.as_bytes()) {
            Some(parts) => Some(parts.timestamp()),
            None => other_spelling(decimal::trim(text.as_bytes())),
        };
        let mut times = TimestampParser::default();
        for _ in 0..2 {
            assert_eq!(times.parse(text.as_bytes()), at, "{text}");
        }
        at
    }

    #[test]
    fn one_moment_is_parsed_in_every_notation() {
        for text in [
            "2019-10-13T14:00:00Z",
            "2019-10-13T14:00:00.000Z",
            "2019-10-13t14:00z",
            "2019-10-13 14:00:00",
            "2019-10-13T16:00:00+02:00",
            "2019-10-13T09:00:00-0500",
            " 2019-10-13T14:00:00+00 ",
            "2019/10/13 14:00:00",
            "2019.10.13 14:00:00",
            "20191013T140000Z",
            "20191013T160000+0200",
            "2019-10-13T14:00:00 UTC",
            "2019-10-13 16:00:00 +0200",
            "10/13/2019 2:00:00 PM",
            "1570975200",
            "1570975200000",
            "٢٠١٩-١٠-١٣T١٤:٠٠:٠٠Z",
            "２０19-10-13T14:00Z",
            "2562-10-13T14:00:00Z",
            "2019-10-13T14.00.00Z",
            "Sun, 13 Oct 2019 14:00:00 GMT",
            "13 Oct 2019 16:00:00 +0200",
            "13-Oct-2019 14:00:00",
            "Sun Oct 13 14:00:00 2019",
            "Sun Oct 13 14:00:00 GMT+00:00 2019",
            "Sun Oct 13 16:00:00 CEST 2019",
            "Oct 13, 2019, 2:00:00 PM",
            "2019-10-13T16:00:00 CEST",
            "2019-10-13T16:00:00+02:00[Europe/Budapest]",
            "2019-10-13T09:00:00\u{2212}05:00",
        ] {
            assert_eq!(parse(text).map(|at| at.unix_s), Some(1_570_975_200.0), "{text}");
        }
        assert_eq!(parse("2019-10-13T14:00:00").and_then(|at| at.offset_s), None);
        // Beyond 18 hours it is no offset, and the time is read as UTC.
        let utc_s = parse("2019-10-13T14:00:00Z").map(|at| at.unix_s);
        for zone in ["+18:01", "-19:00", "+99:99"] {
            let at = parse(&format!("2019-10-13T14:00:00{zone}"));
            assert_eq!(at.map(|at| (at.unix_s, at.offset_s)), utc_s.map(|utc_s| (utc_s, None)), "{zone}");
        }
        assert_eq!(parse("2019-10-13T14:00:00-18:00").and_then(|at| at.offset_s), Some(-64_800));
        assert_eq!(parse("1969-12-31T23:59:59.25Z").map(|at| at.unix_s), Some(-0.75));
    }

    #[test]
    fn other_texts_are_rejected() {
        for text in [
            "",
            "2019",
            "2019-10-13",
            "2019-13-01T00:00:00Z",
            "2019-10-13T14:00:00Q",
            "13/10/2019 14:00:00",
            "PM",
            "Z",
            "Sun, 13 Oct 2019",
            "13 Foo 2019 14:00:00",
            "13 Oct 2019 14:00:00 XYZ",
            "Sun Oct 13 14 14:00:00 2019",
            "2019-10-13T14.00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_remembered_minute_does_not_change_the_result() {
        let mut times = TimestampParser::default();
        for second in
            ["00Z", "07Z", "07.25Z", "59.999999999Z", "60Z", "08", "09+02:00", "1Z", "10.Z", "xxZ", "11.5z"]
        {
            for minute in ["2019-10-13T14:00:", "2019-10-13 14:01:", "2019-10-13T14:00:"] {
                let text = format!("{minute}{second}");
                assert_eq!(
                    times.parse(text.as_bytes()),
                    TimestampParser::default().parse(text.as_bytes()),
                    "{text}"
                );
            }
        }
    }
}
