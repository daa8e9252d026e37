//! What programs are told and what they print, as JSON. Pure. Errors never show what was printed.

use base64::Engine as _;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::{ClusterInfo, Credential, Material};
use crate::spec::ExecSpec;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Printed {
    api_version: String,
    kind: String,
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    expiration_timestamp: Option<Timestamp>,
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// What a program is told in `KUBERNETES_EXEC_INFO`.
pub(super) fn request(spec: &ExecSpec, cluster: Option<ClusterInfo>) -> String {
    let mut told = json!({ "interactive": false });
    if let Some(cluster) = cluster {
        let mut about = serde_json::Map::new();
        about.insert("server".into(), Value::String(cluster.server));
        if let Some(name) = cluster.tls_server_name {
            about.insert("tls-server-name".into(), Value::String(name));
        }
        if cluster.insecure_skip_tls_verify {
            about.insert("insecure-skip-tls-verify".into(), Value::Bool(true));
        }
        if let Some(roots) = cluster.roots {
            let encoded = base64::engine::general_purpose::STANDARD.encode(roots);
            about.insert("certificate-authority-data".into(), Value::String(encoded));
        }
        if let Some(config) = &spec.cluster_config {
            about.insert("config".into(), config.clone());
        }
        told["cluster"] = Value::Object(about);
    }
    json!({ "apiVersion": spec.api_version, "kind": "ExecCredential", "spec": told }).to_string()
}

/// The credential in what a program printed.
pub(super) fn parse(printed: &[u8], api_version: &str) -> Result<Credential, &'static str> {
    let printed: Printed = serde_json::from_slice(printed).map_err(|_| "it is no ExecCredential in JSON")?;
    if printed.kind != "ExecCredential" {
        return Err("its kind is not ExecCredential");
    }
    if printed.api_version != api_version {
        return Err("its apiVersion is another one than the one that was asked for");
    }
    let status = printed.status.ok_or("it has no status")?;
    let given = |data: Option<String>| data.filter(|data| !data.is_empty());
    let token = given(status.token).map(SecretString::from);
    let chain = given(status.client_certificate_data);
    let key = given(status.client_key_data).map(SecretString::from);
    let material = match (chain, key, token) {
        (Some(chain), Some(key), token) => Material::Certificate { chain: chain.into_bytes().into(), key, token },
        (None, None, Some(token)) => Material::Token(token),
        (None, None, None) => return Err("it has neither a token nor a client certificate"),
        (Some(_), None, _) => return Err("it has a client certificate without its key"),
        (None, Some(_), _) => return Err("it has a client key without its certificate"),
    };
    Ok(Credential { material, expires: status.expiration_timestamp })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const V1: &str = "client.authentication.k8s.io/v1";

    fn printed(status: &Value) -> Vec<u8> {
        json!({ "apiVersion": V1, "kind": "ExecCredential", "status": status }).to_string().into_bytes()
    }

    #[test]
    fn a_token_with_an_expiry_is_read() {
        let found = parse(&printed(&json!({"token": "t", "expirationTimestamp": "2030-01-02T03:04:05Z"})), V1).unwrap();
        assert!(matches!(found.material, Material::Token(_)));
        assert_eq!(found.expires.unwrap().to_string(), "2030-01-02T03:04:05Z");
    }

    #[test]
    fn a_certificate_needs_its_key() {
        assert!(parse(&printed(&json!({"clientCertificateData": "c"})), V1).is_err());
        assert!(parse(&printed(&json!({"clientKeyData": "k"})), V1).is_err());
        let both = parse(&printed(&json!({"clientCertificateData": "c", "clientKeyData": "k"})), V1).unwrap();
        assert!(matches!(both.material, Material::Certificate { token: None, .. }));
    }

    #[test]
    fn another_kind_or_version_is_refused() {
        assert!(parse(b"{\"apiVersion\":\"v1\",\"kind\":\"Secret\"}", V1).is_err());
        assert!(parse(&printed(&json!({"token": "t"})), "client.authentication.k8s.io/v1beta1").is_err());
    }

    #[test]
    fn a_program_is_told_about_the_cluster_when_that_is_wanted() {
        let spec = ExecSpec::new("p").with_cluster_info(Some(json!({"account": 7})));
        let info = ClusterInfo { server: "https://s".into(), roots: Some(b"pem"[..].into()), ..ClusterInfo::default() };
        let told: Value = serde_json::from_str(&request(&spec, Some(info))).unwrap();
        assert_eq!(told["kind"], "ExecCredential");
        assert_eq!(told["spec"]["interactive"], false);
        assert_eq!(told["spec"]["cluster"]["server"], "https://s");
        assert_eq!(told["spec"]["cluster"]["certificate-authority-data"], "cGVt");
        assert_eq!(told["spec"]["cluster"]["config"]["account"], 7);
        let nothing: Value = serde_json::from_str(&request(&ExecSpec::new("p"), None)).unwrap();
        assert!(nothing["spec"].get("cluster").is_none());
    }

    proptest! {
        #[test]
        fn no_output_makes_the_reader_panic_or_repeat_it(printed in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Err(reason) = parse(&printed, V1) {
                prop_assert!(reason.is_ascii());
            }
        }
    }
}
