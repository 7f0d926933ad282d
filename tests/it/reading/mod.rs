//! What is read, and from what.

mod archives;
mod as_recorded;
mod damaged_fit;
mod doublings;
mod exports;
mod hostile_archives;
mod hostile_files;
mod known_truth;
mod local_day;
mod spellings;
mod xml;
