//! How the program behaves.

mod batch;
mod exit_codes;
#[cfg(unix)]
mod faults;
mod help;
mod mistakes;
mod pipes;
mod profile;
mod races;
mod same_bytes;
mod trust;
