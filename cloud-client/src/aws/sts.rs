//! Calls to STS, with answers in our words. Keeps nothing.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::RequestId as _;
use aws_sdk_sts::types::Tag;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use secrecy::{ExposeSecret as _, SecretString};

use super::arn::account_of_caller;
use super::error::{Answer, Asked};
use super::plan::{Account, Hop};
use super::sdk::Common;
use super::{AccountId, AwsError, CallerIdentity, RoleArn, StsError, StsOperation, StsReason, session_name};

/// Shows the codes of the devices that roles ask for.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait MfaCodes: std::fmt::Debug + Send + Sync + 'static {
    /// The code that the device of this serial number shows now.
    ///
    /// # Errors
    /// When there is none.
    async fn code(&self, serial: &str) -> Result<SecretString, Arc<dyn std::error::Error + Send + Sync>>;
}

/// Credentials of a role, and the account that they are of.
pub(super) struct Assumed {
    pub(super) credentials: Credentials,
    pub(super) account: Option<AccountId>,
}

/// The role of a hop, with these credentials.
pub(super) async fn assume(common: &Common, hop: &Hop, with: &Credentials) -> Result<Assumed, AwsError> {
    let (account, role) = (&hop.account, &hop.role);
    let asked = Call::new(common, account, StsOperation::AssumeRole, Some(&role.arn));
    let name = role.session_name.clone().unwrap_or_else(|| session_name(&common.options.integration, &account.name));
    let mut request = client(common, account, Some(with))
        .assume_role()
        .role_arn(role.arn.to_string())
        .role_session_name(name)
        .duration_seconds(i32::try_from(role.duration.as_secs()).unwrap_or(i32::MAX))
        .set_external_id(role.external_id.as_ref().map(|id| id.expose_secret().to_owned()))
        .set_policy(role.policy.clone());
    for (key, value) in &role.tags {
        if let Ok(tag) = Tag::builder().key(key).value(value).build() {
            request = request.tags(tag);
        }
    }
    for tag in &role.transitive_tags {
        request = request.transitive_tag_keys(tag);
    }
    if let Some(serial) = &role.mfa_serial {
        let code = code(common, account, serial).await?;
        request = request.serial_number(serial).token_code(code.expose_secret());
    }
    let mut ours = secrets_of(with);
    ours.extend(role.external_id.as_ref().map(|id| id.expose_secret()));
    let answer = request.send().await;
    let answer = asked.answered(answer, &ours)?;
    let user = answer.assumed_role_user().map(|user| user.arn().to_owned());
    asked.credentials(answer.credentials(), user.as_deref())
}

/// The role of a web identity, with this token.
pub(super) async fn assume_with_token(
    common: &Common,
    account: &Account,
    role: &RoleArn,
    token: &SecretString,
) -> Result<Assumed, AwsError> {
    let asked = Call::new(common, account, StsOperation::AssumeRoleWithWebIdentity, Some(role));
    let answer = client(common, account, None)
        .assume_role_with_web_identity()
        .role_arn(role.to_string())
        .role_session_name(session_name(&common.options.integration, &account.name))
        .web_identity_token(token.expose_secret())
        .send()
        .await;
    let answer = asked.answered(answer, &[token.expose_secret()])?;
    let user = answer.assumed_role_user().map(|user| user.arn().to_owned());
    asked.credentials(answer.credentials(), user.as_deref())
}

/// Who these credentials are of.
pub(super) async fn identity(
    common: &Common,
    account: &Account,
    with: &Credentials,
) -> Result<CallerIdentity, AwsError> {
    let asked = Call::new(common, account, StsOperation::GetCallerIdentity, None);
    let answer = client(common, account, Some(with)).get_caller_identity().send().await;
    let answer = asked.answered(answer, &secrets_of(with))?;
    let uid = answer.account().and_then(|account| account.parse().ok()).ok_or_else(|| asked.malformed())?;
    Ok(CallerIdentity {
        account: uid,
        arn: answer.arn().unwrap_or_default().to_owned(),
        user_id: answer.user_id().unwrap_or_default().to_owned(),
    })
}

/// Credentials that end so long from now, against those of a user.
pub(super) async fn session_token(
    common: &Common,
    account: &Account,
    with: &Credentials,
    duration: Duration,
) -> Result<Credentials, AwsError> {
    let asked = Call::new(common, account, StsOperation::GetSessionToken, None);
    let seconds = i32::try_from(duration.as_secs()).unwrap_or(i32::MAX);
    let answer = client(common, account, Some(with)).get_session_token().duration_seconds(seconds).send().await;
    let answer = asked.answered(answer, &secrets_of(with))?;
    Ok(asked.credentials(answer.credentials(), None)?.credentials)
}

fn client(common: &Common, account: &Account, with: Option<&Credentials>) -> aws_sdk_sts::Client {
    let with = with.map(|credentials| SharedCredentialsProvider::new(credentials.clone()));
    aws_sdk_sts::Client::new(&common.for_sts(account, with))
}

async fn code(common: &Common, account: &Account, serial: &str) -> Result<SecretString, AwsError> {
    let failed = |source| AwsError::Source {
        account: account.config.name.clone(),
        origin: format!("device {serial:?}"),
        transient: true,
        source,
    };
    match &common.mfa {
        Some(codes) => codes.code(serial).await.map_err(failed),
        None => Err(failed(Arc::new(std::io::Error::other("nobody shows its codes; set AwsApiBuilder::mfa")))),
    }
}

fn secrets_of(credentials: &Credentials) -> Vec<&str> {
    let pair = [credentials.secret_access_key(), credentials.access_key_id()];
    pair.into_iter().chain(credentials.session_token()).collect()
}

/// A call under way, and how to speak of it.
struct Call<'a> {
    common: &'a Common,
    asked: Asked,
    begun: Instant,
}

impl<'a> Call<'a> {
    fn new(common: &'a Common, account: &Account, operation: StsOperation, role: Option<&RoleArn>) -> Self {
        let asked = Asked {
            operation,
            account: account.config.name.clone(),
            role: role.cloned(),
            region: account.config.default_region.clone(),
        };
        Self { common, asked, begun: Instant::now() }
    }

    /// The answer, or what is wrong with it. `ours` is what must not come back in STS's words.
    fn answered<T, E>(&self, answer: Result<T, SdkError<E, HttpResponse>>, ours: &[&str]) -> Result<T, AwsError>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let outcome = answer.map_err(|error| AwsError::from(self.failure(error, ours)));
        let word = outcome.as_ref().err().map_or("ok", |error| error.class().as_str());
        self.common.recorder.asked_sts(self.asked.operation, word, self.begun.elapsed());
        outcome
    }

    fn failure<E>(&self, error: SdkError<E, HttpResponse>, ours: &[&str]) -> StsError
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let asked = self.asked.clone();
        match &error {
            SdkError::ServiceError(refusal) => {
                let (meta, raw) = (refusal.err().meta(), refusal.raw());
                let answer = Answer {
                    status: Some(raw.status().as_u16()),
                    code: meta.code().map(str::to_owned),
                    request_id: meta.request_id().map(str::to_owned),
                    retry_after: raw
                        .headers()
                        .get("retry-after")
                        .and_then(|wait| wait.trim().parse().ok())
                        .map(Duration::from_secs),
                    date: raw.headers().get("date").and_then(http_date),
                };
                StsError::answered(asked, answer, meta.message(), ours, self.common.clock.now().into())
            }
            // What came is not kept: it may hold credentials.
            SdkError::ResponseError(_) => StsError::unanswered(asked, StsReason::Malformed, None),
            SdkError::TimeoutError(_) => StsError::unanswered(asked, StsReason::TimedOut, None),
            SdkError::DispatchFailure(failure) => {
                let late = failure.is_timeout();
                let reason = if late { StsReason::TimedOut } else { StsReason::Unreachable };
                StsError::unanswered(asked, reason, error.into_source().ok().map(Arc::from))
            }
            _ => StsError::unanswered(asked, StsReason::Refused, error.into_source().ok().map(Arc::from)),
        }
    }

    fn malformed(&self) -> AwsError {
        StsError::unanswered(self.asked.clone(), StsReason::Malformed, None).into()
    }

    fn credentials(
        &self,
        given: Option<&aws_sdk_sts::types::Credentials>,
        user: Option<&str>,
    ) -> Result<Assumed, AwsError> {
        let given = given.ok_or_else(|| self.malformed())?;
        let expires = SystemTime::try_from(*given.expiration()).map_err(|_| self.malformed())?;
        let account = user.and_then(account_of_caller);
        let mut credentials = Credentials::builder()
            .access_key_id(given.access_key_id())
            .secret_access_key(given.secret_access_key())
            .session_token(given.session_token())
            .expiry(expires)
            .provider_name("cloud-client");
        if let Some(account) = account {
            credentials = credentials.account_id(account.as_str());
        }
        Ok(Assumed { credentials: credentials.build(), account })
    }
}

/// `Date`, as HTTP writes it.
fn http_date(date: &str) -> Option<SystemTime> {
    jiff::fmt::rfc2822::parse(date).ok().map(|date| date.timestamp().into())
}
