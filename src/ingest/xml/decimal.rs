//! Decimal numbers from bytes, correctly rounded.
//!
//! Coordinates, heights and distances have few digits. Such a number is an integer below 2^53 over a power of
//! ten up to 10^22: both are exact as `f64`, so one division rounds once and gives the nearest value. All else
//! is left to the standard library, whose spelling of a number is the one accepted.

/// Powers of ten that an `f64` holds exactly and a quick number can need.
const POWERS: [f64; 20] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
];

/// As many characters as a `u64` can take up in digits without an overflow.
const QUICK_CHARACTERS: usize = 19;

/// Reads a finite number with XML's white space around it; `None` if it is none.
#[inline]
pub(in crate::ingest) fn parse(bytes: &[u8]) -> Option<f64> {
    quick(bytes).or_else(|| careful(trim(bytes)))
}

/// Takes XML's white space off both ends.
pub(in crate::ingest) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

/// Digits with at most one point among them, behind at most a minus.
#[inline]
fn quick(bytes: &[u8]) -> Option<f64> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > QUICK_CHARACTERS {
        return None;
    }
    let mut mantissa = 0_u64;
    let mut at = 0;
    while let Some(digit) = digits.get(at).and_then(digit) {
        mantissa = mantissa * 10 + digit;
        at += 1;
    }
    let mut decimals = 0;
    if digits.get(at) == Some(&b'.') {
        let whole = at + 1;
        at = whole;
        while let Some(four) = digits[at..].first_chunk().and_then(|four| four_digits(*four)) {
            mantissa = mantissa * 10_000 + four;
            at += 4;
        }
        while let Some(digit) = digits.get(at).and_then(digit) {
            mantissa = mantissa * 10 + digit;
            at += 1;
        }
        decimals = at - whole;
    }
    if at < digits.len() || mantissa >= 1 << 53 || digits == b"." {
        return None;
    }
    let value = mantissa as f64 / POWERS[decimals];
    Some(if negative { -value } else { value })
}

#[inline]
fn digit(byte: &u8) -> Option<u64> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

/// The value of four digits, taken as one word, the first one lowest.
#[inline]
fn four_digits(digits: [u8; 4]) -> Option<u64> {
    const ZEROS: u32 = 0x3030_3030;
    const HIGH_HALVES: u32 = 0xF0F0_F0F0;
    let word = u32::from_le_bytes(digits);
    // Six more takes what is above 9 into the next high half.
    if word & HIGH_HALVES != ZEROS || word.wrapping_add(0x0606_0606) & HIGH_HALVES != ZEROS {
        return None;
    }
    let word = word - ZEROS;
    let pairs = word * 10 + (word >> 8);
    Some(u64::from((pairs & 0xFF) * 100 + ((pairs >> 16) & 0xFF)))
}

#[cold]
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
            "\u{a0}1",
            "１",
        ] {
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(text), "{text:?}");
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
