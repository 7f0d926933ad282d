//! Parses decimal numbers from bytes, correctly rounded.
//!
//! Coordinates, heights and distances have few digits. Such a number is an integer below 2^53
//! divided by a power of ten up to 10^19. Both are exact as `f64`, so the division rounds only once
//! and its result is the nearest value. Longer numbers are parsed by `fast-float2`. The notation is
//! that of the standard library, which the tests compare with.

/// Powers of ten; an `f64` represents each of them exactly.
const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
];

/// The number of digits that always fit in a `u64`.
const MOST_DIGITS: usize = 19;

/// Parses a finite number, with optional white space around it; `None` for other text.
#[inline]
pub(in crate::ingest) fn parse(bytes: &[u8]) -> Option<f64> {
    match prefix(bytes) {
        Some((value, length)) if length == bytes.len() => Some(value),
        _ => parse_long(trim(bytes)).or_else(|| parse_with_comma(trim(bytes))),
    }
}

/// Parses a number with a decimal comma, as some apps write it in their user's language.
#[cold]
fn parse_with_comma(bytes: &[u8]) -> Option<f64> {
    let comma = bytes.iter().position(|byte| *byte == b',')?;
    // A long number is not a coordinate, and a second separator is not a decimal comma.
    if bytes.len() > 64 || bytes[comma + 1..].iter().any(|byte| matches!(byte, b',' | b'.')) {
        return None;
    }
    let mut plain = bytes.to_vec();
    plain[comma] = b'.';
    parse_long(&plain)
}

/// Removes XML's white space from both ends.
pub(in crate::ingest) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Parses the finite number at the start of `bytes`; returns it and its length in bytes.
//
// PERF(gpx read): 11.6 → 5.9 instr/byte, tcx 9.2 → 4.6 (benches/gate.sh); the plain form is
// `prefix_long`.
#[inline]
pub(in crate::ingest) fn prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let mut at = usize::from(negative);
    let (mut mantissa, mut digits, mut point) = (0_u64, 0, None);
    while let Some(byte) = bytes.get(at) {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            // The number of digits tells whether it overflowed.
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            digits += 1;
        } else if *byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            break;
        }
        at += 1;
    }
    let is_exact = (1..=MOST_DIGITS).contains(&digits) && mantissa < 1 << 53;
    if !is_exact {
        return prefix_long(bytes);
    }
    let decimals = point.map_or(0, |point| at - point - 1);
    let value = mantissa.cast_signed() as f64 / POWERS[decimals];
    Some((if negative { -value } else { value }, at))
}

/// Parses like [`prefix`], by `fast-float2`; many writers print coordinates with up to 30 digits.
#[inline(never)]
fn prefix_long(bytes: &[u8]) -> Option<(f64, usize)> {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let length = bytes.iter().take_while(is_part).count();
    Some((parse_long(&bytes[..length])?, length))
}

/// Parses a finite number by `fast-float2`; `None` for other text.
fn parse_long(bytes: &[u8]) -> Option<f64> {
    fast_float2::parse(bytes).ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_std(text: &str) -> Option<u64> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        text.parse().ok().filter(|value: &f64| value.is_finite()).map(f64::to_bits)
    }

    #[test]
    fn every_notation_is_parsed_as_by_the_standard_library() {
        for text in [
            "0",
            "-0",
            "0.0",
            "1",
            "-1",
            "+1",
            "1.",
            ".5",
            "-.5",
            ".",
            "-",
            "+",
            "",
            " ",
            "1e3",
            "1E-3",
            "1e999",
            "inf",
            "-inf",
            "nan",
            "NaN",
            "infinity",
            "1.2.3",
            "12a",
            "--1",
            "+-1",
            "0x10",
            " 7 ",
            "\t7\r\n",
            "9007199254740991",
            "9007199254740992",
            "9007199254740993",
            "1234567890123456789",
            "9999999999999999999",
            "12345678901234567890",
            "0.1234567890123456789",
            "0.000000000000000001",
            "48.137154",
            "-179.9999999",
            "11.5753822",
            "123456789.123456789",
            "8.98846567431158e307",
            "2.2250738585072011e-308",
            "1 2",
            "1.12345678",
            "0.123456789012345678",
            "1.1234567x",
            "1.12345678x",
            "1.:2345678",
            "1./2345678",
            "1.1\u{80}345678",
            "\u{a0}1",
            "１",
        ] {
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(text), "{text:?}");
            // Text after a number changes neither the number nor its length.
            for end in ["<", "\"/>", "</ele><time>"] {
                let number =
                    prefix(format!("{text}{end}").as_bytes()).filter(|(_, length)| *length == text.len());
                assert!(
                    number.is_none_or(|(value, _)| Some(value.to_bits()) == as_std(text)),
                    "{text:?}{end}"
                );
            }
        }
        assert_eq!(parse(b"1\xFF"), None);
    }

    #[test]
    fn a_decimal_comma_is_a_point() {
        assert_eq!(parse(b"47,0125"), Some(47.0125));
        assert_eq!(parse(b" -8,5 "), Some(-8.5));
        for text in ["1,234.5", "1,2,3", "1.234,5,", "a,5", ","] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn random_numbers_are_parsed_as_by_the_standard_library() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let digits = (state % 10_u64.pow(1 + (state >> 32) as u32 % 19)).to_string();
            let (whole, decimals) = digits.split_at((state >> 48) as usize % (digits.len() + 1));
            let text = format!("{}{whole}.{decimals}", if state & 1 == 0 { "-" } else { "" });
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(&text), "{text}");
            let followed = format!("{text}</ele>");
            assert_eq!(prefix(followed.as_bytes()), prefix_long(followed.as_bytes()), "{text}");
        }
    }
}
