//! The schemas of built-in types, made from the embedded kind data: structure, types, list semantics. The data has no
//! descriptions. Knows nothing of paths or requests.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::required::UNLIKE;
use crate::schema::data::KINDS;

/// Where references lead.
const SCHEMAS: &str = "#/components/schemas/";
const META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1";

/// The embedded types by name, and the kinds among them.
pub(in crate::api) struct Models {
    types: HashMap<&'static str, Type>,
    kinds: HashMap<(&'static str, &'static str, &'static str), &'static str>,
}

#[derive(Default)]
struct Type {
    atomic: bool,
    fields: Vec<Field>,
    /// The kinds that it is, as group, version and kind.
    kinds: Vec<(&'static str, &'static str, &'static str)>,
}

pub(in crate::api) struct Field {
    pub(in crate::api) name: &'static str,
    pub(in crate::api) flags: &'static str,
    pub(in crate::api) expression: &'static str,
    default: Option<Value>,
}

/// Read once per process, when the first document is asked for.
pub(in crate::api) static MODELS: LazyLock<Models> = LazyLock::new(Models::read);

/// Told by a real server: fields by the name of their schema, marked with `[]` for items and `{}` for entries.
static ENUMS: LazyLock<HashMap<&'static str, Vec<(&'static str, &'static str)>>> = LazyLock::new(|| {
    let mut enums: HashMap<_, Vec<_>> = HashMap::new();
    for line in include_str!("enums.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.splitn(3, ' ');
        if let (Some(model), Some(field), Some(values)) = (words.next(), words.next(), words.next()) {
            enums.entry(model).or_default().push((field, values));
        }
    }
    enums
});

/// A field, how it is merged, and by which key if by any.
type Merging = (&'static str, &'static str, Option<&'static str>);

/// How strategic merge patches merge fields, by type.
static MERGED: LazyLock<HashMap<&'static str, Vec<Merging>>> = LazyLock::new(|| {
    let mut merged: HashMap<_, Vec<_>> = HashMap::new();
    for line in include_str!("../../schema/data/patch.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        if let (Some(name), Some(field), Some(how)) = (words.next(), words.next(), words.next()) {
            merged.entry(name).or_default().push((field, how, words.next()));
        }
    }
    merged
});

/// The schemas of one document, with everything that they refer to.
#[derive(Default)]
pub(super) struct Schemas {
    done: BTreeMap<String, Value>,
    waiting: Vec<&'static str>,
}

// === impl Models ===

impl Models {
    fn read() -> Self {
        let mut models = Self { types: HashMap::new(), kinds: HashMap::new() };
        let mut open = "";
        for line in KINDS.lines() {
            if let Some(line) = line.strip_prefix(' ') {
                if let Some(field) = Field::read(line) {
                    models.types.entry(open).or_default().fields.push(field);
                }
                continue;
            }
            let mut words = line.split(' ');
            match (words.next(), words.next(), words.next()) {
                (Some("kind"), Some(gvk), Some(name)) => {
                    let mut parts = gvk.splitn(3, '/');
                    if let (Some(group), Some(version), Some(kind)) = (parts.next(), parts.next(), parts.next()) {
                        models.kinds.insert((group, version, kind), name);
                        models.types.entry(name).or_default().kinds.push((group, version, kind));
                    }
                }
                (Some("type"), Some(name), mark) => {
                    open = name;
                    models.types.entry(name).or_default().atomic = mark == Some("atomic");
                }
                _ => {}
            }
        }
        models
    }

    /// The type of a kind.
    pub(in crate::api) fn of(&self, group: &str, version: &str, kind: &str) -> Option<&'static str> {
        let kinds: &HashMap<(&str, &str, &str), &'static str> = &self.kinds;
        kinds.get(&(group, version, kind)).copied()
    }
}

impl Models {
    /// The fields of a type as they are in JSON, those of embedded types among them. A type that is told apart for its merging alone
    /// (`+granular`) is there under its own name too.
    pub(in crate::api) fn fields(&self, name: &str) -> &[Field] {
        self.types.get(name).map(|of| of.fields.as_slice()).unwrap_or_default()
    }
}

impl Field {
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.splitn(4, ' ');
        let (name, flags, expression) = (words.next()?, words.next()?, words.next()?);
        let default = words.next().and_then(|text| serde_json::from_str(text.strip_prefix('=')?).ok());
        Some(Self { name, flags, expression, default })
    }
}

// === impl Schemas ===

impl Schemas {
    /// A reference to a type, whose schema the document will have.
    pub(super) fn refer(&mut self, name: &'static str) -> Value {
        let name = name.trim_end_matches("+granular");
        let model = model_name(name);
        let reference = json!({"$ref": format!("{SCHEMAS}{model}")});
        self.done.entry(model).or_insert_with(|| {
            self.waiting.push(name);
            Value::Null
        });
        reference
    }

    /// A schema of the document's own.
    pub(super) fn insert(&mut self, model: String, schema: Value) -> Value {
        let reference = json!({"$ref": format!("{SCHEMAS}{model}")});
        self.done.insert(model, schema);
        reference
    }

    /// The list of a kind, with the reference to one of them.
    pub(super) fn list(&mut self, model: String, item: &Value, gvk: (&str, &str, String)) -> Value {
        let metadata = self.refer("meta/v1.ListMeta");
        let (group, version, kind) = gvk;
        let schema = json!({
            "type": "object",
            "required": ["items"],
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"allOf": [metadata], "default": {}},
                "items": {"type": "array", "items": {"allOf": [item], "default": {}}},
            },
            "x-kubernetes-group-version-kind": [{"group": group, "version": version, "kind": kind}],
        });
        self.insert(model, schema)
    }

    /// All schemas, by name.
    pub(super) fn finish(mut self) -> BTreeMap<String, Value> {
        while let Some(name) = self.waiting.pop() {
            let schema = self.schema(name);
            self.done.insert(model_name(name), schema);
        }
        self.done
    }

    fn schema(&mut self, name: &'static str) -> Value {
        if let Some(schema) = opaque(name).or_else(|| elsewhere(name)) {
            return schema;
        }
        let Some(of) = MODELS.types.get(name) else { return json!({"type": "object"}) };
        let unlike = UNLIKE.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, fields)| *fields);
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for field in &of.fields {
            let mut schema = self.expression(field.expression, true);
            match (&field.default, schema.get("allOf")) {
                (Some(default), _) => schema["default"] = default.clone(),
                (None, Some(_)) if !field.flags.contains('p') => schema["default"] = json!({}),
                _ => {}
            }
            enumerate(name, field.name, &mut schema);
            merge(name, field.name, &mut schema);
            properties.insert(field.name.to_owned(), schema);
            if field.flags.contains(['o', 'z']) == unlike.contains(&field.name) {
                required.push(field.name);
            }
        }
        let mut schema = json!({"type": "object"});
        if !properties.is_empty() {
            schema["properties"] = Value::Object(properties);
        }
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        if of.atomic {
            schema["x-kubernetes-map-type"] = json!("atomic");
        }
        let kinds = of.kinds.iter();
        let kinds = kinds.map(|(group, version, kind)| json!({"group": group, "version": version, "kind": kind}));
        let kinds: Vec<_> = kinds.collect();
        if !kinds.is_empty() {
            schema["x-kubernetes-group-version-kind"] = json!(kinds);
        }
        schema
    }

    /// The schema of a type expression of the data.
    fn expression(&mut self, text: &'static str, is_field: bool) -> Value {
        if let Some(name) = text.strip_prefix('#') {
            let mut schema = json!({"allOf": [self.refer(name)]});
            if name.ends_with("+granular") {
                schema["x-kubernetes-map-type"] = json!("granular");
            }
            return schema;
        }
        if let Some((relation, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let mut items = self.expression(unnamed(rest).trim_start_matches('*'), false);
            if items.get("allOf").is_some() {
                items["default"] = json!({});
            } else if items == json!({"type": "string"}) {
                items["default"] = json!("");
            }
            let mut schema = json!({"type": "array", "items": items});
            match relation {
                // Inside of other lists and maps nothing is said of it.
                "" if !is_field => {}
                "" => schema["x-kubernetes-list-type"] = json!("atomic"),
                "set" => schema["x-kubernetes-list-type"] = json!("set"),
                keys => {
                    schema["x-kubernetes-list-type"] = json!("map");
                    schema["x-kubernetes-list-map-keys"] = keys.split(',').collect();
                }
            }
            return schema;
        }
        if let Some((_, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let (atomic, rest) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
            let below = self.expression(unnamed(rest), false);
            let mut schema = json!({"type": "object", "additionalProperties": below});
            if atomic {
                schema["x-kubernetes-map-type"] = json!("atomic");
            }
            return schema;
        }
        let base = text.split_once('<').map_or(text, |(base, _)| base);
        match base {
            "string" => json!({"type": "string"}),
            "bool" => json!({"type": "boolean"}),
            "bytes" => json!({"type": "string", "format": "byte"}),
            "float64" => json!({"type": "number", "format": "double"}),
            "int32" | "int64" => json!({"type": "integer", "format": base}),
            "int" | "uint16" => json!({"type": "integer", "format": "int32"}),
            base => json!({"allOf": [self.refer(base)]}),
        }
    }
}

/// Types with a JSON form of their own, by their names in the data.
fn opaque(name: &str) -> Option<Value> {
    Some(match name {
        "quantity" => json!({"oneOf": [{"type": "string"}, {"type": "number"}]}),
        "intorstr" => json!({"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]}),
        "time" | "microtime" => json!({"type": "string", "format": "date-time"}),
        "duration" => json!({"type": "string"}),
        "raw" | "fieldsv1" => json!({"type": "object"}),
        "json" | "propsorbool" | "propsorarray" | "propsorstrings" => json!({}),
        _ => return None,
    })
}

/// What no object consists of, and only requests and answers know.
fn elsewhere(name: &str) -> Option<Value> {
    let text = || json!({"type": "string"});
    Some(match name {
        "meta/v1.ListMeta" => json!({"type": "object", "properties": {
            "continue": text(), "resourceVersion": text(), "selfLink": text(),
            "remainingItemCount": {"type": "integer", "format": "int64"},
            "shardInfo": {"type": "object", "required": ["selector"], "properties": {"selector": text()}},
        }}),
        "meta/v1.Patch" => json!({"type": "object"}),
        "meta/v1.Status" => json!({
            "type": "object",
            "properties": {
                "apiVersion": text(), "kind": text(), "message": text(), "reason": text(), "status": text(),
                "code": {"type": "integer", "format": "int32"}, "details": {"type": "object"},
                "metadata": {"type": "object"},
            },
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Status"}],
        }),
        _ => return None,
    })
}

/// The name of a type's schema.
pub(super) fn model_name(name: &str) -> String {
    const MACHINERY: &str = "io.k8s.apimachinery.pkg";
    const EXTENSIONS: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";
    let of = |package: &str, name: &str| format!("{package}.{name}");
    match name {
        "quantity" => of(MACHINERY, "api.resource.Quantity"),
        "intorstr" => of(MACHINERY, "util.intstr.IntOrString"),
        "raw" => of(MACHINERY, "runtime.RawExtension"),
        "time" => of(META, "Time"),
        "microtime" => of(META, "MicroTime"),
        "duration" => of(META, "Duration"),
        "fieldsv1" => of(META, "FieldsV1"),
        "json" => of(EXTENSIONS, "JSON"),
        "propsorbool" => of(EXTENSIONS, "JSONSchemaPropsOrBool"),
        "propsorarray" => of(EXTENSIONS, "JSONSchemaPropsOrArray"),
        "propsorstrings" => of(EXTENSIONS, "JSONSchemaPropsOrStringArray"),
        name => {
            let home = match name.split('/').next() {
                Some("meta") => "io.k8s.apimachinery.pkg.apis",
                Some("apiextensions") => "io.k8s.apiextensions-apiserver.pkg.apis",
                Some("apiregistration") => "io.k8s.kube-aggregator.pkg.apis",
                _ => "io.k8s.api",
            };
            of(home, &name.replace('/', "."))
        }
    }
}

/// Which values a field may have, or its items, or the values of its entries.
fn enumerate(name: &str, field: &str, schema: &mut Value) {
    let Some(fields) = ENUMS.get(model_name(name).as_str()) else { return };
    for (marked, values) in fields.iter().filter(|(marked, _)| marked.trim_end_matches(['[', ']', '{', '}']) == field) {
        let place = match marked.strip_prefix(field) {
            Some("[]") => &mut schema["items"],
            Some("{}") => &mut schema["additionalProperties"],
            _ => &mut *schema,
        };
        place["enum"] = values.split(',').collect();
    }
}

fn merge(name: &str, field: &str, schema: &mut Value) {
    let fields = MERGED.get(name).into_iter().flatten();
    for (_, how, key) in fields.filter(|(known, _, _)| *known == field) {
        schema["x-kubernetes-patch-strategy"] = json!(how);
        if let Some(key) = key {
            schema["x-kubernetes-patch-merge-key"] = json!(key);
        }
    }
}

/// What follows the Go name of a type.
fn unnamed(text: &'static str) -> &'static str {
    text.strip_prefix('<').and_then(|rest| rest.split_once('>')).map_or(text, |(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_told_apart_for_its_merging_is_there_under_its_own_name_too() {
        let names = |of: &Type| of.fields.iter().map(|field| field.name).collect::<Vec<_>>();
        let mut count = 0;
        for (name, of) in MODELS.types.iter() {
            if let Some(plain) = name.strip_suffix("+granular") {
                assert_eq!(MODELS.types.get(plain).map(names), Some(names(of)), "{name}");
                count += 1;
            }
        }
        assert!(count > 0);
    }
}
