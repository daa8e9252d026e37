use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use testkit::pki::{Ca, Leaf, Pair};
use tracing_subscriber::fmt::MakeWriter;

use super::*;

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub(super) struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Timestamp::now())))
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now += by;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Everything logged on this thread while it lives.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(super) fn capture() -> (Self, tracing::subscriber::DefaultGuard) {
        // With a single dispatcher in the process, an event first reached on a thread without one is switched off for
        // all threads. A second dispatcher makes `tracing` ask every one instead.
        static SECOND: OnceLock<tracing::Dispatch> = OnceLock::new();
        SECOND.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::TRACE)
            .with_writer(log.clone())
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(super) fn count(&self, needle: &str) -> usize {
        self.text().matches(needle).count()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// `text` holds no piece of the pair's PEM texts and no run of the key's bytes in hexadecimal or decimal.
pub(super) fn assert_redacted(text: &str, pair: &Pair) {
    assert!(!text.contains("-----"), "PEM text in {text}");
    let (key, certificate) = (pair.key_pem(), pair.cert_pem());
    for line in key.lines().chain(certificate.lines()).filter(|line| !line.starts_with('-')) {
        for window in line.as_bytes().windows(12) {
            let window = std::str::from_utf8(window).unwrap();
            assert!(!text.contains(window), "PEM body in {text}");
        }
    }
    let der = pair.key_der();
    for window in der.secret_der().windows(6) {
        let hex: String = window.iter().map(|byte| format!("{byte:02x}")).collect();
        let decimal = window.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
        assert!(!text.to_lowercase().contains(&hex), "key bytes in {text}");
        assert!(!text.contains(&decimal), "key bytes in {text}");
    }
}

/// Two days, which pass at once on a paused clock.
const PATIENCE: Duration = Duration::from_secs(48 * 3600);

/// Waits for a snapshot of at least this generation. For paused clocks.
pub(super) async fn generation(credentials: &Credentials, at_least: u64) -> Arc<Snapshot> {
    let mut snapshots = credentials.subscribe();
    let wait = snapshots.wait_for(|snapshot| snapshot.generation() >= at_least);
    let found = tokio::time::timeout(PATIENCE, wait).await.expect("in time").expect("alive");
    Arc::clone(&found)
}

/// Waits until `is_so`. For paused clocks.
pub(super) async fn eventually(mut is_so: impl FnMut() -> bool) {
    let polls = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, polls).await.expect("in time");
}

pub(super) fn client(ca: &Ca, serial: u64) -> Pair {
    ca.issue(Leaf::client("unikorn-region").serial(serial))
}

pub(super) fn identity(pair: &Pair) -> Identity {
    Identity::from_pem(pair.chain_pem().as_bytes(), pair.key_pem().as_bytes()).unwrap()
}

pub(super) fn serial(snapshot: &Snapshot) -> &str {
    snapshot.identity().unwrap().serial()
}

#[derive(Default)]
struct Recorder {
    last: AtomicU64,
    calls: AtomicU64,
}

impl Publish for Recorder {
    fn publish(&self, snapshot: &Arc<Snapshot>) {
        let before = self.last.swap(snapshot.generation(), Ordering::SeqCst);
        assert!(before < snapshot.generation(), "generations come in order");
        self.calls.fetch_add(1, Ordering::SeqCst);
    }
}

fn bundle(ca: &Ca, serial: u64) -> Bundle {
    Bundle::new(Some(identity(&client(ca, serial))), Trust::from_pem(ca.pem().as_bytes()).unwrap())
}

#[test]
fn fixed_credentials_are_their_own_first_generation() {
    let credentials = Credentials::fixed(bundle(&Ca::new("root"), 7));
    let snapshot = credentials.current();
    assert_eq!((snapshot.generation(), serial(&snapshot)), (1, "07"));
    let status = credentials.status();
    assert_eq!(status.generation, 1);
    assert_eq!(status.not_after, Some(snapshot.identity().unwrap().not_after()));
    assert!(status.last_error.is_none());
}

#[test]
fn a_subscriber_hears_of_the_current_snapshot_and_of_each_new_one_before_others_do() {
    let ca = Ca::new("root");
    let credentials = Credentials::fixed(bundle(&ca, 1));
    let recorder = Arc::new(Recorder::default());
    let gone = Arc::new(Recorder::default());
    let (weak, weak_gone) = (Arc::downgrade(&recorder), Arc::downgrade(&gone));
    credentials.on_publish(weak);
    credentials.on_publish(weak_gone);
    assert_eq!(recorder.last.load(Ordering::SeqCst), 1);
    drop(gone);

    let mut snapshots = credentials.subscribe();
    assert!(!snapshots.has_changed().unwrap());
    credentials.inner.board.publish(bundle(&ca, 2));
    assert_eq!(recorder.last.load(Ordering::SeqCst), 2);
    assert_eq!(recorder.calls.load(Ordering::SeqCst), 2);
    assert_eq!(serial(&snapshots.borrow_and_update()), "02");
    assert_eq!(serial(&credentials.current()), "02");
}

/// W-10
#[test]
fn certificate_key_and_trust_of_a_snapshot_stay_together_while_the_next_is_published() {
    let ca = Ca::new("root");
    let credentials = Credentials::fixed(bundle(&ca, 1));
    let before = credentials.current();
    credentials.inner.board.publish(bundle(&ca, 2));

    let identity = before.identity().unwrap();
    let token = identity.signer().unwrap().sign(b"payload").unwrap();
    let verifier = crate::jws::Verifier::from_certificate(&identity.chain()[0]).unwrap();
    assert_eq!(verifier.verify(&token).unwrap(), b"payload");
    let after = credentials.current();
    assert_ne!(serial(&before), serial(&after));
    let verifier = crate::jws::Verifier::from_certificate(&after.identity().unwrap().chain()[0]).unwrap();
    assert!(verifier.verify(&token).is_err(), "the generations have keys of their own");
}

/// W-15
#[test]
fn nothing_printable_holds_key_material() {
    let (log, _guard) = Log::capture();
    let ca = Ca::new("root");
    let pair = client(&ca, 9);
    let credentials =
        Credentials::fixed(Bundle::new(Some(identity(&pair)), Trust::from_pem(ca.pem().as_bytes()).unwrap()));
    let snapshot = credentials.current();
    let printed = format!(
        "{credentials:?} {credentials:#?} {snapshot:?} {:?} {:?} {:?} {:?}",
        snapshot.bundle(),
        snapshot.identity(),
        credentials.status(),
        crate::tls::client_config(snapshot.bundle()).unwrap(),
    );
    assert!(printed.contains("unikorn-region") && printed.contains("serial: \"09\""), "{printed}");
    assert_redacted(&printed, &pair);
    assert!(log.text().contains("credentials loaded"), "{}", log.text());
    assert_redacted(&log.text(), &pair);
}

/// W-03
#[test]
fn an_expired_certificate_in_use_is_logged() {
    let (log, _guard) = Log::capture();
    let ca = Ca::new("root");
    let pair = ca.issue(Leaf::client("unikorn-region").expired());
    let credentials = Credentials::fixed(Bundle::new(Some(identity(&pair)), Trust::platform()));
    assert!(credentials.status().not_after.unwrap() < Timestamp::now());
    assert_eq!(log.count("the client certificate in use has expired"), 1);
}

#[tokio::test]
async fn shutting_down_twice_is_as_good_as_once() {
    let credentials = Credentials::fixed(Bundle::new(None, Trust::platform()));
    credentials.shutdown().await;
    credentials.clone().shutdown().await;
    assert_eq!(credentials.current().generation(), 1);
}

#[test]
fn handles_can_be_shared_between_threads() {
    fn shareable<T: Clone + Send + Sync + 'static>() {}
    shareable::<Credentials>();
    shareable::<Identity>();
    shareable::<Trust>();
    shareable::<Snapshot>();
}
