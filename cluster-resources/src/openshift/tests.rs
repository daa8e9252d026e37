use fake_cluster::api::{Status, Verb};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use kube::api::{ApiResource, DynamicObject};
use kube::{Api, Client};
use serde_json::{Value, json};

use super::groups::Groups;
use super::projects::{ProjectRequest, kind_of};
use super::users::Users;
use super::*;
use crate::clusters::ClusterAccess;

/// Kinds that look like OpenShift's; what the platform does behind them is not there.
async fn openshift() -> (FakeCluster, Client) {
    let cluster = FakeCluster::start().await.unwrap();
    for (group, kind, plural) in [
        ("user.openshift.io", "Group", "groups"),
        ("user.openshift.io", "User", "users"),
        ("user.openshift.io", "Identity", "identities"),
        ("project.openshift.io", "Project", "projects"),
        ("project.openshift.io", "ProjectRequest", "projectrequests"),
    ] {
        let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let definition = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}")},
            "spec": {
                "group": group, "scope": "Cluster",
                "names": {"kind": kind, "listKind": format!("{kind}List"), "plural": plural, "singular": kind.to_lowercase()},
                "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}}],
            },
        });
        cluster.create(definition).unwrap();
    }
    let client = cluster.client().unwrap();
    (cluster, client)
}

async fn get(client: &Client, kind: &ApiResource, name: &str) -> Option<DynamicObject> {
    Api::<DynamicObject>::all_with(client.clone(), kind).get_opt(name).await.unwrap()
}

fn object(kind: &str, name: &str, more: Value) -> Value {
    let mut object = json!({"apiVersion": "user.openshift.io/v1", "kind": kind, "metadata": {"name": name}});
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

#[tokio::test]
async fn members_come_and_go_one_by_one() {
    let (cluster, client) = openshift().await;
    let groups = Groups::new(client);
    assert_eq!(groups.members("admins").await.unwrap(), None);
    assert!(groups.add("admins", &["a"]).await.unwrap_err().is_not_found());
    assert!(groups.create("admins").await.unwrap());
    assert!(!groups.create("admins").await.unwrap());
    assert!(groups.add("admins", &["b", "a", "b"]).await.unwrap());
    let writes = cluster.counters().writes();
    assert!(!groups.add("admins", &["a"]).await.unwrap());
    assert!(!groups.remove("admins", &["c"]).await.unwrap());
    assert_eq!(cluster.counters().writes(), writes);
    assert!(groups.remove("admins", &["a", "c"]).await.unwrap());
    assert_eq!(groups.members("admins").await.unwrap(), Some(["b".to_owned()].into()));
    cluster.create(object("Group", "nobody", json!({"users": []}))).unwrap();
    assert!(groups.add("nobody", &["x"]).await.unwrap());
    cluster.shutdown().await;
}

#[tokio::test]
async fn members_that_others_put_in_meanwhile_stay() {
    let (cluster, client) = openshift().await;
    let groups = Groups::new(client);
    groups.create("team").await.unwrap();
    let names: Vec<String> = (0..4).map(|number| format!("user-{number}")).collect();
    let added = futures::future::join_all(names.iter().map(|name| {
        let groups = groups.clone();
        async move { groups.add("team", &[name.as_str()]).await }
    }))
    .await;
    assert!(added.into_iter().all(|added| added.unwrap()));
    assert_eq!(groups.members("team").await.unwrap(), Some(names.into_iter().collect()));
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_group_that_is_never_left_alone_is_given_up() {
    let (cluster, client) = openshift().await;
    let groups = Groups::new(client);
    groups.create("busy").await.unwrap();
    let conflict = Effect::Refuse(Status::other(409, "Conflict", "the object has been modified"));
    let fault = cluster.faults().add(Fault::new(conflict).on_resource("groups").on_verb(Verb::Patch));
    let error = groups.add("busy", &["a"]).await.unwrap_err();
    assert_eq!(error.to_string(), "Group busy was changed by others 5 times in a row; try again");
    assert_eq!(fault.hits(), 5);
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_user_goes_with_the_identities_that_are_still_theirs() {
    let (cluster, client) = openshift().await;
    let users = Users::new(client.clone());
    let made =
        cluster.create(object("User", "joe", json!({"identities": ["idp.joe", "idp.moved", "idp.gone"]}))).unwrap();
    let uid = made["metadata"]["uid"].clone();
    cluster.create(object("Identity", "idp.joe", json!({"user": {"name": "joe", "uid": uid}}))).unwrap();
    cluster.create(object("Identity", "idp.moved", json!({"user": {"name": "ann", "uid": "another"}}))).unwrap();
    assert_eq!(users.identities("joe").await.unwrap().unwrap().len(), 3);
    assert!(users.delete("joe").await.unwrap());
    assert!(!users.delete("joe").await.unwrap());
    assert_eq!(users.identities("joe").await.unwrap(), None);
    let identity = resource("user.openshift.io", "Identity", "identities");
    assert!(get(&client, &identity, "idp.joe").await.is_none());
    assert!(get(&client, &identity, "idp.moved").await.is_some());
    cluster.shutdown().await;
}

#[tokio::test]
async fn projects_are_asked_for_and_namespaces_made() {
    let (cluster, client) = openshift().await;
    let access = ClusterAccess::new(client.clone());
    let wanted = ProjectRequest::new("shop").with_display_name("The shop").with_description("sells");
    assert!(wanted.ensure(&access).await.unwrap());
    assert!(!wanted.ensure(&access).await.unwrap());
    let kind = resource("project.openshift.io", "ProjectRequest", "projectrequests");
    let asked = get(&client, &kind, "shop").await.unwrap();
    assert_eq!((&asked.data["displayName"], &asked.data["description"]), (&json!("The shop"), &json!("sells")));
    assert!(ProjectRequest::new("openshift-extra").with_description("d").ensure(&access).await.unwrap());
    let namespace = get(&client, &resource("", "Namespace", "namespaces"), "openshift-extra").await.unwrap();
    assert_eq!(namespace.metadata.annotations.unwrap()["openshift.io/description"], "d");
    cluster.shutdown().await;
}

#[tokio::test]
async fn without_projects_a_namespace_is_made() {
    let cluster = FakeCluster::start().await.unwrap();
    let access = ClusterAccess::new(cluster.client().unwrap());
    assert!(ProjectRequest::new("shop").ensure(&access).await.unwrap());
    assert!(!ProjectRequest::new("shop").ensure(&access).await.unwrap());
    assert!(get(&access.client, &resource("", "Namespace", "namespaces"), "shop").await.is_some());
    let error = ProjectRequest::new("NOT A NAME").ensure(&access).await.unwrap_err();
    assert_eq!(
        (error.status(), error.to_string().as_str()),
        (Some(422), "Namespace NOT A NAME: the API server answers 422")
    );
    cluster.shutdown().await;
}

#[test]
fn what_belongs_to_the_platform_is_a_namespace() {
    for (name, has_projects, kind) in [
        ("shop", true, "Project.project.openshift.io"),
        ("shop", false, "Namespace"),
        ("openshift-monitoring", true, "Namespace"),
        ("openshift-monitoring", false, "Namespace"),
        ("openshiftish", true, "Project.project.openshift.io"),
    ] {
        assert_eq!(kind_of(name, has_projects).to_string(), kind);
    }
}
