//! Pairs that usually move together, each with its source: nothing of it counts until it is added.

use calminer_domain::{Scenario, ScenarioEdit, TypicalPair, typical_pairs};
use egui::{Label, Ui};

use super::{signed, title_of};
use crate::app::{CoalesceKey, Command, ViewContext};
use crate::ui::state::number_style;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

pub(super) fn typical_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario) {
    let offered = typical_pairs(scenario);
    if offered.is_empty() {
        return;
    }
    ui.add_space(theme::GAP);
    basic::card_ui(ui, "Typical pairs", |ui| {
        basic::weak_ui(
            ui,
            "Pairs of this scenario that usually move together. None of them counts until it is added; the figure can be changed then.",
        );
        for pair in &offered {
            ui.separator();
            pair_ui(ctx, ui, scenario, pair);
        }
    });
}

fn pair_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, pair: &TypicalPair) {
    let style = number_style(ctx);
    let name = format!(
        "{} and {}",
        title_of(scenario, pair.a),
        title_of(scenario, pair.b)
    );
    ui.horizontal(|ui| {
        let verb = format!("Add correlation of {name}");
        let add = basic::button_ui(ui, icons::PLUS, "Add").accessible_name(&verb);
        if add.clicked() {
            let edits = vec![
                ScenarioEdit::SetCorrelation(pair.a, pair.b, Some(pair.rho)),
                ScenarioEdit::SetCorrelationSource(pair.a, pair.b, pair.source.clone()),
            ];
            let edit = ScenarioEdit::All(verb.clone(), edits);
            ctx.send(Command::Edit(edit, CoalesceKey::none()));
        }
        let rho = signed(pair.rho, style.fixed(pair.rho, 2));
        ui.add(Label::new(format!("{name}\u{2002}{rho}")).truncate());
    });
    basic::label_ui(ui, &pair.source);
}
