//! How OCM is reached, and what clusters are made like where a request does not say. Values only; no secret is among them.

use std::collections::BTreeMap;
use std::time::Duration;

use core_client::options::GoDuration;
use serde::{Deserialize, Serialize};
use url::Url;

use super::search::is_key;
use crate::cluster::ProviderType;
use crate::secrets::SecretRef;

/// Settings of an [`OcmProvider`](super::OcmProvider). Credentials are named here and kept in a
/// [`SecretStore`](crate::secrets::SecretStore), or are given to the [builder](super::OcmProviderBuilder).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct OcmOptions {
    /// Under which name the provider is registered. Default: `ocm`.
    pub provider_type: ProviderType,
    /// Where the clusters service is. `https`, unless it is this machine. Default: `https://api.openshift.com`.
    pub base_url: String,
    /// Where the accounts service is. Default: where the clusters service is.
    pub accounts_url: Option<String>,
    /// Where tokens are given out. `https`, unless it is this machine. Default: that of Red Hat's single sign-on.
    pub token_url: String,
    /// Who asks, when it is for the refresh token of somebody. Default: `cloud-services`.
    pub refresh_client_id: String,
    /// The credential: `client_id` and `client_secret`, else `token` (an offline, refresh or access token). Read whenever a token is needed, so
    /// that a new one is used without a restart. Default: none; the builder has to be given one.
    pub credentials: Option<SecretRef>,
    /// Where a refresh token is kept that comes in place of the configured one, so that it outlives the process and is shared by several. A secret
    /// of its own: it is written. Default: none; then it is held in memory only.
    pub rotated_token: Option<SecretRef>,
    /// Through which proxy the services are asked. Default: none, and none from the environment either.
    pub proxy: Option<ProxyOptions>,
    /// Credentials of clouds by their names; see [`AWS_MEMBERS`](super::AWS_MEMBERS) and [`GCP_MEMBERS`](super::GCP_MEMBERS). Default: none.
    pub cloud_credentials: BTreeMap<String, SecretRef>,
    /// PEM of the only authorities that are trusted. Default: those of the platform.
    pub ca: Option<String>,
    /// What requests say they come from. Default: this crate and its version.
    pub user_agent: Option<String>,
    /// Time to establish a connection, TLS included. Default: 10 s.
    pub connect_timeout: GoDuration,
    /// Time for one request, repetitions included. Default: 60 s. The deadline of a call counts when it is earlier.
    pub request_timeout: GoDuration,
    /// How often a request is repeated that may be. Default: 2.
    pub retries: u32,
    /// The longest wait before the first repetition; it doubles with each. Default: 500 ms.
    pub retry_backoff: GoDuration,
    /// Requests a second, for each host. Default: 5.
    pub requests_per_second: f64,
    /// Requests at once, for each host. Default: 10.
    pub burst: u32,
    /// Longest answer, in bytes. Default: 32 MiB.
    pub max_response_bytes: usize,
    /// Objects a page. Default: 100.
    pub page_size: usize,
    /// After so many failures in a row to get any useful answer, nothing is asked for a while. Zero switches that off. Default: 5.
    pub breaker_failures: u32,
    /// How long that while is. Default: 30 s.
    pub breaker_pause: GoDuration,
    /// The property of a cluster that holds the create token. Default: `mooring_create_token`.
    pub token_property: String,
    /// For how long after a create OCM may refuse what belongs to the cluster, and is asked again later. Default: 8 min.
    pub settling: GoDuration,
    /// For how long a cluster is looked for after a create without an answer, before it is said that nobody knows. Default: 10 s.
    pub adopt_grace: GoDuration,
    /// What clusters are made like.
    pub create: CreateOptions,
    /// What is looked at of the quota.
    pub quota: QuotaOptions,
    /// Put a set that is too large for one object into several, named `<set>-0` and so on. Default: false.
    pub split_large_sets: bool,
    /// For how long lists of clouds and regions are remembered. Default: 5 min.
    pub catalog_ttl: GoDuration,
}

/// A proxy that is asked by `CONNECT` for connections to OCM: it sees which host is asked, and nothing of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProxyOptions {
    /// Where it is: `http` or `https`, a host, and a port when it is not the usual one. Without a login, which would be shown with it.
    pub url: String,
    /// Its login: `username` and `password`. Read for each connection, so that a new one is used without a restart. Default: none, unless the
    /// [builder](super::OcmProviderBuilder::proxy_credentials) is given one.
    #[serde(default)]
    pub credentials: Option<SecretRef>,
    /// PEM of the only authorities that are trusted for an `https` proxy. Default: those of the platform.
    #[serde(default)]
    pub ca: Option<String>,
}

/// What clusters are made like where a request does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct CreateOptions {
    /// The version, with or without `openshift-v` before it. Default: OCM's choice.
    pub version: Option<String>,
    /// In an account of ours at the cloud (`ccs`). Default: true.
    pub ccs: bool,
    /// Managed by Red Hat. Default: true.
    pub managed: bool,
    /// The product, such as `osd` or `rosa`. Default: OCM's choice.
    pub product: Option<String>,
    /// Machines by cloud.
    pub compute: BTreeMap<String, ComputeOptions>,
}

/// The machines of new clusters in one cloud.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ComputeOptions {
    /// Which machines, in OCM's words. Default: OCM's choice.
    pub machine_type: String,
    /// How many at least. Zero for both: OCM's choice.
    pub min_nodes: u32,
    /// How many at most.
    pub max_nodes: u32,
}

/// What is looked at of the quota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct QuotaOptions {
    /// A quota is looked at when one of its resources matches one of these; all are when there are none. Default: compute nodes and clusters
    /// of OSD, as in the originals.
    pub filters: Vec<QuotaFilter>,
    /// Ask for room before a cluster is made. Default: false.
    pub check_before_create: bool,
}

/// Resources that are meant. What is not set matches anything; everything that is set has to match.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct QuotaFilter {
    /// Name, such as `addon-<id>`.
    pub resource_name: Option<String>,
    /// Type, such as `cluster`.
    pub resource_type: Option<String>,
    /// Product, such as `OSD`.
    pub product: Option<String>,
    /// Who is billed how.
    pub billing_model: Option<String>,
    /// In whose account: `byoc` or `rhinfra`.
    pub byoc: Option<String>,
    /// In which cloud.
    pub cloud_provider: Option<String>,
    /// `single`, `multi`, or `any`.
    pub availability_zone_type: Option<String>,
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{option} {why}")]
#[non_exhaustive]
pub struct OcmOptionsError {
    /// Which one.
    pub option: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

/// Longest list that is asked for at once.
const LARGEST_PAGE: usize = 1000;

// === impl OcmOptions ===

impl Default for OcmOptions {
    fn default() -> Self {
        let seconds = |seconds| GoDuration::from(Duration::from_secs(seconds));
        Self {
            provider_type: ProviderType::OCM,
            base_url: "https://api.openshift.com".to_owned(),
            accounts_url: None,
            token_url: "https://sso.redhat.com/auth/realms/redhat-external/protocol/openid-connect/token".to_owned(),
            refresh_client_id: "cloud-services".to_owned(),
            credentials: None,
            rotated_token: None,
            proxy: None,
            cloud_credentials: BTreeMap::new(),
            ca: None,
            user_agent: None,
            connect_timeout: seconds(10),
            request_timeout: seconds(60),
            retries: 2,
            retry_backoff: GoDuration::from(Duration::from_millis(500)),
            requests_per_second: 5.0,
            burst: 10,
            max_response_bytes: 32 << 20,
            page_size: 100,
            breaker_failures: 5,
            breaker_pause: seconds(30),
            token_property: "mooring_create_token".to_owned(),
            settling: seconds(480),
            adopt_grace: seconds(10),
            create: CreateOptions::default(),
            quota: QuotaOptions::default(),
            split_large_sets: false,
            catalog_ttl: seconds(300),
        }
    }
}

impl OcmOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another name to be registered under, for one of several.
    #[must_use]
    pub fn with_provider_type(mut self, provider: ProviderType) -> Self {
        self.provider_type = provider;
        self
    }

    /// Another place of the services.
    #[must_use]
    pub fn with_base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Another place of tokens.
    #[must_use]
    pub fn with_token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = url.into();
        self
    }

    /// Through this proxy.
    #[must_use]
    pub fn with_proxy(mut self, proxy: ProxyOptions) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Another pace.
    #[must_use]
    pub fn with_rate(mut self, requests_per_second: f64, burst: u32) -> Self {
        self.requests_per_second = requests_per_second;
        self.burst = burst;
        self
    }

    /// What is wrong with them, if anything is.
    pub(super) fn check(&self) -> Result<(), OcmOptionsError> {
        let wrong = |option, why| Err(OcmOptionsError { option, why });
        let durations = [
            ("connect_timeout", self.connect_timeout),
            ("request_timeout", self.request_timeout),
            ("breaker_pause", self.breaker_pause),
        ];
        if self.provider_type.is_empty() {
            return wrong("provider_type", "has to be a name");
        }
        if let Some((option, _)) = durations.iter().find(|(_, duration)| duration.positive().is_none()) {
            return wrong(option, "has to be longer than nothing");
        }
        if !(self.requests_per_second.is_finite() && self.requests_per_second > 0.0) {
            return wrong("requests_per_second", "has to be more than none");
        }
        if !(1..=LARGEST_PAGE).contains(&self.page_size) {
            return wrong("page_size", "has to be from 1 to 1000");
        }
        if self.max_response_bytes == 0 {
            return wrong("max_response_bytes", "has to be more than none");
        }
        if self.rotated_token.is_some() && self.rotated_token == self.credentials {
            return wrong("rotated_token", "has to be another secret than credentials, which is never written");
        }
        if !is_key(&self.token_property) {
            return wrong("token_property", "has to be a letter and then letters, digits, `_` or `-`");
        }
        if self.create.compute.values().any(|machines| machines.min_nodes > machines.max_nodes) {
            return wrong("create.compute", "asks for more machines at least than at most");
        }
        Ok(())
    }
}

/// A time that has been checked.
pub(super) fn time(duration: GoDuration) -> Duration {
    duration.positive().unwrap_or_default()
}

/// Reads a URL of a service: absolute, `https` or on this machine, with nothing in it that does not belong there.
pub(super) fn service_url(option: &'static str, text: &str) -> Result<Url, OcmOptionsError> {
    let wrong = |why| OcmOptionsError { option, why };
    let url = Url::parse(text).map_err(|_| wrong("is no absolute URL"))?;
    let here = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(wrong("names no host")),
    };
    match url.scheme() {
        "https" => {}
        "http" if here => {}
        "http" => return Err(wrong("has to be https: credentials go there")),
        _ => return Err(wrong("has to be https")),
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("holds more than a host and a path"));
    }
    Ok(url)
}

// === impl ProxyOptions ===

impl ProxyOptions {
    /// The proxy at this URL.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), credentials: None, ca: None }
    }

    /// With a login in a secret.
    #[must_use]
    pub fn with_credentials(mut self, credentials: SecretRef) -> Self {
        self.credentials = Some(credentials);
        self
    }
}

// === impl CreateOptions ===

impl Default for CreateOptions {
    fn default() -> Self {
        Self { version: None, ccs: true, managed: true, product: None, compute: BTreeMap::new() }
    }
}

// === impl ComputeOptions ===

impl ComputeOptions {
    /// From so many to so many of these machines.
    pub fn new(machine_type: impl Into<String>, min_nodes: u32, max_nodes: u32) -> Self {
        Self { machine_type: machine_type.into(), min_nodes, max_nodes }
    }
}

// === impl QuotaOptions ===

impl Default for QuotaOptions {
    fn default() -> Self {
        let osd = |kind: &str| QuotaFilter {
            resource_type: Some(kind.to_owned()),
            product: Some("OSD".to_owned()),
            ..QuotaFilter::default()
        };
        Self { filters: vec![osd("compute.node"), osd("cluster")], check_before_create: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_fit_for_use_and_survive_a_file() {
        let options = OcmOptions::default();
        options.check().unwrap();
        let written = serde_json::to_string(&options).unwrap();
        assert_eq!(serde_json::from_str::<OcmOptions>(&written).unwrap(), options);
        assert_eq!(serde_json::from_str::<OcmOptions>("{}").unwrap(), options);
        assert!(serde_json::from_str::<OcmOptions>(r#"{"client_secret":"x"}"#).is_err(), "no secret has a place here");
    }

    #[test]
    fn credentials_go_out_in_the_clear_to_this_machine_only() {
        let check = |url| service_url("base_url", url);
        for fine in ["https://api.openshift.com", "http://127.0.0.1:8080", "http://[::1]/x", "http://localhost:1"] {
            check(fine).unwrap();
        }
        for wrong in
            ["http://api.openshift.com", "ftp://x", "api", "https://u:p@x", "https://x?a=b", "http://localhost.evil"]
        {
            let error = check(wrong).unwrap_err().to_string();
            assert!(error.starts_with("base_url ") && !error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn settings_that_cannot_be_are_found_at_start() {
        let wrong = |change: fn(&mut OcmOptions)| {
            let mut options = OcmOptions::default();
            change(&mut options);
            options.check().unwrap_err().option
        };
        assert_eq!(wrong(|options| options.token_property = "a = 'b'".to_owned()), "token_property");
        assert_eq!(wrong(|options| options.requests_per_second = f64::NAN), "requests_per_second");
        assert_eq!(wrong(|options| options.page_size = 0), "page_size");
        assert_eq!(wrong(|options| options.request_timeout = GoDuration::ZERO), "request_timeout");
        assert_eq!(wrong(|options| options.provider_type = ProviderType::new("")), "provider_type");
        let same = |options: &mut OcmOptions| {
            (options.credentials, options.rotated_token) = (Some(SecretRef::new("ocm")), Some(SecretRef::new("ocm")));
        };
        assert_eq!(wrong(same), "rotated_token");
        let machines = || ComputeOptions::new("m5.xlarge", 3, 2);
        let mut options = OcmOptions::default();
        options.create.compute.insert("aws".to_owned(), machines());
        assert_eq!(options.check().unwrap_err().option, "create.compute");
    }
}
