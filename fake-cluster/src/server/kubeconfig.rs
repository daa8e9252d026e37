//! How a client reaches the cluster, as a kubeconfig and as a ready client.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::pki::PemPair;

/// With what a kubeconfig identifies its user.
#[derive(Clone)]
#[expect(clippy::exhaustive_enums, reason = "the server knows these two kinds of credentials")]
pub enum Credential {
    /// A client certificate.
    Certificate(PemPair),
    /// A bearer token.
    Token(String),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Certificate(_) => "Certificate(..)",
            Self::Token(_) => "Token(..)",
        })
    }
}

/// A kubeconfig with one cluster, one user and one context, all called `name`. It is JSON, which is YAML too.
pub(crate) fn kubeconfig(name: &str, url: &str, ca_pem: &str, credential: &Credential) -> String {
    let user = match credential {
        Credential::Certificate(pair) => json!({
            "client-certificate-data": STANDARD.encode(&pair.certificate), "client-key-data": STANDARD.encode(&pair.key),
        }),
        Credential::Token(token) => json!({ "token": token }),
    };
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": name,
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority-data": STANDARD.encode(ca_pem)}}],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": "default"}}],
    });
    format!("{config:#}\n")
}
