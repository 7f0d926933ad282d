//! Damage to files, the same on every machine for the same number.

/// A random number generator: Marsaglia's xorshift.
pub(crate) struct Chance(u64);

impl Chance {
    /// Returns a generator seeded with a number.
    pub(crate) fn new(number: u64) -> Self {
        Self(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Returns a number below a limit.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}

/// Damages bytes in one of seven ways: flips a bit (anywhere or in the head), sets a byte; cuts,
/// doubles or zeroes a piece; or cuts off the end.
#[allow(dead_code)] // only the long-running tests use it
pub(crate) fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    if bytes.is_empty() {
        return;
    }
    let at = chance.below(bytes.len());
    let length = 1 + chance.below(64);
    let to = (at + length).min(bytes.len());
    match chance.below(7) {
        0 => bytes[at] ^= 1 << chance.below(8),
        1 => bytes[at] = chance.below(256) as u8,
        2 => drop(bytes.drain(at..to)),
        3 => {
            let piece = bytes[at..to].to_vec();
            bytes.splice(at..at, piece);
        }
        4 => bytes[at..to].fill(0),
        5 => bytes.truncate(at),
        _ => {
            // The head decides how all the rest is read.
            let at = chance.below(bytes.len().min(200));
            bytes[at] ^= 1 << chance.below(8);
        }
    }
}
