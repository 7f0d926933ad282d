//! Round values for the ticks of an axis.

/// Steps of ticks in plain numbers, times a power of ten.
const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
/// Steps of ticks in times, seconds.
const CLOCK_STEPS_S: [f64; 10] = [5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0];

/// Returns round numbers within a range, at most `most` of them.
pub(in crate::formats::html) fn numbers(from: f64, to: f64, most: usize) -> Vec<f64> {
    let steps = (-2..6).flat_map(|power| STEPS.map(|step| step * libm::pow(10.0, f64::from(power))));
    multiples(from, to, most, steps)
}

/// Returns round times within a range of seconds, at most `most` of them.
pub(in crate::formats::html) fn clocks(from_s: f64, to_s: f64, most: usize) -> Vec<f64> {
    multiples(from_s, to_s, most, CLOCK_STEPS_S.into_iter())
}

/// Returns the multiples of the first step that has few enough of them.
fn multiples(from: f64, to: f64, most: usize, steps: impl Iterator<Item = f64>) -> Vec<f64> {
    for step in steps {
        let (first, last) = ((from / step).ceil(), (to / step).floor());
        if last - first < most as f64 {
            let count = (last - first + 1.0).max(0.0) as usize;
            return (0..count).map(|number| (first + number as f64) * step).collect();
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(clocks(470.0, 640.0, 5), [480.0, 540.0, 600.0]);
        assert_eq!(numbers(0.0, 26.2, 7), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]);
        assert_eq!(numbers(-30.0, 30.0, 4), [-20.0, 0.0, 20.0]);
        assert!(numbers(0.0, 1e9, 5).len() <= 5);
    }
}
