//! Clients that call on behalf of somebody: the base that every service's client wraps, and the identity API's own.
//!
//! Knows nothing of how certificates rotate ([`core_client`]) nor of how a principal is written
//! ([`delegation`](crate::delegation)).

use std::sync::Arc;

use core_client::credentials::{Clock, Credentials, SecretSource};
use core_client::error::Error;
use core_client::http::{CallContext, HttpClient, RetryRules};
use core_client::options::{Endpoint, HttpClientOptions, HttpOptions};
use kube::Resource;

use crate::context::RequestContext;
use crate::delegation::{Delegation, DelegationOptions};
use crate::generated;
use crate::options::Options;
use crate::references::RETRY_RULES;

/// One service, called in three ways: plainly, for the user of a request, and for the owner of a resource.
///
/// Make one when the process starts and clone it: clones share connections, certificates and signatures. It owns the task
/// that follows the credentials if it made them; see [`shutdown`](Self::shutdown).
#[derive(Clone, Debug)]
pub struct BaseClient {
    http: HttpClient,
    delegation: Arc<Delegation>,
    rules: RetryRules,
}

/// Calls the identity service on behalf of users and of controllers.
///
/// Make one when the process starts and clone it: clones share connections, certificates and signatures.
///
/// ```no_run
/// use core_client::options::HttpClientOptions;
/// use identity_client::{Client, Options, RequestContext};
///
/// # async fn doc(kubernetes: kube::Client, context: &RequestContext) -> Result<(), core_client::error::Error> {
/// let options = Options::new().with_host("https://identity.example.com").with_ca_secret("cert-manager", "unikorn-ca");
/// let certificate = HttpClientOptions::new().with_certificate("unikorn", "compute-client-certificate");
/// let identity = Client::new(kubernetes, &options, &certificate).await?;
/// let organizations = identity.api_client(context)?.list_organizations().send().await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    base: BaseClient,
}

// === impl BaseClient ===

impl BaseClient {
    /// A client that takes its certificate and its trust from Secrets, reads them now and follows them from then on.
    ///
    /// # Errors
    ///
    /// When the options contradict each other, or a Secret cannot be read or does not hold what it should; names the option
    /// or the Secret.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn new(
        kubernetes: kube::Client,
        options: &HttpOptions,
        certificate: &HttpClientOptions,
    ) -> Result<Self, Error> {
        let endpoint = options.endpoint()?;
        let source = SecretSource::from_options(&endpoint, certificate)?;
        let credentials = Credentials::from_secrets(kubernetes, source).await?;
        Self::from_parts(endpoint, credentials)
    }

    /// A client of `endpoint` with credentials from elsewhere: a directory, a test, another client.
    ///
    /// # Errors
    ///
    /// When the credentials cannot be put to use.
    pub fn from_parts(endpoint: Endpoint, credentials: Credentials) -> Result<Self, Error> {
        HttpClient::builder(endpoint, credentials).build().map(Self::from_http)
    }

    /// A client over an HTTP client with limits, metrics or a token source of its own.
    #[must_use]
    pub fn from_http(http: HttpClient) -> Self {
        Self { http, delegation: Arc::new(Delegation::new(DelegationOptions::default())), rules: RetryRules::NONE }
    }

    /// Changes how principals are written. Starts with no signatures: do it once, when the process starts.
    #[must_use]
    pub fn with_delegation(mut self, options: DelegationOptions) -> Self {
        self.delegation = Arc::new(Delegation::new(options));
        self
    }

    /// The same, dating signed claims by `clock`.
    #[must_use]
    pub fn with_delegation_and_clock(mut self, options: DelegationOptions, clock: Arc<dyn Clock>) -> Self {
        self.delegation = Arc::new(Delegation::new(options).with_clock(clock));
        self
    }

    /// Names operations that are repeated for a status others are not.
    #[must_use]
    pub fn with_rules(mut self, rules: RetryRules) -> Self {
        self.rules = rules;
        self
    }

    /// The plain client: TLS and the client certificate, and nothing about who the call is for.
    #[must_use]
    pub fn http_client(&self) -> &HttpClient {
        &self.http
    }

    /// What calls in `context` are sent with. Opens no connection and reads no key: make one for each request.
    ///
    /// # Errors
    ///
    /// When the context has no principal, or one that does not fit into a header.
    pub fn context(&self, context: &RequestContext) -> Result<CallContext, Error> {
        let call = self.call().with_hook(Delegation::api(context)?);
        Ok(match context.trace() {
            Some(trace) => call.with_trace(Some(trace.clone())),
            None => call,
        })
    }

    /// What calls for the owner of `resource` are sent with. Opens no connection and reads no key: make one for each
    /// reconciliation.
    ///
    /// Labels and annotations are read now; later changes of the object need a new context.
    ///
    /// # Errors
    ///
    /// When the object has no labels or no annotations at all, and when strict, when its principal is questionable.
    pub fn context_for<K: Resource>(&self, resource: &K) -> Result<CallContext, Error> {
        Ok(self.call().with_hook(self.delegation.controller(resource)?))
    }

    /// Stops following the credentials and waits until the task has ended. Calls still work, with the credentials they have.
    ///
    /// # Cancel safety
    ///
    /// A dropped call has told the task to end; the last clone aborts it.
    pub async fn shutdown(&self) {
        self.http.credentials().shutdown().await;
    }

    fn call(&self) -> CallContext {
        CallContext::new(self.http.clone()).with_rules(self.rules)
    }
}

// === impl Client ===

impl Client {
    /// A client that takes its certificate and its trust from Secrets, reads them now and follows them from then on.
    ///
    /// # Errors
    ///
    /// When the options contradict each other, or a Secret cannot be read or does not hold what it should; names the option
    /// or the Secret.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn new(
        kubernetes: kube::Client,
        options: &Options,
        certificate: &HttpClientOptions,
    ) -> Result<Self, Error> {
        BaseClient::new(kubernetes, options.http(), certificate).await.map(Self::from_base)
    }

    /// A client over a base that was put together elsewhere: other sources of credentials, limits, metrics, ways to sign.
    #[must_use]
    pub fn from_base(base: BaseClient) -> Self {
        Self { base: base.with_rules(RETRY_RULES) }
    }

    /// The base, for what this client does not wrap.
    #[must_use]
    pub fn base(&self) -> &BaseClient {
        &self.base
    }

    /// The plain client: TLS and the client certificate, and nothing about who the call is for.
    #[must_use]
    pub fn http_client(&self) -> &HttpClient {
        self.base.http_client()
    }

    /// The API on behalf of whom `context` names. Opens no connection, reads no key: make one for each request.
    ///
    /// # Errors
    ///
    /// When the context has no principal, or one that does not fit into a header.
    pub fn api_client(&self, context: &RequestContext) -> Result<generated::Client, Error> {
        self.base.context(context).map(generated::Client::new)
    }

    /// The API on behalf of the principal that `resource` was created for. Opens no connection: make one for each
    /// reconciliation.
    ///
    /// The principal is read from labels and annotations now; later changes of the object need a new client.
    ///
    /// # Errors
    ///
    /// When the object has no labels or no annotations at all, and when strict, when its principal is questionable.
    pub fn controller_client<K: Resource>(&self, resource: &K) -> Result<generated::Client, Error> {
        self.base.context_for(resource).map(generated::Client::new)
    }

    /// Stops following the credentials and waits until the task has ended.
    pub async fn shutdown(&self) {
        self.base.shutdown().await;
    }
}

#[cfg(test)]
mod tests;
