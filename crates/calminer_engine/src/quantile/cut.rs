//! A triangular law kept in a range: up to two stretches with a straight density.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

/// One side of the mode: the distance from the far end of the triangle runs from `near` to `far`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Side {
    /// The far end: min for the rising side, max for the falling one.
    end: f64,
    near: f64,
    far: f64,
    /// Length of the whole side, from the end to the mode.
    whole: f64,
}

impl Side {
    /// Probability in the whole triangle, times its width.
    fn mass(&self) -> f64 {
        if self.far > self.near {
            (self.far - self.near) * ((self.far + self.near) / self.whole)
        } else {
            0.0
        }
    }

    /// Distance from the end with this share of the side's probability nearer to the end.
    #[inline(always)]
    fn distance(&self, share: f64) -> f64 {
        let near = self.near * self.near;
        (near + share * (self.far * self.far - near)).sqrt()
    }
}

/// A triangular law of which [low, high] is kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct CutTriangle {
    low: f64,
    high: f64,
    rising: Side,
    falling: Side,
    /// Share of what is kept that lies below the mode.
    split: f64,
    /// Probability of what is kept, times the width of the triangle.
    mass: f64,
}

impl CutTriangle {
    /// `None` where no probability lies between `low` and `high`.
    pub(super) fn new((min, mode, max): (f64, f64, f64), low: f64, high: f64) -> Option<Self> {
        let (low, high) = (low.max(min), high.min(max));
        if low >= high {
            return None;
        }
        let rising = Side {
            end: min,
            near: low.min(mode) - min,
            far: high.min(mode) - min,
            whole: mode - min,
        };
        let falling = Side {
            end: max,
            near: max - high.max(mode),
            far: max - low.max(mode),
            whole: max - mode,
        };
        let mass = rising.mass() + falling.mass();
        (mass > 0.0).then(|| Self {
            low,
            high,
            rising,
            falling,
            split: rising.mass() / mass,
            mass,
        })
    }

    pub(super) fn support(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    pub(super) fn mean(&self) -> f64 {
        self.low + self.average(|distance| distance)
    }

    pub(super) fn sd(&self) -> f64 {
        let mean = self.average(|distance| distance);
        self.average(|distance| (distance - mean) * (distance - mean))
            .sqrt()
    }

    /// Mean of a polynomial up to the second degree in the distance from `low`: two Gauss points a side are exact,
    /// since the density is straight.
    fn average(&self, term: impl Fn(f64) -> f64) -> f64 {
        let point = 1.0 / 3.0_f64.sqrt();
        let side = |side: &Side, sign: f64| {
            if side.mass() == 0.0 {
                return 0.0;
            }
            let (center, half) = (0.5 * (side.near + side.far), 0.5 * (side.far - side.near));
            let at = |distance: f64| {
                let height = 2.0 * distance / side.whole;
                height * term((side.end - self.low) + sign * distance)
            };
            half * (at(center - half * point) + at(center + half * point))
        };
        (side(&self.rising, 1.0) + side(&self.falling, -1.0)) / self.mass
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        if x <= self.low {
            return 0.0;
        }
        if x >= self.high {
            return 1.0;
        }
        let below = |side: &Side| Side {
            far: (x - side.end).abs(),
            ..*side
        };
        if x - self.rising.end < self.rising.whole {
            below(&self.rising).mass() / self.mass
        } else {
            1.0 - below(&self.falling).mass() / self.mass
        }
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        if x < self.low || x > self.high {
            return 0.0;
        }
        let from_min = x - self.rising.end;
        let height = if from_min < self.rising.whole {
            from_min / self.rising.whole
        } else if self.falling.whole > 0.0 {
            (self.falling.end - x) / self.falling.whole
        } else {
            1.0
        };
        2.0 * height / self.mass
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        let value = if u < self.split {
            self.rising.end + self.rising.distance(u / self.split)
        } else {
            self.falling.end - self.falling.distance((1.0 - u) / (1.0 - self.split))
        };
        let value = if value < self.low { self.low } else { value };
        if value > self.high { self.high } else { value }
    }

    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        for value in values {
            *value = self.value(*value);
        }
    }
}
