//! The chance of the wall as dots on a scale of 0 to 100, from the evidence of RISK-01 and
//! START-01.

use maud::{Markup, html};

use super::chart::{Align, Plot, Spot};
use super::document::Text;
use super::run::PageRun;
use crate::judge::evidence::tables::people;
use crate::phrases::percent;
use crate::report::number;

/// The height of a line of the scale with its words, pixels.
const LINE: f64 = 36.0;

/// A dot: its words, its share 0–1, its range if it has one, and its class.
struct Dot {
    words: String,
    share: f64,
    range: Option<(f64, f64)>,
    class: &'static str,
}

/// Returns the section; nothing for a run without a chance of the wall.
pub(super) fn section(run: &PageRun) -> Markup {
    let Some(risk) = &run.scores.risk else { return html! {} };
    let dots = dots(run);
    let mut plot = Plot::new(dots.len() as f64 * LINE + 24.0);
    let base = dots.len() as f64 * LINE + 2.0;
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        plot.line("grid", &[(tick, 0.0), (tick, base)]);
        let align = if tick == 0.0 {
            Align::Left
        } else if tick == 1.0 {
            Align::Right
        } else {
            Align::Middle
        };
        plot.label("soft", &[&format!("{:.0}", 100.0 * tick)], &[Spot { x: tick, top: base + 4.0, align }]);
    }
    for (number, dot) in dots.iter().enumerate() {
        let top = number as f64 * LINE;
        let y = top + 24.0;
        plot.line("axis", &[(0.0, y), (1.0, y)]);
        if let Some((low, high)) = dot.range {
            plot.line(&format!("range {}", dot.class), &[(low, y), (high, y)]);
        }
        plot.line(&format!("point {}", dot.class), &[(dot.share, y), (dot.share + 0.0005, y)]);
        plot.label("ink", &[&dot.words], &[Spot { x: 0.0, top, align: Align::Left }]);
    }
    // The slowing up to half-way can outweigh the start, so that a difference of the two misleads.
    let own = if dots.len() > 1 && risk.start.slowing_pct.is_some() {
        " The dots of a start know nothing after it; your splits know the pace up to half-way too. Do not subtract them."
    } else {
        ""
    };
    let alternative: Vec<&str> = dots.iter().map(|dot| dot.words.as_str()).collect();
    html! {
        section { "\n"
            h2 { "The odds at half-way" } "\n"
            figure.odds {
                (plot.render(&format!("Of 100 runners, how many later slowed by a quarter. {}.", alternative.join("; "))))
                figcaption {
                    (Text(format!(
                        "Of 100 {}, how many later slowed by a quarter. A bar reaches from better to worse days.{own}{} No \
                         data set records cramps, so none of this is about cramps.",
                        people(risk.start.sex),
                        if dots.len() > 1 { " People who begin fast differ in other ways too." } else { "" }
                    )))
                }
            } "\n"
        } "\n"
    }
}

/// Returns the dots: an even start, those who really began so, and this run.
fn dots(run: &PageRun) -> Vec<Dot> {
    let Some(found) = &run.scores.risk else { return Vec::new() };
    let (risk, mut dots) = (&found.risk, Vec::new());
    let share = |name: &str| number(run.found("START-01")?, name);
    let began = share("share_with_such_a_start").zip(share("share_low_day").zip(share("share_high_day")));
    let mut dot = |words: String, share: f64, range, class| dots.push(Dot { words, share, range, class });
    // After a calm start the comparison with an even one means nothing.
    if risk.by_start_points() >= 1.0 {
        dot(
            format!("{} of 100 after an even start", percent(risk.even_start)),
            risk.even_start,
            None,
            "even",
        );
        // Without START-01 the model of the even start tells what this one goes with.
        if began.is_none() && found.start.slowing_pct.is_some() {
            let words = format!("{} of 100 after a start like yours", percent(risk.start));
            dot(words, risk.start, None, "other");
        }
    }
    if let Some((began, range)) = began {
        dot(format!("{} of 100 who really began so", percent(began)), began, Some(range), "other");
    }
    let range = Some((risk.low, risk.high));
    dot(format!("{} with splits like yours", found.range()), risk.p, range, "wall");
    dots
}
