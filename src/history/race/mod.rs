//! Decides which runs were races, and so how each run is scored.
//!
//! [`decision::decide`] takes the first of these that answers:
//!
//! 1. the user's statement: a flag, or an entry of the profile;
//! 2. a stated type, a name or a file name ([`title`]), of the run itself or of one of its twins;
//! 3. effort ([`effort`]): the run covers a certified distance and is near the runner's best. A
//!    name with a training word rules this out.
//!
//! A run that none of them makes a race is training. A race is scored by elapsed time, and on the
//! course scale where a course was recognised. Training is scored by timer or moving time, on
//! the recorded distance. A stated course replaces that distance. The caller passes the other runs'
//! efforts; see `history/decide.rs`.

pub(super) mod decision;
pub(super) mod effort;
mod fold;
pub(super) mod title;
