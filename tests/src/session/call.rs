//! One request: what to change before it is sent, and what of its answer is recorded.

use super::{PATIENCE, Reply, Session};
use crate::access::Who;
use anyhow::{Context as _, Result};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use http::{Method, Request, header};
use kube::client::Body;
use serde_json::{Value, json};

/// What of an answer goes into the transcript.
#[derive(Clone, Debug)]
enum Record {
    Everything,
    Status,
    At(Vec<&'static str>),
    Nothing,
}

/// A request under construction. Awaiting it sends it.
#[derive(Debug)]
#[must_use = "a call is sent when it is awaited"]
pub struct Call<'a> {
    session: &'a Session<'a>,
    who: Who,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    content_type: &'static str,
    accept: &'static str,
    body: Vec<u8>,
    record: Record,
}

impl<'a> Call<'a> {
    pub(super) fn new(session: &'a Session<'a>, method: Method, path: String) -> Self {
        Self {
            session,
            who: Who::Admin,
            method,
            path,
            query: Vec::new(),
            headers: Vec::new(),
            content_type: "application/json",
            accept: "application/json",
            body: Vec::new(),
            record: Record::Everything,
        }
    }

    /// Sends it as somebody else than the administrator.
    pub fn as_who(mut self, who: Who) -> Self {
        self.who = who;
        self
    }

    /// Adds a query parameter; the value is escaped.
    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the content type of the body.
    pub fn content_type(mut self, value: &'static str) -> Self {
        self.content_type = value;
        self
    }

    /// Sets the accepted content types.
    pub fn accept(mut self, value: &'static str) -> Self {
        self.accept = value;
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self
    }

    /// Sets the body to bytes that need not be JSON.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Takes over fields of other managers (`force=true`).
    pub fn force(self) -> Self {
        self.query("force", "true")
    }

    /// Changes nothing (`dryRun=All`).
    pub fn dry_run(self) -> Self {
        self.query("dryRun", "All")
    }

    /// Records the status only: the body is not comparable.
    pub fn only_status(mut self) -> Self {
        self.record = Record::Status;
        self
    }

    /// Records the status and these places of the body.
    pub fn only_at(mut self, pointers: &[&'static str]) -> Self {
        self.record = Record::At(pointers.to_vec());
        self
    }

    /// Records nothing.
    pub fn unrecorded(mut self) -> Self {
        self.record = Record::Nothing;
        self
    }

    pub(super) fn target(&self) -> String {
        if self.query.is_empty() {
            return self.path.clone();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish();
        let separator = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{separator}{query}", self.path)
    }

    pub(super) fn request(&self) -> Result<Request<Body>> {
        let mut request = Request::builder().method(self.method.clone()).uri(self.target());
        request = request.header(header::ACCEPT, self.accept);
        if !self.body.is_empty() {
            request = request.header(header::CONTENT_TYPE, self.content_type);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Body::from(self.body.clone())).context("request")
    }

    /// How the transcript calls this request.
    fn asked(&self) -> String {
        let kind = match self.content_type {
            _ if self.body.is_empty() => String::new(),
            "application/json" => " JSON".into(),
            other => format!(" {other}"),
        };
        let headers: String = self.headers.iter().map(|(name, value)| format!(" [{name}: {value}]")).collect();
        format!("{} {} {}{kind}{headers}", self.who.label(), self.method, self.target())
    }

    async fn send(self) -> Result<Reply> {
        let asked = self.asked();
        let exchange = async {
            let client = self.session.client(&self.who).await?;
            let response = client.send(self.request()?).await?;
            let (parts, body) = response.into_parts();
            anyhow::Ok(Reply::new(asked.clone(), &parts, &body.collect_bytes().await?))
        };
        let reply = tokio::time::timeout(PATIENCE, exchange)
            .await
            .with_context(|| format!("{asked}: no answer"))?
            .with_context(|| asked.clone())?;
        if let Some(answer) = recorded(&self.record, &reply) {
            self.session.record(&asked, &answer);
        }
        Ok(reply)
    }
}

fn recorded(record: &Record, reply: &Reply) -> Option<Value> {
    match record {
        Record::Everything => Some(reply.recorded()),
        Record::Status => Some(json!({"status": reply.status()})),
        Record::At(pointers) => {
            let mut answer = json!({"status": reply.status()});
            for pointer in pointers {
                answer[*pointer] = reply.body().pointer(pointer).cloned().unwrap_or(Value::Null);
            }
            Some(answer)
        }
        Record::Nothing => None,
    }
}

impl<'a> IntoFuture for Call<'a> {
    type Output = Result<Reply>;
    type IntoFuture = BoxFuture<'a, Result<Reply>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send().boxed()
    }
}
