//! Where the region service is. The flags and variables are those of the Go services; knows nothing of client certificates.

use core_client::options::{ServiceName, ServiceOptions};

/// Where the region service is and how its certificate is checked; the prefix of flags and variables is `region`.
///
/// ```
/// use region_client::Options;
///
/// let options = Options::new().with_host("https://region.example.com").with_ca_secret("cert-manager", "unikorn-ca");
/// assert_eq!(options.http().service, "region");
/// ```
pub type Options = ServiceOptions<Region>;

/// The region service, by name.
#[derive(Debug)]
#[non_exhaustive]
pub enum Region {}

impl ServiceName for Region {
    const NAME: &'static str = "region";
}

#[cfg(all(test, feature = "clap"))]
mod tests {
    use clap::{Args as _, Command, FromArgMatches as _};

    use super::Options;

    #[test]
    fn flags_have_the_names_of_the_go_services_and_leave_alone_what_they_do_not_set() {
        let parse = |arguments: &[&str]| Options::augment_args(Command::new("app")).get_matches_from(arguments);
        let given = parse(&["app", "--region-host=https://a.example.com", "--region-ca-secret-namespace=n"]);
        let mut options = Options::from_arg_matches(&given).unwrap();
        assert_eq!(options, Options::new().with_host("https://a.example.com").with_ca_secret("n", ""));
        options.update_from_arg_matches(&parse(&["app", "--region-ca-secret-name=ca"])).unwrap();
        assert_eq!(options, Options::new().with_host("https://a.example.com").with_ca_secret("n", "ca"));
    }
}
