//! From named entries to the description of a cluster, as far as the trust policy lets them; knows nothing of YAML.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::Url;

use super::document::{Document, Fields, Place};
use super::exec;
use super::policy::TrustPolicy;
use crate::path::Route;
use crate::spec::{ClusterSpec, CredentialSpec, Impersonation, ServerTrust, SpecError};

/// No certificate, key or token is larger.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Describes the cluster that a context stands for.
pub(super) fn context(document: &Document, policy: &TrustPolicy, name: &str) -> Result<ClusterSpec, SpecError> {
    let missing = |what, name: &str| SpecError::Missing { what, name: name.to_owned() };
    let entry = document.contexts.get(name).ok_or_else(|| missing("context", name))?;
    let context = entry.fields("context", name)?;
    let cluster_name =
        context.text("cluster")?.ok_or_else(|| context.malformed("cluster", "it must name a cluster"))?;
    let cluster_entry = document.clusters.get(cluster_name).ok_or_else(|| missing("cluster", cluster_name))?;
    let cluster = cluster_entry.fields("cluster", cluster_name)?;
    let server = Server::read(&cluster, &cluster_entry.place, policy)?;
    if matches!(server.trust, ServerTrust::InsecureSkipVerify) {
        tracing::warn!(
            kubeconfig = %entry.place.label, context = name, server = %server.url,
            "the API server's certificate is not verified"
        );
    }

    let (credential, impersonate) = match context.text("user")? {
        None => (CredentialSpec::Anonymous, None),
        Some(user_name) => {
            let user_entry = document.users.get(user_name).ok_or_else(|| missing("user", user_name))?;
            let user = user_entry.fields("user", user_name)?;
            let reader = UserReader { user: &user, cluster: &cluster, place: &user_entry.place, policy };
            (reader.credential()?, reader.impersonation()?)
        }
    };

    let mut spec = ClusterSpec::new(server.url, server.trust, credential).with_route(server.route);
    spec.server.tls_server_name = server.tls_server_name;
    spec.impersonate = impersonate;
    Ok(match context.text("namespace")? {
        Some(namespace) => spec.with_default_namespace(namespace),
        None => spec,
    })
}

/// Describes a cluster from a `cluster` member that stands alone.
pub(super) fn lone_cluster(
    cluster: &Fields<'_>,
    policy: &TrustPolicy,
    credential: CredentialSpec,
) -> Result<ClusterSpec, SpecError> {
    let nowhere = Place { label: String::new(), base_dir: None };
    let server = Server::read(cluster, &nowhere, policy)?;
    let mut spec = ClusterSpec::new(server.url, server.trust, credential).with_route(server.route);
    spec.server.tls_server_name = server.tls_server_name;
    Ok(spec)
}

struct Server {
    url: Url,
    trust: ServerTrust,
    tls_server_name: Option<String>,
    route: Route,
}

impl Server {
    fn read(cluster: &Fields<'_>, place: &Place, policy: &TrustPolicy) -> Result<Self, SpecError> {
        let url = server_url(cluster.text("server")?.unwrap_or_default(), policy)?;
        let data = cluster.text("certificate-authority-data")?;
        let file = cluster.text("certificate-authority")?;
        let trust = if cluster.flag("insecure-skip-tls-verify")? {
            policy.check_insecure()?;
            if data.is_some() || file.is_some() {
                let reason = "an authority is given, too; remove one of both";
                return Err(cluster.malformed("insecure-skip-tls-verify", reason));
            }
            ServerTrust::InsecureSkipVerify
        } else if let Some(data) = data {
            let pem = decode("certificate-authority-data", data)?;
            check_certificates("certificate-authority-data", &pem)?;
            ServerTrust::Roots(pem.into())
        } else if let Some(file) = file {
            ServerTrust::RootsFile(existing("certificate-authority", file, place, policy)?)
        } else {
            ServerTrust::System
        };
        let route = match cluster.text("proxy-url")? {
            None => Route::Direct,
            Some(text) => {
                let route = Route::from_proxy_url(text).map_err(SpecError::Proxy)?;
                if let Route::HttpConnect(proxy) | Route::Socks5(proxy) = &route {
                    policy.check_proxy(&proxy.url)?;
                }
                route
            }
        };
        Ok(Self { url, trust, tls_server_name: cluster.text("tls-server-name")?.map(str::to_owned), route })
    }
}

/// The base URL of an API server.
pub(super) fn server_url(text: &str, policy: &TrustPolicy) -> Result<Url, SpecError> {
    // What stands before an `@` may be a password.
    let shown = text.rsplit('@').next().unwrap_or_default();
    let wrong = |reason| SpecError::Server { server: shown.chars().take(200).collect(), reason };
    if text.is_empty() {
        return Err(wrong("there is none"));
    }
    let url = Url::parse(text).map_err(|_| wrong("it cannot be read"))?;
    match url.scheme() {
        "https" => {}
        "http" => policy.check_plain_http()?,
        _ => return Err(wrong("it must begin with https://")),
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err(wrong("it has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("name and password belong to the user, not into the URL"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it must end with its path"));
    }
    Ok(url)
}

struct UserReader<'a> {
    user: &'a Fields<'a>,
    cluster: &'a Fields<'a>,
    place: &'a Place,
    policy: &'a TrustPolicy,
}

impl UserReader<'_> {
    /// Exactly one credential; two of them are an error, as in client-go. Beside a certificate the others are left out: the API server
    /// looks at the certificate first.
    fn credential(&self) -> Result<CredentialSpec, SpecError> {
        if let Some(provider) = self.user.inner("auth-provider")? {
            let name = provider.text("name")?.unwrap_or_default();
            return Err(SpecError::Unsupported {
                what: format!("auth-provider {name:?}"),
                instead: "use an exec plugin, a token or a client certificate",
            });
        }
        let exec = self.user.inner("exec")?;
        let certificate = self.certificate()?;
        let mut others = Vec::new();
        if let Some(token) = self.token()? {
            others.push(token);
        }
        if let Some(basic) = self.basic()? {
            others.push(basic);
        }
        match (exec, certificate, others.pop()) {
            (None, Some(certificate), other) => {
                if other.is_some() {
                    tracing::warn!(
                        kubeconfig = %self.place.label,
                        "beside a client certificate the user's other credentials are not used"
                    );
                }
                Ok(certificate)
            }
            (Some(exec), None, None) => {
                Ok(CredentialSpec::Exec(Arc::new(exec::read(&exec, self.cluster, self.place, self.policy)?)))
            }
            (None, None, Some(other)) if others.is_empty() => Ok(other),
            (None, None, None) => Ok(CredentialSpec::Anonymous),
            _ => Err(self.user.malformed("credential", "there is more than one; keep the one that is meant")),
        }
    }

    fn token(&self) -> Result<Option<CredentialSpec>, SpecError> {
        // The file wins: it is the one that is kept fresh (client-go's `BearerTokenFile`).
        if let Some(file) = self.user.text("tokenFile")? {
            return Ok(Some(CredentialSpec::TokenFile(existing("tokenFile", file, self.place, self.policy)?)));
        }
        let Some(token) = self.user.text("token")? else { return Ok(None) };
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(self.user.malformed("token", "it has characters that no token has"));
        }
        Ok(Some(CredentialSpec::Token(SecretString::from(token))))
    }

    fn basic(&self) -> Result<Option<CredentialSpec>, SpecError> {
        let (username, password) = (self.user.text("username")?, self.user.text("password")?);
        if username.is_none() && password.is_none() {
            return Ok(None);
        }
        let username = username.unwrap_or_default();
        if username.contains(':') {
            return Err(self.user.malformed("username", "a colon cannot be told from the one before the password"));
        }
        let password = SecretString::from(password.unwrap_or_default());
        Ok(Some(CredentialSpec::Basic { username: username.to_owned(), password }))
    }

    fn certificate(&self) -> Result<Option<CredentialSpec>, SpecError> {
        let chain = self.half("client-certificate-data", "client-certificate")?;
        let key = self.half("client-key-data", "client-key")?;
        let (chain, key) = match (chain, key) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(self.user.malformed("client-key", "a client certificate needs its key")),
            (None, Some(_)) => {
                return Err(self.user.malformed("client-certificate", "a client key needs its certificate"));
            }
            (Some(Half::File(chain)), Some(Half::File(key))) => {
                return Ok(Some(CredentialSpec::CertificateFiles { chain, key }));
            }
            (Some(chain), Some(key)) => (chain, key),
        };
        let chain = chain.read("client-certificate", "client-certificate-data")?;
        let key = key.read("client-key", "client-key-data")?;
        check_certificates("client-certificate-data", &chain)?;
        let key = String::from_utf8(key).map(SecretString::from).ok();
        let key = key.filter(|key| PrivateKeyDer::from_pem_slice(key.expose_secret().as_bytes()).is_ok());
        let key = key.ok_or_else(|| material("client-key-data", "it is no private key in PEM"))?;
        Ok(Some(CredentialSpec::Certificate { chain: chain.into(), key }))
    }

    /// Data wins over a file, as in client-go.
    fn half(&self, data_field: &'static str, file_field: &'static str) -> Result<Option<Half>, SpecError> {
        if let Some(data) = self.user.text(data_field)? {
            return Ok(Some(Half::Data(decode(data_field, data)?)));
        }
        let Some(file) = self.user.text(file_field)? else { return Ok(None) };
        Ok(Some(Half::File(existing(file_field, file, self.place, self.policy)?)))
    }

    fn impersonation(&self) -> Result<Option<Impersonation>, SpecError> {
        let user = self.user.text("as")?;
        let uid = self.user.text("as-uid")?;
        let groups = self.user.texts("as-groups")?;
        let extra = self.user.get("as-user-extra").and_then(Value::as_object).is_some_and(|extra| !extra.is_empty());
        if user.is_none() && uid.is_none() && groups.is_empty() && !extra {
            return Ok(None);
        }
        self.policy.check_impersonation()?;
        if extra {
            return Err(SpecError::Unsupported {
                what: "as-user-extra".to_owned(),
                instead: "act as a user whose name and groups suffice",
            });
        }
        let Some(user) = user else {
            return Err(self.user.malformed("as", "a UID or groups cannot be acted as without a user"));
        };
        Ok(Some(Impersonation { user: user.to_owned(), groups, uid: uid.map(str::to_owned) }))
    }
}

/// A certificate or key, in the kubeconfig or beside it.
enum Half {
    Data(Vec<u8>),
    File(PathBuf),
}

impl Half {
    fn read(self, file_field: &'static str, data_field: &'static str) -> Result<Vec<u8>, SpecError> {
        let path = match self {
            Self::Data(data) => return Ok(data),
            Self::File(path) => path,
        };
        let failed =
            |error: std::io::Error| SpecError::File { what: file_field, path: path.clone(), source: Arc::new(error) };
        if std::fs::metadata(&path).map_err(failed)?.len() > MAX_FILE_BYTES {
            return Err(material(data_field, "the file is too large"));
        }
        std::fs::read(&path).map_err(failed)
    }
}

/// The absolute path of a file that is there.
fn existing(what: &'static str, file: &str, place: &Place, policy: &TrustPolicy) -> Result<PathBuf, SpecError> {
    policy.check_file(what)?;
    let path = absolute(what, file, place)?;
    match std::fs::metadata(&path) {
        Ok(found) if found.is_file() => Ok(path),
        Ok(_) => Err(material(what, "it is no file")),
        Err(error) => Err(SpecError::File { what, path, source: Arc::new(error) }),
    }
}

/// A path as it is meant: relative ones start at the folder of the kubeconfig.
pub(super) fn absolute(what: &'static str, file: &str, place: &Place) -> Result<PathBuf, SpecError> {
    let path = Path::new(file);
    match &place.base_dir {
        _ if path.is_absolute() => Ok(path.to_owned()),
        Some(base) => Ok(base.join(path)),
        None => Err(material(what, "the path is relative, and the kubeconfig is in no folder")),
    }
}

/// Line breaks and blanks within are skipped, as YAML folds long lines.
pub(super) fn decode(what: &'static str, data: &str) -> Result<Vec<u8>, SpecError> {
    let packed: Vec<u8> = data.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(packed).map_err(|_| material(what, "it is no base64"))
}

pub(super) fn check_certificates(what: &'static str, pem: &[u8]) -> Result<(), SpecError> {
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        certificate.map_err(|_| material(what, "a certificate in it is damaged"))?;
        count += 1;
    }
    if count == 0 { Err(material(what, "there is no certificate in it")) } else { Ok(()) }
}

fn material(what: &'static str, reason: &str) -> SpecError {
    SpecError::Material { what, reason: reason.to_owned() }
}
