//! What travels with a call besides the request: the client, the hook, the trace. Bindings carry one as their inner value.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ::http::Method;

use super::answer::Answer;
use super::call::{Call, Propagation};
use super::hook::RequestHook;
use super::request::RequestBuilder;
use super::retry::{RetryClass, RetryRules};
use super::{HttpClient, carry};
use crate::error::Error;
use crate::trace::TraceContext;

/// A client with everything that one caller's calls have in common. Cheap to make and to clone: no call is made, no key is read.
#[derive(Clone)]
pub struct CallContext {
    http: HttpClient,
    hook: Option<Arc<dyn RequestHook>>,
    rules: RetryRules,
    trace: Trace,
    timeout: Option<Duration>,
}

#[derive(Clone)]
enum Trace {
    Off,
    On(Option<Arc<TraceContext>>),
}

// === impl CallContext ===

impl CallContext {
    /// Calls through `http` with trace headers and nothing else.
    #[must_use]
    pub fn new(http: HttpClient) -> Self {
        Self { trace: Trace::On(None), ..Self::bare(http) }
    }

    /// Without trace headers: what the plain client sends.
    pub(super) fn bare(http: HttpClient) -> Self {
        Self { http, hook: None, rules: RetryRules::NONE, trace: Trace::Off, timeout: None }
    }

    /// Applies `hook` to every attempt.
    #[must_use]
    pub fn with_hook(mut self, hook: Arc<dyn RequestHook>) -> Self {
        self.hook = Some(hook);
        self
    }

    /// Names the operations that may be repeated for more statuses than others.
    #[must_use]
    pub fn with_rules(mut self, rules: RetryRules) -> Self {
        self.rules = rules;
        self
    }

    /// Continues this trace where no span of ours does.
    #[must_use]
    pub fn with_trace(mut self, trace: Option<TraceContext>) -> Self {
        self.trace = Trace::On(trace.map(Arc::new));
        self
    }

    /// Bounds each call by this instead of the client's total timeout.
    #[must_use]
    pub fn with_timeout(mut self, total: Duration) -> Self {
        self.timeout = Some(total);
        self
    }

    /// The client.
    #[must_use]
    pub fn http(&self) -> &HttpClient {
        &self.http
    }

    /// Begins a request of your own with this context. `path` is put behind the endpoint as it is: escape its parts before.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        RequestBuilder::new(self.clone(), method, path)
    }

    /// Sends a request that bindings built; called from their `ClientHooks::exec`.
    ///
    /// Bindings know two outcomes and lose much of both, so what comes back is always `Ok`:
    ///
    /// - a refusal has a JSON body that decodes as [`ErrorBody`](crate::error::ErrorBody) whatever the service sent, with the
    ///   status and the headers it sent;
    /// - an error of ours is a response with a status no service sends;
    /// - a success in JSON is read to its end, so that a body that breaks off is repeated or reported here, and has white space
    ///   behind it that tells the conversion where it came from.
    ///
    /// The conversion into [`Error`] finds everything again.
    ///
    /// # Errors
    /// None; the type is what the bindings ask for.
    ///
    /// # Cancel safety
    /// Dropping the future abandons the request. It may have been carried out.
    pub async fn exec(
        &self,
        mut request: reqwest::Request,
        operation: &'static str,
    ) -> reqwest::Result<reqwest::Response> {
        if let Some(total) = self.timeout
            && request.timeout().is_none()
        {
            *request.timeout_mut() = Some(total);
        }
        let url = request.url().clone();
        match self.call(operation, RetryClass::default()).run(request).await {
            Ok(answer) => Ok(carry::success(answer, carry::Operation(operation), &self.http.inner().seal, url)),
            Err(error) => Ok(self.carry(error)),
        }
    }

    fn carry(&self, error: Error) -> reqwest::Response {
        let url = self.http.endpoint().url().clone();
        match error {
            Error::Service(refusal) => carry::refusal(*refusal, url),
            other => carry::local(other, url),
        }
    }

    /// Sends a request of our own.
    pub(super) async fn send(
        &self,
        mut request: reqwest::Request,
        operation: &'static str,
        class: RetryClass,
    ) -> Result<Answer, Error> {
        if let Some(total) = self.timeout
            && request.timeout().is_none()
        {
            *request.timeout_mut() = Some(total);
        }
        self.call(operation, class).run(request).await
    }

    fn call(&self, operation: &'static str, class: RetryClass) -> Call<'_> {
        Call {
            inner: self.http.inner(),
            hook: self.hook.as_ref(),
            tokens: self.http.tokens(),
            trace: match &self.trace {
                Trace::Off => Propagation::Off,
                Trace::On(fallback) => Propagation::On(fallback.as_deref()),
            },
            class: class.over(RetryClass::of(operation, self.rules)),
            operation,
        }
    }
}

impl fmt::Debug for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallContext").field("http", &self.http).field("hook", &self.hook).finish_non_exhaustive()
    }
}
