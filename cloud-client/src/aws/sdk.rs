//! The SDK's configuration, made in one place: one set of connections, our clock, our deadlines, no second cache of credentials. Knows
//! nothing of where credentials come from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::identity::IdentityCache;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use core_client::credentials::Clock;
use tokio::sync::Semaphore;

use super::http::{AccountHttp, Gate};
use super::metrics::Recorder;
use super::plan::Account;
use super::time::SdkTime;
use super::{AwsOptions, MfaCodes};
use crate::secret::SecretReader;

/// What everything that is made for accounts shares.
pub(super) struct Common {
    pub(super) options: AwsOptions,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) secrets: Arc<dyn SecretReader>,
    pub(super) mfa: Option<Arc<dyn MfaCodes>>,
    pub(super) http: SharedHttpClient,
    pub(super) recorder: Recorder,
    pub(super) gates: Mutex<HashMap<Arc<str>, Arc<Gate>>>,
}

impl Common {
    /// A configuration for calls of our own to STS: they are few, and wait for nobody's turn.
    pub(super) fn for_sts(&self, account: &Account, credentials: Option<SharedCredentialsProvider>) -> SdkConfig {
        self.config(account, &account.config.default_region, credentials, self.http.clone())
    }

    /// A configuration for the calls of applications.
    pub(super) fn for_calls(
        &self,
        account: &Account,
        region: &str,
        credentials: SharedCredentialsProvider,
    ) -> SdkConfig {
        let http = AccountHttp { shared: self.http.clone(), gate: self.gate(account) };
        self.config(account, region, Some(credentials), SharedHttpClient::new(http))
    }

    fn config(
        &self,
        account: &Account,
        region: &str,
        credentials: Option<SharedCredentialsProvider>,
        http: SharedHttpClient,
    ) -> SdkConfig {
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .http_client(http)
            .sleep_impl(TokioSleep::new())
            .time_source(SdkTime(Arc::clone(&self.clock)))
            .timeout_config(self.timeouts())
            .retry_config(self.options.retry.clone())
            // Our provider answers from memory, renews ahead of the end and once for all; another cache would only keep what has ended.
            .identity_cache(IdentityCache::no_cache())
            .disable_clock_skew_correction(!self.options.correct_clock_skew)
            .use_fips(account.config.uses_fips());
        config.set_credentials_provider(credentials);
        config.set_app_name(AppName::new(self.options.integration.clone()).ok());
        config.set_endpoint_url(
            account.config.endpoint_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
        );
        config.build()
    }

    /// How long connecting and an attempt may take.
    pub(super) fn timeouts(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(self.options.connect_timeout)
            .operation_attempt_timeout(self.options.attempt_timeout)
            .build()
    }

    fn gate(&self, account: &Account) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let gate = gates.entry(Arc::clone(&account.name)).or_insert_with(|| {
            let turns = account.config.max_in_flight.unwrap_or(self.options.max_in_flight);
            Arc::new(Gate {
                account: Arc::clone(&account.name),
                turns: Semaphore::new(turns.clamp(1, Semaphore::MAX_PERMITS)),
                recorder: self.recorder.clone(),
            })
        });
        Arc::clone(gate)
    }
}
