//! PAY-01: the runner's own payback, seconds lost in the second half for each gained in the first.

use crate::judge::evidence::figures;
use crate::judge::model::{Check, Context, Finding, Level, Rule};

/// The folk rule: seconds that each second too fast in the first half costs in the second.
const FOLK_RULE: f64 = 2.0;

pub(in crate::judge) static RULE: Rule = Rule {
    id: "PAY-01",
    title: "your own payback",
    definition: "Seconds lost in the second half for each second gained in the first, both compared with an even run of the \
                 same fitness, with a 95 % interval. It needs eight or more of the runner's own races, over courses of 10 km \
                 and more that were raced three times or more. The estimate uses ratios within each race, in which fitness and \
                 the day's form cancel: the start, and the second half, each relative to the stretch before half-way. Both \
                 are compared with what is usual on the same course. The share of a fast start that is still there in that \
                 stretch is estimated by the fitness in the other races, and limited to the range from 0 to 0.6 of the start \
                 excess. An interval wider than six seconds is not reported.",
    thresholds: |_| &[],
    thresholds_unit: "",
    source: "The runner's own races; the robust line is Huber's (Huber PJ. Robust statistics. New York: Wiley; 1981). The folk \
             rule, that each second too fast in the first half costs two in the second, is from the advice article on running \
             cramps that this program grew from.",
    certainty: "Tested on simulated runners, with a day's form of 3 %, fitness known to 2 %, heat on one day in five, two courses \
                of unlike fade, and true values of 0, 0.5, 1 and 2. The interval includes the true value in 91 to 99 of 100 \
                cases. It is 1.8 seconds wide at 15 races, and 2.7 where the true value is 2; `cargo test payback -- \
                --nocapture` prints this. It is an association: the effect of the start cannot be separated from that of a bad \
                day which begins before half-way, of hills where altitude is not trusted, or of heat that comes with fast \
                starts.",
    figures: figures::none,
    not_for: "Runners with fewer than eight such races, and runners who always start alike.",
    advice: "",
    check: Check::Trends(check),
};

fn check(context: &Context) -> Option<Finding> {
    let payback = context.trends.payback.as_ref().ok()?;
    let (middle, low, high) = (payback.lost_for_gained, payback.low, payback.high);
    let against = match FOLK_RULE {
        folk if folk < low => "more than the folk rule's two",
        folk if folk > high => "less than the folk rule's two",
        _ => "the folk rule's two is possible",
    };
    let courses: Vec<&str> = payback.courses.iter().map(|course| course.title()).collect();
    let sentence = format!(
        "For each second that you gained in the first half you lost {middle:.1} in the second (95 % {low:.1} to {high:.1}; {} \
         races over {}): {against}. Heat, hills and bad days are in it.",
        payback.races,
        courses.join(", "),
    );
    Some(
        RULE.finding(Level::Info, sentence.replace('-', "−"))
            .evidence("lost_for_gained", middle, "s/s")
            .evidence("lost_for_gained_low", low, "s/s")
            .evidence("lost_for_gained_high", high, "s/s")
            .evidence("races", payback.races as f64, "races"),
    )
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
            points: Vec::new(),
        });
        let trends = Trends { payback, ..Trends::default() };
        let context = Context { trends: &trends, runner: &Runner::default(), units: Units::Miles };
        RULE.find_over_time(&context).map_or_else(String::new, |finding| finding.sentence)
    }

    #[test]
    fn the_folk_rule_is_compared_with_the_interval() {
        assert_eq!(
            sentence(Ok((0.9, 0.4, 1.6))),
            "For each second that you gained in the first half you lost 0.9 in the second (95 % 0.4 to 1.6; 12 races over 10 \
             km, marathon): less than the folk rule's two. Heat, hills and bad days are in it."
        );
        assert!(
            sentence(Ok((1.5, -0.2, 3.0))).contains(
                "(95 % −0.2 to 3.0; 12 races over 10 km, marathon): the folk rule's two is possible"
            )
        );
        assert!(sentence(Ok((4.0, 2.5, 5.0))).contains("more than the folk rule's two"));
        assert_eq!(sentence(Err(NoPayback::TooFewRaces(3))), "");
    }
}
