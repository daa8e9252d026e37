//! The columns and cells of custom resources, as their definition says. Knows nothing of requests.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::age;
use super::columns::{self, Column};
use super::jsonpath::Path;

/// The columns of one version of a definition, name first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) shown: Vec<Column>,
    paths: Vec<Path>,
}

impl Columns {
    /// Reads the columns of a version. Where one has a path that cannot be read, it and those after it are left out.
    pub(super) fn of(definition: &Value, version: &str) -> Self {
        let mut versions = definition["spec"]["versions"].as_array().into_iter().flatten();
        let declared = versions.find(|entry| entry["name"] == version).map(|entry| &entry["additionalPrinterColumns"]);
        let declared = declared.and_then(Value::as_array).filter(|columns| !columns.is_empty());
        let age = [age_column()];
        Self::read(declared.map_or(age.as_slice(), Vec::as_slice))
    }

    /// The columns of a scale.
    pub(super) fn of_scale() -> Self {
        let count = |name: &str, of: &str, path: &str| {
            let description = format!("Number of {of} replicas");
            json!({"name": name, "type": "integer", "description": description, "jsonPath": path})
        };
        let desired = count("Desired", "desired", ".spec.replicas");
        Self::read(&[desired, count("Available", "actual", ".status.replicas"), age_column()])
    }

    fn read(declared: &[Value]) -> Self {
        let name = Column {
            name: "Name".into(),
            of: "string".into(),
            format: "name".into(),
            description: columns::described("Name"),
            priority: 0,
        };
        let mut columns = Self { shown: vec![name], paths: Vec::new() };
        for column in declared {
            let text = |field: &str| column[field].as_str().unwrap_or_default().to_owned();
            let path = text("jsonPath");
            let Ok(parsed) = Path::parse(&path) else { break };
            let description = match text("description") {
                none if none.is_empty() => {
                    format!("Custom resource definition column (in JSONPath format): {path}")
                }
                description => description,
            };
            let priority = column["priority"].as_i64().unwrap_or_default();
            let shown = Column { name: text("name"), of: text("type"), format: text("format"), description, priority };
            columns.shown.push(shown);
            columns.paths.push(parsed);
        }
        columns
    }

    /// The cells of an object.
    pub(super) fn cells(&self, object: &Value, now: Timestamp) -> Vec<Value> {
        let name = json!(object["metadata"]["name"].as_str().unwrap_or_default());
        let declared = self.shown.iter().skip(1).zip(&self.paths);
        let cells = declared.map(|(column, path)| match path.first(object) {
            Some(value) => cell(&column.of, &value, now),
            None => Value::Null,
        });
        std::iter::once(name).chain(cells).collect()
    }
}

fn age_column() -> Value {
    json!({
        "name": "Age", "type": "date", "description": columns::described("Age"),
        "jsonPath": ".metadata.creationTimestamp",
    })
}

/// A value in a column of this type; nothing if it does not fit.
fn cell(of: &str, value: &Value, now: Timestamp) -> Value {
    match (of, value) {
        ("string", Value::Null) => json!("<no value>"),
        ("string", Value::Number(number)) => json!(printed(number)),
        ("string", Value::String(text)) => json!(text),
        ("string", Value::Bool(truth)) => json!(truth.to_string()),
        // Go's encoder escapes what HTML would take for markup.
        ("string", other) => {
            let text = other.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
            json!(text)
        }
        ("integer", Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => json!(whole),
            #[expect(clippy::cast_possible_truncation, reason = "the fraction is what goes")]
            (None, Some(float)) => json!(float as i64),
            _ => Value::Null,
        },
        ("number", Value::Number(number)) => match number.as_f64() {
            // A whole number is written without a fraction.
            #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => json!(float as i64),
            Some(float) => json!(float),
            None => Value::Null,
        },
        ("boolean", Value::Bool(_)) => value.clone(),
        ("date", Value::String(text)) => match text.parse::<Timestamp>() {
            Ok(_) => json!(age::since(now, text)),
            Err(_) if matches!(text.as_str(), "" | "null") => json!(age::UNKNOWN),
            Err(_) => json!("<invalid>"),
        },
        _ => Value::Null,
    }
}

/// A number as Go prints it.
fn printed(number: &serde_json::Number) -> String {
    let Some(float) = number.as_f64().filter(|_| !number.is_i64() && !number.is_u64()) else {
        return number.to_string();
    };
    let size = float.abs();
    if size != 0.0 && !(1e-4..1e21).contains(&size) {
        let text = format!("{float:e}");
        let Some((digits, power)) = text.split_once('e') else { return text };
        let (sign, power) = power.strip_prefix('-').map_or(('+', power), |power| ('-', power));
        return format!("{digits}e{sign}{power:0>2}");
    }
    float.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definition(columns: Value) -> Value {
        json!({"spec": {"versions": [{"name": "v1", "additionalPrinterColumns": columns}]}})
    }

    fn at_noon() -> Timestamp {
        "2026-01-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn without_columns_the_age_is_shown() {
        let columns = Columns::of(&definition(json!([])), "v1");
        let names: Vec<&str> = columns.shown.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Name", "Age"]);
        let object = json!({"metadata": {"name": "a", "creationTimestamp": "2026-01-01T11:57:00Z"}});
        assert_eq!(columns.cells(&object, at_noon()), [json!("a"), json!("3m")]);
    }

    #[test]
    fn a_column_that_cannot_be_read_ends_the_table() {
        let column = |path: &str| json!({"name": path, "type": "string", "jsonPath": path});
        let columns = Columns::of(&definition(json!([column(".a"), column(".b["), column(".c")])), "v1");
        assert_eq!(columns.shown.len(), 2);
    }

    #[test]
    fn values_become_cells_of_the_type_of_their_column() {
        let now = at_noon();
        for (of, value, shown) in [
            ("string", json!("x"), json!("x")),
            ("string", json!(3), json!("3")),
            ("string", json!(1.5), json!("1.5")),
            ("string", json!(1e21), json!("1e+21")),
            ("string", json!(true), json!("true")),
            ("string", json!({"b": 1, "a": "<"}), json!(r#"{"a":"\u003c","b":1}"#)),
            ("integer", json!(3.7), json!(3)),
            ("integer", json!("3"), json!(null)),
            ("number", json!(3), json!(3)),
            ("number", json!(3.25), json!(3.25)),
            ("boolean", json!(false), json!(false)),
            ("boolean", json!("false"), json!(null)),
            ("date", json!("2026-01-01T11:59:00Z"), json!("60s")),
            ("date", json!("yesterday"), json!("<invalid>")),
            ("date", json!(5), json!(null)),
        ] {
            assert_eq!(cell(of, &value, now), shown, "{of} {value}");
        }
    }
}
