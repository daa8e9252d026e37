//! The accounts service: who asks, what may be used, whose a cluster is.

use http::Method;
use serde_json::{Value, json};

use super::wire::{ACCOUNTS, Answer, Ask, Handled, Refusal, link, merge};
use super::world::{World, only};

impl World {
    pub(super) fn accounts(&mut self, ask: &Ask, parts: &[&str]) -> Handled {
        let seed = self.draw();
        let organization = self.settings.organization.as_ref().map(|(id, external_id)| {
            json!({
                "kind": "Organization", "id": id, "href": format!("{ACCOUNTS}/organizations/{id}"),
                "external_id": external_id, "name": "Simulated organization",
            })
        });
        match parts {
            ["current_account"] => only(ask, &Method::GET, || {
                let mut account = json!({
                    "kind": "Account", "id": "simulated-account", "href": format!("{ACCOUNTS}/accounts/simulated-account"),
                    "username": self.tokens.credentials.client_id,
                });
                if let Some(organization) = organization {
                    merge(&mut account, &json!({ "organization": organization }));
                }
                Ok(Answer::ok(account))
            }),
            ["organizations"] => only(ask, &Method::GET, || {
                let items = organization.into_iter().collect();
                ask.page("Organization", items, |field| ["id", "external_id", "name"].contains(&field), seed)
            }),
            ["organizations", id, "quota_cost"] => only(ask, &Method::GET, || {
                if self.settings.organization.as_ref().is_none_or(|(held, _)| held != id) {
                    return Err(Refusal::not_found("Organization", id));
                }
                self.quota(ask, id, seed)
            }),
            ["subscriptions"] => only(ask, &Method::GET, || {
                const FIELDS: [&str; 9] = [
                    "id",
                    "cluster_id",
                    "external_cluster_id",
                    "organization_id",
                    "status",
                    "managed",
                    "display_name",
                    "plan.id",
                    "created_at",
                ];
                ask.page("Subscription", self.subscriptions(), |field| FIELDS.contains(&field), seed)
            }),
            ["cluster_authorizations"] => only(ask, &Method::POST, || {
                ask.object()?;
                Ok(Answer::ok(match &self.denied {
                    None => json!({
                        "kind": "ClusterAuthorizationResponse", "allowed": true, "excess_resources": [],
                        "subscription": link("Subscription", &format!("{ACCOUNTS}/subscriptions"), "authorized"),
                    }),
                    Some(excess) => {
                        json!({ "kind": "ClusterAuthorizationResponse", "allowed": false, "excess_resources": excess })
                    }
                }))
            }),
            _ => Err(Refusal::no_such_path(&ask.path)),
        }
    }

    fn quota(&self, ask: &Ask, organization: &str, seed: u64) -> Handled {
        let (related, accounts) = (ask.flag("fetchRelatedResources", false)?, ask.flag("fetchCloudAccounts", false)?);
        let items = self.settings.quota.iter().map(|item| {
            let mut item = item.clone();
            let href = format!("{ACCOUNTS}/organizations/{organization}/quota_cost");
            merge(&mut item, &json!({ "kind": "QuotaCost", "href": href, "organization_id": organization }));
            if let Value::Object(item) = &mut item {
                for (name, wanted) in [("related_resources", related), ("cloud_accounts", accounts)] {
                    if !wanted {
                        item.remove(name);
                    }
                }
            }
            item
        });
        ask.page("QuotaCost", items.collect(), |field| ["quota_id", "allowed", "consumed"].contains(&field), seed)
    }

    /// One for each cluster, and those that were put there.
    fn subscriptions(&self) -> Vec<Value> {
        let mut clusters: Vec<_> = self.clusters.values().collect();
        clusters.sort_by_key(|cluster| cluster.serial);
        let organization = self.settings.organization.as_ref().map(|(id, _)| id.as_str());
        let of_clusters = clusters.into_iter().map(|cluster| {
            let mut subscription = json!({
                "kind": "Subscription",
                "id": cluster.subscription,
                "href": format!("{ACCOUNTS}/subscriptions/{}", cluster.subscription),
                "cluster_id": cluster.id,
                "display_name": cluster.name,
                "status": "Active",
                "managed": true,
                "created_at": cluster.created_at.to_string(),
            });
            if let Some(organization) = organization {
                merge(&mut subscription, &json!({ "organization_id": organization }));
            }
            if cluster.state.is_installed_or_installing() {
                merge(&mut subscription, &json!({ "external_cluster_id": cluster.external_id }));
            }
            subscription
        });
        of_clusters.chain(self.settings.subscriptions.iter().cloned()).collect()
    }
}
