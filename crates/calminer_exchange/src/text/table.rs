//! The cash-flow table, in blocks of periods that fit the terminal.

use std::collections::BTreeSet;
use std::ops::Range;

use calminer_engine::result::{BaseCase, LineResult, LineValues};

use super::figures::rounded;
use super::shape::{cut, padded, right, wide};

/// Most columns of a label, so that figures keep the most of a narrow terminal.
const MOST_LABEL: usize = 30;

/// The rows of figures of a base case with a life-of-mine column, at most `width` characters wide where one period
/// fits into that. Each block of periods repeats the labels. Lines with one of the keys of `left_out` are not shown.
pub fn cash_flow(case: &BaseCase, left_out: &BTreeSet<String>, width: usize) -> String {
    let rows: Vec<&LineResult> = case
        .lines
        .iter()
        .filter(|line| matches!(line.values, LineValues::Series(_)))
        .filter(|line| !left_out.contains(&line.key))
        .collect();
    if rows.is_empty() {
        return "No line has a figure a period.\n".to_owned();
    }
    let heads = [
        column(
            "Period",
            rows.iter().map(|line| cut(&line.label, MOST_LABEL)),
        ),
        column("Unit", rows.iter().map(|line| line.display.unit.clone())),
    ];
    let periods = case.periods.iter().enumerate().map(|(index, period)| {
        column(
            &period.label,
            rows.iter().map(|line| cell(line.values.at(index), line)),
        )
    });
    let total = column(
        "LOM",
        rows.iter().map(|line| {
            line.total
                .map_or_else(String::new, |total| cell(total, line))
        }),
    );
    let figures: Vec<Vec<String>> = periods.chain([total]).collect();
    let left: usize = heads.iter().map(|head| widest(head) + 1).sum();
    let blocks = blocks(&figures, width.saturating_sub(left));
    let blocks: Vec<String> = blocks
        .into_iter()
        .map(|block| drawn(&heads, &figures[block]))
        .collect();
    blocks.join("\n")
}

fn column(head: &str, cells: impl Iterator<Item = String>) -> Vec<String> {
    std::iter::once(head.to_owned()).chain(cells).collect()
}

fn widest(column: &[String]) -> usize {
    column.iter().map(|cell| wide(cell)).max().unwrap_or(0)
}

/// Neighboring columns that fit into `width` together, one at least.
fn blocks(columns: &[Vec<String>], width: usize) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let (mut start, mut taken) = (0, 0);
    for (index, column) in columns.iter().enumerate() {
        let needed = widest(column) + 1;
        if taken + needed > width && index > start {
            blocks.push(start..index);
            (start, taken) = (index, 0);
        }
        taken += needed;
    }
    blocks.push(start..columns.len());
    blocks
}

fn drawn(heads: &[Vec<String>], figures: &[Vec<String>]) -> String {
    let rows = heads.first().map_or(0, Vec::len);
    let mut text = String::new();
    for row in 0..rows {
        let names = heads
            .iter()
            .map(|head| padded(&head[row], widest(head) + 1));
        let cells = figures
            .iter()
            .map(|column| format!("{} ", right(&column[row], widest(column))));
        text.push_str(names.chain(cells).collect::<String>().trim_end());
        text.push('\n');
    }
    text
}

/// One number of decimals a row, by its largest figure.
fn cell(figure: f64, line: &LineResult) -> String {
    let largest = match &line.values {
        LineValues::Scalar(figure) => figure.abs(),
        LineValues::Series(figures) => figures
            .iter()
            .fold(0.0_f64, |most, figure| most.max(figure.abs())),
    } / line.display.factor.abs();
    let decimals = if largest >= 100_000.0 {
        0
    } else if largest >= 10.0 {
        1
    } else {
        3
    };
    rounded(figure / line.display.factor, decimals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_fit_and_leave_no_column_out() {
        let columns: Vec<Vec<String>> = (0..9)
            .map(|index| column(&"9".repeat(index + 1), std::iter::empty()))
            .collect();
        for width in [1, 5, 12, 30, 100] {
            let blocks = blocks(&columns, width);
            assert_eq!(
                blocks.iter().flat_map(Clone::clone).collect::<Vec<_>>(),
                (0..9).collect::<Vec<_>>()
            );
            for block in blocks {
                let taken: usize = columns[block.clone()]
                    .iter()
                    .map(|column| widest(column) + 1)
                    .sum();
                assert!(taken <= width || block.len() == 1, "{width}: {block:?}");
            }
        }
    }

    #[test]
    fn rows_stand_straight() {
        let heads = [column(
            "Period",
            ["Ore".to_owned(), "金価格".to_owned()].into_iter(),
        )];
        let figures = [
            column("1", ["10.5".to_owned(), "3,100.0".to_owned()].into_iter()),
            column("LOM", ["1.0".to_owned(), String::new()].into_iter()),
        ];
        assert_eq!(
            drawn(&heads, &figures),
            "Period       1 LOM\nOre       10.5 1.0\n金価格 3,100.0\n"
        );
    }
}
