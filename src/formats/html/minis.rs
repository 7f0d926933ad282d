//! Small multiples: the pace of each race on one scale, percent of its own mean pace.

use maud::{Markup, html};

use super::chart::Scale;
use super::chart::plot::line_through;
use super::run::PageRun;
use super::steps::steps;

/// The number of the latest races shown.
const LATEST: usize = 24;
/// The number of older races added because they were worse.
const OLDER: usize = 4;
/// The height of one, pixels.
const HEIGHT: f64 = 44.0;
/// The percent of the mean pace at the upper and the lower edge; what is beyond is cut off.
const RANGE_PCT: (f64, f64) = (-15.0, 25.0);

/// Returns the section: the latest runs, newest first, and older ones that were worse. The runs in
/// `linked` have a large chart to link to.
pub(super) fn section(title: &str, runs: &[PageRun], linked: &[usize]) -> Markup {
    let (older, latest) = runs.split_at(runs.len().saturating_sub(LATEST));
    let mut worse: Vec<&PageRun> = older.iter().filter(|run| run.went_wrong()).collect();
    worse.sort_by_key(|run| std::cmp::Reverse(run.badness()));
    worse.truncate(OLDER);
    worse.sort_by_key(|run| std::cmp::Reverse(run.number));
    let shown: Vec<&PageRun> = latest.iter().rev().chain(worse.iter().copied()).collect();
    html! {
        section { "\n"
            h2 { (title) } "\n"
            p.small {
                "Pace over the distance in percent of each one's own mean, faster is higher, all on one scale. "
                b.wall { "Wall" } ", " b.slowed { "slowed" } ", " b.even { "even or faster" } "."
                @if !older.is_empty() {
                    " The latest " (latest.len())
                    @if !worse.is_empty() { " and the " (worse.len()) " worst before them" }
                    " of " (runs.len()) "."
                }
            } "\n"
            div.minis { "\n"
                @for run in shown { (mini(run, linked.contains(&run.number))) "\n" }
            } "\n"
        } "\n"
    }
}

/// Returns one run's small chart with its name, day and finish.
fn mini(run: &PageRun, linked: bool) -> Markup {
    let (finish, _) = run.finish();
    let distance_m = run.scores.view.distance_m;
    let scale = Scale::new(RANGE_PCT, (2.0, HEIGHT - 2.0));
    let even = run.scores.pace_s_per_m();
    let steps = steps(run.scores, run.units);
    let points: Vec<(f64, f64)> = steps
        .iter()
        .flat_map(|step| {
            let y = scale.at(100.0 * (step.pace_s_per_m / even - 1.0));
            [(step.from_m / distance_m, y), (step.to_m / distance_m, y)]
        })
        .collect();
    let even_y = scale.at(0.0);
    let area: Vec<(f64, f64)> =
        [(0.0, even_y)].into_iter().chain(points.iter().copied()).chain([(1.0, even_y)]).collect();
    let beyond = steps.iter().any(|step| scale.outside(100.0 * (step.pace_s_per_m / even - 1.0)) != 0);
    html! {
        a class={ "mini " (run.tone()) } href=[linked.then(|| format!("#c{}", run.number))] data-r=(run.number) {
            span.when { (run.row.day_in_words()) }
            b { (run.name()) }
            svg viewBox=(format_args!("0 0 2000 {:.0}", 2.0 * HEIGHT)) preserveAspectRatio="none" aria-hidden="true" {
                path.zero d=(line_through(&[(0.0, even_y), (1.0, even_y)])) {}
                path.fill d=(format_args!("{}Z", line_through(&area))) {}
                path.pace d=(line_through(&points)) {}
            }
            span.what { (finish) ", " (run.outcome_words()) @if beyond { " (off the scale)" } }
        }
    }
}
