use std::collections::BTreeSet;

use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use http::Method;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::clusters::ClusterAccess;
use crate::id::{ClusterName, GroupKind};
use crate::issue::IssueClass;
use crate::observed::ParentState;
use crate::plan::ParentPlan;
use crate::policy::Actor;

fn config(kind: InventoryKind) -> InventoryConfig {
    InventoryConfig { namespace: "default".into(), name: "set".into(), kind, migrate_from: Vec::new() }
}

fn actor() -> Actor {
    Actor::new("mooring", "net-policies", "1.2.3")
}

fn cluster() -> ClusterName {
    "prod".into()
}

fn kinds(list: &[&str]) -> Vec<GroupKind> {
    list.iter().map(|kind| kind.parse().unwrap()).collect()
}

fn state(group_kinds: &[&str], namespaces: &[&str]) -> ParentState {
    ParentState {
        set_id: set_id_of(&config(InventoryKind::Secret)),
        version: Some(("u".into(), "1".into())),
        group_kinds: kinds(group_kinds),
        namespaces: namespaces.iter().map(|name| (*name).into()).collect(),
        reported: Vec::new(),
        usable: true,
    }
}

fn rendered(state: &ParentState) -> Value {
    let mut parent = render(&cluster(), &config(InventoryKind::Secret), &actor(), state).unwrap();
    parent["metadata"]["uid"] = "u".into();
    parent["metadata"]["resourceVersion"] = "1".into();
    parent
}

fn parsed(parent: &Value) -> Result<ParentState, crate::issue::Issue> {
    parse(&cluster(), parent, &config(InventoryKind::Secret), &actor(), &|plural, group| {
        (plural == "configmaps" && group.is_empty()).then(|| GroupKind::core("ConfigMap"))
    })
}

#[test]
fn the_id_is_kubectls() {
    assert_eq!(set_id("simple", "test", "Secret", ""), "applyset-bjd1LnyQq0mtUu-riZCqjDQOmh0iNb9O2RcuT12WR0k-v1");
    assert!(set_id(&"n".repeat(253), "ns", "Kind", "group.example").len() <= 63, "it is the value of a label");
}

#[test]
fn a_parent_is_written_as_kubectl_reads_it() {
    let parent = rendered(&state(&["Service", "ConfigMap", "Deployment.apps"], &["b", "default", "a"]));
    let annotations = &parent["metadata"]["annotations"];
    assert_eq!(annotations[TOOLING], "mooring/v1.2.3");
    assert_eq!(annotations[GROUP_KINDS], "ConfigMap,Deployment.apps,Service");
    assert_eq!(annotations[ADDITIONAL_NAMESPACES], "a,b", "its own namespace goes without saying");
    assert_eq!(parent["metadata"]["labels"][PARENT_ID], *set_id_of(&config(InventoryKind::Secret)));
    assert!(annotations.get(GROUP_RESOURCES).is_none());
    let empty = rendered(&state(&[], &[]));
    assert_eq!(empty["metadata"]["annotations"][GROUP_KINDS], "", "kubectl refuses a parent without it");
}

#[test]
fn a_version_that_is_none_is_refused_before_anything_is_written() {
    for version in ["", "latest", "1.2"] {
        let issue = tooling(&cluster(), &Actor::new("mooring", "a", version)).unwrap_err();
        assert_eq!(issue.class, IssueClass::Invalid);
    }
    assert_eq!(tooling(&cluster(), &Actor::new("mooring", "a", "v1.2.3-rc.1")).unwrap(), "mooring/v1.2.3-rc.1");
    assert!(tooling(&cluster(), &Actor::new("moor/ing", "a", "1.2.3")).is_err());
}

#[test]
fn a_parent_of_somebody_else_is_refused_and_told_whose_it_is() {
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut parent = rendered(&state(&["ConfigMap"], &[]));
        change(&mut parent["metadata"]);
        let issue = parsed(&parent).unwrap_err();
        assert_eq!(issue.class, IssueClass::Inventory);
        issue.message
    };
    assert!(refused(&|meta| meta["annotations"][TOOLING] = "kubectl/v1.27.0".into()).contains("kubectl/v1.27.0"));
    assert!(refused(&|meta| meta["annotations"][TOOLING] = "mooring2/v1.27.0".into()).contains("mooring2"));
    assert!(refused(&|meta| meta["annotations"][TOOLING] = Value::Null).contains("no inventory"));
    assert!(refused(&|meta| meta["labels"] = json!({})).contains(PARENT_ID));
    assert!(refused(&|meta| meta["labels"][PARENT_ID] = "applyset-other-v1".into()).contains("applyset-other-v1"));
    assert!(refused(&|meta| meta["annotations"][GROUP_KINDS] = Value::Null).contains(GROUP_KINDS));
    assert!(refused(&|meta| meta["annotations"][INTEGRATION] = "quotas".into()).contains("quotas"));
    assert!(refused(&|meta| meta["annotations"][CALLER] = "team-b".into()).contains("team-b"));
    assert!(refused(&|meta| *meta = Value::Null).contains("no inventory"));
}

#[test]
fn parents_of_early_versions_are_understood() {
    let mut parent = rendered(&state(&["ConfigMap"], &[]));
    parent["metadata"]["annotations"][GROUP_KINDS] = Value::Null;
    parent["metadata"]["annotations"][GROUP_RESOURCES] = "configmaps,widgets.gone.example".into();
    assert_eq!(parsed(&parent).unwrap().group_kinds, kinds(&["ConfigMap"]), "a kind that is gone is left out");
}

#[test]
fn members_of_earlier_sets_are_selected_too() {
    let mut config = config(InventoryKind::Secret);
    assert_eq!(selector(&config), format!("{PART_OF}={}", set_id_of(&config)));
    config.migrate_from = vec!["old".into()];
    let (id, old) = (set_id_of(&config), set_id("old", "default", "Secret", ""));
    assert_eq!(selector(&config), format!("{PART_OF} in ({id},{old})"));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        kinds in prop::collection::btree_set("[A-Z][a-z]{1,8}(\\.[a-z]{1,5}\\.[a-z]{1,3})?", 0..8),
        namespaces in prop::collection::btree_set("[a-z]([-a-z0-9]{0,6}[a-z0-9])?", 0..8),
        reported in prop::collection::btree_set(("[a-z]{0,5}", "[A-Z][a-z]{1,8}"), 0..4),
    ) {
        let namespaces: BTreeSet<String> = namespaces.into_iter().filter(|name| name != "default").collect();
        let kinds: BTreeSet<GroupKind> = kinds.iter().map(|kind| kind.parse().unwrap()).collect();
        let reported: BTreeSet<_> = reported
            .iter()
            .map(|(namespace, kind)| ((!namespace.is_empty()).then(|| Arc::<str>::from(namespace.as_str())), GroupKind::core(kind.as_str())))
            .collect();
        let mut state = state(&[], &[]);
        state.group_kinds = kinds.into_iter().collect();
        state.namespaces = namespaces.iter().map(|name| name.as_str().into()).collect();
        state.reported = reported.into_iter().collect();
        prop_assert_eq!(parsed(&rendered(&state)).unwrap(), state);
    }

    #[test]
    fn any_annotations_are_read_without_panic(kinds in ".{0,40}", namespaces in ".{0,40}", reported in ".{0,40}", tool in ".{0,20}") {
        let mut parent = rendered(&state(&[], &[]));
        let annotations = &mut parent["metadata"]["annotations"];
        (annotations[GROUP_KINDS], annotations[ADDITIONAL_NAMESPACES]) = (kinds.into(), namespaces.into());
        annotations[REPORTED] = reported.into();
        assert!(parsed(&parent).is_ok());
        parent["metadata"]["annotations"][TOOLING] = tool.into();
        drop(parsed(&parent));
    }
}

// === In a cluster ===

struct Site {
    cluster: FakeCluster,
    access: ClusterAccess,
}

impl Site {
    async fn new() -> Self {
        let cluster = FakeCluster::start().await.unwrap();
        let access = ClusterAccess::new(cluster.client().unwrap());
        Self { cluster, access }
    }

    fn parent(&self) -> Value {
        self.cluster.api().request(Method::GET, "/api/v1/namespaces/default/secrets/set", None).unwrap()
    }

    fn patch(&self, annotations: &Value) {
        let mut parent = self.parent();
        for (name, value) in annotations.as_object().unwrap() {
            parent["metadata"]["annotations"][name] = value.clone();
        }
        self.cluster.api().request(Method::PUT, "/api/v1/namespaces/default/secrets/set", Some(&parent)).unwrap();
    }

    async fn read(&self) -> Result<ParentState, crate::issue::Issue> {
        read(&cluster(), &self.access, &config(InventoryKind::Secret), &actor()).await
    }

    async fn widen(&self, plan: &ParentPlan, state: &ParentState) -> Result<ParentState, crate::issue::Issue> {
        widen(&self.access, &config(InventoryKind::Secret), &actor(), plan, state).await
    }

    async fn shrink(&self, plan: &ParentPlan, state: &ParentState) -> Result<ParentState, crate::issue::Issue> {
        shrink(&self.access, &config(InventoryKind::Secret), &actor(), plan, state).await
    }
}

fn plan(widened: &[&str], last: &[&str]) -> ParentPlan {
    ParentPlan {
        cluster: cluster(),
        set_id: set_id_of(&config(InventoryKind::Secret)),
        widened_kinds: kinds(widened),
        widened_namespaces: vec!["a".into(), "b".into()],
        final_kinds: kinds(last),
        final_namespaces: vec!["a".into()],
        reported: vec![(Some("b".into()), GroupKind::core("Service"))],
    }
}

#[tokio::test]
async fn an_inventory_is_made_widened_and_narrowed() {
    let site = Site::new().await;
    let nothing = site.read().await.unwrap();
    assert_eq!((nothing.version.clone(), nothing.group_kinds.len(), nothing.usable), (None, 0, true));
    let plan = plan(&["ConfigMap", "Service"], &["ConfigMap"]);
    let wide = site.widen(&plan, &nothing).await.unwrap();
    assert_eq!((&wide.group_kinds, wide.namespaces.len()), (&kinds(&["ConfigMap", "Service"]), 2));
    let version = site.parent()["metadata"]["resourceVersion"].clone();
    assert_eq!(site.widen(&plan, &wide).await.unwrap(), wide);
    assert_eq!(site.parent()["metadata"]["resourceVersion"], version, "nothing to say, nothing written");
    let narrow = site.shrink(&plan, &wide).await.unwrap();
    assert_eq!((&narrow.group_kinds, narrow.namespaces.len()), (&kinds(&["ConfigMap"]), 1));
    assert_eq!(site.read().await.unwrap(), narrow);
    assert_eq!(narrow.reported, [(Some("b".into()), GroupKind::core("Service"))]);
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn widening_keeps_what_another_run_added_and_narrowing_gives_way() {
    let site = Site::new().await;
    let wide = site.widen(&plan(&["ConfigMap"], &[]), &site.read().await.unwrap()).await.unwrap();
    site.patch(&json!({GROUP_KINDS: "ConfigMap,Widget.example.com"}));
    let wider = site.widen(&plan(&["Service"], &[]), &wide).await.unwrap();
    assert_eq!(wider.group_kinds, kinds(&["ConfigMap", "Service", "Widget.example.com"]));
    let issue = site.shrink(&plan(&["ConfigMap"], &["ConfigMap"]), &wide).await.unwrap_err();
    assert_eq!(issue.class, IssueClass::Inventory);
    assert_eq!(site.read().await.unwrap().group_kinds, wider.group_kinds, "nothing was taken away");
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn a_parent_that_changed_in_between_is_read_again() {
    let site = Site::new().await;
    let wide = site.widen(&plan(&["ConfigMap"], &[]), &site.read().await.unwrap()).await.unwrap();
    let stale = fake_cluster::api::Status::other(409, "Conflict", "the object has been modified");
    let fault =
        site.cluster.faults().add(Fault::new(Effect::Refuse(stale)).on_verb(fake_cluster::api::Verb::Patch).times(2));
    let wider = site.widen(&plan(&["Service"], &[]), &wide).await.unwrap();
    assert_eq!((fault.hits(), wider.group_kinds), (2, kinds(&["ConfigMap", "Service"])));
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn a_lost_parent_is_made_anew_with_everything_that_is_known() {
    let site = Site::new().await;
    let wide = site.widen(&plan(&["ConfigMap", "Service"], &[]), &site.read().await.unwrap()).await.unwrap();
    site.cluster.api().request(Method::DELETE, "/api/v1/namespaces/default/secrets/set", None).unwrap();
    let again = site.widen(&plan(&["Secret"], &[]), &wide).await.unwrap();
    assert_eq!(again.group_kinds, kinds(&["ConfigMap", "Secret", "Service"]));
    assert_ne!(again.version, wide.version);
    site.cluster.api().request(Method::DELETE, "/api/v1/namespaces/default/secrets/set", None).unwrap();
    assert_eq!(site.shrink(&plan(&[], &[]), &again).await.unwrap_err().class, IssueClass::Inventory);
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn another_tools_set_is_left_alone() {
    let site = Site::new().await;
    let wide = site.widen(&plan(&["ConfigMap"], &[]), &site.read().await.unwrap()).await.unwrap();
    site.patch(&json!({TOOLING: "kubectl/v1.31.0"}));
    let before = site.parent();
    for issue in [
        site.read().await.unwrap_err(),
        site.widen(&plan(&["Service"], &[]), &wide).await.unwrap_err(),
        site.shrink(&plan(&[], &[]), &wide).await.unwrap_err(),
    ] {
        assert!(issue.message.contains("kubectl/v1.31.0"), "{issue}");
    }
    assert_eq!(site.parent(), before);
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn an_earlier_sets_kinds_are_looked_at_too() {
    let site = Site::new().await;
    let mut old = config(InventoryKind::Secret);
    old.name = "old".into();
    let before = Actor::new("mooring", "before", "1.0.0");
    let nothing = read(&cluster(), &site.access, &old, &before).await.unwrap();
    widen(&site.access, &old, &before, &plan(&["Service"], &[]), &nothing).await.unwrap();
    let mut now = config(InventoryKind::Secret);
    now.migrate_from = vec!["old".into(), "never-was".into()];
    let state = read(&cluster(), &site.access, &now, &actor()).await.unwrap();
    assert_eq!((state.version.clone(), state.group_kinds.clone()), (None, kinds(&["Service"])));
    let written = widen(&site.access, &now, &actor(), &plan(&["ConfigMap"], &[]), &state).await.unwrap();
    assert_eq!(written.group_kinds, kinds(&["ConfigMap", "Service"]));
    site.cluster.shutdown().await;
}

#[tokio::test]
async fn a_missing_namespace_and_a_missing_permission_are_told() {
    let site = Site::new().await;
    let mut elsewhere = config(InventoryKind::ConfigMap);
    elsewhere.namespace = "nowhere".into();
    let state = read(&cluster(), &site.access, &elsewhere, &actor()).await.unwrap();
    let issue = widen(&site.access, &elsewhere, &actor(), &plan(&["ConfigMap"], &[]), &state).await.unwrap_err();
    assert!(issue.message.contains("namespace does not exist"), "{issue}");
    let refusal = fake_cluster::api::Status::other(
        403,
        "Forbidden",
        "secrets \"set\" is forbidden: User \"x\" cannot get resource",
    );
    site.cluster.faults().add(Fault::new(Effect::Refuse(refusal)));
    assert_eq!(site.read().await.unwrap_err().class, IssueClass::Forbidden);
    site.cluster.shutdown().await;
}
