//! No secret is shown by anything that can be printed.

use std::fmt::Write as _;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::*;

#[tokio::test]
async fn nothing_printable_holds_a_secret() {
    let stand = Stand::new().await;
    let aws = stand.api();
    let session = aws.session("prod", "eu-west-1").await.unwrap();
    let client = session.client(aws_sdk_sts::Client::new);
    let role = RoleConfig::new(role_arn(PROD, "r")).with_external_id(SECRET);
    let keys = key_pair("AKIAX", SECRET);
    let things: Vec<Box<dyn std::fmt::Debug>> = vec![
        Box::new(aws.clone()),
        Box::new(stand.builder().account(stand.hub().with_role(role.clone()))),
        Box::new(stand.hub()),
        Box::new(role),
        Box::new(keys.clone()),
        Box::new(SecretsInMemory::default().with("p", keys)),
        Box::new(session.clone()),
        Box::new(session.config().clone()),
        Box::new(client),
        Box::new(session.expose_credentials().await.unwrap()),
        Box::new(aws.health("prod")),
        Box::new(aws.verify_account("prod").await),
        Box::new(aws.counts()),
        Box::new(AwsOptions::default()),
        Box::new(stand.sts.calls()),
    ];
    for thing in things {
        let shown = format!("{thing:?} {thing:#?}");
        assert!(!shown.contains(StsDouble::SENTINEL), "{shown}");
    }
    aws.cleanup().await;
}

#[test]
fn handles_can_be_sent_and_shared() {
    fn assert<T: Clone + Send + Sync>() {}
    assert::<AwsApi>();
    assert::<Session>();
    assert::<AwsError>();
}

/// Everything that is logged, each with its target and level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<(String, Level, String)>>>);

impl Log {
    fn write(&self, about: &Metadata<'_>, record: impl FnOnce(&mut Text)) {
        let mut text = Text(String::new());
        record(&mut text);
        self.0.lock().unwrap().push((about.target().to_owned(), *about.level(), text.0));
    }

    /// The targets at this level whose words hold one of these.
    fn targets_with(&self, level: impl Fn(Level) -> bool, secrets: &[&str]) -> Vec<String> {
        let log = self.0.lock().unwrap();
        let telling =
            log.iter().filter(|(_, at, text)| level(*at) && secrets.iter().any(|secret| text.contains(secret)));
        let mut targets: Vec<_> = telling.map(|(target, ..)| target.clone()).collect();
        targets.sort();
        targets.dedup();
        targets
    }
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.write(event.metadata(), |text| event.record(text));
    }

    fn on_new_span(&self, attributes: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        self.write(attributes.metadata(), |text| attributes.record(text));
    }
}

/// All ways of going right and wrong, with everything on that can be logged. What the SDK logs at `TRACE` is whole requests and answers,
/// and not ours to change: the documentation of [`crate::aws`] says of which target that is so.
#[tokio::test]
async fn no_secret_is_in_any_log_error_or_metric() {
    let log = Log::default();
    let logging = tracing::subscriber::set_default(tracing_subscriber::registry().with(log.clone()));
    // While only one subscriber exists, a call site that a thread without one comes by first stays silent for all.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());

    let stand = Stand::new().await;
    let guarded = role_arn(PROD, "guarded");
    stand.sts.add_role_with_external_id(&guarded, "SENTINEL-external");
    stand.sts.add_web_token("SENTINEL-jwt", "system:serviceaccount:ci:runner");
    let directory = tempfile::tempdir().unwrap();
    let token = directory.path().join("token");
    std::fs::write(&token, "SENTINEL-jwt").unwrap();
    let at = |name: &str, source| AccountConfig::new(name, "eu-west-1", source).with_endpoint_url(stand.sts.url());
    let external = |id: &str| RoleConfig::new(guarded.clone()).with_external_id(id);
    let profiles = directory.path().join("profiles");
    let profile = |name: &str, id: &str, secret: &str| {
        format!(
            "[profile {name}]\nrole_arn = {guarded}\nexternal_id = {id}\nsource_profile = {name}-keys\nendpoint_url = {}
[profile {name}-keys]\naws_access_key_id = {KEY}\naws_secret_access_key = {secret}\n",
            stand.sts.url(),
        )
    };
    let text = [profile("blue", "SENTINEL-external", SECRET), profile("red", "SENTINEL-external", "SENTINEL-wrong")];
    std::fs::write(&profiles, text.concat()).unwrap();
    let of_profile = |name: &str| CredentialSource::Profile { name: name.to_owned(), file: Some(profiles.clone()) };
    stand.vault.put("aws/wrong", key_pair(KEY, "SENTINEL-wrong"));
    let accounts = [
        stand.hub(),
        stand.prod(),
        at("web", CredentialSource::web_identity(role_arn(HUB, "reader"), &token)),
        at("guarded", CredentialSource::account("hub")).with_role(external("SENTINEL-external")),
        at("refused", CredentialSource::account("hub")).with_role(external("SENTINEL-guess")),
        at("wrong", CredentialSource::keys("aws/wrong")).with_role(RoleConfig::new(role_arn(HUB, "reader"))),
        at("gone", CredentialSource::keys("aws/gone")),
        at("profile", of_profile("blue")),
        at("profile-wrong", of_profile("red")),
    ];
    let names: Vec<_> = accounts.iter().map(|account| account.name.clone()).collect();
    let mut seen = String::new();
    let faults = [
        None,
        Some(StsFault::AccessDenied),
        Some(StsFault::ExpiredToken),
        Some(StsFault::InvalidClientTokenId),
        Some(StsFault::SignatureDoesNotMatch),
        Some(StsFault::Status(503)),
        Some(StsFault::Gibberish),
    ];
    #[cfg(feature = "metrics")]
    let (metrics, mut registry) = (AwsMetrics::default(), prometheus_client::registry::Registry::default());
    #[cfg(feature = "metrics")]
    metrics.register(&mut registry);
    for fault in faults {
        let builder = stand.builder().accounts(accounts.clone());
        #[cfg(feature = "metrics")]
        let builder = builder.metrics(&metrics);
        let aws = builder.build().unwrap();
        // Calls of clients that have credentials already go wrong as well.
        let session = aws.session("prod", "eu-west-1").await.unwrap();
        if let Some(fault) = &fault {
            stand.sts.fail(None, fault.clone());
        }
        for name in &names {
            let outcome = aws.session(name, "eu-west-1").await;
            write!(seen, "{outcome:?} {:?} ", aws.health(name)).unwrap();
            if let Err(error) = outcome {
                write!(seen, "{error} {} ", core_client::ErrorChain::new(&error)).unwrap();
            }
            write!(seen, "{:?} ", aws.verify_account(name).await).unwrap();
        }
        // What the SDK's own errors show is the SDK's; ours behind them is not.
        if let Err(error) = call(&session).await {
            write!(seen, "{:?} ", AwsError::in_chain(&*error)).unwrap();
        }
        stand.sts.recover();
        aws.cleanup().await;
    }
    drop(logging);
    #[cfg(feature = "metrics")]
    prometheus_client::encoding::text::encode(&mut seen, &registry).unwrap();

    let secrets = [StsDouble::SENTINEL];
    let found = seen.find(StsDouble::SENTINEL).map(|at| &seen[at.saturating_sub(200)..(at + 40).min(seen.len())]);
    assert_eq!(found, None);
    let ours = |target: &str| target.starts_with("cloud_client") || target.starts_with("core_client");
    assert!(log.0.lock().unwrap().iter().any(|(target, ..)| ours(target)), "there is a log of ours to look at");
    let telling = log.targets_with(|_| true, &secrets);
    assert!(!telling.iter().any(|target| ours(target)), "{telling:?}");
    assert_eq!(log.targets_with(|level| level <= Level::DEBUG, &secrets), Vec::<String>::new());
    let documented = "aws_smithy_runtime::client::orchestrator";
    assert!(telling.iter().all(|target| target.starts_with(documented)), "the documentation is to name {telling:?}");
}
