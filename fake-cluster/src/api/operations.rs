//! The operations of a JSON patch, with the habits of the library that the real server uses (`evanphx/json-patch` v4):
//! what is absent from an object reads as null, and indices may count from the end.
//!
//! Pure functions over [`Value`]; knows nothing of requests.

use serde_json::Value;

/// One operation, not yet checked: Go's library finds most faults only when it applies it.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    kind: String,
    path: Option<String>,
    from: Option<String>,
    value: Value,
}

/// Why a patch cannot be read.
pub(super) type Unreadable = String;

/// An operation that does not apply; the real server does not say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DoesNotApply;

/// The members of an operation.
const MEMBERS: [&str; 4] = ["op", "path", "from", "value"];

/// What a strict reader complains of in the operations of a patch; `doubles` are the members given twice.
pub(super) fn complaints(operations: &[Value], doubles: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for (index, operation) in operations.iter().enumerate() {
        let of = |what: &str, member: &str| format!("json patch {what} field \"[{index}].{member}\"");
        let doubled = MEMBERS.iter().filter(|member| doubles.contains(&format!("[{index}].{member}")));
        all.extend(doubled.map(|member| of("duplicate", member)));
        let given = operation.as_object().into_iter().flat_map(|members| members.keys());
        all.extend(given.filter(|member| !MEMBERS.contains(&member.as_str())).map(|member| of("unknown", member)));
    }
    all
}

impl Operation {
    /// Reads one member of a patch.
    pub(super) fn read(value: Value) -> Result<Self, Unreadable> {
        let Value::Object(mut members) = value else {
            let found = json_type(&value);
            return Err(format!("json: cannot unmarshal {found} into Go value of type handlers.jsonPatchOp"));
        };
        let text = |field: &str| match members.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(other) => {
                let found = json_type(other);
                Err(format!("json: cannot unmarshal {found} into Go struct field jsonPatchOp.{field} of type string"))
            }
        };
        let (kind, path, from) = (text("op")?, text("path")?, text("from")?);
        let value = members.remove("value").unwrap_or_default();
        Ok(Self { kind: kind.unwrap_or_default(), path, from, value })
    }

    /// Whether the operation looks at a member of the document, or at all of it.
    pub(super) fn touches(&self, member: &str) -> bool {
        let within = |path: &String| path.split('/').nth(1).is_none_or(|first| first == member);
        self.path.as_ref().is_some_and(within) || self.from.as_ref().is_some_and(within)
    }

    /// Changes a document.
    pub(super) fn apply(&self, document: &mut Value) -> Result<(), DoesNotApply> {
        match self.kind.as_str() {
            "add" => add(document, self.path()?, self.value.clone()),
            "remove" => remove(document, self.path()?).map(drop),
            "replace" => self.replace(document),
            "move" => {
                let value = remove(document, self.from()?)?;
                add(document, self.path()?, value)
            }
            "copy" => {
                let value = read(document, self.from()?)?;
                add(document, self.path()?, value)
            }
            "test" => self.test(document),
            _ => Err(DoesNotApply),
        }
    }

    fn replace(&self, document: &mut Value) -> Result<(), DoesNotApply> {
        let path = self.path()?;
        if path.is_empty() {
            if !self.value.is_object() && !self.value.is_array() {
                return Err(DoesNotApply);
            }
            *document = self.value.clone();
            return Ok(());
        }
        let (container, key) = locate(document, path)?;
        match container {
            Value::Object(members) => drop(members.insert(key, self.value.clone())),
            Value::Array(items) => {
                let at = index(&key, items.len()).ok_or(DoesNotApply)?;
                *items.get_mut(at).ok_or(DoesNotApply)? = self.value.clone();
            }
            _ => return Err(DoesNotApply),
        }
        Ok(())
    }

    fn test(&self, document: &mut Value) -> Result<(), DoesNotApply> {
        let path = self.path()?;
        let found = if path.is_empty() { document.clone() } else { read(document, path)? };
        if found == self.value { Ok(()) } else { Err(DoesNotApply) }
    }

    fn path(&self) -> Result<&str, DoesNotApply> {
        self.path.as_deref().ok_or(DoesNotApply)
    }

    fn from(&self) -> Result<&str, DoesNotApply> {
        self.from.as_deref().ok_or(DoesNotApply)
    }
}

/// The object or array that holds the last step of a pointer, and that step.
fn locate<'a>(document: &'a mut Value, pointer: &str) -> Result<(&'a mut Value, String), DoesNotApply> {
    let mut steps: Vec<&str> = pointer.split('/').collect();
    if steps.len() < 2 {
        return Err(DoesNotApply);
    }
    let key = unescaped(steps.pop().unwrap_or_default());
    let mut place = document;
    for step in steps.into_iter().skip(1) {
        place = child(place, &unescaped(step)).ok_or(DoesNotApply)?;
    }
    Ok((place, key))
}

fn child<'a>(place: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    match place {
        Value::Object(members) => members.get_mut(key),
        Value::Array(items) => {
            let at = index(key, items.len())?;
            items.get_mut(at)
        }
        _ => None,
    }
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// An index into a list of this length, perhaps counted from its end.
fn index(key: &str, length: usize) -> Option<usize> {
    let at: i64 = key.parse().ok()?;
    let at = if at < 0 { at.checked_add(i64::try_from(length).ok()?)? } else { at };
    usize::try_from(at).ok().filter(|at| *at < length)
}

/// What an object lacks reads as null; a list lacks nothing.
fn read(document: &mut Value, pointer: &str) -> Result<Value, DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => Ok(members.get(&key).cloned().unwrap_or_default()),
        (place, key) => child(place, &key).cloned().ok_or(DoesNotApply),
    }
}

fn remove(document: &mut Value, pointer: &str) -> Result<Value, DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => members.remove(&key).ok_or(DoesNotApply),
        (Value::Array(items), key) => {
            let at = index(&key, items.len()).ok_or(DoesNotApply)?;
            Ok(items.remove(at))
        }
        _ => Err(DoesNotApply),
    }
}

fn add(document: &mut Value, pointer: &str, value: Value) -> Result<(), DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => drop(members.insert(key, value)),
        (Value::Array(items), key) if key == "-" => items.push(value),
        (Value::Array(items), key) => {
            let at = index(&key, items.len() + 1).ok_or(DoesNotApply)?;
            items.insert(at, value);
        }
        _ => return Err(DoesNotApply),
    }
    Ok(())
}

/// What Go calls a JSON value.
pub(super) fn json_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::{DoesNotApply, Operation};
    use serde_json::{Value, json};

    fn applied(document: Value, operation: Value) -> Result<Value, DoesNotApply> {
        let mut document = document;
        Operation::read(operation).unwrap().apply(&mut document).map(|()| document)
    }

    #[test]
    fn what_an_object_lacks_reads_as_null() {
        let document = json!({"a": {"b": 1}});
        let copied = applied(document.clone(), json!({"op": "copy", "from": "/a/absent", "path": "/a/c"}));
        assert_eq!(copied, Ok(json!({"a": {"b": 1, "c": null}})));
        let replaced = applied(document.clone(), json!({"op": "replace", "path": "/a/absent", "value": 2}));
        assert_eq!(replaced, Ok(json!({"a": {"b": 1, "absent": 2}})));
        assert_eq!(applied(document, json!({"op": "remove", "path": "/a/absent"})), Err(DoesNotApply));
    }

    #[test]
    fn indices_may_count_from_the_end() {
        let document = json!({"l": [1, 2, 3]});
        let removed = applied(document.clone(), json!({"op": "remove", "path": "/l/-1"}));
        assert_eq!(removed, Ok(json!({"l": [1, 2]})));
        let added = applied(document.clone(), json!({"op": "add", "path": "/l/-", "value": 4}));
        assert_eq!(added, Ok(json!({"l": [1, 2, 3, 4]})));
        assert_eq!(applied(document, json!({"op": "add", "path": "/l/5", "value": 4})), Err(DoesNotApply));
    }

    #[test]
    fn pointers_are_unescaped() {
        let replaced = applied(json!({"a/b": {"~": 1}}), json!({"op": "test", "path": "/a~1b/~0", "value": 1}));
        assert!(replaced.is_ok());
    }

    #[test]
    fn a_member_that_is_no_operation_cannot_be_read() {
        assert!(Operation::read(json!(1)).is_err());
        assert!(Operation::read(json!({"op": 1})).is_err());
    }
}
