//! Bodies in protobuf, as typed clients in Go send them.

use super::objects::config_map;
use crate::session::{Call, Session};
use anyhow::Result;

crate::scenarios!("protobuf":
    objects_may_be_sent_in_protobuf,
    questions_may_be_asked_in_protobuf,
    a_delete_may_have_its_options_in_protobuf,
);

const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// A field whose value has a length below 128.
fn field(number: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    [&[number << 3 | 2, length], value].concat()
}

fn text(number: u8, value: &str) -> Vec<u8> {
    field(number, value.as_bytes())
}

fn int(number: u8, value: u8) -> Vec<u8> {
    vec![number << 3, value]
}

/// An object of this kind in its envelope.
fn enveloped(version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let meta = [text(1, version), text(2, kind)].concat();
    [b"k8s\0".to_vec(), field(1, &meta), field(2, raw), text(3, ""), text(4, "")].concat()
}

/// Metadata with a name, and what Go writes besides.
fn named(name: &str) -> Vec<u8> {
    field(1, &[text(1, name), text(2, ""), text(3, ""), int(7, 0), field(8, &[])].concat())
}

fn post<'a>(s: &'a Session<'a>, path: String, body: Vec<u8>) -> Call<'a> {
    s.call(http::Method::POST, path).content_type(MEDIA_TYPE).bytes(body)
}

async fn objects_may_be_sent_in_protobuf(s: &Session<'_>) -> Result<()> {
    let entry = [text(1, "key"), text(2, "value")].concat();
    let map = enveloped("v1", "ConfigMap", &[named("a"), field(2, &entry)].concat());
    post(s, s.core("configmaps"), map.clone()).await?.is(201)?.has("/data/key", "value")?;
    post(s, s.core("configmaps"), map).await?.is(409)?;
    let secret = enveloped("v1", "Secret", &[named("a"), field(2, &entry), text(3, "Opaque")].concat());
    post(s, s.core("secrets"), secret).await?.is(201)?;
    let port = [int(3, 80), text(4, "TCP")].concat();
    let limits = field(1, &[text(1, "memory"), field(2, &text(1, "1Gi"))].concat());
    let container = [text(1, "c"), text(2, "i"), field(6, &port), field(8, &limits)].concat();
    let pod = enveloped("v1", "Pod", &[named("a"), field(2, &field(2, &container))].concat());
    post(s, s.core("pods"), pod).await?.is(201)?;
    Ok(())
}

async fn questions_may_be_asked_in_protobuf(s: &Session<'_>) -> Result<()> {
    let attributes = [text(1, "default"), text(2, "get"), text(5, "pods")].concat();
    let question = field(2, &field(1, &attributes));
    let review = enveloped("authorization.k8s.io/v1", "SelfSubjectAccessReview", &question);
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    post(s, path.into(), review).only_at(&["/kind", "/spec", "/status/allowed"]).await?.is(201)?;
    Ok(())
}

async fn a_delete_may_have_its_options_in_protobuf(s: &Session<'_>) -> Result<()> {
    s.post(s.core("configmaps"), config_map("a")).await?.is(201)?;
    let wrong = field(2, &text(1, "00000000-0000-0000-0000-000000000000"));
    let delete = |raw: &[u8]| {
        let body = enveloped("v1", "DeleteOptions", raw);
        s.call(http::Method::DELETE, s.core("configmaps/a")).content_type(MEDIA_TYPE).bytes(body)
    };
    delete(&wrong).only_status().await?.is(409)?;
    delete(&int(1, 0)).await?.is(200)?;
    Ok(())
}
