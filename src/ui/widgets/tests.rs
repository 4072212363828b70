use calminer_domain::units::Unit;
use calminer_domain::units::entry::{DecimalMark, parse_entry};
use egui::{Event, Id, Key, Modifiers, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::field::{self, Field, Look};
use crate::ui::theme as look;

#[derive(Default)]
struct World {
    mode: f64,
    taken: Vec<f64>,
    other: String,
}

fn harness() -> Harness<'static, World> {
    let mut installed = false;
    let unit = Unit::parse("g/t", "CAD").unwrap();
    Harness::builder()
        .with_size(Vec2::new(500.0, 300.0))
        .build_ui_state(
            move |ui, world: &mut World| {
                if !std::mem::replace(&mut installed, true) {
                    look::install(ui.ctx());
                }
                // What the window does before a shortcut counts.
                if ui.input(|input| input.modifiers.command && input.key_pressed(Key::S)) {
                    ui.memory_mut(egui::Memory::stop_text_input);
                }
                let figure = field::figure_ui(
                    ui,
                    Field {
                        id: Id::unique("mode"),
                        name: "Mode",
                        shown: world.mode.to_string(),
                        typed: world.mode.to_string(),
                        unit: "g/t",
                        hint: "",
                        width: 120.0,
                        look: Look::Figure,
                        issue: None,
                    },
                    &|text| {
                        parse_entry(text, DecimalMark::Point, &unit, "CAD")
                            .map_err(|error| error.message)
                    },
                );
                if let Some(figure) = figure.taken {
                    world.mode = figure;
                    world.taken.push(figure);
                }
                let label = ui.label("Next");
                ui.text_edit_singleline(&mut world.other)
                    .labelled_by(label.id);
            },
            World {
                mode: 1.0,
                ..World::default()
            },
        )
}

/// Puts the keyboard into the field and types over what is there.
fn type_over(harness: &mut Harness<'_, World>, text: &str) {
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Mode")
        .focus();
    harness.run();
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Mode")
        .type_text(text);
    harness.run();
}

fn shown(harness: &Harness<'_, World>) -> String {
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Mode")
        .accesskit_node()
        .value()
        .unwrap_or_default()
}

#[test]
fn tab_enter_click_and_save_keep_the_figure() {
    for way in 0..4 {
        let mut harness = harness();
        type_over(&mut harness, "4.25");
        match way {
            0 => harness.key_press(Key::Tab),
            1 => harness.key_press(Key::Enter),
            2 => harness
                .get_by_role_and_label(egui::accesskit::Role::TextInput, "Next")
                .click(),
            _ => harness.key_press_modifiers(Modifiers::COMMAND, Key::S),
        }
        harness.run();
        assert_eq!(harness.state().taken, [4.25], "way {way}");
        harness.run();
        assert_eq!(
            (harness.state().taken.len(), shown(&harness).as_str()),
            (1, "4.25"),
            "way {way}"
        );
    }
}

/// A slow frame takes what was typed and the key that ends it together.
#[test]
fn a_figure_and_the_tab_behind_it_in_one_frame_are_kept() {
    let mut harness = harness();
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Mode")
        .focus();
    harness.run();
    let key = |pressed| Event::Key {
        key: Key::Tab,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::NONE,
    };
    let text = Event::Text("4.25".to_owned());
    harness
        .input_mut()
        .events
        .extend([text, key(true), key(false)]);
    harness.step();
    harness.run();
    assert_eq!(harness.state().taken, [4.25]);
    assert_eq!(shown(&harness), "4.25");
}

#[test]
fn escape_takes_the_text_back() {
    let mut harness = harness();
    type_over(&mut harness, "4.25");
    harness.key_press(Key::Escape);
    harness.run();
    assert!(harness.state().taken.is_empty());
    assert_eq!(shown(&harness), "1");
}

#[test]
fn a_decimal_comma_and_a_unit_are_understood() {
    let mut harness = harness();
    type_over(&mut harness, "9,5");
    harness.key_press(Key::Tab);
    harness.run();
    type_over(&mut harness, "0.002 kg/t");
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(harness.state().taken, [9.5, 2.0]);
}

#[test]
fn a_text_that_is_no_figure_stays_and_says_why() {
    let mut harness = harness();
    type_over(&mut harness, "twelve");
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.state().taken.is_empty());
    assert_eq!(shown(&harness), "twelve");
    harness.get_by_label_contains("is not a figure");
    type_over(&mut harness, "12");
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(harness.state().mode, 12.0);
    assert!(harness.query_by_label_contains("is not a figure").is_none());
}

#[test]
fn leaving_untouched_changes_nothing() {
    let mut harness = harness();
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Mode")
        .focus();
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    assert!(harness.state().taken.is_empty());
}
