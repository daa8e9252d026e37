use std::sync::atomic::AtomicUsize;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::*;
use crate::auth::{CredentialProvider, Material as Kind};

const SECOND: Duration = Duration::from_secs(1);

/// A clock that goes with tokio's.
#[derive(Debug)]
struct Paused(Timestamp, Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        self.0.checked_add(self.1.elapsed()).unwrap()
    }
}

/// Hands out `1`, `2`, `3`, … as it is told.
#[derive(Debug, Default)]
struct Script {
    calls: AtomicUsize,
    lasts: Option<Duration>,
    takes: Duration,
    fails: AtomicBool,
}

impl Script {
    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[derive(Debug)]
struct Provider(Arc<Script>, Arc<Paused>);

#[async_trait]
impl CredentialProvider for Provider {
    async fn credential(&self) -> Result<Credential, AuthError> {
        let number = self.0.calls.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(self.0.takes).await;
        if self.0.fails.load(Ordering::SeqCst) {
            return Err(AuthError::ExecFailed { command: "script".into(), code: Some(1) });
        }
        let credential = Credential::new(Kind::Token(SecretString::from(number.to_string())));
        Ok(match self.0.lasts {
            Some(lasts) => credential.with_expiry(self.1.now().checked_add(lasts).unwrap()),
            None => credential,
        })
    }
}

/// A token as it is sent.
#[derive(Debug)]
struct Sent(String);

impl Material for Sent {
    fn superseded_by(&self, _successor: &Self) {}

    fn validity(&self) -> Option<Validity> {
        None
    }
}

fn prepare(credential: &Credential, _previous: Option<&Sent>) -> Result<Sent, AuthError> {
    match &credential.material {
        Kind::Token(token) if token.expose_secret() != "bad" => Ok(Sent(token.expose_secret().to_owned())),
        _ => Err(AuthError::Malformed { what: "token", reason: "it is bad".into() }),
    }
}

struct Rig {
    auth: Arc<Auth<Sent>>,
    script: Arc<Script>,
    _keeper: JoinSet<()>,
}

impl Rig {
    async fn new(script: Script) -> Self {
        Self::with(script, Renewal::Fetch { max_age: Duration::from_secs(3600) }).await
    }

    async fn with(script: Script, renewal: Renewal) -> Self {
        let script = Arc::new(script);
        let clock = Arc::new(Paused("2030-01-01T00:00:00Z".parse().unwrap(), Instant::now()));
        let origin = Origin { provider: Arc::new(Provider(Arc::clone(&script), Arc::clone(&clock))), renewal };
        let first = origin.fetch(60 * SECOND).await.unwrap();
        let timing = Timing { fetch: 60 * SECOND, early: 60 * SECOND };
        let (auth, keeper) = Auth::new(origin, first, Box::new(prepare), clock, timing).unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(keeper.run());
        Self { auth, script, _keeper: tasks }
    }

    fn sends(&self) -> String {
        self.auth.current().value.0.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn fifty_refusals_at_once_are_one_renewal() {
    let rig = Rig::new(Script { takes: SECOND, ..Script::default() }).await;
    let used = rig.auth.ready().await.unwrap().serial;
    let mut waiting = JoinSet::new();
    for _ in 0..50 {
        let auth = Arc::clone(&rig.auth);
        waiting.spawn(async move { auth.renew(used).await });
    }
    let mut apart: Vec<_> = waiting.join_all().await.into_iter().map(Result::unwrap).collect();
    apart.sort_unstable();
    assert!(apart[49] <= 250 * SECOND / 1000 && apart[0] < apart[49], "they go on one after another: {apart:?}");
    apart.dedup();
    assert!(apart.len() > 25, "{apart:?}");
    assert_eq!((rig.script.calls(), rig.sends().as_str()), (2, "2"));
    assert_eq!(rig.auth.renew(used).await.unwrap(), Duration::ZERO);
    assert_eq!(rig.script.calls(), 2, "who comes late finds the new one");
}

#[tokio::test(start_paused = true)]
async fn a_credential_is_renewed_before_it_expires_and_nobody_waits() {
    let script = Script { lasts: Some(600 * SECOND), takes: 5 * SECOND, ..Script::default() };
    let rig = Rig::new(script).await;
    for _ in 0..2000 {
        tokio::time::sleep(SECOND).await;
        let asked = Instant::now();
        let live = rig.auth.ready().await.unwrap();
        assert_eq!(asked.elapsed(), Duration::ZERO);
        assert!(live.expires.unwrap() > rig.auth.clock.now());
    }
    assert!((4..=5).contains(&rig.script.calls()), "{} in 2000 s", rig.script.calls());
}

#[tokio::test(start_paused = true)]
async fn a_credential_that_lives_shortly_is_not_renewed_all_the_time() {
    let rig = Rig::new(Script { lasts: Some(30 * SECOND), ..Script::default() }).await;
    tokio::time::sleep(300 * SECOND).await;
    assert!((13..=17).contains(&rig.script.calls()), "{} in 300 s", rig.script.calls());
}

#[tokio::test(start_paused = true)]
async fn a_credential_without_an_expiry_is_kept_until_it_is_old() {
    let rig = Rig::new(Script::default()).await;
    tokio::time::sleep(3000 * SECOND).await;
    assert_eq!(rig.script.calls(), 1);
    tokio::time::sleep(1000 * SECOND).await;
    assert_eq!(rig.script.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_expired_credential_is_waited_for_and_never_shown() {
    let script = Script { lasts: Some(600 * SECOND), ..Script::default() };
    let rig = Rig::new(script).await;
    rig.script.fails.store(true, Ordering::SeqCst);
    tokio::time::sleep(700 * SECOND).await;
    let error = rig.auth.ready().await.unwrap_err();
    assert!(matches!(error, AuthError::ExecFailed { .. }), "{error:?}");
    rig.script.fails.store(false, Ordering::SeqCst);
    tokio::time::sleep(61 * SECOND).await;
    assert!(rig.auth.ready().await.unwrap().expires.unwrap() > rig.auth.clock.now());
}

#[tokio::test(start_paused = true)]
async fn what_keeps_failing_keeps_the_last_good_one_and_is_tried_less_and_less() {
    let rig = Rig::with(Script::default(), Renewal::Reread(50 * SECOND)).await;
    rig.script.fails.store(true, Ordering::SeqCst);
    tokio::time::sleep(650 * SECOND).await;
    assert_eq!(rig.auth.ready().await.unwrap().value.0, "1");
    assert!((10..=30).contains(&rig.script.calls()), "{} in 600 s", rig.script.calls());
    let calls = rig.script.calls();
    let used = rig.auth.current().serial;
    for _ in 0..100 {
        rig.auth.renew(used).await.unwrap_err();
    }
    assert_eq!(rig.script.calls(), calls, "who asks in between hears of the last failure");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_without_end_opens_the_breaker_and_asks_the_provider_seldom() {
    let rig = Rig::new(Script::default()).await;
    let mut sent = 0;
    for _ in 0..6000 {
        // A request every 100 ms, each refused, with the one retry that follows a renewal.
        if let Ok(live) = rig.auth.ready().await {
            sent += 1;
            if rig.auth.renew(live.serial).await.is_ok() {
                rig.auth.refused(rig.auth.current().serial);
                sent += 1;
            }
        }
        tokio::time::sleep(SECOND / 10).await;
    }
    assert!(rig.script.calls() <= 12, "{} in ten minutes", rig.script.calls());
    assert!(sent <= 60, "{sent} requests in ten minutes");
    assert!(matches!(rig.auth.circuit(), Circuit::Open(_)) || rig.auth.ready().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn while_the_breaker_is_open_requests_fail_at_once_and_a_success_closes_it() {
    let rig = Rig::with(Script::default(), Renewal::Never).await;
    for _ in 0..3 {
        assert!(rig.auth.renew(1).await.is_err());
        tokio::time::sleep(SECOND).await;
    }
    let asked = Instant::now();
    let error = rig.auth.ready().await.unwrap_err();
    assert!(matches!(error, AuthError::Suspended { .. }), "{error:?}");
    assert_eq!(asked.elapsed(), Duration::ZERO);
    rig.auth.accepted(1);
    rig.auth.ready().await.unwrap();
    assert_eq!(rig.script.calls(), 1, "a fixed credential is not asked for again");
}

#[tokio::test(start_paused = true)]
async fn another_credential_closes_the_breaker() {
    let rig = Rig::with(Script::default(), Renewal::Never).await;
    for _ in 0..3 {
        assert!(rig.auth.renew(1).await.is_err());
        tokio::time::sleep(SECOND).await;
    }
    let other = Arc::new(Script::default());
    let clock = Arc::new(Paused(rig.auth.clock.now(), Instant::now()));
    let origin = Origin { provider: Arc::new(Provider(other, clock)), renewal: Renewal::Never };
    let credential = Credential::new(Kind::Token("new".into()));
    rig.auth.swap(origin.clone(), credential).await.unwrap();
    assert_eq!(rig.auth.ready().await.unwrap().value.0, "new");
    rig.auth.swap(origin, Credential::new(Kind::Token("bad".into()))).await.unwrap_err();
    assert_eq!(rig.sends(), "new", "a good old one stays");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_is_left_after_its_time() {
    let rig = Rig::new(Script { takes: 40 * SECOND, ..Script::default() }).await;
    let slow = Origin {
        provider: Arc::new(Provider(
            Arc::new(Script { takes: 3600 * SECOND, ..Script::default() }),
            Arc::new(Paused(rig.auth.clock.now(), Instant::now())),
        )),
        renewal: Renewal::Fetch { max_age: 3600 * SECOND },
    };
    rig.auth.swap(slow, Credential::new(Kind::Token("t".into()))).await.unwrap();
    let asked = Instant::now();
    let error = rig.auth.renew(rig.auth.current().serial).await.unwrap_err();
    assert!(matches!(error, AuthError::Timeout { .. }), "{error:?}");
    assert_eq!(asked.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_changes_closes_the_breaker_and_one_that_does_not_leaves_it() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "old").unwrap();
    let provider = Arc::new(crate::auth::file::TokenFile(file.path().into()));
    let origin = Origin { provider, renewal: Renewal::Reread(50 * SECOND) };
    let first = origin.fetch(60 * SECOND).await.unwrap();
    let clock = Arc::new(Paused("2030-01-01T00:00:00Z".parse().unwrap(), Instant::now()));
    let timing = Timing { fetch: 60 * SECOND, early: 60 * SECOND };
    let (auth, keeper) = Auth::new(origin, first, Box::new(prepare), clock, timing).unwrap();
    let mut tasks = JoinSet::new();
    tasks.spawn(keeper.run());
    // Six refusals: open for thirty seconds, then for sixty.
    for _ in 0..60 {
        if auth.ready().await.is_ok() {
            let _refused = auth.renew(auth.current().serial).await;
            auth.refused(auth.current().serial);
        }
        tokio::time::sleep(SECOND).await;
    }
    assert!(auth.ready().await.is_err());
    std::fs::write(file.path(), "new").unwrap();
    tokio::time::sleep(51 * SECOND).await;
    assert_eq!(auth.ready().await.unwrap().value.0, "new");
    assert!(auth.breaker().is_clean());
}

#[tokio::test]
async fn a_keeper_at_rest_takes_little_room() {
    let origin = Origin::new(
        &crate::spec::CredentialSpec::Token("1".into()),
        &Arc::default(),
        &Arc::new(Semaphore::new(1)),
        Default::default,
    );
    let first = origin.fetch(SECOND).await.unwrap();
    let clock = Arc::new(Paused("2030-01-01T00:00:00Z".parse().unwrap(), Instant::now()));
    let timing = Timing { fetch: SECOND, early: SECOND };
    let (_auth, keeper) = Auth::new(origin, first, Box::new(prepare), clock, timing).unwrap();
    // It is there for as long as the connection; what it does now and then is not part of it.
    let size = size_of_val(&keeper.run());
    assert!(size <= 1024, "{size} bytes");
}

/// A certificate that is good for ninety minutes.
struct Certificate(Validity);

impl Material for Certificate {
    fn superseded_by(&self, _successor: &Self) {}

    fn validity(&self) -> Option<Validity> {
        Some(self.0)
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_third_of_a_certificate_that_nobody_renews_is_announced_once() {
    const MINUTE: Duration = Duration::from_secs(60);
    for (renewal, announced) in [(Renewal::Never, 1), (Renewal::Fetch { max_age: 3600 * SECOND }, 0)] {
        let (log, _guard) = crate::source::testing::Log::start();
        let clock = Arc::new(Paused("2030-01-01T00:00:00Z".parse().unwrap(), Instant::now()));
        let origin = Origin { provider: Arc::new(Provider(Arc::default(), Arc::clone(&clock))), renewal };
        let first = origin.fetch(SECOND).await.unwrap();
        let timing = Timing { fetch: SECOND, early: SECOND };
        let wall = Arc::clone(&clock);
        let prepare = move |_: &Credential, _: Option<&Certificate>| {
            let from = wall.now();
            Ok(Certificate(Validity { from, until: from.checked_add(90 * MINUTE).unwrap() }))
        };
        let (auth, keeper) = Auth::new(origin, first, Box::new(prepare), clock, timing).unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(keeper.run());
        let said = || log.written().matches("less than a third of the life of the client certificate").count();
        tokio::time::sleep(59 * MINUTE).await;
        assert_eq!(said(), 0);
        tokio::time::sleep(30 * MINUTE).await;
        assert_eq!(said(), announced, "{}", log.written());
        drop(auth);
    }
}

proptest::proptest! {
    #[test]
    fn those_refused_together_go_on_within_half_a_second(others in 0_usize..10_000, random in 0.0_f64..1.0) {
        let apart = apart(others, random);
        proptest::prop_assert!(apart <= Duration::from_millis(500));
        proptest::prop_assert!(others > 0 || apart.is_zero());
    }

    #[test]
    fn the_last_third_begins_after_two(life in 3_i64..1_000_000_000, part in 0.0_f64..1.2) {
        let from = Timestamp::UNIX_EPOCH;
        let validity = Validity { from, until: Timestamp::from_second(life).unwrap() };
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a test of about that much")]
        let now = Timestamp::from_second((life as f64 * part) as i64).unwrap();
        let near = validity.nears_its_end(now);
        proptest::prop_assert!(near || part < 0.68 || life < 100);
        proptest::prop_assert!(!near || part > 0.65 || life < 100);
    }
}
