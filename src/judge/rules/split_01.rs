//! SPLIT-01: a marathon's positive split compared with other runners'.

use crate::history::Run;
use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{FLAT_POOL, finish_band, people, races, splits};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule, Steps};
use crate::measure::{Basis, Course};
use crate::phrases::thousands;

/// Percentiles of the positive split.
const STEPS: Steps = &[(75.0, Level::Note), (90.0, Level::Warning)];

pub(in crate::judge) static RULE: Rule = Rule {
    id: "SPLIT-01",
    title: "split against others",
    definition: "A marathon's positive split (second half against the first, elapsed time) among those of runners of the \
                 same sex and finishing band: sub-3, 3:00–3:30, 3:30–4:00, 4:00–4:30, 4:30–5:00, 5:00+.",
    thresholds: |_| STEPS,
    thresholds_unit: "th percentile",
    source: "Chicago 2023, a flat course: half of its finishers, 23,331 runners, from the public results in the repository \
             gden173/chicago-marathon-2023.",
    certainty: "One race on one day. Bands are by finishing time, so slow bands include runners who faded, and the same \
                split looks more common there.",
    figures: figures::splits,
    not_for: "Anything but marathons. Hilly courses, where the hills make the split.",
    advice: "",
    check: Check::Run(check),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::MadeUpRun;

    // For men of 3:30 to 4:00 at Chicago the 75th percentile is 11.61 %, the 90th is 19.28 %.
    fn man(split_pct: f64) -> MadeUpRun {
        let first = 2.0 * 3.75 * 3600.0 / 42.195 / (2.0 + split_pct / 100.0);
        MadeUpRun::race(&[(21_097.5, first), (42_195.0, first * (1.0 + split_pct / 100.0))]).sex(Sex::Male)
    }

    #[test]
    fn a_split_is_judged_by_the_75th_and_the_90th_percentile() {
        for (split_pct, level) in [(11.5, ""), (11.7, "note"), (19.2, "note"), (19.4, "warning")] {
            assert_eq!(man(split_pct).level(&RULE), level, "{split_pct}");
        }
        let sentence = man(11.7).find(&RULE).expect("a finding").sentence;
        assert!(
            sentence
                .ends_with("more than that of 75 in 100 men who took 3:30–4:00 at Chicago 2023 (n = 2,904)."),
            "{sentence}"
        );
    }

    #[test]
    fn only_marathon_races_are_compared() {
        assert_eq!(MadeUpRun::race(&[(10_548.75, 300.0), (21_097.5, 390.0)]).level(&RULE), "");
        assert_eq!(MadeUpRun::training(&[(21_097.5, 300.0), (42_195.0, 390.0)]).level(&RULE), "");
    }
}
