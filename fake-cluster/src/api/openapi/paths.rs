//! The paths of a group's version: operations with their parameters, bodies and answers. Knows nothing of fields.

use serde_json::{Map, Value, json};

use super::models::Schemas;

/// One resource: where it is, what may be done with it, and what it looks like.
pub(super) struct Endpoint {
    /// `/apis/apps/v1`.
    pub(super) root: String,
    pub(super) group: String,
    pub(super) version: String,
    pub(super) plural: String,
    pub(super) namespaced: bool,
    pub(super) shown: Shown,
    /// The schema of a list, for those that are listed.
    pub(super) list: Option<Value>,
    pub(super) verbs: Vec<String>,
    pub(super) subresources: Vec<(String, Shown, Vec<String>)>,
    /// Built-in kinds have strategies for merging.
    pub(super) strategic: bool,
}

/// What is shown and sent: a kind, and its schema if there is one.
#[derive(Clone)]
pub(super) struct Shown {
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    pub(super) schema: Option<Value>,
}

impl Endpoint {
    /// Adds the paths of the resource.
    pub(super) fn add(&self, paths: &mut Map<String, Value>, schemas: &mut Schemas) {
        let has = |verb: &str| self.verbs.iter().any(|known| known == verb);
        let inside = if self.namespaced { "/namespaces/{namespace}" } else { "" };
        let collection = format!("{}{inside}/{}", self.root, self.plural);
        let mut item = Map::new();
        for (verb, method) in [("list", "get"), ("create", "post"), ("deletecollection", "delete")] {
            if has(verb) {
                item.insert(method.into(), self.operation(schemas, verb, &self.shown, ""));
            }
        }
        self.put(paths, collection.clone(), item, self.namespaced, false);
        if self.namespaced && has("list") {
            let item =
                Map::from_iter([("get".into(), self.operation(schemas, "list", &self.shown, "ForAllNamespaces"))]);
            self.put(paths, format!("{}/{}", self.root, self.plural), item, false, false);
        }
        let mut item = Map::new();
        for verb in ["get", "update", "patch", "delete"] {
            if has(verb) {
                item.insert(method(verb).into(), self.operation(schemas, verb, &self.shown, ""));
            }
        }
        self.put(paths, format!("{collection}/{{name}}"), item, self.namespaced, true);
        for (name, shown, verbs) in &self.subresources {
            let mut item = Map::new();
            for verb in verbs {
                let suffix = capital(name);
                item.insert(method(verb).into(), self.operation(schemas, verb, shown, &suffix));
            }
            self.put(paths, format!("{collection}/{{name}}/{name}"), item, self.namespaced, true);
        }
    }

    fn put(
        &self,
        paths: &mut Map<String, Value>,
        path: String,
        mut item: Map<String, Value>,
        namespaced: bool,
        named: bool,
    ) {
        if item.is_empty() {
            return;
        }
        let in_path = |name: &str| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "uniqueItems": true}});
        let mut parameters = Vec::new();
        parameters.extend(named.then(|| in_path("name")));
        parameters.extend(namespaced.then(|| in_path("namespace")));
        parameters.push(query("pretty"));
        item.insert("parameters".into(), json!(parameters));
        paths.insert(path, Value::Object(item));
    }

    fn operation(&self, schemas: &mut Schemas, verb: &str, shown: &Shown, suffix: &str) -> Value {
        let (word, action) = match verb {
            "get" => ("read", "get"),
            "list" => ("list", "list"),
            "create" => ("create", "post"),
            "update" => ("replace", "put"),
            "patch" => ("patch", "patch"),
            "deletecollection" => ("delete", "deletecollection"),
            other => (other, "delete"),
        };
        let group = if self.group.is_empty() { "core" } else { self.group.trim_end_matches(".k8s.io") };
        let group: String = group.split(['.', '-']).map(capital).collect();
        let version = capital(&self.version);
        let place = if self.namespaced && suffix != "ForAllNamespaces" { "Namespaced" } else { "" };
        let place = if verb == "deletecollection" { format!("Collection{place}") } else { place.to_owned() };
        let kind = &self.shown.kind;
        let mut operation = json!({
            "operationId": format!("{word}{group}{version}{place}{kind}{suffix}"),
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": {
                "group": shown.group, "version": shown.version, "kind": shown.kind,
            },
            "parameters": parameters(verb),
        });
        let answer = match verb {
            "list" => self.list.clone(),
            "delete" | "deletecollection" => Some(schemas.refer("meta/v1.Status")),
            _ => shown.schema.clone(),
        };
        operation["responses"] = responses(verb, answer.as_ref());
        let body = match verb {
            "create" | "update" => shown.schema.as_ref().map(|schema| json!({"*/*": {"schema": schema}})),
            "delete" | "deletecollection" => Some(json!({"*/*": {"schema": schemas.refer("meta/v1.DeleteOptions")}})),
            "patch" => {
                let patch = schemas.refer("meta/v1.Patch");
                let strategic = self.strategic.then_some("application/strategic-merge-patch+json");
                let media =
                    ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
                let content =
                    media.into_iter().chain(strategic).map(|media| (media.to_owned(), json!({"schema": patch})));
                Some(Value::Object(content.collect()))
            }
            _ => None,
        };
        if let Some(content) = body {
            operation["requestBody"] = json!({"content": content});
            if !verb.starts_with("delete") {
                operation["requestBody"]["required"] = json!(true);
            }
        }
        operation
    }
}

fn method(verb: &str) -> &'static str {
    match verb {
        "update" => "put",
        "create" => "post",
        "patch" => "patch",
        "delete" => "delete",
        _ => "get",
    }
}

fn responses(verb: &str, schema: Option<&Value>) -> Value {
    let of = |description: &str| {
        let mut response = json!({"description": description});
        if let Some(schema) = schema {
            response["content"] = json!({"application/json": {"schema": schema}});
        }
        response
    };
    let mut responses = json!({"200": of("OK"), "401": {"description": "Unauthorized"}});
    if matches!(verb, "create" | "update" | "patch") {
        responses["201"] = of("Created");
    }
    if matches!(verb, "create" | "delete") {
        responses["202"] = of("Accepted");
    }
    responses
}

fn parameters(verb: &str) -> Vec<Value> {
    const SELECT: &[&str] = &["continue", "fieldSelector", "labelSelector", "limit", "resourceVersion"];
    const FOLLOW: &[&str] =
        &["allowWatchBookmarks", "resourceVersionMatch", "sendInitialEvents", "timeoutSeconds", "watch"];
    const WRITE: &[&str] = &["dryRun", "fieldManager", "fieldValidation"];
    const REMOVE: &[&str] = &[
        "dryRun",
        "gracePeriodSeconds",
        "ignoreStoreReadErrorWithClusterBreakingPotential",
        "orphanDependents",
        "propagationPolicy",
    ];
    let all: &[&[&str]] = match verb {
        "list" => &[SELECT, FOLLOW],
        "create" | "update" => &[WRITE],
        "patch" => &[WRITE, &["force"]],
        "delete" => &[REMOVE],
        "deletecollection" => &[SELECT, &["resourceVersionMatch", "sendInitialEvents", "timeoutSeconds"], REMOVE],
        _ => &[],
    };
    let mut names: Vec<&str> = all.concat();
    names.sort_unstable();
    names.into_iter().map(query).collect()
}

fn query(name: &str) -> Value {
    let of = match name {
        "limit" | "timeoutSeconds" | "gracePeriodSeconds" => "integer",
        "allowWatchBookmarks" | "sendInitialEvents" | "watch" | "force" | "orphanDependents" => "boolean",
        name if name.starts_with("ignore") => "boolean",
        _ => "string",
    };
    json!({"name": name, "in": "query", "schema": {"type": of, "uniqueItems": true}})
}

fn capital(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
