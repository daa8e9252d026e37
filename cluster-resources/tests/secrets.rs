//! A secret value is put wherever one can be, and then looked for wherever something can be read.
#![cfg(feature = "metrics")]

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use cluster_resources::clusters::StaticClusters;
use cluster_resources::execute::{ExecuteOptions, execute, verify};
use cluster_resources::inventory::ResourceInventory;
use cluster_resources::metrics::{MetricsOptions, ResourceMetrics};
use cluster_resources::observe::{ObserveOptions, observe};
use cluster_resources::outcome::{Event, EventSink};
use cluster_resources::plan::plan;
use cluster_resources::policy::{Actor, InventoryConfig, Policy, Prune};
use cluster_resources::report::{MarkdownOptions, Report, SecretValues, TextOptions};
use cluster_resources::resource::manifests;
use fake_cluster::api::{Status, StatusCause, Verb};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use prometheus_client::registry::Registry;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::fmt::MakeWriter;

/// In the declarations; plain and in base64.
const DECLARED: [&str; 2] = ["sentinel-declared-4711", "c2VudGluZWwtZGVjbGFyZWQtNDcxMQ=="];
/// In what is there.
const LIVE: [&str; 2] = ["sentinel-live-0815", "c2VudGluZWwtbGl2ZS0wODE1"];

/// Everything that is written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Counts events and writes them down.
struct Sink {
    metrics: ResourceMetrics,
    lines: Lines,
}

impl EventSink for Sink {
    fn event(&self, event: &Event) {
        self.metrics.event(event);
        drop(io::Write::write_all(&mut self.lines.clone(), format!("{event:?}\n").as_bytes()));
    }
}

#[tokio::test]
async fn a_secret_value_is_nowhere_to_be_read() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).finish();
    let _logged = tracing::subscriber::set_default(subscriber);

    let cluster = FakeCluster::start().await.expect("a cluster");
    let by_hand = |name: &str| {
        let applied = json!({ "data": { "password": LIVE[1] } }).to_string();
        json!({
            "apiVersion": "v1", "kind": "Secret",
            "metadata": { "name": name, "namespace": "default", "annotations": { "kubectl.kubernetes.io/last-applied-configuration": applied } },
            "data": { "password": LIVE[1], "more": LIVE[1] },
        })
    };
    cluster.create(by_hand("changed")).expect("created");
    cluster.create(by_hand("left")).expect("created");
    // A server that quotes what it refuses.
    let causes = vec![StatusCause::new("FieldValueInvalid", format!("Invalid value: {:?}: no", DECLARED[0]), "data")];
    let refusal = Status::invalid("", "Secret", "refused", causes);
    cluster.faults().add(Fault::new(Effect::Refuse(refusal)).on_verb(Verb::Patch).on_name("refused"));

    let secret = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{ name: {name} }}\nstringData: {{ password: {} }}\n",
            DECLARED[0]
        )
    };
    let text = ["changed", "new", "refused"].map(secret).concat();
    let inventory = ResourceInventory::new();
    let file = format!("https://robot:{}@git.example.com/secrets.yaml", DECLARED[0]);
    for resource in manifests(&text, &file) {
        let resource = resource.expect("a manifest");
        inventory.initialize_resource_type("a", Some("default"), "Secret", None).expect("a kind");
        inventory.add_desired_resource("a", Some("default"), resource, false).expect("managed");
    }
    let desired = inventory.desired();
    let actor = Actor::new("mooring", "tests", "1.0.0");
    let policy = Policy::new(actor)
        .with_inventory(InventoryConfig::new("default", "tests"))
        .with_prune(Prune::enabled())
        .with_take_over();
    let clusters = StaticClusters::new().with("a", cluster.client().expect("a client"));
    let mut registry = Registry::default();
    let sink = Sink {
        metrics: ResourceMetrics::register(&mut registry, MetricsOptions::new("tests").with_compat()),
        lines: lines.clone(),
    };

    let observed = observe(&desired, &clusters, &policy, &ObserveOptions::default(), &sink).await;
    let planned = plan(&desired, &observed, &policy);
    sink.metrics.publish_metrics(&desired, &observed, &planned, &policy);
    let (options, cancel) = (ExecuteOptions::default(), CancellationToken::new());
    let asked = verify(&planned, &desired, &clusters, &policy, &options, &sink, cancel.clone()).await;
    let done = execute(&planned, &desired, &clusters, &policy, &options, &sink, cancel).await;

    let mut seen = vec![
        ("debug of declarations", format!("{desired:?} {inventory:?}")),
        ("debug of observations", format!("{observed:?}")),
        ("logs and events", lines.text()),
    ];
    let mut exposed = String::new();
    prometheus_client::encoding::text::encode(&mut exposed, &registry).expect("text");
    seen.push(("metrics", exposed));
    for outcome in [None, Some(&asked), Some(&done)] {
        let mut report = Report::new(&planned)
            .hiding(SecretValues::of(&desired, &observed))
            .with_whole_objects(&desired, &observed, &policy);
        if let Some(outcome) = outcome {
            report = report.with_outcome(outcome);
        }
        let document = report.document();
        assert!(document.json().contains("changed"));
        seen.extend([
            ("text", document.text(&TextOptions::default().with_unchanged(true))),
            ("json", document.json()),
            ("ndjson", document.ndjson()),
            ("markdown", document.markdown(&MarkdownOptions::default())),
            ("debug of reports", format!("{document:?} {report:?}")),
        ]);
    }
    // The plan and its outcome say where a declaration comes from as it was said; the rest of them holds nothing.
    let plans = [
        ("plan", format!("{planned:?} {}", serde_json::to_string(&planned).expect("json"))),
        ("outcome of a dry run", format!("{asked:?} {}", serde_json::to_string(&asked).expect("json"))),
        ("outcome", format!("{done:?} {}", serde_json::to_string(&done).expect("json"))),
    ];
    seen.extend(plans.map(|(what, text)| (what, text.replace(&file, "secrets.yaml"))));
    for (what, text) in &mut seen {
        if *what == "debug of declarations" || *what == "logs and events" || *what == "debug of reports" {
            *text = text.replace(&file, "secrets.yaml");
        }
        for value in DECLARED.iter().chain(&LIVE) {
            if let Some(at) = text.find(value) {
                let around: String = text
                    .chars()
                    .skip(text.get(..at).map_or(0, |head| head.chars().count()).saturating_sub(200))
                    .take(400)
                    .collect();
                panic!("{value} is in the {what}: … {around} …");
            }
        }
    }
    // What was looked at is what it should be.
    assert!(lines.text().contains("Finished(") && lines.text().len() > 10_000, "{}", lines.text());
    for hidden in ["<secret ", cluster_resources::report::HIDDEN, "data.password"] {
        assert!(seen.iter().any(|(what, text)| *what == "text" && text.contains(hidden)), "{hidden}: {seen:?}");
    }
    assert!(done.outcomes.iter().any(|outcome| outcome.result.is_failure()), "something was refused: {done:?}");
    cluster.shutdown().await;
}
