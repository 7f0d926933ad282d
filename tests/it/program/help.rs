//! Completions, man pages and the README's examples.

use std::path::Path;

use crate::common::program::{PROJECT, firstmile, stdout, stdout_in};

#[test]
fn completions_and_man_pages_are_printed() {
    let run = |arguments: &[&str]| stdout_in(Path::new(PROJECT), arguments);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(run(&["completions", shell]).contains("history"), "{shell}");
    }
    assert!(run(&["man"]).contains(".TH firstmile"));
    for command in ["analyze", "show", "history", "roster", "field", "plan", "explain"] {
        assert!(run(&["man", command]).contains("SYNOPSIS"), "{command}");
    }
    assert!(run(&["--version"]).contains("firstmile/1"));
}

#[test]
fn the_readmes_example_is_up_to_date() {
    let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let (_, block) = readme
        .split_once("```console\n$ firstmile fixtures/races/2019-10* | head -12\n")
        .expect("the example");
    let (example, _) = block.split_once("```").expect("its end");
    let report = stdout(&firstmile(&["fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit"]));
    let head: String = report.lines().take(12).flat_map(|line| [line, "\n"]).collect();
    assert_eq!(example, head);
}
