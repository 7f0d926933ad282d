//! Reads `…summarizedActivities.json` of a Garmin export: one entry for each activity, by its start
//! time.
//!
//! The export's files have numbers that this index does not contain. So an activity is found by its
//! start: `beginTimestamp`, milliseconds of Unix time. Event type 1 means a race, as in Garmin
//! Connect.

use serde::Deserialize;

use super::{ActivityListing, IndexErrorKind};
use crate::activity::Sport;
use crate::ingest::xml::encoding;

/// How far the index's start and the file's may differ, in seconds: the first may be rounded, the
/// second may be the first sample's.
const MAX_DIFFERENCE_S: f64 = 3.0;
/// Garmin Connect's number for the event type "race".
const RACE: f64 = 1.0;

/// The listings by start in Unix seconds, ascending.
#[derive(Debug)]
pub(super) struct ByStart(Vec<(f64, ActivityListing)>);

impl ByStart {
    /// Returns the listing nearest to a start in Unix seconds, at most [`MAX_DIFFERENCE_S`] away.
    pub(super) fn listing(&self, start_s: f64) -> Option<&ActivityListing> {
        let from = self.0.partition_point(|(begin_s, _)| *begin_s < start_s - MAX_DIFFERENCE_S);
        let near = self.0[from..].iter().take_while(|(begin_s, _)| *begin_s <= start_s + MAX_DIFFERENCE_S);
        near.min_by(|a, b| (a.0 - start_s).abs().total_cmp(&(b.0 - start_s).abs())).map(|(_, listed)| listed)
    }
}

/// The file: a list of chunks, or one chunk.
#[derive(Deserialize)]
#[serde(untagged)]
enum Export {
    Many(Vec<Chunk>),
    One(Chunk),
}

#[derive(Deserialize)]
struct Chunk {
    #[serde(rename = "summarizedActivitiesExport", default)]
    activities: Vec<GarminSummary>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GarminSummary {
    name: Option<String>,
    activity_type: Option<String>,
    event_type_id: Option<f64>,
    begin_timestamp: Option<f64>,
}

/// Reads the index. Entries without a start are dropped.
///
/// # Errors
///
/// Fails if the content is not JSON of that shape; the parser's message has the place.
pub(super) fn read(bytes: &[u8]) -> Result<ByStart, IndexErrorKind> {
    let export: Export = serde_json::from_str(&encoding::decode(bytes))?;
    let chunks = match export {
        Export::Many(chunks) => chunks,
        Export::One(chunk) => vec![chunk],
    };
    let activities = chunks.into_iter().flat_map(|chunk| chunk.activities);
    let mut starts: Vec<(f64, ActivityListing)> = activities
        .filter_map(|summary| {
            let listed = ActivityListing {
                name: summary.name.filter(|name| !name.trim().is_empty()),
                sport: summary.activity_type.map_or(Sport::Unstated, |word| Sport::from_word(&word)),
                race: (summary.event_type_id == Some(RACE))
                    .then(|| "Garmin's table says that it is a race".to_owned()),
            };
            Some((summary.begin_timestamp? / 1000.0, listed))
        })
        .collect();
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(ByStart(starts))
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
        let starts = read(index).expect("an index");
        let race = starts.listing(1_710_000_001.0).expect("the first");
        assert!(
            race.race.is_some() && race.name.as_deref() == Some("Marathon") && race.sport == Sport::Running
        );
        assert_eq!(starts.listing(1_710_090_000.0).and_then(|ride| ride.sport.is_run()), Some(false));
        assert!(starts.listing(1_710_000_010.0).is_none());
        assert!(read(b"[1, 2]").is_err() && read(b"").is_err());
        let marked = [b"\xEF\xBB\xBF", &index[..]].concat();
        assert!(read(&marked).expect("an index").listing(1_710_000_000.0).is_some());
    }
}
