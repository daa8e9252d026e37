use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use core_client::error::ServiceError;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
struct Vectors {
    acl_cache_keys: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    mode: String,
    subject: String,
    issuer: String,
    #[serde(default)]
    actor: String,
    token: String,
    scope: String,
    key: String,
}

fn request(subject: &str, issuer: &str, actor: Option<&str>, token: &str, scope: &str) -> AclRequest {
    let mut context = RequestContext::new();
    if let Some(actor) = actor {
        context = context.with_principal(Principal::user(actor)).with_impersonation(Impersonation::Marked);
    }
    AclRequest::new(subject, context)
        .with_token(SecretString::from(token), issuer)
        .with_organization(Some(scope.to_owned()).filter(|scope| !scope.is_empty()))
}

#[test]
fn every_key_vector_is_written_as_the_original_writes_it() {
    let vectors: Vectors = serde_json::from_str(include_str!("../../../tests/data/vectors.json")).unwrap();
    for vector in vectors.acl_cache_keys {
        let actor = (vector.mode == "impersonated").then_some(vector.actor.as_str());
        let request = request(&vector.subject, &vector.issuer, actor, &vector.token, &vector.scope);
        assert_eq!(request.key().to_string(), vector.key);
    }
}

#[test]
fn a_system_account_has_the_key_of_an_empty_token() {
    let system = AclRequest::new("user-1", RequestContext::new());
    assert_eq!(system.key(), request("user-1", "", None, "", "").key());
}

#[test]
fn every_part_separates_entries_and_no_value_forges_a_boundary() {
    let requests = [
        request("svc", "", None, "", ""),
        request("svc", "", None, "", "org-1"),
        request("svc", "", None, "", "_global"),
        request("svc", "", Some("user-1"), "", "org-1"),
        request("svc", "", Some("user-2"), "", "org-1"),
        request("other", "", Some("user-1"), "", "org-1"),
        request("svc", "iss", None, "", "org-1"),
        request("svc", "", None, "a", "org-1"),
        request("svc", "", None, "b", "org-1"),
        request("svc|0:", "", None, "", "org-1"),
        request("svc|3:iss", "", None, "", "org-1"),
        request("a", "b|1:c", None, "", "o"),
        request("a|1:b", "c", None, "", "o"),
    ];
    for (index, first) in requests.iter().enumerate() {
        for second in &requests[index + 1..] {
            assert_ne!(first.key(), second.key());
        }
    }
}

#[test]
fn an_attributed_call_shares_the_entry_of_a_direct_one() {
    let attributed = AclRequest::new("svc", RequestContext::new().with_principal(Principal::user("joe")));
    assert_eq!(attributed.key(), AclRequest::new("svc", RequestContext::new()).key());
}

#[test]
fn a_key_never_holds_the_token() {
    let key = request("svc", "", None, "hunter2", "").key();
    assert!(!format!("{key} {key:?}").contains("hunter2"));
}

#[derive(Debug, Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicUsize>);

#[async_trait]
impl AclSource for Counting {
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error> {
        self.0.fetch_add(1, Ordering::SeqCst);
        if request.subject == "refused" {
            return Err(ServiceError::new(http::StatusCode::FORBIDDEN).into());
        }
        Ok(Arc::default())
    }
}

#[tokio::test]
async fn direct_and_impersonated_lists_are_each_reused_and_never_shared() {
    let source = Counting::default();
    let cached = CachedAcl::new(source.clone());
    for _ in 0..2 {
        cached.acl(&request("svc", "", None, "", "o")).await.unwrap();
        cached.acl(&request("svc", "", Some("joe"), "", "o")).await.unwrap();
        cached.acl(&request("other", "", Some("joe"), "", "o")).await.unwrap();
    }
    assert_eq!(source.0.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_list_is_used_for_its_lifetime_and_a_failure_is_not_kept() {
    let (source, clock) = (Counting::default(), Arc::new(Hand::default()));
    let cached = CachedAcl::new(source.clone()).with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let good = request("svc", "", None, "", "");
    cached.acl(&good).await.unwrap();
    clock.0.store(59, Ordering::SeqCst);
    cached.acl(&good).await.unwrap();
    assert_eq!(source.0.load(Ordering::SeqCst), 1);
    clock.0.store(60, Ordering::SeqCst);
    cached.acl(&good).await.unwrap();
    assert_eq!(source.0.load(Ordering::SeqCst), 2);

    let refused = request("refused", "", None, "", "");
    for _ in 0..2 {
        assert!(cached.acl(&refused).await.unwrap_err().is_forbidden());
    }
    assert_eq!(source.0.load(Ordering::SeqCst), 4);
}
