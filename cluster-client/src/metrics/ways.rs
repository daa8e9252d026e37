//! Proxies and jump hosts as Prometheus families, read when somebody looks; knows nothing of clusters.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use super::Labels;
use crate::path::{PathStatus, WeakPaths};

/// The paths that are told about, and whether hops are told apart.
#[derive(Clone, Default)]
pub(super) struct Ways(Arc<Mutex<Vec<(WeakPaths, bool)>>>);

/// What is told of one hop, or of all of a kind.
#[derive(Default)]
struct Numbers {
    up: u64,
    down: u64,
    streams: usize,
    sessions: usize,
    outages: u64,
    reconnects: u64,
}

impl Ways {
    pub(super) fn watch(&self, paths: WeakPaths, each: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|(paths, _)| !paths.is_gone());
        if !known.iter().any(|(other, _)| other.is(&paths)) {
            known.push((paths, each));
        }
    }

    fn numbers(&self) -> Vec<(Labels, Numbers)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut all: BTreeMap<Labels, Numbers> = BTreeMap::new();
        for (paths, each) in known {
            // The same hop with another login, or reached in another way, is one more of it; it is up when all of them are.
            let mut hops: BTreeMap<Labels, Numbers> = BTreeMap::new();
            for status in paths.upgrade().iter().flat_map(crate::path::Paths::status) {
                let mut labels: Labels = vec![("kind", status.hop.kind.as_str().to_owned())];
                labels.push(("hop", status.hop.at.to_string()));
                hops.entry(labels).or_default().add(&status);
            }
            for (mut labels, mut numbers) in hops {
                (numbers.up, numbers.down) = (u64::from(numbers.down == 0), u64::from(numbers.down > 0));
                if !each {
                    labels.truncate(1);
                }
                all.entry(labels).or_default().plus(&numbers);
            }
        }
        all.into_iter().collect()
    }
}

impl Numbers {
    fn add(&mut self, status: &PathStatus) {
        match status.outage {
            Some(_) => self.down += 1,
            None => self.up += 1,
        }
        self.streams += status.streams;
        self.sessions += status.sessions;
        self.outages += status.outages;
        self.reconnects += status.reconnects;
    }

    fn plus(&mut self, other: &Self) {
        self.up += other.up;
        self.down += other.down;
        self.streams += other.streams;
        self.sessions += other.sessions;
        self.outages += other.outages;
        self.reconnects += other.reconnects;
    }
}

impl fmt::Debug for Ways {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ways")
    }
}

impl Collector for Ways {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let all = self.numbers();
        let states = all.iter().flat_map(|(labels, numbers)| {
            [("up", numbers.up), ("down", numbers.down)].map(|(state, count)| {
                let labels = labels.iter().cloned().chain([("state", state.to_owned())]).collect();
                (labels, ConstGauge::new(count))
            })
        });
        put(&mut encoder, "path_state", "The state a proxy or jump host is in, or how many are in it", states)?;
        let gauge = |of: fn(&Numbers) -> usize| {
            all.iter().map(move |(labels, numbers)| (labels.clone(), ConstGauge::new(of(numbers) as u64)))
        };
        put(&mut encoder, "path_streams", "Streams to API servers through it", gauge(|numbers| numbers.streams))?;
        put(&mut encoder, "path_sessions", "Sessions that carry them", gauge(|numbers| numbers.sessions))?;
        let counter = |of: fn(&Numbers) -> u64| {
            all.iter().map(move |(labels, numbers)| (labels.clone(), ConstCounter::new(of(numbers))))
        };
        put(&mut encoder, "path_outages", "Times that it went down", counter(|numbers| numbers.outages))?;
        put(&mut encoder, "path_reconnects", "Times that it came back", counter(|numbers| numbers.reconnects))
    }
}

fn put<M: EncodeMetric + TypedMetric>(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    series: impl Iterator<Item = (Labels, M)>,
) -> fmt::Result {
    let mut series = series.peekable();
    if series.peek().is_none() {
        return Ok(());
    }
    let mut family = encoder.encode_descriptor(name, help, None, M::TYPE)?;
    series.try_for_each(|(labels, metric)| metric.encode(family.encode_family(&labels)?))
}

#[cfg(test)]
mod tests {
    use prometheus_client::registry::Registry;

    use super::*;
    use crate::path::{PathOptions, Paths, Route, Target};

    fn text(registry: &Registry) -> String {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, registry).unwrap();
        text
    }

    #[tokio::test]
    async fn a_proxy_has_series_for_as_long_as_something_leads_through_it() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let paths = Paths::new(PathOptions::default());
        let (each, all) = (Ways::default(), Ways::default());
        each.watch(paths.downgrade(), true);
        each.watch(paths.downgrade(), true);
        all.watch(paths.downgrade(), false);
        let (mut told_apart, mut together) = (Registry::default(), Registry::default());
        told_apart.register_collector(Box::new(each));
        together.register_collector(Box::new(all));
        let route = |login: &str| Route::from_proxy_url(&format!("http://{login}{closed}")).unwrap();
        let dial = paths.dialer(&route("")).unwrap();
        let same_with_login = paths.dialer(&route("user:SENTINEL@")).unwrap();
        assert!(dial.dial(&Target::new("api", 6443)).await.is_err());
        let (seen, sum) = (text(&told_apart), text(&together));
        for line in [
            format!("path_state{{kind=\"HTTP proxy\",hop=\"{closed}\",state=\"down\"}} 1"),
            format!("path_state{{kind=\"HTTP proxy\",hop=\"{closed}\",state=\"up\"}} 0"),
            format!("path_outages_total{{kind=\"HTTP proxy\",hop=\"{closed}\"}} 1"),
            format!("path_reconnects_total{{kind=\"HTTP proxy\",hop=\"{closed}\"}} 0"),
            format!("path_streams{{kind=\"HTTP proxy\",hop=\"{closed}\"}} 0"),
            format!("path_sessions{{kind=\"HTTP proxy\",hop=\"{closed}\"}} 0"),
        ] {
            assert!(seen.contains(&line), "{line} is not in\n{seen}");
        }
        assert!(sum.contains("path_state{kind=\"HTTP proxy\",state=\"down\"} 1") && !sum.contains("hop="), "{sum}");
        assert!(!seen.contains("SENTINEL"));
        drop((dial, same_with_login));
        assert!(!text(&told_apart).contains("path_"));
        paths.shutdown().await;
    }
}
