use std::cell::RefCell;
use std::rc::Rc;

use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::*;
use crate::ui::theme as look;

/// Figures in rows and columns behind one column of names.
struct Sheet {
    columns: Vec<Column>,
    figures: Vec<Vec<f64>>,
    ids: Vec<Uuid>,
    seen: Rc<RefCell<Vec<Change>>>,
}

impl Sheet {
    fn new(rows: usize, columns: usize) -> Self {
        let name = Column {
            title: "Line".to_owned(),
            width: 120.0,
            ..Column::default()
        };
        let year = |year: usize| Column {
            title: year.to_string(),
            unit: "kt".to_owned(),
            width: 80.0,
            decimals: Some(2),
        };
        Self {
            columns: std::iter::once(name)
                .chain((1..=columns).map(year))
                .collect(),
            figures: vec![vec![1.0; columns]; rows],
            ids: (0..rows)
                .map(|row| Uuid::from_u128(row as u128 + 1))
                .collect(),
            seen: Rc::default(),
        }
    }
}

impl Table for Sheet {
    fn id(&self) -> Id {
        Id::unique("sheet")
    }
    fn name(&self) -> &'static str {
        "Sheet"
    }
    fn columns(&self) -> &[Column] {
        &self.columns
    }
    fn frozen(&self) -> usize {
        1
    }
    fn rows(&self) -> usize {
        self.figures.len()
    }
    fn row_id(&self, row: usize) -> Uuid {
        self.ids[row]
    }
    fn cell(&self, row: usize, column: usize) -> Cell {
        let text = if column == 0 {
            format!("Row {row}")
        } else {
            format!("{:.2}", self.figures[row][column - 1])
        };
        Cell {
            text,
            kind: if column == 0 { Kind::Text } else { Kind::Input },
            ..Cell::default()
        }
    }
    fn cell_name(&self, row: usize, column: usize) -> String {
        if column == 0 {
            format!("Row {row}, name")
        } else {
            format!("Row {row}, year {column}")
        }
    }
    fn typed(&self, row: usize, column: usize) -> Option<String> {
        (column > 0).then(|| self.figures[row][column - 1].to_string())
    }
    fn cleared(&self, _: usize, column: usize) -> Option<String> {
        (column > 0).then(|| "0".to_owned())
    }
    fn change(&self, changes: &[Change]) -> Changed {
        let mut changed = Changed::default();
        for change in changes {
            if change.text.replace(',', ".").parse::<f64>().is_ok() {
                changed
                    .edits
                    .push(ScenarioEdit::Rename(change.text.clone()));
                self.seen.borrow_mut().push(change.clone());
            } else {
                changed
                    .refused
                    .push((change.clone(), "not a figure".to_owned()));
            }
        }
        changed
    }
}

struct World {
    sheet: Sheet,
    state: GridState,
    edits: Vec<ScenarioEdit>,
    other: String,
}

fn world(rows: usize, columns: usize) -> World {
    World {
        sheet: Sheet::new(rows, columns),
        state: GridState::default(),
        edits: Vec::new(),
        other: String::new(),
    }
}

fn harness(world: World) -> Harness<'static, World> {
    let mut installed = false;
    Harness::builder()
        .with_size(Vec2::new(700.0, 400.0))
        .build_ui_state(
            move |ui, world: &mut World| {
                if !std::mem::replace(&mut installed, true) {
                    look::install(ui.ctx());
                }
                // What the window does before a shortcut counts.
                if ui.input(|input| input.modifiers.command && input.key_pressed(Key::S)) {
                    ui.memory_mut(egui::Memory::stop_text_input);
                }
                let label = ui.label("Elsewhere");
                ui.text_edit_singleline(&mut world.other)
                    .labelled_by(label.id);
                let output = grid_ui(ui, &world.sheet, &mut world.state, NumberStyle::default());
                world.edits.extend(output.edit);
            },
            world,
        )
}

fn seen(harness: &Harness<'_, World>) -> Vec<(usize, usize, String)> {
    harness
        .state()
        .sheet
        .seen
        .borrow()
        .iter()
        .map(|change| (change.row, change.column, change.text.clone()))
        .collect()
}

#[test]
fn a_pasted_block_changes_its_cells_alone_in_one_step() {
    let mut harness = harness(world(5, 4));
    harness.get_by_label("Row 0, year 2").click();
    harness.run();
    harness.event(Event::Paste(
        "3.2\t4.0\t5.1\r\n3.5\t4.2\t5.0\r\n".to_owned(),
    ));
    harness.run();
    let expected = [
        (0, 2, "3.2"),
        (0, 3, "4.0"),
        (0, 4, "5.1"),
        (1, 2, "3.5"),
        (1, 3, "4.2"),
        (1, 4, "5.0"),
    ];
    assert_eq!(
        seen(&harness),
        expected.map(|(row, column, text)| (row, column, text.to_owned()))
    );
    let [ScenarioEdit::All(words, edits)] = harness.state().edits.as_slice() else {
        panic!("one step: {:?}", harness.state().edits);
    };
    assert_eq!((words.as_str(), edits.len()), ("Paste 6 cells", 6));
}

#[test]
fn a_bad_cell_of_a_block_is_marked_and_the_others_are_taken() {
    let mut harness = harness(world(5, 4));
    harness.get_by_label("Row 3, year 1").click();
    harness.run();
    harness.event(Event::Paste("1,5\tabc\n".to_owned()));
    harness.run();
    assert_eq!(seen(&harness), [(3, 1, "1,5".to_owned())]);
    let bad = harness.get_by_label("Row 3, year 2");
    assert_eq!(bad.accesskit_node().value().as_deref(), Some("abc"));
}

#[test]
fn typing_enter_and_tab_take_the_text_and_move() {
    let mut harness = harness(world(5, 4));
    harness.get_by_label("Row 1, year 1").click();
    harness.run();
    harness.event(Event::Text("4".to_owned()));
    harness.run();
    harness.event(Event::Text(".25".to_owned()));
    harness.run();
    harness.key_press(Key::Tab);
    harness.run();
    assert_eq!(seen(&harness), [(1, 1, "4.25".to_owned())]);
    assert_eq!(harness.state().state.active, Some((1, 2)));
    harness.event(Event::Text("7".to_owned()));
    harness.run();
    harness.key_press(Key::Enter);
    harness.run();
    assert_eq!(seen(&harness)[1..], [(1, 2, "7".to_owned())]);
    assert_eq!(harness.state().state.active, Some((2, 2)));
    harness.key_press(Key::F2);
    harness.run();
    harness.key_press(Key::Escape);
    harness.run();
    harness.key_press(Key::ArrowLeft);
    harness.run();
    assert_eq!(
        (seen(&harness).len(), harness.state().state.active),
        (2, Some((2, 1)))
    );
}

#[test]
fn a_click_elsewhere_and_a_save_take_the_text() {
    let mut harness = harness(world(5, 4));
    harness.get_by_label("Row 1, year 3").click();
    harness.run();
    harness.event(Event::Text("4.25".to_owned()));
    harness.run();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::S);
    harness.run();
    assert_eq!(seen(&harness), [(1, 3, "4.25".to_owned())]);
    harness.event(Event::Text("5".to_owned()));
    harness.run();
    harness
        .get_by_role_and_label(egui::accesskit::Role::TextInput, "Elsewhere")
        .click();
    harness.run();
    assert_eq!(seen(&harness)[1..], [(1, 3, "5".to_owned())]);
}

#[test]
fn delete_clears_the_block_and_copy_gives_it_back() {
    let mut harness = harness(world(5, 4));
    harness.get_by_label("Row 0, year 1").click();
    harness.run();
    for key in [Key::ArrowRight, Key::ArrowDown] {
        harness.key_press_modifiers(Modifiers::SHIFT, key);
    }
    harness.run();
    harness.event(Event::Copy);
    harness.step();
    let copied =
        harness
            .output()
            .platform_output
            .commands
            .iter()
            .find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            });
    assert_eq!(copied.as_deref(), Some("1\t1\n1\t1\n"));
    harness.key_press(Key::Delete);
    harness.run();
    assert_eq!(seen(&harness).len(), 4);
    assert!(
        matches!(harness.state().edits.as_slice(), [ScenarioEdit::All(_, edits)] if edits.len() == 4)
    );
}

#[test]
fn only_what_is_visible_is_laid_out() {
    let mut harness = harness(world(10_000, 200));
    harness.run();
    let cells =
        |harness: &Harness<'_, World>| harness.get_all_by_role(egui::accesskit::Role::Cell).count();
    assert!((1..600).contains(&cells(&harness)), "{}", cells(&harness));
    harness.state_mut().state.go_to(9_990, 150);
    harness.run();
    harness.get_by_label("Row 9990, year 150");
    harness.get_by_label("Row 9990, name");
    assert!(cells(&harness) < 600);
}
