//! What must not be there twice: items of sets and of lists that are maps. Knows nothing of other rules.
use serde_json::Value;

use crate::schema::custom::props::Props;
use crate::schema::refusal::Cause;

/// Checks the items of set and map lists for repetitions.
pub(crate) fn check_lists(props: &Props, value: &Value, at: &str, causes: &mut Vec<Cause>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if let Some(below) = props.properties.get(key) {
                    let name = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                    check_lists(below, value, &name, causes);
                } else if let Some(below) = props.additional_props() {
                    check_lists(below, value, &format!("{at}[{key}]"), causes);
                }
            }
        }
        Value::Array(items) => {
            match props.list_type.as_deref() {
                Some("set") => {
                    for index in repeated(&items.iter().collect::<Vec<_>>()) {
                        if let Some(item) = items.get(index) {
                            causes.push(Cause::duplicate(format!("{at}[{index}]"), item));
                        }
                    }
                }
                Some("map") => {
                    if let Some(index) = items.iter().position(|item| !item.is_object() && !item.is_null()) {
                        causes.push(Cause::invalid(
                            format!("{at}[{index}]"),
                            items.get(index).unwrap_or(&Value::Null),
                            "must be an object for an array of list-type map",
                        ));
                    } else {
                        let keys: Vec<Value> = items.iter().map(|item| keys_of(props, item)).collect();
                        for index in repeated(&keys.iter().collect::<Vec<_>>()) {
                            if let Some(key) = keys.get(index) {
                                causes.push(Cause::duplicate(format!("{at}[{index}]"), key));
                            }
                        }
                    }
                }
                _ => {}
            }
            if let Some(below) = &props.items {
                for (index, item) in items.iter().enumerate() {
                    check_lists(below, item, &format!("{at}[{index}]"), causes);
                }
            }
        }
        _ => {}
    }
}

fn keys_of(props: &Props, item: &Value) -> Value {
    let keys = props.list_keys.iter().filter_map(|key| Some((key.clone(), item.get(key)?.clone())));
    Value::Object(keys.collect())
}

/// The second appearance of each value that appears more than once.
pub(super) fn repeated(values: &[&Value]) -> Vec<usize> {
    let twice = |index: usize, value: &Value| {
        values.get(..index).unwrap_or_default().iter().filter(|other| **other == value).count() == 1
    };
    values.iter().enumerate().filter(|(index, value)| twice(*index, value)).map(|(index, _)| index).collect()
}
