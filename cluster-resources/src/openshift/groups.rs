//! Who is in a group (`user.openshift.io/v1` Group), one member at a time: what others change meanwhile stays.

use std::collections::BTreeSet;
use std::fmt;

use kube::api::{DynamicObject, Patch, PatchParams, PostParams};
use kube::{Api, Client, ResourceExt as _};
use serde_json::{Value, json};

use super::{OpenShiftError, code, resource};

/// How often a change is tried that others keep overtaking.
const ATTEMPTS: u32 = 5;

/// The groups of one cluster. Cheap to clone.
#[derive(Clone)]
pub struct Groups(Api<DynamicObject>);

impl Groups {
    /// Asks nothing yet.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self(Api::all_with(client, &resource("user.openshift.io", "Group", "groups")))
    }

    /// Who is in a group; `None` when there is no such group.
    ///
    /// # Errors
    /// [`OpenShiftError::Api`].
    pub async fn members(&self, group: &str) -> Result<Option<BTreeSet<String>>, OpenShiftError> {
        let found = self.0.get_opt(group).await.map_err(|error| OpenShiftError::api(&named(group), error))?;
        Ok(found.map(|group| users(&group).into_iter().collect()))
    }

    /// Makes a group without members unless it is there. Whether it was made.
    ///
    /// # Errors
    /// [`OpenShiftError::Api`].
    pub async fn create(&self, group: &str) -> Result<bool, OpenShiftError> {
        let body = DynamicObject::new(group, &resource("user.openshift.io", "Group", "groups"))
            .data(json!({"users": Value::Array(Vec::new())}));
        match self.0.create(&PostParams::default(), &body).await {
            Ok(_) => Ok(true),
            Err(error) if code(&error) == Some(409) => Ok(false),
            Err(error) => Err(OpenShiftError::api(&named(group), error)),
        }
    }

    /// Puts users into a group, at its end. Whether any of them was not in it.
    ///
    /// # Errors
    /// [`OpenShiftError::Api`], not found when there is no such group; [`OpenShiftError::Contended`].
    ///
    /// # Cancel safety
    /// Either all of them are in the group or none was put into it.
    pub async fn add(&self, group: &str, added: &[&str]) -> Result<bool, OpenShiftError> {
        self.change(group, |users| {
            for user in added {
                if !users.iter().any(|there| there == user) {
                    users.push((*user).to_owned());
                }
            }
        })
        .await
    }

    /// Takes users out of a group. Whether any of them was in it.
    ///
    /// # Errors
    /// As for [`Groups::add`].
    ///
    /// # Cancel safety
    /// Either all of them are out of the group or none was taken out.
    pub async fn remove(&self, group: &str, removed: &[&str]) -> Result<bool, OpenShiftError> {
        self.change(group, |users| users.retain(|user| !removed.contains(&user.as_str()))).await
    }

    async fn change(&self, group: &str, change: impl Fn(&mut Vec<String>)) -> Result<bool, OpenShiftError> {
        let failed = |error| OpenShiftError::api(&named(group), error);
        for _ in 0..ATTEMPTS {
            let found = self.0.get(group).await.map_err(failed)?;
            let before = users(&found);
            let mut after = before.clone();
            change(&mut after);
            if after == before {
                return Ok(false);
            }
            // A list is replaced as a whole, so it must still be the one that was read.
            let patch = json!({
                "metadata": {"uid": found.uid(), "resourceVersion": found.resource_version()},
                "users": after,
            });
            match self.0.patch(group, &PatchParams::default(), &Patch::Merge(patch)).await {
                Ok(_) => return Ok(true),
                Err(error) if code(&error) == Some(409) => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(OpenShiftError::Contended { object: named(group), attempts: ATTEMPTS })
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").finish_non_exhaustive()
    }
}

fn named(group: &str) -> String {
    format!("Group {group}")
}

/// A group without members has `null` for them.
fn users(group: &DynamicObject) -> Vec<String> {
    let users = group.data.get("users").and_then(Value::as_array).into_iter().flatten();
    users.filter_map(Value::as_str).map(str::to_owned).collect()
}
