//! Typed figures of a line: one for all periods, or one a period.

use calminer_domain::{Line, Value};

/// Puts a figure into a period; a constant becomes a row with one figure changed.
pub(super) fn put(line: &mut Line, period: usize, figure: f64, periods: usize) {
    if let Value::Number(constant) = line.value {
        line.value = Value::Series(vec![constant; periods]);
    }
    if let Value::Series(figures) = &mut line.value {
        if figures.len() <= period {
            figures.resize(periods.max(period + 1), 0.0);
        }
        if let Some(own) = figures.get_mut(period) {
            *own = figure;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn line(value: Value) -> Line {
        Line {
            id: Uuid::from_u128(1),
            key: "ore".to_owned(),
            label: String::new(),
            section: calminer_domain::Section::Production,
            unit: "kt".to_owned(),
            value,
            role: None,
            output: None,
            timing: None,
            basis: None,
            source: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn a_constant_becomes_a_row_and_a_short_row_is_filled() {
        let mut constant = line(Value::Number(5.0));
        put(&mut constant, 1, 7.0, 3);
        assert_eq!(constant.value, Value::Series(vec![5.0, 7.0, 5.0]));
        let mut short = line(Value::Series(vec![1.0]));
        put(&mut short, 2, 9.0, 3);
        assert_eq!(short.value, Value::Series(vec![1.0, 0.0, 9.0]));
    }

    #[test]
    fn a_formula_stays() {
        let mut formula = line(Value::Formula("=a".to_owned()));
        put(&mut formula, 0, 1.0, 2);
        assert_eq!(formula.value, Value::Formula("=a".to_owned()));
    }
}
