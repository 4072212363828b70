//! The picture of a distribution with the figures it implies, at once while they are typed.

use std::sync::Arc;

use calminer_domain::{Calendar, Uncertainty};
use egui::accesskit::Role;
use egui::{Align2, Grid, Id, Pos2, Rect, RichText, Stroke, Ui, Vec2, WidgetInfo};

use super::law::{self, Implied, Picture, Row};
use crate::ui::edits::distribution::mode_of;
use crate::ui::format::NumberStyle;
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::chart::{Plot, Room, Scale, Words};

/// What the preview is drawn with.
#[derive(Clone, Copy)]
pub(super) struct Pen<'a> {
    /// The unit of the values.
    pub(super) unit: &'a str,
    /// The base case on the axis of the values.
    pub(super) base: f64,
    pub(super) style: NumberStyle,
}

const HEIGHT: f32 = 128.0;
const ROOM: Room = Room {
    left: 8.0,
    top: 4.0,
    right: 8.0,
    bottom: 36.0,
};

/// What was computed last, and of what.
type Known = Arc<(Uncertainty, f64, Result<Implied, String>)>;

/// The implied figures; those of the last frame while nothing has changed, because a PERT fills a table when it is built.
fn implied(ui: &Ui, own: &Uncertainty, base: f64) -> Known {
    let id = Id::unique("distribution preview");
    let known = ui.data(|data| data.get_temp::<Known>(id));
    if let Some(known) = known.filter(|known| known.0 == *own && known.1 == base) {
        return known;
    }
    let fresh: Known = Arc::new((own.clone(), base, Implied::of(own, base)));
    ui.data_mut(|data| data.insert_temp(id, Arc::clone(&fresh)));
    fresh
}

/// The curve with mean, sd and percentiles; a sentence where the figures are impossible.
pub(super) fn preview_ui(ui: &mut Ui, own: &Uncertainty, pen: Pen<'_>) {
    let known = implied(ui, own, pen.base);
    let Ok(implied) = &known.2 else {
        basic::weak_ui(ui, "The curve appears as soon as the figures are possible");
        return;
    };
    curve_ui(ui, implied, pen);
    figures_ui(ui, implied, pen);
    beside_base_ui(ui, own, implied, pen);
}

fn figures_ui(ui: &mut Ui, implied: &Implied, pen: Pen<'_>) {
    let figure = |figure: f64| pen.style.short(figure, 4);
    let pair = |ui: &mut Ui, label: &str, text: String| {
        basic::label_ui(ui, label);
        // Read aloud as one: "P5 41.12".
        let name = format!("{label} {text}");
        ui.label(RichText::new(text).font(theme::table()))
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
    };
    Grid::new("implied figures")
        .num_columns(6)
        .spacing(Vec2::new(10.0, 3.0))
        .min_row_height(theme::small().size + 4.0)
        .show(ui, |ui| {
            pair(ui, "Mean", figure(implied.mean));
            pair(ui, "sd", figure(implied.sd));
            pair(ui, "Base", figure(pen.base));
            ui.end_row();
            pair(ui, "P5", figure(implied.p5));
            pair(ui, "P50", figure(implied.p50));
            pair(ui, "P95", figure(implied.p95));
            ui.end_row();
        });
}

/// Mean and mode where they differ from the base value by more than one in a thousand.
fn beside_base_ui(ui: &mut Ui, own: &Uncertainty, implied: &Implied, pen: Pen<'_>) {
    if let Some(words) = beside_base(mode_of(own), implied.mean, pen) {
        basic::hint_ui(ui, &words);
    }
}

fn beside_base(mode: Option<f64>, mean: f64, pen: Pen<'_>) -> Option<String> {
    let base = pen.base;
    let differs = |figure: f64| (figure - base).abs() > 1e-3 * base.abs();
    let words = |name: &str, figure: f64| {
        let by = if base == 0.0 {
            String::new()
        } else {
            let share = pen.style.percent((figure - base) / base.abs(), 1);
            let plus = if figure > base { "+" } else { "" };
            format!(" ({plus}{share})")
        };
        format!("{name} {}{by}", pen.style.short(figure, 4))
    };
    let mut parts = Vec::new();
    if mean.is_finite() && differs(mean) {
        parts.push(words("mean", mean));
    }
    if let Some(mode) = mode.filter(|mode| differs(*mode)) {
        parts.push(words("most likely", mode));
    }
    (!parts.is_empty()).then(|| {
        let base = pen.style.short(base, 4);
        format!(
            "The base case uses the base value {base}; {}",
            parts.join(", ")
        )
    })
}

fn curve_ui(ui: &mut Ui, implied: &Implied, pen: Pen<'_>) {
    let style = pen.style;
    let most = match &implied.picture {
        Picture::Curve(points) | Picture::Bars(points) => {
            points.iter().map(|(_, height)| *height).fold(0.0, f64::max)
        }
        Picture::Counts(bars) => bars.iter().map(|(.., height)| *height).fold(0.0, f64::max),
    };
    // Room for the words over the bar of an event that does not happen.
    let head = if implied.nothing.is_some() {
        1.35
    } else {
        1.08
    };
    let y = Scale::sound(0.0, if most > 0.0 { most * head } else { 1.0 });
    let summary = format!(
        "Density of the distribution, mean {}, sd {}",
        style.significant(implied.mean, 4),
        style.significant(implied.sd, 4)
    );
    let words = Words {
        title: "",
        x: pen.unit,
        y: "",
        summary,
    };
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let plot = Plot::begin_ui(ui, size, ROOM, &words, (implied.x, y));
    let about = (plot.area.width() / 70.0) as usize;
    plot.x_axis(&implied.x.named_ticks(about, style), true);
    paint(&plot, &implied.picture);
    let base = Stroke::new(1.5, plot.tokens.accent);
    plot.inside()
        .vline(plot.at_x(pen.base), plot.area.y_range(), base);
    if let Some(share) = implied.nothing {
        nothing(&plot, share, style);
    }
}

/// The bar at 0 of an event that does not happen, over the whole height: its share is written, not drawn to scale.
fn nothing(plot: &Plot, share: f64, style: NumberStyle) {
    let color = plot.tokens.series[1];
    let foot = plot.at(0.0, 0.0);
    let top = Pos2::new(foot.x, plot.area.top() + 16.0);
    plot.inside()
        .line_segment([top, foot], Stroke::new(5.0, color));
    let words = format!("{} nothing happens", style.percent(share, 0));
    let galley = plot
        .painter
        .layout_no_wrap(words, theme::small(), plot.tokens.text);
    let left = (foot.x - galley.size().x / 2.0)
        .min(plot.area.right() - galley.size().x)
        .max(plot.area.left());
    // On a ground of its own: the line of the base case may pass here.
    let at = Pos2::new(left, plot.area.top());
    let ground = Rect::from_min_size(at, galley.size()).expand2(Vec2::new(2.0, -1.0));
    plot.painter.rect_filled(ground, 0, plot.tokens.panel);
    plot.painter.galley(at, galley, plot.tokens.text);
}

fn paint(plot: &Plot, picture: &Picture) {
    let color = plot.tokens.series[0];
    let inside = plot.inside();
    match picture {
        Picture::Bars(bars) => {
            for (value, height) in bars {
                let line = [plot.at(*value, 0.0), plot.at(*value, *height)];
                inside.line_segment(line, Stroke::new(5.0, color));
            }
        }
        Picture::Counts(bars) => {
            for (left, right, height) in bars {
                let (top, foot) = (plot.at(*left, *height), plot.at(*right, 0.0));
                let bar = Rect::from_min_max(top, Pos2::new(foot.x - 1.0, foot.y));
                inside.rect_filled(bar, 0, theme::faded(color, 0.85));
            }
        }
        Picture::Curve(curve) => {
            let under = curve.iter().map(|(value, height)| (*value, (0.0, *height)));
            plot.band(&under.collect::<Vec<_>>(), theme::faded(color, 0.18));
            plot.path(curve, color, 1.5);
        }
    }
}

/// The fan of a path: P5, P50 and P95 of the factor over the periods.
pub(super) fn fan_ui(ui: &mut Ui, own: &Uncertainty, calendar: &Calendar, style: NumberStyle) {
    let Ok(rows) = law::fan(own, calendar) else {
        basic::weak_ui(ui, "The fan appears as soon as the figures are possible");
        return;
    };
    let figures = rows.iter().flat_map(|(_, row)| *row);
    let Some(y) = Scale::of(figures.chain([1.0])) else {
        basic::weak_ui(ui, "The factors are too large to be drawn");
        return;
    };
    let Some((last_label, last)) = rows.last() else {
        return;
    };
    let x = Scale::sound(-0.5, rows.len() as f64 - 0.5);
    let figure = |figure: f64| style.short(figure, 3);
    let [p5, p50, p95] = last.map(figure);
    let summary =
        format!("Fan of the path, factor in period {last_label}: P5 {p5}, P50 {p50}, P95 {p95}");
    let words = Words {
        title: "",
        x: "period",
        y: "",
        summary,
    };
    let size = Vec2::new(ui.available_width(), HEIGHT);
    let room = Room { left: 34.0, ..ROOM };
    let plot = Plot::begin_ui(ui, size, room, &words, (x, y.with_room(0.05)));
    plot.y_axis(&plot.y.named_ticks(4, style));
    let labels: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(at, (label, _))| (at as f64, label.clone()))
        .collect();
    plot.x_axis(&labels, false);
    paint_fan(&plot, &rows);
    let words = format!("Period {last_label}: P5 {p5}, P50 {p50}, P95 {p95} × base");
    ui.label(RichText::new(words).font(theme::table()));
}

fn paint_fan(plot: &Plot, rows: &[Row]) {
    let color = plot.tokens.series[0];
    let of = |place: usize| -> Vec<(f64, f64)> {
        let rows = rows.iter().enumerate();
        rows.map(|(at, (_, row))| (at as f64, row[place])).collect()
    };
    let (low, middle, high) = (of(0), of(1), of(2));
    let rows = rows.iter().enumerate();
    let band: Vec<_> = rows
        .map(|(at, (_, row))| (at as f64, (row[0], row[2])))
        .collect();
    plot.band(&band, theme::faded(color, 0.22));
    plot.path(&low, theme::faded(color, 0.6), 1.0);
    plot.path(&high, theme::faded(color, 0.6), 1.0);
    plot.path(&middle, color, 2.0);
    let base = [(plot.x.low, 1.0), (plot.x.high, 1.0)];
    plot.path(&base, plot.tokens.accent, 1.5);
    // Inside the band, where nothing cuts them off.
    for (line, align, name) in [
        (&high, Align2::RIGHT_TOP, "P95"),
        (&low, Align2::RIGHT_BOTTOM, "P5"),
    ] {
        if let Some((x, y)) = line.last() {
            let (font, color) = (theme::small(), plot.tokens.text);
            plot.painter.text(plot.at(*x, *y), align, name, font, color);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_mode_stand_beside_the_base_value_from_one_in_a_thousand_on() {
        let pen = Pen {
            unit: "",
            base: 8.0,
            style: NumberStyle::default(),
        };
        assert_eq!(beside_base(Some(8.0), 8.004, pen), None);
        assert_eq!(
            beside_base(Some(8.0), 25.0 / 3.0, pen).unwrap(),
            "The base case uses the base value 8; mean 8.333 (+4.2\u{a0}%)"
        );
        let both = beside_base(Some(7.0), 6.0, pen).unwrap();
        assert!(
            both.ends_with("mean 6 (−25.0\u{a0}%), most likely 7 (−12.5\u{a0}%)"),
            "{both}"
        );
        let zero = Pen { base: 0.0, ..pen };
        assert!(
            beside_base(None, 1.0, zero)
                .unwrap()
                .ends_with("value 0; mean 1")
        );
    }
}
