//! Reads the index of activities in a service's export: names, sports, and which activities are
//! races.
//!
//! A watch's file has neither a title nor a race flag; the service it was uploaded to keeps both in
//! an index of its own. An index is recognised by its file name. Its entries are matched with
//! activities by file path (Strava) or by start time (Garmin). Reading works without an index.

mod garmin;
mod strava;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use crate::activity::{Activity, NameOrigin, Sport};
use crate::escape::escape_controls;
use crate::ingest::error::Failure;

/// What an index says about one activity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActivityListing {
    /// Its title.
    pub name: Option<String>,
    /// Its sport.
    pub sport: Sport,
    /// Why it is a race, if the index says so.
    pub race: Option<String>,
}

impl ActivityListing {
    /// Fills in what the activity's file does not state.
    ///
    /// The title replaces the file's, because runners edit titles at the service. So does the sport
    /// if one of them is no run.
    pub fn apply_to(&self, activity: &mut Activity) {
        if self.name.is_some() {
            activity.name.clone_from(&self.name);
            activity.name_origin = NameOrigin::Title;
        }
        let is_other = self.sport.is_run().zip(activity.sport.is_run()).is_some_and(|(is, was)| is != was);
        if activity.sport == Sport::Unstated || is_other {
            activity.sport.clone_from(&self.sport);
        }
        if activity.race_hint.is_none() {
            activity.race_hint.clone_from(&self.race);
        }
    }
}

/// An export's index of activities.
#[derive(Debug)]
pub struct ActivityIndex {
    /// Where it was read.
    address: String,
    /// The address that the index's paths are relative to: `export/`, or `export.zip!`.
    root: String,
    activities: Activities,
}

/// The listings, by the key that finds them.
#[derive(Debug)]
enum Activities {
    ByFile(Vec<(String, ActivityListing)>),
    ByStart(Vec<(f64, ActivityListing)>),
}

/// A listing after the number of its index; the lowest counts first.
type Ordered = (usize, ActivityListing);

/// Why an index is not used, and which one.
#[derive(Debug)]
pub struct IndexError {
    address: String,
    /// What is wrong.
    pub kind: IndexErrorKind,
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = format!("{}: not used for names: {}", self.address, self.kind);
        f.write_str(&escape_controls(&line))
    }
}

impl std::error::Error for IndexError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// The kinds of [`IndexError`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexErrorKind {
    /// The operating system could not read the file.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The archive member could not be unpacked.
    #[error("{0}")]
    Member(#[from] Failure),
    /// The file is larger than the limit on bytes.
    #[error("larger than --max-bytes")]
    TooLarge,
    /// The file name is not one of an index.
    #[error("the file name is not that of an export's index")]
    UnknownName,
    /// It lists more activities than are kept, or those before it do.
    #[error("it lists more than {MOST_LISTED} activities, with those of other indexes")]
    TooMany,
    /// A CSV index has no column of file names.
    #[error("it has no column Filename, nor one of paths such as activities/1.fit.gz")]
    NoFilename,
    /// The content is not CSV.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// The content is not the expected JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// Reads an index's content.
type ReadIndex = fn(&[u8]) -> Result<Activities, IndexErrorKind>;

/// The readers, by the ending of the lower-case file name with a slash before it.
///
/// To add a service, write its reader in a file of this folder and add one line here.
const SERVICES: [(&str, ReadIndex); 2] = [
    ("/activities.csv", |bytes| strava::read(bytes).map(Activities::ByFile)),
    ("summarizedactivities.json", |bytes| garmin::read(bytes).map(Activities::ByStart)),
];

/// Returns the reader of an index with that name; `None` if it is not an index.
fn reader(name: &str) -> Option<ReadIndex> {
    let name = format!("/{}", name.rsplit(['/', '!']).next().unwrap_or(name).to_lowercase());
    SERVICES.iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, read)| *read)
}

/// Returns whether a file of that name, in any folder, may be an index of activities.
pub fn is_activity_index(name: &str) -> bool {
    reader(name).is_some()
}

impl ActivityIndex {
    /// Reads the index at a path, or the one in an archive's member.
    ///
    /// `bytes` is its content, or why that could not be had.
    ///
    /// # Errors
    ///
    /// Fails if `bytes` is an error, or if the content is not an index. The error has the address.
    pub fn read(
        path: &Path,
        member: Option<&str>,
        bytes: Result<Vec<u8>, IndexErrorKind>,
    ) -> Result<Self, IndexError> {
        bytes.and_then(|bytes| Self::parse(path, member, &bytes)).map_err(|kind| {
            let member = member.map_or_else(String::new, |member| format!("!{member}"));
            IndexError { address: format!("{}{member}", path.display()), kind }
        })
    }

    fn parse(path: &Path, member: Option<&str>, bytes: &[u8]) -> Result<Self, IndexErrorKind> {
        let address = address(path, member);
        let read = reader(&address).ok_or(IndexErrorKind::UnknownName)?;
        let activities = read(bytes)?;
        let folder = address.rfind(['/', '!']).map_or("", |end| &address[..=end]);
        // Garmin's index is two folders below the root of its files.
        let root = match activities {
            Activities::ByFile(_) => folder,
            Activities::ByStart(_) => folder.find("DI_CONNECT/").map_or(folder, |at| &folder[..at]),
        };
        Ok(Self { root: root.to_owned(), address: address.clone(), activities })
    }
}

/// The most activities that indexes list. A listing takes more memory than its line, so a small
/// file could otherwise take gigabytes.
const MOST_LISTED: usize = 500_000;

/// The most folders and archives around a file in which an index is looked for.
const MOST_ROOTS: usize = 100;

/// The indexes around some files, joined by the address that their paths are relative to: however
/// many there are, an activity is looked up once for each folder and archive around it.
#[derive(Debug, Default)]
pub struct ActivityIndexes {
    /// Those of the archives around these.
    around: Option<Arc<ActivityIndexes>>,
    by_root: BTreeMap<String, Listings>,
    added: usize,
    /// The number of all listings.
    listed: usize,
}

/// What the indexes of one root say.
#[derive(Debug, Default)]
struct Listings {
    files: strava::ByFile,
    starts: garmin::ByStart,
}

impl Listings {
    /// Returns the listing of an activity that was read at a path below the root.
    fn listing(&self, path: &str, activity: &Activity) -> Option<&Ordered> {
        let by_file = self.files.listing(path);
        let by_start = activity.start_s().and_then(|start_s| self.starts.listing(start_s));
        [by_file, by_start].into_iter().flatten().min_by_key(|(order, _)| *order)
    }
}

impl ActivityIndexes {
    /// Returns indexes of an archive inside others, without any yet. Those around it count first.
    pub(super) fn inside(around: Arc<Self>) -> Self {
        Self { around: Some(around), ..Self::default() }
    }

    /// Adds an index; those added before count first.
    ///
    /// # Errors
    ///
    /// If all of them would list too many activities.
    pub fn add(&mut self, index: ActivityIndex) -> Result<(), IndexError> {
        self.listed += match &index.activities {
            Activities::ByFile(files) => files.len(),
            Activities::ByStart(starts) => starts.len(),
        };
        if self.listed > MOST_LISTED {
            return Err(IndexError { address: index.address, kind: IndexErrorKind::TooMany });
        }
        let listings = self.by_root.entry(index.root).or_default();
        match index.activities {
            Activities::ByFile(files) => listings.files.add(self.added, files),
            Activities::ByStart(starts) => listings.starts.add(self.added, starts),
        }
        self.added += 1;
        Ok(())
    }

    /// Returns the first listing of an activity read from a path, or from an archive's member.
    ///
    /// Only indexes in the folders and archives around it are asked, however many there are.
    pub fn listing(
        &self,
        path: &Path,
        member: Option<&str>,
        activity: &Activity,
    ) -> Option<&ActivityListing> {
        if self.added == 0 && self.around.is_none() {
            return None;
        }
        self.listed(&address(path, member), activity)
    }

    fn listed(&self, address: &str, activity: &Activity) -> Option<&ActivityListing> {
        if let Some(listed) = self.around.as_ref().and_then(|around| around.listed(address, activity)) {
            return Some(listed);
        }
        let ends = address.match_indices(['/', '!']).map(|(at, _)| at + 1).take(MOST_ROOTS);
        let found = std::iter::once(0).chain(ends).filter_map(|end| {
            let (root, path) = address.split_at(end);
            self.by_root.get(root)?.listing(path, activity)
        });
        found.min_by_key(|(order, _)| *order).map(|(_, listed)| listed)
    }
}

/// Returns a path with forward slashes, and with the member after `!`.
fn address(path: &Path, member: Option<&str>) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    member.map_or(path.clone(), |member| format!("{path}!{member}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_lists_only_the_files_below_its_own_folder() {
        let csv = b"Activity ID,Activity Name,Activity Type,Filename\n7,City Run,Run,activities/7.fit.gz\n";
        let csv = Ok(csv.to_vec());
        let index = ActivityIndex::read(Path::new("me.zip"), Some("export/activities.csv"), csv);
        let mut indexes = ActivityIndexes::default();
        indexes.add(index.expect("an index of Strava's")).expect("few listings");
        let listed =
            |member: Option<&str>| indexes.listing(Path::new("me.zip"), member, &Activity::default());
        assert_eq!(
            listed(Some("export/activities/7.fit.gz")),
            Some(&ActivityListing { name: Some("City Run".into()), sport: Sport::Running, race: None })
        );
        // The same file, unpacked by hand.
        assert!(listed(Some("export/activities/7.fit")).is_some());
        assert!(listed(Some("activities/7.fit.gz")).is_none());
        assert!(listed(Some("export/activities/8.fit.gz")).is_none());
        assert!(listed(None).is_none());
    }

    #[test]
    fn the_indexes_of_one_folder_are_joined_and_the_first_counts() {
        let mut indexes = ActivityIndexes::default();
        for (name, file) in [("A", "1.fit"), ("B", "1.fit"), ("C", "2.fit")] {
            let csv = format!("Activity Name,Filename\n{name},{file}\n").into_bytes();
            let index = ActivityIndex::read(Path::new("me.zip"), Some("activities.csv"), Ok(csv));
            indexes.add(index.expect("an index")).expect("few listings");
        }
        assert_eq!(indexes.by_root.len(), 1, "one look-up, however many there are");
        // An archive inside has indexes of its own, which count after those around it.
        let mut inside = ActivityIndexes::inside(Arc::new(indexes));
        let csv = b"Activity Name,Filename\nD,3.fit\n".to_vec();
        let index = ActivityIndex::read(Path::new("me.zip"), Some("in.zip!activities.csv"), Ok(csv));
        inside.add(index.expect("an index")).expect("few listings");
        let name = |member: &str| {
            let listed = inside.listing(Path::new("me.zip"), Some(member), &Activity::default())?;
            listed.name.clone()
        };
        assert_eq!(name("1.fit").as_deref(), Some("A"));
        assert_eq!(name("2.fit").as_deref(), Some("C"));
        assert_eq!(name("in.zip!3.fit").as_deref(), Some("D"));
        assert_eq!(name("3.fit"), None);
    }

    #[test]
    fn an_index_that_cannot_be_read_is_named_in_the_error() {
        let error = ActivityIndex::read(Path::new("me.zip"), Some("activities.csv"), Ok(b"a,b\n".to_vec()));
        assert_eq!(
            error.expect_err("no Filename").to_string(),
            "me.zip!activities.csv: not used for names: \
             it has no column Filename, nor one of paths such as activities/1.fit.gz"
        );
        let error =
            ActivityIndex::read(Path::new("runs.csv"), None, Ok(Vec::new())).expect_err("not an index");
        assert!(matches!(error.kind, IndexErrorKind::UnknownName));
    }
}
