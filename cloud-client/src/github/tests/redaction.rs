use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};

use http::StatusCode;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::secret::SecretValue;
use crate::testing::github::{AppKey, Fault, InstallationSpec};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn with_causes(text: &mut String, error: &(dyn std::error::Error + 'static)) {
    write!(text, "{error:?} {error} {}", core_client::ErrorChain::new(error)).unwrap();
}

#[tokio::test]
async fn no_secret_is_in_any_value_error_log_or_metric() {
    let written = Written::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(written.clone()).finish();
    // While only one subscriber exists, a call site that a thread without one comes by first stays silent for all.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let _logging = tracing::subscriber::set_default(subscriber);

    let key = AppKey::generate().unwrap();
    let stand = Stand::new(|world| {
        world.app("7", &key);
        world.install("7", InstallationSpec::new(42, "acme"));
    })
    .await;
    let mut seen = String::new();
    let app = App::new("7", key.pem().into());
    let credentials = [
        Credential::token(SENTINEL.into()),
        Credential::token_from(SecretValue::file("/nowhere")),
        Credential::app(&app),
        Credential::installation_of_organisation(&app, "acme"),
        Credential::installation_of_organisation(&App::new("8", SENTINEL.into()), "acme"),
    ];
    let faults = [
        Fault::Status(StatusCode::BAD_GATEWAY),
        Fault::Unauthorized,
        Fault::Secondary(Some(9_000)),
        Fault::TooMany,
        Fault::Cut,
    ];
    for credential in &credentials {
        let client = stand.github.client_as("double", credential).unwrap();
        for fault in faults {
            stand.double.change(|world| world.fault(fault, "/user", 9));
            if let Err(error) = client.octocrab().get::<Value, _, _>("/user", nothing()).await {
                with_causes(&mut seen, &error);
                with_causes(&mut seen, &client.from_octocrab("a user", error));
            }
            stand.double.change(World::forget_faults);
        }
        let hasty = client.with_deadline(Duration::ZERO).unwrap();
        if let Err(error) = hasty.octocrab().get::<Value, _, _>("/user", nothing()).await {
            with_causes(&mut seen, &error);
        }
        write!(seen, "{credential:?} {} {client:?} {hasty:?} {:?}", credential.id(), client.health()).unwrap();
        write!(seen, "{:?}", client.repository("acme", "infra")).unwrap();
    }
    let token_line = key.pem().lines().nth(1).unwrap();
    write!(seen, "{:?} {app:?} {key:?} {:?} {:?}", stand.github, stand.double, GithubOptions::default()).unwrap();
    let logged = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("an attempt ended"), "there is a log to look at");
    for (what, text) in [("values", &seen), ("log", &logged)] {
        for secret in ["sentinel", "ghs_", "eyJ", &token_line[..24]] {
            let found = text.find(secret).map(|at| &text[at.saturating_sub(80)..(at + 40).min(text.len())]);
            assert_eq!(found, None, "{secret} in {what}");
        }
    }
    stand.end().await;
}

#[cfg(feature = "metrics")]
#[tokio::test]
async fn labels_are_names_of_the_configuration_and_closed_sets() {
    let metrics = GithubMetrics::default();
    let mut registry = prometheus_client::registry::Registry::default();
    metrics.register(&mut registry);
    let double = GithubDouble::start().await.unwrap();
    double.change(|world| {
        world.accept_token(SENTINEL);
        world.fault(Fault::Status(StatusCode::BAD_GATEWAY), "/user", 1);
    });
    let instance = Instance::enterprise("double", double.url())
        .with_insecure_http()
        .with_credential("bot", Credential::token(SENTINEL.into()));
    let github =
        GithubApi::builder("tests").instance(instance).time(ManualTime::new()).metrics(&metrics).build().unwrap();
    let _user: Value = github.github_api("double", "bot").unwrap().get("/user", nothing()).await.unwrap();
    let mut text = String::new();
    prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
    for line in [
        "cloud_client_github_repetitions_total{instance=\"double\",reason=\"status\"} 1",
        "cloud_client_github_tokens_total{instance=\"double\",credential=\"token\",outcome=\"success\"} 1",
        "cloud_client_github_cache_total{instance=\"double\",result=\"fetched\"} 1",
        "cloud_client_github_remaining{instance=\"double\",credential=\"token\",resource=\"core\"} 4999",
        "cloud_client_github_call_duration_seconds_count{instance=\"double\",credential=\"token\",method=\"GET\",outcome=\"2xx\"} 1",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(!text.contains("sentinel") && !text.contains("/user"));
    github.close().await;
    double.shutdown().await;
}
