//! The life of a cluster as OCM tells it, and how fast it goes. Pure: time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// The `state` of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClusterState {
    /// Somebody has to do something first.
    Waiting,
    /// What was asked for is looked at.
    Validating,
    /// Accepted.
    Pending,
    /// Being made.
    Installing,
    /// There.
    Ready,
    /// Changing its version.
    Updating,
    /// Failed.
    Error,
    /// On its way out.
    Uninstalling,
    /// On its way to sleep.
    PoweringDown,
    /// Asleep.
    Hibernating,
    /// Waking up.
    Resuming,
    /// A word that OCM may have tomorrow.
    Other(String),
}

/// How long a cluster stays in the states that it leaves by itself. Without a duration it stays until it is
/// [advanced](super::OcmSimulator::advance).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pace {
    /// In `validating` and `pending`, each.
    pub pending: Option<Duration>,
    /// In `installing`.
    pub installing: Option<Duration>,
    /// In `uninstalling`.
    pub uninstalling: Option<Duration>,
    /// In `powering_down`, `resuming` and `updating`, and in each state that an add-on leaves by itself.
    pub other: Option<Duration>,
}

/// Where a cluster is after some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Settled {
    /// Here, since then.
    In(ClusterState, Instant),
    /// Nowhere.
    Gone,
}

// === impl ClusterState ===

impl ClusterState {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Waiting => "waiting",
            Self::Validating => "validating",
            Self::Pending => "pending",
            Self::Installing => "installing",
            Self::Ready => "ready",
            Self::Updating => "updating",
            Self::Error => "error",
            Self::Uninstalling => "uninstalling",
            Self::PoweringDown => "powering_down",
            Self::Hibernating => "hibernating",
            Self::Resuming => "resuming",
            Self::Other(word) => word,
        }
    }

    /// Whether the installer has begun or is through: from then on there is an external id and a domain.
    #[must_use]
    pub fn is_installed_or_installing(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Validating | Self::Pending)
    }

    /// Where it goes by itself: `None` where it stays, `Some(None)` where it ends.
    pub(super) fn next(&self) -> Option<Option<Self>> {
        match self {
            Self::Validating => Some(Some(Self::Pending)),
            Self::Pending => Some(Some(Self::Installing)),
            Self::Installing | Self::Updating | Self::Resuming => Some(Some(Self::Ready)),
            Self::PoweringDown => Some(Some(Self::Hibernating)),
            Self::Uninstalling => Some(None),
            Self::Waiting | Self::Ready | Self::Error | Self::Hibernating | Self::Other(_) => None,
        }
    }
}

impl From<&str> for ClusterState {
    fn from(word: &str) -> Self {
        let known = [
            Self::Waiting,
            Self::Validating,
            Self::Pending,
            Self::Installing,
            Self::Ready,
            Self::Updating,
            Self::Error,
            Self::Uninstalling,
            Self::PoweringDown,
            Self::Hibernating,
            Self::Resuming,
        ];
        known.into_iter().find(|state| state.as_str() == word).unwrap_or_else(|| Self::Other(word.to_owned()))
    }
}

// === impl Pace ===

impl Pace {
    /// Nothing goes on by itself.
    #[must_use]
    pub const fn by_hand() -> Self {
        Self { pending: None, installing: None, uninstalling: None, other: None }
    }

    /// Every state that ends by itself ends after this long.
    #[must_use]
    pub const fn each(wait: Duration) -> Self {
        Self { pending: Some(wait), installing: Some(wait), uninstalling: Some(wait), other: Some(wait) }
    }

    fn of(&self, state: &ClusterState) -> Option<Duration> {
        match state {
            ClusterState::Validating | ClusterState::Pending => self.pending,
            ClusterState::Installing => self.installing,
            ClusterState::Uninstalling => self.uninstalling,
            _ => self.other,
        }
    }
}

/// Where a cluster is now that was in `state` since then.
pub(super) fn settle(state: ClusterState, since: Instant, now: Instant, pace: &Pace) -> Settled {
    let (mut state, mut since) = (state, since);
    loop {
        let Some(next) = state.next() else { return Settled::In(state, since) };
        let over = pace.of(&state).and_then(|wait| since.checked_add(wait)).filter(|over| *over <= now);
        match (over, next) {
            (None, _) => return Settled::In(state, since),
            (Some(_), None) => return Settled::Gone,
            (Some(over), Some(next)) => (state, since) = (next, over),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_takes_as_long_as_its_states() {
        let start = Instant::now();
        let pace = Pace::each(Duration::from_secs(10));
        let at = |seconds| settle(ClusterState::Pending, start, start + Duration::from_secs(seconds), &pace);
        assert_eq!(at(9), Settled::In(ClusterState::Pending, start));
        assert_eq!(at(10), Settled::In(ClusterState::Installing, start + Duration::from_secs(10)));
        assert_eq!(at(1_000), Settled::In(ClusterState::Ready, start + Duration::from_secs(20)));
    }

    #[test]
    fn nothing_moves_by_itself_when_it_goes_by_hand() {
        let start = Instant::now();
        let later = start + Duration::from_secs(1_000_000);
        let settled = settle(ClusterState::Uninstalling, start, later, &Pace::by_hand());
        assert_eq!(settled, Settled::In(ClusterState::Uninstalling, start));
        assert_eq!(settle(ClusterState::Uninstalling, start, later, &Pace::each(Duration::ZERO)), Settled::Gone);
    }

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for word in ["waiting", "ready", "powering_down", "melting"] {
            assert_eq!(ClusterState::from(word).as_str(), word);
        }
    }
}
