//! Tables: objects as rows of cells, the form in which command lines show them. Knows nothing of how objects are found.

mod age;
mod cells;
mod columns;
mod custom;
mod jsonpath;

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::ctx::Ctx;
use super::negotiate::{self, Shape};
use super::resource::{Origin, Resource};
use super::status::Status;
use super::{Clock, cause, definitions};
use crate::storage::Object;
use columns::Column;
use custom::Columns;

/// How the objects of one request are shown as tables.
pub(crate) struct Table {
    /// The version of `meta.k8s.io`.
    version: &'static str,
    include: Include,
    printer: Printer,
    clock: Clock,
}

/// How much of its object a row carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Include {
    Nothing,
    Metadata,
    Object,
}

/// What cells are made by.
#[derive(Debug)]
enum Printer {
    Builtin { group: String, kind: String, columns: &'static [Column] },
    Custom(Columns),
}

impl Ctx<'_> {
    /// The tables that this request asks for.
    pub(super) fn table(&self, resource: &Resource, version: &'static str) -> Result<Table, Status> {
        let include = match self.call.query.get("includeObject") {
            "" | "Metadata" => Include::Metadata,
            "None" => Include::Nothing,
            "Object" => Include::Object,
            other => {
                return Err(Status::bad_request(format!(
                    "Unable to convert to Table as requested: includeObject: Invalid value: {}: must be 'Metadata', 'Object', 'None', or empty",
                    cause::quote(other)
                )));
            }
        };
        let is_scale = self.path.subresource == "scale";
        let builtin = |group: &str, kind: &str| Printer::Builtin {
            columns: columns::of(group, kind),
            group: group.to_owned(),
            kind: kind.to_owned(),
        };
        let printer = match resource.origin {
            Origin::Builtin if is_scale => builtin("autoscaling", "Scale"),
            Origin::Builtin => builtin(&resource.group, &resource.kind),
            Origin::Custom if is_scale => Printer::Custom(Columns::of_scale()),
            Origin::Custom => {
                let name = format!("{}.{}", resource.plural, resource.group);
                let definition = self.api.store().get(definitions::STORAGE, &name);
                let definition = definition.as_deref().map_or(&Value::Null, Object::value);
                Printer::Custom(Columns::of(definition, &resource.version))
            }
        };
        Ok(Table { version, include, printer, clock: self.api.clock.clone() })
    }
}

// === impl Table ===

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("version", &self.version).field("include", &self.include).finish_non_exhaustive()
    }
}

impl Table {
    /// One object as a table of one row. In a stream, only the first table has columns.
    pub(crate) fn one(&self, resource: &Resource, object: &Object, columns: bool) -> Bytes {
        let metadata = json!({"resourceVersion": object.meta_str("resourceVersion")});
        self.body(metadata, columns, vec![self.row(resource, object)])
    }

    /// A list as a table.
    pub(crate) fn list<'a>(
        &self,
        resource: &Resource,
        metadata: Map<String, Value>,
        objects: impl Iterator<Item = &'a Object>,
    ) -> Bytes {
        let mut rows: Vec<(Option<i64>, Value)> =
            objects.map(|object| (self.order(object.value()), self.row(resource, object))).collect();
        rows.sort_by_key(|(order, _)| *order);
        self.body(Value::Object(metadata), true, rows.into_iter().map(|(_, row)| row).collect())
    }

    /// A mark in a stream: an object that has metadata only.
    pub(crate) fn bookmark(&self, resource: &Resource, metadata: Value, columns: bool) -> Bytes {
        let is_last_of_initial = !metadata["annotations"].is_null();
        let value = json!({"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata});
        let mut table = self.row_of(&value);
        table["object"] = match self.include {
            Include::Object => value.clone(),
            // The end of the initial objects can be seen in whatever the client asked for.
            Include::Nothing if !is_last_of_initial => Value::Null,
            _ => self.partial(&value["metadata"]),
        };
        self.body(json!({"resourceVersion": value["metadata"]["resourceVersion"]}), columns, vec![table])
    }

    /// A scale, which is made for the answer and never stored.
    pub(super) fn scale(&self, scale: &Value) -> Value {
        let mut row = self.row_of(scale);
        row["object"] = match self.include {
            Include::Object => scale.clone(),
            Include::Metadata => self.partial(&scale["metadata"]),
            Include::Nothing => Value::Null,
        };
        self.value(json!({"resourceVersion": scale["metadata"]["resourceVersion"]}), true, vec![row])
    }

    fn row(&self, resource: &Resource, object: &Object) -> Value {
        let mut row = match resource.origin {
            // Built-in kinds are shown as they are stored, whatever the version.
            Origin::Builtin => self.row_of(object.value()),
            Origin::Custom => self.row_of(&negotiate::shown(resource, object.value())),
        };
        row["object"] = match self.include {
            Include::Nothing => Value::Null,
            Include::Metadata => self.partial(object.metadata()),
            Include::Object => {
                let json = Shape::Whole.object(resource, object);
                serde_json::from_slice(&json).unwrap_or_default()
            }
        };
        row
    }

    fn row_of(&self, value: &Value) -> Value {
        let now: Timestamp = (self.clock)();
        match &self.printer {
            Printer::Custom(columns) => json!({"cells": columns.cells(value, now)}),
            Printer::Builtin { group, kind, .. } => {
                let mut row = json!({"cells": cells::of(group, kind, value, now)});
                if let Some(conditions) = cells::conditions(group, kind, value) {
                    row["conditions"] = conditions;
                }
                row
            }
        }
    }

    fn order(&self, object: &Value) -> Option<i64> {
        match &self.printer {
            Printer::Builtin { group, kind, .. } => cells::order(group, kind, object),
            Printer::Custom(_) => None,
        }
    }

    fn partial(&self, metadata: &Value) -> Value {
        json!({"kind": "PartialObjectMetadata", "apiVersion": self.version, "metadata": metadata})
    }

    fn body(&self, metadata: Value, columns: bool, rows: Vec<Value>) -> Bytes {
        Bytes::from(self.value(metadata, columns, rows).to_string())
    }

    fn value(&self, metadata: Value, columns: bool, rows: Vec<Value>) -> Value {
        let shown = match &self.printer {
            Printer::Builtin { columns, .. } => columns,
            Printer::Custom(columns) => columns.shown.as_slice(),
        };
        let shown = columns.then(|| shown.iter().map(Column::shown).collect::<Vec<_>>());
        json!({
            "kind": "Table", "apiVersion": self.version, "metadata": metadata, "columnDefinitions": shown,
            "rows": rows,
        })
    }
}
