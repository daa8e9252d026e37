//! Why a step did not work.

use crate::manager::{AgentError, PublishError, TerraformError};
use crate::provider::{ApplyReport, ProviderErrorKind};
use crate::service::ServiceError;

/// Why a step did not work.
#[derive(Debug, thiserror::Error)]
pub(in crate::manager) enum StepError {
    /// The service did not do it.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// What the cluster should hold is not known.
    #[error(transparent)]
    Terraform(#[from] TerraformError),
    /// Something about its agent.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// It was not said elsewhere that it is there.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// Some of a set was not applied.
    #[error("of resource set {set}, {failed} of {all} objects are not as they should be; the first is {first}")]
    Incomplete {
        /// Which set.
        set: String,
        /// How many.
        failed: usize,
        /// Of how many.
        all: usize,
        /// Which, and why.
        first: String,
    },
    /// Something that has to be there first is not there yet.
    #[error("{what} is not there yet: {why}")]
    NotYet {
        /// What.
        what: String,
        /// In which state it is.
        why: String,
    },
    /// An add-on cannot be installed.
    #[error("add-on {id} failed: {reason}")]
    Addon {
        /// Which.
        id: String,
        /// Why, in the provider's words.
        reason: String,
    },
    /// A step that came to no end.
    #[error("not done within {0:?}")]
    Timeout(std::time::Duration),
    /// A step that ended in a panic.
    #[error("the step panicked")]
    Panic,
}

impl StepError {
    /// Whether the cluster itself is not the reason: the manager stopped, or another one leads.
    pub(in crate::manager) fn says_nothing_of_the_cluster(&self) -> bool {
        match self {
            Self::Service(ServiceError::Fenced(_) | ServiceError::Interrupted { .. }) => true,
            Self::Service(error) => error.provider_kind() == Some(ProviderErrorKind::Cancelled),
            _ => false,
        }
    }

    pub(in crate::manager) fn is_fenced(&self) -> bool {
        matches!(self, Self::Service(ServiceError::Fenced(_)))
    }

    /// What is wrong with a set, if anything.
    pub(in crate::manager) fn of_report(set: &str, report: &ApplyReport) -> Result<(), Self> {
        use crate::provider::ApplyAction::{Conflict, Failed};
        let wrong = || report.objects.iter().filter(|one| matches!(one.action, Conflict | Failed));
        let Some(first) = wrong().next() else { return Ok(()) };
        Err(Self::Incomplete {
            set: set.to_owned(),
            failed: wrong().count(),
            all: report.objects.len(),
            first: format!("{}: {}", first.object, first.message),
        })
    }
}
