//! Reads each file with a third-party library and does nothing else. `benches/peers.sh` compares
//! its instructions with those of the whole program.
//!
//! It prints the files that the library does not reject, one a line.

use std::hint::black_box;
use std::io::Write as _;

use anyhow::bail;

#[path = "../benches/peers/mod.rs"]
mod peers;

/// Same allocator as the program, so that the instructions compare.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((library, paths)) = arguments.split_first() else {
        bail!("peer fitparser|rustyfit|gpx|quick-xml FILE...")
    };
    for path in paths {
        let bytes = std::fs::read(path)?;
        let is_read = match library.as_str() {
            "fitparser" => black_box(peers::fitparser(&bytes)).is_some(),
            "rustyfit" => black_box(peers::rustyfit(&bytes)).is_some(),
            "gpx" => black_box(peers::gpx(&bytes)).is_some(),
            "quick-xml" => black_box(peers::quick_xml(&bytes)).is_some(),
            _ => bail!("unknown library {library}"),
        };
        if is_read {
            writeln!(std::io::stdout(), "{path}")?;
        }
    }
    Ok(())
}
