//! Restarting one workload. How it is done stands in [`crate::restart`].

use tokio::time::Instant;

use super::work::{Ended, Work};
use crate::classify::{FailureClass, Retry, Verb, classify, timed_out};
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done, Verified};
use crate::restart::{REQUEST_TIMEOUT, RestartError, execute_restart};

impl Work<'_, '_> {
    /// Restarts the pods. A restart that is tried again is the same restart.
    pub(super) async fn restart(&mut self) -> Result<Done, Ended> {
        if self.dry_run() {
            return Ok(Done::Planned(Verified::NotAsked));
        }
        let access = self.access().await?;
        let at = self.run.named_by(self.item);
        let until = Instant::now() + self.run.options.object_deadline;
        for round in 0..=self.run.options.retries {
            self.begin_request(Verb::Apply).await;
            let error = match Box::pin(execute_restart(access, self.item, self.run.policy, at)).await {
                Ok(restarted) => {
                    return Ok(Done::Applied {
                        how: Applied::Configured,
                        version: restarted.version,
                        generation: restarted.generation,
                    });
                }
                Err(error) => error,
            };
            let context = self.context(Verb::Apply, &self.item.id);
            let failure = match &error {
                RestartError::Api { source, .. } => classify(source, &context),
                RestartError::Timeout(_) => timed_out(REQUEST_TIMEOUT, &context),
                error => {
                    let text = core_client::error::ErrorChain::new(error).to_string();
                    return Err(self.failed_with(self.issue(IssueClass::Other, text)));
                }
            };
            let repeated = matches!(
                failure.class,
                FailureClass::Throttled | FailureClass::Transient | FailureClass::Unreachable | FailureClass::Timeout
            );
            let wait = match failure.retry {
                Retry::After(asked) => asked,
                _ => self.run.options.pauses().delay(round + 1, rand::random()),
            };
            if failure.class == FailureClass::Throttled {
                self.throttled(wait, None);
            }
            if !repeated || round == self.run.options.retries || !self.rest(wait, until).await {
                return Err(self.failed(failure));
            }
        }
        Err(self.failed_with(self.issue(IssueClass::Unavailable, "it was tried as often as allowed")))
    }
}
