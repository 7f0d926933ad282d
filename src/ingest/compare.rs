//! Compares two readings of one file field by field, for `firstmile verify` and the tests.

use std::fmt;

use super::Failure;
use crate::activity::{Activity, Channel, Declared, Samples};

/// A difference between the fast reader and the library.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The activity, counted from 1; 0 if the difference is about the whole file.
    pub activity: usize,
    /// The field.
    pub field: &'static str,
    /// Which reader has a value.
    pub kind: DifferenceKind,
    /// The number of samples, laps or stops that differ; 1 for a field of the whole activity.
    pub count: usize,
    /// The index of the first of them, from 0.
    pub first: usize,
    /// The fast reader's value at `first`.
    pub fast: String,
    /// The library's value at `first`.
    pub library: String,
}

/// Which reader has a value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Only the fast reader.
    OnlyFast,
    /// Only the library.
    OnlyLibrary,
    /// Both, but the values differ.
    Unequal,
}

impl DifferenceKind {
    /// Returns the code that outputs use.
    pub fn code(self) -> &'static str {
        match self {
            Self::OnlyFast => "only-fast",
            Self::OnlyLibrary => "only-library",
            Self::Unequal => "unequal",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, count, first, fast, library, .. } = self;
        let places = if *count > 1 { format!("{count} times, first at {first}: ") } else { String::new() };
        match self.kind {
            DifferenceKind::OnlyFast => write!(f, "{field}: only the fast reader gives it, {places}{fast}"),
            DifferenceKind::OnlyLibrary => write!(f, "{field}: only the library gives it, {places}{library}"),
            DifferenceKind::Unequal => {
                write!(f, "{field}: {places}{fast} by the fast reader, {library} by the library")
            }
        }
    }
}

/// A reader's result for one file.
pub type Reading = Result<Vec<Activity>, Failure>;

/// The sample columns by name.
type ComparedColumn = (&'static str, fn(&Samples) -> &Channel);
const COLUMNS: [ComparedColumn; 9] = [
    ("latitude_deg", |samples| &samples.latitude_deg),
    ("longitude_deg", |samples| &samples.longitude_deg),
    ("altitude_m", |samples| &samples.altitude_m),
    ("distance_m", |samples| &samples.distance_m),
    ("speed_mps", |samples| &samples.speed_mps),
    ("heart_rate_bpm", |samples| &samples.heart_rate_bpm),
    ("cadence_spm", |samples| &samples.cadence_spm),
    ("power_w", |samples| &samples.power_w),
    ("temperature_c", |samples| &samples.temperature_c),
];

/// The declared totals by name.
type Total = (&'static str, fn(&Declared) -> Option<f64>);
const DECLARED: [Total; 3] = [
    ("declared.distance_m", |declared| declared.distance_m),
    ("declared.elapsed_s", |declared| declared.elapsed_s),
    ("declared.timer_s", |declared| declared.timer_s),
];

/// Returns every difference between two readings, in a fixed order.
///
/// Notes are not compared, because the readers word damage differently; `cut_short` is.
pub fn differences(fast: &Reading, library: &Reading) -> Vec<Difference> {
    let mut found = Found { activity: 0, differences: Vec::new() };
    match (fast, library) {
        (Err(fast), Err(library)) => {
            found.compare("failure", Some(fast.code().to_owned()), Some(library.code().to_owned()));
        }
        (Ok(_), Err(library)) => {
            found.push("activities", DifferenceKind::OnlyFast, [1, 0], "read", &library.to_string());
        }
        (Err(fast), Ok(_)) => {
            found.push("activities", DifferenceKind::OnlyLibrary, [1, 0], &fast.to_string(), "read");
        }
        (Ok(fast), Ok(library)) => {
            found.compare("activities", Some(fast.len().to_string()), Some(library.len().to_string()));
            for (number, (fast, library)) in (1..).zip(fast.iter().zip(library)) {
                found.activity = number;
                found.activity(fast, library);
            }
        }
    }
    found.differences
}

/// The differences found so far.
struct Found {
    activity: usize,
    differences: Vec<Difference>,
}

impl Found {
    /// Adds one difference.
    fn push(
        &mut self,
        field: &'static str,
        kind: DifferenceKind,
        [count, first]: [usize; 2],
        fast: &str,
        library: &str,
    ) {
        let (fast, library) = (fast.to_owned(), library.to_owned());
        let activity = self.activity;
        self.differences.push(Difference { activity, field, kind, count, first, fast, library });
    }

    /// Compares one value of an activity or file.
    fn compare(&mut self, field: &'static str, fast: Option<String>, library: Option<String>) {
        self.series(field, std::iter::once((fast, library)));
    }

    /// Compares pairs of values and adds one difference for each kind, with its count.
    fn series<V: fmt::Display + PartialEq>(
        &mut self,
        field: &'static str,
        values: impl Iterator<Item = (Option<V>, Option<V>)>,
    ) {
        // No output has a coordinate.
        let is_place = ["latitude_deg", "longitude_deg"].contains(&field);
        let text = |value: &V| if is_place { "(not shown)".to_owned() } else { value.to_string() };
        let shown = |value: &Option<V>| value.as_ref().map_or_else(String::new, text);
        let mut groups: Vec<(DifferenceKind, usize, usize, String, String)> = Vec::new();
        for (place, (fast, library)) in values.enumerate().filter(|(_, (fast, library))| fast != library) {
            let kind = match (&fast, &library) {
                (Some(_), None) => DifferenceKind::OnlyFast,
                (None, _) => DifferenceKind::OnlyLibrary,
                _ => DifferenceKind::Unequal,
            };
            match groups.iter_mut().find(|group| group.0 == kind) {
                Some(group) => group.1 += 1,
                None => groups.push((kind, 1, place, shown(&fast), shown(&library))),
            }
        }
        for (kind, count, first, fast, library) in groups {
            self.push(field, kind, [count, first], &fast, &library);
        }
    }

    /// Compares two activities.
    fn activity(&mut self, fast: &Activity, library: &Activity) {
        let text = |value: &Option<String>| value.clone();
        self.compare("name", text(&fast.name), text(&library.name));
        self.compare("sport", Some(fast.sport.to_string()), Some(library.sport.to_string()));
        self.compare("race_hint", text(&fast.race_hint), text(&library.race_hint));
        self.compare("device", text(&fast.device), text(&library.device));
        self.compare("serial", text(&fast.serial), text(&library.serial));
        let sex = |activity: &Activity| activity.sex.map(|sex| sex.to_string());
        self.compare("sex", sex(fast), sex(library));
        let number = |value: Option<f64>| value.map(|value| value.to_string());
        let offset = |activity: &Activity| number(activity.utc_offset_s.map(f64::from));
        self.compare("utc_offset_s", offset(fast), offset(library));
        self.compare("timer_start_s", number(fast.timer_start_s), number(library.timer_start_s));
        self.compare(
            "timer_known",
            Some(fast.timer_known.to_string()),
            Some(library.timer_known.to_string()),
        );
        self.compare("cut_short", Some(fast.cut_short.to_string()), Some(library.cut_short.to_string()));
        for (field, of) in DECLARED {
            self.compare(field, number(of(&fast.declared)), number(of(&library.declared)));
        }
        self.debugged("timer_stops", &fast.timer_stops, &library.timer_stops);
        self.debugged("laps", &fast.laps, &library.laps);
        self.debugged("segment_starts", &fast.samples.segment_starts, &library.samples.segment_starts);
        self.samples(&fast.samples, &library.samples);
    }

    /// Compares lists by their debug texts; only for short lists.
    fn debugged<V: fmt::Debug>(&mut self, field: &'static str, fast: &[V], library: &[V]) {
        let shown = |values: &[V], place: usize| values.get(place).map(|value| format!("{value:?}"));
        let places = 0..fast.len().max(library.len());
        self.series(field, places.map(|place| (shown(fast, place), shown(library, place))));
    }

    /// Compares the samples that both have, column by column.
    fn samples(&mut self, fast: &Samples, library: &Samples) {
        self.compare("samples", Some(fast.len().to_string()), Some(library.len().to_string()));
        let rows = 0..fast.len().min(library.len());
        let time =
            |samples: &Samples, row: usize| Some(samples.time_s[row]).filter(|time_s| !time_s.is_nan());
        self.series("time_s", rows.clone().map(|row| (time(fast, row), time(library, row))));
        for (field, of) in COLUMNS {
            let (fast, library) = (of(fast), of(library));
            self.series(field, rows.clone().map(|row| (fast.get(row), library.get(row))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_difference_is_listed_once_with_its_first_place() {
        let activity = |altitudes: &[f64], name: Option<&str>| {
            let mut activity = Activity { name: name.map(str::to_owned), ..Activity::default() };
            for altitude_m in altitudes {
                let row = activity.samples.open(0.0);
                activity.samples.altitude_m.set(row, *altitude_m);
            }
            Ok(vec![activity])
        };
        let fast = activity(&[1.0, f64::NAN, 3.0, 4.0], Some("a"));
        let library = activity(&[1.0, 2.0, 3.5, 4.5], None);
        let lines: Vec<String> = differences(&fast, &library).iter().map(ToString::to_string).collect();
        assert_eq!(
            lines,
            [
                "name: only the fast reader gives it, a",
                "altitude_m: only the library gives it, 2",
                "altitude_m: 2 times, first at 2: 3 by the fast reader, 3.5 by the library",
            ]
        );
        assert!(differences(&fast, &fast).is_empty());
    }
}
