//! The own parsers, included from their files because they are private to the crate.
//!
//! The modules have the shape of `src/ingest`, so that imports in those files resolve. The few
//! other things that they import have stand-ins here. A file that moves in `src` needs its path
//! changed here.

#![allow(dead_code, unreachable_pub, unused_imports, clippy::all, clippy::pedantic)]

#[path = "../../src/ingest/xml"]
pub(crate) mod xml {
    mod decimal;
    mod spelled_time;
    mod timestamp;

    /// As in `src/ingest/xml/scan.rs`.
    mod scan {
        pub(in crate::ingest) fn up_to_tag(bytes: &[u8]) -> Option<&[u8]> {
            bytes.iter().position(|byte| *byte == b'<').map(|to| &bytes[..to])
        }
    }

    pub(crate) use timestamp::{Timestamp, TimestampParser};

    #[inline]
    pub(crate) fn parse(bytes: &[u8]) -> Option<f64> {
        decimal::parse(bytes)
    }

    #[inline]
    pub(crate) fn prefix(bytes: &[u8]) -> Option<(f64, usize)> {
        decimal::prefix(bytes)
    }

    pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
        decimal::trim(bytes)
    }
}

pub(crate) mod error {
    #[derive(Debug)]
    pub(crate) struct Failure(pub String);

    impl Failure {
        pub(crate) fn damaged(_: Option<()>, what: impl Into<String>) -> Self {
            Self(what.into())
        }
    }
}

pub(crate) mod limits {
    use crate::ingest::error::Failure;

    /// The defaults of the program.
    pub(crate) struct Limits {
        pub bytes: u64,
        pub members: usize,
    }

    impl Limits {
        pub(crate) fn over_members(&self) -> Failure {
            Failure("too many members".to_owned())
        }

        pub(crate) fn check_names(_: u64) -> Result<(), Failure> {
            Ok(())
        }
    }
}

#[path = "../../src/ingest/archive"]
pub(crate) mod archive {
    #[path = "zip"]
    pub(crate) mod zip {
        mod directory;
        mod fields;
        mod names;
        mod salvage;

        use std::io::Cursor;

        use crate::ingest::limits::Limits;

        pub(crate) fn decode(name: &[u8], flags: u16, extra: &[u8]) -> String {
            names::decode(name, flags, extra)
        }

        /// A member: its name, where it begins, where it must end, and its packed size.
        pub(crate) type Member = (String, u64, u64, u64);

        /// Reads a directory: the members, and whether something is wrong with it.
        pub(crate) fn read(bytes: &[u8]) -> Option<(Vec<Member>, bool)> {
            let limits = Limits { bytes: 512 << 20, members: 200_000 };
            let directory = directory::Directory::read(&mut Cursor::new(bytes), &limits).ok()?;
            let members = directory.entries.into_iter();
            let members = members.map(|entry| (entry.name, entry.at, entry.limit, entry.packed)).collect();
            Some((members, directory.fault.is_some()))
        }
    }

    #[path = "tar"]
    pub(crate) mod tar {
        mod headers;

        use std::io::{self, Read};

        /// A member: its name, whether it is a plain file, its size, and whether its name is too
        /// long to be kept.
        pub(crate) type Member = (String, bool, u64, bool);

        /// Reads the members of a tar up to its end or to damage.
        pub(crate) fn read(bytes: impl Read) -> (Vec<Member>, Option<io::Error>) {
            let mut members = headers::Members::new(bytes);
            let mut read = Vec::new();
            loop {
                match members.next() {
                    Ok(Some(member)) => read.push((
                        member.name,
                        member.kind == headers::MemberKind::File,
                        member.size,
                        member.overlong.is_some(),
                    )),
                    Ok(None) => return (read, None),
                    Err(error) => return (read, Some(error)),
                }
            }
        }
    }
}
