//! Point templates: reads a trackpoint by comparing it with how earlier points are written.
//!
//! The points of a recording differ in their values, and rarely in the bytes between them. So once
//! the scanner has read a point, a [`Template`] of it is kept. It has the fixed bytes between the
//! values, and the kind of each value. For example
//! `<trkpt lat="48.1" lon="11.5"><ele>500</ele></trkpt>` becomes
//!
//! ```text
//! <trkpt lat="  latitude  " lon="  longitude  "><ele>  altitude  </ele></trkpt>
//! ```
//!
//! The next point is compared with the fixed bytes, piece by piece, and its values are parsed
//! between them. If every piece is equal and every value is plain, the scanner would find the same
//! tags, so it is skipped. Otherwise the scanner reads the point, and its template is kept instead.

use std::ops::Range;

use super::content::ElementContent;
use super::decimal;
use super::scan::{Scanner, Tag, TagKind, find, up_to_tag};
use super::timestamp::{Timestamp, TimestampParser};

/// The number of templates that are kept: points with and without a sensor's value, and with and
/// without a height, may alternate.
//
// PERF(real GPX, ninth decile): 16.6 → 10.6 instr/byte with four in place of two
// (benches/corpus.sh); the plain form is one template.
const MOST_TEMPLATES: usize = 4;
/// Learning stops after this many more misses than hits: in some files no two points are written
/// alike.
const MOST_MISSES: usize = 64;

/// A point whose values can be set one by one. The default has no values.
pub(in crate::ingest) trait TemplatePoint: Default {
    /// The kinds of numbers that a point has.
    type Number: Copy + PartialEq;

    /// Sets the time.
    fn set_time(&mut self, time: Timestamp);

    /// Sets a number.
    fn set(&mut self, number: Self::Number, value: f64);
}

/// The kind of a value in a template.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::ingest) enum Value<N> {
    Time,
    Number(N),
    /// A text that is skipped.
    Other,
}

impl<N: Copy> Value<N> {
    /// Parses the value at the start of `bytes`, sets it in `point`, and returns its length in
    /// bytes.
    ///
    /// Returns `None` if it is not plain: a number or time as usually written, or a text before a
    /// tag.
    #[inline]
    fn read<P: TemplatePoint<Number = N>>(
        self,
        bytes: &[u8],
        point: &mut P,
        times: &mut TimestampParser,
    ) -> Option<usize> {
        match self {
            Self::Number(number) => {
                let (value, length) = decimal::prefix(bytes)?;
                point.set(number, value);
                Some(length)
            }
            Self::Time => {
                let (time, length) = times.before_tag(bytes)?;
                point.set_time(time);
                Some(length)
            }
            Self::Other => up_to_tag(bytes).map(<[u8]>::len),
        }
    }
}

/// How a point is written: fixed pieces with a value between each two.
#[derive(Debug)]
struct Template<N> {
    /// The pieces, concatenated.
    pieces: Vec<u8>,
    /// For each value, the length of the piece before it, and its kind.
    values: Vec<(usize, Value<N>)>,
}

impl<N: Copy + PartialEq> Template<N> {
    /// Makes a template of the bytes in `point` without its values; their ranges must be ascending.
    ///
    /// Returns `None` if the ranges overlap.
    fn of(bytes: &[u8], point: Range<usize>, values: &[(Value<N>, Range<usize>)]) -> Option<Self> {
        let mut template = Self { pieces: Vec::new(), values: Vec::with_capacity(values.len()) };
        let mut at = point.start;
        for (value, place) in values {
            let piece = bytes.get(at..place.start)?;
            template.pieces.extend_from_slice(piece);
            template.values.push((piece.len(), *value));
            at = place.end;
        }
        template.pieces.extend_from_slice(bytes.get(at..point.end)?);
        Some(template)
    }

    /// Reads the rest of a point; returns the bytes after it, or `None` if it is written otherwise.
    #[inline]
    fn read<'a, P: TemplatePoint<Number = N>>(
        &self,
        partial: &mut PartialPoint<'a, P>,
        times: &mut TimestampParser,
    ) -> Option<&'a [u8]> {
        let mut pieces = self.pieces.get(self.compared(partial.values)..)?;
        for (length, value) in self.values.get(partial.values..)? {
            let (piece, others) = pieces.split_at_checked(*length)?;
            let rest = partial.rest.strip_prefix(piece)?;
            partial.rest = rest.get(value.read(rest, &mut partial.point, times)?..)?;
            partial.values += 1;
            pieces = others;
        }
        partial.rest.strip_prefix(pieces)
    }

    /// Returns the number of bytes in the pieces before the first `values` values.
    fn compared(&self, values: usize) -> usize {
        self.values.iter().take(values).map(|(length, _)| length).sum()
    }

    /// Returns whether it would have read the same values of a point as another template did.
    fn begins_like(&self, other: &Self, values: usize) -> bool {
        let compared = other.compared(values);
        self.values.get(..values) == other.values.get(..values)
            && self.pieces.get(..compared) == other.pieces.get(..compared)
    }
}

/// A point that a template has read up to some value.
struct PartialPoint<'a, P> {
    point: P,
    /// The number of values read.
    values: usize,
    /// The bytes after the last value read.
    rest: &'a [u8],
}

impl<'a, P: Default> PartialPoint<'a, P> {
    /// Returns a point of which nothing is read.
    fn new(rest: &'a [u8]) -> Self {
        Self { point: P::default(), values: 0, rest }
    }
}

/// The templates of a file, learned while it is read.
///
/// The reader calls [`begin_example`](Self::begin_example) before the scanner reads a point,
/// [`record`](Self::record) for each value, and [`learn`](Self::learn) after it. From then on,
/// [`next_point`](Self::next_point) reads the points that are written alike.
#[derive(Debug)]
pub(in crate::ingest) struct Templates<P: TemplatePoint> {
    /// The templates, the last one used first.
    known: Vec<Template<P::Number>>,
    /// Where the point begins that the scanner is reading; `None` if no template will be made of
    /// it.
    from: Option<usize>,
    /// The values of that point so far, with their byte ranges.
    values: Vec<(Value<P::Number>, Range<usize>)>,
    /// The number of points that may still be learned from; each hit adds one.
    tries_left: usize,
}

impl<P: TemplatePoint> Default for Templates<P> {
    fn default() -> Self {
        Self { known: Vec::new(), from: None, values: Vec::new(), tries_left: MOST_MISSES }
    }
}

impl<P: TemplatePoint> Templates<P> {
    /// Begins an example: the point at `from`, which the scanner is about to read.
    pub(crate) fn begin_example(&mut self, from: usize) {
        self.from = (self.tries_left > 0).then_some(from);
        self.values.clear();
    }

    /// Records the content of an element of the example.
    pub(crate) fn record_element(&mut self, value: Value<P::Number>, tag: &Tag, scanner: &Scanner) {
        // The end tag of an element with child elements rarely has content of its own.
        if tag.kind == TagKind::Leaf || !matches!(value, Value::Other) {
            self.record(value, tag.content, scanner);
        }
    }

    /// Records a value of the example.
    pub(crate) fn record(&mut self, value: Value<P::Number>, content: ElementContent, scanner: &Scanner) {
        if self.from.is_some() {
            self.values.push((value, content.place_in(scanner.bytes())));
        }
    }

    /// Discards the example, because it is more than a plain point.
    pub(crate) fn discard(&mut self) {
        self.from = None;
    }

    /// Keeps a template of the example, which ends with the scanner's last tag.
    ///
    /// It is kept only if it reads the example itself up to its end.
    pub(crate) fn learn(&mut self, scanner: &Scanner, times: &mut TimestampParser) {
        let Some(from) = self.from.take() else { return };
        self.tries_left -= 1;
        let (bytes, to) = (scanner.bytes(), scanner.last_tag_end());
        self.values.sort_by_key(|(_, place)| place.start);
        let Some(template) = Template::of(bytes, from..to, &self.values) else { return };
        // A value that is not plain, such as one with an entity, cannot be read by a template.
        let rest = template.read(&mut PartialPoint::<P>::new(&bytes[from..]), times);
        if rest.is_some_and(|rest| bytes.len() - rest.len() == to) {
            self.known.truncate(MOST_TEMPLATES - 1);
            self.known.insert(0, template);
        }
    }

    /// Reads the point after the scanner's last tag by a template; returns it and where it begins.
    ///
    /// Returns `None` if no template fits; the scanner then continues before the point.
    //
    // PERF(gpx read): 21.2 → 5.9 instr/byte, tcx 18.6 → 4.6 (benches/gate.sh); the plain form is
    // the scanner, as `by_scanner` in tests. Points that alternate differ after their place, so a
    // template goes on where one that begins alike failed (real GPX, ninth decile): 10.3 → 8.3.
    pub(crate) fn next_point(
        &mut self,
        scanner: &mut Scanner,
        times: &mut TimestampParser,
    ) -> Option<(P, usize)> {
        let bytes = scanner.bytes();
        let from = find(b'<', bytes, scanner.last_tag_end())?;
        let mut partial = PartialPoint::new(&bytes[from..]);
        for (place, template) in self.known.iter().enumerate() {
            if place > 0 && !template.begins_like(&self.known[place - 1], partial.values) {
                partial = PartialPoint::new(&bytes[from..]);
            }
            if let Some(rest) = template.read(&mut partial, times) {
                if place > 0 {
                    self.known.swap(0, place);
                }
                self.tries_left += 1;
                scanner.resume_at(bytes.len() - rest.len());
                return Some((partial.point, from));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A point with one number `v` and a time `t`.
    #[derive(Debug, Default, Clone, Copy, PartialEq)]
    struct Point {
        value: Option<f64>,
        unix_s: Option<f64>,
    }

    impl TemplatePoint for Point {
        type Number = ();

        fn set_time(&mut self, time: Timestamp) {
            self.unix_s = Some(time.unix_s);
        }

        fn set(&mut self, (): (), value: f64) {
            self.value = Some(value);
        }
    }

    fn kind(name: &[u8]) -> Value<()> {
        match name {
            b"v" => Value::Number(()),
            b"t" => Value::Time,
            _ => Value::Other,
        }
    }

    /// Reads the points of a document by the scanner, and by templates as far as `use_templates`
    /// allows; returns them and the number read by a template.
    fn points(document: &str, use_templates: bool) -> (Vec<Point>, usize) {
        let mut scanner = Scanner::new(document.as_bytes());
        let (mut templates, mut times) = (Templates::<Point>::default(), TimestampParser::default());
        let (mut points, mut hits, mut point) = (Vec::new(), 0, Point::default());
        while let Some(tag) = scanner.next() {
            match (tag.kind, tag.name) {
                (TagKind::Start, b"p") => {
                    point = Point::default();
                    templates.begin_example(tag.from);
                }
                (TagKind::End, b"p") => {
                    points.push(point);
                    templates.learn(&scanner, &mut times);
                    while use_templates
                        && let Some((next, _)) = templates.next_point(&mut scanner, &mut times)
                    {
                        points.push(next);
                        hits += 1;
                    }
                }
                (TagKind::Leaf | TagKind::End, name) => {
                    match kind(name) {
                        Value::Number(()) => point.value = tag.content.number(),
                        Value::Time => {
                            let time = tag.content.read(|text| times.parse(text));
                            point.unix_s = time.map(|time| time.unix_s);
                        }
                        Value::Other => {}
                    }
                    templates.record_element(kind(name), &tag, &scanner);
                }
                _ => {}
            }
        }
        (points, hits)
    }

    /// The plain form: every point is read by the scanner.
    fn by_scanner(document: &str) -> Vec<Point> {
        points(document, false).0
    }

    #[test]
    fn a_template_is_the_point_without_its_values() {
        let bytes = b"..<p><v>1.5</v></p>..";
        let template = Template::of(bytes, 2..19, &[(Value::Number(()), 8..11)]).expect("ascending");
        assert_eq!(template.pieces, b"<p><v></v></p>");
        assert_eq!(template.values[0].0, "<p><v>".len());
        let mut times = TimestampParser::default();
        let read = |bytes: &[u8], times: &mut TimestampParser| {
            let mut partial = PartialPoint::<Point>::new(bytes);
            let rest = template.read(&mut partial, times)?;
            Some((partial.point, bytes.len() - rest.len()))
        };
        let (point, end) = read(b"<p><v>-20.25</v></p><p>", &mut times).expect("written alike");
        assert_eq!((point.value, end), (Some(-20.25), "<p><v>-20.25</v></p>".len()));
        for other in ["<p><v> 1</v></p>", "<p><v>1</v> </p>", "<p><v>1</w></p>", "<p><v></v></p>", "<p><v>1"]
        {
            assert_eq!(read(other.as_bytes(), &mut times), None, "{other}");
        }
        let overlapping = [(Value::Number(()), 8..11), (Value::Other, 9..12)];
        assert!(Template::of(bytes, 2..19, &overlapping).is_none());
    }

    #[test]
    fn points_after_the_first_are_read_by_its_template() {
        let (found, hits) = points("<a><p><v>1</v></p><p><v>2</v></p> <p><v>3</v></p></a>", true);
        assert_eq!(found.iter().map(|point| point.value).collect::<Vec<_>>(), [1.0, 2.0, 3.0].map(Some));
        assert_eq!(hits, 2);
    }

    #[test]
    fn templates_are_kept_for_points_that_alternate() {
        let document = "<p><v>1</v></p><p><x>a</x></p>".repeat(5);
        let (found, hits) = points(&document, true);
        assert_eq!((found.len(), hits), (10, 8));
    }

    #[test]
    fn a_template_goes_on_where_one_that_begins_alike_failed() {
        let bytes = b"<p><v>1</v><v>2</v></p><p><v>3</v><x>a</x></p>";
        let number = |from: usize| (Value::Number(()), from..from + 1);
        let first = Template::of(bytes, 0..23, &[number(6), number(14)]).expect("ascending");
        let second = Template::of(bytes, 23..46, &[number(29), (Value::Other, 37..38)]).expect("ascending");
        let other = Template::of(b"<p> <v>3</v></p>", 0..16, &[number(7)]).expect("ascending");
        let mut partial = PartialPoint::<Point>::new(b"<p><v>7</v><x>bc</x></p>.");
        let mut times = TimestampParser::default();
        assert_eq!(first.read(&mut partial, &mut times), None);
        assert_eq!((partial.values, partial.rest), (1, &b"</v><x>bc</x></p>."[..]));
        assert!(second.begins_like(&first, 1) && !other.begins_like(&first, 1));
        assert_eq!(second.read(&mut partial, &mut times), Some(&b"."[..]));
        assert_eq!(partial.point.value, Some(7.0));
    }

    #[test]
    fn learning_stops_after_64_more_misses_than_hits() {
        // Each point has one more attribute than the last, so no template ever fits.
        let odd = |count: usize| -> String {
            (0..count).map(|number| format!("<p{}><v>1</v></p>", " a".repeat(number))).collect()
        };
        let alike = "<p><x>a</x><v>2</v></p>".repeat(10);
        assert_eq!(points(&format!("{}{alike}", odd(64)), true).1, 0);
        assert_eq!(points(&format!("{}{alike}", odd(63)), true).1, 9);
    }

    proptest! {
        #[test]
        fn templates_read_what_the_scanner_reads(
            points_of in prop::collection::vec((0..7_usize, "[-0-9.e<& ]{0,4}", 0..60_u8), 0..40),
        ) {
            let document: String = points_of
                .iter()
                .map(|(form, text, second)| match form {
                    0 => format!("<p><v>{second}.5</v></p>"),
                    1 => format!("<p><v>{text}</v></p>"),
                    2 => format!("<p><v>-{second}</v><t>2020-01-01T10:00:{second:02}Z</t></p>"),
                    3 => format!("<p><x>{text}</x><v>{second}</v></p>"),
                    4 => format!("<p ><v>{second}</v><!-- {text} --></p>"),
                    5 => format!("<p><t>{text}</t><v>&#4{};</v></p>", second % 10),
                    _ => format!("<p><y><v>{second}</v></y>{text}</p>"),
                })
                .collect();
            prop_assert_eq!(points(&document, true).0, by_scanner(&document), "{}", document);
        }
    }
}
