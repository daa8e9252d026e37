//! The certificates and keys of one control plane, made when it starts; knows nothing of processes.

use crate::access::Pair;
use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use std::path::Path;

/// The CA that signs everything of one control plane.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    certificate: String,
    token: String,
    second_token: String,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority(…)")
    }
}

impl Authority {
    /// Makes the CA, the serving pair and the service account key, and writes what the API server reads.
    pub(super) fn write(folder: &Path) -> Result<Self> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        params.distinguished_name.push(DnType::CommonName, "control-plane-ca");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let authority = Self { certificate: issuer.pem(), token: uuid(), second_token: uuid(), issuer };

        let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let server = authority.sign(&params)?;
        let service_account = KeyPair::generate()?;

        std::fs::write(folder.join("ca.crt"), &authority.certificate)?;
        std::fs::write(folder.join("server.crt"), &server.certificate)?;
        std::fs::write(folder.join("server.key"), &server.key)?;
        std::fs::write(folder.join("service-account.key"), service_account.serialize_pem())?;
        std::fs::write(folder.join("service-account.pub"), service_account.public_key_pem())?;
        let tokens = format!(
            "{},token-user,token-uid,token-group\n{},second-token-user,second-token-uid,token-group\n",
            authority.token, authority.second_token
        );
        std::fs::write(folder.join("tokens.csv"), tokens)?;
        Ok(authority)
    }

    pub(super) fn certificate(&self) -> &str {
        &self.certificate
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn second_token(&self) -> &str {
        &self.second_token
    }

    /// A client certificate for a user and its group.
    pub(super) fn issue(&self, name: &str, group: Option<&str>) -> Result<Pair> {
        let mut params = CertificateParams::new(Vec::<String>::new())?;
        if let Some(group) = group {
            params.distinguished_name.push(DnType::OrganizationName, group);
        }
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.sign(&params)
    }

    fn sign(&self, params: &CertificateParams) -> Result<Pair> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Pair { certificate: certificate.pem(), key: key.serialize_pem() })
    }
}

fn uuid() -> String {
    uuid::Uuid::new_v4().to_string()
}
