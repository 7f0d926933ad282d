//! What the program must never do: use the network, or reveal where somebody runs.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::fixtures;
use crate::common::program::{PROJECT, firstmile, stderr, stdout};
use crate::common::rows::records;

/// A GPX recording whose positions are looked for in the outputs.
const TWIN: &str = "awkward/2017-09-24_mill-town-10k_twin_re-export.gpx";

/// Crates that open connections. None may be in the lock file, not even as a dependency of tests.
/// Tokio may, for `mcp`: its sockets need `mio` and `socket2`, and its programs need
/// `signal-hook-registry`.
const FORBIDDEN: [&str; 22] = [
    "reqwest",
    "hyper",
    "ureq",
    "curl",
    "curl-sys",
    "isahc",
    "attohttpc",
    "signal-hook-registry",
    "async-std",
    "smol",
    "mio",
    "socket2",
    "rustls",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "tungstenite",
    "trust-dns-resolver",
    "hickory-resolver",
    "surf",
    "warp",
];

#[test]
fn no_dependency_can_use_the_network() {
    let lock = fs::read_to_string(Path::new(PROJECT).join("Cargo.lock")).expect("a lock file");
    let names: Vec<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.contains(&"rayon"), "{names:?}");
    let met: Vec<&&str> = names.iter().filter(|name| FORBIDDEN.contains(name)).collect();
    assert!(met.is_empty(), "{met:?}");
}

#[test]
fn no_source_file_opens_a_connection_or_starts_a_program() {
    let sources = walkdir::WalkDir::new(Path::new(PROJECT).join("src"));
    for entry in sources.into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let bytes = fs::read(entry.path()).expect("read");
        let text = String::from_utf8_lossy(&bytes);
        for word in ["std::net", "TcpStream", "UdpSocket", "process::Command", "UnixStream"] {
            assert!(!text.contains(word), "{word} in {}", entry.path().display());
        }
    }
}

#[test]
fn no_output_holds_a_coordinate() {
    let fixture = &*fixtures::path(TWIN).to_string_lossy().into_owned();
    let text = String::from_utf8(fixtures::read(TWIN)).expect("text");
    // Four decimals of a degree: ten metres.
    let places: Vec<String> = text
        .split("lat=\"")
        .skip(1)
        .chain(text.split("lon=\"").skip(1))
        .filter_map(|rest| Some(rest.split('"').next()?.get(..7)?.to_owned()))
        .collect();
    assert!(places.len() > 100);
    let commands: [&[&str]; 9] = [
        &["--format", "text", "-v"],
        &["--format", "csv"],
        &["--format", "json"],
        &["--format", "ndjson"],
        &["--format", "html"],
        &["--format", "md", "-v"],
        &["--format", "junit"],
        &["--format", "github"],
        &["show"],
    ];
    for flags in commands {
        let printed = stdout(&firstmile(&[flags, &[fixture]].concat()));
        assert!(!printed.is_empty(), "{flags:?}");
        let met: Vec<&String> = places.iter().filter(|place| printed.contains(place.as_str())).collect();
        assert!(met.is_empty(), "{flags:?}: {met:?}");
    }
}

#[test]
fn with_coordinates_adds_the_start_of_each_run() {
    let fixture = &*fixtures::path(TWIN).to_string_lossy().into_owned();
    let text = String::from_utf8(fixtures::read(TWIN)).expect("text");
    let first = |name: &str| -> f64 {
        let value = text.split(name).nth(1).and_then(|rest| rest.split('"').next()).expect("a place");
        value.parse().expect("degrees")
    };
    let printed = |format: &str| firstmile(&["--format", format, "--with-coordinates", fixture]).stdout;
    let row = &records(&printed("csv"))[0];
    let line: serde_json::Value = serde_json::from_slice(&printed("ndjson")).expect("JSON");
    // New columns come last. In the first minute nobody runs further than half a kilometre.
    for (column, name, recorded) in
        [(row.len() - 2, "start_latitude_deg", "lat=\""), (row.len() - 1, "start_longitude_deg", "lon=\"")]
    {
        let degrees: f64 = row[column].parse().expect("degrees");
        assert!((degrees - first(recorded)).abs() < 0.007, "{name}: {degrees}");
        assert_eq!(line[name].as_f64(), Some(degrees));
    }
}

/// Licences that the dependencies may have.
const LICENCES: [&str; 13] = [
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "CC0-1.0",
    "0BSD",
    "MIT-0",
];

/// Crates with a further licence: the borders of the time zones are OpenStreetMap's data.
const EXCEPTIONS: [(&str, &str); 1] = [("tzf-dist", "ODbL-1.0")];

/// Returns whether all parts of one alternative of a crate's SPDX expression are allowed.
fn is_allowed(name: &str, expression: &str) -> bool {
    let allowed = |part: &str| LICENCES.contains(&part) || EXCEPTIONS.contains(&(name, part));
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" OR ").any(|way| way.split(" AND ").all(|part| allowed(part.trim())))
}

#[test]
fn every_dependency_on_this_platform_has_an_allowed_licence() {
    let cargo = |arguments: &[&str]| {
        let output =
            Command::new(env!("CARGO")).args(arguments).current_dir(PROJECT).output().expect("cargo runs");
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("a document");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50);
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            !is_allowed(name, package["license"].as_str().unwrap_or("none"))
        })
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn deny_toml_has_the_same_lists() {
    let text = fs::read_to_string(Path::new(PROJECT).join("deny.toml")).expect("there");
    let document: toml::Table = text.parse().expect("a document");
    let allowed: Vec<&str> = document["licenses"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one.as_str())
        .collect();
    assert_eq!(allowed, LICENCES);
    let exceptions = document["licenses"]["exceptions"].as_array().expect("a list");
    let exceptions: Vec<(&str, &str)> = exceptions
        .iter()
        .map(|one| (one["crate"].as_str().expect("a name"), one["allow"][0].as_str().expect("a licence")))
        .collect();
    assert_eq!(exceptions, EXCEPTIONS);
    for one in document["bans"]["deny"].as_array().expect("a list") {
        assert!(FORBIDDEN.contains(&one["crate"].as_str().expect("a name")), "{one:?}");
    }
}
