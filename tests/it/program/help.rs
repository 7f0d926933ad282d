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
fn the_readmes_examples_are_up_to_date() {
    let readme = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let example = |command: &str| {
        let block = readme.split(&format!("```console\n$ {command}\n")).nth(1).expect("the example");
        block.split("```").next().expect("its end").to_owned()
    };
    let run = |arguments: &[&str]| stdout(&firstmile(arguments));
    let races = run(&["fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit"]);
    assert_eq!(example("firstmile fixtures/races/2019-10*"), races);
    let plan = run(&["plan", "--no-profile", "--course", "marathon", "--goal", "4:00:00", "--sex", "female"]);
    let expected = example("firstmile plan --course marathon --goal 4:00:00 --sex female | head -9");
    assert!(plan.starts_with(&expected) && expected.lines().count() == 9, "{plan}");
}
