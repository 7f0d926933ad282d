//! The program as its users meet it. The long-running tests are binaries of their own beside this.
//!
//! What a report says:
//! - `report::formats`: every format, compared with snapshots and read back by other libraries
//! - `report::text`: the text report and `show`: one run in full, widths, numbers of a finding
//! - `report::baseline`: `--baseline`: what changed, and that outputs overwrite nothing else
//! - `report::parquet`: runs tables in Parquet, as output and as input
//! - `report::club`: `history`, `roster` and `field`
//! - `report::plan`: `plan`: targets, pace bands, hilly courses
//! - `report::forecast`: `forecast`: finishing times from half-way, and how they hold
//! - `report::heat`: `--temperature` and what it may say
//! - `report::explain`: `explain` and `docs/rules.md`
//!
//! What is read:
//! - `reading::known_truth`: every fixture gives the numbers that it was made with
//! - `reading::as_recorded`: odd recordings of real devices and apps give the true numbers
//! - `reading::archives`: archives, lists of paths, globs, limits
//! - `reading::hostile_archives`: archives that are not made by accident
//! - `reading::hostile_files`: memory, special files, ties, and the files of an attack
//! - `reading::doublings`: twice as many of anything take about twice the instructions
//! - `reading::exports`: a service's export and its index; `--since`, `--until`
//! - `reading::local_day`: the runner's day by the offset, the position or UTC
//! - `reading::xml`: GPX and TCX: both readers agree, damaged and hostile files
//!
//! How the program behaves:
//! - `program::exit_codes`: exit codes, errors on standard error, a row for every file
//! - `program::demo`: the demo, and where exports are
//! - `program::docs`: every command in the pages runs, every link leads somewhere
//! - `program::packaging`: the action, the hook, the container, the workflows
//! - `program::mcp`: the tools for assistants (feature `mcp`)
//! - `program::help`: completions, man pages, the README's examples
//! - `program::mistakes`: what is told about mistyped commands, rules, formats and folders
//! - `program::profile`: `firstmile.toml` beside the runs
//! - `program::same_bytes`: the same bytes whatever threads, time zone, locale and order
//! - `program::pipes`: closed pipes and full disks
//! - `program::faults`: missing permissions, vanishing files, circular links, interrupts
//! - `program::batch`: duplicates, and races without a name
//! - `program::trust`: no network, no coordinates, allowed licences
//!
//! What holds for every run: `properties`. What once went wrong: `regression`. What the source and
//! its pages promise about themselves: `house`.
//!
//! `tests/mutations.rs`: damaged files through the whole pipeline. `tests/differential.rs`: the
//! built-in readers against libraries. `tests/laps.rs`: splits against the laps of real devices.

mod common;
mod house;
mod program;
mod properties;
mod reading;
mod regression;
mod report;
