//! What every section needs to write its lines.

use super::{LoweredLine, Origin};
use crate::calendar::PeriodLength;
use crate::item::{Field, FieldKind, Item, ItemKind, Term, TermRow, word_of};
use crate::line::{MoneyBasis, Role, Section, Value};
use crate::scenario::Scenario;
use crate::units::Unit;

/// A row of a table of an item: the element it is about, for the keys of its lines.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) terms: &'a TermRow,
    pub(super) fields: &'static [Field],
    /// Field of the item that has the table.
    pub(super) table: &'static str,
    pub(super) index: usize,
    /// The word that tells it from other rows in keys.
    pub(super) word: &'a str,
}

/// The lines written so far.
pub(super) struct Build<'a> {
    pub(super) scenario: &'a Scenario,
    lines: Vec<LoweredLine>,
}

impl<'a> Build<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            lines: Vec::new(),
        }
    }

    pub(super) fn into_lines(self) -> Vec<LoweredLine> {
        self.lines
    }

    /// The items of a kind, in their order.
    pub(super) fn items(&self, kind: ItemKind) -> Vec<&'a Item> {
        let all = self.scenario.items.iter();
        all.filter(|item| item.kind == kind && !item.key.is_empty())
            .collect()
    }

    /// The items that a field names, or all of its kinds where it is empty.
    pub(super) fn named(&self, item: &Item, field: &str) -> Vec<&'a Item> {
        let Some(FieldKind::Items(kinds)) = item.kind.field(field).map(|field| field.kind) else {
            return Vec::new();
        };
        let words = match item.terms.get(field) {
            Some(Term::Text(text)) => text.as_str(),
            _ => "",
        };
        let words: Vec<&str> = words
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect();
        let all = self.scenario.items.iter();
        all.filter(|other| kinds.contains(&other.kind) && !other.key.is_empty())
            .filter(|other| words.is_empty() || words.contains(&other.key.as_str()))
            .collect()
    }

    pub(super) fn currency(&self) -> &'a str {
        &self.scenario.currency
    }

    /// Periods of a year.
    pub(super) fn periods_per_year(&self) -> u32 {
        match self.scenario.calendar.period_length {
            PeriodLength::Year => 1,
            PeriodLength::Quarter => 4,
            PeriodLength::Month => 12,
        }
    }

    /// Whether tax balances stay nominal in a model of real money.
    pub(super) fn deflates(&self) -> bool {
        self.scenario.conventions.basis == MoneyBasis::Real
            && self.scenario.conventions.inflation != 0.0
    }

    /// Real money as it enters a balance that stays nominal; 0 is money of any date.
    pub(super) fn nominal(&self, text: &str) -> String {
        if self.deflates() && text != "0" {
            format!("nominal({text})")
        } else {
            text.to_owned()
        }
    }

    /// What leaves such a balance.
    pub(super) fn real(&self, text: &str) -> String {
        if self.deflates() && text != "0" {
            format!("real({text})")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.lines.iter().any(|line| line.key == key)
    }

    pub(super) fn has_role(&self, role: Role) -> bool {
        self.lines.iter().any(|line| line.role == Some(role))
    }

    pub(super) fn give_role(&mut self, key: &str, role: Role) {
        if let Some(line) = self.lines.iter_mut().find(|line| line.key == key) {
            line.role = Some(role);
        }
    }

    /// A line of the waterfall.
    pub(super) fn total(
        &mut self,
        key: &str,
        label: &str,
        section: Section,
        formula: &str,
    ) -> &mut LoweredLine {
        let unit = self.currency().to_owned();
        self.push(LoweredLine {
            key: key.to_owned(),
            label: label.to_owned(),
            section,
            unit,
            value: Value::Formula(format!("={formula}")),
            role: None,
            output: None,
            basis: None,
            origin: None,
        })
    }

    /// The same with the meaning that it has for the headline measures, unless a line of the scenario has it.
    pub(super) fn total_with_role(
        &mut self,
        key: &str,
        label: &str,
        section: Section,
        formula: &str,
        role: Role,
    ) {
        let taken = self.scenario.line_by_role(role).is_some();
        self.total(key, label, section, formula).role = (!taken).then_some(role);
    }

    /// A line that follows from the terms of an item. `end` is added to its key; empty for the item's own figure.
    pub(super) fn line(
        &mut self,
        item: &Item,
        end: &str,
        words: &str,
        unit: &str,
        formula: &str,
    ) -> String {
        let key = key_of(item, end);
        let label = if words.is_empty() {
            item.title().to_owned()
        } else {
            format!("{}: {words}", item.title())
        };
        let origin = self.origin(item, "key".to_owned());
        self.push(LoweredLine {
            key: key.clone(),
            label,
            section: item.kind.section(),
            unit: unit.replace('$', self.currency()),
            value: Value::Formula(format!("={formula}")),
            role: None,
            output: None,
            basis: None,
            origin: Some(origin),
        });
        key
    }

    /// The same in money of its own date, where the model's money is real and prices rise.
    pub(super) fn nominal_line(
        &mut self,
        item: &Item,
        end: &str,
        words: &str,
        formula: &str,
    ) -> String {
        let key = self.line(item, end, words, "$", formula);
        if self.deflates() {
            self.last().basis = Some(MoneyBasis::Nominal);
        }
        key
    }

    /// The line of a field of an item, if there is something in it or its default counts.
    pub(super) fn term(&mut self, item: &Item, field: &str) -> Option<String> {
        let known = item.kind.field(field)?;
        let value = value_of(&item.terms, known)?;
        let unit = self.unit_of(item, None, known);
        let line = LoweredLine {
            key: key_of(item, field),
            label: format!("{}: {}", item.title(), lower_first(known.label)),
            section: item.kind.section(),
            unit,
            value,
            role: None,
            output: None,
            basis: None,
            origin: Some(self.origin(item, field.to_owned())),
        };
        Some(self.push(line).key.clone())
    }

    /// The same of money that belongs to a nominal balance.
    pub(super) fn nominal_term(&mut self, item: &Item, field: &str) -> Option<String> {
        let key = self.term(item, field)?;
        if self.deflates() {
            self.last().basis = Some(MoneyBasis::Nominal);
        }
        Some(key)
    }

    /// The same of a field in a row of a table.
    pub(super) fn row_term(&mut self, item: &Item, row: Row<'_>, field: &str) -> Option<String> {
        let known = row.fields.iter().find(|known| known.name == field)?;
        let value = value_of(row.terms, known)?;
        let unit = self.unit_of(item, Some(row), known);
        let path = format!("{}.{}.{field}", row.table, row.index);
        let line = LoweredLine {
            key: key_of(item, &format!("{}_{field}", row.word)),
            label: format!(
                "{}: {} {}",
                item.title(),
                row.word,
                lower_first(known.label)
            ),
            section: item.kind.section(),
            unit,
            value,
            role: None,
            output: None,
            basis: None,
            origin: Some(self.origin(item, path)),
        };
        Some(self.push(line).key.clone())
    }

    /// The unit of a field: the one typed, or the usual one with the words of the other fields put in.
    pub(super) fn unit_of(&self, item: &Item, row: Option<Row<'_>>, field: &Field) -> String {
        let path = row.map_or_else(
            || field.name.to_owned(),
            |row| format!("{}.{}.{}", row.table, row.index, field.name),
        );
        if let Some(unit) = item.units.get(&path) {
            return unit.clone();
        }
        match field.kind {
            FieldKind::Value { unit, .. } => self.fill(item, row, unit),
            _ => String::new(),
        }
    }

    /// Puts the words of other fields in place of their names in braces.
    pub(super) fn fill(&self, item: &Item, row: Option<Row<'_>>, pattern: &str) -> String {
        let mut text = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let own = row.filter(|row| row.fields.iter().any(|field| field.name == name));
            let word = own.map_or_else(
                || item.word(name),
                |row| word_of(row.terms, row.fields, name),
            );
            let word = if word.is_empty() && name == "price_currency" {
                "$"
            } else {
                word
            };
            text.push_str(before);
            text.push_str(&if before.ends_with('/') {
                below(word)
            } else {
                word.to_owned()
            });
            rest = after;
        }
        text.push_str(rest);
        text.replace('$', self.currency())
    }

    /// The factor that turns money of another currency into the scenario's: the key of the first parameter or line with
    /// that exchange rate. `None` where no rate is needed or none is there.
    pub(super) fn exchange_rate(&self, currency: &str) -> Option<&'a str> {
        exchange_rate(self.scenario, currency)
    }

    fn origin(&self, item: &Item, field: String) -> Origin {
        let place = self
            .scenario
            .items
            .iter()
            .position(|other| other.id == item.id);
        Origin {
            item: item.id,
            key: if item.key.is_empty() {
                format!("#{}", place.unwrap_or_default() + 1)
            } else {
                item.key.clone()
            },
            field,
        }
    }

    fn push(&mut self, line: LoweredLine) -> &mut LoweredLine {
        self.lines.push(line);
        self.last()
    }

    /// The line written last.
    pub(super) fn last(&mut self) -> &mut LoweredLine {
        let last = self.lines.len() - 1;
        &mut self.lines[last]
    }
}

/// A unit as it stands below a line: `t`, `(t*km)`.
pub(super) fn below(unit: &str) -> String {
    if unit.contains(['*', '/']) {
        format!("({unit})")
    } else {
        unit.to_owned()
    }
}

/// The rows of a table, each with the word of a field that tells it apart.
pub(super) fn rows<'b>(item: &'b Item, table: &'static str, by: &str) -> Vec<Row<'b>> {
    let Some(FieldKind::Rows(fields)) = item.kind.field(table).map(|field| field.kind) else {
        return Vec::new();
    };
    let rows = item.rows(table).iter().enumerate();
    rows.map(|(index, terms)| Row {
        terms,
        fields,
        table,
        index,
        word: word_of(terms, fields, by),
    })
    .filter(|row| !row.word.is_empty())
    .collect()
}

/// The rows of a table that have no word of their own, each with its number: `band_1`.
pub(super) fn numbered<'b>(
    item: &'b Item,
    table: &'static str,
    stem: &str,
) -> Vec<(String, Row<'b>)> {
    let Some(FieldKind::Rows(fields)) = item.kind.field(table).map(|field| field.kind) else {
        return Vec::new();
    };
    let rows = item.rows(table).iter().enumerate();
    rows.map(|(index, terms)| {
        let row = Row {
            terms,
            fields,
            table,
            index,
            word: "",
        };
        (format!("{stem}_{}", index + 1), row)
    })
    .collect()
}

/// The factor of an item that escalates.
pub(super) fn escalated(build: &mut Build<'_>, item: &Item) -> String {
    let rate = build.term(item, "escalation");
    rate.map_or(String::new(), |key| {
        format!(" * (1 + {key}) ^ years_from_base_date")
    })
}

/// The key of a line of an item.
pub(super) fn key_of(item: &Item, end: &str) -> String {
    if end.is_empty() {
        item.key.clone()
    } else {
        format!("{}_{end}", item.key)
    }
}

/// A sum as text; `0` without terms.
pub(super) fn sum<T: AsRef<str>>(terms: &[T]) -> String {
    if terms.is_empty() {
        return "0".to_owned();
    }
    let terms: Vec<&str> = terms.iter().map(AsRef::as_ref).collect();
    terms.join(" + ")
}

/// A sum that stands inside of a product.
pub(super) fn sum_in_brackets<T: AsRef<str>>(terms: &[T]) -> String {
    if terms.len() == 1 {
        sum(terms)
    } else {
        format!("({})", sum(terms))
    }
}

/// A sum times a factor that begins with ` * `; `0`, which fits every unit, without terms.
pub(super) fn sum_times<T: AsRef<str>>(terms: &[T], factor: &str) -> String {
    if terms.is_empty() {
        "0".to_owned()
    } else {
        format!("{}{factor}", sum_in_brackets(terms))
    }
}

/// The same figure as one of each period, for what may be one figure for all of them.
pub(super) fn by_period(text: &str) -> String {
    format!("if(period >= 1, {text}, 0)")
}

/// The whole number of a field that is fixed before anything is computed.
pub(super) fn count_of(item: &Item, field: &str) -> Option<f64> {
    let default = match item.kind.field(field)?.kind {
        FieldKind::Count { default } => default,
        _ => None,
    };
    match item.terms.get(field) {
        Some(Term::Number(figure)) => Some(*figure),
        _ => default,
    }
}

/// A figure that exists only between the first and the last period that an item names.
pub(super) fn between(item: &Item, text: &str) -> String {
    let conditions: Vec<String> = [("start", ">="), ("end", "<=")]
        .into_iter()
        .filter_map(|(field, relation)| {
            count_of(item, field).map(|period| format!("period {relation} {period}"))
        })
        .collect();
    if conditions.is_empty() {
        text.to_owned()
    } else {
        format!("if({}, {text}, 0)", conditions.join(" and "))
    }
}

/// The key of the exchange rate into the currency of a scenario: its first parameter or line in that unit (`CAD/USD`).
/// `None` where the currency is its own, and where no rate is there.
pub fn exchange_rate<'a>(scenario: &'a Scenario, currency: &str) -> Option<&'a str> {
    if currency.is_empty() || currency == "$" || currency == scenario.currency {
        return None;
    }
    let own = &scenario.currency;
    let wanted = Unit::parse(&format!("{own}/{currency}"), own).ok()?;
    let fits = |unit: &str| Unit::parse(unit, own).is_ok_and(|unit| unit == wanted);
    let parameters = scenario.parameters.iter().map(|row| (&row.key, &row.unit));
    let lines = scenario.lines.iter().map(|row| (&row.key, &row.unit));
    parameters
        .chain(lines)
        .find(|(_, unit)| fits(unit))
        .map(|(key, _)| key.as_str())
}

fn value_of(terms: &TermRow, field: &Field) -> Option<Value> {
    let default = match field.kind {
        FieldKind::Value { default, .. } => default,
        _ => None,
    };
    match terms.get(field.name) {
        Some(Term::Number(figure)) => Some(Value::Number(*figure)),
        Some(Term::Series(figures)) => Some(Value::Series(figures.clone())),
        Some(Term::Text(text)) if !text.trim().is_empty() => Some(Value::Formula(text.clone())),
        _ => default.map(Value::Number),
    }
}

fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    // An abbreviation keeps its capitals.
    let is_word = letters.clone().nth(1).is_some_and(char::is_lowercase);
    match letters.next() {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}
