//! `db seed`: the sample projects, where they are not there.

use calminer_domain::file;
use calminer_store::Save;
use serde::Serialize;

use super::super::transfer::{author, stored};
use crate::args::DatabaseFlags;
use crate::failure::{FAILED, Failure};
use crate::print;
use crate::source::{self, Use, place};

const SAMPLES: [&str; 2] = [
    include_str!("../../../../../assets/samples/fenn_gib.calminer.json"),
    include_str!("../../../../../assets/samples/ref20.calminer.json"),
];

/// A sample.
#[derive(Debug, Serialize)]
struct Sample {
    scenario: String,
    id: String,
    /// `new_scenario`, or `kept` when it was there, edited or not.
    what: &'static str,
}

/// What `db seed --json` prints.
#[derive(Debug, Serialize)]
struct Seeded {
    database: String,
    seeded: Vec<Sample>,
}

pub(super) async fn run(flags: &DatabaseFlags) -> Result<(), Failure> {
    let store = source::open(flags.database.as_deref(), Use::Create).await?;
    let mut seeded = Vec::with_capacity(SAMPLES.len());
    for text in SAMPLES {
        let sample = file::read(text.as_bytes()).map_err(|error| {
            Failure::new(
                FAILED,
                format!("a sample of this program is broken: {error}"),
            )
        })?;
        let there = stored(&store, &sample).await?;
        if there.is_none() {
            let save = Save {
                project: &sample.project,
                scenario: &sample.scenario,
                expected_revision: None,
                author: &author(),
                comment: "Sample",
            };
            store.save(save).await?;
        }
        seeded.push(Sample {
            scenario: place(&sample.project.name, &sample.scenario.name),
            id: sample.scenario.id.to_string(),
            what: if there.is_none() {
                "new_scenario"
            } else {
                "kept"
            },
        });
    }
    let database = store.target().to_string();
    store.close().await?;
    if flags.json {
        return print::json(&Seeded { database, seeded });
    }
    let lines = seeded.iter().map(|sample| match sample.what {
        "kept" => format!("{} is there and was left as it is\n", sample.scenario),
        _ => format!("new scenario {}\n", sample.scenario),
    });
    print::text(&lines.collect::<String>())
}
