//! The chosen proportion of a plan's halves.

use std::fmt;
use std::str::FromStr;

use crate::phrases::signed;

/// The greatest bias, percent. Within it, the first mile stays the slowest: it is planned 2.75 %
/// slower than an even one, and a half is at most 2.6 % slower than even.
const MOST_PCT: f64 = 5.0;

/// By how much the second half is to be slower than the first in percent; below zero it is faster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SplitBias(f64);

/// Why a bias cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitBiasError {
    /// It is none of the forms.
    #[error("invalid split \"{0}\"; write even, negative:1% or positive:1%")]
    Unreadable(String),
    /// It is too great.
    #[error("a split of more than 5 % is not planned: its slow half would be slower than the first mile")]
    TooGreat,
}

impl SplitBias {
    /// Two halves of one effort.
    pub const EVEN: Self = Self(0.0);

    /// Returns the bias in percent: above zero, the second half is slower.
    pub fn pct(self) -> f64 {
        self.0
    }

    /// Returns the pace of the second half as a multiple of the first half's.
    pub(super) fn ratio(self) -> f64 {
        1.0 + self.0 / 100.0
    }
}

impl FromStr for SplitBias {
    type Err = SplitBiasError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unreadable = || SplitBiasError::Unreadable(text.to_owned());
        if text == "even" {
            return Ok(Self::EVEN);
        }
        let (word, size) = text.split_once(':').ok_or_else(unreadable)?;
        let size = size.strip_suffix('%').unwrap_or(size).trim_end();
        let is_number = !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let pct: f64 = size.parse().ok().filter(|_| is_number).ok_or_else(unreadable)?;
        let pct = match word {
            "negative" => -pct,
            "positive" => pct,
            _ => return Err(unreadable()),
        };
        if pct.abs() > MOST_PCT { Err(SplitBiasError::TooGreat) } else { Ok(Self(pct)) }
    }
}

impl fmt::Display for SplitBias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&signed(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bias_is_a_word_and_a_size() {
        for (text, pct) in
            [("even", 0.0), ("negative:1%", -1.0), ("positive:2.5%", 2.5), ("negative:5", -5.0)]
        {
            assert_eq!(text.parse::<SplitBias>().map(SplitBias::pct), Ok(pct), "{text}");
        }
        for text in
            ["", "odd", "negative", "negative:", "negative:-1%", "negative:NaN", "faster:1%", "positive:inf"]
        {
            let why = text.parse::<SplitBias>().expect_err(text).to_string();
            assert!(why.contains("write even, negative:1% or positive:1%"), "{why}");
        }
        assert_eq!("negative:5.1%".parse::<SplitBias>(), Err(SplitBiasError::TooGreat));
    }
}
