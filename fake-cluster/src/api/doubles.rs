//! JSON and YAML whose objects name a member twice: the last one counts, and the client is told.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::cause::quote;

/// What was given more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Doubles {
    /// In JSON: the paths, such as `spec.ports[0].name`, in order.
    pub(super) paths: Vec<String>,
    /// In YAML: what is said of the first one.
    pub(super) line: Option<String>,
}

impl Doubles {
    /// The warnings about doubled and `unknown` fields. What is unknown is not looked into.
    pub(super) fn warnings(&self, unknown: &[String]) -> Vec<String> {
        self.line.iter().cloned().chain(self.fields(unknown)).collect()
    }

    /// The same as one strict decoding error.
    pub(super) fn error(&self, unknown: &[String]) -> String {
        let line = self.line.iter().map(|line| format!("yaml: unmarshal errors:\n  {line}"));
        line.chain(self.fields(unknown)).collect::<Vec<_>>().join(", ")
    }

    fn fields(&self, unknown: &[String]) -> impl Iterator<Item = String> {
        let said = |what: &str, path: &str| format!("{what} field {}", quote(path));
        let known = |path: &str| {
            let around = path.char_indices().filter(|(_, c)| matches!(c, '.' | '[')).map(|(at, _)| at);
            let mut outer = around.chain([path.len()]).filter_map(|end| path.get(..end));
            !outer.any(|outer| unknown.contains(&said("unknown", outer)))
        };
        let doubled: Vec<_> =
            self.paths.iter().filter(|path| known(path)).map(|path| said("duplicate", path)).collect();
        doubled.into_iter().chain(unknown.iter().cloned())
    }
}

/// Reads YAML. Of several members that were given twice only the first is told.
pub(super) fn read_yaml(text: &[u8]) -> Result<(Value, Doubles), String> {
    let said = |error: serde_saphyr::Error| format!("yaml: {}", error.without_snippet());
    let error = match serde_saphyr::from_slice(text) {
        Ok(value) => return Ok((value, Doubles::default())),
        Err(error) => error,
    };
    let serde_saphyr::Error::DuplicateMappingKey { key, location } = error.without_snippet() else {
        return Err(said(error));
    };
    let key = quote(key.as_deref().unwrap_or_default());
    let line = format!("line {}: key {key} already set in map", location.line());
    let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins };
    let value = serde_saphyr::from_slice_with_options(text, options).map_err(said)?;
    Ok((value, Doubles { line: Some(line), paths: Vec::new() }))
}

/// Reads JSON. Returns the paths of members that were given more than once, in order.
pub(super) fn read(text: &[u8]) -> Result<(Value, Vec<String>), serde_json::Error> {
    let mut doubles = Vec::new();
    let mut from = serde_json::Deserializer::from_slice(text);
    let value = Reader { place: None, doubles: &mut doubles }.deserialize(&mut from)?;
    from.end()?;
    Ok((value, doubles))
}

/// Where a value stands; the chain lives on the stack and is spelled out only when it is needed.
#[derive(Clone, Copy)]
struct Place<'a> {
    around: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Item(usize),
}

struct Reader<'a, 'b> {
    place: Option<&'a Place<'a>>,
    doubles: &'b mut Vec<String>,
}

impl Place<'_> {
    fn spell(&self, out: &mut String) {
        if let Some(around) = self.around {
            around.spell(out);
        }
        match self.step {
            Step::Item(index) => out.push_str(&format!("[{index}]")),
            Step::Member(name) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(name);
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let place = Place { around: self.place, step: Step::Item(items.len()) };
            match from.next_element_seed(Reader { place: Some(&place), doubles: self.doubles })? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let place = Place { around: self.place, step: Step::Member(&name) };
            if members.contains_key(&name) {
                let mut path = String::new();
                place.spell(&mut path);
                if !self.doubles.contains(&path) {
                    self.doubles.push(path);
                }
            }
            let value = from.next_value_seed(Reader { place: Some(&place), doubles: self.doubles })?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::{Doubles, read, read_yaml};

    #[test]
    fn members_given_twice_are_named_and_the_last_counts() {
        let text = br#"{"a":[{"b":1,"b":{"c":2,"c":3}}],"d":1.5,"e":null,"d":-2,"d":"x"}"#;
        let (value, doubles) = read(text).unwrap();
        assert_eq!(value, serde_json::json!({"a": [{"b": {"c": 3}}], "d": "x", "e": null}));
        assert_eq!(doubles, ["a[0].b", "a[0].b.c", "d"]);
    }

    #[test]
    fn unknown_members_are_not_looked_into() {
        let doubles = Doubles { paths: vec!["a.b".into(), "x".into(), "x.y[0].z".into(), "xx".into()], line: None };
        let unknown = ["unknown field \"x\"".to_owned()];
        let told = ["duplicate field \"a.b\"", "duplicate field \"xx\"", "unknown field \"x\""];
        assert_eq!(doubles.warnings(&unknown), told);
        assert_eq!(doubles.error(&unknown), told.join(", "));
    }

    #[test]
    fn yaml_may_name_a_key_twice() {
        let (value, doubles) = read_yaml(b"a: 1\nb:\n  c: 1\n  c: 2\n").unwrap();
        assert_eq!(value, serde_json::json!({"a": 1, "b": {"c": 2}}));
        assert_eq!(doubles.warnings(&[]), ["line 4: key \"c\" already set in map"]);
        assert_eq!(doubles.error(&[]), "yaml: unmarshal errors:\n  line 4: key \"c\" already set in map");
        assert!(read_yaml(b"a: [").is_err());
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        for text in ["", "{", "{} x", "[1,]", "{\"a\"}"] {
            assert!(read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
