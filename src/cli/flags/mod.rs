//! Groups of flags that several commands share, and the values that flags take.

pub mod list;
pub mod options;
pub mod style;
pub mod values;
