//! What the targets about `fake-cluster` share: a cluster without sockets, the same for each input, and what holds of all its answers.
//!
//! Knows nothing of what is tried on it.

use std::sync::Arc;

use bytes::Bytes;
use fake_cluster::api::{Answer, Api, Call, Certificate, MASTERS, User};
use fake_cluster::snapshot::Snapshot;
use http::{Method, Request, Uri, header};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A cluster whose content is put back before each input.
pub struct Cluster {
    api: Api,
    pristine: Snapshot,
    caller: Certificate,
}

/// An answer, with its body read.
#[derive(Debug)]
pub struct Told {
    /// The HTTP status.
    pub code: u16,
    /// The body; null if it is no JSON.
    pub body: Value,
}

impl Cluster {
    /// A cluster with objects, each with the path of its collection.
    ///
    /// # Panics
    /// When an object is refused.
    pub fn with(objects: &[(&str, Value)]) -> Self {
        let noon = Timestamp::UNIX_EPOCH;
        let api = Api::new(Arc::new(move || noon), 256);
        let caller = Certificate::Valid(User::new("fuzzer", &[MASTERS]));
        for (path, object) in objects {
            api.request(Method::POST, path, Some(object)).expect("what the cluster begins with is accepted");
        }
        let pristine = api.snapshot();
        Self { api, pristine, caller }
    }

    /// The cluster itself.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Puts everything back as it was when the cluster was made.
    ///
    /// # Panics
    /// When that is refused: the cluster said itself what it held.
    pub fn reset(&self) {
        self.api.restore(&self.pristine).expect("what a cluster held can be put back");
    }

    /// Asks for something, and holds the answer to what holds of all answers; nothing comes of a path that no client can send.
    ///
    /// # Panics
    /// When the answer is none that an API server gives, or something was changed by what was refused.
    pub fn ask(&self, method: Method, path: &str, content_type: &str, body: &[u8]) -> Option<Told> {
        let uri = path.parse::<Uri>().ok()?;
        let before = self.api.store().revision();
        let request = Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, content_type);
        let (parts, body) = request.body(Bytes::copy_from_slice(body)).ok()?.into_parts();
        let answer = self.api.answer(&Call::of(&parts), &parts, &body, &self.caller);
        let response = match answer {
            Answer::Full(response) => response,
            // Nobody asks webhooks here, and nothing has happened yet when one has to be asked.
            Answer::Watch(_) | Answer::Ask(_) => return None,
        };
        let told = Told {
            code: response.status().as_u16(),
            body: serde_json::from_slice(response.body()).unwrap_or_default(),
        };
        match told.code {
            200..=299 => {}
            400..=599 => told.is_a_refusal_of(before, self.api.store().revision()),
            other => panic!("{path}: {other} is no answer"),
        }
        Some(told)
    }

    /// Asks for a path that is known to be one.
    ///
    /// # Panics
    /// As [`Cluster::ask`], and when there is no answer.
    pub fn get(&self, path: &str) -> Told {
        self.ask(Method::GET, path, "", b"").expect("a path that can be asked for")
    }
}

impl Told {
    /// The names of the objects in a list.
    ///
    /// # Panics
    /// When it is none.
    pub fn names(&self) -> Vec<&str> {
        assert_eq!(self.code, 200, "{}", self.body);
        let items = self.body["items"].as_array().expect("a list has items");
        items.iter().map(|item| item["metadata"]["name"].as_str().expect("an object has a name")).collect()
    }

    /// A real server answers 500 where it did not foresee something, and so does this one; it says why, and that it is its own doing.
    fn is_a_refusal_of(&self, before: u64, after: u64) {
        let Self { code, body } = self;
        if body.is_null() {
            assert_eq!(*code, 404, "a refusal without a Status");
            return;
        }
        assert_eq!((&body["kind"], &body["status"]), (&json!("Status"), &json!("Failure")), "{body}");
        assert_eq!(body["code"], json!(code), "{body}");
        let message = body["message"].as_str().unwrap_or_default();
        assert!(!message.is_empty() && message != "a webhook has to be asked", "{body}");
        assert_eq!(before, after, "something was refused and done: {body}");
    }
}
