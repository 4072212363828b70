//! The quick model: about twenty figures that give a whole mine, each of which opens into the full form later.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::calendar::Calendar;
use crate::edit::ScenarioEdit;
use crate::item::{Item, ItemKind, Term, TermRow};
use crate::scenario::{Conventions, Scenario};

/// One figure of the quick model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuickField {
    /// Its name.
    pub name: &'static str,
    /// As it is shown.
    pub label: &'static str,
    /// Its unit; `$` is the currency of the scenario, `{unit}` and `{grade}` are those of the metal.
    pub unit: &'static str,
    /// What stands in the form at first.
    pub default: f64,
    /// Smallest and largest figure that makes sense.
    pub range: (f64, f64),
    /// The group of the form that it stands in.
    pub group: &'static str,
}

const fn field(
    (name, label, unit): (&'static str, &'static str, &'static str),
    default: f64,
    range: (f64, f64),
    group: &'static str,
) -> QuickField {
    QuickField {
        name,
        label,
        unit,
        default,
        range,
        group,
    }
}

const LARGE: f64 = 1e12;
const ORE: &str = "Ore and plant";
const PRODUCT: &str = "Product";
const COSTS: &str = "Costs";
const FISCAL: &str = "Fiscal terms and discount rate";

/// The figures in the order of the form.
#[rustfmt::skip]
pub const FIELDS: [QuickField; 22] = [
    field(("reserve", "Reserve", "Mt"), 40.0, (1e-9, LARGE), ORE),
    field(("grade", "Head grade", "{grade}"), 1.5, (0.0, LARGE), ORE),
    field(("recovery", "Recovery", "%"), 90.0, (0.0, 100.0), ORE),
    field(("throughput", "Throughput", "Mt/a"), 4.0, (1e-9, LARGE), ORE),
    field(("construction", "Construction", "a"), 2.0, (0.0, 20.0), ORE),
    field(("ramp_up", "First year of production", "%"), 60.0, (0.0, 100.0), ORE),
    field(("strip_ratio", "Strip ratio", "t/t"), 2.5, (0.0, 1_000.0), ORE),
    field(("price", "Price", "$/{unit}"), 2_200.0, (0.0, LARGE), PRODUCT),
    field(("payable", "Payable", "%"), 99.5, (0.0, 100.0), PRODUCT),
    field(("selling", "Refining and selling", "$/{unit}"), 8.0, (0.0, LARGE), PRODUCT),
    field(("mining", "Mining, each tonne moved", "$/t"), 3.0, (0.0, LARGE), COSTS),
    field(("processing", "Processing, each tonne of ore", "$/t"), 14.0, (0.0, LARGE), COSTS),
    field(("g_and_a", "Site G&A", "M$/a"), 15.0, (0.0, LARGE), COSTS),
    field(("initial", "Initial capital", "M$"), 400.0, (0.0, LARGE), COSTS),
    field(("contingency", "Contingency", "%"), 15.0, (0.0, 500.0), COSTS),
    field(("sustaining", "Sustaining capital", "M$/a"), 10.0, (0.0, LARGE), COSTS),
    field(("closure", "Closure", "M$"), 40.0, (0.0, LARGE), COSTS),
    field(("working_days", "Working capital, days of revenue", "d"), 30.0, (0.0, 3_650.0), COSTS),
    field(("royalty", "NSR royalty", "%"), 2.0, (0.0, 100.0), FISCAL),
    field(("tax", "Effective tax rate", "%"), 27.0, (0.0, 100.0), FISCAL),
    field(("depreciation", "Depreciation", "a"), 8.0, (1.0, 100.0), FISCAL),
    field(("discount_rate", "Discount rate", "%"), 8.0, (-99.0, 1_000.0), FISCAL),
];

/// What is mined, with the units of its grade and of what is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuickMetal {
    /// Ends the keys of its lines.
    pub element: &'static str,
    /// As it is shown.
    pub label: &'static str,
    /// Unit of its grade.
    pub grade: &'static str,
    /// Unit of what is sold.
    pub unit: &'static str,
}

const fn metal(
    element: &'static str,
    label: &'static str,
    grade: &'static str,
    unit: &'static str,
) -> QuickMetal {
    QuickMetal {
        element,
        label,
        grade,
        unit,
    }
}

/// The metals of the form.
pub const METALS: [QuickMetal; 7] = [
    metal("au", "Gold", "g/t", "oz"),
    metal("ag", "Silver", "g/t", "oz"),
    metal("cu", "Copper", "%", "lb"),
    metal("zn", "Zinc", "%", "lb"),
    metal("pb", "Lead", "%", "lb"),
    metal("ni", "Nickel", "%", "lb"),
    metal("li", "Lithium", "%", "t"),
];

/// The figures typed into the form.
#[derive(Clone, Debug, PartialEq)]
pub struct QuickModel {
    /// What is mined.
    pub metal: QuickMetal,
    /// One figure for each of [`FIELDS`].
    pub figures: [f64; FIELDS.len()],
}

impl Default for QuickModel {
    fn default() -> Self {
        Self {
            metal: METALS[0],
            figures: FIELDS.map(|field| field.default),
        }
    }
}

impl QuickModel {
    /// The figure with this name; 0 where there is none.
    pub fn figure(&self, name: &str) -> f64 {
        let at = FIELDS.iter().position(|field| field.name == name);
        at.map_or(0.0, |at| self.figures[at])
    }

    /// The unit of a figure for a scenario of a currency.
    pub fn unit(&self, field: &QuickField, currency: &str) -> String {
        let unit = field.unit.replace("{grade}", self.metal.grade);
        unit.replace("{unit}", self.metal.unit)
            .replace('$', currency)
    }

    /// The first figure that makes no sense, as its name and a sentence.
    pub fn problem(&self) -> Option<(&'static str, String)> {
        let pairs = FIELDS.iter().zip(self.figures);
        for (field, figure) in pairs {
            let (low, high) = field.range;
            if !(figure.is_finite() && figure >= low && figure <= high) {
                let message = format!("{} {figure} lies outside {low} to {high}", field.label);
                return Some((field.name, message));
            }
        }
        let years = self.construction() + self.production();
        (years > 100).then(|| {
            let message = format!("{years} years from the first spend to the last ore are more than 100; raise the throughput");
            ("throughput", message)
        })
    }

    fn construction(&self) -> u32 {
        self.figure("construction").round() as u32
    }

    /// Years with production: what the first year lacks comes at the end.
    fn production(&self) -> u32 {
        let full = self.figure("reserve") / self.figure("throughput");
        let lacking = 1.0 - self.figure("ramp_up") / 100.0;
        // A rest of a millionth of a year is rounding, not a year.
        (full + lacking - 1e-6).ceil().clamp(1.0, 1e6) as u32
    }

    /// The edit that makes an empty scenario this mine; `id` gives the identity of each item.
    pub fn edit(&self, scenario: &Scenario, mut id: impl FnMut() -> Uuid) -> ScenarioEdit {
        let construction = self.construction();
        let periods = construction + self.production() + 2;
        let calendar = Calendar {
            periods,
            opening_period: false,
            first_label: if construction == 0 {
                1
            } else {
                -construction.cast_signed()
            },
            period_length: crate::calendar::PeriodLength::Year,
            ..scenario.calendar.clone()
        };
        let conventions = Conventions {
            discount_rate: self.figure("discount_rate") / 100.0,
            ..scenario.conventions.clone()
        };
        let mut edits = vec![
            ScenarioEdit::SetCalendar(calendar),
            ScenarioEdit::SetConventions(conventions),
        ];
        let at = scenario.items.len();
        for (number, (kind, key, label, terms, units)) in
            self.items(&scenario.currency).into_iter().enumerate()
        {
            let item = Item {
                label: label.to_owned(),
                terms,
                units,
                ..Item::new(id(), kind, key)
            };
            edits.push(ScenarioEdit::InsertItem(at + number, Box::new(item)));
        }
        ScenarioEdit::All("Build the quick model".to_owned(), edits)
    }

    fn items(&self, currency: &str) -> Vec<Built> {
        let mut items = self.ore_and_product();
        items.extend(self.operating(currency));
        items.extend(self.capital(currency));
        items.extend(self.fiscal());
        items
    }

    fn ore_and_product(&self) -> Vec<Built> {
        let f = |name: &str| Term::Number(self.figure(name));
        let element = || Term::Text(self.metal.element.to_owned());
        let years = (self.construction() + self.production() + 2) as usize;
        let first = self.construction() as usize;
        let ramp = (0..years).map(|year| match year.cmp(&first) {
            std::cmp::Ordering::Less => 0.0,
            std::cmp::Ordering::Equal => self.figure("ramp_up"),
            std::cmp::Ordering::Greater => 100.0,
        });
        let grade = row([
            ("element", element()),
            ("unit", Term::Text(self.metal.grade.to_owned())),
            ("grade", f("grade")),
        ]);
        let recovery = row([("element", element()), ("recovery", f("recovery"))]);
        vec![
            (
                ItemKind::Schedule,
                "mine",
                "Mine",
                row([
                    ("plan", Term::Text("generated".to_owned())),
                    ("reserve", f("reserve")),
                    ("capacity", f("throughput")),
                    ("ramp_up", Term::Series(ramp.collect())),
                    (
                        "start",
                        Term::Number(self.figure("construction").round() + 1.0),
                    ),
                    ("strip_ratio", f("strip_ratio")),
                    ("grades", Term::Rows(vec![grade])),
                ]),
                units([("reserve", "Mt"), ("capacity", "Mt/a")]),
            ),
            (
                ItemKind::Process,
                "plant",
                "Plant",
                row([("recoveries", Term::Rows(vec![recovery]))]),
                BTreeMap::new(),
            ),
            (
                ItemKind::Metal,
                "product",
                self.metal.label,
                row([
                    ("element", element()),
                    ("unit", Term::Text(self.metal.unit.to_owned())),
                    ("payable", f("payable")),
                    ("price", f("price")),
                    ("refining", f("selling")),
                ]),
                BTreeMap::new(),
            ),
        ]
    }

    fn operating(&self, currency: &str) -> Vec<Built> {
        let f = |name: &str| Term::Number(self.figure(name));
        let word = |word: &str| Term::Text(word.to_owned());
        let a_year = format!("M{currency}/a");
        vec![
            (
                ItemKind::OperatingCost,
                "mining",
                "Mining",
                row([
                    ("category", word("mining")),
                    ("rate", f("mining")),
                    ("driver", word("=material_moved")),
                ]),
                BTreeMap::new(),
            ),
            (
                ItemKind::OperatingCost,
                "processing",
                "Processing",
                row([("category", word("processing")), ("rate", f("processing"))]),
                BTreeMap::new(),
            ),
            (
                ItemKind::OperatingCost,
                "g_and_a",
                "Site G&A",
                row([("category", word("site_g_and_a")), ("fixed", f("g_and_a"))]),
                units([("fixed", a_year.as_str())]),
            ),
        ]
    }

    fn capital(&self, currency: &str) -> Vec<Built> {
        let f = |name: &str| Term::Number(self.figure(name));
        let word = |word: &str| Term::Text(word.to_owned());
        let millions = format!("M{currency}");
        let money = || units([("amount", millions.as_str())]);
        let years = (self.construction() + self.production() + 2) as usize;
        let first = (self.construction().max(1)) as usize;
        let phasing = (0..years).map(|year| {
            if year < first {
                100.0 / first as f64
            } else {
                0.0
            }
        });
        let last = years - 2;
        let closure = (0..years).map(|year| {
            if year == last {
                self.figure("closure")
            } else {
                0.0
            }
        });
        let sustaining = format!(
            "=if(producing > 0, {} [M{currency}/a] * years, 0)",
            self.figure("sustaining")
        );
        vec![
            (
                ItemKind::Capital,
                "initial",
                "Initial capital",
                row([
                    ("amount", f("initial")),
                    ("profile", Term::Series(phasing.collect())),
                    ("contingency", f("contingency")),
                ]),
                money(),
            ),
            (
                ItemKind::Capital,
                "sustaining",
                "Sustaining capital",
                row([
                    ("class", word("sustaining")),
                    ("amount_is", word("by_period")),
                    ("amount", Term::Text(sustaining)),
                ]),
                money(),
            ),
            (
                ItemKind::Capital,
                "closing",
                "Closure",
                row([
                    ("class", word("closure")),
                    ("amount", Term::Series(closure.collect())),
                ]),
                money(),
            ),
        ]
    }

    fn fiscal(&self) -> Vec<Built> {
        let f = |name: &str| Term::Number(self.figure(name));
        let word = |word: &str| Term::Text(word.to_owned());
        let unit = || word(self.metal.unit);
        let none = BTreeMap::new;
        vec![
            (
                ItemKind::WorkingCapital,
                "working_capital",
                "Working capital",
                row([("receivable_days", f("working_days"))]),
                none(),
            ),
            (
                ItemKind::Royalty,
                "royalty",
                "NSR royalty",
                row([("rate", f("royalty"))]),
                none(),
            ),
            (
                ItemKind::Depreciation,
                "depreciation",
                "Depreciation",
                row([("life", f("depreciation"))]),
                none(),
            ),
            (
                ItemKind::Tax,
                "income_tax",
                "Income tax",
                row([("rate", f("tax"))]),
                none(),
            ),
            (
                ItemKind::UnitCost,
                "c1_cost",
                "C1 cash cost",
                row([("measure", word("c1")), ("unit", unit())]),
                none(),
            ),
            (
                ItemKind::UnitCost,
                "cash_cost",
                "Total cash cost",
                row([("measure", word("total_cash_cost")), ("unit", unit())]),
                none(),
            ),
            (
                ItemKind::UnitCost,
                "aisc",
                "All-in sustaining cost",
                row([("measure", word("aisc")), ("unit", unit())]),
                none(),
            ),
        ]
    }
}

/// Kind, key, label, terms and units of an item.
type Built = (
    ItemKind,
    &'static str,
    &'static str,
    TermRow,
    BTreeMap<String, String>,
);

fn row<const N: usize>(terms: [(&str, Term); N]) -> TermRow {
    terms
        .into_iter()
        .map(|(name, term)| (name.to_owned(), term))
        .collect()
}

fn units<const N: usize>(units: [(&str, &str); N]) -> BTreeMap<String, String> {
    units
        .into_iter()
        .map(|(path, unit)| (path.to_owned(), unit.to_owned()))
        .collect()
}
