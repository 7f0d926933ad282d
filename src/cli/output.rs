//! Writes output: to standard output, or to files that are never half written.
//!
//! A file is written under a temporary name in the same folder, with the permissions of the file it
//! replaces. It is renamed once it is complete, and several files only when all are. Symlinks are
//! followed. A pipe or device, or a file in a folder that takes no new files, is written in place.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context as _, bail};
use tempfile::NamedTempFile;

use crate::analyzer::Analyzer;
use crate::formats::BINARY;
use crate::formats::plan::is_for_watch;
use crate::ingest::archive::is_archive;
use crate::ingest::names::has_activity_name;
use crate::ingest::service::is_activity_index;
use crate::ingest::{HEAD_BYTES, is_activity_file, is_runs_table};
use crate::profile::NAME as PROFILE_NAME;

/// Writes to standard output, or to a file; errors name it.
pub(super) fn write_to(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    match path.filter(|path| !is_standard(path)) {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            match write(&mut out).and_then(|()| out.flush()) {
                // A closed pipe is not an error: the reader has seen enough.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => result.context("standard output"),
            }
        }
        Some(path) => {
            let mut place = PendingOutput::new(path)?;
            place.write(write)?;
            place.keep()
        }
    }
}

/// Whether a path is `-`, standard output.
pub(super) fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Fails if a format that is not text would go to a terminal.
pub(super) fn refuse_terminal(format: &str) -> anyhow::Result<()> {
    if BINARY.contains(&format) && io::stdout().is_terminal() {
        bail!("refusing to write {format} to a terminal; use --output FILE");
    }
    Ok(())
}

/// How each table in CSV begins.
const OWN_TABLE: &[u8] = b"path,member,activity,";

/// Returns the kind of a file that no command writes over, whether it was read or not: a recording
/// or an archive, by its name or its first bytes, and files that are known by their names.
///
/// The file has one name, and perhaps another one by links.
fn never_replaced(names: [&Path; 2], head: &[u8]) -> Option<&'static str> {
    let is_named = |is: fn(&str) -> bool| {
        names.iter().any(|path| is(&path.file_name().unwrap_or_default().to_string_lossy()))
    };
    match () {
        // A plan for the watch is none.
        () if is_for_watch(head) => None,
        () if is_named(has_activity_name) || is_activity_file(head) || is_archive(head) => {
            Some("a recording or archive")
        }
        () if is_named(|name| name == PROFILE_NAME) => Some("a profile"),
        // A table that this program wrote before is none.
        () if is_named(is_activity_index) && !head.starts_with(OWN_TABLE) => {
            Some("a service's index of activities")
        }
        () => None,
    }
}

/// Returns the first bytes of a file.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Refuses to write over what a command reads: recordings, runs tables, profiles, indexes of
/// services, and the files that the user named as `inputs`.
///
/// # Errors
///
/// If the output is one of them; the error says which.
pub(super) fn refuse_input(
    output: Option<&Path>,
    analyzer: &Analyzer,
    paths: &[PathBuf],
    inputs: &[Option<&PathBuf>],
) -> anyhow::Result<()> {
    // Only a regular file can be replaced.
    let Some(output) = output.filter(|output| output.is_file() && !is_open(output)) else { return Ok(()) };
    let real = |path: &Path| path.canonicalize().ok();
    let file = real(output);
    let is_it = |path: &Path| file.is_some() && real(path) == file;
    // One that cannot be read is met again when it is opened for writing.
    let head = head(output).unwrap_or_default();
    let read_table = || is_runs_table(&head) && analyzer.sources(paths).iter().any(|path| is_it(path));
    let named = never_replaced([output, file.as_deref().unwrap_or(output)], &head).or_else(|| match () {
        () if paths.iter().any(|path| is_it(path)) => Some("a recording or archive"),
        () if analyzer.named_profile().is_some_and(is_it) => Some("a profile"),
        () if inputs.iter().flatten().any(|path| is_it(path)) => Some("a file that is read"),
        () if read_table() => Some("a runs table that is read"),
        () => None,
    });
    match named {
        Some(what) => bail!("{}: refusing to write over {what}", output.display()),
        None => Ok(()),
    }
}

/// Returns whether a path names what the shell opened for the program: `/dev/stdout`, `/dev/fd/3`,
/// or a link to them.
fn is_open(named: &Path) -> bool {
    let mut path = named.to_owned();
    for _ in 0..LINKS {
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        let is_descriptor = |folder: &Path| {
            folder == Path::new("/dev/fd") || (folder.starts_with("/proc") && folder.ends_with("fd"))
        };
        if folder.as_deref().is_some_and(is_descriptor) {
            return true;
        }
        let Ok(to) = fs::read_link(&path) else { return false };
        path = path.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    false
}

/// A file that is being written and not yet renamed.
pub(super) struct PendingOutput<'a> {
    /// The path as the user named it.
    named: &'a Path,
    /// The path with symlinks resolved.
    real: PathBuf,
    writing: Writing,
}

enum Writing {
    Beside(NamedTempFile),
    InPlace(File),
    /// Into what is open already, from its end on.
    Onward(File),
}

impl<'a> PendingOutput<'a> {
    /// Opens a file without touching a regular file that exists.
    ///
    /// # Errors
    ///
    /// If the file or its folder cannot be written.
    pub(super) fn new(path: &'a Path) -> anyhow::Result<Self> {
        Self::open(path).with_context(|| path.display().to_string())
    }

    fn open(named: &'a Path) -> io::Result<Self> {
        // What the shell opened for the program is written on from where it is, also a log.
        if is_open(named) {
            let file = OpenOptions::new().append(true).open(named)?;
            return Ok(Self { named, real: named.to_owned(), writing: Writing::Onward(file) });
        }
        let real = match fs::canonicalize(named) {
            Ok(real) => real,
            Err(_) => link_target(named)?,
        };
        let there = match fs::metadata(&real) {
            Ok(there) if there.is_file() => {
                // Renaming over a read-only file would succeed, so ask whether it may be written.
                OpenOptions::new().write(true).open(&real)?;
                if let Some(what) = never_replaced([named, &real], &head(&real)?) {
                    return Err(io::Error::other(format!("refusing to write over {what}")));
                }
                Some(there.permissions())
            }
            Ok(_) => {
                let file = OpenOptions::new().write(true).open(&real)?;
                return Ok(Self { named, real, writing: Writing::InPlace(file) });
            }
            Err(_) => None,
        };
        let folder = real.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::metadata(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".firstmile-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let writing = match builder.tempfile_in(folder) {
            Ok(file) => {
                if let Some(permissions) = there {
                    file.as_file().set_permissions(permissions)?;
                }
                Writing::Beside(file)
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && there.is_some() => {
                Writing::InPlace(OpenOptions::new().write(true).open(&real)?)
            }
            // The temporary name means nothing to the user.
            Err(error) => return Err(error.kind().into()),
        };
        Ok(Self { named, real, writing })
    }

    /// Writes the content.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub(super) fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let file = match &mut self.writing {
            Writing::Beside(file) => file.as_file_mut(),
            Writing::Onward(file) => file,
            Writing::InPlace(file) => {
                // Only a regular file has a length to cut.
                if file.metadata().is_ok_and(|about| about.is_file()) {
                    file.set_len(0).with_context(|| self.named.display().to_string())?;
                }
                file
            }
        };
        let mut out = BufWriter::new(file);
        write(&mut out).and_then(|()| out.flush()).with_context(|| self.named.display().to_string())
    }

    /// Renames the file to its own name.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    pub(super) fn keep(self) -> anyhow::Result<()> {
        match self.writing {
            Writing::Beside(file) => {
                file.persist(&self.real)
                    .map_err(|failed| failed.error)
                    .with_context(|| self.named.display().to_string())?;
            }
            Writing::InPlace(_) | Writing::Onward(_) => {}
        }
        Ok(())
    }
}

/// The most symlinks that Linux follows in a chain.
const LINKS: usize = 40;

/// Resolves a symlink whose target may not exist yet; the target is created once the output is
/// complete.
pub(super) fn link_target(named: &Path) -> io::Result<PathBuf> {
    let mut path = named.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = fs::read_link(&path) else { return Ok(path) };
        path = path.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(path: &Path, text: &str) -> anyhow::Result<()> {
        write_to(Some(path), |out| out.write_all(text.as_bytes()))
    }

    #[test]
    fn a_failed_write_leaves_what_was_there_and_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        whole(&path, "old").unwrap();
        let failed = write_to(Some(&path), |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("the disk is full"))
        });
        assert!(format!("{:#}", failed.unwrap_err()).contains("r.csv: the disk is full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("r.csv"), folder.path().join("link.csv"));
        whole(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("r.csv", &link).unwrap();
        whole(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);

        let dangling = folder.path().join("dangling.csv");
        symlink("later.csv", &dangling).unwrap();
        whole(&dangling, "first").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("later.csv")).unwrap(), "first");
        assert!(dangling.is_symlink());

        // A failed write leaves no file at a link's target, and a circle of links is an error.
        fs::remove_file(folder.path().join("later.csv")).unwrap();
        write_to(Some(&dangling), |_| Err(io::Error::other("the disk is full"))).unwrap_err();
        assert!(!folder.path().join("later.csv").exists());
        symlink("circle.csv", folder.path().join("circle.csv")).unwrap();
        assert!(whole(&folder.path().join("circle.csv"), "").is_err());
    }

    #[test]
    fn an_error_names_the_path_as_the_user_did() {
        let message = format!("{:#}", whole(Path::new("no/such/folder/r.csv"), "").unwrap_err());
        assert!(
            message.starts_with("no/such/folder/r.csv: ") && !message.contains(".firstmile-"),
            "{message}"
        );
    }
}
