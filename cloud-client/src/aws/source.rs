//! The first credentials of a way, from wherever the configuration says. Keeps nothing.

use std::path::Path;
use std::sync::Arc;

use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use secrecy::{ExposeSecret as _, SecretString};

use super::plan::Account;
use super::sdk::Common;
use super::secret::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use super::time::SdkTime;
use super::{AwsError, CredentialSource, SecretError, SecretFields, sts};

/// The longest token of a web identity, in bytes.
const LONGEST_TOKEN: u64 = 64 * 1024;

/// What the source of this account gives.
pub(super) async fn credentials(common: &Common, account: &Account) -> Result<Credentials, AwsError> {
    match &account.config.source {
        CredentialSource::Keys { secret } => {
            keys(common, secret).await.map_err(|source| AwsError::Keys { account: account.config.name.clone(), source })
        }
        CredentialSource::Profile { name, file } => {
            let provider = profile(common, account, name, file.as_deref());
            given(account, provider.provide_credentials().await)
        }
        CredentialSource::WebIdentity { role, token_file } => {
            let token = token(token_file).await.map_err(|error| failed(account, true, Arc::new(error)))?;
            Ok(sts::assume_with_token(common, account, role, &token).await?.credentials)
        }
        CredentialSource::Ambient => {
            let chain = DefaultCredentialsChain::builder().configure(surroundings(common, account)).build().await;
            given(account, chain.provide_credentials().await)
        }
        CredentialSource::Provider(provider) => given(account, provider.provide_credentials().await),
        // A way begins where credentials come from, and not at an account that has them from another.
        CredentialSource::Account(_) => Err(AwsError::UnknownAccount { account: account.config.name.clone() }),
    }
}

#[expect(deprecated, reason = "the new names are in a crate that is needed for nothing else")]
fn profile(common: &Common, account: &Account, name: &str, file: Option<&Path>) -> ProfileFileCredentialsProvider {
    use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};

    let provider =
        ProfileFileCredentialsProvider::builder().profile_name(name).configure(&surroundings(common, account));
    match file {
        Some(file) => {
            provider.profile_files(ProfileFiles::builder().with_file(ProfileFileKind::Config, file).build()).build()
        }
        None => provider.build(),
    }
}

async fn keys(common: &Common, path: &str) -> Result<Credentials, SecretError> {
    let fields = common.secrets.read(path).await?;
    let (id, secret) = (field(&fields, path, ACCESS_KEY_ID)?, field(&fields, path, SECRET_ACCESS_KEY)?);
    Ok(Credentials::builder().access_key_id(id).secret_access_key(secret).provider_name("cloud-client").build())
}

fn field<'a>(fields: &'a SecretFields, path: &str, name: &str) -> Result<&'a str, SecretError> {
    let value = fields.get(name).map(|value| value.expose_secret().trim()).filter(|value| !value.is_empty());
    value.ok_or_else(|| SecretError::NoField { path: path.to_owned(), field: name.to_owned() })
}

async fn token(file: &Path) -> std::io::Result<SecretString> {
    use tokio::io::AsyncReadExt as _;

    let mut text = String::new();
    tokio::fs::File::open(file).await?.take(LONGEST_TOKEN).read_to_string(&mut text).await?;
    Ok(SecretString::from(text.trim()))
}

/// What the SDK's own sources need: our connections, our clock, this account's region.
fn surroundings(common: &Common, account: &Account) -> ProviderConfig {
    ProviderConfig::without_region()
        .with_region(Some(Region::new(account.config.default_region.clone())))
        .with_http_client(common.http.clone())
        .with_time_source(SdkTime(Arc::clone(&common.clock)))
        .with_retry_config(common.options.retry.clone())
        .with_behavior_version(Some(BehaviorVersion::latest()))
}

fn given(account: &Account, credentials: Result<Credentials, CredentialsError>) -> Result<Credentials, AwsError> {
    credentials.map_err(|error| {
        let transient = matches!(error, CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_));
        failed(account, transient, Arc::new(error))
    })
}

fn failed(account: &Account, transient: bool, source: Arc<dyn std::error::Error + Send + Sync>) -> AwsError {
    AwsError::Source {
        account: account.config.name.clone(),
        origin: account.config.source.to_string(),
        transient,
        source,
    }
}
