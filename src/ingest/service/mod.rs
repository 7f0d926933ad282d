//! What a service's export says of its activities beside their files: names, sports and which were races.
//!
//! Files that a watch wrote know neither their name nor that they were a race; the service that they were sent to does, and
//! puts it into a table of its own. A table is known by its name and content, its activities by their files' places beside it
//! (Strava) or by when they began (Garmin). It is never needed.

mod garmin;
mod strava;

use std::path::Path;

use crate::activity::{Activity, Sport};
use crate::escape::escape_controls;

/// What a table says of one activity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActivityListing {
    /// Its name.
    pub name: Option<String>,
    /// Its sport.
    pub sport: Sport,
    /// Why it is a race, where the table says that it is one.
    pub race: Option<String>,
}

impl ActivityListing {
    /// Tells an activity what its file does not know; the name that the service has is the runner's last word.
    pub fn tell(&self, activity: &mut Activity) {
        if self.name.is_some() {
            activity.name.clone_from(&self.name);
        }
        if activity.sport == Sport::Unstated {
            activity.sport.clone_from(&self.sport);
        }
        if activity.race_hint.is_none() {
            activity.race_hint.clone_from(&self.race);
        }
    }
}

/// A table of an export.
#[derive(Debug)]
pub struct ActivityIndex {
    /// What stands before the places of the activities: `export/`, or `export.zip!`.
    root: String,
    activities: Activities,
}

/// A table's activities, by what tells them.
#[derive(Debug)]
enum Activities {
    ByFile(strava::ByFile),
    ByStart(garmin::ByStart),
}

/// Tells the activities of a table's content; what is wrong with it in a phrase.
type ReadIndex = fn(&[u8]) -> Result<Activities, String>;

/// The tables, by the endings of their names behind a slash, in lower case. A new service is a line here and a file beside this
/// one.
const SERVICES: [(&str, ReadIndex); 2] = [
    ("/activities.csv", |bytes| strava::read(bytes).map(Activities::ByFile)),
    ("summarizedactivities.json", |bytes| garmin::read(bytes).map(Activities::ByStart)),
];

/// The reader for a table of that name.
fn reader(name: &str) -> Option<ReadIndex> {
    let name = format!("/{}", name.rsplit(['/', '!']).next().unwrap_or(name).to_lowercase());
    SERVICES.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, read)| *read)
}

/// Whether a file of that name, in whatever folder, may be a table.
pub fn is_activity_index(name: &str) -> bool {
    reader(name).is_some()
}

impl ActivityIndex {
    /// Reads a table that lies at an address: a path, with a member behind `!`. What could not be got of it has a reason.
    ///
    /// # Errors
    ///
    /// The line that says where it lies and why it is not used.
    pub fn read(path: &Path, member: Option<&str>, bytes: Result<Vec<u8>, String>) -> Result<Self, String> {
        bytes.and_then(|bytes| Self::parse(path, member, &bytes)).map_err(|why| {
            let member = member.map_or_else(String::new, |member| format!("!{member}"));
            escape_controls(&format!("{}{member}: not used for names: {why}", path.display()))
        })
    }

    fn parse(path: &Path, member: Option<&str>, bytes: &[u8]) -> Result<Self, String> {
        let address = address(path, member);
        let read = reader(&address).ok_or("no table of an export")?;
        let activities = read(bytes)?;
        let folder = address.rfind(['/', '!']).map_or("", |end| &address[..=end]);
        // Garmin keeps its table two folders below the files that it tells of.
        let root = match activities {
            Activities::ByFile(_) => folder,
            Activities::ByStart(_) => folder.find("DI_CONNECT/").map_or(folder, |at| &folder[..at]),
        };
        Ok(Self { root: root.to_owned(), activities })
    }

    /// What it says of an activity that was read at an address.
    fn about(&self, address: &str, activity: &Activity) -> Option<&ActivityListing> {
        let place = address.strip_prefix(&self.root)?;
        match &self.activities {
            Activities::ByFile(files) => files.about(place),
            Activities::ByStart(starts) => starts.about(activity.start_s()?),
        }
    }
}

/// What some tables say of an activity that was read at a path, from an archive's member.
pub fn about<'a>(
    tables: impl IntoIterator<Item = &'a ActivityIndex>,
    path: &Path,
    member: Option<&str>,
    activity: &Activity,
) -> Option<&'a ActivityListing> {
    let mut tables = tables.into_iter().peekable();
    tables.peek()?;
    let address = address(path, member);
    tables.find_map(|table| table.about(&address, activity))
}

fn address(path: &Path, member: Option<&str>) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    member.map_or(path.clone(), |member| format!("{path}!{member}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_of_the_files_beside_it_and_of_no_others() {
        let csv = b"Activity ID,Activity Name,Activity Type,Filename\n7,City Run,Run,activities/7.fit.gz\n";
        let csv = Ok(csv.to_vec());
        let tables = [ActivityIndex::read(Path::new("me.zip"), Some("export/activities.csv"), csv)
            .expect("a table of Strava's")];
        let about = |member: Option<&str>| about(&tables, Path::new("me.zip"), member, &Activity::default());
        assert_eq!(
            about(Some("export/activities/7.fit.gz")),
            Some(&ActivityListing { name: Some("City Run".into()), sport: Sport::Running, race: None })
        );
        // Unpacked by hand it is the same file.
        assert!(about(Some("export/activities/7.fit")).is_some());
        assert!(about(Some("activities/7.fit.gz")).is_none());
        assert!(about(Some("export/activities/8.fit.gz")).is_none());
        assert!(about(None).is_none());
    }
}
