//! A report as a value: flat, ordered, without secrets, the same in memory as in JSON. Knows nothing of how it is made or shown.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::issue::{IssueClass, Severity};
use crate::outcome::{Applied, ExitStatus};
use crate::plan::Action;
use crate::policy::Foreign;
use crate::readiness::Readiness;

/// Format of reports. It grows when a reader of an older one could misread a newer one; further members may come without.
pub const REPORT_VERSION: u32 = 1;

/// What a run would do or did, for people and programs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "Report")]
#[non_exhaustive]
pub struct Document {
    /// [`REPORT_VERSION`].
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Names the plan.
    pub plan_digest: String,
    /// Field manager that owns, or would own, what is applied.
    pub field_manager: String,
    /// Whether nothing was written; absent when the plan was not carried out at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// One item an object, in the order of the plan.
    pub items: Vec<Item>,
    /// What is wrong, worst first.
    pub issues: Vec<Finding>,
    /// The counts.
    pub summary: Summary,
}

/// One object of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ObjectRef {
    /// Which cluster.
    pub cluster: String,
    /// Its namespace; absent for objects outside of namespaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Group of its kind; empty for the core group.
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// What becomes of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Item {
    /// Which object.
    pub object: ObjectRef,
    /// `apiVersion` it is written in.
    pub api_version: String,
    /// What is done with it.
    pub action: Action,
    /// Why.
    pub reason: Why,
    /// When: lower stages first, for deletions higher ones first.
    pub stage: u8,
    /// Where it is different. Values of secrets are fingerprints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// What somebody else added.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign: Vec<ForeignFinding>,
    /// What must have succeeded before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ObjectRef>,
    /// What it needs and the same plan makes, so that the server could not be asked about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverifiable: Vec<ObjectRef>,
    /// With the privileged client.
    #[serde(default, skip_serializing_if = "is_false")]
    pub privileged: bool,
    /// Where the declaration comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Source>,
    /// What became of it; absent when the plan was not carried out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<ItemResult>,
    /// Whether it is ready; absent when nobody waited for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readiness: Option<ReadinessFinding>,
    /// The whole object before and after as unified diff, when that was asked for and both sides are known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
}

/// Why something is as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Why {
    /// A word for programs, such as `drifted`.
    pub code: String,
    /// What belongs to it: a field, an owner, a bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The whole of it for a person.
    pub text: String,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Change {
    /// Where, such as `spec.template.spec.containers[name=app].image`.
    pub path: String,
    /// What is there; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// What will be there; absent when nothing will.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// Who holds the field now, when it is not us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
}

/// A field that somebody else added to a managed object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ForeignFinding {
    /// Where.
    pub path: String,
    /// Who.
    pub manager: String,
    /// When they last wrote it, as the server says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What is done about it.
    pub policy: Foreign,
}

/// Where a declaration comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Source {
    /// File or address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Which document of the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// Which integration declared it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// On behalf of which caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ItemResult {
    /// In a word.
    pub state: ResultState,
    /// How it was applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Applied>,
    /// What the server said of it in a dry run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verification>,
    /// What it was blocked or refused by, as a class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<IssueClass>,
    /// Why it was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// It was gone before it was to be deleted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub already: bool,
    /// The object is absent now though it was there: it was deleted to be made again, and that failed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub absent: bool,
    /// Requests that were made for it.
    pub attempts: u32,
    /// How long it took, in milliseconds.
    pub millis: u64,
    /// What the server warned of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What had to be done besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What became of an item, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ResultState {
    /// It would be done.
    Planned,
    /// The server would refuse it.
    Refused,
    /// It is applied.
    Applied,
    /// It is gone.
    Deleted,
    /// It was left as it is.
    Skipped,
    /// It could not be done as planned, and nothing was changed.
    Blocked,
    /// It was tried and failed.
    Failed,
    /// It was not tried.
    NotAttempted,
}

/// What a server said of an item in a dry run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "answer")]
#[non_exhaustive]
pub enum Verification {
    /// It was not asked.
    NotAsked,
    /// It would take it.
    Accepted,
    /// It cannot be asked: what it needs is made by the same plan.
    #[non_exhaustive]
    Unverified {
        /// What it needs.
        needs: Vec<ObjectRef>,
    },
    /// A webhook cannot be asked without effect.
    #[non_exhaustive]
    DryRunUnsupported {
        /// Its name, when it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        webhook: Option<String>,
    },
    /// It would refuse.
    #[non_exhaustive]
    Refused {
        /// Of which class.
        class: IssueClass,
        /// Why.
        message: String,
    },
}

/// Whether an object is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReadinessFinding {
    /// Whether it is.
    pub ready: bool,
    /// What it is, in a word.
    pub status: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// Something that is wrong, or that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// What kind of trouble.
    pub class: IssueClass,
    /// How far it reaches.
    pub reach: Extent,
    /// What is the matter and what to do.
    pub message: String,
    /// Where in the declaration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Where the declaration comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Source>,
}

/// How far a finding reaches: everything that matches the members that are there; the whole run when none is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Extent {
    /// In this cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster: Option<String>,
    /// In this namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Objects of this kind, written `Kind.group`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The object of this name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The counts of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Summary {
    /// Of each cluster.
    pub clusters: BTreeMap<String, Counts>,
    /// Of all of them together, and of what belongs to none.
    pub total: Counts,
    /// How the run ended; for a plan that was not carried out, how it ends with that.
    pub exit: ExitStatus,
}

/// How many there are of each; what there is none of is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Counts {
    /// Items by action.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<Action, usize>,
    /// Items by what became of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub results: BTreeMap<ResultState, usize>,
    /// Fields that somebody else added.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub foreign: usize,
    /// Objects that somebody waited for and that are not ready.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unready: usize,
    /// Findings by severity.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub issues: BTreeMap<Severity, usize>,
}

/// One line of a report that is written line by line: every item, every finding, the summary last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "type")]
#[non_exhaustive]
pub enum Line {
    /// What becomes of an object.
    Item(Box<Item>),
    /// Something that is wrong.
    Issue(Finding),
    /// The last line; a report without it was cut short.
    Summary(Trailer),
}

/// The last line of a report that is written line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trailer {
    /// [`REPORT_VERSION`].
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// Names the plan.
    pub plan_digest: String,
    /// Field manager that owns, or would own, what is applied.
    pub field_manager: String,
    /// Whether nothing was written; absent when the plan was not carried out at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dry_run: Option<bool>,
    /// The counts.
    pub summary: Summary,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &usize) -> bool {
    *value == 0
}

impl ObjectRef {
    /// The kind within its group, written `Kind.group`.
    #[must_use]
    pub fn kind_and_group(&self) -> String {
        if self.group.is_empty() { self.kind.clone() } else { format!("{}.{}", self.kind, self.group) }
    }

    /// Cluster and namespace, written `cluster/namespace`.
    #[must_use]
    pub fn place(&self) -> String {
        self.namespace
            .as_ref()
            .map_or_else(|| self.cluster.clone(), |namespace| format!("{}/{namespace}", self.cluster))
    }
}

impl ReadinessFinding {
    /// Whether an object is ready, what it is in a word, and why.
    pub fn new(ready: bool, status: impl Into<String>, message: impl Into<String>) -> Self {
        Self { ready, status: status.into(), message: message.into() }
    }
}

impl From<&Readiness> for ReadinessFinding {
    fn from(readiness: &Readiness) -> Self {
        Self::new(readiness.is_ready(), readiness.status.as_str(), readiness.message.clone())
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.place(), self.kind_and_group(), self.name)
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.cluster.as_deref().unwrap_or("everywhere"))?;
        if let Some(namespace) = &self.namespace {
            write!(f, "/{namespace}")?;
        }
        for part in [&self.kind, &self.name].into_iter().flatten() {
            write!(f, " {part}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        match (&self.file, self.document) {
            (Some(file), Some(document)) => parts.push(format!("{file} document {document}")),
            (Some(file), None) => parts.push(file.clone()),
            (None, _) => {}
        }
        parts.extend(self.integration.as_ref().map(|name| format!("integration {name}")));
        parts.extend(self.caller.as_ref().map(|name| format!("caller {name}")));
        f.write_str(&parts.join(", "))
    }
}
