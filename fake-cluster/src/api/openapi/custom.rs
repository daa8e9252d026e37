//! The schemas of custom resources, as their definitions have them. Knows nothing of paths.

use serde_json::{Value, json};

use super::models::Schemas;

/// What every object has is described in the same words, whatever the definition says.
const DESCRIPTIONS: [(&str, &str); 3] = [
    (
        "apiVersion",
        "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to \
         the latest internal value, and may reject unrecognized values. More info: \
         https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
    ),
    (
        "kind",
        "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the \
         client submits requests to. Cannot be updated. In CamelCase. More info: \
         https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
    ),
    (
        "metadata",
        "Standard object's metadata. More info: \
         https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
    ),
];

/// The schema of one version of a definition, with what every object has.
pub(super) fn schema(definition: &Value, group: &str, version: &str, kind: &str, schemas: &mut Schemas) -> Value {
    let mut versions = definition["spec"]["versions"].as_array().into_iter().flatten();
    let entry = versions.find(|entry| entry["name"] == version);
    let declared = entry.and_then(|entry| entry.pointer("/schema/openAPIV3Schema"));
    let mut schema = declared.filter(|schema| schema.is_object()).cloned().unwrap_or_else(|| json!({"type": "object"}));
    embed(&mut schema, schemas);
    // What keeps everything says nothing of its metadata either.
    complete(&mut schema, schemas);
    for (field, words) in DESCRIPTIONS {
        schema["properties"][field]["description"] = json!(words);
    }
    schema["x-kubernetes-group-version-kind"] = json!([{"group": group, "version": version, "kind": kind}]);
    schema
}

/// The name of the schema: the group backwards, version and kind.
pub(super) fn model_name(group: &str, version: &str, kind: &str) -> String {
    let mut parts: Vec<&str> = group.split('.').collect();
    parts.reverse();
    format!("{}.{version}.{kind}", parts.join("."))
}

fn complete(schema: &mut Value, schemas: &mut Schemas) {
    let described = |schema: &Value, field: &str| schema["properties"][field]["description"].clone();
    for field in ["apiVersion", "kind", "metadata"] {
        let description = described(schema, field);
        let mut property = match field {
            "metadata" => json!({"allOf": [schemas.refer("meta/v1.ObjectMeta")], "default": {}}),
            _ => json!({"type": "string"}),
        };
        if description.is_string() {
            property["description"] = description;
        }
        schema["properties"][field] = property;
    }
}

/// Resources inside of others have the same fields.
fn embed(schema: &mut Value, schemas: &mut Schemas) {
    let below: Vec<&mut Value> = match schema {
        Value::Object(members) => members
            .iter_mut()
            .filter(|(key, _)| !matches!(key.as_str(), "default" | "enum" | "example"))
            .map(|(_, value)| value)
            .collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => return,
    };
    below.into_iter().for_each(|value| embed(value, schemas));
    if schema.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true)) {
        complete(schema, schemas);
    }
}
