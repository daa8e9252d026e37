use std::convert::Infallible;
use std::sync::Mutex;

use fake_cluster::api::{Status, Verb};
use fake_cluster::faults::{Effect, Fault};
use fake_cluster::server::FakeCluster;
use serde_json::{Value, json};

use super::*;

fn of(client: Client) -> Namespaces {
    Namespaces::new(client.clone(), Discovery::new(client))
}

#[tokio::test]
async fn one_list_answers_many_questions_until_something_is_made_or_deleted() {
    let cluster = FakeCluster::start().await.unwrap();
    let namespaces = of(cluster.client().unwrap());
    let lists = || cluster.counters().requests(Verb::List);
    let before = lists();
    let all = futures::future::join_all((0..100).map(|_| namespaces.exists("default"))).await;
    assert!(all.into_iter().all(|there| there.unwrap()));
    assert!(!namespaces.exists("team-a").await.unwrap());
    assert!(!namespaces.exists("team-a").await.unwrap());
    assert_eq!(lists() - before, 1);

    namespaces.create("team-a").await.unwrap();
    namespaces.create("team-a").await.unwrap();
    assert!(namespaces.exists("team-a").await.unwrap());
    assert_eq!(lists() - before, 2);
    namespaces.delete("team-a").await.unwrap();
    namespaces.delete("never-there").await.unwrap();
    cluster.shutdown().await;
}

#[tokio::test]
async fn who_may_not_list_asks_one_by_one_and_remembers() {
    let cluster = FakeCluster::start().await.unwrap();
    let forbidden = Effect::Refuse(Status::other(403, "Forbidden", "namespaces is forbidden"));
    cluster.faults().add(Fault::new(forbidden).on_verb(Verb::List).on_resource("namespaces"));
    let namespaces = of(cluster.client().unwrap());
    let requests = || (cluster.counters().requests(Verb::List), cluster.counters().requests(Verb::Get));
    assert!(namespaces.exists("default").await.unwrap());
    assert!(!namespaces.exists("team-a").await.unwrap());
    let (lists, gets) = requests();
    assert!(namespaces.exists("default").await.unwrap());
    assert!(!namespaces.exists("team-a").await.unwrap());
    assert_eq!(requests(), (lists, gets));
    assert_eq!(lists, 1, "asked once whether we may");
    cluster.shutdown().await;
}

#[tokio::test]
async fn a_refusal_is_an_error_and_never_an_absent_namespace() {
    let cluster = FakeCluster::start().await.unwrap();
    cluster.faults().add(Fault::new(Effect::internal_error("broken")).on_resource("namespaces"));
    let error = of(cluster.client().unwrap()).exists("default").await.unwrap_err();
    assert_eq!(error.status(), Some(500));
    assert_eq!(error.to_string(), "namespaces cannot be listed");
    cluster.shutdown().await;
}

/// An API server with or without OpenShift's projects that writes down what it is asked to make and delete.
fn openshift(projects: bool, seen: Arc<Mutex<Vec<String>>>) -> Client {
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let seen = Arc::clone(&seen);
        async move {
            let path = request.uri().path().to_owned();
            let group = json!({ "metadata": { "name": "project.openshift.io" }, "versions": [{ "version": "v1", "resources": [
                { "resource": "projects", "responseKind": { "kind": "Project" }, "scope": "Cluster", "verbs": ["get"] },
            ]}]});
            let core = json!({ "metadata": {}, "versions": [{ "version": "v1", "resources": [] }] });
            let body: Value = match path.as_str() {
                "/api" => json!({ "items": [core] }),
                "/apis" if projects => json!({ "items": [group] }),
                "/apis" => json!({ "items": [] }),
                _ => {
                    seen.lock().unwrap().push(format!("{} {path}", request.method()));
                    json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "x" } })
                }
            };
            let body = kube::client::Body::from(serde_json::to_vec(&body).unwrap());
            Ok::<_, Infallible>(http::Response::new(body))
        }
    });
    Client::new(service, "default")
}

/// Originals: `test_new_project_command_selection`, `test_delete_project_command_selection` of `qontract-reconcile`.
#[tokio::test]
async fn projects_are_used_where_there_are_any_and_never_for_namespaces_of_the_platform() {
    let cases = [
        (
            true,
            "team-a",
            "/apis/project.openshift.io/v1/projectrequests",
            "/apis/project.openshift.io/v1/projects/team-a",
        ),
        (true, "openshift-monitoring", "/api/v1/namespaces", "/api/v1/namespaces/openshift-monitoring"),
        (false, "team-a", "/api/v1/namespaces", "/api/v1/namespaces/team-a"),
        (false, "openshift-monitoring", "/api/v1/namespaces", "/api/v1/namespaces/openshift-monitoring"),
    ];
    for (projects, name, made, deleted) in cases {
        let seen = Arc::default();
        let namespaces = of(openshift(projects, Arc::clone(&seen)));
        namespaces.create(name).await.unwrap();
        namespaces.delete(name).await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [format!("POST {made}"), format!("DELETE {deleted}")], "{name} {projects}");
    }
}
