//! Zoom of a plot along x: the wheel with Ctrl zooms at the pointer, a drag moves, a double click shows all.
//!
//! Nothing leaves the range of the data, and the closest view is a thousandth of it.

use egui::{Id, Ui};

use super::chart::{Plot, Scale};

/// The part of the range on show, and the data it belongs to.
#[derive(Clone, Copy, Debug)]
struct View {
    shown: Scale,
    data: Scale,
}

/// The closest zoom: a thousandth of the range.
const CLOSEST: f64 = 1e-3;

/// The part of the range on show. New data starts at the whole range.
pub(crate) fn shown(ui: &Ui, id: Id, data: Scale) -> Scale {
    let known = ui.data(|memory| memory.get_temp::<View>(id));
    known
        .filter(|view| view.data == data)
        .map_or(data, |view| view.shown)
}

/// Takes over what the pointer did in this frame; the next frame shows it.
pub(crate) fn follow(ui: &Ui, plot: &Plot, id: Id, data: Scale) {
    let mut shown = plot.x;
    if plot.response.double_clicked() {
        shown = data;
    }
    let factor = ui.input(|input| f64::from(input.zoom_delta()));
    if let Some(pointer) = plot.response.hover_pos().filter(|_| factor != 1.0) {
        shown = zoomed(shown, data, plot.figure_at(pointer.x), factor);
    }
    let moved = f64::from(plot.response.drag_delta().x / plot.area.width()) * shown.width();
    if moved != 0.0 {
        shown = moved_by(shown, data, -moved);
    }
    if shown != plot.x {
        ui.data_mut(|memory| memory.insert_temp(id, View { shown, data }));
        ui.ctx().request_repaint();
    }
}

fn zoomed(shown: Scale, data: Scale, center: f64, factor: f64) -> Scale {
    let width =
        (shown.width() / factor.clamp(0.1, 10.0)).clamp(data.width() * CLOSEST, data.width());
    let share = ((center - shown.low) / shown.width()).clamp(0.0, 1.0);
    let low = center - share * width;
    let near = Scale {
        low,
        high: low + width,
    };
    moved_by(near, data, 0.0)
}

fn moved_by(shown: Scale, data: Scale, by: f64) -> Scale {
    let width = shown.width().min(data.width());
    let low = (shown.low + by).clamp(data.low, (data.high - width).max(data.low));
    Scale {
        low,
        high: low + width,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_stops_at_its_limits() {
        let data = Scale {
            low: -10.0,
            high: 90.0,
        };
        let mut shown = data;
        for _ in 0..400 {
            shown = zoomed(shown, data, 25.0, 0.8);
        }
        assert_eq!(shown, data);
        for _ in 0..400 {
            shown = zoomed(shown, data, 25.0, 1.3);
        }
        assert!(
            (shown.width() - 0.1).abs() < 1e-9 && shown.contains(25.0),
            "{shown:?}"
        );
        let end = moved_by(shown, data, 1e9);
        assert!(end.high <= data.high + 1e-9);
        assert!(moved_by(shown, data, -1e9).low >= data.low);
    }
}
