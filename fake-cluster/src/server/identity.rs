//! What a cluster shows and whom it trusts, made once and shared by as many clusters as wanted.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::StartError;
use super::pki::{Authority, PemPair, valid_for};
use super::tls::Tls;
use crate::api::MASTERS;

/// How long the administrator's certificate is valid.
const ADMIN_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

/// An authority, its TLS material and an administrator.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) tls: Arc<Tls>,
    pub(crate) admin: Arc<PemPair>,
}

impl Identity {
    pub(crate) fn new(name: &str) -> Result<Self, StartError> {
        let authority = Arc::new(Authority::new(&format!("{name} CA"))?);
        let trusted = vec![authority.der().clone()];
        let tls = Tls::new(authority, trusted)?;
        Ok(Self { admin: Arc::new(administrator(&tls.authority)?), tls: Arc::new(tls) })
    }
}

/// A certificate for an administrator.
pub(super) fn administrator(authority: &Authority) -> Result<PemPair, StartError> {
    authority.client("kubernetes-admin", &[MASTERS], valid_for(Timestamp::now(), ADMIN_LIFETIME))
}
