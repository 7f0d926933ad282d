//! Reads `…summarizedActivities.json` of a Garmin export: one entry for each activity, by its start
//! time.
//!
//! The export's files have numbers that this index does not contain. So an activity is found by its
//! start: `beginTimestamp`, milliseconds of Unix time. Event type 1 means a race, as in Garmin
//! Connect.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{ActivityListing, IndexErrorKind, MOST_LISTED, Ordered};
use crate::activity::Sport;
use crate::ingest::names::cut_text;
use crate::ingest::xml::encoding;

/// How far the index's start and the file's may differ, in seconds: the first may be rounded, the
/// second may be the first sample's.
const MAX_DIFFERENCE_S: f64 = 3.0;
/// Garmin Connect's number for the event type "race".
const RACE: f64 = 1.0;

/// The listings by start.
#[derive(Debug, Default)]
pub(super) struct ByStart(BTreeMap<Start, Ordered>);

/// A start in Unix seconds.
#[derive(Debug, Clone, Copy)]
struct Start(f64);

impl Ord for Start {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Start {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Start {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Start {}

impl ByStart {
    /// Adds an index's listings; of several with one start, the first counts.
    pub(super) fn add(&mut self, order: usize, listings: Vec<(f64, ActivityListing)>) {
        for (begin_s, listed) in listings {
            self.0.entry(Start(begin_s)).or_insert((order, listed));
        }
    }

    /// Returns the listing nearest to a start in Unix seconds, at most [`MAX_DIFFERENCE_S`] away.
    pub(super) fn listing(&self, start_s: f64) -> Option<&Ordered> {
        let before = self.0.range(..Start(start_s)).next_back();
        let after = self.0.range(Start(start_s)..).next();
        let apart_s = |begin: &Start| (begin.0 - start_s).abs();
        let near =
            [before, after].into_iter().flatten().filter(|(begin, _)| apart_s(begin) <= MAX_DIFFERENCE_S);
        near.min_by(|a, b| apart_s(a.0).total_cmp(&apart_s(b.0))).map(|(_, listed)| listed)
    }
}

/// Starts, and what is said of each. Only what is used is kept while the file is parsed, so memory
/// does not grow with the rest.
#[derive(Default)]
struct Listed(Vec<(f64, ActivityListing)>);

/// The file: a list of chunks, or one chunk.
struct Export(Listed);

#[derive(Deserialize)]
struct Chunk {
    #[serde(rename = "summarizedActivitiesExport", default)]
    activities: Listed,
}

impl Listed {
    fn extend<E: Error>(&mut self, more: impl IntoIterator<Item = (f64, ActivityListing)>) -> Result<(), E> {
        self.0.extend(more);
        let is_over = self.0.len() > MOST_LISTED;
        if is_over { Err(E::custom(format!("more than {MOST_LISTED} activities"))) } else { Ok(()) }
    }
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Summaries;
        impl<'de> Visitor<'de> for Summaries {
            type Value = Listed;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of activities")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Listed, A::Error> {
                let mut listed = Listed::default();
                while let Some(summary) = list.next_element::<GarminSummary>()? {
                    listed.extend(listing(summary))?;
                }
                Ok(listed)
            }
        }
        from.deserialize_seq(Summaries)
    }
}

impl<'de> Deserialize<'de> for Export {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Chunks;
        impl<'de> Visitor<'de> for Chunks {
            type Value = Export;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of summaries of activities")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Export, A::Error> {
                let mut listed = Listed::default();
                while let Some(chunk) = list.next_element::<Chunk>()? {
                    listed.extend(chunk.activities.0)?;
                }
                Ok(Export(listed))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Export, A::Error> {
                Chunk::deserialize(MapAccessDeserializer::new(map)).map(|chunk| Export(chunk.activities))
            }
        }
        from.deserialize_any(Chunks)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GarminSummary {
    name: Option<String>,
    activity_type: Option<String>,
    event_type_id: Option<f64>,
    begin_timestamp: Option<f64>,
}

/// Reads the index: starts in Unix seconds, and what it says of each. Entries without a start are
/// dropped.
///
/// # Errors
///
/// Fails if the content is not JSON of that shape; the parser's message has the place.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<(f64, ActivityListing)>, IndexErrorKind> {
    let Export(listed) = serde_json::from_str(&encoding::decode(bytes))?;
    Ok(listed.0)
}

/// Returns a start in Unix seconds and what is said of it; `None` without a start.
fn listing(summary: GarminSummary) -> Option<(f64, ActivityListing)> {
    let name = summary.name.filter(|name| !name.trim().is_empty());
    let sport = |word: String| Sport::from_word(cut_text(&word));
    let listed = ActivityListing {
        name: name.map(|name| cut_text(&name).to_owned()),
        sport: summary.activity_type.map_or(Sport::Unstated, sport),
        race: (summary.event_type_id == Some(RACE))
            .then(|| "Garmin's table says that it is a race".to_owned()),
    };
    Some((summary.begin_timestamp? / 1000.0, listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_is_found_by_its_start() {
        let index = br#"[{"summarizedActivitiesExport": [
            {"activityId": 1, "name": "Marathon", "activityType": "street_running", "eventTypeId": 1,
             "beginTimestamp": 1710000000000, "splits": [{"type": 17}]},
            {"activityId": 2, "name": null, "activityType": "cycling", "beginTimestamp": 1710090000000.0},
            {"activityId": 3}
        ]}]"#;
        let by_start = |index: &[u8]| {
            let mut starts = ByStart::default();
            starts.add(0, read(index).expect("an index"));
            starts
        };
        let starts = by_start(index);
        let (_, race) = starts.listing(1_710_000_001.0).expect("the first");
        assert!(
            race.race.is_some() && race.name.as_deref() == Some("Marathon") && race.sport == Sport::Running
        );
        assert_eq!(starts.listing(1_710_090_000.0).and_then(|(_, ride)| ride.sport.is_run()), Some(false));
        assert!(starts.listing(1_710_000_010.0).is_none());
        assert!(read(b"[1, 2]").is_err() && read(b"").is_err());
        let marked = [b"\xEF\xBB\xBF", &index[..]].concat();
        assert!(by_start(&marked).listing(1_710_000_000.0).is_some());
    }

    #[test]
    fn of_several_near_a_start_the_nearest_counts_and_too_many_are_an_error() {
        let entries = |starts: &[u64]| {
            let entry = |start: &u64| format!(r#"{{"name": "{start}", "beginTimestamp": {start}}}"#);
            let entries: Vec<String> = starts.iter().map(entry).collect();
            format!(r#"{{"summarizedActivitiesExport": [{}]}}"#, entries.join(","))
        };
        let mut starts = ByStart::default();
        starts.add(0, read(entries(&[1_000_000, 1_002_000]).as_bytes()).expect("an index"));
        starts.add(1, read(entries(&[1_002_000, 1_001_500]).as_bytes()).expect("an index"));
        let found = |start_s: f64| {
            let (order, listed) = starts.listing(start_s)?;
            Some((*order, listed.name.clone()?))
        };
        assert_eq!(found(1000.5), Some((0, "1000000".to_owned())));
        assert_eq!(found(1001.4), Some((1, "1001500".to_owned())));
        assert_eq!(found(1004.9), Some((0, "1002000".to_owned())));
        assert_eq!(found(1005.1), None);
        let error = read(entries(&vec![1; MOST_LISTED + 1]).as_bytes()).expect_err("too many").to_string();
        assert!(error.starts_with("more than 500000 activities"), "{error}");
    }
}
