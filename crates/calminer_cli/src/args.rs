//! The words of the command line.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use calminer_domain::Sampling;
use calminer_domain::scenario::{MAX_SEED, MAX_TRIALS};
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
            Self::Import(flags) => flags.json,
            Self::Export(flags) => flags.json,
            Self::Db(Database { action }) => match action {
                DatabaseAction::Status(flags)
                | DatabaseAction::Doctor(flags)
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
    /// The database file; without it DATABASE_URL, else the local database
    #[arg(long, value_name = "FILE")]
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
}

impl From<SamplingName> for Sampling {
    fn from(name: SamplingName) -> Self {
        match name {
            SamplingName::Lhs => Self::LatinHypercube,
            SamplingName::Mc => Self::MonteCarlo,
        }
    }
}

/// Flags of `simulate`.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Number of trials; without it the scenario's own
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_TRIALS))]
    pub(crate) trials: Option<u64>,
    /// Seed, 0 to 9007199254740991; without it the scenario's own
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=MAX_SEED))]
    pub(crate) seed: Option<u64>,
    /// Sampler
    #[arg(long, value_name = "NAME")]
    pub(crate) sampling: Option<SamplingName>,
    /// Independent replicates
    #[arg(long, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replicates: Option<u32>,
    /// Where the correlation matrix is impossible, use the nearest possible one and show it
    #[arg(long)]
    pub(crate) repair_correlations: bool,
    /// Threads; without it all cores
    #[arg(long, value_name = "T")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Keep the run in the database
    #[arg(long)]
    pub(crate) save: bool,
    /// Write the samples as CSV; an older .csv file is replaced
    #[arg(long, value_name = "FILE")]
    pub(crate) samples: Option<PathBuf>,
    /// Show one trial, counted from 1: its inputs and its cash-flow table
    #[arg(long, value_name = "I", value_parser = clap::value_parser!(u64).range(1..), conflicts_with_all = ["save", "samples"])]
    pub(crate) trial: Option<u64>,
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
    /// The database file; without it DATABASE_URL, else the local database
    #[arg(long, value_name = "FILE")]
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
    /// What is in it, and whether it can be written
    Status(DatabaseFlags),
    /// Check every page, document and run
    Doctor(DatabaseFlags),
    /// Write a whole copy to a new file
    Backup {
        /// The new file
        #[arg(value_name = "COPY")]
        to: PathBuf,
        #[command(flatten)]
        flags: DatabaseFlags,
    },
}

/// Flags that all of `db` take.
#[derive(Debug, Args)]
pub(crate) struct DatabaseFlags {
    /// The database file; without it DATABASE_URL, else the local database
    #[arg(long, value_name = "FILE")]
    pub(crate) database: Option<OsString>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
