//! The operations of a JSON patch, with the habits of the library that the real server uses (`evanphx/json-patch` v4):
//! what is absent from an object reads as null, and indices may count from the end.
//!
//! Pure functions over [`Value`]; knows nothing of requests.

use std::io;

use serde_json::Value;

/// How many operations a JSON patch may have.
pub(super) const MAX_OPERATIONS: usize = 10_000;
/// How much the copies that one patch makes may come to, in bytes of JSON: `JSONPatchMaxCopyBytes` of the real server.
pub(super) const MAX_COPIED: usize = 3 * 1024 * 1024;
/// How deep a patched object may be nested: as deep as a body may be.
const MAX_DEPTH: usize = 128;

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

/// Why an operation does not apply. In answers to patches the real server says neither this nor which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DoesNotApply {
    /// The document is not like that.
    Unfit,
    /// The copies come to too many bytes: these.
    CopiesTooMuch(usize),
    /// The document would be nested too deep.
    TooDeep,
}

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

/// Changes a document by all operations, one after the other.
///
/// # Errors
/// The place of the operation that does not apply, and why. Those before it have changed the document.
pub(super) fn apply_all(operations: &[Operation], document: &mut Value) -> Result<(), (usize, DoesNotApply)> {
    let mut copied = 0;
    let mut deepest = height(document);
    let limit = deepest.max(MAX_DEPTH);
    for (at, operation) in operations.iter().enumerate() {
        let refused = |why| (at, why);
        let reach = operation.reach(deepest);
        operation.apply(document, &mut copied).map_err(refused)?;
        deepest = deepest.max(reach);
        if deepest > limit {
            // The reach is a guess from above, and a document as deep as this can still be measured.
            deepest = height(document);
        }
        if deepest > limit {
            return Err(refused(DoesNotApply::TooDeep));
        }
    }
    Ok(())
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

    /// What it does, and to which place, as far as it says so.
    pub(super) fn said(&self) -> (&str, &str) {
        (&self.kind, self.path.as_deref().unwrap_or_default())
    }

    /// How deep the values can be that it puts into a document of some depth.
    fn reach(&self, deepest: usize) -> usize {
        let steps = |pointer: &Option<String>| pointer.as_deref().unwrap_or_default().matches('/').count();
        match self.kind.as_str() {
            "add" | "replace" => steps(&self.path) + height(&self.value),
            "move" | "copy" => steps(&self.path) + deepest.saturating_sub(steps(&self.from)),
            _ => 0,
        }
    }

    /// Changes a document; `copied` is what copies have come to.
    fn apply(&self, document: &mut Value, copied: &mut usize) -> Result<(), DoesNotApply> {
        match self.kind.as_str() {
            "add" => add(document, self.path()?, self.value.clone()),
            "remove" => remove(document, self.path()?).map(drop),
            "replace" => self.replace(document),
            "move" => {
                let value = remove(document, self.from()?)?;
                add(document, self.path()?, value)
            }
            "copy" => {
                let found = look(document, self.from()?)?;
                *copied += found.map_or(0, length);
                if *copied > MAX_COPIED {
                    return Err(DoesNotApply::CopiesTooMuch(*copied));
                }
                let value = found.cloned().unwrap_or_default();
                add(document, self.path()?, value)
            }
            "test" => self.test(document),
            _ => Err(DoesNotApply::Unfit),
        }
    }

    fn replace(&self, document: &mut Value) -> Result<(), DoesNotApply> {
        let path = self.path()?;
        if path.is_empty() {
            if !self.value.is_object() && !self.value.is_array() {
                return Err(DoesNotApply::Unfit);
            }
            *document = self.value.clone();
            return Ok(());
        }
        let (container, key) = locate(document, path)?;
        match container {
            Value::Object(members) => drop(members.insert(key, self.value.clone())),
            Value::Array(items) => {
                let at = index(&key, items.len()).ok_or(DoesNotApply::Unfit)?;
                *items.get_mut(at).ok_or(DoesNotApply::Unfit)? = self.value.clone();
            }
            _ => return Err(DoesNotApply::Unfit),
        }
        Ok(())
    }

    fn test(&self, document: &mut Value) -> Result<(), DoesNotApply> {
        let path = self.path()?;
        let found = if path.is_empty() { Some(&*document) } else { look(document, path)? };
        if found.unwrap_or(&Value::Null) == &self.value { Ok(()) } else { Err(DoesNotApply::Unfit) }
    }

    fn path(&self) -> Result<&str, DoesNotApply> {
        self.path.as_deref().ok_or(DoesNotApply::Unfit)
    }

    fn from(&self) -> Result<&str, DoesNotApply> {
        self.from.as_deref().ok_or(DoesNotApply::Unfit)
    }
}

/// The object or array that holds the last step of a pointer, and that step.
fn locate<'a>(document: &'a mut Value, pointer: &str) -> Result<(&'a mut Value, String), DoesNotApply> {
    let mut steps: Vec<&str> = pointer.split('/').collect();
    if steps.len() < 2 {
        return Err(DoesNotApply::Unfit);
    }
    let key = unescaped(steps.pop().unwrap_or_default());
    let mut place = document;
    for step in steps.into_iter().skip(1) {
        place = child(place, &unescaped(step)).ok_or(DoesNotApply::Unfit)?;
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

/// What an object lacks is nothing, which reads as null; a list lacks nothing.
fn look<'a>(document: &'a mut Value, pointer: &str) -> Result<Option<&'a Value>, DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => Ok(members.get(&key)),
        (place, key) => child(place, &key).map(|found| Some(&*found)).ok_or(DoesNotApply::Unfit),
    }
}

fn remove(document: &mut Value, pointer: &str) -> Result<Value, DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => members.remove(&key).ok_or(DoesNotApply::Unfit),
        (Value::Array(items), key) => {
            let at = index(&key, items.len()).ok_or(DoesNotApply::Unfit)?;
            Ok(items.remove(at))
        }
        _ => Err(DoesNotApply::Unfit),
    }
}

fn add(document: &mut Value, pointer: &str, value: Value) -> Result<(), DoesNotApply> {
    match locate(document, pointer)? {
        (Value::Object(members), key) => drop(members.insert(key, value)),
        (Value::Array(items), key) if key == "-" => items.push(value),
        (Value::Array(items), key) => {
            let at = index(&key, items.len() + 1).ok_or(DoesNotApply::Unfit)?;
            items.insert(at, value);
        }
        _ => return Err(DoesNotApply::Unfit),
    }
    Ok(())
}

/// How many objects and lists are around what is deepest in a value.
fn height(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(height).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(height).max().unwrap_or_default(),
        _ => 0,
    }
}

/// How long the JSON of a value is.
fn length(value: &Value) -> usize {
    struct Counted(usize);
    impl io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    // Nothing is written anywhere, so nothing can fail.
    serde_json::to_writer(&mut counted, value).map_or(MAX_COPIED, |()| counted.0)
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
    use super::{DoesNotApply, MAX_COPIED, Operation, apply_all};
    use serde_json::{Value, json};

    fn applied(document: Value, operation: Value) -> Result<Value, DoesNotApply> {
        applied_all(document, vec![operation]).map_err(|(_, why)| why)
    }

    fn applied_all(mut document: Value, operations: Vec<Value>) -> Result<Value, (usize, DoesNotApply)> {
        let operations: Vec<Operation> = operations.into_iter().map(|one| Operation::read(one).unwrap()).collect();
        apply_all(&operations, &mut document).map(|()| document)
    }

    fn copy(from: &str, path: &str) -> Value {
        json!({"op": "copy", "from": from, "path": path})
    }

    #[test]
    fn copies_come_to_an_end() {
        let doubling = std::iter::repeat_with(|| [copy("/x", "/y"), copy("/y", "/x/y")]).take(100).flatten().collect();
        let (_, why) = applied_all(json!({"x": {"text": "z".repeat(1000)}}), doubling).unwrap_err();
        assert!(matches!(why, DoesNotApply::CopiesTooMuch(copied) if copied > MAX_COPIED), "{why:?}");
        let exact = |bytes: usize| applied(json!({"x": "z".repeat(bytes - 2)}), copy("/x", "/y")).map(drop);
        assert_eq!(exact(MAX_COPIED), Ok(()));
        assert_eq!(exact(MAX_COPIED + 1), Err(DoesNotApply::CopiesTooMuch(MAX_COPIED + 1)));
    }

    #[test]
    fn what_nests_ever_deeper_is_stopped() {
        let deeper = vec![copy("/x", "/x/b"); 2_000];
        let (at, why) = applied_all(json!({"x": {}}), deeper).unwrap_err();
        assert_eq!((at, why), (126, DoesNotApply::TooDeep));
        let moved = ["/y/b", "/x/b"].repeat(1_000).into_iter().flat_map(|path| {
            let [from, fresh] = if path == "/y/b" { ["/x", "/y"] } else { ["/y", "/x"] };
            [json!({"op": "add", "path": fresh, "value": {}}), json!({"op": "move", "from": from, "path": path})]
        });
        let (_, why) = applied_all(json!({"x": {}}), moved.collect()).unwrap_err();
        assert_eq!(why, DoesNotApply::TooDeep);
    }

    #[test]
    fn many_copies_of_something_flat_do_not_count_as_deep() {
        let copies: Vec<Value> = (0..1_000).map(|at| copy("/name", &format!("/a/b/c/{at}"))).collect();
        assert!(applied_all(json!({"name": "n", "a": {"b": {"c": {}}}}), copies).is_ok());
        let deep = (0..200).fold(json!(1), |inner, _| json!({"b": inner}));
        assert!(applied(json!({"x": deep, "y": 1}), copy("/y", "/z")).is_ok());
    }

    #[test]
    fn what_an_object_lacks_reads_as_null() {
        let document = json!({"a": {"b": 1}});
        let copied = applied(document.clone(), json!({"op": "copy", "from": "/a/absent", "path": "/a/c"}));
        assert_eq!(copied, Ok(json!({"a": {"b": 1, "c": null}})));
        let replaced = applied(document.clone(), json!({"op": "replace", "path": "/a/absent", "value": 2}));
        assert_eq!(replaced, Ok(json!({"a": {"b": 1, "absent": 2}})));
        assert_eq!(applied(document, json!({"op": "remove", "path": "/a/absent"})), Err(DoesNotApply::Unfit));
    }

    #[test]
    fn indices_may_count_from_the_end() {
        let document = json!({"l": [1, 2, 3]});
        let removed = applied(document.clone(), json!({"op": "remove", "path": "/l/-1"}));
        assert_eq!(removed, Ok(json!({"l": [1, 2]})));
        let added = applied(document.clone(), json!({"op": "add", "path": "/l/-", "value": 4}));
        assert_eq!(added, Ok(json!({"l": [1, 2, 3, 4]})));
        assert_eq!(applied(document, json!({"op": "add", "path": "/l/5", "value": 4})), Err(DoesNotApply::Unfit));
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
