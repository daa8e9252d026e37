//! The options out of environment variables; knows nothing of flags but their names.

use std::env::{self, VarError};

use super::{HttpClientOptions, HttpOptions, OptionsError, flag};

/// The variable of a flag: upper case, without the leading dashes, with `_` for `-`.
pub(super) fn variable(flag: &str) -> String {
    flag.trim_start_matches('-').replace('-', "_").to_ascii_uppercase()
}

/// A variable of the process; unset and empty are the same.
fn process(name: &str) -> Result<Option<String>, OptionsError> {
    match env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(OptionsError::NotUnicode { variable: name.to_owned() }),
    }
}

// === impl HttpOptions ===

impl HttpOptions {
    /// Reads the options of `service` from the environment, for example `REGION_HOST`.
    ///
    /// # Errors
    ///
    /// [`OptionsError::NotUnicode`] when a variable does not hold text.
    pub fn from_env(service: impl Into<String>) -> Result<Self, OptionsError> {
        Self::from_lookup(service.into(), process)
    }

    /// Reads the options of `service` through `lookup`, which gets the names of variables.
    ///
    /// # Errors
    ///
    /// None today; the signature is that of [`HttpClientOptions::from_env_with`].
    pub fn from_env_with(
        service: impl Into<String>,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, OptionsError> {
        Self::from_lookup(service.into(), |name| Ok(lookup(name)))
    }

    fn from_lookup(
        service: String,
        lookup: impl Fn(&str) -> Result<Option<String>, OptionsError>,
    ) -> Result<Self, OptionsError> {
        let get = |suffix: &str| lookup(&variable(&flag(&service, suffix))).map(Option::unwrap_or_default);
        Ok(Self {
            host: get("host")?,
            ca_secret_namespace: get("ca-secret-namespace")?,
            ca_secret_name: get("ca-secret-name")?,
            insecure_http: false,
            service,
        })
    }
}

// === impl HttpClientOptions ===

impl HttpClientOptions {
    /// Reads the options from the environment, for example `CLIENT_CERTIFICATE_NAME`.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] when a variable does not hold text, or the interval is not a duration.
    pub fn from_env() -> Result<Self, OptionsError> {
        Self::from_lookup(process)
    }

    /// Reads the options through `lookup`, which gets the names of variables.
    ///
    /// # Errors
    ///
    /// [`OptionsError::Duration`] when the interval is not a duration.
    pub fn from_env_with(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, OptionsError> {
        Self::from_lookup(|name| Ok(lookup(name)))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Result<Option<String>, OptionsError>) -> Result<Self, OptionsError> {
        let mut options = Self {
            certificate_namespace: lookup("CLIENT_CERTIFICATE_NAMESPACE")?.unwrap_or_default(),
            certificate_name: lookup("CLIENT_CERTIFICATE_NAME")?.unwrap_or_default(),
            ..Self::default()
        };
        let variable = "CLIENT_CERTIFICATE_RELOAD_INTERVAL";
        if let Some(text) = lookup(variable)?.filter(|text| !text.is_empty()) {
            options.reload_interval =
                text.parse().map_err(|source| OptionsError::Duration { variable: variable.to_owned(), source })?;
        }
        Ok(options)
    }
}
