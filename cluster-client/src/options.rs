//! How a registry connects, checks, retries and lets go, with a default for everything; opens nothing and reads nothing.

use std::time::Duration;

use core_client::backoff::Backoff;
use core_client::options::GoDuration;
use serde::{Deserialize, Serialize};

/// When clusters are connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ConnectPolicy {
    /// As soon as they are known, and again whenever a connection is lost to them.
    #[default]
    Eager,
    /// When somebody first asks with [`ClientProvider::get`](crate::ClientProvider::get); a connection that is idle for
    /// [`RegistryOptions::hibernate_after`] is dropped, and made again when somebody asks.
    OnDemand,
}

/// How many metric series there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Cardinality {
    /// One set for each cluster, with the label `cluster`; it goes when the cluster goes.
    #[default]
    PerCluster,
    /// One set for each group of clusters, with the label `group`; it goes when the last cluster of the group goes. Groups are told apart
    /// by a label of the clusters, see [`RegistryOptions::metrics_group`].
    PerGroup,
    /// One set for the whole fleet.
    None,
}

/// How a [`Registry`](crate::registry::Registry) behaves. Durations are written as in Go: `90s`, `1h30m`.
///
/// With feature `clap` this is a group of flags to be flattened into a command; each can also be set by the variable of its name, such
/// as `CLUSTER_PROBE_INTERVAL`.
///
/// ```
/// use cluster_client::options::RegistryOptions;
///
/// let options: RegistryOptions = serde_json::from_str(r#"{"probeInterval": "30s", "maxConnects": 8}"#).unwrap();
/// assert_eq!(options.probe_interval.to_string(), "30s");
/// assert_eq!(options.drain.to_string(), "30s");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::Args))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct RegistryOptions {
    /// When clusters are connected. Default: `eager`.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-connect", env = "CLUSTER_CONNECT", value_enum, default_value = "eager")
    )]
    pub connect: ConnectPolicy,
    /// With `on-demand`: drop a connection which nobody has asked for, and on which nothing runs and no request is made, for this long.
    /// It is looked at with each health check. Zero or less: never. Default: 10m.
    #[cfg_attr(
        feature = "clap",
        arg(
            long = "cluster-hibernate-after",
            env = "CLUSTER_HIBERNATE_AFTER",
            default_value = "10m",
            allow_hyphen_values = true
        )
    )]
    pub hibernate_after: GoDuration,
    /// How many clusters are connected at a time, at least one. Clusters whose last attempt failed use at most half. Default: 32.
    #[cfg_attr(feature = "clap", arg(long = "cluster-max-connects", env = "CLUSTER_MAX_CONNECTS", default_value_t = MAX_CONNECTS))]
    pub max_connects: u32,
    /// How long one attempt to connect, or to exchange a credential, may take in all: the credential, the way there, TLS, and the
    /// answers that prove it. Give it more where credentials come from slow programs. Default: 10s.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-attempt-timeout", env = "CLUSTER_ATTEMPT_TIMEOUT", default_value = "10s")
    )]
    pub attempt_timeout: GoDuration,
    /// The shortest wait after a failed attempt. Default: 1s.
    #[cfg_attr(feature = "clap", arg(long = "cluster-backoff-min", env = "CLUSTER_BACKOFF_MIN", default_value = "1s"))]
    pub backoff_min: GoDuration,
    /// The longest wait after failed attempts. Default: 5m.
    #[cfg_attr(feature = "clap", arg(long = "cluster-backoff-max", env = "CLUSTER_BACKOFF_MAX", default_value = "5m"))]
    pub backoff_max: GoDuration,
    /// How often a connected cluster is looked at, give or take a tenth. Default: 15s.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-probe-interval", env = "CLUSTER_PROBE_INTERVAL", default_value = "15s")
    )]
    pub probe_interval: GoDuration,
    /// How long one look may take. Default: 10s.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-probe-timeout", env = "CLUSTER_PROBE_TIMEOUT", default_value = "10s")
    )]
    pub probe_timeout: GoDuration,
    /// How many looks in a row must fail before a cluster counts as degraded; a refused credential counts at once. Default: 4.
    #[cfg_attr(feature = "clap", arg(long = "cluster-probe-threshold", env = "CLUSTER_PROBE_THRESHOLD", default_value_t = PROBE_THRESHOLD))]
    pub probe_threshold: u32,
    /// How many clusters are looked at at a time, at least one. Degraded ones use at most half. Default: 128.
    #[cfg_attr(feature = "clap", arg(long = "cluster-max-probes", env = "CLUSTER_MAX_PROBES", default_value_t = MAX_PROBES))]
    pub max_probes: u32,
    /// How long the end of an old connection waits for what was started on it and for requests in flight. Default: 30s.
    #[cfg_attr(feature = "clap", arg(long = "cluster-drain", env = "CLUSTER_DRAIN", default_value = "30s"))]
    pub drain: GoDuration,
    /// How many events a slow reader may lag behind before it misses some, at least one. Default: 1024.
    #[cfg_attr(feature = "clap", arg(long = "cluster-event-buffer", env = "CLUSTER_EVENT_BUFFER", default_value_t = EVENT_BUFFER))]
    pub event_buffer: u32,
    /// How many metric series there are. Default: `per-cluster`.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-metrics", env = "CLUSTER_METRICS", value_enum, default_value = "per-cluster")
    )]
    pub metrics: Cardinality,
    /// With `per-group`: the label of a cluster that names its group; clusters without it are of the group with no name. Default: `group`.
    #[cfg_attr(
        feature = "clap",
        arg(long = "cluster-metrics-group", env = "CLUSTER_METRICS_GROUP", default_value = GROUP_LABEL)
    )]
    pub metrics_group: String,
}

/// The label that names the group of a cluster, unless another one is chosen.
pub(crate) const GROUP_LABEL: &str = "group";

const MAX_CONNECTS: u32 = 32;
const PROBE_THRESHOLD: u32 = 4;
const MAX_PROBES: u32 = 128;
const EVENT_BUFFER: u32 = 1024;

/// The largest buffer of events; tokio takes no larger one in one piece without wasting memory.
const EVENT_BUFFER_MAX: u32 = 1 << 20;

// === impl RegistryOptions ===

impl RegistryOptions {
    /// Sets when clusters are connected.
    #[must_use]
    pub fn with_connect(mut self, connect: ConnectPolicy) -> Self {
        self.connect = connect;
        self
    }

    /// Sets how long an idle connection lives when clusters are connected on demand.
    #[must_use]
    pub fn with_hibernate_after(mut self, hibernate_after: impl Into<GoDuration>) -> Self {
        self.hibernate_after = hibernate_after.into();
        self
    }

    /// Sets how many clusters are connected at a time.
    #[must_use]
    pub fn with_max_connects(mut self, max_connects: u32) -> Self {
        self.max_connects = max_connects;
        self
    }

    /// Sets how long one attempt may take.
    #[must_use]
    pub fn with_attempt_timeout(mut self, attempt_timeout: impl Into<GoDuration>) -> Self {
        self.attempt_timeout = attempt_timeout.into();
        self
    }

    /// Sets the shortest wait after a failed attempt.
    #[must_use]
    pub fn with_backoff_min(mut self, backoff_min: impl Into<GoDuration>) -> Self {
        self.backoff_min = backoff_min.into();
        self
    }

    /// Sets the longest wait after failed attempts.
    #[must_use]
    pub fn with_backoff_max(mut self, backoff_max: impl Into<GoDuration>) -> Self {
        self.backoff_max = backoff_max.into();
        self
    }

    /// Sets how often a connected cluster is looked at.
    #[must_use]
    pub fn with_probe_interval(mut self, probe_interval: impl Into<GoDuration>) -> Self {
        self.probe_interval = probe_interval.into();
        self
    }

    /// Sets how long one look may take.
    #[must_use]
    pub fn with_probe_timeout(mut self, probe_timeout: impl Into<GoDuration>) -> Self {
        self.probe_timeout = probe_timeout.into();
        self
    }

    /// Sets how many looks in a row must fail before a cluster counts as degraded.
    #[must_use]
    pub fn with_probe_threshold(mut self, probe_threshold: u32) -> Self {
        self.probe_threshold = probe_threshold;
        self
    }

    /// Sets how many clusters are looked at at a time.
    #[must_use]
    pub fn with_max_probes(mut self, max_probes: u32) -> Self {
        self.max_probes = max_probes;
        self
    }

    /// Sets how long the end of an old connection waits.
    #[must_use]
    pub fn with_drain(mut self, drain: impl Into<GoDuration>) -> Self {
        self.drain = drain.into();
        self
    }

    /// Sets how many events a slow reader may lag behind.
    #[must_use]
    pub fn with_event_buffer(mut self, event_buffer: u32) -> Self {
        self.event_buffer = event_buffer;
        self
    }

    /// Sets how many metric series there are.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Cardinality) -> Self {
        self.metrics = metrics;
        self
    }

    /// Sets which label of a cluster names its group.
    #[must_use]
    pub fn with_metrics_group(mut self, label: impl Into<String>) -> Self {
        self.metrics_group = label.into();
        self
    }
}

impl Default for RegistryOptions {
    fn default() -> Self {
        let seconds = |seconds| GoDuration::from(Duration::from_secs(seconds));
        Self {
            connect: ConnectPolicy::Eager,
            hibernate_after: seconds(600),
            max_connects: MAX_CONNECTS,
            attempt_timeout: seconds(10),
            backoff_min: seconds(1),
            backoff_max: seconds(300),
            probe_interval: seconds(15),
            probe_timeout: seconds(10),
            probe_threshold: PROBE_THRESHOLD,
            max_probes: MAX_PROBES,
            drain: seconds(30),
            event_buffer: EVENT_BUFFER,
            metrics: Cardinality::PerCluster,
            metrics_group: GROUP_LABEL.to_owned(),
        }
    }
}

/// The options as the registry uses them: every wait longer than zero, every limit at least one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub(crate) connect: ConnectPolicy,
    pub(crate) hibernate_after: Option<Duration>,
    pub(crate) max_connects: usize,
    pub(crate) attempt_timeout: Duration,
    pub(crate) backoff: Backoff,
    pub(crate) probe_interval: Duration,
    pub(crate) probe_timeout: Duration,
    pub(crate) probe_threshold: u32,
    pub(crate) max_probes: usize,
    pub(crate) drain: Duration,
    pub(crate) event_buffer: usize,
    #[cfg(feature = "metrics")]
    pub(crate) metrics: Cardinality,
}

impl From<&RegistryOptions> for Settings {
    fn from(options: &RegistryOptions) -> Self {
        // A wait of no time where one is needed is somebody's slip; the shortest that does no harm stands in for it.
        let wait = |duration: GoDuration| duration.positive().unwrap_or(Duration::from_millis(100));
        let backoff_min = wait(options.backoff_min);
        let hibernate = options.connect == ConnectPolicy::OnDemand;
        Self {
            connect: options.connect,
            hibernate_after: options.hibernate_after.positive().filter(|_| hibernate),
            max_connects: options.max_connects.max(1) as usize,
            attempt_timeout: wait(options.attempt_timeout),
            backoff: Backoff::new(backoff_min, wait(options.backoff_max).max(backoff_min)),
            probe_interval: wait(options.probe_interval),
            probe_timeout: wait(options.probe_timeout),
            probe_threshold: options.probe_threshold.max(1),
            max_probes: options.max_probes.max(1) as usize,
            drain: options.drain.positive().unwrap_or_default(),
            event_buffer: options.event_buffer.clamp(1, EVENT_BUFFER_MAX) as usize,
            #[cfg(feature = "metrics")]
            metrics: options.metrics,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_said_is_the_default() {
        assert_eq!(serde_json::from_str::<RegistryOptions>("{}").unwrap(), RegistryOptions::default());
    }

    #[test]
    fn a_misspelt_option_is_refused() {
        assert!(serde_json::from_str::<RegistryOptions>(r#"{"probeIntervall": "1s"}"#).is_err());
    }

    #[test]
    fn options_survive_a_round_trip() {
        let options = RegistryOptions::default()
            .with_connect(ConnectPolicy::OnDemand)
            .with_metrics(Cardinality::None)
            .with_drain(Duration::from_millis(1500));
        let text = serde_json::to_string(&options).unwrap();
        assert!(text.contains(r#""connect":"on-demand""#) && text.contains(r#""drain":"1.5s""#), "{text}");
        assert_eq!(serde_json::from_str::<RegistryOptions>(&text).unwrap(), options);
    }

    #[test]
    fn limits_of_zero_become_one_and_waits_of_zero_the_shortest() {
        let options = RegistryOptions::default()
            .with_max_connects(0)
            .with_probe_threshold(0)
            .with_event_buffer(u32::MAX)
            .with_probe_interval(GoDuration::ZERO)
            .with_backoff_min(Duration::from_secs(600));
        let settings = Settings::from(&options);
        assert_eq!((settings.max_connects, settings.probe_threshold), (1, 1));
        assert_eq!(settings.event_buffer, EVENT_BUFFER_MAX as usize);
        assert!(settings.probe_interval > Duration::ZERO);
        assert!(settings.backoff.longest >= settings.backoff.first);
    }

    #[cfg(feature = "clap")]
    #[test]
    fn flags_have_the_same_defaults_and_names_that_begin_with_cluster() {
        #[derive(clap::Parser)]
        struct Cli {
            #[command(flatten)]
            registry: RegistryOptions,
        }
        let cli = <Cli as clap::Parser>::parse_from(["app"]);
        assert_eq!(cli.registry, RegistryOptions::default());
        let cli = <Cli as clap::Parser>::parse_from([
            "app",
            "--cluster-connect=on-demand",
            "--cluster-hibernate-after=-1s",
            "--cluster-probe-interval=1m30s",
            "--cluster-metrics=none",
        ]);
        assert_eq!(cli.registry.connect, ConnectPolicy::OnDemand);
        assert_eq!(cli.registry.hibernate_after.positive(), None);
        assert_eq!(cli.registry.probe_interval.to_string(), "1m30s");
        let command = <Cli as clap::CommandFactory>::command();
        // They stand beside those of the transport in one command.
        let both = <crate::transport::TransportOptions as clap::Args>::augment_args(command.clone());
        both.debug_assert();
        for argument in command.get_arguments().filter_map(clap::Arg::get_long).filter(|name| *name != "help") {
            assert!(argument.starts_with("cluster-"), "{argument}");
        }
    }
}
