use super::*;

const ACCOUNTS: &str = "/api/accounts_mgmt/v1";

#[tokio::test(start_paused = true)]
async fn an_account_belongs_to_an_organization_or_to_none() {
    let caller = Caller::new().await;
    let (_, account) = caller.get(&format!("{ACCOUNTS}/current_account")).await;
    assert_eq!(account["organization"]["id"], "simulated-organization");
    let caller = Caller::of(OcmSimulator::builder().organization(None)).await;
    let (_, account) = caller.get(&format!("{ACCOUNTS}/current_account")).await;
    assert_eq!((&account["kind"], account.get("organization")), (&json!("Account"), None));
    assert_eq!(caller.get(&format!("{ACCOUNTS}/organizations")).await.1["total"], 0);
}

#[tokio::test(start_paused = true)]
async fn an_organization_is_found_by_its_external_id() {
    let caller = Caller::of(OcmSimulator::builder().organization(Some(("o", "it's")))).await;
    let at = |search: &str| format!("{ACCOUNTS}/organizations?search={search}");
    assert_eq!(caller.get(&at("external_id='it''s'")).await.1["items"][0]["id"], "o");
    assert_eq!(caller.get(&at("external_id='x'")).await.1["total"], 0);
    let (status, error) = caller.get(&at("external_id='it's'")).await;
    assert_eq!((status, &error["code"]), (400, &json!("ACCT-MGMT-21")));
}

#[tokio::test(start_paused = true)]
async fn quota_shows_what_was_asked_for() {
    let caller = Caller::new().await;
    let costs = format!("{ACCOUNTS}/organizations/simulated-organization/quota_cost");
    let (_, plain) = caller.get(&costs).await;
    assert_eq!((&plain["kind"], &plain["total"]), (&json!("QuotaCostList"), &json!(3)));
    assert_eq!(plain["items"][0].get("related_resources"), None);
    let (_, related) = caller.get(&format!("{costs}?fetchRelatedResources=true")).await;
    assert_eq!(related["items"][0]["related_resources"][0]["resource_type"], "cluster");
    let (status, error) = caller.get(&format!("{ACCOUNTS}/organizations/other/quota_cost")).await;
    assert_eq!((status, &error["code"]), (404, &json!("ACCT-MGMT-7")));
    caller.ocm.set_quota(Vec::new());
    assert_eq!(caller.get(&costs).await.1["total"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_has_a_subscription_of_its_organization() {
    let caller = Caller::new().await;
    let href = caller.cluster(body("one")).await;
    caller.ocm.set_state(id(&href), "ready");
    let external = caller.ocm.clusters()[0].external_id.clone();
    let at = |organization: &str| {
        let (id, of) = (id(&href), organization);
        let search = format!("cluster_id='{id}' and external_cluster_id='{external}' and organization_id='{of}'");
        format!("{ACCOUNTS}/subscriptions?search={search}")
    };
    let (_, found) = caller.get(&at("simulated-organization")).await;
    let (_, cluster) = caller.get(&href).await;
    assert_eq!(found["items"][0]["id"], cluster["subscription"]["id"]);
    assert_eq!(caller.get(&at("somebody-else")).await.1["total"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_authorized_unless_it_is_denied() {
    let caller = Caller::new().await;
    let path = format!("{ACCOUNTS}/cluster_authorizations");
    assert_eq!(caller.post(&path, json!({})).await.1["allowed"], true);
    caller.ocm.deny_authorizations(Some(vec![json!({"resource_type": "cluster", "count": 1})]));
    let (_, denied) = caller.post(&path, json!({})).await;
    assert_eq!((&denied["allowed"], &denied["excess_resources"][0]["count"]), (&json!(false), &json!(1)));
}
