//! Bearer tokens that are made anew before they end, and who makes them. Knows nothing of how they are made, and nothing of those who show
//! them.
//!
//! A [`BearerSource`] stands between the two: a cloud's client has one for each cluster, a connection to a cluster asks it, and neither
//! crate knows the other. [`BearerTokens`] lets an [`HttpClient`](crate::HttpClient) ask it too.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::error::{ConstructionError, ConstructionKind, Error};
use crate::http::{Generation, Token, TokenSource};

/// Makes bearer tokens for one recipient.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait BearerSource: fmt::Debug + Send + Sync + 'static {
    /// A token that is good now. Asked whenever one is needed, so an implementation keeps what it made and renews it ahead of its end.
    ///
    /// # Errors
    /// [`BearerError`] when none can be had; nothing in it shows a token.
    ///
    /// # Cancel safety
    /// The future may be dropped; what others wait for must go on.
    async fn bearer(&self) -> Result<Bearer, BearerError>;

    /// The recipient did not accept this token: do not hand it out again.
    fn invalidate(&self, token: &Token);
}

/// A token, and for how long it is good.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Bearer {
    /// What is shown.
    pub token: Token,
    /// When it stops being good; absent: when it is refused.
    pub expires: Option<Timestamp>,
}

impl Bearer {
    /// A token that is good until it is refused.
    #[must_use]
    pub fn new(token: Token) -> Self {
        Self { token, expires: None }
    }

    /// Sets when it stops being good.
    #[must_use]
    pub fn with_expiry(mut self, expires: Timestamp) -> Self {
        self.expires = Some(expires);
        self
    }
}

/// Why there is no token. Says for whom, and has the cause behind it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no token for {recipient}")]
pub struct BearerError {
    recipient: String,
    transient: bool,
    #[source]
    source: Arc<dyn std::error::Error + Send + Sync>,
}

impl BearerError {
    /// No token for this recipient, such as `cluster "blue"`.
    #[must_use]
    pub fn new(recipient: impl Into<String>, source: Arc<dyn std::error::Error + Send + Sync>) -> Self {
        Self { recipient: recipient.into(), transient: false, source }
    }

    /// Sets whether there may be one later without anybody's doing.
    #[must_use]
    pub fn with_transient(mut self, transient: bool) -> Self {
        self.transient = transient;
        self
    }

    /// Whether there may be one later without anybody's doing.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.transient
    }
}

/// A program that prints a credential, as a kubeconfig names it (`client.authentication.k8s.io`).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ExecStanza<'a> {
    /// The program as it is written: a name or a path.
    pub command: &'a str,
    /// Its arguments.
    pub args: &'a [String],
    /// Variables added to its environment.
    pub env: &'a [(String, String)],
}

impl<'a> ExecStanza<'a> {
    /// This program with these arguments and variables.
    #[must_use]
    pub fn new(command: &'a str, args: &'a [String], env: &'a [(String, String)]) -> Self {
        Self { command, args, env }
    }
}

impl fmt::Debug for ExecStanza<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments and variables may hold secrets.
        f.debug_struct("ExecStanza")
            .field("command", &self.command)
            .field("args", &self.args.len())
            .finish_non_exhaustive()
    }
}

/// Does in this process what programs would do that kubeconfigs name.
pub trait ExecResolver: fmt::Debug + Send + Sync + 'static {
    /// Who makes the tokens that this program would print; absent when it is none that is known here, and is to be run.
    ///
    /// # Errors
    /// [`BearerError`] when it is known, and what it is told cannot be followed. It is not run then.
    fn resolve(&self, exec: &ExecStanza<'_>) -> Result<Option<Arc<dyn BearerSource>>, BearerError>;
}

/// Lets an [`HttpClient`](crate::HttpClient) show the tokens of a [`BearerSource`], whatever certificate a request travels with.
#[derive(Debug, Clone)]
pub struct BearerTokens(Arc<dyn BearerSource>);

impl BearerTokens {
    /// The tokens of this source.
    #[must_use]
    pub fn new(source: Arc<dyn BearerSource>) -> Self {
        Self(source)
    }
}

#[async_trait]
impl TokenSource for BearerTokens {
    async fn token(&self, _: &Arc<Generation>) -> Result<Token, Error> {
        let bearer = self.0.bearer().await.map_err(|error| {
            Error::from(ConstructionError::new(ConstructionKind::Token, "there is no token to show").with_source(error))
        })?;
        Ok(bearer.token)
    }

    fn invalidate(&self, token: &Token) {
        self.0.invalidate(token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorChain;

    #[test]
    fn a_token_is_masked_and_an_error_names_the_recipient() {
        let bearer = Bearer::new(Token::new("sentinel-4711")).with_expiry(Timestamp::UNIX_EPOCH);
        assert!(!format!("{bearer:?}").contains("sentinel-4711"));
        let error = BearerError::new("cluster \"blue\"", Arc::new(std::io::Error::other("nobody is there")));
        assert_eq!(ErrorChain::new(&error).to_string(), "no token for cluster \"blue\": nobody is there");
        assert!(error.with_transient(true).is_transient());
    }

    #[test]
    fn arguments_and_variables_of_a_program_are_not_shown() {
        let args = ["--secret=sentinel-4711".to_owned()];
        let env = [("SECRET".to_owned(), "sentinel-4711".to_owned())];
        let shown = format!("{:?}", ExecStanza::new("aws", &args, &env));
        assert!(shown.contains("aws") && !shown.contains("sentinel-4711"), "{shown}");
    }

    #[tokio::test]
    async fn a_mocked_source_answers_as_it_is_told() {
        let mut source = MockBearerSource::new();
        source.expect_bearer().return_once(|| Ok(Bearer::new(Token::new("t"))));
        source.expect_invalidate().return_const(());
        assert_eq!(source.bearer().await.unwrap().token.expose(), "t");
        BearerTokens::new(Arc::new(source)).invalidate(&Token::new("t"));
    }
}
