//! Every token of the look in one place: colors, spacing, text sizes, and the egui style made of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::style::{ScrollStyle, Selection, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Ui,
    Vec2, Visuals,
};

/// Inside a cell.
pub(crate) const CELL: f32 = 4.0;
/// Between controls.
pub(crate) const GAP: f32 = 8.0;
/// Around a group.
pub(crate) const GROUP: f32 = 12.0;
/// Between groups.
pub(crate) const SECTION: f32 = 16.0;
/// Around a page.
pub(crate) const PAGE: f32 = 24.0;
/// Height of a table row.
pub(crate) const ROW: f32 = 24.0;
/// Height of a button, a field and a row of the navigation.
pub(crate) const CONTROL: f32 = 28.0;
/// Rounding of corners.
pub(crate) const RADIUS: u8 = 6;
/// Rounding of corners inside something rounded.
pub(crate) const RADIUS_SMALL: u8 = 4;
/// Size of an icon in running text.
pub(crate) const ICON: f32 = 16.0;
/// Below this width of the window the inspector is a drawer.
pub(crate) const INSPECTOR_FOLDS: f32 = 1_100.0;
/// Below this width of the window the navigation shows icons alone.
pub(crate) const NAVIGATION_FOLDS: f32 = 900.0;

/// Name of the semibold family.
pub(crate) const SEMIBOLD: &str = "semibold";
/// Name of the icon family.
pub(crate) const ICONS: &str = "icons";

/// The colors of one theme.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) dark: bool,
    /// The window.
    pub(crate) background: Color32,
    /// Side panels and bars.
    pub(crate) panel: Color32,
    /// Tables, plots, fields.
    pub(crate) surface: Color32,
    pub(crate) border: Color32,
    pub(crate) selection: Color32,
    pub(crate) hover: Color32,
    pub(crate) text: Color32,
    /// Units, hints, labels.
    pub(crate) weak: Color32,
    /// Primary button, active section, focus ring, base-case marks.
    pub(crate) accent: Color32,
    pub(crate) on_accent: Color32,
    pub(crate) positive: Color32,
    pub(crate) negative: Color32,
    pub(crate) warning: Color32,
    pub(crate) info: Color32,
    /// Plots; told apart by dash or marker as well.
    pub(crate) series: [Color32; 6],
    pub(crate) input_fill: Color32,
    pub(crate) input_text: Color32,
    pub(crate) grid: Color32,
    pub(crate) shadow: Color32,
    pub(crate) backdrop: Color32,
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

pub(crate) const LIGHT: Tokens = Tokens {
    dark: false,
    background: rgb(0x00FA_FAF8),
    panel: rgb(0x00F1_F1EE),
    surface: rgb(0x00FF_FFFF),
    border: rgb(0x00D5_D5CF),
    selection: rgb(0x00CF_E3F7),
    hover: rgb(0x00E6_E6E1),
    text: rgb(0x001C_1E21),
    weak: rgb(0x0057_5C64),
    accent: rgb(0x008F_4E14),
    on_accent: rgb(0x00FF_FFFF),
    positive: rgb(0x000A_6B4B),
    negative: rgb(0x00B3_261E),
    warning: rgb(0x007A_5600),
    info: rgb(0x001C_5AA0),
    series: [
        rgb(0x0000_57A2),
        rgb(0x00B8_4D00),
        rgb(0x0000_7A61),
        rgb(0x00AE_598D),
        rgb(0x009B_7D51),
        rgb(0x004B_5563),
    ],
    input_fill: rgb(0x00EE_F4FB),
    input_text: rgb(0x001C_5AA0),
    grid: rgb(0x00EA_EAE6),
    shadow: Color32::from_black_alpha(40),
    backdrop: Color32::from_black_alpha(70),
};

pub(crate) const DARK: Tokens = Tokens {
    dark: true,
    background: rgb(0x0015_171A),
    panel: rgb(0x001B_1E22),
    surface: rgb(0x0022_262B),
    border: rgb(0x003A_4048),
    selection: rgb(0x002B_4763),
    hover: rgb(0x002B_3037),
    text: rgb(0x00E8_E6E1),
    weak: rgb(0x00A6_ACB5),
    accent: rgb(0x00E3_A56B),
    on_accent: rgb(0x0015_171A),
    positive: rgb(0x005F_C49C),
    negative: rgb(0x00F2_8B82),
    warning: rgb(0x00E6_B566),
    info: rgb(0x0082_B7F2),
    series: [
        rgb(0x005A_B0E8),
        rgb(0x00F0_884A),
        rgb(0x003F_E0B4),
        rgb(0x00CA_8BB2),
        rgb(0x00FF_C34E),
        rgb(0x00C3_CAD3),
    ],
    input_fill: rgb(0x001F_2A36),
    input_text: rgb(0x0082_B7F2),
    grid: rgb(0x002C_3138),
    shadow: Color32::from_black_alpha(110),
    backdrop: Color32::from_black_alpha(120),
};

/// The tokens of the theme in use.
pub(crate) fn tokens(ui: &Ui) -> &'static Tokens {
    if ui.visuals().dark_mode {
        &DARK
    } else {
        &LIGHT
    }
}

/// The same color, seen through.
pub(crate) fn faded(color: Color32, opacity: f32) -> Color32 {
    color.gamma_multiply(opacity)
}

pub(crate) fn body() -> FontId {
    FontId::new(14.0, FontFamily::Proportional)
}

pub(crate) fn small() -> FontId {
    FontId::new(12.0, FontFamily::Proportional)
}

pub(crate) fn table() -> FontId {
    FontId::new(13.0, FontFamily::Proportional)
}

pub(crate) fn table_strong() -> FontId {
    FontId::new(13.0, semibold())
}

pub(crate) fn strong() -> FontId {
    FontId::new(14.0, semibold())
}

pub(crate) fn heading() -> FontId {
    FontId::new(16.0, semibold())
}

pub(crate) fn title() -> FontId {
    FontId::new(20.0, semibold())
}

pub(crate) fn figure() -> FontId {
    FontId::new(24.0, semibold())
}

/// The key-figure strip: beside its label, smaller than on a card.
pub(crate) fn strip_figure() -> FontId {
    FontId::new(17.0, semibold())
}

pub(crate) fn mono() -> FontId {
    FontId::new(13.0, FontFamily::Monospace)
}

pub(crate) fn icon(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}

fn semibold() -> FontFamily {
    FontFamily::Name(SEMIBOLD.into())
}

/// Sets fonts and both styles; the preference of light or dark is the caller's.
pub(crate) fn install(ctx: &egui::Context) {
    super::fonts::install(ctx);
    ctx.set_style_of(Theme::Light, style(&LIGHT));
    ctx.set_style_of(Theme::Dark, style(&DARK));
}

fn style(tokens: &Tokens) -> Arc<Style> {
    let mut style = Style {
        visuals: visuals(tokens),
        ..Style::default()
    };
    style.text_styles = BTreeMap::from([
        (TextStyle::Small, small()),
        (TextStyle::Body, body()),
        (TextStyle::Button, body()),
        (TextStyle::Monospace, mono()),
        (TextStyle::Heading, heading()),
    ]);
    let spacing = &mut style.spacing;
    spacing.item_spacing = Vec2::new(GAP, GAP);
    spacing.button_padding = Vec2::new(10.0, CELL);
    spacing.interact_size = Vec2::new(CONTROL, CONTROL);
    spacing.window_margin = Margin::same(SECTION as i8);
    spacing.menu_margin = Margin::same(6);
    spacing.menu_width = 320.0;
    spacing.tooltip_width = 360.0;
    spacing.combo_width = 120.0;
    spacing.text_edit_width = 180.0;
    spacing.icon_width = 16.0;
    spacing.icon_width_inner = 9.0;
    // A bar beside the content, quiet until it is used.
    spacing.scroll = ScrollStyle {
        bar_width: 8.0,
        floating_width: 6.0,
        floating_allocated_width: 10.0,
        foreground_color: true,
        dormant_background_opacity: 0.0,
        active_background_opacity: 0.0,
        interact_background_opacity: 0.0,
        dormant_handle_opacity: 0.25,
        active_handle_opacity: 0.35,
        interact_handle_opacity: 0.55,
        ..ScrollStyle::floating()
    };
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    // Nothing moves without a reason.
    style.animation_time = 0.0;
    Arc::new(style)
}

fn visuals(tokens: &Tokens) -> Visuals {
    let mut visuals = if tokens.dark {
        Visuals::dark()
    } else {
        Visuals::light()
    };
    let shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: tokens.shadow,
    };
    visuals.widgets = widgets(tokens);
    visuals.selection = Selection {
        bg_fill: tokens.selection,
        stroke: Stroke::new(1.0, tokens.text),
    };
    visuals.hyperlink_color = tokens.info;
    visuals.weak_text_color = Some(tokens.weak);
    visuals.faint_bg_color = tokens.panel;
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.surface);
    visuals.code_bg_color = tokens.panel;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.negative;
    visuals.panel_fill = tokens.background;
    visuals.window_fill = tokens.surface;
    visuals.window_stroke = Stroke::new(1.0, tokens.border);
    visuals.window_corner_radius = CornerRadius::same(RADIUS);
    visuals.menu_corner_radius = CornerRadius::same(RADIUS);
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;
    visuals.indent_has_left_vline = false;
    visuals.striped = false;
    visuals
}

fn widgets(tokens: &Tokens) -> Widgets {
    let state = |fill: Color32, edge: Color32, text: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, edge),
        fg_stroke: Stroke::new(1.0, text),
        corner_radius: CornerRadius::same(RADIUS),
        expansion: 0.0,
    };
    Widgets {
        noninteractive: state(tokens.background, tokens.border, tokens.text),
        inactive: state(tokens.surface, tokens.border, tokens.text),
        hovered: state(tokens.hover, tokens.border, tokens.text),
        // Also the look of what has the keyboard: the ring is the accent.
        active: WidgetVisuals {
            bg_stroke: Stroke::new(1.5, tokens.accent),
            ..state(tokens.hover, tokens.accent, tokens.text)
        },
        open: state(tokens.hover, tokens.border, tokens.text),
    }
}

#[cfg(test)]
mod tests;
