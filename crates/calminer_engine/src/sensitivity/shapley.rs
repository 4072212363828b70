//! Shapley effects: shares of the variance that are valid whether inputs depend on each other or not.
//!
//! The worth of a set of players is c(J) = E Var(Y | all but J), half the mean of (f(X) - f(X'))^2 where X' has the
//! players J drawn again given the others (Song, Nelson and Staum 2016; Jansen's form). A player's effect is the mean
//! rise of c when it joins, over all orders of joining. With few players all sets are evaluated; with many, each sample
//! follows one random order, and the players of the order come from B one after another.

use super::design::{Members, Tile};
use super::model::TILE;
use super::rounds::{Rule, Summed, Totals};
use super::variance::{Estimate, estimates};
use crate::sampling::stream::mix;

/// Up to this number of players all sets of them are evaluated.
pub(super) const MOST_EXACT: usize = 8;

/// The share of each player that varies.
pub(super) struct Shares {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) of_players: Vec<Estimate>,
}

/// Evaluates all sets of players, numbered by their bits.
pub(super) struct AllSets<'a> {
    pub(super) players: Vec<&'a Members>,
}

impl Rule for AllSets<'_> {
    fn steps(&self) -> usize {
        1 << self.players.len()
    }

    /// Sum of f(A), then the worth of each set.
    fn sums(&self) -> usize {
        1 + self.steps()
    }

    fn mix(&self, step: usize, _first: u64, tile: &mut Tile<'_>) {
        let members = self.players.iter().enumerate();
        let moved: Vec<usize> = members
            .filter(|(player, _)| step >> player & 1 == 1)
            .flat_map(|(_, player)| player.columns.iter().copied())
            .collect();
        tile.exchange(|column| moved.contains(&column));
    }

    fn add(&self, _sample: u64, figures: &[f64], sums: &mut [f64]) {
        sums[0] += figures[0];
        for (sum, figure) in sums[1..].iter_mut().zip(figures) {
            let difference = figure - figures[0];
            *sum += 0.5 * difference * difference;
        }
    }
}

impl AllSets<'_> {
    /// The effect of each player from the worth of all sets.
    fn effects(&self, totals: &Totals) -> Option<Vec<f64>> {
        if totals.used == 0 {
            return None;
        }
        let count = self.players.len();
        let worth = &totals.sums[1..];
        // |J|! (k - |J| - 1)! / k!: 1 over k times the number of sets of that size among the others.
        let mut weights = vec![1.0 / count as f64; count];
        for size in 1..count {
            weights[size] = weights[size - 1] * size as f64 / (count - size) as f64;
        }
        let effect = |player: usize| {
            let without = (0..worth.len()).filter(|set| set >> player & 1 == 0);
            without
                .map(|set| {
                    weights[set.count_ones() as usize] * (worth[set | 1 << player] - worth[set])
                })
                .sum::<f64>()
                / totals.used as f64
        };
        Some((0..count).map(effect).collect())
    }

    pub(super) fn shares(&self, summed: &Summed) -> Option<Shares> {
        shares(summed, |totals| self.effects(totals))
    }
}

/// Follows one random order of the players in each sample.
pub(super) struct RandomOrders<'a> {
    pub(super) players: Vec<&'a Members>,
    pub(super) seed: u64,
}

impl RandomOrders<'_> {
    /// The order of a sample, from seed and sample alone.
    fn order(&self, sample: u64) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.players.len()).collect();
        let mut state = mix(mix(self.seed ^ 0x6f72_6465_7273) ^ sample);
        for last in (1..order.len()).rev() {
            state = mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
            // The upper half of a product with a random word: uniform but for 2^-57.
            let place = (u128::from(state) * (last as u128 + 1)) >> 64;
            order.swap(last, place as usize);
        }
        order
    }
}

impl Rule for RandomOrders<'_> {
    fn steps(&self) -> usize {
        1 + self.players.len()
    }

    /// Sum of f(A), then the rise of each player.
    fn sums(&self) -> usize {
        1 + self.players.len()
    }

    fn mix(&self, step: usize, first: u64, tile: &mut Tile<'_>) {
        if step == 0 {
            tile.exchange(|_| false);
            return;
        }
        let mut from_b = vec![false; tile.mixed.len()];
        for lane in 0..TILE {
            let order = self.order(first + lane as u64);
            from_b.fill(false);
            for &player in &order[..step] {
                for &column in &self.players[player].columns {
                    from_b[column] = true;
                }
            }
            tile.move_one(lane, &self.players[order[step - 1]].columns, &from_b);
        }
    }

    fn add(&self, sample: u64, figures: &[f64], sums: &mut [f64]) {
        sums[0] += figures[0];
        let mut before = 0.0;
        for (player, figure) in self.order(sample).into_iter().zip(&figures[1..]) {
            let difference = figure - figures[0];
            let worth = 0.5 * difference * difference;
            sums[1 + player] += worth - before;
            before = worth;
        }
    }
}

impl RandomOrders<'_> {
    pub(super) fn shares(summed: &Summed) -> Option<Shares> {
        shares(summed, |totals| {
            let n = totals.used as f64;
            (totals.used > 0).then(|| totals.sums[1..].iter().map(|sum| sum / n).collect())
        })
    }
}

/// Effects as shares of their sum, which is the variance.
fn shares(summed: &Summed, effects: impl Fn(&Totals) -> Option<Vec<f64>>) -> Option<Shares> {
    let whole = summed.whole();
    let scaled = |totals: &Totals| {
        let effects = effects(totals)?;
        let variance: f64 = effects.iter().sum();
        (variance > 0.0).then(|| effects.iter().map(|effect| effect / variance).collect())
    };
    let variance: f64 = effects(&whole)?.iter().sum();
    if !summed.varies(variance) {
        return None;
    }
    let figures: Vec<f64> = scaled(&whole)?;
    let intervals = summed.intervals(&figures, scaled);
    Some(Shares {
        mean: summed.shift + whole.sums[0] / whole.used as f64,
        variance,
        of_players: estimates(&figures, intervals),
    })
}
