//! The samples of a run: one row a trial, one column an output, as CSV or Parquet by the name of the file.

mod parquet;

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use calminer_engine::result::Samples;

use crate::whole;

/// A text cell that no spreadsheet takes for a formula: a leading `=`, `+`, `-`, `@`, tab or return gets an
/// apostrophe before it, and quotes stand around what needs them.
pub fn text_cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let shown = if risky {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if shown.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", shown.replace('"', "\"\""))
    } else {
        shown
    }
}

/// A figure with as many digits as bring the same number back; empty when absent, `never` for +infinity.
struct Cell(Option<f64>);

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(figure) if figure.is_finite() => {
                let size = figure.abs();
                // Plain digits would fill the cell with zeros.
                if size != 0.0 && !(1e-6..1e16).contains(&size) {
                    write!(f, "{figure:e}")
                } else {
                    write!(f, "{figure}")
                }
            }
            Some(f64::INFINITY) => f.write_str("never"),
            _ => Ok(()),
        }
    }
}

/// The samples as CSV. Trials count from 1.
///
/// # Errors
/// Whatever the writer says.
pub fn csv(samples: &Samples, to: &mut dyn Write) -> io::Result<()> {
    write!(to, "trial")?;
    for (key, _) in &samples.columns {
        write!(to, ",{}", text_cell(key))?;
    }
    writeln!(to)?;
    let trials = samples
        .columns
        .iter()
        .map(|(_, column)| column.len())
        .max()
        .unwrap_or(0);
    for trial in 0..trials {
        write!(to, "{}", trial + 1)?;
        for (_, column) in &samples.columns {
            write!(to, ",{}", Cell(column.get(trial).copied()))?;
        }
        writeln!(to)?;
    }
    Ok(())
}

/// A format of samples, by the ending of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplesFormat {
    /// Text; absent is an empty cell, +infinity is `never`.
    Csv,
    /// Apache Parquet; absent is null, every other figure keeps its last bit.
    Parquet,
}

impl SamplesFormat {
    /// The format that a name asks for; `None` for any other ending.
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_ascii_lowercase();
        match ending.to_str()? {
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }
}

/// Writes the samples to a file, whole or not at all.
///
/// # Errors
/// When the system refuses; an older file is unchanged then.
pub fn write(path: &Path, format: SamplesFormat, samples: &Samples) -> io::Result<()> {
    whole::write_with(path, |file| match format {
        SamplesFormat::Csv => csv(samples, file),
        SamplesFormat::Parquet => parquet::write(samples, file),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_and_never_are_told_apart() {
        let samples = Samples {
            columns: vec![
                ("npv".to_owned(), vec![-1250.5, 1e-300, f64::NAN, 0.1 + 0.2]),
                (
                    "payback".to_owned(),
                    vec![2.7, f64::INFINITY, f64::NEG_INFINITY],
                ),
            ],
        };
        let mut bytes = Vec::new();
        csv(&samples, &mut bytes).expect("written");
        let text = String::from_utf8(bytes).expect("text");
        let rows: Vec<_> = text.lines().collect();
        assert_eq!(
            rows,
            [
                "trial,npv,payback",
                "1,-1250.5,2.7",
                "2,1e-300,never",
                "3,,",
                "4,0.30000000000000004,"
            ]
        );
    }

    #[test]
    fn names_never_run_as_formulas() {
        assert_eq!(text_cell("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(text_cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
    }
}
