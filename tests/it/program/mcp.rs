//! `mcp`: the protocol as bytes. `python/tests/test_mcp.py` meets the server with a real client.

use std::path::Path;

use serde_json::{Value, json};

use crate::common::fixtures::RACES;
use crate::common::program::{PROJECT, firstmile, firstmile_with_input, stderr};

/// Sends calls to a server over some paths, and returns the results in order.
fn answers(arguments: &[&str], calls: &[(&str, Value)]) -> Vec<Value> {
    let mut lines = vec![
        json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
    ];
    lines.extend((1..).zip(calls).map(
        |(id, (method, params))| json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }),
    ));
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let output = firstmile_with_input(Path::new(PROJECT), &[&["mcp"], arguments].concat(), input.as_bytes());
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut answers: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    answers.sort_by_key(|answer| answer["id"].as_u64());
    assert_eq!(answers.len(), calls.len() + 1, "{text}");
    answers.drain(1..).map(|mut answer| answer["result"].take()).collect()
}

/// Returns what a tool said, and whether it is an error.
fn call(arguments: &[&str], tool: &str, values: &Value) -> (bool, String) {
    let result =
        answers(arguments, &[("tools/call", json!({ "name": tool, "arguments": values }))]).remove(0);
    let text = result["content"][0]["text"].as_str().expect("text").to_owned();
    (result["isError"] == true, text)
}

/// Returns what a tool said, as JSON.
fn document(arguments: &[&str], tool: &str, values: &Value) -> Value {
    let (is_error, text) = call(arguments, tool, values);
    assert!(!is_error, "{text}");
    serde_json::from_str(&text).expect("JSON")
}

/// Returns what the program prints, as JSON.
fn printed(arguments: &[&str]) -> Value {
    serde_json::from_slice(&firstmile(arguments).stdout).expect("JSON")
}

#[test]
fn every_tool_only_reads_and_describes_its_arguments() {
    let listed = answers(&[RACES], &[("tools/list", json!({}))]).remove(0);
    let tools = listed["tools"].as_array().expect("tools");
    let names: Vec<&str> = tools.iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(names, ["list_runs", "show_run", "history", "plan", "explain_rule"]);
    for tool in tools {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        jsonschema::validator_for(&tool["inputSchema"]).expect("a schema");
    }
}

#[test]
fn the_tools_return_the_programs_json() {
    let activities = printed(&["--format", "json", RACES])["activities"].take();
    let activities = activities.as_array().expect("activities");
    let list = document(&[RACES], "list_runs", &json!({ "races_only": true, "limit": 3 }));
    assert_eq!((list["of"].as_u64(), list["runs"].as_array().map(Vec::len)), (Some(22), Some(3)));
    let starts: Vec<&str> =
        list["runs"].as_array().expect("runs").iter().filter_map(|run| run["local_start"].as_str()).collect();
    assert!(starts.windows(2).all(|pair| pair[0] > pair[1]), "the latest first: {starts:?}");
    for run in list["runs"].as_array().expect("runs") {
        let whole = activities.iter().find(|activity| activity["path"] == run["run"]).expect("the run");
        for (name, value) in run.as_object().expect("fields").iter().filter(|(name, _)| *name != "run") {
            assert_eq!(value, &whole[name], "{name}");
        }
        assert_eq!(&document(&[RACES], "show_run", &json!({ "run": run["run"] })), whole);
    }
    assert_eq!(document(&[RACES], "history", &json!({})), printed(&["history", "--format", "json", RACES]));
    assert_eq!(
        document(&[RACES], "plan", &json!({ "course": "half" })),
        printed(&["plan", "--course", "half", "--from", RACES, "--format", "json"])
    );
    let of_a_year = document(&[RACES], "list_runs", &json!({ "since": "2019", "until": "2019" }));
    assert_eq!(of_a_year["of"], 3);
    let (is_error, page) = call(&[RACES], "explain_rule", &json!({ "id": "START-01" }));
    assert!(!is_error && page.contains("went out too fast"), "{page}");
}

#[test]
fn nothing_but_the_paths_of_the_command_line_is_read_and_no_place_is_told() {
    let one = format!("{RACES}/2019-06-02_vale-10-miles_fast-start.fit");
    let other = format!("{RACES}/2018-05-13_mill-town-10k_badly-positive.gpx");
    let (is_error, text) = call(&[&one], "show_run", &json!({ "run": other }));
    assert!(is_error && text.contains("list_runs"), "{text}");
    let run = json!({ "run": one });
    assert!(document(&[&one], "show_run", &run).get("start_latitude_deg").is_none());
    assert!(document(&["--with-coordinates", &one], "show_run", &run)["start_latitude_deg"].is_number());
}

#[test]
fn mistakes_are_answered_and_do_not_end_the_server() {
    for (tool, values, told) in [
        ("show_run", json!({}), "run is missing"),
        ("list_runs", json!({ "path": "/" }), "no argument path"),
        ("list_runs", json!({ "limit": 0 }), "above zero"),
        ("list_runs", json!({ "since": "yesterday" }), "invalid date"),
        ("plan", json!({ "course": "moon" }), "marathon"),
        ("plan", json!({ "course": "marathon", "goal": "0:10" }), "goal"),
        ("explain_rule", json!({ "id": "START-1" }), "START-01"),
    ] {
        let (is_error, text) = call(&[RACES], tool, &values);
        assert!(is_error && text.contains(told), "{tool} {values}: {text}");
    }
    let missing = firstmile(&["mcp", "/no/such/folder"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("no such file or folder"));
}
