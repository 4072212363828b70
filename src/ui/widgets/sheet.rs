//! The ground of a plot of lines and areas: title, legend, axes with units, faint grid, zoom with limits.
//!
//! Lines and areas are drawn by `egui_plot`; its own zoom and hover are off, because every plot of the window zooms
//! and hovers alike. What is drawn must be finite: a point that is not would take its neighbors with it.

use egui::accesskit::Role;
use egui::{
    Align2, Color32, Id, Pos2, Rangef, Rect, RichText, Sense, Stroke, Ui, Vec2, WidgetInfo,
};
use egui_plot::{AxisHints, GridInput, GridMark, HLine, PlotUi};

use super::chart::{MARK_ROW, Plot, Scale};
use super::zoom;
use crate::ui::format::NumberStyle;
use crate::ui::theme;

/// Room of the title.
const TITLE: f32 = 22.0;
/// Room of the unit of the y axis and the legend.
const HEAD: f32 = 15.0;
/// Room of the figures beside the y axis; the area keeps its place while they change.
const FIGURES: f32 = 48.0;

/// Room of the figures and the words under the x axis, as under a histogram beside it.
const NAMES: f32 = 40.0;

/// What stands under the x axis.
#[derive(Clone, Copy)]
pub(crate) enum Ticks<'a> {
    /// Round figures.
    Figures,
    /// A name at 0, 1, 2 ...
    Names(&'a [String]),
}

/// How a thing of the legend looks.
#[derive(Clone, Copy)]
pub(crate) enum Sample {
    Area(Color32),
    Line(Color32),
    /// A line with a dot on it.
    Dots(Color32),
}

/// What a plot says beside its data, and the ranges it shows.
pub(crate) struct Sheet<'a> {
    pub(crate) id: Id,
    pub(crate) title: &'a str,
    /// For a screen reader: the title and the main figures.
    pub(crate) summary: String,
    /// What is measured along x, with its unit.
    pub(crate) x_words: &'a str,
    /// The unit of y.
    pub(crate) y_words: &'a str,
    pub(crate) x: Scale,
    pub(crate) y: Scale,
    pub(crate) ticks: Ticks<'a>,
    pub(crate) legend: Vec<(&'a str, Sample)>,
    /// Rows of labels over the area.
    pub(crate) mark_rows: usize,
    pub(crate) style: NumberStyle,
}

/// Draws a plot; what comes back is its ground, for marks and hover.
pub(crate) fn sheet_ui<'a>(
    ui: &mut Ui,
    size: Vec2,
    sheet: &Sheet<'a>,
    draw: impl FnOnce(&mut PlotUi<'a>) + 'a,
) -> Plot {
    let tokens = theme::tokens(ui);
    let size = size.max(Vec2::new(140.0, 120.0));
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    painter.text(
        rect.left_top(),
        Align2::LEFT_TOP,
        sheet.title,
        theme::strong(),
        tokens.text,
    );
    painter.text(
        rect.left_top() + Vec2::new(0.0, TITLE),
        Align2::LEFT_TOP,
        sheet.y_words,
        theme::small(),
        tokens.weak,
    );
    legend(&painter, rect, &sheet.legend);
    let shown = zoom::shown(ui, sheet.id, sheet.x);
    let top = TITLE + HEAD + MARK_ROW * sheet.mark_rows as f32 + theme::CELL;
    let room = Rect::from_min_max(rect.min + Vec2::new(0.0, top), rect.max);
    let mut own = ui.new_child(egui::UiBuilder::new().max_rect(room).id_salt(sheet.id));
    let (low, high) = (sheet.y.low, sheet.y.high);
    let lines = y_ticks(sheet.y, room.height());
    let (faint, strong) = (tokens.grid, tokens.weak);
    let drawn = plot(sheet, shown, room).show(&mut own, move |plot| {
        plot.set_plot_bounds_x(shown.low..=shown.high);
        plot.set_plot_bounds_y(low..=high);
        for line in lines {
            let color = if line == 0.0 { strong } else { faint };
            let stroke = Stroke::new(1.0, color);
            plot.hline(HLine::new("", line).stroke(stroke).allow_hover(false));
        }
        draw(plot);
    });
    let summary = sheet.summary.clone();
    let response = drawn.response;
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
    let ground = Plot {
        area: *drawn.transform.frame(),
        x: shown,
        y: sheet.y,
        painter,
        response,
        tokens,
    };
    zoom::follow(ui, &ground, sheet.id, sheet.x);
    ground
}

/// The plot without data: axes in the look of the window, nothing that moves by itself.
fn plot<'a>(sheet: &Sheet<'a>, shown: Scale, room: Rect) -> egui_plot::Plot<'a> {
    let style = sheet.style;
    let y = sheet.y;
    let decimals = y.tick_decimals(y_count(room.height()));
    let height = room.height();
    let axis = |hints: AxisHints<'a>| {
        hints
            .tick_label_font(theme::small())
            .label_spacing(Rangef::new(8.0, 9.0))
    };
    let weak = |text: &str| RichText::new(text).font(theme::small()).weak();
    let x_axis = axis(AxisHints::new_x())
        .min_thickness(NAMES)
        .label(weak(sheet.x_words));
    let y_axis = axis(AxisHints::new_y())
        .min_thickness(FIGURES)
        .formatter(move |mark, _| style.fixed(mark.value, decimals));
    let ticks = sheet.ticks;
    let about = (room.width() / 90.0).max(1.0) as usize;
    let x_axis = match ticks {
        Ticks::Figures => {
            let decimals = shown.tick_decimals(about);
            x_axis.formatter(move |mark, _| style.fixed(mark.value, decimals))
        }
        Ticks::Names(names) => x_axis
            .formatter(move |mark, _| names.get(mark.value as usize).cloned().unwrap_or_default()),
    };
    egui_plot::Plot::new(sheet.id.with("plot"))
        .width(room.width())
        .height(room.height())
        .custom_x_axes(vec![x_axis])
        .custom_y_axes(vec![y_axis])
        .x_grid_spacer(move |input| match ticks {
            Ticks::Figures => marks(&range(&input).ticks(about)),
            Ticks::Names(names) => marks(&named(names, &input)),
        })
        .y_grid_spacer(move |_| marks(&y_ticks(y, height)))
        .show_grid(false)
        .show_background(false)
        .show_x(false)
        .show_y(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .allow_axis_zoom_drag(false)
        .allow_double_click_reset(false)
        .set_margin_fraction(Vec2::ZERO)
}

fn range(input: &GridInput) -> Scale {
    Scale::sound(input.bounds.0, input.bounds.1)
}

/// Positions of the names that have room: all of them, or every second, fifth, tenth ...
fn named(names: &[String], input: &GridInput) -> Vec<f64> {
    let widest = names.iter().map(|name| name.chars().count()).max();
    // A digit of the small font is not quite 7 points wide; names need a gap between them.
    let needed = widest.unwrap_or(1) as f64 * 7.0 + 10.0;
    // The step is that of the spacing of the grid, which is 8 points.
    let per_point = input.base_step_size / 8.0;
    let step = [1_usize, 2, 5, 10, 20, 50, 100, 200]
        .into_iter()
        .find(|step| *step as f64 >= needed * per_point)
        .unwrap_or(500);
    (0..names.len())
        .step_by(step)
        .map(|at| at as f64)
        .filter(|at| input.bounds.0 <= *at && *at <= input.bounds.1)
        .collect()
}

fn marks(ticks: &[f64]) -> Vec<GridMark> {
    let step = ticks.windows(2).map(|pair| pair[1] - pair[0]).next();
    let mark = |value: &f64| GridMark {
        value: *value,
        step_size: step.unwrap_or(f64::MAX.sqrt()),
    };
    ticks.iter().map(mark).collect()
}

fn y_count(height: f32) -> usize {
    ((height - NAMES) / 40.0).max(1.0) as usize
}

fn y_ticks(y: Scale, height: f32) -> Vec<f64> {
    y.ticks(y_count(height))
}

/// Beside the data, at the right of the unit of y.
fn legend(painter: &egui::Painter, rect: Rect, entries: &[(&str, Sample)]) {
    let ink = painter.ctx().global_style().visuals.weak_text_color();
    let mut right = rect.right();
    let middle = rect.top() + TITLE + 8.0;
    for (words, sample) in entries.iter().rev() {
        let galley = painter.layout_no_wrap((*words).to_owned(), theme::small(), ink);
        let left = right - galley.size().x;
        painter.galley(Pos2::new(left, middle - galley.size().y / 2.0), galley, ink);
        let swatch = Rect::from_min_max(
            Pos2::new(left - 22.0, middle - 5.0),
            Pos2::new(left - 6.0, middle + 5.0),
        );
        match *sample {
            Sample::Area(color) => {
                painter.rect_filled(swatch, 1.0, color);
            }
            Sample::Line(color) | Sample::Dots(color) => {
                painter.hline(swatch.x_range(), middle, Stroke::new(2.0, color));
                if matches!(sample, Sample::Dots(_)) {
                    painter.circle_filled(swatch.center(), 3.0, color);
                }
            }
        }
        right = left - 34.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_thinned_out_until_they_have_room() {
        let names: Vec<String> = (1..=40).map(|number| number.to_string()).collect();
        let at = |points_per_name: f64| GridInput {
            bounds: (-0.5, 39.5),
            base_step_size: 8.0 / points_per_name,
        };
        assert_eq!(named(&names, &at(40.0)).len(), 40);
        assert_eq!(
            named(&names, &at(12.0)),
            (0..40).step_by(2).map(f64::from).collect::<Vec<_>>()
        );
        assert_eq!(named(&names, &at(0.001)), [0.0]);
        assert!(named(&[], &at(40.0)).is_empty());
    }
}
