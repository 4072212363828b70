//! Groups of inputs that share one figure of the variance: chips, and a small editor under them.

use calminer_domain::{Parameter, Scenario};
use calminer_engine::sensitivity::InputGroup;
use egui::{Button, Id, RichText, Ui};
use uuid::Uuid;

use crate::app::{Command, ViewContext};
use crate::ui::widgets::basic;
use crate::ui::widgets::field::{Field, Look};
use crate::ui::{format, icons, theme};

/// Width of the field for a name.
const NAME: f32 = 220.0;
/// Width of an input in the editor.
const INPUT: f32 = 240.0;

/// A group that is being made or changed.
#[derive(Clone, Debug)]
struct Draft {
    /// Its place among the groups; a new one where it is absent.
    at: Option<usize>,
    group: InputGroup,
}

impl Draft {
    /// The groups with this one among them.
    fn applied(&self, groups: &[InputGroup]) -> Vec<InputGroup> {
        let mut groups = groups.to_vec();
        match self.at.and_then(|at| groups.get_mut(at)) {
            Some(own) => *own = self.group.clone(),
            None => groups.push(self.group.clone()),
        }
        groups
    }
}

pub(super) fn groups_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let Some(scenario) = ctx.scenario() else {
        return;
    };
    let id = Id::unique((scenario.id, "group of inputs"));
    let known = ui.data(|data| data.get_temp::<Option<Draft>>(id)).flatten();
    let mut draft = known.clone();
    let groups = &ctx.sensitivity.groups;
    ui.horizontal_wrapped(|ui| {
        basic::label_ui(ui, "Groups");
        for (at, group) in groups.iter().enumerate() {
            chip_ui(ctx, ui, (scenario, at, group), &mut draft);
        }
        let can = draft.is_none() && scenario.uncertain().nth(1).is_some();
        let pressed = ui.add_enabled_ui(can, |ui| {
            basic::button_ui(ui, icons::PLUS, "Group inputs").on_hover_text(
                "Inputs of a group count as one: the group has one share of the variance, \
                 inputs outside of groups have one each",
            )
        });
        if pressed.inner.clicked() {
            let name = format!("Group {}", groups.len() + 1);
            let members = Vec::new();
            draft = Some(Draft {
                at: None,
                group: InputGroup { name, members },
            });
        }
    });
    for (at, group) in groups.iter().enumerate() {
        let is_open = draft.as_ref().is_some_and(|draft| draft.at == Some(at));
        if let Some(why) = problem(scenario, groups, at).filter(|_| !is_open) {
            basic::problem_ui(ui, &format!("{}: {why}", group.name));
        }
    }
    if let Some(open) = &mut draft
        && editor_ui(ctx, ui, scenario, open)
    {
        draft = None;
    }
    if draft.is_some() || known.is_some() {
        ui.data_mut(|data| data.insert_temp(id, draft));
    }
}

/// A group: a click changes it, the cross takes it away.
fn chip_ui(
    ctx: &ViewContext<'_>,
    ui: &mut Ui,
    (scenario, at, group): (&Scenario, usize, &InputGroup),
    draft: &mut Option<Draft>,
) {
    let members: Vec<&str> = group
        .members
        .iter()
        .map(|member| title_of(scenario, *member))
        .collect();
    ui.spacing_mut().item_spacing.x = 2.0;
    let is_open = draft.as_ref().is_some_and(|draft| draft.at == Some(at));
    let words = match members.len() {
        1 => format!("{} · 1 input", group.name),
        count => format!("{} · {count} inputs", group.name),
    };
    let text = RichText::new(words).font(theme::table());
    let name = format!("Change group {}: {}", group.name, members.join(", "));
    let chip = ui.add(Button::new(text).selected(is_open));
    if chip.accessible_name(&name).on_hover_text(&name).clicked() {
        *draft = (!is_open).then(|| Draft {
            at: Some(at),
            group: group.clone(),
        });
    }
    let name = format!("Remove group {}", group.name);
    if basic::icon_button_ui(ui, icons::X, &name).clicked() {
        *draft = None;
        let mut rest = ctx.sensitivity.groups.clone();
        rest.remove(at);
        ctx.send(Command::SetVarianceGroups(rest));
    }
    ui.add_space(theme::GAP);
}

/// Name and members. True when it is to be closed.
fn editor_ui(ctx: &ViewContext<'_>, ui: &mut Ui, scenario: &Scenario, draft: &mut Draft) -> bool {
    let groups = &ctx.sensitivity.groups;
    let at = draft.at.unwrap_or(groups.len());
    ui.add_space(theme::CELL);
    let field = Field {
        id: Id::unique((scenario.id, "name of the group", at)),
        name: "Name of the group",
        shown: draft.group.name.clone(),
        typed: draft.group.name.clone(),
        unit: "",
        hint: "name",
        width: NAME,
        look: Look::Line,
        issue: None,
    };
    ui.horizontal(|ui| {
        basic::label_ui(ui, "Name");
        let outcome = field.show_ui(ui, &|_| Ok(()));
        if let Some(text) = outcome.draft.or(outcome.taken) {
            text.trim().clone_into(&mut draft.group.name);
        }
    });
    ui.horizontal_wrapped(|ui| {
        for input in scenario.uncertain() {
            member_ui(ui, input, &mut draft.group);
        }
    });
    draft
        .group
        .members
        .retain(|id| scenario.uncertain().any(|own| own.id == *id));
    let applied = draft.applied(groups);
    let why = problem(scenario, &applied, at);
    match &why {
        Some(why) => basic::problem_ui(ui, &format::sentence(why)),
        // The row stays, so that nothing moves under the pointer.
        None => {
            basic::label_ui(ui, " ");
        }
    }
    let close = ui.horizontal(|ui| {
        let keep = ui.add_enabled_ui(why.is_none(), |ui| {
            basic::button_ui(ui, icons::CHECK, "Keep group")
        });
        if keep.inner.clicked() {
            ctx.send(Command::SetVarianceGroups(applied));
        }
        keep.inner.clicked() || ui.button("Discard").clicked()
    });
    ui.add_space(theme::GAP);
    close.inner
}

fn member_ui(ui: &mut Ui, input: &Parameter, group: &mut InputGroup) {
    let mut inside = group.members.contains(&input.id);
    let size = egui::Vec2::new(INPUT, theme::CONTROL);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let changed = ui.allocate_ui_with_layout(size, layout, |ui| {
        ui.set_min_size(size);
        basic::check_ui(ui, &mut inside, input.title()).changed()
    });
    if changed.inner {
        group.members.retain(|id| *id != input.id);
        if inside {
            group.members.push(input.id);
        }
    }
}

/// Why a group cannot be what it is.
fn problem(scenario: &Scenario, groups: &[InputGroup], at: usize) -> Option<String> {
    let own = groups.get(at)?;
    if own.name.is_empty() {
        return Some("the group has no name; type one".to_owned());
    }
    let certain = |id: &&Uuid| !scenario.uncertain().any(|input| input.id == **id);
    if let Some(id) = own.members.iter().find(certain) {
        let title = title_of(scenario, *id);
        return Some(format!("{title} has no distribution; take it out"));
    }
    if own.members.is_empty() {
        return Some("the group has no input; choose one or more".to_owned());
    }
    for (_, other) in groups.iter().enumerate().filter(|(place, _)| *place != at) {
        if own.name == other.name {
            return Some(format!(
                "another group is called {}; type another name",
                own.name
            ));
        }
        if let Some(id) = own.members.iter().find(|id| other.members.contains(id)) {
            let title = title_of(scenario, *id);
            return Some(format!(
                "{title} is in the group {} as well; an input belongs to one group, so take it out of one of them",
                other.name
            ));
        }
    }
    None
}

fn title_of(scenario: &Scenario, id: Uuid) -> &str {
    let row = scenario.parameter(id);
    row.map_or("A parameter that is gone", Parameter::title)
}
