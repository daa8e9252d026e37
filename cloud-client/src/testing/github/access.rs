//! Who may call: personal tokens, apps by their signatures, installations by the tokens they were given. Knows nothing of what is asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// The private key of an app, made for one test.
pub struct AppKey {
    pem: String,
    public: Vec<u8>,
}

/// An installation of an app on an account.
#[derive(Debug, Clone)]
pub struct InstallationSpec {
    pub(super) id: u64,
    pub(super) account: String,
    pub(super) repositories: Option<BTreeSet<String>>,
    pub(super) suspended: bool,
}

#[derive(Debug)]
pub(super) struct Access {
    tokens: BTreeSet<String>,
    apps: HashMap<String, Vec<u8>>,
    pub(super) installations: BTreeMap<u64, (String, InstallationSpec)>,
    given: HashMap<String, Given>,
    pub(super) lifetime: SignedDuration,
}

/// A token of an installation.
#[derive(Debug, Clone)]
struct Given {
    installation: u64,
    repositories: Option<BTreeSet<String>>,
    expires: Timestamp,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Caller {
    Anonymous,
    Token(String),
    App(String),
    Installation { id: u64, repositories: Option<BTreeSet<String>> },
}

/// Why a call is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Credentials,
    Signature,
    Dates,
}

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    iss: String,
}

// === impl AppKey ===

impl AppKey {
    /// Makes a key of 2048 bits. Takes a tenth of a second or so.
    ///
    /// # Errors
    /// When the cryptography library fails.
    pub fn generate() -> std::io::Result<Self> {
        let failed = |_| std::io::Error::other("no RSA key could be made");
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        let text = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        Ok(Self { pem, public: pair.public_key().as_ref().to_vec() })
    }

    /// The private key as PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(super) fn public(&self) -> Vec<u8> {
        self.public.clone()
    }
}

impl fmt::Debug for AppKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppKey").finish_non_exhaustive()
    }
}

// === impl InstallationSpec ===

impl InstallationSpec {
    /// An installation with this number on this account, for all its repositories.
    #[must_use]
    pub fn new(id: u64, account: impl Into<String>) -> Self {
        Self { id, account: account.into(), repositories: None, suspended: false }
    }

    /// For these repositories only.
    #[must_use]
    pub fn with_repositories<R: Into<String>>(mut self, repositories: impl IntoIterator<Item = R>) -> Self {
        self.repositories = Some(repositories.into_iter().map(Into::into).collect());
        self
    }
}

// === impl Access ===

impl Default for Access {
    fn default() -> Self {
        Self {
            tokens: BTreeSet::new(),
            apps: HashMap::new(),
            installations: BTreeMap::new(),
            given: HashMap::new(),
            lifetime: SignedDuration::from_hours(1),
        }
    }
}

impl Access {
    pub(super) fn accept(&mut self, token: String) {
        self.tokens.insert(token);
    }

    pub(super) fn refuse(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    pub(super) fn app(&mut self, issuer: String, public: Vec<u8>) {
        self.apps.insert(issuer, public);
    }

    pub(super) fn forget_given(&mut self) {
        self.given.clear();
    }

    /// Who sends this `Authorization`.
    pub(super) fn caller(&self, authorization: Option<&str>, now: Timestamp) -> Result<Caller, Refusal> {
        let Some(authorization) = authorization else { return Ok(Caller::Anonymous) };
        let token = authorization.split_once(' ').map_or("", |(_, token)| token);
        if self.tokens.contains(token) {
            return Ok(Caller::Token(token.to_owned()));
        }
        if let Some(given) = self.given.get(token) {
            let alive = self.installations.get(&given.installation).is_some_and(|(_, spec)| !spec.suspended);
            return match alive && given.expires > now {
                true => Ok(Caller::Installation { id: given.installation, repositories: given.repositories.clone() }),
                false => Err(Refusal::Credentials),
            };
        }
        if token.split('.').count() == 3 { self.signed(token, now) } else { Err(Refusal::Credentials) }
    }

    fn signed(&self, token: &str, now: Timestamp) -> Result<Caller, Refusal> {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::Signature);
        let (signed, signature) = token.rsplit_once('.').ok_or(Refusal::Signature)?;
        let (header, claims) = signed.split_once('.').ok_or(Refusal::Signature)?;
        let header: serde_json::Value = serde_json::from_slice(&decode(header)?).map_err(|_| Refusal::Signature)?;
        if header["alg"] != "RS256" {
            return Err(Refusal::Signature);
        }
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| Refusal::Signature)?;
        let public = self.apps.get(&claims.iss).ok_or(Refusal::Credentials)?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public)
            .verify(signed.as_bytes(), &decode(signature)?)
            .map_err(|_| Refusal::Signature)?;
        let now = now.as_second();
        if claims.iat > now || claims.exp <= now || claims.exp > now + 600 {
            return Err(Refusal::Dates);
        }
        Ok(Caller::App(claims.iss))
    }

    /// The installation on an account that an app asks for.
    pub(super) fn installed(&self, issuer: &str, account: &str, repository: Option<&str>) -> Option<&InstallationSpec> {
        self.installations
            .values()
            .filter(|(app, spec)| app == issuer && spec.account == account)
            .map(|(_, spec)| spec)
            .find(|spec| match (repository, &spec.repositories) {
                (Some(wanted), Some(there)) => there.contains(wanted),
                _ => true,
            })
    }

    /// Gives an installation a token that is narrowed so. Its text and when it ends.
    pub(super) fn give(
        &mut self,
        installation: u64,
        repositories: Option<BTreeSet<String>>,
        now: Timestamp,
    ) -> (String, Timestamp) {
        let expires = now.checked_add(self.lifetime).unwrap_or(Timestamp::MAX);
        let token = format!("ghs_{installation}x{}", self.given.len() + 1);
        let given = Given { installation, repositories, expires };
        self.given.insert(token.clone(), given);
        (token, expires)
    }
}
