//! Which files and members are looked at: `--include` and `--exclude`.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// What the globs keep out. Without any, nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Filter {
    /// Of patterns as a shell knows them: `*`, `?`, `[a-z]`, `{fit,gpx}`, and `**` for folders. A pattern without a slash is
    /// held against the name alone, in any case of letters.
    ///
    /// # Errors
    ///
    /// What is wrong with a pattern.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, String> {
        let included = if include.is_empty() { None } else { Some(set(include)?) };
        Ok(Self { include: included, exclude: set(exclude)? })
    }

    /// Whether a member of an archive is looked at, by its name within it.
    pub(crate) fn takes(&self, name: &str) -> bool {
        // A member's own name stands behind those of the archives around it.
        let name = name.rsplit('!').next().unwrap_or(name).to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let is_archive = [".zip", ".tar", ".tgz"].iter().any(|ending| name.ends_with(ending));
        !self.exclude.is_match(name)
            && (is_archive || self.include.as_ref().is_none_or(|include| include.is_match(name)))
    }

    /// Whether a file found in a folder is looked at; archives are, for what is in them.
    pub(crate) fn takes_file(&self, path: &Path) -> bool {
        self.takes(&path.to_string_lossy().replace('\\', "/"))
    }
}

fn set(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let anywhere = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
        let glob = GlobBuilder::new(&anywhere).case_insensitive(true).literal_separator(true).build();
        set.add(glob.map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |patterns: &[&str]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
        Filter::new(&owned(include), &owned(exclude)).expect("patterns")
    }

    #[test]
    fn names_are_taken_wherever_they_lie_and_archives_for_what_they_hold() {
        let fit = filter(&["*.fit"], &["*ride*"]);
        let takes = |name: &str| fit.takes(name);
        assert_eq!(
            ["a.fit", "deep/er/A.FIT.GZ", "in.zip!a.fit.gz", "a.gpx", "in.zip!my-ride.fit", "EXPORT.ZIP"]
                .map(takes),
            [true, true, true, false, false, true]
        );
        assert!(filter(&["races/**/*.gpx"], &[]).takes("races/2019/a.gpx"));
        assert!(!filter(&["races/*.gpx"], &[]).takes("races/2019/a.gpx"));
        assert!(Filter::new(&["[".to_owned()], &[]).is_err());
    }
}
