//! Promises about the source itself: its layout, its comments, its pages.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::program::{PROJECT, stdout_in};

/// The longest comment line, in columns.
const COMMENT_COLUMNS: usize = 100;

/// The modules of `src/` from the first stage to the last. A module may import those before it.
const STAGES: [&[&str]; 10] = [
    &["escape", "generated", "phrases", "statistics", "temperature", "units", "period", "nearest"],
    &["activity", "local_time"],
    &["ingest", "measure"],
    &["goal", "runner"],
    &["history"],
    &["judge"],
    &["plan", "runs_table", "report"],
    &["batch", "profile", "formats"],
    &["analyzer", "options", "session"],
    &["cli"],
];

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(PROJECT).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

#[test]
fn no_comment_line_is_over_100_columns() {
    let mut long = Vec::new();
    let folders = ["src", "tests", "benches", "examples", "fixtures/generator", "fuzz", "python/src"];
    for path in folders.iter().flat_map(|folder| rust_files(folder)) {
        for (number, line) in text(&path).lines().enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            // A link or an example cannot be broken.
            let breakable = line.trim().contains(' ') && !line.contains("http");
            if is_comment && breakable && line.chars().count() > COMMENT_COLUMNS {
                long.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(long.is_empty(), "{} long comment lines:\n{}", long.len(), long.join("\n"));
}

#[test]
fn no_module_imports_a_later_stage() {
    let stage: BTreeMap<&str, usize> = STAGES
        .iter()
        .enumerate()
        .flat_map(|(stage, modules)| modules.iter().map(move |module| (*module, stage)))
        .collect();
    let mut wrong = Vec::new();
    for path in rust_files("src") {
        let inside = path.strip_prefix(Path::new(PROJECT).join("src")).expect("in src");
        let module = inside.iter().next().expect("a module").to_string_lossy().replace(".rs", "");
        if module == "lib" || module == "main" {
            continue;
        }
        let own =
            *stage.get(module.as_str()).unwrap_or_else(|| panic!("{module} has no stage; add it to STAGES"));
        let source = text(&path);
        // Tests at the end of a file may look anywhere.
        let code = source.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (place, line) in lines.enumerate() {
            for target in line.split("crate::").skip(1) {
                let target: String =
                    target.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if stage.get(target.as_str()).is_some_and(|stage| *stage > own) {
                    wrong.push(format!("{} ({place}): {}", inside.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "imports of a later stage:\n{}", wrong.join("\n"));
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let page = text(&Path::new(PROJECT).join("docs/ARCHITECTURE.md"));
    let contributing = text(&Path::new(PROJECT).join("CONTRIBUTING.md"));
    let mut named = 0;
    for word in page.split('`').skip(1).step_by(2).chain(contributing.split('`').skip(1).step_by(2)) {
        let is_path = word.starts_with("src/") || word.starts_with("tests/") || word.starts_with("docs/");
        if !is_path || word.contains(['*', '<', ' ']) {
            continue;
        }
        // `src/ingest/{fit,gpx}` names each.
        let paths: Vec<String> = match (word.find('{'), word.find('}')) {
            (Some(open), Some(close)) => word[open + 1..close]
                .split(',')
                .map(|part| format!("{}{}{}", &word[..open], part.trim(), &word[close + 1..]))
                .collect(),
            _ => vec![word.to_owned()],
        };
        for path in paths {
            named += 1;
            assert!(Path::new(PROJECT).join(&path).exists(), "{path} is named and does not exist");
        }
    }
    assert!(named > 30, "only {named} paths are named");
}

#[test]
fn the_command_reference_is_up_to_date() {
    let mut page = text(&Path::new(PROJECT).join("docs/cli.md"));
    if !cfg!(feature = "mcp") {
        let start = page.find("\n## firstmile mcp\n").expect("its section");
        let end = start + 1 + page[start + 1..].find("\n## ").expect("another section");
        page.replace_range(start..end, "");
    }
    assert!(
        page == stdout_in(Path::new(PROJECT), &["man", "--format", "md"]),
        "docs/cli.md is out of date: cargo run --features mcp -- man --format md > docs/cli.md"
    );
}
