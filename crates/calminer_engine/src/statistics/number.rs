//! Figures in files: infinity means "never" and is written as that word, since JSON has no infinity.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NEVER: &str = "never";

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(String),
}

/// Writes an absent figure or a NaN as null, +infinity as "never".
#[expect(clippy::ref_option, reason = "the signature that serde calls")]
pub(super) fn serialize<S: Serializer>(figure: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    let written = figure.filter(|x| !x.is_nan()).map(|x| {
        if x == f64::INFINITY {
            Written::Word(NEVER.to_owned())
        } else {
            Written::Number(x)
        }
    });
    written.serialize(to)
}

/// Reads what [`serialize`] writes.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::<Written>::deserialize(from)? {
        None => Ok(None),
        Some(Written::Number(x)) => Ok(Some(x)),
        Some(Written::Word(word)) if word == NEVER => Ok(Some(f64::INFINITY)),
        Some(Written::Word(word)) => Err(serde::de::Error::custom(format!(
            "a figure is a number, null or \"never\", not {word:?}"
        ))),
    }
}
