//! Identity providers of clusters: looked for by name, written again when they are not as they should be.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;

use super::client::{Ask, if_there, segment};
use super::refusal::Deed;
use super::{Ocm, locked, login};
use crate::provider::{
    CallContext, ClusterSpec, IdentityProvider, IdentityProviderId, IdentityProviders, ProviderError, ProviderErrorKind,
};

/// One as OCM shows it.
#[derive(Deserialize)]
#[serde(transparent)]
struct Shown(Value);

impl Shown {
    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn id(&self) -> IdentityProviderId {
        IdentityProviderId::new(self.text("id"), self.text("name"), self.text("type"))
    }
}

#[async_trait]
impl IdentityProviders for Ocm {
    async fn ensure(
        &self,
        call: &CallContext,
        known: &ClusterSpec,
        provider: &IdentityProvider,
    ) -> Result<IdentityProviderId, ProviderError> {
        let (deed, path) = self.for_cluster("add_identity_provider", known)?;
        let body = login::body(provider).map_err(|unfit| deed.invalid(unfit))?;
        let name = provider.name().unwrap_or_default().to_owned();
        let path = format!("{path}/identity_providers");
        if let Some(held) = self.named(call, deed, &path, &name).await? {
            return self.update(call, deed, &path, held, &body).await;
        }
        match self.client.read::<Value>(call, Ask::post(deed, path.clone(), body.clone())).await {
            Ok(made) => {
                let made = Shown(made).id();
                if made.id.is_empty() {
                    return Err(deed.garbled("the answer has no id").ambiguous());
                }
                self.remember(deed, &name, &body);
                Ok(made)
            }
            // It may be there now, whoever made it; the list says so, and not the words of a refusal.
            Err(error) if may_be_there(&error) => match self.named(call, deed, &path, &name).await {
                Ok(Some(held)) => self.update(call, deed, &path, held, &body).await,
                Ok(None) | Err(_) => Err(error),
            },
            Err(error) => Err(error),
        }
    }

    async fn remove(&self, call: &CallContext, known: &ClusterSpec, name: &str) -> Result<bool, ProviderError> {
        let (deed, path) = self.for_cluster("remove_identity_provider", known)?;
        let path = format!("{path}/identity_providers");
        let Some(held) = self.named(call, deed, &path, name).await? else { return Ok(false) };
        let ask = Ask::delete(deed, format!("{path}/{}", segment(deed, "the identity provider", held.text("id"))?));
        let removed = if_there(self.client.done(call, ask).await)?.is_some();
        locked(&self.sent).remove(&key(deed, name));
        Ok(removed)
    }

    async fn list(&self, call: &CallContext, known: &ClusterSpec) -> Result<Vec<IdentityProviderId>, ProviderError> {
        let (deed, path) = self.for_cluster("list_identity_providers", known)?;
        let all = self.shown(call, deed, &format!("{path}/identity_providers")).await?;
        Ok(all.iter().map(Shown::id).collect())
    }
}

impl Ocm {
    async fn shown(&self, call: &CallContext, deed: Deed<'_>, path: &str) -> Result<Vec<Shown>, ProviderError> {
        self.client.list(call, Ask::get(deed, path), |one: &Shown| one.text("id")).await
    }

    async fn named(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        path: &str,
        name: &str,
    ) -> Result<Option<Shown>, ProviderError> {
        Ok(self.shown(call, deed, path).await?.into_iter().find(|one| one.text("name") == name))
    }

    /// Makes the one that is there be as it is wanted.
    ///
    /// Its secret is not shown. What was sent last is remembered; a process that has sent nothing sends it once.
    async fn update(
        &self,
        call: &CallContext,
        deed: Deed<'_>,
        path: &str,
        held: Shown,
        body: &Value,
    ) -> Result<IdentityProviderId, ProviderError> {
        let id = held.id();
        if held.text("type") != body.get("type").and_then(Value::as_str).unwrap_or_default() {
            let reason = format!("there is one of this name that is a {}; remove it first", held.text("type"));
            return Err(deed.failed(ProviderErrorKind::Conflict).with_reason(reason));
        }
        let sent = locked(&self.sent).get(&key(deed, &id.name)).copied();
        if sent == Some(login::digest(body)) && !login::differs(&held.0, body) {
            return Ok(id);
        }
        let path = format!("{path}/{}", segment(deed, "the identity provider", &id.id)?);
        self.client.done(call, Ask::patch(deed, path, login::patch(body))).await?;
        self.remember(deed, &id.name, body);
        Ok(id)
    }

    fn remember(&self, deed: Deed<'_>, name: &str, body: &Value) {
        locked(&self.sent).insert(key(deed, name), login::digest(body));
    }
}

fn key(deed: Deed<'_>, name: &str) -> (String, String) {
    (deed.cluster.unwrap_or_default().to_owned(), name.to_owned())
}

/// Whether what was to be made may be there after this.
pub(super) fn may_be_there(error: &ProviderError) -> bool {
    error.is_ambiguous()
        || matches!(
            error.kind(),
            ProviderErrorKind::AlreadyExists | ProviderErrorKind::Conflict | ProviderErrorKind::Invalid
        )
}
