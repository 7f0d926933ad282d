//! Archives that are not made by accident: endless names, members in members, equal names.
//!
//! Each entry is read, or reported, or counted.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use crate::common::fixtures::{even, positive};
use crate::common::program::{firstmile_in, stderr, stdout};
use crate::common::{archive, temporary_folder, write};

/// Returns status, address and detail of each row, and how many files were skipped.
fn rows_and_skipped(folder: &Path, arguments: &[&str]) -> (Vec<[String; 3]>, u64) {
    let output = firstmile_in(folder, &[&["--format", "json"], arguments].concat());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", stderr(&output)));
    let text = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = document["activities"].as_array().expect("rows").iter();
    let rows: Vec<[String; 3]> =
        rows.map(|row| [text(row, "status"), text(row, "member"), text(row, "detail")]).collect();
    let count = |name: &str| document["summary"][name].as_u64().expect("a count");
    let parts = ["scored", "refused", "duplicates", "unreadable"].map(count);
    assert_eq!(parts.iter().sum::<u64>(), rows.len() as u64, "{arguments:?}");
    (rows, count("skipped"))
}

/// Returns the bytes of a tar member of any type.
fn tar_member(name: &str, kind: u8, content: &[u8]) -> Vec<u8> {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut member = [&header, content].concat();
    member.resize(member.len().next_multiple_of(512), 0);
    member
}

/// A member of a zip: its name, its stored content, and its place in the directory.
struct ZipMember<'a> {
    name: &'a str,
    content: &'a [u8],
    /// The offset in the directory, if it differs from the true one.
    at: Option<usize>,
}

/// Returns a member whose directory entry has the true offset.
fn member<'a>(name: &'a str, content: &'a [u8]) -> ZipMember<'a> {
    ZipMember { name, content, at: None }
}

/// Returns the bytes of a zip, which may have a false directory.
fn zip(members: &[ZipMember]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let mut crc = flate2::Crc::new();
        crc.update(member.content);
        let size = (member.content.len() as u32).to_le_bytes();
        let name = (member.name.len() as u16).to_le_bytes();
        let at = (member.at.unwrap_or(archive.len()) as u32).to_le_bytes();
        let common =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0], &crc.sum().to_le_bytes()[..], &size, &size, &name, &[0; 2]];
        let common = common.concat();
        directory.extend(
            [b"PK\x01\x02\x14\x00", common.as_slice(), &[0; 10], &at, member.name.as_bytes()].concat(),
        );
        if member.at.is_none() {
            archive
                .extend([b"PK\x03\x04", common.as_slice(), member.name.as_bytes(), member.content].concat());
        }
    }
    let count = (members.len() as u16).to_le_bytes();
    let (size, at) = ((directory.len() as u32).to_le_bytes(), (archive.len() as u32).to_le_bytes());
    [archive, directory, [b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &at, &[0; 2]].concat()].concat()
}

#[test]
fn an_oversized_member_name_costs_only_that_member() {
    let work = temporary_folder();
    let endless = vec![b'a'; 9 << 20];
    for (kind, rows) in [(b'L', 2), (b'x', 2), (b'K', 1), (b'g', 1)] {
        let archive = [
            tar_member("././@LongLink", kind, &endless),
            tar_member("hidden.fit", b'0', &even()),
            tar_member("next.fit", b'0', &positive()),
            vec![0; 1024],
        ];
        write(work.path(), "a.tar", archive.concat());
        let (found, skipped) = rows_and_skipped(work.path(), &["a.tar"]);
        assert_eq!((found.len(), skipped), (2, 0), "{found:?}");
        let scored = found.iter().filter(|[status, ..]| status == "scored").count();
        // Long link names and global headers are skipped, and their member is read.
        assert_eq!(scored, 3 - rows, "{}: {found:?}", char::from(kind));
        if rows == 2 {
            assert_eq!(found[0][..2], ["unreadable", "hidden.fit"]);
            assert!(found[0][2].contains("names a member by 9437184 bytes; 1048576 are taken"), "{found:?}");
        }
    }
}

#[test]
fn long_names_in_gnu_and_pax_tars_are_complete() {
    let work = temporary_folder();
    let name = format!("{}/a.fit", "folder".repeat(40));
    let record = |length: usize| format!("{length} path={name}\n");
    let record = record(record(100).len());
    let long = [
        tar_member("././@LongLink", b'L', format!("{name}\0").as_bytes()),
        tar_member("short", b'0', &even()),
        tar_member("pax", b'x', record.as_bytes()),
        tar_member("short", b'0', &positive()),
    ];
    write(work.path(), "a.tar", long.concat());
    let (found, _) = rows_and_skipped(work.path(), &["a.tar"]);
    assert_eq!(found.iter().map(|[_, member, _]| member.as_str()).collect::<Vec<_>>(), [&name, &name]);
}

#[test]
fn every_kind_of_tar_member_is_read_or_counted() {
    let work = temporary_folder();
    let archive = [
        tar_member("contiguous.fit", b'7', &even()),
        tar_member("holes.fit", b'S', &even()),
        tar_member("holes.txt", b'S', b"text"),
        tar_member("hard.fit", b'1', b""),
        tar_member("soft.fit", b'2', b""),
        tar_member("pipe", b'6', b""),
        tar_member("folder", b'5', b""),
        tar_member("hides.fit", b'5', &even()),
        tar_member("dump.fit", b'D', b"content"),
        tar_member("old-folder/", b'0', b""),
        tar_member("no-folder/", b'0', b"content"),
        tar_member("unknown.fit", b'~', &positive()),
    ];
    write(work.path(), "a.tar", archive.concat());
    let (found, skipped) = rows_and_skipped(work.path(), &["a.tar"]);
    let rows: Vec<(&str, &str)> = found.iter().map(|[status, member, _]| (&**member, &**status)).collect();
    let expected = [("contiguous.fit", "scored"), ("holes.fit", "unreadable"), ("unknown.fit", "scored")];
    assert_eq!(rows, expected, "{found:?}");
    assert!(found[1][2].contains("a sparse tar member"), "{found:?}");
    assert_eq!(skipped, 7);
}

#[test]
fn members_of_the_same_name_are_all_read() {
    let work = temporary_folder();
    let (even, positive) = (even(), positive());
    let twice =
        [member("a.fit", &even), member("a.fit", &positive), member("b/", b"hidden"), member("c/", b"")];
    write(work.path(), "a.zip", zip(&twice));
    let twice = [tar_member("a.fit", b'0', &even), tar_member("a.fit", b'0', &positive)];
    write(work.path(), "a.tar", twice.concat());
    for (archive, others) in [("a.zip", 1), ("a.tar", 0)] {
        let (found, skipped) = rows_and_skipped(work.path(), &[archive]);
        let scored =
            found.iter().filter(|[status, member, _]| status == "scored" && member == "a.fit").count();
        assert_eq!((found.len(), scored, skipped), (2, 2, others), "{archive}: {found:?}");
    }
}

#[test]
fn overlapping_zip_members_are_refused() {
    let work = temporary_folder();
    let (even, positive) = (even(), positive());
    // A thousand names for one member, and a member that begins within another.
    let inner = zip(&[member("in.fit", &positive)]);
    let names: Vec<String> = (0..1000).map(|number| format!("again-{number:03}.fit")).collect();
    let mut members = vec![member("a.fit", &even), member("b.fit", &inner)];
    let inside = zip(&members[..1]).len() - (46 + 5 + 22) + 30 + 5;
    members.push(ZipMember { name: "in.fit", content: &positive, at: Some(inside) });
    members.extend(names.iter().map(|name| ZipMember { name, content: &even, at: Some(0) }));
    write(work.path(), "a.zip", zip(&members));
    let (found, skipped) = rows_and_skipped(work.path(), &["a.zip"]);
    assert_eq!((found.len(), skipped), (1003, 0));
    let by_status = found.iter().fold(BTreeMap::new(), |mut counts: BTreeMap<&str, usize>, [status, ..]| {
        *counts.entry(status).or_default() += 1;
        counts
    });
    assert_eq!(by_status, BTreeMap::from([("scored", 2), ("unreadable", 1001)]));
    let of = |name: &str| found.iter().find(|[_, member, _]| member == name).expect("a row");
    assert!(
        of("again-500.fit")[2].contains("its bytes are those of another member"),
        "{:?}",
        of("again-500.fit")
    );
    assert!(of("b.fit")[2].contains("its bytes are those of another member"), "{:?}", of("b.fit"));
}

#[test]
fn a_truncated_zip_directory_is_reported_and_its_entries_are_read() {
    let work = temporary_folder();
    let (even, positive) = (even(), positive());
    let whole = zip(&[member("a.fit", &even), member("b.fit", &positive)]);
    let second = whole.windows(4).rposition(|four| four == b"PK\x01\x02").expect("an entry");
    let mut broken = whole.clone();
    broken[second] = b'?';
    write(work.path(), "a.zip", &broken);
    let (rows, _) = rows_and_skipped(work.path(), &["a.zip"]);
    assert_eq!(rows.len(), 2);
    assert_eq!((rows[0][0].as_str(), rows[1][0].as_str()), ("scored", "unreadable"));
    assert!(rows[1][2].contains("its directory breaks off: 1 of 2 members"), "{rows:?}");
    // Bytes around the archive are not damage: a self-extracting head, a comment.
    let shifted = [b"#!/bin/sh\nexit\n".repeat(9), whole.clone(), b"a comment".to_vec()].concat();
    write(work.path(), "a.tar", zip(&[member("all.zip", &shifted[135..])]));
    let (rows, _) = rows_and_skipped(work.path(), &["a.tar"]);
    assert_eq!(
        rows.iter().map(|[_, member, _]| member.as_str()).collect::<Vec<_>>(),
        ["all.zip!a.fit", "all.zip!b.fit"]
    );
}

#[test]
fn a_zip_that_breaks_off_gives_the_members_before() {
    let work = temporary_folder();
    let whole = zip(&[member("a.fit", &even()), member("b.fit", &positive())]);
    let directory = whole.windows(4).position(|four| four == b"PK\x01\x02").expect("an entry");
    let second = whole[..directory].windows(4).rposition(|four| four == b"PK\x03\x04").expect("a header");
    for (length, readable) in [(directory, 2), (directory - 2_000, 2), (second + 3, 1), (20, 0)] {
        write(work.path(), "a.zip", &whole[..length]);
        let (rows, _) = rows_and_skipped(work.path(), &["a.zip"]);
        let scored = rows.iter().filter(|[status, ..]| status == "scored").count();
        assert_eq!(scored, readable, "{length}: {rows:?}");
        let told = rows.iter().any(|[.., detail]| detail.contains("it breaks off before its directory"));
        assert!(told, "{length}: {rows:?}");
    }
    // A member that was packed as a stream states its size after its bytes.
    let streamed = streamed_zip(&[("a.fit", &even()), ("b.fit", &positive())]);
    write(work.path(), "a.zip", &streamed);
    let (rows, _) = rows_and_skipped(work.path(), &["a.zip"]);
    assert_eq!(rows.iter().filter(|[status, ..]| status == "scored").count(), 2, "{rows:?}");
}

/// Returns the members of a zip as a program writes them that cannot seek, without a directory.
fn streamed_zip(members: &[(&str, &Vec<u8>)]) -> Vec<u8> {
    let mut zip = Vec::new();
    for (name, content) in members {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).expect("packed");
        let packed = encoder.finish().expect("packed");
        let mut crc = flate2::Crc::new();
        crc.update(content);
        zip.extend(b"PK\x03\x04\x14\0\x08\0\x08\0\0\0\0\0");
        zip.extend([0; 12]);
        zip.extend((name.len() as u16).to_le_bytes());
        zip.extend([0; 2]);
        zip.extend(name.as_bytes());
        zip.extend(&packed);
        zip.extend(b"PK\x07\x08");
        for number in [crc.sum(), packed.len() as u32, content.len() as u32] {
            zip.extend(number.to_le_bytes());
        }
    }
    zip
}

#[test]
fn every_address_shown_for_a_nested_archive_is_a_valid_input() {
    let work = temporary_folder();
    let (even, positive) = (even(), positive());
    let inner =
        zip(&[member("deep/b\n\u{202e}.fit", &even), member("c.fit", &positive), member("notes", b"-")]);
    let empty = zip(&[]);
    let outer = [member("inner.zip", &inner), member("inner.zip.fit", &even), member("empty.zip", &empty)];
    write(work.path(), "a.zip", zip(&outer));
    let members = |arguments: &[&str]| -> Vec<String> {
        rows_and_skipped(work.path(), arguments).0.into_iter().map(|[_, member, _]| member).collect()
    };
    let shown = "inner.zip!deep/b\\u{a}\\u{202e}.fit";
    assert_eq!(members(&["a.zip!inner.zip"]), ["inner.zip!c.fit", shown]);
    assert_eq!(rows_and_skipped(work.path(), &["a.zip!inner.zip"]).1, 1);
    assert_eq!(members(&["a.zip!inner.zip", "a.zip!inner.zip!c.fit"]).len(), 2);
    assert_eq!(members(&[&format!("a.zip!{shown}")]), [shown]);
    assert_eq!(members(&["a.zip!inner.zip", "--include", "c*"]), ["inner.zip!c.fit"]);
    assert_eq!(
        rows_and_skipped(work.path(), &["a.zip"]).1,
        2,
        "the notes, and the archive with nothing in it"
    );
    let missing = rows_and_skipped(work.path(), &["a.zip!inner.zip!d.fit"]).0;
    assert!(missing[0][2].contains("no such member"), "{missing:?}");
}

#[test]
fn one_activity_of_a_file_is_a_valid_input() {
    let work = temporary_folder();
    let track = |name| format!("<trk><name>{name}</name><trkpt lat='48' lon='11'/></trk>");
    let three = format!("<gpx>{}{}{}</gpx>", track("one"), track("two"), track("three"));
    write(work.path(), "a.gpx", &three);
    write(work.path(), "a.zip", zip(&[member("in.gpx", three.as_bytes())]));
    let csv =
        |arguments: &[&str]| stdout(&firstmile_in(work.path(), &[&["--format", "csv"], arguments].concat()));
    for (address, row) in [("a.gpx#2", "a.gpx,,2,two,"), ("a.zip!in.gpx#3", "a.zip,in.gpx,3,three,")] {
        let found = csv(&[address]);
        assert!(found.lines().count() == 2 && found.contains(row), "{found}");
    }
    assert_eq!(csv(&["a.gpx#2", "a.gpx#3"]).lines().count(), 3);
    assert_eq!(csv(&["a.gpx#2", "a.gpx"]).lines().count(), 4);
    assert!(csv(&["a.gpx#4"]).contains("no activity 4 in the file"));
    assert_eq!(firstmile_in(work.path(), &["b.gpx#2"]).status.code(), Some(2));
}

#[test]
fn addresses_into_one_archive_give_the_same_rows_together_and_alone() {
    let work = temporary_folder();
    let track = |name| format!("<trk><name>{name}</name><trkpt lat='48' lon='11'/></trk>");
    let two = format!("<gpx>{}{}</gpx>", track("one"), track("two"));
    let inner = zip(&[member("a.gpx", two.as_bytes()), member("b.fit", &even())]);
    let (gzipped, even) = (archive::gzip(two.as_bytes()), even());
    let members = [
        member("broken.zip", &inner[..inner.len() - 30]),
        member("half.zip", &inner[..inner.len() / 3]),
        member("in.zip", &inner),
        member("no.fit", b"nothing"),
        member("plain.fit", &even),
        member("two.gpx", two.as_bytes()),
        member("two.gpx.gz", &gzipped),
        member("bell\u{7}.gpx", two.as_bytes()),
        member("a!b.gpx", two.as_bytes()),
    ];
    write(work.path(), "a.zip", zip(&members));
    write(work.path(), "cut.zip", &zip(&members)[..400]);
    let rows = |arguments: &[&str]| {
        let csv = stdout(&firstmile_in(work.path(), &[&["--format", "csv"], arguments].concat()));
        let mut rows: Vec<String> = csv.lines().skip(1).map(str::to_owned).collect();
        rows.sort();
        rows
    };
    let addresses = [
        "broken.zip!a.gpx",
        "broken.zip!a.gpx#2",
        "half.zip!b.fit",
        "in.zip!a.gpx#2",
        "in.zip!a.gpx#3",
        "in.zip!b.fit",
        "in.zip!c.fit",
        "in.zip!none.gpx#1",
        "no.fit",
        "plain.fit!in.fit",
        "two.gpx#1",
        "two.gpx.gz#2",
        "two.gpx.gz#9",
        "bell\\u{7}.gpx#2",
        "a!b.gpx",
        "absent.fit",
    ];
    for archive in ["a.zip", "cut.zip"] {
        let addresses = addresses.map(|address| format!("{archive}!{address}"));
        let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
        let mut alone: Vec<String> = addresses.iter().flat_map(|address| rows(&[address])).collect();
        alone.sort();
        // What is wrong with an archive is one row, however many of its members are asked for.
        alone.dedup();
        assert_eq!(rows(&addresses), alone, "{archive}");
        assert!(archive == "cut.zip" || alone.len() > 12, "{alone:#?}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_found_by_its_escaped_name() {
    let work = temporary_folder();
    write(work.path(), "a\tb.fit", even());
    let shown = rows_and_skipped(work.path(), &["a\\u{9}b.fit"]).0;
    assert_eq!(shown[0][0], "scored");
    assert_eq!(firstmile_in(work.path(), &["a\\u{a}b.fit"]).status.code(), Some(2));
}

#[test]
fn nested_archives_have_a_limit_in_total() {
    let work = temporary_folder();
    // Each layer holds eight copies of the one below.
    let mut layer = vec![0; 1 << 16];
    for depth in 0..3 {
        let name = |number| format!("{number}.{}", if depth == 0 { "fit" } else { "zip" });
        let names: Vec<String> = (0..8).map(name).collect();
        let members: Vec<ZipMember> = names.iter().map(|name| member(name, &layer)).collect();
        layer = zip(&members);
    }
    write(work.path(), "a.zip", &layer);
    let (all, _) = rows_and_skipped(work.path(), &["a.zip"]);
    assert_eq!(all.len(), 512);
    for jobs in ["1", "8"] {
        let (rows, skipped) = rows_and_skipped(work.path(), &["--max-total", "64M", "--jobs", jobs, "a.zip"]);
        assert_eq!((rows.len(), skipped), (1, 0));
        assert!(rows[0][2].contains("more than 67108864 bytes in all (--max-total)"), "{rows:?}");
    }
}

#[test]
fn limits_on_samples_and_activities_hold_for_every_file_type_and_for_verify() {
    let work = temporary_folder();
    let points = "<trkpt lat='48' lon='11'/>".repeat(50);
    let tracks = format!("<trk><trkseg>{points}</trkseg></trk>").repeat(3);
    write(work.path(), "a.gpx", format!("<gpx>{tracks}</gpx>"));
    let laps = "<Lap><Track><Trackpoint/><Trackpoint/></Track></Lap>".repeat(50);
    let activities = format!("<Activity Sport='Running'>{laps}</Activity>").repeat(3);
    let tcx =
        format!("<TrainingCenterDatabase><Activities>{activities}</Activities></TrainingCenterDatabase>");
    write(work.path(), "a.tcx", tcx);
    write(work.path(), "a.fit", even());
    for (file, flag, most, limit) in [
        ("a.gpx", "--max-samples", "149", "more than 149 samples"),
        ("a.gpx", "--max-activities", "2", "more than 2 activities"),
        ("a.tcx", "--max-samples", "449", "more than 449 samples"),
        ("a.tcx", "--max-activities", "2", "more than 2 activities"),
        ("a.fit", "--max-samples", "100", "more than 100 samples"),
    ] {
        let (rows, _) = rows_and_skipped(work.path(), &[file, flag, most]);
        assert_eq!(rows.len(), 1);
        assert!(rows[0][2].contains(limit), "{file} {flag}: {rows:?}");
        assert!(
            rows_and_skipped(work.path(), &[file]).0.iter().all(|[_, _, detail]| !detail.contains(limit))
        );
        let text = stdout(&firstmile_in(work.path(), &["verify", file, flag, most]));
        assert!(text.contains("not read: over a limit") && text.contains(limit), "{text}");
        let csv = stdout(&firstmile_in(work.path(), &["verify", "--format", "csv", file, flag, most]));
        assert!(csv.contains(&format!("{file},,,unopened,,,over a limit: {limit}")), "{csv}");
    }
}

/// Members are counted over all nested archives: twenty archives of a hundred are not twenty times
/// as many as allowed.
#[test]
fn nested_archives_have_a_limit_of_members_in_total() {
    let folder = temporary_folder();
    let inner: Vec<(String, Vec<u8>)> =
        (0..100).map(|number| (format!("{number}.fit"), b"x".to_vec())).collect();
    let outer: Vec<(String, Vec<u8>)> =
        (0..20).map(|number| (format!("{number}.zip"), archive::zip(&inner))).collect();
    write(folder.path(), "a.zip", archive::zip(&outer));
    let rows = |limit: &str| {
        let output = firstmile_in(folder.path(), &["--format", "csv", "--max-members", limit, "a.zip"]);
        stdout(&output).lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows("2000").len(), 2000);
    let over = rows("1500");
    assert!(over.len() == 1 && over[0].contains("--max-members"), "{over:?}");
}

/// A long creator or member's name was kept once for each of thousands of tracks.
#[test]
fn long_texts_are_cut_and_members_with_long_names_are_one_row() {
    let folder = temporary_folder();
    let point = |second: u32| {
        format!("<trkpt lat=\"48\" lon=\"11\"><time>2024-05-12T09:00:{second:02}Z</time></trkpt>")
    };
    let track = format!("<trk><trkseg>{}{}</trkseg></trk>", point(0), point(1));
    let gpx = format!("<gpx creator=\"{}\">{}</gpx>", "x".repeat(5_000), track.repeat(50));
    write(folder.path(), "a.gpx", &gpx);
    let json = stdout(&firstmile_in(folder.path(), &["--format", "json", "a.gpx"]));
    assert!(json.len() < 50 * 5_000, "{}", json.len());
    let name = format!("{}.gpx", "y".repeat(3_000));
    write(folder.path(), "b.zip", archive::zip(&[(name, gpx.into_bytes())]));
    let rows = stdout(&firstmile_in(folder.path(), &["--format", "csv", "b.zip"]));
    assert_eq!(rows.lines().count(), 2, "{rows}");
    assert!(rows.contains("its name in the archive has more than 1000 bytes") && rows.len() < 3_000);
}
