//! Deleting one item, or letting it go: only the very object that was planned for, in the very state it was seen in.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::apply::ROUNDS;
use super::inventory::lock_lost;
use super::request::{Call, Place};
use super::work::{Ended, Work, is_gone};
use crate::applyset::PART_OF;
use crate::classify::{FailureClass, Verb};
use crate::clusters::ClusterAccess;
use crate::issue::IssueClass;
use crate::outcome::{Applied, Done};
use crate::plan::LiveVersion;
use crate::policy::Propagation;

impl Work<'_, '_> {
    /// Deletes the object, and waits until it is gone.
    pub(super) async fn delete(&mut self) -> Result<Done, Ended> {
        let live = self.planned_on()?;
        if !self.dry_run() {
            // Another run may be deleting, and be waited for.
            self.let_go();
            let pruning = self.run.pruning(self.member).await.map_err(|issue| Box::new(Done::Blocked(issue)))?;
            self.delete_under(pruning.held.clone());
        }
        let access = self.access().await?;
        let served = self.served(access).await?;
        let place = self.place(&served);
        let options = delete_options(live, self.run.policy.prune.propagation, self.dry_run());
        let mut again = false;
        match self.send(access, Verb::Delete, &Call::delete(place, &options)).await {
            Ok(answer) => {
                let left: Value = self.decode(&answer, Verb::Delete).map_err(|failure| self.failed(failure))?;
                if !self.dry_run() && left["metadata"]["uid"] == *live.uid {
                    self.wait_until_gone(access, place, live, left).await?;
                }
            }
            Err(failure) if is_gone(&failure) => again = true,
            Err(_) if self.has_lost_lock() && self.requests() == 0 => {
                return Err(Box::new(Done::Blocked(lock_lost(&self.item.id.cluster))));
            }
            Err(failure) if matches!(failure.class, FailureClass::Conflict) => {
                return Err(self.blocked(IssueClass::Conflict, "it changed since the plan was made; plan again"));
            }
            Err(failure) => return Err(self.failed(failure)),
        }
        // A request that was sent twice may have found what the first one did.
        Ok(Done::Deleted { already: again && self.requests() == 1 })
    }

    /// Waits until a deleted object is gone, and says what holds it when it is not.
    async fn wait_until_gone(
        &mut self,
        access: &ClusterAccess,
        place: Place<'_>,
        live: &LiveVersion,
        mut left: Value,
    ) -> Result<(), Ended> {
        let patience = self.run.options.deletion_deadline;
        let until = Instant::now() + patience;
        let mut looks = 0;
        loop {
            looks += 1;
            if patience.is_zero() {
                self.notes.push(format!("it is being deleted; {}", held_by(&left)));
                return Ok(());
            }
            if !self.look_away(looks, until).await {
                let message = format!("it is being deleted and not gone within {patience:?}; {}", held_by(&left));
                return Err(self.failed_with(self.issue(IssueClass::Unready, message)));
            }
            left = match self.read(access, place).await {
                Ok(Some(now)) if now["metadata"]["uid"] == *live.uid => now,
                Ok(_) => return Ok(()),
                Err(failure) => return Err(self.failed(failure)),
            };
        }
    }

    /// Takes our marks off the object, and leaves it.
    pub(super) async fn detach(&mut self) -> Result<Done, Ended> {
        let live = self.planned_on()?;
        let access = self.access().await?;
        let served = self.served(access).await?;
        let place = self.place(&served);
        for _ in 0..ROUNDS {
            let now = match self.read(access, place).await {
                Ok(Some(now)) if now["metadata"]["uid"] == *live.uid => now,
                Ok(Some(_)) => {
                    return Err(
                        self.blocked(IssueClass::Conflict, "it was made anew since the plan was made; plan again")
                    );
                }
                Ok(None) => return Ok(Done::Deleted { already: true }),
                Err(failure) => return Err(self.failed(failure)),
            };
            let patch = without_marks(&now, |annotation| self.run.policy.scheme.is_mark(annotation));
            if patch.is_empty() {
                return Ok(self.done(&now, Applied::Unchanged));
            }
            match self
                .send(access, Verb::JsonPatch, &Call::json_patch(place, self.writing(), &Value::Array(patch)))
                .await
            {
                Ok(answer) => {
                    let now: Value = self.decode(&answer, Verb::JsonPatch).map_err(|failure| self.failed(failure))?;
                    return Ok(self.done(&now, Applied::Configured));
                }
                Err(failure) if failure.class == FailureClass::Conflict => {}
                Err(failure) => return Err(self.failed(failure)),
            }
        }
        Err(self.failed_with(
            self.issue(IssueClass::Conflict, "it changes faster than our marks can be taken off; run again"),
        ))
    }
}

/// Options of a deletion that meets the object as it was seen, or fails.
pub(super) fn delete_options(live: &LiveVersion, propagation: Propagation, dry_run: bool) -> Value {
    let propagation = match propagation {
        Propagation::Background => "Background",
        Propagation::Foreground => "Foreground",
        Propagation::Orphan => "Orphan",
    };
    let mut options = json!({
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "preconditions": {"uid": live.uid, "resourceVersion": live.resource_version},
        "propagationPolicy": propagation,
    });
    if dry_run {
        options["dryRun"] = json!(["All"]);
    }
    options
}

/// What keeps a deleted object from going.
fn held_by(object: &Value) -> String {
    let finalizers: Vec<&str> =
        object["metadata"]["finalizers"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !finalizers.is_empty() {
        return format!("held by finalizers {}", finalizers.join(", "));
    }
    match object["metadata"]["deletionGracePeriodSeconds"].as_u64().filter(|seconds| *seconds > 0) {
        Some(seconds) => format!("it has {seconds} s to end"),
        None => "nothing is known to hold it".into(),
    }
}

/// The patch that takes our marks off: the label of the set, and the annotations of the stamp scheme.
fn without_marks(object: &Value, is_mark: impl Fn(&str) -> bool) -> Vec<Value> {
    let meta = &object["metadata"];
    let keys = |of: &str| meta[of].as_object().into_iter().flat_map(|map| map.keys()).cloned().collect::<Vec<_>>();
    let labels = keys("labels").into_iter().filter(|key| key == PART_OF).map(|key| ("labels", key));
    let annotations = keys("annotations").into_iter().filter(|key| is_mark(key)).map(|key| ("annotations", key));
    let mut patch: Vec<Value> = labels
        .chain(annotations)
        .map(|(of, key)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            json!({"op": "remove", "path": format!("/metadata/{of}/{key}")})
        })
        .collect();
    if !patch.is_empty() {
        patch.insert(0, json!({"op": "test", "path": "/metadata/resourceVersion", "value": meta["resourceVersion"]}));
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_names_the_object_and_the_state_it_was_seen_in() {
        let options = delete_options(&LiveVersion::new("u", "7"), Propagation::Orphan, true);
        assert_eq!(options["preconditions"], json!({"uid": "u", "resourceVersion": "7"}));
        assert_eq!(options["propagationPolicy"], "Orphan");
        assert_eq!(options["dryRun"], json!(["All"]));
    }

    #[test]
    fn what_holds_an_object_is_said() {
        assert_eq!(held_by(&json!({"metadata": {"finalizers": ["a/b", "c"]}})), "held by finalizers a/b, c");
        assert_eq!(held_by(&json!({"metadata": {"deletionGracePeriodSeconds": 30}})), "it has 30 s to end");
    }

    #[test]
    fn letting_go_takes_off_our_marks_alone() {
        let object = json!({"metadata": {
            "resourceVersion": "3",
            "labels": {PART_OF: "applyset-x-v1", "app": "web"},
            "annotations": {"mooring.dev/hash": "h", "note": "n"},
        }});
        let patch = without_marks(&object, |key| key.starts_with("mooring.dev/"));
        assert_eq!(
            Value::Array(patch),
            json!([
                {"op": "test", "path": "/metadata/resourceVersion", "value": "3"},
                {"op": "remove", "path": "/metadata/labels/applyset.kubernetes.io~1part-of"},
                {"op": "remove", "path": "/metadata/annotations/mooring.dev~1hash"},
            ])
        );
        assert_eq!(without_marks(&json!({"metadata": {"labels": {"app": "web"}}}), |_| true), Vec::<Value>::new());
    }
}
