//! Certificate authorities and leaves made at run time.
//! Knows nothing of servers, of clients, or of who trusts them.
//!
//! ```
//! use testkit::pki::{Ca, Leaf};
//!
//! let ca = Ca::new("test root");
//! let client = ca.issue(Leaf::client("unikorn-region").p256().serial(7));
//! assert_eq!(client.serial_hex(), "07");
//! let secret = client.tls_secret("unikorn", "region-client-certificate");
//! assert_eq!(secret.type_.as_deref(), Some("kubernetes.io/tls"));
//! ```
#![expect(clippy::expect_used, reason = "a test whose certificates cannot be made has to stop")]

mod der;
mod key;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyUsagePurpose, SanType, SerialNumber,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use time::OffsetDateTime;

pub use key::{KeyKind, PrivateKey, pem};

/// A certificate authority: a root, or an intermediate below one.
#[derive(Debug)]
pub struct Ca {
    params: CertificateParams,
    key: PrivateKey,
    certificate: CertificateDer<'static>,
    /// From this authority up to, but without, the root; empty for a root.
    intermediates: Vec<CertificateDer<'static>>,
}

/// What a leaf should look like; hand it to [`Ca::issue`].
///
/// A leaf is P-256 and valid from an hour ago until tomorrow unless told otherwise.
#[derive(Clone, Debug)]
#[must_use = "a leaf is issued by `Ca::issue`"]
pub struct Leaf {
    common_name: String,
    usage: ExtendedKeyUsagePurpose,
    key: Key,
    names: Vec<SanType>,
    serial: Option<Vec<u8>>,
    not_before: Timestamp,
    not_after: Timestamp,
}

#[derive(Clone, Debug)]
enum Key {
    Make(KeyKind),
    Use(PrivateKey),
}

/// An issued leaf with its chain and its private key.
#[derive(Clone, Debug)]
pub struct Pair {
    common_name: String,
    serial: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKey,
}

// === impl Ca ===

impl Ca {
    /// Makes a self-signed P-256 root, valid from yesterday for ten years.
    pub fn new(common_name: &str) -> Self {
        Self::with_key(common_name, PrivateKey::generate(KeyKind::P256))
    }

    /// Makes a self-signed root with this key.
    pub fn with_key(common_name: &str, key: PrivateKey) -> Self {
        let params = authority(common_name);
        let certificate = params.self_signed(key.pair()).expect("a root signs itself");
        Self { certificate: certificate.into(), params, key, intermediates: Vec::new() }
    }

    /// Makes a P-256 authority below this one; its leaves carry it in their chain.
    #[must_use]
    pub fn intermediate(&self, common_name: &str) -> Self {
        let params = authority(common_name);
        let key = PrivateKey::generate(KeyKind::P256);
        let certificate: CertificateDer<'static> =
            params.signed_by(key.pair(), &self.issuer()).expect("an authority signs an intermediate").into();
        let mut intermediates = vec![certificate.clone()];
        intermediates.extend(self.intermediates.iter().cloned());
        Self { certificate, params, key, intermediates }
    }

    /// Issues a leaf.
    pub fn issue(&self, leaf: Leaf) -> Pair {
        let key = match leaf.key {
            Key::Make(kind) => PrivateKey::generate(kind),
            Key::Use(key) => key,
        };
        let serial = leaf.serial.unwrap_or_else(|| {
            // Positive and without a leading zero, so that every reader prints the same digits.
            let mut bytes = uuid::Uuid::new_v4().into_bytes().to_vec();
            bytes[0] = bytes[0] & 0x3f | 0x40;
            bytes
        });
        let mut params = CertificateParams::default();
        params.distinguished_name = named(&leaf.common_name);
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = offset(leaf.not_before);
        params.not_after = offset(leaf.not_after);
        params.subject_alt_names = leaf.names;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![leaf.usage];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(key.pair(), &self.issuer()).expect("an authority signs a leaf");
        let mut chain = vec![certificate.into()];
        chain.extend(self.intermediates.iter().cloned());
        Pair {
            common_name: leaf.common_name,
            serial,
            not_before: leaf.not_before,
            not_after: leaf.not_after,
            chain,
            key,
        }
    }

    /// The authority's own certificate.
    pub fn der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The authority's own certificate as PEM.
    pub fn pem(&self) -> String {
        pem("CERTIFICATE", &self.certificate)
    }

    /// A `kubernetes.io/tls` Secret that carries the authority in `tls.crt`, as the Go services expect it. Its `tls.key` is empty: the API
    /// server wants the key to be there, nobody reads it.
    pub fn secret(&self, namespace: &str, name: &str) -> Secret {
        tls_secret(namespace, name, [("tls.crt", self.pem()), ("tls.key", String::new())])
    }

    fn issuer(&self) -> Issuer<'_, &rcgen::KeyPair> {
        Issuer::from_params(&self.params, self.key.pair())
    }
}

// === impl Leaf ===

impl Leaf {
    /// A client's leaf: the subject's common name is how services know the caller.
    pub fn client(common_name: &str) -> Self {
        Self::new(common_name, ExtendedKeyUsagePurpose::ClientAuth)
    }

    /// A server's leaf for `localhost`, 127.0.0.1 and ::1.
    pub fn server() -> Self {
        Self::new("localhost", ExtendedKeyUsagePurpose::ServerAuth)
            .dns("localhost")
            .ip([127, 0, 0, 1])
            .ip([0, 0, 0, 0, 0, 0, 0, 1])
    }

    fn new(common_name: &str, usage: ExtendedKeyUsagePurpose) -> Self {
        let now = Timestamp::now();
        Self {
            common_name: common_name.to_owned(),
            usage,
            key: Key::Make(KeyKind::P256),
            names: Vec::new(),
            serial: None,
            not_before: now - SignedDuration::from_hours(1),
            not_after: now + SignedDuration::from_hours(24),
        }
    }

    /// Sets the subject's common name.
    pub fn common_name(mut self, common_name: &str) -> Self {
        self.common_name = common_name.to_owned();
        self
    }

    /// Makes a new key of this kind.
    pub fn kind(mut self, kind: KeyKind) -> Self {
        self.key = Key::Make(kind);
        self
    }

    /// Uses a key that exists, as a renewal that keeps its key does.
    pub fn key(mut self, key: &PrivateKey) -> Self {
        self.key = Key::Use(key.clone());
        self
    }

    /// Makes a new RSA-2048 key.
    pub fn rsa(self) -> Self {
        self.kind(KeyKind::Rsa2048)
    }

    /// Makes a new P-256 key.
    pub fn p256(self) -> Self {
        self.kind(KeyKind::P256)
    }

    /// Makes a new P-384 key.
    pub fn p384(self) -> Self {
        self.kind(KeyKind::P384)
    }

    /// Makes a new P-521 key.
    pub fn p521(self) -> Self {
        self.kind(KeyKind::P521)
    }

    /// Makes a new Ed25519 key.
    pub fn ed25519(self) -> Self {
        self.kind(KeyKind::Ed25519)
    }

    /// Adds a DNS name.
    pub fn dns(mut self, name: &str) -> Self {
        self.names.push(SanType::DnsName(name.try_into().expect("a DNS name is ASCII")));
        self
    }

    /// Adds an address.
    pub fn ip(mut self, address: impl Into<IpAddr>) -> Self {
        self.names.push(SanType::IpAddress(address.into()));
        self
    }

    /// Sets the serial number; random otherwise.
    pub fn serial(mut self, serial: u64) -> Self {
        let bytes = serial.to_be_bytes();
        let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
        self.serial = Some(bytes[start..].to_vec());
        self
    }

    /// Sets the first instant of validity; whole seconds count.
    pub fn not_before(mut self, at: Timestamp) -> Self {
        self.not_before = at;
        self
    }

    /// Sets the last instant of validity; whole seconds count.
    pub fn not_after(mut self, at: Timestamp) -> Self {
        self.not_after = at;
        self
    }

    /// Sets the last instant of validity, counted from now.
    pub fn expires_in(self, after: Duration) -> Self {
        let after = SignedDuration::try_from(after).expect("a validity of centuries is enough");
        self.not_after(Timestamp::now() + after)
    }

    /// Makes the leaf one that expired a minute ago.
    pub fn expired(self) -> Self {
        self.not_after(Timestamp::now() - SignedDuration::from_mins(1))
    }
}

// === impl Pair ===

impl Pair {
    /// The subject's common name.
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    /// The serial number in lower-case hexadecimal, two digits an octet, without separators.
    pub fn serial_hex(&self) -> String {
        self.serial.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first instant of validity, as asked for.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last instant of validity, as asked for.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// The leaf.
    pub fn cert_der(&self) -> &CertificateDer<'static> {
        &self.chain[0]
    }

    /// The leaf as PEM, alone.
    pub fn cert_pem(&self) -> String {
        pem("CERTIFICATE", self.cert_der())
    }

    /// The leaf and its intermediates, without the root.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The leaf and its intermediates as PEM, leaf first.
    pub fn chain_pem(&self) -> String {
        self.chain.iter().map(|certificate| pem("CERTIFICATE", certificate)).collect()
    }

    /// The private key.
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// The private key as PKCS#8, in the type rustls takes.
    pub fn key_der(&self) -> PrivateKeyDer<'static> {
        self.key.der()
    }

    /// The private key as PKCS#8 PEM.
    pub fn key_pem(&self) -> String {
        self.key.pkcs8_pem()
    }

    /// A `kubernetes.io/tls` Secret with the chain in `tls.crt` and the PKCS#8 key in `tls.key`.
    pub fn tls_secret(&self, namespace: &str, name: &str) -> Secret {
        self.tls_secret_with_key(namespace, name, &self.key_pem())
    }

    /// The same with this key PEM in `tls.key`: another encoding, or a key that does not fit.
    pub fn tls_secret_with_key(&self, namespace: &str, name: &str, key_pem: &str) -> Secret {
        tls_secret(namespace, name, [("tls.crt", self.chain_pem()), ("tls.key", key_pem.to_owned())])
    }
}

/// A Secret of type `kubernetes.io/tls` with these keys.
pub fn tls_secret<V: Into<Vec<u8>>>(
    namespace: &str,
    name: &str,
    data: impl IntoIterator<Item = (&'static str, V)>,
) -> Secret {
    let data: BTreeMap<String, ByteString> =
        data.into_iter().map(|(key, value)| (key.to_owned(), ByteString(value.into()))).collect();
    Secret {
        metadata: ObjectMeta {
            namespace: Some(namespace.to_owned()),
            name: Some(name.to_owned()),
            ..ObjectMeta::default()
        },
        type_: Some("kubernetes.io/tls".to_owned()),
        data: Some(data),
        ..Secret::default()
    }
}

fn authority(common_name: &str) -> CertificateParams {
    let now = Timestamp::now();
    let mut params = CertificateParams::default();
    params.distinguished_name = named(common_name);
    params.not_before = offset(now - SignedDuration::from_hours(24));
    params.not_after = offset(now + SignedDuration::from_hours(24 * 3650));
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    params
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}

fn offset(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.as_second()).expect("both calendars hold this second")
}
