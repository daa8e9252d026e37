//! The factory: instances by name, clients by credential, each made once. Does no I/O of its own.

mod build;
mod place;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use futures::future::join_all;
use octocrab::Octocrab;
use tokio_util::sync::CancellationToken;

pub use self::build::GithubApiBuilder;
use self::place::InstanceClients;
use super::client::GithubClient;
use super::credential::Credential;
use super::error::{GithubError, GithubErrorKind, Place};
use super::instance::For;

/// Hands out GitHub clients. Cheap to clone; clones are one factory.
///
/// Ended by [`close`](Self::close): clients that are still held then refuse their calls. Dropping it ends nothing that is in use.
#[derive(Clone)]
pub struct GithubApi(Arc<Inner>);

struct Inner {
    instances: HashMap<String, InstanceClients>,
    stop: CancellationToken,
}

// === impl GithubApi ===

impl GithubApi {
    /// A factory for an application of this name, which GitHub wants to know: `name/version (contact)`.
    pub fn builder(user_agent: impl Into<String>) -> GithubApiBuilder {
        GithubApiBuilder::new(user_agent.into())
    }

    /// The shared octocrab of an instance, as a credential of the configuration: made when it is first asked for, the same ever after.
    ///
    /// Does no I/O; tokens are fetched by the first call that needs one.
    ///
    /// # Errors
    /// When there is no such instance or credential, the factory is closed, or there is no tokio runtime.
    pub fn github_api(&self, instance: &str, credential: &str) -> Result<Octocrab, GithubError> {
        self.of(instance)?.named(credential, |client| client.octocrab().clone())
    }

    /// As [`github_api`](Self::github_api), with the methods of [`GithubClient`].
    ///
    /// # Errors
    /// As [`github_api`](Self::github_api).
    pub fn client(&self, instance: &str, credential: &str) -> Result<GithubClient, GithubError> {
        self.of(instance)?.named(credential, GithubClient::clone)
    }

    /// The client for an organisation: as its own credential, as the installation of the app for organisations, or as the default of the
    /// instance.
    ///
    /// # Errors
    /// [`GithubErrorKind::NoCredential`] when it has none: nobody is asked as somebody else. Otherwise as
    /// [`github_api`](Self::github_api).
    pub fn for_organisation(&self, instance: &str, organisation: &str) -> Result<GithubClient, GithubError> {
        let clients = self.of(instance)?;
        match clients.credential_for(organisation) {
            Some(For::Named(credential)) => clients.named(credential, GithubClient::clone),
            Some(For::Other(credential)) => clients.of_credential(&credential),
            None => {
                let place = Place::instance(instance).of_organisation(organisation);
                Err(GithubError::new(&place, GithubErrorKind::NoCredential))
            }
        }
    }

    /// The client for a credential that is not in the configuration, such as an installation narrowed to one repository. The same for equal
    /// credentials; of those longest unused the ones beyond [`GithubOptions::max_clients`](super::GithubOptions::max_clients) are
    /// forgotten.
    ///
    /// # Errors
    /// As [`github_api`](Self::github_api).
    pub fn client_as(&self, instance: &str, credential: &Credential) -> Result<GithubClient, GithubError> {
        self.of(instance)?.of_credential(credential)
    }

    /// The names of the instances, sorted.
    #[must_use]
    pub fn instances(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.0.instances.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Ends it: calls under way and calls to come fail with [`GithubErrorKind::Closed`], tokens being fetched are given up and forgotten.
    /// May be called twice.
    ///
    /// # Cancel safety
    /// When it is given up, everything is ended all the same, and only not waited for.
    pub async fn close(&self) {
        self.0.stop.cancel();
        join_all(self.0.instances.values().map(InstanceClients::close)).await;
    }

    fn of(&self, instance: &str) -> Result<&InstanceClients, GithubError> {
        match self.0.instances.get(instance) {
            Some(_) if self.0.stop.is_cancelled() => {
                Err(GithubError::new(&Place::instance(instance), GithubErrorKind::Closed))
            }
            Some(clients) => Ok(clients),
            None => {
                let known = self.instances().into_iter().map(str::to_owned).collect();
                Err(GithubError::new(&Place::instance(instance), GithubErrorKind::UnknownInstance { known }))
            }
        }
    }
}

impl fmt::Debug for GithubApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubApi").field("instances", &self.instances()).finish_non_exhaustive()
    }
}
