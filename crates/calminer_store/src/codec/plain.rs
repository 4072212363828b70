//! JSON that keeps NaN and the infinities: JSON itself has only `null` for them, and a run is full of figures that do
//! not exist or never end. They are written as marked texts.

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, Error as _, IntoDeserializer, Visitor};
use serde::{Deserializer, Serialize, forward_to_deserialize_any};
use serde_json::{Error, Map, Value};

mod tree;

/// Starts a text that stands for a figure; a real text that starts with it is written with two.
const MARK: char = '\u{fdd1}';

/// The JSON of a value.
pub(crate) fn write<T: Serialize>(value: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(&value.serialize(tree::Tree)?)
}

/// The value of a JSON written by [`write`].
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    T::deserialize(Node(serde_json::from_slice(bytes)?))
}

fn figure(figure: f64) -> Value {
    if figure.is_finite() {
        return Value::from(figure);
    }
    let word = if figure.is_nan() {
        "NaN"
    } else if figure > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    Value::String(format!("{MARK}{word}"))
}

fn text(text: &str) -> Value {
    if text.starts_with(MARK) {
        Value::String(format!("{MARK}{text}"))
    } else {
        Value::from(text)
    }
}

/// A JSON value that is read with its marks understood.
struct Node(Value);

impl IntoDeserializer<'_, Error> for Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// The name of a field, or the key of a map, which may be a whole number there.
struct Key(String);

impl IntoDeserializer<'_, Error> for Key {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_keys {
    ($($method:ident: $visit:ident),+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit(self.0.parse().map_err(Error::custom)?)
        })+
    };
}

impl<'de> Deserializer<'de> for Key {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(self.0)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(StrDeserializer::<Error>::new(&self.0))
    }

    whole_keys! {
        deserialize_i8: visit_i8, deserialize_i16: visit_i16, deserialize_i32: visit_i32, deserialize_i64: visit_i64,
        deserialize_u8: visit_u8, deserialize_u16: visit_u16, deserialize_u32: visit_u32, deserialize_u64: visit_u64
    }

    forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

type Fields = MapDeserializer<'static, Box<dyn Iterator<Item = (Key, Node)>>, Error>;

fn fields(map: Map<String, Value>) -> Fields {
    MapDeserializer::new(Box::new(
        map.into_iter()
            .map(|(name, value)| (Key(name), Node(value))),
    ))
}

impl<'de> Deserializer<'de> for Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(text) => match text.strip_prefix(MARK) {
                Some("NaN") => visitor.visit_f64(f64::NAN),
                Some("inf") => visitor.visit_f64(f64::INFINITY),
                Some("-inf") => visitor.visit_f64(f64::NEG_INFINITY),
                Some(rest) => visitor.visit_string(rest.to_owned()),
                None => visitor.visit_string(text),
            },
            Value::Array(items) => {
                let mut items = SeqDeserializer::new(items.into_iter().map(Node));
                let value = visitor.visit_seq(&mut items)?;
                items.end()?;
                Ok(value)
            }
            Value::Object(map) => visitor.visit_map(fields(map)),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.0 {
            Value::String(variant) => visitor.visit_enum(StrDeserializer::<Error>::new(&variant)),
            Value::Object(map) => visitor.visit_enum(MapAccessDeserializer::new(fields(map))),
            other => other.deserialize_enum(name, variants, visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Unit,
        New(f64),
        Tuple(i32, f64),
        Struct { low: f64 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "kind")]
    enum Tagged {
        One { figure: f64 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Untagged {
        Scalar(f64),
        Series(Vec<f64>),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        figures: Vec<f64>,
        optional: [Option<f64>; 2],
        pair: (String, i64, u64),
        kinds: Vec<Kind>,
        tagged: Tagged,
        untagged: Vec<Untagged>,
        unit: (),
        map: std::collections::BTreeMap<u8, f64>,
        texts: Vec<String>,
        flag: bool,
    }

    #[test]
    fn every_shape_and_figure_comes_back() {
        let all = All {
            figures: vec![0.1, f64::INFINITY, f64::NEG_INFINITY, 1e300, 5.0],
            optional: [None, Some(f64::INFINITY)],
            pair: ("NaN".to_owned(), i64::MIN, u64::MAX),
            kinds: vec![
                Kind::Unit,
                Kind::New(f64::INFINITY),
                Kind::Tuple(-1, 2.5),
                Kind::Struct { low: f64::INFINITY },
            ],
            tagged: Tagged::One {
                figure: f64::NEG_INFINITY,
            },
            untagged: vec![
                Untagged::Scalar(f64::INFINITY),
                Untagged::Series(vec![f64::INFINITY, 1.0]),
            ],
            unit: (),
            map: [(5, f64::INFINITY), (95, 1.0)].into(),
            texts: ["", "inf", "\u{fdd1}inf", "\u{fdd1}", "a\0\u{202e}\u{1f600}"]
                .map(str::to_owned)
                .to_vec(),
            flag: true,
        };
        let back: All = read(&write(&all).unwrap()).unwrap();
        assert_eq!(back, all);
    }

    #[test]
    fn an_absent_figure_is_not_a_missing_one() {
        let both = [Some(f64::NAN), None, Some(-0.0)];
        let back: [Option<f64>; 3] = read(&write(&both).unwrap()).unwrap();
        assert!(back[0].is_some_and(f64::is_nan));
        assert_eq!(back[1], None);
        assert_eq!(back[2].map(f64::to_bits), Some((-0.0_f64).to_bits()));
    }

    #[test]
    fn broken_bytes_are_an_error() {
        assert!(read::<All>(b"{").is_err());
        assert!(read::<Vec<f64>>(b"[1, \"x\"]").is_err());
    }
}
