//! The words of the command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use calminer_domain::scenario::{MAX_SEED, MAX_TRIALS};
use calminer_domain::{Keep, Sampling};
use calminer_engine::result::RunSettings;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Mine project valuation under uncertainty, without a window.
#[derive(Debug, Parser)]
#[command(name = "calminer-cli", version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Base case: key figures and the cash-flow table
    Evaluate(Evaluate),
    /// Run a simulation and print its statistics
    Simulate(Simulate),
    /// Which input matters: tornado, spider, rank correlation, regression, tail, variance
    Sensitivity(Sensitivity),
    /// Bring the parts of a run together: the same bits as one run
    Merge(Merge),
    /// Repeat the run of a passport and say whether every figure is the same
    Verify(Verify),
    /// Bring scenario files into the database
    Import(Import),
    /// Write a scenario to a file
    Export(Export),
    /// Look after a database
    Db(Database),
}

impl Command {
    /// Whether the result is printed as JSON, and with it the issues of a scenario that cannot be computed.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Evaluate(flags) => flags.json,
            Self::Simulate(flags) => flags.json,
            Self::Sensitivity(flags) => flags.json,
            Self::Merge(flags) => flags.json,
            Self::Verify(flags) => flags.json,
            Self::Import(flags) => flags.json,
            Self::Export(flags) => flags.json,
            Self::Db(Database { action }) => match action {
                DatabaseAction::Status(flags)
                | DatabaseAction::Seed(flags)
                | DatabaseAction::Doctor(flags)
                | DatabaseAction::Migrate { flags, .. }
                | DatabaseAction::Restore { flags, .. }
                | DatabaseAction::Backup { flags, .. } => flags.json,
            },
        }
    }
}

/// Where a scenario comes from.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// A scenario file, or PROJECT/SCENARIO in the database (a / in a name is written %2F)
    #[arg(value_name = "SCENARIO")]
    pub(crate) scenario: OsString,
    /// A database file or postgresql://USER@HOST/NAME; else DATABASE_URL, DATABASE_DRIVER ..., the local file
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) database: Option<OsString>,
}

/// Flags of `evaluate`.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Explain a line: its formula and the figures it is made of
    #[arg(long, value_name = "LINE")]
    pub(crate) explain: Option<String>,
    /// The period to explain, by its label
    #[arg(
        long,
        value_name = "K",
        requires = "explain",
        allow_hyphen_values = true
    )]
    pub(crate) period: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Samplers by their short names.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SamplingName {
    /// Latin hypercube
    Lhs,
    /// Plain Monte Carlo
    Mc,
    /// Scrambled Sobol
    Sobol,
}

impl From<SamplingName> for Sampling {
    fn from(name: SamplingName) -> Self {
        match name {
            SamplingName::Lhs => Self::LatinHypercube,
            SamplingName::Mc => Self::MonteCarlo,
            SamplingName::Sobol => Self::Sobol,
        }
    }
}

/// What a run keeps, by its short names.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum KeepName {
    /// The samples of each output
    Samples,
    /// Counts in fine bins
    Sketches,
}

impl From<KeepName> for Keep {
    fn from(name: KeepName) -> Self {
        match name {
            KeepName::Samples => Self::Samples,
            KeepName::Sketches => Self::Sketches,
        }
    }
}

/// How trials are drawn; a flag goes before the scenario's own setting.
#[derive(Debug, Args)]
pub(crate) struct Drawing {
    /// Number of trials, in an analysis of the variance of samples
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_TRIALS))]
    pub(crate) trials: Option<u64>,
    /// Seed, 0 to 9007199254740991; without it the scenario's own
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=MAX_SEED))]
    pub(crate) seed: Option<u64>,
    /// Sampler of a run
    #[arg(long, value_name = "NAME")]
    pub(crate) sampling: Option<SamplingName>,
    /// Where the correlation matrix is impossible, use the nearest possible one and show it
    #[arg(long)]
    pub(crate) repair_correlations: bool,
    /// Threads; without it all cores
    #[arg(long, value_name = "T")]
    pub(crate) threads: Option<NonZeroUsize>,
}

impl Drawing {
    /// The settings with what was typed.
    pub(crate) fn over(&self, own: RunSettings) -> RunSettings {
        RunSettings {
            trials: self.trials.unwrap_or(own.trials),
            seed: self.seed.unwrap_or(own.seed),
            sampling: self.sampling.map_or(own.sampling, Into::into),
            repair_correlations: self.repair_correlations || own.repair_correlations,
            ..own
        }
    }
}

/// Flags of `simulate`.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) drawing: Drawing,
    /// Independent replicates
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replicates: Option<u32>,
    /// Keep the run in the database
    #[arg(long)]
    pub(crate) save: bool,
    /// Write the samples to a .csv or .parquet file; an older one is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// Write a passport, with which `verify` repeats the run; an older one is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) passport: Option<PathBuf>,
    /// End early once a figure is known: OUTPUT:FIGURE:TOLERANCE, as npv:p10:1%
    #[arg(long, value_name = "RULE")]
    pub(crate) stop: Option<String>,
    /// What is kept: samples, or sketches of constant size for any number of trials
    #[arg(long, value_name = "WHAT")]
    pub(crate) keep: Option<KeepName>,
    /// Keep the spread of this line period by period; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) band: Vec<String>,
    /// Run part K of N alone, counted from 1, for `merge`
    #[arg(long, value_name = "K/N", requires = "out", conflicts_with_all = ["save", "samples", "trial", "passport", "stop"])]
    pub(crate) shard: Option<String>,
    /// The file that the part goes to
    #[arg(long, value_name = "PART", requires = "shard")]
    pub(crate) out: Option<PathBuf>,
    /// Show one trial, counted from 1: its inputs and its cash-flow table
    #[arg(long, value_name = "I", value_parser = clap::value_parser!(u64).range(1..), conflicts_with_all = ["save", "samples"])]
    pub(crate) trial: Option<u64>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Ways to see which input matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Each input alone at two ends, all else at base
    #[default]
    Tornado,
    /// Each input alone through a series of points
    Spider,
    /// Rank correlation with the output, and contribution to variance by its square
    Rank,
    /// Standardized regression coefficients with R2
    Regression,
    /// What the worst trials have in common
    Tail,
    /// Sobol indices where inputs are independent, Shapley effects where they are not
    Variance,
    /// First-order and total Sobol indices; refused where inputs are correlated
    Sobol,
    /// Shapley effects
    Shapley,
}

impl Method {
    /// The word in JSON.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Tornado => "tornado",
            Self::Spider => "spider",
            Self::Rank => "rank",
            Self::Regression => "regression",
            Self::Tail => "tail",
            Self::Variance => "variance",
            Self::Sobol => "sobol",
            Self::Shapley => "shapley",
        }
    }

    /// What stands above the tables.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Tornado => "tornado",
            Self::Spider => "spider",
            Self::Rank => "rank correlation and contribution to variance",
            Self::Regression => "regression",
            Self::Tail => "what the worst trials have in common",
            Self::Variance | Self::Sobol | Self::Shapley => "where the variance comes from",
        }
    }
}

/// Flags of `sensitivity`.
#[derive(Debug, Args)]
pub(crate) struct Sensitivity {
    #[command(flatten)]
    pub(crate) source: Source,
    /// How to look
    #[arg(long, value_name = "NAME", default_value = "tornado")]
    pub(crate) method: Method,
    /// The table that studies print: NPV and IRR at changes of price, grade, recovery, exchange rate and costs, NPV by rate
    #[arg(long, conflicts_with_all = ["method", "range", "also", "output", "tail", "group", "trials", "seed"])]
    pub(crate) standard: bool,
    /// Ends of tornado and spider: P10:P90 for percentiles, 20% for a change of the base value
    #[arg(long, value_name = "RANGE")]
    pub(crate) range: Option<String>,
    /// A certain parameter that tornado and spider move too; may be repeated
    #[arg(long, value_name = "KEY")]
    pub(crate) also: Vec<String>,
    /// One output alone
    #[arg(long, value_name = "KEY")]
    pub(crate) output: Option<String>,
    /// Share of the trials from the bad end, for the tail; 5% without it
    #[arg(long, value_name = "SHARE")]
    pub(crate) tail: Option<String>,
    /// Inputs looked at as one in an analysis of the variance: NAME=KEY,KEY; may be repeated
    #[arg(long, value_name = "NAME=KEYS")]
    pub(crate) group: Vec<String>,
    #[command(flatten)]
    pub(crate) drawing: Drawing,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `merge`.
#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// All files that `simulate --shard K/N --out PART` wrote, in any order
    #[arg(value_name = "PART", required = true)]
    pub(crate) parts: Vec<PathBuf>,
    /// Keep the run with its scenario in the database
    #[arg(long)]
    pub(crate) save: bool,
    /// A database file or postgresql://USER@HOST/NAME; else DATABASE_URL, DATABASE_DRIVER ..., the local file
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) database: Option<OsString>,
    /// Write the samples to a .csv or .parquet file; an older one is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// Threads; without it all cores
    #[arg(long, value_name = "T")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// A file that `simulate --passport` or the window wrote
    #[arg(value_name = "PASSPORT")]
    pub(crate) passport: PathBuf,
    /// Threads; without it all cores
    #[arg(long, value_name = "T")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Scenario files
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// A database file or postgresql://USER@HOST/NAME; else DATABASE_URL, DATABASE_DRIVER ..., the local file
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) database: Option<OsString>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) source: Source,
    /// The file to write; .calminer is added to a name without it
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Flags of `db`.
#[derive(Debug, Args)]
pub(crate) struct Database {
    #[command(subcommand)]
    pub(crate) action: DatabaseAction,
}

/// What to do with a database.
#[derive(Debug, Subcommand)]
pub(crate) enum DatabaseAction {
    /// What is in it, whether it can be written, and where its schema stands
    Status(DatabaseFlags),
    /// Bring its tables to this version: on a server all steps or none, a file after a copy of it
    Migrate {
        /// Say which steps it takes, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        flags: DatabaseFlags,
    },
    /// Put the sample projects in where they are not there; what was edited stays
    Seed(DatabaseFlags),
    /// Check every page, document and run
    Doctor(DatabaseFlags),
    /// Write everything into one new SQLite file, also from a server
    Backup {
        /// The new file
        #[arg(value_name = "FILE")]
        to: PathBuf,
        #[command(flatten)]
        flags: DatabaseFlags,
    },
    /// Put a backup in place of everything that is in the database
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        from: PathBuf,
        /// Replace what is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        flags: DatabaseFlags,
    },
}

/// Flags that all of `db` take.
#[derive(Debug, Args)]
pub(crate) struct DatabaseFlags {
    /// A database file or postgresql://USER@HOST/NAME; else DATABASE_URL, DATABASE_DRIVER ..., the local file
    #[arg(long, value_name = "FILE|URL")]
    pub(crate) database: Option<OsString>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
