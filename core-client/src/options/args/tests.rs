use clap::Parser;

use super::super::SecretRef;
use super::*;

#[derive(Debug)]
struct Region;

impl ServiceName for Region {
    const NAME: &'static str = "region";
}

#[derive(Debug)]
struct Identity;

impl ServiceName for Identity {
    const NAME: &'static str = "identity";
}

#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    region: ServiceOptions<Region>,
    #[command(flatten)]
    identity: ServiceOptions<Identity>,
    #[command(flatten)]
    client: HttpClientOptions,
}

fn parse(args: &[&str]) -> Result<Cli, clap::Error> {
    Cli::try_parse_from([&["app"], args].concat())
}

#[test]
fn the_flags_of_the_go_services_are_taken() {
    let cli = parse(&[
        "--region-host=https://region.example.com",
        "--region-ca-secret-namespace",
        "cert-manager",
        "--region-ca-secret-name=unikorn-ca",
        "--identity-host=https://identity.example.com",
        "--client-certificate-namespace=unikorn",
        "--client-certificate-name=region-client-certificate",
        "--client-certificate-reload-interval=1h30m",
    ])
    .unwrap();
    let region = cli.region.http();
    assert_eq!(region.service, "region");
    assert_eq!(region.host, "https://region.example.com");
    assert_eq!(region.endpoint().unwrap().ca(), Some(&SecretRef::new("cert-manager", "unikorn-ca")));
    let identity = HttpOptions::from(cli.identity);
    assert_eq!((identity.service.as_str(), identity.host.as_str()), ("identity", "https://identity.example.com"));
    assert_eq!(identity.ca_secret_name, "");
    assert_eq!(cli.client.certificate_name, "region-client-certificate");
    assert_eq!(cli.client.reload_interval.to_string(), "1h30m0s");
}

#[test]
fn without_flags_everything_has_its_default() {
    let cli = parse(&[]).unwrap();
    assert_eq!(cli.region.http(), &HttpOptions::new("region"));
    assert_eq!(cli.client, HttpClientOptions::default());
}

#[test]
fn a_negative_interval_may_follow_its_flag() {
    for args in
        [&["--client-certificate-reload-interval", "-1s"][..], &["--client-certificate-reload-interval=-1s"][..]]
    {
        assert_eq!(parse(args).unwrap().client.reload_interval.positive(), None);
    }
}

#[test]
fn a_bad_interval_names_the_flag_and_the_value() {
    let error = parse(&["--client-certificate-reload-interval=1d"]).unwrap_err().to_string();
    assert!(error.contains("--client-certificate-reload-interval") && error.contains("1d"), "{error}");
}

#[test]
fn a_service_known_at_run_time_only_has_its_flags_too() {
    let command = HttpOptions::augment(Command::new("app"), "storage");
    let matches = command.try_get_matches_from(["app", "--storage-host=https://s"]).unwrap();
    assert_eq!(HttpOptions::from_matches("storage", &matches), HttpOptions::new("storage").with_host("https://s"));
    assert_eq!(
        HttpOptions::from_matches("other", &matches),
        HttpOptions::new("other"),
        "unknown flags are unset flags"
    );
}

#[test]
fn every_flag_has_a_variable_and_speaks_of_its_own_service() {
    let command = HttpClientOptions::augment_args(HttpOptions::augment(Command::new("app"), "region"));
    for arg in command.get_arguments() {
        let long = arg.get_long().unwrap();
        let variable = arg.get_env().unwrap().to_str().unwrap();
        assert_eq!(variable, long.replace('-', "_").to_uppercase());
        let help = arg.get_help().unwrap().to_string();
        assert!(!help.is_empty() && !help.contains("identity"), "{help}");
    }
    command.debug_assert();
}

#[test]
fn updating_keeps_what_is_not_given() {
    let mut cli = parse(&["--region-host=https://a", "--client-certificate-name=c"]).unwrap();
    cli.try_update_from(["app", "--client-certificate-namespace=n"]).unwrap();
    assert_eq!(cli.region.http().host, "https://a");
    assert_eq!(cli.client.identity().unwrap(), Some(SecretRef::new("n", "c")));
}
