//! What the tests share: the program, the fixtures, the corpus, CSV rows, archives and damage.

pub(crate) mod archive;
pub(crate) mod corpus;
pub(crate) mod damage;
pub(crate) mod fixtures;
pub(crate) mod program;
pub(crate) mod rows;

use std::fs;
use std::path::Path;

/// Makes a folder that is removed at the end of the test.
pub(crate) fn temporary_folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Writes a file in a folder, and the folders in its name.
pub(crate) fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("created");
    fs::write(path, bytes).expect("written");
}

/// Returns the number in an environment variable, or else the default. Long runs set it.
pub(crate) fn count_from_env(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}
