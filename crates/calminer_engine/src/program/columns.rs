//! Memory for the columns of a tile, each from the start of a cache line on.

#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the level of the processor"
)]

/// Bytes of a cache line. A vector that lies across two of them costs twice.
const LINE: usize = 64;

/// Figures of a cache line.
const FIGURES: usize = LINE / size_of::<f64>();

/// Columns of `W` figures, one after another. They start on a cache line; all of them lie on lines of their own where
/// `W` is a multiple of eight.
#[derive(Debug)]
pub(crate) struct Columns<const W: usize> {
    room: Vec<f64>,
    /// Figures before the first line that starts inside the room.
    skipped: usize,
}

impl<const W: usize> Columns<W> {
    /// Columns of zeros.
    pub(crate) fn new(count: usize) -> Self {
        let room = vec![0.0; count * W + FIGURES];
        // Where the address is not known the columns start anywhere: that costs time, nothing else.
        let skipped = room.as_ptr().align_offset(LINE).min(FIGURES);
        Self { room, skipped }
    }

    /// All columns; what is left of the room is shorter than one, or not asked for.
    #[inline(always)]
    pub(crate) fn all(&self) -> &[[f64; W]] {
        self.room[self.skipped..].as_chunks().0
    }

    /// The same, to be written.
    #[inline(always)]
    pub(crate) fn all_mut(&mut self) -> &mut [[f64; W]] {
        self.room[self.skipped..].as_chunks_mut().0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_start_on_cache_lines_and_there_are_enough() {
        for count in [0, 1, 7, 120] {
            let mut columns = Columns::<128>::new(count);
            assert_eq!(columns.all_mut().len(), count);
            let lines = columns
                .all()
                .iter()
                .map(|column| column.as_ptr().addr() % LINE);
            assert_eq!(lines.max().unwrap_or(0), 0);
            assert!(Columns::<1>::new(count).all().len() >= count);
            assert!(Columns::<24>::new(count).all().len() >= count);
        }
    }
}
