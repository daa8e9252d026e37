//! What a provider's refusal to create means for the record. Pure.

use std::time::Duration;

use core_client::RetryHint;
use jiff::{SignedDuration, Timestamp};

use super::options::ServiceOptions;
use crate::cluster::{Cluster, ClusterPatch, ClusterStatus, Condition};
use crate::provider::{ProviderError, ProviderErrorKind};

/// What became of a request to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The provider will never do it.
    Terminal,
    /// It was not done, and may be asked for again.
    Later,
    /// It may have been done: look before asking again.
    Unclear,
}

/// What an error in answer to a creation says about whether there is a cluster now.
pub(super) fn verdict(error: &ProviderError) -> Verdict {
    use ProviderErrorKind as Kind;
    match error.kind() {
        // An answer that was lost or not understood says nothing, whatever the provider thinks of it. A name that is taken may be taken by us.
        Kind::Timeout | Kind::Cancelled | Kind::Decode | Kind::Internal | Kind::AlreadyExists => Verdict::Unclear,
        _ if error.is_ambiguous() => Verdict::Unclear,
        // Credentials are mended by people, and then every cluster that waits for them can go on.
        Kind::Unauthenticated => Verdict::Later,
        kind if kind.is_transient() => Verdict::Later,
        _ => Verdict::Terminal,
    }
}

/// What is written after a creation that did not succeed. `chance` is from 0 to 1.
pub(super) fn after_failure(
    record: &Cluster,
    verdict: Verdict,
    error: &ProviderError,
    options: &ServiceOptions,
    now: Timestamp,
    chance: f64,
) -> ClusterPatch {
    let attempts = record.attempts.saturating_add(1);
    let exhausted = verdict == Verdict::Later && attempts >= options.max_create_attempts;
    if verdict == Verdict::Terminal || exhausted {
        let reason = if exhausted { "CreateAttemptsExhausted" } else { reason_of(error.kind()) };
        return failed(record, reason, &error.to_string(), now);
    }
    let asked_for = match error.retry_hint() {
        RetryHint::After(wait) => Some(wait),
        _ => None,
    };
    let mut patch = wait(record, &error.to_string(), asked_for, options, now, chance);
    if verdict == Verdict::Later {
        patch.create_asked_at = Some(None);
    }
    patch
}

/// One more attempt that did not succeed.
pub(super) fn wait(
    record: &Cluster,
    why: &str,
    asked_for: Option<Duration>,
    options: &ServiceOptions,
    now: Timestamp,
    chance: f64,
) -> ClusterPatch {
    let attempts = record.attempts.saturating_add(1);
    let wait = options.backoff.delay(attempts, chance).max(asked_for.unwrap_or_default());
    let mut patch = ClusterPatch::new();
    patch.attempts = Some(attempts);
    patch.next_attempt_at = Some(Some(later(now, wait)));
    patch.last_error = Some(Some(why.to_owned()));
    patch
}

/// The end of trying.
pub(super) fn failed(record: &Cluster, reason: &str, message: &str, now: Timestamp) -> ClusterPatch {
    let mut conditions = record.conditions.clone();
    conditions.set(Condition::no(Condition::AVAILABLE).because(reason, message), now);
    let mut patch = ClusterPatch::new().with_status(ClusterStatus::Failed).with_conditions(conditions);
    patch.status_details = Some(Some(format!("{reason}: {message}")));
    patch.attempts = Some(record.attempts.saturating_add(1));
    patch.next_attempt_at = Some(None);
    patch.last_error = Some(Some(message.to_owned()));
    patch.create_asked_at = Some(None);
    patch
}

/// The word of a condition for a kind of trouble.
pub(super) const fn reason_of(kind: ProviderErrorKind) -> &'static str {
    match kind {
        ProviderErrorKind::NotFound => "NotFound",
        ProviderErrorKind::AlreadyExists => "AlreadyExists",
        ProviderErrorKind::Conflict => "Conflict",
        ProviderErrorKind::Invalid => "Invalid",
        ProviderErrorKind::Unsupported => "Unsupported",
        ProviderErrorKind::Unauthenticated => "Unauthenticated",
        ProviderErrorKind::Forbidden => "Forbidden",
        ProviderErrorKind::QuotaExceeded => "QuotaExceeded",
        ProviderErrorKind::TermsRequired => "TermsRequired",
        ProviderErrorKind::RateLimited => "RateLimited",
        ProviderErrorKind::Unavailable => "Unavailable",
        ProviderErrorKind::Timeout => "Timeout",
        ProviderErrorKind::Unreachable => "Unreachable",
        ProviderErrorKind::Decode => "NotUnderstood",
        ProviderErrorKind::Cancelled => "Cancelled",
        ProviderErrorKind::Internal => "ProviderFailed",
    }
}

/// So much later, as far as time goes.
pub(super) fn later(now: Timestamp, wait: Duration) -> Timestamp {
    SignedDuration::try_from(wait).ok().and_then(|wait| now.checked_add(wait).ok()).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::ProviderType;
    use crate::testing::records::cluster;

    fn error(kind: ProviderErrorKind) -> ProviderError {
        ProviderError::new(kind, &ProviderType::OCM, "create")
    }

    fn after(record: &Cluster, error: &ProviderError) -> ClusterPatch {
        after_failure(record, verdict(error), error, &ServiceOptions::default(), Timestamp::UNIX_EPOCH, 1.0)
    }

    #[test]
    fn an_answer_that_was_lost_or_not_understood_says_nothing() {
        use ProviderErrorKind as Kind;
        for kind in [Kind::Timeout, Kind::Cancelled, Kind::Decode, Kind::Internal, Kind::AlreadyExists] {
            assert_eq!(verdict(&error(kind)), Verdict::Unclear, "{kind}");
        }
        assert_eq!(verdict(&error(Kind::Unavailable).ambiguous()), Verdict::Unclear);
        assert_eq!(verdict(&error(Kind::Unavailable)), Verdict::Later);
        assert_eq!(verdict(&error(Kind::Forbidden)), Verdict::Terminal);
    }

    #[test]
    fn what_may_have_been_made_never_fails_and_stays_asked_for() {
        let mut record = cluster(ClusterStatus::Accepted);
        record.create_asked_at = Some(Timestamp::UNIX_EPOCH);
        record.attempts = 1_000;
        let patch = after(&record, &error(ProviderErrorKind::Timeout));
        assert_eq!((patch.status, patch.create_asked_at), (None, None));
    }

    #[test]
    fn a_provider_that_asks_for_patience_gets_it() {
        let record = cluster(ClusterStatus::Accepted);
        let patient = error(ProviderErrorKind::RateLimited).with_retry_after(Duration::from_secs(90));
        let patch = after(&record, &patient);
        assert_eq!(patch.next_attempt_at, Some(Some(later(Timestamp::UNIX_EPOCH, Duration::from_secs(90)))));
        let patch = after(&record, &error(ProviderErrorKind::RateLimited));
        assert_eq!(patch.next_attempt_at, Some(Some(later(Timestamp::UNIX_EPOCH, Duration::from_secs(5)))));
    }

    #[test]
    fn no_wait_is_too_long_for_time() {
        assert_eq!(later(Timestamp::UNIX_EPOCH, Duration::MAX), Timestamp::MAX);
    }
}
