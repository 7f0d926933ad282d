//! How much is taken from a file before it is told to be too much: people send bombs, and disks hold accidents.

use crate::activity::Activity;
use crate::ingest::error::{Failure, FailureKind};

/// The limits, each with its flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `--max-bytes`: the most bytes that one file or member may unpack to. A day of one-second GPX is some 25 MB.
    pub bytes: u64,
    /// `--max-total`: the most bytes that all that is in one file, archives in archives among it, may unpack to.
    pub total: u64,
    /// `--max-ratio`: how many times its packed size it may unpack to, above a size that harms nobody.
    pub ratio: u64,
    /// `--max-members`: the most members of one archive that are looked at.
    pub members: usize,
    /// `--max-depth`: how deep wrappers may nest: `export.zip` holding `1.fit.gz` is two.
    pub depth: usize,
    /// `--max-samples`: the most samples of a file or member. A week of one-second samples is 604,800.
    pub samples: usize,
    /// `--max-activities`: the most activities of a file, those of an archive's members together. A run a day for 50 years is
    /// 18,262.
    pub activities: usize,
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
        }
    }
}

/// Below this no ratio is too high: a field of zeros packs a thousandfold.
const HARMLESS_BYTES: u64 = 16 << 20;

impl Limits {
    /// How many bytes may come out of so many packed ones.
    pub(crate) fn unpacked(&self, packed: u64) -> u64 {
        self.bytes.min(HARMLESS_BYTES.max(packed.saturating_mul(self.ratio)))
    }

    /// The failure of content that is larger than [`Limits::unpacked`] allows.
    pub(crate) fn too_large(&self, packed: Option<u64>) -> Failure {
        match packed {
            Some(packed) if self.unpacked(packed) < self.bytes => {
                over(format!("it unpacks to more than {} times its packed size (--max-ratio)", self.ratio))
            }
            _ => over(format!("content of more than {} bytes (--max-bytes)", self.bytes)),
        }
    }

    /// The failure of a file that holds more than [`Limits::total`].
    pub(crate) fn over_total(&self) -> Failure {
        over(format!("it unpacks to more than {} bytes in all (--max-total)", self.total))
    }

    /// The failure of an archive with too many members.
    pub(crate) fn over_members(&self) -> Failure {
        over(format!("more than {} members (--max-members)", self.members))
    }

    /// The failure of wrappers within wrappers.
    pub(crate) fn too_deep(&self) -> Failure {
        over(format!("archives nested deeper than {} (--max-depth)", self.depth))
    }

    /// The failure of content with too many samples.
    pub(in crate::ingest) fn over_samples(&self) -> Failure {
        over(format!("more than {} samples (--max-samples)", self.samples))
    }

    /// The failure of a file with too many activities.
    pub fn over_activities(&self) -> Failure {
        over(format!("more than {} activities (--max-activities)", self.activities))
    }

    /// Checks what was read. Own readers check while they read, so that what is too much takes no memory.
    ///
    /// # Errors
    ///
    /// Where there are too many activities or samples.
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
