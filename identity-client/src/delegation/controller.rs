//! What a controller's calls for the owner of a resource carry, written anew for the generation of each attempt.

use std::sync::{Arc, OnceLock};

use core_client::error::Error;
use core_client::http::{Generation, Hooked, RequestHook};
use http::{HeaderMap, HeaderValue};

use super::signatures::Recent;
use super::{Delegation, unwritable};
use crate::headers::X_PRINCIPAL;
use crate::principal::{Principal, PrincipalError};

#[derive(Debug)]
pub(super) struct ControllerHook {
    principal: Arc<Principal>,
    delegation: Arc<Delegation>,
    plain: OnceLock<Result<HeaderValue, PrincipalError>>,
    json: OnceLock<Arc<str>>,
    recent: Recent,
}

impl ControllerHook {
    pub(super) fn new(principal: Principal, delegation: Arc<Delegation>) -> Self {
        Self {
            principal: Arc::new(principal),
            delegation,
            plain: OnceLock::new(),
            json: OnceLock::new(),
            recent: Recent::default(),
        }
    }

    fn plain(&self) -> Result<HeaderValue, Error> {
        let limit = self.delegation.options.max_header_bytes;
        self.plain.get_or_init(|| self.principal.to_header(limit)).clone().map_err(unwritable)
    }
}

impl RequestHook for ControllerHook {
    fn apply<'a>(&'a self, generation: &'a Arc<Generation>, headers: &mut HeaderMap) -> Hooked<'a> {
        let delegation = &*self.delegation;
        let signer = match delegation.options.encoding.signer(generation) {
            Ok(signer) => signer,
            Err(error) => return Hooked::Ready(Err(error)),
        };
        match (signer, generation.identity()) {
            (Some(signer), Some(identity)) => {
                let json = self.json.get_or_init(|| self.principal.to_json().into());
                delegation.sign(&self.principal, json, identity, signer, &self.recent, headers)
            }
            (Some(_) | None, _) => Hooked::Ready(self.plain().map(|header| {
                headers.insert(X_PRINCIPAL, header);
            })),
        }
    }
}
