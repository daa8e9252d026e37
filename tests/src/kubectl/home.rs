//! Where one kubectl lives: a folder with its kubeconfig, its caches and its files; knows nothing of what it is asked.

use crate::access::Pair;
use crate::backend::Backend;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The users a script can speak as besides the administrator.
const USERS: [&str; 1] = ["ann"];

/// A folder of its own, from which kubectl is run.
#[derive(Debug)]
pub struct Home {
    kubectl: PathBuf,
    url: String,
    namespace: String,
    folder: tempfile::TempDir,
}

/// A command that was started. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Started {
    child: Child,
    out: PathBuf,
}

/// What a command left.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Home {
    /// Makes the folder, with a kubeconfig for this server: one context for each user, in this namespace.
    ///
    /// # Errors
    /// When a certificate cannot be made or a file cannot be written.
    pub fn prepare(backend: &Backend, kubectl: &Path, namespace: &str) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("mooring-kubectl-").tempdir()?;
        let mut users = vec![("admin", backend.issue("kubernetes-admin", "system:masters")?)];
        for user in USERS {
            users.push((user, backend.issue(user, "people")?));
        }
        std::fs::write(folder.path().join("kubeconfig"), kubeconfig(backend, namespace, &users).to_string())?;
        for name in ["work", "tmp", "out"] {
            std::fs::create_dir(folder.path().join(name))?;
        }
        let kubectl = kubectl.canonicalize().with_context(|| kubectl.display().to_string())?;
        Ok(Self { kubectl, url: backend.url().to_owned(), namespace: namespace.to_owned(), folder })
    }

    /// The server's URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The namespace of every context.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The folder, whose name is another one each time.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the working directory of all commands.
    ///
    /// # Errors
    /// When that fails.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.folder().join("work").join(name);
        std::fs::write(&path, text).with_context(|| path.display().to_string())
    }

    /// Starts kubectl with nothing of this process's environment but the path.
    pub(super) fn start(&self, words: &[String]) -> Result<Started> {
        let out = self.folder().join("out").join(uuid::Uuid::new_v4().to_string());
        std::fs::create_dir(&out)?;
        let child = Command::new(&self.kubectl)
            .args(words.iter().map(|word| word.replace("$NS", &self.namespace)))
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", self.folder())
            .env("KUBECONFIG", self.folder().join("kubeconfig"))
            .env("KUBECACHEDIR", self.folder().join("cache"))
            .env("TMPDIR", self.folder().join("tmp"))
            .env("TZ", "UTC")
            .env("LC_ALL", "C")
            .current_dir(self.folder().join("work"))
            .stdin(Stdio::null())
            .stdout(File::create(out.join("stdout"))?)
            .stderr(File::create(out.join("stderr"))?)
            .spawn()
            .with_context(|| format!("start {}", self.kubectl.display()))?;
        Ok(Started { child, out })
    }
}

impl Started {
    /// Waits for the end.
    pub(super) async fn ended(mut self) -> Result<Ended> {
        let begun = Instant::now();
        let mut tick = tokio::time::interval(Duration::from_millis(5));
        let status = loop {
            tick.tick().await;
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                bail!("kubectl did not end within {PATIENCE:?}");
            }
        };
        let read = |name: &str| -> Result<String> {
            Ok(String::from_utf8_lossy(&std::fs::read(self.out.join(name))?).into_owned())
        };
        Ok(Ended { code: status.code(), stdout: read("stdout")?, stderr: read("stderr")? })
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Nothing is left to tell: an error here means that the process is gone already.
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn kubeconfig(backend: &Backend, namespace: &str, users: &[(&str, Pair)]) -> Value {
    let encode = |pem: &str| base64::engine::general_purpose::STANDARD.encode(pem);
    let user = |(name, pair): &(&str, Pair)| {
        let data = json!({
            "client-certificate-data": encode(&pair.certificate), "client-key-data": encode(&pair.key),
        });
        json!({"name": name, "user": data})
    };
    let context = |(name, _): &(&str, Pair)| json!({"name": name, "context": {"cluster": "server", "user": name, "namespace": namespace}});
    let cluster = json!({"server": backend.url(), "certificate-authority-data": encode(backend.ca())});
    json!({
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "admin",
        "clusters": [{"name": "server", "cluster": cluster}],
        "users": users.iter().map(user).collect::<Vec<_>>(),
        "contexts": users.iter().map(context).collect::<Vec<_>>(),
    })
}
