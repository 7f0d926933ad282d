//! Parses decimal numbers from bytes, correctly rounded.
//!
//! Heights, distances and most coordinates have few digits. Such a number is an integer below 2^53
//! divided by a power of ten up to 10^19. Both are exact as `f64`, so the division rounds only once
//! and its result is the nearest value.
//!
//! Garmin Connect and others write up to 30 digits. The first 19 nearly always decide the value:
//! [`quotient`] computes a lower and an upper bound from them, and if both round to one `f64`, that
//! is the value. All other numbers are parsed by `fast-float2`. The notation is that of the
//! standard library, which the tests compare with.

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
        _ => parse_exactly(trim(bytes)).or_else(|| parse_for_people(trim(bytes))),
    }
}

/// Units that some apps write after a number, where it has this unit without them.
const UNITS: [&[u8]; 5] = [b"m/s", b"bpm", b"spm", b"rpm", b"m"];

/// Parses a number as some apps write it for people: with a decimal comma, with separators between
/// thousands, or with its unit.
#[cold]
fn parse_for_people(bytes: &[u8]) -> Option<f64> {
    // A long number is not a coordinate.
    let bytes = Some(bytes).filter(|bytes| bytes.len() <= 64)?;
    let unit = UNITS.iter().find_map(|unit| bytes.strip_suffix(*unit));
    let number = unit.map_or(bytes, trim);
    let is_separator = |byte: &u8| matches!(byte, b',' | b'.');
    let Some(point) = number.iter().rposition(is_separator) else {
        return unit.and_then(|_| parse_exactly(number));
    };
    let (whole, decimals) = (&number[..point], &number[point + 1..]);
    let mut groups = whole.split(is_separator);
    let mut plain = groups.next()?.to_vec();
    let other = if number[point] == b',' { b'.' } else { b',' };
    let is_grouped = !whole.contains(&number[point]) && matches!(plain.len(), 1..=4);
    for group in groups {
        // Another separator is one between thousands, and no other text has one.
        let is_thousands = is_grouped && group.len() == 3 && whole.contains(&other);
        plain.extend(Some(group).filter(|_| is_thousands)?);
    }
    plain.push(b'.');
    plain.extend(decimals);
    parse_exactly(&plain)
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
// PERF(gpx read): 11.6 → 6.2 instr/byte, tcx 9.2 → 4.7 (benches/gate.sh); the plain form is
// `prefix_exactly`.
#[inline]
pub(in crate::ingest) fn prefix(bytes: &[u8]) -> Option<(f64, usize)> {
    let from = usize::from(bytes.first() == Some(&b'-'));
    let (mut at, mut mantissa) = (from, 0_u64);
    while let Some(digit) = digit(bytes, at) {
        // The number of digits tells whether it overflowed.
        mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
        at += 1;
    }
    let mut digits = at - from;
    let mut decimals = 0;
    if bytes.get(at) == Some(&b'.') {
        let first;
        (first, decimals) = first_digits(eight(bytes, at + 1));
        if decimals == 8 {
            return prefix_long(bytes, digits, mantissa, first);
        }
        mantissa = mantissa.wrapping_mul(INTEGERS[decimals]).wrapping_add(first);
        digits += decimals;
        at += 1 + decimals;
    }
    let is_exact = (1..=MOST_DIGITS).contains(&digits) && mantissa < 1 << 53;
    if !is_exact {
        return prefix_exactly(bytes);
    }
    let value = mantissa.cast_signed() as f64 / POWERS[decimals];
    Some((if from == 1 { -value } else { value }, at))
}

/// Continues [`prefix`] after the whole digits and the first eight decimals of a number.
//
// PERF(gpx-connect read): 5.6 instr/byte, 13.0 → 6.5 over real GPX files (benches/corpus.sh); the
// plain form is `prefix_exactly`.
#[inline(never)]
fn prefix_long(bytes: &[u8], whole_digits: usize, whole: u64, first: u64) -> Option<(f64, usize)> {
    // From here on the mantissa has at most 19 digits.
    if whole_digits + 8 > MOST_DIGITS {
        return prefix_exactly(bytes);
    }
    let point = usize::from(bytes[0] == b'-') + whole_digits;
    let mut mantissa = whole * INTEGERS[8] + first;
    let mut at = point + 9;
    let (next, count) = first_digits(eight(bytes, at));
    if mantissa < INTEGERS[11] {
        mantissa = mantissa * INTEGERS[count] + next;
        at += count;
    }
    while mantissa < INTEGERS[18]
        && let Some(digit) = digit(bytes, at)
    {
        mantissa = mantissa * 10 + digit;
        at += 1;
    }
    let decimals = at - point - 1;
    let is_cut = digit(bytes, at).is_some();
    while digit(bytes, at).is_some() {
        at += first_digits(eight(bytes, at)).1;
    }
    let value = if !is_cut && mantissa < 1 << 53 && decimals <= MOST_DIGITS {
        Some(mantissa.cast_signed() as f64 / POWERS[decimals])
    } else {
        quotient(mantissa, decimals, is_cut).filter(|_| !matches!(bytes.get(at), Some(b'e' | b'E')))
    };
    match value {
        Some(value) => Some((if bytes[0] == b'-' { -value } else { value }, at)),
        None => prefix_exactly(bytes),
    }
}

/// Powers of ten.
const INTEGERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut power = 1;
    while power < 20 {
        powers[power] = 10 * powers[power - 1];
        power += 1;
    }
    powers
};

/// Returns the digit at an offset.
#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

/// Returns the eight bytes at an offset, the first in the lowest bits; zeros follow the end of
/// `bytes`.
#[inline]
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => fewer_than_eight(rest),
    }
}

/// Returns like [`eight`]. It is a function of its own to keep the usual way short.
#[cold]
#[inline(never)]
fn fewer_than_eight(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte))
}

/// Returns the value and the number of the digits at the start of eight bytes.
//
// All eight bytes are looked at at once: after the first two lines each is a digit's value, or has
// its highest bit set in `others`. Then neighbours are joined, first to pairs, then to fours.
#[inline]
fn first_digits(eight: u64) -> (u64, usize) {
    let values = eight ^ 0x3030_3030_3030_3030;
    let others = (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let count = others.trailing_zeros() as usize / 8;
    if count == 0 {
        return (0, 0);
    }
    // Zeros before the digits change nothing.
    let values = values << (64 - 8 * count);
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    let value = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF;
    (value, count)
}

/// Returns the fraction that one to seven digits after a decimal point make, and their number;
/// `None` for fewer or more.
#[inline]
pub(super) fn short_fraction(bytes: &[u8]) -> Option<(f64, usize)> {
    let (value, count) = first_digits(eight(bytes, 0));
    (1..8).contains(&count).then(|| (value.cast_signed() as f64 / POWERS[count], count))
}

/// The reciprocal of a power of five: `reciprocal / 2^bits`, rounded down, is `1 / 5^power`.
#[derive(Clone, Copy)]
struct Reciprocal {
    /// At least 2^63.
    reciprocal: u64,
    bits: u32,
}

/// The reciprocals of 5^1 to 5^27, the last power below 2^63.
const RECIPROCALS: [Reciprocal; 27] = {
    let mut all = [Reciprocal { reciprocal: 0, bits: 0 }; 27];
    let mut power = 1_u64;
    let mut place = 0;
    while place < all.len() {
        power *= 5;
        let bits = 127 - power.leading_zeros();
        all[place] = Reciprocal { reciprocal: ((1_u128 << bits) / power as u128) as u64, bits };
        place += 1;
    }
    all
};

/// Returns the `f64` nearest to `mantissa / 10^decimals`; `None` if the bounds do not decide it.
///
/// If the mantissa `is_cut`, further digits follow it, so the number is less than one greater.
//
// Let m be the mantissa and m·2^n at least 2^63. The reciprocal is r ≤ 2^bits / 5^decimals < r + 1.
// So the number times 2^(n + bits + decimals) is at least m·2^n·r. It is less than that plus m·2^n
// plus, if digits follow, 2^n·2^64. The product is divided by 2^65 to fit an i64; then these are
// less than 1 for the rounding down, 1/2 and 2^n / 2.
fn quotient(mantissa: u64, decimals: usize, is_cut: bool) -> Option<f64> {
    let Reciprocal { reciprocal, bits } = *RECIPROCALS.get(decimals.checked_sub(1)?)?;
    let shift = mantissa.leading_zeros();
    if shift > 11 {
        return None;
    }
    let low = ((u128::from(mantissa << shift) * u128::from(reciprocal)) >> 65) as i64;
    let high = low.saturating_add(2 + if is_cut { (1 << shift) / 2 } else { 0 });
    // 2^(65 - n - bits - decimals) as an `f64`.
    let exponent = 1023 + 65 - shift - bits - decimals as u32;
    let power_of_two = f64::from_bits(u64::from(exponent) << 52);
    (low as f64 == high as f64).then_some(low as f64 * power_of_two)
}

/// Parses like [`prefix`], by `fast-float2`.
#[inline(never)]
fn prefix_exactly(bytes: &[u8]) -> Option<(f64, usize)> {
    let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    let length = bytes.iter().take_while(is_part).count();
    Some((parse_exactly(&bytes[..length])?, length))
}

/// Parses a finite number by `fast-float2`; `None` for other text.
fn parse_exactly(bytes: &[u8]) -> Option<f64> {
    fast_float2::parse(bytes).ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn as_std(text: &str) -> Option<u64> {
        let text = text.trim_matches([' ', '\t', '\r', '\n']);
        text.parse().ok().filter(|value: &f64| value.is_finite()).map(f64::to_bits)
    }

    /// Returns a generator of random numbers.
    fn random() -> impl FnMut() -> u64 {
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        }
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
        for text in ["1,2,3", "1.234,5,", "a,5", ","] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn thousands_may_be_separated_and_the_usual_unit_may_follow() {
        for text in ["9,993.72", "9.993,72", "9993.72 m", "9993,72m"] {
            assert_eq!(parse(text.as_bytes()), Some(9993.72), "{text}");
        }
        assert_eq!(parse(b"-1,009,993.5"), Some(-1_009_993.5));
        assert_eq!((parse(b"150 bpm"), parse(b"3.5 m/s")), (Some(150.0), Some(3.5)));
        for text in
            ["9,99.5", "9,9933.5", "12345,678.5", "1.234.5", "1,234.567,8", "10 km", "m", "5 mi", "1 m m"]
        {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn the_digits_at_the_start_of_eight_bytes() {
        for count in 0..=8 {
            for other in ["<", "/", ":", "\0", "\u{80}", "~"] {
                let text = format!("{}{other}9999999", &"12345678"[..count]);
                let value = text[..count].parse().unwrap_or(0);
                assert_eq!(first_digits(eight(text.as_bytes(), 0)), (value, count), "{text:?}");
            }
        }
        assert_eq!(first_digits(eight(b"x12", 1)), (12, 2));
        assert_eq!(first_digits(eight(b"", 1)), (0, 0));
    }

    #[test]
    fn numbers_halfway_between_two_values_are_parsed_as_by_the_standard_library() {
        // Halfway between 1 + 2^-52 and its neighbours, and numbers next to it.
        for halfway in [
            "1.00000000000000033306690738754696",
            "1.000000000000000111022302462515654",
            "179.9999999999999857891452847979962825775146484375",
            "48.137153999999995",
            "4503599627370496.5",
            "9007199254740993",
            "1.8446744073709551615",
        ] {
            for more in ["", "0", "1", "00000000000", "00000000001", "99999999", "e0", "E-5"] {
                let text = format!("{halfway}{more}");
                assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(&text), "{text}");
            }
        }
    }

    #[test]
    fn few_coordinates_need_the_exact_parser() {
        let mut chance = random();
        let undecided = (0..10_000)
            .filter(|_| {
                let whole = 10 + chance() % 90;
                let decimals = format!("{:013}{:013}", chance() % 10_u64.pow(13), chance() % 10_u64.pow(13));
                let mantissa: u64 = format!("{whole}{}", &decimals[..17]).parse().expect("19 digits");
                quotient(mantissa, 17, true).is_none()
            })
            .count();
        assert!(undecided < 200, "{undecided}");
    }

    #[test]
    fn random_numbers_are_parsed_as_by_the_standard_library() {
        let mut chance = random();
        for _ in 0..20_000 {
            let state = chance();
            let digits = (state % 10_u64.pow(1 + (state >> 32) as u32 % 19)).to_string();
            let (whole, decimals) = digits.split_at((state >> 48) as usize % (digits.len() + 1));
            let text = format!("{}{whole}.{decimals}", if state & 1 == 0 { "-" } else { "" });
            assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(&text), "{text}");
            let followed = format!("{text}</ele>");
            assert_eq!(prefix(followed.as_bytes()), prefix_exactly(followed.as_bytes()), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn numbers_of_up_to_forty_digits_are_parsed_as_by_the_standard_library(
            sign in "[-+]?",
            whole in "(0{0,3}|[0-9]{0,3}|[0-9]{0,22})",
            decimals in "(|\\.|\\.[0-9]{0,40}|\\.0{0,12}[0-9]{0,30}|\\.[0-9]{1,18}[09]{0,20})",
            exponent in "(|||[eE][-+]?[0-9]{0,3})",
            end in "(|<|</ele>|\"/>|\\.|e)",
        ) {
            let text = format!("{sign}{whole}{decimals}{exponent}");
            prop_assert_eq!(parse(text.as_bytes()).map(f64::to_bits), as_std(&text), "{}", text);
            let followed = format!("{text}{end}");
            prop_assert_eq!(parse(followed.as_bytes()).map(f64::to_bits), as_std(&followed), "{}", followed);
            if let Some((value, length)) = prefix(followed.as_bytes()) {
                prop_assert_eq!(Some(value.to_bits()), as_std(&followed[..length]), "{}", followed);
            }
        }
    }
}
