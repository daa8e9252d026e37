//! From descriptions of accounts to what has to be made for them, each thing once. Pure.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::{AccountConfig, ConfigError, CredentialSource, Partition, RoleConfig};

/// The most roles that are assumed one after the other.
pub(super) const MAX_ROLES: usize = 8;

/// One role assumed from a source, or from another role. Shared by all accounts that come this way.
pub(super) struct Hop {
    /// Tells hops apart.
    pub(super) id: usize,
    /// The role before this one; none: it is assumed with what the source gives.
    pub(super) parent: Option<Arc<Hop>>,
    /// The account whose configuration has the source.
    pub(super) base: Arc<Account>,
    /// The account whose configuration has the role; it is named in errors and, unless the role says otherwise, in the session.
    pub(super) account: Arc<Account>,
    pub(super) role: RoleConfig,
    /// How many roles come before it.
    pub(super) depth: usize,
}

/// An account, and the last hop of its own.
pub(super) struct Account {
    pub(super) config: AccountConfig,
    /// For labels, without allocations.
    pub(super) name: Arc<str>,
}

/// The way to the credentials of an account.
#[derive(Clone)]
pub(super) struct Way {
    /// The account whose configuration has the source.
    pub(super) base: Arc<Account>,
    /// The last role; none: what the source gives.
    pub(super) last: Option<Arc<Hop>>,
}

impl Way {
    /// The roles along it, the last one first.
    pub(super) fn hops(&self) -> impl Iterator<Item = &Hop> {
        std::iter::successors(self.last.as_deref(), |hop| hop.parent.as_deref())
    }
}

/// All ways of a configuration.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) ways: HashMap<Arc<str>, (Arc<Account>, Way)>,
    hops: Vec<Arc<Hop>>,
}

impl Plan {
    /// Checks the descriptions and finds their ways.
    pub(super) fn new(configs: impl IntoIterator<Item = AccountConfig>) -> Result<Self, ConfigError> {
        let mut accounts: HashMap<Arc<str>, Arc<Account>> = HashMap::new();
        let mut order = Vec::new();
        for config in configs {
            check(&config)?;
            let name: Arc<str> = config.name.as_str().into();
            let account = Arc::new(Account { config, name: Arc::clone(&name) });
            if accounts.insert(Arc::clone(&name), Arc::clone(&account)).is_some() {
                return Err(ConfigError::Twice { account: name.to_string() });
            }
            order.push(account);
        }
        let mut plan = Self::default();
        for account in &order {
            plan.way(account, &accounts, &mut Vec::new())?;
        }
        Ok(plan)
    }

    fn way(
        &mut self,
        account: &Arc<Account>,
        accounts: &HashMap<Arc<str>, Arc<Account>>,
        under_way: &mut Vec<Arc<str>>,
    ) -> Result<Way, ConfigError> {
        if let Some((_, way)) = self.ways.get(&account.name) {
            return Ok(way.clone());
        }
        if under_way.contains(&account.name) {
            return Err(ConfigError::Circle { account: account.config.name.clone() });
        }
        under_way.push(Arc::clone(&account.name));
        let mut way = match &account.config.source {
            CredentialSource::Account(other) => {
                let other = accounts.get(other.as_str()).ok_or_else(|| ConfigError::UnknownSource {
                    account: account.config.name.clone(),
                    source_account: other.clone(),
                })?;
                if other.config.partition != account.config.partition {
                    return Err(fault(account, "its source is an account of another partition"));
                }
                self.way(other, accounts, under_way)?
            }
            _ => Way { base: Arc::clone(account), last: None },
        };
        for role in &account.config.roles {
            way = self.extend(account, &way, role.clone())?;
        }
        self.ways.insert(Arc::clone(&account.name), (Arc::clone(account), way.clone()));
        Ok(way)
    }

    /// The way that goes on with this role, which is the same one as before when it is asked for again.
    pub(super) fn extend(&mut self, account: &Arc<Account>, way: &Way, role: RoleConfig) -> Result<Way, ConfigError> {
        let depth = way.last.as_ref().map_or(0, |hop| hop.depth + 1);
        if depth >= MAX_ROLES {
            return Err(fault(account, "more than eight roles come one after the other"));
        }
        if let Some(wrong) = role.fault(depth > 0) {
            return Err(ConfigError::Role { account: account.config.name.clone(), role: role.arn, fault: wrong });
        }
        if role.arn.partition() != account.config.partition {
            let wrong = "it is in another partition than the account";
            return Err(ConfigError::Role { account: account.config.name.clone(), role: role.arn, fault: wrong });
        }
        let known = self.hops.iter().find(|hop| {
            hop.role == role
                && Arc::ptr_eq(&hop.base, &way.base)
                && Arc::ptr_eq(&hop.account, account)
                && hop.parent.as_ref().map(|hop| hop.id) == way.last.as_ref().map(|hop| hop.id)
        });
        let hop = match known {
            Some(hop) => Arc::clone(hop),
            None => {
                let hop = Arc::new(Hop {
                    id: self.hops.len(),
                    parent: way.last.clone(),
                    base: Arc::clone(&way.base),
                    account: Arc::clone(account),
                    role,
                    depth,
                });
                self.hops.push(Arc::clone(&hop));
                hop
            }
        };
        Ok(Way { base: Arc::clone(&way.base), last: Some(hop) })
    }
}

fn fault(account: &Account, fault: &'static str) -> ConfigError {
    ConfigError::Account { account: account.config.name.clone(), fault }
}

fn check(config: &AccountConfig) -> Result<(), ConfigError> {
    let fault = |fault| Err(ConfigError::Account { account: config.name.clone(), fault });
    if config.name.is_empty() {
        return fault("it needs a name");
    }
    let foreign = |region: &str| Partition::of_region(region) != Some(config.partition);
    if foreign(&config.default_region) {
        return fault("its default region is not in its partition");
    }
    if config.supported_regions.iter().any(|region| foreign(region)) {
        return fault("one of its supported regions is not in its partition");
    }
    if !config.supported_regions.is_empty() && !config.supported_regions.contains(&config.default_region) {
        return fault("its default region is not among its supported regions");
    }
    if config.max_in_flight == Some(0) {
        return fault("no call at all may be under way");
    }
    // The last role decides which account it is.
    if let (Some(uid), Some(role)) = (config.uid, config.roles.last())
        && role.arn.account() != uid
    {
        return fault("its last role is in another account");
    }
    if let CredentialSource::WebIdentity { role, .. } = &config.source {
        if role.partition() != config.partition {
            return fault("the role of its web identity is in another partition");
        }
        if config.roles.is_empty() && config.uid.is_some_and(|uid| uid != role.account()) {
            return fault("the role of its web identity is in another account");
        }
    }
    Ok(())
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hop").field("id", &self.id).field("role", &self.role).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::RoleArn;

    fn keys(name: &str) -> AccountConfig {
        AccountConfig::new(name, "eu-west-1", CredentialSource::keys(format!("aws/{name}")))
    }

    fn role(account: &str, name: &str) -> RoleConfig {
        RoleConfig::new(RoleArn::new(Partition::Aws, account.parse().unwrap(), name).unwrap())
    }

    fn from(name: &str, source: &str) -> AccountConfig {
        AccountConfig::new(name, "eu-west-1", CredentialSource::account(source))
    }

    const A: &str = "111111111111";
    const B: &str = "222222222222";

    fn refused(accounts: impl IntoIterator<Item = AccountConfig>) -> String {
        Plan::new(accounts).err().unwrap().to_string()
    }

    #[test]
    fn accounts_that_come_the_same_way_share_it() {
        let hub = keys("hub").with_role(role(A, "hub"));
        let spokes = ["x", "y"].map(|name| from(name, "hub").with_role(role(B, name)));
        let plan = Plan::new([hub].into_iter().chain(spokes)).unwrap();
        let last = |name: &str| plan.ways[name].1.last.clone().unwrap();
        let (x, y) = (last("x"), last("y"));
        assert_ne!(x.id, y.id);
        assert_eq!((x.parent.as_ref().unwrap().id, y.parent.as_ref().unwrap().id), (last("hub").id, last("hub").id));
        assert_eq!((x.depth, &*x.base.name), (1, "hub"));
    }

    #[test]
    fn a_role_that_is_asked_for_again_is_the_same_one() {
        let mut plan = Plan::new([keys("a")]).unwrap();
        let (account, way) = plan.ways["a"].clone();
        let id = |way: Way| way.last.unwrap().id;
        let one = id(plan.extend(&account, &way, role(A, "r")).unwrap());
        assert_eq!(id(plan.extend(&account, &way, role(A, "r")).unwrap()), one);
        assert_ne!(id(plan.extend(&account, &way, role(A, "r").with_external_id("e")).unwrap()), one);
    }

    #[test]
    fn what_cannot_work_is_refused_before_anything_is_asked() {
        assert_eq!(refused([keys("a"), keys("a")]), "account \"a\" is described twice");
        assert_eq!(
            refused([from("a", "b"), from("b", "a")]),
            "account \"a\" gets its credentials from itself in the end"
        );
        assert_eq!(
            refused([from("a", "gone")]),
            "account \"a\" gets its credentials from \"gone\", which is not described"
        );
        let chinese = keys("a").with_supported_regions(["eu-west-1", "cn-north-1"]);
        assert!(refused([chinese]).contains("not in its partition"));
        assert!(refused([keys("a").with_partition(Partition::AwsCn)]).contains("default region"));
        assert!(refused([keys("a").with_supported_regions(["eu-west-2"])]).contains("among its supported regions"));
        let elsewhere = keys("a").with_uid(A.parse().unwrap()).with_role(role(B, "r"));
        assert!(refused([elsewhere]).contains("in another account"));
        let long = std::time::Duration::from_secs(7200);
        let chained = keys("a").with_role(role(A, "r")).with_role(role(B, "s").with_duration(long));
        assert!(refused([chained]).contains("an hour at most"));
        let many = (0..9).fold(keys("a"), |account, n| account.with_role(role(A, &format!("r{n}"))));
        assert!(refused([many]).contains("more than eight"));
        let gov = RoleConfig::new("arn:aws-us-gov:iam::111111111111:role/r".parse().unwrap());
        assert!(refused([keys("a").with_role(gov)]).contains("another partition"));
        assert!(refused([keys("a").with_role(role(A, "r").with_session_name("a b"))]).contains("session name"));
    }
}
