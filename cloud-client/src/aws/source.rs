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
use aws_sdk_sts::error::{ErrorMetadata, ProvideErrorMetadata};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
use secrecy::SecretString;
use tracing::Dispatch;
use tracing::instrument::{WithDispatch, WithSubscriber as _};

use super::plan::Account;
use super::sdk::Common;
use super::time::SdkTime;
use super::{AwsError, CredentialSource, key_pair, profile, sts};

/// The longest token of a web identity, in bytes.
const LONGEST_TOKEN: u64 = 64 * 1024;

/// What the source of this account gives.
pub(super) async fn credentials(common: &Common, account: &Account) -> Result<Credentials, AwsError> {
    match &account.config.source {
        CredentialSource::Keys { secret } => {
            let pair = key_pair::read(&*common.secrets, secret).await;
            pair.map_err(|source| AwsError::Keys { account: account.config.name.clone(), source })
        }
        CredentialSource::Profile { name, file } => {
            let files = profile::files(file.as_deref());
            let provider = ProfileFileCredentialsProvider::builder().profile_name(name).profile_files(files.clone());
            let asked = async {
                let provider = provider.configure(&surroundings(common, account)).build();
                provider.provide_credentials().await
            };
            match silently(asked).await {
                Ok(credentials) => Ok(credentials),
                Err(error) => Err(profile::refused(account, &files, Some(name), error).await),
            }
        }
        CredentialSource::WebIdentity { role, token_file } => {
            let token = token(token_file).await.map_err(|error| failed(account, true, Arc::new(error)))?;
            Ok(sts::assume_with_token(common, account, role, &token).await?.credentials)
        }
        CredentialSource::Ambient => {
            // The account's region, and not what is found out about it: outside of EC2 that would be a wait for nobody.
            let region = Region::new(account.config.default_region.clone());
            let chain = DefaultCredentialsChain::builder().region(region).configure(surroundings(common, account));
            let asked = async { chain.build().await.provide_credentials().await };
            match silently(asked).await {
                Ok(credentials) => Ok(credentials),
                Err(error) => Err(profile::refused(account, &profile::files(None), None, error).await),
            }
        }
        CredentialSource::Provider(provider) => {
            provider.provide_credentials().await.map_err(|error| refused(account, &error))
        }
        // A way begins where credentials come from, and not at an account that has them from another.
        CredentialSource::Account(_) => Err(AwsError::UnknownAccount { account: account.config.name.clone() }),
    }
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
        .with_timeout_config(common.timeouts())
        .with_use_fips(Some(account.config.uses_fips()))
        .with_behavior_version(Some(BehaviorVersion::latest()))
}

/// Nothing that the SDK does here is logged: its own sources print the external ids of a profile's roles at `info`, and at `warn` whole
/// answers of STS, which repeat what was signed. What comes of it is an error of ours, and that is logged.
pub(super) fn silently<F: Future>(source: F) -> WithDispatch<F> {
    // Not a subscriber that is made for this: each one more costs whoever logs anything.
    source.with_subscriber(Dispatch::none())
}

/// What a source of the SDK's or the application's says.
pub(super) fn refused(account: &Account, error: &CredentialsError) -> AwsError {
    failed(account, is_transient(error), Arc::new(Words(words(error))))
}

fn is_transient(error: &CredentialsError) -> bool {
    matches!(error, CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_))
}

/// What a source says, and no more than that: the SDK's errors hold whole answers, and STS repeats what was signed when a signature is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Words(String);

fn words(error: &CredentialsError) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some((who, answer)) = answer(error) {
            let code = answer.code().unwrap_or("an error without a name");
            words.push(format!("{who} answers {code}"));
            break;
        }
        words.push(error.to_string());
        next = error.source();
    }
    words.join(": ")
}

/// Who answers and what, if this error is an answer. Beneath those of the operations that are asked for here there may be any other.
fn answer<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<(&'static str, &'a ErrorMetadata)> {
    let role = error.downcast_ref::<AssumeRoleError>().map(ProvideErrorMetadata::meta);
    let web = || error.downcast_ref::<AssumeRoleWithWebIdentityError>().map(ProvideErrorMetadata::meta);
    match role.or_else(web) {
        Some(answer) => Some(("STS", answer)),
        None => Some(("AWS", error.downcast_ref::<ErrorMetadata>()?)),
    }
}

fn failed(account: &Account, transient: bool, source: Arc<dyn std::error::Error + Send + Sync>) -> AwsError {
    AwsError::Source {
        account: account.config.name.clone(),
        origin: account.config.source.to_string(),
        transient,
        source,
    }
}
