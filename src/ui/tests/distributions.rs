//! The editor of a distribution: every kind, its fields, its table, its picture, and what is refused at a field.

use calminer_domain::{DistributionForm, Draw, Truncation};

use super::*;
use crate::ui::edits::distribution::{FIRST, MORE};

mod cases;
mod fit;

/// A parameter with one base figure of 20 and this distribution, selected on its page.
fn opened(distribution: Option<Distribution>) -> Harness<'static, World> {
    opened_with(distribution.map(absolute))
}

fn absolute(distribution: Distribution) -> Uncertainty {
    Uncertainty::once(DistributionForm::Absolute, distribution)
}

fn opened_with(uncertainty: Option<Uncertainty>) -> Harness<'static, World> {
    let mut scenario = mine();
    scenario.correlations.clear();
    let row = &mut scenario.parameters[0];
    "Tested input".clone_into(&mut row.label);
    row.base = BaseValue::Number(20.0);
    row.uncertainty = uncertainty;
    let mut world = world(Some(scenario));
    world.state.page = Page::Parameters;
    let mut harness = harness(world, WIDE);
    harness.run();
    harness.get_by_label("Tested input, name").click();
    harness.run();
    harness
}

fn own(harness: &Harness<'_, World>) -> Uncertainty {
    let document = harness.state().state.document.as_ref().unwrap();
    document.scenario().parameters[0]
        .uncertainty
        .clone()
        .unwrap()
}

fn law(harness: &Harness<'_, World>) -> Distribution {
    own(harness).distribution
}

fn press(harness: &mut Harness<'_, World>, label: &str) {
    harness.get_by_label(label).click_accesskit();
    harness.run();
}

fn choose(harness: &mut Harness<'_, World>, menu: &str, chosen: &str, kind: &str) {
    press(harness, &format!("{menu}: {chosen}"));
    if harness
        .query_by_role_and_label(Role::Button, kind)
        .is_none()
    {
        press(harness, "More kinds of distribution");
    }
    harness
        .get_by_role_and_label(Role::Button, kind)
        .click_accesskit();
    harness.run();
}

fn type_into(harness: &mut Harness<'_, World>, label: &str, text: &str) {
    let field = |harness: &Harness<'_, World>| {
        harness
            .get_by_role_and_label(Role::TextInput, label)
            .focus();
    };
    field(harness);
    harness.run();
    harness.event(Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
}

/// Types into a field, which refuses it with the sentence; the scenario keeps what it had.
fn refused(harness: &mut Harness<'_, World>, label: &str, text: &str, sentence: &str) {
    let before = own(harness);
    type_into(harness, label, text);
    assert!(
        harness.query_all_by_label_contains(sentence).count() > 0,
        "{label} {text}: {sentence}"
    );
    assert_eq!(own(harness), before);
}

fn says(harness: &Harness<'_, World>, words: &str) {
    assert!(
        harness.query_all_by_label_contains(words).count() > 0,
        "{words}"
    );
}

/// A cell of the table of values is typed over.
fn type_cell(harness: &mut Harness<'_, World>, cell: &str, text: &str) {
    harness.get_by_label(cell).click();
    harness.run();
    harness.event(Event::Text(text.to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
}

fn paste_at(harness: &mut Harness<'_, World>, cell: &str, text: &str) {
    harness.get_by_label(cell).click();
    harness.run();
    harness.event(Event::Paste(text.to_owned()));
    harness.run();
}

fn triangular(min: f64, mode: f64, max: f64) -> Distribution {
    Distribution::Triangular { min, mode, max }
}

#[test]
fn every_kind_of_the_menu_can_be_chosen_and_run() {
    let mut harness = opened(None);
    let mut chosen = "Fixed";
    for kind in FIRST.into_iter().chain(MORE) {
        choose(&mut harness, "Kind of distribution", chosen, kind);
        assert_eq!(law(&harness).name(), kind);
        let blocking: Vec<_> = harness.state().state.live.blocking().collect();
        assert!(blocking.is_empty(), "{kind}: {blocking:?}");
        let picture = if law(&harness).is_path() {
            "Fan of the path"
        } else {
            "Density of the distribution"
        };
        says(&harness, picture);
        chosen = kind;
    }
    choose(&mut harness, "Kind of distribution", chosen, "Fixed");
    let document = harness.state().state.document.as_ref().unwrap();
    assert_eq!(document.scenario().parameters[0].uncertainty, None);
}

/// DIS-03: zero width is a constant, by one rule for all.
/// DIS-04: a mode outside of its ends is refused at the field.
/// DIS-04: figures that came from elsewhere stand at their field and forbid the run with the reason.
#[test]
fn figures_that_are_possible_together_are_taken_together() {
    let mut harness = opened(Some(triangular(1.0, 2.0, 3.0)));
    refused(&mut harness, "Smallest", "10", "min 10 is above max 3");
    refused(&mut harness, "Most likely", "20", "mode 20 is above max 3");
    type_into(&mut harness, "Largest", "40");
    assert_eq!(law(&harness), triangular(10.0, 20.0, 40.0));
    let fine = harness.query_all_by_label_contains("is above max").count();
    assert_eq!(fine, 0);
}

/// DIS-05: no spread is a constant, a negative one is refused by name.
/// DIS-07: the labels say which pair is asked, and the preview shows what it comes to.
/// DIS-09 and DIS-11: the PERT's own standard deviation, also where a shape is 1.
/// DIS-01: mode at the smallest value.
/// DIS-13: moments of the kept range, and empty ranges refused.
/// DIS-15: weights of another sum are divided by it with a notice; negative ones and all zero are refused.
/// DIS-17: both figures in the text, no silent swap.
#[test]
fn an_event_has_a_probability_in_per_cent_and_an_impact_of_any_kind() {
    let mut harness = opened(Some(triangular(5.0, 8.0, 12.0)));
    choose(&mut harness, "Kind of distribution", "Triangular", "Event");
    type_into(&mut harness, "Probability that it happens", "35");
    refused(
        &mut harness,
        "Probability that it happens",
        "120",
        "120 % is not between 0 % and 100 %",
    );
    type_into(&mut harness, "Impact, Largest", "14");
    assert_eq!(
        law(&harness),
        Distribution::Event {
            probability: 0.35,
            impact: Box::new(triangular(5.0, 8.0, 14.0)),
        }
    );
    refused(
        &mut harness,
        "Impact, Smallest",
        "9",
        "mode 8 is below min 9",
    );
    choose(&mut harness, "Kind of impact", "Triangular", "Gamma");
    let Distribution::Event { impact, .. } = law(&harness) else {
        panic!("an event")
    };
    assert_eq!(impact.name(), "Gamma");
    harness.get_by_role_and_label(Role::TextInput, "Impact, Shape");
    choose(&mut harness, "Kind of impact", "Gamma", "Discrete");
    type_cell(&mut harness, "Value 1", "3");
    let Distribution::Event { impact, .. } = law(&harness) else {
        panic!("an event")
    };
    assert!(matches!(&*impact, Distribution::Discrete { values, .. } if values[0] == 3.0));
    assert!(
        harness
            .query_by_role_and_label(Role::TextInput, "Keep at or above")
            .is_none()
    );
}

#[test]
fn a_sample_takes_a_pasted_column_and_says_how_many() {
    let mut harness = opened(Some(Distribution::Empirical {
        values: vec![1.0, 2.0],
    }));
    harness.state_mut().state.settings.decimal = calminer_domain::units::entry::DecimalMark::Comma;
    harness.run();
    paste_at(&mut harness, "Value 2", "2,5\r\n3,5\r\n4,25\r\n");
    assert_eq!(
        law(&harness),
        Distribution::Empirical {
            values: vec![1.0, 2.5, 3.5, 4.25]
        }
    );
    harness.get_by_label("4 values");
    press(&mut harness, "Add value");
    harness.get_by_label("5 values");
    press(&mut harness, "Delete value 5");
    harness.get_by_label("4 values");
    press(&mut harness, "Paste all");
    harness.event(Event::Paste("Grade\n7,5\n8\n".to_owned()));
    harness.run();
    assert_eq!(
        law(&harness),
        Distribution::Empirical {
            values: vec![7.5, 8.0]
        }
    );
}

#[test]
fn ten_thousand_pasted_values_do_not_stall_the_frame() {
    let mut harness = opened(Some(Distribution::Empirical { values: vec![1.0] }));
    let rows = (0..10_000).map(|at| ((at * 7_919) % 10_007).to_string());
    let text = rows.collect::<Vec<_>>().join(
        "
",
    );
    let document = |harness: &Harness<'_, World>| {
        harness
            .state()
            .sent
            .iter()
            .filter(|sent| matches!(sent, Command::Edit(..)))
            .count()
    };
    paste_at(&mut harness, "Value 1", &text);
    assert_eq!(document(&harness), 1);
    says(&harness, "10,000 values");
    let frame = (0..5)
        .map(|_| {
            let began = Instant::now();
            harness.step();
            began.elapsed()
        })
        .min()
        .unwrap();
    assert!(frame.as_millis() < 100, "{frame:?}");
}

#[test]
fn shares_drift_and_volatility_are_typed_in_per_cent() {
    let mut harness = opened(None);
    choose(
        &mut harness,
        "Kind of distribution",
        "Fixed",
        "Geometric Brownian path",
    );
    type_into(&mut harness, "Growth of the mean", "2");
    type_into(&mut harness, "Volatility", "18 %");
    assert_eq!(
        own(&harness),
        Uncertainty::once(
            DistributionForm::Factor,
            Distribution::GeometricBrownian {
                drift: 0.02,
                volatility: 0.18
            }
        )
    );
    refused(
        &mut harness,
        "Volatility",
        "-3",
        "volatility -0.03 is below 0",
    );
    type_into(&mut harness, "Volatility", "20");
    says(
        &harness,
        "Drawn each period, each value from the one before",
    );
    says(&harness, "Fan of the path, factor in period");
    let mut harness = opened(None);
    choose(
        &mut harness,
        "Kind of distribution",
        "Fixed",
        "Lognormal by percentiles",
    );
    type_into(&mut harness, "10\u{a0}% lie at or below", "15");
    type_into(&mut harness, "Lower share", "5");
    harness.get_by_role_and_label(Role::TextInput, "5\u{a0}% lie at or below");
    let Distribution::LognormalPercentiles { low_share, low, .. } = law(&harness) else {
        panic!("a lognormal by percentiles")
    };
    assert_eq!((low_share, low), (0.05, 15.0));
}

#[test]
fn a_draw_of_each_period_carries_its_warning() {
    let mut harness = opened(Some(triangular(10.0, 20.0, 40.0)));
    press(&mut harness, "Drawn: Each period");
    assert_eq!(own(&harness).draw, Draw::EachPeriod);
    says(&harness, "ten equal flows at 8 % spread NPV 0.324 times");
    press(&mut harness, "Drawn: Once");
    assert_eq!(own(&harness).draw, Draw::Once);
}

#[test]
fn ends_around_the_base_value_are_one_press_away() {
    let mut harness = opened(Some(triangular(5.0, 8.0, 12.0)));
    press(&mut harness, "±10 %");
    assert_eq!(law(&harness), triangular(18.0, 20.0, 22.0));
    press(&mut harness, "Figures are: % of base");
    press(&mut harness, "±30 %");
    assert_eq!(law(&harness), triangular(70.0, 100.0, 130.0));
}

#[test]
fn mean_and_mode_stand_beside_the_base_value() {
    let harness = opened(Some(triangular(10.0, 18.0, 40.0)));
    says(
        &harness,
        "The base case uses the base value 20; mean 22.67 (+13.3\u{a0}%), most likely 18 (−10.0\u{a0}%)",
    );
    let harness = opened(Some(triangular(10.0, 20.0, 30.0)));
    let hints = harness.query_all_by_label_contains("The base case uses");
    assert_eq!(hints.count(), 0);
}

#[test]
fn the_table_of_parameters_says_each_distribution_in_words() {
    let kept = Uncertainty {
        truncation: Truncation {
            min: Some(0.0),
            max: None,
        },
        ..absolute(Distribution::Normal { mean: 3.0, sd: 2.0 })
    };
    let harness = opened_with(Some(kept));
    let cell = harness.get_by_label("Tested input, distribution");
    let words = cell.accesskit_node().value();
    assert_eq!(words.as_deref(), Some("Normal 3, sd 2, kept ≥ 0"));
}
