//! An air temperature as the user states it, in either unit.

use std::fmt;
use std::str::FromStr;

/// The temperatures that are believed of a race, °C.
const BELIEVED_C: std::ops::RangeInclusive<f64> = -30.0..=50.0;
/// Degrees Fahrenheit to a degree Celsius.
const F_PER_C: f64 = 1.8;

/// An air temperature.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Temperature {
    celsius: f64,
}

/// Why a text is no temperature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemperatureError {
    /// It is no number with a unit.
    #[error("a temperature has its unit: 24C or 75F")]
    Form,
    /// Nobody races at it.
    #[error("{0} is no temperature of a race; it is from −30 °C (−22 °F) to 50 °C (122 °F)")]
    Range(String),
}

impl Temperature {
    /// Returns it in °C.
    pub fn celsius(self) -> f64 {
        self.celsius
    }

    /// Returns by how many °F it is above another.
    pub fn fahrenheit_above(self, other: Self) -> f64 {
        F_PER_C * (self.celsius - other.celsius)
    }
}

impl FromStr for Temperature {
    type Err = TemperatureError;

    /// Parses "24C", "75F", "24 °C" or "-5C".
    ///
    /// # Errors
    ///
    /// Fails without a unit, and for what nobody races at.
    fn from_str(text: &str) -> Result<Self, TemperatureError> {
        let text = text.trim();
        let unit = text.chars().next_back().ok_or(TemperatureError::Form)?.to_ascii_uppercase();
        let number = text[..text.len() - unit.len_utf8()].trim_end().trim_end_matches('°').trim_end();
        let is_plain = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
        let number: f64 = number.parse().ok().filter(|_| is_plain).ok_or(TemperatureError::Form)?;
        let celsius = match unit {
            'C' => number,
            'F' => (number - 32.0) / F_PER_C,
            _ => return Err(TemperatureError::Form),
        };
        let believed = BELIEVED_C.contains(&celsius);
        believed.then_some(Self { celsius }).ok_or_else(|| TemperatureError::Range(text.to_owned()))
    }
}

impl fmt::Display for Temperature {
    /// Writes it in both units: "24 °C (75 °F)".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |value: f64| format!("{:.0}", value.round() + 0.0).replace('-', "−");
        write!(f, "{} °C ({} °F)", degrees(self.celsius), degrees(32.0 + F_PER_C * self.celsius))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Temperature {
        text.parse().expect("a temperature")
    }

    #[test]
    fn both_units_are_read_and_written() {
        for text in ["24C", "24c", "24 C", "24°C", " 24 °C ", "24.0C", "75.2F", "75.2 °f"] {
            assert_eq!(parsed(text).to_string(), "24 °C (75 °F)", "{text}");
        }
        assert_eq!(parsed("-5C").to_string(), "−5 °C (23 °F)");
        assert_eq!(parsed("31F").to_string(), "−1 °C (31 °F)");
        assert_eq!(parsed("-0.2C").to_string(), "0 °C (32 °F)");
    }

    #[test]
    fn every_whole_degree_survives_the_other_unit() {
        for celsius in -30..=50 {
            let read = parsed(&format!("{celsius}C"));
            let back = parsed(&format!("{:.1}F", 32.0 + 1.8 * f64::from(celsius)));
            assert!((read.celsius() - back.celsius()).abs() < 1e-9 && read.to_string() == back.to_string());
        }
        assert!((parsed("75F").fahrenheit_above(parsed("65F")) - 10.0).abs() < 1e-9);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "C", "24", "24K", "warm", "1e1C", "NaNC", "infF", "--5C", "°C", "5 5C"] {
            assert_eq!(text.parse::<Temperature>(), Err(TemperatureError::Form), "{text}");
        }
        for text in ["-31C", "50.1C", "123F", "-23F"] {
            assert_eq!(text.parse::<Temperature>(), Err(TemperatureError::Range(text.to_owned())), "{text}");
        }
        assert!(parsed("-30C") < parsed("50C") && parsed("-22F") < parsed("122F"));
    }
}
