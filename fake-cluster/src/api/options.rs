//! The options of a request: read from the query, or from the body of a delete, and checked.
//!
//! The rules are those of `metav1.{Create,Update,Patch,Delete,List}Options` and their validation.

use serde_json::Value;

use super::cause::{forbidden, invalid, not_supported, quote, required, too_long};
use super::operations::json_type;
use super::request::Query;
use super::status::{Status, StatusCause};
use crate::schema::FieldValidation;

/// Options of a write.
#[derive(Clone, Debug, Default)]
pub(super) struct WriteOptions {
    /// Nothing is stored.
    pub(super) dry_run: bool,
    /// Given by the client; empty if not.
    pub(super) manager: String,
    /// What happens to unknown fields.
    pub(super) validation: FieldValidation,
    /// Conflicts of an apply are overruled.
    pub(super) force: bool,
}

/// Options of a delete.
#[derive(Clone, Debug, Default)]
pub(super) struct DeleteOptions {
    pub(super) grace: Option<i64>,
    pub(super) uid: Option<String>,
    pub(super) revision: Option<String>,
    pub(super) orphan: Option<bool>,
    pub(super) propagation: Option<String>,
    pub(super) dry_run: bool,
}

/// Which write the options are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Write {
    Create,
    Update,
    Patch,
    Apply,
}

// === impl WriteOptions ===

impl WriteOptions {
    /// Reads and checks the options.
    pub(super) fn parse(query: &Query, write: Write) -> Result<Self, Status> {
        let mut causes = Vec::new();
        let manager = query.get("fieldManager");
        match write {
            Write::Apply if manager.is_empty() => causes.push(required("fieldManager", "is required for apply patch")),
            Write::Patch if query.has("force") => {
                causes.push(forbidden("force", "may not be specified for non-apply patch"));
            }
            _ => {}
        }
        check_manager(manager, "fieldManager", &mut causes);
        let dry_run = check_dry_run(query.all("dryRun"), &mut causes);
        let validation = match query.get("fieldValidation") {
            "" | "Warn" => FieldValidation::Warn,
            "Ignore" => FieldValidation::Ignore,
            "Strict" => FieldValidation::Strict,
            other => {
                causes.push(not_supported("fieldValidation", quote(other), &["", "Ignore", "Strict", "Warn"]));
                FieldValidation::Warn
            }
        };
        let kind = match write {
            Write::Create => "CreateOptions",
            Write::Update => "UpdateOptions",
            Write::Patch | Write::Apply => "PatchOptions",
        };
        checked(kind, causes)?;
        Ok(Self { dry_run, manager: manager.to_owned(), validation, force: query.flag("force") })
    }
}

/// Appends what is wrong with the name of a field manager.
pub(super) fn check_manager(manager: &str, field: &str, causes: &mut Vec<StatusCause>) {
    if manager.len() > 128 {
        causes.push(too_long(field, 128));
    }
    for (at, c) in manager.char_indices().filter(|(_, c)| !is_print(*c)) {
        let why = format!("invalid character U+{:04X} (at position {at})", u32::from(c));
        causes.push(invalid(field, quote(manager), why));
    }
}

/// Go's `unicode.IsPrint`, as far as it matters: no control characters, no spaces but the plain one.
pub(super) fn is_print(c: char) -> bool {
    c == ' ' || !(c.is_control() || c.is_whitespace())
}

fn check_dry_run<'a>(given: impl Iterator<Item = &'a str>, causes: &mut Vec<StatusCause>) -> bool {
    let given: Vec<&str> = given.collect();
    if given.iter().any(|value| *value != "All") {
        let spelled = Value::from(given.clone()).to_string();
        causes.push(not_supported("dryRun", spelled, &["All"]));
    }
    !given.is_empty()
}

fn checked(kind: &str, causes: Vec<StatusCause>) -> Result<(), Status> {
    if causes.is_empty() { Ok(()) } else { Err(Status::invalid("meta.k8s.io", kind, "", causes)) }
}

// === impl DeleteOptions ===

impl DeleteOptions {
    /// From the body if there is one, else from the query.
    pub(super) fn parse(query: &Query, body: Option<&Value>) -> Result<Self, Status> {
        let mut causes = Vec::new();
        let options = match body {
            Some(body) => Self::of_body(body, &mut causes)?,
            None => Self {
                grace: query.number("gracePeriodSeconds")?,
                orphan: query.has("orphanDependents").then(|| query.flag("orphanDependents")),
                propagation: Some(query.get("propagationPolicy").to_owned()).filter(|policy| !policy.is_empty()),
                dry_run: check_dry_run(query.all("dryRun"), &mut causes),
                ..Self::default()
            },
        };
        if let Some(policy) = options.propagation.as_deref() {
            if options.orphan.is_some() {
                let why = "orphanDependents and deletionPropagation cannot be both set";
                causes.insert(0, invalid("propagationPolicy", quote(policy), why));
            }
            if !matches!(policy, "Foreground" | "Background" | "Orphan") {
                let supported = ["Foreground", "Background", "Orphan", "nil"];
                causes.push(not_supported("propagationPolicy", quote(policy), &supported));
            }
        }
        checked("DeleteOptions", causes)?;
        Ok(options)
    }

    fn of_body(body: &Value, causes: &mut Vec<StatusCause>) -> Result<Self, Status> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (api_version, kind) =
            (text(&body["apiVersion"]).unwrap_or_default(), text(&body["kind"]).unwrap_or_default());
        if !kind.is_empty() && kind != "DeleteOptions" {
            let why = format!(
                "no kind \"{kind}\" is registered for version \"{api_version}\" in scheme \"pkg/runtime/scheme.go:111\""
            );
            return Err(Status::bad_request(why));
        }
        if let Some(why) = Self::fault(body) {
            return Err(Status::bad_request(why));
        }
        let dry_run: Vec<&str> = body["dryRun"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        Ok(Self {
            grace: body["gracePeriodSeconds"].as_i64(),
            uid: text(&body["preconditions"]["uid"]),
            revision: text(&body["preconditions"]["resourceVersion"]),
            orphan: body["orphanDependents"].as_bool(),
            propagation: text(&body["propagationPolicy"]),
            dry_run: check_dry_run(dry_run.into_iter(), causes),
        })
    }
}

impl DeleteOptions {
    /// What keeps a body from being delete options.
    fn fault(body: &Value) -> Option<String> {
        type Fits = fn(&Value) -> bool;
        let fields: [(&str, &str, Fits); 7] = [
            ("gracePeriodSeconds", "int64", |value| value.is_i64()),
            ("preconditions", "v1.Preconditions", Value::is_object),
            ("preconditions.uid", "types.UID", Value::is_string),
            ("preconditions.resourceVersion", "string", Value::is_string),
            ("orphanDependents", "bool", Value::is_boolean),
            ("propagationPolicy", "v1.DeletionPropagation", Value::is_string),
            ("dryRun", "[]string", |value| value.as_array().is_some_and(|all| all.iter().all(Value::is_string))),
        ];
        fields.into_iter().find_map(|(field, go, fits)| {
            let value = body.pointer(&format!("/{}", field.replace('.', "/"))).filter(|value| !value.is_null())?;
            let found = json_type(value);
            (!fits(value)).then(|| {
                format!(
                    "DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: json: cannot unmarshal {found} into Go struct field DeleteOptions.{field} of type {go}"
                )
            })
        })
    }
}

/// Options of a list or a watch.
#[derive(Clone, Debug, Default)]
pub(super) struct ListOptions {
    pub(super) limit: Option<usize>,
    pub(super) continue_token: String,
    /// As given: what it must look like depends on the use.
    pub(super) revision: String,
    pub(super) exact: bool,
    /// For a watch: whether it begins with the objects there are.
    pub(super) send_initial: Option<bool>,
    pub(super) bookmarks: bool,
    pub(super) timeout_seconds: Option<u64>,
}

// === impl ListOptions ===

impl ListOptions {
    /// Reads and checks the options.
    pub(super) fn parse(query: &Query, watch: bool) -> Result<Self, Status> {
        let positive =
            |value: Option<i64>| value.and_then(|value| u64::try_from(value).ok()).filter(|value| *value > 0);
        let limit = positive(query.number("limit")?).and_then(|limit| usize::try_from(limit).ok());
        let timeout_seconds = positive(query.number("timeoutSeconds")?);
        let continue_token = query.get("continue").to_owned();
        let revision = query.get("resourceVersion").to_owned();
        let mut matching = query.get("resourceVersionMatch");
        let mut send_initial = query.has("sendInitialEvents").then(|| query.flag("sendInitialEvents"));
        if watch && send_initial.is_none() && matching.is_empty() && matches!(revision.as_str(), "" | "0") {
            send_initial = Some(true);
            matching = "NotOlderThan";
        }
        let field = "resourceVersionMatch";
        let mut causes = Vec::new();
        let with_continue = || forbidden(field, "resourceVersionMatch is forbidden when continue is provided");
        if watch {
            if send_initial.is_some() && matching != "NotOlderThan" {
                let why = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
                causes.push(forbidden(field, why));
            }
            if !matching.is_empty() {
                if send_initial.is_none() {
                    let why = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
                    causes.push(forbidden(field, why));
                }
                if matching != "NotOlderThan" {
                    causes.push(not_supported(field, quote(matching), &["NotOlderThan"]));
                }
                if !continue_token.is_empty() {
                    causes.push(with_continue());
                }
            }
        } else {
            if !matching.is_empty() {
                if revision.is_empty() {
                    let why = "resourceVersionMatch is forbidden unless resourceVersion is provided";
                    causes.push(forbidden(field, why));
                }
                if !continue_token.is_empty() {
                    causes.push(with_continue());
                }
                if !matches!(matching, "Exact" | "NotOlderThan") {
                    causes.push(not_supported(field, quote(matching), &["Exact", "NotOlderThan", ""]));
                }
                if matching == "Exact" && revision == "0" {
                    let why = "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"";
                    causes.push(forbidden(field, why));
                }
            }
            if send_initial.is_some() {
                causes.push(forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
            }
        }
        checked("ListOptions", causes)?;
        Ok(Self {
            limit,
            continue_token,
            exact: matching == "Exact",
            revision,
            send_initial,
            bookmarks: query.flag("allowWatchBookmarks"),
            timeout_seconds,
        })
    }
}
