//! The same input gives the same bytes, whatever the surroundings.

use std::path::Path;

use crate::common::fixtures::FIXTURES;
use crate::common::program::{PROJECT, command};

#[test]
fn output_does_not_depend_on_threads_time_zone_locale_or_argument_order() {
    let races = format!("{FIXTURES}/races");
    let training = format!("{FIXTURES}/training");
    for format in ["csv", "text", "json", "ndjson", "html", "md", "junit", "github"] {
        let run = |jobs: &str, zone: &str, locale: &str, paths: &[&str]| {
            command(Path::new(PROJECT), &["--format", format, "--jobs", jobs])
                .args(paths)
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("LANG", locale)
                .output()
                .expect("it runs")
                .stdout
        };
        let first = run("1", "UTC", "C", &[&races, &training]);
        assert!(first.len() > 1000);
        for (jobs, zone, locale) in [
            ("8", "UTC", "C"),
            ("2", "Asia/Kathmandu", "de_DE.UTF-8"),
            ("8", "America/St_Johns", "tr_TR.UTF-8"),
        ] {
            assert!(
                run(jobs, zone, locale, &[&training, &races, &training]) == first,
                "{format} with {jobs} jobs in {zone}, {locale}"
            );
        }
    }
}
