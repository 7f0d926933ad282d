//! Members of tars: `src/ingest/archive/tar/headers.rs` against `tar`.

use std::hint::black_box;
use std::io::{self, Read as _};

use crate::ingest::archive::tar as own;
use crate::{Case, ITEMS, Read, print_table};

use own::Member;

/// Reads the members up to the end or to damage.
type List = fn(&[u8]) -> (Vec<Member>, Option<io::Error>);

const READERS: [(&str, List); 2] = [("firstmile", |bytes| own::read(bytes)), ("tar", tar)];

fn tar(bytes: &[u8]) -> (Vec<Member>, Option<io::Error>) {
    let mut archive = tar::Archive::new(bytes);
    let mut members = Vec::new();
    let entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return (members, Some(error)),
    };
    for entry in entries {
        match entry {
            Ok(entry) => {
                let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                members.push((name, entry.header().entry_type().is_file(), entry.size(), false));
            }
            Err(error) => return (members, Some(error)),
        }
    }
    (members, None)
}

const CONTENT: &[u8; 1024] = &[b'.'; 1024];

/// Makes an archive with the `tar` crate, which writes names of more than 100 bytes in GNU's
/// manner.
fn archive(names: impl Iterator<Item = String>, pax: bool) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for name in names {
        let mut header = tar::Header::new_ustar();
        header.set_size(CONTENT.len() as u64);
        header.set_mode(0o644);
        if pax {
            builder.append_pax_extensions([("path", name.as_bytes())]).expect("written");
            header.set_path("short").expect("a short name");
            header.set_cksum();
            builder.append(&header, &CONTENT[..]).expect("written");
        } else {
            header = tar::Header::new_gnu();
            header.set_size(CONTENT.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, &CONTENT[..]).expect("written");
        }
    }
    builder.into_inner().expect("ended")
}

pub(crate) fn cases() -> Vec<Case> {
    let short = |index: usize| format!("export/activities/2019-10-13_{index:05}.fit");
    let long = |index: usize| format!("{}/{}", "a-folder-of-some-name/".repeat(6), short(index));
    let inputs = [
        ("tars/10000-members", archive((0..ITEMS).map(short), false)),
        ("tars/10000-gnu-long-names", archive((0..ITEMS).map(long), false)),
        ("tars/10000-pax-long-names", archive((0..ITEMS).map(long), true)),
    ];
    inputs
        .into_iter()
        .map(|(name, bytes)| {
            let reader = |list: List| -> Read {
                let bytes = bytes.clone();
                Box::new(move || {
                    let (members, error) = list(black_box(&bytes));
                    assert!(error.is_none() && members.len() == ITEMS);
                    members.iter().map(|(name, _, size, _)| name.len() as u64 + size).sum()
                })
            };
            Case { name, readers: READERS.into_iter().map(|(name, list)| (name, reader(list))).collect() }
        })
        .collect()
}

/// Makes a member of any kind.
fn member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(content.len() as u64);
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_cksum();
    let mut member = [header.as_bytes(), content].concat();
    member.resize(member.len().next_multiple_of(512), 0);
    member
}

/// Sums the header as old tars did: over signed bytes.
fn with_signed_sum(mut member: Vec<u8>) -> Vec<u8> {
    member[0] = 0xE9;
    member[148..156].fill(b' ');
    let sum: i64 = member[..512].iter().map(|byte| i64::from(byte.cast_signed())).sum();
    member[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    member
}

/// An input, and what a reader should return for it.
struct Wanted {
    input: &'static str,
    bytes: Vec<u8>,
    names: Vec<String>,
    /// Whether its end is damaged.
    is_broken: bool,
}

fn wanted() -> Vec<Wanted> {
    let end = [0; 1024];
    let a = member("a.fit", b'0', b"content");
    let b = member("b.fit", b'0', b"content");
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let long = "long/".repeat(60) + "b.fit";
    let sound =
        |input, parts: &[&[u8]], names| Wanted { input, bytes: parts.concat(), names, is_broken: false };
    let broken =
        |input, parts: &[&[u8]], names| Wanted { input, bytes: parts.concat(), names, is_broken: true };
    let gnu = |name: &str| member("././@LongLink", b'L', [name.as_bytes(), &[0]].concat().as_slice());
    let record = |key: &str, value: &str| {
        let rest = format!(" {key}={value}\n");
        let length =
            (1..9_999).find(|length: &usize| length.to_string().len() + rest.len() == *length).expect("one");
        format!("{length}{rest}").into_bytes()
    };
    let both = names(&["a.fit", &long]);
    let pax = record("path", &long);
    vec![
        sound("two members of one name", &[&a, &a, &end], names(&["a.fit", "a.fit"])),
        sound("a long name in GNU's manner", &[&a, &gnu(&long), &b, &end], both.clone()),
        sound("a long name in pax", &[&a, &member("pax", b'x', &pax), &b, &end], both.clone()),
        sound(
            "a long name in pax of Sun's kind X",
            &[&a, &member("pax", b'X', &pax), &b, &end],
            both.clone(),
        ),
        sound("two long names for one member", &[&a, &gnu("x"), &gnu(&long), &b, &end], both.clone()),
        sound(
            "a checksum over signed bytes",
            &[&with_signed_sum(a.clone()), &b, &end],
            names(&["\u{fffd}.fit", "b.fit"]),
        ),
        sound("no blocks at its end", &[&a, &b], names(&["a.fit", "b.fit"])),
        sound("no padding at its end", &[&a, &b[..519]], names(&["a.fit", "b.fit"])),
        broken("cut within a header", &[&a, &b[..300]], names(&["a.fit"])),
        broken("cut within content", &[&a, &b[..515]], names(&["a.fit", "b.fit"])),
        broken("a wrong checksum", &[&a, b"?", &b[1..], &end], names(&["a.fit"])),
    ]
}

/// Makes a tar with one name of some length, as a stream.
fn bomb(length: u64) -> impl io::Read {
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..13].copy_from_slice(b"././@LongLink");
    header.set_size(length);
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_cksum();
    let content = io::repeat(b'a').take(length);
    let rest = [member("a.fit", b'0', b"content"), vec![0; 1024]].concat();
    io::Cursor::new(header.as_bytes().to_vec()).chain(content).chain(io::Cursor::new(rest))
}

pub(crate) fn compare() {
    let mut lines: Vec<(String, Vec<String>)> = wanted()
        .iter()
        .map(|wanted| {
            let cell = |list: List| {
                let (members, error) = list(&wanted.bytes);
                let names: Vec<&String> = members.iter().map(|member| &member.0).collect();
                if names != wanted.names.iter().collect::<Vec<_>>() {
                    "names differ"
                } else if error.is_some() != wanted.is_broken {
                    if error.is_some() { "false alarm" } else { "untold" }
                } else {
                    "right"
                }
            };
            (wanted.input.to_owned(), READERS.iter().map(|(_, list)| cell(*list).to_owned()).collect())
        })
        .collect();
    let length = 64 << 20;
    let own = own::read(bomb(length)).0;
    let mut archive = tar::Archive::new(bomb(length));
    let entry = archive.entries().expect("a tar").next().expect("a member").expect("a member");
    let kept = |bytes: usize| format!("keeps {} KiB", bytes.div_ceil(1024));
    assert!(own[0].3, "told to be too long");
    lines.push((
        "a name of 65,536 KiB".to_owned(),
        vec![kept(own[0].0.len()), kept(entry.path_bytes().len())],
    ));
    print_table("members of tars", &READERS.map(|(name, _)| name), &lines);
}
