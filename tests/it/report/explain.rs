//! `explain`: the list and the pages of the rules, and `docs/rules.md`.

use firstmile::formats::rules;
use firstmile::judge::RULES;

use crate::common::program::{firstmile, stderr, stdout};

#[test]
fn the_page_of_every_rule_is_unchanged() {
    let pages: Vec<String> = RULES.iter().map(|rule| rules::page(rule)).collect();
    insta::assert_snapshot!(pages.join(&format!("\n{}\n", "=".repeat(78))));
}

#[test]
fn no_line_of_a_rules_page_is_wider_than_80_columns() {
    for rule in RULES {
        for line in rules::page(rule).lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", rule.id);
        }
    }
}

#[test]
fn the_rules_page_in_docs_is_up_to_date() {
    let kept = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md"));
    assert!(
        kept == rules::markdown(),
        "docs/rules.md is out of date: cargo run -- explain --format md > docs/rules.md"
    );
}

#[test]
fn explain_lists_rules_prints_a_page_and_suggests_the_nearest_id() {
    assert!(stdout(&firstmile(&["explain"])).contains("START-01   went out too fast"));
    let page = stdout(&firstmile(&["explain", "start-01"]));
    assert!(page.contains("severe from 6 %") && page.contains("Gosztyla"), "{page}");
    let wrong = firstmile(&["explain", "START-1"]);
    assert_eq!(stderr(&wrong), "firstmile: unknown rule START-1. Did you mean START-01?\n");
    assert_eq!(wrong.status.code(), Some(2));
}
