//! Admission webhooks, without sockets: who has to be asked what, and what follows from the answers.
//!
//! A request that a webhook has to be asked about is answered with [`Answer::Ask`](super::Answer::Ask) and nothing has happened yet. Whoever
//! has sockets makes the calls, tells the [`Hearing`] what came of them, and puts the request again; it is then worked out anew, from the
//! objects as they are by then. A webhook is asked again only if it would be asked something else than before.
//!
//! The rules follow `k8s.io/apiserver/pkg/admission/plugin/webhook`.

mod conditions;
mod dispatch;
mod hook;
mod matching;
mod patching;
mod reply;
mod review;
#[cfg(test)]
mod tests;
mod writes;

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ::aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;

pub(super) use review::Reviewed;
pub(super) use writes::check;

/// The largest answer of a webhook that is read, in bytes: 3 MiB.
pub const MAX_REPLY_BYTES: usize = 3 * 1024 * 1024;

/// How often a request is put again before it is given up: each round asks at least one webhook something new.
pub const MAX_ROUNDS: usize = 64;

/// One question to one webhook.
#[derive(Clone)]
#[non_exhaustive]
pub struct AdmissionCall {
    /// The name of the webhook.
    pub webhook: String,
    /// Where it is.
    pub place: Place,
    /// The certificates that its server is trusted by, in PEM. Without any nothing is trusted.
    pub ca_bundle: String,
    /// How long the call may take.
    pub timeout: Duration,
    /// The `AdmissionReview`, to be sent as `application/json`.
    pub body: Bytes,
    /// The id of the question.
    uid: String,
    key: Key,
}

/// Where a webhook is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a webhook has a URL or a service")]
pub enum Place {
    /// A URL that begins with `https://`.
    Url(String),
    /// A service of the cluster.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The path, with a slash, or nothing.
        path: String,
        /// The port.
        port: u16,
    },
}

/// What came of a call.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_enums, reason = "a call is answered or it is not")]
pub enum Outcome {
    /// An HTTP answer, whatever it says.
    Answered {
        /// The HTTP status code.
        code: u16,
        /// The body.
        body: Bytes,
        /// Whether the body says of itself to be text, or nothing; what else it may be is not quoted.
        text: bool,
    },
    /// No answer, and why, as Go words it.
    Failed(String),
}

/// What one request has come to so far: when it came, what was drawn for it, and what webhooks said.
///
/// One request has one hearing, from its first answer to its last.
#[derive(Default)]
pub struct Hearing {
    begun: OnceLock<(Timestamp, Instant)>,
    seed: OnceLock<[u8; 16]>,
    told: HashMap<Key, Told>,
}

/// A question: to whom, in which round, and what, without the id of the question.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    webhook: String,
    reinvoked: bool,
    content: [u8; 32],
}

struct Told {
    /// The id of the question that was answered.
    uid: String,
    outcome: Outcome,
}

// === impl AdmissionCall ===

impl fmt::Debug for AdmissionCall {
    /// Reviews hold objects, and with them Secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdmissionCall")
            .field("webhook", &self.webhook)
            .field("place", &self.place)
            .field("timeout", &self.timeout)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl AdmissionCall {
    /// Who the server of the webhook must prove to be, and where it is asked: host, port and path.
    ///
    /// # Errors
    /// Why the place cannot be asked, as Go words it.
    pub fn target(&self) -> Result<(String, u16, String), String> {
        match &self.place {
            Place::Service { namespace, name, path, port } => {
                Ok((format!("{name}.{namespace}.svc"), *port, path.clone()))
            }
            Place::Url(url) => {
                let uri: http::Uri = url.parse().map_err(|error| format!("Unparsable URL: {error}"))?;
                let host = uri.host().filter(|_| uri.scheme_str() == Some("https"));
                let host = host.ok_or_else(|| format!("Unparsable URL: {url:?} is no https URL with a host"))?;
                let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
                Ok((host, uri.port_u16().unwrap_or(443), uri.path().to_owned()))
            }
        }
    }

    /// The URL that is asked, with the time that is left, as messages name it.
    pub fn url(&self) -> String {
        let seconds = self.timeout.as_secs();
        let base = match &self.place {
            Place::Url(url) => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
            Place::Service { namespace, name, path, port } => format!("https://{name}.{namespace}.svc:{port}{path}"),
        };
        format!("{base}?timeout={seconds}s")
    }
}

// === impl Hearing ===

impl fmt::Debug for Hearing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hearing").field("told", &self.told.len()).finish_non_exhaustive()
    }
}

impl Hearing {
    /// A hearing of a request that has just come.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes down what came of a call.
    pub fn tell(&mut self, call: &AdmissionCall, outcome: Outcome) {
        self.told.insert(call.key.clone(), Told { uid: call.uid.clone(), outcome });
    }

    /// When the request came, by the cluster's clock and by one that only goes forward.
    pub(super) fn begun(&self, now: impl FnOnce() -> Timestamp) -> (Timestamp, Instant) {
        *self.begun.get_or_init(|| (now(), Instant::now()))
    }

    /// The random bytes with a number: the same ones however often the request is worked out.
    pub(super) fn draw(&self, number: u32) -> [u8; 16] {
        let seed = self.seed.get_or_init(rand::random);
        let hash = digest(&SHA256, &[seed.as_slice(), &number.to_be_bytes()].concat());
        let mut drawn = [0; 16];
        drawn.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        drawn
    }

    fn told(&self, key: &Key) -> Option<&Told> {
        self.told.get(key)
    }
}

impl Key {
    fn new(webhook: String, reinvoked: bool, content: &Value) -> Self {
        let hash = digest(&SHA256, content.to_string().as_bytes());
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        Self { webhook, reinvoked, content: bytes }
    }
}
