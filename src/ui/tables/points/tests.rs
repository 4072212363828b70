use std::time::{Duration, Instant};

use calminer_domain::{BaseValue, DistributionForm};

use super::*;
use crate::ui::grid::block;

fn row() -> Parameter {
    Parameter {
        id: Uuid::from_u128(5),
        slot: 0,
        key: "capex".to_owned(),
        label: String::new(),
        unit: "MCAD".to_owned(),
        base: BaseValue::Number(1_500.0),
        uncertainty: None,
        source: String::new(),
        note: String::new(),
    }
}

fn of(distribution: Distribution) -> Uncertainty {
    Uncertainty::once(DistributionForm::Absolute, distribution)
}

fn discrete() -> Uncertainty {
    of(Distribution::Discrete {
        values: vec![1_200.0, 1_500.0, 1_900.0],
        weights: vec![0.2, 0.5, 0.3],
    })
}

fn table<'a>(row: &'a Parameter, own: &'a Uncertainty, decimal: char) -> Points<'a> {
    let reading = Reading {
        currency: "CAD",
        unit: "MCAD",
        style: NumberStyle {
            decimal,
            parentheses: false,
        },
    };
    Points::new(row, own, reading, (280.0, "C$M")).unwrap()
}

fn change(row: usize, column: usize, text: &str) -> Change {
    Change {
        row,
        column,
        text: text.to_owned(),
    }
}

fn law_of(edit: &ScenarioEdit) -> Distribution {
    let ScenarioEdit::UpdateParameter(row) = edit else {
        panic!("{edit:?}")
    };
    row.uncertainty.clone().unwrap().distribution
}

#[test]
fn a_typed_weight_is_taken_or_refused_with_the_rule() {
    let (row, own) = (row(), discrete());
    let table = table(&row, &own, '.');
    let taken = table.change(&[change(1, 1, "0.6")]);
    assert_eq!(
        law_of(&taken.edits[0]),
        Distribution::Discrete {
            values: vec![1_200.0, 1_500.0, 1_900.0],
            weights: vec![0.2, 0.6, 0.3],
        }
    );
    for (text, why) in [
        ("-1", "weight -1 is not a number of 0 or more"),
        ("x", "'x' is not a figure"),
    ] {
        let refused = table.change(&[change(1, 1, text)]);
        assert!(refused.edits.is_empty());
        assert_eq!(refused.refused[0].1, why);
    }
    assert!(table.change(&[change(0, 0, "1200")]).edits.is_empty());
}

#[test]
fn a_block_makes_the_table_longer_and_passes_over_its_headings() {
    let (row, own) = (row(), discrete());
    let table = table(&row, &own, ',');
    let block = [
        "Value", "Weight", "1.200,5", "0,25", "1.600", "0,25", "1.700", "0,25", "1.800", "0,25",
    ];
    let changes: Vec<Change> = block
        .iter()
        .enumerate()
        .map(|(at, text)| change(at / 2, at % 2, text))
        .collect();
    let changed = table.change(&changes);
    assert_eq!(
        law_of(&changed.edits[0]),
        Distribution::Discrete {
            values: vec![1_200.5, 1_600.0, 1_700.0, 1_800.0],
            weights: vec![0.25; 4],
        }
    );
    assert_eq!(table.take_refusal(), None);
}

#[test]
fn a_block_with_one_bad_cell_changes_nothing_and_says_which() {
    let (row, own) = (row(), discrete());
    let table = table(&row, &own, '.');
    let changed = table.change(&[change(2, 0, "2000"), change(3, 0, "n/a"), change(4, 0, "1")]);
    assert!(changed.edits.is_empty() && changed.refused.is_empty());
    assert_eq!(
        table.take_refusal().unwrap(),
        "Value 4: 'n/a' is not a figure. Nothing was changed"
    );
    assert_eq!(table.take_refusal(), None);
}

#[test]
fn shares_are_typed_in_per_cent_and_need_a_partner() {
    let row = row();
    let own = of(Distribution::Cumulative {
        values: vec![10.0, 20.0, 40.0],
        shares: vec![0.0, 0.07, 1.0],
    });
    let table = table(&row, &own, '.');
    assert_eq!(table.cell(1, 1).text, "7");
    let changed = table.change(&[change(1, 1, "29 %")]);
    assert_eq!(
        law_of(&changed.edits[0]),
        Distribution::Cumulative {
            values: vec![10.0, 20.0, 40.0],
            shares: vec![0.0, 0.29, 1.0],
        }
    );
    let refused = table.change(&[change(1, 0, "50")]);
    assert_eq!(
        refused.refused[0].1,
        "value 40 stands after 50; values rise"
    );
    let alone = table.change(&[change(2, 0, "30"), change(3, 0, "60")]);
    assert!(alone.edits.is_empty());
    assert_eq!(
        table.take_refusal().unwrap(),
        "each value needs its share beside it: paste both columns. Nothing was changed"
    );
    let shorter = table.without_row(2).unwrap();
    assert_eq!(
        law_of(&shorter),
        Distribution::Cumulative {
            values: vec![10.0, 20.0],
            shares: vec![0.0, 1.0],
        }
    );
    let longer = table.with_row();
    assert_eq!(
        law_of(&longer),
        Distribution::Cumulative {
            values: vec![10.0, 20.0, 40.0, 60.0],
            shares: vec![0.0, 0.07, 1.0, 1.0],
        }
    );
}

#[test]
fn all_values_are_replaced_by_a_column_of_ten_thousand_at_once() {
    let row = row();
    let own = of(Distribution::Empirical { values: vec![1.0] });
    let table = table(&row, &own, ',');
    let rows: Vec<String> = (0..10_000).map(|at| format!("{at},5")).collect();
    let text = format!("Grade\r\n{}\r\n", rows.join("\r\n"));
    let began = Instant::now();
    let edit = table.replaced(&block::read(&text)).unwrap();
    let took = began.elapsed();
    let Distribution::Empirical { values } = law_of(&edit) else {
        panic!("a sample")
    };
    assert_eq!(
        (values.len(), values[0], values[9_999]),
        (10_000, 0.5, 9_999.5)
    );
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(
        table.replaced(&block::read("1\nn/a\n")).unwrap_err(),
        "row 2: 'n/a' is not a figure"
    );
    assert_eq!(table.replaced(&[]).unwrap_err(), "no figures were pasted");
    assert_eq!(table.without_row(0), None);
}
