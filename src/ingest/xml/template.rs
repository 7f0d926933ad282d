//! How a point is written, for the next ones that are written alike.
//!
//! The points of a recording differ in their values and hardly ever in the bytes around them. So once the scanner has
//! read a point, its [`Spelling`] is kept: the pieces between its values, and what each value is. The next point is
//! compared with it piece by piece. Where every piece is the same and every value plain, the scanner would find the same
//! tags in the same places, and is not asked. Any other point is left to it, and its spelling is kept instead.

use std::ops::Range;

use super::content::ElementContent;
use super::scan::{Scanner, Tag, TagKind, up_to_tag};
use super::timestamp::{TimeOfDay, Timestamp};
use super::{decimal, swar};

/// How many spellings are known at a time: points with and without a sensor's value may come by turns.
const KNOWN: usize = 2;
/// So many more spellings than points that were read by one are looked at: there are files in which no two are alike.
const PATIENCE: usize = 64;

/// A point that takes values. One by default has none.
pub(in crate::ingest) trait TemplatePoint: Default {
    /// What a number is.
    type Number: Copy;

    /// Takes its time.
    fn set_time(&mut self, time: Timestamp);

    /// Takes a number.
    fn set(&mut self, number: Self::Number, value: f64);
}

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub(in crate::ingest) enum Value<N> {
    Time,
    Number(N),
    /// Of no interest here.
    Other,
}

impl<N: Copy> Value<N> {
    /// Takes the value that some bytes begin with into a point and gives its length; `None` where it is not plainly one.
    #[inline]
    fn take<P: TemplatePoint<Number = N>>(
        self,
        bytes: &[u8],
        point: &mut P,
        clock: &mut TimeOfDay,
    ) -> Option<usize> {
        match self {
            Self::Number(number) => {
                let (value, length) = decimal::prefix(bytes)?;
                point.set(number, value);
                Some(length)
            }
            Self::Time => {
                let (time, length) = clock.before_tag(bytes)?;
                point.set_time(time);
                Some(length)
            }
            Self::Other => up_to_tag(bytes).map(<[u8]>::len),
        }
    }
}

/// A point's pieces and values.
#[derive(Debug)]
struct Spelling<N> {
    /// The pieces, end to end.
    pieces: Vec<u8>,
    /// The length of the piece before each value, and what the value is.
    values: Vec<(usize, Value<N>)>,
}

impl<N: Copy> Spelling<N> {
    /// Takes the values out of a point, by their places in ascending order; `None` where they overlap.
    fn of(bytes: &[u8], point: Range<usize>, values: &[(Value<N>, Range<usize>)]) -> Option<Self> {
        let mut spelling = Self { pieces: Vec::new(), values: Vec::with_capacity(values.len()) };
        let mut at = point.start;
        for (value, place) in values {
            let piece = bytes.get(at..place.start)?;
            spelling.pieces.extend_from_slice(piece);
            spelling.values.push((piece.len(), *value));
            at = place.end;
        }
        spelling.pieces.extend_from_slice(bytes.get(at..point.end)?);
        Some(spelling)
    }

    /// The point that is spelled like this at a place, and where it ends.
    #[inline]
    fn read<P: TemplatePoint<Number = N>>(
        &self,
        bytes: &[u8],
        from: usize,
        clock: &mut TimeOfDay,
    ) -> Option<(P, usize)> {
        let (mut rest, mut pieces) = (bytes.get(from..)?, &self.pieces[..]);
        let mut point = P::default();
        for (length, value) in &self.values {
            let (piece, others) = pieces.split_at_checked(*length)?;
            rest = rest.strip_prefix(piece)?;
            rest = rest.get(value.take(rest, &mut point, clock)?..)?;
            pieces = others;
        }
        rest = rest.strip_prefix(pieces)?;
        Some((point, bytes.len() - rest.len()))
    }
}

/// The spellings of a file's last points.
#[derive(Debug)]
pub(in crate::ingest) struct Spellings<P: TemplatePoint> {
    /// The last one used comes first.
    known: Vec<Spelling<P::Number>>,
    /// Where the point begins that the scanner is reading, unless it is no example.
    from: Option<usize>,
    /// Its values so far, with their places.
    noted: Vec<(Value<P::Number>, Range<usize>)>,
    /// How many points may still be examples.
    patience: usize,
}

impl<P: TemplatePoint> Default for Spellings<P> {
    fn default() -> Self {
        Self { known: Vec::new(), from: None, noted: Vec::new(), patience: PATIENCE }
    }
}

impl<P: TemplatePoint> Spellings<P> {
    /// Notes that the scanner begins with a point.
    pub(crate) fn begin(&mut self, from: usize) {
        self.from = (self.patience > 0).then_some(from);
        self.noted.clear();
    }

    /// Notes what an element of the point is.
    pub(crate) fn note_element(&mut self, value: Value<P::Number>, tag: &Tag, scanner: &Scanner) {
        // What ends an element with others in it has hardly ever a content of its own.
        if tag.kind == TagKind::Leaf || !matches!(value, Value::Other) {
            self.note(value, tag.content, scanner);
        }
    }

    /// Notes a value of the point.
    pub(crate) fn note(&mut self, value: Value<P::Number>, content: ElementContent, scanner: &Scanner) {
        if self.from.is_some() {
            self.noted.push((value, content.place_in(scanner.bytes())));
        }
    }

    /// Notes that there is more to the point than its values, so that it is no example for others.
    pub(crate) fn pass_over(&mut self) {
        self.from = None;
    }

    /// Keeps the spelling of the point that has ended with the scanner's last tag, if it tells where its values are.
    pub(crate) fn end(&mut self, scanner: &Scanner, clock: &mut TimeOfDay) {
        let Some(from) = self.from.take() else { return };
        self.patience -= 1;
        let (bytes, to) = (scanner.bytes(), scanner.whole_to());
        self.noted.sort_by_key(|(_, place)| place.start);
        let Some(spelling) = Spelling::of(bytes, from..to, &self.noted) else { return };
        // A value that is not plain, such as one with an entity in it, is not read by its spelling either.
        if spelling.read::<P>(bytes, from, clock).is_some_and(|(_, end)| end == to) {
            self.known.truncate(KNOWN - 1);
            self.known.insert(0, spelling);
        }
    }

    /// The point behind the scanner's last tag, and where it begins, if it is spelled like one before.
    pub(crate) fn next(&mut self, scanner: &mut Scanner, clock: &mut TimeOfDay) -> Option<(P, usize)> {
        let bytes = scanner.bytes();
        let from = swar::find(b'<', bytes, scanner.whole_to())?;
        for place in 0..self.known.len() {
            if let Some((point, to)) = self.known[place].read(bytes, from, clock) {
                self.known.swap(0, place);
                self.patience += 1;
                scanner.go_on_behind(to);
                return Some((point, from));
            }
        }
        None
    }
}
