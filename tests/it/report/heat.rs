//! `--temperature`: what a warmer day goes with, beside a marathon and in a plan.

use std::path::Path;

use crate::common::fixtures::RACES;
use crate::common::program::{PROJECT, firstmile, stderr, stdout_in};

const MARATHON: &str = "fixtures/races/2019-10-13 harbour-marathon wall-at-30.fit";
const PLAN: [&str; 8] =
    ["plan", "--no-profile", "--course", "marathon", "--goal", "3:45:00", "--sex", "male"];

fn printed(arguments: &[&str]) -> String {
    stdout_in(Path::new(PROJECT), arguments)
}

#[test]
fn both_units_and_their_signs_are_read() {
    for (temperature, words) in
        [("24C", "24 °C (75 °F)"), ("75.2F", "24 °C (75 °F)"), ("-5C", "−5 °C (23 °F)")]
    {
        let shown = printed(&["show", "--no-profile", "--temperature", temperature, MARATHON]);
        assert!(shown.contains(&format!("HEAT-01 info       It was {words}. ")), "{shown}");
    }
}

#[test]
fn nonsense_is_refused_with_what_is_right() {
    for (temperature, why) in [
        ("24", "a temperature has its unit: 24C or 75F"),
        ("warm", "a temperature has its unit: 24C or 75F"),
        ("-31C", "-31C is no temperature of a race; it is from −30 °C (−22 °F) to 50 °C (122 °F)"),
        ("123F", "123F is no temperature of a race"),
    ] {
        for arguments in [
            &["--temperature", temperature, MARATHON][..],
            &[&PLAN[..], &["--usual-temperature", "12C", "--temperature", temperature]].concat(),
        ] {
            let output = firstmile(arguments);
            assert_eq!(output.status.code(), Some(2), "{temperature}");
            assert!(stderr(&output).contains(why), "{}", stderr(&output));
        }
    }
}

#[test]
fn only_its_own_finding_is_added() {
    let json = |temperature: &[&str]| -> serde_json::Value {
        let arguments = [&["--no-profile", "--format", "json"], temperature, &[RACES]].concat();
        serde_json::from_str(&printed(&arguments)).expect("a document")
    };
    let (without, mut with) = (json(&[]), json(&["--temperature", "24C"]));
    let mut added = 0;
    for activity in with["activities"].as_array_mut().expect("activities") {
        let Some(findings) = activity["findings"].as_array_mut() else { continue };
        let before = findings.len();
        findings.retain(|finding| finding["id"] != "HEAT-01");
        if findings.len() < before {
            added += 1;
            let rules = activity["rules"].as_str().expect("rules").replace(";HEAT-01:info", "");
            activity["rules"] = rules.into();
        }
    }
    assert!(added >= 5 && with["activities"] == without["activities"], "{added}");
}

#[test]
fn a_plan_for_a_day_as_warm_as_usual_has_the_same_chances() {
    let chances = |temperatures: &[&str]| -> Vec<String> {
        let text = printed(&[&PLAN, temperatures].concat());
        let chances = text.lines().filter_map(|line| Some(line.split_once(" of 100 (")?.0.to_owned()));
        chances.collect()
    };
    let same = chances(&["--usual-temperature", "54F", "--temperature", "54F"]);
    assert_eq!((same.len(), &same), (4, &chances(&[])));
    assert_ne!(same, chances(&["--usual-temperature", "54F", "--temperature", "75F"]));
}

#[test]
fn a_temperature_needs_another_and_a_marathon() {
    let alone = firstmile(&[&PLAN[..], &["--temperature", "24C"]].concat());
    assert!(stderr(&alone).contains("--usual-temperature"), "{}", stderr(&alone));
    let half = ["plan", "--no-profile", "--course", "half", "--goal", "1:45:00"];
    let half = firstmile(&[&half[..], &["--usual-temperature", "12C", "--temperature", "24C"]].concat());
    assert_eq!((alone.status.code(), half.status.code()), (Some(2), Some(2)));
    assert!(stderr(&half).contains("which only --course marathon has"), "{}", stderr(&half));
}

#[test]
fn the_guide_shows_what_is_printed() {
    let guide = std::fs::read_to_string(Path::new(PROJECT).join("docs/guide.md")).expect("the guide");
    let pages = [
        printed(&["forecast", "--no-profile", "1:52:30", "--sex", "male"]),
        printed(&["show", "--no-profile", "--temperature", "24C", MARATHON]),
        printed(&[&PLAN[..], &["--usual-temperature", "12C", "--temperature", "24C"]].concat()),
    ];
    for start in ["Of men at half-way", "HALF-WAY ", "HEAT-01 ", "FINISH-01 ", "GATES "] {
        let block = guide.split("```text\n").find(|block| block.contains(start)).expect(start);
        let block = block.split("```").next().unwrap_or_default().trim_end();
        assert!(pages.iter().any(|page| page.contains(block)), "{block}");
    }
}
