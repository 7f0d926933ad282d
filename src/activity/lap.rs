//! The device's laps, and what the file states about each.

/// One lap as the device recorded it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lap {
    /// Its start, Unix seconds.
    pub start_s: Option<f64>,
    /// Its distance in metres.
    pub distance_m: Option<f64>,
    /// Its elapsed time in seconds.
    pub elapsed_s: Option<f64>,
    /// Its timer time in seconds.
    pub timer_s: Option<f64>,
    /// What ended it.
    pub trigger: Option<LapTrigger>,
    /// What it was for in a workout.
    pub intensity: Option<Intensity>,
}

/// What ended a lap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LapTrigger {
    /// The runner pressed the lap button.
    Manual,
    /// A set distance, such as a kilometre, or a step of a workout by distance.
    Distance,
    /// A set time, or a step of a workout by time.
    Time,
    /// A place was reached.
    Position,
    /// A heart rate was reached.
    HeartRate,
    /// A treadmill or other equipment.
    Equipment,
    /// The recording ended.
    End,
}

impl LapTrigger {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Manual,
        Self::Distance,
        Self::Time,
        Self::Position,
        Self::HeartRate,
        Self::Equipment,
        Self::End,
    ];

    /// Returns the trigger for FIT's `lap_trigger`.
    pub(crate) fn from_fit(number: f64) -> Option<Self> {
        Some(match number as u8 {
            0 => Self::Manual,
            1 => Self::Time,
            2 => Self::Distance,
            3..=6 => Self::Position,
            7 => Self::End,
            8 => Self::Equipment,
            _ => return None,
        })
    }

    /// Returns the trigger for TCX's `TriggerMethod`.
    pub(crate) fn from_tcx(word: &str) -> Option<Self> {
        Some(match word {
            "Manual" => Self::Manual,
            "Time" => Self::Time,
            "Distance" => Self::Distance,
            "Location" => Self::Position,
            "HeartRate" => Self::HeartRate,
            _ => return None,
        })
    }

    /// Returns the word for the `trigger` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Distance => "distance",
            Self::Time => "time",
            Self::Position => "position",
            Self::HeartRate => "heart-rate",
            Self::Equipment => "equipment",
            Self::End => "end",
        }
    }
}

/// What a lap was for. Without a workout, most watches write that all are active.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Intensity {
    /// Running.
    Active,
    /// Resting, or recovering between two repeats.
    Rest,
    /// Warming up.
    WarmUp,
    /// Cooling down.
    CoolDown,
    /// A repeat of a workout.
    Interval,
}

impl Intensity {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Active, Self::Rest, Self::WarmUp, Self::CoolDown, Self::Interval];

    /// Returns the intensity for FIT's `intensity`.
    pub(crate) fn from_fit(number: f64) -> Option<Self> {
        Some(match number as u8 {
            0 => Self::Active,
            1 | 4 => Self::Rest,
            2 => Self::WarmUp,
            3 => Self::CoolDown,
            5 => Self::Interval,
            _ => return None,
        })
    }

    /// Returns the intensity for TCX's `Intensity`.
    pub(crate) fn from_tcx(word: &str) -> Option<Self> {
        match word {
            "Active" => Some(Self::Active),
            "Resting" => Some(Self::Rest),
            _ => None,
        }
    }

    /// Returns the word for the `intensity` column.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Rest => "rest",
            Self::WarmUp => "warm-up",
            Self::CoolDown => "cool-down",
            Self::Interval => "interval",
        }
    }
}
