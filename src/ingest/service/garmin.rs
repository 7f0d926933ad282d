//! `…summarizedActivities.json` of a Garmin export: activities by when they began.
//!
//! The files lie elsewhere in the export under numbers that the table does not know, so an activity is told by its first second
//! (`beginTimestamp`, milliseconds of Unix time). Event type 1 is a race, as in Garmin Connect's own list.

use serde::Deserialize;

use super::ActivityListing;
use crate::activity::Sport;

/// The table's start and the file's may be apart by so much: the one is rounded, the other may be the first sample's.
const APART_S: f64 = 3.0;
/// Garmin Connect's number for the event type "race".
const RACE: f64 = 1.0;

/// What is said of each activity, by its start in Unix seconds, ascending.
#[derive(Debug)]
pub(super) struct ByStart(Vec<(f64, ActivityListing)>);

impl ByStart {
    /// What is said of the activity that began at a time, Unix seconds: the nearest within reach.
    pub(super) fn about(&self, start_s: f64) -> Option<&ActivityListing> {
        let from = self.0.partition_point(|(begin_s, _)| *begin_s < start_s - APART_S);
        let near = self.0[from..].iter().take_while(|(begin_s, _)| *begin_s <= start_s + APART_S);
        near.min_by(|a, b| (a.0 - start_s).abs().total_cmp(&(b.0 - start_s).abs())).map(|(_, listed)| listed)
    }
}

/// The file: a list of one, or the one itself.
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

/// Reads the table.
///
/// # Errors
///
/// Where it is no JSON of that shape; the parser says where.
pub(super) fn read(bytes: &[u8]) -> Result<ByStart, String> {
    let export: Export = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
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
    fn an_activity_is_told_by_its_first_second() {
        let table = br#"[{"summarizedActivitiesExport": [
            {"activityId": 1, "name": "Marathon", "activityType": "street_running", "eventTypeId": 1,
             "beginTimestamp": 1710000000000, "splits": [{"type": 17}]},
            {"activityId": 2, "name": null, "activityType": "cycling", "beginTimestamp": 1710090000000.0},
            {"activityId": 3}
        ]}]"#;
        let starts = read(table).expect("a table");
        let race = starts.about(1_710_000_001.0).expect("the first");
        assert!(
            race.race.is_some() && race.name.as_deref() == Some("Marathon") && race.sport == Sport::Running
        );
        assert_eq!(starts.about(1_710_090_000.0).and_then(|ride| ride.sport.is_run()), Some(false));
        assert!(starts.about(1_710_000_010.0).is_none());
        assert!(read(b"[1, 2]").is_err() && read(b"").is_err());
    }
}
