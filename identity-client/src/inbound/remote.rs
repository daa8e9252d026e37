//! Access lists from the identity service, over HTTP. Knows nothing of caches.

use std::sync::Arc;

use async_trait::async_trait;
use core_client::error::{ConstructionError, ConstructionKind, Error, ServiceError};
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret;

use super::access::{AclRequest, AclSource};
use super::acl::Acl;
use crate::client::BaseClient;

/// Asks the identity service for access lists. Put a [`CachedAcl`](super::CachedAcl) around it.
///
/// The call is made with this service's certificate, for the principal of the request, with the caller's token if there is
/// one, and relays the caller's certificate. Impersonation goes along: the list of an impersonated call is the meet of both.
#[derive(Clone, Debug)]
pub struct IdentityAcl {
    base: BaseClient,
}

impl IdentityAcl {
    /// Asks through a client of the identity service.
    #[must_use]
    pub fn new(base: BaseClient) -> Self {
        Self { base }
    }
}

#[async_trait]
impl AclSource for IdentityAcl {
    async fn acl(&self, request: &AclRequest) -> Result<Arc<Acl>, Error> {
        let call = self.base.context(&request.context.clone().forwarding_impersonation())?;
        let (path, operation) = match &request.organization {
            None => ("/api/v1/acl".to_owned(), "get_acl"),
            Some(organization) => {
                let organization = utf8_percent_encode(organization, NON_ALPHANUMERIC);
                (format!("/api/v1/organizations/{organization}/acl"), "get_organization_acl")
            }
        };
        let mut get = call.request(Method::GET, &path).operation(operation);
        if let Some(token) = &request.token {
            let mut value = HeaderValue::try_from(format!("bearer {}", token.expose_secret())).map_err(|_| {
                ConstructionError::new(ConstructionKind::Token, "the caller's token is not fit for a header")
            })?;
            value.set_sensitive(true);
            get = get.header(AUTHORIZATION, value);
        }
        let answer = get.send().await?;
        if answer.status() != StatusCode::OK {
            return Err(ServiceError::new(answer.status()).into());
        }
        answer.json().await.map(Arc::new)
    }
}
