//! The late segments of a long run compared with its steady part, for WALL-01 and FADE-01.
//!
//! In a marathon the steady part is 5–20 km and the late segments are the four of 5 km from 20 km
//! to 40 km. Other distances use the same shares. Distances are metres, paces s/m on the run's
//! basis.

use crate::history::Run;
use crate::measure::Times;
use crate::units::{MILE_M, Units};

/// The shortest standing in slow segments that a finding mentions, seconds.
pub(super) const STOOD_S: f64 = 60.0;
/// The shortest run that has late segments, metres.
const FROM_M: f64 = 30_000.0;

/// A run's steady part and the late segments after it.
pub(super) struct LatePart {
    /// Pace of the steady part, s/m on the run's basis.
    pub steady_s_per_m: f64,
    /// Start and end of the steady part, metres.
    pub steady_m: (f64, f64),
    /// The late segments, in order; an unfinished marathon has fewer than four.
    pub segments: Vec<LateSegment>,
}

/// One late segment.
#[derive(Debug, Clone, Copy)]
pub(super) struct LateSegment {
    /// Its start, metres.
    pub from_m: f64,
    /// Its end, metres.
    pub to_m: f64,
    /// Its pace divided by the steady part's; above one is slower.
    pub ratio: f64,
    /// Seconds of it spent standing.
    pub standing_s: f64,
    /// The run's times at its start.
    pub begins: Times,
}

impl LatePart {
    /// Returns the late part of a marathon or of another whole run of 30 km or more.
    ///
    /// Returns `None` for any other run, and for a marathon that ends before the first late
    /// segment.
    pub(super) fn of(run: &Run) -> Option<Self> {
        let view = run.view;
        let basis = run.decision.basis;
        if !view.marathon && (run.measured.cut_short || view.distance_m < FROM_M) {
            return None;
        }
        let marks = &view.late_marks;
        let [(begin_m, begin), (end_m, end), ..] = marks[..] else { return None };
        let steady_s_per_m = (end.on(basis) - begin.on(basis)) / (end_m - begin_m);
        let segments: Vec<LateSegment> = marks[1..]
            .windows(2)
            .map(|pair| {
                let ((from_m, from), (to_m, to)) = (pair[0], pair[1]);
                let times = to - from;
                LateSegment {
                    from_m,
                    to_m,
                    ratio: times.on(basis) / (to_m - from_m) / steady_s_per_m,
                    standing_s: times.on(basis) - times.moving_s,
                    begins: from,
                }
            })
            .collect();
        (steady_s_per_m > 0.0 && !segments.is_empty()).then_some(Self {
            steady_s_per_m,
            steady_m: (begin_m, end_m),
            segments,
        })
    }
}

impl LateSegment {
    /// Returns the segment's name: "30–35 km", by miles "miles 19–22 (30–35 km)".
    pub(super) fn name(&self, units: Units) -> String {
        let km = kilometres(self.from_m, self.to_m);
        match units {
            Units::Kilometres => km,
            Units::Miles => format!("miles {}–{} ({km})", mile_of(self.from_m), mile_of(self.to_m)),
        }
    }
}

/// Returns a place for a sentence: "30 km", by miles "mile 19 (30 km)".
pub(super) fn place_in(units: Units, at_m: f64) -> String {
    let km = format!("{:.0} km", at_m / 1000.0);
    match units {
        Units::Kilometres => km,
        Units::Miles => format!("mile {} ({km})", mile_of(at_m)),
    }
}

/// Returns the number of the mile that follows a mark.
fn mile_of(at_m: f64) -> u32 {
    (at_m / MILE_M).ceil() as u32
}

/// Formats a range: "5–20 km", with one decimal if a mark is not a whole kilometre.
pub(super) fn kilometres(from_m: f64, to_m: f64) -> String {
    let round = |metres: f64| (metres / 1000.0).fract().abs() < 1e-9;
    let decimals = usize::from(!(round(from_m) && round(to_m)));
    format!("{:.decimals$}–{:.decimals$} km", from_m / 1000.0, to_m / 1000.0)
}
