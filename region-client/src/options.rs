//! Where the region service is. The flags and variables are those of the Go services; knows nothing of certificates of clients.

use core_client::options::{HttpOptions, OptionsError};

/// Where the region service is and how its certificate is checked: [`HttpOptions`] with the prefix `region`.
///
/// With feature `clap` it can be flattened into a command: `--region-host`, `--region-ca-secret-namespace`,
/// `--region-ca-secret-name`, each also a variable (`REGION_HOST`, …).
///
/// ```
/// use region_client::Options;
///
/// let options = Options::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "unikorn-ca");
/// assert_eq!(options.http().service, "region");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options(HttpOptions);

/// The prefix of flags and variables.
const SERVICE: &str = "region";

// === impl Options ===

impl Options {
    /// No host, and the platform's roots.
    #[must_use]
    pub fn new() -> Self {
        Self(HttpOptions::new(SERVICE))
    }

    /// Reads `REGION_HOST`, `REGION_CA_SECRET_NAMESPACE` and `REGION_CA_SECRET_NAME`.
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

    struct Region;

    impl ServiceName for Region {
        const NAME: &'static str = SERVICE;
    }

    impl Args for Options {
        fn augment_args(command: Command) -> Command {
            HttpOptions::augment(command, SERVICE)
        }

        fn augment_args_for_update(command: Command) -> Command {
            HttpArgs::<Region>::augment_args_for_update(command)
        }
    }

    impl FromArgMatches for Options {
        fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
            HttpArgs::<Region>::from_arg_matches(matches).map(|args| Self(args.into_options()))
        }

        fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
            let given = HttpArgs::<Region>::from_arg_matches(matches)?.into_options();
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
    fn the_prefix_is_region_and_nothing_is_set() {
        assert_eq!(Options::new().http(), &HttpOptions::new("region"));
    }

    #[cfg(feature = "clap")]
    #[test]
    fn flags_have_the_names_of_the_go_service() {
        use clap::Parser;

        #[derive(Parser)]
        struct Cli {
            #[command(flatten)]
            region: Options,
        }

        let cli = Cli::parse_from([
            "app",
            "--region-host=https://region.example.com",
            "--region-ca-secret-namespace=cert-manager",
            "--region-ca-secret-name=unikorn-ca",
        ]);
        let wanted =
            Options::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "unikorn-ca");
        assert_eq!(cli.region, wanted);
    }

    #[cfg(feature = "clap")]
    #[test]
    fn flags_that_are_not_given_leave_what_was_set() {
        use clap::{Args, Command, FromArgMatches};

        let matches = Options::augment_args_for_update(Command::new("app"))
            .get_matches_from(["app", "--region-host=https://other.example.com"]);
        let mut options = Options::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "ca");
        options.update_from_arg_matches(&matches).unwrap();
        assert_eq!(options, Options::new().with_host("https://other.example.com").with_ca_secret("cert-manager", "ca"));
    }
}
