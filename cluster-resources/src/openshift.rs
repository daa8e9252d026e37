//! What is special to OpenShift: projects that are requested, groups and users, routes that routers admit. Knows nothing of plans; none
//! of it is needed on clusters without OpenShift.
//!
//! Groups and users are no part of what is declared for a fleet where others put people into them: they are changed one member at a
//! time. Routes and projects that are declared go through plans like everything else, and when a route is ready says
//! [`readiness`](crate::readiness).

pub mod groups;
pub mod projects;
pub mod routes;
pub mod users;

use std::sync::Arc;

use kube::core::{ApiResource, GroupVersionKind};

/// Why something special to OpenShift could not be done.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum OpenShiftError {
    /// The API server refuses, or cannot be reached.
    #[error("{object}: {}", answer(source))]
    Api {
        /// Which object, such as `Group admins`.
        object: String,
        /// What the client says.
        #[source]
        source: Arc<kube::Error>,
    },
    /// Others change the object all the time.
    #[error("{object} was changed by others {attempts} times in a row; try again")]
    Contended {
        /// Which object.
        object: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The cluster does not say which kinds it has.
    #[error("the API server does not say whether it has projects")]
    Discovery(#[from] cluster_client::discovery::DiscoveryError),
}

impl OpenShiftError {
    fn api(object: &str, source: kube::Error) -> Self {
        Self::Api { object: object.into(), source: Arc::new(source) }
    }

    /// Status of the API server's answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Api { source, .. } => code(source),
            Self::Contended { .. } | Self::Discovery(_) => None,
        }
    }

    /// Whether there is no such object.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Whether the credential may not do it.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }
}

fn code(error: &kube::Error) -> Option<u16> {
    match error {
        kube::Error::Api(status) => Some(status.code),
        _ => None,
    }
}

fn answer(error: &kube::Error) -> String {
    code(error).map_or_else(|| "the API server does not answer".into(), |code| format!("the API server answers {code}"))
}

fn resource(group: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", kind), plural)
}

#[cfg(test)]
mod tests;
