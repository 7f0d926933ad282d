//! Labels of a chart, placed so that no two of them collide.

use unicode_width::UnicodeWidthChar;

/// The height of a label, pixels.
pub(in crate::formats::html) const HEIGHT: f64 = 15.0;
/// The size of its letters, pixels.
const SIZE: f64 = 12.0;
/// The least space between two labels, pixels.
const GAP: f64 = 3.0;

/// The part of a label that is at its place on the x axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::formats::html) enum Align {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// A possible place of a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::formats::html) struct Spot {
    /// The share of the chart's width.
    pub x: f64,
    /// Its upper edge, pixels from the top.
    pub top: f64,
    /// Its part that is at `x`.
    pub align: Align,
}

/// A label: its words, from long to short, and its possible places, the best first.
#[derive(Debug, Clone)]
pub(in crate::formats::html) struct Label {
    /// The class of its colour.
    pub class: &'static str,
    /// Its words; shorter ones are used where the longer ones do not fit.
    pub words: Vec<String>,
    /// Its possible places.
    pub spots: Vec<Spot>,
    /// Whether it is left out where it would cross a line.
    pub only_clear: bool,
}

/// A rectangle, pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::formats::html) struct Area {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Area {
    /// Returns whether two rectangles share more than an edge.
    pub(in crate::formats::html) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Returns the rectangle with some space on its left and right.
    fn with_gap(self) -> Self {
        Self { left: self.left - GAP, right: self.right + GAP, ..self }
    }
}

/// The place of a label: the index of its words and of its spot.
pub(in crate::formats::html) type Place = (usize, usize);

/// Returns the width of words, pixels. It is an upper estimate for any sans-serif font.
pub(in crate::formats::html) fn width(words: &str) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | 'I' => 0.36,
        'f' | 'r' | 't' | '(' | ')' | '/' | '-' => 0.46,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '+' | '−' => 0.94,
        'A'..='Z' => 0.76,
        c if c.is_ascii() => 0.64,
        c => f64::max(0.76, 1.1 * c.width().unwrap_or(0) as f64),
    };
    SIZE * words.chars().map(em).sum::<f64>()
}

/// Returns the rectangle of words at a spot of a chart of some width, pixels.
pub(in crate::formats::html) fn area(words: &str, spot: Spot, chart_width: f64) -> Area {
    let (at, wide) = (spot.x * chart_width, width(words));
    let left = match spot.align {
        Align::Left => at,
        Align::Middle => at - wide / 2.0,
        Align::Right => at - wide,
    };
    Area { left, right: left + wide, top: spot.top, bottom: spot.top + HEIGHT }
}

/// Places labels in order: no two of them collide, and each is inside the chart. A label without a
/// place is left out. Lines are avoided where there is another place; they are rectangles whose
/// left and right are shares of the width.
///
/// On a wider chart the same places are free as well: labels keep their size and move apart.
pub(in crate::formats::html) fn place(
    labels: &[Label],
    lines: &[Area],
    chart_width: f64,
) -> Vec<Option<Place>> {
    let lines: Vec<Area> = lines
        .iter()
        .map(|line| Area { left: line.left * chart_width, right: line.right * chart_width, ..*line })
        .collect();
    let mut taken: Vec<Area> = Vec::new();
    let mut places = Vec::with_capacity(labels.len());
    for label in labels {
        let all = || {
            label.words.iter().enumerate().flat_map(|(words, text)| {
                let at =
                    move |(spot, place): (usize, &Spot)| ((words, spot), area(text, *place, chart_width));
                label.spots.iter().enumerate().map(at)
            })
        };
        let inside = |area: &Area| area.left >= -0.5 && area.right <= chart_width + 0.5;
        let is_free = |area: &Area| inside(area) && !taken.iter().any(|other| area.with_gap().meets(other));
        let is_clear = |area: &Area| is_free(area) && !lines.iter().any(|line| area.meets(line));
        let found = all()
            .find(|(_, area)| is_clear(area))
            .or_else(|| if label.only_clear { None } else { all().find(|(_, area)| is_free(area)) });
        taken.extend(found.map(|(_, area)| area));
        places.push(found.map(|(place, _)| place));
    }
    places
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALIGNS: [Align; 3] = [Align::Left, Align::Middle, Align::Right];

    fn label() -> impl Strategy<Value = Label> {
        let spot = (0.0..1.0_f64, 0.0..200.0_f64, 0_usize..3).prop_map(|(x, top, align)| Spot {
            x,
            top,
            align: ALIGNS[align],
        });
        let words = prop::collection::vec("[a-zA-Z0-9 :%]{1,24}", 1..3);
        (words, prop::collection::vec(spot, 1..5)).prop_map(|(words, spots)| Label {
            class: "",
            words,
            spots,
            only_clear: false,
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn placed_labels_never_collide_at_their_width_or_a_greater_one(
            labels in prop::collection::vec(label(), 1..24),
            wider in 1.0..3.0_f64,
        ) {
            let places = place(&labels, &[], 280.0);
            for width in [280.0, 280.0 * wider] {
                let areas: Vec<Area> = labels
                    .iter()
                    .zip(&places)
                    .filter_map(|(label, place)| {
                        let (words, spot) = (*place)?;
                        Some(area(&label.words[words], label.spots[spot], width))
                    })
                    .collect();
                for (number, one) in areas.iter().enumerate() {
                    prop_assert!(one.left > -1.0 && one.right < width + 1.0, "{:?}", one);
                    for other in &areas[number + 1..] {
                        prop_assert!(!one.meets(other), "{:?} {:?}", one, other);
                    }
                }
            }
        }
    }

    #[test]
    fn the_second_of_two_labels_takes_its_second_place_or_shorter_words() {
        let spot = |top: f64| Spot { x: 0.5, top, align: Align::Middle };
        let label = |words: &[&str], spots: &[Spot]| Label {
            class: "",
            words: words.iter().map(ToString::to_string).collect(),
            spots: spots.to_vec(),
            only_clear: false,
        };
        let labels = [label(&["half-way"], &[spot(0.0)]), label(&["10 km"], &[spot(0.0), spot(20.0)])];
        assert_eq!(place(&labels, &[], 300.0), [Some((0, 0)), Some((0, 1))]);
        let long = label(&["far too many words for so narrow a chart", "few"], &[spot(0.0)]);
        assert_eq!(place(&[long], &[], 120.0), [Some((1, 0))]);
        let line = Area { left: 0.0, right: 1.0, top: 5.0, bottom: 7.0 };
        let labels = [label(&["even"], &[spot(0.0), spot(20.0)])];
        assert_eq!(place(&labels, &[line], 300.0), [Some((0, 1))]);
        let mut crossed = label(&["even"], &[spot(0.0)]);
        assert_eq!(place(&[crossed.clone()], &[line], 300.0), [Some((0, 0))]);
        crossed.only_clear = true;
        assert_eq!(place(&[crossed], &[line], 300.0), [None]);
    }
}
