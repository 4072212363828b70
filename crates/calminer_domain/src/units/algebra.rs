//! Products, quotients, powers, and which units fit.

use std::fmt;

use super::dimensions::Dimensions;
use super::{Dimension, Family, Unit, UnitMismatch};

impl Unit {
    /// The unit of a product.
    #[must_use]
    pub fn mul(&self, other: &Self) -> Self {
        self.times(other, 1)
    }

    /// The unit of a quotient.
    #[must_use]
    pub fn div(&self, other: &Self) -> Self {
        self.times(other, -1)
    }

    /// The unit of a whole power; a plain number for power 0.
    #[must_use]
    pub fn powi(&self, power: i32) -> Self {
        let unit = Self::plain();
        let dimensions = Dimensions::default().times(&self.dimensions, power);
        let family = match power {
            _ if power == 1 || self.family == Family::Plain => self.family,
            0 => Family::Plain,
            _ if dimensions.is_none() => Family::Open,
            _ => self.family,
        };
        Self {
            factor: unit.factor.times(self.factor, power),
            family,
            terms: merged(&[], &self.terms, power),
            dimensions,
        }
    }

    fn times(&self, other: &Self, power: i32) -> Self {
        let dimensions = self.dimensions.times(&other.dimensions, power);
        Self {
            factor: self.factor.times(other.factor, power),
            family: self.product_family(other, power, &dimensions),
            terms: merged(&self.terms, &other.terms, power),
            dimensions,
        }
    }

    /// The table in the module's text.
    fn product_family(&self, other: &Self, power: i32, product: &Dimensions) -> Family {
        let is_number = |unit: &Self| unit.dimensions.is_none();
        let is_plain_number = |unit: &Self| is_number(unit) && unit.family == Family::Plain;
        if product.power(Dimension::Mass) != 0 {
            return match (is_plain_number(self), is_plain_number(other)) {
                (true, _) => other.family,
                (_, true) => self.family,
                _ => Family::Open,
            };
        }
        if !product.is_none() {
            return Family::Plain;
        }
        if !is_number(self) || !is_number(other) {
            let has_mass = self.power_of(Dimension::Mass) != 0;
            return if has_mass {
                Family::Open
            } else {
                Family::Plain
            };
        }
        match (self.family, other.family) {
            (family, Family::Plain) => family,
            (Family::Plain, family) if power > 0 => family,
            _ => Family::Open,
        }
    }

    /// Equal powers of all dimensions and currencies; says nothing of families.
    pub fn same_dimension(&self, other: &Self) -> bool {
        self.dimensions == other.dimensions
    }

    /// Whether figures in the two may be added, compared, or chosen between.
    pub fn check_addable(&self, other: &Self) -> Result<(), UnitMismatch> {
        if !self.same_dimension(other) {
            return Err(UnitMismatch::of_dimensions(self, other));
        }
        let fits =
            self.family == other.family || [self.family, other.family].contains(&Family::Open);
        if fits {
            Ok(())
        } else {
            Err(UnitMismatch::of_families(self, other))
        }
    }

    /// The unit of a sum: this one, with the family of the other where its own is open. Figures in the other are
    /// multiplied by `other.factor_to(&sum)` first.
    pub fn sum(&self, other: &Self) -> Result<Self, UnitMismatch> {
        self.check_addable(other)?;
        let mut sum = self.clone();
        if sum.family == Family::Open {
            sum.family = other.family;
        }
        Ok(sum)
    }

    /// What a figure in this unit is multiplied by to be one in `target`. An open unit takes the family of the
    /// target.
    pub fn factor_to(&self, target: &Self) -> Result<f64, UnitMismatch> {
        self.convert(1.0, target)
    }

    /// The same across families of mass, as `to(x, [unit])` does. A grade and a plain number stay apart.
    pub fn crossing_factor_to(&self, target: &Self) -> Result<f64, UnitMismatch> {
        self.convert_across(1.0, target)
    }

    /// A figure in this unit as one in `target`, rounded once: 7 % is 0.07. NaN stays NaN.
    pub fn convert(&self, value: f64, target: &Self) -> Result<f64, UnitMismatch> {
        self.check_addable(target)?;
        Ok(self.converted(value, target))
    }

    /// The same across families of mass, as `to(x, [unit])` does.
    pub fn convert_across(&self, value: f64, target: &Self) -> Result<f64, UnitMismatch> {
        let crosses = self.same_dimension(target) && !self.dimensions.is_none();
        if !crosses {
            self.check_addable(target)?;
        }
        Ok(self.converted(value, target))
    }

    fn converted(&self, value: f64, target: &Self) -> f64 {
        let ratio = self.factor.times(target.factor, -1);
        let (numerator, denominator) = ratio.fraction(super::table::table().constants);
        value * numerator / denominator
    }

    /// How messages name it: in words when there is nothing to show.
    pub(super) fn named(&self) -> String {
        if self.terms.is_empty() {
            return "a plain number".to_owned();
        }
        self.to_string()
    }
}

/// Symbols that stand in both add their powers; none is left with power 0.
pub(super) fn merged(
    left: &[(String, i32)],
    right: &[(String, i32)],
    power: i32,
) -> Vec<(String, i32)> {
    let mut terms = left.to_vec();
    for (symbol, theirs) in right {
        let added = theirs.saturating_mul(power);
        match terms.iter_mut().find(|(mine, _)| mine == symbol) {
            Some((_, mine)) => *mine = mine.saturating_add(added),
            None => terms.push((symbol.clone(), added)),
        }
    }
    terms.retain(|(_, power)| *power != 0);
    terms
}

/// As it would be typed: `USD/(t*km)`, `1/a`, `m3`; nothing for a plain number.
impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |above: bool| -> Vec<String> {
            self.terms
                .iter()
                .filter(|(_, power)| (*power > 0) == above)
                .map(|(symbol, power)| match power.unsigned_abs() {
                    1 => symbol.clone(),
                    power if symbol.ends_with(char::is_alphabetic) => format!("{symbol}{power}"),
                    power => format!("{symbol}^{power}"),
                })
                .collect()
        };
        let (above, below) = (part(true), part(false));
        let upper = match above.as_slice() {
            [] if below.is_empty() => return Ok(()),
            [] => "1".to_owned(),
            _ => above.join("*"),
        };
        match below.as_slice() {
            [] => formatter.pad(&upper),
            [one] => formatter.pad(&format!("{upper}/{one}")),
            _ => formatter.pad(&format!("{upper}/({})", below.join("*"))),
        }
    }
}
