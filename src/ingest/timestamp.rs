//! Timestamps as GPX and TCX write them: `xsd:dateTime` and what apps make of it.

use crate::units::days_from_civil;

/// A parsed timestamp.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timestamp {
    /// Unix seconds, UTC.
    pub unix_s: f64,
    /// Local time less UTC in seconds; `None` when no zone is written and UTC was assumed.
    pub offset_s: Option<i32>,
}

/// Reads `YYYY-MM-DDThh:mm[:ss[.fff]][Z|±hh[:]mm]`, also with a blank for the `T`; `None` if it is none.
///
/// A second of 60 is taken as written, so a leap second lies one second past :59.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim().as_bytes();
    let mut rest = Cursor(text);
    let year = rest.digits(4)?;
    rest.one_of(b"-")?;
    let month = rest.digits(2)?;
    rest.one_of(b"-")?;
    let day = rest.digits(2)?;
    rest.one_of(b"Tt ")?;
    let hour = rest.digits(2)?;
    rest.one_of(b":")?;
    let minute = rest.digits(2)?;
    let mut second = 0;
    let mut fraction = 0.0;
    if rest.one_of(b":").is_some() {
        second = rest.digits(2)?;
        if rest.one_of(b".,").is_some() {
            fraction = rest.fraction()?;
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
    let whole = days * 86_400 + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some(Timestamp { unix_s: (whole - i64::from(offset_s.unwrap_or(0))) as f64 + fraction, offset_s })
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn digits(&mut self, count: usize) -> Option<i32> {
        let head = self.0.get(..count).filter(|head| head.iter().all(u8::is_ascii_digit))?;
        let value = head.iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        self.0 = &self.0[count..];
        Some(value)
    }

    fn one_of(&mut self, wanted: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| wanted.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    /// The digits after a decimal point, as a part of one.
    fn fraction(&mut self) -> Option<f64> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        // Past nine digits nothing is left that an f64 of Unix seconds could hold.
        let kept = &digits[..count.min(9)];
        let (value, scale) = kept
            .iter()
            .fold((0.0, 1.0), |(value, scale), digit| (value * 10.0 + f64::from(digit - b'0'), scale * 10.0));
        Some(value / scale)
    }

    /// The zone: outer `None` when malformed, inner `None` when there is none.
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
        Some(Some(sign * (hours * 3600 + minutes * 60)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_moment_in_every_spelling() {
        for text in [
            "2019-10-13T14:00:00Z",
            "2019-10-13T14:00:00.000Z",
            "2019-10-13t14:00z",
            "2019-10-13 14:00:00",
            "2019-10-13T16:00:00+02:00",
            "2019-10-13T09:00:00-0500",
            " 2019-10-13T14:00:00+00 ",
        ] {
            assert_eq!(parse(text).map(|at| at.unix_s), Some(1_570_975_200.0), "{text}");
        }
        assert_eq!(parse("2019-10-13T14:00:00").and_then(|at| at.offset_s), None);
        assert_eq!(parse("1969-12-31T23:59:59.25Z").map(|at| at.unix_s), Some(-0.75));
    }

    #[test]
    fn what_is_no_timestamp_is_none() {
        for text in
            ["", "2019", "2019-10-13", "2019-13-01T00:00:00Z", "2019-10-13T14:00:00Q", "２０19-10-13T14:00Z"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
