//! CRC-16 as FIT defines it (FIT protocol, "CRC"): reflected polynomial 0xA001, start 0.
//!
//! Sixteen bytes a step, a table for each place among them ("slicing", Kounavis and Berry 2005): table `k` holds what a byte
//! does to the checksum when `k` more bytes follow it.

const SLICES: usize = 16;
static TABLES: [[u16; 256]; SLICES] = tables();

const fn tables() -> [[u16; 256]; SLICES] {
    let mut tables = [[0; 256]; SLICES];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xA001 } else { 0 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut slice = 1;
    while slice < SLICES {
        byte = 0;
        while byte < 256 {
            let before: u16 = tables[slice - 1][byte];
            tables[slice][byte] = (before >> 8) ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        slice += 1;
    }
    tables
}

/// The checksum of some bytes.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    let (chunks, rest) = bytes.as_chunks::<SLICES>();
    let crc = chunks.iter().fold(0, |crc: u16, chunk| {
        let [low, high] = crc.to_le_bytes();
        let mut step = TABLES[15][usize::from(chunk[0] ^ low)] ^ TABLES[14][usize::from(chunk[1] ^ high)];
        for place in 2..SLICES {
            step ^= TABLES[SLICES - 1 - place][usize::from(chunk[place])];
        }
        step
    });
    rest.iter().fold(crc, |crc, byte| (crc >> 8) ^ TABLES[0][usize::from(crc as u8 ^ byte)])
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
    fn sixteen_at_a_time_is_one_at_a_time() {
        let bytes: Vec<u8> = (0..1000u32).map(|at| (at * at % 251) as u8).collect();
        let slow = |bytes: &[u8]| {
            bytes.iter().fold(0u16, |crc, byte| {
                (0..8)
                    .fold(crc ^ u16::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xA001 } else { 0 })
            })
        };
        for end in [0, 1, 15, 16, 17, 32, 999, 1000] {
            assert_eq!(crc16(&bytes[..end]), slow(&bytes[..end]));
        }
    }
}
