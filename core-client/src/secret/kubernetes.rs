//! Secrets in Kubernetes.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kube::Client;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{SecretData, SecretError, SecretLocator, SecretReader};

/// How long reading one Secret may take.
const WITHIN: Duration = Duration::from_secs(10);

/// Secrets in Kubernetes: a path is `namespace/name`, or a name in the client's own namespace. Needs `get` on them.
///
/// Members that are no text are passed over. Reading takes ten seconds at most.
#[derive(Clone)]
pub struct KubernetesSecrets(Client);

impl KubernetesSecrets {
    /// Secrets in the cluster of this client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(client)
    }
}

/// Only what is needed; decoded here and not by kube, which logs what it cannot decode.
#[derive(Deserialize)]
struct Members {
    #[serde(default)]
    data: Option<BTreeMap<String, SecretString>>,
}

#[async_trait]
impl SecretReader for KubernetesSecrets {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let path = &secret.path;
        let malformed = |reason| SecretError::Malformed { path: path.clone(), reason };
        let (namespace, name) = path.split_once('/').unwrap_or((self.0.default_namespace(), path));
        if !is_name(namespace) || !is_name(name) {
            return Err(malformed("the path is not namespace/name"));
        }
        let request = http::Request::get(format!("/api/v1/namespaces/{namespace}/secrets/{name}")).body(Vec::new());
        let request = request.map_err(|error| SecretError::unreadable(path, error))?;
        let answer = tokio::time::timeout(WITHIN, self.0.request_text(request)).await;
        let text = match answer.map_err(|error| SecretError::unreadable(path, error))? {
            Ok(text) => Zeroizing::new(text),
            Err(error) => return Err(refused(path, error)),
        };
        let members: Members = serde_json::from_str(&text).map_err(|_| malformed("the answer is not a Secret"))?;
        let decode = |(name, value): (String, SecretString)| {
            let bytes = Zeroizing::new(BASE64_STANDARD.decode(value.expose_secret()).ok()?);
            Some((name, SecretString::from(std::str::from_utf8(&bytes).ok()?)))
        };
        // A member that is no text is none that anybody asks for here.
        Ok(members.data.unwrap_or_default().into_iter().filter_map(decode).collect())
    }
}

/// What a failed read means for the one who has to act.
fn refused(path: &str, error: kube::Error) -> SecretError {
    match &error {
        kube::Error::Api(status) if status.code == 404 => SecretError::NotFound { path: path.to_owned() },
        kube::Error::Api(status) if matches!(status.code, 401 | 403) => SecretError::forbidden(path, error),
        // Holds all bytes of the answer, and shows them.
        kube::Error::FromUtf8(error) => SecretError::unreadable(path, error.utf8_error()),
        _ => SecretError::unreadable(path, error),
    }
}

/// The characters of a Kubernetes name; nothing that means something in a URL.
fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.len() <= 253
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.')
}

impl fmt::Debug for KubernetesSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KubernetesSecrets").finish_non_exhaustive()
    }
}
