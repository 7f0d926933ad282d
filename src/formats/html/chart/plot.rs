//! A plot: shapes as SVG, and labels as HTML placed for a wide and for a narrow page.

use std::fmt::Write;

use maud::{Markup, PreEscaped, html};

use super::labels::{Align, Area, Label, Place, Spot, place};
use super::scale::Scale;
use crate::formats::html::document::Text;

/// The least width of a plot on a wide page, pixels: a page from 740 pixels on, and A4.
pub(in crate::formats::html) const WIDE: f64 = 640.0;
/// The least width of a plot on any other page, pixels.
pub(in crate::formats::html) const NARROW: f64 = 270.0;
/// Units of the view box for the whole width.
const UNITS: f64 = 2000.0;
/// Units of the view box for a pixel of height.
const UNITS_A_PIXEL: f64 = 2.0;
/// The least side of the rectangle around a line that labels avoid, pixels.
const LINE_ROOM: f64 = 4.0;

/// A plot. Places are a share of the width and pixels from the top.
#[derive(Debug, Default)]
pub(in crate::formats::html) struct Plot {
    height: f64,
    shapes: String,
    labels: Vec<Label>,
    lines: Vec<Area>,
    /// Words in the margin on the left: their middle, pixels from the top.
    margin: Vec<(f64, String)>,
    dots: Vec<Dot>,
}

/// A dot of a scatter plot.
#[derive(Debug)]
pub(in crate::formats::html) struct Dot {
    /// The share of the width.
    pub x: f64,
    /// Pixels from the top.
    pub y: f64,
    /// The classes of its colour and shape.
    pub class: String,
    /// The number of the run that it shows.
    pub number: usize,
    /// What it shows, in words.
    pub title: String,
}

impl Plot {
    /// Makes an empty plot of a height, pixels.
    pub(in crate::formats::html) fn new(height: f64) -> Self {
        Self { height, ..Self::default() }
    }

    /// Draws a line through points.
    pub(in crate::formats::html) fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        self.path(class, &line_through(points));
    }

    /// Draws a line through points that labels avoid.
    pub(in crate::formats::html) fn line_in_sight(&mut self, class: &str, points: &[(f64, f64)]) {
        self.line(class, points);
        for ends in points.windows(2) {
            let ((x, y), (to_x, to_y)) = (ends[0], ends[1]);
            self.lines.push(Area {
                left: x.min(to_x) - 0.002,
                right: x.max(to_x) + 0.002,
                top: y.min(to_y) - LINE_ROOM / 2.0,
                bottom: y.max(to_y) + LINE_ROOM / 2.0,
            });
        }
    }

    /// Fills the area within points.
    pub(in crate::formats::html) fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        self.path(class, &format!("{}Z", line_through(points)));
    }

    /// Draws a path that is given in units of the view box.
    fn path(&mut self, class: &str, path: &str) {
        let _ = write!(self.shapes, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    /// Adds a label. An earlier one takes its place first.
    pub(in crate::formats::html) fn label(&mut self, class: &'static str, words: &[&str], spots: &[Spot]) {
        let words = words.iter().map(|words| (*words).to_owned()).collect();
        self.labels.push(Label { class, words, spots: spots.to_vec(), only_clear: false });
    }

    /// Adds a label that is left out where it would cross a line or a dot.
    pub(in crate::formats::html) fn label_if_clear(
        &mut self,
        class: &'static str,
        words: &[&str],
        spots: &[Spot],
    ) {
        self.label(class, words, spots);
        if let Some(label) = self.labels.last_mut() {
            label.only_clear = true;
        }
    }

    /// Marks a value beyond a scale whose greater values are lower: an arrow and its words at the
    /// edge where it is drawn, in a second row if the first one is taken.
    pub(in crate::formats::html) fn mark_beyond(
        &mut self,
        class: &'static str,
        scale: &Scale,
        (x, value): (f64, f64),
        words: &str,
    ) {
        let edge = scale.at(value);
        let (arrow, tops) = match scale.outside(value) {
            0 => return,
            1.. => ("↓", [edge - 17.0, edge - 33.0]),
            _ => ("↑", [edge + 2.0, edge + 18.0]),
        };
        let aligns = [Align::Middle, Align::Right, Align::Left];
        let spots = tops.map(|top| aligns.map(|align| Spot { x, top, align }));
        self.label(class, &[&format!("{arrow} {words}")], spots.as_flattened());
    }

    /// Adds words to the margin on the left.
    pub(in crate::formats::html) fn margin(&mut self, middle: f64, words: String) {
        self.margin.push((middle, words));
    }

    /// Adds a dot, which labels avoid.
    pub(in crate::formats::html) fn dot(&mut self, dot: Dot) {
        let (left, right) = (dot.x - 0.008, dot.x + 0.008);
        self.lines.push(Area { left, right, top: dot.y - 5.0, bottom: dot.y + 5.0 });
        self.dots.push(dot);
    }

    /// Returns the plot. `alternative` says the same in words for screen readers.
    pub(in crate::formats::html) fn render(&self, alternative: &str) -> Markup {
        let [wide, narrow] = [WIDE, NARROW].map(|width| place(&self.labels, &self.lines, width));
        html! {
            div.plot role="img" aria-label=(Text(alternative)) style=(format_args!("height:{:.0}px", self.height)) {
                svg viewBox=(format_args!("0 0 {UNITS} {:.0}", self.height * UNITS_A_PIXEL))
                    preserveAspectRatio="none" aria-hidden="true" { (PreEscaped(&self.shapes)) }
                @for (middle, words) in &self.margin {
                    span.y style=(format_args!("top:{:.0}px", middle - 8.0)) { (Text(words)) }
                }
                @for dot in &self.dots {
                    i class={ "dot " (dot.class) } data-r=(dot.number) title=(Text(&dot.title))
                        style=(format_args!("left:{:.1}%;top:{:.0}px", 100.0 * dot.x, dot.y)) {}
                }
                @for (label, places) in self.labels.iter().zip(wide.iter().zip(&narrow)) {
                    @if places.0 == places.1 {
                        (label_at(label, *places.0, ""))
                    } @else {
                        (label_at(label, *places.0, " w"))
                        (label_at(label, *places.1, " n"))
                    }
                }
            }
        }
    }
}

/// Returns a label at its place; nothing without one.
fn label_at(label: &Label, place: Option<Place>, width_class: &str) -> Markup {
    let Some((words, spot)) = place else { return html! {} };
    let Spot { x, top, align } = label.spots[spot];
    let align = match align {
        Align::Left => "",
        Align::Middle => " m",
        Align::Right => " e",
    };
    html! {
        span class={ "t " (label.class) (align) (width_class) }
            style=(format_args!("left:{:.1}%;top:{top:.0}px", 100.0 * x)) { (Text(&label.words[words])) }
    }
}

/// Returns the commands of a path through points, as short as possible.
pub(in crate::formats::html) fn line_through(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let mut last: Option<(i64, i64)> = None;
    for (x, y) in points {
        let at = ((x * UNITS).round() as i64, (y * UNITS_A_PIXEL).round() as i64);
        let _ = match last {
            None => write!(path, "M{} {}", at.0, at.1),
            Some(before) if before == at => Ok(()),
            Some(before) if before.1 == at.1 => write!(path, "H{}", at.0),
            Some(before) if before.0 == at.0 => write!(path, "V{}", at.1),
            Some(_) => write!(path, "L{} {}", at.0, at.1),
        };
        last = Some(at);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_line_is_short() {
        let points = [(0.0, 10.0), (0.5, 10.0), (0.5, 20.0), (1.0, 20.0), (1.0, 20.0)];
        assert_eq!(line_through(&points), "M0 20H1000V40H2000");
    }

    #[test]
    fn a_label_that_fits_on_wide_pages_only_is_written_for_them_only() {
        let mut plot = Plot::new(100.0);
        let spot = |x: f64| Spot { x, top: 0.0, align: Align::Left };
        plot.label("", &["the first of two labels of a chart"], &[spot(0.0)]);
        plot.label("", &["the second"], &[spot(0.4)]);
        let page = plot.render("two labels").into_string();
        assert!(page.contains("<span class=\"t  w\"") && !page.contains("<span class=\"t  n\""), "{page}");
        assert!(page.contains("aria-label=\"two labels\"") && page.contains("aria-hidden=\"true\""));
    }

    #[test]
    fn two_values_beyond_a_scale_are_both_marked_also_near_its_end() {
        let mut plot = Plot::new(100.0);
        let scale = Scale::new((8.0, 12.0), (0.0, 80.0));
        for (x, value, words) in [(0.86, 19.0, "19:00"), (0.97, 18.0, "18:00"), (0.5, 10.0, "10:00")] {
            plot.mark_beyond("ink", &scale, (x, value), words);
        }
        let page = plot.render("three miles").into_string();
        assert!(page.contains("↓ 19:00") && page.contains("↓ 18:00") && !page.contains("10:00"), "{page}");
    }
}
