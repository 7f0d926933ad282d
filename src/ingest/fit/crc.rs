//! CRC-16 as FIT defines it (FIT protocol, "CRC"): reflected polynomial 0xA001, start 0.
//!
//! The polynomial is x¹⁶ + x¹⁵ + x² + 1 = (x + 1) (x¹⁵ + x + 1). Its coefficients are bits, so squaring the second factor
//! six times gives x⁹⁶⁰ + x⁶⁴ + 1, a multiple of it; and times x⁶⁴ + 1, a multiple of x + 1, that is
//! x¹⁰²⁴ + x⁹⁶⁰ + x¹²⁸ + 1: a multiple of the whole. What stands 1,024 bits ahead of the end may thus be moved to 960, 128 and 0
//! bits ahead of it without a change to the checksum, which are whole words. So the message is folded word by word, with
//! three `xor`s for eight bytes, and a table is asked for the last words only.

/// What a byte does to the checksum.
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

/// So many words are 1,024 bits.
const WORDS: usize = 16;
const BLOCK: usize = 8 * WORDS;

/// The checksum of some bytes.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let Some((last, blocks)) = blocks.split_last() else { return byte_by_byte(0, rest) };
    // The last 16 words, with all before them moved into them. A word goes to the next one, the 14th and the 16th on.
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

fn words(block: &[u8; BLOCK]) -> impl Iterator<Item = u64> {
    block.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word))
}

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
    fn words_at_a_time_are_bits_at_a_time() {
        let bytes: Vec<u8> = (0..1000u32).map(|at| (at * at % 251) as u8).collect();
        let slow = |bytes: &[u8]| {
            bytes.iter().fold(0u16, |crc, byte| {
                (0..8)
                    .fold(crc ^ u16::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xA001 } else { 0 })
            })
        };
        for end in 0..=bytes.len() {
            assert_eq!(crc16(&bytes[..end]), slow(&bytes[..end]), "of {end} bytes");
        }
    }
}
