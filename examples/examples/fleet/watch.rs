//! What happens to objects of a kind, in all clusters at once.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use cluster_client::ClusterHandle;
use cluster_client::discovery::{Discovery, DiscoveryError, KindError};
use cluster_client::runtime::for_each_cluster;
use core_client::ErrorChain;
use futures::{FutureExt as _, StreamExt as _};
use kube::runtime::watcher::{self, Event};
use kube::runtime::{WatchStreamExt as _, watcher as watching};
use kube::{Api, ResourceExt, core::DynamicObject};
use serde::Serialize;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::Output;
use crate::connect::Fleet;
use crate::output::{answer, remark};

/// How many lines wait to be written before clusters wait for them.
const LINES: usize = 1024;

/// When a cluster is asked again for a kind that it did not know.
const AGAIN: Duration = Duration::from_secs(5);

/// What is watched.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// The kind: `Pod`, `Deployment.apps`, `Deployment.apps/v1`.
    kind: String,
    /// One namespace; all of them by default.
    #[arg(long, short)]
    namespace: Option<String>,
    /// Labels that objects must have.
    #[arg(long, short = 'l', value_name = "SELECTOR")]
    selector: Option<String>,
    /// End after so many lines.
    #[arg(long, value_name = "LINES")]
    count: Option<usize>,
}

/// A line: nothing of an object but what it is called and which version it is of.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    cluster: String,
    event: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    namespace: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    resource_version: String,
}

pub(crate) async fn tell(fleet: &Fleet, options: &Options, output: Output, stop: CancellationToken) -> Result<u8> {
    if let Output::Markdown = output {
        bail!("what happens is told line by line: --output text, json or ndjson");
    }
    let (lines, mut told) = mpsc::channel(LINES);
    let wanted = options.clone();
    let everywhere =
        for_each_cluster(Arc::new(fleet.registry.clone()), Arc::new(Semaphore::new(64)), move |cluster, _| {
            follow(cluster, wanted.clone(), lines.clone())
        });
    // Connections are made when they are asked for; the registry holds and mends them from then on.
    let mut asking = pin!(fleet.ask_all().fuse());
    let (mut failed, mut left) = (0, options.count.unwrap_or(usize::MAX));
    while left > 0 && failed < fleet.keys.len() {
        tokio::select! {
            () = stop.cancelled() => break,
            words = &mut asking => {
                for (key, error) in fleet.keys.iter().zip(words).filter_map(|(key, word)| Some((key, word.err()?))) {
                    remark(format_args!("{key}: {}", ErrorChain::new(&error)));
                    failed += 1;
                }
            }
            Some(line) = told.recv() => {
                if !write(&line, output)? {
                    break;
                }
                left -= 1;
            }
        }
    }
    // Who waits to say something more need not.
    drop(told);
    everywhere.shutdown().await;
    Ok(match failed {
        0 => 0,
        all if all == fleet.keys.len() => 1,
        _ => 3,
    })
}

/// `false` when nobody reads any more.
fn write(line: &Told, output: Output) -> Result<bool> {
    let Told { cluster, event, namespace, name, resource_version } = line;
    let text = match output {
        Output::Text if namespace.is_empty() => format!("{cluster:<20} {event:<8} {name}  {resource_version}"),
        Output::Text => format!("{cluster:<20} {event:<8} {namespace}/{name}  {resource_version}"),
        _ => serde_json::to_string(line)?,
    };
    Ok(answer(format_args!("{text}\n"))?)
}

/// One cluster, for as long as it is connected.
async fn follow(cluster: ClusterHandle, options: Options, lines: mpsc::Sender<Told>) {
    let name = cluster.key().to_string();
    let said = |event, object: Option<&DynamicObject>, name_or_error: String| Told {
        cluster: name.clone(),
        event,
        namespace: object.and_then(ResourceExt::namespace).unwrap_or_default(),
        name: name_or_error,
        resource_version: object.and_then(ResourceExt::resource_version).unwrap_or_default(),
    };
    let discovery = Discovery::new(cluster.client().clone());
    let found = loop {
        match discovery.resolve(&options.kind).await {
            Ok(found) => break found,
            Err(error) => {
                let line = said("error", None, ErrorChain::new(&error).to_string());
                // No waiting makes a kind of what is none, or one of many.
                let is_final =
                    matches!(error, DiscoveryError::Query(_) | DiscoveryError::Kind(KindError::Ambiguous { .. }));
                // When nobody listens any more, the program ends.
                if lines.send(line).await.is_err() || is_final {
                    return;
                }
            }
        }
        // The server may answer by then, or know the kind.
        tokio::time::sleep(AGAIN).await;
    };
    let api: Api<DynamicObject> = match &options.namespace {
        Some(namespace) if found.namespaced => {
            Api::namespaced_with(cluster.client().clone(), namespace, &found.resource)
        }
        _ => Api::all_with(cluster.client().clone(), &found.resource),
    };
    let config = watcher::Config { label_selector: options.selector.clone(), ..watcher::Config::default() };
    let mut events = pin!(watching(api, config).default_backoff());
    while let Some(event) = events.next().await {
        let line = match &event {
            Ok(Event::InitApply(object)) => said("there", Some(object), object.name_any()),
            Ok(Event::Apply(object)) => said("applied", Some(object), object.name_any()),
            Ok(Event::Delete(object)) => said("deleted", Some(object), object.name_any()),
            Ok(Event::Init | Event::InitDone) => continue,
            // No reason to leave: the watcher goes on by itself, after a pause, from where it was or with another list.
            Err(error) => said("error", None, ErrorChain::new(error).to_string()),
        };
        if lines.send(line).await.is_err() {
            // Nobody listens any more: the program ends.
            return;
        }
    }
}
