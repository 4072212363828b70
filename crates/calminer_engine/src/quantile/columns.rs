//! Laws on columns: each is a loop of its own, compiled once for every level of the processor.

use super::closed::{Triangular, Uniform};
use super::cut::CutTriangle;
use super::discrete::Discrete;
use super::open_cdf;
use super::pert::Pert;
use super::pieces::Pieces;
use super::smooth::Smooth;
use super::waiting::Waiting;
use crate::level::{self, Work};
use crate::math::{exp, normal};

/// A function of one number. All that its loop calls is to be inlined.
pub(super) trait OnColumn {
    /// Replaces each number.
    fn map(&self, values: &mut [f64]);
}

/// Replaces each number of a column, at the best level of the processor.
pub(super) fn map<L: OnColumn>(law: &L, values: &mut [f64]) {
    level::at_best(Map { law, values });
}

struct Map<'a, L> {
    law: &'a L,
    values: &'a mut [f64],
}

impl<L: OnColumn> Work for Map<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.law.map(self.values);
    }
}

macro_rules! on_column {
    ($($law:ty: $method:ident),+ $(,)?) => {$(
        impl OnColumn for $law {
            #[inline(always)]
            fn map(&self, values: &mut [f64]) {
                <$law>::$method(self, values);
            }
        }
    )+};
}

on_column! {
    Triangular: map,
    CutTriangle: map,
    Uniform: map,
    Waiting: map,
    Discrete: map,
    Pieces: map,
    Pert: map_scores,
    Smooth: map_scores,
}

/// A waiting time as a function of the normal score.
pub(super) struct ByScore<'a>(pub(super) &'a Waiting);

impl OnColumn for ByScore<'_> {
    #[inline(always)]
    fn map(&self, values: &mut [f64]) {
        self.0.map_scores(values);
    }
}

/// mean + sd z.
pub(super) struct Line {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl OnColumn for Line {
    #[inline(always)]
    fn map(&self, values: &mut [f64]) {
        for z in values {
            *z = self.mean + self.sd * *z;
        }
    }
}

/// exp(mu + sigma z).
pub(super) struct ExpLine {
    pub(super) mu: f64,
    pub(super) sigma: f64,
}

impl OnColumn for ExpLine {
    #[inline(always)]
    fn map(&self, values: &mut [f64]) {
        for z in values {
            *z = exp(self.mu + self.sigma * *z);
        }
    }
}

/// The normal score of a uniform number.
pub(super) struct Score;

impl OnColumn for Score {
    #[inline(always)]
    fn map(&self, values: &mut [f64]) {
        normal::quantile_slice(values);
    }
}

/// The uniform number of a normal score.
pub(super) struct OpenCdf;

impl OnColumn for OpenCdf {
    #[inline(always)]
    fn map(&self, values: &mut [f64]) {
        for z in values {
            *z = open_cdf(*z);
        }
    }
}
