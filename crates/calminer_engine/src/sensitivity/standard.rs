//! The table that every study prints: NPV and IRR for changes of price, grade, recovery, exchange rate, operating cost
//! and capital, and the NPV at several rates.
//!
//! A driver at a change of +10 % is the base case of the scenario with all that stands for the driver times 1.1, and
//! what follows from it moving with it:
//!
//! | Driver | With items | Without items for it: by units and roles alone |
//! |---|---|---|
//! | price | prices of metals, payable elements and other products; premiums and charges stay | parameters and typed lines in money per mass, volume, piece or energy that raise the revenue |
//! | grade | all grades of schedules: ore, diluting rock, opening stockpile | the same in a unit of grade; and the only percentage in a formula that makes pounds or ounces of tonnes |
//! | recovery | recoveries of processing routes, not above 100 % | cannot be told |
//! | exchange rate | the rate of each product whose prices are in another currency | parameters and lines between the scenario's currency and another |
//! | operating cost | each operating cost and consumption, and rehandling | the line with that role |
//! | capital | initial, sustaining and growth with their contingencies; no closure | the line of initial capital, and lines of money among the capital that do not follow from revenue (working capital) and spend before the last sale is over (closure) |
//!
//! The revenue is the line of gross revenue, else of the NSR, else of EBITDA, else a cash flow. An exchange rate at +10 %
//! is 10 % more of the scenario's currency for one unit of the other. What no cash flow is made of stands for nothing.
//! What stands for a driver is scaled once, even where one of it follows from another.

mod drivers;
mod scaling;

use std::collections::BTreeSet;

use calminer_domain::{Issue, Place, Role, Scenario, Value};
use serde::{Deserialize, Serialize};

use crate::measures::Irr;
use crate::program::{self, Program};
use crate::result::{BaseCase, Cause, LineValues};
use drivers::Finder;
use scaling::{Factor, Member, Scaled, add_line, flat, scale};

/// The changes that studies print, as fractions: -0.3 is 30 % below base.
pub const STANDARD_CHANGES: [f64; 7] = [-0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3];
/// The discount rates that studies print, as fractions a year.
pub const STANDARD_RATES: [f64; 5] = [0.0, 0.05, 0.08, 0.10, 0.12];

/// How much a candidate is raised to see whether it raises the revenue.
const TRIED: f64 = 0.01;
/// Below this share of the figures a difference is rounding.
const ROUNDING: f64 = 1e-12;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Driver {
    /// Prices of products.
    Price,
    /// Grades of the ore.
    Grade,
    /// Metallurgical recoveries.
    Recovery,
    /// More of the scenario's currency for one unit of another.
    ExchangeRate,
    /// Operating cost.
    OperatingCost,
    /// Initial, sustaining and growth capital.
    Capital,
}

impl Driver {
    /// All drivers in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Price,
        Self::Grade,
        Self::Recovery,
        Self::ExchangeRate,
        Self::OperatingCost,
        Self::Capital,
    ];

    /// The words shown.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Price => "Price",
            Self::Grade => "Grade",
            Self::Recovery => "Recovery",
            Self::ExchangeRate => "Exchange rate",
            Self::OperatingCost => "Operating cost",
            Self::Capital => "Capital cost",
        }
    }
}

/// The measures of the table at one point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StandardFigures {
    /// After-tax net present value in whole currency; `None` where it does not exist.
    pub npv: Option<f64>,
    /// After-tax internal rates of return as fractions, with their kind where there is none; `None` without such a line.
    pub irr: Option<Irr>,
    /// Pre-tax net present value in whole currency.
    pub npv_pre_tax: Option<f64>,
    /// Pre-tax internal rates of return.
    pub irr_pre_tax: Option<Irr>,
    /// Why a present value that has a line does not exist.
    pub cause: Option<Cause>,
}

/// A driver at one change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardPoint {
    /// The change as a fraction of base.
    pub change: f64,
    /// What comes of it.
    pub figures: StandardFigures,
    /// Whether a recovery was held at 100 % in some period: the driver then moved by less than the change.
    pub is_capped: bool,
}

/// What stands for a driver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScaledInput {
    /// Key of the parameter or line.
    pub key: String,
    /// Its label, or its key.
    pub label: String,
}

/// A driver through all changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriverRow {
    /// The driver.
    pub driver: Driver,
    /// What stands for it; empty where nothing does.
    pub inputs: Vec<ScaledInput>,
    /// One point a change, in their order; `None` where nothing in the scenario stands for the driver.
    pub points: Option<Vec<StandardPoint>>,
    /// Why there are no points.
    pub reason: Option<String>,
}

/// The present values at a discount rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RateRow {
    /// Annual effective rate as a fraction.
    pub rate: f64,
    /// Whether it is the scenario's own.
    pub is_own: bool,
    /// After-tax net present value in whole currency; `None` where it does not exist.
    pub npv: Option<f64>,
    /// Pre-tax net present value in whole currency.
    pub npv_pre_tax: Option<f64>,
}

/// The standard table of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StandardTable {
    /// ISO code of the currency of the money.
    pub currency: String,
    /// The scenario's own discount rate as a fraction.
    pub discount_rate: f64,
    /// The changes asked for, as fractions.
    pub changes: Vec<f64>,
    /// The base case.
    pub base: StandardFigures,
    /// One row a driver, in the order of [`Driver::ALL`].
    pub drivers: Vec<DriverRow>,
    /// One row a rate, rising; the scenario's own among them.
    pub by_rate: Vec<RateRow>,
}

/// The standard table: every driver at every change, all else at base, and the present values at every rate.
///
/// `changes` and `rates` are fractions, for instance [`STANDARD_CHANGES`] and [`STANDARD_RATES`]; the scenario's own
/// rate is added to the rates. Without changes the rows of drivers have no points. The figures are those of base cases:
/// distributions do not enter. It compiles the scenario two or three times, whatever the number of changes.
///
/// # Errors
/// The issues that refuse the base case; an issue at `changes.N` (from 0) for a change below -1 or not finite, at
/// `rates.N` for a rate not above -1 or not finite.
pub fn standard_table(
    scenario: &Scenario,
    changes: &[f64],
    rates: &[f64],
) -> Result<StandardTable, Vec<Issue>> {
    let wrong = wrong(changes, rates);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (issues, program) = program::check_and_compile(scenario);
    let Some(program) = program else {
        return Err(issues);
    };
    let case = program.base_case();
    let certain = program::certain(scenario);
    let flat = flat(&certain);
    let finder = Finder::new(&certain, &flat, &case);
    let raises = raising(&finder, &flat)?;
    let mut variant = flat.clone();
    let mut scaled = Vec::new();
    for driver in Driver::ALL {
        let members = finder.members(driver, &raises);
        let of_scenario = members.as_ref().map(|members| scale(&mut variant, members));
        scaled.push((driver, members.clone(), of_scenario.unwrap_or_default()));
    }
    let rates = rates_with_own(rates, scenario.conventions.discount_rate);
    let lines = add_rates(&mut variant, &case, &rates);
    let program = program::compile(&variant)?;
    let drivers = scaled
        .into_iter()
        .map(|(driver, members, scaled)| row(&program, (&case, changes), driver, members, &scaled));
    Ok(StandardTable {
        currency: case.currency.clone(),
        discount_rate: case.conventions.discount_rate,
        changes: changes.to_vec(),
        base: figures(&case),
        drivers: drivers.collect(),
        by_rate: by_rate(&program.base_case(), &rates, &lines, &case),
    })
}

fn wrong(changes: &[f64], rates: &[f64]) -> Vec<Issue> {
    let issue =
        |field: String, code, message| Issue::error(Place::Scenario { field }, code, message);
    let changes = changes.iter().enumerate();
    let changes = changes.filter(|(_, change)| !(change.is_finite() && **change >= -1.0));
    let changes = changes.map(|(index, change)| {
        let message = format!(
            "a change of {change}: type a fraction of -1 or more, -0.2 for 20 % below base"
        );
        issue(format!("changes.{index}"), "change", message)
    });
    let rates = rates.iter().enumerate();
    let rates = rates.filter(|(_, rate)| !(rate.is_finite() && **rate > -1.0));
    let rates = rates.map(|(index, rate)| {
        let message = format!("a discount rate of {rate}: type a fraction above -1, 0.08 for 8 %");
        issue(format!("rates.{index}"), "discount_rate", message)
    });
    changes.chain(rates).collect()
}

/// The candidates for prices and grades that raise the revenue.
fn raising(finder: &Finder<'_>, flat: &Scenario) -> Result<BTreeSet<String>, Vec<Issue>> {
    let mut candidates = finder.candidates(Driver::Price);
    candidates.extend(finder.candidates(Driver::Grade));
    let Some(earned) = finder.earned().filter(|_| !candidates.is_empty()) else {
        return Ok(BTreeSet::new());
    };
    let mut variant = flat.clone();
    let scaled: Vec<(Member, Scaled)> = candidates
        .into_iter()
        .map(|member| {
            let scaled = scale(&mut variant, std::slice::from_ref(&member));
            (member, scaled)
        })
        .collect();
    let program = program::compile(&variant)?;
    let sum = |case: &BaseCase| -> f64 {
        match case.line(earned).map(|line| &line.values) {
            Some(LineValues::Series(figures)) => figures.iter().sum(),
            Some(LineValues::Scalar(figure)) => *figure,
            None => f64::NAN,
        }
    };
    let base = sum(&program.base_case());
    let raises = scaled.into_iter().filter(|(_, scaled)| {
        let tried = sum(&at(&program, &scaled.factors, TRIED));
        tried - base > ROUNDING * base.abs()
    });
    Ok(raises.map(|(member, _)| member.key).collect())
}

/// The table with some factors changed.
fn at(program: &Program, factors: &[Factor], change: f64) -> BaseCase {
    let mut draws = program.base_draws().to_vec();
    for factor in factors {
        let input = program.inputs().iter().find(|input| input.id == factor.id);
        let own = input.and_then(|input| draws.get_mut(input.columns.clone()));
        let drawn = if factor.is_inverse {
            1.0 / (1.0 + change)
        } else {
            1.0 + change
        };
        if let Some(columns) = own {
            columns.fill(drawn);
        }
    }
    program.table(&draws)
}

fn row(
    program: &Program,
    (case, changes): (&BaseCase, &[f64]),
    driver: Driver,
    members: Result<Vec<Member>, String>,
    scaled: &Scaled,
) -> DriverRow {
    let members = match members {
        Ok(members) => members,
        Err(reason) => {
            return DriverRow {
                driver,
                inputs: Vec::new(),
                points: None,
                reason: Some(reason),
            };
        }
    };
    let points = changes.iter().map(|&change| {
        let case = at(program, &scaled.factors, change);
        StandardPoint {
            change,
            figures: figures(&case),
            is_capped: is_capped(&case, &scaled.capped, change),
        }
    });
    let label = |key: &str| {
        let line = case.line(key).map(|line| line.label.clone());
        let rows = program.inputs().iter().find(|input| input.key == key);
        line.or_else(|| rows.map(|input| input.label.clone()))
    };
    let inputs = members.into_iter().map(|member| ScaledInput {
        label: label(&member.key).unwrap_or_else(|| member.key.clone()),
        key: member.key,
    });
    DriverRow {
        driver,
        inputs: inputs.collect(),
        points: Some(points.collect()),
        reason: None,
    }
}

fn figures(case: &BaseCase) -> StandardFigures {
    let metrics = &case.metrics;
    let why = |key: &str| case.absent.iter().find(|(line, _)| line == key);
    StandardFigures {
        npv: metrics.npv,
        irr: metrics.irr.clone(),
        npv_pre_tax: metrics.npv_pre_tax,
        irr_pre_tax: metrics.irr_pre_tax.clone(),
        cause: why("npv")
            .or_else(|| why("npv_pre_tax"))
            .map(|(_, cause)| cause.clone()),
    }
}

/// Whether a line lies below its unscaled figures times the factor in some period.
fn is_capped(case: &BaseCase, capped: &[(String, String)], change: f64) -> bool {
    capped.iter().any(|(key, unscaled)| {
        let (Some(line), Some(unscaled)) = (case.line(key), case.line(unscaled)) else {
            return false;
        };
        (0..case.periods.len()).any(|period| {
            let wanted = unscaled.values.at(period) * (1.0 + change);
            line.values.at(period) < wanted * (1.0 - ROUNDING)
        })
    })
}

fn rates_with_own(rates: &[f64], own: f64) -> Vec<f64> {
    let mut all = vec![own];
    for rate in rates {
        // 0.1 as typed and 10 / 100 may differ in the last bit.
        if !all.iter().any(|known| (known - rate).abs() <= ROUNDING) {
            all.push(*rate);
        }
    }
    all.sort_by(f64::total_cmp);
    all
}

const FLOWS: [Role; 2] = [Role::AfterTaxCashFlow, Role::PreTaxCashFlow];

/// Keys of the lines with the present values at one rate: after tax and pre-tax.
type AtRate = [Option<String>; 2];

/// Adds lines with the present values at each rate.
fn add_rates(variant: &mut Scenario, case: &BaseCase, rates: &[f64]) -> Vec<AtRate> {
    let currency = variant.currency.clone();
    let mut lines = Vec::new();
    for rate in rates {
        lines.push(FLOWS.map(|role| {
            let flow = case.line_by_role(role)?;
            if matches!(flow.values, LineValues::Scalar(_)) {
                return None;
            }
            let basis = variant.line_by_key(&flow.key)?.basis;
            let value = Value::Formula(format!("=npv({}, {rate})", flow.key));
            let key = add_line(variant, "npv_at_rate", &currency, value);
            if let Some(line) = variant.lines.last_mut() {
                line.basis = basis;
            }
            Some(key)
        }));
    }
    lines
}

fn by_rate(variant: &BaseCase, rates: &[f64], lines: &[AtRate], case: &BaseCase) -> Vec<RateRow> {
    let value = |key: &Option<String>| {
        let line = variant.line(key.as_deref()?)?;
        Some(line.values.at(0)).filter(|figure| figure.is_finite())
    };
    let rows = rates.iter().zip(lines);
    rows.map(|(rate, [after_tax, pre_tax])| RateRow {
        rate: *rate,
        is_own: *rate == case.conventions.discount_rate,
        npv: value(after_tax),
        npv_pre_tax: value(pre_tax),
    })
    .collect()
}
