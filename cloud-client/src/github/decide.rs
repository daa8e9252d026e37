//! What to do with an answer: hand it on, fetch the credential anew, wait and repeat, or fail. Pure: chance, time and counts are arguments.

#[cfg(test)]
mod tests;

use std::time::Duration;

use core_client::backoff::Backoff;
use core_client::error::DispatchKind;
use http::{HeaderMap, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use super::error::LimitKind;
use super::limits::{self, Rate};

/// How long everything rests after a secondary limit that does not say for how long.
pub(super) const SECONDARY_REST: Duration = Duration::from_secs(60);

/// What a request is, apart from its address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) method: &'a Method,
    /// Whether its body can be sent again.
    pub(super) replayable: bool,
    /// Whether it carries a credential that can be fetched anew.
    pub(super) renewable: bool,
}

/// What has happened so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// How often it was sent, this time included.
    pub(super) attempts: u32,
    /// Whether the credential was fetched anew already.
    pub(super) renewed: bool,
    /// How long the call may still take.
    pub(super) left: Duration,
}

/// How often a request is sent at most, and the pauses between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Persistence {
    pub(super) attempts: u32,
    pub(super) backoff: Backoff,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ended<'a> {
    Answer(Answer<'a>),
    NoAnswer(DispatchKind),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Answer<'a> {
    pub(super) status: StatusCode,
    pub(super) headers: &'a HeaderMap,
    /// What it says about the primary limit.
    pub(super) rate: Option<Rate>,
    /// Where the body of a refusal says that it is explained.
    pub(super) documentation_url: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The answer is the caller's.
    HandOn,
    /// Fetch the credential anew and repeat.
    Renew,
    /// Wait so long and repeat.
    Repeat { wait: Duration },
    /// A limit holds until then; wait for its end and repeat.
    Await { until: Timestamp, limit: LimitKind },
    /// A limit holds until then, and the request is not repeated.
    Limited { until: Timestamp, limit: LimitKind },
    /// The credential is not accepted.
    Unauthenticated,
    /// Tried often enough.
    GiveUp,
}

/// The verdict on an attempt.
///
/// - 401: the credential is fetched anew once, whatever the method, as nothing was carried out; then it stands.
/// - a limit: waited for if the deadline allows and the method is idempotent. The caller of a POST is told instead.
/// - 5xx and lost answers: repeated when the method is idempotent and the body can be sent again, and no more often than is good. A
///   connection that did not come about is good for every method.
/// - everything else is the caller's.
pub(super) fn decide(
    asked: Asked<'_>,
    progress: Progress,
    ended: Ended<'_>,
    persistence: Persistence,
    now: Timestamp,
    chance: f64,
) -> Verdict {
    let idempotent = asked.replayable && asked.method.is_idempotent();
    match ended {
        Ended::Answer(answer) if answer.status == StatusCode::UNAUTHORIZED && asked.renewable => {
            match (progress.renewed, asked.replayable) {
                (false, true) => Verdict::Renew,
                _ => Verdict::Unauthenticated,
            }
        }
        Ended::Answer(answer) => match (limited(answer, now), answer.status.is_server_error()) {
            (Some((until, limit)), _) => {
                let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
                if idempotent && wait <= progress.left && progress.attempts < persistence.attempts {
                    Verdict::Await { until, limit }
                } else {
                    Verdict::Limited { until, limit }
                }
            }
            (None, true) if answer.status == StatusCode::NOT_IMPLEMENTED => Verdict::HandOn,
            (None, true) => {
                let least = limits::retry_after(answer.headers, now).unwrap_or(Duration::ZERO);
                repeat(idempotent, progress, persistence, least, chance)
            }
            (None, false) => Verdict::HandOn,
        },
        Ended::NoAnswer(kind) => {
            let good = asked.replayable && (idempotent || !kind.may_have_been_sent());
            repeat(good && kind != DispatchKind::Protocol, progress, persistence, Duration::ZERO, chance)
        }
    }
}

fn repeat(good: bool, progress: Progress, persistence: Persistence, least: Duration, chance: f64) -> Verdict {
    let wait = least.max(persistence.backoff.full_jitter(progress.attempts, chance));
    if good && progress.attempts < persistence.attempts && wait <= progress.left {
        Verdict::Repeat { wait }
    } else {
        Verdict::GiveUp
    }
}

/// Until when which limit holds, if it is a limit that refuses. Told from status, headers and the link to the documentation, never from
/// the text of the message.
pub(super) fn limited(answer: Answer<'_>, now: Timestamp) -> Option<(Timestamp, LimitKind)> {
    if !matches!(answer.status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS) {
        return None;
    }
    let later = |wait| limits::after(now, SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX));
    let asked = limits::retry_after(answer.headers, now);
    let explained_as_secondary = answer.documentation_url.is_some_and(|url| {
        url.contains("secondary-rate-limit") || url.contains("abuse-rate-limit") || url.contains("abuse-detection")
    });
    let used_up = answer.rate.filter(|rate| rate.remaining == 0 && rate.reset > now);
    match (asked, used_up) {
        (Some(wait), _) => Some((later(wait), LimitKind::Secondary)),
        (None, Some(rate)) if !explained_as_secondary => {
            Some((limits::after(rate.reset, SignedDuration::from_secs(1)), LimitKind::Primary))
        }
        (None, _) if explained_as_secondary || answer.status == StatusCode::TOO_MANY_REQUESTS => {
            Some((later(SECONDARY_REST), LimitKind::Secondary))
        }
        _ => None,
    }
}

/// Where the body of a refusal says that it is explained.
pub(super) fn documentation_url(body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Refusal {
        documentation_url: Option<String>,
    }
    serde_json::from_slice::<Refusal>(body).ok()?.documentation_url
}

/// Whether a request changes something, as far as GitHub counts. A GraphQL request does unless its body is seen to be a query.
pub(super) fn is_mutation(method: &Method, path: &str, body: Option<&[u8]>) -> bool {
    if method.is_safe() {
        return false;
    }
    path != "/graphql" || !body.is_some_and(is_query)
}

fn is_query(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Graphql {
        query: String,
    }
    serde_json::from_slice(body).is_ok_and(|Graphql { query }| {
        let query = query.trim_start();
        // A document of several operations may hide a mutation behind a query.
        (query.starts_with('{') || query.starts_with("query")) && !query.contains("mutation")
    })
}
