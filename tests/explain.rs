//! The rules as `explain` and `docs/rules.md` tell them, both from the list of rules.

use firstmile::judge::RULES;
use firstmile::formats::rules;

#[test]
fn every_rules_page_is_as_it_was_read() {
    let pages: Vec<String> = RULES.iter().map(|rule| rules::page(rule)).collect();
    insta::assert_snapshot!(pages.join(&format!("\n{}\n", "=".repeat(78))));
}

#[test]
fn no_line_of_a_page_is_wider_than_a_terminal() {
    for rule in RULES {
        for line in rules::page(rule).lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", rule.id);
        }
    }
}

#[test]
fn the_rules_page_in_docs_is_the_programs_own() {
    let kept = include_str!("../docs/rules.md");
    assert!(
        kept == rules::markdown(),
        "docs/rules.md is out of date: cargo run -- explain --format md > docs/rules.md"
    );
}
