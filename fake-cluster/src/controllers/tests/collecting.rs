use proptest::prelude::*;
use serde_json::json;

use super::*;

const GARBAGE: Controllers = Controllers::none().with_garbage_collection(true);

#[test]
fn dependents_go_after_their_owner() {
    let api = api();
    let owner = create(&api, config_map("owner", &[]));
    let middle = create(&api, config_map("middle", &[owned_by(&owner, false)]));
    create(&api, config_map("leaf", &[owned_by(&middle, true)]));
    assert_eq!(settle(&api, GARBAGE), 0);
    delete(&api, &path("owner"), "Background");
    assert!(get(&api, &path("middle")).is_some());
    settle(&api, GARBAGE);
    assert!(get(&api, &path("middle")).is_none() && get(&api, &path("leaf")).is_none());
}

#[test]
fn an_owner_in_the_foreground_waits_for_dependents_that_block() {
    let api = api();
    let owner = create(&api, config_map("owner", &[]));
    let mut blocking = config_map("blocking", &[owned_by(&owner, true)]);
    blocking["metadata"]["finalizers"] = json!(["example.com/hold"]);
    create(&api, blocking);
    create(&api, config_map("free", &[owned_by(&owner, false)]));
    delete(&api, &path("owner"), "Foreground");
    settle(&api, GARBAGE);
    let waiting = get(&api, &path("owner")).unwrap();
    assert_eq!(waiting["metadata"]["finalizers"], json!(["foregroundDeletion"]));
    assert!(get(&api, &path("free")).is_none());
    let held = get(&api, &path("blocking")).unwrap();
    assert!(held["metadata"]["deletionTimestamp"].is_string());
    api.request(Method::PATCH, &path("blocking"), Some(&json!({"metadata": {"finalizers": null}}))).unwrap();
    settle(&api, GARBAGE);
    assert!(get(&api, &path("owner")).is_none());
}

#[test]
fn an_owner_in_the_foreground_does_not_wait_for_dependents_that_do_not_block() {
    let api = api();
    let owner = create(&api, config_map("owner", &[]));
    let mut held = config_map("held", &[owned_by(&owner, false)]);
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    create(&api, held);
    delete(&api, &path("owner"), "Foreground");
    settle(&api, GARBAGE);
    assert!(get(&api, &path("owner")).is_none());
    assert!(get(&api, &path("held")).unwrap()["metadata"]["deletionTimestamp"].is_string());
}

#[test]
fn orphans_are_let_go_and_stay() {
    let api = api();
    let owner = create(&api, config_map("owner", &[]));
    create(&api, config_map("orphan", &[owned_by(&owner, true)]));
    delete(&api, &path("owner"), "Orphan");
    settle(&api, GARBAGE);
    assert!(get(&api, &path("owner")).is_none());
    assert!(get(&api, &path("orphan")).unwrap()["metadata"]["ownerReferences"].is_null());
}

#[test]
fn dangling_owners_are_forgotten_while_another_one_stands() {
    let api = api();
    let stands = create(&api, config_map("stands", &[]));
    let mut other = owned_by(&stands, false);
    other["uid"] = json!("2d9b9a2f-0000-4000-8000-000000000000");
    create(&api, config_map("dependent", &[owned_by(&stands, false), other]));
    settle(&api, GARBAGE);
    let kept = get(&api, &path("dependent")).unwrap();
    assert_eq!(kept["metadata"]["ownerReferences"].as_array().unwrap().len(), 1);
}

#[test]
fn an_owner_of_another_uid_or_namespace_is_no_owner() {
    let api = api();
    let owner = create(&api, config_map("owner", &[]));
    let mut reborn = owned_by(&owner, false);
    reborn["uid"] = json!("2d9b9a2f-0000-4000-8000-000000000000");
    create(&api, config_map("stale", &[reborn]));
    let mut elsewhere = config_map("elsewhere", &[owned_by(&owner, false)]);
    elsewhere["metadata"]["namespace"] = json!("kube-system");
    create(&api, elsewhere);
    settle(&api, GARBAGE);
    assert!(get(&api, &path("stale")).is_none());
    assert!(get(&api, "/api/v1/namespaces/kube-system/configmaps/elsewhere").is_none());
}

#[test]
fn owners_of_the_cluster_own_in_any_namespace_and_owners_in_namespaces_own_nothing_of_the_cluster() {
    let api = api();
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "r"}});
    let role = create(&api, role);
    create(&api, config_map("dependent", &[owned_by(&role, false)]));
    let owner = create(&api, config_map("owner", &[]));
    create(
        &api,
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
            "metadata": {"name": "misled", "ownerReferences": [owned_by(&owner, false)]},
        }),
    );
    let roles = |name: &str| format!("/apis/rbac.authorization.k8s.io/v1/clusterroles/{name}");
    assert_eq!(settle(&api, GARBAGE), 0);
    delete(&api, &roles("r"), "Background");
    delete(&api, &path("owner"), "Background");
    settle(&api, GARBAGE);
    assert!(get(&api, &path("dependent")).is_none());
    assert!(get(&api, &roles("misled")).is_some());
}

#[test]
fn an_owner_of_an_unknown_kind_is_not_judged() {
    let api = api();
    let owner = json!({"apiVersion": "example.com/v1", "kind": "Later", "metadata": {"name": "l", "uid": "1"}});
    create(&api, config_map("dependent", &[owned_by(&owner, false)]));
    assert_eq!(settle(&api, GARBAGE), 0);
    assert!(get(&api, &path("dependent")).is_some());
}

#[test]
fn a_circle_in_the_foreground_ends() {
    let api = api();
    let a = create(&api, config_map("a", &[]));
    let b = create(&api, config_map("b", &[owned_by(&a, true)]));
    let patch = json!({"metadata": {"ownerReferences": [owned_by(&b, true)]}});
    api.request(Method::PATCH, &path("a"), Some(&patch)).unwrap();
    delete(&api, &path("a"), "Foreground");
    settle(&api, GARBAGE);
    assert!(get(&api, &path("a")).is_none() && get(&api, &path("b")).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the graph: who has an owner left stays, who has none goes, and the collector comes to rest.
    #[test]
    fn exactly_the_unowned_go(edges in prop::collection::vec((0_usize..8, 0_usize..8), 0..12), gone in 0_usize..8, orphan: bool) {
        let api = api();
        let mut objects: Vec<Value> = Vec::new();
        // Only earlier objects own later ones, so that there is no circle.
        let owners = |at: usize| edges.iter().filter(move |(owner, dependent)| owner < dependent && *dependent == at).map(|(owner, _)| *owner);
        for at in 0..8 {
            let mut references: Vec<Value> = owners(at).map(|owner| owned_by(&objects[owner], owner % 2 == 0)).collect();
            references.dedup();
            objects.push(create(&api, config_map(&format!("o{at}"), &references)));
        }
        delete(&api, &path(&format!("o{gone}")), if orphan { "Orphan" } else { "Background" });
        settle(&api, GARBAGE);
        let mut stays = [true; 8];
        for at in 0..8 {
            let had: Vec<usize> = owners(at).collect();
            let let_go = orphan && had.contains(&gone);
            stays[at] = at != gone && (had.is_empty() || let_go || had.iter().any(|owner| stays[*owner]));
        }
        for (at, stays) in stays.iter().enumerate() {
            prop_assert_eq!(get(&api, &path(&format!("o{at}"))).is_some(), *stays, "o{}", at);
        }
    }
}
