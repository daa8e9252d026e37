//! Fields of an object that was decoded, with what Go calls their zero values; knows no kinds.
use serde_json::Value;

static NULL: Value = Value::Null;

/// Reads fields. Whatever has another type than asked for counts as absent.
pub(crate) trait Read {
    /// The field, when it is set.
    fn sub(&self, key: &str) -> Option<&Value>;
    /// The field, or null.
    fn get_or_null(&self, key: &str) -> &Value;
    fn string(&self, key: &str) -> Option<&str>;
    /// The text, or nothing.
    fn text(&self, key: &str) -> &str {
        self.string(key).unwrap_or_default()
    }
    fn number(&self, key: &str) -> Option<i64>;
    /// The number, or zero.
    fn int(&self, key: &str) -> i64 {
        self.number(key).unwrap_or_default()
    }
    fn boolean(&self, key: &str) -> Option<bool>;
    /// The flag, or false.
    fn flag(&self, key: &str) -> bool {
        self.boolean(key).unwrap_or_default()
    }
    /// The items of a list.
    fn items(&self, key: &str) -> &[Value];
    /// The strings of a list.
    fn strings(&self, key: &str) -> impl Iterator<Item = &str> {
        self.items(key).iter().filter_map(Value::as_str)
    }
    /// The entries of a map.
    fn entries(&self, key: &str) -> impl Iterator<Item = (&str, &Value)>;
    fn has(&self, key: &str) -> bool {
        self.sub(key).is_some()
    }
}

impl Read for Value {
    fn sub(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| !value.is_null())
    }

    fn get_or_null(&self, key: &str) -> &Value {
        self.get(key).unwrap_or(&NULL)
    }

    fn string(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.get(key)?.as_i64()
    }

    fn boolean(&self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    fn items(&self, key: &str) -> &[Value] {
        self.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    fn entries(&self, key: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.get(key).and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }
}

/// Whether two fields are the same; what is absent equals what is empty.
pub(crate) fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    fn is_empty(value: Option<&Value>) -> bool {
        match value {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(fields)) => fields.is_empty(),
            Some(_) => false,
        }
    }
    left == right || (is_empty(left) && is_empty(right))
}
