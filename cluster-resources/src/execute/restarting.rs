//! Restarting one workload. How it is done stands in [`crate::restart`].

use tokio::time::Instant;

use super::work::{Ended, Work};
use crate::classify::{FailureClass, Retry, Verb, classify};
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done, Verified};
use crate::restart::execute_restart;

impl Work<'_, '_> {
    /// Restarts the pods. A restart that is tried again is the same restart.
    pub(super) async fn restart(&mut self) -> Result<Done, Ended> {
        if self.dry_run() {
            return Ok(Done::Planned(Verified::NotAsked));
        }
        let access = self.access().await?;
        let until = Instant::now() + self.run.options.object_deadline;
        for round in 0..=self.run.options.retries {
            self.begin_request(Verb::Apply).await;
            let error = match Box::pin(execute_restart(access, self.item, self.run.policy, self.run.restart_at)).await {
                Ok(restarted) => {
                    return Ok(Done::Applied {
                        how: Applied::Configured,
                        version: restarted.version,
                        generation: restarted.generation,
                    });
                }
                Err(error) => error,
            };
            let Some(api) = error.api_error() else {
                let text = core_client::error::ErrorChain::new(&error).to_string();
                return Err(self.failed_with(self.issue(IssueClass::Other, text)));
            };
            let failure = classify(api, &self.context(Verb::Apply, &self.item.id));
            let repeated = matches!(
                failure.class,
                FailureClass::Throttled | FailureClass::Transient | FailureClass::Unreachable | FailureClass::Timeout
            );
            let wait = match failure.retry {
                Retry::After(asked) => asked,
                _ => self.run.options.pauses().delay(round + 1, rand::random()),
            };
            if !repeated || round == self.run.options.retries || !self.rest(wait, until).await {
                return Err(self.failed(failure));
            }
        }
        Err(self.failed_with(self.issue(IssueClass::Unavailable, "it was tried as often as allowed")))
    }
}
