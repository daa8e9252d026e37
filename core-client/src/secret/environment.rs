//! Secrets in environment variables.

use std::fmt;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// Secrets in environment variables: the members of `team/prod-1` are `PREFIX_TEAM_PROD_1_TOKEN`, `PREFIX_TEAM_PROD_1_SERVER` and so on.
///
/// Everything that is no letter and no digit becomes `_`. The environment is looked at when a secret is read.
pub struct EnvironmentSecrets {
    prefix: String,
    variables: Box<dyn Fn() -> Vec<(String, String)> + Send + Sync>,
}

impl EnvironmentSecrets {
    /// Variables of this process that start with `prefix` and `_`.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        // Variables that are no Unicode are none of ours.
        Self::with_variables(prefix, || {
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect()
        })
    }

    /// Variables of another origin.
    #[must_use]
    pub fn with_variables(
        prefix: impl Into<String>,
        variables: impl Fn() -> Vec<(String, String)> + Send + Sync + 'static,
    ) -> Self {
        Self { prefix: prefix.into(), variables: Box::new(variables) }
    }
}

#[async_trait]
impl SecretReader for EnvironmentSecrets {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let start = format!("{}_{}_", self.prefix, in_capitals(&secret.path));
        let members = (self.variables)().into_iter().filter_map(|(name, value)| {
            let member = name.strip_prefix(&start)?.to_ascii_lowercase();
            Some((member, SecretString::from(value)))
        });
        let data: SecretData = members.collect();
        if data.names().next().is_none() {
            return Err(SecretError::NotFound { path: format!("{start}*") });
        }
        Ok(data)
    }
}

fn in_capitals(path: &str) -> String {
    path.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

impl fmt::Debug for EnvironmentSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnvironmentSecrets").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
