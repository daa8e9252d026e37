//! What can be tuned about connections to API servers. Values only.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits of the connections to one API server. All have defaults, and none is switched off by default.
///
/// As text, durations are written as in Go: `10s`, `1m30s`. With feature `clap` this is a group of flags to be flattened into a command;
/// each can also be set by the variable of its name, such as `CLUSTER_REQUEST_TIMEOUT`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
#[non_exhaustive]
pub struct TransportOptions {
    /// Time for name, TCP, proxies and TLS together. Default: 10 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-dial-timeout", env = "CLUSTER_DIAL_TIMEOUT", long = "cluster-dial-timeout", value_parser = go::parse, default_value = "10s"))]
    pub connect_timeout: Duration,
    /// Time for one request, its retries and the body of its answer; lists and streams apart. Default: 30 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-request-timeout", env = "CLUSTER_REQUEST_TIMEOUT", long = "cluster-request-timeout", value_parser = go::parse, default_value = "30s"))]
    pub request_timeout: Duration,
    /// The same for one page of a list, and for deleting a collection. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-list-timeout", env = "CLUSTER_LIST_TIMEOUT", long = "cluster-list-timeout", value_parser = go::parse, default_value = "60s"))]
    pub list_timeout: Duration,
    /// Time until a watch or another stream is open. Default: 30 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-open-timeout", env = "CLUSTER_OPEN_TIMEOUT", long = "cluster-open-timeout", value_parser = go::parse, default_value = "30s"))]
    pub open_timeout: Duration,
    /// How long a watch lasts that says nothing about it: anything between these two, so that watches do not end together, and less than
    /// load balancers wait. Default: 240 s to 290 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-watch-min", env = "CLUSTER_WATCH_MIN", long = "cluster-watch-min", value_parser = go::parse, default_value = "4m"))]
    pub watch_min: Duration,
    /// See [`watch_min`](Self::watch_min).
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-watch-max", env = "CLUSTER_WATCH_MAX", long = "cluster-watch-max", value_parser = go::parse, default_value = "4m50s"))]
    pub watch_max: Duration,
    /// How much longer than it was to last a watch is waited for before it is taken for dead. Default: 10 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-watch-slack", env = "CLUSTER_WATCH_SLACK", long = "cluster-watch-slack", value_parser = go::parse, default_value = "10s"))]
    pub watch_slack: Duration,
    /// How long before the end of the client certificate its watches end, at least; less for one that lives shortly. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-watch-margin", env = "CLUSTER_WATCH_MARGIN", long = "cluster-watch-margin", value_parser = go::parse, default_value = "1m"))]
    pub watch_margin: Duration,
    /// Within which time watches end that were opened under an identity that was replaced. Default: 10 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-watch-grace", env = "CLUSTER_WATCH_GRACE", long = "cluster-watch-grace", value_parser = go::parse, default_value = "10s"))]
    pub watch_grace: Duration,
    /// How long an unused connection stays open. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-idle-timeout", env = "CLUSTER_IDLE_TIMEOUT", long = "cluster-idle-timeout", value_parser = go::parse, default_value = "1m"))]
    pub pool_idle_timeout: Duration,
    /// How many unused connections stay open. Default: 2. A watch has a connection of its own while it lasts.
    #[cfg_attr(
        feature = "clap",
        arg(
            id = "transport-cluster-max-idle",
            env = "CLUSTER_MAX_IDLE",
            long = "cluster-max-idle",
            default_value_t = 2
        )
    )]
    pub pool_max_idle: usize,
    /// How many requests are under way at a time, watches and streams apart; more wait, within their time. Default: 64.
    #[cfg_attr(
        feature = "clap",
        arg(
            id = "transport-cluster-max-in-flight",
            env = "CLUSTER_MAX_IN_FLIGHT",
            long = "cluster-max-in-flight",
            default_value_t = 64
        )
    )]
    pub max_in_flight: usize,
    /// Requests a second on average, watches and streams apart; more wait, within their time. Default: 0, which means as many as there are.
    #[cfg_attr(
        feature = "clap",
        arg(id = "transport-cluster-qps", env = "CLUSTER_QPS", long = "cluster-qps", default_value_t = 0)
    )]
    pub qps: u32,
    /// How many requests may come at once when there were fewer before; counts when [`qps`](Self::qps) does. Default: 30.
    #[cfg_attr(
        feature = "clap",
        arg(id = "transport-cluster-burst", env = "CLUSTER_BURST", long = "cluster-burst", default_value_t = 30)
    )]
    pub burst: u32,
    /// How often a GET or HEAD is repeated that found no connection, or was answered 429, 503 or 504. Nothing else is ever repeated.
    /// Default: 2.
    #[cfg_attr(
        feature = "clap",
        arg(
            id = "transport-cluster-max-retries",
            env = "CLUSTER_MAX_RETRIES",
            long = "cluster-max-retries",
            default_value_t = 2
        )
    )]
    pub max_retries: u32,
    /// How long before its expiry a credential is renewed; less for one that lives shortly. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-renew-early", env = "CLUSTER_RENEW_EARLY", long = "cluster-renew-early", value_parser = go::parse, default_value = "1m"))]
    pub renew_early: Duration,
    /// Time for a credential to be had, waiting for a turn to run a program included. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-credential-timeout", env = "CLUSTER_CREDENTIAL_TIMEOUT", long = "cluster-credential-timeout", value_parser = go::parse, default_value = "1m"))]
    pub credential_timeout: Duration,
    /// How often a file of authorities is read again. Default: 60 s.
    #[serde(with = "go")]
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-roots-interval", env = "CLUSTER_ROOTS_INTERVAL", long = "cluster-roots-interval", value_parser = go::parse, default_value = "1m"))]
    pub roots_interval: Duration,
    /// What we call ourselves. Default: `mooring/` and the version.
    #[cfg_attr(feature = "clap", arg(id = "transport-cluster-user-agent", env = "CLUSTER_USER_AGENT", long = "cluster-user-agent", default_value = USER_AGENT))]
    pub user_agent: String,
    /// Whether API servers without TLS are talked to. Default: no; for tests.
    #[cfg_attr(
        feature = "clap",
        arg(id = "transport-cluster-allow-http", env = "CLUSTER_ALLOW_HTTP", long = "cluster-allow-http")
    )]
    pub allow_http: bool,
}

const USER_AGENT: &str = concat!("mooring/", env!("CARGO_PKG_VERSION"));

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            list_timeout: Duration::from_secs(60),
            open_timeout: Duration::from_secs(30),
            watch_min: Duration::from_secs(240),
            watch_max: Duration::from_secs(290),
            watch_slack: Duration::from_secs(10),
            watch_margin: Duration::from_secs(60),
            watch_grace: Duration::from_secs(10),
            pool_idle_timeout: Duration::from_secs(60),
            pool_max_idle: 2,
            max_in_flight: 64,
            qps: 0,
            burst: 30,
            max_retries: 2,
            renew_early: Duration::from_secs(60),
            credential_timeout: Duration::from_secs(60),
            roots_interval: Duration::from_secs(60),
            user_agent: USER_AGENT.to_owned(),
            allow_http: false,
        }
    }
}

impl TransportOptions {
    /// Sets [`connect_timeout`](Self::connect_timeout).
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets [`request_timeout`](Self::request_timeout).
    #[must_use]
    pub fn with_request_timeout(mut self, timeout: Duration) -> Self {
        self.request_timeout = timeout;
        self
    }

    /// Sets [`list_timeout`](Self::list_timeout).
    #[must_use]
    pub fn with_list_timeout(mut self, timeout: Duration) -> Self {
        self.list_timeout = timeout;
        self
    }

    /// Sets [`open_timeout`](Self::open_timeout).
    #[must_use]
    pub fn with_open_timeout(mut self, timeout: Duration) -> Self {
        self.open_timeout = timeout;
        self
    }

    /// Sets [`watch_min`](Self::watch_min) and [`watch_max`](Self::watch_max).
    #[must_use]
    pub fn with_watch_lifetime(mut self, min: Duration, max: Duration) -> Self {
        self.watch_min = min;
        self.watch_max = max;
        self
    }

    /// Sets [`watch_slack`](Self::watch_slack).
    #[must_use]
    pub fn with_watch_slack(mut self, slack: Duration) -> Self {
        self.watch_slack = slack;
        self
    }

    /// Sets [`watch_grace`](Self::watch_grace).
    #[must_use]
    pub fn with_watch_grace(mut self, grace: Duration) -> Self {
        self.watch_grace = grace;
        self
    }

    /// Sets [`pool_idle_timeout`](Self::pool_idle_timeout).
    #[must_use]
    pub fn with_pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// Sets [`max_in_flight`](Self::max_in_flight).
    #[must_use]
    pub fn with_max_in_flight(mut self, requests: usize) -> Self {
        self.max_in_flight = requests;
        self
    }

    /// Sets [`qps`](Self::qps) and [`burst`](Self::burst).
    #[must_use]
    pub fn with_rate(mut self, qps: u32, burst: u32) -> Self {
        self.qps = qps;
        self.burst = burst;
        self
    }

    /// Sets [`max_retries`](Self::max_retries).
    #[must_use]
    pub fn with_max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets [`renew_early`](Self::renew_early).
    #[must_use]
    pub fn with_renew_early(mut self, early: Duration) -> Self {
        self.renew_early = early;
        self
    }

    /// Sets [`roots_interval`](Self::roots_interval).
    #[must_use]
    pub fn with_roots_interval(mut self, interval: Duration) -> Self {
        self.roots_interval = interval;
        self
    }

    /// Sets [`user_agent`](Self::user_agent).
    #[must_use]
    pub fn with_user_agent(mut self, agent: impl Into<String>) -> Self {
        self.user_agent = agent.into();
        self
    }

    /// Sets [`allow_http`](Self::allow_http).
    #[must_use]
    pub fn with_allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }
}

/// Durations as Go writes them.
mod go {
    use std::time::Duration;

    use core_client::options::GoDuration;
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        GoDuration::from_nanos(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let duration = GoDuration::deserialize(deserializer)?;
        duration.positive().ok_or_else(|| serde::de::Error::custom("a duration that is longer than nothing is needed"))
    }

    #[cfg(feature = "clap")]
    pub(super) fn parse(text: &str) -> Result<Duration, String> {
        let duration: GoDuration =
            text.parse().map_err(|error: core_client::options::ParseDurationError| error.to_string())?;
        duration.positive().ok_or_else(|| "it has to be longer than nothing".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_survive_being_written_and_read() {
        let options = TransportOptions::default().with_request_timeout(Duration::from_secs(90));
        let text = serde_json::to_string(&options).unwrap();
        assert!(text.contains(r#""requestTimeout":"1m30s""#), "{text}");
        assert_eq!(serde_json::from_str::<TransportOptions>(&text).unwrap(), options);
        assert_eq!(serde_json::from_str::<TransportOptions>("{}").unwrap(), TransportOptions::default());
    }

    #[test]
    fn no_deadline_can_be_switched_off() {
        assert!(serde_json::from_str::<TransportOptions>(r#"{"requestTimeout":"0s"}"#).is_err());
    }

    #[cfg(feature = "clap")]
    #[test]
    fn flags_and_code_have_the_same_defaults() {
        #[derive(clap::Parser)]
        struct Cli {
            #[command(flatten)]
            transport: TransportOptions,
            #[command(flatten)]
            registry: crate::options::RegistryOptions,
        }
        let cli = <Cli as clap::Parser>::parse_from(["app"]);
        assert_eq!(cli.transport, TransportOptions::default());
        assert_eq!(cli.registry, crate::options::RegistryOptions::default(), "both can be flags of one command");
    }
}
