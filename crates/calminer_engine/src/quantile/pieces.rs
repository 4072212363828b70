//! Laws of many pieces: single values and stretches of even density. Poisson, cumulative curves, samples.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

use crate::math::ln;

/// A stretch of even density, or one value where both ends are the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) low: f64,
    pub(super) high: f64,
    /// Probability; before [`Pieces::new`] any weight.
    pub(super) mass: f64,
}

/// A law over pieces in rising order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pieces {
    items: Vec<Piece>,
    /// Probability at or below the end of each piece but the last, which takes all that is left.
    thresholds: Vec<f64>,
    /// Number of the piece in which the probability k / length stands: where a search begins.
    guide: Vec<u32>,
    /// Ends of the support, which may lie beyond the pieces that are ever drawn.
    ends: (f64, f64),
}

impl Pieces {
    /// From pieces in rising order; weights are divided by their sum, pieces without weight left out. `None` where no
    /// weight is above 0.
    pub(super) fn new(pieces: Vec<Piece>) -> Option<Self> {
        let mut pieces: Vec<Piece> = pieces
            .into_iter()
            .filter(|piece| piece.mass > 0.0)
            .collect();
        let sum: f64 = pieces.iter().map(|piece| piece.mass).sum();
        let ends = (pieces.first()?.low, pieces.last()?.high);
        let mut total = 0.0;
        let mut thresholds = Vec::with_capacity(pieces.len());
        for piece in &mut pieces {
            total += piece.mass;
            thresholds.push((total / sum).min(1.0));
            piece.mass /= sum;
        }
        thresholds.pop();
        let length = pieces.len().next_power_of_two().min(1 << 16);
        let guide = (0..=length)
            .map(|place| {
                let u = place as f64 / length as f64;
                thresholds.partition_point(|&threshold| threshold < u) as u32
            })
            .collect();
        Some(Self {
            items: pieces,
            thresholds,
            guide,
            ends,
        })
    }

    /// A sample: each value is equally likely.
    pub(super) fn sample(values: &[f64]) -> Vec<Piece> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let mut pieces: Vec<Piece> = Vec::new();
        for value in values {
            match pieces.last_mut() {
                Some(last) if last.low == value => last.mass += 1.0,
                _ => pieces.push(Piece {
                    low: value,
                    high: value,
                    mass: 1.0,
                }),
            }
        }
        pieces
    }

    /// A cumulative curve. A first share above 0 is the probability of the smallest value.
    pub(super) fn curve(values: &[f64], shares: &[f64]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut last: Option<(f64, f64)> = None;
        for (&value, &share) in values.iter().zip(shares) {
            let (low, below) = last.unwrap_or((value, 0.0));
            pieces.push(Piece {
                low,
                high: value,
                mass: share - below,
            });
            last = Some((value, share));
        }
        pieces
    }

    /// Poisson between two bounds: every count whose probability is above 1e-25 of the largest.
    pub(super) fn poisson(mean: f64, min: f64, max: f64) -> Vec<Piece> {
        let first = libm::ceil(min.max(0.0));
        let last = libm::floor(max);
        // The likeliest count inside, and outward from it as far as it matters.
        let top = libm::floor(mean).clamp(first, last.max(first));
        let weight = |step: f64, count: f64| Piece {
            low: count,
            high: count,
            mass: step,
        };
        let mut below = Vec::new();
        let (mut mass, mut count) = (1.0, top);
        while count > first && mass > 1e-25 {
            mass *= count / mean;
            count -= 1.0;
            below.push(weight(mass, count));
        }
        below.reverse();
        let (mut mass, mut count) = (1.0, top);
        while count <= last && mass > 1e-25 {
            below.push(weight(mass, count));
            count += 1.0;
            mass *= mean / count;
        }
        below
    }

    /// The pieces between two bounds, which belong to the range; stretches are cut.
    pub(super) fn kept(pieces: &[Piece], min: f64, max: f64) -> Vec<Piece> {
        let inside = pieces
            .iter()
            .filter(|piece| piece.low <= max && piece.high >= min);
        inside
            .map(|piece| {
                let (low, high) = (piece.low.max(min), piece.high.min(max));
                let share = if piece.high > piece.low {
                    (high - low) / (piece.high - piece.low)
                } else {
                    1.0
                };
                Piece {
                    low,
                    high,
                    mass: piece.mass * share,
                }
            })
            .collect()
    }

    /// The same law with a support that reaches further than the pieces.
    pub(super) fn reaching(mut self, high: f64) -> Self {
        self.ends.1 = high;
        self
    }

    /// The value where there is one alone.
    pub(super) fn constant(&self) -> Option<f64> {
        let (low, high) = self.ends;
        (low == high).then_some(low)
    }

    /// Whether it is made of single values alone.
    pub(super) fn is_discrete(&self) -> bool {
        self.items.iter().all(|piece| piece.low == piece.high)
    }

    pub(super) fn support(&self) -> (f64, f64) {
        self.ends
    }

    pub(super) fn mean(&self) -> f64 {
        // From the first value on, so that a narrow table far from 0 keeps its digits.
        let first = self.ends.0;
        let terms = self.items.iter();
        first
            + terms
                .map(|piece| (0.5 * (piece.low - first) + 0.5 * (piece.high - first)) * piece.mass)
                .sum::<f64>()
    }

    pub(super) fn sd(&self) -> f64 {
        let mean = self.mean();
        let terms = self.items.iter();
        terms
            .map(|piece| {
                let center = 0.5 * (piece.low - mean) + 0.5 * (piece.high - mean);
                let width = piece.high - piece.low;
                (center * center + width * width / 12.0) * piece.mass
            })
            .sum::<f64>()
            .sqrt()
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        let place = self.items.partition_point(|piece| piece.high <= x);
        let below = if place == 0 {
            0.0
        } else {
            self.at_or_below(place - 1)
        };
        match self.items.get(place) {
            Some(piece) if x > piece.low => {
                below + piece.mass * ((x - piece.low) / (piece.high - piece.low))
            }
            _ => below,
        }
    }

    fn at_or_below(&self, piece: usize) -> f64 {
        self.thresholds.get(piece).copied().unwrap_or(1.0)
    }

    /// Probability of exactly `x`.
    pub(super) fn mass(&self, x: f64) -> f64 {
        let at = self
            .items
            .iter()
            .filter(|piece| piece.low == x && piece.high == x);
        at.map(|piece| piece.mass).sum()
    }

    /// Density of the stretches at `x`.
    pub(super) fn density(&self, x: f64) -> f64 {
        let place = self.items.partition_point(|piece| piece.high < x);
        let mut found = self.items[place..]
            .iter()
            .take_while(|piece| piece.low <= x);
        found
            .find(|piece| piece.high > piece.low)
            .map_or(0.0, |piece| piece.mass / (piece.high - piece.low))
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        let last = self.guide.len() - 2;
        let place = ((u * (last + 1) as f64) as usize).min(last);
        let (from, to) = (self.guide[place] as usize, self.guide[place + 1] as usize);
        let number =
            from + self.thresholds[from..to.max(from)].partition_point(|&threshold| threshold < u);
        let piece = &self.items[number];
        let width = piece.high - piece.low;
        if width > 0.0 {
            let below = if number == 0 {
                0.0
            } else {
                self.thresholds[number - 1]
            };
            let value = piece.low + width * ((u - below) / piece.mass);
            let value = if value < piece.low { piece.low } else { value };
            if value > piece.high {
                piece.high
            } else {
                value
            }
        } else {
            piece.low
        }
    }

    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        for value in values {
            *value = self.value(*value);
        }
    }
}

/// ln of the probability of exactly `count` for a Poisson variable.
pub(super) fn poisson_ln_mass(mean: f64, count: f64) -> f64 {
    count * ln(mean) - mean - crate::math::beta::ln_gamma(count + 1.0)
}
