use super::*;
use crate::distribution::{Distribution, DistributionForm};
use crate::parameter::{BaseValue, Correlation, Draw, Uncertainty};

const ANNUAL: &str = include_str!("../../tests/data/pink_sheet_annual.csv");

/// Annual means of the monthly Pink Sheet, one column a price.
fn annual() -> Vec<Vec<f64>> {
    let mut lines = ANNUAL.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    let mut columns = vec![Vec::new(); head.len() - 1];
    for line in lines {
        for (column, cell) in columns.iter_mut().zip(line.split(',').skip(1)) {
            column.push(cell.parse().unwrap());
        }
    }
    columns
}

/// Mean ranks, by counting.
fn ranks(values: &[f64]) -> Vec<f64> {
    let rank = |value: &f64| {
        let below = values.iter().filter(|other| *other < value).count() as f64;
        let alike = values.iter().filter(|other| *other == value).count() as f64;
        below + f64::midpoint(alike, 1.0)
    };
    values.iter().map(rank).collect()
}

fn spearman(x: &[f64], y: &[f64]) -> f64 {
    let (x, y) = (ranks(x), ranks(y));
    let mean = f64::midpoint(x.len() as f64, 1.0);
    let product = |x: &[f64], y: &[f64]| -> f64 {
        x.iter().zip(y).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    product(&x, &y) / (product(&x, &x) * product(&y, &y)).sqrt()
}

/// The data are the World Bank's; only the arithmetic is repeated here.
#[test]
fn price_correlations_are_those_of_the_published_prices() {
    let columns = annual();
    assert_eq!(columns.len(), PRICES.len());
    // The order of growth factors is the order of changes of ln.
    let changes: Vec<Vec<f64>> = columns
        .iter()
        .map(|column| column.windows(2).map(|pair| pair[1] / pair[0]).collect())
        .collect();
    assert_eq!(changes[0].len(), 32);
    for (row, known) in PRICE_CORRELATIONS.iter().enumerate() {
        assert_eq!(known.len(), row);
        for (column, rho) in known.iter().enumerate() {
            let found = spearman(&changes[row], &changes[column]);
            assert!(
                (found - rho).abs() <= 0.005,
                "{row} {column}: {found} {rho}"
            );
        }
    }
}

fn parameter(id: u128, key: &str, label: &str, unit: &str) -> Parameter {
    Parameter {
        id: Uuid::from_u128(id),
        slot: 0,
        key: key.to_owned(),
        label: label.to_owned(),
        unit: unit.to_owned(),
        base: BaseValue::Number(1.0),
        uncertainty: Some(Uncertainty::once(
            DistributionForm::Factor,
            Distribution::Normal { mean: 1.0, sd: 0.1 },
        )),
        source: String::new(),
        note: String::new(),
    }
}

#[test]
fn parameters_are_recognized_by_words_and_unit() {
    for (key, label, unit, kind) in [
        ("gold_price", "Gold price", "USD/oz", Some(Kind::Price(0))),
        ("au", "", "USD/oz", Some(Kind::Price(0))),
        ("au_grade", "Gold head grade", "g/t", None),
        ("gold_rec", "Gold recovery", "", None),
        ("gold_refining", "Refining of gold", "USD/oz", None),
        ("cu_price", "Copper price", "USD/lb", Some(Kind::Price(3))),
        ("fuel_price", "Diesel", "USD/L", Some(Kind::Price(FUEL))),
        ("fuel_cons", "Fuel consumption", "L/t", None),
        ("power_price", "", "USD/kWh", Some(Kind::PowerPrice)),
        ("power_cons", "Power consumption", "kWh/t", None),
        ("capex", "Initial capital", "MUSD", Some(Kind::Capital)),
        ("sust_capex", "", "MUSD/a", Some(Kind::Sustaining)),
        ("working_capital_days", "Working capital", "d", None),
        ("f", "Operating cost factor", "", Some(Kind::Operating)),
        ("mining_cost", "", "USD/t", Some(Kind::Mining)),
        ("proc_cost", "", "USD/t", Some(Kind::Processing)),
        ("tc", "Treatment charge", "USD/t", None),
        ("prix", "Prix de l’or", "US", None),
    ] {
        let row = parameter(1, key, label, unit);
        assert_eq!(kind_of(&row), kind, "{key}");
    }
}

fn scenario(rows: &[(&str, &str)]) -> Scenario {
    let bytes = include_bytes!("../../../../assets/samples/ref20.calminer.json");
    let mut scenario = crate::file::read(bytes).unwrap().scenario;
    scenario.parameters = rows
        .iter()
        .enumerate()
        .map(|(index, (key, unit))| parameter(index as u128 + 1, key, "", unit))
        .collect();
    scenario.correlations.clear();
    scenario
}

#[test]
fn pairs_are_offered_with_their_source_until_they_are_typed() {
    let mut mine = scenario(&[
        ("capex", "MUSD"),
        ("opex", "USD/t"),
        ("gold_price", "USD/oz"),
        ("zinc_price", "USD/lb"),
        ("silver_price", "USD/oz"),
        ("diesel_price", "USD/L"),
    ]);
    let ids: Vec<Uuid> = mine.parameters.iter().map(|row| row.id).collect();
    let offered = |mine: &Scenario| -> Vec<(usize, usize, f64, bool)> {
        let place = |id| ids.iter().position(|other| *other == id).unwrap();
        typical_pairs(mine)
            .iter()
            .map(|pair| (place(pair.a), place(pair.b), pair.rho, pair.is_published))
            .collect()
    };
    // Gold and zinc (0.05), silver and zinc (0.19) are left out.
    assert_eq!(
        offered(&mine),
        [
            (2, 4, 0.77, true),
            (2, 5, 0.24, true),
            (3, 5, 0.52, true),
            (4, 5, 0.23, true),
            (0, 1, 0.5, false),
            (1, 5, 0.4, false),
        ]
    );
    let all = typical_pairs(&mine);
    assert!(all[0].source.contains("gold and silver") && all[0].source.contains("1990 to 2022"));
    assert!(
        all[4]
            .source
            .starts_with("Assumption, no published source: ")
    );
    mine.correlations.push(Correlation {
        a: ids[4],
        b: ids[2],
        rho: 0.0,
        source: String::new(),
    });
    // A path correlates with no single draw.
    mine.parameters[5].uncertainty.as_mut().unwrap().draw = Draw::EachPeriod;
    mine.parameters[1].uncertainty = None;
    assert_eq!(offered(&mine), []);
}
