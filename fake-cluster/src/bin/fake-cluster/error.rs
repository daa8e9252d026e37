//! Why the program ends early.

use std::path::PathBuf;

use fake_cluster::server::StartError;
use fake_cluster::snapshot::SnapshotError;

/// Why the program ends early. Nothing tells what files hold.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum CommandError {
    #[error("could not start the clusters")]
    Start(#[source] StartError),
    #[error("could not read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("could not write {}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    #[error("{} is there, and speaks of clusters that are not on loopback: give another file, or --force", .0.display())]
    NotOurs(PathBuf),
    #[error("could not restore {cluster} from {}", path.display())]
    Restore { path: PathBuf, cluster: String, source: SnapshotError },
    #[error("could not read the snapshot {}", path.display())]
    Snapshot { path: PathBuf, source: SnapshotError },
    #[error("could not listen for signals")]
    Signals(#[source] std::io::Error),
    #[error("could not write to standard output")]
    Output(#[source] std::io::Error),
}
