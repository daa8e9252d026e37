//! Secrets in files.

use std::io;
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use tokio::io::AsyncReadExt as _;

use super::{SecretData, SecretError, SecretReader};

/// What Kubernetes allows for a whole secret, in bytes.
const LARGEST: u64 = 1 << 20;

/// Secrets in files: a folder is a secret whose members are the files in it, as Kubernetes mounts one; a file is a secret with one member,
/// called like the file.
///
/// Read again each time. Files whose names start with a dot are passed over; one that is larger than 1 MiB or no text is an error.
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
    async fn read(&self, path: &str) -> Result<SecretData, SecretError> {
        let place = self.place(path)?;
        match members(&place).await {
            Ok(data) => Ok(data),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::NotFound => SecretError::NotFound { path: path.to_owned() },
                io::ErrorKind::InvalidData => {
                    let reason = "a member is larger than 1 MiB or no text";
                    SecretError::Malformed { path: path.to_owned(), reason }
                }
                _ => SecretError::unreadable(path, error),
            }),
        }
    }
}

async fn members(place: &Path) -> io::Result<SecretData> {
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    if !tokio::fs::metadata(place).await?.is_dir() {
        return Ok(SecretData::from_iter(name(place).zip(Some(text(place).await?))));
    }
    let mut members = Vec::new();
    let mut files = tokio::fs::read_dir(place).await?;
    while let Some(file) = files.next_entry().await? {
        let path = file.path();
        // Follows the links of a mounted Secret, whose own folders start with a dot.
        let (Some(name), about) = (name(&path), tokio::fs::metadata(&path).await?) else { continue };
        if !name.starts_with('.') && about.is_file() {
            members.push((name, text(&path).await?));
        }
    }
    Ok(members.into_iter().collect())
}

async fn text(file: &Path) -> io::Result<SecretString> {
    let mut bytes = Zeroizing::new(Vec::new());
    tokio::fs::File::open(file).await?.take(LARGEST + 1).read_to_end(&mut bytes).await?;
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.len() as u64 <= LARGEST);
    text.map(SecretString::from).ok_or_else(|| io::ErrorKind::InvalidData.into())
}
