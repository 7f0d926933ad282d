//! Files of the project that a test makes: the test checks that they are up to date, or writes
//! them with `INSTA_UPDATE=always`.

use std::path::Path;
use std::{env, fs};

/// Checks a file by its path from the project's folder, or writes it.
pub(crate) fn check(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(file, made).expect("written");
        return;
    }
    let current = fs::read_to_string(file).expect("the file");
    assert!(made == current, "{path} is out of date: INSTA_UPDATE=always cargo test --lib generator");
}
