//! Profiles of the AWS command line that need more than files, and where profiles are. Knows nothing of how the others are followed: the
//! SDK does that.
//!
//! A profile may say that credentials come from a program or from somebody who signs in. The SDK can do that behind features of its own,
//! which are not switched on: nothing is run and nobody is asked here, and the error says so instead of naming features.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use aws_config::profile::{self, ProfileSet};
use aws_credential_types::provider::error::CredentialsError;
use aws_types::os_shim_internal::{Env, Fs};

use super::plan::Account;
use super::{AwsError, source};

#[expect(deprecated, reason = "the new names are in a crate that is needed for nothing else")]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};

/// What a profile needs that is not done here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProfileNeed {
    /// A program that prints credentials: `credential_process`.
    Program,
    /// A token that somebody got who signed in: `sso_session`, `sso_start_url` and what goes with them.
    SingleSignOn,
    /// Somebody who signed in to the console: `login_session`.
    Login,
}

/// Settings of single sign-on, each of which is enough for the SDK to take a profile for one.
const SSO: [&str; 5] = ["sso_session", "sso_account_id", "sso_region", "sso_role_name", "sso_start_url"];

/// This file in the form of `~/.aws/config`, or the usual ones.
#[expect(deprecated, reason = "as above")]
pub(super) fn files(file: Option<&Path>) -> ProfileFiles {
    match file {
        Some(file) => ProfileFiles::builder().with_file(ProfileFileKind::Config, file).build(),
        None => ProfileFiles::default(),
    }
}

/// Why this profile, or the one that the surroundings name, gives nothing: it needs what is not done here, or as the SDK says.
#[expect(deprecated, reason = "as above")]
pub(super) async fn refused(
    account: &Account,
    files: &ProfileFiles,
    name: Option<&str>,
    error: CredentialsError,
) -> AwsError {
    // Only what the SDK cannot follow is looked at again.
    if matches!(error, CredentialsError::InvalidConfiguration(_)) {
        let name = name.map(|name| Cow::Owned(name.to_owned()));
        if let Ok(profiles) = source::silently(profile::load(&Fs::real(), &Env::real(), files, name)).await
            && let Some((profile, needs)) = needs(&profiles)
        {
            let (account, profile) = (account.config.name.clone(), profile.to_owned());
            return AwsError::Profile { account, profile, needs };
        }
    }
    source::refused(account, &error)
}

/// The profile in which the chain of the selected one begins, and what it needs, if that is not done here. Follows the chain as the SDK does.
fn needs(profiles: &ProfileSet) -> Option<(&str, ProfileNeed)> {
    let mut seen = Vec::new();
    let mut name = profiles.selected_profile();
    let profile = loop {
        let profile = profiles.get_profile(name)?;
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        let assumes = profile.get("role_arn").is_some() && profile.get("web_identity_token_file").is_none();
        match profile.get("source_profile").filter(|next| assumes && *next != name) {
            Some(next) => name = next,
            None => break profile,
        }
    };
    let has = |setting: &str| profile.get(setting).is_some();
    let keys = seen.len() > 1 && has("aws_access_key_id") && has("aws_secret_access_key");
    let need = if keys || has("credential_source") || has("web_identity_token_file") {
        return None;
    } else if SSO.into_iter().any(has) {
        ProfileNeed::SingleSignOn
    } else if has("login_session") {
        ProfileNeed::Login
    } else if has("credential_process") {
        ProfileNeed::Program
    } else {
        return None;
    };
    Some((profile.name(), need))
}

impl fmt::Display for ProfileNeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Program => "a program (credential_process)",
            Self::SingleSignOn => "single sign-on (sso_session, sso_start_url)",
            Self::Login => "a login to the console (login_session)",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    async fn needs_of(config: &str, selected: &str) -> Option<(String, ProfileNeed)> {
        let fs = Fs::from_slice(&[("/config", config)]);
        let env = Env::from_slice(&[("AWS_CONFIG_FILE", "/config"), ("HOME", "/nobody")]);
        let selected = Some(Cow::Owned(selected.to_owned()));
        let profiles = profile::load(&fs, &env, &files(None), selected).await.unwrap();
        needs(&profiles).map(|(profile, needs)| (profile.to_owned(), needs))
    }

    #[tokio::test]
    async fn what_a_profile_needs_is_found_at_the_beginning_of_its_chain() {
        let config = "
[profile run]\ncredential_process = /bin/vend
[profile sign]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r
[profile old]\nsso_start_url = https://corp.example\nsso_region = eu-west-1
[profile console]\nlogin_session = arn:aws:iam::111111111111:user/alice
[profile role]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = run
[profile far]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = role
[profile own]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = own\ncredential_process = /bin/vend
[profile keys]\naws_access_key_id = AKIA1\naws_secret_access_key = s\ncredential_process = /bin/vend
[profile of-keys]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = keys
[profile web]\nrole_arn = arn:aws:iam::111111111111:role/r\nweb_identity_token_file = /token\nsso_region = eu-west-1
[profile machine]\nrole_arn = arn:aws:iam::111111111111:role/r\ncredential_source = Ec2InstanceMetadata
[profile round]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = about
[profile about]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = round
[profile lost]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = gone
";
        for (profile, expected) in [
            ("run", Some(("run", ProfileNeed::Program))),
            ("sign", Some(("sign", ProfileNeed::SingleSignOn))),
            ("old", Some(("old", ProfileNeed::SingleSignOn))),
            ("console", Some(("console", ProfileNeed::Login))),
            ("role", Some(("run", ProfileNeed::Program))),
            ("far", Some(("run", ProfileNeed::Program))),
            ("own", Some(("own", ProfileNeed::Program))),
            ("of-keys", None),
            ("web", None),
            ("machine", None),
            ("round", None),
            ("lost", None),
            ("gone", None),
        ] {
            let expected = expected.map(|(profile, needs)| (profile.to_owned(), needs));
            assert_eq!(needs_of(config, profile).await, expected, "{profile}");
        }
    }

    proptest! {
        #[test]
        fn every_chain_has_an_end(next in proptest::collection::vec(0usize..6, 6), from in 0usize..6) {
            let role = |(n, next): (usize, &usize)| {
                format!("[profile p{n}]\nrole_arn = r\nsource_profile = p{next}\ncredential_process = x\n")
            };
            let config: String = next.iter().enumerate().map(role).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let found = runtime.block_on(needs_of(&config, &format!("p{from}")));
            prop_assert!(found.is_none_or(|(_, needs)| needs == ProfileNeed::Program));
        }
    }
}
