//! Who asks: a personal token, an app, an installation of an app, or nobody. Values with an identity that may be shown and a secret that
//! never is; knows nothing of how tokens are fetched.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::app::{App, Kept};
use crate::secret::SecretValue;

/// What a credential is known by: equal for the same token, app or installation, and fit to be written down.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(Arc<str>);

/// Who asks. Cheap to clone; `Debug` shows the identity only.
///
/// ```
/// use cloud_client::github::{App, Credential, Permission};
/// use secrecy::SecretString;
///
/// let token = Credential::token(SecretString::from("ghp_0123456789"));
/// assert!(!format!("{token:?}").contains("0123456789"));
///
/// let app = App::new("1234", SecretString::from("-----BEGIN RSA PRIVATE KEY-----…"));
/// let deployer = Credential::installation_of_organisation(&app, "acme")
///     .with_repositories(["infra"])
///     .with_permission("contents", Permission::Read);
/// assert_eq!(deployer.id().to_string(), "app 1234 on acme for infra with contents: read");
/// ```
#[derive(Clone)]
pub struct Credential {
    id: CredentialId,
    /// What shares one allowance at GitHub.
    budget: CredentialId,
    who: Arc<Who>,
}

#[derive(Debug, Clone)]
pub(super) enum Who {
    Anonymous,
    Token(Kept),
    App(App),
    Installation(Installation),
}

#[derive(Debug, Clone)]
pub(super) struct Installation {
    pub(super) app: App,
    pub(super) target: Target,
    pub(super) scope: Scope,
}

/// Which installation of an app.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Id(u64),
    Organisation(String),
    User(String),
    Repository { owner: String, name: String },
}

/// What a token of an installation is narrowed to. As it is sent when a token is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub(super) struct Scope {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) repositories: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) permissions: BTreeMap<String, Permission>,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Permission {
    /// Look.
    Read,
    /// Look and change.
    Write,
    /// Look, change and decide who else may.
    Admin,
}

/// What kind of credential it is, for metrics and logs. A closed set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// Nobody.
    Anonymous,
    /// A personal token, or any other that is simply there.
    Token,
    /// An app itself.
    App,
    /// An installation of an app.
    Installation,
}

// === impl Credential ===

impl Credential {
    /// Nobody. GitHub allows 60 requests an hour for each address.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::of("anonymous".to_owned(), None, Who::Anonymous)
    }

    /// A personal token, or any other that is sent as it is. Known by the beginning of its SHA-256.
    #[must_use]
    pub fn token(token: SecretString) -> Self {
        Self::of(format!("token {}", fingerprint(&token)), None, Who::Token(Kept::Given(token)))
    }

    /// A token that somebody else keeps up to date: read when it is first needed, and once more when GitHub refuses it. Known by where it is.
    #[must_use]
    pub fn token_from(value: SecretValue) -> Self {
        Self::of(format!("token from {value}"), None, Who::Token(Kept::Read(value)))
    }

    /// The app itself: good for what concerns the app, not for repositories.
    #[must_use]
    pub fn app(app: &App) -> Self {
        Self::of(format!("app {}", app.issuer()), None, Who::App(app.clone()))
    }

    /// The app's installation on an organisation.
    #[must_use]
    pub fn installation_of_organisation(app: &App, organisation: impl Into<String>) -> Self {
        Self::installation(app, Target::Organisation(organisation.into()))
    }

    /// The app's installation on a user's account.
    #[must_use]
    pub fn installation_of_user(app: &App, user: impl Into<String>) -> Self {
        Self::installation(app, Target::User(user.into()))
    }

    /// The app's installation that a repository belongs to. The token is good for all that the installation has; see
    /// [`with_repositories`](Self::with_repositories).
    #[must_use]
    pub fn installation_of_repository(app: &App, owner: impl Into<String>, name: impl Into<String>) -> Self {
        Self::installation(app, Target::Repository { owner: owner.into(), name: name.into() })
    }

    /// The app's installation with this number.
    #[must_use]
    pub fn installation_with_id(app: &App, id: u64) -> Self {
        Self::installation(app, Target::Id(id))
    }

    /// Narrows the tokens of an installation to these repositories, by their names without the owner. Other credentials stay as they are:
    /// GitHub cannot narrow them.
    #[must_use]
    pub fn with_repositories<R: Into<String>>(self, repositories: impl IntoIterator<Item = R>) -> Self {
        self.narrowed(|scope| {
            scope.repositories.extend(repositories.into_iter().map(Into::into));
            scope.repositories.sort_unstable();
            scope.repositories.dedup();
        })
    }

    /// Narrows the tokens of an installation to the permissions named, and this one among them. Other credentials stay as they are.
    #[must_use]
    pub fn with_permission(self, name: impl Into<String>, level: Permission) -> Self {
        self.narrowed(|scope| {
            scope.permissions.insert(name.into(), level);
        })
    }

    /// What it is known by.
    #[must_use]
    pub fn id(&self) -> &CredentialId {
        &self.id
    }

    /// What kind it is.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match &*self.who {
            Who::Anonymous => CredentialKind::Anonymous,
            Who::Token(_) => CredentialKind::Token,
            Who::App(_) => CredentialKind::App,
            Who::Installation(_) => CredentialKind::Installation,
        }
    }

    /// What shares one allowance: all tokens of one installation do, however they are narrowed.
    pub(super) fn budget(&self) -> &CredentialId {
        &self.budget
    }

    pub(super) fn who(&self) -> &Who {
        &self.who
    }

    /// The account an installation is on, when it is known by that.
    pub(super) fn organisation(&self) -> Option<&str> {
        match &*self.who {
            Who::Installation(Installation { target, .. }) => match target {
                Target::Organisation(name) | Target::User(name) | Target::Repository { owner: name, .. } => Some(name),
                Target::Id(_) => None,
            },
            Who::Anonymous | Who::Token(_) | Who::App(_) => None,
        }
    }

    fn installation(app: &App, target: Target) -> Self {
        let budget = format!("app {} on {target}", app.issuer());
        let installation = Installation { app: app.clone(), target, scope: Scope::default() };
        Self::of(budget.clone(), Some(budget), Who::Installation(installation))
    }

    fn of(id: String, budget: Option<String>, who: Who) -> Self {
        let id = CredentialId(id.into());
        let budget = budget.map_or_else(|| id.clone(), |budget| CredentialId(budget.into()));
        Self { id, budget, who: Arc::new(who) }
    }

    fn narrowed(self, narrow: impl FnOnce(&mut Scope)) -> Self {
        let Who::Installation(installation) = &*self.who else { return self };
        let mut installation = installation.clone();
        narrow(&mut installation.scope);
        let id = format!("{}{}", self.budget, installation.scope);
        Self { id: CredentialId(id.into()), budget: self.budget, who: Arc::new(Who::Installation(installation)) }
    }
}

impl PartialEq for Credential {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Credential {}

impl Hash for Credential {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credential").field(&format_args!("{}", self.id)).finish()
    }
}

// === impl CredentialKind ===

impl CredentialKind {
    /// One word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Token => "token",
            Self::App => "app",
            Self::Installation => "installation",
        }
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => write!(f, "installation {id}"),
            Self::Organisation(name) => f.write_str(name),
            Self::User(name) => write!(f, "user {name}"),
            Self::Repository { owner, name } => write!(f, "the account of {owner}/{name}"),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.repositories.is_empty() {
            write!(f, " for {}", self.repositories.join(", "))?;
        }
        for (at, (name, level)) in self.permissions.iter().enumerate() {
            let level = match level {
                Permission::Read => "read",
                Permission::Write => "write",
                Permission::Admin => "admin",
            };
            write!(f, "{} {name}: {level}", if at == 0 { " with" } else { "," })?;
        }
        Ok(())
    }
}

/// 64 bits of a hash: enough to tell tokens apart, nothing to find them by.
fn fingerprint(token: &SecretString) -> String {
    let digest = Sha256::new_with_prefix("mooring github token\0").chain_update(token.expose_secret()).finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTINEL: &str = "ghp_sentinel-7f3a";

    #[test]
    fn one_token_is_one_identity_and_another_is_another() {
        let (first, again) = (Credential::token(SENTINEL.into()), Credential::token(SENTINEL.into()));
        assert_eq!(first, again);
        assert_ne!(first, Credential::token("ghp_other".into()));
        assert_ne!(first, Credential::anonymous());
    }

    #[test]
    fn narrowed_tokens_differ_and_share_the_allowance_of_their_installation() {
        let app = App::new("7", SENTINEL.into());
        let whole = Credential::installation_of_organisation(&app, "acme");
        let one = whole.clone().with_repositories(["b", "a", "b"]);
        assert_eq!(one, whole.clone().with_repositories(["a"]).with_repositories(["b"]));
        assert_ne!(one, whole);
        assert_ne!(one, one.clone().with_permission("issues", Permission::Write));
        assert_eq!(one.budget(), whole.budget());
        assert_ne!(whole.budget(), Credential::installation_of_organisation(&app, "other").budget());
        assert_eq!(one.id().to_string(), "app 7 on acme for a, b");
    }

    #[test]
    fn what_cannot_be_narrowed_stays_as_it_is() {
        let token = Credential::token(SENTINEL.into());
        assert_eq!(token.clone().with_repositories(["a"]), token);
    }

    #[test]
    fn no_secret_is_shown() {
        let app = App::new("7", SENTINEL.into());
        let shown = format!(
            "{:?} {:?} {:?} {app:?}",
            Credential::token(SENTINEL.into()),
            Credential::app(&app),
            Credential::installation_with_id(&app, 3)
        );
        assert!(!shown.contains("sentinel"), "{shown}");
    }
}
