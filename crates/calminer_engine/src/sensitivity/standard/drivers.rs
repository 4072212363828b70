//! What stands for each driver of the standard table in a scenario.

use std::collections::{BTreeMap, BTreeSet};

use calminer_domain::lowering::{self, LoweredLine};
use calminer_domain::units::{Dimension, Family, Unit};
use calminer_domain::{Item, ItemKind, Line, Role, Scenario, Section, Value};

use super::Driver;
use super::scaling::{How, Member, behind, names};
use crate::result::{BaseCase, LineValues};

/// Lines whose figures prices and grades raise, the first that a scenario has.
const EARNED: [Role; 5] = [
    Role::GrossRevenue,
    Role::Nsr,
    Role::Ebitda,
    Role::PreTaxCashFlow,
    Role::AfterTaxCashFlow,
];
/// Lines whose change makes a change of the table.
const FLOWS: [Role; 2] = [Role::PreTaxCashFlow, Role::AfterTaxCashFlow];

/// Finds what stands for drivers.
pub(super) struct Finder<'a> {
    scenario: &'a Scenario,
    /// The same with its items as lines.
    flat: &'a Scenario,
    case: &'a BaseCase,
    lowered: Vec<LoweredLine>,
    names: BTreeMap<&'a str, Vec<String>>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(scenario: &'a Scenario, flat: &'a Scenario, case: &'a BaseCase) -> Self {
        Self {
            scenario,
            flat,
            case,
            lowered: lowering::lower(scenario),
            names: names(flat),
        }
    }

    /// The members of a driver that the cash flow is made of. `raises` says which candidates raise what is earned.
    ///
    /// # Errors
    /// A sentence that says why there are none.
    pub(super) fn members(
        &self,
        driver: Driver,
        raises: &BTreeSet<String>,
    ) -> Result<Vec<Member>, String> {
        let used = self.behind_roles(&FLOWS);
        if used.is_empty() {
            let sentence = "no line is the pre-tax or the after-tax cash flow";
            return Err(sentence.to_owned());
        }
        let keep = |members: Vec<Member>| -> Vec<Member> {
            let mut seen = BTreeSet::new();
            let members = members.into_iter();
            members
                .filter(|member| used.contains(member.key.as_str()))
                .filter(|member| seen.insert(member.key.clone()))
                .collect()
        };
        let mut members = keep(self.of_items(driver));
        if members.is_empty() {
            members = keep(self.of_lines(driver, raises));
        }
        if members.is_empty() {
            Err(nothing(driver).to_owned())
        } else {
            Ok(members)
        }
    }

    fn behind_roles(&self, roles: &[Role]) -> BTreeSet<&str> {
        let lines = self.flat.lines.iter();
        let keys = lines
            .filter(|line| line.role.is_some_and(|role| roles.contains(&role)))
            .map(|line| line.key.as_str());
        behind(&self.names, keys)
    }

    /// The fields and lines of items.
    fn of_items(&self, driver: Driver) -> Vec<Member> {
        if driver == Driver::ExchangeRate {
            let items = self.scenario.items.iter();
            let currencies = items.filter(|item| is_product(item));
            let rates = currencies.filter_map(|item| {
                lowering::exchange_rate(self.scenario, item.word("price_currency"))
            });
            return rates.map(|key| member(key, How::Times)).collect();
        }
        let how = if driver == Driver::Recovery {
            How::Capped
        } else {
            How::Times
        };
        self.lowered
            .iter()
            .filter(|line| self.stands_for(driver, line))
            .map(|line| member(&line.key, how))
            .collect()
    }

    fn stands_for(&self, driver: Driver, line: &LoweredLine) -> bool {
        let Some(origin) = &line.origin else {
            return false;
        };
        let Some(item) = self.scenario.item(origin.item) else {
            return false;
        };
        let field = origin.field.as_str();
        let is_own = line.key == item.key;
        match driver {
            Driver::Price => {
                let is_price = field == "price" || is_in_row(field, "payables", "price");
                is_product(item) && is_price
            }
            Driver::Grade => item.kind == ItemKind::Schedule && field.starts_with("grades."),
            Driver::Recovery => {
                item.kind == ItemKind::Process && is_in_row(field, "recoveries", "recovery")
            }
            Driver::OperatingCost => match item.kind {
                ItemKind::OperatingCost | ItemKind::Consumption => is_own,
                ItemKind::Schedule => line.key == format!("{}_rehandle_cost", item.key),
                _ => false,
            },
            Driver::Capital => {
                item.kind == ItemKind::Capital && is_own && item.word("class") != "closure"
            }
            Driver::ExchangeRate => false,
        }
    }

    /// The same by units and roles alone.
    fn of_lines(&self, driver: Driver, raises: &BTreeSet<String>) -> Vec<Member> {
        match driver {
            Driver::Price | Driver::Grade => self
                .candidates(driver)
                .into_iter()
                .filter(|member| raises.contains(&member.key))
                .collect(),
            Driver::Recovery => Vec::new(),
            Driver::ExchangeRate => self.exchange_rates(),
            Driver::OperatingCost => {
                let line = self.flat.line_by_role(Role::OperatingCost);
                line.map(|line| member(&line.key, How::Times))
                    .into_iter()
                    .collect()
            }
            Driver::Capital => self.capital(),
        }
    }

    /// Parameters and typed lines that may be prices or grades by their units, where no item says which are.
    pub(super) fn candidates(&self, driver: Driver) -> Vec<Member> {
        if !self.of_items(driver).is_empty() {
            return Vec::new();
        }
        let earned = EARNED
            .into_iter()
            .find(|role| self.flat.line_by_role(*role).is_some());
        let used = self.behind_roles(earned.as_slice());
        let rows = self.flat.parameters.iter();
        let rows = rows.map(|row| (row.key.as_str(), row.unit.as_str()));
        let lines = self.flat.lines.iter();
        let lines = lines
            .filter(|line| !matches!(line.value, Value::Formula(_)))
            .map(|line| (line.key.as_str(), line.unit.as_str()));
        let mut keys: Vec<&str> = rows
            .chain(lines)
            .filter(|(_, unit)| {
                self.unit(unit).is_some_and(|unit| match driver {
                    Driver::Price => is_price(&unit),
                    _ => unit.family() == Family::Grade,
                })
            })
            .map(|(key, _)| key)
            .collect();
        if driver == Driver::Grade {
            keys.extend(
                self.flat
                    .lines
                    .iter()
                    .filter_map(|line| self.only_percent(line)),
            );
        }
        keys.into_iter()
            .filter(|key| used.contains(key))
            .map(|key| member(key, How::Times))
            .collect()
    }

    /// The line that prices and grades raise.
    pub(super) fn earned(&self) -> Option<&str> {
        let mut roles = EARNED.into_iter();
        let line = roles.find_map(|role| self.flat.line_by_role(role))?;
        Some(line.key.as_str())
    }

    fn unit(&self, text: &str) -> Option<Unit> {
        Unit::parse(text, &self.flat.currency).ok()
    }

    fn unit_of(&self, key: &str) -> Option<Unit> {
        let row = self.flat.parameters.iter().find(|row| row.key == key);
        let line = || self.flat.line_by_key(key).map(|line| line.unit.as_str());
        self.unit(row.map(|row| row.unit.as_str()).or_else(line)?)
    }

    /// The percentage that must be a grade: the only one in a formula that makes pounds or ounces of tonnes. Tonnes
    /// times plain numbers stay tonnes, so nothing else can be.
    fn only_percent(&self, line: &'a Line) -> Option<&str> {
        let made = self.unit(&line.unit)?;
        if !is_mass(&made) || !matches!(made.family(), Family::Troy | Family::Avoirdupois) {
            return None;
        }
        let named = self.names.get(line.key.as_str())?;
        let units: Vec<(&str, Unit)> = named
            .iter()
            .filter_map(|key| Some((key.as_str(), self.unit_of(key)?)))
            .collect();
        let has_grade = units.iter().any(|(_, unit)| unit.family() == Family::Grade);
        let has_ore = units
            .iter()
            .any(|(_, unit)| is_mass(unit) && unit.family() == Family::Bulk);
        let mut percents = units.iter().filter(|(_, unit)| unit.is_percent());
        match (percents.next(), percents.next()) {
            (Some((key, _)), None) if has_ore && !has_grade => Some(key),
            _ => None,
        }
    }

    /// Rates between the currency of the scenario and another.
    fn exchange_rates(&self) -> Vec<Member> {
        let own = self.flat.currency.as_str();
        let rows = self.flat.parameters.iter();
        let rows = rows.map(|row| (&row.key, &row.unit));
        let lines = self.flat.lines.iter().map(|line| (&line.key, &line.unit));
        rows.chain(lines)
            .filter_map(|(key, unit)| {
                let unit = self.unit(unit)?;
                let other = unit.currencies().find(|code| *code != own)?;
                let is = |text: String| {
                    self.unit(&text)
                        .is_some_and(|rate| rate.same_dimension(&unit))
                };
                if is(format!("{own}/{other}")) {
                    Some(member(key, How::Times))
                } else {
                    is(format!("{other}/{own}")).then(|| member(key, How::Over))
                }
            })
            .collect()
    }

    /// The line of initial capital, and lines of money among the capital that neither follow from what is earned
    /// (working capital) nor lie after the last sale (closure).
    fn capital(&self) -> Vec<Member> {
        let last = self.last_sale();
        let lines = self.flat.lines.iter();
        lines
            .filter(|line| {
                line.role == Some(Role::InitialCapital)
                    || line.section == Section::Capital
                        && self.unit(&line.unit).is_some_and(|unit| unit.is_money())
                        && !self.follows_from_earnings(line)
                        && !last.is_some_and(|last| self.is_after(line, last))
            })
            .map(|line| member(&line.key, How::Times))
            .collect()
    }

    fn follows_from_earnings(&self, line: &Line) -> bool {
        let behind = behind(&self.names, [line.key.as_str()]);
        let earned = [Role::GrossRevenue, Role::Nsr, Role::Ebitda];
        earned
            .iter()
            .filter_map(|role| self.flat.line_by_role(*role))
            .any(|line| behind.contains(line.key.as_str()))
    }

    /// The last period in which something is sold.
    fn last_sale(&self) -> Option<usize> {
        let roles = [Role::PayableProduct, Role::GrossRevenue, Role::Nsr];
        let mut roles = roles.into_iter();
        let line = roles.find_map(|role| self.case.line_by_role(role))?;
        match &line.values {
            LineValues::Series(figures) => figures.iter().rposition(|figure| *figure > 0.0),
            LineValues::Scalar(_) => None,
        }
    }

    fn is_after(&self, line: &Line, last: usize) -> bool {
        match self.case.line(&line.key).map(|line| &line.values) {
            Some(LineValues::Series(figures)) => {
                let first = figures.iter().position(|figure| *figure != 0.0);
                first.is_some_and(|first| first > last)
            }
            _ => false,
        }
    }
}

fn member(key: &str, how: How) -> Member {
    Member {
        key: key.to_owned(),
        how,
    }
}

/// Whether the path of a field is that of a column of a table: `payables.0.price`.
fn is_in_row(path: &str, table: &str, column: &str) -> bool {
    let mut parts = path.split('.');
    parts.next() == Some(table) && parts.nth(1) == Some(column)
}

fn is_product(item: &Item) -> bool {
    let kinds = [ItemKind::Metal, ItemKind::Concentrate, ItemKind::Sale];
    kinds.contains(&item.kind)
}

/// Money for a mass, a volume, a piece or an energy.
fn is_price(unit: &Unit) -> bool {
    ["t", "wmt", "m3", "each", "kWh"].iter().any(|per| {
        let per = Unit::parse(per, "");
        per.is_ok_and(|per| unit.mul(&per).is_money())
    })
}

fn is_mass(unit: &Unit) -> bool {
    unit.power_of(Dimension::Mass) == 1
        && Unit::parse("t", "").is_ok_and(|tonne| unit.same_dimension(&tonne))
}

/// Why a driver has no members.
fn nothing(driver: Driver) -> &'static str {
    match driver {
        Driver::Price => {
            "no product has a price, and no input in money per mass, volume or piece raises the revenue"
        }
        Driver::Grade => {
            "no schedule has a grade, and no input in a unit of grade such as g/t raises the revenue; a percentage alone cannot be told from a recovery"
        }
        Driver::Recovery => {
            "no processing route has a recovery; a share in formulas of one's own cannot be told from other shares"
        }
        Driver::ExchangeRate => {
            "the cash flow needs no exchange rate of the scenario's currency and another"
        }
        Driver::OperatingCost => {
            "no operating cost or consumption, and no line with the meaning of operating cost"
        }
        Driver::Capital => {
            "no capital but closure, and no line with the meaning of initial capital or of money among the capital"
        }
    }
}
