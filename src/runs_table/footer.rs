//! Checks the footer of a Parquet file before its decoder reads it.
//!
//! The decoder makes a call for each level of the schema, so a small file with thousands of levels
//! would overflow the stack. Format: Apache Thrift, compact protocol; `parquet.thrift`, where
//! `FileMetaData` has the schema in field 2 and `SchemaElement` its children in field 5.

use parquet::errors::ParquetError;

use super::RunsTableError;

/// The longest footer, bytes. A footer has about 40 kB for each row group.
const MOST_BYTES: usize = 4 << 20;
/// The deepest schema. A runs table has 9 levels.
const MOST_LEVELS: usize = 32;

/// Checks the footer at the end of a file; where there is none, the decoder says so.
///
/// # Errors
///
/// If the footer is too long, its schema is too deep, or it cannot be read.
pub(super) fn check(file: &[u8]) -> Result<(), RunsTableError> {
    // The file ends with the footer, its length and "PAR1".
    let Some((rest, [length @ .., b'P', b'A', b'R', b'1'])) = file.split_last_chunk::<8>() else {
        return Ok(());
    };
    let length = u32::from_le_bytes(*length) as usize;
    if length > MOST_BYTES {
        return Err(RunsTableError::TooLarge(format!("a footer of more than {MOST_BYTES} bytes")));
    }
    let Some(footer) = rest.len().checked_sub(length).map(|from| &rest[from..]) else { return Ok(()) };
    match Thrift(footer).schema_levels() {
        Some(levels) if levels <= MOST_LEVELS => Ok(()),
        Some(_) => Err(RunsTableError::TooLarge(format!("columns nested deeper than {MOST_LEVELS}"))),
        None => Err(ParquetError::General("invalid footer".to_owned()).into()),
    }
}

/// Bytes in the compact protocol that are not read yet.
struct Thrift<'a>(&'a [u8]);

/// The types of values.
const BOOLEANS: [u8; 2] = [1, 2];
const DOUBLE: u8 = 7;
const BYTE: u8 = 3;
const BINARY: u8 = 8;
const LISTS: [u8; 2] = [9, 10];
const STRUCT: u8 = 12;

impl Thrift<'_> {
    /// Returns the levels of the deepest schema in a footer; `None` if the footer is damaged.
    fn schema_levels(&mut self) -> Option<usize> {
        let (mut field, mut deepest) = (0, 0);
        while let Some(kind) = self.field(&mut field)? {
            if field == 2 && LISTS.contains(&kind) {
                deepest = deepest.max(self.levels()?);
            } else {
                self.skip(kind, 0)?;
            }
        }
        Some(deepest)
    }

    /// Returns the levels of a list of schema elements, in which children come after their parent.
    fn levels(&mut self) -> Option<usize> {
        let (elements, _) = self.list()?;
        // The children still to come, of each element around this one.
        let mut open: Vec<i64> = Vec::new();
        let mut deepest = 0;
        for _ in 0..elements {
            let mut children = 0;
            let mut field = 0;
            while let Some(kind) = self.field(&mut field)? {
                if field == 5 && (4..=6).contains(&kind) {
                    children = self.number()?;
                } else {
                    self.skip(kind, 0)?;
                }
            }
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            open.push(children.max(0));
            deepest = deepest.max(open.len());
            while open.pop_if(|left| *left == 0).is_some() {}
        }
        Some(deepest)
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// Reads a number with a sign.
    fn number(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Reads the head of the next field of a struct: returns its type, or `None` after the last.
    #[allow(clippy::option_option)] // the outer one is damage
    fn field(&mut self, number: &mut i64) -> Option<Option<u8>> {
        let head = self.byte()?;
        if head == 0 {
            return Some(None);
        }
        *number = match head >> 4 {
            0 => self.number()?,
            more => number.saturating_add(i64::from(more)),
        };
        Some(Some(head & 0xF))
    }

    /// Reads the head of a list: returns its length and its elements' type.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let length = if head >> 4 == 0xF { self.varint()? } else { u64::from(head >> 4) };
        Some((length, head & 0xF))
    }

    /// Skips a value; `None` if it is damaged, or nested deeper than any of Parquet's.
    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            // As a field, the type is the value.
            kind if BOOLEANS.contains(&kind) => Some(()),
            BYTE => self.byte().map(drop),
            4..=6 => self.varint().map(drop),
            DOUBLE => self.take(8),
            BINARY => {
                let length = self.varint()?;
                self.take(length)
            }
            kind if LISTS.contains(&kind) && depth < MOST_LEVELS => {
                let (length, kind) = self.list()?;
                // In a list, a boolean is a byte.
                let kind = if BOOLEANS.contains(&kind) { BYTE } else { kind };
                (0..length).try_for_each(|_| self.skip(kind, depth + 1))
            }
            STRUCT if depth < MOST_LEVELS => {
                let mut field = 0;
                while let Some(kind) = self.field(&mut field)? {
                    self.skip(kind, depth + 1)?;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn take(&mut self, length: u64) -> Option<()> {
        self.0 = self.0.get(usize::try_from(length).ok()?..)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a file whose schema has nested groups with one child each, around one column.
    fn nested(groups: usize) -> Vec<u8> {
        let group = [0x35, 0, 0x18, 1, b'a', 0x15, 2, 0];
        let column = [0x15, 2, 0x25, 0, 0x18, 1, b'z', 0];
        let mut footer = vec![0x15, 2, 0x19, 0xFC];
        let mut count = groups + 1;
        while count >= 0x80 {
            footer.push(count as u8 | 0x80);
            count >>= 7;
        }
        footer.push(count as u8);
        footer.extend(group.repeat(groups));
        footer.extend(column);
        footer.extend([0x16, 0, 0x19, 0x0C, 0]);
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat()
    }

    #[test]
    fn a_schema_of_thousands_of_levels_is_refused_before_it_is_decoded() {
        let why = |file: &[u8]| check(file).expect_err("refused").to_string();
        assert!(check(&nested(31)).is_ok());
        assert_eq!(why(&nested(32)), "columns nested deeper than 32");
        assert_eq!(why(&nested(300_000)), "columns nested deeper than 32");
        assert!(why(&nested(600_000)).contains("a footer of more than"));
        // A second schema counts too, as does one after a field of another number.
        let [shallow, deep] = [nested(1), nested(1000)];
        let [shallow, deep] = [&shallow[6..shallow.len() - 13], &deep[6..deep.len() - 13]];
        for between in [&[0x09, 4][..], &[0x15, 0, 0x09, 4]] {
            let footer = [&[0x15, 2], shallow, between, &deep[1..], &[0]].concat();
            let length = (footer.len() as u32).to_le_bytes();
            let file = [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat();
            assert_eq!(why(&file), "columns nested deeper than 32");
        }
    }

    #[test]
    fn damage_is_an_error_and_a_file_without_a_footer_is_left_to_the_decoder() {
        let deep = [b"PAR1", [0x1C; 100].as_slice(), &100_u32.to_le_bytes(), b"PAR1"].concat();
        assert!(check(&deep).is_err() && check(b"PAR1\x15\x01\0\0\0PAR1").is_err());
        assert!(check(b"").is_ok() && check(b"PAR1").is_ok() && check(b"PAR1\xFF\0\0\0PAR1").is_ok());
    }
}
