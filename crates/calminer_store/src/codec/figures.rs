//! Rows of figures as little-endian doubles: every bit is kept, NaN and infinities too.

use crate::error::{StoreError, WHOLE};

const WIDTH: usize = size_of::<f64>();

/// The bytes of the figures.
pub(crate) fn to_bytes(figures: &[f64]) -> Vec<u8> {
    figures
        .iter()
        .flat_map(|figure| figure.to_le_bytes())
        .collect()
}

/// The figures of the bytes.
pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Vec<f64>, StoreError> {
    let (whole, rest) = bytes.as_chunks::<WIDTH>();
    if !rest.is_empty() {
        return Err(StoreError::damaged(
            WHOLE,
            format!("{} bytes are no whole number of figures", bytes.len()),
        ));
    }
    Ok(whole
        .iter()
        .map(|figure| f64::from_le_bytes(*figure))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_is_kept() {
        let figures = [
            0.1,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::MIN_POSITIVE / 3.0,
            f64::MAX,
        ];
        let back = from_bytes(&to_bytes(&figures)).unwrap();
        assert_eq!(
            figures.map(f64::to_bits).to_vec(),
            back.iter()
                .map(|figure| figure.to_bits())
                .collect::<Vec<_>>()
        );
        assert!(from_bytes(&[0; 9]).is_err());
    }
}
