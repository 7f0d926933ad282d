//! The types of the runs table's nested columns.
//!
//! Each list of fields is also the list of Parquet columns: a field's name is its column's name.
//! Meanings and units are documented at the types themselves, most of them in
//! [`measure`](crate::measure).

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::{DataType, Field};

use super::arrow::{Columnar, columnar_pair, columnar_struct, columnar_word};
use super::{RunsTableError, arrow};
use crate::activity::{FileFormat, Intensity, LapTrigger, NameOrigin, Note, Place, Sex, Sport};
use crate::goal::Goal;
use crate::local_time::{OffsetOrigin, UtcOffset};
use crate::measure::{
    Course, DistanceSource, Effort, Grade, HalvesHeart, Heart, Identity, Lap, Ledger, Measured, NoiseSource,
    Positions, Repeat, SamePaceHeart, SamePaceParts, Split, Stop, Stretch, Times, View,
};
use crate::runner::{Origin, Stated};

columnar_struct!(Identity {
    format,
    name,
    name_origin,
    sport,
    race_hint,
    device,
    serial,
    sex,
    start_s,
    utc_offset,
    notes
});
columnar_struct!(UtcOffset { seconds, origin });
columnar_struct!(Note { at, text });

columnar_struct!(Measured {
    ledger, recorded, candidate, unfinished_marathon, grade, course_refused, timer_known, zero_by_timer, paused_s,
    paused_m, stops, cut_short, start_missing, walked, heart_mean_bpm, heart_known, samples;
    // Positions are private: no output contains them unless the user asks.
    positions: Positions::default()
} later { laps, repeats, tail_s });
columnar_struct!(Ledger { device_m, gps_m, source, why, gps_spikes });
columnar_struct!(Grade {
    ascent_m,
    descent_m,
    device_ascent_m,
    device_descent_m,
    noise_m,
    noise_source,
    refused,
    profile_m
});
columnar_struct!(Stop { at_m, length_s });
columnar_struct!(View {
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
    marks_in_gaps_m,
    same_pace,
} later { efforts, halves_heart });
columnar_struct!(Times { elapsed_s, timer_s, moving_s });
columnar_struct!(Split { distance_m, end_m, level_m, times } later { heart_bpm });
columnar_struct!(Repeat { from_s, from_m, length_m, elapsed_s, is_lap });
columnar_struct!(Effort { length_m, from_m, elapsed_s });
columnar_struct!(Lap {
    from_s,
    from_m,
    to_m,
    elapsed_s,
    timer_s,
    moving_s,
    level_m,
    heart_bpm,
    device_m,
    device_elapsed_s,
    device_timer_s,
    trigger,
    intensity
});
columnar_struct!(Stretch { distance_m, level_m, times });
columnar_struct!(Heart { rate_bpm, speed_mps, covered });
columnar_struct!(SamePaceHeart { early_bpm, late_bpm, from_m, to_m, length_s, graded });
columnar_struct!(HalvesHeart { early, late, compared, graded });
columnar_struct!(SamePaceParts { rate_bpm, pace_s_per_m, length_s });
columnar_pair!((f64, Times), at_m, times);

columnar_struct!(Stated { race, course, goals });
columnar_struct!(Goal { course, pace_s_per_m });
columnar_pair!((bool, Origin), is_so, by);
columnar_pair!((Course, Origin), course, by);

columnar_word!(Course, |course| course.code().to_owned(), |word| word.parse().ok());
columnar_word!(Sex, |sex| sex.to_string(), |word| word.parse().ok());
columnar_word!(NameOrigin, |origin| origin.code().to_owned(), |word| {
    NameOrigin::ALL.into_iter().find(|origin| origin.code() == word)
});
columnar_word!(LapTrigger, |trigger| trigger.code().to_owned(), |word| {
    LapTrigger::ALL.into_iter().find(|trigger| trigger.code() == word)
});
columnar_word!(Intensity, |intensity| intensity.code().to_owned(), |word| {
    Intensity::ALL.into_iter().find(|intensity| intensity.code() == word)
});
columnar_word!(NoiseSource, |source| source.code().to_owned(), |word| {
    NoiseSource::ALL.into_iter().find(|source| source.code() == word)
});
columnar_word!(DistanceSource, |source| source.code().to_owned(), |word| {
    [DistanceSource::Device, DistanceSource::Gps].into_iter().find(|source| source.code() == word)
});
columnar_word!(
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
columnar_word!(
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
columnar_word!(
    OffsetOrigin,
    |origin| match origin {
        OffsetOrigin::File => "file",
        OffsetOrigin::Position => "position",
    }
    .to_owned(),
    |word| match word {
        "file" => Some(OffsetOrigin::File),
        "position" => Some(OffsetOrigin::Position),
        _ => None,
    }
);
// Any word that none of the known sports has is kept as the file's own word.
columnar_word!(Sport, |sport| sport.to_string(), |word| {
    let stated = [Sport::Running, Sport::Trail, Sport::Treadmill, Sport::Track, Sport::Unstated];
    Some(
        stated
            .into_iter()
            .find(|sport| sport.to_string() == word)
            .unwrap_or_else(|| Sport::Other(word.to_owned())),
    )
});
columnar_word!(Place, |place| place.to_string(), |word| {
    let (unit, number) = word.split_once(' ')?;
    match unit {
        "byte" => Some(Place::Byte(number.parse().ok()?)),
        "line" => Some(Place::Line(number.parse().ok()?)),
        _ => None,
    }
});
