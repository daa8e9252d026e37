//! One request: its turn, its deadline, and when it is tried again.

use std::time::Duration;

use cluster_client::discovery::DiscoveryError;
use core_client::backoff::Backoff;
use core_client::error::ErrorChain;
use kube::Client;
use tokio::sync::Semaphore;

use super::ObserveOptions;
use super::pace::Pace;
use crate::issue::IssueClass;

/// The first pause before another attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(200);
/// As much of an answer as an issue quotes.
const QUOTED: usize = 300;

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) what: What,
    pub(super) message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// 410.
    Gone,
    /// 429 or 5xx.
    Unavailable,
    /// No answer at all.
    NoAnswer,
    /// Nothing was asked, as the cluster has stopped answering.
    Silent,
    /// Any other answer that is none.
    Refused,
    /// What was answered is not understood, or not all of it can be had.
    Unreadable,
}

impl Failure {
    pub(super) fn class(&self) -> IssueClass {
        match self.what {
            What::Forbidden => IssueClass::Forbidden,
            What::Unavailable | What::NoAnswer | What::Silent => IssueClass::Unavailable,
            What::Refused | What::NotFound => IssueClass::Refused,
            What::Gone | What::Unreadable => IssueClass::PartialView,
        }
    }
}

/// What was asked of whom, with what it takes to ask.
#[derive(Clone, Copy)]
pub(super) struct Requests<'a> {
    pub(super) client: &'a Client,
    /// Turns for requests to all clusters, first come first served.
    pub(super) turns: &'a Semaphore,
    pub(super) options: &'a ObserveOptions,
    /// How the cluster takes it.
    pub(super) pace: &'a Pace,
}

impl Requests<'_> {
    /// The text of an answer.
    pub(super) async fn text(&self, request: &http::Request<Vec<u8>>) -> Result<String, Failure> {
        self.trying(|| async { self.client.request_text(request.clone()).await.map_err(|error| of_kube(&error)) }).await
    }

    /// Whatever an attempt gives, tried as often as is worth it.
    pub(super) async fn trying<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, (Failure, Option<Duration>)>>,
    {
        let timeout = self.options.request_timeout;
        let mut tried = 1;
        loop {
            if self.pace.is_silent() {
                let message = "the API server has stopped answering; it was not asked".into();
                return Err(Failure { what: What::Silent, message });
            }
            let turn = self.turns.acquire().await;
            let began = self.pace.begin();
            let answer = tokio::time::timeout(timeout, attempt()).await;
            // Nobody's turn is spent on waiting.
            drop(turn);
            let (failure, asked) = match answer {
                Ok(Ok(answer)) => {
                    self.pace.answered();
                    return Ok(answer);
                }
                Ok(Err(failed)) => failed,
                Err(_) => {
                    let message = format!("the API server did not answer within {timeout:?}");
                    (Failure { what: What::NoAnswer, message }, None)
                }
            };
            match failure.what {
                What::NoAnswer => self.pace.no_answer(began),
                What::Unavailable => self.pace.overloaded(began),
                _ => self.pace.answered(),
            }
            match self.pause(&failure, tried, asked) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure),
            }
            tried += 1;
        }
    }

    /// How long to wait before the next attempt; `None` when there is none, as when the server asks for more time than we have.
    fn pause(&self, failure: &Failure, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        let passing = matches!(failure.what, What::Unavailable | What::NoAnswer);
        let longest = self.options.longest_pause;
        let worth_it = passing && tried < self.options.attempts && asked.is_none_or(|asked| asked <= longest);
        worth_it.then(|| pause(tried, asked, rand::random()).min(longest.max(asked.unwrap_or_default())))
    }
}

/// How long to wait after attempt number `tried`. What the server asks for is waited for whole, and a little more, so that clients do
/// not come back together.
fn pause(tried: u32, asked: Option<Duration>, random: f64) -> Duration {
    asked.unwrap_or_default().saturating_add(Backoff::new(PAUSE, Duration::MAX).delay(tried, random))
}

pub(super) fn of_kube(error: &kube::Error) -> (Failure, Option<Duration>) {
    let kube::Error::Api(status) = error else {
        let (what, message) = match error {
            kube::Error::SerdeError(_) | kube::Error::FromUtf8(_) => {
                (What::Unreadable, "the answer of the API server is not understood".to_owned())
            }
            _ => (What::NoAnswer, ErrorChain::new(error).to_string()),
        };
        return (Failure { what, message }, None);
    };
    let what = match status.code {
        403 => What::Forbidden,
        404 => What::NotFound,
        410 => What::Gone,
        429 | 500..=599 => What::Unavailable,
        _ => What::Refused,
    };
    let asked = status.details.as_ref().map(|details| details.retry_after_seconds).filter(|seconds| *seconds > 0);
    let message = format!("the API server answers {}: {}", status.code, quoted(&status.message));
    (Failure { what, message }, asked.map(|seconds| Duration::from_secs(seconds.into())))
}

pub(super) fn of_discovery(error: &DiscoveryError) -> (Failure, Option<Duration>) {
    match error {
        DiscoveryError::Fetch { source } => {
            let (failure, asked) = of_kube(source);
            let message = format!("the API server does not say which kinds it serves: {}", failure.message);
            (Failure { message, ..failure }, asked)
        }
        _ => (Failure { what: What::Refused, message: ErrorChain::new(error).to_string() }, None),
    }
}

/// One line, not too long: some answers are whole pages.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use kube::core::Status;
    use proptest::prelude::*;

    use super::*;

    fn of_code(code: u16) -> Failure {
        of_kube(&kube::Error::Api(Status::failure("why\nnot", "Because").with_code(code).boxed())).0
    }

    #[test]
    fn what_an_answer_means_is_told_by_its_status() {
        let expected = [
            (403, What::Forbidden, IssueClass::Forbidden),
            (404, What::NotFound, IssueClass::Refused),
            (410, What::Gone, IssueClass::PartialView),
            (429, What::Unavailable, IssueClass::Unavailable),
            (500, What::Unavailable, IssueClass::Unavailable),
            (503, What::Unavailable, IssueClass::Unavailable),
            (400, What::Refused, IssueClass::Refused),
            (401, What::Refused, IssueClass::Refused),
        ];
        for (code, what, class) in expected {
            let failure = of_code(code);
            assert_eq!((failure.what, failure.class()), (what, class), "{code}");
            assert_eq!(failure.message, format!("the API server answers {code}: why not"));
        }
        let long = of_kube(&kube::Error::Api(Status::failure(&"ä".repeat(900), "Because").with_code(400).boxed())).0;
        assert!(long.message.chars().count() < 400);
    }

    proptest! {
        #[test]
        fn what_the_server_asks_for_is_waited_for_and_a_little_more(tried in 0u32..1000, random in 0.0f64..1.0, asked in 0u64..1000) {
            let asked = Duration::from_secs(asked);
            prop_assert!(pause(tried, Some(asked), random) >= asked);
            prop_assert!(pause(1, Some(asked), random) <= asked + PAUSE);
        }
    }
}
