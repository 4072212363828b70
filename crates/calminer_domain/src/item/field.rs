//! What a field of an item is: its words, its unit, what may stand in it.

/// One word of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it is stored.
    pub word: &'static str,
    /// As it is shown.
    pub label: &'static str,
}

/// What may stand in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldKind {
    /// A number, one figure a period, or a formula.
    Value {
        /// The usual unit: a symbol, empty for a plain number. `$` is the currency of the scenario, and a field of text
        /// in braces stands for the unit that it names: `$/{unit}`.
        unit: &'static str,
        /// The figure of a field that is left empty; `None` where an empty field means that there is no such term.
        default: Option<f64>,
        /// Whether there can be no item without it.
        is_required: bool,
        /// Smallest and largest figure that makes sense, in the usual unit.
        range: Option<(f64, f64)>,
    },
    /// A whole number without a unit that is fixed before anything is computed: years of a life, a number of a period.
    Count {
        /// The figure of a field that is left empty.
        default: Option<f64>,
    },
    /// One of some words; the first is the default.
    Choice(&'static [Choice]),
    /// A word of the user's own: an element, a unit.
    Text {
        /// What stands for an empty field.
        default: &'static str,
    },
    /// Keys of other items, with commas; empty for all that fit.
    Items(&'static [super::ItemKind]),
    /// A table.
    Rows(&'static [Field]),
}

/// One field of a kind of item.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    /// As it is stored; it ends the key of its line.
    pub name: &'static str,
    /// As it is shown.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub help: &'static str,
    /// What may stand in it.
    pub kind: FieldKind,
}

impl Field {
    /// The word that an empty field means; empty for fields of figures.
    pub fn default_word(&self) -> &'static str {
        match self.kind {
            FieldKind::Choice(choices) => choices.first().map_or("", |choice| choice.word),
            FieldKind::Text { default } => default,
            _ => "",
        }
    }

    pub(super) const fn value(
        name: &'static str,
        label: &'static str,
        unit: &'static str,
        help: &'static str,
    ) -> Self {
        let kind = FieldKind::Value {
            unit,
            default: None,
            is_required: false,
            range: None,
        };
        Self {
            name,
            label,
            help,
            kind,
        }
    }

    /// A share, shown in percent.
    pub(super) const fn share(
        name: &'static str,
        label: &'static str,
        default: Option<f64>,
        help: &'static str,
    ) -> Self {
        let kind = FieldKind::Value {
            unit: "%",
            default,
            is_required: false,
            range: Some((0.0, 100.0)),
        };
        Self {
            name,
            label,
            help,
            kind,
        }
    }

    /// The same field, without which there is no item.
    pub(super) const fn required(self) -> Self {
        match self.kind {
            FieldKind::Value {
                unit,
                default,
                range,
                ..
            } => Self {
                kind: FieldKind::Value {
                    unit,
                    default,
                    is_required: true,
                    range,
                },
                ..self
            },
            _ => self,
        }
    }

    /// The same field, whose figures make sense inside of a range alone.
    pub(super) const fn within(self, low: f64, high: f64) -> Self {
        match self.kind {
            FieldKind::Value {
                unit,
                default,
                is_required,
                ..
            } => Self {
                kind: FieldKind::Value {
                    unit,
                    default,
                    is_required,
                    range: Some((low, high)),
                },
                ..self
            },
            _ => self,
        }
    }

    /// The same field, whose figures are not below zero.
    pub(super) const fn positive(self) -> Self {
        self.within(0.0, f64::MAX)
    }

    pub(super) const fn count(
        name: &'static str,
        label: &'static str,
        default: Option<f64>,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            kind: FieldKind::Count { default },
        }
    }

    pub(super) const fn choice(
        name: &'static str,
        label: &'static str,
        choices: &'static [Choice],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            kind: FieldKind::Choice(choices),
        }
    }

    pub(super) const fn text(
        name: &'static str,
        label: &'static str,
        default: &'static str,
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            kind: FieldKind::Text { default },
        }
    }

    pub(super) const fn items(
        name: &'static str,
        label: &'static str,
        kinds: &'static [super::ItemKind],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            kind: FieldKind::Items(kinds),
        }
    }

    pub(super) const fn rows(
        name: &'static str,
        label: &'static str,
        fields: &'static [Self],
        help: &'static str,
    ) -> Self {
        Self {
            name,
            label,
            help,
            kind: FieldKind::Rows(fields),
        }
    }
}

/// A word of a choice with its label.
pub(super) const fn word(word: &'static str, label: &'static str) -> Choice {
    Choice { word, label }
}
