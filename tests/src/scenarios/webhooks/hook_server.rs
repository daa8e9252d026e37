//! Webhooks that scenarios register: one HTTPS server that says what it is told to and writes down what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use testkit::pki::{Ca, Leaf};
use testkit::server::TlsServer;

use crate::session::Session;

/// The label of objects that only try whether a configuration is followed yet.
const MARKER: &str = "marker";

/// What a webhook says to a review; the id of the review is added.
type Say = Box<dyn Fn(&Value) -> Answer + Send + Sync>;

/// An HTTP answer.
pub(super) enum Answer {
    /// A review with this response.
    Review(Value),
    /// Something else.
    Other(u16, &'static str, String),
}

/// The server behind the webhooks of one scenario.
pub(super) struct HookServer {
    server: TlsServer,
    ca: String,
    shared: Arc<Shared>,
    configurations: Mutex<Vec<String>>,
}

#[derive(Default)]
struct Shared {
    says: Mutex<BTreeMap<String, Say>>,
    heard: Mutex<Vec<(String, Value)>>,
    marked: Mutex<Vec<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        let path = request.uri().path().to_owned();
        let review: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let asked = &review["request"];
        let answer = if asked["object"]["metadata"]["labels"][MARKER].is_string() {
            lock(&self.marked).push(path);
            Answer::Review(json!({"allowed": true}))
        } else {
            let says = lock(&self.says);
            let answer = says.get(&path).map_or_else(|| Answer::Review(json!({"allowed": true})), |say| say(&review));
            drop(says);
            lock(&self.heard).push((path, review.clone()));
            answer
        };
        let (code, kind, body) = match answer {
            Answer::Review(mut response) => {
                if response["uid"].is_null() {
                    response["uid"] = asked["uid"].clone();
                }
                let review =
                    json!({"apiVersion": review["apiVersion"], "kind": "AdmissionReview", "response": response});
                (200, "application/json", review.to_string())
            }
            Answer::Other(code, kind, body) => (code, kind, body),
        };
        let response = Response::builder().status(code).header("content-type", kind);
        response.body(Bytes::from(body)).unwrap_or_default()
    }
}

impl HookServer {
    pub(super) async fn start() -> Self {
        let ca = Ca::new("webhooks");
        let shared = Arc::new(Shared::default());
        let answering = shared.clone();
        let server = TlsServer::builder(&ca.issue(Leaf::server()))
            .handler(move |request| answering.answer(&request))
            .start()
            .await;
        Self { server, ca: ca.pem(), shared, configurations: Mutex::default() }
    }

    /// What the webhook at a path says from now on.
    pub(super) fn say(&self, path: &str, say: impl Fn(&Value) -> Answer + Send + Sync + 'static) {
        lock(&self.shared.says).insert(path.to_owned(), Box::new(say));
    }

    /// The webhook at a path answers every review with this response.
    pub(super) fn always(&self, path: &str, response: Value) {
        self.say(path, move |_| Answer::Review(response.clone()));
    }

    /// A webhook at a path, for these operations on these resources of the core group in the scenario's namespace.
    pub(super) fn hook(&self, s: &Session<'_>, path: &str, operations: &[&str], resources: &[&str]) -> Value {
        json!({
            "name": format!("{}.example.com", path.trim_start_matches('/').replace('/', "-")),
            "clientConfig": {"url": format!("{}{path}", self.server.url()), "caBundle": STANDARD.encode(&self.ca)},
            "rules": [{"operations": operations, "apiGroups": [""], "apiVersions": ["v1"], "resources": resources}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": s.namespace()}},
            "sideEffects": "None", "admissionReviewVersions": ["v1"],
        })
    }

    /// Creates a configuration and waits until it is followed.
    pub(super) async fn register(&self, s: &Session<'_>, kind: &str, name: &str, hooks: Vec<Value>) -> Result<()> {
        let name = format!("{}-{name}", s.namespace());
        let path = format!("/marker/{name}");
        let mut marker = self.hook(s, &path, &["CREATE"], &["configmaps"]);
        marker["name"] = json!("marker.example.com");
        marker["objectSelector"] = json!({"matchLabels": {MARKER: "yes"}});
        let mut hooks = hooks;
        hooks.push(marker);
        let collection = collection(kind);
        let configuration = json!({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
            "metadata": {"name": name}, "webhooks": hooks,
        });
        s.post(collection.as_str(), configuration).unrecorded().await?.is(201)?;
        lock(&self.configurations).push(format!("{collection}/{name}"));
        let object = json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "marker-", "labels": {MARKER: "yes"}},
        });
        s.until("webhooks are followed", || async {
            s.post(s.core("configmaps"), object.clone()).dry_run().unrecorded().await?;
            Ok(lock(&self.shared.marked).contains(&path))
        })
        .await?;
        lock(&self.shared.heard).clear();
        Ok(())
    }

    /// Takes down the reviews that came since the last time.
    pub(super) fn note_reviews(&self, s: &Session<'_>, what: &str) {
        let mut heard = std::mem::take(&mut *lock(&self.shared.heard));
        // Validating webhooks are asked at the same time, and the fake asks about all objects of a collection at once.
        let about = |review: &Value| review["request"]["name"].as_str().unwrap_or_default().to_owned();
        let of = |review: &Value| {
            review.pointer("/request/oldObject/metadata/name").cloned().unwrap_or_default().to_string()
        };
        heard.sort_by_cached_key(|(path, review)| (path.clone(), about(review), of(review)));
        for (path, mut review) in heard {
            if let Some(credential) = review.pointer_mut("/request/userInfo/extra") {
                *credential = json!("<credential>");
            }
            s.note(&format!("{what}: {path}"), &review);
        }
    }

    /// How often each webhook was asked since the last time.
    pub(super) fn note_counts(&self, s: &Session<'_>, what: &str) {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (path, _) in std::mem::take(&mut *lock(&self.shared.heard)) {
            *counts.entry(path).or_default() += 1;
        }
        s.note(what, &json!(counts));
    }

    /// A message without the address of this server.
    pub(super) fn note_message(&self, s: &Session<'_>, what: &str, message: &str) {
        let address = self.server.url();
        let address = address.trim_start_matches("https://");
        s.note(what, &json!(message.replace(address, "<webhooks>")));
    }

    /// Removes what was registered.
    pub(super) async fn end(self, s: &Session<'_>) -> Result<()> {
        let configurations = std::mem::take(&mut *lock(&self.configurations));
        for configuration in configurations {
            s.delete(configuration).unrecorded().await?;
        }
        self.server.shutdown().await;
        Ok(())
    }
}

fn collection(kind: &str) -> String {
    format!("/apis/admissionregistration.k8s.io/v1/{}s", kind.to_lowercase())
}

/// A JSON patch as webhooks send it.
pub(super) fn patch(operations: Value) -> Value {
    json!({"allowed": true, "patchType": "JSONPatch", "patch": STANDARD.encode(operations.to_string())})
}
