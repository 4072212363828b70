//! The cash flow of one trial: each line with its figures, and under them the difference to the base case.

use calminer_domain::Section;
use calminer_engine::result::{BaseCase, LineResult, LineValues};
use egui::Id;
use uuid::Uuid;

use super::flow::{self, LABEL, TOTAL, UNIT, figure_at};
use super::{base_heads, decimals_of_flow, shown};
use crate::app::Replayed;
use crate::ui::format::{self, NumberStyle};
use crate::ui::grid::{Cell, Change, Changed, Column, Kind, Table};

/// One row of the table.
enum Row<'a> {
    Heading(Section),
    Figures(&'a LineResult),
    /// The line of the trial and of the base case.
    Difference(&'a LineResult, &'a LineResult),
}

/// A trial beside the base case of its run; nothing can be typed into it.
pub(crate) struct Trial<'a> {
    currency: &'a str,
    style: NumberStyle,
    rows: Vec<Row<'a>>,
    columns: Vec<Column>,
    heads: Vec<(String, String)>,
}

/// Difference of a trial to the base case; nothing where neither figure is wanted, NaN where one does not exist.
fn difference(line: &LineResult, base: &LineResult, period: Option<usize>) -> Option<f64> {
    let (own, base) = (figure_at(line, period)?, figure_at(base, period)?);
    // Two paybacks that are never reached do not differ.
    Some(if own == base { 0.0 } else { own - base })
}

impl<'a> Trial<'a> {
    pub(crate) fn new(replayed: &'a Replayed, style: NumberStyle) -> Self {
        let table: &BaseCase = &replayed.replay.table;
        let heads = base_heads(&table.periods);
        let mut rows = Vec::new();
        let mut decimals = 0;
        for section in Section::ALL {
            let mut own = lines_of(table, section).peekable();
            if own.peek().is_none() {
                continue;
            }
            rows.push(Row::Heading(section));
            for line in own {
                decimals = decimals.max(decimals_of_flow(line));
                rows.push(Row::Figures(line));
                if let Some(base) = replayed.base.line(&line.key) {
                    rows.push(Row::Difference(line, base));
                }
            }
        }
        let mut letters = [0, 0];
        for line in &table.lines {
            let own = flow::letters(line, decimals, style);
            letters = [letters[0].max(own[0]), letters[1].max(own[1])];
        }
        Self {
            currency: &table.currency,
            style,
            rows,
            columns: flow::columns(&heads, decimals, letters),
            heads,
        }
    }

    fn period(&self, column: usize) -> Option<usize> {
        flow::period(&self.heads, column)
    }

    /// The figure of a cell with the line that says its unit, and whether it is a difference.
    fn figure(&self, row: usize, column: usize) -> Option<(f64, &'a LineResult, bool)> {
        if column < TOTAL {
            return None;
        }
        let period = self.period(column);
        match self.rows.get(row)? {
            Row::Heading(_) => None,
            Row::Figures(line) => Some((figure_at(line, period)?, line, false)),
            Row::Difference(line, base) => Some((difference(line, base, period)?, line, true)),
        }
    }

    fn figure_cell(&self, row: usize, column: usize) -> Cell {
        let Some((figure, line, is_difference)) = self.figure(row, column) else {
            return Cell::default();
        };
        let text = if figure == 0.0 {
            "–".to_owned()
        } else {
            let text = shown(line, figure, decimals_of_flow(line), self.style);
            if is_difference && figure > 0.0 {
                format!("+{text}")
            } else {
                text
            }
        };
        Cell {
            text,
            kind: if is_difference {
                Kind::Weak
            } else {
                Kind::Computed
            },
            negative: !is_difference && figure < 0.0 && line.unit == self.currency,
            strong: !is_difference && line.role.is_some(),
            ..Cell::default()
        }
    }

    fn label(&self, row: usize) -> String {
        match self.rows.get(row) {
            None => String::new(),
            Some(Row::Heading(section)) => section.title().to_owned(),
            Some(Row::Figures(line)) => line.label.clone(),
            Some(Row::Difference(line, _)) => format!("{}, difference to base", line.label),
        }
    }
}

fn lines_of(table: &BaseCase, section: Section) -> impl Iterator<Item = &LineResult> {
    table
        .lines
        .iter()
        .filter(move |line| line.section == section)
}

impl Table for Trial<'_> {
    fn id(&self) -> Id {
        Id::unique("trial table")
    }

    fn name(&self) -> &'static str {
        "Cash flow of the trial"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn frozen(&self) -> usize {
        2
    }

    fn rows(&self) -> usize {
        self.rows.len()
    }

    fn row_id(&self, row: usize) -> Uuid {
        Uuid::from_u128(2_000 + row as u128)
    }

    fn cell(&self, row: usize, column: usize) -> Cell {
        let plain = |text: &str, kind: Kind| Cell {
            text: text.to_owned(),
            kind,
            ..Cell::default()
        };
        match (self.rows.get(row), column) {
            (Some(Row::Heading(section)), _) => plain(section.title(), Kind::Heading),
            (Some(Row::Figures(line)), LABEL) => Cell {
                strong: line.role.is_some(),
                ..plain(&line.label, Kind::Text)
            },
            (Some(Row::Figures(line)), UNIT) => {
                plain(&format::unit_words(&line.display.unit), Kind::Weak)
            }
            (Some(Row::Difference(..)), LABEL) => plain("    difference to base", Kind::Weak),
            (Some(Row::Difference(..)), UNIT) | (None, _) => Cell::default(),
            (Some(_), _) => self.figure_cell(row, column),
        }
    }

    fn cell_name(&self, row: usize, column: usize) -> String {
        flow::cell_name(&self.heads, &self.label(row), column)
    }

    fn typed(&self, _: usize, _: usize) -> Option<String> {
        None
    }

    fn copied(&self, row: usize, column: usize) -> String {
        match self.figure(row, column) {
            Some((figure, line, _)) => self.style.typed(figure / line.display.factor),
            None => self.cell(row, column).text.trim().to_owned(),
        }
    }

    fn cleared(&self, _: usize, _: usize) -> Option<String> {
        None
    }

    fn change(&self, _: &[Change]) -> Changed {
        Changed::default()
    }
}

/// The trial as tab-separated text: its inputs, then three rows for each line. Figures are in the unit shown, with all
/// their digits; one that does not exist is empty.
pub(crate) fn text_of(replayed: &Replayed, title_of: impl Fn(&str) -> String) -> String {
    let table = &replayed.replay.table;
    let mut text = format!(
        "Trial\t{}\n\nInput\tKey\tDrawn\tBase\n",
        replayed.replay.trial + 1
    );
    let plain = |figure: f64| {
        if figure.is_nan() {
            String::new()
        } else {
            figure.to_string()
        }
    };
    for input in &replayed.inputs {
        let drawn: Vec<String> = match &input.drawn {
            LineValues::Scalar(figure) => vec![plain(*figure)],
            LineValues::Series(figures) => figures.iter().copied().map(plain).collect(),
        };
        let row = [
            title_of(&input.key),
            input.key.clone(),
            drawn.join(" "),
            plain(input.base),
        ];
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    let periods: Vec<&str> = table.periods.iter().map(|own| own.label.as_str()).collect();
    text.push_str("\nLine\tKey\tUnit\tFigures\tLife of mine\t");
    text.push_str(&periods.join("\t"));
    text.push('\n');
    for line in Section::ALL
        .into_iter()
        .flat_map(|section| lines_of(table, section))
    {
        let base = replayed.base.line(&line.key);
        let head = format!("{}\t{}\t{}", line.label, line.key, line.display.unit);
        let mut push = |name: &str, at: &dyn Fn(Option<usize>) -> Option<f64>| {
            let columns = std::iter::once(None).chain((0..periods.len()).map(Some));
            let cells: Vec<String> = columns
                .map(|period| {
                    at(period).map_or_else(String::new, |own| plain(own / line.display.factor))
                })
                .collect();
            text.extend([&head, "\t", name, "\t", &cells.join("\t"), "\n"]);
        };
        push("trial", &|period| figure_at(line, period));
        if let Some(base) = base {
            push("base", &|period| figure_at(base, period));
            push("difference", &|period| difference(line, base, period));
        }
    }
    text
}
