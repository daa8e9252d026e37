//! Tokens that somebody else makes: a cloud's client that knows nothing of connections. Keeps none but the last one, to say when it was of
//! no use.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use core_client::bearer::BearerSource;
use core_client::http::Token;
use secrecy::SecretString;

use super::{AuthError, Credential, CredentialProvider, Material};

/// The tokens of a [`BearerSource`], as credentials of one connection.
#[derive(Debug)]
pub(crate) struct Bearers {
    source: Arc<dyn BearerSource>,
    /// What was handed out last.
    last: Mutex<Option<Token>>,
}

impl Bearers {
    pub(crate) fn new(source: Arc<dyn BearerSource>) -> Self {
        Self { source, last: Mutex::default() }
    }
}

#[async_trait]
impl CredentialProvider for Bearers {
    async fn credential(&self) -> Result<Credential, AuthError> {
        // Asked again, so the last one was refused, or nears its end.
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(last) = last {
            self.source.invalidate(&last);
        }
        let bearer = self.source.bearer().await.map_err(|error| AuthError::Provider(Arc::new(error)))?;
        let material = Material::Token(SecretString::from(bearer.token.expose()));
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(bearer.token);
        Ok(Credential { material, expires: bearer.expires })
    }
}

/// A credential that cannot be had, however often it is asked for.
#[derive(Debug)]
pub(super) struct Refused(pub(super) AuthError);

#[async_trait]
impl CredentialProvider for Refused {
    async fn credential(&self) -> Result<Credential, AuthError> {
        Err(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use core_client::bearer::{Bearer, BearerError, ExecResolver, ExecStanza};
    use jiff::Timestamp;
    use secrecy::ExposeSecret as _;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::auth::{ExecOptions, Origin};
    use crate::spec::{CredentialSpec, ExecSpec};

    /// Counts its tokens, and makes another one only when the last was of no use.
    #[derive(Debug, Default)]
    struct Counting(Mutex<u32>);

    #[async_trait]
    impl BearerSource for Counting {
        async fn bearer(&self) -> Result<Bearer, BearerError> {
            let token = Token::new(format!("S3NTINEL-{}", self.0.lock().unwrap()));
            Ok(Bearer::new(token).with_expiry(Timestamp::UNIX_EPOCH))
        }

        fn invalidate(&self, token: &Token) {
            let mut made = self.0.lock().unwrap();
            if token.expose().ends_with(&made.to_string()) {
                *made += 1;
            }
        }
    }

    /// Does the work of `aws`, but not for everybody.
    #[derive(Debug)]
    struct Aws(Arc<Counting>);

    impl ExecResolver for Aws {
        fn resolve(&self, exec: &ExecStanza<'_>) -> Result<Option<Arc<dyn BearerSource>>, BearerError> {
            match (exec.command, exec.args) {
                ("aws", [known]) if known == "known" => Ok(Some(Arc::clone(&self.0) as Arc<dyn BearerSource>)),
                ("aws", [wrong]) if wrong == "wrong" => {
                    Err(BearerError::new("a cluster", Arc::new(std::io::Error::other("it has no name"))))
                }
                _ => Ok(None),
            }
        }
    }

    fn token(credential: &Credential) -> String {
        let Material::Token(token) = &credential.material else { panic!("{credential:?}") };
        token.expose_secret().to_owned()
    }

    fn origin(exec: ExecSpec) -> Origin {
        let options = ExecOptions::default().with_resolver(Arc::new(Aws(Arc::default())));
        let spec = CredentialSpec::Exec(Arc::new(exec));
        Origin::new(&spec, &Arc::new(options), &Arc::new(Semaphore::new(1)), Default::default)
    }

    #[tokio::test]
    async fn a_source_hands_out_another_token_when_it_is_asked_again() {
        let spec = CredentialSpec::bearer(Arc::<Counting>::default());
        let CredentialSpec::Custom(provider) = &spec else { panic!("{spec:?}") };
        let (first, second) = (provider.credential().await.unwrap(), provider.credential().await.unwrap());
        assert_eq!((token(&first), token(&second)), ("S3NTINEL-0".to_owned(), "S3NTINEL-1".to_owned()));
        assert_eq!(first.expires, Some(Timestamp::UNIX_EPOCH));
        let shown = format!("{spec:?} {first:?} {provider:?}");
        assert!(!shown.contains("S3NTINEL"), "{shown}");
    }

    #[tokio::test]
    async fn a_program_that_is_known_is_not_run() {
        // There is no such program here, or it would not print a token.
        let credential = origin(ExecSpec::new("aws").with_args(["known"])).provider.credential().await.unwrap();
        assert_eq!(token(&credential), "S3NTINEL-0");
    }

    #[tokio::test]
    async fn what_a_known_program_is_told_wrong_is_said_and_it_is_not_run() {
        let error = origin(ExecSpec::new("aws").with_args(["wrong"])).provider.credential().await.unwrap_err();
        let shown = core_client::ErrorChain::new(&error).to_string();
        assert_eq!(shown, "the credential provider failed: no token for a cluster: it has no name");
    }

    #[tokio::test]
    async fn a_program_that_is_unknown_is_run_unless_none_may_be() {
        let unknown = || ExecSpec::new("/nonexistent/plugin");
        let run = origin(unknown()).provider.credential().await.unwrap_err();
        assert!(matches!(run, AuthError::ExecStart { .. }), "{run:?}");
        let not_run = origin(unknown().with_in_process_only(true)).provider.credential().await.unwrap_err();
        assert!(matches!(not_run, AuthError::ExecNotRun { .. }), "{not_run:?}");
    }
}
