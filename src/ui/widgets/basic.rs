//! Small controls: icon buttons, primary buttons, headings, banners, empty states, key figures.

use egui::accesskit::Role;
use egui::{
    Align, Button, Checkbox, Event, Frame, Label, Layout, Margin, Response, RichText, Sense,
    Stroke, Ui, Vec2, WidgetInfo,
};

use crate::ui::{icons, theme};

/// A button that shows an icon alone; its name is the tooltip and what a screen reader says.
pub(crate) fn icon_button_ui(ui: &mut Ui, icon: char, name: &str) -> Response {
    let text = RichText::new(icon)
        .font(theme::icon(theme::ICON))
        .color(theme::tokens(ui).text);
    let button = Button::new(text)
        .frame_when_inactive(false)
        .min_size(Vec2::splat(theme::CONTROL));
    ui.add(button).accessible_name(name).on_hover_text(name)
}

/// An icon button that cannot be used now; the tooltip says why.
pub(crate) fn icon_button_if_ui(ui: &mut Ui, enabled: bool, icon: char, name: &str) -> Response {
    ui.add_enabled_ui(enabled, |ui| icon_button_ui(ui, icon, name))
        .inner
}

/// A button with an icon and a verb.
pub(crate) fn button_ui(ui: &mut Ui, icon: char, verb: &str) -> Response {
    let tokens = theme::tokens(ui);
    let mut job = egui::text::LayoutJob::default();
    job.append(
        &icon.to_string(),
        0.0,
        format(theme::icon(theme::ICON), tokens.text),
    );
    job.append(verb, 6.0, format(theme::body(), tokens.text));
    ui.add(Button::new(job)).accessible_name(verb)
}

/// The one button of a place that is meant to be pressed.
pub(crate) fn primary_ui(ui: &mut Ui, icon: Option<char>, verb: &str) -> Response {
    let tokens = theme::tokens(ui);
    let mut job = egui::text::LayoutJob::default();
    if let Some(icon) = icon {
        job.append(
            &icon.to_string(),
            0.0,
            format(theme::icon(theme::ICON), tokens.on_accent),
        );
    }
    let lead = if icon.is_some() { 6.0 } else { 0.0 };
    job.append(verb, lead, format(theme::strong(), tokens.on_accent));
    let fill = if ui.is_enabled() {
        tokens.accent
    } else {
        theme::faded(tokens.accent, 0.6)
    };
    let response = ui
        .add(Button::new(job).fill(fill).stroke(Stroke::new(1.0, fill)))
        .accessible_name(verb);
    if response.has_focus() {
        // The fill is the accent already, so the ring stands outside of it.
        let ring = Stroke::new(1.5, tokens.accent);
        ui.painter().rect_stroke(
            response.rect.expand(2.0),
            theme::RADIUS + 2,
            ring,
            egui::StrokeKind::Outside,
        );
    }
    response
}

/// Text format of one font and color, centered on the line.
pub(crate) fn format(font: egui::FontId, color: egui::Color32) -> egui::text::TextFormat {
    egui::text::TextFormat {
        font_id: font,
        color,
        valign: Align::Center,
        ..Default::default()
    }
}

/// An icon in running text, not read aloud.
pub(crate) fn icon_ui(ui: &mut Ui, icon: char, color: egui::Color32) {
    let size = Vec2::splat(theme::ICON);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    ui.painter().text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        icon,
        theme::icon(theme::ICON),
        color,
    );
}

pub(crate) fn title_ui(ui: &mut Ui, text: &str) {
    ui.add(Label::new(RichText::new(text).font(theme::title())).truncate());
}

/// A label of a field or a group, in the weak color.
pub(crate) fn label_ui(ui: &mut Ui, text: &str) -> Response {
    ui.label(
        RichText::new(text)
            .font(theme::small())
            .color(theme::tokens(ui).weak),
    )
}

/// A sentence in the weak color.
pub(crate) fn weak_ui(ui: &mut Ui, text: &str) -> Response {
    ui.add(Label::new(RichText::new(text).color(theme::tokens(ui).weak)).wrap())
}

/// A problem at its place: a sign and the sentence that mends it.
pub(crate) fn problem_ui(ui: &mut Ui, words: &str) {
    mark_ui(ui, icons::WARNING_CIRCLE, theme::tokens(ui).negative, words);
}

/// Something good to know at its place.
pub(crate) fn hint_ui(ui: &mut Ui, words: &str) {
    mark_ui(ui, icons::INFO, theme::tokens(ui).info, words);
}

fn mark_ui(ui: &mut Ui, icon: char, color: egui::Color32, words: &str) {
    let mut job = egui::text::LayoutJob::default();
    job.append(&icon.to_string(), 0.0, format(theme::icon(14.0), color));
    job.append(words, CELL_AFTER_ICON, format(theme::small(), color));
    job.wrap.max_width = ui.available_width();
    ui.add(Label::new(job).wrap());
}

const CELL_AFTER_ICON: f32 = 4.0;

/// How much a banner matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Info,
    Warning,
    Error,
}

impl Tone {
    pub(crate) fn sign(self, tokens: &theme::Tokens) -> (char, egui::Color32) {
        match self {
            Self::Info => (icons::INFO, tokens.info),
            Self::Warning => (icons::WARNING, tokens.warning),
            Self::Error => (icons::WARNING_CIRCLE, tokens.negative),
        }
    }
}

/// A sentence over the whole width with a sign, and room for a button at its end.
pub(crate) fn banner_ui(ui: &mut Ui, tone: Tone, text: &str, end: impl FnOnce(&mut Ui)) {
    let tokens = theme::tokens(ui);
    let (icon, color) = tone.sign(tokens);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, color))
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 6));
    frame.show(ui, |ui| {
        ui.horizontal(|ui| {
            icon_ui(ui, icon, color);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                end(ui);
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    ui.add(Label::new(text).wrap())
                });
            });
        });
    });
}

/// One sentence and one button where there is nothing yet. True when the button is pressed.
pub(crate) fn empty_ui(ui: &mut Ui, icon: char, sentence: &str, verb: Option<&str>) -> bool {
    let tokens = theme::tokens(ui);
    let mut pressed = false;
    ui.vertical_centered(|ui| {
        ui.add_space(theme::PAGE * 2.0);
        ui.label(
            RichText::new(icon)
                .font(theme::icon(36.0))
                .color(tokens.weak),
        );
        ui.add_space(theme::GAP);
        ui.scope(|ui| {
            ui.set_max_width(420.0);
            ui.add(Label::new(RichText::new(sentence).color(tokens.weak)).wrap());
        });
        if let Some(verb) = verb {
            ui.add_space(theme::GAP);
            pressed = primary_ui(ui, None, verb).clicked();
        }
    });
    pressed
}

/// A group with a heading on the surface color.
pub(crate) fn card_ui<R>(ui: &mut Ui, heading: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    let tokens = theme::tokens(ui);
    let frame = Frame::new()
        .fill(tokens.surface)
        .stroke(Stroke::new(1.0, tokens.border))
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::same(theme::GROUP as i8));
    frame
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            if !heading.is_empty() {
                ui.label(RichText::new(heading).font(theme::strong()));
            }
            ui.with_layout(Layout::top_down(Align::Min), content).inner
        })
        .inner
}

/// A choice among few: buttons side by side, one of them pressed.
pub(crate) fn segments_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: T,
    choices: &[(T, &str)],
) -> Option<T> {
    let mut picked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (value, words) in choices {
            let response = ui.add(Button::selectable(*value == chosen, *words));
            response.widget_info(|| {
                WidgetInfo::selected(
                    Role::RadioButton,
                    true,
                    *value == chosen,
                    format!("{name}: {words}"),
                )
            });
            if response.clicked() && *value != chosen {
                picked = Some(*value);
            }
        }
    });
    picked
}

/// A box to tick. Its edge is all there is to see of it, so it stands out more than that of a button.
pub(crate) fn check_ui(ui: &mut Ui, on: &mut bool, words: &str) -> Response {
    ui.scope(|ui| {
        let edge = theme::tokens(ui).weak;
        let widgets = &mut ui.visuals_mut().widgets;
        for state in [
            &mut widgets.noninteractive,
            &mut widgets.inactive,
            &mut widgets.hovered,
        ] {
            state.bg_stroke.color = edge;
        }
        ui.add(Checkbox::new(on, words))
    })
    .inner
}

/// The text that was pasted in this frame, which no one else gets then.
pub(crate) fn pasted(ui: &Ui) -> Option<String> {
    let mut pasted = None;
    ui.input_mut(|input| {
        input.events.retain(|event| match event {
            Event::Paste(text) => {
                pasted = Some(text.clone());
                false
            }
            _ => true,
        });
    });
    pasted
}

/// A figure with its label above it. Clicking asks why; the tooltip names the convention.
pub(crate) struct KeyFigure<'a> {
    pub(crate) label: &'a str,
    pub(crate) figure: &'a str,
    pub(crate) note: &'a str,
    pub(crate) tooltip: &'a str,
    /// The figure belongs to earlier content.
    pub(crate) dimmed: bool,
    pub(crate) negative: bool,
}

impl KeyFigure<'_> {
    fn color(&self, ui: &Ui) -> egui::Color32 {
        let tokens = theme::tokens(ui);
        let color = if self.negative {
            tokens.negative
        } else {
            tokens.text
        };
        if self.dimmed {
            theme::faded(color, 0.55)
        } else {
            color
        }
    }

    /// In a line of the strip, the label before the figure.
    pub(crate) fn strip_ui(&self, ui: &mut Ui, width: f32) -> Response {
        let tokens = theme::tokens(ui);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 44.0), Sense::click());
        if response.hovered() || response.has_focus() {
            ui.painter()
                .rect_filled(rect, theme::RADIUS_SMALL, tokens.hover);
        }
        if response.has_focus() {
            ui.painter().rect_stroke(
                rect,
                theme::RADIUS_SMALL,
                Stroke::new(1.5, tokens.accent),
                egui::StrokeKind::Inside,
            );
        }
        let inner = rect.shrink2(Vec2::new(6.0, 3.0));
        let painter = ui.painter().with_clip_rect(inner.intersect(ui.clip_rect()));
        painter.text(
            inner.left_top(),
            egui::Align2::LEFT_TOP,
            self.label,
            theme::small(),
            tokens.weak,
        );
        painter.text(
            inner.left_bottom(),
            egui::Align2::LEFT_BOTTOM,
            self.figure,
            theme::strip_figure(),
            self.color(ui),
        );
        self.named(response)
    }

    /// On a card, with a note under the figure.
    pub(crate) fn card_ui(&self, ui: &mut Ui, width: f32) -> Response {
        let tokens = theme::tokens(ui);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 84.0), Sense::click());
        let edge = if response.has_focus() {
            tokens.accent
        } else {
            tokens.border
        };
        let fill = if response.hovered() {
            tokens.hover
        } else {
            tokens.surface
        };
        ui.painter().rect(
            rect,
            theme::RADIUS,
            fill,
            Stroke::new(1.0, edge),
            egui::StrokeKind::Inside,
        );
        let inner = rect.shrink2(Vec2::new(theme::GROUP, 8.0));
        let painter = ui.painter().with_clip_rect(inner.intersect(ui.clip_rect()));
        painter.text(
            inner.left_top(),
            egui::Align2::LEFT_TOP,
            self.label,
            theme::small(),
            tokens.weak,
        );
        painter.text(
            inner.left_center() - Vec2::new(0.0, 1.0),
            egui::Align2::LEFT_CENTER,
            self.figure,
            theme::figure(),
            self.color(ui),
        );
        painter.text(
            inner.left_bottom(),
            egui::Align2::LEFT_BOTTOM,
            self.note,
            theme::small(),
            tokens.weak,
        );
        self.named(response)
    }

    fn named(&self, response: Response) -> Response {
        let name = format!("{}: {}", self.label, self.figure);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        let tooltip = self.tooltip.to_owned();
        response.on_hover_text(tooltip)
    }
}
