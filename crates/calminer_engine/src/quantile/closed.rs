//! Laws whose quantile is a closed formula in u.

#![expect(
    clippy::inline_always,
    reason = "these loops must be compiled inside the caller, at the processor level it has chosen"
)]

/// Triangular law with min < max.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Triangular {
    min: f64,
    mode: f64,
    max: f64,
    width: f64,
    /// Probability below the mode.
    split: f64,
}

impl Triangular {
    pub(super) fn new(min: f64, mode: f64, max: f64, width: f64) -> Self {
        Self {
            min,
            mode,
            max,
            width,
            split: (mode - min) / width,
        }
    }

    pub(super) fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    pub(super) fn mean(&self) -> f64 {
        self.min + self.width * ((1.0 + self.split) / 3.0)
    }

    pub(super) fn sd(&self) -> f64 {
        self.width * ((1.0 - self.split * (1.0 - self.split)) / 18.0).sqrt()
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        if x <= self.min {
            0.0
        } else if x >= self.max {
            1.0
        } else if x < self.mode {
            let side = (x - self.min) / self.width;
            side * side / self.split
        } else {
            let side = (self.max - x) / self.width;
            1.0 - side * side / (1.0 - self.split)
        }
    }

    /// The comparisons keep 0 / 0 away where the mode is an end.
    pub(super) fn density(&self, x: f64) -> f64 {
        let height = 2.0 / self.width;
        if x < self.min || x > self.max {
            0.0
        } else if x < self.mode {
            height * ((x - self.min) / (self.mode - self.min))
        } else if x > self.mode {
            height * ((self.max - x) / (self.max - self.mode))
        } else {
            height
        }
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        let below = u < self.split;
        let share = if below {
            u * self.split
        } else {
            (1.0 - u) * (1.0 - self.split)
        };
        let side = self.width * share.sqrt();
        if below {
            self.min + side
        } else {
            self.max - side
        }
    }

    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        let law = *self;
        for value in values {
            *value = law.value(*value);
        }
    }
}

/// Uniform law with min < max.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Uniform {
    min: f64,
    max: f64,
    width: f64,
}

impl Uniform {
    pub(super) fn new(min: f64, max: f64, width: f64) -> Self {
        Self { min, max, width }
    }

    pub(super) fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    pub(super) fn mean(&self) -> f64 {
        self.min + 0.5 * self.width
    }

    pub(super) fn sd(&self) -> f64 {
        self.width / 12.0_f64.sqrt()
    }

    pub(super) fn cdf(&self, x: f64) -> f64 {
        ((x - self.min) / self.width).clamp(0.0, 1.0)
    }

    pub(super) fn density(&self, x: f64) -> f64 {
        if x < self.min || x > self.max {
            0.0
        } else {
            1.0 / self.width
        }
    }

    #[inline(always)]
    pub(super) fn value(&self, u: f64) -> f64 {
        let value = self.min + self.width * u;
        // The width may be rounded up, and then u near 1 would lead past the end.
        if value > self.max { self.max } else { value }
    }

    #[inline(always)]
    pub(super) fn map(&self, values: &mut [f64]) {
        let law = *self;
        for value in values {
            *value = law.value(*value);
        }
    }
}
