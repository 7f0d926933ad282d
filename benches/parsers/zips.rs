//! Directories of zips: `src/ingest/archive/zip/directory.rs` against `rawzip` and `zip`.

use std::hint::black_box;
use std::io::{Cursor, Write as _};

use crate::ingest::archive::zip as own;
use crate::{Case, ITEMS, Read, print_table};

use own::Member;

/// Reads a directory: the members, and whether something is wrong with it; `None` if there is none.
type List = fn(&[u8]) -> Option<(Vec<Member>, bool)>;

const READERS: [(&str, List); 4] =
    [("firstmile", own::read), ("rawzip", rawzip), ("rawzip+parts", rawzip_in_parts), ("zip", zip)];

/// Returns where a member ends if its stated size is true.
fn stated_end(name: &[u8], at: u64, packed: u64) -> u64 {
    at.saturating_add(30 + name.len() as u64).saturating_add(packed)
}

/// Uses the reader that seeks, since an archive need not fit in memory.
fn rawzip(bytes: &[u8]) -> Option<(Vec<Member>, bool)> {
    let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
    let mut end = bytes.len() as u64;
    // A comment may hold a false end; the crate leaves the search before that to its caller.
    let archive = loop {
        match rawzip::ZipLocator::new().locate_in_reader(bytes, &mut buffer, end) {
            Ok(archive) => break archive,
            Err((_, error)) => end = error.eocd_offset()?,
        }
    };
    let mut entries = archive.entries(&mut buffer);
    let mut members = Vec::new();
    loop {
        match entries.next_entry() {
            Ok(Some(entry)) => {
                let raw = entry.file_path();
                // The crate leaves the encoding of names to its caller.
                let flags = u16::from(entry.flags().is_utf8()) << 11;
                let name = own::decode(raw.as_bytes(), flags, entry.extra_fields().remaining_bytes());
                let (at, packed) = (entry.local_header_offset(), entry.compressed_size_hint());
                members.push((name, at, stated_end(raw.as_bytes(), at, packed), packed));
            }
            Ok(None) => break,
            Err(_) => return Some((members, true)),
        }
    }
    // Without zip64 only the last sixteen bits of the number are stored.
    let is_short = archive.entries_hint() as u16 != members.len() as u16;
    Some((members, is_short))
}

/// Gives each byte to one member only, as the own reader does.
fn rawzip_in_parts(bytes: &[u8]) -> Option<(Vec<Member>, bool)> {
    let (mut members, is_wrong) = rawzip(bytes)?;
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by_key(|index| (members[*index].1, *index));
    let (mut limit, mut at) = (u64::MAX, u64::MAX);
    for index in order.iter().rev() {
        let (_, from, to, _) = &mut members[*index];
        if *from < at {
            (limit, at) = (at, *from);
        }
        *to = limit;
    }
    // Of several at one place the first has the bytes.
    for pair in order.windows(2) {
        if members[pair[0]].1 == members[pair[1]].1 {
            members[pair[1]].2 = members[pair[1]].1;
        }
    }
    Some((members, is_wrong))
}

fn zip(bytes: &[u8]) -> Option<(Vec<Member>, bool)> {
    let archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let members = (0..archive.len()).map(|index| {
        let entry = archive.by_index_data(index).ok()?;
        let (at, packed) = (entry.header_start(), entry.compressed_size());
        Some((entry.name().ok()?.into_owned(), at, stated_end(entry.name_raw(), at, packed), packed))
    });
    Some((members.collect::<Option<_>>()?, false))
}

/// Makes an archive with the `zip` crate.
fn archive(names: impl Iterator<Item = String>) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for name in names {
        writer.start_file(name, stored).expect("begun");
        writer.write_all(b"content").expect("written");
    }
    writer.finish().expect("ended").into_inner()
}

pub(crate) fn cases() -> Vec<Case> {
    let bytes = archive((0..ITEMS).map(|index| format!("export/activities/2019-10-13_{index:05}.fit")));
    let reader = |list: List| -> Read {
        let bytes = bytes.clone();
        Box::new(move || {
            let (members, _) = list(black_box(&bytes)).expect("a directory");
            members.iter().map(|(name, at, ..)| name.len() as u64 + at).sum()
        })
    };
    vec![Case {
        name: "zips/10000-members",
        readers: READERS.into_iter().map(|(name, list)| (name, reader(list))).collect(),
    }]
}

/// A member's name, and its place in the directory if that is a false one.
type Made<'a> = (&'a [u8], Option<u32>);

/// Makes the members and the directory of an archive, without its end.
fn by_hand(members: &[Made]) -> (Vec<u8>, Vec<u8>) {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, at) in members {
        let size = 7_u32.to_le_bytes();
        let length = (name.len() as u16).to_le_bytes();
        let here = (archive.len() as u32).to_le_bytes();
        let at = at.map_or(here, u32::to_le_bytes);
        let common =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4][..], &size, &size, &length, &[0; 2]].concat();
        directory.extend([b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &at, name].concat());
        archive.extend([b"PK\x03\x04", &common[..], name, b"content"].concat());
    }
    (archive, directory)
}

fn end(count: usize, size: usize, at: usize, comment: usize) -> Vec<u8> {
    let count = (count as u16).to_le_bytes();
    let (size, at) = ((size as u32).to_le_bytes(), (at as u32).to_le_bytes());
    [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &at, &(comment as u16).to_le_bytes()].concat()
}

/// Makes the end of a zip64 archive; `end_at` is the stated place of its first record.
fn end64(count: usize, size: usize, at: usize, end_at: usize) -> Vec<u8> {
    let [count, size, at, end_at] = [count, size, at, end_at].map(|number| (number as u64).to_le_bytes());
    let record =
        [b"PK\x06\x06", &44_u64.to_le_bytes()[..], &[45, 0, 45, 0], &[0; 8], &count, &count, &size, &at];
    let locator = [b"PK\x06\x07", &[0; 4][..], &end_at, &[1, 0, 0, 0]];
    let end = [b"PK\x05\x06\0\0\0\0".as_slice(), &[0xFF; 12], &[0; 2]];
    [record.concat(), locator.concat(), end.concat()].concat()
}

fn whole(members: &[Made]) -> Vec<u8> {
    let (archive, directory) = by_hand(members);
    let end = end(members.len(), directory.len(), archive.len(), 0);
    [archive, directory, end].concat()
}

/// An input, and what a reader should return for it.
struct Wanted {
    input: &'static str,
    bytes: Vec<u8>,
    names: Vec<String>,
    is_wrong: bool,
}

fn wanted() -> Vec<Wanted> {
    let two: [Made; 2] = [(b"a.fit", None), (b"b.fit", None)];
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let both = names(&["a.fit", "b.fit"]);
    let (archive, directory) = by_hand(&two);
    let (size, at) = (directory.len(), archive.len());
    let sound = |input, bytes, names| Wanted { input, bytes, names, is_wrong: false };
    let before = b"#!/bin/sh\n".repeat(20);
    let looks_like_end = end(0, 99, 9_999, 0);
    let parts = |parts: &[&[u8]]| parts.concat();
    let many: Vec<String> = (0..70_000).map(|index| index.to_string()).collect();
    let many_made: Vec<Made> = many.iter().map(|name| (name.as_bytes(), None)).collect();
    let endless = vec![b'n'; 65_500];
    let wrong_place = end(2, size, at + 5, 0);
    let mut broken = whole(&two);
    broken[at + 46 + 5] = b'?';
    vec![
        sound("two members of one name", whole(&[two[0], two[0]]), names(&["a.fit", "a.fit"])),
        sound("two names for one place", whole(&[two[0], (b"b.fit", Some(0))]), both.clone()),
        sound("a member within another", whole(&[two[0], (b"b.fit", Some(20))]), both.clone()),
        sound("a name of the first PCs (CP437)", whole(&[(b"l\x84ufe.fit", None)]), names(&["läufe.fit"])),
        sound("bytes before it", parts(&[&before, &whole(&two)]), both.clone()),
        sound("bytes after it", parts(&[&whole(&two), &[0; 300]]), both.clone()),
        sound(
            "a comment with what looks like an end",
            parts(&[&archive, &directory, &end(2, size, at, 22), &looks_like_end]),
            both.clone(),
        ),
        sound(
            "a name of 65,500 bytes",
            whole(&[two[0], (&endless, None)]),
            names(&["a.fit", &"n".repeat(65_500)]),
        ),
        sound("zip64", parts(&[&archive, &directory, &end64(2, size, at, at + size)]), both.clone()),
        sound(
            "bytes before a zip64",
            parts(&[&before, &archive, &directory, &end64(2, size, at, at + size)]),
            both.clone(),
        ),
        sound("70,000 members without zip64", whole(&many_made), many),
        sound("its place is wrong by 5 bytes", parts(&[&archive, &directory, &wrong_place]), both.clone()),
        Wanted {
            input: "its second entry is broken",
            bytes: broken,
            names: names(&["a.fit"]),
            is_wrong: true,
        },
        Wanted {
            input: "it holds 2 entries and says 3",
            bytes: parts(&[&archive, &directory, &end(3, size, at, 0)]),
            names: both,
            is_wrong: true,
        },
    ]
}

pub(crate) fn compare() {
    let lines: Vec<(String, Vec<String>)> = wanted()
        .iter()
        .map(|wanted| {
            let cell = |list: List| {
                let Some((members, is_wrong)) = list(&wanted.bytes) else { return "refused" };
                let names: Vec<&String> = members.iter().map(|member| &member.0).collect();
                let mut parts: Vec<(u64, u64)> = members.iter().map(|member| (member.1, member.2)).collect();
                parts.retain(|(from, to)| from < to);
                parts.sort_unstable();
                if names != wanted.names.iter().collect::<Vec<_>>() {
                    "names differ"
                } else if members
                    .iter()
                    .any(|member| !wanted.bytes[member.1 as usize..].starts_with(b"PK\x03\x04"))
                    && wanted.input != "a member within another"
                {
                    "places differ"
                } else if is_wrong != wanted.is_wrong {
                    if is_wrong { "false alarm" } else { "untold" }
                } else if parts.windows(2).any(|pair| pair[0].1 > pair[1].0) {
                    "shares bytes"
                } else {
                    "right"
                }
            };
            (wanted.input.to_owned(), READERS.iter().map(|(_, list)| cell(*list).to_owned()).collect())
        })
        .collect();
    print_table("directories of zips", &READERS.map(|(name, _)| name), &lines);
}
