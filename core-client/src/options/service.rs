//! Where a service is that is known when the program is compiled. Knows nothing of what it serves.

use std::fmt;
use std::marker::PhantomData;

use super::{HttpOptions, OptionsError};

/// A service known at compile time, for [`ServiceOptions`].
pub trait ServiceName {
    /// The prefix of the service's flags and variables, for example `region`.
    const NAME: &'static str;
}

/// Where one service is and how its certificate is checked: [`HttpOptions`] with the prefix of `S`.
///
/// With feature `clap` it can be flattened into a command: `--region-host`, `--region-ca-secret-namespace`,
/// `--region-ca-secret-name`, each also a variable (`REGION_HOST`, …).
///
/// ```
/// use core_client::options::{ServiceName, ServiceOptions};
///
/// enum Region {}
/// impl ServiceName for Region {
///     const NAME: &'static str = "region";
/// }
///
/// let options = ServiceOptions::<Region>::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "unikorn-ca");
/// assert_eq!(options.http().service, "region");
/// ```
pub struct ServiceOptions<S> {
    http: HttpOptions,
    service: PhantomData<fn() -> S>,
}

// === impl ServiceOptions ===

impl<S: ServiceName> ServiceOptions<S> {
    /// No host yet, and the platform's roots.
    #[must_use]
    pub fn new() -> Self {
        Self::from_http(HttpOptions::new(S::NAME))
    }

    /// Reads the variables `NAME_HOST`, `NAME_CA_SECRET_NAMESPACE` and `NAME_CA_SECRET_NAME`.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] when a variable does not hold text.
    pub fn from_env() -> Result<Self, OptionsError> {
        HttpOptions::from_env(S::NAME).map(Self::from_http)
    }
}

impl<S> ServiceOptions<S> {
    pub(super) fn from_http(http: HttpOptions) -> Self {
        Self { http, service: PhantomData }
    }

    /// Sets the base URL, `https` and with an optional path prefix.
    #[must_use]
    pub fn with_host(self, host: impl Into<String>) -> Self {
        Self::from_http(self.http.with_host(host))
    }

    /// Trusts the certificates in the Secret `namespace`/`name`, and nothing else.
    #[must_use]
    pub fn with_ca_secret(self, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self::from_http(self.http.with_ca_secret(namespace, name))
    }

    /// The options in the form every service has.
    #[must_use]
    pub fn http(&self) -> &HttpOptions {
        &self.http
    }

    #[cfg(feature = "clap")]
    pub(super) fn http_mut(&mut self) -> &mut HttpOptions {
        &mut self.http
    }
}

impl<S: ServiceName> Default for ServiceOptions<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> From<ServiceOptions<S>> for HttpOptions {
    fn from(options: ServiceOptions<S>) -> Self {
        options.http
    }
}

// By hand, as `S` is only a name.

impl<S> Clone for ServiceOptions<S> {
    fn clone(&self) -> Self {
        Self::from_http(self.http.clone())
    }
}

impl<S> PartialEq for ServiceOptions<S> {
    fn eq(&self, other: &Self) -> bool {
        self.http == other.http
    }
}

impl<S> Eq for ServiceOptions<S> {}

impl<S> fmt::Debug for ServiceOptions<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServiceOptions").field(&self.http).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{ServiceName, ServiceOptions};
    use crate::options::HttpOptions;

    struct Storage;

    impl ServiceName for Storage {
        const NAME: &'static str = "storage";
    }

    #[test]
    fn nothing_is_set_but_the_prefix() {
        assert_eq!(ServiceOptions::<Storage>::default().http(), &HttpOptions::new("storage"));
    }
}
