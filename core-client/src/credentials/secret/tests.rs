use jiff::SignedDuration;
use testkit::pki::{Ca, Leaf, Pair, tls_secret};
use tokio::time::Instant;

use super::super::tests::{Log, ManualClock, assert_redacted, client, eventually, generation, serial};
use super::super::{Credentials, Snapshot};
use super::*;
use crate::options::HttpOptions;

mod api;
mod cluster;

use api::{Mood, SecretApi};

const CLIENT: &str = "region-client-certificate";
const CA: &str = "unikorn-ca";

/// An API server with one pair and one CA, and the source that names both.
struct Setup {
    api: SecretApi,
    ca: Ca,
    pair: Pair,
    clock: Arc<ManualClock>,
}

impl Setup {
    fn new() -> Self {
        let ca = Ca::new("root");
        let setup = Self { api: SecretApi::default(), pair: client(&ca, 1), ca, clock: ManualClock::new() };
        setup.put(&setup.pair);
        setup.api.put(setup.ca.secret("unikorn", CA));
        setup
    }

    fn put(&self, pair: &Pair) {
        self.api.put(pair.tls_secret("unikorn", CLIENT));
    }

    fn source(&self) -> SecretSource {
        SecretSource::new()
            .with_client(SecretRef::new("unikorn", CLIENT))
            .with_ca(SecretRef::new("unikorn", CA))
            .with_clock(self.clock.clone())
    }

    async fn start(&self, source: SecretSource) -> Result<Credentials, CredentialError> {
        Credentials::from_secrets(self.api.client(), source).await
    }

    /// Starts and waits until both watches stand.
    async fn watching(&self) -> Credentials {
        let credentials = self.start(self.source()).await.unwrap();
        eventually(|| self.api.watches() == 2).await;
        credentials
    }
}

fn never() -> GoDuration {
    GoDuration::ZERO
}

fn roots(snapshot: &Snapshot) -> String {
    format!("{:?}", snapshot.trust())
}

fn last_error(credentials: &Credentials) -> Option<Arc<CredentialError>> {
    credentials.status().last_error.map(|failure| failure.error)
}

async fn failure(credentials: &Credentials) -> Arc<CredentialError> {
    eventually(|| last_error(credentials).is_some()).await;
    last_error(credentials).unwrap()
}

#[test]
fn a_source_is_made_of_the_options() {
    let endpoint =
        HttpOptions::new("region").with_host("https://h").with_ca_secret("cert-manager", CA).endpoint().unwrap();
    let client = HttpClientOptions::new().with_certificate("unikorn", CLIENT).with_reload_interval(never());
    let source = SecretSource::from_options(&endpoint, &client).unwrap();
    assert_eq!(source.client, Some(SecretRef::new("unikorn", CLIENT)));
    assert_eq!(source.ca, Some(SecretRef::new("cert-manager", CA)));
    assert_eq!((source.reload_interval, source.read_timeout), (never(), Duration::from_secs(5)));
    let half = HttpClientOptions::new().with_certificate("unikorn", "");
    assert!(SecretSource::from_options(&endpoint, &half).is_err());
}

/// W-01
#[tokio::test(start_paused = true)]
async fn each_secret_is_read_once_and_making_configurations_reads_nothing() {
    let setup = Setup::new();
    let source = setup.source().with_watching(Watching::Disabled).with_reload_interval(never());
    let credentials = setup.start(source).await.unwrap();
    for _ in 0..8 {
        crate::tls::client_config(credentials.current().bundle()).unwrap();
    }
    setup.put(&client(&setup.ca, 2));
    tokio::time::sleep(Duration::from_secs(7 * 24 * 3600)).await;
    assert_eq!((setup.api.gets(), setup.api.lists()), (2, 0));
    assert_eq!(serial(&credentials.current()), "01", "switched off is switched off");
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0, "there is nothing to follow");
}

/// W-01
#[tokio::test(start_paused = true)]
async fn a_new_pair_arrives_by_the_watch_as_one_generation() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    let before = credentials.current();
    assert_eq!((before.generation(), serial(&before)), (1, "01"), "the first list changes nothing");
    setup.put(&client(&setup.ca, 2));
    let after = generation(&credentials, 2).await;
    assert_eq!((after.generation(), serial(&after)), (2, "02"));
    assert_eq!(roots(&before), roots(&after));
    credentials.shutdown().await;
}

/// W-05
#[tokio::test(start_paused = true)]
async fn new_roots_arrive_by_the_watch_with_the_same_identity() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    let both = format!("{}{}", setup.ca.pem(), Ca::new("next").pem());
    setup.api.put(tls_secret("unikorn", CA, [("tls.crt", both)]));
    let after = generation(&credentials, 2).await;
    assert!(roots(&after).contains("certificates: 2"), "{}", roots(&after));
    assert_eq!(serial(&after), "01");
}

/// W-10
#[tokio::test(start_paused = true)]
async fn every_snapshot_signs_with_the_key_of_its_own_certificate() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    for number in 2..5 {
        setup.put(&client(&setup.ca, number));
        let snapshot = generation(&credentials, number).await;
        let identity = snapshot.identity().unwrap();
        let token = identity.signer().unwrap().sign(b"payload").unwrap();
        let verifier = crate::jws::Verifier::from_certificate(&identity.chain()[0]).unwrap();
        assert_eq!(verifier.verify(&token).unwrap(), b"payload");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_that_changes_nothing_publishes_nothing() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    let mut touched = setup.pair.tls_secret("unikorn", CLIENT);
    touched.metadata.annotations = Some(BTreeMap::from([("touched".to_owned(), "yes".to_owned())]));
    setup.api.put(touched);
    setup.api.hang_up();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(credentials.current().generation(), 1);
    assert!(last_error(&credentials).is_none());
}

/// W-01
#[tokio::test(start_paused = true)]
async fn many_users_at_once_see_one_reload_and_all_get_the_new_pair() {
    let setup = Setup::new();
    let source = setup.source().with_watching(Watching::Disabled).with_reload_interval(Duration::from_secs(60));
    let credentials = setup.start(source).await.unwrap();
    setup.put(&client(&setup.ca, 2));
    let users: Vec<_> = (0..8)
        .map(|_| {
            let credentials = credentials.clone();
            tokio::spawn(async move { generation(&credentials, 2).await })
        })
        .collect();
    for user in users {
        assert!(Arc::ptr_eq(&user.await.unwrap(), &credentials.current()));
    }
    assert_eq!(serial(&credentials.current()), "02");
    assert_eq!(setup.api.gets(), 4, "one read of each Secret at the start and one at the reload");
}

#[tokio::test(start_paused = true)]
async fn the_periodic_read_finds_a_new_pair_without_a_watch() {
    let setup = Setup::new();
    let hour = Duration::from_secs(3600);
    let source = setup.source().with_watching(Watching::Disabled).with_reload_interval(hour);
    let credentials = setup.start(source).await.unwrap();
    setup.put(&client(&setup.ca, 2));
    tokio::time::sleep(hour - Duration::from_secs(1)).await;
    assert_eq!((serial(&credentials.current()), setup.api.gets()), ("01", 2));
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!((serial(&credentials.current()), setup.api.gets()), ("02", 4));
    assert_eq!(setup.api.lists(), 0);
}

/// W-03
#[tokio::test(start_paused = true)]
async fn a_bad_update_keeps_the_last_good_pair_and_says_what_and_since_when() {
    let (log, _guard) = Log::capture();
    let setup = Setup::new();
    let credentials = setup.watching().await;
    let other = client(&setup.ca, 2);
    setup.clock.advance(SignedDuration::from_mins(10));
    setup.api.put(setup.pair.tls_secret_with_key("unikorn", CLIENT, &other.key_pem()));
    let error = failure(&credentials).await;
    assert!(matches!(*error, CredentialError::Mismatch { .. }), "{error}");
    assert!(error.to_string().contains("Secret unikorn/region-client-certificate"), "{error}");
    let status = credentials.status();
    assert_eq!((status.generation, status.not_after), (1, Some(credentials.current().identity().unwrap().not_after())));
    let since = status.last_error.unwrap().since;
    assert_eq!(since.duration_since(status.loaded_at), SignedDuration::from_mins(10));

    // The same failure once more is not news; another one is.
    setup.api.put(setup.pair.tls_secret_with_key("unikorn", CLIENT, &client(&setup.ca, 3).key_pem()));
    setup.api.put(tls_secret("unikorn", CLIENT, [("tls.crt", setup.pair.chain_pem())]));
    eventually(|| matches!(last_error(&credentials).as_deref(), Some(CredentialError::MissingKey { .. }))).await;
    assert_eq!(log.count("credentials were not renewed"), 2);
    assert_eq!(serial(&credentials.current()), "01");

    setup.put(&other);
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    assert!(last_error(&credentials).is_none());
    for pair in [&setup.pair, &other] {
        assert_redacted(&log.text(), pair);
    }
}

/// W-03
#[tokio::test(start_paused = true)]
async fn going_back_to_the_good_pair_heals_without_a_new_generation() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    setup.api.put(tls_secret("unikorn", CLIENT, [("tls.crt", "garbage")]));
    failure(&credentials).await;
    setup.put(&setup.pair);
    eventually(|| last_error(&credentials).is_none()).await;
    assert_eq!(credentials.current().generation(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_bad_pair_does_not_hold_up_new_roots() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    setup.api.put(tls_secret("unikorn", CLIENT, [("tls.crt", "garbage")]));
    failure(&credentials).await;
    setup.api.put(Ca::new("next").secret("unikorn", CA));
    let after = generation(&credentials, 2).await;
    assert_eq!(serial(&after), "01");
    assert!(last_error(&credentials).is_some(), "the pair is still bad");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_secret_keeps_the_last_good_pair_and_says_so() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    setup.api.delete(CLIENT);
    let error = failure(&credentials).await;
    assert!(matches!(*error, CredentialError::Deleted { .. }));
    assert_eq!(
        error.to_string(),
        "Secret unikorn/region-client-certificate was deleted, its last good content stays in use; create it again"
    );
    assert_eq!(serial(&credentials.current()), "01");
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    assert!(last_error(&credentials).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_secret_deleted_while_the_watch_was_down_is_noticed() {
    let setup = Setup::new();
    let credentials = setup.watching().await;
    setup.api.set_list(Mood::Refusing(503));
    setup.api.set_watch(Mood::Refusing(503));
    setup.api.hang_up();
    assert!(matches!(*failure(&credentials).await, CredentialError::Watch { .. }));
    setup.api.delete(CLIENT);
    setup.api.set_list(Mood::Fine);
    setup.api.set_watch(Mood::Fine);
    eventually(|| matches!(last_error(&credentials).as_deref(), Some(CredentialError::Deleted { .. }))).await;
    assert_eq!(serial(&credentials.current()), "01");
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_was_left_behind_lists_again_without_a_word() {
    let (log, _guard) = Log::capture();
    let setup = Setup::new();
    let credentials = setup.watching().await;
    setup.api.set_watch(Mood::Refusing(410));
    setup.api.hang_up();
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!((4..=120).contains(&setup.api.lists()), "{} lists in ten minutes", setup.api.lists());
    setup.api.set_watch(Mood::Fine);
    eventually(|| setup.api.watches() == 2).await;
    setup.put(&client(&setup.ca, 3));
    assert_eq!(serial(&*generation(&credentials, 3).await), "03");
    assert!(last_error(&credentials).is_none());
    assert_eq!(log.count("credentials were not renewed"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_secret_gone_at_the_periodic_read_keeps_the_last_good_pair() {
    let setup = Setup::new();
    let source = setup.source().with_watching(Watching::Disabled).with_reload_interval(Duration::from_secs(60));
    let credentials = setup.start(source).await.unwrap();
    setup.api.delete(CLIENT);
    let error = failure(&credentials).await;
    assert!(matches!(*error, CredentialError::Deleted { .. }), "{error}");
    assert_eq!(serial(&credentials.current()), "01");
}

#[tokio::test(start_paused = true)]
async fn what_is_bad_at_the_start_fails_construction_and_names_secret_key_and_remedy() {
    let setup = Setup::new();
    let (chain, key) = (setup.pair.chain_pem(), setup.pair.key_pem());
    let mut opaque = setup.pair.tls_secret("unikorn", CLIENT);
    opaque.type_ = Some("Opaque".to_owned());
    let mut untyped = setup.pair.tls_secret("unikorn", CLIENT);
    untyped.type_ = None;
    let mut empty = setup.pair.tls_secret("unikorn", CLIENT);
    empty.data = None;
    let other = client(&setup.ca, 2).key_pem();
    let secret = |data: &[(&'static str, &String)]| {
        tls_secret("unikorn", CLIENT, data.iter().map(|(key, value)| (*key, (*value).clone())))
    };
    let garbage = "garbage".to_owned();
    for (bad, text) in [
        (opaque, "has type \"Opaque\"; use a Secret of type kubernetes.io/tls"),
        (untyped, "has type \"\"; use a Secret of type kubernetes.io/tls"),
        (empty, "has no key tls.crt; add it"),
        (secret(&[("tls.crt", &chain)]), "has no key tls.key; add it"),
        (secret(&[("tls.key", &key)]), "has no key tls.crt; add it"),
        (secret(&[("tls.crt", &chain), ("tls.key", &other)]), "does not belong to the certificate"),
        (secret(&[("tls.crt", &garbage), ("tls.key", &key)]), "no usable certificate"),
        (secret(&[("tls.crt", &chain), ("tls.key", &garbage)]), "no usable private key"),
    ] {
        setup.api.put(bad);
        let error = setup.start(setup.source()).await.unwrap_err();
        assert!(error.is_format(), "{error:?}");
        assert!(error.to_string().contains("Secret unikorn/region-client-certificate"), "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert_redacted(&format!("{error} {error:?}"), &setup.pair);
    }
    setup.put(&setup.pair);
    for (bad, text) in [
        (
            tls_secret("unikorn", CA, [("tls.crt", "")]),
            "tls.crt in Secret unikorn/unikorn-ca has no usable certificate",
        ),
        // `ca.crt` is never read.
        (tls_secret("unikorn", CA, [("ca.crt", setup.ca.pem())]), "Secret unikorn/unikorn-ca has no key tls.crt"),
    ] {
        setup.api.put(bad);
        let error = setup.start(setup.source()).await.unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    let tasks = tokio::runtime::Handle::current().metrics();
    eventually(|| tasks.num_alive_tasks() == 0).await;
}

#[tokio::test]
async fn a_ca_secret_needs_no_key_and_what_else_it_holds_is_ignored() {
    let setup = Setup::new();
    let data = [("tls.crt", setup.ca.pem()), ("ca.crt", "garbage".to_owned()), ("tls.key", "garbage".to_owned())];
    setup.api.put(tls_secret("unikorn", CA, data));
    setup.start(setup.source()).await.unwrap();
}

#[tokio::test]
async fn a_secret_that_is_missing_or_forbidden_fails_construction_with_the_answer_as_cause() {
    let setup = Setup::new();
    setup.api.delete(CA);
    let error = setup.start(setup.source()).await.unwrap_err();
    assert!(error.is_not_found() && !error.is_format() && !error.is_transient());
    assert!(error.to_string().starts_with("Secret unikorn/unikorn-ca does not exist; create it"), "{error}");
    let source = std::error::Error::source(&error).unwrap().downcast_ref::<kube::Error>();
    assert!(matches!(source, Some(kube::Error::Api(status)) if status.code == 404));

    setup.api.set_get(Mood::Refusing(403));
    let error = setup.start(setup.source()).await.unwrap_err();
    assert!(error.is_forbidden() && error.to_string().contains("grant it access"), "{error}");
    setup.api.set_get(Mood::Refusing(500));
    assert!(setup.start(setup.source()).await.unwrap_err().is_transient());
}

/// W-15
#[tokio::test]
async fn an_answer_that_is_no_secret_is_quoted_neither_in_the_error_nor_in_the_log() {
    let (log, _guard) = Log::capture();
    let setup = Setup::new();
    setup.api.set_get(Mood::Garbled);
    let error = setup.start(setup.source()).await.unwrap_err();
    let text = format!("{error:?} {}", crate::error::ErrorChain::new(&error));
    assert!(text.contains("the answer is not a Secret"), "{text}");
    assert!(!text.contains("c2VjcmV0"), "{text}");
    assert!(!log.text().contains("c2VjcmV0"), "{}", log.text());
}

/// W-02
#[tokio::test(start_paused = true)]
async fn the_first_read_is_given_up_after_five_seconds() {
    let setup = Setup::new();
    setup.api.set_get(Mood::Silent);
    let start = Instant::now();
    let error = setup.start(setup.source()).await.unwrap_err();
    assert!(error.is_timeout() && error.is_transient());
    assert!(error.to_string().contains("was not read within 5s"), "{error}");
    assert_eq!(start.elapsed().as_secs(), 5);
}

/// W-02
#[tokio::test(start_paused = true)]
async fn a_failing_periodic_read_is_tried_again_with_pauses_and_keeps_the_pair() {
    let setup = Setup::new();
    let source = setup.source().with_watching(Watching::Disabled).with_reload_interval(Duration::from_secs(3600));
    let credentials = setup.start(source).await.unwrap();
    setup.api.set_get(Mood::Silent);
    let error = failure(&credentials).await;
    assert!(error.is_timeout());
    let before = setup.api.gets();
    tokio::time::sleep(Duration::from_secs(600)).await;
    // Each try takes 5 s, each pause up to 30 s and its jitter, and each reads both.
    let tries = (setup.api.gets() - before) / 2;
    assert!((8..=60).contains(&tries), "{tries} tries in ten minutes");
    setup.put(&client(&setup.ca, 2));
    setup.api.set_get(Mood::Fine);
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    assert!(last_error(&credentials).is_none());
}

/// W-02
#[tokio::test(start_paused = true)]
async fn a_list_that_never_ends_is_given_up_and_begun_anew() {
    let setup = Setup::new();
    setup.api.set_list(Mood::Silent);
    let credentials = setup.start(setup.source()).await.unwrap();
    let error = failure(&credentials).await;
    assert!(error.is_timeout(), "{error}");
    tokio::time::sleep(Duration::from_secs(120)).await;
    let lists = setup.api.lists();
    assert!((4..=60).contains(&lists), "{lists} lists");
    setup.api.set_list(Mood::Fine);
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    eventually(|| last_error(&credentials).is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_forbidden_watch_is_said_once_while_the_periodic_read_works() {
    let (log, _guard) = Log::capture();
    let setup = Setup::new();
    setup.api.set_list(Mood::Refusing(403));
    let source = setup.source().with_reload_interval(Duration::from_secs(3600));
    let credentials = setup.start(source).await.unwrap();
    let error = failure(&credentials).await;
    assert!(matches!(*error, CredentialError::Watch { .. }) && error.to_string().contains("list and watch"), "{error}");
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
    assert!(last_error(&credentials).is_some(), "the watch still does not stand");
    assert_eq!(log.count("credentials were not renewed"), 2, "once for each Secret");

    setup.api.set_list(Mood::Fine);
    eventually(|| last_error(&credentials).is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_may_not_start_is_said_once_and_heals() {
    let (log, _guard) = Log::capture();
    let setup = Setup::new();
    setup.api.set_watch(Mood::Refusing(403));
    let credentials = setup.start(setup.source()).await.unwrap();
    failure(&credentials).await;
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert!(last_error(&credentials).is_some());
    assert_eq!(log.count("credentials were not renewed"), 2, "once for each Secret");
    let tries = setup.api.watches_started();
    assert!((2 * 10..=2 * 60).contains(&tries), "{tries} tries in ten minutes");
    setup.api.set_watch(Mood::Fine);
    // Nothing happens to the Secrets, and still it is known that the watch stands.
    eventually(|| last_error(&credentials).is_none()).await;
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&*generation(&credentials, 2).await), "02");
}

/// W-03
#[tokio::test(start_paused = true)]
async fn an_expired_pair_loads_at_the_start_and_does_not_replace_one_that_works() {
    let setup = Setup::new();
    let expired = |serial| setup.ca.issue(Leaf::client("unikorn-region").serial(serial).expired());
    setup.put(&expired(7));
    let credentials = setup.watching().await;
    let identity = credentials.current().identity().unwrap().clone();
    assert!(identity.ensure_valid_at(setup.clock.now()).unwrap_err().is_expired());
    setup.put(&expired(8));
    assert_eq!(serial(&*generation(&credentials, 2).await), "08");
    setup.put(&setup.pair);
    assert_eq!(serial(&*generation(&credentials, 3).await), "01");
    setup.put(&expired(9));
    assert!(failure(&credentials).await.is_expired());
    assert_eq!(serial(&credentials.current()), "01");
}

#[tokio::test(start_paused = true)]
async fn a_read_that_the_watch_overtook_does_not_bring_back_the_old_pair() {
    let setup = Setup::new();
    let one = Followed {
        role: Role::Client,
        secret: SecretRef::new("unikorn", CLIENT),
        api: Api::namespaced(setup.api.client(), "unikorn"),
        delivered: AtomicU64::new(0),
    };
    let before = one.delivered.load(Ordering::Relaxed);
    let stale = one.read(Duration::from_secs(5)).await.unwrap();
    let read = one.unless_overtaken(before, stale);
    assert!(read.is_some(), "nothing came in between");
    let stale = one.read(Duration::from_secs(5)).await.unwrap();
    one.delivered.fetch_add(1, Ordering::Relaxed);
    assert!(one.unless_overtaken(before, stale).is_none());
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_shutdown_and_with_the_last_handle() {
    let setup = Setup::new();
    let tasks = tokio::runtime::Handle::current().metrics();
    let credentials = setup.watching().await;
    let alive = tasks.num_alive_tasks();
    assert!(alive > 0);
    credentials.shutdown().await;
    eventually(|| setup.api.watches() == 0).await;
    setup.put(&client(&setup.ca, 2));
    assert_eq!(serial(&credentials.current()), "01", "the last snapshot stays readable");

    let credentials = setup.watching().await;
    let mut snapshots = credentials.subscribe();
    drop(credentials);
    assert!(snapshots.changed().await.is_err());
    eventually(|| setup.api.watches() == 0).await;
}

#[tokio::test]
async fn without_secrets_nothing_is_read_or_followed() {
    let setup = Setup::new();
    let credentials = setup.start(SecretSource::new()).await.unwrap();
    assert_eq!((setup.api.gets(), setup.api.lists()), (0, 0));
    assert!(credentials.current().identity().is_none());
    assert_eq!(roots(&credentials.current()), "Platform");
}
