//! One watch: its events are taken in the order in which they come, each with a deadline.

use super::{PATIENCE, Session};
use crate::access::Who;
use anyhow::{Context as _, Result, ensure};
use bytes::BytesMut;
use http_body_util::BodyExt as _;
use kube::client::Body;
use serde_json::{Value, json};

/// An open watch.
#[derive(Debug)]
pub struct Watch<'a> {
    session: &'a Session<'a>,
    path: String,
    body: Body,
    buffer: BytesMut,
}

impl<'a> Watch<'a> {
    pub(super) async fn open(session: &'a Session<'a>, path: &str, accept: &str) -> Result<Self> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{separator}watch=true");
        let request = http::Request::get(&path).header("accept", accept).body(Body::empty())?;
        let client = session.client(&Who::Admin).await?;
        let response = tokio::time::timeout(PATIENCE, client.send(request)).await??;
        let status = response.status();
        ensure!(status.is_success(), "watch {path}: {status}");
        Ok(Self { session, path, body: response.into_body(), buffer: BytesMut::new() })
    }

    /// The next `count` events, recorded as one step.
    ///
    /// # Errors
    /// When they do not come in time.
    pub async fn take(&mut self, count: usize) -> Result<Vec<Value>> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            let event = self.next().await?;
            let event =
                event.with_context(|| format!("watch {} ended after {} of {count} events", self.path, events.len()))?;
            events.push(event);
        }
        self.session.record(&format!("events of {}", self.path), &json!({"events": events}));
        Ok(events)
    }

    /// All events up to the end of the watch, recorded as one step.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn rest(&mut self) -> Result<Vec<Value>> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await? {
            events.push(event);
        }
        self.session.record(&format!("all events of {}", self.path), &json!({"events": events}));
        Ok(events)
    }

    /// The next event, unrecorded; `None` at the end of the watch.
    ///
    /// # Errors
    /// When neither comes in time, or something that is no event.
    pub async fn next(&mut self) -> Result<Option<Value>> {
        let read = tokio::time::timeout(PATIENCE, self.read());
        read.await.with_context(|| format!("watch {}: no event in {PATIENCE:?}", self.path))?
    }

    async fn read(&mut self) -> Result<Option<Value>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(end + 1);
                return Ok(Some(serde_json::from_slice(&line)?));
            }
            match self.body.frame().await {
                None if self.buffer.is_empty() => return Ok(None),
                None => return Ok(Some(serde_json::from_slice(&self.buffer.split())?)),
                Some(frame) => {
                    if let Ok(data) = frame?.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
            }
        }
    }
}
