//! What each namespace is given: its service account `default`, and the certificate authority of the cluster.
//!
//! It follows `pkg/controller/serviceaccount` and `pkg/controller/certificates/rootcacertpublisher`. Knows nothing of tokens.

use serde_json::json;

use super::step::{Step, Write, controller};
use super::view::{View, is_deleting, text};

const ACCOUNTS: &str = "serviceaccounts";
const CONFIG_MAPS: &str = "configmaps";
const ROOT_CA: &str = "kube-root-ca.crt";
const DESCRIPTION: &str = "kubernetes.io/description";
/// What the real publisher writes there.
const DESCRIBED: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

/// What comes next.
pub(super) fn steps(view: &View) -> Vec<Step> {
    let (Some(accounts), Some(config_maps)) = (view.resource(ACCOUNTS), view.resource(CONFIG_MAPS)) else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    let active =
        view.objects("namespaces").iter().filter(|n| !is_deleting(n) && n.value()["status"]["phase"] == "Active");
    for namespace in active.map(|namespace| namespace.meta_str("name")) {
        if view.get(ACCOUNTS, &format!("{namespace}/default")).is_none() {
            let account = json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}});
            let actor = controller("service-account-controller");
            steps.push(Step::within(&actor, accounts, namespace, Write::Create(account)));
        }
        let actor = controller("root-ca-cert-publisher");
        let data = json!({"ca.crt": view.authority});
        match view.get(CONFIG_MAPS, &format!("{namespace}/{ROOT_CA}")) {
            None => {
                let published = json!({
                    "apiVersion": "v1", "kind": "ConfigMap", "data": data,
                    "metadata": {"name": ROOT_CA, "annotations": {DESCRIPTION: DESCRIBED}},
                });
                steps.push(Step::within(&actor, config_maps, namespace, Write::Create(published)));
            }
            Some(known) => {
                let described = !text(&known.metadata()["annotations"][DESCRIPTION]).is_empty();
                if is_deleting(known) || (known.value()["data"] == data && described) {
                    continue;
                }
                let mut new = known.value().clone();
                new["data"] = data;
                new["metadata"]["annotations"][DESCRIPTION] = json!(DESCRIBED);
                steps.push(Step::to(&actor, config_maps, known, Write::Update("", new)));
            }
        }
    }
    steps
}
