//! The options as command-line flags with the names the Go services use; knows nothing of their values.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};

use super::env::variable;
use super::{GoDuration, HttpClientOptions, HttpOptions, ServiceName, ServiceOptions, flag};

const CERTIFICATE_NAMESPACE: &str = "client-certificate-namespace";
const CERTIFICATE_NAME: &str = "client-certificate-name";
const RELOAD_INTERVAL: &str = "client-certificate-reload-interval";

// === impl HttpOptions ===

impl HttpOptions {
    /// Adds the flags of `service` to `command`; each can also be set by the variable of its name.
    #[must_use]
    pub fn augment(command: Command, service: &str) -> Command {
        command
            .arg(
                text(service, "host")
                    .value_name("URL")
                    .help(format!("Base URL of the {service} service, https:// and an optional path prefix")),
            )
            .arg(
                text(service, "ca-secret-namespace")
                    .value_name("NAMESPACE")
                    .help(format!("Namespace of the Secret with the CA certificates of the {service} service")),
            )
            .arg(text(service, "ca-secret-name").value_name("NAME").help(format!(
                "Name of the Secret with the CA certificates of the {service} service; without it the platform's roots are trusted"
            )))
    }

    /// Takes the options of `service` out of what [`augment`](Self::augment) made clap parse.
    #[must_use]
    pub fn from_matches(service: &str, matches: &ArgMatches) -> Self {
        let mut options = Self::new(service);
        options.update(matches);
        options
    }

    /// Replaces what is set in `matches`.
    fn update(&mut self, matches: &ArgMatches) {
        let service = self.service.clone();
        set(&mut self.host, matches, &id(&service, "host"));
        set(&mut self.ca_secret_namespace, matches, &id(&service, "ca-secret-namespace"));
        set(&mut self.ca_secret_name, matches, &id(&service, "ca-secret-name"));
    }
}

/// One flag that takes a text.
fn text(service: &str, suffix: &str) -> Arg {
    let id = id(service, suffix);
    Arg::new(id.clone()).env(variable(&flag(service, suffix))).long(id)
}

fn id(service: &str, suffix: &str) -> String {
    flag(service, suffix).trim_start_matches('-').to_owned()
}

fn set(field: &mut String, matches: &ArgMatches, id: &str) {
    if let Ok(Some(value)) = matches.try_get_one::<String>(id) {
        field.clone_from(value);
    }
}

// === impl ServiceOptions ===

impl<S: ServiceName> Args for ServiceOptions<S> {
    fn augment_args(command: Command) -> Command {
        HttpOptions::augment(command, S::NAME)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<S: ServiceName> FromArgMatches for ServiceOptions<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self::from_http(HttpOptions::from_matches(S::NAME, matches)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.http_mut().update(matches);
        Ok(())
    }
}

// === impl HttpClientOptions ===

impl Args for HttpClientOptions {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                own(CERTIFICATE_NAMESPACE)
                    .value_name("NAMESPACE")
                    .help("Namespace of the Secret with the client certificate of this process"),
            )
            .arg(own(CERTIFICATE_NAME).value_name("NAME").help(
                "Name of the Secret with the client certificate of this process; without it no certificate is presented",
            ))
            .arg(
                own(RELOAD_INTERVAL)
                    .value_name("DURATION")
                    .value_parser(value_parser!(GoDuration))
                    // A negative duration is a value, not another flag.
                    .allow_hyphen_values(true)
                    .help("How often the Secrets are read again besides being watched, like 90s or 1h30m; zero or less for never [default: 24h]"),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for HttpClientOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut options = Self::default();
        options.update_from_arg_matches(matches)?;
        Ok(options)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        set(&mut self.certificate_namespace, matches, CERTIFICATE_NAMESPACE);
        set(&mut self.certificate_name, matches, CERTIFICATE_NAME);
        if let Ok(Some(interval)) = matches.try_get_one::<GoDuration>(RELOAD_INTERVAL) {
            self.reload_interval = *interval;
        }
        Ok(())
    }
}

fn own(name: &'static str) -> Arg {
    Arg::new(name).long(name).env(variable(name))
}

#[cfg(test)]
mod tests;
