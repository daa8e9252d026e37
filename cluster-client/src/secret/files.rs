//! Secrets in files.

use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// Bigger than any secret; what Kubernetes allows for a whole one.
const LARGEST: u64 = 1 << 20;

/// Secrets in files: a path is a folder beneath the root, its members are the files in it, as Kubernetes mounts a Secret.
///
/// One newline at the end of a file does not count. Files whose names start with a dot are passed over, paths that lead out of the
/// root are refused.
#[derive(Debug, Clone)]
pub struct SecretFiles {
    root: PathBuf,
}

impl SecretFiles {
    /// Secrets beneath this folder.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }
}

#[async_trait]
impl SecretReader for SecretFiles {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let path = &secret.path;
        let relative = Path::new(path);
        if path.is_empty() || !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(SecretError::Malformed {
                path: path.clone(),
                reason: "the path leads out of the folder of secrets",
            });
        }
        match members(&self.root.join(relative)).await {
            Ok(Some(data)) => Ok(data),
            Ok(None) => {
                Err(SecretError::Malformed { path: path.clone(), reason: "a member is larger than 1 MiB or no text" })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(SecretError::NotFound { path: path.clone() }),
            Err(error) => Err(SecretError::Unreadable { path: path.clone(), source: Arc::new(error) }),
        }
    }
}

/// `None` when a file is no member of a secret.
async fn members(folder: &Path) -> io::Result<Option<SecretData>> {
    let mut files = tokio::fs::read_dir(folder).await?;
    let mut members = Vec::new();
    while let Some(file) = files.next_entry().await? {
        let Ok(name) = file.file_name().into_string() else { continue };
        // Follows the links of a mounted Secret.
        let about = tokio::fs::metadata(file.path()).await?;
        if name.starts_with('.') || !about.is_file() {
            continue;
        }
        if about.len() > LARGEST {
            return Ok(None);
        }
        let bytes = Zeroizing::new(tokio::fs::read(file.path()).await?);
        let Ok(text) = std::str::from_utf8(&bytes) else { return Ok(None) };
        let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
        members.push((name, SecretString::from(text)));
    }
    Ok(Some(members.into_iter().collect()))
}
