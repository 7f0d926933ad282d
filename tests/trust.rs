//! What the program must never do: meet the network, tell where somebody runs.

use std::path::Path;
use std::process::Command;

/// Crates that open connections. None may be in the lock file, not even for the tests.
const FORBIDDEN: [&str; 22] = [
    "reqwest",
    "hyper",
    "ureq",
    "curl",
    "curl-sys",
    "isahc",
    "attohttpc",
    "tokio",
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
fn no_crate_of_the_program_can_meet_the_network() {
    let lock = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock"))
        .expect("a lock file");
    let names: Vec<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.contains(&"rayon"), "{names:?}");
    let met: Vec<&&str> = names.iter().filter(|name| FORBIDDEN.contains(name)).collect();
    assert!(met.is_empty(), "{met:?}");
}

#[test]
fn no_source_of_the_program_opens_a_connection_or_starts_a_program() {
    let sources = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    for entry in sources.into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let text = std::fs::read_to_string(entry.path()).expect("read");
        for word in ["std::net", "TcpStream", "UdpSocket", "process::Command", "UnixStream"] {
            assert!(!text.contains(word), "{word} in {}", entry.path().display());
        }
    }
}

#[test]
fn no_output_tells_a_coordinate() {
    let fixture =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/awkward/2017-09-24_mill-town-10k_twin_re-export.gpx");
    let text = std::fs::read_to_string(fixture).expect("a fixture");
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
        let output =
            Command::new(env!("CARGO_BIN_EXE_firstmile")).args(flags).arg(fixture).output().expect("it runs");
        let told = String::from_utf8_lossy(&output.stdout);
        assert!(!told.is_empty(), "{flags:?}");
        let met: Vec<&String> = places.iter().filter(|place| told.contains(place.as_str())).collect();
        assert!(met.is_empty(), "{flags:?}: {met:?}");
    }
}

#[test]
fn a_coordinate_is_told_where_it_is_asked_for() {
    let fixture =
        concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/awkward/2017-09-24_mill-town-10k_twin_re-export.gpx");
    let text = std::fs::read_to_string(fixture).expect("a fixture");
    let first = |name: &str| -> f64 {
        let value = text.split(name).nth(1).and_then(|rest| rest.split('"').next()).expect("a place");
        value.parse().expect("degrees")
    };
    let told = |format: &str| {
        let flags = ["--format", format, "--with-coordinates", fixture];
        Command::new(env!("CARGO_BIN_EXE_firstmile")).args(flags).output().expect("it runs").stdout
    };
    let told_csv = told("csv");
    let mut table = csv::Reader::from_reader(&told_csv[..]).into_records();
    let row = table.next().expect("a row").expect("a row");
    let line: serde_json::Value = serde_json::from_slice(&told("ndjson")).expect("JSON");
    // New columns come last; within the first minute nobody is further away than half a kilometre.
    for (column, name, recorded) in
        [(row.len() - 2, "start_latitude_deg", "lat=\""), (row.len() - 1, "start_longitude_deg", "lon=\"")]
    {
        let degrees: f64 = row[column].parse().expect("degrees");
        assert!((degrees - first(recorded)).abs() < 0.007, "{name}: {degrees}");
        assert_eq!(line[name].as_f64(), Some(degrees));
    }
}

/// Licences under which the program may be given away with what it is made of.
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

/// Whether an SPDX expression leaves a way that is allowed: one of its alternatives with all of its parts.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], "").replace('/', " OR ");
    plain.split(" OR ").any(|way| way.split(" AND ").all(|part| LICENCES.contains(&part.trim())))
}

#[test]
fn every_crate_of_this_platform_has_an_allowed_licence() {
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let version = cargo(&["-vV"]);
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
    let metadata = cargo(&["metadata", "--locked", "--format-version", "1", "--filter-platform", host]);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("a document");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50);
    let refused: Vec<String> = packages
        .iter()
        .filter(|package| !is_allowed(package["license"].as_str().unwrap_or("none")))
        .map(|package| format!("{}: {}", package["name"], package["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn cargo_deny_is_held_to_the_same_lists() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).expect("there");
    let document: toml::Table = text.parse().expect("a document");
    let allowed: Vec<&str> = document["licenses"]["allow"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one.as_str())
        .collect();
    assert_eq!(allowed, LICENCES);
    for one in document["bans"]["deny"].as_array().expect("a list") {
        assert!(FORBIDDEN.contains(&one["crate"].as_str().expect("a name")), "{one:?}");
    }
}
