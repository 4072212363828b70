//! A group of correlated parameters as a matrix: both checks, the cells in conflict, and beside it the nearest possible
//! matrix with the change of each cell.

use calminer_domain::Scenario;
use calminer_engine::sampling::correlation::{GroupCheck, MatrixKind};
use egui::accesskit::Role;
use egui::{Align, Align2, Color32, Id, Label, Layout, RichText, ScrollArea, Sense, Stroke, Ui};
use egui::{StrokeKind, Vec2, WidgetInfo};
use uuid::Uuid;

use super::{ALMOST_NONE, rho_ui, send, signed, title_of};
use crate::app::ViewContext;
use crate::ui::format::NumberStyle;
use crate::ui::state::number_style;
use crate::ui::widgets::basic;
use crate::ui::{icons, theme};

/// Width of the name of a row.
const NAME: f32 = 132.0;
/// Least width of a cell of the typed matrix.
const CELL: f32 = 76.0;
/// Least width of a cell with a figure and its change.
const PAIR: f32 = 108.0;
/// A cell grows to this width where there is room, so that the names of the columns can be read.
const WIDEST: f32 = 150.0;
/// Height of a cell: a field with its colored frame.
const HEIGHT: f32 = theme::CONTROL + 6.0;
/// Room for the sign of a conflict before a field.
const SIGN: f32 = 20.0;
/// Between cells.
const GAP: f32 = 2.0;
/// Opacity of the color at a correlation of 1: text on it keeps its contrast.
const DEEPEST: f32 = 0.45;
/// Members that the heading names.
const HEADED: usize = 4;
/// Pairs in conflict that the sentence names.
const NAMED: usize = 3;

type Drafts = Vec<(Uuid, Uuid, f64)>;

/// What the cells of a matrix are drawn from.
struct Matrix<'a> {
    ctx: &'a ViewContext<'a>,
    scenario: &'a Scenario,
    group: &'a GroupCheck,
    style: NumberStyle,
}

pub(super) fn group_ui(
    ctx: &ViewContext<'_>,
    drafts: &mut Drafts,
    ui: &mut Ui,
    (scenario, number, group): (&Scenario, usize, &GroupCheck),
) {
    let matrix = Matrix {
        ctx,
        scenario,
        group,
        style: number_style(ctx),
    };
    let size = group.members().len();
    let mut titles: Vec<String> = (0..size.min(HEADED))
        .map(|member| matrix.title(member).to_owned())
        .collect();
    if let more @ 1.. = size.saturating_sub(HEADED) {
        titles.push(format!("{more} more"));
    }
    let heading = titles.join(", ");
    basic::card_ui(ui, &heading, |ui| {
        matrix.checks_ui(ui);
        ui.add_space(theme::CELL);
        let room = ui.available_width();
        let grown = |names: f32, cells: f32| (room - names) / (cells * size as f32) - GAP;
        let both = grown(2.0 * NAME + 2.0 * theme::SECTION, 2.0);
        let fits = both >= PAIR;
        let cell = if fits {
            both
        } else {
            grown(NAME + theme::SECTION, 1.0)
        };
        let cell = cell.min(WIDEST);
        ScrollArea::horizontal()
            .id_salt(("matrix", number))
            .show(ui, |ui| {
                let is_impossible = group.failure().is_some();
                let mut draw = |ui: &mut Ui| {
                    ui.vertical(|ui| matrix.typed_ui(drafts, ui, cell.max(CELL)));
                    if is_impossible {
                        ui.add_space(theme::SECTION);
                        ui.vertical(|ui| matrix.nearest_ui(ui, cell.max(PAIR)));
                    }
                };
                if is_impossible && fits {
                    ui.with_layout(Layout::left_to_right(Align::Min), draw);
                } else {
                    draw(ui);
                }
            });
        matrix.conflicts_ui(ui);
        matrix.run_ui(ui);
    });
}

impl Matrix<'_> {
    fn title(&self, member: usize) -> &str {
        title_of(self.scenario, self.group.members()[member])
    }

    fn pair(&self, (row, column): (usize, usize)) -> String {
        if row == column {
            return format!("{} with itself", self.title(row));
        }
        format!(
            "{} and {}",
            self.title(row.min(column)),
            self.title(row.max(column))
        )
    }

    /// A typed figure; a pair that only joins its group while 0 is being typed is 0.
    fn typed(&self, row: usize, column: usize) -> f64 {
        let rho = self.group.typed().get(row, column);
        if rho.abs() <= ALMOST_NONE { 0.0 } else { rho }
    }

    fn is_in_conflict(&self, row: usize, column: usize) -> bool {
        let cell = (row.min(column), row.max(column));
        self.group.conflicts().contains(&cell)
    }

    /// Both checks, each with its smallest eigenvalue.
    fn checks_ui(&self, ui: &mut Ui) {
        let checks = [
            (MatrixKind::Rank, "Rank correlations as typed"),
            (MatrixKind::Score, "Normal scores that a run draws by"),
        ];
        for (kind, name) in checks {
            let smallest = self.group.smallest_eigenvalue(kind);
            let decimals = if (1e-9..1e-4).contains(&smallest.abs()) {
                9
            } else {
                4
            };
            let figure = self.style.fixed(smallest, decimals);
            let failed = !self.group.passes(kind);
            let tokens = theme::tokens(ui);
            let (icon, color, word) = if failed {
                (icons::WARNING_CIRCLE, tokens.negative, "impossible")
            } else {
                (icons::CHECK_CIRCLE, tokens.positive, "possible")
            };
            ui.horizontal(|ui| {
                basic::icon_ui(ui, icon, color);
                ui.label(format!("{name}: {word}, smallest eigenvalue {figure}"));
            });
        }
    }

    fn conflicts_ui(&self, ui: &mut Ui) {
        let conflicts = self.group.conflicts();
        if conflicts.is_empty() {
            return;
        }
        let mut named: Vec<String> = conflicts
            .iter()
            .take(NAMED)
            .map(|cell| self.pair(*cell))
            .collect();
        if let more @ 1.. = conflicts.len().saturating_sub(NAMED) {
            named.push(format!("{more} more"));
        }
        basic::problem_ui(ui, &format!("Most in conflict: {}", named.join("; ")));
    }

    /// The typed figures: fields below the diagonal, the same figures above it.
    fn typed_ui(&self, drafts: &mut Drafts, ui: &mut Ui, width: f32) {
        basic::label_ui(ui, "As typed");
        self.head_ui(ui, width);
        for row in 0..self.group.members().len() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                self.row_name_ui(ui, row);
                for column in 0..self.group.members().len() {
                    if row > column {
                        self.field_ui(drafts, ui, (row, column), width);
                    } else {
                        let rho = self.typed(row, column);
                        let mut figure = self.style.exact(rho);
                        if row != column {
                            figure = signed(rho, figure);
                        }
                        let name = format!("{}, typed {figure}", self.pair((row, column)));
                        let drawn = Drawn {
                            rho,
                            figure: &figure,
                            change: None,
                            width,
                            is_diagonal: row == column,
                        };
                        drawn.cell_ui(ui, &name, self.is_in_conflict(row, column));
                    }
                }
            });
        }
    }

    /// The matrix that a run with consent uses, each figure with its change.
    fn nearest_ui(&self, ui: &mut Ui, width: f32) {
        basic::label_ui(
            ui,
            "Nearest possible matrix, with the change of each figure",
        );
        self.head_ui(ui, width);
        for row in 0..self.group.members().len() {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = GAP;
                self.row_name_ui(ui, row);
                for column in 0..self.group.members().len() {
                    let rho = self.group.used().get(row, column);
                    let change = self.group.change(row, column);
                    let is_diagonal = row == column;
                    let decimals = if is_diagonal { 0 } else { 3 };
                    let mut figure = self.style.fixed(rho, decimals);
                    if !is_diagonal {
                        figure = signed(rho, figure);
                    }
                    let change = signed(change, self.style.fixed(change, 3));
                    let name = format!(
                        "{}, nearest {figure}, change {change}",
                        self.pair((row, column))
                    );
                    let drawn = Drawn {
                        rho,
                        figure: &figure,
                        change: (!is_diagonal).then_some(change.as_str()),
                        width,
                        is_diagonal,
                    };
                    drawn.cell_ui(ui, &name, false);
                }
            });
        }
    }

    /// Names of the columns.
    fn head_ui(&self, ui: &mut Ui, width: f32) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GAP;
            ui.add_space(NAME + GAP);
            for column in 0..self.group.members().len() {
                self.name_ui(ui, column, (width, Layout::right_to_left(Align::Center)));
            }
        });
    }

    fn row_name_ui(&self, ui: &mut Ui, row: usize) {
        self.name_ui(ui, row, (NAME, Layout::left_to_right(Align::Center)));
    }

    fn name_ui(&self, ui: &mut Ui, member: usize, (width, layout): (f32, Layout)) {
        let size = Vec2::new(width, theme::ROW);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_size(size);
            let text = RichText::new(self.title(member))
                .font(theme::small())
                .color(theme::tokens(ui).weak);
            ui.add(Label::new(text).truncate());
        });
    }

    /// A typed figure in a frame of its color.
    fn field_ui(
        &self,
        drafts: &mut Drafts,
        ui: &mut Ui,
        (row, column): (usize, usize),
        width: f32,
    ) {
        let tokens = theme::tokens(ui);
        let members = self.group.members();
        let (a, b) = (members[column], members[row]);
        let rho = self.typed(row, column);
        let in_conflict = self.is_in_conflict(row, column);
        let (place, _) = ui.allocate_exact_size(Vec2::new(width, HEIGHT), Sense::hover());
        ui.painter()
            .rect_filled(place, theme::RADIUS_SMALL, heat(tokens, rho));
        let id = Id::unique((self.scenario.id, "matrix", a, b));
        let mark = if in_conflict { ", in conflict" } else { "" };
        let name = format!("Matrix, {}{mark}", self.pair((row, column)));
        let typed = self
            .scenario
            .correlations
            .iter()
            .find(|pair| (pair.a, pair.b) == (a, b) || (pair.a, pair.b) == (b, a));
        let rho = typed.map_or(0.0, |pair| pair.rho);
        let inner = egui::Rect::from_min_size(
            place.min + Vec2::new(SIGN, (HEIGHT - theme::CONTROL) / 2.0),
            Vec2::new(width - SIGN - theme::CELL, theme::CONTROL),
        );
        let mut own = ui.new_child(egui::UiBuilder::new().max_rect(inner).id_salt(id));
        let figure = rho_ui(&mut own, (id, &name), (rho, inner.width()), self.style);
        if let Some(rho) = figure.taken {
            send(self.ctx, (a, b), Some(rho));
        }
        drafts.extend(figure.draft.map(|rho| (a, b, rho)));
        if in_conflict {
            conflict_ui(ui, place);
        }
    }

    /// Which matrix the run on show used for these parameters.
    fn run_ui(&self, ui: &mut Ui) {
        let Some(outcome) = self.ctx.runs.selected_outcome() else {
            return;
        };
        let keys: Vec<&str> = self
            .group
            .members()
            .iter()
            .filter_map(|id| self.scenario.parameter(*id))
            .map(|row| row.key.as_str())
            .collect();
        let mut groups = outcome.correlation_groups.iter();
        if let Some(group) = groups.find(|group| group.keys == keys) {
            let words = if group.is_repaired() {
                "The run on show used the nearest possible matrix"
            } else {
                "The run on show used the matrix as it was typed"
            };
            basic::label_ui(ui, words);
        }
    }
}

/// A figure of a cell and how it stands there.
struct Drawn<'a> {
    rho: f64,
    figure: &'a str,
    /// Beside the figure.
    change: Option<&'a str>,
    width: f32,
    is_diagonal: bool,
}

impl Drawn<'_> {
    /// Draws it as a cell that is only shown.
    fn cell_ui(&self, ui: &mut Ui, name: &str, in_conflict: bool) {
        let tokens = theme::tokens(ui);
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(self.width, HEIGHT), Sense::hover());
        let fill = if self.is_diagonal {
            tokens.panel
        } else {
            heat(tokens, self.rho)
        };
        ui.painter().rect_filled(rect, theme::RADIUS_SMALL, fill);
        let color = if self.is_diagonal {
            tokens.weak
        } else {
            tokens.text
        };
        let mut right = rect.right_center() - Vec2::new(theme::GAP, 0.0);
        if let Some(change) = self.change {
            ui.painter().text(
                right,
                Align2::RIGHT_CENTER,
                change,
                theme::small(),
                tokens.text,
            );
            right.x -= self.width / 2.0 - theme::CELL;
        }
        ui.painter().text(
            right,
            Align2::RIGHT_CENTER,
            self.figure,
            theme::table_strong(),
            color,
        );
        if in_conflict {
            conflict_ui(ui, rect);
        }
        let name = if in_conflict {
            format!("{name}, in conflict")
        } else {
            name.to_owned()
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
        response.on_hover_text(name);
    }
}

/// The deeper, the stronger the correlation; the sign stands in the figure as well.
fn heat(tokens: &theme::Tokens, rho: f64) -> Color32 {
    let color = if rho < 0.0 {
        tokens.series[1]
    } else {
        tokens.series[0]
    };
    theme::faded(color, DEEPEST * rho.abs().min(1.0) as f32)
}

/// A cell that takes part in a contradiction: a ring and a sign.
fn conflict_ui(ui: &Ui, rect: egui::Rect) {
    let tokens = theme::tokens(ui);
    let ring = Stroke::new(1.5, tokens.negative);
    let painter = ui.painter();
    painter.rect_stroke(rect, theme::RADIUS_SMALL, ring, StrokeKind::Inside);
    painter.text(
        rect.left_center() + Vec2::new(theme::CELL, 0.0),
        Align2::LEFT_CENTER,
        icons::WARNING_CIRCLE,
        theme::icon(12.0),
        tokens.negative,
    );
}
