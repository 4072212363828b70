//! Smooth laws without a closed quantile, or with a range cut out of them: tails, densities and exact inverses.

use super::table::Outer;
use crate::math::{Beta, Gamma, exp, ln, normal};

/// A smooth law over its whole support.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Exact {
    /// Normal with sd > 0.
    Normal { mean: f64, sd: f64 },
    /// Lognormal with sigma > 0.
    Lognormal { mu: f64, sigma: f64 },
    /// Beta of two shapes on [min, min + width].
    Beta {
        law: Beta,
        shapes: (f64, f64),
        min: f64,
        max: f64,
    },
    /// Gamma.
    Gamma { law: Gamma, shape: f64, scale: f64 },
    /// Weibull; exponential for shape 1.
    Weibull { shape: f64, scale: f64 },
    /// Student t: `law` is the beta law of degrees / (degrees + t^2).
    Student {
        law: Beta,
        location: f64,
        scale: f64,
        degrees: f64,
    },
}

/// A law's own coordinate with its first and second derivative by the normal score.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Node {
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) bend: f64,
}

/// ln of the smallest figure that a logarithmic coordinate distinguishes from 0.
const LN_SMALLEST: f64 = -690.0;

/// The coordinate with the law's density in it and the slope of that density's logarithm.
struct Place {
    value: f64,
    density: f64,
    slope: f64,
}

impl Exact {
    pub(super) fn student(location: f64, scale: f64, degrees: f64) -> Self {
        Self::Student {
            law: Beta::new(0.5 * degrees, 0.5),
            location,
            scale,
            degrees,
        }
    }

    pub(super) fn beta(shapes: (f64, f64), min: f64, max: f64) -> Self {
        Self::Beta {
            law: Beta::new(shapes.0, shapes.1),
            shapes,
            min,
            max,
        }
    }

    pub(super) fn support(&self) -> (f64, f64) {
        match *self {
            Self::Normal { .. } | Self::Student { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Lognormal { .. } | Self::Gamma { .. } | Self::Weibull { .. } => {
                (0.0, f64::INFINITY)
            }
            Self::Beta { min, max, .. } => (min, max),
        }
    }

    /// Probabilities below and above `x`, the smaller one to nearly full relative precision.
    pub(super) fn tails(&self, x: f64) -> (f64, f64) {
        let (low, high) = self.support();
        if x <= low {
            return (0.0, 1.0);
        }
        if x >= high {
            return (1.0, 0.0);
        }
        let of_score = |z: f64| (normal::cdf(z), normal::cdf(-z));
        match *self {
            Self::Normal { mean, sd } => of_score((x - mean) / sd),
            Self::Lognormal { mu, sigma } => of_score((ln(x) - mu) / sigma),
            Self::Beta { law, min, max, .. } => {
                law.tails((x - min) / (max - min), (max - x) / (max - min))
            }
            Self::Gamma { law, scale, .. } => law.tails(x / scale),
            Self::Weibull { shape, scale } => {
                let hazard = exp(shape * ln(x / scale));
                (-libm::expm1(-hazard), exp(-hazard))
            }
            Self::Student {
                law,
                location,
                scale,
                degrees,
            } => {
                let ratio = (x - location) / scale;
                let square = ratio * ratio / degrees;
                let tail = if square < 1e300 {
                    let share = 1.0 / (1.0 + square);
                    0.5 * law.tails(share, square * share).0
                } else {
                    0.0
                };
                if ratio < 0.0 {
                    (tail, 1.0 - tail)
                } else {
                    (1.0 - tail, tail)
                }
            }
        }
    }

    /// The value with probability `lower` below and `upper` = 1 - `lower` above it.
    pub(super) fn value(&self, lower: f64, upper: f64) -> f64 {
        match *self {
            Self::Normal { mean, sd } => mean + sd * score(lower, upper),
            Self::Lognormal { mu, sigma } => exp(mu + sigma * score(lower, upper)),
            Self::Beta { law, min, max, .. } => {
                let (x, y) = law.quantile(lower, upper);
                if x <= y {
                    min + (max - min) * x
                } else {
                    max - (max - min) * y
                }
            }
            Self::Gamma { law, scale, .. } => scale * law.quantile(lower, upper),
            Self::Weibull { shape, scale } => scale * exp(ln(hazard(lower, upper)) / shape),
            Self::Student {
                law,
                location,
                scale,
                degrees,
            } => {
                let t = degrees.sqrt() * student_ratio(&law, lower, upper);
                location + scale * t
            }
        }
    }

    /// Density at `x`; 0 outside the support.
    pub(super) fn density(&self, x: f64) -> f64 {
        let (low, high) = self.support();
        if x < low || x > high || x.is_infinite() {
            return 0.0;
        }
        match *self {
            Self::Normal { mean, sd } => normal::density((x - mean) / sd) / sd,
            Self::Lognormal { mu, sigma } => {
                if x > 0.0 {
                    normal::density((ln(x) - mu) / sigma) / (sigma * x)
                } else {
                    0.0
                }
            }
            Self::Beta { law, min, max, .. } => {
                let width = max - min;
                let (left, right) = ((x - min) / width, (max - x) / width);
                if left > 0.0 && right > 0.0 {
                    law.kernel(left, right) / (left * right) / width
                } else {
                    law.density(left) / width
                }
            }
            Self::Gamma { law, scale, .. } => law.density(x / scale) / scale,
            Self::Weibull { shape, scale } => weibull_density(shape, x / scale) / scale,
            Self::Student {
                law,
                location,
                scale,
                degrees,
            } => {
                let t = (x - location) / scale;
                student_density(&law, degrees, t) / scale
            }
        }
    }

    /// What turns the law's coordinate into values.
    pub(super) fn outer(&self) -> Outer {
        match *self {
            Self::Normal { mean, sd } => Outer::Linear {
                origin: mean,
                scale: sd,
            },
            Self::Lognormal { mu, sigma } => Outer::Exp {
                origin: mu,
                scale: sigma,
            },
            Self::Beta {
                shapes, min, max, ..
            } => {
                let (origin, scale) = (min, max - min);
                if is_steep(shapes.0) || is_steep(shapes.1) {
                    Outer::Logistic { origin, scale }
                } else {
                    Outer::Linear { origin, scale }
                }
            }
            Self::Gamma { shape, scale, .. } => {
                if is_steep(shape) {
                    Outer::Exp {
                        origin: ln(scale),
                        scale: 1.0,
                    }
                } else {
                    Outer::Linear { origin: 0.0, scale }
                }
            }
            Self::Weibull { shape, scale } => Outer::Exp {
                origin: ln(scale),
                scale: 1.0 / shape,
            },
            Self::Student {
                location,
                scale,
                degrees,
                ..
            } => Outer::Sinh {
                origin: location,
                scale: scale * degrees.sqrt(),
            },
        }
    }

    /// The coordinate and its derivatives at the score `z`, where `lower` and `upper` are the probabilities of the
    /// whole law around it, and `mass` is the share of the law that is kept.
    pub(super) fn node(&self, (lower, upper): (f64, f64), z: f64, mass: f64) -> Node {
        let place = self.place(lower, upper);
        let slope = normal::density(z) * mass / place.density;
        let bend = slope * (-z - slope * place.slope);
        // At an end of the support, where the figure has run out of digits, the curve is flat.
        if slope.is_finite() && bend.is_finite() {
            Node {
                value: place.value,
                slope,
                bend,
            }
        } else {
            Node {
                value: place.value,
                ..Node::default()
            }
        }
    }

    fn place(&self, lower: f64, upper: f64) -> Place {
        match *self {
            Self::Normal { .. } | Self::Lognormal { .. } => {
                let value = score(lower, upper);
                Place {
                    value,
                    density: normal::density(value),
                    slope: -value,
                }
            }
            Self::Beta { law, shapes, .. } => {
                let (x, y) = law.quantile(lower, upper);
                let (a, b) = shapes;
                let kernel = law.kernel(x, y);
                if is_steep(a) || is_steep(b) {
                    let value = (ln(x) - ln(y)).clamp(LN_SMALLEST, -LN_SMALLEST);
                    logarithmic(value, kernel, a * y - b * x)
                } else {
                    Place {
                        value: if x <= y { x } else { 1.0 - y },
                        density: kernel / (x * y),
                        slope: (a - 1.0) / x - (b - 1.0) / y,
                    }
                }
            }
            Self::Gamma { law, shape, .. } => {
                let x = law.quantile(lower, upper);
                if is_steep(shape) {
                    logarithmic(ln(x).max(LN_SMALLEST), law.kernel(x), shape - x)
                } else {
                    Place {
                        value: x,
                        density: law.kernel(x) / x,
                        slope: (shape - 1.0) / x - 1.0,
                    }
                }
            }
            Self::Weibull { .. } => {
                let hazard = hazard(lower, upper);
                logarithmic(
                    ln(hazard).max(LN_SMALLEST),
                    hazard * exp(-hazard),
                    1.0 - hazard,
                )
            }
            Self::Student { law, degrees, .. } => {
                let ratio = student_ratio(&law, lower, upper);
                let value = libm::asinh(ratio).clamp(LN_SMALLEST, -LN_SMALLEST);
                let cosh = (1.0 + ratio * ratio).sqrt();
                let density = exp(law.ln_constant() - degrees * ln(cosh));
                logarithmic(value, density, -degrees * ratio / cosh)
            }
        }
    }
}

/// A coordinate that stands still where it has reached its bound.
fn logarithmic(value: f64, density: f64, slope: f64) -> Place {
    let bounded = value.abs() >= -LN_SMALLEST;
    Place {
        value,
        density: if bounded { f64::INFINITY } else { density },
        slope: if bounded { 0.0 } else { slope },
    }
}

/// Shapes below 1 press values against the end of the support; the logarithm of the distance spreads them again.
fn is_steep(shape: f64) -> bool {
    shape < 1.0
}

/// The normal score with these tails.
fn score(lower: f64, upper: f64) -> f64 {
    if lower < upper {
        normal::quantile(lower)
    } else {
        -normal::quantile(upper)
    }
}

/// -ln(upper), from the smaller tail.
fn hazard(lower: f64, upper: f64) -> f64 {
    if lower < upper {
        -libm::log1p(-lower)
    } else {
        -ln(upper)
    }
}

pub(super) fn weibull_density(shape: f64, x: f64) -> f64 {
    if x > 0.0 {
        let hazard = exp(shape * ln(x));
        shape * exp((shape - 1.0) * ln(x) - hazard)
    } else if shape > 1.0 {
        0.0
    } else if shape < 1.0 {
        f64::INFINITY
    } else {
        1.0
    }
}

/// t / sqrt(degrees) for these tails.
fn student_ratio(law: &Beta, lower: f64, upper: f64) -> f64 {
    let tail = lower.min(upper);
    let (share, rest) = law.quantile(2.0 * tail, (upper - lower).abs());
    let size = (rest / share).sqrt();
    if lower < upper { -size } else { size }
}

fn student_density(law: &Beta, degrees: f64, t: f64) -> f64 {
    let square = libm::log1p(t * t / degrees);
    exp(law.ln_constant() - 0.5 * (degrees + 1.0) * square) / degrees.sqrt()
}
