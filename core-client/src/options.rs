//! Where a service is and which Secrets hold the certificates to call it; reads no Secret and opens no connection.
//!
//! The names, defaults and texts are those of the Go services' flags, so that a deployment can change its
//! binary and keep its arguments. What the originals accept silently and cannot mean, such as one half of a
//! Secret's name, is an error here, when the options are turned into an [`Endpoint`] or an identity.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "clap")]
mod args;
mod duration;
mod endpoint;
mod env;
mod error;
mod service;

pub use self::duration::{GoDuration, ParseDurationError};
pub use self::endpoint::Endpoint;
pub use self::error::{HostProblem, OptionsError};
pub use self::service::{ServiceName, ServiceOptions};

/// Where one service is and how its certificate is checked; one set per service.
///
/// The service's name is only the prefix of the flags: `region` gives `--region-host`,
/// `--region-ca-secret-namespace` and `--region-ca-secret-name`.
///
/// ```
/// # fn doc() -> Result<(), core_client::options::OptionsError> {
/// use core_client::options::HttpOptions;
///
/// let endpoint = HttpOptions::new("region")
///     .with_host("https://region.example.com/edge/")
///     .with_ca_secret("cert-manager", "unikorn-ca")
///     .endpoint()?;
/// assert_eq!(endpoint.base(), "https://region.example.com/edge");
/// # Ok(()) }
/// # doc().unwrap();
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct HttpOptions {
    /// The prefix of the flags, for example `region`.
    pub service: String,
    /// The absolute `https` URL of the service; a path is kept as a prefix. Default: empty, which is an error.
    pub host: String,
    /// The namespace of the CA Secret. Default: empty.
    pub ca_secret_namespace: String,
    /// The name of the CA Secret. Default: empty, which trusts the platform's roots.
    pub ca_secret_name: String,
    /// Accepts an `http://` host, which sends everything in the clear. Default: `false`. There is no flag for it.
    pub insecure_http: bool,
}

/// The client certificate of the process; one set per process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct HttpClientOptions {
    /// The namespace of the client certificate's Secret. Default: empty.
    pub certificate_namespace: String,
    /// The name of the client certificate's Secret. Default: empty, which presents no certificate.
    pub certificate_name: String,
    /// How often the Secrets are read again besides being watched. Default: 24 h; zero and negative values
    /// switch the periodic read off.
    pub reload_interval: GoDuration,
}

/// The namespace and name of a Secret; both are there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretRef {
    namespace: String,
    name: String,
}

// === impl HttpOptions ===

impl HttpOptions {
    /// Options of the service whose flags begin with `service`, all at their defaults.
    #[must_use]
    pub fn new(service: impl Into<String>) -> Self {
        Self { service: service.into(), ..Self::default() }
    }

    /// Sets the base URL of the service.
    #[must_use]
    pub fn with_host(mut self, host: impl Into<String>) -> Self {
        self.host = host.into();
        self
    }

    /// Trusts the certificates in the Secret `namespace`/`name`, and nothing else.
    #[must_use]
    pub fn with_ca_secret(mut self, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        self.ca_secret_namespace = namespace.into();
        self.ca_secret_name = name.into();
        self
    }

    /// Accepts an `http://` host: nothing is encrypted, nobody is authenticated. For tests.
    #[must_use]
    pub fn with_insecure_http(mut self) -> Self {
        self.insecure_http = true;
        self
    }

    /// Checks the options and gives the endpoint they describe.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] when the host is missing or not a base URL, or when only one of the CA Secret's
    /// namespace and name is given. It names the flag and the value.
    pub fn endpoint(&self) -> Result<Endpoint, OptionsError> {
        let ca = SecretRef::from_halves(
            (&self.flag("ca-secret-namespace"), &self.ca_secret_namespace),
            (&self.flag("ca-secret-name"), &self.ca_secret_name),
        )?;
        endpoint::parse(self, ca)
    }

    /// The name of one of this service's flags, with its dashes.
    fn flag(&self, suffix: &str) -> String {
        flag(&self.service, suffix)
    }
}

/// The name of one of a service's flags, with its dashes.
fn flag(service: &str, suffix: &str) -> String {
    format!("--{service}-{suffix}")
}

// === impl HttpClientOptions ===

impl HttpClientOptions {
    /// Options without a client certificate.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Presents the certificate in the Secret `namespace`/`name`.
    #[must_use]
    pub fn with_certificate(mut self, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        self.certificate_namespace = namespace.into();
        self.certificate_name = name.into();
        self
    }

    /// Sets how often the Secrets are read again besides being watched.
    #[must_use]
    pub fn with_reload_interval(mut self, interval: impl Into<GoDuration>) -> Self {
        self.reload_interval = interval.into();
        self
    }

    /// The Secret of the client certificate, or nothing when none is configured.
    ///
    /// # Errors
    ///
    /// [`OptionsError::HalfConfigured`] when only one of namespace and name is given.
    pub fn identity(&self) -> Result<Option<SecretRef>, OptionsError> {
        SecretRef::from_halves(
            ("--client-certificate-namespace", &self.certificate_namespace),
            ("--client-certificate-name", &self.certificate_name),
        )
    }
}

impl Default for HttpClientOptions {
    fn default() -> Self {
        Self {
            certificate_namespace: String::new(),
            certificate_name: String::new(),
            reload_interval: GoDuration::from_hours(24),
        }
    }
}

// === impl SecretRef ===

impl SecretRef {
    /// Names the Secret `namespace`/`name`.
    #[must_use]
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// The namespace of the Secret.
    #[must_use]
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The name of the Secret.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Both halves, neither, or an error; each half comes with the flag that sets it.
    fn from_halves(
        (namespace_flag, namespace): (&str, &str),
        (name_flag, name): (&str, &str),
    ) -> Result<Option<Self>, OptionsError> {
        let half = |given: &str, value: &str, missing: &str| {
            Err(OptionsError::HalfConfigured {
                given: given.to_owned(),
                value: value.to_owned(),
                missing: missing.to_owned(),
            })
        };
        match (namespace.is_empty(), name.is_empty()) {
            (true, true) => Ok(None),
            (false, false) => Ok(Some(Self::new(namespace, name))),
            (false, true) => half(namespace_flag, namespace, name_flag),
            (true, false) => half(name_flag, name, namespace_flag),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

#[cfg(test)]
mod tests;
