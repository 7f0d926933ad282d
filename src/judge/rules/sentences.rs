//! A list of the sentences that the rules print, kept as a snapshot for review.
//!
//! Each branch of each sentence has a made-up run that leads to it. A new branch needs a new run
//! here. What the snapshot shows is what a runner reads.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::RULES;
use super::made_up::{MadeUpRun, trends_of_splits};
use crate::activity::{Note, Sex};
use crate::history::{Follows, LongRun, Payback, Trends};
use crate::judge::model::{Context, Finding};
use crate::measure::Course;
use crate::runner::Runner;
use crate::units::Units;

const HALF_M: f64 = 21_097.5;
const MARATHON_M: f64 = 42_195.0;

/// Returns a marathon by its end, metres, and pace, s/km, of each leg.
fn marathon(legs: &[(f64, f64)]) -> MadeUpRun {
    MadeUpRun::race(legs)
}

/// Returns a race with a start excess, that keeps one pace afterwards.
fn race(length_m: f64, excess_pct: f64) -> MadeUpRun {
    MadeUpRun::race(&[(0.237 * length_m, 300.0), (length_m, 300.0 / (1.0 - excess_pct / 100.0))])
}

/// The made-up runs.
fn runs() -> Vec<MadeUpRun> {
    let down_then_up = |m: f64| 100.0 - 0.02 * m.min(5_000.0) + 0.02 * (m - HALF_M / 2.0).max(0.0);
    let fast_and_wall = [(10_000.0, 300.0), (30_000.0, 318.0), (MARATHON_M, 420.0)];
    let noted = |race: MadeUpRun| {
        let mut race = race;
        race.activity.notes = vec![
            Note::general("two samples were out of order and were sorted"),
            Note::general("the file ends early"),
        ];
        race
    };
    vec![
        // START-01, RISK-01, COST-01, CRAMP-01: fast starts by sex, and by what followed.
        MadeUpRun::marathon(4.5).sex(Sex::Male),
        MadeUpRun::marathon(2.5).sex(Sex::Female),
        MadeUpRun::marathon(9.0),
        MadeUpRun::marathon(-2.0).sex(Sex::Female),
        MadeUpRun::marathon(0.5),
        marathon(&[(7_000.0, 290.0), (10_000.0, 310.0), (MARATHON_M, 312.0)]).sex(Sex::Male),
        marathon(&[(5_000.0, 300.0), (10_000.0, 320.0), (MARATHON_M, 330.0)]).sex(Sex::Male),
        marathon(&[(15_000.0, 300.0), (MARATHON_M, 318.0)]).sex(Sex::Male),
        // Too few women so fast began so fast: runners of any pace count.
        marathon(&[(10_000.0, 225.0), (MARATHON_M, 247.0)]).sex(Sex::Female),
        // HEAT-01: with model K, and without it.
        MadeUpRun::marathon(4.5).sex(Sex::Male).temperature("24C"),
        MadeUpRun::marathon(4.5).temperature("-5C"),
        // A gap at 15 km: the model without the slowing.
        MadeUpRun::marathon(4.5).gap(14_800.0, 15_300.0).sex(Sex::Male),
        MadeUpRun::marathon(4.5).gap(14_800.0, 15_300.0),
        MadeUpRun::marathon(4.5).hills(|m| 0.01 * m.min(10_000.0)).sex(Sex::Male),
        marathon(&[(10_000.0, 300.0), (25_000.0, 320.0)]).cut_short(Course::Marathon).sex(Sex::Male),
        marathon(&[(10_000.0, 300.0), (20_500.0, 320.0)]).cut_short(Course::Marathon).sex(Sex::Male),
        race(10_000.0, 8.0),
        race(10_000.0, 5.0).units(Units::Kilometres),
        MadeUpRun::training(&[(5_000.0, 300.0), (20_000.0, 330.0)]),
        // WALL-01 and FADE-01.
        marathon(&fast_and_wall).sex(Sex::Male),
        marathon(&[(20_000.0, 240.0), (MARATHON_M, 300.1)]).sex(Sex::Female),
        marathon(&[(32_000.0, 300.0), (MARATHON_M, 300.0)]).stop(32_000.0, 500.0, false),
        marathon(&[(25_000.0, 300.0), (38_000.0, 400.0)]).cut_short(Course::Marathon),
        marathon(&[(30_000.0, 300.0), (35_000.0, 340.0), (MARATHON_M, 300.0)]),
        MadeUpRun::race(&[(37_000.0, 300.0), (50_000.0, 350.0)]).stop(40_000.0, 100.0, false),
        marathon(&[(30_000.0, 300.0), (42_195.0, 400.0)]).units(Units::Kilometres),
        marathon(&[(30_000.0, 300.0), (35_000.0, 340.0), (MARATHON_M, 300.0)]).units(Units::Kilometres),
        // SPLIT-01: each form of the range over days.
        marathon(&[(HALF_M, 310.0), (MARATHON_M, 362.0)]).sex(Sex::Male),
        marathon(&[(HALF_M, 300.0), (MARATHON_M, 380.0)]).sex(Sex::Female),
        marathon(&[(HALF_M, 240.0), (MARATHON_M, 262.0)]).sex(Sex::Male),
        marathon(&[(HALF_M, 400.0), (MARATHON_M, 530.0)]),
        // HALF-01.
        race(HALF_M, 6.5).sex(Sex::Male),
        race(HALF_M, 3.0),
        race(HALF_M, 6.5).hills(down_then_up),
        // HIST-01.
        MadeUpRun::race(&[(10_000.0, 265.0), (HALF_M, 300.0)]).supported(300.0),
        // GRADE-01: the start, the split, both.
        MadeUpRun::race(&[(5_000.0, 300.0), (HALF_M, 312.0)]).hills(|m| 100.0 - 0.02 * m.min(5_000.0)),
        MadeUpRun::race(&[(10_548.75, 300.0), (HALF_M, 330.0)]).hills(|m| 0.02 * (m - 10_548.75).max(0.0)),
        // MILE-01 and MILE-02.
        race(10_000.0, 2.0).goal("50:00", Course::K10),
        race(10_000.0, 2.0).goal("51:30", Course::K10),
        race(10_000.0, 2.0).goal("49:40", Course::K10),
        race(10_000.0, 2.0).goal("56:00", Course::K10).hills(|m| 0.01 * m),
        MadeUpRun::race(&[(2_000.0, 310.0), (10_000.0, 300.0)]),
        MadeUpRun::race(&[(2_400.0, 300.0), (8_000.0, 325.0), (10_000.0, 280.0)]),
        // DRIFT-01.
        marathon(&[(MARATHON_M, 300.0)]).heart(|m| if m < 20_000.0 { 150.0 } else { 168.0 }),
        marathon(&[(MARATHON_M, 300.0)])
            .units(Units::Kilometres)
            .hr_max(190.0)
            .heart(|m| if m < 20_000.0 { 150.0 } else { 160.0 }),
        marathon(&[(MARATHON_M, 300.0)])
            .hills(|m| 0.01 * m.min(10_000.0))
            .heart(|m| if m < 20_000.0 { 150.0 } else { 160.0 }),
        // DRIFT-02: faster, as fast, slower; grade-adjusted.
        MadeUpRun::training(&[(15_000.0, 300.0)]).heart(|m| if m < 7_500.0 { 150.0 } else { 159.0 }),
        MadeUpRun::training(&[(7_500.0, 300.0), (15_000.0, 306.0)])
            .hills(|m| 0.01 * m.min(2_000.0))
            .units(Units::Kilometres)
            .heart(|_| 150.0),
        MadeUpRun::training(&[(15_000.0, 300.0)]).heart(|m| if m < 7_500.0 { 150.0 } else { 146.0 }),
        // PAUSE-01, DIST-01, DATA-01.
        MadeUpRun::race(&[(5_000.0, 300.0), (10_000.0, 299.0)]).stop(8_000.0, 60.0, true),
        race(12_000.0, 0.0).course_refused("not put on the marathon scale: its 12.00 km are 71.6 % shorter"),
        noted(race(10_000.0, 0.0)),
    ]
}

/// The findings over time, each with its runner's trends.
fn trends() -> Vec<Trends> {
    let training = |starts: &[bool], follows: Follows| {
        let run = |(week, held_back): (usize, &bool)| LongRun {
            entry: week,
            local_s: 604_800.0 * week as f64,
            held_back: *held_back,
        };
        let training =
            crate::history::Training { long_runs: starts.iter().enumerate().map(run).collect(), follows };
        Trends { training, ..Trends::default() }
    };
    let payback = |(lost_for_gained, low, high): (f64, f64, f64)| {
        let courses = vec![Course::K10, Course::Marathon];
        let payback = Payback { lost_for_gained, low, high, races: 12, courses };
        Trends { payback: Ok(payback), ..Trends::default() }
    };
    vec![
        trends_of_splits(&[(Course::K10, &[-1.0, 2.0, 0.5])]),
        trends_of_splits(&[(Course::K10, &[-1.0, 2.0, 0.5]), (Course::Marathon, &[3.0, -0.5, 8.0])]),
        payback((0.9, 0.4, 1.6)),
        payback((1.5, -0.2, 3.0)),
        payback((4.0, 2.5, 5.0)),
        payback((-0.1, -0.9, 0.7)),
        payback((0.02, 0.0, 0.9)),
        training(&[true, true, false, true], Follows::TooFew(0)),
        training(&[false, false], Follows::Tau(-0.7, 0.01, 9)),
        training(&[true, true, true, false], Follows::Tau(0.7, 0.01, 9)),
        training(&[true, false], Follows::Tau(-0.3, 0.3, 9)),
    ]
}

/// Returns every finding of the runs and trends, by rule.
fn findings() -> BTreeMap<&'static str, Vec<Finding>> {
    let mut found: BTreeMap<&'static str, Vec<Finding>> = BTreeMap::new();
    let mut keep = |finding: Finding| {
        let of_rule = found.entry(finding.id).or_default();
        if of_rule.iter().all(|known| known.sentence != finding.sentence) {
            of_rule.push(finding);
        }
    };
    for run in runs() {
        RULES.iter().filter_map(|rule| run.find(rule)).for_each(&mut keep);
    }
    for trends in trends() {
        let context = Context { trends: &trends, runner: &Runner::default(), units: Units::Miles };
        RULES.iter().filter_map(|rule| rule.find_over_time(&context)).for_each(&mut keep);
    }
    found
}

#[test]
fn the_sentences_of_every_rule_are_unchanged() {
    let found = findings();
    let mut text = String::new();
    for rule in RULES {
        let sentences =
            found.get(rule.id).unwrap_or_else(|| panic!("{} has no sentence in the list", rule.id));
        writeln!(text, "{}", rule.id).expect("a string");
        for finding in sentences {
            writeln!(text, "  {}: {}", finding.level, finding.sentence).expect("a string");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_sentence_with_a_share_has_its_runners_and_its_days() {
    for finding in findings().values().flatten() {
        let sentence = &finding.sentence;
        if sentence.contains(" of 100") || sentence.contains(" in 100") {
            assert!(sentence.contains(" finishers, "), "{sentence}");
            assert!(sentence.contains(" race days"), "{sentence}");
        }
        let shares = finding.evidence.iter().filter(|number| number.name.contains("share"));
        assert!(
            shares.clone().all(|share| share.pool.is_some_and(|pool| pool.days.is_some())),
            "{finding:?}"
        );
    }
}

#[test]
fn no_sentence_has_a_word_for_a_chance() {
    for finding in findings().values().flatten() {
        for word in ["typical", "elevated", "normal", "ideal", "chance of cramp", "should have"] {
            assert!(!finding.sentence.contains(word), "{}", finding.sentence);
        }
    }
}
