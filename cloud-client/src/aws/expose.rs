//! Credentials in the forms that other programs read. Every function that shows a secret has `expose` in its name.
//!
//! Source: *Configuration and credential file settings*, *Environment variables* and *Sourcing credentials with an external process*, AWS
//! CLI user guide.

use std::fmt;

use aws_credential_types::Credentials;
use jiff::Timestamp;
use secrecy::SecretString;

/// Credentials, to be shown to other programs.
#[derive(Clone)]
pub struct ExposedCredentials {
    credentials: Credentials,
    expires: Option<Timestamp>,
    region: String,
}

impl ExposedCredentials {
    pub(super) fn new(credentials: Credentials, expires: Option<Timestamp>, region: &str) -> Self {
        Self { credentials, expires, region: region.to_owned() }
    }

    /// When they end; absent: when somebody takes the key away.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// As the SDK holds them, for requests that it does not make.
    #[must_use]
    pub fn expose_for_sdk(&self) -> &Credentials {
        &self.credentials
    }

    /// As environment variables.
    #[must_use]
    pub fn expose_env(&self) -> Vec<(&'static str, SecretString)> {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", self.credentials.access_key_id().into()),
            ("AWS_SECRET_ACCESS_KEY", self.credentials.secret_access_key().into()),
            ("AWS_REGION", self.region.as_str().into()),
        ];
        if let Some(token) = self.credentials.session_token() {
            variables.push(("AWS_SESSION_TOKEN", token.into()));
        }
        variables
    }

    /// As a section of a credentials file. Nothing when the profile's name cannot stand in one.
    #[must_use]
    pub fn expose_file(&self, profile: &str) -> Option<SecretString> {
        if profile.is_empty() || profile.chars().any(|letter| letter.is_control() || "[]".contains(letter)) {
            return None;
        }
        let mut text = format!(
            "[{profile}]\naws_access_key_id = {}\naws_secret_access_key = {}\nregion = {}\n",
            self.credentials.access_key_id(),
            self.credentials.secret_access_key(),
            self.region,
        );
        if let Some(token) = self.credentials.session_token() {
            text.push_str(&format!("aws_session_token = {token}\n"));
        }
        Some(text.into())
    }

    /// As what a `credential_process` prints, version 1.
    #[must_use]
    pub fn expose_process_json(&self) -> SecretString {
        let mut json = serde_json::json!({
            "Version": 1,
            "AccessKeyId": self.credentials.access_key_id(),
            "SecretAccessKey": self.credentials.secret_access_key(),
        });
        if let Some(token) = self.credentials.session_token() {
            json["SessionToken"] = token.into();
        }
        if let Some(expires) = self.expires {
            json["Expiration"] = expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string().into();
        }
        json.to_string().into()
    }
}

impl fmt::Debug for ExposedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExposedCredentials")
            .field("expires", &self.expires)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn temporary() -> ExposedCredentials {
        let expires: Timestamp = "2026-01-01T13:00:00.5Z".parse().unwrap();
        let credentials = Credentials::builder()
            .access_key_id("ASIA1")
            .secret_access_key("a secret")
            .session_token("a token")
            .expiry(expires.into())
            .provider_name("test")
            .build();
        ExposedCredentials::new(credentials, Some(expires), "eu-west-1")
    }

    #[test]
    fn other_programs_read_them_as_variables_as_a_file_and_as_json() {
        let shown = temporary();
        let variables: Vec<_> =
            shown.expose_env().into_iter().map(|(name, value)| (name, value.expose_secret().to_owned())).collect();
        assert!(variables.contains(&("AWS_SESSION_TOKEN", "a token".to_owned())) && variables.len() == 4);
        let file = shown.expose_file("prod").unwrap();
        assert_eq!(
            file.expose_secret(),
            "[prod]\naws_access_key_id = ASIA1\naws_secret_access_key = a secret\nregion = eu-west-1\naws_session_token = a token\n",
        );
        let json: serde_json::Value = serde_json::from_str(shown.expose_process_json().expose_secret()).unwrap();
        assert_eq!((&json["Version"], &json["Expiration"]), (&1.into(), &"2026-01-01T13:00:00Z".into()));
        assert_eq!(shown.expose_file("prod]\n[other").map(|_| ()), None);
    }

    #[test]
    fn a_key_pair_has_no_token_and_no_end() {
        let shown = ExposedCredentials::new(Credentials::from_keys("AKIA1", "a secret", None), None, "eu-west-1");
        assert_eq!(shown.expose_env().len(), 3);
        let json: serde_json::Value = serde_json::from_str(shown.expose_process_json().expose_secret()).unwrap();
        assert!(json.get("SessionToken").is_none() && json.get("Expiration").is_none());
    }
}
