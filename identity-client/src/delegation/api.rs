//! What a service's calls for the user of a request carry. Everything is written when the hook is made.

use std::sync::Arc;

use core_client::error::Error;
use core_client::http::{Generation, Hooked, RequestHook};
use http::{HeaderMap, HeaderValue};

use super::unwritable;
use crate::context::{Impersonation, RequestContext};
use crate::headers::{CLIENT_CERTIFICATE, X_IMPERSONATE, X_PRINCIPAL};

#[derive(Debug)]
pub(super) struct ApiHook {
    principal: HeaderValue,
    certificate: Option<HeaderValue>,
    impersonate: bool,
}

impl ApiHook {
    pub(super) fn new(context: &RequestContext) -> Result<Self, Error> {
        Ok(Self {
            principal: context.encoded_principal().map_err(unwritable)?.clone(),
            certificate: context.certificate().map(|certificate| certificate.header().clone()),
            impersonate: context.impersonation() == Impersonation::Forwarded,
        })
    }
}

impl RequestHook for ApiHook {
    fn apply<'a>(&'a self, _: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a> {
        if let Some(certificate) = &self.certificate {
            headers.insert(CLIENT_CERTIFICATE, certificate.clone());
        }
        headers.insert(X_PRINCIPAL, self.principal.clone());
        if self.impersonate {
            headers.insert(X_IMPERSONATE, HeaderValue::from_static("true"));
        }
        Hooked::DONE
    }
}
