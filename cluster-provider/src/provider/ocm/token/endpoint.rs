//! What gives tokens, and what it answers. Knows nothing of which credential is shown.

use async_trait::async_trait;
use core_client::http::{HttpClient, RetryClass};
use http::{HeaderValue, header};
use secrecy::SecretString;
use serde::Deserialize;

use super::{LONGEST, TokenError};

/// Gives tokens for forms.
#[async_trait]
pub(super) trait Endpoint: Send + Sync + 'static {
    /// The answer to one form, within [`LONGEST`].
    async fn ask(
        &self,
        form: &[(&str, &str)],
        login: Option<HeaderValue>,
        class: RetryClass,
    ) -> Result<Answer, TokenError>;
}

/// An answer with a token, or without one.
#[derive(Default, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) access_token: Option<SecretString>,
    #[serde(default)]
    pub(super) refresh_token: Option<SecretString>,
    #[serde(default)]
    pub(super) expires_in: Option<f64>,
}

/// An endpoint that is asked by HTTP.
pub(super) struct Served {
    pub(super) http: HttpClient,
    pub(super) path: String,
}

#[async_trait]
impl Endpoint for Served {
    async fn ask(
        &self,
        form: &[(&str, &str)],
        login: Option<HeaderValue>,
        class: RetryClass,
    ) -> Result<Answer, TokenError> {
        let mut request = self.http.post(&self.path).operation("token").retry_class(class).timeout(LONGEST);
        request = request.header(header::ACCEPT, "application/json").form(form);
        if let Some(login) = login {
            request = request.header(header::AUTHORIZATION, login);
        }
        let answer = request.send().await.map_err(TokenError::Refused)?;
        answer.json().await.map_err(TokenError::Refused)
    }
}
