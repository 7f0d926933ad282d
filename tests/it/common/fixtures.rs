//! The fixtures: made-up recordings whose truth is known.

use std::fs;
use std::path::{Path, PathBuf};

use firstmile_fixtures::club;

/// The folder of the fixtures.
pub(crate) const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");

/// The folder of the races among them.
pub(crate) const RACES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/races");

/// Returns the path of a fixture by its name below the folder.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(FIXTURES).join(name)
}

/// Returns the bytes of a fixture.
pub(crate) fn read(name: &str) -> Vec<u8> {
    fs::read(path(name)).expect("a fixture")
}

/// Returns a 5 km race that is run evenly.
pub(crate) fn even() -> Vec<u8> {
    read("races/2016-04-17_quayside-5k_even.fit")
}

/// Returns a 5 km race with a second half much slower than the first.
pub(crate) fn positive() -> Vec<u8> {
    read("races/2018-04-22_quayside-5k_badly-positive.fit")
}

/// Writes the generator's made-up club into a new folder: `roster/ATHLETE` and `field`.
pub(crate) fn club_folder() -> tempfile::TempDir {
    let folder = super::temporary_folder();
    for file in club::all() {
        super::write(folder.path(), &file.path, file.bytes);
    }
    folder
}
