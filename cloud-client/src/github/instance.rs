//! What is configured: instances, their addresses, and which credential is for whom. Checked here, used elsewhere; opens nothing.

mod base;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use core_client::credentials::Trust;
use url::Url;

pub(super) use self::base::{Base, Party};
use super::app::App;
use super::credential::Credential;

/// A GitHub: github.com, or an Enterprise Server.
///
/// ```
/// use cloud_client::github::{Credential, Instance};
/// use secrecy::SecretString;
///
/// let ghe = Instance::enterprise("ghe", "https://github.example.com/api/v3")
///     .with_credential("ci", Credential::token(SecretString::from("ghp_…")))
///     .with_credential("acme-bot", Credential::token(SecretString::from("ghp_…")))
///     .with_organisation("acme", "acme-bot")
///     .with_default("ci");
/// ```
#[derive(Clone, Debug)]
pub struct Instance {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) insecure_http: bool,
    pub(super) trust: Option<Trust>,
    pub(super) companions: BTreeMap<String, bool>,
    pub(super) credentials: BTreeMap<String, Credential>,
    pub(super) organisations: BTreeMap<String, String>,
    pub(super) app: Option<App>,
    pub(super) default: Option<String>,
}

/// The credential for an organisation.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum For<'a> {
    /// By its name in the configuration.
    Named(&'a str),
    Other(Credential),
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum GithubConfigError {
    /// GitHub refuses requests without a user agent, and asks for one that names the application.
    #[error("the user agent {text:?} cannot be used; give the name of the application")]
    UserAgent {
        /// What was given.
        text: String,
    },
    /// The address of an instance.
    #[error("instance {instance}: the address cannot be used: {reason}")]
    Address {
        /// Which.
        instance: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two instances of one name, or of one address.
    #[error("instances {first} and {second} have the same name or address")]
    Duplicate {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// A credential that an organisation or the default names is not there.
    #[error("instance {instance}: {user} names credential {credential:?}, which is not configured")]
    NoCredential {
        /// Which instance.
        instance: String,
        /// Who names it.
        user: String,
        /// What is named.
        credential: String,
    },
}

// === impl Instance ===

impl Instance {
    /// github.com, by the name `github.com`. Uploads to `uploads.github.com` are made with the credential, downloads from the hosts that
    /// serve archives and raw files without.
    #[must_use]
    pub fn github_com() -> Self {
        let mut github = Self::enterprise("github.com", "https://api.github.com");
        github.companions.insert("uploads.github.com".to_owned(), true);
        for host in ["codeload.github.com", "objects.githubusercontent.com", "raw.githubusercontent.com"] {
            github.companions.insert(host.to_owned(), false);
        }
        github
    }

    /// An instance by any name, with the address of its REST API: `https://HOST/api/v3` for an Enterprise Server.
    #[must_use]
    pub fn enterprise(name: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            insecure_http: false,
            trust: None,
            companions: BTreeMap::new(),
            credentials: BTreeMap::new(),
            organisations: BTreeMap::new(),
            app: None,
            default: None,
        }
    }

    /// Allows `http://`: for doubles on loopback. Credentials then travel in the clear.
    #[must_use]
    pub fn with_insecure_http(mut self) -> Self {
        self.insecure_http = true;
        self
    }

    /// Accepts certificates from these roots and no others, for an Enterprise Server of a private authority.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// Another host that requests may go to, with the credential or without. Requests to all others are refused.
    #[must_use]
    pub fn with_companion_host(mut self, host: impl Into<String>, with_credential: bool) -> Self {
        self.companions.insert(host.into().to_ascii_lowercase(), with_credential);
        self
    }

    /// A credential and its name in this configuration.
    #[must_use]
    pub fn with_credential(mut self, name: impl Into<String>, credential: Credential) -> Self {
        self.credentials.insert(name.into(), credential);
        self
    }

    /// The credential that is for an organisation. Names of organisations are compared as GitHub does, without regard to case.
    #[must_use]
    pub fn with_organisation(mut self, organisation: impl AsRef<str>, credential: impl Into<String>) -> Self {
        self.organisations.insert(organisation.as_ref().to_ascii_lowercase(), credential.into());
        self
    }

    /// The app whose installations are for organisations that have no credential of their own: each gets the one on itself.
    #[must_use]
    pub fn with_app_for_organisations(mut self, app: &App) -> Self {
        self.app = Some(app.clone());
        self
    }

    /// The credential for organisations that have none of their own, where there is no app for them.
    #[must_use]
    pub fn with_default(mut self, credential: impl Into<String>) -> Self {
        self.default = Some(credential.into());
        self
    }

    /// The credential for an organisation: its own, the app's on it, or the default.
    pub(super) fn credential_for(&self, organisation: &str) -> Option<For<'_>> {
        let organisation = organisation.to_ascii_lowercase();
        if let Some(own) = self.organisations.get(&organisation) {
            return Some(For::Named(own));
        }
        match &self.app {
            Some(app) => Some(For::Other(Credential::installation_of_organisation(app, organisation))),
            None => self.default.as_deref().map(For::Named),
        }
    }

    /// Checks it, and reads its address.
    pub(super) fn check(&self) -> Result<Base, GithubConfigError> {
        let wrong = |reason| GithubConfigError::Address { instance: self.name.clone(), reason };
        let url = Url::parse(&self.url).map_err(|_| wrong("it is no URL"))?;
        match url.scheme() {
            "https" => {}
            "http" if self.insecure_http => {}
            "http" => return Err(wrong("it is plain http, which has to be allowed explicitly")),
            _ => return Err(wrong("it is neither https nor http")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it holds a user or a password; use a credential"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it has a query or a fragment"));
        }
        if url.host_str() == Some("github.com") {
            return Err(wrong("it is the address of the web site; the API is at https://api.github.com"));
        }
        let named =
            self.organisations.iter().map(|(organisation, name)| (format!("organisation {organisation}"), name));
        let default = self.default.iter().map(|name| ("the default".to_owned(), name));
        for (user, credential) in named.chain(default) {
            if !self.credentials.contains_key(credential) {
                let (instance, credential) = (self.name.clone(), credential.clone());
                return Err(GithubConfigError::NoCredential { instance, user, credential });
            }
        }
        Base::new(&url, self.companions.clone()).ok_or_else(|| wrong("it has no host"))
    }
}
