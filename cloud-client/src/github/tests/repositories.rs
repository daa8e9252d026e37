use futures::TryStreamExt as _;
use http::{Method, StatusCode};
use serde_json::Value;

use super::*;
use crate::testing::github::Fault;
use crate::testing::github::Repository as Planned;

fn planned() -> Planned {
    Planned::new()
        .with_default_branch("trunk")
        .with_file("trunk", "docs/a b.md", "on trunk")
        .with_file("release/1", "docs/a b.md", "on release")
        .with_file("trunk", "large.bin", vec![7; (1 << 20) + 5])
        .with_commit("one")
        .with_commit("two")
        .with_commit("three")
}

async fn stand() -> (Stand, Repository) {
    let stand = Stand::new(|world| world.repository("acme", "infra", planned())).await;
    let repository = stand.client().repository("acme", "infra");
    (stand, repository)
}

#[tokio::test]
async fn a_file_comes_from_the_default_branch_or_from_where_it_is_asked_for() {
    let (stand, repository) = stand().await;
    let text = |file: Option<File>| file.map(|file| String::from_utf8(file.content.to_vec()).unwrap());
    assert_eq!(text(repository.file("docs/a b.md", None).await.unwrap()).as_deref(), Some("on trunk"));
    assert_eq!(text(repository.file("/docs/a b.md", Some("release/1")).await.unwrap()).as_deref(), Some("on release"));
    assert_eq!(repository.default_branch().await.unwrap(), "trunk");
    stand.end().await;
}

#[tokio::test]
async fn absent_is_said_only_for_404() {
    let (stand, repository) = stand().await;
    assert_eq!(repository.file("none", None).await.unwrap(), None);
    assert_eq!(repository.raw_file("none", None).await.unwrap(), None);
    for fault in [Fault::Status(StatusCode::FORBIDDEN), Fault::Status(StatusCode::BAD_GATEWAY), Fault::Unauthorized] {
        stand.double.change(|world| world.fault(fault, "/repos/acme/infra/contents", 9));
        assert!(repository.file("none", None).await.is_err(), "{fault:?}");
        stand.double.change(|world| world.fault(fault, "/repos/acme/infra/contents", 9));
        assert!(repository.raw_file("none", None).await.is_err(), "{fault:?}");
        stand.double.change(|world| world.forget_faults());
    }
    assert_eq!(repository.file("none", None).await.unwrap(), None);
    stand.end().await;
}

#[tokio::test]
async fn a_large_file_comes_through_its_blob() {
    let (stand, repository) = stand().await;
    let file = repository.file("large.bin", None).await.unwrap().unwrap();
    assert!(file.content.len() == (1 << 20) + 5 && file.content.iter().all(|byte| *byte == 7));
    assert_eq!(stand.double.count(&Method::GET, "/repos/acme/infra/git/blobs/"), 1);
    stand.end().await;
}

#[tokio::test]
async fn a_raw_file_comes_in_one_request() {
    let (stand, repository) = stand().await;
    assert_eq!(repository.raw_file("docs/a b.md", None).await.unwrap().unwrap(), "on trunk");
    assert_eq!(repository.raw_file("large.bin", None).await.unwrap().unwrap().len(), (1 << 20) + 5);
    assert_eq!(stand.double.calls().len(), 2);
    stand.end().await;
}

#[tokio::test]
async fn a_folder_is_no_file() {
    let (stand, repository) = stand().await;
    for error in
        [repository.file("docs", None).await.unwrap_err(), repository.raw_file("docs", None).await.unwrap_err()]
    {
        assert!(matches!(error.kind(), GithubErrorKind::NotAFile { path } if path == "docs"), "{error}");
    }
    stand.end().await;
}

#[tokio::test]
async fn a_branch_stands_for_a_commit_and_one_that_is_not_there_is_an_error() {
    let (stand, repository) = stand().await;
    let commits = planned().commits();
    assert_eq!(repository.commit_sha("release/1").await.unwrap(), commits[2]);
    let error = repository.commit_sha("none").await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::UNPROCESSABLE_ENTITY));
    assert!(matches!(error.kind(), GithubErrorKind::Refused { operation: "the hash of a commit", .. }));
    stand.end().await;
}

#[tokio::test]
async fn a_comparison_has_every_commit_over_all_its_pages() {
    let stand = Stand::new(|world| {
        let repository = (0..251).fold(Planned::new(), |repository, n| repository.with_commit(format!("commit {n}")));
        world.repository("acme", "infra", repository);
    })
    .await;
    let first = (0..251).fold(Planned::new(), |repository, n| repository.with_commit(format!("commit {n}"))).commits()
        [0]
    .clone();
    let commits: Vec<_> =
        stand.client().repository("acme", "infra").compare(&first, "main").try_collect().await.unwrap();
    assert_eq!(commits.len(), 250);
    assert_eq!((&*commits[0].message, &*commits[249].message), ("commit 1", "commit 250"));
    assert_eq!(stand.double.calls().len(), 3);
    stand.end().await;
}

#[tokio::test]
async fn a_tree_says_when_it_was_cut_off() {
    let (stand, repository) = stand().await;
    let tree = repository.tree("trunk", true).await.unwrap();
    let paths: Vec<_> = tree.entries.iter().map(|entry| (&*entry.kind, &*entry.path)).collect();
    assert_eq!(paths, [("tree", "docs"), ("blob", "docs/a b.md"), ("blob", "large.bin")]);
    assert!(!tree.truncated);
    let top = repository.tree("trunk", false).await.unwrap();
    assert_eq!(top.entries.len(), 2);
    stand.double.change(|world| world.repository("acme", "infra", planned().with_truncated_trees()));
    assert!(repository.tree("trunk", true).await.unwrap().truncated);
    stand.end().await;
}

#[tokio::test]
async fn names_cannot_lead_out_of_the_repository() {
    let (stand, repository) = stand().await;
    for path in ["../other/contents/x", "a//b", "a/./b", "a/.."] {
        let error = repository.file(path, None).await.unwrap_err();
        assert!(matches!(error.kind(), GithubErrorKind::Address { .. }), "{path}: {error}");
    }
    assert!(stand.double.calls().is_empty());
    stand.end().await;
}

fn logins(n: usize) -> Vec<String> {
    (0..n).map(|n| format!("member-{n}")).collect()
}

#[tokio::test]
async fn a_listing_by_cursor_without_a_last_page_is_read_to_its_end() {
    let stand = Stand::new(|world| world.members("acme", logins(75))).await;
    let events: Vec<Value> = stand.client().pages("/orgs/acme/audit-log").try_collect().await.unwrap();
    assert_eq!(events.len(), 75);
    assert_eq!(stand.double.calls().len(), 3);
    stand.end().await;
}

#[tokio::test]
async fn the_next_page_is_fetched_when_it_is_wanted() {
    let stand = Stand::new(|world| world.members("acme", logins(250))).await;
    let mut members = Box::pin(stand.client().members("acme"));
    let first = members.try_next().await.unwrap().unwrap();
    assert_eq!(first.login, "member-0");
    assert_eq!(stand.double.calls().len(), 1);
    assert_eq!(members.try_collect::<Vec<_>>().await.unwrap().len(), 249);
    assert_eq!(stand.double.calls().len(), 3);
    stand.end().await;
}

#[tokio::test]
async fn a_next_page_on_another_host_is_refused_and_sees_no_credential() {
    let stranger = GithubDouble::start().await.unwrap();
    let stand = Stand::new(|world| {
        world.members("acme", logins(50));
        world.lead_astray(stranger.url());
    })
    .await;
    let page = stand.client().pages::<Value>("/orgs/acme/members").try_collect::<Vec<_>>().await;
    let error = page.unwrap_err();
    assert!(matches!(error.kind(), GithubErrorKind::ForeignLink { host } if host == "127.0.0.1"), "{error}");
    let octocrab = stand.octocrab();
    let page = octocrab.get::<octocrab::Page<Value>, _, _>("/orgs/acme/members", nothing()).await;
    assert!(page.is_err(), "octocrab does not get to follow it either");
    assert!(stranger.calls().is_empty());
    stranger.shutdown().await;
    stand.end().await;
}

#[tokio::test]
async fn a_listing_without_end_is_cut_off_with_an_error() {
    let options = GithubOptions::default().with_max_pages(3);
    let stand = Stand::with(options, |world| world.members("acme", logins(500))).await;
    let error = stand.client().members("acme").try_collect::<Vec<_>>().await.unwrap_err();
    assert!(matches!(error.kind(), GithubErrorKind::TooManyPages { limit: 3 }), "{error}");
    assert_eq!(stand.double.calls().len(), 3);
    stand.end().await;
}

#[tokio::test]
async fn octocrabs_own_pages_go_through_the_same_conduit() {
    let stand = Stand::new(|world| world.members("acme", logins(70))).await;
    let octocrab = stand.octocrab();
    let first: octocrab::Page<Member> = octocrab.get("/orgs/acme/members", nothing()).await.unwrap();
    assert_eq!(octocrab.all_pages(first).await.unwrap().len(), 70);
    stand.end().await;
}
