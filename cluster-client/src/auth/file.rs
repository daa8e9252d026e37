//! Credentials in files that something else keeps fresh. Reads whole files, and keeps nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::{SecretBox, SecretString};

use super::{AuthError, Credential, CredentialProvider, Material};

/// Longest file that is read, in bytes; a token has some thousand.
const MAX_BYTES: u64 = 1 << 20;

/// A bearer token in a file.
#[derive(Debug)]
pub(super) struct TokenFile(pub(super) PathBuf);

/// A client certificate in files.
#[derive(Debug)]
pub(super) struct CertificateFiles {
    pub(super) chain: PathBuf,
    pub(super) key: PathBuf,
}

#[async_trait]
impl CredentialProvider for TokenFile {
    async fn credential(&self) -> Result<Credential, AuthError> {
        let text = read_secret("token file", &self.0).await?;
        let token = secrecy::ExposeSecret::expose_secret(&text).trim();
        if token.is_empty() {
            return Err(AuthError::Malformed { what: "token file", reason: format!("{:?} is empty", self.0) });
        }
        Ok(Credential::new(Material::Token(SecretString::from(token))))
    }
}

#[async_trait]
impl CredentialProvider for CertificateFiles {
    async fn credential(&self) -> Result<Credential, AuthError> {
        let chain = read("client certificate", &self.chain).await?;
        let key = read_secret("client key", &self.key).await?;
        // Both files are checked to belong together where they are used; half a rotation is read again later.
        Ok(Credential::new(Material::Certificate { chain: chain.into(), key, token: None }))
    }
}

async fn read(what: &'static str, path: &Path) -> Result<Vec<u8>, AuthError> {
    read_bounded(path).await.map_err(|source| AuthError::File { what, path: path.into(), source: Arc::new(source) })
}

async fn read_secret(what: &'static str, path: &Path) -> Result<SecretString, AuthError> {
    let bytes = SecretBox::new(Box::new(read(what, path).await?));
    let bytes = secrecy::ExposeSecret::expose_secret(&bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| AuthError::Malformed { what, reason: format!("{} is no text", path.display()) })?;
    Ok(SecretString::from(text))
}

/// Reads a file that is not larger than any credential.
pub(crate) async fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;

    let mut content = Vec::new();
    tokio::fs::File::open(path).await?.take(MAX_BYTES + 1).read_to_end(&mut content).await?;
    if content.len() as u64 > MAX_BYTES {
        return Err(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "larger than 1 MiB"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[tokio::test]
    async fn a_token_is_read_without_what_surrounds_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), " abc\n").unwrap();
        let credential = TokenFile(file.path().into()).credential().await.unwrap();
        assert!(matches!(credential.material, Material::Token(token) if token.expose_secret() == "abc"));
    }

    #[tokio::test]
    async fn a_file_that_is_missing_empty_or_huge_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        for content in [None, Some(Vec::new()), Some(vec![b'x'; 2 << 20])] {
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let error = TokenFile(path.clone()).credential().await.unwrap_err();
            assert!(error.to_string().contains("token"), "{error}");
        }
    }
}
