//! Time is paused: looking at files holds it, waiting moves it on.

use std::collections::HashMap;

use base64::Engine as _;
use testkit::pki::{Ca, Leaf};

use super::*;
use crate::key::ClusterKey;
use crate::kubeconfig::ExecPolicy;
use crate::source::testing::{Recording, Running};
use crate::spec::{CredentialSpec, SpecError};

const SENTINEL: &str = "s3nt1nel-that-must-not-show";

/// A kubeconfig with these contexts, each with a cluster of its name and a token; the first is current.
fn config(contexts: &[&str], token: &str) -> String {
    let list = |make: &dyn Fn(&str) -> String| contexts.iter().map(|name| make(name)).collect::<Vec<_>>().join(", ");
    format!(
        "clusters: [{}]\nusers: [{{name: u, user: {{token: {token}}}}}]\ncontexts: [{}]\ncurrent-context: {}\n",
        list(&|name| format!("{{name: {name}, cluster: {{server: 'https://{name}.example'}}}}")),
        list(&|name| format!("{{name: {name}, context: {{cluster: {name}, user: u}}}}")),
        contexts.first().unwrap_or(&"''"),
    )
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.path(name), content).unwrap();
    }

    /// As editors and careful programs do.
    fn replace(&self, name: &str, content: &str) {
        self.write(".new", content);
        std::fs::rename(self.path(".new"), self.path(name)).unwrap();
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    fn key(&self, name: &str, context: &str) -> ClusterKey {
        ClusterKey::new(format!("{}+{context}", self.path(name).display())).unwrap()
    }

    fn source(&self) -> KubeconfigFiles {
        KubeconfigFiles::new().with_directory(self.0.path())
    }
}

async fn started(source: KubeconfigFiles) -> (std::sync::Arc<Recording>, Running) {
    let recording = Recording::new();
    let running = Running::start(source, &recording);
    recording.wait_said("=files").await;
    (recording, running)
}

fn token_of(recording: &Recording, key: &ClusterKey) -> String {
    use secrecy::ExposeSecret as _;
    match recording.spec(key).map(|spec| spec.credential) {
        Some(CredentialSpec::Token(token)) => token.expose_secret().to_owned(),
        _ => String::new(),
    }
}

async fn for_seconds(seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
}

// --- what multicluster-runtime's file provider is tested for ---

#[tokio::test(start_paused = true)]
async fn there_is_nothing_at_the_start() {
    let folder = Folder::new();
    let (recording, running) = started(folder.source()).await;
    assert_eq!(recording.said(), ["=files"]);
    folder.write("a.kubeconfig", &config(&["one"], "t"));
    recording.wait_for("the new file", |recording| recording.spec(&folder.key("a.kubeconfig", "one")).is_some()).await;
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn files_and_folders_with_several_contexts_are_found() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one", "two"], "t"));
    folder.write("kubeconfig.yaml", &config(&["three"], "t"));
    folder.write("named", &config(&["four"], "t"));
    folder.write("other.txt", &config(&["five"], "t"));
    let (recording, running) = started(folder.source().with_file(folder.path("named"))).await;
    let mut expected = [
        folder.key("a.kubeconfig", "one"),
        folder.key("a.kubeconfig", "two"),
        folder.key("kubeconfig.yaml", "three"),
        folder.key("named", "four"),
    ]
    .map(|key| key.to_string());
    expected.sort_unstable();
    assert_eq!(recording.clusters(), expected);
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_deleted_file_takes_its_clusters_with_it_after_the_grace_time() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "t"));
    folder.write("b.kubeconfig", &config(&["two"], "t"));
    let (recording, running) = started(folder.source()).await;
    folder.remove("a.kubeconfig");
    let deleted = Instant::now();
    recording.wait_for("its removal", |recording| recording.clusters().len() == 1).await;
    assert!(deleted.elapsed() >= Duration::from_secs(10), "{:?}", deleted.elapsed());
    assert!(recording.spec(&folder.key("b.kubeconfig", "two")).is_some());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_replaced_file_changes_what_it_changes() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one", "two"], "old"));
    let (recording, running) = started(folder.source()).await;
    let (one, two) = (folder.key("a.kubeconfig", "one"), folder.key("a.kubeconfig", "two"));
    recording.forget();
    folder.replace("a.kubeconfig", &config(&["one"], "new"));
    recording.wait_for("the new token", |recording| token_of(recording, &one) == "new").await;
    recording.wait_for("the end of the other", |recording| recording.spec(&two).is_none()).await;
    assert_eq!(recording.said(), [format!("+{one} https://one.example/"), format!("-{two}")]);
    running.stop().await.unwrap();
}

// --- what is half there ---

#[tokio::test(start_paused = true)]
async fn a_half_written_file_keeps_the_last_good_one() {
    let folder = Folder::new();
    let whole = config(&["one", "two"], "t");
    folder.write("a.kubeconfig", &whole);
    let (recording, running) = started(folder.source()).await;
    recording.forget();
    // Every way a file can be cut off, each for longer than it takes to be read and shorter than the grace time.
    for cut in [0, 1, whole.len() / 3, whole.len() / 2, whole.len() - 10] {
        folder.write("a.kubeconfig", &whole[..cut]);
        for_seconds(6).await;
        folder.write("a.kubeconfig", &whole);
        for_seconds(6).await;
    }
    assert_eq!(recording.said(), [""; 0]);
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_broken_file_is_reported_after_the_grace_time_and_keeps_the_last_good_one() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "t"));
    let (recording, running) = started(folder.source()).await;
    let key = folder.key("a.kubeconfig", "one");
    recording.forget();
    folder.write("a.kubeconfig", &format!("clusters: [{SENTINEL}"));
    let broken = Instant::now();
    recording.wait_for("the error", |recording| recording.error(&key).is_some()).await;
    assert!(broken.elapsed() >= Duration::from_secs(10), "{:?}", broken.elapsed());
    for_seconds(60).await;
    assert!(recording.spec(&key).is_some(), "the last good one stays");
    let said = recording.said();
    assert!(said.len() == 1 && !said[0].contains(SENTINEL), "{said:?}");
    assert!(matches!(recording.error(&key), Some(SourceError::Kubeconfig { .. })));

    folder.write("a.kubeconfig", &config(&["one"], "t"));
    recording.wait_for("the end of the error", |recording| recording.error(&key).is_none()).await;
    assert_eq!(recording.said().len(), 2);
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_truncated_file_is_no_file_without_clusters() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "t"));
    let (recording, running) = started(folder.source()).await;
    folder.write("a.kubeconfig", "");
    for_seconds(60).await;
    let key = folder.key("a.kubeconfig", "one");
    assert!(recording.spec(&key).is_some() && recording.error(&key).is_some(), "{:?}", recording.said());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_file_is_read_when_it_has_stopped_changing() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "0"));
    let (recording, running) = started(folder.source().with_interval(Duration::from_millis(100))).await;
    recording.forget();
    let key = folder.key("a.kubeconfig", "one");
    for n in 1..20 {
        folder.write("a.kubeconfig", &config(&["one"], &n.to_string().repeat(n)));
        sleep(Duration::from_millis(90)).await;
    }
    folder.write("a.kubeconfig", &config(&["one"], "last"));
    recording.wait_for("the last token", |recording| token_of(recording, &key) == "last").await;
    // A few of those in between may have been read; far from all.
    assert!(recording.said().len() < 6, "{:?}", recording.said());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_folder_swapped_by_a_link_is_noticed() {
    let folder = Folder::new();
    for (version, token) in [("..v1", "old"), ("..v2", "new")] {
        std::fs::create_dir(folder.path(version)).unwrap();
        folder.write(&format!("{version}/a.kubeconfig"), &config(&["one"], token));
    }
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, folder.path(at)).unwrap();
    link("..v1", "..data");
    link("..data/a.kubeconfig", "a.kubeconfig");
    let (recording, running) = started(folder.source()).await;
    let key = folder.key("a.kubeconfig", "one");
    assert_eq!(token_of(&recording, &key), "old");
    recording.forget();
    link("..v2", "..data_tmp");
    std::fs::rename(folder.path("..data_tmp"), folder.path("..data")).unwrap();
    recording.wait_for("the new token", |recording| token_of(recording, &key) == "new").await;
    assert_eq!(recording.said().len(), 1);
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_same_content_written_again_says_nothing() {
    let folder = Folder::new();
    let content = config(&["one"], "t");
    folder.write("a.kubeconfig", &content);
    let (recording, running) = started(folder.source()).await;
    recording.forget();
    for _ in 0..5 {
        folder.replace("a.kubeconfig", &content);
        for_seconds(5).await;
        folder.write("a.kubeconfig", &format!("{content}# remark\n"));
        for_seconds(5).await;
    }
    assert_eq!(recording.said(), [""; 0]);
    running.stop().await.unwrap();
}

// --- what is wrong ---

#[tokio::test(start_paused = true)]
async fn one_bad_context_does_not_drop_its_siblings() {
    let folder = Folder::new();
    let text = config(&["one", "two"], "t").replace("https://two", "ftp://two");
    folder.write("a.kubeconfig", &text);
    folder.write("b.kubeconfig", "no: [kubeconfig");
    folder.write("c.kubeconfig", &config(&["three"], "t"));
    let (recording, running) = started(folder.source()).await;
    let b = ClusterKey::new(folder.path("b.kubeconfig").display().to_string()).unwrap();
    recording.wait_for("the bad file's error", |recording| recording.error(&b).is_some()).await;
    let good = [folder.key("a.kubeconfig", "one"), folder.key("c.kubeconfig", "three")];
    assert_eq!(recording.clusters(), good.map(|key| key.to_string()));
    let Some(SourceError::Spec(error)) = recording.error(&folder.key("a.kubeconfig", "two")) else { panic!() };
    assert!(matches!(error.root(), SpecError::Server { .. }));

    folder.write("b.kubeconfig", &config(&["four"], "t"));
    recording.wait_for("its repair", |recording| recording.error(&b).is_none()).await;
    assert!(recording.spec(&folder.key("b.kubeconfig", "four")).is_some());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn two_files_may_have_contexts_of_one_name() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "a"));
    folder.write("b.kubeconfig", &config(&["one"], "b"));
    let (recording, running) = started(folder.source()).await;
    assert_eq!(token_of(&recording, &folder.key("a.kubeconfig", "one")), "a");
    assert_eq!(token_of(&recording, &folder.key("b.kubeconfig", "one")), "b");
    running.stop().await.unwrap();

    // By the context alone the first one has it, and the second one is told.
    let (recording, running) = started(folder.source().with_keys(KeyBy::Context)).await;
    let one = ClusterKey::new("one").unwrap();
    assert_eq!(token_of(&recording, &one), "a");
    let second = recording.error(&folder.key("b.kubeconfig", "one"));
    assert!(matches!(second, Some(SourceError::Duplicate { key, .. }) if key == one));
    // When the first one goes, the second one takes its place.
    folder.remove("a.kubeconfig");
    recording.wait_for("the second one", |recording| token_of(recording, &one) == "b").await;
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_file_that_must_be_there_and_a_context_that_must_be_in_it_are_reported() {
    let folder = Folder::new();
    let named = ClusterKey::new(folder.path("named").display().to_string()).unwrap();
    let two = ClusterKey::new("two").unwrap();
    let source = KubeconfigFiles::new().with_file(folder.path("named")).with_contexts(Contexts::Named("two".into()));
    let (recording, running) = started(source).await;
    assert!(matches!(recording.error(&named), Some(SourceError::File { .. })));
    assert!(matches!(recording.error(&two), Some(SourceError::Spec(SpecError::Missing { what: "context", .. }))));
    folder.write("named", &config(&["one"], "t"));
    recording.wait_for("the file", |recording| recording.error(&named).is_none()).await;
    assert!(recording.error(&two).is_some() && recording.clusters().is_empty());
    folder.replace("named", &config(&["one", "two"], "t"));
    recording.wait_for("the context", |recording| recording.error(&two).is_none()).await;
    assert_eq!(recording.clusters(), [folder.key("named", "two").to_string()]);
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_program_that_the_policy_refuses_is_reported() {
    let folder = Folder::new();
    let exec = "{exec: {apiVersion: client.authentication.k8s.io/v1, command: aws}}";
    folder.write("a.kubeconfig", &config(&["one"], "t").replace("{token: t}", exec));
    let key = folder.key("a.kubeconfig", "one");
    let strict = TrustPolicy::for_secrets();
    let (recording, running) = started(folder.source().with_policy(strict.clone())).await;
    let Some(SourceError::Spec(error)) = recording.error(&key) else { panic!() };
    assert!(matches!(error.root(), SpecError::Refused { .. }));
    running.stop().await.unwrap();
    let allowed = strict.with_exec(ExecPolicy::Allow(vec!["aws".into()]));
    let (recording, running) = started(folder.source().with_policy(allowed)).await;
    assert!(matches!(recording.spec(&key).unwrap().credential, CredentialSpec::Exec(_)));
    running.stop().await.unwrap();
}

// --- options ---

#[tokio::test(start_paused = true)]
async fn only_the_current_context_is_taken_when_asked() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one", "two"], "t"));
    folder.write("b.kubeconfig", &config(&["three", "four"], "t").replace("current-context: three", ""));
    let (recording, running) = started(folder.source().with_contexts(Contexts::Current)).await;
    assert_eq!(recording.clusters(), [folder.key("a.kubeconfig", "one").to_string()]);
    let b = ClusterKey::new(folder.path("b.kubeconfig").display().to_string()).unwrap();
    assert!(recording.error(&b).is_some());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_files_of_the_environment_are_those_of_kubectl() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path(".kube")).unwrap();
    folder.write(".kube/config", &config(&["home"], "t"));
    folder.write("a", &config(&["one"], "a"));
    folder.write("b", &format!("{}\n", config(&["one", "two"], "b")));
    let lookup = |variables: &[(&str, String)]| -> Lookup {
        let variables: HashMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Arc::new(move |name| variables.get(name).cloned())
    };
    let home = ("HOME", folder.0.path().display().to_string());
    let by_context = |lookup: &Lookup| KubeconfigFiles::from_lookup(lookup).with_keys(KeyBy::Context).with_merging();
    let (recording, running) = started(by_context(&lookup(std::slice::from_ref(&home)))).await;
    assert_eq!(recording.clusters(), ["home"]);
    running.stop().await.unwrap();

    let list = std::env::join_paths([folder.path("a"), folder.path("missing"), folder.path("b")].iter()).unwrap();
    let listed = ("KUBECONFIG", list.into_string().unwrap());
    let (recording, running) = started(by_context(&lookup(&[home, listed]))).await;
    assert_eq!(recording.clusters(), ["one", "two"]);
    // The first file to define the user wins, for the second file's context, too.
    assert_eq!(token_of(&recording, &ClusterKey::new("two").unwrap()), "a");
    assert_eq!(recording.said().len(), 3, "a missing file is nothing to tell: {:?}", recording.said());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_key_beside_the_file_is_followed() {
    let folder = Folder::new();
    let (one, two) = (Ca::new("ca").issue(Leaf::client("one")), Ca::new("ca").issue(Leaf::client("two")));
    let chain = base64::engine::general_purpose::STANDARD.encode(one.chain_pem());
    let user = format!("{{client-certificate-data: {chain}, client-key: key}}");
    folder.write("key", &one.key_pem());
    folder.write("a.kubeconfig", &config(&["one"], "t").replace("{token: t}", &user));
    let (recording, running) = started(folder.source()).await;
    let key = folder.key("a.kubeconfig", "one");
    let before = recording.spec(&key).unwrap();
    folder.replace("key", &two.key_pem());
    recording
        .wait_for("the new key", |recording| {
            recording.spec(&key).is_some_and(|spec| spec.change_from(&before) == crate::spec::Change::Credential)
        })
        .await;
    // Without its key the cluster stays as it was, and the missing file is told.
    folder.remove("key");
    recording.wait_for("the missing key", |recording| recording.error(&key).is_some()).await;
    assert!(recording.spec(&key).is_some());
    running.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn started_again_it_describes_the_same() {
    let folder = Folder::new();
    folder.write("a.kubeconfig", &config(&["one"], "t"));
    let key = folder.key("a.kubeconfig", "one");
    let (before, running) = started(folder.source()).await;
    running.stop().await.unwrap();
    let (after, running) = started(folder.source()).await;
    running.stop().await.unwrap();
    let change = after.spec(&key).unwrap().change_from(&before.spec(&key).unwrap());
    assert_eq!(change, crate::spec::Change::None);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_too_large_is_not_read() {
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path("a.kubeconfig")).unwrap();
    file.set_len(1 << 40).unwrap();
    let (recording, running) = started(folder.source()).await;
    let key = ClusterKey::new(folder.path("a.kubeconfig").display().to_string()).unwrap();
    recording.wait_for("the error", |recording| recording.error(&key).is_some()).await;
    assert!(recording.said().last().unwrap().contains("more than"), "{:?}", recording.said());
    running.stop().await.unwrap();
}

#[test]
fn options_are_what_they_say() {
    let lookup: Lookup = Arc::new(|_| None);
    let source = KubeconfigFiles::from_lookup(&lookup);
    assert!(source.places.optional.is_empty() && source.places.required.is_empty());
    assert_eq!(source.interval, Duration::from_secs(2));
    assert_eq!(source.grace, Duration::from_secs(10));
    assert!(source.with_interval(Duration::ZERO).interval > Duration::ZERO);
}
