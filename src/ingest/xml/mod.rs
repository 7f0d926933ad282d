//! A small XML reader for recordings: tags and the text between them, directly from the bytes.
//!
//! - [`encoding`] decodes a file. [`scan`] finds the tags and never fails: invalid markup is text,
//!   and a truncated file simply ends. [`content`] is the text of an element or attribute.
//! - [`template`] skips both for trackpoints that are written like earlier ones.
//! - [`decimal`] parses numbers, correctly rounded, and [`timestamp`] parses times,
//!   with [`spelled_time`] for the rare spellings.
//!
//! There are no namespaces, schemas or custom entities. What a tag means is left to the readers of
//! GPX and TCX.

pub(super) mod content;
pub(super) mod decimal;
pub(super) mod encoding;
pub(super) mod scan;
mod spelled_time;
pub(super) mod template;
pub(super) mod timestamp;
