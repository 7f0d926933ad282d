//! CRC-16 as FIT uses it (FIT protocol, "CRC"): reflected polynomial 0xA001, initial value 0.
//!
//! The plain form looks up one table entry per byte. Long input is first *folded*: every 64-bit
//! word is XORed into three later words, until only the last 16 are left. This does not change the
//! checksum.
//!
//! Why this works: the polynomial is x¹⁶ + x¹⁵ + x² + 1 = (x + 1) (x¹⁵ + x + 1). Coefficients are
//! bits, so squaring the second factor six times gives x⁹⁶⁰ + x⁶⁴ + 1, a multiple of it. The factor
//! x⁶⁴ + 1 is a multiple of x + 1. Their product x¹⁰²⁴ + x⁹⁶⁰ + x¹²⁸ + 1 is therefore a multiple of
//! the polynomial. So a bit 1,024 places before the end may be replaced by bits 960, 128 and 0
//! places before it: whole words.

/// The change of the checksum by each byte value.
static TABLE: [u16; 256] = table();

const fn table() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xA001 } else { 0 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

/// The number of 64-bit words in 1,024 bits.
const WORDS: usize = 16;
const BLOCK: usize = 8 * WORDS;

/// Computes the checksum of bytes.
//
// PERF(fit read): 13.6 → 7.3 instr/byte (benches/gate.sh); the plain form is `byte_by_byte`.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let Some((last, blocks)) = blocks.split_last() else { return byte_by_byte(0, rest) };
    // All words before the last 16, folded. A word is XORed into the words 1, 14 and 16 places
    // later.
    let mut folded = [0; WORDS];
    for block in blocks {
        for (at, word) in words(block).enumerate() {
            let before = folded[(at + 15) % WORDS];
            folded[at] ^= word ^ before ^ folded[(at + 2) % WORDS];
        }
    }
    let mut crc = 0;
    for (at, word) in words(last).enumerate() {
        let before = if at == 0 { folded[15] } else { 0 };
        let further = folded.get(at + 2).unwrap_or(&0);
        crc = byte_by_byte(crc, &(word ^ folded[at] ^ before ^ further).to_le_bytes());
    }
    byte_by_byte(crc, rest)
}

/// Splits a block into little-endian words.
fn words(block: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
    block.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
}

/// Continues a checksum byte by byte.
fn byte_by_byte(crc: u16, bytes: &[u8]) -> u16 {
    bytes.iter().fold(crc, |crc, byte| (crc >> 8) ^ TABLE[usize::from(crc as u8 ^ byte)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crc_of_the_standard_check_string() {
        // CRC-16/ARC, the catalogue's check value for "123456789".
        assert_eq!(crc16(b"123456789"), 0xBB3D);
    }

    #[test]
    fn folding_agrees_with_bit_by_bit_and_byte_by_byte() {
        let bytes: Vec<u8> = (0..1000u32).map(|at| (at * at % 251) as u8).collect();
        let bit_by_bit = |bytes: &[u8]| {
            bytes.iter().fold(0u16, |crc, byte| {
                (0..8)
                    .fold(crc ^ u16::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xA001 } else { 0 })
            })
        };
        for end in 0..=bytes.len() {
            let expected = bit_by_bit(&bytes[..end]);
            assert_eq!(crc16(&bytes[..end]), expected, "of {end} bytes");
            assert_eq!(byte_by_byte(0, &bytes[..end]), expected, "of {end} bytes");
        }
    }
}
