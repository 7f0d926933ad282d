//! Timestamps: `src/ingest/xml/timestamp.rs` against `jiff`, `time`, `chrono` and `speedate`.

use std::hint::black_box;

use speedate::{MicrosecondsPrecisionOverflowBehavior, TimeConfig};
use time::format_description::well_known::{Iso8601, Rfc3339};

use crate::ingest::xml::{self, TimestampParser};
use crate::{Case, ITEMS, Read, print_table};

/// Unix seconds, and the offset from UTC where a zone is written.
type Time = (f64, Option<i32>);
type Parse = fn(&str) -> Option<Time>;

const CRATES: [(&str, Parse); 5] = [
    ("jiff", jiff),
    ("time/rfc3339", time_rfc3339),
    ("time/iso8601", time_iso8601),
    ("chrono", chrono),
    ("speedate", speedate),
];

fn of(unix_s: i64, nanoseconds: u32, offset_s: Option<i32>) -> Time {
    (unix_s as f64 + f64::from(nanoseconds) / 1e9, offset_s)
}

fn own(text: &str) -> Option<Time> {
    TimestampParser::default().parse(text.as_bytes()).map(|time| (time.unix_s, time.offset_s))
}

fn jiff(text: &str) -> Option<Time> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset();
    let at = pieces.date().to_datetime(pieces.time()?);
    let at = offset.unwrap_or(jiff::tz::Offset::UTC).to_timestamp(at).ok()?;
    let nanoseconds = at.as_nanosecond();
    let (second, rest) = (nanoseconds.div_euclid(1_000_000_000), nanoseconds.rem_euclid(1_000_000_000));
    Some(of(second as i64, rest as u32, offset.map(jiff::tz::Offset::seconds)))
}

fn time_rfc3339(text: &str) -> Option<Time> {
    let at = time::OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(of(at.unix_timestamp(), at.nanosecond(), Some(at.offset().whole_seconds())))
}

fn time_iso8601(text: &str) -> Option<Time> {
    match time::OffsetDateTime::parse(text, &Iso8601::PARSING) {
        Ok(at) => Some(of(at.unix_timestamp(), at.nanosecond(), Some(at.offset().whole_seconds()))),
        Err(_) => {
            let at = time::PrimitiveDateTime::parse(text, &Iso8601::PARSING).ok()?.assume_utc();
            Some(of(at.unix_timestamp(), at.nanosecond(), None))
        }
    }
}

fn chrono(text: &str) -> Option<Time> {
    match chrono::DateTime::parse_from_rfc3339(text) {
        Ok(at) => Some(of(at.timestamp(), at.timestamp_subsec_nanos(), Some(at.offset().local_minus_utc()))),
        Err(_) => {
            let at = text.parse::<chrono::NaiveDateTime>().ok()?.and_utc();
            Some(of(at.timestamp(), at.timestamp_subsec_nanos(), None))
        }
    }
}

const TRUNCATED: TimeConfig = TimeConfig {
    microseconds_precision_overflow_behavior: MicrosecondsPrecisionOverflowBehavior::Truncate,
    unix_timestamp_offset: None,
};

fn speedate(text: &str) -> Option<Time> {
    let at = speedate::DateTime::parse_bytes_rfc3339_with_config(text.as_bytes(), &TRUNCATED).ok()?;
    Some(of(at.timestamp_tz(), at.time.microsecond * 1000, at.time.tz_offset))
}

/// Makes one time for each second, with a suffix.
fn seconds(suffix: &str) -> Vec<String> {
    (0..ITEMS)
        .map(|second| {
            let (hour, minute, second) = (8 + second / 3600, second / 60 % 60, second % 60);
            format!("2019-10-13T{hour:02}:{minute:02}:{second:02}{suffix}")
        })
        .collect()
}

pub(crate) fn cases() -> Vec<Case> {
    let inputs = [
        ("times/utc", seconds("Z")),
        ("times/milliseconds", seconds(".000Z")),
        ("times/offset", seconds("+02:00")),
        ("times/no-zone", seconds("")),
    ];
    inputs.map(|(name, times)| case(name, &times)).into()
}

fn case(name: &'static str, times: &[String]) -> Case {
    // As in a file, a tag ends each time.
    let text: Vec<u8> = times.iter().flat_map(|time| [time, "</time>"].concat().into_bytes()).collect();
    let reader = |forgets: bool| -> Read {
        let text = text.clone();
        Box::new(move || {
            let text = black_box(&text);
            let (mut at, mut sum, mut clock) = (0, 0_u64, TimestampParser::default());
            while at < text.len() {
                if forgets {
                    clock = TimestampParser::default();
                }
                let (time, length) = clock.before_tag(&text[at..]).expect("a time");
                sum = sum.wrapping_add(time.unix_s.to_bits());
                at += length + "</time>".len();
            }
            sum
        })
    };
    let by_crate = |parse: Parse| -> Read {
        let text = text.clone();
        Box::new(move || {
            let text = black_box(&text);
            let (mut at, mut sum) = (0, 0_u64);
            while at < text.len() {
                let length = memchr::memchr(b'<', &text[at..]).expect("a tag");
                let time = std::str::from_utf8(&text[at..at + length]).ok().and_then(parse);
                sum = sum.wrapping_add(time.map_or(0, |(unix_s, _)| unix_s.to_bits()));
                at += length + "</time>".len();
            }
            sum
        })
    };
    let mut readers = vec![("firstmile", reader(false)), ("firstmile-without-memory", reader(true))];
    let reads = |parse: Parse| parse(&times[0]).is_some();
    readers.extend(
        CRATES.iter().filter(|(_, parse)| reads(*parse)).map(|(name, parse)| (*name, by_crate(*parse))),
    );
    Case { name, readers }
}

pub(crate) fn compare() {
    let spellings = [
        "2019-10-13T08:00:00Z",
        "2019-10-13T08:00:00.000Z",
        "2019-10-13T08:00:00.123456789Z",
        "2019-10-13T08:00:00.12345678901234Z",
        "2019-10-13T08:00:00,5Z",
        "2019-10-13T08:00:00+02:00",
        "2019-10-13T08:00:00+0200",
        "2019-10-13T08:00:00+02",
        "2019-10-13T08:00:00",
        "2019-10-13 08:00:00",
        "2019-10-13t08:00:00z",
        "2019-10-13T08:00Z",
        " 2019-10-13T08:00:00Z\n",
        "2016-12-31T23:59:60Z",
        "2019-10-13T24:00:00Z",
        "2019-02-30T08:00:00Z",
        "1969-12-31T23:59:59.25Z",
        "2019-10-13T08:00:00.Z",
        "2019-10-13",
        "20191013T080000Z",
        "1570953600",
        "2019-13-01T00:00:00Z",
        "2019-10-13T08:00:00Q",
    ];
    let lines: Vec<(String, Vec<String>)> = spellings
        .iter()
        .map(|text| {
            let own = own(text);
            let trimmed = std::str::from_utf8(xml::trim(text.as_bytes())).expect("UTF-8");
            let cell = |other: Option<Time>| match (own, other) {
                (None, None) => "none",
                (Some(own), Some(other)) if own == other => "same",
                (Some(own), Some(other)) if (own.0 - other.0).abs() < 2e-6 && own.1 == other.1 => {
                    "within 2 µs"
                }
                (Some(_), Some(_)) => "differs",
                (Some(_), None) => "refused",
                (None, Some(_)) => "read",
            };
            let mut cells = vec![if own.is_some() { "read" } else { "none" }.to_owned()];
            cells.extend(CRATES.iter().map(|(_, parse)| cell(parse(trimmed)).to_owned()));
            (format!("{text:?}"), cells)
        })
        .collect();
    let readers: Vec<&str> = std::iter::once("firstmile").chain(CRATES.map(|(name, _)| name)).collect();
    print_table("times, against the own parser", &readers, &lines);
}
