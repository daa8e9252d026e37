//! A role that is assumed on the way to an account. Does no I/O.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::RoleArn;

/// A role that is assumed on the way to an account.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RoleConfig {
    /// The role.
    pub arn: RoleArn,
    /// What the role's owner wants to hear before it trusts us. Masked, as some owners treat it as a secret.
    #[serde(default)]
    pub external_id: Option<SecretString>,
    /// How the session is called; absent: [`session_name`](super::session_name) of the integration and the account.
    #[serde(default)]
    pub session_name: Option<String>,
    /// How long the credentials are good, from 15 minutes to 12 hours; 1 hour, which is also the most for a role assumed from a role.
    #[serde(default = "an_hour", rename = "duration_seconds", deserialize_with = "seconds")]
    pub duration: Duration,
    /// Tags of the session.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Names of tags that go along to the roles assumed from this one.
    #[serde(default)]
    pub transitive_tags: Vec<String>,
    /// A policy, JSON, that takes away from what the role may do.
    #[serde(default)]
    pub policy: Option<String>,
    /// The serial number or ARN of a device whose code the role asks for; the codes come from
    /// [`AwsApiBuilder::mfa`](super::AwsApiBuilder::mfa).
    #[serde(default)]
    pub mfa_serial: Option<String>,
}

fn an_hour() -> Duration {
    HOUR
}

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    Ok(Duration::from_secs(u64::deserialize(deserializer)?))
}

const HOUR: Duration = Duration::from_secs(60 * 60);
const SHORTEST: Duration = Duration::from_secs(15 * 60);
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

impl RoleConfig {
    /// This role, for an hour.
    #[must_use]
    pub fn new(arn: RoleArn) -> Self {
        Self {
            arn,
            external_id: None,
            session_name: None,
            duration: HOUR,
            tags: BTreeMap::new(),
            transitive_tags: Vec::new(),
            policy: None,
            mfa_serial: None,
        }
    }

    /// Sets what the role's owner wants to hear.
    #[must_use]
    pub fn with_external_id(mut self, id: impl Into<SecretString>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Sets how the session is called.
    #[must_use]
    pub fn with_session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// Sets how long the credentials are good.
    #[must_use]
    pub fn with_duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Adds a tag to the session.
    #[must_use]
    pub fn with_tag(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.tags.insert(name.into(), value.into());
        self
    }

    /// Takes away from what the role may do.
    #[must_use]
    pub fn with_policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// Sets the device whose code the role asks for.
    #[must_use]
    pub fn with_mfa(mut self, serial: impl Into<String>) -> Self {
        self.mfa_serial = Some(serial.into());
        self
    }

    /// What is wrong with it; `chained` when it is assumed from another role.
    pub(crate) fn fault(&self, chained: bool) -> Option<&'static str> {
        let named = self.session_name.as_deref().is_none_or(super::session_name::is_session_name);
        if self.duration < SHORTEST || self.duration > LONGEST || self.duration.subsec_nanos() > 0 {
            Some("its duration must be whole seconds, from 15 minutes to 12 hours")
        } else if chained && self.duration > HOUR {
            Some("a role assumed from a role is good for an hour at most")
        } else if !named {
            Some("its session name must be 2 to 64 letters, digits or any of _+=,.@-")
        } else if self.transitive_tags.iter().any(|tag| !self.tags.contains_key(tag)) {
            Some("a transitive tag must be one of its tags")
        } else {
            None
        }
    }
}

impl PartialEq for RoleConfig {
    fn eq(&self, other: &Self) -> bool {
        let exposed = |role: &Self| role.external_id.as_ref().map(|id| id.expose_secret().to_owned());
        let rest = |role: &Self| {
            (role.arn.clone(), role.session_name.clone(), role.duration, role.policy.clone(), role.mfa_serial.clone())
        };
        rest(self) == rest(other)
            && self.tags == other.tags
            && self.transitive_tags == other.transitive_tags
            && exposed(self) == exposed(other)
    }
}

impl Eq for RoleConfig {}

impl fmt::Debug for RoleConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleConfig")
            .field("arn", &self.arn)
            .field("external_id", &self.external_id.as_ref().map(|_| "<masked>"))
            .field("session_name", &self.session_name)
            .field("duration", &self.duration)
            .field("tags", &self.tags)
            .field("mfa_serial", &self.mfa_serial)
            .finish_non_exhaustive()
    }
}
