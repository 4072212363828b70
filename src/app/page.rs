//! The pages of the window, in the order of the navigation.

use calminer_domain::{Place, Scenario, Section};

/// One page of the main area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Page {
    /// Key figures, cash-flow plot, notes.
    #[default]
    Overview,
    /// Inputs and their distributions.
    Parameters,
    /// Ore, grade, recovery, metal, products.
    Production,
    /// Operating cost, capital and fiscal terms.
    Costs,
    /// The annual table.
    CashFlow,
    /// Settings of a run, its progress and its results.
    Simulation,
    /// Which input matters, and how much.
    Sensitivity,
    /// Theme, size, numbers, threads.
    Settings,
    /// What the program wrote to its log in this session.
    Log,
}

impl Page {
    /// All pages in the order of the navigation.
    pub const ALL: [Self; 9] = [
        Self::Overview,
        Self::Parameters,
        Self::Production,
        Self::Costs,
        Self::CashFlow,
        Self::Simulation,
        Self::Sensitivity,
        Self::Settings,
        Self::Log,
    ];

    /// The pages that show the open scenario.
    pub const OF_SCENARIO: [Self; 7] = [
        Self::Overview,
        Self::Parameters,
        Self::Production,
        Self::Costs,
        Self::CashFlow,
        Self::Simulation,
        Self::Sensitivity,
    ];

    /// The name shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Parameters => "Parameters",
            Self::Production => "Production",
            Self::Costs => "Costs",
            Self::CashFlow => "Cash flow",
            Self::Simulation => "Simulation",
            Self::Sensitivity => "Sensitivity",
            Self::Settings => "Settings",
            Self::Log => "Log",
        }
    }

    /// The sections of lines that are edited here.
    pub const fn sections(self) -> &'static [Section] {
        match self {
            Self::Production => &[Section::Production, Section::Products],
            Self::Costs => &[Section::OperatingCost, Section::Capital, Section::Fiscal],
            Self::CashFlow => &[Section::CashFlow],
            _ => &[],
        }
    }

    /// The page where a place of a scenario is edited.
    pub fn of_place(place: &Place, scenario: &Scenario) -> Self {
        match place {
            Place::Scenario { field } if field.starts_with("simulation") => Self::Simulation,
            Place::Scenario { field } if field.starts_with("correlations") => Self::Parameters,
            Place::Scenario { .. } => Self::Overview,
            Place::Parameter { .. } | Place::Table { .. } | Place::Correlation { .. } => {
                Self::Parameters
            }
            Place::Line { id, .. } | Place::Item { id, .. } => {
                let line = scenario.line(*id).map(|line| line.section);
                let section = line.or_else(|| scenario.item(*id).map(|item| item.kind.section()));
                section.map_or(Self::CashFlow, Self::of_section)
            }
        }
    }

    /// The page where a section of the model is edited.
    pub fn of_section(section: Section) -> Self {
        let mut pages = Self::OF_SCENARIO.into_iter();
        pages
            .find(|page| page.sections().contains(&section))
            .unwrap_or(Self::CashFlow)
    }

    /// The page after this one in the navigation, around the end.
    #[must_use]
    pub fn next(self) -> Self {
        self.step(1)
    }

    /// The page before this one in the navigation, around the start.
    #[must_use]
    pub fn previous(self) -> Self {
        self.step(Self::ALL.len() - 1)
    }

    fn step(self, by: usize) -> Self {
        let at = Self::ALL
            .iter()
            .position(|page| *page == self)
            .unwrap_or_default();
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}
