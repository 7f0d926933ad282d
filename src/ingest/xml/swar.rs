//! Eight bytes at a time.
//!
//! Between two tags of a recording stand a dozen bytes or two, and a search that is called for each costs
//! more than they do. So the nearest bytes are looked at as words, and `memchr` does the long stretches. A hit
//! is the high bit of its byte; only the lowest hit counts, since a borrow may show others above it.

use memchr::{memchr, memchr2};

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// How many words are looked at before a search is left to `memchr`.
const NEAR_WORDS: usize = 4;

/// The eight bytes at a place, the first one lowest.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|eight| u64::from_le_bytes(*eight))
}

#[inline]
fn equal(word: u64, byte: u8) -> u64 {
    let differing = word ^ (LOW * u64::from(byte));
    differing.wrapping_sub(LOW) & !differing & HIGH
}

#[inline]
fn lowest(hits: u64) -> Option<usize> {
    (hits != 0).then_some(hits.trailing_zeros() as usize / 8)
}

/// Where a byte next stands.
#[inline]
pub(super) fn find(wanted: u8, bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..NEAR_WORDS {
        let Some(word) = word(bytes, at) else { break };
        if let Some(ahead) = lowest(equal(word, wanted)) {
            return Some(at + ahead);
        }
        at += 8;
    }
    memchr(wanted, bytes.get(at..)?).map(|ahead| at + ahead)
}

/// Where one of two bytes next stands.
#[inline]
pub(super) fn find_either(one: u8, other: u8, bytes: &[u8], mut at: usize) -> Option<usize> {
    for _ in 0..NEAR_WORDS {
        let Some(word) = word(bytes, at) else { break };
        if let Some(ahead) = lowest(equal(word, one) | equal(word, other)) {
            return Some(at + ahead);
        }
        at += 8;
    }
    memchr2(one, other, bytes.get(at..)?).map(|ahead| at + ahead)
}

/// The next place at which stands no letter: a byte below `@`, or one of the last seven.
#[inline]
pub(super) fn past_letters(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = word(bytes, at) {
        match lowest(word.wrapping_sub(LOW * 0x40) & !word & HIGH) {
            Some(ahead) => return at + ahead,
            None => at += 8,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_find_what_bytes_find() {
        let bytes: Vec<u8> = (0..=255).chain("<trkpt lat=\"48.1\">@?\u{e9}".bytes()).chain(0..60).collect();
        for from in 0..=bytes.len() {
            let by_bytes = |is: &dyn Fn(u8) -> bool| {
                bytes[from..].iter().position(|byte| is(*byte)).map(|ahead| from + ahead)
            };
            for wanted in [0, b'<', b'"', 0x7F, 0x80, 0xFF] {
                assert_eq!(find(wanted, &bytes, from), by_bytes(&|byte| byte == wanted));
                let either = by_bytes(&|byte| byte == wanted || byte == b'=');
                assert_eq!(find_either(wanted, b'=', &bytes, from), either);
            }
            let letters = past_letters(&bytes, from);
            assert!(bytes[from..letters].iter().all(|byte| *byte >= 0x40));
            assert!(letters + 8 > bytes.len() || bytes[letters] < 0x40);
        }
        assert_eq!((find(1, b"", 0), find_either(1, 2, b"", 1), past_letters(b"", 3)), (None, None, 3));
    }
}
