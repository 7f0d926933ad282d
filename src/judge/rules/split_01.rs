//! SPLIT-01: the positive split against others'.

use crate::history::Run;
use crate::judge::evidence::tables::{FLAT_POOL, finish_band, people, races, splits};
use crate::judge::model::{Context, Finding, Level, Pool, Rule, Steps, thousands};
use crate::measure::{Basis, Course};

/// More of these in a hundred split less.
const STEPS: Steps = &[(75.0, Level::Note), (90.0, Level::Warning)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "SPLIT-01",
    title: "split against others",
    definition: "A marathon's positive split (second half against the first, elapsed) among those of the same sex and \
                 finishing band: sub-3, 3:00–3:30, 3:30–4:00, 4:00–4:30, 4:30–5:00, 5:00+.",
    thresholds: |_| STEPS,
    thresholds_unit: "th percentile",
    source: "Chicago 2023, a flat course: half of its finishers, 23,331 runners, from the public results in the repository \
             gden173/chicago-marathon-2023.",
    certainty: "One race on one day. Bands are by finishing time, so slow bands contain those who faded: the same split \
                looks commoner there.",
    not_for: "Anything but marathons; hilly courses, where hills make the split.",
    advice: "",
    check,
};

fn check(run: &Run, context: &Context) -> Option<Finding> {
    let view = run.view;
    if !run.is_race() || view.course != Some(Course::Marathon) {
        return None;
    }
    let sex = context.runner.sex(run.identity.sex).map(|(sex, _)| sex);
    let finish_s = view.total.elapsed_s;
    let row = splits(FLAT_POOL, sex, finish_s)?;
    let split_pct = view.positive_split_pct(Basis::Elapsed);
    let level = match split_pct {
        pct if pct > row.p90 => Level::Warning,
        pct if pct > row.p75 => Level::Note,
        _ => return None,
    };
    let below = row.below(split_pct);
    let band = match finish_band(finish_s) {
        "sub-3" => "under 3:00".to_owned(),
        "5:00+" => "5:00 or more".to_owned(),
        band => band.replace('-', "–"),
    };
    let sentence = format!(
        "Your second half was {split_pct:.1} % slower than the first: more than that of {below} in 100 {} who took {band} at \
         {} (n = {}).",
        people(sex),
        races::FLAT,
        thousands(row.n)
    );
    let pool = Pool { name: races::FLAT, n: row.n };
    Some(
        RULE.finding(level, sentence)
            .evidence("positive_split_pct", split_pct, "%")
            .reference("percentile", f64::from(below), "of 100", pool)
            .reference("p75_positive_split_pct", row.p75, "%", pool)
            .reference("p90_positive_split_pct", row.p90, "%", pool),
    )
}
