//! Exact factors: powers of small primes and of the two measured constants, so that a chain of conversions cancels
//! before anything is rounded.

/// Numbers in the table are products of these.
const PRIMES: [(u64, f64); 5] = [(2, 2.0), (3, 3.0), (5, 5.0), (7, 7.0), (127, 127.0)];

/// Constants that are not products of the primes, by their name in the table.
pub(super) const CONSTANT_NAMES: [&str; CONSTANTS] = ["lb_per_t", "g_per_oz"];

/// How many constants there are.
pub(super) const CONSTANTS: usize = 2;

/// A positive factor as powers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Factor {
    primes: [i32; PRIMES.len()],
    constants: [i32; CONSTANTS],
}

impl Factor {
    /// A whole number; `None` when it is 0 or has another prime.
    pub(super) fn whole(number: u64) -> Option<Self> {
        let mut rest = number;
        let mut factor = Self::default();
        if rest == 0 {
            return None;
        }
        for ((prime, _), power) in PRIMES.iter().zip(&mut factor.primes) {
            while rest.is_multiple_of(*prime) {
                rest /= prime;
                *power += 1;
            }
        }
        (rest == 1).then_some(factor)
    }

    /// One of [`CONSTANT_NAMES`] to a power.
    pub(super) fn constant(name: &str, power: i32) -> Option<Self> {
        let mut factor = Self::default();
        let index = CONSTANT_NAMES.iter().position(|known| *known == name)?;
        *factor.constants.get_mut(index)? = power;
        Some(factor)
    }

    /// The product of `self` and `other` to a power.
    pub(super) fn times(mut self, other: Self, power: i32) -> Self {
        let add = |mine: &mut i32, theirs: i32| {
            *mine = mine.saturating_add(theirs.saturating_mul(power));
        };
        for (mine, theirs) in self.primes.iter_mut().zip(other.primes) {
            add(mine, theirs);
        }
        for (mine, theirs) in self.constants.iter_mut().zip(other.constants) {
            add(mine, theirs);
        }
        self
    }

    /// Numerator and denominator. Both are exact while they are whole and below 2^53.
    pub(super) fn fraction(self, constants: [f64; CONSTANTS]) -> (f64, f64) {
        let primes = PRIMES.iter().map(|(_, value)| *value).zip(self.primes);
        let constants = constants.into_iter().zip(self.constants);
        let (mut numerator, mut denominator) = (1.0, 1.0);
        for (base, power) in primes.chain(constants) {
            if power > 0 {
                numerator *= to_power(base, power.unsigned_abs());
            } else {
                denominator *= to_power(base, power.unsigned_abs());
            }
        }
        (numerator, denominator)
    }
}

/// By squaring: exact for whole results below 2^53, and quick for any power.
fn to_power(base: f64, mut power: u32) -> f64 {
    let (mut result, mut square) = (1.0, base);
    while power > 0 {
        if power % 2 == 1 {
            result *= square;
        }
        square *= square;
        power /= 2;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_split_into_known_primes() {
        let factor = Factor::whole(3048).unwrap();
        assert_eq!(factor.fraction([1.0; CONSTANTS]), (3048.0, 1.0));
        assert!(Factor::whole(11).is_none());
        assert!(Factor::whole(0).is_none());
    }

    #[test]
    fn what_cancels_is_not_rounded() {
        let ounce = Factor::constant("g_per_oz", 1).unwrap();
        let million = Factor::whole(1_000_000).unwrap();
        let gram = Factor::default().times(million, -1);
        let ratio = ounce.times(million, -1).times(gram, -1);
        assert_eq!(ratio.fraction([2.0, 31.103_476_8]), (31.103_476_8, 1.0));
    }

    #[test]
    fn powers_are_whole() {
        assert_eq!(to_power(10.0, 22), 1e22);
        assert_eq!(to_power(7.0, 0), 1.0);
        assert!(to_power(2.0, u32::MAX).is_infinite());
    }
}
