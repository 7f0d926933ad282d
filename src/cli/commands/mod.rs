//! The commands, one file each: its arguments and what it does.

pub mod analyze;
pub mod compare;
pub mod demo;
pub mod explain;
pub mod field;
pub mod forecast;
pub mod generate;
pub mod history;
#[cfg(feature = "mcp")]
pub mod mcp;
pub mod plan;
pub mod roster;
pub mod show;
#[cfg(feature = "verify")]
pub mod verify;
