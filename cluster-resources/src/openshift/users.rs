//! Users and the identities they log in with (`user.openshift.io/v1` User and Identity).

use std::fmt;

use kube::api::{DeleteParams, DynamicObject, Preconditions};
use kube::{Api, Client, ResourceExt as _};
use serde_json::Value;

use super::{OpenShiftError, code, resource};

/// The users of one cluster. Cheap to clone.
#[derive(Clone)]
pub struct Users {
    users: Api<DynamicObject>,
    identities: Api<DynamicObject>,
}

impl Users {
    /// Asks nothing yet.
    #[must_use]
    pub fn new(client: Client) -> Self {
        let api = |kind, plural| Api::all_with(client.clone(), &resource("user.openshift.io", kind, plural));
        Self { users: api("User", "users"), identities: api("Identity", "identities") }
    }

    /// The names of a user's identities, such as `github:1234`; `None` when there is no such user.
    ///
    /// # Errors
    /// [`OpenShiftError::Api`].
    pub async fn identities(&self, user: &str) -> Result<Option<Vec<String>>, OpenShiftError> {
        let found = self.users.get_opt(user).await.map_err(|error| OpenShiftError::api(&named(user), error))?;
        Ok(found.map(|user| identities(&user)))
    }

    /// Deletes a user's identities and then the user, so that a user who logs in again is a new one. Whether there was such a user.
    ///
    /// An identity that belongs to another user by now stays, and so does a user who was made anew meanwhile.
    ///
    /// # Errors
    /// [`OpenShiftError::Api`]; a conflict (409) when the user was made anew meanwhile.
    ///
    /// # Cancel safety
    /// What is deleted stays deleted; called again, it goes on.
    pub async fn delete(&self, user: &str) -> Result<bool, OpenShiftError> {
        let failed = |error| OpenShiftError::api(&named(user), error);
        let Some(found) = self.users.get_opt(user).await.map_err(failed)? else { return Ok(false) };
        for name in identities(&found) {
            let failed = |error| OpenShiftError::api(&format!("Identity {name}"), error);
            let Some(identity) = self.identities.get_opt(&name).await.map_err(failed)? else { continue };
            let owner = identity.data.get("user").and_then(|user| user.get("uid")).and_then(Value::as_str);
            if owner.is_some() && owner == found.uid().as_deref() {
                delete(&self.identities, &identity).await.map_err(failed)?;
            }
        }
        delete(&self.users, &found).await.map_err(failed)?;
        Ok(true)
    }
}

impl fmt::Debug for Users {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Users").finish_non_exhaustive()
    }
}

/// Exactly the object that was read; one that is gone is fine.
async fn delete(api: &Api<DynamicObject>, object: &DynamicObject) -> Result<(), kube::Error> {
    let preconditions = Preconditions { uid: object.uid(), resource_version: None };
    match api.delete(&object.name_any(), &DeleteParams::default().preconditions(preconditions)).await {
        Ok(_) => Ok(()),
        Err(error) if code(&error) == Some(404) => Ok(()),
        Err(error) => Err(error),
    }
}

fn named(user: &str) -> String {
    format!("User {user}")
}

fn identities(user: &DynamicObject) -> Vec<String> {
    let names = user.data.get("identities").and_then(Value::as_array).into_iter().flatten();
    names.filter_map(Value::as_str).map(str::to_owned).collect()
}
