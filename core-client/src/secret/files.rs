//! Secrets in files.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use secrecy::SecretString;
use tokio::task::spawn_blocking;

use super::{SecretData, SecretError, SecretLocator, SecretReader};
use crate::mount::{self, Unread};

/// Secrets in files: a folder is a secret whose members are the files in it, as Kubernetes mounts one; a file is a secret with one member,
/// called like the file.
///
/// Read again each time. The members of a Secret that Kubernetes mounts are all of one version, also while another one takes its place; files
/// that somebody changes one after the other are what they are at that moment. One newline at the end of a file does not count. Files whose
/// names start with a dot and what is no file are passed over; one that is larger than 1 MiB or no text is an error.
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
        let place = self.place(path)?;
        let read = spawn_blocking(move || read_at(&place, mount::resolve)).await;
        let read = read.map_err(|error| SecretError::unreadable(path, error))?;
        read.map_err(|unread| match unread {
            Unread::NoFile => {
                SecretError::Malformed { path: path.clone(), reason: "it is neither a folder nor a regular file" }
            }
            Unread::TooLarge => unfit(path),
            Unread::Failed(error) => match error.kind() {
                io::ErrorKind::NotFound => SecretError::NotFound { path: path.clone() },
                io::ErrorKind::PermissionDenied => SecretError::forbidden(path, error),
                io::ErrorKind::InvalidData => unfit(path),
                _ => SecretError::unreadable(path, error),
            },
        })
    }
}

fn unfit(path: &str) -> SecretError {
    SecretError::Malformed { path: path.to_owned(), reason: "a member is larger than 1 MiB or no text" }
}

/// What is at this place, all of it from one version. Blocks.
pub(super) fn read_at(place: &Path, look: impl Fn(&Path) -> io::Result<PathBuf>) -> Result<SecretData, Unread> {
    mount::settled(|| [look(place)], |[version]| members(place, version))
}

fn members(place: &Path, version: &io::Result<PathBuf>) -> Result<SecretData, Unread> {
    let version = version.as_ref().map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
    let name = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    if !fs::metadata(version)?.is_dir() {
        return Ok(SecretData::from_iter(name(place).zip(Some(text(version)?))));
    }
    let mut members = SecretData::new();
    for file in fs::read_dir(version)? {
        let path = file?.path();
        // What starts with a dot is the kubelet's own, and may be gone a moment later.
        let Some(name) = name(&path).filter(|name| !name.starts_with('.')) else { continue };
        match text(&path) {
            Ok(value) => members = members.with(name, value),
            // A folder, as a projected volume has them, or what has no content of its own.
            Err(Unread::NoFile) => {}
            Err(unread) => return Err(unread),
        }
    }
    Ok(members)
}

fn text(file: &Path) -> Result<SecretString, Unread> {
    let bytes = mount::read_file(file)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text)).into())
}
