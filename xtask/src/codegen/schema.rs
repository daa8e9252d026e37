//! Plain schemas: `allOf` merged, aliases written out, and what is only ever read is not checked.
//!
//! Knows nothing of operations beyond where a schema can stand in one.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

/// Stands for an instant; the generator replaces it by a hand-written type.
pub(crate) const TIMESTAMP: &str = "timestamp";
/// Stands for a string that is never shown; the generator replaces it by a hand-written type.
pub(crate) const SECRET: &str = "secret";

const PREFIX: &str = "#/components/schemas/";
/// How deep schemas may refer to each other before it counts as a circle.
const DEPTH: usize = 32;
/// Limits on a string that a server may not keep in what it returns.
const STRING_LIMITS: [&str; 3] = ["pattern", "minLength", "maxLength"];

pub(crate) fn reference(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Where a schema is used, which decides how strict it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Only in what a server returns: its limits are not ours to enforce.
    Read,
    /// In what a caller sends, perhaps among others.
    Write,
}

pub(crate) struct Schemas(Map<String, Value>);

impl Schemas {
    pub(crate) fn read(components: &Value) -> Result<Self> {
        let schemas = components["schemas"].as_object().context("the document has no schemas")?;
        Ok(Self(schemas.clone()))
    }

    pub(crate) fn into_value(self) -> Value {
        self.0.into()
    }

    fn get(&self, reference: &str) -> Result<(&str, &Value)> {
        let name =
            reference.strip_prefix(PREFIX).with_context(|| format!("{reference} is not a schema of this document"))?;
        let (name, schema) = self.0.get_key_value(name).with_context(|| format!("{reference} does not exist"))?;
        Ok((name, schema))
    }

    /// Merges every `allOf` into one object.
    pub(crate) fn flatten(&mut self) -> Result<()> {
        let mut flat = Map::new();
        for (name, schema) in &self.0 {
            let schema = self.flat(schema, DEPTH).with_context(|| format!("schema {name}"))?;
            flat.insert(name.clone(), schema);
        }
        self.0 = flat;
        Ok(())
    }

    fn flat(&self, schema: &Value, depth: usize) -> Result<Value> {
        let depth = depth.checked_sub(1).context("schemas go round in circles")?;
        let mut own = schema.as_object().context("expected a schema object")?.clone();
        for unsupported in ["oneOf", "anyOf", "not", "discriminator"] {
            ensure!(!own.contains_key(unsupported), "`{unsupported}` is not supported");
        }
        if let Some(members) = own.remove("allOf") {
            let members = members.as_array().context("`allOf` is not a list")?.clone();
            own = self.merge(own, &members, depth)?;
        }
        if let Some(properties) = own.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, property) in properties {
                *property = self.flat(property, depth).with_context(|| format!("property {name}"))?;
            }
        }
        for child in ["items", "additionalProperties"] {
            if let Some(schema) = own.get_mut(child).filter(|schema| schema.is_object()) {
                *schema = self.flat(schema, depth)?;
            }
        }
        Ok(own.into())
    }

    fn merge(&self, own: Map<String, Value>, members: &[Value], depth: usize) -> Result<Map<String, Value>> {
        let mut merged = own;
        merged.insert("type".into(), "object".into());
        for member in members {
            let member = match member.get("$ref").and_then(Value::as_str) {
                Some(reference) => self.flat(self.get(reference)?.1, depth)?,
                None => self.flat(member, depth)?,
            };
            ensure!(
                member["type"] == "object" && member.get("additionalProperties").is_none(),
                "`allOf` is only supported between plain objects"
            );
            for (name, property) in member["properties"].as_object().into_iter().flatten() {
                let known = merged.entry("properties").or_insert_with(|| json!({}));
                let earlier = known.get(name);
                ensure!(
                    earlier.is_none_or(|earlier| earlier == property),
                    "`allOf` declares {name} twice, differently"
                );
                known[name] = property.clone();
            }
            for name in member["required"].as_array().into_iter().flatten() {
                let required = merged.entry("required").or_insert_with(|| json!([]));
                if let Some(required) = required.as_array_mut()
                    && !required.contains(name)
                {
                    required.push(name.clone());
                }
            }
        }
        Ok(merged)
    }

    /// Replaces the named string properties by [`SECRET`].
    pub(crate) fn hide(&mut self, secrets: &[(&str, &str)]) -> Result<()> {
        for (schema, property) in secrets {
            let found = self
                .0
                .get_mut(*schema)
                .and_then(|schema| schema.pointer_mut(&format!("/properties/{property}")))
                .with_context(|| format!("there is no {schema}.{property} to hide"))?;
            ensure!(
                found["type"] == "string" && found.get("enum").is_none(),
                "{schema}.{property} is not a string that can be hidden"
            );
            *found = json!({ "$ref": reference(SECRET) });
        }
        Ok(())
    }

    /// Rewrites schemas, and those in operations, to what is generated well.
    pub(crate) fn simplify(&mut self, requests: &[Value], paths: &mut Value) -> Result<()> {
        for name in [TIMESTAMP, SECRET] {
            ensure!(
                self.0.insert(name.into(), json!({ "type": "string", "format": name })).is_none(),
                "schema {name} has a name that is taken"
            );
        }
        let written = self.reachable(requests);
        let mut simple = Map::new();
        for (name, schema) in &self.0 {
            let used = if written.contains(name) { Use::Write } else { Use::Read };
            let schema = self.simple(schema, used, DEPTH).with_context(|| format!("schema {name}"))?;
            simple.insert(name.clone(), schema);
        }
        self.simplify_operations(paths)?;
        self.0 = simple;
        Ok(())
    }

    fn simplify_operations(&self, paths: &mut Value) -> Result<()> {
        let operations =
            paths.as_object_mut().into_iter().flatten().filter_map(|(_, item)| item.as_object_mut()).flatten();
        for (_, operation) in operations {
            let id = operation["operationId"].to_string();
            for (member, used) in [("parameters", Use::Write), ("requestBody", Use::Write), ("responses", Use::Read)] {
                if let Some(member) = operation.get_mut(member) {
                    self.simplify_within(member, used).with_context(|| format!("operation {id}"))?;
                }
            }
        }
        Ok(())
    }

    /// Simplifies whatever stands under a member called `schema`.
    fn simplify_within(&self, value: &mut Value, used: Use) -> Result<()> {
        match value {
            Value::Array(values) => {
                for value in values {
                    self.simplify_within(value, used)?;
                }
            }
            Value::Object(members) => {
                for (name, value) in members {
                    if name == "schema" {
                        *value = self.simple(value, used, DEPTH)?;
                    } else {
                        self.simplify_within(value, used)?;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn simple(&self, schema: &Value, used: Use, depth: usize) -> Result<Value> {
        let depth = depth.checked_sub(1).context("schemas go round in circles")?;
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let (name, target) = self.get(reference)?;
            return if is_alias(name, target, used) { self.simple(target, used, depth) } else { Ok(schema.clone()) };
        }
        let mut schema = schema.as_object().context("expected a schema object")?.clone();
        match schema.get("type").and_then(Value::as_str) {
            Some("string") if schema.get("format").is_some_and(|it| it == "date-time") => {
                return Ok(json!({ "$ref": reference(TIMESTAMP) }));
            }
            Some("string") => {
                if used == Use::Read {
                    schema.retain(|name, _| !STRING_LIMITS.contains(&name.as_str()));
                }
            }
            Some("integer") => widen(&mut schema)?,
            Some("boolean") => {}
            Some("array") => {
                schema.retain(|name, _| !["minItems", "maxItems"].contains(&name.as_str()));
                let items = schema.get("items").context("an array without items")?;
                let items = self.simple(items, used, depth)?;
                schema.insert("items".into(), items);
            }
            Some("object") => self.simple_object(&mut schema, used, depth)?,
            other => bail!("type {other:?} is not supported"),
        }
        Ok(schema.into())
    }

    fn simple_object(&self, schema: &mut Map<String, Value>, used: Use, depth: usize) -> Result<()> {
        if let Some(values) = schema.get_mut("additionalProperties").filter(|it| it.is_object()) {
            *values = self.simple(values, used, depth)?;
        }
        let required: Vec<Value> = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            *property = self.simple(property, used, depth).with_context(|| format!("property {name}"))?;
            let collection = property["type"] == "array" || is_map(property);
            if collection && !required.contains(&Value::from(name.as_str())) {
                // Left out and empty differ; without this the generator makes them one.
                property["nullable"] = true.into();
            }
        }
        Ok(())
    }

    /// Drops the schemas no operation needs.
    pub(crate) fn keep_reachable(&mut self, paths: &Value) {
        let reachable = self.reachable([paths]);
        self.0.retain(|name, _| reachable.contains(name));
    }

    /// Every identifier that is used has a type of ours, and the other way round.
    pub(crate) fn check_ids(&self, ids: &[(&str, &str)]) -> Result<()> {
        let used: BTreeSet<&str> =
            self.0.iter().filter(|(_, schema)| schema["format"] == "uuid").map(|(name, _)| name.as_str()).collect();
        let known: BTreeSet<&str> = ids.iter().map(|(name, _)| *name).collect();
        ensure!(used == known, "identifiers used are {used:?}, those with a type are {known:?}");
        Ok(())
    }

    fn reachable<'a>(&'a self, roots: impl IntoIterator<Item = &'a Value>) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Value> = roots.into_iter().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Array(values) => open.extend(values),
                Value::Object(members) => {
                    let target = members.get("$ref").and_then(Value::as_str);
                    if let Some((name, schema)) = target.and_then(|it| self.get(it).ok())
                        && found.insert(name.to_owned())
                    {
                        open.push(schema);
                    }
                    open.extend(members.values());
                }
                _ => {}
            }
        }
        found
    }
}

/// Whether a named schema is only another name for something that needs none.
fn is_alias(name: &str, schema: &Value, used: Use) -> bool {
    match schema["type"].as_str() {
        Some("array" | "integer" | "boolean") => true,
        Some("object") => is_map(schema),
        Some("string") => {
            let limited = used == Use::Write && STRING_LIMITS.iter().any(|limit| schema.get(limit).is_some());
            let stands_for_type = [TIMESTAMP, SECRET].contains(&name) || schema["format"] == "uuid";
            schema.get("enum").is_none() && !limited && !stands_for_type
        }
        _ => false,
    }
}

fn is_map(schema: &Value) -> bool {
    schema.get("properties").is_none() && schema.get("additionalProperties").is_some_and(Value::is_object)
}

/// Turns limits on an integer into a width. Where exactly the limits lie is the server's to enforce:
/// one number out of bounds must not make a whole list undecodable.
fn widen(schema: &mut Map<String, Value>) -> Result<()> {
    let least = schema.remove("minimum").and_then(|it| it.as_i64());
    let most = schema.remove("maximum").and_then(|it| it.as_i64());
    ensure!(
        schema.get("multipleOf").is_none() && schema.get("enum").is_none(),
        "integers with `multipleOf` or `enum` are not supported"
    );
    if least.is_some_and(|least| least >= 0) && schema.get("format").is_none() {
        let format = match most {
            Some(..=0xFFFF) => "uint16",
            Some(..=0xFFFF_FFFF) => "uint32",
            _ => "uint64",
        };
        schema.insert("format".into(), format.into());
    }
    Ok(())
}
