//! The cluster's own certificate authority, made at run time: P-256 throughout, because it is quick.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use jiff::Timestamp;
use rand::Rng as _;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, SanType, SerialNumber,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::OffsetDateTime;

use super::StartError;

/// How long certificates are valid unless said otherwise.
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);
/// How far back validity begins, for clocks that differ.
const BACKDATED: Duration = Duration::from_secs(3600);

/// A certificate authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate and its private key, both in PEM.
#[derive(Clone)]
#[non_exhaustive]
pub struct PemPair {
    /// The certificate.
    pub certificate: String,
    /// The key, in PKCS#8.
    pub key: String,
}

/// A certificate and its private key in DER, as TLS wants them.
pub(crate) struct DerPair {
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) key: PrivateKeyDer<'static>,
}

// === impl Authority ===

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").finish_non_exhaustive()
    }
}

impl Authority {
    /// A new root.
    ///
    /// # Errors
    /// When a key cannot be made.
    pub fn new(name: &str) -> Result<Self, StartError> {
        let mut params = params(name, LIFETIME, Timestamp::now());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages =
            vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().map_err(StartError::certificate)?;
        Ok(Self { issuer: CertifiedIssuer::self_signed(params, key).map_err(StartError::certificate)? })
    }

    /// The root certificate in PEM.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The root certificate in DER.
    pub fn der(&self) -> &CertificateDer<'static> {
        self.issuer.der()
    }

    /// A serving certificate for loopback.
    pub(crate) fn serving(&self) -> Result<DerPair, StartError> {
        let mut params = params("kube-apiserver", LIFETIME, Timestamp::now());
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let name = "localhost".try_into().map_err(StartError::certificate)?;
        params.subject_alt_names = vec![
            SanType::DnsName(name),
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        let (certificate, key) = self.issue(params)?;
        Ok(DerPair {
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        })
    }

    /// A client certificate: the user is the common name, the groups are organizations.
    ///
    /// # Errors
    /// When there are more than two groups, which the certificate maker cannot write, or no key can be made.
    pub fn client(
        &self,
        user: &str,
        groups: &[&str],
        validity: std::ops::Range<Timestamp>,
    ) -> Result<PemPair, StartError> {
        let mut params = params(user, LIFETIME, Timestamp::now());
        params.not_before = offset(validity.start);
        params.not_after = offset(validity.end);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        for (n, group) in groups.iter().enumerate() {
            let kind = match n {
                0 => DnType::OrganizationName,
                // The same attribute under another key: rcgen keeps one value per key.
                1 => DnType::CustomDnType(vec![2, 5, 4, 10]),
                _ => return Err(StartError::TooManyGroups),
            };
            params.distinguished_name.push(kind, *group);
        }
        let (certificate, key) = self.issue(params)?;
        Ok(PemPair { certificate: certificate.pem(), key: key.serialize_pem() })
    }

    fn issue(&self, params: CertificateParams) -> Result<(rcgen::Certificate, KeyPair), StartError> {
        let key = KeyPair::generate().map_err(StartError::certificate)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(StartError::certificate)?;
        Ok((certificate, key))
    }
}

/// From an hour ago to `lifetime` from now.
pub(crate) fn valid_for(now: Timestamp, lifetime: Duration) -> std::ops::Range<Timestamp> {
    now - BACKDATED..now + lifetime
}

// === impl PemPair ===

impl std::fmt::Debug for PemPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PemPair").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

fn params(common_name: &str, lifetime: Duration, now: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    let valid = valid_for(now, lifetime);
    params.not_before = offset(valid.start);
    params.not_after = offset(valid.end);
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let mut serial: [u8; 16] = rand::rng().random();
    serial[0] &= 0x7f;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params
}

fn offset(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(time.as_second()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
