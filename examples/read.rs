//! Reads everything under some paths on one thread and does nothing else. `benches/whole.sh`
//! compares its time with the whole program's.

use std::io::Write as _;
use std::path::PathBuf;

use firstmile::ingest;
use firstmile::ingest::Limits;
use firstmile::ingest::archive;
use firstmile::ingest::discover::discover;
use firstmile::ingest::filter::Filter;

/// Same allocator as the program, so that the times compare.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (limits, filter) = (Limits::default(), Filter::default());
    let found =
        discover(&paths, &filter).map_err(|missing| anyhow::anyhow!("{}: not there", missing.display()))?;
    let mut samples = 0;
    for source in &found.sources {
        let visited = archive::visit(source, &limits, &filter, &|content| {
            let activities =
                content.bytes.ok().and_then(|bytes| ingest::read(&bytes).ok()).unwrap_or_default();
            activities.iter().map(|activity| activity.samples.len()).sum::<usize>()
        });
        samples += visited.results.into_iter().sum::<usize>();
    }
    writeln!(std::io::stdout(), "{samples} samples in {} files", found.sources.len())?;
    Ok(())
}
