//! Groups of flags that several commands share, and the values that flags take.

pub mod judging;
pub mod reading;
pub mod style;
pub mod values;
