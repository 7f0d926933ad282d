//! Decimal numbers from bytes, correctly rounded.
//!
//! Coordinates, heights and distances have few digits. Such a number is an integer below 2^53 over a power of
//! ten up to 10^22: both are exact as `f64`, so one division rounds once and gives the nearest value. All else
//! is left to the standard library, whose spelling of a number is the one accepted.

use super::swar;

/// Powers of ten that an `f64` holds exactly and a quick number can need.
const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
];

/// As many digits as a `u64` can take up without an overflow.
const QUICK_DIGITS: usize = 19;

/// Reads a finite number with XML's white space around it; `None` if it is none.
#[inline]
pub(in crate::ingest) fn parse(bytes: &[u8]) -> Option<f64> {
    match prefix(bytes) {
        Some((value, length)) if length == bytes.len() => Some(value),
        _ => careful(trim(bytes)),
    }
}

/// Takes XML's white space off both ends.
pub(in crate::ingest) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Reads the finite number that some text begins with, and its length.
#[inline]
pub(in crate::ingest) fn prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let Some(digits) = Digits::at(bytes, usize::from(negative)) else { return careful_prefix(bytes) };
    let value = digits.mantissa as f64 / POWERS[digits.decimals];
    Some((if negative { -value } else { value }, digits.to))
}

/// The same for numbers of any number of digits: many writers give coordinates all that a binary fraction has.
#[inline(never)]
fn careful_prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let length = bytes.iter().take_while(is_part).count();
    Some((careful(&bytes[..length])?, length))
}

/// The digits of a number as nearly all are written: few, with at most one point among them.
struct Digits {
    /// All of them, below 2^53.
    mantissa: i64,
    /// How many stand behind the point, up to 19.
    decimals: usize,
    /// Where they end.
    to: usize,
}

impl Digits {
    /// Those from a place on; `None` where there is none, or too many.
    #[inline]
    fn at(bytes: &[u8], from: usize) -> Option<Self> {
        let (Some(word), Some(next)) = (swar::word(bytes, from), swar::word(bytes, from + 1)) else {
            return Self::one_by_one(bytes, from, 0, 0, None);
        };
        let whole = leading_digits(word);
        if whole == 8 {
            return Self::one_by_one(bytes, from, 0, 0, None);
        }
        if (word >> (8 * whole)) as u8 != b'.' {
            let mantissa = value_of(word, whole)?;
            return Some(Self { mantissa: mantissa.cast_signed(), decimals: 0, to: from + whole });
        }
        // What stands behind the point moves up to what stands before it.
        let before = (1 << (8 * whole)) - 1;
        let joined = word & before | next & !before;
        let count = leading_digits(joined);
        let mantissa = value_of(joined, count)?;
        if count == 8 {
            return Self::one_by_one(bytes, from + 9, mantissa, 8, Some(from + whole));
        }
        let decimals = count - whole;
        Some(Self { mantissa: mantissa.cast_signed(), decimals, to: from + count + 1 })
    }

    /// The same, on from digits already taken, with the place of their point.
    #[inline]
    fn one_by_one(
        bytes: &[u8],
        mut at: usize,
        mut mantissa: u64,
        mut count: usize,
        mut point: Option<usize>,
    ) -> Option<Self> {
        while let Some(byte) = bytes.get(at) {
            let digit = byte.wrapping_sub(b'0');
            if digit < 10 {
                // An overflow is told by the number of digits.
                mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
                count += 1;
            } else if *byte == b'.' && point.is_none() {
                point = Some(at);
            } else {
                break;
            }
            at += 1;
        }
        let is_quick = (1..=QUICK_DIGITS).contains(&count) && mantissa < 1 << 53;
        let decimals = point.map_or(0, |point| at - point - 1);
        is_quick.then_some(Self { mantissa: mantissa.cast_signed(), decimals, to: at })
    }
}

const ZEROS: u64 = 0x3030_3030_3030_3030;

/// How many digits a word begins with, the first byte lowest.
#[inline]
fn leading_digits(word: u64) -> usize {
    const TO_HIGH_BIT: u64 = 0x7676_7676_7676_7676;
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    let word = word ^ ZEROS;
    // What is above 9 sets its high bit. It may carry into the next byte, but only the first one counts.
    let others = (word.wrapping_add(TO_HIGH_BIT) | word) & HIGH_BITS;
    others.trailing_zeros() as usize / 8
}

/// The value of the digits that a word begins with, by their number; `None` of none.
#[inline]
fn value_of(word: u64, digits: usize) -> Option<u64> {
    if digits == 0 {
        return None;
    }
    // The digits to the high end, with zeros before them; then pairs, fours and eights of them are put together.
    let eight = (word ^ ZEROS) << (64 - 8 * digits);
    let pairs = eight.wrapping_mul(10).wrapping_add(eight >> 8);
    let low = (pairs & 0x0000_00FF_0000_00FF).wrapping_mul(100 + (1_000_000 << 32));
    let high = ((pairs >> 16) & 0x0000_00FF_0000_00FF).wrapping_mul(1 + (10_000 << 32));
    Some(low.wrapping_add(high) >> 32)
}

fn careful(bytes: &[u8]) -> Option<f64> {
    std::str::from_utf8(bytes).ok()?.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn as_std(text: &str) -> Option<u64> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        text.parse().ok().filter(|value: &f64| value.is_finite()).map(f64::to_bits)
    }

    #[test]
    fn any_spelling_gives_what_the_standard_library_gives() {
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
            "1,5",
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
            // What follows a number changes neither it nor its length.
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
    fn random_digits_are_rounded_to_the_nearest() {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..20_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let digits = (state % 10_u64.pow(1 + (state >> 32) as u32 % 19)).to_string();
            let (whole, decimals) = digits.split_at((state >> 48) as usize % (digits.len() + 1));
            let text = format!("{}{whole}.{decimals}", if state & 1 == 0 { "-" } else { "" });
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(&text), "{text}");
        }
    }
}
