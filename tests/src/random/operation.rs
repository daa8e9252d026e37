//! One random request, and what a run remembers between two; knows nothing of how it was chosen.

use super::objects::Kind;
use crate::session::{Call, Session};
use anyhow::{Context as _, Result};
use http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Which resource version a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    None,
    Current,
    First,
}

/// Which uid a deletion requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Uid {
    None,
    Current,
    First,
}

/// One request, the same for both servers but for what they alone know: versions and uids.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) method: Method,
    pub(super) kind: Kind,
    /// Empty for the collection.
    pub(super) name: &'static str,
    /// With a leading slash, or empty.
    pub(super) subresource: &'static str,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) content_type: &'static str,
    pub(super) body: Option<Value>,
    pub(super) version: Version,
    pub(super) uid: Uid,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}{}", self.method, self.kind.plural(), self.name, self.subresource)?;
        for (name, value) in &self.query {
            write!(f, " {name}={value}")?;
        }
        if self.version != Version::None {
            write!(f, " version={:?}", self.version)?;
        }
        if self.uid != Uid::None {
            write!(f, " uid={:?}", self.uid)?;
        }
        if let Some(body) = &self.body {
            write!(f, " {}: {body}", self.content_type)?;
        }
        Ok(())
    }
}

/// What one server answered so far, as far as later operations need it.
#[derive(Debug)]
pub(super) struct Memory {
    start: BTreeMap<&'static str, String>,
    seen: HashMap<(&'static str, &'static str), Seen>,
}

#[derive(Debug)]
struct Seen {
    first: (String, String),
    current: (String, String),
}

impl Memory {
    /// Remembers where the watches begin.
    pub(super) async fn begin(session: &Session<'_>) -> Result<Self> {
        let mut start = BTreeMap::new();
        for kind in Kind::ALL {
            let list = session.get(kind.path(session, "")).unrecorded().await?.is(200)?;
            start.insert(kind.plural(), list.version()?);
        }
        Ok(Self { start, seen: HashMap::new() })
    }

    /// Records the end state of every kind, and every event since the beginning, by object.
    ///
    /// The real server deletes collections in parallel: only the order of one object's events is certain.
    pub(super) async fn end(self, session: &Session<'_>) -> Result<()> {
        const LAST: &str = "zz-last";
        for kind in Kind::ALL {
            session.get(kind.path(session, "")).await?.is(200)?;
            let last = kind.smallest(LAST);
            session.post(kind.path(session, ""), last).unrecorded().await?.is(201)?;
            let version = self.start.get(kind.plural()).context("a start version")?;
            let mut watch = session.watch(&format!("{}?resourceVersion={version}", kind.path(session, ""))).await?;
            let mut events: BTreeMap<String, Vec<Value>> = BTreeMap::new();
            loop {
                let event = watch.next().await?.context("the watch ended early")?;
                let name = event["object"]["metadata"]["name"].as_str().unwrap_or_default().to_owned();
                if name == LAST {
                    break;
                }
                events.entry(name).or_default().push(event);
            }
            session.note(&format!("events of {}", kind.plural()), &json!(events));
        }
        Ok(())
    }

    fn learn(&mut self, kind: Kind, name: &'static str, object: &Value) {
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).map(ToOwned::to_owned);
        if let (Some(version), Some(uid)) = (text("/metadata/resourceVersion"), text("/metadata/uid")) {
            let now = (version, uid);
            let seen = self.seen.entry((kind.plural(), name));
            seen.and_modify(|seen| seen.current.clone_from(&now)).or_insert(Seen { first: now.clone(), current: now });
        }
    }
}

impl Operation {
    /// Sends the request; the answer is recorded, only a lost connection is an error.
    pub(super) async fn run(&self, session: &Session<'_>, memory: &mut Memory) -> Result<()> {
        let seen = memory.seen.get(&(self.kind.plural(), self.name));
        let mut body = self.body.clone();
        if let (Some(body), Some(seen)) = (&mut body, seen) {
            self.fill_in(body, seen);
        }
        let mut call = session.call(self.method.clone(), self.kind.path(session, self.name) + self.subresource);
        for (name, value) in &self.query {
            call = call.query(name, value);
        }
        if let Some(body) = &body {
            call = call.json(body).content_type(self.content_type);
        }
        let reply = recorded(self, call).await?;
        if !self.name.is_empty() && reply.status() < 300 && self.subresource != "/scale" {
            let dry = self.query.iter().any(|(name, _)| *name == "dryRun");
            if !dry {
                memory.learn(self.kind, self.name, reply.body());
            }
        }
        Ok(())
    }

    fn fill_in(&self, body: &mut Value, seen: &Seen) {
        let version = match self.version {
            Version::None => None,
            Version::Current => Some(&seen.current.0),
            Version::First => Some(&seen.first.0),
        };
        let uid = match self.uid {
            Uid::None => None,
            Uid::Current => Some(&seen.current.1),
            Uid::First => Some(&seen.first.1),
        };
        let place = if self.method == Method::DELETE { "preconditions" } else { "metadata" };
        if let Some(version) = version {
            body[place]["resourceVersion"] = version.as_str().into();
        }
        if let Some(uid) = uid {
            body[place]["uid"] = uid.as_str().into();
        }
    }
}

async fn recorded(operation: &Operation, call: Call<'_>) -> Result<crate::session::Reply> {
    // A deleted collection is listed in no certain state: its items change while it is read.
    if operation.method == Method::DELETE && operation.name.is_empty() {
        return call.only_at(&["/kind"]).await;
    }
    call.await
}
