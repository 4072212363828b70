//! Many figures of one unit at once, as they come from a spreadsheet.

use calminer_domain::units::Unit;
use calminer_domain::units::entry::parse_entry;

use super::format::NumberStyle;
use super::grid::block;
use super::state::decimal_mark;

/// Reads figures of one unit; the unit is looked at once.
pub(crate) struct Reader<'a> {
    unit: Unit,
    currency: &'a str,
    style: NumberStyle,
}

impl<'a> Reader<'a> {
    /// A unit that cannot be read is an issue of its own and counts as none here.
    pub(crate) fn new(unit: &str, currency: &'a str, style: NumberStyle) -> Self {
        Self {
            unit: Unit::parse(unit, currency).unwrap_or_else(|_| Unit::plain()),
            currency,
            style,
        }
    }

    /// The figure of a text, as a field of this unit reads it.
    pub(crate) fn read(&self, text: &str) -> Result<f64, String> {
        if let Some(figure) = plain(text.trim(), self.style.decimal) {
            return Ok(figure);
        }
        let entry = parse_entry(text, decimal_mark(self.style), &self.unit, self.currency);
        entry
            .map(|entry| entry.value)
            .map_err(|error| error.message)
    }

    /// All figures of a pasted block, row after row. Empty cells are passed over, and so is a first row of headings.
    pub(crate) fn sample(&self, text: &str) -> Result<Vec<f64>, String> {
        let rows = block::read(text);
        let mut values = Vec::with_capacity(rows.len());
        for (at, cells) in rows.iter().enumerate() {
            let filled = cells.iter().filter(|cell| !cell.trim().is_empty());
            let read: Result<Vec<f64>, String> = filled.map(|cell| self.read(cell)).collect();
            match read {
                Ok(figures) => values.extend(figures),
                Err(_) if at == 0 && rows.len() > 1 => {}
                Err(why) => return Err(format!("row {}: {why}", at + 1)),
            }
        }
        if values.is_empty() {
            return Err("no figures were pasted".to_owned());
        }
        Ok(values)
    }
}

/// The figure of a text of digits with at most one mark, that of the setting: it has one reading, and ten thousand of
/// them are read in a few milliseconds.
fn plain(text: &str, decimal: char) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let marks = digits.chars().filter(|next| *next == decimal).count();
    let others = digits
        .chars()
        .all(|next| next.is_ascii_digit() || next == decimal);
    if text.len() > 40
        || marks > 1
        || !others
        || !digits.starts_with(|next: char| next.is_ascii_digit())
    {
        return None;
    }
    let figure: f64 = if decimal == '.' {
        text.parse().ok()?
    } else {
        text.replace(decimal, ".").parse().ok()?
    };
    // A typed -0 is 0.
    Some(if figure == 0.0 { 0.0 } else { figure })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(decimal: char) -> Reader<'static> {
        let style = NumberStyle {
            decimal,
            parentheses: false,
        };
        Reader::new("g/t", "CAD", style)
    }

    #[test]
    fn the_short_way_reads_what_a_field_reads() {
        for decimal in ['.', ','] {
            let reader = reader(decimal);
            for text in [
                "12", "-3", "1.5", "1,5", "1234.567", "1,234", "1.234", "1 234,5", "-0", "007",
                "5.", ".5", "2.5 g/t", "1e3", "--1", "", "a", "-", "12-",
            ] {
                let entry = parse_entry(text, decimal_mark(reader.style), &reader.unit, "CAD");
                let field = entry
                    .map(|entry| entry.value)
                    .map_err(|error| error.message);
                assert_eq!(reader.read(text), field, "{text} with {decimal}");
            }
        }
    }

    #[test]
    fn a_block_is_read_row_after_row() {
        let reader = reader('.');
        let text = "Grade\tGrade 2\r\n1.5\t2\r\n\r\n\t3 g/t\r\n";
        assert_eq!(reader.sample(text).unwrap(), [1.5, 2.0, 3.0]);
        assert_eq!(reader.sample("7"), Ok(vec![7.0]));
        assert_eq!(
            reader.sample("1\n2\nlow\n").unwrap_err(),
            "row 3: 'low' is not a figure"
        );
        assert_eq!(reader.sample("\n\n").unwrap_err(), "no figures were pasted");
        assert_eq!(
            reader.sample("grade").unwrap_err(),
            "row 1: 'grade' is not a figure"
        );
    }
}
