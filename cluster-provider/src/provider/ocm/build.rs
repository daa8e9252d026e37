//! Puts a provider together: settings, credentials, connections. Asks nobody anything.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_client::credentials::{Bundle, Clock, CredentialError, Credentials, SystemClock, Trust};
use core_client::http::{ClientOptions, HttpClient, Proxy, RetryOptions};
use core_client::options::HttpOptions;
use http::HeaderValue;
use url::Url;

use super::client::OcmClient;
use super::memo::Memo;
use super::options::{OcmOptions, OcmOptionsError, service_url, time};
use super::proxy::VaultLogin;
use super::rotations::Rotations;
use super::token::{OcmCredentials, OcmTokens};
use super::vault::Vault;
use super::{Ocm, OcmProvider};
use crate::secrets::{SecretData, SecretStore};

/// What requests say they come from.
const USER_AGENT: &str = concat!("mooring-cluster-provider/", env!("CARGO_PKG_VERSION"));

/// For how long the id of an organisation is remembered; it does not change.
const ORGANIZATION_TTL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Builds an [`OcmProvider`].
#[must_use = "a provider is made by `build`"]
pub struct OcmProviderBuilder {
    options: OcmOptions,
    credentials: Option<OcmCredentials>,
    clouds: BTreeMap<String, SecretData>,
    proxy: Option<SecretData>,
    store: Option<Arc<dyn SecretStore>>,
    clock: Arc<dyn Clock>,
    #[cfg(feature = "metrics")]
    metrics: Option<core_client::telemetry::ClientMetrics>,
}

/// A provider that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OcmBuildError {
    /// A setting is wrong.
    #[error("the options for OCM cannot be used")]
    Options(#[from] OcmOptionsError),
    /// Nobody knows who the provider is to OCM.
    #[error("there are no credentials for OCM; give them to the builder, or name a secret and give it a store")]
    NoCredentials,
    /// Secrets are named, and there is no store to read them from.
    #[error("the options for OCM name secrets; give the builder the store they are in")]
    NoStore,
    /// The authorities cannot be read.
    #[error("the CA for OCM cannot be used")]
    Trust(#[source] CredentialError),
    /// The proxy cannot be used.
    #[error("the proxy for OCM cannot be used")]
    Proxy(#[source] core_client::Error),
    /// The connections cannot be made ready.
    #[error("no HTTP client for OCM can be made")]
    Http(#[source] core_client::Error),
}

impl OcmProviderBuilder {
    pub(super) fn new(options: OcmOptions) -> Self {
        Self {
            options,
            credentials: None,
            clouds: BTreeMap::new(),
            proxy: None,
            store: None,
            clock: Arc::new(SystemClock::default()),
            #[cfg(feature = "metrics")]
            metrics: None,
        }
    }

    /// Who the provider is to OCM. Goes before what the options name.
    pub fn credentials(mut self, credentials: OcmCredentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Who clusters are made as in a cloud. Goes before what the options name.
    pub fn cloud_credentials(mut self, cloud: impl Into<String>, credentials: SecretData) -> Self {
        self.clouds.insert(cloud.into(), credentials);
        self
    }

    /// Who the provider is to the [proxy](OcmOptions::proxy): members `username` and `password`. Goes before what the options name.
    pub fn proxy_credentials(mut self, credentials: SecretData) -> Self {
        self.proxy = Some(credentials);
        self
    }

    /// Where the secrets are that the options name.
    pub fn secret_store(mut self, store: Arc<dyn SecretStore>) -> Self {
        self.store = Some(store);
        self
    }

    /// Tells when tokens end. Default: the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Counts requests into these metrics.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, metrics: &core_client::telemetry::ClientMetrics) -> Self {
        self.metrics = Some(metrics.clone());
        self
    }

    /// The provider. Reads no secret and connects to nothing; has to be called within a Tokio runtime when it is to be used there.
    ///
    /// # Errors
    /// [`OcmBuildError`].
    pub fn build(self) -> Result<OcmProvider, OcmBuildError> {
        self.options.check()?;
        let base = service_url("base_url", &self.options.base_url)?;
        let accounts = self.options.accounts_url.as_deref().map(|url| service_url("accounts_url", url)).transpose()?;
        let token_url = service_url("token_url", &self.options.token_url)?;
        let user_agent = self.options.user_agent.as_deref().unwrap_or(USER_AGENT);
        let user_agent = HeaderValue::try_from(user_agent).map_err(|_| OcmOptionsError {
            option: "user_agent",
            why: "holds characters that a header cannot carry",
        })?;
        let trust = match &self.options.ca {
            Some(pem) => Trust::from_pem(pem.as_bytes()).map_err(OcmBuildError::Trust)?,
            None => Trust::platform(),
        };
        let trust = Credentials::fixed(Bundle::new(None, trust));
        let (token_base, token_path) = split(token_url);
        let proxy = self.proxy()?;
        let token_http = self.http("ocm-token", &token_base, &trust, proxy.as_ref())?;
        let vault = self.vault()?;
        let kept = self.options.rotated_token.clone().map(|kept| Ok::<_, OcmBuildError>((self.store()?, kept)));
        let rotated = Rotations::new(kept.transpose()?);
        let tokens = OcmTokens::new(
            token_http,
            token_path,
            vault,
            self.options.refresh_client_id.clone(),
            Arc::clone(&self.clock),
            rotated,
        );
        let clusters = self.http("ocm", &base, &trust, proxy.as_ref())?;
        let accounts = accounts.filter(|accounts| *accounts != base);
        let accounts = accounts.map(|url| self.http("ocm-accounts", &url, &trust, proxy.as_ref())).transpose()?;
        let clouds = self.cloud_vaults()?;
        let ttl = time(self.options.catalog_ttl);
        let options = Arc::new(self.options);
        Ok(OcmProvider(Arc::new(Ocm {
            client: OcmClient::new(options, clusters, accounts, tokens, user_agent),
            clouds,
            leaving: Default::default(),
            sent: Default::default(),
            cloud_providers: Memo::new(ttl),
            regions: Memo::new(ttl),
            organizations: Memo::new(ORGANIZATION_TTL),
        })))
    }

    fn proxy(&self) -> Result<Option<Proxy>, OcmBuildError> {
        let Some(options) = &self.options.proxy else { return Ok(None) };
        let mut proxy = Proxy::new(&options.url).map_err(OcmBuildError::Proxy)?;
        if let Some(pem) = &options.ca {
            proxy = proxy.with_trust(Trust::from_pem(pem.as_bytes()).map_err(OcmBuildError::Trust)?);
        }
        let vault = match (&self.proxy, &options.credentials) {
            (Some(given), _) => Some(Vault::Given(given.clone())),
            (None, Some(named)) => Some(Vault::Stored(self.store()?, named.clone())),
            (None, None) => None,
        };
        Ok(Some(match vault {
            Some(vault) => proxy.with_login_from(Arc::new(VaultLogin(vault))),
            None => proxy,
        }))
    }

    fn http(
        &self,
        service: &str,
        url: &Url,
        trust: &Credentials,
        proxy: Option<&Proxy>,
    ) -> Result<HttpClient, OcmBuildError> {
        let options = &self.options;
        let host = HttpOptions::new(service).with_host(url.as_str());
        // Only this machine is asked in the clear; that was checked.
        let host = if url.scheme() == "http" { host.with_insecure_http() } else { host };
        let endpoint = host.endpoint().map_err(|error| OcmBuildError::Http(error.into()))?;
        let backoff = time(options.retry_backoff);
        let retry = RetryOptions::default()
            .with_max_attempts(options.retries.saturating_add(1))
            .with_backoff(backoff, backoff.saturating_mul(8));
        let limits = ClientOptions::default()
            .with_connect_timeout(time(options.connect_timeout))
            .with_total_timeout(time(options.request_timeout))
            .with_max_response_bytes(options.max_response_bytes)
            .with_retry(retry);
        let builder = HttpClient::builder(endpoint, trust.clone()).options(limits).clock(Arc::clone(&self.clock));
        let builder = match proxy {
            Some(proxy) => builder.proxy(proxy.clone()),
            None => builder,
        };
        #[cfg(feature = "metrics")]
        let builder = match &self.metrics {
            Some(metrics) => builder.metrics(metrics),
            None => builder,
        };
        builder.build().map_err(OcmBuildError::Http)
    }

    fn vault(&self) -> Result<Vault, OcmBuildError> {
        match (&self.credentials, &self.options.credentials) {
            (Some(given), _) => Ok(Vault::Given(given.0.clone())),
            (None, Some(named)) => Ok(Vault::Stored(self.store()?, named.clone())),
            (None, None) => Err(OcmBuildError::NoCredentials),
        }
    }

    fn cloud_vaults(&self) -> Result<BTreeMap<String, Vault>, OcmBuildError> {
        let mut vaults = BTreeMap::new();
        for (cloud, named) in &self.options.cloud_credentials {
            vaults.insert(cloud.clone(), Vault::Stored(self.store()?, named.clone()));
        }
        vaults.extend(self.clouds.iter().map(|(cloud, given)| (cloud.clone(), Vault::Given(given.clone()))));
        Ok(vaults)
    }

    fn store(&self) -> Result<Arc<dyn SecretStore>, OcmBuildError> {
        self.store.clone().ok_or(OcmBuildError::NoStore)
    }
}

/// What a client is of, and the path below it: a service is called by its base, and a token endpoint is not the base of anything.
fn split(mut url: Url) -> (Url, String) {
    let path = url.path().trim_end_matches('/').to_owned();
    let (base, last) = path.rsplit_once('/').unwrap_or(("", &path));
    url.set_path(base);
    (url, last.to_owned())
}

impl fmt::Debug for OcmProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcmProviderBuilder")
            .field("options", &self.options)
            .field("credentials", &self.credentials)
            .field("clouds", &self.clouds)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}
