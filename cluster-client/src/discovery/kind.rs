//! How people write kinds, and why one is not found. Plain functions.

use std::fmt;
use std::str::FromStr;

/// A kind as a person wrote it: `Kind`, `Kind.group`, `Kind.group/version` or `group/version/Kind`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct KindQuery {
    /// The kind; upper and lower case matter.
    pub kind: String,
    /// The group; empty for the core group, absent when none was written.
    pub group: Option<String>,
    /// The version, if one was written.
    pub version: Option<String>,
}

/// What was written is no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is no kind; write Kind, Kind.group, Kind.group/version or group/version/Kind")]
#[non_exhaustive]
pub struct KindQueryError {
    /// What was written.
    pub written: String,
}

impl FromStr for KindQuery {
    type Err = KindQueryError;

    fn from_str(written: &str) -> Result<Self, KindQueryError> {
        parse(written).ok_or_else(|| KindQueryError { written: written.into() })
    }
}

fn parse(written: &str) -> Option<KindQuery> {
    let query = match written.split('/').collect::<Vec<_>>()[..] {
        [group, version, kind] if !group.is_empty() => {
            KindQuery { kind: kind.into(), group: Some(group.into()), version: Some(version.into()) }
        }
        // The core group has no name: `v1/Pod`. A version comes first only there.
        [version, kind] if !version.contains('.') && kind.starts_with(|first: char| first.is_ascii_uppercase()) => {
            KindQuery { kind: kind.into(), group: Some(String::new()), version: Some(version.into()) }
        }
        [name, version] => {
            let (kind, group) = name.split_once('.')?;
            KindQuery { kind: kind.into(), group: Some(group.into()), version: Some(version.into()) }
        }
        [name] => match name.split_once('.') {
            Some((kind, group)) => KindQuery { kind: kind.into(), group: Some(group.into()), version: None },
            None => KindQuery { kind: name.into(), group: None, version: None },
        },
        _ => return None,
    };
    let core = query.group.as_deref() == Some("") && query.version.is_some() && !written.contains('.');
    let named = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let group = query.group.as_deref().is_none_or(|group| core || group.split('.').all(named));
    (named(&query.kind) && group && query.version.as_deref().is_none_or(named)).then_some(query)
}

impl fmt::Display for KindQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.group.as_deref(), &self.version) {
            (Some(""), Some(version)) => write!(f, "{version}/{}", self.kind),
            (Some(group), Some(version)) => write!(f, "{}.{group}/{version}", self.kind),
            (Some(group), None) => write!(f, "{}.{group}", self.kind),
            (None, _) => f.write_str(&self.kind),
        }
    }
}

/// Why a kind was not resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KindError {
    /// The cluster does not serve it.
    #[error("the cluster does not serve {query}{}", hint(suggestions, unlisted))]
    NotFound {
        /// What was asked for.
        query: KindQuery,
        /// What looks like it and is served.
        suggestions: Vec<String>,
        /// Group versions that could not be listed, where it may be.
        unlisted: Vec<String>,
    },
    /// More than one group serves it.
    #[error("{query} is ambiguous, write one of {}", candidates.join(", "))]
    Ambiguous {
        /// What was asked for.
        query: KindQuery,
        /// The full names.
        candidates: Vec<String>,
    },
}

fn hint(suggestions: &[String], unlisted: &[String]) -> String {
    let mut hint = String::new();
    if !suggestions.is_empty() {
        hint = format!(", it serves {}", suggestions.join(", "));
    }
    if !unlisted.is_empty() {
        hint += &format!(" ({} could not be listed)", unlisted.join(", "));
    }
    hint
}
