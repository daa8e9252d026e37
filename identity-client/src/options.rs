//! Where the identity service is. The flags and variables are those of the Go services; knows nothing of client
//! certificates.

use core_client::options::{HttpOptions, OptionsError};

/// Where the identity service is and how its certificate is checked: [`HttpOptions`] with the prefix `identity`.
///
/// With feature `clap` it can be flattened into a command: `--identity-host`, `--identity-ca-secret-namespace`,
/// `--identity-ca-secret-name`, each also a variable (`IDENTITY_HOST`, …).
///
/// ```
/// use identity_client::Options;
///
/// let options = Options::new().with_host("https://identity.example.com").with_ca_secret("cert-manager", "unikorn-ca");
/// assert_eq!(options.http().service, "identity");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options(HttpOptions);

/// The prefix of flags and variables.
const SERVICE: &str = "identity";

// === impl Options ===

impl Options {
    /// No host yet, and the platform's roots.
    #[must_use]
    pub fn new() -> Self {
        Self(HttpOptions::new(SERVICE))
    }

    /// Reads `IDENTITY_HOST`, `IDENTITY_CA_SECRET_NAMESPACE` and `IDENTITY_CA_SECRET_NAME`.
    ///
    /// # Errors
    ///
    /// [`OptionsError`] when a variable does not hold text.
    pub fn from_env() -> Result<Self, OptionsError> {
        HttpOptions::from_env(SERVICE).map(Self)
    }

    /// Sets the base URL, `https` and with an optional path prefix.
    #[must_use]
    pub fn with_host(self, host: impl Into<String>) -> Self {
        Self(self.0.with_host(host))
    }

    /// Trusts the certificates in the Secret `namespace`/`name`, and nothing else.
    #[must_use]
    pub fn with_ca_secret(self, namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self(self.0.with_ca_secret(namespace, name))
    }

    /// The options in the form every service has.
    #[must_use]
    pub fn http(&self) -> &HttpOptions {
        &self.0
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Options> for HttpOptions {
    fn from(options: Options) -> Self {
        options.0
    }
}

#[cfg(feature = "clap")]
mod args {
    use clap::{ArgMatches, Args, Command, FromArgMatches};
    use core_client::options::{HttpArgs, HttpOptions, ServiceName};

    use super::{Options, SERVICE};

    struct Identity;

    impl ServiceName for Identity {
        const NAME: &'static str = SERVICE;
    }

    impl Args for Options {
        fn augment_args(command: Command) -> Command {
            HttpOptions::augment(command, SERVICE)
        }

        fn augment_args_for_update(command: Command) -> Command {
            HttpArgs::<Identity>::augment_args_for_update(command)
        }
    }

    impl FromArgMatches for Options {
        fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
            HttpArgs::<Identity>::from_arg_matches(matches).map(|args| Self(args.into_options()))
        }

        fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
            let given = HttpArgs::<Identity>::from_arg_matches(matches)?.into_options();
            for (field, value) in [
                (&mut self.0.host, given.host),
                (&mut self.0.ca_secret_namespace, given.ca_secret_namespace),
                (&mut self.0.ca_secret_name, given.ca_secret_name),
            ] {
                if !value.is_empty() {
                    *field = value;
                }
            }
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_is_identity_and_nothing_is_set() {
        assert_eq!(Options::default().http(), &HttpOptions::new("identity"));
    }

    #[cfg(feature = "clap")]
    #[test]
    fn flags_have_the_names_of_the_go_services_and_leave_alone_what_they_do_not_set() {
        use clap::{Args, Command, FromArgMatches};

        let parse = |arguments: &[&str]| Options::augment_args(Command::new("app")).get_matches_from(arguments);
        let given = parse(&["app", "--identity-host=https://a.example.com", "--identity-ca-secret-namespace=n"]);
        let mut options = Options::from_arg_matches(&given).unwrap();
        assert_eq!(options, Options::new().with_host("https://a.example.com").with_ca_secret("n", ""));
        options.update_from_arg_matches(&parse(&["app", "--identity-ca-secret-name=ca"])).unwrap();
        assert_eq!(options, Options::new().with_host("https://a.example.com").with_ca_secret("n", "ca"));
    }
}
