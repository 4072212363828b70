//! What can be said about an item without computing it.

mod rules;

use std::collections::BTreeSet;

use super::field::{Field, FieldKind};
use super::{Item, ItemKind, Term, TermRow, word_of};
use crate::formula;
use crate::issue::{Issue, Place};
use crate::lowering;
use crate::scenario::Scenario;
use crate::units::Unit;

/// Every issue of one item but those of its key.
pub fn check(scenario: &Scenario, item: &Item, index: usize) -> Vec<Issue> {
    let mut check = Check {
        scenario,
        item,
        index,
        issues: Vec::new(),
    };
    check.terms(&item.terms, item.kind.fields(), "");
    check.units();
    check.rules();
    check.issues
}

/// Where a field of an item stands; an item without a key goes by its position.
pub fn item_place(item: &Item, index: usize, field: impl Into<String>) -> Place {
    Place::Item {
        id: item.id,
        key: if item.key.is_empty() {
            format!("#{}", index + 1)
        } else {
            item.key.clone()
        },
        field: field.into(),
    }
}

struct Check<'a> {
    scenario: &'a Scenario,
    item: &'a Item,
    index: usize,
    issues: Vec<Issue>,
}

impl Check<'_> {
    fn error(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        let place = item_place(self.item, self.index, field);
        self.issues.push(Issue::error(place, code, message));
    }

    fn notice(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        let place = item_place(self.item, self.index, field);
        self.issues.push(Issue::notice(place, code, message));
    }

    /// The fields of an item, or of a row of one of its tables, whose path begins with `before`.
    fn terms(&mut self, terms: &TermRow, fields: &'static [Field], before: &str) {
        let kind = self.item.kind.words();
        for name in terms.keys() {
            if !fields.iter().any(|field| field.name == name) {
                let message = format!("a {kind} has no field {name}; take it out");
                self.error(&format!("{before}{name}"), "field_unknown", message);
            }
        }
        for field in fields {
            let path = format!("{before}{}", field.name);
            match (field.kind, terms.get(field.name)) {
                (FieldKind::Value { is_required, .. }, term) if is_empty(term) => {
                    if is_required {
                        let message =
                            format!("{} is missing: type a figure or a formula", field.label);
                        self.error(&path, "missing", message);
                    }
                }
                (FieldKind::Value { range, .. }, Some(term)) => {
                    self.value(&path, field, term, range);
                }
                (FieldKind::Rows(of_row), Some(Term::Rows(rows))) => self.rows(&path, of_row, rows),
                (_, None) => {}
                (kind, Some(term)) => self.word(&path, field, kind, term),
            }
        }
    }

    fn value(&mut self, path: &str, field: &Field, term: &Term, range: Option<(f64, f64)>) {
        let figures: &[f64] = match term {
            Term::Number(figure) => std::slice::from_ref(figure),
            Term::Series(figures) => figures,
            Term::Text(text) => {
                if let Err(error) = formula::parse(text) {
                    self.error(path, "formula", error.to_string());
                }
                return;
            }
            Term::Rows(_) => {
                self.error(
                    path,
                    "field_type",
                    format!("{} is a figure, a row of figures or a formula", field.label),
                );
                return;
            }
        };
        let wanted = self.scenario.calendar.column_count();
        if matches!(term, Term::Series(_)) && figures.len() != wanted {
            let message = format!(
                "{} figures stand in a row of {wanted} periods",
                figures.len()
            );
            self.error(path, "series_length", message);
        }
        let factor = self.factor_to_usual(path);
        let series = matches!(term, Term::Series(_));
        for (index, figure) in figures.iter().enumerate() {
            let path = if series {
                format!("{path}.{}", index + 1)
            } else {
                path.to_owned()
            };
            if !figure.is_finite() {
                self.error(
                    &path,
                    "not_finite",
                    format!("{figure} is not a finite number"),
                );
            } else if let Some((low, high)) = range {
                let usual = factor.map_or(*figure, |factor| figure * factor);
                // Half a unit of the last digit is what a conversion may add.
                let slack = 1e-12 * high.abs().min(1e6);
                if usual < low - slack || usual > high + slack {
                    let message = out_of_range(field, *figure, usual, (low, high));
                    self.error(&path, "range", message);
                }
            }
        }
    }

    /// What turns figures of a field that is typed in another unit into the usual one.
    fn factor_to_usual(&self, path: &str) -> Option<f64> {
        let own = &self.scenario.currency;
        let typed = Unit::parse(self.item.units.get(path)?, own).ok()?;
        let usual = lowering::usual_unit(self.scenario, self.item, path)?;
        let usual = Unit::parse(&usual, own).ok()?;
        typed.crossing_factor_to(&usual).ok()
    }

    fn rows(&mut self, path: &str, fields: &'static [Field], rows: &[TermRow]) {
        let by = fields.iter().find(|field| field.name == "element");
        let mut words = BTreeSet::new();
        for (index, row) in rows.iter().enumerate() {
            let before = format!("{path}.{index}.");
            self.terms(row, fields, &before);
            let Some(by) = by else {
                continue;
            };
            let word = word_of(row, fields, by.name);
            let place = format!("{before}{}", by.name);
            if !formula::is_key(&format!("x_{word}")) || word.is_empty() {
                let message = format!(
                    "{} {word:?}: use letters, digits and _, for instance au",
                    by.label
                );
                self.error(&place, "word_invalid", message);
            } else if !words.insert(word) {
                self.error(
                    &place,
                    "row_doubled",
                    format!("{word} stands twice in this table"),
                );
            }
        }
    }

    /// A field that is no figure.
    fn word(&mut self, path: &str, field: &Field, kind: FieldKind, term: &Term) {
        match (kind, term) {
            (FieldKind::Choice(choices), Term::Text(word)) => {
                if !choices.iter().any(|choice| choice.word == word) {
                    let words: Vec<&str> = choices.iter().map(|choice| choice.word).collect();
                    let message = format!(
                        "{word:?} is no choice of {}; choose one of {}",
                        field.label,
                        words.join(", ")
                    );
                    self.error(path, "choice", message);
                }
            }
            (FieldKind::Text { .. }, Term::Text(_)) => {}
            (FieldKind::Items(kinds), Term::Text(words)) => self.items(path, kinds, words),
            (FieldKind::Count { .. }, Term::Number(figure)) => {
                // Lives and days may have a part; what counts periods may not.
                let may_have_part = path == "life" || path.ends_with("_days");
                if !(figure.is_finite() && *figure >= 0.0 && *figure <= 100_000.0) {
                    let message =
                        format!("{}: {figure} is not a number from 0 to 100000", field.label);
                    self.error(path, "range", message);
                } else if figure.fract() != 0.0 && !may_have_part {
                    let message = format!("{}: {figure} is no whole number", field.label);
                    self.error(path, "range", message);
                }
            }
            (FieldKind::Count { .. }, _) => {
                let message = format!(
                    "{} is fixed before anything is computed: type a number",
                    field.label
                );
                self.error(path, "field_type", message);
            }
            (FieldKind::Rows(_), _) => {
                self.error(path, "field_type", format!("{} is a table", field.label));
            }
            (_, _) => self.error(path, "field_type", format!("{} is a word", field.label)),
        }
    }

    fn items(&mut self, path: &str, kinds: &'static [ItemKind], words: &str) {
        for word in words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            let found = self.scenario.items.iter().find(|item| item.key == word);
            let kind_words: Vec<&str> = kinds.iter().map(|kind| kind.words()).collect();
            let wanted = kind_words.join(" or ");
            match found {
                None => self.error(
                    path,
                    "unknown_name",
                    format!("there is no {wanted} with the key {word}"),
                ),
                Some(item) if !kinds.contains(&item.kind) => {
                    let message = format!("{word} is a {}, not a {wanted}", item.kind.words());
                    self.error(path, "unknown_name", message);
                }
                Some(_) => {}
            }
        }
    }

    /// Units of fields: known ones, of the dimension that the field has.
    fn units(&mut self) {
        let own = &self.scenario.currency;
        let lowered: Vec<_> = self
            .item
            .units
            .iter()
            .map(|(path, text)| (path.clone(), text.clone()))
            .collect();
        for (path, text) in lowered {
            let unit = match Unit::parse(&text, own) {
                Ok(unit) => unit,
                Err(error) => {
                    self.error(&path, "unit_unknown", error.to_string());
                    continue;
                }
            };
            let Some(usual) = lowering::usual_unit(self.scenario, self.item, &path) else {
                self.error(
                    &path,
                    "field_unknown",
                    format!("there is no field {path} that a unit could belong to"),
                );
                continue;
            };
            if let Ok(usual_unit) = Unit::parse(&usual, own)
                && !usual_unit.same_dimension(&unit)
            {
                let message = format!(
                    "{text} does not measure what {usual} does; type a unit of the same kind"
                );
                self.error(&path, "unit_mismatch", message);
            }
        }
    }
}

fn is_empty(term: Option<&Term>) -> bool {
    match term {
        None => true,
        Some(Term::Text(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

fn out_of_range(field: &Field, typed: f64, usual: f64, (low, high): (f64, f64)) -> String {
    let FieldKind::Value { unit, .. } = field.kind else {
        return String::new();
    };
    let unit = if unit == "%" { " %" } else { "" };
    let label = field.label;
    let figure = if typed == usual {
        format!("{typed}{unit}")
    } else {
        format!("{typed}, which is {usual}{unit},")
    };
    if high == f64::MAX {
        format!("{label} {figure} is below {low}{unit}")
    } else {
        format!("{label} {figure} lies outside {low} to {high}{unit}")
    }
}
