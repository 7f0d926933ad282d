//! GPX and TCX: both readers agree, and damaged or hostile files cost neither panic nor hours.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use firstmile::activity::{Activity, Channel};
use firstmile::ingest::{self, Reader};

use crate::common::damage::Chance;
use crate::common::fixtures::FIXTURES;

const GPX: &str = "<?xml version=\"1.0\"?><!DOCTYPE gpx [<!ENTITY a 'b'>]><!-- <trkpt> -->
    <gpx version=\"1.1\" creator='A \"B\" &amp; C'><metadata><name>Morning</name></metadata>
    <trk><name><![CDATA[A & B]]></name><type>running</type><trkseg>
    <trkpt lat=\"48.1\" lon='11.1'><ele>500.5</ele><time>2020-01-01T10:00:00Z</time><extensions>
    <x:hr>150</x:hr><x:cad>85</x:cad></extensions></trkpt><trkpt lat='48.2' lon='11.2'/></trkseg><trkseg>
    <trkpt lon=\"11.3\" lat=\"48.3\"><time>2020-01-01T10:00:05.5+01:00</time></trkpt></trkseg></trk></gpx>";

const TCX: &str = "<?xml version=\"1.0\"?><TrainingCenterDatabase><!-- <Trackpoint> --><Activities>
    <Activity Sport=\"Running\"><Id>2020-01-01T10:00:00Z</Id><Lap StartTime='2020-01-01T10:00:00Z'>
    <TotalTimeSeconds>20.5</TotalTimeSeconds><DistanceMeters>60</DistanceMeters><Track>
    <Trackpoint><Time>2020-01-01T10:00:00Z</Time><Position><LatitudeDegrees>48.1</LatitudeDegrees>
    <LongitudeDegrees>11.1</LongitudeDegrees></Position><AltitudeMeters>5</AltitudeMeters>
    <HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint></Track><Track><Trackpoint>
    <Time>2020-01-01T10:00:20Z</Time><DistanceMeters>60</DistanceMeters><Extensions><y:TPX><y:Speed>3</y:Speed>
    </y:TPX></Extensions></Trackpoint></Track></Lap><Notes>A &amp; B</Notes><Creator><Name>W</Name></Creator>
    </Activity></Activities></TrainingCenterDatabase>";

/// Returns how many points the built-in reader finds.
fn points(bytes: &[u8]) -> usize {
    ingest::read(bytes).unwrap_or_default().iter().map(|activity| activity.samples.len()).sum()
}

#[test]
fn both_readers_agree_on_every_gpx_and_tcx_fixture() {
    let files = gpx_and_tcx_files(Path::new(FIXTURES));
    assert!(files.len() > 10, "only {} files", files.len());
    for file in files {
        let bytes = std::fs::read(&file).expect("read");
        let (own, library) =
            (ingest::read(&bytes), ingest::read_with(Reader::Library, &bytes).unwrap_or_default());
        let own = own.unwrap_or_default();
        assert_eq!(own.len(), library.len(), "{}", file.display());
        for (own, library) in own.iter().zip(&library) {
            let wrong = differences(own, library);
            assert!(wrong.is_empty(), "{}: {wrong:?}", file.display());
        }
    }
}

/// Returns the GPX and TCX files under a folder, sorted.
fn gpx_and_tcx_files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let is_xml = |path: &Path| path.extension().is_some_and(|end| end == "gpx" || end == "tcx");
    entries.map(walkdir::DirEntry::into_path).filter(|path| is_xml(path)).collect()
}

/// Returns what the library reads and the built-in reader does not.
fn differences(own: &Activity, library: &Activity) -> Vec<&'static str> {
    let bits = |times: &[f64]| times.iter().map(|time_s| time_s.to_bits()).collect::<Vec<_>>();
    let (a, b) = (&own.samples, &library.samples);
    let same = |own: &Channel, library: &Channel| library.is_empty() || own == library;
    let checks = [
        ("format", own.format == library.format),
        ("name", own.name == library.name),
        ("sport", own.sport == library.sport),
        ("race hint", own.race_hint == library.race_hint),
        ("device", own.device == library.device),
        ("serial", own.serial == library.serial),
        ("timer", own.timer_known == library.timer_known && own.timer_start_s == library.timer_start_s),
        ("laps", own.laps == library.laps),
        ("declared", own.declared == library.declared),
        ("notes", own.notes.len() == library.notes.len()),
        ("cut short", own.cut_short == library.cut_short),
        ("segments", a.segment_starts == b.segment_starts),
        ("times", bits(&a.time_s) == bits(&b.time_s)),
        ("latitude", same(&a.latitude_deg, &b.latitude_deg)),
        ("longitude", same(&a.longitude_deg, &b.longitude_deg)),
        ("altitude", same(&a.altitude_m, &b.altitude_m)),
        ("distance", same(&a.distance_m, &b.distance_m)),
        ("speed", same(&a.speed_mps, &b.speed_mps)),
        ("heart rate", same(&a.heart_rate_bpm, &b.heart_rate_bpm)),
        ("cadence", same(&a.cadence_spm, &b.cadence_spm)),
        ("power", same(&a.power_w, &b.power_w)),
    ];
    checks.into_iter().filter(|(_, fine)| !fine).map(|(name, _)| name).collect()
}

#[test]
fn a_longer_piece_of_a_file_never_gives_fewer_points() {
    for (document, whole) in [(GPX, 3), (TCX, 2)] {
        let mut last = 0;
        for end in 0..=document.len() {
            let found = points(&document.as_bytes()[..end]);
            assert!(found >= last, "{found} points for {last} up to byte {end}");
            last = found;
        }
        assert_eq!(last, whole);
    }
}

#[test]
fn damaged_bytes_never_panic_or_add_points() {
    let mut chance = Chance::new(1);
    let mut random = |below| chance.below(below);
    for round in 0..20_000 {
        let mut bytes = if round % 2 == 0 { GPX } else { TCX }.as_bytes().to_vec();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(4) {
                0 => bytes[at] ^= 1 << random(8),
                1 => bytes[at] = b"<>\"'&/=!?-]["[random(12)],
                2 => drop(bytes.drain(at..(at + random(8)).min(bytes.len()))),
                _ => bytes.insert(at, b"<>\"'&/ 9"[random(8)]),
            }
        }
        assert!(points(&bytes) <= 6);
        let _ = ingest::read_course(&bytes);
    }
}

/// Points as devices write them; `#` becomes a random digit.
const POINTS: [&str; 12] = [
    "<trkpt lat=\"48.#######\" lon=\"-11.#####\"><ele>5##.#</ele><time>2020-01-01T10:0#:0#Z</time></trkpt>",
    "\n  <trkpt lon='11.##' lat='48.##'>\n    <ele>###</ele>\n    <time>2020-01-01T10:00:0#.##0Z</time>\n    \
     <speed>3.#</speed><sat>1#</sat>\n<extensions><speed>9</speed><x:cad>8#</x:cad></extensions></trkpt>\r\n",
    "<trkpt lat=\"48.##\" lon=\"11.##\"><time>2020-01-01T1#:00:00+02:00</time><extensions><a:hr>1##</a:hr><a:cad>8#\
     </a:cad><power>2##</power><distance>1##.#</distance></extensions></trkpt>",
    "<trkpt lat=\"48.#########\" lon=\"11.#################\"><ele>5##.##########################</ele></trkpt>",
    "<trkpt lat=\"48.##\" lon=\"11.##\"/>\n",
    "<trkpt lat=\"48.#\" lon=\"11.#\"><ele>5##</ele><trkseg><trkpt lat=\"48.#\" lon=\"11.#\"><ele>5##</ele></trkpt>\n",
    "<Trackpoint><Time>2020-01-01T10:00:##Z</Time><Position><LatitudeDegrees>48.####</LatitudeDegrees>\
     <LongitudeDegrees>11.####</LongitudeDegrees></Position><AltitudeMeters>5##.##</AltitudeMeters><DistanceMeters>\
     1###.#</DistanceMeters><HeartRateBpm><Value>1##</Value></HeartRateBpm><Cadence>8#</Cadence></Trackpoint>\n",
    "<Trackpoint> <Time>2020-01-01T10:0#:##.000Z</Time>\n<HeartRateBpm xsi:type=\"a\"><Value>1##</Value></HeartRateBpm>\
     <SensorState>Present</SensorState><Extensions><ns3:TPX><ns3:Speed>3.##</ns3:Speed><ns3:RunCadence>8#\
     </ns3:RunCadence><ns3:Watts>2##</ns3:Watts></ns3:TPX></Extensions></Trackpoint>",
    "<Trackpoint><Time>2020-01-01T10:00:##Z</Time><DistanceMeters>-0.#</DistanceMeters></Trackpoint>",
    "<Trackpoint><Time>2020-01-01T10:00:##Z</Time><Track/><Lap/><DistanceMeters>1#</DistanceMeters></Trackpoint>",
    "<Trackpoint><DistanceMeters>1#</DistanceMeters><HeartRateBpm><Value>1##</Value><Trackpoint/></Trackpoint>",
    "<Trackpoint><DistanceMeters>1#</DistanceMeters><Value>1##</Value></Trackpoint></HeartRateBpm>",
];

#[test]
fn a_point_reads_the_same_with_and_without_the_learned_template() {
    let mut chance = Chance::new(2);
    let mut random = |below| chance.below(below);
    let (mut several, mut odd) = (0, 0);
    for round in 0..20_000 {
        let (head, kinds) = if round % 2 == 0 {
            ("<gpx><trk><trkseg>", &POINTS[..6])
        } else {
            ("<TrainingCenterDatabase><Activity><Lap><Track>", &POINTS[6..])
        };
        let mut bytes = Vec::from(head);
        let mut kind = random(kinds.len());
        for _ in 0..4 + random(8) {
            if random(3) == 0 {
                kind = random(kinds.len());
            }
            bytes.extend(kinds[kind].bytes().map(
                |byte| {
                    if byte == b'#' { b'0' + random(10) as u8 } else { byte }
                },
            ));
        }
        for _ in 0..random(4) {
            let at = head.len() + random(bytes.len() - head.len());
            if at == bytes.len() {
                break;
            }
            match random(5) {
                0 => bytes[at] = b"<>\"'&/=! .-9"[random(12)],
                1 => drop(bytes.drain(at..(at + random(30)).min(bytes.len()))),
                2 => bytes.insert(at, b"<>\"'&/ 9.-"[random(10)]),
                3 => {
                    let tag: &[u8] = [
                        b"<trkseg>".as_slice(),
                        b"</trkpt>",
                        b"<trkpt/>",
                        b"</Trackpoint>",
                        b"<Track>",
                        b"<Trackpoint>",
                        b"<Trackpoint></Trackpoint>",
                        b"<HeartRateBpm>",
                        b"<Lap/>",
                        b"</extensions>",
                    ][random(10)];
                    bytes.splice(at..at, tag.iter().copied());
                }
                _ => bytes.truncate(at),
            }
        }
        // With a comment before each point, the learned template fits none.
        let text = String::from_utf8(bytes).expect("ASCII");
        let apart = text.replace("<trkpt", "<!----><trkpt").replace("<Trackpoint", "<!----><Trackpoint");
        let mut read = |document: &str| match ingest::read(document.as_bytes()) {
            Ok(mut activities) => {
                several += usize::from(activities.iter().any(|activity| activity.samples.len() > 2));
                activities
                    .iter_mut()
                    .flat_map(|activity| &mut activity.notes)
                    .for_each(|note| note.at = None);
                odd += activities.iter().map(|activity| activity.notes.len()).sum::<usize>();
                format!("{activities:?}")
            }
            Err(failure) => failure.code().to_owned(),
        };
        let [together, apart] = [&text, &apart].map(|document| read(document.as_str()));
        assert_eq!(together, apart, "{text}");
    }
    assert!(several > 20_000, "{several} of several points, {odd} notes");
}

/// Far more than any file takes if time grows with its length, far less than if with its square.
const ENOUGH: Duration = Duration::from_secs(60);

#[test]
fn hostile_files_take_time_by_their_length_not_its_square() {
    let began = Instant::now();
    for (root, inside) in [
        ("gpx", "<trk><trkseg><trkpt lat='1' lon='1'>"),
        ("TrainingCenterDatabase", "<Activity><Trackpoint>"),
    ] {
        for (piece, times) in [
            ("<a>", 1_000_000),
            ("<extensions>", 300_000),
            ("</a>", 1_000_000),
            ("no markup ", 500_000),
            ("<", 3_000_000),
            ("<a b='", 500_000),
            ("<a b=\"'", 500_000),
            ("<a =", 700_000),
            ("<!--", 700_000),
            ("<![CDATA[", 300_000),
            ("<!DOCTYPE a [", 300_000),
            ("<?", 1_000_000),
            ("<!DOCTYPE a '\"", 300_000),
            ("<!", 1_000_000),
            ("&a", 1_000_000),
            ("&a;", 1_000_000),
            ("<ele>&#49;</ele>", 100_000),
            ("<trk><trkseg>", 200_000),
            ("<trkpt>", 200_000),
            ("<Activity>", 200_000),
            ("<Notes>&amp;", 200_000),
        ] {
            let text = piece.repeat(times);
            let _ = ingest::read(format!("<{root}>{text}").as_bytes());
            let _ = ingest::read(format!("<{root}>{inside}<ele>{text}</ele><Notes>{text}").as_bytes());
            let _ = ingest::read(format!("<{root} creator='{text}'>{inside}").as_bytes());
            let _ = ingest::read_course(format!("<{root}>{text}</{root}>").as_bytes());
        }
    }
    assert!(began.elapsed() < ENOUGH, "{:?}", began.elapsed());
}

#[test]
fn entities_are_never_expanded() {
    let levels: String = (1..30).map(|n| format!("<!ENTITY e{n} \"&e{0};&e{0};\">", n - 1)).collect();
    let gpx = format!(
        "<!DOCTYPE gpx [<!ENTITY e0 \"bomb\">{levels}]><gpx><trk><name>a&e29;</name><trkpt/></trk></gpx>"
    );
    assert_eq!(ingest::read(gpx.as_bytes()).expect("sound")[0].name.as_deref(), Some("a"));
}
