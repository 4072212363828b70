//! What the views remember: selection, drafts, scroll, choices of what is shown. Nothing of the scenario.

use calminer_domain::quick_model::QuickModel;
use calminer_domain::units::Unit;
use calminer_domain::units::entry::{DecimalMark, Entry, parse_entry};
use calminer_engine::sampling::correlation::GroupCheck;
use uuid::Uuid;

use super::fit::FitView;
use super::format::NumberStyle;
use super::grid::GridState;
use crate::app::{Negative, Page, PathPurpose, ViewContext};

/// What the inspector shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Selected {
    Parameter(Uuid),
    Line(Uuid),
    Item(Uuid),
}

/// What the page of parameters shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Inputs {
    #[default]
    Parameters,
    Correlations,
    Tables,
}

/// A pair that is about to be correlated.
#[derive(Debug, Default)]
pub(crate) struct NewPair {
    pub(crate) a: Option<Uuid>,
    pub(crate) b: Option<Uuid>,
    pub(crate) rho: f64,
    /// Why the pair was refused.
    pub(crate) refused: Option<String>,
}

/// Both checks of the correlations on the screen, with what is being typed in them.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    /// Figures being typed in this frame, for the checks of the next one.
    pub(crate) drafts: Vec<(Uuid, Uuid, f64)>,
    /// What was checked last: the checks are made again only for other pairs.
    pub(crate) of: Vec<(Uuid, Uuid, f64)>,
    pub(crate) groups: Vec<GroupCheck>,
}

/// Which plot of a run is on show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Chart {
    #[default]
    Distribution,
    Curve,
    Flows,
    Convergence,
}

/// The figure whose way over the trials is on show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Settling {
    #[default]
    Mean,
    P10,
    P50,
    P90,
}

/// What of each input moved alone is on show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Alone {
    #[default]
    Tornado,
    Spider,
}

/// Which figure of the standard table is on show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StandardMeasure {
    #[default]
    Npv,
    Irr,
    NpvPreTax,
    IrrPreTax,
}

impl StandardMeasure {
    pub(crate) const ALL: [Self; 4] = [Self::Npv, Self::Irr, Self::NpvPreTax, Self::IrrPreTax];

    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Npv => "NPV after tax",
            Self::Irr => "IRR after tax",
            Self::NpvPreTax => "NPV before tax",
            Self::IrrPreTax => "IRR before tax",
        }
    }
}

/// The search of the command palette.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    pub(crate) query: String,
    pub(crate) at: usize,
    pub(crate) opened: bool,
}

/// The text of the in-app path dialog.
#[derive(Debug, Default)]
pub(crate) struct PathText {
    pub(crate) text: String,
    /// The dialog that the text belongs to.
    pub(crate) of: Option<(PathPurpose, std::path::PathBuf)>,
}

/// What the views remember between frames.
#[derive(Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fold or a switch of its own"
)]
pub(crate) struct ViewState {
    /// The scenario that all this belongs to.
    scenario: Option<Uuid>,
    pub(crate) selected: Option<Selected>,
    /// The page on show in the last frame.
    pub(crate) page: Option<Page>,
    pub(crate) parameters: GridState,
    pub(crate) production: GridState,
    pub(crate) costs: GridState,
    pub(crate) cash_flow: GridState,
    /// The row that a table brings into view as soon as it is drawn.
    pub(crate) reveal: Option<Uuid>,
    /// Whether another unit converts the figures of its row.
    pub(crate) keeps_figures: bool,
    pub(crate) search: String,
    pub(crate) found: u64,
    /// Output on show on the simulation page.
    pub(crate) output: Option<String>,
    pub(crate) chart: Chart,
    /// Key of the line whose fan chart is on show; the first where it is absent.
    pub(crate) band: Option<String>,
    /// The figure whose way is on show.
    pub(crate) settling: Settling,
    /// Whether the settings that few runs need are unfolded.
    pub(crate) more: bool,
    /// The cash flow of the trial on show.
    pub(crate) trial: GridState,
    pub(crate) alone: Alone,
    pub(crate) standard: StandardMeasure,
    /// Whether a tornado shows all inputs.
    pub(crate) all_inputs: bool,
    pub(crate) inputs: Inputs,
    pub(crate) pair: NewPair,
    pub(crate) checks: Checks,
    /// The lookup table on show.
    pub(crate) table: Option<Uuid>,
    pub(crate) lookup: GridState,
    /// The table of values of the distribution on show, and the parameter that it belongs to.
    pub(crate) points: GridState,
    pub(crate) points_of: Option<Uuid>,
    /// The inspector is shown over the page where the window is too narrow for both.
    pub(crate) drawer: bool,
    pub(crate) palette: Palette,
    pub(crate) path: PathText,
    pub(crate) fit: FitView,
    /// The form of the quick model while it is open.
    pub(crate) quick: Option<QuickModel>,
}

impl ViewState {
    /// Another scenario is on the screen: what was selected in the last one is nothing there.
    pub(crate) fn follow(&mut self, ctx: &ViewContext<'_>) {
        let scenario = ctx.scenario().map(|scenario| scenario.id);
        if scenario != self.scenario {
            let (search, found) = (std::mem::take(&mut self.search), self.found);
            *self = Self {
                scenario,
                search,
                found,
                page: self.page,
                ..Self::default()
            };
        }
        if let Some(scenario) = ctx.scenario() {
            let gone = match &self.selected {
                Some(Selected::Parameter(id)) => scenario.parameter(*id).is_none(),
                Some(Selected::Line(id)) => scenario.line(*id).is_none(),
                Some(Selected::Item(id)) => scenario.item(*id).is_none(),
                None => false,
            };
            if gone {
                self.selected = None;
            }
        }
    }

    /// Selects a row and has its table bring it into view.
    pub(crate) fn jump(&mut self, selected: Selected) {
        let (Selected::Parameter(id) | Selected::Line(id) | Selected::Item(id)) = selected;
        self.reveal = Some(id);
        self.selected = Some(selected);
    }
}

/// How figures are written, by the settings.
pub(crate) fn number_style(ctx: &ViewContext<'_>) -> NumberStyle {
    NumberStyle {
        decimal: match ctx.settings.decimal {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        },
        parentheses: ctx.settings.negative == Negative::Parentheses,
    }
}

/// Which decimal mark decides where a text can be read in two ways.
pub(crate) fn decimal_mark(style: NumberStyle) -> DecimalMark {
    if style.decimal == ',' {
        DecimalMark::Comma
    } else {
        DecimalMark::Point
    }
}

/// Reads a figure in a unit. A unit that cannot be read is an issue of its own and counts as none here.
pub(crate) fn read_figure(
    text: &str,
    unit: &str,
    currency: &str,
    style: NumberStyle,
) -> Result<Entry, String> {
    let unit = Unit::parse(unit, currency).unwrap_or_else(|_| Unit::plain());
    parse_entry(text, decimal_mark(style), &unit, currency).map_err(|error| error.message)
}
