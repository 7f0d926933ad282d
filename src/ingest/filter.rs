//! Which files and archive members are read: the globs of `--include` and `--exclude`, and whether
//! what lies beside a folder is.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs that files and members must match or must not match. The default accepts everything.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
    /// Whether indexes of activities that lie beside a named folder are left out.
    pub(crate) ignores_beside: bool,
}

/// Why globs cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// A glob has a syntax error.
    #[error("invalid glob \"{glob}\": {}", source.kind())]
    InvalidGlob {
        /// The glob as the user wrote it.
        glob: String,
        /// What is wrong with it.
        source: globset::Error,
    },
    /// The globs are too large to be compiled together.
    #[error("cannot use these globs together: {0}")]
    TooLarge(#[source] globset::Error),
}

impl Filter {
    /// Returns a filter of globs in shell syntax: `*`, `?`, `[a-z]`, `{fit,gpx}`, and `**` for
    /// folders.
    ///
    /// A glob without a slash is matched against the last part of a path only. Letter case is
    /// ignored. Without `include` globs, everything is included.
    ///
    /// # Errors
    ///
    /// Fails if a glob has a syntax error, or if the globs are too large together.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, FilterError> {
        let included = if include.is_empty() { None } else { Some(set(include)?) };
        Ok(Self { include: included, exclude: set(exclude)?, ignores_beside: false })
    }

    /// Returns whether an archive member is read, by its name within the archive.
    ///
    /// Archives are always included, because their members may match.
    pub(crate) fn accepts(&self, name: &str) -> bool {
        // The names of the archives around a member come before its own.
        let name = name.rsplit('!').next().unwrap_or(name).to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let is_archive = [".zip", ".tar", ".tgz"].iter().any(|ending| name.ends_with(ending));
        !self.exclude.is_match(name)
            && (is_archive || self.include.as_ref().is_none_or(|include| include.is_match(name)))
    }

    /// Returns whether a file found in a folder is read, by its path.
    pub(crate) fn accepts_file(&self, path: &Path) -> bool {
        self.accepts(&path.to_string_lossy().replace('\\', "/"))
    }
}

/// Compiles globs into one set.
fn set(globs: &[String]) -> Result<GlobSet, FilterError> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let anywhere = if glob.contains('/') { glob.clone() } else { format!("**/{glob}") };
        let compiled = GlobBuilder::new(&anywhere).case_insensitive(true).literal_separator(true).build();
        set.add(compiled.map_err(|source| FilterError::InvalidGlob { glob: glob.clone(), source })?);
    }
    set.build().map_err(FilterError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(include: &[&str], exclude: &[&str]) -> Filter {
        let owned = |globs: &[&str]| globs.iter().map(ToString::to_string).collect::<Vec<_>>();
        Filter::new(&owned(include), &owned(exclude)).expect("valid globs")
    }

    #[test]
    fn names_match_in_any_folder_and_archives_are_always_included() {
        let fit = filter(&["*.fit"], &["*ride*"]);
        let accepts = |name: &str| fit.accepts(name);
        assert_eq!(
            ["a.fit", "deep/er/A.FIT.GZ", "in.zip!a.fit.gz", "a.gpx", "in.zip!my-ride.fit", "EXPORT.ZIP"]
                .map(accepts),
            [true, true, true, false, false, true]
        );
        assert!(filter(&["races/**/*.gpx"], &[]).accepts("races/2019/a.gpx"));
        assert!(!filter(&["races/*.gpx"], &[]).accepts("races/2019/a.gpx"));
    }

    #[test]
    fn an_invalid_glob_is_quoted_in_the_error() {
        let error = Filter::new(&["*.fit".to_owned(), "[".to_owned()], &[]).expect_err("an open class");
        assert!(error.to_string().starts_with("invalid glob \"[\": "), "{error}");
    }
}
