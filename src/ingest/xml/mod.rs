//! XML as recordings need it: tags and the text between them, straight from the bytes.
//!
//! [`scan`] finds the tags and never fails: what is no markup is text, and a file that breaks off just ends.
//! [`content`] is what stands between them or in an attribute. [`spelling`] goes past both for a point that is written
//! like one before. [`decimal`] reads numbers to the last bit, [`timestamp`] times, [`word`] looks at eight bytes at once. None knows of
//! namespaces, schemas or entities beyond the predefined and numeric ones; what a tag means is left to the readers of
//! GPX and TCX.

pub(super) mod content;
pub(super) mod decimal;
pub(super) mod encoding;
pub(super) mod scan;
mod swar;
pub(super) mod template;
pub(super) mod timestamp;
