//! What the originals send, read by us.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use core_client::reference::ResourceReference;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use identity_client::context::{Impersonation, RequestContext};
use identity_client::inbound::{Authorization, CallerCertificate, InboundLayer};
use identity_client::principal::Principal;
use kube::core::DynamicObject;
use progenitor_client::encode_path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use testkit::ingress::escaped_certificate;
use testkit::pki::Pair;
use tower::{Layer as _, ServiceExt as _, service_fn};

use crate::vectors::{Identities, ORGANIZATION, PROJECT, Resource, Vectors, attributions, referrers};
use crate::{Finding, compare, peer};

const DIRECTION: &str = "Go -> ours";

#[derive(Default, Serialize)]
struct Order {
    case: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Value>,
    impersonate: bool,
    relayed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Resource>,
    certificate: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Sent {
    error: String,
    headers: BTreeMap<String, String>,
    reference: String,
    requests: Vec<String>,
    escaped: String,
    subject: String,
    thumbprint: String,
}

/// What a handler of ours has to go by.
#[derive(Clone, Debug, PartialEq)]
struct Handled {
    subject: String,
    principal: Option<Principal>,
    impersonation: Impersonation,
}

pub(crate) async fn run(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let mut findings = principals(program, identities).await?;
    findings.extend(controllers(program, identities).await?);
    findings.extend(references(program, identities).await?);
    findings.extend(certificates(program, identities)?);
    Ok(findings)
}

async fn principals(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let vectors = Vectors::read()?;
    let mut orders = Vec::new();
    let mut expected = Vec::new();
    for (number, vector) in vectors.principals.iter().enumerate() {
        for impersonate in [false, true] {
            let principal = Principal::from_json(vector.json.as_bytes())?;
            if impersonate && principal.actor().is_empty() {
                continue;
            }
            orders.push(Order {
                case: format!("principal {number}{}", if impersonate { ", impersonated" } else { "" }),
                kind: "api",
                principal: Some(serde_json::from_str(&vector.json)?),
                impersonate,
                ..Order::default()
            });
            expected.push((principal, impersonate, &vector.x_principal));
        }
    }
    let sent: Vec<Sent> = peer::ask(program, "send", &orders)?;
    let mut findings = Vec::new();
    for ((order, sent), (principal, impersonate, header)) in orders.iter().zip(&sent).zip(&expected) {
        let wanted = Handled {
            subject: identities.rsa.common_name().to_owned(),
            principal: Some(principal.clone()),
            impersonation: if *impersonate { Impersonation::Marked } else { Impersonation::None },
        };
        let bytes = compare("bytes of the header", *header, sent.headers.get("X-Principal").unwrap_or(&sent.error));
        let handled = compare("handled", &Ok(wanted), &receive(&identities.rsa, sent).await?);
        findings.push(Finding::new(DIRECTION, &order.case, bytes.or(handled)));
    }
    Ok(findings)
}

async fn controllers(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let mut orders = Vec::new();
    for (case, resource) in attributions() {
        orders.push(order(format!("signed for a resource: {case}"), "controller", resource, &identities.rsa));
    }
    let sent: Vec<Sent> = peer::ask(program, "send", &orders)?;
    let mut findings = Vec::new();
    for (order, sent) in orders.iter().zip(&sent) {
        let ours = object(order).map(|object| Principal::from_resource(&object))?;
        let difference = match ours {
            Err(error) if sent.error.is_empty() => Some(format!("we refuse ({error}), they do not")),
            Err(_) => None,
            Ok(_) if !sent.error.is_empty() => Some(format!("they refuse: {}", sent.error)),
            Ok(principal) => {
                let wanted = Handled {
                    subject: identities.rsa.common_name().to_owned(),
                    principal: Some(principal),
                    impersonation: Impersonation::None,
                };
                compare("handled", &Ok(wanted), &receive(&identities.rsa, sent).await?)
            }
        };
        findings.push(Finding::new(DIRECTION, &order.case, difference));
    }
    // A signature is good for the connection of its signer only.
    if let Some(first) = sent.first() {
        let found = receive(&identities.other_rsa, first).await?;
        let difference = compare("handled", &Err(StatusCode::BAD_REQUEST), &found);
        findings.push(Finding::new(DIRECTION, "signed, but by another service", difference));
    }
    Ok(findings)
}

async fn references(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let orders: Vec<Order> =
        referrers().into_iter().map(|resource| order(String::new(), "reference", resource, &identities.rsa)).collect();
    let sent: Vec<Sent> = peer::ask(program, "send", &orders)?;
    let mut findings = Vec::new();
    for (order, sent) in orders.iter().zip(&sent) {
        let resource = order.resource.as_ref().context("a reference is made of a resource")?;
        let reference = ResourceReference::of_dynamic(&object(order)?, &resource.api_resource())?;
        let segment = encode_path(&reference.escaped_once());
        let lines = ["PUT", "DELETE"].map(|method| {
            format!("{method} /api/v1/organizations/{ORGANIZATION}/projects/{PROJECT}/references/{segment}")
        });
        let difference = (!sent.error.is_empty())
            .then(|| sent.error.clone())
            .or_else(|| compare("reference", &reference.to_string(), &sent.reference))
            .or_else(|| compare("request lines", &lines.to_vec(), &sent.requests));
        findings.push(Finding::new(DIRECTION, format!("references client, {reference}"), difference));
        let handled = receive(&identities.rsa, sent).await?.map(|handled| handled.principal);
        let principal = Ok(Some(Principal::from_resource(&object(order)?)?));
        let difference = compare("principal", &principal, &handled);
        findings.push(Finding::new(
            DIRECTION,
            format!("references client, principal with {}", resource.kind),
            difference,
        ));
    }
    Ok(findings)
}

fn certificates(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let vector = Vectors::read()?.client_certificate;
    let mut pems = vec![("vector", vector.pem.clone())];
    pems.extend([("RSA", identities.rsa.cert_pem()), ("ECDSA", identities.ec.cert_pem())]);
    let orders: Vec<Order> = pems
        .into_iter()
        .map(|(case, certificate)| Order {
            case: format!("certificate header, {case}"),
            kind: "certificate",
            certificate,
            ..Order::default()
        })
        .collect();
    let sent: Vec<Sent> = peer::ask(program, "send", &orders)?;
    let mut findings = Vec::new();
    for (order, sent) in orders.iter().zip(&sent) {
        let read = CallerCertificate::from_header(&HeaderValue::from_str(&sent.escaped)?)?;
        let found = (read.common_name().to_owned(), read.thumbprint_padded());
        let difference = compare("name and thumbprint", &(sent.subject.clone(), sent.thumbprint.clone()), &found);
        findings.push(Finding::new(DIRECTION, &order.case, difference));
    }
    let escaped = sent.first().map(|sent| sent.escaped.clone()).unwrap_or_default();
    let difference = compare("escaped", &vector.escaped_form, &escaped);
    findings.push(Finding::new(DIRECTION, "certificate header, bytes", difference));
    Ok(findings)
}

/// Passes what was sent through our inbound layer, behind an ingress that verified the caller's certificate.
async fn receive(caller: &Pair, sent: &Sent) -> Result<Result<Handled, StatusCode>> {
    if !sent.error.is_empty() {
        bail!("the peer sent nothing: {}", sent.error);
    }
    let handler = service_fn(|request: Request<()>| async move {
        let handled = request.extensions().get::<Authorization>().and_then(|authorization| {
            let context = RequestContext::from_extensions(request.extensions()).ok()?;
            Some(Handled {
                subject: authorization.subject().to_owned(),
                principal: context.principal().cloned(),
                impersonation: context.impersonation(),
            })
        });
        let mut response = Response::new(Full::<bytes::Bytes>::default());
        response.extensions_mut().insert(handled);
        Ok::<_, Infallible>(response)
    });
    let mut request = Request::get(format!("/api/v1/organizations/{ORGANIZATION}/projects/{PROJECT}")).body(())?;
    for (name, value) in &sent.headers {
        // What the Go client says about itself is no business of the layer.
        if name.starts_with("X-") || name.starts_with("Unikorn-") || name == "Traceparent" {
            request.headers_mut().insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
        }
    }
    request.headers_mut().insert("ssl-client-cert", escaped_certificate(caller.cert_der()));
    request.headers_mut().insert("ssl-client-verify", HeaderValue::from_static("SUCCESS"));
    let response = InboundLayer::new().layer(handler).oneshot(request).await?;
    let status = response.status();
    let handled = response.extensions().get::<Option<Handled>>().cloned().flatten();
    drop(response.into_body().collect().await);
    Ok(handled.ok_or(status))
}

fn order(case: String, kind: &'static str, resource: Resource, identity: &Pair) -> Order {
    Order {
        case,
        kind,
        resource: Some(resource),
        certificate: identity.chain_pem(),
        key: identity.key_pem(),
        ..Order::default()
    }
}

fn object(order: &Order) -> Result<DynamicObject> {
    Ok(order.resource.as_ref().context("the order has no resource")?.object())
}
