//! Decimal numbers: `src/ingest/xml/decimal.rs` against `fast-float2` and the standard library.

use std::hint::black_box;

use crate::ingest::xml;
use crate::{Case, Chance, ITEMS, Read, print_table};

/// Reads the number that some text begins with, and its length.
type Prefix = fn(&[u8]) -> Option<(f64, usize)>;
/// Reads a text that is a number.
type Parse = fn(&[u8]) -> Option<f64>;

const READERS: [(&str, Prefix, Parse); 3] = [
    ("firstmile", xml::prefix, xml::parse),
    ("fast-float2", fast_float_prefix, fast_float),
    ("std", std_prefix, |bytes| as_std(std::str::from_utf8(bytes).ok()?)),
];

fn fast_float_prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    fast_float2::parse_partial(bytes).ok().filter(|(value, _): &(f64, usize)| value.is_finite())
}

fn fast_float(bytes: &[u8]) -> Option<f64> {
    fast_float2::parse(xml::trim(bytes)).ok().filter(|value: &f64| value.is_finite())
}

/// Finds the end of the number first, since the standard library reads whole texts only.
fn std_prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let length = bytes.iter().take_while(is_part).count();
    Some((as_std(std::str::from_utf8(&bytes[..length]).ok()?)?, length))
}

fn as_std(text: &str) -> Option<f64> {
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

/// Makes numbers with some digits before and after the point.
fn numbers(whole: usize, decimals: usize) -> Vec<String> {
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    let mut digits = |count: usize| -> String {
        (0..count)
            .map(|place| char::from(b'0' + (1 + chance.next() % 9 * u64::from(place > 0)) as u8))
            .collect()
    };
    (0..ITEMS)
        .map(|index| {
            let sign = if index % 2 == 0 { "" } else { "-" };
            format!("{sign}{}.{}", digits(whole), digits(decimals))
        })
        .collect()
}

fn with_exponent() -> Vec<String> {
    numbers(1, 8).into_iter().map(|text| format!("{text}E1")).collect()
}

fn garbage() -> Vec<String> {
    ["n/a", "--", "NaN", "-", "", ".", "unknown", "x12.5"]
        .iter()
        .cycle()
        .take(ITEMS)
        .map(ToString::to_string)
        .collect()
}

pub(crate) fn cases() -> Vec<Case> {
    let inputs = [
        ("decimals/height-4-digits", numbers(3, 1)),
        ("decimals/coordinate-7-digits", numbers(2, 5)),
        ("decimals/coordinate-9-digits", numbers(2, 7)),
        ("decimals/height-17-digits", numbers(3, 14)),
        ("decimals/coordinate-30-digits", numbers(2, 28)),
        ("decimals/exponent", with_exponent()),
        ("decimals/garbage", garbage()),
    ];
    inputs.map(|(name, numbers)| case(name, &numbers)).into()
}

fn case(name: &'static str, numbers: &[String]) -> Case {
    // As in a file, the end of one number leads to the next.
    const AFTER: &str = "\" lon=\"";
    let text: Vec<u8> = numbers.iter().flat_map(|number| [number, AFTER].concat().into_bytes()).collect();
    let lengths: Vec<usize> = numbers.iter().map(String::len).collect();
    let reader = |prefix: Prefix| -> Read {
        let (text, lengths) = (text.clone(), lengths.clone());
        Box::new(move || {
            let text = black_box(&text);
            let (mut at, mut sum) = (0, 0_u64);
            for written in &lengths {
                let (value, length) = prefix(&text[at..]).unwrap_or((0.0, *written));
                sum = sum.wrapping_add(value.to_bits());
                at += length + AFTER.len();
            }
            sum
        })
    };
    Case { name, readers: READERS.into_iter().map(|(name, prefix, _)| (name, reader(prefix))).collect() }
}

pub(crate) fn compare() {
    let spellings = [
        "0",
        "-0",
        "1",
        "+1",
        "1.",
        ".5",
        "-.5",
        ".",
        "-",
        "",
        "1e3",
        "1E-3",
        "1e",
        "1e999",
        "inf",
        "nan",
        "1,5",
        "12a",
        "1.2.3",
        "0x10",
        "48.137154",
        "9007199254740993",
        "12345678901234567890",
        "2.2250738585072011e-308",
        "48.1371539737284183502197265625",
    ];
    let is_same =
        |parse: Parse, text: &str| parse(text.as_bytes()).map(f64::to_bits) == as_std(text).map(f64::to_bits);
    let cell = |parse, text| if is_same(parse, text) { "same" } else { "differs" }.to_owned();
    let mut lines: Vec<(String, Vec<String>)> = spellings
        .iter()
        .map(|text| (format!("{text:?}"), READERS.iter().map(|(.., parse)| cell(*parse, text)).collect()))
        .collect();
    let mut chance = Chance(7);
    let random: Vec<String> = (0..1_000_000)
        .map(|_| {
            let count = 1 + (chance.next() % 30) as usize;
            let digits: String = (0..count).map(|_| char::from(b'0' + (chance.next() % 10) as u8)).collect();
            let (whole, decimals) = digits.split_at((chance.next() % (count as u64 + 1)) as usize);
            format!("{whole}.{decimals}")
        })
        .collect();
    let wrong = |parse: Parse| random.iter().filter(|text| !is_same(parse, text)).count();
    lines.push((
        "1,000,000 random numbers of 1 to 30 digits".to_owned(),
        READERS.iter().map(|(.., parse)| format!("{} differ", wrong(*parse))).collect(),
    ));
    print_table("decimals, against the standard library", &READERS.map(|(name, ..)| name), &lines);
}
