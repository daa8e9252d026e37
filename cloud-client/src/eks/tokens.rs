//! Tokens for one cluster, kept until they near their end.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use core_client::bearer::{Bearer, BearerError, BearerSource};
use core_client::http::Token;
use jiff::Timestamp;

use super::presign::{self, EksError, TOKEN_LIFE};
use crate::aws::{AwsApi, RoleConfig};

/// Tokens for one cluster: made of the account's credentials, and made anew when less than half of their life is left. No network is asked
/// for a token; only credentials that have to be made first are waited for, together with all others who want them.
pub struct EksTokens {
    aws: AwsApi,
    account: String,
    region: String,
    cluster: String,
    roles: Vec<RoleConfig>,
    kept: Mutex<Option<Bearer>>,
}

impl EksTokens {
    /// Tokens for the cluster of this name in this region, as whoever we are in this account.
    ///
    /// # Errors
    /// [`EksError::Cluster`] when no cluster can be called so. Account and region are looked at when a token is asked for.
    pub fn new(
        aws: AwsApi,
        account: impl Into<String>,
        region: impl Into<String>,
        cluster: impl Into<String>,
    ) -> Result<Self, EksError> {
        let cluster = cluster.into();
        presign::check_cluster(&cluster)?;
        let (account, region) = (account.into(), region.into());
        Ok(Self { aws, account, region, cluster, roles: Vec::new(), kept: Mutex::default() })
    }

    /// Assumes this role first, after those of the account.
    #[must_use]
    pub fn with_role(mut self, role: RoleConfig) -> Self {
        self.roles.push(role);
        self
    }

    /// The cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// A token that is good for half of its life at least, unless the credentials end earlier.
    ///
    /// # Errors
    /// [`EksError`]; nothing in it shows a token.
    ///
    /// # Cancel safety
    /// Giving up stops nothing that others wait for.
    pub async fn token(&self) -> Result<Bearer, EksError> {
        let now = self.aws.now();
        if let Some(bearer) = self.kept().as_ref().filter(|bearer| bearer.expires.is_some_and(|end| half(now) < end)) {
            return Ok(bearer.clone());
        }
        let failed = |source| EksError::Session { cluster: self.cluster.clone(), source };
        let roles = self.roles.iter().cloned();
        let session = self.aws.session_with_roles(&self.account, &self.region, roles).await.map_err(failed)?;
        let shown = session.expose_credentials().await.map_err(failed)?;
        let now = self.aws.now();
        let credentials = shown.expose_for_sdk();
        let token = presign::token(credentials, session.partition(), &self.region, &self.cluster, now.into())?;
        let life = now.checked_add(TOKEN_LIFE).unwrap_or(now);
        let expires = shown.expires().map_or(life, |credentials| credentials.min(life));
        let bearer = Bearer::new(token).with_expiry(expires);
        *self.kept() = Some(bearer.clone());
        Ok(bearer)
    }

    fn kept(&self) -> MutexGuard<'_, Option<Bearer>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a token outlives that has half of its life left.
fn half(now: Timestamp) -> Timestamp {
    now.checked_add(TOKEN_LIFE / 2).unwrap_or(now)
}

#[async_trait]
impl BearerSource for EksTokens {
    async fn bearer(&self) -> Result<Bearer, BearerError> {
        self.token().await.map_err(|error| {
            let transient = matches!(&error, EksError::Session { source, .. } if source.is_transient());
            BearerError::new(format!("EKS cluster {:?}", self.cluster), Arc::new(error)).with_transient(transient)
        })
    }

    fn invalidate(&self, token: &Token) {
        self.kept().take_if(|kept| kept.token == *token);
    }
}

impl fmt::Debug for EksTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EksTokens")
            .field("account", &self.account)
            .field("region", &self.region)
            .field("cluster", &self.cluster)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}
