//! Secrets in files.

use std::io;
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::io::AsyncReadExt as _;
use zeroize::Zeroizing;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// What Kubernetes allows for a whole secret, in bytes.
const LARGEST: u64 = 1 << 20;

/// Secrets in files: a folder is a secret whose members are the files in it, as Kubernetes mounts one; a file is a secret with one member,
/// called like the file.
///
/// Read again each time, one file after the other: what is exchanged meanwhile may be half of each. One newline at the end of a file does
/// not count. Files whose names start with a dot are passed over; one that is larger than 1 MiB or no text is an error.
#[derive(Debug, Clone)]
pub struct SecretFiles {
    root: Option<PathBuf>,
}

impl SecretFiles {
    /// Secrets beneath this folder. Paths that lead out of it are refused.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: Some(root.into()) }
    }

    /// Secrets anywhere: paths are those of the file system, and must come from somebody who may have any file read.
    #[must_use]
    pub fn anywhere() -> Self {
        Self { root: None }
    }

    fn place(&self, path: &str) -> Result<PathBuf, SecretError> {
        let Some(root) = &self.root else { return Ok(PathBuf::from(path)) };
        let relative = Path::new(path);
        if path.is_empty() || !relative.components().all(|part| matches!(part, Component::Normal(_))) {
            let reason = "the path leads out of the folder of secrets";
            return Err(SecretError::Malformed { path: path.to_owned(), reason });
        }
        Ok(root.join(relative))
    }
}

#[async_trait]
impl SecretReader for SecretFiles {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let path = &secret.path;
        members(&self.place(path)?).await.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SecretError::NotFound { path: path.clone() },
            io::ErrorKind::PermissionDenied => SecretError::forbidden(path, error),
            io::ErrorKind::InvalidData => {
                SecretError::Malformed { path: path.clone(), reason: "a member is larger than 1 MiB or no text" }
            }
            _ => SecretError::unreadable(path, error),
        })
    }
}

async fn members(place: &Path) -> io::Result<SecretData> {
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    if !tokio::fs::metadata(place).await?.is_dir() {
        return Ok(SecretData::from_iter(name(place).zip(Some(text(place).await?))));
    }
    let mut members = SecretData::new();
    let mut files = tokio::fs::read_dir(place).await?;
    while let Some(file) = files.next_entry().await? {
        let path = file.path();
        // What starts with a dot is the kubelet's own, and may be gone a moment later.
        let Some(name) = name(&path).filter(|name| !name.starts_with('.')) else { continue };
        // Follows the links of a mounted Secret.
        if tokio::fs::metadata(&path).await?.is_file() {
            members = members.with(name, text(&path).await?);
        }
    }
    Ok(members)
}

async fn text(file: &Path) -> io::Result<SecretString> {
    let mut bytes = Zeroizing::new(Vec::new());
    tokio::fs::File::open(file).await?.take(LARGEST + 1).read_to_end(&mut bytes).await?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() as u64 <= LARGEST);
    let text = text.ok_or(io::ErrorKind::InvalidData)?;
    Ok(text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)).into())
}
