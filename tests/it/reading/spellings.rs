//! Times, numbers and positions of GPX and TCX in the spellings of rare apps.

use firstmile::ingest;
use firstmile::measure::{MeasureOptions, measure};
use firstmile_fixtures::calendar::iso;
use firstmile_fixtures::earth::{Route, Shape};
use firstmile_fixtures::watch::record;

use super::as_recorded::{SOUND, as_gpx, as_tcx, check, each_point, measured, outdoors, ten_km};

/// Returns a text with another text in place of what is between two tags, or quotes.
fn respelled(text: &str, (before, after): (&str, &str), respell: impl Fn(&str) -> String) -> String {
    let mut pieces = text.split(before);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (value, rest) = piece.split_once(after).expect("an end");
        out.extend([before, &respell(value), after, rest]);
    }
    out
}

/// Returns the points of a GPX with other times.
fn with_times(gpx: &str, respell: impl Fn(&str) -> String) -> String {
    each_point(gpx, |point| respelled(point, ("<time>", "</time>"), &respell))
}

#[test]
fn times_that_are_written_for_people_are_read() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    // 2023-05-14T07:10:05Z.
    let clock = |time: &str| time[11..19].to_owned();
    let day = |time: &str| time[8..10].to_owned();
    check("RFC 822", with_times(&gpx, |t| format!("Sun, {} May 2023 {} GMT", day(t), clock(t))), &run, SOUND);
    check(
        "Java",
        with_times(&gpx, |t| format!("Sun May {} {} GMT+00:00 2023", day(t), clock(t))),
        &run,
        SOUND,
    );
    check("a zone's name", with_times(&gpx, |t| format!("{}+00:00[Europe/London]", &t[..19])), &run, SOUND);
    check("dots", with_times(&gpx, |t| t.replace(':', ".")), &run, SOUND);
    let without_zone = &["state no zone"];
    check("ctime", with_times(&gpx, |t| format!("Sun May {} {} 2023", day(t), clock(t))), &run, without_zone);
}

#[test]
fn a_time_that_cannot_be_read_is_quoted() {
    let recording = record(&ten_km(), &outdoors());
    let noted = |bytes: &str| {
        let activity = ingest::read(bytes.as_bytes()).expect("an activity").remove(0);
        let (identity, outcome) = measure(&activity, &MeasureOptions::default());
        assert_eq!(outcome.expect_err("no times").code(), "no-time");
        identity.notes[0].text.clone()
    };
    let gpx = with_times(&as_gpx(&recording), |time| format!("day {} of {}", &time[8..10], "x".repeat(99)));
    let text = noted(&gpx);
    let quoted = format!("such as day 14 of {}", "x".repeat(30));
    assert!(text.contains("times could not be read") && text.ends_with(&quoted), "{text}");
    let tcx = respelled(&as_tcx(&recording), ("<Time>", "</Time>"), |_| "soon".to_owned());
    assert!(noted(&tcx).ends_with("times could not be read, such as soon"));
}

#[test]
fn distances_with_thousands_or_a_unit_are_read() {
    let run = ten_km();
    let tcx = as_tcx(&record(&run, &outdoors()));
    let grouped = |separator: char| {
        respelled(&tcx, ("<DistanceMeters>", "</DistanceMeters>"), |metres| {
            let metres: f64 = metres.parse().expect("a number");
            let (whole, cents) = (metres.trunc(), (metres.fract() * 100.0).floor());
            let decimal = if separator == ',' { '.' } else { ',' };
            if whole < 1000.0 {
                return format!("{whole}{decimal}{cents:02}");
            }
            format!("{}{separator}{:03}{decimal}{cents:02}", (whole / 1000.0).floor(), whole % 1000.0)
        })
    };
    check("English", grouped(','), &run, SOUND);
    check("German", grouped('.'), &run, SOUND);
    let unit = respelled(&tcx, ("<DistanceMeters>", "</DistanceMeters>"), |metres| format!("{metres} m"));
    check("a unit", unit, &run, SOUND);
}

#[test]
fn positions_with_letters_or_beyond_the_antimeridian_are_read() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let latitudes = |point: &str| respelled(point, ("lat=\"", "\""), |latitude| format!("{latitude}N"));
    let letters = |point: &str| respelled(&latitudes(point), ("lon=\"", "\""), |east| format!("{east}E"));
    check("letters", each_point(&gpx, letters), &run, SOUND);
    // A run from Fiji's west to its east, in a recording that counts on beyond 180 degrees.
    let over = ten_km().on(Route::new(-16.8, 179.95, 90.0, Shape::Line));
    let beyond = each_point(&as_gpx(&record(&over, &outdoors())), |point| {
        respelled(point, ("lon=\"", "\""), |longitude| match longitude.strip_prefix('-') {
            Some(west) => format!("{}", 360.0 - west.parse::<f64>().expect("a number")),
            None => longitude.to_owned(),
        })
    });
    assert!(beyond.contains("lon=\"180.0"), "{}", &beyond[beyond.len() - 600..]);
    check("beyond 180", beyond, &over, SOUND);
}

#[test]
fn a_position_that_cannot_be_used_is_counted_and_not_shown() {
    let gpx = as_gpx(&record(&ten_km(), &outdoors()));
    let integers = each_point(&gpx, |point| respelled(point, ("lat=\"", "\""), |_| "476000000".to_owned()));
    let (identity, outcome) = measured(&integers);
    assert_eq!(outcome.expect_err("no distance").code(), "no-distance");
    let text = &identity.notes[0].text;
    assert!(text.ends_with("trackpoints have no usable position") && !text.contains("9.4"), "{text}");
}

#[test]
fn a_history_of_version_1_is_read() {
    let run = ten_km();
    let tcx = as_tcx(&record(&run, &outdoors()));
    let (_, rest) = tcx.split_once("<Lap").expect("a lap");
    let (laps, _) = rest.rsplit_once("</Lap>").expect("its end");
    let history = format!(
        "<TrainingCenterDatabase xmlns=\"http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v1\"><History>\
         <Running Name=\"Running\"><Run><Lap{laps}</Lap></Run></Running><Biking Name=\"Biking\"/></History>\
         </TrainingCenterDatabase>"
    );
    let (identity, _) = check("version 1", history, &run, SOUND);
    assert_eq!(identity.sport, firstmile::activity::Sport::Running);
}

#[test]
fn a_race_between_warm_up_and_cool_down_is_a_run_of_its_own() {
    let run = ten_km();
    let gpx = as_gpx(&record(&run, &outdoors()));
    let (head, rest) = gpx.split_once("<trk>").expect("a track");
    let (_, race) = rest.split_once("<trkseg>").expect("a segment");
    let (race, tail) = race.rsplit_once("</trk>").expect("its end");
    // Two minutes of standing at the start and at the end.
    let still = |point: &str, from_s: f64| {
        let (position, _) = point.split_once("<time>").expect("a time");
        let point = |second| format!("{position}<time>{}</time></trkpt>", iso(from_s + f64::from(second)));
        (0..120).map(point).collect::<String>()
    };
    let points: Vec<&str> = race.lines().filter(|line| line.starts_with("<trkpt")).collect();
    let first = still(points[0], run.start_s - 180.0);
    let last = still(points[points.len() - 1], run.timeline().end_s() + 60.0);
    let tracks = |names: [&str; 3]| {
        let [warm_up, race_name, cool_down] = names;
        let bytes = format!(
            "{head}<trk><name>{warm_up}</name><trkseg>{first}</trkseg></trk><trk><name>{race_name}</name><trkseg>\
             {race}</trk><trk><name>{cool_down}</name><trkseg>{last}</trkseg></trk>{tail}"
        );
        ingest::read(bytes.as_bytes()).expect("activities")
    };
    assert_eq!(tracks(["1", "2", "3"]).len(), 1);
    let parts = tracks(["Warm up", "Harbour 10k Race", "Cool down"]);
    assert_eq!(parts.len(), 3);
    assert_eq!(parts[1].name.as_deref(), Some("Harbour 10k Race"));
    assert_eq!(parts[1].samples.len(), points.len());
}
