mod live;
mod virtual_time;

use std::sync::Mutex;

use serde_json::{Value, json};

use super::*;
use crate::id::BucketId;
use crate::outcome::Event;

/// Remembers what readiness became.
#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl EventSink for Told {
    fn event(&self, event: &Event) {
        if let Event::Readiness { id, status, message } = event {
            self.0.lock().unwrap().push(format!("{} {status}: {message}", id.name));
        }
    }
}

impl Told {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

fn target(kind: &str, name: &str) -> Target {
    Target::new(BucketId::new("one", Some("default"), kind.parse().unwrap()).object(name))
}

fn results(outcomes: &[ReadyOutcome]) -> Vec<(&str, &Waited)> {
    outcomes.iter().map(|outcome| (&*outcome.id.name, &outcome.result)).collect()
}

/// A custom object that says in its phase what it is: see [`rules`].
fn thing(name: &str, phase: &str) -> Value {
    json!({
        "apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": name, "uid": name, "generation": 1},
        "status": {"phase": phase},
    })
}

fn rules() -> crate::readiness::Rules {
    serde_json::from_value(json!({"kinds": [{"kind": "Thing.example.com", "conditions": [
        {"path": "status.phase", "value": "Ready", "then": "ready"},
        {"path": "status.phase", "value": "Broken", "then": "failed", "message": "status.phase"},
    ]}]}))
    .unwrap()
}
