//! Databases, scenarios and runs to try with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use calminer_domain::parameter::Uncertainty;
use calminer_domain::scenario::Parent;
use calminer_domain::{
    BaseValue, Calendar, Conventions, Correlation, Direction, Distribution, DistributionForm, Draw,
    Keep, Line, LookupTable, MoneyBasis, Parameter, PaybackOrigin, PercentileDefinition,
    PeriodLength, Project, Role, Sampling, Scenario, Section, SimulationSettings, StopFigure,
    StopRule, Timing, Truncation, Value,
};
use calminer_engine::result::{
    Cause, CorrelationMatrices, Display, Histogram, OutputResult, RunOutcome, RunSettings, Samples,
    Summary,
};
use calminer_engine::statistics::SummaryOptions;
use calminer_store::{OpenOptions, Save, Saved, Store, StoreError};
use tempfile::TempDir;
use uuid::Uuid;

use crate::items;
use crate::shapes::distribution;

/// Reproducible numbers (splitmix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn id(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub(crate) fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| value(self))
    }

    /// Any finite figure but a negative zero: plain ones, extremes and random bits.
    pub(crate) fn figure(&mut self) -> f64 {
        let special = [
            0.0,
            1.0,
            0.1,
            -1e-300,
            5e-324,
            f64::MAX,
            f64::MIN,
            1.0 / 3.0,
            31.103_476_8,
            2f64.sqrt(),
        ];
        let random = f64::from_bits(self.next());
        if self.below(3) == 0 || !random.is_finite() {
            self.one_of(&special)
        } else {
            random + 0.0
        }
    }

    pub(crate) fn figures(&mut self) -> Vec<f64> {
        (0..self.below(30)).map(|_| self.figure()).collect()
    }

    pub(crate) fn text(&mut self) -> String {
        let long = hostile_texts();
        long[self.below(long.len())].clone()
    }

    fn date<T: std::str::FromStr>(&mut self) -> T {
        let text = format!(
            "{:04}-{:02}-{:02}",
            1990 + self.below(80),
            1 + self.below(12),
            1 + self.below(28)
        );
        text.parse().unwrap_or_else(|_| panic!("{text} is a day"))
    }
}

/// Texts that broke other programs; each must come back byte for byte.
pub(crate) fn hostile_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "Base case",
        "it's \"quoted\" `so`",
        "'); drop table scenario; --",
        "100 % _ of it",
        "a\0b\0",
        "\0",
        "\u{fdd0}0\u{fdd1}",
        "מכרה זהב \u{202e}gnirts\u{202c}",
        "\u{1f469}\u{200d}\u{1f52c} \u{26cf}\u{fe0f}",
        "Größe Ω e\u{301} é",
        "line\r\nline\ttab\u{7f}\u{1b}[31m",
        "=1+1",
        "\u{feff}bom",
        "\u{10ffff}",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("0123456789".repeat(1_000));
    texts
}

pub(crate) fn project(number: u64) -> Project {
    Project {
        id: Uuid::from_u64_pair(1, number),
        name: "Fenn-Gib".to_owned(),
        description: "Open pit, gold".to_owned(),
    }
}

/// A scenario with something in every field and every table.
pub(crate) fn random_scenario(seed: u64) -> Scenario {
    let mut numbers = Numbers(seed);
    let n = &mut numbers;
    Scenario {
        id: n.id(),
        name: n.text(),
        parent: n.maybe(|n| Parent {
            scenario: n.id(),
            revision: n.next() as u32,
        }),
        notes: n.text(),
        currency: n.text(),
        calendar: calendar(n),
        conventions: conventions(n),
        parameters: (0..n.below(12)).map(|_| parameter(n)).collect(),
        next_slot: n.next() as u32,
        tables: (0..n.below(3)).map(|_| table(n)).collect(),
        items: (0..n.below(12)).map(|_| items::any(n)).collect(),
        lines: (0..n.below(25)).map(|_| line(n)).collect(),
        correlations: (0..n.below(4)).map(|_| correlation(n)).collect(),
        simulation: SimulationSettings {
            trials: n.next(),
            seed: n.next(),
            sampling: n.one_of(&[
                Sampling::LatinHypercube,
                Sampling::MonteCarlo,
                Sampling::Sobol,
            ]),
            replicates: n.maybe(|n| n.next() as u32),
            repair_correlations: n.below(2) == 0,
            stop: n.maybe(|n| StopRule {
                output: n.text(),
                figure: n.one_of(&StopFigure::ALL),
                tolerance: n.figure(),
            }),
            keep: n.one_of(&[Keep::Samples, Keep::Sketches]),
            bands: (0..n.below(3)).map(|_| n.text()).collect(),
        },
    }
}

fn calendar(n: &mut Numbers) -> Calendar {
    Calendar {
        valuation_date: n.date(),
        start_date: n.date(),
        period_length: n.one_of(&[
            PeriodLength::Year,
            PeriodLength::Quarter,
            PeriodLength::Month,
        ]),
        periods: n.next() as u32,
        opening_period: n.below(2) == 0,
        first_label: n.next() as i32,
        timing: n.one_of(&[Timing::End, Timing::Middle, Timing::Start]),
    }
}

fn conventions(n: &mut Numbers) -> Conventions {
    Conventions {
        discount_rate: n.figure(),
        basis: n.one_of(&[MoneyBasis::Real, MoneyBasis::Nominal]),
        inflation: n.figure(),
        base_date: n.maybe(Numbers::date),
        payback_origin: match n.below(3) {
            0 => PaybackOrigin::FirstSpend,
            1 => PaybackOrigin::FirstProduction,
            _ => PaybackOrigin::DecisionDate { date: n.date() },
        },
        percentile: n.one_of(&[
            PercentileDefinition::Type6,
            PercentileDefinition::Type7,
            PercentileDefinition::Type8,
        ]),
    }
}

fn parameter(n: &mut Numbers) -> Parameter {
    Parameter {
        id: n.id(),
        slot: n.next() as u32,
        key: n.text(),
        label: n.text(),
        unit: n.text(),
        base: if n.below(3) == 0 {
            BaseValue::Series(n.figures())
        } else {
            BaseValue::Number(n.figure())
        },
        uncertainty: n.maybe(|n| Uncertainty {
            form: n.one_of(&[
                DistributionForm::Absolute,
                DistributionForm::Factor,
                DistributionForm::PercentOfBase,
            ]),
            distribution: distribution(n),
            truncation: Truncation {
                min: n.maybe(Numbers::figure),
                max: n.maybe(Numbers::figure),
            },
            draw: n.one_of(&[Draw::Once, Draw::EachPeriod]),
        }),
        source: n.text(),
        note: n.text(),
    }
}

fn table(n: &mut Numbers) -> LookupTable {
    LookupTable {
        id: n.id(),
        key: n.text(),
        label: n.text(),
        unit: n.text(),
        rows: n.figures(),
        columns: n.figures(),
        values: n.figures(),
        clamped: n.below(2) == 0,
        source: n.text(),
    }
}

fn line(n: &mut Numbers) -> Line {
    Line {
        id: n.id(),
        key: n.text(),
        label: n.text(),
        section: n.one_of(&Section::ALL),
        unit: n.text(),
        value: match n.below(3) {
            0 => Value::Number(n.figure()),
            1 => Value::Series(n.figures()),
            _ => Value::Formula(format!("={}", n.text())),
        },
        role: n.maybe(|n| n.one_of(&Role::ALL)),
        output: n.maybe(|n| n.one_of(&[Direction::Gain, Direction::Cost])),
        timing: n.maybe(|n| n.one_of(&[Timing::End, Timing::Middle, Timing::Start])),
        basis: n.maybe(|n| n.one_of(&[MoneyBasis::Real, MoneyBasis::Nominal])),
        source: n.text(),
        note: n.text(),
    }
}

fn correlation(n: &mut Numbers) -> Correlation {
    Correlation {
        a: n.id(),
        b: n.id(),
        rho: n.figure(),
        source: n.text(),
    }
}

/// A small scenario of this name, with short texts.
pub(crate) fn small(number: u64, name: &str) -> Scenario {
    let mut numbers = Numbers(number);
    let mut scenario = random_scenario(number);
    scenario.id = Uuid::from_u64_pair(2, number);
    name.clone_into(&mut scenario.name);
    scenario.notes = "from the study".to_owned();
    scenario.currency = "CAD".to_owned();
    scenario.tables.clear();
    scenario.correlations.clear();
    scenario.parameters = vec![Parameter {
        id: numbers.id(),
        slot: 0,
        key: "gold_price".to_owned(),
        label: "Gold price".to_owned(),
        unit: "USD/oz".to_owned(),
        base: BaseValue::Number(3_100.0),
        uncertainty: Some(Uncertainty::once(
            DistributionForm::Factor,
            Distribution::Discrete {
                values: vec![0.9, 1.0, 1.2],
                weights: vec![0.2, 0.5, 0.3],
            },
        )),
        source: "table 22-1".to_owned(),
        note: String::new(),
    }];
    let line = |section: Section| Line {
        section,
        key: format!("{section:?}"),
        label: section.title().to_owned(),
        unit: "MCAD".to_owned(),
        value: match numbers.below(3) {
            0 => Value::Number(41.25),
            1 => Value::Series(vec![1.5, -2.5, 1.0 / 3.0]),
            _ => Value::Formula("=gold_price * 0.9995".to_owned()),
        },
        source: String::new(),
        note: "as printed".to_owned(),
        ..line(&mut numbers)
    };
    scenario.lines = Section::ALL.map(line).to_vec();
    scenario.items = items::of_every_kind(number);
    scenario
}

/// A run with an absent result, one that never ends, and everything between.
pub(crate) fn run() -> (RunOutcome, Samples) {
    let npv: Vec<f64> = (0..10_000)
        .map(|trial| {
            if trial == 7 {
                f64::NAN
            } else {
                1e6 * f64::from(trial % 997) - 3e8
            }
        })
        .collect();
    let payback: Vec<f64> = (0..10_000)
        .map(|trial| {
            if trial % 100 == 0 {
                f64::INFINITY
            } else {
                2.0 + f64::from(trial % 7)
            }
        })
        .collect();
    let samples = Samples {
        columns: vec![("npv".to_owned(), npv), ("payback".to_owned(), payback)],
    };
    let outcome = RunOutcome {
        settings: RunSettings {
            trials: 10_000,
            seed: 9_007_199_254_740_991,
            sampling: Sampling::LatinHypercube,
            replicates: Some(10),
            ..RunSettings::default()
        },
        replicates: 10,
        stream: 1,
        engine: "0.1.0".to_owned(),
        scenario_sha256: "ab".repeat(32),
        samples_sha256: Some("cd".repeat(32)),
        outputs: samples
            .columns
            .iter()
            .map(|(key, column)| output(key, column))
            .collect(),
        bands: Vec::new(),
        correlations: vec![("gold_price".to_owned(), "grade".to_owned(), 0.5, None)],
        notices: vec!["10 replicates of 1,000".to_owned()],
        correlation_groups: vec![CorrelationMatrices {
            keys: vec!["gold_price".to_owned(), "grade".to_owned()],
            typed: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
            repaired: vec![vec![1.0, 0.5], vec![0.5, 1.0]],
            used: vec![vec![1.0, 0.1 + 0.2], vec![0.1 + 0.2, 1.0]],
            change: vec![vec![0.0, -0.2], vec![-0.2, 0.0]],
            smallest_eigenvalue: 0.5,
            smallest_score_eigenvalue: -1e-300,
        }],
        stopped: None,
    };
    (outcome, samples)
}

fn output(key: &str, column: &[f64]) -> OutputResult {
    OutputResult {
        key: key.to_owned(),
        label: "Net present value".to_owned(),
        unit: "CAD".to_owned(),
        display: Display {
            unit: "MCAD".to_owned(),
            factor: 1e6,
        },
        direction: Direction::Gain,
        base: f64::INFINITY,
        summary: Summary::of(column, &SummaryOptions::default()),
        histogram: Histogram::with_range(-3e8, 7e8, 20),
        ecdf: vec![[-3e8, 0.5], [f64::INFINITY, 1.0]],
        spearman: vec![
            ("gold_price".to_owned(), Some(0.9)),
            ("grade".to_owned(), None),
        ],
        regression: None,
        worst: None,
        first_cause: Some(Cause {
            line: key.to_owned(),
            period: None,
            what: "division by zero".to_owned(),
        }),
        trace: Vec::new(),
        sketch: None,
    }
}

pub(crate) const QUICK: OpenOptions = OpenOptions {
    create: true,
    read_only: false,
    busy_timeout: Duration::from_millis(300),
};

/// A folder that is gone after the test, and the name of a database in it.
pub(crate) fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("mine.db");
    (folder, path)
}

pub(crate) async fn open(path: &Path) -> Store {
    Store::open_file(path, OpenOptions::default())
        .await
        .unwrap()
}

pub(crate) async fn save(
    store: &Store,
    scenario: &Scenario,
    expected_revision: Option<u32>,
) -> Result<Saved, StoreError> {
    let project = project(1);
    store
        .save(Save {
            project: &project,
            scenario,
            expected_revision,
            author: "Ada",
            comment: "",
        })
        .await
}
