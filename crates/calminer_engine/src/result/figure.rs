//! Figures in files: JSON knows neither NaN nor infinity, so an absent figure is null and +infinity the word "never".

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NEVER: &str = "never";

/// A figure as it is written.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(String),
}

fn written(figure: f64) -> Option<Written> {
    if figure == f64::INFINITY {
        Some(Written::Word(NEVER.to_owned()))
    } else {
        figure.is_finite().then_some(Written::Number(figure))
    }
}

fn read<E: serde::de::Error>(written: Option<Written>) -> Result<f64, E> {
    match written {
        None => Ok(f64::NAN),
        Some(Written::Number(figure)) => Ok(figure),
        Some(Written::Word(word)) if word == NEVER => Ok(f64::INFINITY),
        Some(Written::Word(word)) => Err(E::custom(format!(
            "a figure is a number, null or \"never\", not {word:?}"
        ))),
    }
}

/// One figure.
pub(crate) mod one {
    use super::{Deserialize as _, Deserializer, Serialize as _, Serializer, read, written};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde calls"
    )]
    pub(crate) fn serialize<S: Serializer>(figure: &f64, to: S) -> Result<S::Ok, S::Error> {
        written(*figure).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        read(Option::deserialize(from)?)
    }
}

/// A row of figures.
pub(super) mod row {
    use super::{Deserialize, Deserializer, Serialize, Serializer, Written, read, written};

    pub(in super::super) fn serialize<S: Serializer>(
        row: &[f64],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(row.iter().map(|figure| written(*figure)))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<f64>, D::Error> {
        let row = Vec::<Option<Written>>::deserialize(from)?;
        row.into_iter().map(read).collect()
    }

    /// Rows of six.
    pub(in super::super) mod six {
        use super::{
            Deserialize as _, Deserializer, Serialize as _, Serializer, Written, read, written,
        };

        pub(in super::super::super) fn serialize<S: Serializer>(
            rows: &[[f64; 6]],
            to: S,
        ) -> Result<S::Ok, S::Error> {
            let written: Vec<[Option<Written>; 6]> =
                rows.iter().map(|row| row.map(written)).collect();
            written.serialize(to)
        }

        pub(in super::super::super) fn deserialize<'de, D: Deserializer<'de>>(
            from: D,
        ) -> Result<Vec<[f64; 6]>, D::Error> {
            let rows = Vec::<[Option<Written>; 6]>::deserialize(from)?;
            let figures = |row: [Option<Written>; 6]| {
                let mut figures = [0.0; 6];
                for (figure, written) in figures.iter_mut().zip(row) {
                    *figure = read(written)?;
                }
                Ok(figures)
            };
            rows.into_iter().map(figures).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::result::{Band, Display, LineValues};

    #[test]
    fn absent_and_never_come_back_from_a_file() {
        let series = LineValues::Series(vec![1.5, f64::NAN, f64::INFINITY]);
        let text = serde_json::to_string(&series).unwrap();
        assert_eq!(text, "[1.5,null,\"never\"]");
        let LineValues::Series(back) = serde_json::from_str(&text).unwrap() else {
            panic!("a row")
        };
        assert!(back[0] == 1.5 && back[1].is_nan() && back[2] == f64::INFINITY);
        let text = serde_json::to_string(&LineValues::Scalar(f64::NAN)).unwrap();
        assert_eq!(text, "null");
        let LineValues::Scalar(back) = serde_json::from_str(&text).unwrap() else {
            panic!("one figure")
        };
        assert!(back.is_nan());
        assert!(serde_json::from_str::<LineValues>("\"soon\"").is_err());
    }

    #[test]
    fn a_band_with_absent_figures_comes_back() {
        let display = Display {
            unit: "MUSD".to_owned(),
            factor: 1e6,
        };
        let band = Band {
            key: "net".to_owned(),
            label: "Net".to_owned(),
            unit: "USD".to_owned(),
            display,
            percentiles: vec![[f64::NAN; 6], [1.0, 2.0, 3.0, 4.0, 5.0, 3.0]],
        };
        let text = serde_json::to_string(&band).unwrap();
        let back: Band = serde_json::from_str(&text).unwrap();
        assert!(back.percentiles[0].iter().all(|figure| figure.is_nan()));
        assert_eq!(back.percentiles[1], band.percentiles[1]);
    }
}
