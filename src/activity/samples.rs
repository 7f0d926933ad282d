//! Samples in columns: one row per recorded moment, one optional column per channel.

/// The samples of an activity, one column a channel.
///
/// `time_s` has a value for every sample, NaN where the file gave none. Other channels hold what was
/// recorded and nothing else.
#[derive(Debug, Clone, Default)]
pub struct Samples {
    /// Unix seconds in UTC, NaN where absent.
    pub time_s: Vec<f64>,
    /// WGS84 latitude in degrees.
    pub latitude_deg: Channel,
    /// WGS84 longitude in degrees.
    pub longitude_deg: Channel,
    /// Altitude above sea level in metres.
    pub altitude_m: Channel,
    /// Distance since the start as the device counts it, in metres.
    pub distance_m: Channel,
    /// Speed in m/s.
    pub speed_mps: Channel,
    /// Heart rate in beats a minute.
    pub heart_rate_bpm: Channel,
    /// Steps a minute, both feet.
    pub cadence_spm: Channel,
    /// Power in watts.
    pub power_w: Channel,
    /// Air temperature in °C.
    pub temperature_c: Channel,
    /// Indices at which a new track segment begins (GPX `trkseg`, TCX `Track`); never 0.
    pub segment_starts: Vec<usize>,
}

impl Samples {
    /// Opens a new sample at a Unix time (NaN where unknown) and gives its index for the channels.
    pub fn open(&mut self, time_s: f64) -> usize {
        self.time_s.push(time_s);
        self.time_s.len() - 1
    }

    /// The number of samples.
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.time_s.is_empty()
    }

    /// The position of a sample, (latitude, longitude) in degrees.
    pub fn position_deg(&self, index: usize) -> Option<(f64, f64)> {
        Some((self.latitude_deg.get(index)?, self.longitude_deg.get(index)?))
    }

    /// Some of the samples, in their order and without marks of segments.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let select = |channel: &Channel| {
            let mut selected = Channel::default();
            selected.put(0, rows.iter().map(|row| channel.get(*row).unwrap_or(f64::NAN)));
            selected
        };
        Self {
            time_s: rows.iter().map(|row| self.time_s[*row]).collect(),
            latitude_deg: select(&self.latitude_deg),
            longitude_deg: select(&self.longitude_deg),
            altitude_m: select(&self.altitude_m),
            distance_m: select(&self.distance_m),
            speed_mps: select(&self.speed_mps),
            heart_rate_bpm: select(&self.heart_rate_bpm),
            cadence_spm: select(&self.cadence_spm),
            power_w: select(&self.power_w),
            temperature_c: select(&self.temperature_c),
            segment_starts: Vec::new(),
        }
    }

    /// Marks that the next sample to be opened begins a new segment.
    pub fn begin_segment(&mut self) {
        let next = self.len();
        if next > 0 && self.segment_starts.last() != Some(&next) {
            self.segment_starts.push(next);
        }
    }
}

/// One channel of samples: a column with holes. A channel that was never recorded takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Channel(Vec<f64>);

/// Equal where the same samples have the same values; nothing is absent in two ways.
impl PartialEq for Channel {
    fn eq(&self, other: &Self) -> bool {
        (0..self.0.len().max(other.0.len())).all(|index| self.get(index) == other.get(index))
    }
}

impl Channel {
    /// Sets the value of a sample; samples passed over stay absent, and a value that is no number is dropped.
    #[inline]
    pub fn set(&mut self, index: usize, value: f64) {
        if value.is_finite() {
            if self.0.len() == index {
                self.0.push(value);
                return;
            }
            if self.0.len() < index {
                self.0.resize(index + 1, f64::NAN);
            }
            self.0[index] = value;
        }
    }

    /// Makes room for so many samples in all, so that a long recording is not copied again and again while it grows.
    pub(crate) fn expect(&mut self, samples: usize) {
        self.0.reserve_exact(samples.saturating_sub(self.0.len()));
    }

    /// Sets the values of samples from `first` on, NaN for those that have none; what is there and has a new value
    /// takes it.
    pub(crate) fn put(&mut self, first: usize, mut values: impl Iterator<Item = f64>) {
        if self.0.len() > first {
            for (row, value) in (first..).zip(values) {
                self.set(row, value);
            }
            return;
        }
        // A channel without any value takes no memory, so the first value is looked for before room is made.
        if let Some((absent, value)) = values.by_ref().enumerate().find(|(_, value)| !value.is_nan()) {
            self.0.resize(first + absent, f64::NAN);
            self.0.push(value);
            self.0.extend(values);
        }
    }

    /// The value at a sample, where there is one.
    pub fn get(&self, index: usize) -> Option<f64> {
        self.0.get(index).copied().filter(|value| !value.is_nan())
    }

    /// The column as it is kept: NaN where a value is absent, and nothing behind the last one.
    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }

    /// Whether nothing was ever recorded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
