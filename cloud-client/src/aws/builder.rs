//! What has to be decided before there are sessions. Does no I/O.

use std::fmt;
use std::sync::Arc;

use core_client::credentials::{Clock, SystemClock};

use super::metrics::Recorder;
use super::plan::Plan;
use super::sdk::Common;
use super::{AccountConfig, AwsApi, AwsOptions, ConfigError, MfaCodes, http};
use crate::secret::{SecretReader, SecretsInMemory};

/// What has to be decided before there are sessions.
#[derive(Default)]
#[must_use]
pub struct AwsApiBuilder {
    accounts: Vec<AccountConfig>,
    options: AwsOptions,
    secrets: Option<Arc<dyn SecretReader>>,
    mfa: Option<Arc<dyn MfaCodes>>,
    clock: Option<Arc<dyn Clock>>,
    recorder: Recorder,
}

impl AwsApiBuilder {
    /// Adds an account.
    pub fn account(mut self, account: AccountConfig) -> Self {
        self.accounts.push(account);
        self
    }

    /// Adds accounts.
    pub fn accounts(mut self, accounts: impl IntoIterator<Item = AccountConfig>) -> Self {
        self.accounts.extend(accounts);
        self
    }

    /// Sets where key pairs are read; nowhere.
    pub fn secrets(mut self, secrets: impl SecretReader) -> Self {
        self.secrets = Some(Arc::new(secrets));
        self
    }

    /// Sets who shows the codes of the devices that roles ask for; nobody.
    pub fn mfa(mut self, codes: impl MfaCodes) -> Self {
        self.mfa = Some(Arc::new(codes));
        self
    }

    /// Sets the clock that signatures and credentials go by; the machine's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Sets how sessions are made and kept.
    pub fn options(mut self, options: AwsOptions) -> Self {
        self.options = options;
        self
    }

    /// Counts into these metrics.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &super::AwsMetrics) -> Self {
        self.recorder = Recorder::new(metrics);
        self
    }

    /// Checks the accounts, and asks nobody. No account at all is no mistake.
    ///
    /// # Errors
    /// [`ConfigError`] names the account that cannot work.
    pub fn build(self) -> Result<AwsApi, ConfigError> {
        let plan = Plan::new(self.accounts)?;
        let common = Common {
            options: self.options,
            clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock::default())),
            secrets: self.secrets.unwrap_or_else(|| Arc::new(SecretsInMemory::default())),
            mfa: self.mfa,
            http: http::shared_client(),
            recorder: self.recorder,
            gates: std::sync::Mutex::default(),
        };
        Ok(AwsApi::new(common, plan))
    }
}

impl fmt::Debug for AwsApiBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsApiBuilder")
            .field("accounts", &self.accounts)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
