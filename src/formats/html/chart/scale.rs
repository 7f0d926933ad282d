//! Linear scales, and ranges that no outlier stretches.

/// A linear scale from values to places. Values outside its range are drawn at its ends.
#[derive(Debug, Clone, Copy)]
pub(in crate::formats::html) struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Makes the scale that maps `from` to `start` and `to` to `end`.
    pub(in crate::formats::html) fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        Self { from, to, start, end }
    }

    /// Returns the place of a value, at an end if the value is outside.
    pub(in crate::formats::html) fn at(&self, value: f64) -> f64 {
        let share = (value.clamp(self.from, self.to) - self.from) / (self.to - self.from);
        self.start + share * (self.end - self.start)
    }

    /// Returns -1 for a value below the range, 1 for one above it, else 0.
    pub(in crate::formats::html) fn outside(&self, value: f64) -> i8 {
        i8::from(value > self.to) - i8::from(value < self.from)
    }
}

/// Returns the range of values to draw around a middle. It reaches to the furthest value, but at
/// most to twice the distance of the tenth from either end, and at least `least` to either side.
pub(in crate::formats::html) fn clipped_range(values: &[f64], middle: f64, least: f64) -> (f64, f64) {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else {
        return (middle - least, middle + least);
    };
    let tenth = sorted.len() / 10;
    let reach = |beyond: f64| f64::max(2.0 * beyond, 2.0 * least);
    let below = (middle - low).min(reach(middle - sorted[tenth])).max(least);
    let above = (high - middle).min(reach(sorted[sorted.len() - 1 - tenth] - middle)).max(least);
    (middle - below, middle + above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_is_drawn_at_the_end_and_known_to_be_outside() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert_eq!([-5.0, 0.0, 5.0, 20.0].map(|value| scale.at(value)), [100.0, 100.0, 50.0, 0.0]);
        assert_eq!([-5.0, 5.0, 20.0].map(|value| scale.outside(value)), [-1, 0, 1]);
    }

    #[test]
    fn one_outlier_does_not_stretch_the_range() {
        let mut values: Vec<f64> = (0..20).map(f64::from).collect();
        values.push(5_000.0);
        let (low, high) = clipped_range(&values, 10.0, 1.0);
        assert!(low <= 0.0 && (18.0..30.0).contains(&high), "{low} {high}");
        assert_eq!(clipped_range(&[f64::NAN], 5.0, 1.0), (4.0, 6.0));
    }
}
