//! Accounts as configurations describe them. Does no I/O.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use aws_credential_types::provider::SharedCredentialsProvider;
use serde::Deserialize;
use url::Url;

use super::{AccountId, Partition, RoleArn, RoleConfig};

/// An account, and how to get into it.
///
/// ```
/// # use cloud_client::aws::AccountConfig;
/// let account: AccountConfig = serde_json::from_str(r#"{
///     "name": "prod", "uid": "123456789012", "default_region": "eu-west-1",
///     "source": {"account": "hub"},
///     "roles": [{"arn": "arn:aws:iam::123456789012:role/deployer", "external_id": "mooring"}]
/// }"#)?;
/// assert_eq!(account.roles[0].arn.name(), "deployer");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccountConfig {
    /// What it is called here.
    pub name: String,
    /// Its number. Checked wherever AWS says which account it is; absent: nothing to check it against.
    #[serde(default)]
    pub uid: Option<AccountId>,
    /// The partition it is in; `aws`.
    #[serde(default)]
    pub partition: Partition,
    /// The region for calls that name none, and for STS.
    pub default_region: String,
    /// The regions it may be used in; none: all of its partition.
    #[serde(default)]
    pub supported_regions: BTreeSet<String>,
    /// Where the first credentials come from.
    pub source: CredentialSource,
    /// Roles that are assumed one after the other, the last one being who we are.
    #[serde(default)]
    pub roles: Vec<RoleConfig>,
    /// Whether the FIPS endpoints are used; absent: as is usual in its partition. For this account only.
    #[serde(default)]
    pub use_fips: Option<bool>,
    /// Where all services of this account are, for tests and servers that stand in for AWS; absent: where AWS says.
    #[serde(default)]
    pub endpoint_url: Option<Url>,
    /// How many calls are under way at a time; absent: as the options say.
    #[serde(default)]
    pub max_in_flight: Option<usize>,
}

/// Where the first credentials come from.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum CredentialSource {
    /// An access key in a secret, in its members `aws_access_key_id` and `aws_secret_access_key`.
    Keys {
        /// The path of the secret, for the [`SecretReader`](crate::secret::SecretReader).
        secret: String,
    },
    /// A profile of the files that the AWS command line has: key pairs, web identities, containers and instances, and roles that begin
    /// with them. Programs and single sign-on are refused with [`AwsError::Profile`](super::AwsError::Profile): get those credentials in the
    /// application and hand them over as [`Provider`](Self::Provider).
    Profile {
        /// Its name.
        name: String,
        /// One file that holds it, in the form of `~/.aws/config`; absent: the usual files.
        #[serde(default)]
        file: Option<PathBuf>,
    },
    /// A token in a file, such as a service account's, shown to STS for a role.
    WebIdentity {
        /// The role.
        role: RoleArn,
        /// The file, read again for every session.
        token_file: PathBuf,
    },
    /// Whatever the surroundings give, in the SDK's order: variables, a profile (as above), a web identity (as EKS gives one to a service
    /// account), a container's (as EKS gives one by Pod Identity), an instance's. The account's region counts, not that of the surroundings.
    Ambient,
    /// The credentials of another account of the same configuration, its roles included.
    Account(
        /// Its name.
        String,
    ),
    /// What the application hands out: a program it runs, somebody who signed in, another library.
    #[serde(skip)]
    Provider(SharedCredentialsProvider),
}

impl AccountConfig {
    /// An account in this region's partition, without number or roles.
    #[must_use]
    pub fn new(name: impl Into<String>, default_region: impl Into<String>, source: CredentialSource) -> Self {
        let default_region = default_region.into();
        Self {
            name: name.into(),
            uid: None,
            partition: Partition::of_region(&default_region).unwrap_or_default(),
            default_region,
            supported_regions: BTreeSet::new(),
            source,
            roles: Vec::new(),
            use_fips: None,
            endpoint_url: None,
            max_in_flight: None,
        }
    }

    /// Sets its number.
    #[must_use]
    pub fn with_uid(mut self, uid: AccountId) -> Self {
        self.uid = Some(uid);
        self
    }

    /// Sets the partition it is in.
    #[must_use]
    pub fn with_partition(mut self, partition: Partition) -> Self {
        self.partition = partition;
        self
    }

    /// Sets the regions it may be used in.
    #[must_use]
    pub fn with_supported_regions<R: Into<String>>(mut self, regions: impl IntoIterator<Item = R>) -> Self {
        self.supported_regions = regions.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a role, assumed after those before it.
    #[must_use]
    pub fn with_role(mut self, role: RoleConfig) -> Self {
        self.roles.push(role);
        self
    }

    /// Sets whether the FIPS endpoints are used.
    #[must_use]
    pub fn with_fips(mut self, fips: bool) -> Self {
        self.use_fips = Some(fips);
        self
    }

    /// Whether the FIPS endpoints are used: as is said, else as is usual in the partition. Not where an endpoint is named, which is what it
    /// is.
    #[must_use]
    pub fn uses_fips(&self) -> bool {
        self.endpoint_url.is_none() && self.use_fips.unwrap_or_else(|| self.partition.prefers_fips())
    }

    /// Sets where all services of this account are.
    #[must_use]
    pub fn with_endpoint_url(mut self, url: Url) -> Self {
        self.endpoint_url = Some(url);
        self
    }

    /// Sets how many calls are under way at a time.
    #[must_use]
    pub fn with_max_in_flight(mut self, calls: usize) -> Self {
        self.max_in_flight = Some(calls);
        self
    }
}

impl CredentialSource {
    /// An access key in the secret at this path.
    pub fn keys(secret: impl Into<String>) -> Self {
        Self::Keys { secret: secret.into() }
    }

    /// A profile of the usual files.
    pub fn profile(name: impl Into<String>) -> Self {
        Self::Profile { name: name.into(), file: None }
    }

    /// The token in this file, shown for this role.
    pub fn web_identity(role: RoleArn, token_file: impl Into<PathBuf>) -> Self {
        Self::WebIdentity { role, token_file: token_file.into() }
    }

    /// The credentials of another account.
    pub fn account(name: impl Into<String>) -> Self {
        Self::Account(name.into())
    }

    /// What this provider hands out.
    pub fn provider(provider: impl aws_credential_types::provider::ProvideCredentials + 'static) -> Self {
        Self::Provider(SharedCredentialsProvider::new(provider))
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keys { secret } => write!(f, "secret {secret:?}"),
            Self::Profile { name, file: None } => write!(f, "profile {name:?}"),
            Self::Profile { name, file: Some(file) } => write!(f, "profile {name:?} of {file:?}"),
            Self::WebIdentity { role, token_file } => write!(f, "the token in {token_file:?} for {role}"),
            Self::Ambient => f.write_str("the surroundings"),
            Self::Account(name) => write!(f, "account {name:?}"),
            Self::Provider(_) => f.write_str("the application"),
        }
    }
}
