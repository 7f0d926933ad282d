//! SPLIT-02: how many of the own races had a faster second half, beside other marathon runners.

use crate::judge::evidence::figures;
use crate::judge::evidence::tables::{people, races, splits_of_all};
use crate::judge::model::{Check, Context, Finding, Level, Pool, Rule};
use crate::measure::Course;

/// A course is named from this number of races on.
const ENOUGH: usize = 3;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "SPLIT-02",
    title: "negative splits",
    definition: "The races over certified courses whose second half was faster than the first, by elapsed time and as run: of \
                 all, and of each course with three or more. With a marathon among them, the share of marathon finishers \
                 with such a split is told beside it.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "744,134 finishers of 24 marathon days, 625,596 of 20 days with the sex known (explain RISK-01 names them).",
    certainty: "A count of own races. The share of others is one of all paces and days, and differs much by day. It says nothing \
                of what a negative split would have gained.",
    figures: figures::none,
    not_for: "Courses whose hills make the split.",
    advice: "",
    check: Check::Trends(check),
};

fn check(context: &Context) -> Option<Finding> {
    let counts: Vec<(Course, usize, usize)> = context
        .trends
        .courses
        .iter()
        .map(|trend| {
            let negative = trend.points.iter().filter(|point| point.positive_split_pct < 0.0).count();
            (trend.course, negative, trend.points.len())
        })
        .collect();
    let (negative, all) = counts.iter().fold((0, 0), |sum, count| (sum.0 + count.1, sum.1 + count.2));
    if all < ENOUGH {
        return None;
    }
    let courses: Vec<String> = counts
        .iter()
        .filter(|(.., races)| *races >= ENOUGH && *races < all)
        .map(|(course, negative, races)| format!("{} {negative} of {races}", course.title()))
        .collect();
    let courses = if courses.is_empty() { String::new() } else { format!(" ({})", courses.join(", ")) };
    let sentence = format!(
        "Second half faster than the first in {negative} of {all} races over certified courses{courses}."
    );
    let sex = context.runner.sex(None).map(|(sex, _)| sex);
    let others = splits_of_all(sex).filter(|_| counts.iter().any(|count| count.0 == Course::Marathon));
    let Some(others) = others else {
        return Some(finding(sentence, negative, all));
    };
    let pool = Pool {
        name: if sex.is_some() { races::WALL } else { races::WALL_ANY_SEX },
        n: others.n,
        days: Some(others.days),
    };
    let share = others.share_below(0.0).round();
    let sentence = format!(
        "{sentence} Of marathon {} {share} in 100 did so ({}).",
        if sex.is_some() { people(sex) } else { "finishers" },
        pool.size("finishers")
    );
    let finding = finding(sentence, negative, all);
    Some(finding.reference("negative_split_share", share, "of 100", pool))
}

fn finding(sentence: String, negative: usize, all: usize) -> Finding {
    RULE.finding(Level::Info, sentence)
        .evidence("negative_splits", negative as f64, "races")
        .evidence("races", all as f64, "races")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::Sex;
    use crate::judge::rules::made_up::trends_of_splits;
    use crate::runner::{Origin, Runner};
    use crate::units::Units;

    fn found(courses: &[(Course, &[f64])], sex: Option<Sex>) -> Option<Finding> {
        let trends = trends_of_splits(courses);
        let runner = Runner { sex: sex.map(|sex| (sex, Origin::Flag)), ..Runner::default() };
        check(&Context { trends: &trends, runner: &runner, units: Units::Miles })
    }

    #[test]
    fn own_races_are_counted_beside_other_marathon_runners() {
        let races: &[(Course, &[f64])] =
            &[(Course::K10, &[-1.0, 2.0, 0.0]), (Course::Marathon, &[3.0, -0.1, 8.0, 4.0])];
        let finding = found(races, Some(Sex::Female)).expect("a finding");
        assert!(
            finding.sentence.starts_with(
                "Second half faster than the first in 2 of 7 races over certified courses (10 km 1 of 3, marathon 1 of 4). Of marathon women "
            ),
            "{}",
            finding.sentence
        );
        assert_eq!(
            found(&races[..1], None).expect("one").sentence,
            "Second half faster than the first in 1 of 3 races over certified courses."
        );
        assert_eq!(found(&[(Course::K10, &[-1.0, 2.0])], None), None, "two races are too few");
    }
}
