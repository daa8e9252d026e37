//! Sessions against a double of STS: real HTTP, real signatures, and a clock that the test moves.

mod faults;
mod lifecycle;
mod limits;
mod redaction;
mod renewal;
mod roles;
mod sources;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use aws_config::retry::RetryConfig;
use futures::future::join_all;

use super::*;
use crate::secret::{SecretData, SecretError, SecretLocator, SecretReader, SecretsInMemory};
use crate::testing::sts::{StsDouble, StsFault, TestClock};

pub(super) const HUB: &str = "111111111111";
pub(super) const PROD: &str = "222222222222";
const KEY: &str = "AKIAHUB";
const SECRET: &str = "SENTINEL-key";

/// A vault whose content a test changes.
#[derive(Debug, Clone, Default)]
pub(super) struct Vault(Arc<Mutex<(SecretsInMemory, usize)>>);

impl Vault {
    pub(super) fn put(&self, path: &str, fields: SecretData) {
        self.0.lock().unwrap().0.put(path, fields);
    }

    fn empty(&self) {
        self.0.lock().unwrap().0 = SecretsInMemory::default();
    }

    fn reads(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl SecretReader for Vault {
    async fn read(&self, secret: &SecretLocator) -> Result<SecretData, SecretError> {
        let secrets = {
            let mut inside = self.0.lock().unwrap();
            inside.1 += 1;
            inside.0.clone()
        };
        secrets.read(secret).await
    }
}

pub(super) struct Stand {
    pub(super) sts: StsDouble,
    pub(super) clock: TestClock,
    pub(super) vault: Vault,
}

impl Stand {
    pub(super) async fn new() -> Self {
        let sts = StsDouble::start().await.unwrap();
        sts.add_key(KEY, SECRET, HUB.parse().unwrap(), "hub");
        for name in ["deployer", "reader"] {
            sts.add_role(&role_arn(PROD, name));
            sts.add_role(&role_arn(HUB, name));
        }
        let vault = Vault::default();
        vault.put("aws/hub", key_pair(KEY, SECRET));
        Self { clock: sts.clock(), sts, vault }
    }

    /// The account with the key pair.
    pub(super) fn hub(&self) -> AccountConfig {
        AccountConfig::new("hub", "eu-west-1", CredentialSource::keys("aws/hub"))
            .with_uid(HUB.parse().unwrap())
            .with_endpoint_url(self.sts.url())
    }

    /// An account that is reached by a role.
    pub(super) fn prod(&self) -> AccountConfig {
        AccountConfig::new("prod", "eu-west-1", CredentialSource::account("hub"))
            .with_uid(PROD.parse().unwrap())
            .with_role(RoleConfig::new(role_arn(PROD, "deployer")))
            .with_endpoint_url(self.sts.url())
    }

    /// Calls are not repeated unless a test says so, as waiting between them is in real time.
    pub(super) fn options() -> AwsOptions {
        AwsOptions::default().with_retry(RetryConfig::disabled())
    }

    pub(super) fn builder(&self) -> AwsApiBuilder {
        AwsApi::builder().secrets(self.vault.clone()).clock(self.clock.clone()).options(Self::options())
    }

    pub(super) fn api(&self) -> AwsApi {
        self.builder().account(self.hub()).account(self.prod()).build().unwrap()
    }

    fn assumed(&self) -> usize {
        self.sts.count(StsOperation::AssumeRole)
    }
}

pub(super) fn role_arn(account: &str, name: &str) -> RoleArn {
    RoleArn::new(Partition::Aws, account.parse().unwrap(), name).unwrap()
}

/// A call of an application: any client of the SDK would do.
async fn call(session: &Session) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let answer = session.client(aws_sdk_sts::Client::new).get_caller_identity().send().await?;
    Ok(answer.arn().unwrap_or_default().to_owned())
}

/// Lets everything else have its turn until something is so, and not for ever.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(10), async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what}"));
}
