//! First-order and total Sobol indices by pick-freeze.
//!
//! First order: V_i = mean of f(B) (f(A with i from B) - f(A)), Saltelli and others 2010, with f(B) less its mean.
//! Total: E_i = half the mean of (f(A) - f(A with i from B))^2, Jansen 1999. Both over the variance of A and B together.

use super::design::{Members, Tile};
use super::rounds::{Rule, Summed, Totals};
use super::variance::{Estimate, estimates};

/// Sums before those of the players: of A, its squares, of B, its squares.
const COMMON: usize = 4;
/// Sums of a player: f(B) times the difference, the difference, half its square.
const OF_PLAYER: usize = 3;

/// Evaluates A, B and one mixture for each player that varies.
pub(super) struct Sobol<'a> {
    pub(super) players: Vec<&'a Members>,
}

impl Rule for Sobol<'_> {
    fn steps(&self) -> usize {
        2 + self.players.len()
    }

    fn sums(&self) -> usize {
        COMMON + OF_PLAYER * self.players.len()
    }

    fn mix(&self, step: usize, _first: u64, tile: &mut Tile<'_>) {
        match step {
            0 => tile.exchange(|_| false),
            1 => tile.exchange(|_| true),
            _ => tile.exchange(|column| self.players[step - 2].columns.contains(&column)),
        }
    }

    fn add(&self, _sample: u64, figures: &[f64], sums: &mut [f64]) {
        let (a, b) = (figures[0], figures[1]);
        for (sum, value) in sums.iter_mut().zip([a, a * a, b, b * b]) {
            *sum += value;
        }
        let of_players = sums[COMMON..].chunks_exact_mut(OF_PLAYER);
        for (sums, mixed) in of_players.zip(&figures[2..]) {
            let difference = mixed - a;
            sums[0] += b * difference;
            sums[1] += difference;
            sums[2] += 0.5 * difference * difference;
        }
    }
}

/// First-order and total index of each player that varies.
pub(super) struct Indices {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) first: Vec<Estimate>,
    pub(super) total: Vec<Estimate>,
}

/// `None` where the output does not vary, or has fewer than two samples.
pub(super) fn indices(summed: &Summed) -> Option<Indices> {
    let whole = summed.whole();
    let (mean, variance) = moments(&whole).filter(|(_, variance)| summed.varies(*variance))?;
    let all = |totals: &Totals| {
        let (_, variance) = moments(totals).filter(|(_, variance)| *variance > 0.0)?;
        let n = totals.used as f64;
        let mean_b = totals.sums[2] / n;
        let players = totals.sums[COMMON..].chunks_exact(OF_PLAYER);
        let first = players
            .clone()
            .map(|sums| (sums[0] - mean_b * sums[1]) / n / variance);
        let total = players.map(|sums| sums[2] / n / variance);
        Some(first.chain(total).collect::<Vec<f64>>())
    };
    let figures = all(&whole)?;
    let mut first = estimates(&figures, summed.intervals(&figures, all));
    let total = first.split_off(figures.len() / 2);
    Some(Indices {
        mean: summed.shift + mean,
        variance,
        first,
        total,
    })
}

/// Mean and variance of A and B together.
fn moments(totals: &Totals) -> Option<(f64, f64)> {
    if totals.used < 2 {
        return None;
    }
    let n = 2.0 * totals.used as f64;
    let [a, a2, b, b2, ..] = totals.sums[..] else {
        return None;
    };
    let mean = (a + b) / n;
    let variance = ((a2 + b2) - n * mean * mean).max(0.0) / (n - 1.0);
    Some((mean, variance))
}
