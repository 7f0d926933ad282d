//! The WebAssembly module of the page: recordings that a browser was given in, reports out.
//!
//! [`firstmile::Session`] does the work, so that numbers and pages are the program's own.
//! `requests.rs` has what the page may ask; `files.rs` and `calls.rs` are the borders to the
//! script.

mod calls;
mod files;
mod plan;
mod requests;
