//! Limits on what one file may contain, so that a hostile or broken file cannot exhaust memory.
//!
//! Every limit has a flag, and each failure names its flag.

use crate::activity::Activity;
use crate::ingest::error::{Failure, FailureKind};

/// The limits of reading one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// `--max-bytes`: the most bytes of one file or member once unpacked. A day of one-second GPX
    /// has about 25 MB.
    pub bytes: u64,
    /// `--max-total`: the most unpacked bytes of all members of one file, nested archives included.
    pub total: u64,
    /// `--max-ratio`: the largest ratio of unpacked to packed size, for content above 16 MiB.
    pub ratio: u64,
    /// `--max-members`: the most members of one archive, and of all nested in one file together.
    pub members: usize,
    /// `--max-depth`: how deep archives and gzip may nest; `1.fit.gz` in `export.zip` has depth
    /// two.
    pub depth: usize,
    /// `--max-samples`: the most samples of a file or member. A week of one-second samples is
    /// 604,800.
    pub samples: usize,
    /// `--max-activities`: the most activities of a file, summed over an archive's members. A run a
    /// day for 50 years is 18,262.
    pub activities: usize,
    /// `--max-memory`: the most bytes of kept results of all files, as estimated; `None` is half of
    /// the machine's memory.
    pub memory: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 512 << 20,
            total: 16 << 30,
            ratio: 250,
            members: 200_000,
            depth: 3,
            samples: 4_000_000,
            activities: 200_000,
            memory: None,
        }
    }
}

/// A longer name of a member, bytes, is cut, and the member is not read. It has no flag, because no
/// file system has longer names.
pub(crate) const LONGEST_NAME: usize = 1000;

/// Names, titles and makers are cut to this number of characters. A creator of megabytes would be
/// kept once for each of a file's tracks.
pub(crate) const LONGEST_TEXT: usize = 200;
/// The most bytes of the names in one archive; 200,000 members may have 167 each. It has no flag.
const NAMES_BYTES: u64 = 32 << 20;
/// Content up to this size may have any ratio: a field of zeros packs a thousandfold.
const ANY_RATIO_BYTES: u64 = 16 << 20;

/// A lap, a session or another message counts as this many samples: it takes more memory, and no
/// recording has hundreds of thousands.
pub(super) const MESSAGE_SAMPLES: usize = 16;

impl Limits {
    /// Returns how many bytes `packed` bytes may unpack to.
    pub(crate) fn unpacked(&self, packed: u64) -> u64 {
        self.bytes.min(ANY_RATIO_BYTES.max(packed.saturating_mul(self.ratio)))
    }

    /// Returns the failure of content that is larger than [`Limits::unpacked`] allows.
    pub(crate) fn too_large(&self, packed: Option<u64>) -> Failure {
        match packed {
            Some(packed) if self.unpacked(packed) < self.bytes => {
                over(format!("it unpacks to more than {} times its packed size (--max-ratio)", self.ratio))
            }
            _ => over(format!("content of more than {} bytes (--max-bytes)", self.bytes)),
        }
    }

    /// Returns the failure of a file that unpacks to more than [`Limits::total`] bytes.
    pub(crate) fn over_total(&self) -> Failure {
        over(format!("it unpacks to more than {} bytes in all (--max-total)", self.total))
    }

    /// Returns the failure of an archive with too many members.
    pub(crate) fn over_members(&self) -> Failure {
        over(format!("more than {} members (--max-members)", self.members))
    }

    /// Returns the failure of a member whose name is longer than [`LONGEST_NAME`].
    pub(crate) fn long_name() -> Failure {
        over(format!("its name in the archive has more than {LONGEST_NAME} bytes"))
    }

    /// Checks the sum of the names' lengths in one archive.
    ///
    /// # Errors
    ///
    /// Fails if it is above the limit.
    pub(crate) fn check_names(bytes: u64) -> Result<(), Failure> {
        let what = || format!("the names of its members have more than {NAMES_BYTES} bytes");
        if bytes > NAMES_BYTES { Err(over(what())) } else { Ok(()) }
    }

    /// Returns the failure of archives nested too deeply.
    pub(crate) fn too_deep(&self) -> Failure {
        over(format!("archives nested deeper than {} (--max-depth)", self.depth))
    }

    /// Returns the failure of content with too many samples.
    pub(in crate::ingest) fn over_samples(&self) -> Failure {
        let most = self.samples;
        over(format!("more than {most} samples (--max-samples; a lap counts as {MESSAGE_SAMPLES})"))
    }

    /// Returns the failure of a file with too many activities.
    pub fn over_activities(&self) -> Failure {
        over(format!("more than {} activities (--max-activities)", self.activities))
    }

    /// Returns the most rows of a file: its activities, and members without one.
    pub(crate) fn rows(&self) -> usize {
        self.activities.max(self.members)
    }

    /// Returns the failure of a file with too many rows.
    pub(crate) fn over_rows(&self) -> Failure {
        over(format!("more than {} rows (--max-activities, --max-members)", self.rows()))
    }

    /// Returns the failure of a file whose results would take more memory than `most` bytes,
    /// together with those of the files before it.
    pub(crate) fn over_memory(most: u64) -> Failure {
        over(format!("the results up to this file take more than {most} bytes of memory (--max-memory)"))
    }

    /// Checks the activities of one file or member.
    ///
    /// The built-in readers also check while they read, so that they stop before memory runs out.
    ///
    /// # Errors
    ///
    /// Fails if there are too many activities or samples.
    pub fn check(&self, activities: &[Activity]) -> Result<(), Failure> {
        if activities.len() > self.activities {
            return Err(self.over_activities());
        }
        let samples: usize = activities.iter().map(|activity| activity.samples.len()).sum();
        if samples > self.samples { Err(self.over_samples()) } else { Ok(()) }
    }
}

fn over(what: String) -> Failure {
    Failure::new(FailureKind::Limit(what))
}
