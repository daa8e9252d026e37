//! How a simulator is made.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::OcmSimulator;
use super::life::Pace;
use super::server::{Shared, serve};
use super::tokens::Tokens;
use super::world::{Settings, World};

/// How a simulator behaves. Made by [`OcmSimulator::builder`].
#[derive(Clone)]
#[must_use]
pub struct OcmSimulatorBuilder {
    settings: Settings,
    token_lifetime: Duration,
    rotates: bool,
    body_limit: usize,
}

impl OcmSimulatorBuilder {
    pub(super) fn new() -> Self {
        let related = |kind: &str, name: &str| {
            json!([{
                "resource_type": kind, "resource_name": name, "product": "OSD", "billing_model": "standard", "byoc": "byoc",
                "cloud_provider": "any", "availability_zone_type": "any", "cost": 1,
            }])
        };
        let quota = |id: &str, allowed: i64, consumed: i64, related: Value| json!({ "quota_id": id, "allowed": allowed, "consumed": consumed, "version": 1, "related_resources": related, "cloud_accounts": [] });
        Self {
            settings: Settings {
                pace: Pace::by_hand(),
                taken: Some(StatusCode::BAD_REQUEST),
                part_taken: StatusCode::CONFLICT,
                second_delete: StatusCode::NO_CONTENT,
                forbidden_after_create: Duration::ZERO,
                hidden_after_create: Duration::ZERO,
                organization: Some(("simulated-organization".to_owned(), "simulated-external-organization".to_owned())),
                kubeconfig: None,
                quota: vec![
                    quota("cluster|byoc|osd", 100, 0, related("cluster", "gp.small")),
                    quota("compute.node|byoc|osd", 1_000, 6, related("compute.node", "gp.small")),
                    quota("add-on|addon-simulated", 10, 0, related("addon", "addon-simulated")),
                ],
                subscriptions: Vec::new(),
                seed: 0,
            },
            token_lifetime: Duration::from_secs(15 * 60),
            rotates: true,
            body_limit: 4 * 1024 * 1024,
        }
    }

    /// How fast clusters and add-ons go on by themselves. By hand when nothing is said.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.settings.pace = pace;
        self
    }

    /// With which status a taken cluster name is refused: 400, as it was for long, when nothing is said; 409 is the other that is seen.
    pub fn refuse_taken_names_with(mut self, status: StatusCode) -> Self {
        self.settings.taken = Some(status);
        self
    }

    /// Lets several clusters have one name, so that whoever creates twice is counted twice.
    pub fn allow_equal_names(mut self) -> Self {
        self.settings.taken = None;
        self
    }

    /// With which status a second syncset, identity provider, add-on or machine pool of one name is refused. 409 when nothing is said.
    pub fn refuse_taken_parts_with(mut self, status: StatusCode) -> Self {
        self.settings.part_taken = status;
        self
    }

    /// With which status a delete of a cluster that is being deleted is answered. 204 when nothing is said.
    pub fn answer_second_delete_with(mut self, status: StatusCode) -> Self {
        self.settings.second_delete = status;
        self
    }

    /// For how long after a create everything that belongs to the cluster is 403.
    pub fn forbidden_after_create(mut self, wait: Duration) -> Self {
        self.settings.forbidden_after_create = wait;
        self
    }

    /// For how long after a create the cluster is in no list.
    pub fn hidden_after_create(mut self, wait: Duration) -> Self {
        self.settings.hidden_after_create = wait;
        self
    }

    /// To which organization the account belongs: id and external id. `None`: to none.
    pub fn organization(mut self, organization: Option<(&str, &str)>) -> Self {
        self.settings.organization = organization.map(|(id, external)| (id.to_owned(), external.to_owned()));
        self
    }

    /// The kubeconfig of every cluster that is ready; without one, nobody may see credentials.
    pub fn kubeconfig(mut self, kubeconfig: impl Into<String>) -> Self {
        self.settings.kubeconfig = Some(kubeconfig.into());
        self
    }

    /// What may be used: items of `quota_cost`.
    pub fn quota(mut self, quota: Vec<Value>) -> Self {
        self.settings.quota = quota;
        self
    }

    /// Subscriptions besides those of the clusters.
    pub fn subscriptions(mut self, subscriptions: Vec<Value>) -> Self {
        self.settings.subscriptions = subscriptions;
        self
    }

    /// For how long a token is good, in the time of tokio. 15 minutes when nothing is said.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Gives out no new offline token when one is used: the old one stays good.
    pub fn keep_offline_token(mut self) -> Self {
        self.rotates = false;
        self
    }

    /// How many bytes a body may have; more is 413. 4 MiB when nothing is said.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// From which number ids and the disorder of pages are drawn.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    #[cfg(test)]
    pub(super) fn settings(&self) -> Settings {
        self.settings.clone()
    }

    /// Starts it on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(self) -> io::Result<OcmSimulator> {
        let listener = TcpListener::bind((IpAddr::V4(Ipv4Addr::LOCALHOST), 0)).await?;
        let url = format!("http://{}/", listener.local_addr()?);
        let url = Url::parse(&url).map_err(io::Error::other)?;
        let tokens = Tokens::new(self.token_lifetime, self.rotates);
        let world = World::new(self.settings, tokens, Instant::now());
        let shared = Arc::new(Shared::new(world, self.body_limit));
        let stop = CancellationToken::new();
        let task = tokio::spawn(serve(listener, Arc::clone(&shared), stop.clone()));
        Ok(OcmSimulator { shared, url, stop, task: Some(task) })
    }
}

impl std::fmt::Debug for OcmSimulatorBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OcmSimulatorBuilder").field("pace", &self.settings.pace).finish_non_exhaustive()
    }
}
