//! Reads GPX 1.0 and 1.1, and the variants that apps write.
//!
//! Each `trk` with points is one activity, each `trkseg` a segment. Elements are recognised by
//! their local names, so [`point`] finds heart rate and other values in any maker's extensions.
//! Damage loses only the values it touches; a truncated file keeps its complete trackpoints.
//! [`course`] reads courses to be run, and [`library`] reads recordings through the `gpx` crate, as
//! a second opinion.

mod course;
mod join;
#[cfg(feature = "verify")]
pub(super) mod library;
mod point;
mod tracks;

pub(super) use course::read_course;
use point::GpxPoint;
use tracks::GpxBuilder;

use super::error::Failure;
use super::xml::content::ElementContent;
use super::xml::encoding::XmlDocument;
use super::xml::scan::{Scanner, TagKind};
use super::xml::template::Templates;
use super::xml::timestamp::TimestampParser;
use crate::activity::Activity;
use crate::ingest::limits::Limits;

/// Reads every track of a GPX file.
///
/// # Errors
///
/// Fails if the file has no trackpoint, ends before the first complete one, or exceeds a limit.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Activity>, Failure> {
    let document = XmlDocument::new(bytes);
    let mut scanner = Scanner::new(document.bytes());
    let mut builder = GpxBuilder::default();
    let (mut times, mut templates) = (TimestampParser::default(), Templates::default());
    while let Some(tag) = scanner.next() {
        match tag.kind {
            TagKind::Start | TagKind::Empty | TagKind::Leaf if tag.name == b"trkpt" => {
                let Some(point) = GpxPoint::read(&mut scanner, &tag, &mut times, &mut templates) else {
                    break;
                };
                let mut found = Some((point, tag.from));
                while let Some((point, from)) = found {
                    builder.add(&point, from, &document);
                    builder.last_point_end = scanner.last_tag_end();
                    builder.points += 1;
                    if builder.points > limits.samples {
                        return Err(limits.over_samples());
                    }
                    found = templates.next_point(&mut scanner, &mut times);
                }
            }
            TagKind::Start if builder.done.len() > limits.activities => return Err(limits.over_activities()),
            TagKind::Start => builder.open(&tag),
            TagKind::Empty => {
                builder.open(&tag);
                builder.close(tag.name, ElementContent::plain(""));
            }
            TagKind::Leaf => {
                builder.open(&tag);
                builder.close(tag.name, tag.content);
            }
            TagKind::End => builder.close(tag.name, tag.content),
        }
    }
    builder.finish(&document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::{Note, Sport};

    fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
        super::read(bytes, &Limits::default())
    }
    use crate::activity::Place;

    /// A file of one track.
    fn file(inside: &str) -> String {
        format!("<?xml version=\"1.0\"?>\n<gpx creator='Watch &amp; Co'><trk>{inside}</trk></gpx>")
    }

    fn read_one(document: &str) -> Activity {
        let mut activities = read(document.as_bytes()).expect("sound");
        assert_eq!(activities.len(), 1);
        activities.remove(0)
    }

    fn point(inside: &str) -> Activity {
        read_one(&file(&format!("<trkseg><trkpt lat='48' lon='11'>{inside}</trkpt></trkseg>")))
    }

    fn notes(activity: &Activity) -> Vec<String> {
        activity.notes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_track_is_an_activity_with_its_name_sport_and_samples() {
        let activity = read_one(
            "<gpx version='1.1' creator='t'><metadata><name> Evening </name><author><name>A</name></author>\
             <link href='x'><type>text/html</type></link></metadata><wpt lat='1' lon='1'><name>W</name></wpt>\
             <trk><link href='x'><type>text/html</type></link><type>running</type><trkseg>\
             <trkpt lat='48.0' lon='11.0'><ele>500</ele><time>2020-01-01T10:00:00Z</time><name>P</name></trkpt>\
             <trkpt lon='11.5' lat='48.1'><time>2020-01-01T10:00:01.5Z</time><ele/></trkpt>\
             </trkseg><trkseg/></trk><trk><name>Empty</name></trk></gpx>",
        );
        assert_eq!(activity.name.as_deref(), Some("Evening"));
        assert_eq!(activity.device.as_deref(), Some("t"));
        assert_eq!(activity.sport, Sport::Running);
        assert_eq!(activity.samples.time_s, [1_577_872_800.0, 1_577_872_801.5]);
        assert_eq!([0, 1].map(|i| activity.samples.altitude_m.get(i)), [Some(500.0), None]);
        assert_eq!(activity.samples.position_deg(1), Some((48.1, 11.5)));
        assert!(!activity.timer_known && activity.notes.is_empty() && !activity.cut_short);
    }

    #[test]
    fn a_tracks_name_precedes_the_files_and_the_type_race_is_a_hint() {
        let tracks = "<trk><name>A</name><type>race</type><trkpt lat='1' lon='1'/></trk>\
                      <trk><name> </name><type>1</type><trkpt lat='1' lon='1'/></trk>";
        for document in [
            format!("<gpx version='1.0'><name>F</name>{tracks}</gpx>"),
            format!("<g:gpx><g:metadata><g:name>F</g:name><x></g:metadata>{tracks}</g:gpx>"),
        ] {
            let activities = read(document.as_bytes()).expect("sound");
            let names: Vec<_> = activities.iter().map(|activity| activity.name.as_deref()).collect();
            assert_eq!(names, [Some("A"), Some("F")], "{document}");
            assert!(activities[0].race_hint.is_some() && activities[0].sport == Sport::Running);
            assert_eq!(activities[1].sport, Sport::Other("cycling".into()));
        }
    }

    #[test]
    fn a_second_segment_means_the_timer_is_known() {
        let one = "<trkpt lat='1' lon='1'/>";
        let activity =
            read_one(&file(&format!("<trkseg>{one}{one}</trkseg><trkseg/><trkseg>{one}</trkseg>")));
        assert_eq!(activity.samples.segment_starts, [2]);
        assert!(activity.timer_known);
    }

    #[test]
    fn values_in_extensions_are_found_by_their_local_names() {
        for inside in [
            "<extensions><gpxtpx:TrackPointExtension><gpxtpx:atemp>21</gpxtpx:atemp><gpxtpx:hr>150</gpxtpx:hr>\
             <gpxtpx:cad>85</gpxtpx:cad><gpxtpx:speed>3.5</gpxtpx:speed></gpxtpx:TrackPointExtension>\
             <power>250</power></extensions>",
            "<extensions><gpxdata:hr>150</gpxdata:hr><gpxdata:cadence>85</gpxdata:cadence><gpxdata:temp>21\
             </gpxdata:temp><gpxdata:speed>3.5</gpxdata:speed><gpxdata:distance>0.0</gpxdata:distance>\
             <pwr:PowerInWatts>250</pwr:PowerInWatts></extensions>",
            "<speed>3.5</speed><extensions><heartrate>1&#53;0</heartrate><RunCadence>85</RunCadence>\
             <temperature><![CDATA[21]]></temperature><watts>250</watts><speed>9</speed><ele>1</ele></extensions>",
        ] {
            let samples = point(inside).samples;
            let channels = [
                &samples.heart_rate_bpm,
                &samples.cadence_spm,
                &samples.temperature_c,
                &samples.speed_mps,
                &samples.power_w,
                &samples.altitude_m,
            ];
            let values = channels.map(|channel| channel.get(0));
            assert_eq!(
                values,
                [Some(150.0), Some(170.0), Some(21.0), Some(3.5), Some(250.0), None],
                "{inside}"
            );
        }
        assert_eq!(point("<extensions><hr>0</hr></extensions>").samples.heart_rate_bpm.get(0), None);
    }

    #[test]
    fn strides_are_doubled_and_distances_between_points_are_dropped() {
        let points = |values: &[(i32, i32)]| {
            let points = values.iter().map(|(cadence, metres)| {
                format!("<trkpt><extensions><cad>{cadence}</cad><distance>{metres}</distance></extensions></trkpt>")
            });
            read_one(&file(&points.collect::<String>())).samples
        };
        let steps = points(&[(0, 0), (172, 3), (110, 6)]);
        assert_eq!([0, 1, 2].map(|i| steps.cadence_spm.get(i)), [Some(0.0), Some(172.0), Some(110.0)]);
        assert_eq!(steps.distance_m.get(2), Some(6.0));
        let strides = points(&[(86, 3), (84, 2), (85, 3), (80, 2)]);
        assert_eq!(strides.cadence_spm.get(0), Some(172.0));
        assert!(strides.distance_m.is_empty());
    }

    #[test]
    fn times_are_read_in_the_notations_of_apps() {
        for (time, unix_s, offset_s, note) in [
            ("2020-01-01T10:00:00.250Z", 1_577_872_800.25, None, None),
            ("2020-01-01T12:00:00+02:00", 1_577_872_800.0, Some(7200), None),
            (
                " 2020-01-01 10:00 ",
                1_577_872_800.0,
                None,
                Some("its times state no zone and were taken as UTC"),
            ),
            ("2020-01-01T10:00:00&#90;", 1_577_872_800.0, None, None),
        ] {
            let activity = point(&format!("<time>{time}</time>"));
            assert_eq!(activity.samples.time_s, [unix_s], "{time}");
            assert_eq!(activity.utc_offset_s, offset_s);
            assert_eq!(notes(&activity), note.into_iter().collect::<Vec<_>>());
        }
        let odd = point("<time>yesterday</time>");
        assert!(
            odd.samples.time_s[0].is_nan()
                && notes(&odd)[0].ends_with("1 time could not be read, such as yesterday")
        );
        let none = point("<time></time>");
        assert!(none.samples.time_s[0].is_nan() && none.notes.is_empty());
    }

    #[test]
    fn an_invalid_position_loses_no_other_value_of_its_point() {
        let document = file(
            "<trkpt lat='90.1' lon='0'><ele>1</ele></trkpt><trkpt lat='' lon='1'/><trkpt lon='1'/>\
             <trkpt lat='NaN' lon='1'/><trkpt lat='-90' lon='180'/>",
        );
        let activity = read_one(&document);
        assert_eq!(activity.samples.len(), 5);
        assert_eq!(activity.samples.altitude_m.get(0), Some(1.0));
        assert_eq!(activity.samples.position_deg(4), Some((-90.0, 180.0)));
        let at = document.find("<trkpt").expect("there");
        assert_eq!(notes(&activity), [format!("byte {at}: 4 trackpoints have no usable position")]);
    }

    #[test]
    fn damage_loses_only_the_values_it_touches() {
        let sound = "<trkpt lat='1' lon='1'><ele>1</ele></trkpt>";
        for damaged in [
            "<trkpt lat='1' lon='1><ele>1</ele></trkpt>",
            "<trkpt lat='1 lon='1'><ele>1</ele></trkpt>",
            "<trkpt lat='1' lon='1'><ele>1</ele>",
            "<trkpt lat='1' lon='1'><ele>1<ele></trkpt>",
            "<trkpt lat='1' lon='1'><ele>1</e<le></trkpt>",
            "<trkpt lat='1' lon='1'></extensions><ele>1</ele></trkpt></trkseg><trkseg>",
        ] {
            let activity = read_one(&file(&format!("<trkseg>{sound}{damaged}{sound}{sound}</trkseg>")));
            assert_eq!(activity.samples.len(), 4, "{damaged}");
            assert_eq!([2, 3].map(|i| activity.samples.altitude_m.get(i)), [Some(1.0); 2], "{damaged}");
        }
    }

    #[test]
    fn a_truncated_file_keeps_its_complete_points() {
        let whole =
            file("<trkseg><trkpt lat='1' lon='1'/><trkpt lat='2' lon='2'><ele>1</ele></trkpt></trkseg>");
        let first = whole.find("/>").expect("there") + 2;
        let activity = read_one(&whole[..whole.find("</trkpt>").expect("there") + 5]);
        assert_eq!(activity.samples.len(), 1);
        assert!(activity.cut_short);
        let text = "the file breaks off; what came before it was used".to_owned();
        assert_eq!(activity.notes, [Note { at: Some(Place::Byte(first as u64)), text }]);
        assert!(read_one(&whole[..whole.len() - 1]).cut_short && !read_one(&whole).cut_short);
        assert_eq!(read(&whole.as_bytes()[..first - 1]).expect_err("nothing whole").code(), "damaged");
    }

    #[test]
    fn a_file_without_tracks_is_not_an_activity() {
        let failure = read(b"<gpx><wpt lat='1' lon='1'/><rte><rtept/></rte></gpx>").expect_err("no track");
        assert!(failure.to_string().ends_with("no trackpoint in it (1 waypoints, 1 routes)"));
        assert_eq!(failure.code(), "not-an-activity");
    }

    #[test]
    fn one_file_is_read_in_four_encodings() {
        let text = file("<name>Zürich</name><trkpt lat='48' lon='x'/>");
        let byte = text.find("<trkpt").expect("there") as u64;
        let wide: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        // ü is two bytes in UTF-8 and one in Latin-1.
        for (bytes, at) in
            [(text.as_bytes(), byte), (&marked, byte + 3), (&latin, byte - 1), (&wide, 2 + 2 * (byte - 1))]
        {
            let activity = &read(bytes).expect("sound")[0];
            assert_eq!(activity.name.as_deref(), Some("Zürich"));
            assert_eq!(activity.device.as_deref(), Some("Watch & Co"));
            assert_eq!(activity.notes[0].at, Some(Place::Byte(at)));
        }
    }

    #[test]
    fn a_file_is_read_in_the_encoding_that_it_declares() {
        for (label, name) in
            [("windows-1251", "Полумарафон"), ("ISO-8859-2", "Łódź"), ("Shift_JIS", "東京"), ("Big5", "台北")]
        {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label");
            let text = format!(
                "<?xml version='1.0' encoding='{label}'?><gpx><trk><name>{name}</name>\
                 <trkpt lat='48' lon='x'/></trk></gpx>"
            );
            let bytes = encoding.encode(&text).0;
            let activity = &read(&bytes).expect("sound")[0];
            assert_eq!(activity.name.as_deref(), Some(name));
            let at = memchr::memmem::find(&bytes, b"<trkpt").map(|at| Place::Byte(at as u64));
            assert_eq!(activity.notes[0].at, at.filter(|_| encoding.is_single_byte()), "{label}");
            // Many apps write UTF-8 under another label.
            assert_eq!(read(text.as_bytes()).expect("sound")[0].name.as_deref(), Some(name));
        }
        let text = file("<name>Zürich</name><trkpt lat='48' lon='x'/>");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let activity = &read(&wide).expect("sound")[0];
        assert_eq!(activity.name.as_deref(), Some("Zürich"));
        let at = 2 * (text.find("<trkpt").expect("there") as u64 - 1);
        assert_eq!(activity.notes[0].at, Some(Place::Byte(at)));
    }
}
