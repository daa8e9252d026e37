//! Makes the document of a report: joins the plan with what became of it, leaves noise out, hides secrets, counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::desired::DesiredSet;
use serde_json::Value;

use crate::id::{ObjectId, Origin};
use crate::issue::{Issue, Reach, Severity};
use crate::observed::Observed;
use crate::outcome::{Done, ExitStatus, Outcome, RunOutcome, Verified};
use crate::plan::{Action, Plan, PlanItem};
use crate::policy::Policy;
use crate::report::document::{
    Change, Counts, Document, Extent, Finding, ForeignFinding, Item, ItemResult, ObjectRef, REPORT_VERSION,
    ReadinessFinding, ResultState, Source, Summary, Verification, Why,
};
use crate::report::hide::{HIDDEN, SecretValues};
use crate::report::{unified, words};
use crate::stamp::StampScheme;

/// Annotations and labels that machinery puts on objects, whatever the scheme.
pub(super) const MACHINERY: [&str; 2] =
    ["kubectl.kubernetes.io/last-applied-configuration", "applyset.kubernetes.io/part-of"];

/// Metadata that servers keep.
pub(super) const KEPT_BY_SERVERS: [&str; 6] =
    ["generation", "managedFields", "resourceVersion", "uid", "creationTimestamp", "selfLink"];

/// A plan, and what became of it as far as that is known.
#[derive(Debug, Clone)]
pub struct Report<'a> {
    plan: &'a Plan,
    outcome: Option<&'a RunOutcome>,
    readiness: HashMap<ObjectId, ReadinessFinding, foldhash::fast::FixedState>,
    scheme: Option<Arc<dyn StampScheme>>,
    secrets: SecretValues,
    whole: Option<(&'a DesiredSet, &'a Observed, &'a Policy)>,
}

// === impl Report ===

impl<'a> Report<'a> {
    /// A report of a plan.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            outcome: None,
            readiness: HashMap::default(),
            scheme: None,
            secrets: SecretValues::new(),
            whole: None,
        }
    }

    /// The same with what became of the plan.
    #[must_use]
    pub fn with_outcome(mut self, outcome: &'a RunOutcome) -> Self {
        self.outcome = Some(outcome);
        self
    }

    /// The same with how ready objects are.
    #[must_use]
    pub fn with_readiness(mut self, readiness: impl IntoIterator<Item = (ObjectId, ReadinessFinding)>) -> Self {
        self.readiness.extend(readiness);
        self
    }

    /// The same without the marks of this scheme, which differ from run to run and say nothing to a person.
    #[must_use]
    pub fn without_marks(mut self, scheme: Arc<dyn StampScheme>) -> Self {
        self.scheme = Some(scheme);
        self
    }

    /// The same with these values hidden in everything but the names of objects.
    #[must_use]
    pub fn hiding(mut self, secrets: SecretValues) -> Self {
        self.secrets = secrets;
        self
    }

    /// The same with whole objects before and after as unified diffs, where both sides are known: what is made, what is deleted, and what
    /// is changed where all of it was read. The values of Secrets are fingerprints.
    #[must_use]
    pub fn with_whole_objects(mut self, desired: &'a DesiredSet, observed: &'a Observed, policy: &'a Policy) -> Self {
        self.whole = Some((desired, observed, policy));
        self
    }

    /// The report as a value. The same input gives the same value.
    #[must_use]
    pub fn document(&self) -> Document {
        let mut results: HashMap<(&ObjectId, Action), &Outcome, foldhash::fast::FixedState> = self
            .outcome
            .iter()
            .flat_map(|outcome| &outcome.outcomes)
            .map(|outcome| ((&outcome.id, outcome.action), outcome))
            .collect();
        let items: Vec<_> =
            self.plan.items.iter().map(|item| self.item(item, results.remove(&(&item.id, item.action)))).collect();
        let issues = self.issues();
        let exit = self.outcome.map_or_else(|| exit_of(self.plan), RunOutcome::exit_status);
        let summary = Summary { exit, ..count(&items, &issues) };
        Document {
            version: REPORT_VERSION,
            plan_digest: self.plan.digest.clone(),
            field_manager: self.plan.field_manager.clone(),
            dry_run: self.outcome.map(|outcome| outcome.dry_run),
            items,
            issues,
            summary,
        }
    }

    fn item(&self, item: &PlanItem, outcome: Option<&Outcome>) -> Item {
        let hide = |text: &str| self.secrets.hide(text);
        let why = words::why(&item.reason);
        Item {
            object: object(&item.id),
            api_version: item.api_version.to_string(),
            action: item.action,
            reason: Why { code: why.code, detail: why.detail.as_deref().map(hide), text: hide(&why.text) },
            stage: item.stage,
            // What the server said of it is nearer to the truth than what could be told without asking.
            changes: outcome
                .and_then(|outcome| outcome.predicted.as_ref())
                .unwrap_or(&item.changes)
                .iter()
                .filter(|change| !self.is_noise(&change.path))
                .map(|change| Change {
                    path: hide(&change.path),
                    before: change.before.as_ref().map(|value| self.value(item, &change.path, value)),
                    after: change.after.as_ref().map(|value| self.value(item, &change.path, value)),
                    manager: change.manager.as_deref().map(hide),
                })
                .collect(),
            foreign: item
                .foreign
                .iter()
                .filter(|field| !self.is_noise(&field.path))
                .map(|field| ForeignFinding {
                    path: hide(&field.path),
                    manager: hide(&field.manager),
                    time: field.time.clone(),
                    policy: field.policy,
                })
                .collect(),
            after: item.after.iter().map(object).collect(),
            unverifiable: item.unverifiable.iter().map(object).collect(),
            privileged: item.privileged,
            origin: item.origin.as_ref().map(|origin| self.source(origin)),
            result: outcome.map(|outcome| self.result(outcome)),
            readiness: self.readiness.get(&item.id).map(|readiness| ReadinessFinding {
                ready: readiness.ready,
                status: hide(&readiness.status),
                message: hide(&readiness.message),
            }),
            diff: self
                .whole
                .and_then(|(desired, observed, policy)| unified::diff(item, desired, observed, policy))
                .map(|diff| self.secrets.hide(&diff)),
        }
    }

    /// A value as it may be shown. Plans have fingerprints where values of Secrets were; a plan that comes from elsewhere is not believed.
    fn value(&self, item: &PlanItem, path: &str, value: &Value) -> Value {
        let below =
            |field| path.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        if item.id.kind.is("", "Secret") && (below("data") || below("stringData")) {
            return fingerprints_only(value);
        }
        self.secrets.hide_value(value)
    }

    fn result(&self, outcome: &Outcome) -> ItemResult {
        let hide = |text: &str| self.secrets.hide(text);
        let mut result = ItemResult {
            state: ResultState::Planned,
            how: None,
            verified: None,
            class: None,
            message: None,
            already: false,
            absent: false,
            attempts: outcome.attempts,
            millis: outcome.millis,
            warnings: outcome.warnings.iter().map(|text| hide(text)).collect(),
            notes: outcome.notes.iter().map(|text| hide(text)).collect(),
        };
        let because = |state: ResultState, issue: &Issue| ItemResult {
            state,
            class: Some(issue.class),
            message: Some(hide(&issue.message)),
            ..result.clone()
        };
        match &outcome.result {
            Done::Planned(verified) => {
                if matches!(verified, Verified::Refused(_)) {
                    result.state = ResultState::Refused;
                }
                result.verified = Some(self.verification(verified));
            }
            Done::Applied { how, .. } => (result.state, result.how) = (ResultState::Applied, Some(*how)),
            Done::Deleted { already } => (result.state, result.already) = (ResultState::Deleted, *already),
            Done::Skipped(why) => (result.state, result.message) = (ResultState::Skipped, Some(hide(why))),
            Done::Blocked(issue) => result = because(ResultState::Blocked, issue),
            Done::Failed { issue, absent } => {
                result = ItemResult { absent: *absent, ..because(ResultState::Failed, issue) };
            }
            Done::NotAttempted(why) => (result.state, result.message) = (ResultState::NotAttempted, Some(hide(why))),
        }
        result
    }

    fn verification(&self, verified: &Verified) -> Verification {
        match verified {
            Verified::NotAsked => Verification::NotAsked,
            Verified::Accepted => Verification::Accepted,
            Verified::Unverified(needs) => Verification::Unverified { needs: needs.iter().map(object).collect() },
            Verified::DryRunUnsupported(webhook) => {
                Verification::DryRunUnsupported { webhook: webhook.as_deref().map(|name| self.secrets.hide(name)) }
            }
            Verified::Refused(issue) => {
                Verification::Refused { class: issue.class, message: self.secrets.hide(&issue.message) }
            }
        }
    }

    /// Everything that is wrong, once, worst first.
    fn issues(&self) -> Vec<Finding> {
        let of_the_run = self.outcome.iter().flat_map(|outcome| &outcome.issues);
        let issues: BTreeSet<&Issue> = self.plan.issues.iter().chain(of_the_run).collect();
        let mut findings: Vec<_> = issues
            .into_iter()
            .map(|issue| Finding {
                severity: issue.severity,
                class: issue.class,
                reach: extent(&issue.reach),
                message: self.secrets.hide(&issue.message),
                path: issue.path.as_deref().map(|path| self.secrets.hide(path)),
                origin: issue.origin.as_ref().map(|origin| self.source(origin)),
            })
            .collect();
        findings.sort_by(|a, b| {
            b.severity
                .cmp(&a.severity)
                .then_with(|| (&a.reach, a.class, &a.message).cmp(&(&b.reach, b.class, &b.message)))
        });
        // What differed in a secret alone is the same now.
        findings.dedup();
        findings
    }

    fn source(&self, origin: &Origin) -> Source {
        let hide = |text: &Arc<str>| self.secrets.hide(text);
        Source {
            file: origin.file.as_ref().map(hide),
            document: origin.document,
            integration: origin.integration.as_ref().map(hide),
            caller: origin.caller.as_ref().map(hide),
        }
    }

    /// What changes from run to run, or is the server's business.
    fn is_noise(&self, path: &str) -> bool {
        if path == "status" || path.starts_with("status.") {
            return true;
        }
        let Some(path) = path.strip_prefix("metadata.") else { return false };
        if KEPT_BY_SERVERS
            .iter()
            .any(|kept| path.strip_prefix(kept).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
        {
            return true;
        }
        let Some(key) = path.strip_prefix("annotations").or_else(|| path.strip_prefix("labels")) else { return false };
        let key = key.trim_start_matches(['.', '[', '"', '\'']).trim_end_matches([']', '"', '\'']);
        MACHINERY.contains(&key) || self.scheme.as_ref().is_some_and(|scheme| scheme.is_mark(key))
    }
}

/// The value with everything hidden that is no fingerprint.
fn fingerprints_only(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(key, member)| (key.clone(), fingerprints_only(member))).collect()
        }
        Value::Array(items) => items.iter().map(fingerprints_only).collect(),
        Value::String(text) if is_fingerprint(text) => value.clone(),
        Value::Null => Value::Null,
        _ => HIDDEN.into(),
    }
}

fn is_fingerprint(text: &str) -> bool {
    let digits = text.strip_prefix("<secret ").and_then(|rest| rest.strip_suffix('>'));
    digits.is_some_and(|digits| digits.len() <= 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn object(id: &ObjectId) -> ObjectRef {
    ObjectRef {
        cluster: id.cluster.to_string(),
        namespace: id.namespace().map(Into::into),
        group: id.kind.group.to_string(),
        kind: id.kind.kind.to_string(),
        name: id.name.to_string(),
    }
}

fn extent(reach: &Reach) -> Extent {
    let cluster = reach.cluster().map(ToString::to_string);
    match reach {
        Reach::Object(id) => Extent {
            cluster,
            namespace: id.namespace().map(Into::into),
            kind: Some(id.kind.to_string()),
            name: Some(id.name.to_string()),
        },
        Reach::Kind(bucket) => Extent {
            cluster,
            namespace: bucket.scope.namespace().map(Into::into),
            kind: Some(bucket.kind.to_string()),
            name: None,
        },
        Reach::Namespace { namespace, .. } => {
            Extent { cluster, namespace: Some(namespace.to_string()), ..Extent::default() }
        }
        Reach::Cluster(_) | Reach::Run => Extent { cluster, ..Extent::default() },
    }
}

/// How a run would end that stops after the plan.
fn exit_of(plan: &Plan) -> ExitStatus {
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    let mut seen: BTreeSet<&str> = plan.items.iter().map(|item| &*item.id.cluster).collect();
    for issue in &plan.issues {
        seen.extend(issue.reach.cluster().map(|cluster| &**cluster));
        match (issue.severity, issue.reach.cluster()) {
            (Severity::Error, Some(cluster)) => drop(failed.insert(cluster)),
            (Severity::Error, None) => return ExitStatus::Error,
            _ => {}
        }
    }
    failed.extend(plan.items.iter().filter(|item| item.action == Action::Blocked).map(|item| &*item.id.cluster));
    match (failed.len(), seen.len()) {
        (0, _) if plan.items.iter().any(|item| item.action.writes()) => ExitStatus::Differences,
        (0, _) => ExitStatus::Success,
        (failed, seen) if failed < seen => ExitStatus::Partial,
        _ => ExitStatus::Error,
    }
}

fn count(items: &[Item], issues: &[Finding]) -> Summary {
    let mut clusters: BTreeMap<String, Counts> = BTreeMap::new();
    let mut total = Counts::default();
    for item in items {
        let of_cluster = clusters.entry(item.object.cluster.clone()).or_default();
        for counts in [of_cluster, &mut total] {
            *counts.actions.entry(item.action).or_default() += 1;
            if let Some(result) = &item.result {
                *counts.results.entry(result.state).or_default() += 1;
            }
            counts.foreign += item.foreign.len();
            counts.unready += usize::from(item.readiness.as_ref().is_some_and(|readiness| !readiness.ready));
        }
    }
    for issue in issues {
        let of_cluster = issue.reach.cluster.as_ref().map(|cluster| clusters.entry(cluster.clone()).or_default());
        for counts in of_cluster.into_iter().chain([&mut total]) {
            *counts.issues.entry(issue.severity).or_default() += 1;
        }
    }
    Summary { clusters, total, exit: ExitStatus::Success }
}
