//! Unpacks a deflate or gzip stream that states its size, in one call.

use flate2::{Decompress, FlushDecompress, Status};

/// The kinds of packed streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Deflate,
    Gzip,
}

/// Unpacks a whole stream of a stated size; `None` if it is damaged or states another size. The
/// streaming decoder then tells what is wrong, and gives what is before the damage.
///
/// One call takes 0.7 of the instructions of the streaming decoder (`benches/README.md`).
pub(super) fn at_once(packed: &[u8], packing: Packing, size: u64) -> Option<Vec<u8>> {
    /// The window of every deflate stream, as a power of two.
    const WINDOW_BITS: u8 = 15;
    let size = usize::try_from(size).ok()?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size.checked_add(1)?).ok()?;
    let mut stream = match packing {
        Packing::Deflate => Decompress::new(false),
        Packing::Gzip => Decompress::new_gzip(WINDOW_BITS),
    };
    let status = stream.decompress_vec(packed, &mut bytes, FlushDecompress::Finish).ok()?;
    // A second gzip member may follow the first.
    let is_all = packing == Packing::Deflate || stream.total_in() == packed.len() as u64;
    (status == Status::StreamEnd && bytes.len() == size && is_all).then_some(bytes)
}

/// Returns the size that a gzip file states in its last four bytes, modulo 4 GiB.
pub(super) fn gzip_size(packed: &[u8]) -> u64 {
    packed.last_chunk().map_or(0, |size| u64::from(u32::from_le_bytes(*size)))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};

    use super::*;

    fn content() -> Vec<u8> {
        (0..70_000_u32).flat_map(|number| (number % 251 * number % 17).to_le_bytes()).collect()
    }

    #[test]
    fn a_whole_stream_of_the_stated_size_is_unpacked() {
        let content = content();
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(&content).expect("packed");
        let deflate = deflate.finish().expect("packed");
        let size = content.len() as u64;
        assert_eq!(at_once(&deflate, Packing::Deflate, size).as_deref(), Some(&content[..]));
        for wrong in [0, size - 1, size + 1] {
            assert_eq!(at_once(&deflate, Packing::Deflate, wrong), None);
        }
        assert_eq!(at_once(&deflate[..deflate.len() - 1], Packing::Deflate, size), None);
    }

    #[test]
    fn a_gzip_file_of_two_members_or_with_a_wrong_checksum_is_left_to_the_stream() {
        let content = content();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(&content).expect("packed");
        let gzip = gzip.finish().expect("packed");
        let unpacked = |packed: &[u8]| at_once(packed, Packing::Gzip, gzip_size(packed));
        assert_eq!(unpacked(&gzip).as_deref(), Some(&content[..]));
        assert_eq!(unpacked(&[&gzip[..], &gzip].concat()), None);
        let mut changed = gzip.clone();
        let checksum = changed.len() - 8;
        changed[checksum] ^= 1;
        assert_eq!(unpacked(&changed), None);
        assert_eq!(unpacked(&[]), None);
    }
}
