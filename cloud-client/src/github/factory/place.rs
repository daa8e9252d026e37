//! The clients of one instance, and what they share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use core_client::credentials::Trust;
use http::HeaderValue;
use tokio_util::sync::CancellationToken;

use crate::github::breaker::Breaker;
use crate::github::cache::{Cache, ResponseStore};
use crate::github::client::GithubClient;
use crate::github::conduit::{Core, Last, lock};
use crate::github::credential::{Credential, CredentialId};
use crate::github::error::{GithubError, GithubErrorKind, Place};
use crate::github::gate::Gate;
use crate::github::instance::{Base, For, Instance};
use crate::github::metrics::Recorder;
use crate::github::options::GithubOptions;
use crate::github::time::Time;
use crate::github::tokens::{Maker, Tokens};
use crate::github::transport::Transport;

/// What an instance is built from.
pub(super) struct Parts {
    pub(super) base: Base,
    pub(super) user_agent: HeaderValue,
    pub(super) options: Arc<GithubOptions>,
    pub(super) time: Arc<dyn Time>,
    pub(super) store: Arc<dyn ResponseStore>,
    pub(super) recorder: Recorder,
    pub(super) stop: CancellationToken,
}

pub(super) struct InstanceClients {
    instance: Instance,
    parts: Parts,
    place: Place,
    named: HashMap<String, OnceLock<GithubClient>>,
    breaker: Arc<Mutex<Breaker>>,
    opened: OnceLock<Opened>,
    clients: Mutex<Clients>,
}

/// What is made with the first client.
struct Opened {
    transport: Transport,
    tokens: Arc<Tokens>,
}

#[derive(Default)]
struct Clients {
    by_credential: HashMap<Credential, (GithubClient, u64)>,
    gates: HashMap<CredentialId, Arc<Gate>>,
    uses: u64,
}

// === impl InstanceClients ===

impl InstanceClients {
    pub(super) fn new(instance: Instance, parts: Parts) -> Self {
        let place = Place::instance(&instance.name);
        let named = instance.credentials.keys().map(|name| (name.clone(), OnceLock::new())).collect();
        Self {
            instance,
            parts,
            place,
            named,
            breaker: Arc::default(),
            opened: OnceLock::new(),
            clients: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.instance.name
    }

    pub(super) fn is_at(&self, base: &Base) -> bool {
        self.parts.base.text() == base.text()
    }

    pub(super) fn credential_for(&self, organisation: &str) -> Option<For<'_>> {
        self.instance.credential_for(organisation)
    }

    /// The client of a credential in the configuration. Two names of one credential are one client.
    pub(super) fn named<T>(&self, name: &str, take: impl FnOnce(&GithubClient) -> T) -> Result<T, GithubError> {
        let Some(slot) = self.named.get(name) else { return Err(self.unknown(name)) };
        if let Some(client) = slot.get() {
            return Ok(take(client));
        }
        let Some(credential) = self.instance.credentials.get(name) else { return Err(self.unknown(name)) };
        let client = self.of_credential(credential)?;
        Ok(take(slot.get_or_init(|| client)))
    }

    /// The client of any credential.
    pub(super) fn of_credential(&self, credential: &Credential) -> Result<GithubClient, GithubError> {
        let mut clients = lock(&self.clients);
        clients.uses += 1;
        let now = clients.uses;
        if let Some((client, used)) = clients.by_credential.get_mut(credential) {
            *used = now;
            return Ok(client.clone());
        }
        let client = self.make(credential, &mut clients)?;
        for forgotten in clients.make_room(self.parts.options.max_clients) {
            if let Some(opened) = self.opened.get() {
                opened.tokens.forget(&forgotten);
            }
        }
        clients.by_credential.insert(credential.clone(), (client.clone(), now));
        Ok(client)
    }

    pub(super) async fn close(&self) {
        if let Some(opened) = self.opened.get() {
            opened.tokens.close().await;
        }
    }

    fn make(&self, credential: &Credential, clients: &mut Clients) -> Result<GithubClient, GithubError> {
        let opened = self.open()?;
        let parts = &self.parts;
        let gate = clients.gates.entry(credential.budget().clone());
        let gate = Arc::clone(gate.or_insert_with(|| Arc::new(Gate::new(&parts.options))));
        GithubClient::new(Arc::new(Core {
            place: self.place.as_credential(credential.id(), credential.organisation()),
            base: parts.base.clone(),
            credential: credential.clone(),
            tokens: Arc::clone(&opened.tokens),
            gate,
            breaker: Arc::clone(&self.breaker),
            transport: opened.transport.clone(),
            user_agent: parts.user_agent.clone(),
            options: Arc::clone(&parts.options),
            time: Arc::clone(&parts.time),
            recorder: parts.recorder.clone(),
            cache: Cache::new(Arc::clone(&parts.store)),
            stop: parts.stop.clone(),
            last: Mutex::new(Last::default()),
        }))
    }

    /// Connections and tokens, which all clients of the instance share.
    fn open(&self) -> Result<&Opened, GithubError> {
        if let Some(opened) = self.opened.get() {
            return Ok(opened);
        }
        let parts = &self.parts;
        let trust = self.instance.trust.clone().unwrap_or_else(Trust::platform);
        let options = &parts.options;
        let transport = Transport::new(trust, parts.base.is_plain(), options.connect_timeout, options.idle_timeout)
            .map_err(|error| GithubError::new(&self.place, GithubErrorKind::Tls(error)))?;
        let maker = Maker {
            place: self.place.clone(),
            base: parts.base.clone(),
            transport: transport.clone(),
            user_agent: parts.user_agent.clone(),
            attempt_timeout: options.attempt_timeout,
            time: Arc::clone(&parts.time),
            recorder: parts.recorder.clone(),
            installations: Mutex::default(),
        };
        let tokens = Arc::new(Tokens::new(maker, self.place.clone()));
        Ok(self.opened.get_or_init(|| Opened { transport, tokens }))
    }

    fn unknown(&self, name: &str) -> GithubError {
        let mut known: Vec<_> = self.named.keys().cloned().collect();
        known.sort_unstable();
        GithubError::new(&self.place, GithubErrorKind::UnknownCredential { name: name.to_owned(), known })
    }
}

impl Clients {
    /// Forgets the longest unused, and the limits that nobody uses any more.
    fn make_room(&mut self, most: usize) -> Vec<Credential> {
        let mut forgotten = Vec::new();
        while self.by_credential.len() >= most.max(1) {
            let oldest = self.by_credential.iter().min_by_key(|(_, (_, used))| *used);
            let Some(oldest) = oldest.map(|(credential, _)| credential.clone()) else { break };
            self.by_credential.remove(&oldest);
            self.gates.retain(|_, gate| Arc::strong_count(gate) > 1);
            forgotten.push(oldest);
        }
        forgotten
    }
}
