//! The FIT messages that matter to a run, typed and in SI units; records are in
//! [`record`](super::record).
//!
//! Field numbers, scales and offsets are those of the FIT profile (Garmin FIT SDK, `Profile.xlsx`).
//! A field that is absent or invalid is `None`. Times are raw FIT timestamps: seconds since
//! 1989-12-31.

use crate::activity::{Intensity, LapTrigger, Sex, Sport};

/// Access to one message's raw fields by field number; each decoder implements it.
pub(super) trait Fields {
    /// Returns a number as stored, unscaled; of an array, its first valid element.
    fn number(&self, field: u8) -> Option<f64>;
    /// Returns a text.
    fn text(&self, field: u8) -> Option<String>;
}

/// The field `timestamp`, which has the same number in every message.
pub(super) const TIMESTAMP: u8 = 253;

/// A message, reduced to the fields that are used.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    FileId {
        file_type: Option<f64>,
        maker: Option<f64>,
        product: Option<f64>,
        serial: Option<f64>,
        created: Option<f64>,
        product_name: Option<String>,
    },
    Activity {
        local_timestamp: Option<f64>,
    },
    Session(Session),
    Lap(LapMessage),
    TimerEvent(TimerEvent),
    Sport(Sport, Option<String>),
    WorkoutName(Option<String>),
    UserSex(Option<Sex>),
}

/// A session: one sport's part of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Session {
    pub start: Option<f64>,
    pub sport: Sport,
    pub profile_name: Option<String>,
    pub elapsed_s: Option<f64>,
    pub timer_s: Option<f64>,
    pub distance_m: Option<f64>,
    pub ascent_m: Option<f64>,
    pub descent_m: Option<f64>,
}

/// A lap.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct LapMessage {
    pub start: Option<f64>,
    pub elapsed_s: Option<f64>,
    pub timer_s: Option<f64>,
    pub distance_m: Option<f64>,
    pub trigger: Option<LapTrigger>,
    pub intensity: Option<Intensity>,
}

/// A change of the timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimerEvent {
    Start,
    Stop,
}

/// Returns whether [`parse_message`] may return something for a message number.
pub(super) fn is_wanted(number: u16) -> bool {
    matches!(number, 0 | 3 | 12 | 18 | 19 | 21 | 26 | 34)
}

/// Parses one message; returns `None` if it is not used.
pub(super) fn parse_message(number: u16, fields: &dyn Fields) -> Option<Message> {
    let scaled = |field, scale: f64| fields.number(field).map(|value| value / scale);
    Some(match number {
        0 => Message::FileId {
            file_type: fields.number(0),
            maker: fields.number(1),
            product: fields.number(2),
            serial: fields.number(3),
            created: fields.number(4),
            product_name: fields.text(8),
        },
        3 => Message::UserSex(match fields.number(1) {
            Some(0.0) => Some(Sex::Female),
            Some(1.0) => Some(Sex::Male),
            _ => None,
        }),
        12 => Message::Sport(sport(fields.number(0), fields.number(1)), fields.text(3)),
        18 => Message::Session(Session {
            start: fields.number(2),
            sport: sport(fields.number(5), fields.number(6)),
            profile_name: fields.text(110),
            elapsed_s: scaled(7, 1000.0),
            timer_s: scaled(8, 1000.0),
            distance_m: scaled(9, 100.0),
            ascent_m: fields.number(22),
            descent_m: fields.number(23),
        }),
        19 => Message::Lap(LapMessage {
            start: fields.number(2),
            elapsed_s: scaled(7, 1000.0),
            timer_s: scaled(8, 1000.0),
            distance_m: scaled(9, 100.0),
            trigger: fields.number(24).and_then(LapTrigger::from_fit),
            intensity: fields.number(23).and_then(Intensity::from_fit),
        }),
        // Event 0 is the timer; types 1, 4, 8 and 9 are its stops (plain, all, disable, disable
        // all).
        21 if fields.number(0) == Some(0.0) => match fields.number(1)? as u8 {
            0 => Message::TimerEvent(TimerEvent::Start),
            1 | 4 | 8 | 9 => Message::TimerEvent(TimerEvent::Stop),
            _ => return None,
        },
        26 => Message::WorkoutName(fields.text(8)),
        34 => Message::Activity { local_timestamp: fields.number(5) },
        _ => return None,
    })
}

/// Returns the sport for FIT's `sport` and `sub_sport` numbers.
fn sport(sport: Option<f64>, sub_sport: Option<f64>) -> Sport {
    let Some(number) = sport else { return Sport::Unstated };
    let word = match number as u8 {
        // Generic sport and fitness equipment: the sub-sport may be running.
        0 | 4 => {
            return match (number as u8, sub_sport.map(|sub| sub as u8)) {
                (_, Some(1 | 45)) => Sport::Treadmill,
                (0, Some(3 | 67)) => Sport::Trail,
                (0, Some(4)) => Sport::Track,
                (0, _) => Sport::Unstated,
                _ => Sport::Other("fitness equipment".to_owned()),
            };
        }
        1 => {
            return match sub_sport.map(|sub| sub as u8) {
                Some(1 | 45 | 58) => Sport::Treadmill, // treadmill, indoor running, virtual activity
                Some(3 | 67) => Sport::Trail,          // trail, ultra
                Some(4) => Sport::Track,
                _ => Sport::Running,
            };
        }
        2 => "cycling",
        3 => "transition",
        5 => "swimming",
        6 => "basketball",
        7 => "soccer",
        8 => "tennis",
        9 => "american football",
        10 => "training",
        11 => "walking",
        12 => "cross-country skiing",
        13 => "alpine skiing",
        14 => "snowboarding",
        15 => "rowing",
        16 => "mountaineering",
        17 => "hiking",
        18 => "multisport",
        19 => "paddling",
        20 => "flying",
        21 => "e-biking",
        22 => "motorcycling",
        23 => "boating",
        24 => "driving",
        25 => "golf",
        26 => "hang gliding",
        27 => "horseback riding",
        28 => "hunting",
        29 => "fishing",
        30 => "inline skating",
        31 => "rock climbing",
        32 => "sailing",
        33 => "ice skating",
        34 => "sky diving",
        35 => "snowshoeing",
        36 => "snowmobiling",
        37 => "stand-up paddling",
        38 => "surfing",
        39 => "wakeboarding",
        40 => "water skiing",
        41 => "kayaking",
        42 => "rafting",
        43 => "windsurfing",
        44 => "kitesurfing",
        45 => "tactical",
        46 => "jumpmaster",
        47 => "boxing",
        48 => "floor climbing",
        49 => "baseball",
        53 => "diving",
        62 => "interval training",
        64 => "racket sport",
        65 => "wheelchair walking",
        66 => "wheelchair running",
        67 => "meditation",
        69 => "disc golf",
        71 => "cricket",
        72 => "rugby",
        73 => "hockey",
        74 => "lacrosse",
        75 => "volleyball",
        76 => "water tubing",
        77 => "wakesurfing",
        80 => "mixed martial arts",
        82 => "snorkeling",
        83 => "dance",
        84 => "jump rope",
        // All sports.
        254 => return Sport::Unstated,
        other => return Sport::Other(format!("FIT sport {other}")),
    };
    Sport::Other(word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sub_sport_refines_running() {
        assert_eq!(sport(Some(1.0), Some(1.0)), Sport::Treadmill);
        assert_eq!(sport(Some(1.0), None), Sport::Running);
        assert_eq!(sport(Some(0.0), None), Sport::Unstated);
        assert_eq!(sport(Some(4.0), Some(1.0)), Sport::Treadmill);
        assert_eq!(sport(Some(4.0), Some(45.0)), Sport::Treadmill);
        assert_eq!(sport(Some(4.0), Some(15.0)), Sport::Other("fitness equipment".into()));
        assert_eq!(sport(Some(11.0), None), Sport::Other("walking".into()));
        assert_eq!(sport(Some(84.0), None), Sport::Other("jump rope".into()));
        assert_eq!(sport(Some(200.0), None), Sport::Other("FIT sport 200".into()));
    }
}
