//! Requests to OCM's services: paced, repeated where that is harmless, refused while nothing works, errors understood. Knows nothing of what
//! is asked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use core_client::bearer::BearerTokens;
use core_client::http::{CallContext as HttpContext, HttpClient, Pace, Response, RetryClass};
use http::{HeaderValue, Method, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::breaker::Breaker;
use super::memo::Memo;
use super::options::{OcmOptions, time};
use super::page::Pages;
use super::refusal::{Deed, renamed, understand};
use super::token::OcmTokens;
use super::wire::Page;
use crate::provider::{CallContext, Interrupted, ProviderError, ProviderErrorKind};

/// The clusters service.
pub(super) const CLUSTERS: &str = "/api/clusters_mgmt/v1";

/// The accounts service.
pub(super) const ACCOUNTS: &str = "/api/accounts_mgmt/v1";

/// How long to wait before something is asked again of a cluster that was made a short time ago.
const SETTLING_PAUSE: Duration = Duration::from_secs(90);

/// Longest name of anything that stands in a path.
const LONGEST_SEGMENT: usize = 256;

/// Any status of a server may be repeated for where repeating is harmless; 429 and 503 say that nothing was done.
const USUAL: RetryClass = RetryClass::NONE.with_statuses(&[500]).with_untouched(&[429, 503]);

/// The services, and who asks them.
pub(super) struct OcmClient {
    clusters: HttpContext,
    accounts: HttpContext,
    tokens: Arc<OcmTokens>,
    breaker: Breaker,
    /// Clusters that were made a short time ago.
    born: Memo<()>,
    user_agent: HeaderValue,
    options: Arc<OcmOptions>,
}

/// One request.
#[derive(Clone)]
pub(super) struct Ask<'a> {
    pub(super) deed: Deed<'a>,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    class: RetryClass,
}

// === impl Ask ===

impl<'a> Ask<'a> {
    pub(super) fn new(deed: Deed<'a>, method: Method, path: impl Into<String>) -> Self {
        Self { deed, method, path: path.into(), query: Vec::new(), body: None, class: USUAL }
    }

    pub(super) fn get(deed: Deed<'a>, path: impl Into<String>) -> Self {
        Self::new(deed, Method::GET, path)
    }

    pub(super) fn post(deed: Deed<'a>, path: impl Into<String>, body: Value) -> Self {
        Self::new(deed, Method::POST, path).with_body(body)
    }

    /// A change to these values, which may be written twice.
    pub(super) fn patch(deed: Deed<'a>, path: impl Into<String>, body: Value) -> Self {
        let ask = Self::new(deed, Method::PATCH, path).with_body(body);
        Self { class: USUAL.with_idempotent(Some(true)), ..ask }
    }

    pub(super) fn delete(deed: Deed<'a>, path: impl Into<String>) -> Self {
        Self::new(deed, Method::DELETE, path)
    }

    fn with_body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn query(mut self, name: &'static str, value: impl ToString) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// Sent once, and never again once it may have arrived.
    pub(super) fn once(mut self) -> Self {
        self.class = RetryClass::default().with_idempotent(Some(false));
        self
    }
}

// === impl OcmClient ===

impl OcmClient {
    pub(super) fn new(
        options: Arc<OcmOptions>,
        clusters: HttpClient,
        accounts: Option<HttpClient>,
        tokens: OcmTokens,
        user_agent: HeaderValue,
    ) -> Self {
        let tokens = Arc::new(tokens);
        let shown: Arc<BearerTokens> = Arc::new(BearerTokens::new(Arc::clone(&tokens) as _));
        let service = |http: HttpClient| {
            let pace = Pace::per_second(options.requests_per_second, options.burst);
            HttpContext::new(http.with_token_source(Arc::clone(&shown) as _)).with_hook(Arc::new(pace))
        };
        let clusters = service(clusters);
        let accounts = accounts.map_or_else(|| clusters.clone(), service);
        let breaker = Breaker::new(options.breaker_failures, time(options.breaker_pause));
        let born = Memo::new(time(options.settling));
        Self { clusters, accounts, tokens, breaker, born, user_agent, options }
    }

    pub(super) fn options(&self) -> &OcmOptions {
        &self.options
    }

    /// A cluster was made just now.
    pub(super) fn was_born(&self, id: &str) {
        self.born.put(id, ());
    }

    pub(super) async fn close(&self) {
        self.tokens.close().await;
    }

    /// Sends it, and decodes the answer.
    pub(super) async fn read<T: DeserializeOwned>(&self, call: &CallContext, ask: Ask<'_>) -> Result<T, ProviderError> {
        let (deed, method) = (ask.deed, ask.method.clone());
        let answer = self.send(call, ask).await?;
        let read = call.bound(answer.json::<T>()).await.map_err(|why| interrupted(deed, &method, why))?;
        read.map_err(|error| understand(deed, &method, error))
    }

    /// Sends it; what it answers does not matter.
    pub(super) async fn done(&self, call: &CallContext, ask: Ask<'_>) -> Result<(), ProviderError> {
        self.send(call, ask).await.map(drop)
    }

    /// All pages of a list, each object once. `id` says who it is.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        call: &CallContext,
        ask: Ask<'_>,
        id: fn(&T) -> &str,
    ) -> Result<Vec<T>, ProviderError> {
        let mut pages = Pages::of(self.options.page_size);
        let mut all = Vec::new();
        loop {
            let (page, size) = pages.page();
            let read: Page<T> = self.read(call, ask.clone().query("page", page).query("size", size)).await?;
            let came = read.items.len();
            all.extend(read.items.into_iter().filter(|item| pages.is_new(id(item))));
            if !pages.came(came, read.total).map_err(|endless| ask.deed.garbled(endless))? {
                break;
            }
        }
        if let Some(total) = pages.missed() {
            let read: Page<T> = self.read(call, ask.query("page", 1).query("size", total)).await?;
            all.extend(read.items.into_iter().filter(|item| pages.is_new(id(item))));
        }
        Ok(all)
    }

    async fn send(&self, call: &CallContext, ask: Ask<'_>) -> Result<Response, ProviderError> {
        let Ask { deed, method, path, query, body, class } = ask;
        let wait = call.remaining().min(time(self.options.request_timeout));
        if wait.is_zero() {
            return Err(interrupted(deed, &Method::GET, Interrupted::DeadlinePassed));
        }
        if let Err(pause) = self.breaker.admit(Instant::now()) {
            let reason = "it has not answered several times in a row and is left alone for a while";
            let error = deed.failed(ProviderErrorKind::Unavailable).with_reason(reason);
            return Err(error.with_retry_after(pause));
        }
        let http = if path.starts_with(ACCOUNTS) { &self.accounts } else { &self.clusters };
        let http = http.clone().with_trace(call.trace().cloned()).with_timeout(wait);
        let mut request = http.request(method.clone(), &path).operation(deed.operation).retry_class(class);
        request =
            request.header(header::ACCEPT, "application/json").header(header::USER_AGENT, self.user_agent.clone());
        if !query.is_empty() {
            request = request.query(&query);
        }
        if let Some(body) = &body {
            request = request.json(body);
        }
        let sent = match call.bound(request.send()).await {
            Ok(sent) => sent.map_err(|error| understand(deed, &method, error)),
            Err(why) => Err(interrupted(deed, &method, why)),
        };
        self.note(&sent, wait);
        sent.map_err(|error| self.settling(deed, &path, error))
    }

    /// What belongs to a cluster is forbidden for a while after that was made, to those whose it is, too.
    fn settling(&self, deed: Deed<'_>, path: &str, error: ProviderError) -> ProviderError {
        let Some(cluster) = deed.cluster.filter(|cluster| self.born.get(cluster).is_some()) else { return error };
        let belongs = path.strip_prefix(CLUSTERS).and_then(|path| path.strip_prefix("/clusters/"));
        let belongs = belongs.and_then(|path| path.strip_prefix(cluster)).is_some_and(|rest| rest.starts_with('/'));
        if error.kind() != ProviderErrorKind::Forbidden || !belongs {
            return error;
        }
        let reason = "it was made a short time ago, and OCM may not know yet whose it is";
        renamed(deed, ProviderErrorKind::Unavailable, reason, error).with_retry_after(SETTLING_PAUSE)
    }

    /// What an outcome says about how the services are. A caller that does not wait says nothing.
    fn note(&self, sent: &Result<Response, ProviderError>, waited: Duration) {
        use ProviderErrorKind as K;
        let patient = waited >= time(self.options.request_timeout);
        match sent.as_ref().map_err(ProviderError::kind) {
            Err(K::Unavailable | K::Unreachable) => self.breaker.failed(Instant::now()),
            Err(K::Timeout) if patient => self.breaker.failed(Instant::now()),
            Err(K::Timeout | K::Cancelled | K::Unauthenticated) => {}
            Ok(_) | Err(_) => self.breaker.answered(),
        }
    }
}

/// A call that was not waited for any longer. Reading changes nothing.
fn interrupted(deed: Deed<'_>, method: &Method, why: Interrupted) -> ProviderError {
    let kind = match why {
        Interrupted::DeadlinePassed => ProviderErrorKind::Timeout,
        Interrupted::Cancelled => ProviderErrorKind::Cancelled,
    };
    let error = deed.failed(kind).with_source(why);
    if method.is_safe() { error } else { error.ambiguous() }
}

/// What is not there is nothing.
pub(super) fn if_there<T>(result: Result<T, ProviderError>) -> Result<Option<T>, ProviderError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ProviderErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// A name that goes into a path as it is. Never empty: the path of a list is no path of an object.
pub(super) fn segment<'a>(deed: Deed<'_>, what: &str, name: &'a str) -> Result<&'a str, ProviderError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    let fits = (1..=LONGEST_SEGMENT).contains(&name.len()) && name.bytes().all(plain) && !matches!(name, "." | "..");
    if fits {
        Ok(name)
    } else {
        let shown: String = name.chars().take(64).collect();
        Err(deed.invalid(format_args!("{what} {shown:?} has to be letters, digits, '-', '_', '.' and '~'")))
    }
}

impl fmt::Debug for OcmClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OcmClient").field("clusters", &self.clusters).finish_non_exhaustive()
    }
}
