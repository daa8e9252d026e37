//! What our clients put on the wire, as a server saw it. Knows nothing of who reads it.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use core_client::credentials::{Bundle, Credentials, Identity, Trust};
use core_client::options::HttpOptions;
use core_client::reference::ResourceReference;
use http::{Method, Response, StatusCode};
use identity_client::client::{BaseClient, Client};
use identity_client::context::{Impersonation, RequestContext};
use identity_client::delegation::{DelegationOptions, PrincipalEncoding, SigningOptions};
use identity_client::ids::ProjectScope;
use identity_client::principal::Principal;
use identity_client::references::References;
use kube::Resource as _;
use testkit::pki::{Leaf, Pair};
use testkit::server::{Recorded, TlsServer};

use crate::vectors::{Identities, ORGANIZATION, PROJECT, Vectors, attributions, referrers};

/// A request one of our clients sent, and what it meant by it.
pub(crate) struct Sent<'a> {
    pub(crate) case: String,
    pub(crate) caller: &'a Pair,
    pub(crate) recorded: Recorded,
    pub(crate) principal: Principal,
    pub(crate) impersonated: bool,
    pub(crate) reference: String,
}

/// Where one caller's requests end up.
struct Session<'a, 's> {
    caller: &'a Pair,
    server: &'s TlsServer,
    base: BaseClient,
    sent: Vec<Sent<'a>>,
}

pub(crate) async fn run(identities: &Identities) -> Result<Vec<Sent<'_>>> {
    let server = TlsServer::builder(&identities.ca.issue(Leaf::server()))
        .client_ca(&identities.ca)
        .handler(|request| {
            let status = if request.method() == Method::PUT { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status;
            response
        })
        .start()
        .await;
    let mut sent = Vec::new();
    for caller in [&identities.rsa, &identities.ec] {
        let mut session = Session::new(identities, caller, &server)?;
        session.references().await?;
        session.users().await?;
        session.owners().await?;
        sent.append(&mut session.sent);
    }
    server.shutdown().await;
    Ok(sent)
}

impl<'a, 's> Session<'a, 's> {
    fn new(identities: &Identities, caller: &'a Pair, server: &'s TlsServer) -> Result<Self> {
        let identity = Identity::from_pem(caller.chain_pem().as_bytes(), caller.key_pem().as_bytes())?;
        let bundle = Bundle::new(Some(identity), Trust::from_pem(identities.ca.pem().as_bytes())?);
        let endpoint = HttpOptions::new("identity").with_host(server.url()).endpoint()?;
        let base = BaseClient::from_parts(endpoint, Credentials::fixed(bundle))?;
        Ok(Self { caller, server, base, sent: Vec::new() })
    }

    /// Takes what the server recorded since the last time; one meaning for all of it.
    fn note(&mut self, case: &str, principal: &Principal, impersonated: bool, reference: &str) {
        for recorded in self.server.requests() {
            self.sent.push(Sent {
                case: format!("{} {case}, {:?} caller", recorded.method, self.caller.key().kind()),
                caller: self.caller,
                recorded,
                principal: principal.clone(),
                impersonated,
                reference: reference.to_owned(),
            });
        }
        self.server.forget();
    }

    async fn references(&mut self) -> Result<()> {
        let references = References::new(&Client::from_base(self.base.clone()));
        for referrer in referrers() {
            let object = referrer.object();
            let scope = ProjectScope::from_labels(object.meta())?;
            let reference = ResourceReference::of_dynamic(&object, &referrer.api_resource())?;
            references.add(scope, &reference, &object).await?;
            references.remove(scope, &reference, &object).await?;
            let principal = Principal::from_resource(&object)?;
            self.note(&format!("references client, {}", referrer.kind), &principal, false, reference.as_str());
        }
        Ok(())
    }

    async fn users(&mut self) -> Result<()> {
        for (number, vector) in Vectors::read()?.principals.iter().enumerate() {
            let principal = Principal::from_json(vector.json.as_bytes())?;
            for impersonation in [Impersonation::None, Impersonation::Marked, Impersonation::Forwarded] {
                let impersonated = impersonation == Impersonation::Forwarded;
                if impersonated && principal.actor().is_empty() {
                    continue;
                }
                let context = RequestContext::new().with_principal(principal.clone()).with_impersonation(impersonation);
                let client = Client::from_base(self.base.clone()).api_client(&context)?;
                let reference = ResourceReference::new("clusters", "kubernetes.unikorn-cloud.org", "abc")?;
                client
                    .add_project_reference()
                    .organization_id(ORGANIZATION)
                    .project_id(PROJECT)
                    .reference(reference.escaped_once())
                    .send()
                    .await
                    .map_err(core_client::error::Error::from)?;
                let case = format!("API client, principal {number}, impersonation {impersonation:?}");
                self.note(&case, &principal, impersonated, reference.as_str());
            }
        }
        Ok(())
    }

    async fn owners(&mut self) -> Result<()> {
        let claims = SigningOptions::new()
            .with_lifetime(std::time::Duration::from_secs(60))
            .with_audience("identity")
            .with_single_use()
            .with_binding();
        let ways = [
            ("as it comes", DelegationOptions::new()),
            ("plain", DelegationOptions::new().with_encoding(PrincipalEncoding::Plain)),
            ("with claims", DelegationOptions::new().with_signing(claims)),
        ];
        for (way, delegation) in ways {
            let client = Client::from_base(self.base.clone().with_delegation(delegation));
            let references = References::new(&client);
            for (case, owner) in attributions() {
                let object = owner.object();
                let Ok(principal) = Principal::from_resource(&object) else { continue };
                let scope = ProjectScope::from_labels(referrers().first().context("a referrer")?.object().meta())?;
                let reference = ResourceReference::of_dynamic(&object, &owner.api_resource())?;
                references.add(scope, &reference, &object).await?;
                self.note(&format!("controller client, {way}, {case}"), &principal, false, reference.as_str());
            }
        }
        Ok(())
    }
}
