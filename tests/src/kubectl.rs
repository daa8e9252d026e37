//! What a real `kubectl` prints and how it ends, on the fake and on the real server; knows nothing of HTTP.
//!
//! Each file in `kubectl/scripts` is a script, named after what it claims and run in a namespace of its own. The two servers run it side by
//! side; standard output, standard error and the exit code have to be the same once [`Words`] has taken out what no two servers share.

mod home;
mod run;
mod script;
mod words;

pub use home::Home;
pub use script::{Ends, Script, Step};
pub use words::Words;

use crate::backend::Backend;
use crate::scenario::Outcome;
use crate::session::Session;
use crate::transcript::Transcript;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::Duration;

/// How long one script may take.
const LIMIT: Duration = Duration::from_secs(120);

/// The theme of these scripts, for filters and reports.
pub const THEME: &str = "kubectl";

/// What to tell where there is no kubectl: one line.
pub const ABSENT: &str = "kubectl skipped: no kubectl beside kube-apiserver (run `cargo xtask control-plane`)";

/// Every script that runs on both servers, in the order of their names.
///
/// # Errors
/// When a script cannot be read, or says what no script can say.
pub fn scripts() -> Result<Vec<Script>> {
    read("scripts")
}

/// Scripts about what controllers bring about, for the fake alone: a bare kube-apiserver has none.
///
/// # Errors
/// When a script cannot be read, or says what no script can say.
pub fn controlled() -> Result<Vec<Script>> {
    read("controlled")
}

fn read(folder: &str) -> Result<Vec<Script>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kubectl").join(folder);
    let mut scripts = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).context("a script has a name")?.to_owned();
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        scripts.push(Script::parse(&name, &text).with_context(|| format!("kubectl::{name}"))?);
    }
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(scripts)
}

/// Runs a script with this kubectl on one server, in a namespace of its own.
pub async fn run(script: &Script, kubectl: &Path, backend: &Backend) -> Outcome {
    let mut transcript = Transcript::default();
    let result = match tokio::time::timeout(LIMIT, attempt(script, kubectl, backend, &mut transcript)).await {
        Ok(result) => result,
        Err(_) => Err(anyhow::anyhow!("not done after {LIMIT:?}")),
    };
    Outcome { transcript, failure: result.err() }
}

async fn attempt(script: &Script, kubectl: &Path, backend: &Backend, transcript: &mut Transcript) -> Result<()> {
    let namespace = script.namespace();
    Session::open(backend, &namespace).await?;
    let home = Home::prepare(backend, kubectl, &namespace)?;
    run::steps(script, &home, transcript).await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_script_parses_and_has_a_namespace_of_its_own() {
        let scripts = super::scripts().unwrap();
        let others = crate::scenarios::all().into_iter().map(|scenario| scenario.namespace());
        let all: BTreeSet<String> = scripts.iter().map(super::Script::namespace).chain(others).collect();
        assert!(!super::controlled().unwrap().is_empty());
        assert_eq!(all.len(), scripts.len() + crate::scenarios::all().len());
    }
}
