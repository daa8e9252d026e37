//! Rules for kinds as data: which conditions make an object ready, failed or neither.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::expression::{Comparison, Expression, Path, compare};
use super::{Readiness, Status};
use crate::id::GroupKind;

/// Rules of kinds that are built in as data.
const BUILT_IN: &str = include_str!("built_in.json");

/// How readiness is judged. The default knows Kubernetes' own kinds, and of others DeploymentConfig, Route, Subscription (of the Operator
/// Lifecycle Manager), ClowdApp and ClowdJobInvocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Rules {
    /// Rules of further kinds, or of known ones instead of what is built in. The first for a kind decides.
    pub kinds: Vec<KindRule>,
    /// When a Job is ready; when it is complete by default.
    pub jobs: JobReady,
    /// For how many seconds a pod may be unschedulable before it counts as failed; 15 by default, as in `kstatus`.
    pub unschedulable_after_seconds: u64,
    /// What an object of an unknown kind is that has no status at all; ready by default.
    pub without_status: Verdict,
    #[serde(skip, default = "built_in")]
    pub(super) built_in: Arc<[KindRule]>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            jobs: JobReady::default(),
            unschedulable_after_seconds: 15,
            without_status: Verdict::Ready,
            built_in: built_in(),
        }
    }
}

impl Rules {
    /// The same with a rule for one more kind.
    #[must_use]
    pub fn with(mut self, rule: KindRule) -> Self {
        self.kinds.push(rule);
        self
    }

    /// The same with Jobs that are ready as soon as they have started.
    #[must_use]
    pub fn with_started_jobs(mut self) -> Self {
        self.jobs = JobReady::Started;
        self
    }
}

/// The rules that come as data. A test reads them strictly.
fn built_in() -> Arc<[KindRule]> {
    serde_json::from_str::<Vec<KindRule>>(BUILT_IN).unwrap_or_default().into()
}

/// When a Job is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum JobReady {
    /// When it is complete.
    #[default]
    Complete,
    /// When it has started.
    Started,
}

/// What a condition says of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Verdict {
    /// It is as declared.
    Ready,
    /// It got stuck.
    Failed,
    /// It is on the way.
    #[default]
    Progressing,
}

impl Verdict {
    pub(super) fn readiness(self, reason: &'static str, message: String) -> Readiness {
        let status = match self {
            Self::Ready => Status::Current,
            Self::Failed => Status::Failed,
            Self::Progressing => Status::InProgress,
        };
        Readiness::new(status, reason, message)
    }
}

/// The rule of one kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct KindRule {
    /// Of which kind, whatever the version.
    pub kind: GroupKind,
    /// The first of these that holds decides.
    pub conditions: Vec<Check>,
    /// What it is when none holds; on the way by default.
    #[serde(default)]
    pub otherwise: Verdict,
}

impl KindRule {
    /// A rule: the first check that holds decides, and nothing is ready otherwise.
    #[must_use]
    pub fn new(kind: GroupKind, conditions: Vec<Check>) -> Self {
        Self { kind, conditions, otherwise: Verdict::Progressing }
    }

    pub(super) fn judge(&self, object: &Value) -> Readiness {
        for check in &self.conditions {
            if check.when.holds(object) {
                let said = check.message.as_ref().and_then(|path| path.text(object));
                return check.then.readiness("Rule", said.unwrap_or_else(|| check.when.to_string()));
            }
        }
        self.otherwise.readiness("Rule", "no condition of its kind holds".into())
    }
}

/// A condition, and what follows when it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
#[non_exhaustive]
pub struct Check {
    /// The condition.
    pub when: Condition,
    /// What follows.
    pub then: Verdict,
    /// Where the object says why, for people.
    pub message: Option<Path>,
}

impl Check {
    /// When this holds, that follows.
    #[must_use]
    pub fn new(when: Condition, then: Verdict) -> Self {
        Self { when, then, message: None }
    }

    /// The same, with where the object says why.
    #[must_use]
    pub fn saying(mut self, message: Path) -> Self {
        self.message = Some(message);
        self
    }
}

/// What must hold.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// A field compares to a value.
    #[non_exhaustive]
    Field {
        /// Which field.
        path: Path,
        /// How it compares.
        operator: Operator,
        /// To what; nothing for [`Operator::Exists`].
        value: Value,
    },
    /// An expression is true.
    Expression(Expression),
}

impl Condition {
    fn holds(&self, object: &Value) -> bool {
        match self {
            Self::Field { path, operator, value } => match operator.comparison() {
                Some(comparison) => path.values(object).iter().any(|found| compare(found, comparison, value)),
                None => path.exists(object),
            },
            Self::Expression(expression) => expression.holds(object),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field { path, operator: Operator::Exists, .. } => write!(f, "exists({path})"),
            Self::Field { path, operator, value } => {
                write!(f, "{path} {} {value}", operator.comparison().map_or("", Comparison::as_str))
            }
            Self::Expression(expression) => expression.fmt(f),
        }
    }
}

/// How a field compares to a value. A field that is absent compares as `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Operator {
    /// It is equal; numbers by value.
    Eq,
    /// It is not equal.
    Ne,
    /// It is there and not `null`.
    Exists,
    /// It is greater or equal, among numbers or among texts.
    Ge,
    /// It is greater.
    Gt,
    /// It is less or equal.
    Le,
    /// It is less.
    Lt,
    /// It is a text like the value, in which `*` stands for anything.
    Matches,
    /// It is one of the values in the list.
    In,
}

impl Operator {
    fn comparison(self) -> Option<Comparison> {
        Some(match self {
            Self::Eq => Comparison::Eq,
            Self::Ne => Comparison::Ne,
            Self::Ge => Comparison::Ge,
            Self::Gt => Comparison::Gt,
            Self::Le => Comparison::Le,
            Self::Lt => Comparison::Lt,
            Self::Matches => Comparison::Matches,
            Self::In => Comparison::In,
            Self::Exists => return None,
        })
    }
}

/// A check as it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expression: Option<Expression>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<Path>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operator: Option<Operator>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    value: Value,
    then: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<Path>,
}

impl TryFrom<Written> for Check {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { expression, path, operator, value, then, message } = written;
        let when = match (expression, path) {
            (Some(_), _) if operator.is_some() || !value.is_null() => {
                return Err("a condition with an expression has no operator and no value");
            }
            (Some(expression), None) => Condition::Expression(expression),
            (None, Some(path)) => {
                let operator = operator.unwrap_or(if value.is_null() { Operator::Exists } else { Operator::Eq });
                match (operator, &value) {
                    (Operator::In, value) if !value.is_array() => return Err("the value of `in` is a list"),
                    (Operator::Matches, value) if !value.is_string() => return Err("the value of `matches` is a text"),
                    _ => Condition::Field { path, operator, value },
                }
            }
            (None, None) | (Some(_), Some(_)) => return Err("a condition has either a path or an expression"),
        };
        Ok(Self { when, then, message })
    }
}

impl From<Check> for Written {
    fn from(check: Check) -> Self {
        let Check { when, then, message } = check;
        match when {
            Condition::Expression(expression) => {
                Self { expression: Some(expression), path: None, operator: None, value: Value::Null, then, message }
            }
            Condition::Field { path, operator, value } => {
                Self { expression: None, path: Some(path), operator: Some(operator), value, then, message }
            }
        }
    }
}
