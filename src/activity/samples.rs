//! The samples of an activity in columns: one row for each recorded moment, one column for each
//! channel.
//!
//! Readers fill the columns in SI units as recorded, without corrections.

/// The samples of an activity, one column for each channel.
///
/// `time_s` has an entry for every sample, NaN where the file has no time. The other channels have
/// values only where something was recorded.
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
    /// Adds a sample at a Unix time (NaN if unknown). Returns its index for the channels.
    pub fn open(&mut self, time_s: f64) -> usize {
        self.time_s.push(time_s);
        self.time_s.len() - 1
    }

    /// Returns the number of samples.
    pub fn len(&self) -> usize {
        self.time_s.len()
    }

    /// Returns whether there are no samples.
    pub fn is_empty(&self) -> bool {
        self.time_s.is_empty()
    }

    /// Returns the position of a sample, (latitude, longitude) in degrees. (0, 0) is none:
    /// receivers without a fix write it.
    pub fn position_deg(&self, index: usize) -> Option<(f64, f64)> {
        let position_deg = (self.latitude_deg.get(index)?, self.longitude_deg.get(index)?);
        (position_deg != (0.0, 0.0)).then_some(position_deg)
    }

    /// Returns samples of some times, each of whose channels is made from one of these.
    pub(crate) fn with_channels(&self, time_s: Vec<f64>, make: impl Fn(&Channel) -> Channel) -> Self {
        Self {
            time_s,
            latitude_deg: make(&self.latitude_deg),
            longitude_deg: make(&self.longitude_deg),
            altitude_m: make(&self.altitude_m),
            distance_m: make(&self.distance_m),
            speed_mps: make(&self.speed_mps),
            heart_rate_bpm: make(&self.heart_rate_bpm),
            cadence_spm: make(&self.cadence_spm),
            power_w: make(&self.power_w),
            temperature_c: make(&self.temperature_c),
            segment_starts: Vec::new(),
        }
    }

    /// Returns the samples of the given rows, without segment starts.
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        self.with_channels(rows.iter().map(|row| self.time_s[*row]).collect(), |channel| {
            let mut selected = Channel::default();
            selected.put(0, rows.iter().map(|row| channel.get(*row).unwrap_or(f64::NAN)));
            selected
        })
    }

    /// Marks that the next sample begins a new segment.
    pub fn begin_segment(&mut self) {
        let next = self.len();
        if next > 0 && self.segment_starts.last() != Some(&next) {
            self.segment_starts.push(next);
        }
    }
}

/// A channel: a column of values, some of which may be absent. An empty channel takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Channel(Vec<f64>);

/// Two channels are equal if the same samples have the same values. An absent value may be stored
/// as NaN, or not at all after the last value.
impl PartialEq for Channel {
    fn eq(&self, other: &Self) -> bool {
        (0..self.0.len().max(other.0.len())).all(|index| self.get(index) == other.get(index))
    }
}

impl Channel {
    /// Sets the value of a sample. The samples before it stay absent. NaN and infinite values are
    /// ignored.
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

    // PERF(reserve once): 447 → 365 instructions a sample of FIT, whole program
    // (benches/whole.sh); the plain form is not to call it.
    /// Reserves memory for a number of samples, so that a long recording is not copied while it
    /// grows.
    pub(crate) fn expect(&mut self, samples: usize) {
        self.0.reserve_exact(samples.saturating_sub(self.0.len()));
    }

    // PERF(whole columns): 482 → 365 instructions a sample of FIT, whole program
    // (benches/whole.sh); the plain form is Channel::set for every sample, which a test compares.
    /// Sets the values of the samples from `first` on; NaN leaves the value of a sample as it is.
    pub(crate) fn put(&mut self, first: usize, mut values: impl Iterator<Item = f64>) {
        if self.0.len() > first {
            for (row, value) in (first..).zip(values) {
                self.set(row, value);
            }
            return;
        }
        // A channel without values takes no memory, so nothing is stored before the first value.
        if let Some((absent, value)) = values.by_ref().enumerate().find(|(_, value)| !value.is_nan()) {
            self.0.resize(first + absent, f64::NAN);
            self.0.push(value);
            self.0.extend(values);
        }
    }

    /// Sets the values of the given rows, which do not descend; NaN leaves the value of a sample as
    /// it is, and the last of several values counts.
    pub(crate) fn put_each(&mut self, rows: &[usize], values: impl Iterator<Item = f64>) {
        let mut valid = rows.iter().copied().zip(values).filter(|(_, value)| !value.is_nan());
        // A channel without values takes no memory.
        let (Some((first, value)), Some(last)) = (valid.next(), rows.last()) else { return };
        if self.0.len() <= *last {
            self.0.resize(last + 1, f64::NAN);
        }
        let column = self.0.as_mut_slice();
        column[first] = value;
        for (row, value) in valid {
            column[row] = value;
        }
    }

    /// Returns the value of a sample; `None` if it is absent.
    pub fn get(&self, index: usize) -> Option<f64> {
        self.0.get(index).copied().filter(|value| !value.is_nan())
    }

    /// Returns the stored column: NaN where a value is absent; it ends with the last value.
    pub(crate) fn values(&self) -> &[f64] {
        &self.0
    }

    /// Returns whether no sample has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
