//! Faults on demand: what happens to which requests, how often, decided by a seeded generator.
//!
//! Rules are added and removed while the cluster runs. This module only decides; the connection that serves a request
//! does what was decided. Faults of whole connections and of the listener are methods of
//! [`FakeCluster`](crate::server::FakeCluster).
//!
//! ```
//! use std::time::Duration;
//! use fake_cluster::api::Verb;
//! use fake_cluster::faults::{Effect, Fault, Faults};
//!
//! let faults = Faults::seeded(7);
//! let slow = faults.add(Fault::new(Effect::latency(Duration::from_millis(50))).on_verb(Verb::List));
//! let busy = faults.add(Fault::new(Effect::too_many_requests(2)).on_resource("secrets").times(3));
//! assert_eq!((slow.hits(), busy.hits()), (0, 0));
//! faults.clear();
//! ```

mod decide;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use arc_swap::ArcSwap;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::api::{Status, Verb};

/// What happens to a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Effect {
    /// It is answered later; other faults may follow.
    Latency(Latency),
    /// It is refused.
    Refuse(Status),
    /// It is answered by somebody else on the way, such as a load balancer.
    Reply {
        /// The HTTP status code.
        code: u16,
        /// The content type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// It is read and never answered.
    Hang,
    /// The connection is reset before the answer (TCP RST).
    Reset,
    /// The connection is reset in the middle of the answer, after this many bytes of the body.
    Truncate(usize),
    /// The answer comes in pieces, with a pause before each.
    Trickle {
        /// The size of a piece.
        piece_bytes: usize,
        /// The pause before each piece.
        pause: Duration,
    },
    /// A watch is opened, and says nothing: no events, no bookmarks.
    SilentWatch,
    /// A watch is opened, and ends with `410 Expired` at once.
    ExpiredWatch,
    /// A watch ends without an error after this many events have been sent in any number of pieces.
    ShortWatch(usize),
}

/// How long a request waits.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Latency {
    /// Always the same.
    Fixed(Duration),
    /// Anything between two bounds, with equal probability.
    Uniform(Duration, Duration),
    /// Exponentially distributed around a mean, and never more than ten times that.
    Exponential(Duration),
}

/// An effect, and which requests it has.
#[derive(Clone, Debug)]
#[must_use = "a fault has no effect until it is added"]
pub struct Fault {
    pub(crate) effect: Effect,
    verbs: Vec<Verb>,
    resources: Vec<String>,
    namespaces: Vec<String>,
    names: Vec<String>,
    paths: Vec<String>,
    rate: f64,
    after: u64,
    times: u64,
}

/// The faults of one cluster.
#[derive(Debug)]
pub struct Faults {
    rules: ArcSwap<Vec<Arc<Rule>>>,
    random: Mutex<StdRng>,
}

/// A fault that was added. Dropping it leaves the fault in place.
#[derive(Clone, Debug)]
pub struct FaultHandle {
    rule: Arc<Rule>,
}

#[derive(Debug)]
pub(crate) struct Rule {
    fault: Fault,
    /// Requests that matched, whether or not the dice spared them.
    matched: AtomicU64,
    hits: AtomicU64,
    removed: std::sync::atomic::AtomicBool,
}

// === impl Effect ===

impl Effect {
    /// A fixed delay.
    pub fn latency(delay: Duration) -> Self {
        Self::Latency(Latency::Fixed(delay))
    }

    /// 429 with `Retry-After`, as priority and fairness sends it.
    pub fn too_many_requests(retry_after_seconds: u64) -> Self {
        Self::Refuse(Status::too_many_requests("Too many requests, please try again later.", retry_after_seconds))
    }

    /// 503, as an API server sends it that is not ready.
    pub fn unavailable() -> Self {
        let message = "the server is currently unable to handle the request";
        Self::Refuse(Status::other(503, "ServiceUnavailable", message))
    }

    /// 500.
    pub fn internal_error(message: &str) -> Self {
        Self::Refuse(Status::internal(message))
    }

    /// 401, as if the credentials were not known.
    pub fn unauthorized() -> Self {
        Self::Refuse(Status::unauthorized())
    }

    /// 504 in HTML, as load balancers like it.
    pub fn bad_gateway() -> Self {
        Self::Reply {
            code: 502,
            content_type: "text/html".into(),
            body: "<html><body><h1>502 Bad Gateway</h1></body></html>".into(),
        }
    }
}

// === impl Fault ===

impl Fault {
    /// A fault of every request.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            verbs: Vec::new(),
            resources: Vec::new(),
            namespaces: Vec::new(),
            names: Vec::new(),
            paths: Vec::new(),
            rate: 1.0,
            after: 0,
            times: u64::MAX,
        }
    }

    /// Only requests with this verb; may be repeated.
    pub fn on_verb(mut self, verb: Verb) -> Self {
        self.verbs.push(verb);
        self
    }

    /// Only requests for this resource: its plural name, such as `secrets` or `deployments.apps`, with or without a
    /// subresource as in `pods/status`. May be repeated.
    pub fn on_resource(mut self, resource: impl Into<String>) -> Self {
        self.resources.push(resource.into());
        self
    }

    /// Only requests in this namespace; may be repeated.
    pub fn on_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespaces.push(namespace.into());
        self
    }

    /// Only requests for an object of this name; may be repeated.
    pub fn on_name(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Only requests whose path begins with this, such as `/apis` or `/version`; may be repeated.
    pub fn on_path(mut self, prefix: impl Into<String>) -> Self {
        self.paths.push(prefix.into());
        self
    }

    /// Only this part of the matching requests, from 0 to 1, chosen by the seeded generator.
    pub fn with_rate(mut self, rate: f64) -> Self {
        self.rate = rate.clamp(0.0, 1.0);
        self
    }

    /// Spares the first matching requests.
    pub fn after(mut self, requests: u64) -> Self {
        self.after = requests;
        self
    }

    /// Ends after this many requests were hit.
    pub fn times(mut self, hits: u64) -> Self {
        self.times = hits;
        self
    }
}

// === impl Faults ===

impl Default for Faults {
    fn default() -> Self {
        Self::seeded(0)
    }
}

impl Faults {
    /// No faults, and a generator that gives the same dice for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self { rules: ArcSwap::default(), random: Mutex::new(StdRng::seed_from_u64(seed)) }
    }

    /// Adds a fault. Faults that were added earlier come first.
    pub fn add(&self, fault: Fault) -> FaultHandle {
        let rule = Arc::new(Rule {
            fault,
            matched: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            removed: std::sync::atomic::AtomicBool::new(false),
        });
        self.rules.rcu(|rules| {
            let mut rules: Vec<_> =
                rules.iter().filter(|rule| !rule.removed.load(Ordering::Relaxed)).cloned().collect();
            rules.push(rule.clone());
            rules
        });
        FaultHandle { rule }
    }

    /// Removes all faults. Requests that wait or hang because of one go on doing so.
    pub fn clear(&self) {
        self.rules.store(Arc::default());
    }
}

// === impl FaultHandle ===

impl FaultHandle {
    /// How many requests were hit.
    pub fn hits(&self) -> u64 {
        self.rule.hits.load(Ordering::Relaxed)
    }

    /// Removes the fault.
    pub fn remove(&self) {
        self.rule.removed.store(true, Ordering::Relaxed);
    }
}
