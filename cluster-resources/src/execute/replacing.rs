//! Making one object anew, because it cannot be changed as declared. How it is done, and continued after a crash, stands in
//! [`crate::recover`]; it is never cancelled half way.

use kube::core::ApiResource;
use serde_json::Value;

use super::remove::delete_options;
use super::request::Call;
use super::work::{Ended, Work};
use crate::classify::{FailureClass, Verb};
use crate::clusters::ClusterAccess;
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done, Verified};
use crate::plan::Reason;
use crate::recover::{
    RecoverOptions, Recovered, Recovery, Unrecovered, grow_statefulset, handover_deployment, pending_handovers, replace,
};

impl Work<'_, '_> {
    /// Deletes the object and makes it again; a Deployment hands its pods over, and a StatefulSet keeps them, where that is possible.
    pub(super) async fn replace(&mut self) -> Result<Done, Ended> {
        let declared = self.declared()?;
        let live = self.planned_on()?;
        let access = self.access().await?;
        let served = self.served(access).await?;
        let place = self.place(&served);
        let now = match self.read(access, place).await {
            Ok(now) => now,
            Err(failure) => return Err(self.failed(failure)),
        };
        let Some(now) = now else {
            return Err(self.blocked(IssueClass::Conflict, "it is gone since the plan was made; plan again"));
        };
        if now["metadata"]["uid"] != *live.uid || now["metadata"]["resourceVersion"] != *live.resource_version {
            return Err(self.blocked(IssueClass::Conflict, "it changed since the plan was made; plan again"));
        }
        if self.dry_run() {
            let options = delete_options(live, self.run.policy.prune.propagation, true);
            return match self.send(access, Verb::Delete, &Call::delete(place, &options)).await {
                // Whether it could be made cannot be asked while it is there.
                Ok(_) => Ok(Done::Planned(Verified::Unverified(vec![self.item.id.clone()]))),
                Err(failure) if failure.class == FailureClass::Conflict => {
                    Err(self.blocked(IssueClass::Conflict, "it changed since the plan was made; plan again"))
                }
                Err(failure) => Err(self.failed(failure)),
            };
        }
        let mut body = self.body(&declared.resource);
        if let Some(meta) = body.get_mut("metadata").and_then(|meta| meta.as_object_mut()) {
            meta.remove("uid");
        }
        let recovery = self.recovery(access, &served);
        let kind = &self.item.id.kind;
        let selector = matches!(&self.item.reason, Reason::Immutable(path) if path.trim_start_matches('.').starts_with("spec.selector"));
        self.begin_request(Verb::Delete).await;
        let done = if kind.is("apps", "Deployment") && selector {
            Box::pin(handover_deployment(&recovery, &body)).await
        } else if kind.is("apps", "StatefulSet") {
            Box::pin(grow_statefulset(&recovery, &body)).await
        } else {
            Box::pin(replace(&recovery, &body, &live.uid, self.run.policy.prune.propagation)).await
        };
        self.recovered(done)
    }

    /// Ends the handover of a Deployment that an earlier run began and did not end. Nothing when there is none.
    pub(super) async fn end_handover(
        &mut self,
        access: &ClusterAccess,
        served: &ApiResource,
        body: &Value,
    ) -> Option<Result<Done, Ended>> {
        let id = &self.item.id;
        if self.dry_run() || !id.kind.is("apps", "Deployment") || !self.run.policy.recreate.contains(&id.kind) {
            return None;
        }
        self.begin_request(Verb::List).await;
        match Box::pin(pending_handovers(&id.cluster, access, id.namespace())).await {
            Ok(pending) if pending.contains(id) => {}
            Ok(_) => return None,
            Err(issue) => return Some(Err(self.failed_with(issue))),
        }
        let done = Box::pin(handover_deployment(&self.recovery(access, served), body)).await;
        Some(self.recovered(done))
    }

    fn recovery<'w>(&self, access: &'w ClusterAccess, served: &'w ApiResource) -> Recovery<'w>
    where
        Self: 'w,
    {
        let mut recovery = Recovery::new(access, &self.item.id, served, &self.run.policy.actor);
        recovery.options = RecoverOptions {
            request_timeout: self.run.options.request_timeout,
            gone_within: self.run.options.deletion_deadline.max(self.run.options.request_timeout),
            made_within: self.run.options.object_deadline,
            pause: self.run.options.first_pause,
            ..RecoverOptions::default()
        };
        recovery
    }

    fn recovered(&mut self, done: Result<Recovered, Box<Unrecovered>>) -> Result<Done, Ended> {
        let (requests, notes, backup, ended) = match done {
            Ok(done) => {
                // What an earlier run has made anew is only brought to its end.
                let how = if done.made { Applied::Replaced } else { Applied::Configured };
                let applied = Done::Applied { how, version: done.version, generation: done.generation };
                (done.requests, done.notes, done.backup, Ok(applied))
            }
            Err(not) => {
                let blocked = !not.changed && not.class.is_none();
                let ended = if blocked {
                    Done::Blocked(not.issue)
                } else {
                    Done::Failed { issue: not.issue, absent: not.absent }
                };
                (not.requests, not.notes, not.backup, Err(Box::new(ended)))
            }
        };
        self.add_requests(requests.saturating_sub(1));
        self.notes.extend(notes);
        let backup = backup.map(|backup| backup.under(self.run.policy, &self.item.id.kind));
        self.notes.extend(backup.map(|backup| format!("what was deleted: {backup}")));
        ended
    }
}
