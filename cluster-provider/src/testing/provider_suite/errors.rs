//! Claims about errors.

use super::{Checked, ProviderUnderTest, Stop, applicable, created, prepared, so, usable};
use crate::provider::{CallContext, ProviderError, ProviderErrorKind};

/// An error in all the words that it has: its own, those of its causes, and those for debugging.
fn words(error: &ProviderError) -> String {
    let mut words = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        words.push_str(&format!(" {next} {next:?}"));
        cause = next.source();
    }
    words
}

pub(super) async fn an_error_says_who_did_what_for_whom(subject: &dyn ProviderUnderTest) -> Checked {
    let spec = usable(subject).await?;
    prepared(subject.fail_next_look().await, "it does not fail on demand")?;
    let provider = subject.provider();
    let error = match provider.check_status(&subject.call(), &spec).await {
        Err(error) => error,
        Ok(seen) => return Err(Stop::Broken(format!("a look that failed shows {seen:?}"))),
    };
    so(*error.provider() == provider.provider_type(), || format!("it names the provider {}", error.provider()))?;
    so(!error.operation().is_empty(), || "it does not name the operation".to_owned())?;
    so(error.cluster().is_some(), || format!("it does not name the cluster: {error}"))
}

pub(super) async fn no_error_shows_a_secret(subject: &dyn ProviderUnderTest) -> Checked {
    let provider = subject.provider();
    let (request, _) = created(subject).await?;
    let spec = usable(subject).await?;
    // Clusters come with credentials of their own.
    let secrets: Vec<_> = subject.secrets().into_iter().filter(|secret| !secret.is_empty()).collect();
    if secrets.is_empty() {
        return Err(Stop::NotApplicable("it has no credentials"));
    }
    let mut errors = Vec::new();
    if let Some(other) = subject.same_name(&request).await {
        errors.extend(provider.create(&subject.call(), &other).await.err());
    }
    if subject.fail_next_look().await == super::Situation::Prepared {
        errors.extend(provider.check_status(&subject.call(), &spec).await.err());
    }
    let over = CallContext::within(std::time::Duration::ZERO);
    errors.extend(provider.check_status(&over, &spec).await.err());
    for error in &errors {
        let words = words(error);
        so(!secrets.iter().any(|secret| words.contains(secret)), || {
            format!("the error of {} shows a secret", error.operation())
        })?;
    }
    applicable(errors.first(), "it never fails").map(|_| ())
}

pub(super) async fn a_connection_is_had_or_refused_by_kind(subject: &dyn ProviderUnderTest) -> Checked {
    use ProviderErrorKind as Kind;
    let spec = usable(subject).await?;
    match subject.provider().connection(&subject.call(), &spec).await {
        Ok(_) => Ok(()),
        Err(error) => so(matches!(error.kind(), Kind::Unsupported | Kind::NotFound | Kind::Forbidden), || {
            format!("no connection, and the reason is {}: {error}", error.kind())
        }),
    }
}
