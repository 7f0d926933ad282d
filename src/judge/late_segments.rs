//! The late stretches of a long run against its steady part: what the wall and a fade are told by.

use crate::history::Run;

/// Standing this long in slow segments is mentioned, seconds.
pub(super) const STOOD_S: f64 = 60.0;
/// The shortest run that has late stretches, metres (DESIGN, FADE-01).
const FROM_M: f64 = 30_000.0;

/// A run's steady part and what came after.
pub(super) struct Late {
    /// Pace of the steady part, 5–20 km of a marathon, s/m on the run's basis.
    pub before_s_per_m: f64,
    /// Where the steady part lies, metres.
    pub before_m: (f64, f64),
    /// The four stretches behind it, as far as the run goes.
    pub stretches: Vec<LateSegment>,
}

/// One late stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct LateSegment {
    /// Where it begins, metres.
    pub from_m: f64,
    /// Where it ends, metres.
    pub to_m: f64,
    /// Its pace over that of the steady part.
    pub ratio: f64,
    /// Seconds of it spent standing.
    pub standing_s: f64,
    /// Seconds on the basis from the start of the run to its beginning.
    pub begins_s: f64,
}

impl Late {
    /// The late part of a run of 30 km or more: the same shares of any distance, the exact kilometres of a marathon; of a
    /// marathon that was not finished, as many as there are.
    pub(super) fn of(run: &Run) -> Option<Self> {
        let view = run.view;
        let basis = run.decision.basis;
        if !view.marathon && (run.measured.cut_short || view.distance_m < FROM_M) {
            return None;
        }
        let marks = &view.late_marks;
        let [(begin_m, begin), (steady_m, steady), ..] = marks[..] else { return None };
        let before_s_per_m = (steady.on(basis) - begin.on(basis)) / (steady_m - begin_m);
        let stretches: Vec<LateSegment> = marks[1..]
            .windows(2)
            .map(|pair| {
                let ((from_m, from), (to_m, to)) = (pair[0], pair[1]);
                let times = to - from;
                LateSegment {
                    from_m,
                    to_m,
                    ratio: times.on(basis) / (to_m - from_m) / before_s_per_m,
                    standing_s: times.on(basis) - times.moving_s,
                    begins_s: from.on(basis),
                }
            })
            .collect();
        (before_s_per_m > 0.0 && !stretches.is_empty()).then_some(Self {
            before_s_per_m,
            before_m: (begin_m, steady_m),
            stretches,
        })
    }
}

impl LateSegment {
    /// "30–35 km".
    pub(super) fn name(&self) -> String {
        kilometres(self.from_m, self.to_m)
    }
}

/// "5–20 km", with decimals where the marks are no whole kilometres.
pub(super) fn kilometres(from_m: f64, to_m: f64) -> String {
    let round = |metres: f64| (metres / 1000.0).fract().abs() < 1e-9;
    let decimals = usize::from(!(round(from_m) && round(to_m)));
    format!("{:.decimals$}–{:.decimals$} km", from_m / 1000.0, to_m / 1000.0)
}
