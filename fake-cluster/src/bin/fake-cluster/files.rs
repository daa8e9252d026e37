//! The files that are read and written: whole or not at all, and for their owner only.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use fake_cluster::fleet::Fleet;
use fake_cluster::snapshot::{Snapshot, SnapshotError};
use serde_json::{Value, json};

use crate::error::CommandError;

/// The format of the content of several clusters.
const FORMAT: &str = "fake-clusters/1";

/// What a snapshot file holds.
#[derive(Debug)]
pub(crate) enum Loaded {
    /// There is no file.
    Nothing,
    /// The content of any cluster.
    Any(Snapshot),
    /// The content of clusters by name.
    Named(BTreeMap<String, Snapshot>),
}

/// Writes a file in one step. Others cannot read it, whatever they could before.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let failed = |source| CommandError::Write { path: path.to_owned(), source };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".fake-cluster-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

fn read(path: &Path) -> Result<Option<String>, CommandError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(CommandError::Read { path: path.to_owned(), source }),
    }
}

/// Refuses a kubeconfig that this program cannot have written.
pub(crate) fn check_kubeconfig(path: &Path) -> Result<(), CommandError> {
    let Some(text) = read(path)? else { return Ok(()) };
    if text.trim().is_empty() || is_local(&text) { Ok(()) } else { Err(CommandError::NotOurs(path.to_owned())) }
}

fn is_local(text: &str) -> bool {
    let Ok(config) = serde_json::from_str::<Value>(text) else { return false };
    let Some(clusters) = config["clusters"].as_array() else { return false };
    let local = |cluster: &Value| {
        cluster
            .pointer("/cluster/server")
            .and_then(Value::as_str)
            .is_some_and(|url| url.starts_with("https://127.0.0.1:"))
    };
    clusters.iter().all(local)
}

/// Reads a snapshot file.
pub(crate) fn load(path: &Path) -> Result<Loaded, CommandError> {
    let Some(text) = read(path)? else { return Ok(Loaded::Nothing) };
    parse(&text).map_err(|source| CommandError::Snapshot { path: path.to_owned(), source })
}

fn parse(text: &str) -> Result<Loaded, SnapshotError> {
    let value: Value = serde_json::from_str(text).map_err(SnapshotError::Json)?;
    if value["format"] != FORMAT {
        return Snapshot::from_json(text).map(Loaded::Any);
    }
    let named = value["clusters"].as_object().into_iter().flatten();
    let named = named.map(|(name, snapshot)| Ok((name.clone(), Snapshot::from_json(&snapshot.to_string())?)));
    named.collect::<Result<_, _>>().map(Loaded::Named)
}

/// Writes what all clusters hold. Clusters that the file told of and that were not served this time stay in it.
pub(crate) fn save(path: &Path, fleet: &Fleet, loaded: Loaded) -> Result<(), CommandError> {
    let mut named = match loaded {
        Loaded::Named(named) => named,
        Loaded::Nothing | Loaded::Any(_) => BTreeMap::new(),
    };
    let text = match fleet.clusters() {
        [only] if named.is_empty() => only.snapshot().to_json(),
        all => {
            named.extend(all.iter().map(|cluster| (cluster.name().to_owned(), cluster.snapshot())));
            format!("{:#}\n", json!({"format": FORMAT, "clusters": named}))
        }
    };
    write(path, &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kubeconfig_of_other_clusters_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        check_kubeconfig(&path).unwrap();
        for (text, ours) in [
            ("", true),
            (r#"{"clusters": [{"name": "a", "cluster": {"server": "https://127.0.0.1:6443"}}]}"#, true),
            (r#"{"clusters": [{"name": "a", "cluster": {"server": "https://prod.example.com"}}]}"#, false),
            ("apiVersion: v1\nkind: Config\n", false),
            ("{}", false),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(check_kubeconfig(&path).is_ok(), ours, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_what_is_written_even_where_others_could() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, "new").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
