//! PAY-01: the runner's own payback, seconds lost in the second half for each gained in the first.

use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};

/// What the source says a second too fast in the first half can cost in the second: "as much as
/// double".
const DOUBLE: f64 = 2.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "PAY-01",
    title: "your own payback",
    definition: "Seconds lost in the second half for each second gained in the first, both compared with an even run of the \
                 same fitness, with a 95 % interval. It needs eight or more of the runner's own races, over courses of 10 km \
                 and more that were raced three times or more. The estimate uses ratios within each race, in which fitness and \
                 the day's form cancel: the start, and the second half, each relative to the stretch before half-way. Both \
                 are compared with what is usual on the same course. Hills, wind and GPS errors in that stretch enter both \
                 ratios; their size is estimated from the last quarter against the third, and their effect is taken off. The \
                 share of a fast start that is still there in that stretch is estimated by the fitness in the other races, \
                 and limited to the range from 0 to 0.6 of the start excess. Left out are track sessions, relay legs, runs \
                 with training titles, with stops of over 5 % of the time or with kilometres that differ by 8 %, first \
                 halves that are 4.5 % slower than usual, and starts unlike all others. No figure is given if the interval is \
                 wider than six seconds, if noise may make most of the difference between the starts, if one race decides the \
                 answer, or if the answer is below zero.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The runner's own races; the robust line is Huber's (Huber PJ. Robust statistics. New York: Wiley; 1981). That \
             each second too fast in the first half can cost \"as much as double\" in the second is from the advice article \
             on running cramps that this program grew from.",
    certainty: "Tested on simulated runners, with a day's form of 3 %, fitness known to 2 %, heat on one day in five, two courses \
                of unlike fade, window noise of 0.7, 1.5 and 2.5 %, and true values of 0, 0.5, 1 and 2; also with one race in \
                four a workout and four unlike courses in one class. Wherever 20 of 200 runners or more have an answer, the \
                interval includes the true value in 95 to 100 of 100 cases. It is 1.4 to 4.3 seconds wide. Where starts differ \
                by 4.5 % and windows by 0.7 %, 11 to 40 % of runners with 16 races have an answer, and 54 to 88 % of those with \
                40. Where starts differ by 2 %, as those of real runners do, it is at most 4 % with 16 races, and 6 to 25 % \
                with 40; with noise of 1.5 % or more, at most 7 %. Large values are then estimated too small: 2 as 1.2 to \
                1.5. Permuted starts never get an interval without zero. `cargo test simulated -- --nocapture` prints this. \
                It is an association: the effect of the start cannot be separated from that of a bad day which begins before \
                half-way, of hills where altitude is not trusted, or of heat that comes with fast starts.",
    figures: figures::none,
    not_for: "Runners with fewer than eight such races, and runners who always start alike. With starts that differ by 2 %, as \
              those of most runners do, hardly anybody gets a figure.",
    advice: "",
    check: Check::Trends(check),
};

fn check(context: &Context) -> Option<Finding> {
    let payback = context.trends.payback.as_ref().ok()?;
    let (middle, low, high) = (payback.lost_for_gained, payback.low, payback.high);
    let against = match DOUBLE {
        double if double < low => "more than the source's \"as much as double\"",
        double if double > high => "less than the source's \"as much as double\"",
        _ => "the source's \"as much as double\" is possible",
    };
    let courses: Vec<&str> = payback.courses.iter().map(|course| course.title()).collect();
    let basis = format!("{} races over {}", payback.races, courses.join(", "));
    // What is shown as 0.0 is no loss.
    let sentence = if middle >= 0.05 {
        format!(
            "For each second that you gained in the first half you lost {middle:.1} in the second ({}; {basis}): {against}. \
             Heat, hills and bad days are in it.",
            interval(low, high),
        )
    } else {
        format!(
            "After your faster starts the second half was no slower ({} for each second that you gained in the first half; \
             {basis}): {against}. Heat, hills and bad days are in it.",
            interval(low, high),
        )
    };
    Some(
        RULE.finding(Level::Info, sentence)
            .evidence("lost_for_gained", middle, "s/s")
            .evidence("lost_for_gained_low", low, "s/s")
            .evidence("lost_for_gained_high", high, "s/s")
            .evidence("races", payback.races as f64, "races"),
    )
}

/// Formats the interval: "95 % 0.4 to 1.6", "95 % from 0.2 won to 1.6 lost".
fn interval(low: f64, high: f64) -> String {
    if low > -0.05 {
        format!("95 % {:.1} to {high:.1}", low.max(0.0))
    } else {
        format!("95 % from {:.1} won to {high:.1} lost", -low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{NoPayback, Payback, Trends};
    use crate::measure::Course;
    use crate::runner::Runner;
    use crate::units::Units;

    fn sentence(payback: Result<(f64, f64, f64), NoPayback>) -> String {
        let payback = payback.map(|(lost_for_gained, low, high)| Payback {
            lost_for_gained,
            low,
            high,
            races: 12,
            courses: vec![Course::K10, Course::Marathon],
        });
        let trends = Trends { payback, ..Trends::default() };
        let context = Context { trends: &trends, runner: &Runner::default(), units: Units::Miles };
        RULE.find_over_time(&context).map_or_else(String::new, |finding| finding.sentence)
    }

    #[test]
    fn the_source_is_compared_with_the_interval() {
        assert_eq!(
            sentence(Ok((0.9, 0.4, 1.6))),
            "For each second that you gained in the first half you lost 0.9 in the second (95 % 0.4 to 1.6; 12 races over 10 \
             km, marathon): less than the source's \"as much as double\". Heat, hills and bad days are in it."
        );
        assert!(sentence(Ok((1.5, -0.2, 3.0))).contains(
            "lost 1.5 in the second (95 % from 0.2 won to 3.0 lost; 12 races over 10 km, marathon): the source's \"as much as \
             double\" is possible"
        ));
        assert!(sentence(Ok((4.0, 2.5, 5.0))).contains("more than the source's \"as much as double\""));
        assert_eq!(sentence(Err(NoPayback::TooFewRaces(3))), "");
    }

    #[test]
    fn a_middle_value_below_zero_reads_as_english() {
        assert_eq!(
            sentence(Ok((-0.2, -0.9, 0.6))),
            "After your faster starts the second half was no slower (95 % from 0.9 won to 0.6 lost for each second that you \
             gained in the first half; 12 races over 10 km, marathon): less than the source's \"as much as double\". Heat, \
             hills and bad days are in it."
        );
        for middle in [-0.29, -0.04, 0.04, 0.05] {
            let sentence = sentence(Ok((middle, -0.04, 2.5)));
            assert!(!sentence.contains(['-', '−']) && sentence.contains("95 % 0.0 to 2.5"), "{sentence}");
            assert_eq!(sentence.contains("you lost"), middle >= 0.05, "{sentence}");
        }
    }
}
