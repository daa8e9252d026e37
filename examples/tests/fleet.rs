//! `fleet` end to end: the program as it is built, against clusters in this process that it reaches by a kubeconfig file.
#![expect(clippy::expect_used, reason = "what cannot be set up fails the test")]

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use cluster_resources::report::{Document, schema};
use fake_cluster::api::Verb;
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::fleet::{Fleet, FleetOptions};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

const PATIENCE: Duration = Duration::from_secs(60);
const SENTINEL: &str = "s3cr3t-sentinel-value";

/// A fleet, its kubeconfig, and a directory of manifests.
struct World {
    fleet: Fleet,
    folder: tempfile::TempDir,
}

impl World {
    async fn new(clusters: usize) -> Self {
        let fleet = Fleet::start_with(clusters, FleetOptions::default().with_prefix("prod-")).await.expect("a fleet");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("kubeconfig"), fleet.kubeconfig()).expect("written");
        std::fs::create_dir(folder.path().join("manifests")).expect("made");
        Self { fleet, folder }
    }

    fn manifests(&self) -> PathBuf {
        self.folder.path().join("manifests")
    }

    fn declare(&self, file: &str, object: &Value) {
        std::fs::write(self.manifests().join(file), object.to_string()).expect("written");
    }

    fn forget(&self, file: &str) {
        std::fs::remove_file(self.manifests().join(file)).expect("removed");
    }

    /// The program with this verb, over all clusters.
    fn command(&self, args: &[&str]) -> Command {
        let test = std::env::current_exe().expect("this test is a file");
        let profile = test.parent().and_then(Path::parent).expect("tests are built two folders deep");
        let mut command = Command::new(profile.join("examples").join("fleet"));
        command.arg("--kubeconfig").arg(self.folder.path().join("kubeconfig"));
        command.args(["--clusters", "^prod-"]).args(args).env_remove("NO_COLOR").kill_on_drop(true);
        command
    }

    async fn fleet(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = tokio::time::timeout(PATIENCE, self.command(args).output()).await.expect("ends in time");
        said(&output.expect("can be started"))
    }

    /// A verb that takes the directory of manifests.
    async fn declared(&self, verb: &str, args: &[&str]) -> (Option<i32>, String) {
        let dir = self.manifests().display().to_string();
        self.fleet(&[&[verb, &*dir], args].concat()).await
    }

    /// The keys in the kubeconfig: line by line as they are in PEM, and as the file has them.
    fn secrets(&self) -> Vec<String> {
        let keys = self.fleet.clusters().iter().map(|cluster| cluster.admin().key.clone());
        let lines = keys.flat_map(|key| key.lines().map(str::to_owned).collect::<Vec<_>>());
        let mut secrets: Vec<_> = lines.filter(|line| !line.starts_with("-----") && !line.is_empty()).collect();
        let file: Value = serde_json::from_str(&self.fleet.kubeconfig()).expect("a kubeconfig in JSON");
        let users = file["users"].as_array().expect("users").iter();
        secrets.extend(users.map(|user| user["user"]["client-key-data"].as_str().expect("a key").to_owned()));
        assert!(secrets.len() > 2 * self.fleet.clusters().len() && secrets.iter().all(|secret| secret.len() > 8));
        secrets
    }

    /// The value of a ConfigMap in a cluster.
    async fn value(&self, cluster: usize, name: &str) -> Option<String> {
        let client = self.fleet.clusters()[cluster].client().expect("a client");
        let maps: Api<ConfigMap> = Api::namespaced(client, "default");
        let map = maps.get_opt(name).await.expect("can be read")?;
        map.data.and_then(|data| data.get("key").cloned())
    }
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let (out, err) = (text(output.stdout.clone()), text(output.stderr.clone()));
    if !err.is_empty() {
        eprintln!("{err}");
    }
    (output.status.code(), out)
}

/// Waits until it is so.
async fn until(so: impl Fn() -> bool) {
    let waiting = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it comes to that in time");
}

fn config(name: &str, value: &str) -> Value {
    json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": { "key": value } })
}

#[tokio::test]
async fn a_run_shows_first_and_writes_when_told_to() {
    let world = World::new(2).await;
    world.declare("one.yaml", &config("one", "a"));
    let (code, text) = world.declared("plan", &[]).await;
    assert!(
        code == Some(2) && text.contains("+ prod-0/default ConfigMap one (one.yaml document 1)"),
        "{code:?} {text}"
    );
    assert!(!text.contains("=>"), "nobody was asked: {text}");
    assert_eq!(world.value(0, "one").await, None);
    let (code, text) = world.declared("plan", &["--verify"]).await;
    assert!(code == Some(2) && text.contains("the server would take it"), "{code:?} {text}");
    assert_eq!(world.value(0, "one").await, None);

    let (code, text) = world.declared("apply", &[]).await;
    assert!(code == Some(0) && text.contains("=> created"), "{code:?} {text}");
    assert_eq!(world.value(1, "one").await.as_deref(), Some("a"));
    let (code, text) = world.declared("plan", &[]).await;
    assert!(code == Some(0) && text.starts_with("nothing to do"), "{code:?} {text}");

    world.declare("one.yaml", &config("one", "b"));
    let (code, text) = world.declared("plan", &["--color", "always"]).await;
    assert!(code == Some(2) && text.contains("~ data.key: a -> b\u{1b}[0m"), "{code:?} {text}");
    let (_, text) = world.declared("diff", &[]).await;
    assert!(text.contains("-  key: a\n") && text.contains("+  key: b\n") && !text.contains('\u{1b}'), "{text}");
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn programs_read_what_the_schema_describes() {
    let world = World::new(2).await;
    world.declare("one.yaml", &config("one", "a"));
    let secret = json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "db" }, "stringData": { "password": SENTINEL } });
    world.declare("secret.yaml", &secret);
    for (verb, args) in [("plan", &[][..]), ("diff", &["--verify"]), ("apply", &[])] {
        let (_, text) = world.declared(verb, &[&["--output", "json"], args].concat()).await;
        let value: Value = serde_json::from_str(&text).expect("one document");
        jsonschema::validate(&schema(), &value).expect("as the schema says");
        let report: Document = serde_json::from_value(value).expect("a report");
        assert_eq!(report.items.len(), 4);
        assert!(!text.contains(SENTINEL));
    }
    let (code, text) = world.declared("plan", &["--output", "ndjson", "--unchanged"]).await;
    let last: Value = text.lines().last().and_then(|line| serde_json::from_str(line).ok()).expect("a summary");
    assert_eq!((code, &last["type"], &last["summary"]["exit"]), (Some(0), &json!("summary"), &json!("success")));
    world.declare("secret.yaml", &json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "db" }, "stringData": { "password": "another-password" } }));
    for output in ["text", "json", "ndjson", "markdown"] {
        let (code, text) = world.declared("diff", &["--output", output]).await;
        assert_eq!(code, Some(2));
        assert!(!text.contains(SENTINEL) && !text.contains("another-password") && text.contains("secret "), "{text}");
    }
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn what_is_no_longer_declared_goes_when_both_are_said_and_not_before() {
    let world = World::new(1).await;
    for name in ["one", "two"] {
        world.declare(&format!("{name}.yaml"), &config(name, "a"));
    }
    assert_eq!(world.declared("apply", &[]).await.0, Some(0));
    world.forget("two.yaml");

    let (code, text) = world.declared("apply", &[]).await;
    assert!(code == Some(0) && text.contains("ConfigMap two") && text.contains("deleting is off"), "{code:?} {text}");
    let (code, text) = world.declared("prune", &[]).await;
    assert!(code == Some(2) && text.contains("- prod-0/default ConfigMap two"), "{code:?} {text}");
    assert_eq!(world.value(0, "two").await.as_deref(), Some("a"), "nothing goes without --yes");

    let (code, text) = world.declared("prune", &["--yes"]).await;
    assert!(code == Some(0) && text.contains("=> deleted"), "{code:?} {text}");
    assert_eq!(world.value(0, "two").await, None);
    assert_eq!(world.value(0, "one").await.as_deref(), Some("a"));
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn a_cluster_that_is_down_is_said_and_does_not_hold_up_the_others() {
    let world = World::new(2).await;
    world.declare("one.yaml", &config("one", "a"));
    world.fleet.clusters()[1].stop_listening().await;
    let (code, text) = world.declared("apply", &[]).await;
    assert!(code == Some(3) && text.contains("error   prod-1"), "{code:?} {text}");
    assert_eq!(world.value(0, "one").await.as_deref(), Some("a"));
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn what_is_wrong_ends_with_one() {
    let world = World::new(1).await;
    world.declare("one.yaml", &config("one", "a"));
    world.declare("bad.yaml", &config("No Name", "a"));
    let (code, text) = world.declared("apply", &[]).await;
    assert!(code == Some(1) && text.contains("bad.yaml"), "{code:?} {text}");
    let (code, text) = world.fleet(&["--no-such-flag"]).await;
    assert!(code == Some(1) && text.is_empty(), "{code:?} {text}");
    let (code, _) = world.fleet(&["--help"]).await;
    assert_eq!(code, Some(0));
    world.fleet.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_a_run_between_objects_and_says_what_was_not_done() {
    let world = World::new(1).await;
    for number in 0..60 {
        let name = format!("c{number}");
        world.declare(&format!("{name}.yaml"), &config(&name, "a"));
    }
    let cluster = &world.fleet.clusters()[0];
    let slow = Fault::new(Effect::latency(Duration::from_millis(400))).on_verb(Verb::Patch).on_resource("configmaps");
    let slowed = cluster.faults().add(slow);
    let dir = world.manifests().display().to_string();
    let mut command = world.command(&["apply", &dir, "--output", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("can be started");
    let id = child.id().expect("it runs").to_string();
    until(|| slowed.hits() > 0).await;
    let sent = Command::new("kill").args(["-INT", &id]).status().await.expect("kill");
    assert!(sent.success());
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("ends in time");
    let (code, text) = said(&output.expect("an end"));
    let report: Value = serde_json::from_str(&text).expect("a report all the same");
    let results = &report["summary"]["total"]["results"];
    let count = |word: &str| results[word].as_u64().unwrap_or_default();
    assert_eq!((code, count("failed"), count("applied") + count("notAttempted")), (Some(1), 0, 60), "{results}");
    assert!(count("applied") > 0 && count("notAttempted") > 0, "{results}");
    // What is said to be applied is there, and nothing else is.
    let maps: Api<ConfigMap> = Api::namespaced(cluster.client().expect("a client"), "default");
    let there = maps.list(&kube::api::ListParams::default()).await.expect("a list");
    let ours =
        there.items.iter().filter(|map| map.metadata.name.as_ref().is_some_and(|name| name.starts_with('c'))).count();
    assert_eq!(u64::try_from(ours).ok(), Some(count("applied")));
    world.fleet.shutdown().await;
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_a_run_that_waits_for_the_first_word_of_clusters() {
    let world = World::new(2).await;
    world.declare("one.yaml", &config("one", "a"));
    let silent = world.fleet.clusters()[1].faults().add(Fault::new(Effect::Hang));
    let dir = world.manifests().display().to_string();
    for (verb, code) in [(&["clusters"][..], 1), (&["plan", &dir], 1), (&["watch", "Pod"], 0)] {
        let seen = silent.hits();
        let child = world.command(verb).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("can be started");
        let id = child.id().expect("it runs").to_string();
        until(|| silent.hits() > seen).await;
        assert!(Command::new("kill").args(["-INT", &id]).status().await.expect("kill").success());
        let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("in time").expect("an end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), said.contains("stopped before")),
            (Some(code), code == 1),
            "{verb:?}: {said}"
        );
    }
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn a_reader_that_leaves_early_changes_nothing() {
    let world = World::new(1).await;
    world.declare("one.yaml", &config("one", "a"));
    let dir = world.manifests().display().to_string();
    let verbs: [(&[&str], i32); 5] = [
        (&["plan", &dir], 2),
        (&["apply", &dir], 0),
        (&["clusters"], 0),
        (&["watch", "ConfigMap", "-n", "default"], 0),
        (&["completions", "bash"], 0),
    ];
    for (verb, code) in verbs {
        let mut child =
            world.command(verb).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("can be started");
        drop(child.stdout.take());
        let output = tokio::time::timeout(PATIENCE, child.wait_with_output()).await.expect("in time").expect("an end");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && said.is_empty(), "{verb:?}: {:?} {said}", output.status);
    }
    assert_eq!(world.value(0, "one").await.as_deref(), Some("a"), "what was to be written is");
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn clusters_are_shown_with_how_they_do() {
    let world = World::new(2).await;
    let (code, text) = world.fleet(&["clusters"]).await;
    assert!(code == Some(0) && text.contains("prod-1") && text.contains("connected"), "{code:?} {text}");
    world.fleet.clusters()[1].stop_listening().await;
    let (code, text) = world.fleet(&["clusters", "--output", "json"]).await;
    let rows: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!((code, rows[0]["state"].as_str()), (Some(3), Some("connected")), "{rows}");
    assert!(rows[0]["version"].is_string() && rows[0]["identity"].is_string(), "{rows}");
    assert_eq!(rows[1]["error"]["class"], "unreachable", "{rows}");
    let (_, text) = world.fleet(&["clusters", "--output", "markdown"]).await;
    assert!(text.starts_with("| CLUSTER "), "{text}");
    for shown in [&text, &rows.to_string()] {
        assert!(world.secrets().iter().all(|secret| !shown.contains(secret)), "no key is shown");
    }
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn what_happens_is_told_from_all_clusters() {
    let world = World::new(2).await;
    for cluster in world.fleet.clusters() {
        let mut secret = config("seen", "a");
        secret["kind"] = json!("Secret");
        secret["metadata"]["namespace"] = json!("default");
        secret["data"] = json!({ "key": "c2VudGluZWw=" });
        cluster.create(secret).expect("created");
    }
    let (code, text) = world.fleet(&["watch", "Secret", "-n", "default", "--output", "ndjson", "--count", "2"]).await;
    let mut clusters: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a value a line"))
        .map(|line| format!("{} {} {}", line["cluster"], line["event"], line["name"]))
        .collect();
    clusters.sort();
    assert_eq!(code, Some(0));
    assert_eq!(clusters, [r#""prod-0" "there" "seen""#, r#""prod-1" "there" "seen""#]);
    assert!(!text.contains("c2VudGluZWw"), "values are not shown: {text}");
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn a_watch_that_breaks_is_told_and_goes_on() {
    let world = World::new(1).await;
    let cluster = &world.fleet.clusters()[0];
    let create = |name: &str| {
        let mut map = config(name, "a");
        map["metadata"]["namespace"] = json!("default");
        cluster.create(map).expect("created")
    };
    create("first");
    let mut command = world.command(&["watch", "ConfigMap", "-n", "default", "--output", "ndjson"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("can be started");
    let mut lines = BufReader::new(child.stdout.take().expect("it speaks")).lines();
    let mut until_told = async |event: &str, name: &str| {
        let told = async {
            loop {
                let line = lines.next_line().await.expect("text").expect("it goes on");
                let line: Value = serde_json::from_str(&line).expect("a value a line");
                if line["event"] == event && line["name"].as_str().is_some_and(|told| told.contains(name)) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, told).await.expect("told in time");
    };
    until_told("there", "first").await;
    create("second");
    until_told("applied", "second").await;
    cluster.expire_watches();
    until_told("error", "").await;
    create("third");
    until_told("there", "third").await;
    child.kill().await.expect("ended");
    world.fleet.shutdown().await;
}

#[tokio::test]
async fn shells_complete_it_and_a_pattern_that_fits_nothing_says_what_there_is() {
    let world = World::new(1).await;
    let (code, text) = world.fleet(&["completions", "bash"]).await;
    assert!(code == Some(0) && text.contains("_fleet()") && text.contains("prune"));
    let output = world.command(&["clusters", "--clusters", "^staging-"]).output().await.expect("can be started");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("there are prod-0"), "{said}");
    world.fleet.shutdown().await;
}
