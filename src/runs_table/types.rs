//! The shapes of what is kept: field by field as [`measure`](crate::measure) says them.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, Field};

use super::arrow::{Columnar, pair, shape, words};
use super::{RunsTableError, arrow};
use crate::activity::{FileFormat, Note, Place, Sex, Sport};
use crate::measure::{
    Course, DistanceSource, Grade, Heart, Identity, Ledger, Measured, Positions, Split, Stop, Stretch, Times,
    View,
};
use crate::runner::{Goal, Origin, Stated};

shape!(Identity { format, name, sport, race_hint, device, serial, sex, start_s, utc_offset_s, notes });
shape!(Note { at, text });

shape!(Measured {
    ledger, recorded, candidate, unfinished_marathon, grade, course_refused, timer_known, zero_by_timer, paused_s,
    paused_m, stops, cut_short, heart_known, samples;
    // Where somebody runs is in no output.
    positions: Positions::default()
});
shape!(Ledger { device_m, gps_m, source, why, gps_spikes });
shape!(Grade { ascent_m, descent_m, noise_m, refused, profile_m });
shape!(Stop { at_m, length_s });
shape!(View {
    course,
    marathon,
    scale,
    distance_m,
    lead_s,
    tail_m,
    total,
    miles,
    kms,
    first_mile,
    final_mile,
    first_half,
    second_half,
    start_window,
    rest_window,
    marks_5k,
    late_marks,
    heart_5k,
    at_half_marathon,
});
shape!(Times { elapsed_s, timer_s, moving_s });
shape!(Split { distance_m, end_m, level_m, times });
shape!(Stretch { distance_m, level_m, times });
shape!(Heart { rate_bpm, speed_mps, covered });
pair!((f64, Times), at_m, times);

shape!(Stated { race, course, goals });
shape!(Goal { course, pace_s_per_m });
pair!((bool, Origin), is_so, by);
pair!((Course, Origin), course, by);

words!(Course, |course| course.code().to_owned(), |word| word.parse().ok());
words!(Sex, |sex| sex.to_string(), |word| word.parse().ok());
words!(DistanceSource, |source| source.code().to_owned(), |word| {
    [DistanceSource::Device, DistanceSource::Gps].into_iter().find(|source| source.code() == word)
});
words!(
    FileFormat,
    |format| match format {
        FileFormat::Fit => "fit",
        FileFormat::Gpx => "gpx",
        FileFormat::Tcx => "tcx",
    }
    .to_owned(),
    |word| match word {
        "fit" => Some(FileFormat::Fit),
        "gpx" => Some(FileFormat::Gpx),
        "tcx" => Some(FileFormat::Tcx),
        _ => None,
    }
);
words!(
    Origin,
    |by| match by {
        Origin::Flag => "flag",
        Origin::Profile => "profile",
        Origin::File => "file",
    }
    .to_owned(),
    |word| match word {
        "flag" => Some(Origin::Flag),
        "profile" => Some(Origin::Profile),
        "file" => Some(Origin::File),
        _ => None,
    }
);
// A sport that has no case of its own is told by the file's word, which none of these is.
words!(Sport, |sport| sport.to_string(), |word| {
    let stated = [Sport::Running, Sport::Trail, Sport::Treadmill, Sport::Track, Sport::Unstated];
    Some(
        stated
            .into_iter()
            .find(|sport| sport.to_string() == word)
            .unwrap_or_else(|| Sport::Other(word.to_owned())),
    )
});
words!(Place, |place| place.to_string(), |word| {
    let (unit, number) = word.split_once(' ')?;
    match unit {
        "byte" => Some(Place::Byte(number.parse().ok()?)),
        "line" => Some(Place::Line(number.parse().ok()?)),
        _ => None,
    }
});
