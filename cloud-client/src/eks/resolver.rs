//! Serves kubeconfigs that run `aws eks get-token` in this process. Knows nothing of kubeconfigs beyond what they run.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use core_client::bearer::{BearerError, BearerSource, ExecResolver, ExecStanza};

use super::{EksExec, EksTokens};
use crate::aws::{AwsApi, RoleConfig};

type Choose = dyn Fn(&EksExec) -> Option<String> + Send + Sync;

/// Makes the tokens in this process that kubeconfigs run `aws eks get-token` or `aws-iam-authenticator token` for.
///
/// A token is good for the cluster whose name it was made for, wherever it is shown. Whoever writes a kubeconfig names the cluster and the
/// server, so they could have a token for one cluster shown to a server of their own. Let [`with_accounts`](Self::with_accounts) answer only
/// for clusters whose kubeconfigs come from where you trust them.
pub struct EksExecs {
    aws: AwsApi,
    choose: Box<Choose>,
    /// One source for each cluster and whom to be to it, so that tokens are kept whoever asks, for as long as somebody holds one.
    known: Mutex<HashMap<(String, EksExec), Weak<EksTokens>>>,
}

impl EksExecs {
    /// Serves what names a profile: with the account whose source is that profile, or that is called like it. Everything else is not
    /// served.
    #[must_use]
    pub fn new(aws: AwsApi) -> Self {
        let accounts = aws.clone();
        let choose = move |exec: &EksExec| accounts.account_of_profile(exec.profile.as_deref()?);
        Self { aws, choose: Box::new(choose), known: Mutex::default() }
    }

    /// Sets which account's credentials are used; nothing: that cluster is not served.
    #[must_use]
    pub fn with_accounts(mut self, choose: impl Fn(&EksExec) -> Option<String> + Send + Sync + 'static) -> Self {
        self.choose = Box::new(choose);
        self
    }

    fn tokens(&self, account: String, exec: EksExec) -> Result<Arc<EksTokens>, BearerError> {
        let recipient = format!("EKS cluster {:?}", exec.cluster);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account, exec);
        if let Some(tokens) = known.get(&key).and_then(Weak::upgrade) {
            return Ok(tokens);
        }
        let (account, exec) = &key;
        let region = match &exec.region {
            Some(region) => region.clone(),
            None => self
                .aws
                .default_region(account)
                .map_err(|error| BearerError::new(recipient.clone(), Arc::new(error)))?,
        };
        let made = EksTokens::new(self.aws.clone(), account, region, &exec.cluster);
        let mut tokens = made.map_err(|error| BearerError::new(recipient, Arc::new(error)))?;
        if let Some(role) = &exec.role {
            tokens = tokens.with_role(RoleConfig::new(role.clone()));
        }
        let tokens = Arc::new(tokens);
        if known.len() == known.capacity() {
            // Before it grows: what nobody holds any more is forgotten.
            known.retain(|_, tokens| tokens.strong_count() > 0);
        }
        known.insert(key, Arc::downgrade(&tokens));
        Ok(tokens)
    }
}

impl ExecResolver for EksExecs {
    fn resolve(&self, exec: &ExecStanza<'_>) -> Result<Option<Arc<dyn BearerSource>>, BearerError> {
        let read = EksExec::read(exec).map_err(|error| BearerError::new("an EKS cluster", Arc::new(error)))?;
        let Some(exec) = read else { return Ok(None) };
        let Some(account) = (self.choose)(&exec) else { return Ok(None) };
        self.tokens(account, exec).map(|tokens| Some(tokens as Arc<dyn BearerSource>))
    }
}

impl fmt::Debug for EksExecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EksExecs").field("aws", &self.aws).finish_non_exhaustive()
    }
}

#[cfg(test)]
impl EksExecs {
    /// How many sources are remembered.
    pub(super) fn remembered(&self) -> usize {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}
