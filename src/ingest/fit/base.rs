//! FIT's base types: sizes, invalid values, and decoding to numbers (FIT protocol, "Base Types").
//!
//! Every type has one value that means "invalid". Here it becomes NaN or `None`; no other module
//! knows it.

/// A base type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    /// Unsigned numbers whose invalid value is 0.
    U8z,
    U16z,
    U32z,
    U64z,
    /// Raw bytes, invalid only if all of them are 0xFF.
    Byte,
    Text,
    /// An unknown type, or a field size that is not a multiple of the type's size; it has no value.
    Misfit,
}

impl Base {
    /// Returns the type with a code, for a field of `size` bytes.
    pub(super) fn of(code: u8, size: u8) -> Self {
        let base = match code & 0x1F {
            0 | 2 => Self::U8,
            1 => Self::I8,
            3 => Self::I16,
            4 => Self::U16,
            5 => Self::I32,
            6 => Self::U32,
            7 => Self::Text,
            8 => Self::F32,
            9 => Self::F64,
            10 => Self::U8z,
            11 => Self::U16z,
            12 => Self::U32z,
            13 => Self::Byte,
            14 => Self::I64,
            15 => Self::U64,
            16 => Self::U64z,
            _ => Self::Misfit,
        };
        if size == 0 || !usize::from(size).is_multiple_of(base.size()) { Self::Misfit } else { base }
    }

    /// Returns the protocol's code, with the flag 0x80 of types that have a byte order.
    #[cfg(feature = "verify")]
    pub(super) fn code(self) -> u8 {
        match self {
            Self::U8 => 0x02,
            Self::I8 => 0x01,
            Self::I16 => 0x83,
            Self::U16 => 0x84,
            Self::I32 => 0x85,
            Self::U32 => 0x86,
            Self::F32 => 0x88,
            Self::F64 => 0x89,
            Self::U8z => 0x0A,
            Self::U16z => 0x8B,
            Self::U32z => 0x8C,
            Self::Byte => 0x0D,
            Self::I64 => 0x8E,
            Self::U64 => 0x8F,
            Self::U64z => 0x90,
            Self::Text | Self::Misfit => 0x07,
        }
    }

    /// Returns the size of one element in bytes.
    pub(super) fn size(self) -> usize {
        match self {
            Self::U8 | Self::I8 | Self::U8z | Self::Byte | Self::Text | Self::Misfit => 1,
            Self::U16 | Self::I16 | Self::U16z => 2,
            Self::U32 | Self::I32 | Self::F32 | Self::U32z => 4,
            Self::U64 | Self::I64 | Self::F64 | Self::U64z => 8,
        }
    }

    /// Decodes a field; of an array, its first valid element.
    ///
    /// Returns `None` if all elements are invalid, and for texts.
    pub(super) fn number(self, bytes: &[u8], big: bool) -> Option<f64> {
        match self {
            Self::Text | Self::Misfit => None,
            Self::Byte => {
                bytes.first().filter(|_| bytes.iter().any(|byte| *byte != 0xFF)).copied().map(f64::from)
            }
            _ => bytes
                .chunks_exact(self.size())
                .map(|element| self.element(element, big))
                .find(|value| !value.is_nan()),
        }
    }

    /// Decodes one element; NaN if it is invalid.
    fn element(self, bytes: &[u8], big: bool) -> f64 {
        let mut raw = [0; 8];
        for (place, byte) in bytes.iter().enumerate() {
            raw[if big { bytes.len() - 1 - place } else { place }] = *byte;
        }
        let raw = u64::from_le_bytes(raw);
        match self {
            Self::U8 => u8(raw as u8),
            Self::I8 => i8(raw as u8),
            Self::U16 => u16(raw as u16),
            Self::I16 => i16(raw as u16),
            Self::U32 => u32(raw as u32),
            Self::I32 => i32(raw as u32),
            Self::U64 => valid(raw != u64::MAX, raw as f64),
            Self::I64 => valid(raw != 0x7FFF_FFFF_FFFF_FFFF, raw.cast_signed() as f64),
            Self::F32 => finite(f64::from(f32::from_bits(raw as u32))),
            Self::F64 => finite(f64::from_bits(raw)),
            Self::U8z | Self::U16z | Self::U32z | Self::U64z => valid(raw != 0, raw as f64),
            Self::Byte | Self::Text | Self::Misfit => f64::NAN,
        }
    }
}

fn valid(is_valid: bool, value: f64) -> f64 {
    if is_valid { value } else { f64::NAN }
}

fn finite(value: f64) -> f64 {
    valid(value.is_finite(), value)
}

/// Decodes `uint8` and `enum`; NaN if invalid, like the functions below.
pub(super) fn u8(raw: u8) -> f64 {
    valid(raw != u8::MAX, f64::from(raw))
}

/// Decodes `sint8`.
pub(super) fn i8(raw: u8) -> f64 {
    valid(raw != 0x7F, f64::from(raw.cast_signed()))
}

/// Decodes `uint16`.
pub(super) fn u16(raw: u16) -> f64 {
    valid(raw != u16::MAX, f64::from(raw))
}

/// Decodes `sint16`.
pub(super) fn i16(raw: u16) -> f64 {
    valid(raw != 0x7FFF, f64::from(raw.cast_signed()))
}

/// Decodes `uint32`.
pub(super) fn u32(raw: u32) -> f64 {
    valid(raw != u32::MAX, f64::from(raw))
}

/// Decodes `sint32`.
pub(super) fn i32(raw: u32) -> f64 {
    valid(raw != 0x7FFF_FFFF, f64::from(raw.cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_both_byte_orders_and_their_invalid_values() {
        let cases: [(u8, &[u8], Option<f64>); 10] = [
            (0x02, &[7], Some(7.0)),
            (0x02, &[255], None),
            (0x01, &[0xFE], Some(-2.0)),
            (0x84, &[0x01, 0x02], Some(513.0)),
            (0x83, &[0xFF, 0x7F], None),
            (0x85, &[0xFF, 0xFF, 0xFF, 0xFF], Some(-1.0)),
            (0x86, &[0xFF, 0xFF, 0xFF, 0xFF], None),
            (0x8C, &[0, 0, 0, 0], None),
            (0x88, &[0, 0, 0x80, 0x3F], Some(1.0)),
            (0x88, &[0, 0, 0xC0, 0x7F], None),
        ];
        for (code, little, value) in cases {
            let base = Base::of(code, little.len() as u8);
            let big: Vec<u8> = little.iter().rev().copied().collect();
            assert_eq!((base.number(little, false), base.number(&big, true)), (value, value), "{base:?}");
        }
    }

    #[test]
    fn an_array_has_its_first_valid_element_and_a_misfit_has_none() {
        assert_eq!(Base::of(0x84, 4).number(&[0xFF, 0xFF, 3, 0], false), Some(3.0));
        assert_eq!(Base::of(0x84, 3), Base::Misfit);
        assert_eq!(Base::of(0x0D, 2).number(&[0xFF, 0xFF], false), None);
        assert_eq!(Base::of(0x86, 0), Base::Misfit);
    }
}
