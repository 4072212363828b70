//! How values are written so that every database gives them back as they were.

pub(crate) mod figures;
pub(crate) mod plain;
pub(crate) mod seal;
pub(crate) mod text;

use sha2::{Digest as _, Sha256};

use crate::error::{StoreError, WHOLE};

/// Larger documents are refused before memory is asked for them: a crafted file may claim any size.
const MAX_UNPACKED: usize = 256 * 1024 * 1024;
/// Level 3 is the library's choice between speed and size.
const LEVEL: i32 = 3;

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// Compressed bytes.
pub(crate) fn pack(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(bytes, LEVEL)
        .map_err(|error| StoreError::file("the data could not be compressed", &error))
}

/// The bytes again; damage when they do not unpack.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    unpack_up_to(packed, MAX_UNPACKED)
}

/// The same with a bound that the caller knows.
pub(crate) fn unpack_up_to(packed: &[u8], most: usize) -> Result<Vec<u8>, StoreError> {
    // The size in the frame is a claim; memory is asked for only up to the bound.
    let claimed = zstd::bulk::Decompressor::upper_bound(packed).unwrap_or(most);
    zstd::bulk::decompress(packed, claimed.min(most))
        .map_err(|error| StoreError::damaged(WHOLE, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bytes_come_back_and_broken_ones_are_damage() {
        let bytes: Vec<u8> = (0..10_000_u32).flat_map(u32::to_le_bytes).collect();
        let packed = pack(&bytes).unwrap();
        assert_eq!(unpack(&packed).unwrap(), bytes);
        assert_eq!(unpack(&pack(b"").unwrap()).unwrap(), b"");
        assert!(unpack(&packed[..packed.len() / 2]).is_err());
        assert!(unpack(b"not compressed").is_err());
        assert!(unpack_up_to(&packed, 100).is_err());
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
