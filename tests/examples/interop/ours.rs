//! What we send, read by the originals: their router, middleware and parameter binding.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use core_client::jws::Signer;
use core_client::reference::ResourceReference;
use http::Method;
use identity_client::principal::{DEFAULT_MAX_HEADER_BYTES, Principal};
use progenitor_client::encode_path;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use testkit::ingress::escaped_certificate;
use testkit::pki::Pair;

use crate::vectors::{Identities, ORGANIZATION, PROJECT, Vectors, referrers};
use crate::{Finding, clients, compare, peer};

const DIRECTION: &str = "ours -> Go";
const REFERENCE: &str = "clusters.kubernetes.unikorn-cloud.org/abc";

#[derive(Serialize)]
struct Request {
    case: String,
    method: String,
    target: String,
    headers: BTreeMap<String, String>,
}

/// What the originals made of a request.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Understood {
    status: u16,
    subject: String,
    principal: Option<Value>,
    impersonated: bool,
    reference: String,
    relayed_subject: String,
    relayed_thumbprint: String,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(flatten)]
    understood: Understood,
    #[serde(default)]
    refusal: String,
}

#[derive(Default)]
struct Cases {
    requests: Vec<Request>,
    expected: Vec<Understood>,
}

pub(crate) async fn run(program: &Path, identities: &Identities) -> Result<Vec<Finding>> {
    let vectors = Vectors::read()?;
    let mut cases = Cases::default();
    cases.principals(&vectors, identities)?;
    cases.refusals(identities)?;
    cases.certificates(&vectors, identities);
    cases.references(identities)?;
    cases.clients(identities).await?;

    let found: Vec<Answer> = peer::ask(program, "receive", &cases.requests)?;
    let pairs = cases.requests.into_iter().zip(cases.expected.iter().zip(&found));
    Ok(pairs
        .map(|(request, (expected, found))| {
            let difference = compare("understood", expected, &found.understood);
            let difference = difference.map(|difference| format!("{difference} {}", found.refusal));
            Finding::new(DIRECTION, request.case, difference)
        })
        .collect())
}

impl Request {
    /// A request behind an ingress that verified this caller's certificate.
    fn from(caller: &Pair, case: impl Into<String>) -> Self {
        let certificate = escaped_certificate(caller.cert_der());
        let headers = BTreeMap::from([
            ("Ssl-Client-Cert".to_owned(), String::from_utf8_lossy(certificate.as_bytes()).into_owned()),
            ("Ssl-Client-Verify".to_owned(), "SUCCESS".to_owned()),
        ]);
        Self { case: case.into(), method: "PUT".to_owned(), target: target(&encode_path(&escaped(REFERENCE))), headers }
    }

    fn with(mut self, header: &str, value: impl Into<String>) -> Self {
        self.headers.insert(header.to_owned(), value.into());
        self
    }
}

impl Understood {
    fn accepted(caller: &Pair, principal: &str) -> Result<Self> {
        Ok(Self {
            status: 201,
            subject: caller.common_name().to_owned(),
            principal: Some(serde_json::from_str(principal)?),
            reference: REFERENCE.to_owned(),
            relayed_subject: caller.common_name().to_owned(),
            relayed_thumbprint: thumbprint(caller),
            ..Self::default()
        })
    }

    /// Refused before the access list is asked for.
    fn refused(status: u16) -> Self {
        Self { status, ..Self::default() }
    }
}

impl Cases {
    fn add(&mut self, request: Request, expected: Understood) {
        self.requests.push(request);
        self.expected.push(expected);
    }

    fn principals(&mut self, vectors: &Vectors, identities: &Identities) -> Result<()> {
        let signer = Signer::from_der(&identities.rsa.key_der())?;
        for (number, vector) in vectors.principals.iter().enumerate() {
            let principal = Principal::from_json(vector.json.as_bytes())?;
            let plain = plain(&principal)?;
            for caller in [&identities.rsa, &identities.ec] {
                let kind = if caller.key_pem() == identities.ec.key_pem() { "ECDSA" } else { "RSA" };
                self.add(
                    Request::from(caller, format!("principal {number}, plain, {kind} caller"))
                        .with("X-Principal", &plain),
                    Understood::accepted(caller, &vector.json)?,
                );
            }
            let signed = signer.sign(principal.to_json().as_bytes())?;
            self.add(
                Request::from(&identities.rsa, format!("principal {number}, signed")).with("X-Principal", signed),
                Understood::accepted(&identities.rsa, &vector.json)?,
            );
            for (mark, means) in [("true", !principal.actor().is_empty()), ("TRUE", false)] {
                let expected = if mark == "true" && !means {
                    // The service is authenticated by then, but nothing reaches a handler.
                    Understood::refused(400)
                } else {
                    Understood { impersonated: means, ..Understood::accepted(&identities.rsa, &vector.json)? }
                };
                self.add(
                    Request::from(&identities.rsa, format!("principal {number}, X-Impersonate: {mark}"))
                        .with("X-Principal", &plain)
                        .with("X-Impersonate", mark),
                    expected,
                );
            }
        }
        // What the vectors say about the originals' reading, asked of the originals.
        for vector in &vectors.principal_decode {
            let expected = match (&vector.json, vector.ok) {
                (Some(json), true) => Understood::accepted(&identities.rsa, json)?,
                _ => Understood::refused(400),
            };
            self.add(
                Request::from(&identities.rsa, format!("header {:?}", vector.header))
                    .with("X-Principal", &vector.header),
                expected,
            );
        }
        Ok(())
    }

    fn refusals(&mut self, identities: &Identities) -> Result<()> {
        let principal = Principal::user("joe@acme.com").to_json();
        let mut refuse = |case: &str, status, headers: &[(&'static str, &str)]| {
            let mut request = Request::from(&identities.rsa, case);
            for (header, value) in headers {
                request = request.with(header, *value);
            }
            self.add(request, Understood::refused(status));
        };
        let signed = Signer::from_der(&identities.rsa.key_der())?.sign(principal.as_bytes())?;
        let by_other = Signer::from_der(&identities.other_rsa.key_der())?.sign(principal.as_bytes())?;
        let by_ec = Signer::from_der(&identities.ec.key_der())?.sign(principal.as_bytes())?;
        let altered = signed.replacen("eyJ0eXBlIjoidXNlciI", "eyJ0eXBlIjoidXNlckk", 1);
        refuse("signed by another service", 400, &[("X-Principal", &by_other)]);
        refuse("signed with ES256, which is this family's only", 400, &[("X-Principal", &by_ec)]);
        refuse("signed and altered", 400, &[("X-Principal", &altered)]);
        refuse("no principal", 400, &[]);
        refuse("certificate not verified", 400, &[("X-Principal", &signed), ("Ssl-Client-Verify", "NONE")]);
        // The originals do not classify this one; ours is a 400.
        refuse("certificate damaged", 500, &[("X-Principal", &signed), ("Ssl-Client-Cert", "damaged")]);
        Ok(())
    }

    /// What our own clients put on the wire, whole.
    async fn clients(&mut self, identities: &Identities) -> Result<()> {
        for sent in clients::run(identities).await? {
            let recorded = &sent.recorded;
            let peer = recorded.connection.common_name();
            ensure!(peer == Some(sent.caller.common_name()), "{} came from {peer:?}", sent.case);
            let mut request = Request {
                method: recorded.method.to_string(),
                target: recorded.target.clone(),
                ..Request::from(sent.caller, sent.case)
            };
            for (name, value) in &recorded.headers {
                request = request.with(name.as_str(), value.to_str()?);
            }
            let status = if recorded.method == Method::PUT { 201 } else { 204 };
            let expected = Understood {
                status,
                impersonated: sent.impersonated,
                reference: sent.reference,
                ..Understood::accepted(sent.caller, &sent.principal.to_json())?
            };
            self.add(request, expected);
        }
        Ok(())
    }

    fn certificates(&mut self, vectors: &Vectors, identities: &Identities) {
        let vector = &vectors.client_certificate;
        let plain = vectors.principals.first().map(|vector| vector.x_principal.clone()).unwrap_or_default();
        for (case, escaped) in [("nginx", &vector.escaped_nginx), ("Go", &vector.escaped_form)] {
            let expected = Understood {
                status: 201,
                subject: vector.common_name.clone(),
                principal: Some(Value::Object(serde_json::Map::new())),
                reference: REFERENCE.to_owned(),
                relayed_subject: vector.common_name.clone(),
                relayed_thumbprint: vector.thumbprint_original_padded.clone(),
                ..Understood::default()
            };
            self.add(
                Request::from(&identities.rsa, format!("relayed certificate, escaped like {case}"))
                    .with("X-Principal", &plain)
                    .with("Unikorn-Client-Certificate", escaped),
                expected,
            );
        }
    }

    fn references(&mut self, identities: &Identities) -> Result<()> {
        for referrer in referrers() {
            let reference = ResourceReference::new(referrer.plural, referrer.group, referrer.name)?;
            for (method, status) in [("PUT", 201), ("DELETE", 204)] {
                let request = Request {
                    method: method.to_owned(),
                    target: target(&encode_path(&reference.escaped_once())),
                    ..Request::from(&identities.rsa, format!("{method} reference {reference}"))
                };
                let expected = Understood {
                    status,
                    reference: reference.to_string(),
                    ..Understood::accepted(&identities.rsa, "{}")?
                };
                self.add(request.with("X-Principal", "e30"), expected);
            }
        }
        // Why exactly two passes: once is not found, three times is another reference.
        let once = escaped(REFERENCE);
        let thrice = encode_path(&encode_path(&once));
        let stored = Understood { reference: once.clone(), ..Understood::accepted(&identities.rsa, "{}")? };
        for (case, segment, expected) in [("once", once, Understood::refused(404)), ("three times", thrice, stored)] {
            let request = Request {
                target: target(&segment),
                ..Request::from(&identities.rsa, format!("reference escaped {case}"))
            };
            self.add(request.with("X-Principal", "e30"), expected);
        }
        Ok(())
    }
}

fn plain(principal: &Principal) -> Result<String> {
    Ok(principal.to_header(DEFAULT_MAX_HEADER_BYTES)?.to_str()?.to_owned())
}

fn escaped(reference: &str) -> String {
    core_client::reference::path_escape(reference)
}

fn target(segment: &str) -> String {
    format!("/api/v1/organizations/{ORGANIZATION}/projects/{PROJECT}/references/{segment}")
}

fn thumbprint(pair: &Pair) -> String {
    let header = escaped_certificate(pair.cert_der());
    identity_client::inbound::CallerCertificate::from_header(&header)
        .map(|certificate| certificate.thumbprint_padded())
        .unwrap_or_default()
}
