//! How the program behaves.

mod batch;
mod demo;
mod docs;
mod exit_codes;
#[cfg(unix)]
mod faults;
mod help;
#[cfg(feature = "mcp")]
mod mcp;
mod mistakes;
mod packaging;
mod pipes;
mod profile;
mod races;
mod same_bytes;
mod trust;
