//! Everything that is wrong with a declaration, by place; never quotes values, which may be secret.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::id::{GroupKind, Origin};
use crate::issue::{Issue, IssueClass, Reach};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where, such as `spec.rules[0]` or `metadata.labels["app.kubernetes.io/name"]`; empty for the whole.
    pub path: String,
    /// What, and what would be right.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// The same, found inside of something that lies at this path.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        if self.path.is_empty() {
            outer.clone_into(&mut self.path);
        } else if !outer.is_empty() {
            self.path = format!("{outer}.{}", self.path);
        }
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// A declaration that cannot be used, and everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidResource(Box<Invalid>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Invalid {
    kind: Option<GroupKind>,
    name: Option<Arc<str>>,
    namespace: Option<Arc<str>>,
    origin: Origin,
    problems: Vec<Problem>,
}

impl InvalidResource {
    pub(crate) fn new(body: &Value, origin: Origin, problems: Vec<Problem>) -> Self {
        let metadata = body.get("metadata");
        let named = |key: &str| text(metadata.and_then(|metadata| metadata.get(key))).map(Arc::from);
        let kind = text(body.get("kind")).map(|kind| GroupKind::of(text(body.get("apiVersion")).unwrap_or(""), kind));
        Self(Box::new(Invalid { kind, name: named("name"), namespace: named("namespace"), origin, problems }))
    }

    /// The same, found inside of something that lies at this path.
    pub(super) fn within(mut self, outer: &str) -> Self {
        let problems = std::mem::take(&mut self.0.problems);
        self.0.problems = problems.into_iter().map(|problem| problem.within(outer)).collect();
        self
    }

    /// Its kind, as far as it can be read.
    #[must_use]
    pub fn kind(&self) -> Option<&GroupKind> {
        self.0.kind.as_ref()
    }

    /// Its name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// The namespace it declares, if any.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.0.namespace.as_deref()
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Everything that is wrong, at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// The same as issues: one for each problem, with its place and origin, of this reach.
    #[must_use]
    pub fn issues(&self, reach: &Reach) -> Vec<Issue> {
        let what = self.what();
        let issue = |problem: &Problem| {
            let issue = Issue::error(reach.clone(), IssueClass::Invalid, format!("{what}: {}", problem.message));
            let issue = if problem.path.is_empty() { issue } else { issue.at(problem.path.clone()) };
            issue.from(&self.0.origin)
        };
        self.0.problems.iter().map(issue).collect()
    }

    fn what(&self) -> String {
        match (&self.0.kind, &self.0.name) {
            (Some(kind), Some(name)) => format!("{kind} {name} is invalid"),
            (Some(kind), None) => format!("{kind} without a name is invalid"),
            (None, Some(name)) => format!("object {name} is invalid"),
            (None, None) => "declaration is invalid".into(),
        }
    }
}

impl From<InvalidResource> for Vec<Issue> {
    /// As issues that reach the whole run, for when it is not known where it belongs.
    fn from(invalid: InvalidResource) -> Self {
        invalid.issues(&Reach::Run)
    }
}

impl fmt::Display for InvalidResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        for (index, problem) in self.0.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { ": " } else { "; " })?;
        }
        write!(f, " ({})", self.0.origin)
    }
}

impl std::error::Error for InvalidResource {}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty())
}
