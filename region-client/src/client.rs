//! The client of the region service: one pool of connections, a generated client for each caller.
//!
//! Knows nothing of how trust works: whom a call is for, how that is said and signed, certificates and their rotation are
//! [`identity_client`] and [`core_client`].

use core_client::error::Error;
use core_client::http::{HttpClient, RetryRules};
use core_client::options::HttpClientOptions;
use identity_client::client::BaseClient;
use identity_client::context::RequestContext;
use kube::Resource;

use crate::generated;
use crate::options::Options;

/// Operations that are repeated for a status others are not: the service answers a write conflict in its own store with 500, and both
/// can be carried out twice.
const RETRY_RULES: RetryRules =
    RetryRules::new(&[("add_network_reference", &[500]), ("remove_network_reference", &[500])]);

/// Calls the region service on behalf of users and of controllers.
///
/// Make one when the process starts and clone it: clones share connections, certificates and signatures.
#[derive(Clone, Debug)]
pub struct Client {
    base: BaseClient,
}

// === impl Client ===

impl Client {
    /// A client that takes its certificate and its trust from Secrets, reads them now and follows them from then on.
    ///
    /// # Errors
    ///
    /// When the options contradict each other, or a Secret cannot be read or does not hold what it should; names the option or the
    /// Secret.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves nothing behind.
    pub async fn new(
        kubernetes: kube::Client,
        options: &Options,
        client_options: &HttpClientOptions,
    ) -> Result<Self, Error> {
        BaseClient::new(kubernetes, options.http(), client_options).await.map(Self::from_base)
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

    /// The plain client: TLS and the client certificate, and nothing about who the call is for. For what the bindings do not cover.
    ///
    /// With a token source it also sends `Authorization`; see [`HttpClient::with_token_source`].
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

    /// The API on behalf of the principal that `resource` was created for. Opens no connection: make one for each reconciliation.
    ///
    /// The principal is read from labels and annotations now; later changes of the object need a new client.
    ///
    /// # Errors
    ///
    /// When the object has no labels or no annotations at all.
    pub fn controller_client<K: Resource>(&self, resource: &K) -> Result<generated::Client, Error> {
        self.base.context_for(resource).map(generated::Client::new)
    }

    /// Stops following certificates and trust, and waits until nothing of this client runs. Clones stop with it; calls still work, with
    /// the last certificate.
    ///
    /// # Cancel safety
    ///
    /// A dropped call has told the work to end.
    pub async fn shutdown(&self) {
        self.base.shutdown().await;
    }
}
