//! The three requests a Secret source makes, answered from memory and misbehaving on demand.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::pending;
use futures::{StreamExt as _, stream};
use http::{Request, Response, Uri};
use http_body_util::StreamBody;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Frame;
use k8s_openapi::api::core::v1::Secret;
use serde_json::{Value, json};
use tower::service_fn;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// How one kind of request is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mood {
    #[default]
    Fine,
    /// Never.
    Silent,
    /// With this status.
    Refusing(u16),
    /// With JSON that is no Secret and holds what must not be shown.
    Garbled,
}

/// Holds Secrets of one namespace.
#[derive(Clone, Default)]
pub(super) struct SecretApi(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    version: u64,
    secrets: BTreeMap<String, Secret>,
    watches: Vec<(String, UnboundedSender<Bytes>)>,
    get: Mood,
    list: Mood,
    watch: Mood,
    gets: Vec<String>,
    lists: usize,
    watches_started: usize,
}

impl SecretApi {
    pub(super) fn client(&self) -> kube::Client {
        let api = self.clone();
        let service = service_fn(move |request: Request<kube::client::Body>| {
            let api = api.clone();
            async move { api.answer(request.uri()).await }
        });
        kube::Client::new(service, "unikorn")
    }

    pub(super) fn put(&self, mut secret: Secret) {
        let mut state = self.0.lock().unwrap();
        state.version += 1;
        let name = secret.metadata.name.clone().unwrap();
        secret.metadata.resource_version = Some(state.version.to_string());
        state.secrets.insert(name.clone(), secret.clone());
        state.send(&name, "MODIFIED", &secret);
    }

    pub(super) fn delete(&self, name: &str) {
        let mut state = self.0.lock().unwrap();
        state.version += 1;
        let mut secret = state.secrets.remove(name).unwrap();
        secret.metadata.resource_version = Some(state.version.to_string());
        state.send(name, "DELETED", &secret);
    }

    /// Ends every watch that stands.
    pub(super) fn hang_up(&self) {
        self.0.lock().unwrap().watches.clear();
    }

    pub(super) fn set_get(&self, mood: Mood) {
        self.0.lock().unwrap().get = mood;
    }

    pub(super) fn set_list(&self, mood: Mood) {
        self.0.lock().unwrap().list = mood;
    }

    pub(super) fn set_watch(&self, mood: Mood) {
        self.0.lock().unwrap().watch = mood;
    }

    /// How often each Secret was read by name.
    pub(super) fn gets(&self) -> usize {
        self.0.lock().unwrap().gets.len()
    }

    pub(super) fn lists(&self) -> usize {
        self.0.lock().unwrap().lists
    }

    pub(super) fn watches_started(&self) -> usize {
        self.0.lock().unwrap().watches_started
    }

    /// How many watches stand.
    pub(super) fn watches(&self) -> usize {
        let mut state = self.0.lock().unwrap();
        state.watches.retain(|(_, sender)| !sender.is_closed());
        state.watches.len()
    }

    async fn answer(&self, uri: &Uri) -> Result<Response<Body>, Infallible> {
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let name = uri.path().strip_prefix("/api/v1/namespaces/unikorn/secrets").unwrap().trim_start_matches('/');
        let selected = query.get("fieldSelector").map(|selector| selector.strip_prefix("metadata.name=").unwrap());
        let is_watch = query.contains_key("watch");
        let mood = {
            let mut state = self.0.lock().unwrap();
            match (selected, is_watch) {
                (Some(_), true) => {
                    state.watches_started += 1;
                    state.watch
                }
                (Some(_), false) => {
                    state.lists += 1;
                    state.list
                }
                (None, _) => {
                    state.gets.push(name.to_owned());
                    state.get
                }
            }
        };
        match mood {
            Mood::Fine => {}
            Mood::Silent => pending().await,
            Mood::Refusing(code) => return Ok(refusal(code)),
            Mood::Garbled => return Ok(whole(200, &json!({"kind": "Secret", "data": "c2VjcmV0IGtleQ=="}))),
        }
        let mut state = self.0.lock().unwrap();
        Ok(match selected {
            Some(selected) if is_watch => state.start_watch(selected),
            Some(selected) => {
                let items: Vec<_> = state.secrets.get(selected).into_iter().collect();
                whole(
                    200,
                    &json!({
                        "kind": "SecretList",
                        "apiVersion": "v1",
                        "metadata": {"resourceVersion": state.version.to_string()},
                        "items": items,
                    }),
                )
            }
            None => match state.secrets.get(name) {
                Some(secret) => whole(200, &json!(secret)),
                None => refusal(404),
            },
        })
    }
}

impl State {
    fn start_watch(&mut self, name: &str) -> Response<Body> {
        let (sender, receiver): (_, UnboundedReceiver<Bytes>) = unbounded();
        self.watches.push((name.to_owned(), sender));
        let frames = receiver.map(|bytes| Ok(Frame::data(bytes)));
        Response::new(UnsyncBoxBody::new(StreamBody::new(frames)))
    }

    fn send(&mut self, name: &str, kind: &str, secret: &Secret) {
        let mut object = json!(secret);
        object["kind"] = "Secret".into();
        object["apiVersion"] = "v1".into();
        let line = format!("{}\n", json!({"type": kind, "object": object}));
        self.watches
            .retain(|(watched, sender)| watched != name || sender.unbounded_send(Bytes::from(line.clone())).is_ok());
    }
}

fn refusal(code: u16) -> Response<Body> {
    let reason = match code {
        403 => "Forbidden",
        404 => "NotFound",
        _ => "InternalError",
    };
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": format!("secrets: {reason}"),
        "reason": reason,
        "code": code,
    });
    whole(code, &status)
}

fn whole(code: u16, body: &Value) -> Response<Body> {
    let frames = stream::iter([Ok(Frame::data(Bytes::from(body.to_string())))]);
    Response::builder().status(code).body(UnsyncBoxBody::new(StreamBody::new(frames))).unwrap()
}
