//! Each input moved alone, all others at base: tornado and spider.

use calminer_engine::sensitivity::{
    Measured, MovedInput, Movement, Point, Spider, SpiderRow, Step, Tornado, TornadoRow,
};
use egui::{Align, Layout, Ui};

use super::words::{self, Pen};
use super::{copy_ui, has_uncertain, range_ui};
use crate::app::sensitivity::Ends;
use crate::app::{Command, Page, Range, ViewContext};
use crate::ui::format::{self, NumberStyle};
use crate::ui::state::{Alone, ViewState, number_style};
use crate::ui::theme;
use crate::ui::widgets::basic;
use crate::ui::widgets::spider::{self, Line};
use crate::ui::widgets::tornado::{self, Bar, End};

/// Bars of a tornado until all are asked for.
const MOST: usize = 15;
/// Height of a spider.
const HEIGHT: f32 = 340.0;

pub(super) fn alone_ui(ctx: &ViewContext<'_>, state: &mut ViewState, ui: &mut Ui, key: &str) {
    let style = number_style(ctx);
    let ends = ctx.sensitivity.ends.as_deref();
    tools_ui(ctx, state, ui, (ends, key));
    ui.add_space(theme::CELL);
    if let Some(why) = &ctx.sensitivity.failed {
        basic::problem_ui(ui, why);
    }
    if !(has_uncertain(ctx) || ctx.sensitivity.moves_all()) {
        nothing_moves_ui(ctx, ui);
        return;
    }
    let Some(ends) = ends else {
        basic::weak_ui(ui, "The inputs are being moved one by one");
        return;
    };
    if ctx.live.stale {
        basic::hint_ui(
            ui,
            "The scenario has issues: these figures belong to its last content without any",
        );
    }
    // Right after an edit the last figures stay for a moment: they are dimmed where they will not be replaced.
    let dimmed = ctx.live.stale;
    let range = ctx.sensitivity.ends_range;
    match state.alone {
        Alone::Tornado => {
            let Some(own) = ends.tornados.iter().find(|own| own.output.key == key) else {
                return;
            };
            absent_base_ui(ui, &own.output);
            tornado_ui(state, ui, (own, range), (dimmed, style));
            let inputs = own.rows.iter().map(|row| &row.input);
            correlated_ui(ui, inputs);
        }
        Alone::Spider => {
            let Some(own) = ends.spiders.iter().find(|own| own.output.key == key) else {
                return;
            };
            absent_base_ui(ui, &own.output);
            spider_ui(ui, (own, range), (dimmed, style));
            correlated_ui(ui, own.rows.iter().map(|row| &row.input));
        }
    }
}

fn tools_ui(
    ctx: &ViewContext<'_>,
    state: &mut ViewState,
    ui: &mut Ui,
    (ends, key): (Option<&Ends>, &str),
) {
    ui.horizontal(|ui| {
        let choices = [(Alone::Tornado, "Tornado"), (Alone::Spider, "Spider")];
        if let Some(picked) = basic::segments_ui(ui, "Plot", state.alone, &choices) {
            state.alone = picked;
        }
        ui.add_space(theme::GAP);
        range_ui(ctx, ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let Some(ends) = ends else { return };
            match state.alone {
                Alone::Tornado => copy_ui(ui, "the tornado", &|| {
                    let own = ends.tornados.iter().find(|own| own.output.key == key);
                    own.map(tornado_text).unwrap_or_default()
                }),
                Alone::Spider => copy_ui(ui, "the spider", &|| {
                    let own = ends.spiders.iter().find(|own| own.output.key == key);
                    own.map(|own| spider_text(own, number_style(ctx)))
                        .unwrap_or_default()
                }),
            }
        });
    });
}

fn absent_base_ui(ui: &mut Ui, output: &Measured) {
    if output.base.is_finite() {
        return;
    }
    let why = output.cause.as_ref().map(words::cause);
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    let what = if output.base.is_nan() {
        "does not exist"
    } else {
        "is never reached"
    };
    let words = format!("The base case of {} {what}{why}", output.label);
    basic::problem_ui(ui, &words);
}

/// A run moves correlated inputs together; this does not.
fn correlated_ui<'a>(ui: &mut Ui, inputs: impl Iterator<Item = &'a MovedInput>) {
    let names: Vec<&str> = inputs
        .filter(|input| !input.correlated_with.is_empty())
        .map(|input| input.label.as_str())
        .collect();
    if !names.is_empty() {
        let words = format!(
            "Each input moves alone; those correlated with it stay at base, which a run does not do: {}",
            names.join(", ")
        );
        basic::hint_ui(ui, &words);
    }
}

/// No parameter has a distribution, and only those that have one are moved.
fn nothing_moves_ui(ctx: &ViewContext<'_>, ui: &mut Ui) {
    let words = "No parameter has a distribution yet. They can all be moved by a share of their base values";
    basic::label_ui(ui, words);
    ui.horizontal(|ui| {
        if ui.button("Move all by ±20\u{a0}%").clicked() {
            ctx.send(Command::SetRange(Range::Fifth));
            ctx.send(Command::MoveFixed(true));
        }
        if ui.button("Show parameters").clicked() {
            ctx.send(Command::ShowSection(Page::Parameters));
        }
    });
}

fn pen_of<'a>(
    output: &Measured,
    points: impl Iterator<Item = &'a Point>,
    style: NumberStyle,
) -> Pen {
    let figures = points.map(|point| point.output).chain([output.base]);
    Pen::of(&output.display, figures, style)
}

fn tornado_ui(
    state: &mut ViewState,
    ui: &mut Ui,
    (own, range): (&Tornado, Range),
    (dimmed, style): (bool, NumberStyle),
) {
    let points = own.rows.iter().flat_map(|row| [&row.low, &row.high]);
    let pen = pen_of(&own.output, points, style);
    let shown = if state.all_inputs {
        own.rows.len()
    } else {
        own.rows.len().min(MOST)
    };
    let bars: Vec<Bar> = own.rows[..shown]
        .iter()
        .map(|row| bar_of(row, &own.rows, &pen))
        .collect();
    let title = format!(
        "{}, each input alone from {}",
        own.output.label,
        words_of(range)
    );
    tornado::tornado_ui(
        ui,
        &tornado::Tornado {
            title: &title,
            axis: &pen.axis(&own.output.label),
            base: pen.shown(own.output.base),
            base_words: pen.figure(own.output.base),
            ends: range.end_words(),
            bars: &bars,
            dimmed,
            style,
        },
    );
    more_ui(state, ui, own.rows.len(), style);
}

fn words_of(range: Range) -> String {
    let [low, high] = range.end_words();
    match range.change() {
        None => format!("{low} to {high}"),
        Some(_) => format!("{low} to {high} of its base value"),
    }
}

/// How many bars are not shown, and the way to them.
fn more_ui(state: &mut ViewState, ui: &mut Ui, all: usize, style: NumberStyle) {
    let Some(more) = all.checked_sub(MOST).filter(|more| *more > 0) else {
        return;
    };
    ui.horizontal(|ui| {
        let (words, verb) = if state.all_inputs {
            (
                format!("all {} inputs", format::count(all as u64, style)),
                "Show the largest",
            )
        } else {
            (
                format!("{} more", format::count(more as u64, style)),
                "Show all inputs",
            )
        };
        basic::label_ui(ui, &words);
        if ui.button(verb).clicked() {
            state.all_inputs = !state.all_inputs;
        }
    });
}

fn bar_of(row: &TornadoRow, all: &[TornadoRow], pen: &Pen) -> Bar {
    let input = &row.input;
    let end = |point: &Point| End {
        figure: pen.shown(point.output),
        input: words::setting(point.setting, input, pen.style),
        output: pen.figure(point.output),
    };
    let mut lines = vec![
        input.label.clone(),
        words::point(&row.low, input, pen),
        words::point(&row.high, input, pen),
    ];
    let varies = row.movement != Movement::DoesNotVary;
    lines.push(match row.swing.filter(|_| varies) {
        Some(swing) => format!("Swing {}", pen.exact(swing)),
        None if varies => "No swing: too few of the figures exist".to_owned(),
        None => "n/a (does not vary)".to_owned(),
    });
    if !input.correlated_with.is_empty() {
        let partners = input.correlated_with.iter().map(|key| {
            let other = all.iter().find(|row| row.input.key == *key);
            other.map_or(key.as_str(), |row| row.input.label.as_str())
        });
        let partners: Vec<&str> = partners.collect();
        lines.push(format!(
            "Correlated with {}, which stay at base here",
            partners.join(", ")
        ));
    }
    Bar {
        name: input.label.clone(),
        low: end(&row.low),
        high: end(&row.high),
        varies,
        words: lines.join("\n"),
    }
}

fn spider_ui(ui: &mut Ui, (own, range): (&Spider, Range), (dimmed, style): (bool, NumberStyle)) {
    let points = own.rows.iter().flat_map(|row| &row.points);
    let pen = pen_of(&own.output, points, style);
    let moving = own
        .rows
        .iter()
        .filter(|row| row.movement != Movement::DoesNotVary);
    let lines: Vec<Line> = moving
        .clone()
        .take(spider::MOST)
        .map(|row| line_of(row, &pen))
        .collect();
    let steps = own.rows.first().map_or(&[][..], |row| &row.points);
    let steps: Vec<(f64, String)> = steps
        .iter()
        .map(|point| {
            let (Step::Percentile(at) | Step::Change(at)) = point.step;
            (at * 100.0, words::step(point.step, style))
        })
        .collect();
    let title = format!("{}, each input alone", own.output.label);
    let x_words = match range.change() {
        None => "Percentile of the input's distribution",
        Some(_) => "Change of the input's base value",
    };
    spider::spider_ui(
        ui,
        HEIGHT,
        &spider::Spider {
            title: &title,
            x_words,
            y_words: &pen.unit,
            steps: &steps,
            base: pen.shown(own.output.base),
            lines: &lines,
            dimmed,
            style,
        },
    );
    let left = moving.clone().count().saturating_sub(lines.len());
    let still = own.rows.len() - moving.count();
    let mut words = Vec::new();
    if left > 0 {
        words.push(format!("{left} more with smaller effect are not drawn"));
    }
    if still > 0 {
        words.push(format!("{still} do not vary"));
    }
    if !words.is_empty() {
        basic::label_ui(ui, &words.join("; "));
    }
}

fn line_of(row: &SpiderRow, pen: &Pen) -> Line {
    let input = &row.input;
    let words = row.points.iter().map(|point| {
        let words = words::point(point, input, pen);
        format!("{}\n{words}", input.label)
    });
    let ends = [row.points.first(), row.points.last()];
    let ends: Vec<String> = ends
        .into_iter()
        .flatten()
        .map(|point| words::point(point, input, pen))
        .collect();
    let figures = row.points.iter();
    Line {
        name: input.label.clone(),
        figures: figures.map(|point| pen.shown(point.output)).collect(),
        words: words.collect(),
        summary: format!("{}\n{}", input.label, ends.join("\n")),
    }
}

/// The figure as copied, in the unit of the output.
fn raw(figure: f64) -> String {
    if figure.is_nan() {
        "absent".to_owned()
    } else if figure.is_infinite() {
        "never".to_owned()
    } else {
        figure.to_string()
    }
}

fn value(point: &Point) -> String {
    let own = point.setting.value.or(point.setting.factor);
    own.map_or_else(|| format::ABSENT.to_owned(), |own| own.to_string())
}

pub(super) fn tornado_text(own: &Tornado) -> String {
    let unit = &own.output.unit;
    let head = format!(
        "Input\tUnit\tLow end\tOutput at low end, {unit}\tHigh end\tOutput at high end, {unit}\tSwing, {unit}\n"
    );
    let base = format!("Base case\t\t\t{0}\t\t{0}\t\n", raw(own.output.base));
    own.rows.iter().fold(head + &base, |text, row| {
        let unit = if row.low.setting.value.is_some() {
            row.input.unit.as_str()
        } else {
            "× base"
        };
        let cells = [
            row.input.label.clone(),
            unit.to_owned(),
            value(&row.low),
            raw(row.low.output),
            value(&row.high),
            raw(row.high.output),
            row.swing
                .map_or_else(|| format::ABSENT.to_owned(), |swing| swing.to_string()),
        ];
        text + &cells.join("\t") + "\n"
    })
}

pub(super) fn spider_text(own: &Spider, style: NumberStyle) -> String {
    let steps = own.rows.first().map_or(&[][..], |row| &row.points);
    let steps = steps.iter().map(|point| words::step(point.step, style));
    let head: Vec<String> = std::iter::once(format!("Input, output in {}", own.output.unit))
        .chain(steps)
        .collect();
    own.rows.iter().fold(head.join("\t") + "\n", |text, row| {
        let figures = row.points.iter().map(|point| raw(point.output));
        let cells: Vec<String> = std::iter::once(row.input.label.clone())
            .chain(figures)
            .collect();
        text + &cells.join("\t") + "\n"
    })
}
