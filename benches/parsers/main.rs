//! Compares the own parsers with crates: which input each reads, and how long each takes.
//!
//!     cargo bench --bench parsers     # the tables of inputs, then nanoseconds an item
//!     benches/parsers.sh              # instructions an item; needs valgrind
//!
//! Reads nothing but what it makes itself, so each run has the same input.

// A bench prints its tables.
#![allow(clippy::print_stdout)]

mod decimals;
#[path = "own.rs"]
mod ingest;
mod tars;
mod times;
mod zips;

use std::hint::black_box;
use std::time::Instant;

// The own parsers import it by this path.
use firstmile::units;

/// The program's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The number of items in each case.
const ITEMS: usize = 10_000;
const ROUNDS: usize = 101;

/// Reads all items of a case and returns a sum over them, so that the compiler can drop none.
type Read = Box<dyn Fn() -> u64>;

/// A case: an input and its readers, the own one first.
struct Case {
    name: &'static str,
    readers: Vec<(&'static str, Read)>,
}

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let cases: Vec<Case> =
        [decimals::cases(), times::cases(), zips::cases(), tars::cases()].into_iter().flatten().collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            decimals::compare();
            times::compare();
            zips::compare();
            tars::compare();
            cases.iter().for_each(time);
        }
        ["list"] => {
            for case in &cases {
                for (reader, _) in &case.readers {
                    println!("{} {reader}", case.name);
                }
            }
        }
        ["items"] => println!("{ITEMS}"),
        ["run", case, reader, rounds] => {
            let case = cases.iter().find(|one| one.name == case).expect("a case of the list");
            let (_, read) =
                case.readers.iter().find(|(name, _)| *name == reader).expect("a reader of the list");
            for _ in 0..rounds.parse().expect("a number of rounds") {
                black_box(read());
            }
        }
        _ => panic!("usage: parsers [list | items | run CASE READER ROUNDS]"),
    }
}

/// Prints the quickest and the median round of each reader; the readers take turns.
fn time(case: &Case) {
    let mut taken: Vec<Vec<f64>> = vec![Vec::new(); case.readers.len()];
    for _ in 0..ROUNDS {
        for ((_, read), taken) in case.readers.iter().zip(&mut taken) {
            let start = Instant::now();
            black_box(read());
            taken.push(start.elapsed().as_secs_f64() * 1e9 / ITEMS as f64);
        }
    }
    println!("\n{:32} {:>10} {:>10}", case.name, "quickest", "median");
    for ((reader, _), taken) in case.readers.iter().zip(&mut taken) {
        taken.sort_by(f64::total_cmp);
        println!("  {reader:30} {:7.1} ns {:7.1} ns", taken[0], taken[ROUNDS / 2]);
    }
}

/// Prints a table: one line for each input, one column for each reader.
fn print_table(title: &str, readers: &[&str], lines: &[(String, Vec<String>)]) {
    print!("\n{title:44}");
    for reader in readers {
        print!(" {reader:>14}");
    }
    println!();
    for (input, cells) in lines {
        print!("  {input:42}");
        for cell in cells {
            print!(" {cell:>14}");
        }
        println!();
    }
}

/// A generator of numbers that are the same each run (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
