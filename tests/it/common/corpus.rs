//! The shared corpus of real recordings. It is not part of the repository.

use std::path::Path;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");

/// Returns the folder of the shared corpus, or prints that the test is skipped without it.
#[allow(clippy::print_stderr)] // a skipped test says so
pub(crate) fn corpus() -> Option<&'static Path> {
    let folder = Path::new(CORPUS);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no ../shared/corpus");
    None
}
