//! Where the binaries are; knows nothing of how they are made or run.

use std::path::{Path, PathBuf};

/// The two binaries of a control plane, and the client beside them.
#[derive(Clone, Debug)]
pub struct Assets {
    folder: PathBuf,
}

impl Assets {
    /// The folder named by `KUBEBUILDER_ASSETS`, else `.assets` at the root of the checkout, where
    /// `cargo xtask control-plane` puts them. `None` when neither holds both binaries.
    pub fn find() -> Option<Self> {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.assets");
        let named = std::env::var_os("KUBEBUILDER_ASSETS").filter(|value| !value.is_empty());
        named
            .map(PathBuf::from)
            .into_iter()
            .chain([checkout])
            .find(|folder| folder.join("etcd").is_file() && folder.join("kube-apiserver").is_file())
            .map(|folder| Self { folder })
    }

    /// What to tell the reader of a skipped test: one line.
    pub const ABSENT: &'static str = "control plane skipped: no kube-apiserver and etcd in $KUBEBUILDER_ASSETS or \
                                      .assets/ (run `cargo xtask control-plane`)";

    /// `kubectl` of the same release, where the folder has it.
    pub fn kubectl(&self) -> Option<PathBuf> {
        Some(self.folder.join("kubectl")).filter(|binary| binary.is_file())
    }

    pub(super) fn etcd(&self) -> PathBuf {
        self.folder.join("etcd")
    }

    pub(super) fn apiserver(&self) -> PathBuf {
        self.folder.join("kube-apiserver")
    }
}
