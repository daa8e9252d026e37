//! Names of accounts and roles. Does no I/O.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Partition;

/// The number of an account: twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId([u8; 12]);

/// A role to assume.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RoleArn {
    partition: Partition,
    account: AccountId,
    /// Path and name, without the slash in front.
    name: String,
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It is no account number.
    #[error("{0:?} is no account number; it has twelve digits")]
    AccountId(String),
    /// It is no role.
    #[error("{0:?} is no role; write arn:PARTITION:iam::ACCOUNT:role/PATH/NAME")]
    RoleArn(String),
}

impl AccountId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are all that gets in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl RoleArn {
    /// The role of this name (with its path, if it has one) in this account.
    ///
    /// # Errors
    /// [`NameError`] when the name cannot be that of a role.
    pub fn new(partition: Partition, account: AccountId, name: &str) -> Result<Self, NameError> {
        let wrong = || NameError::RoleArn(format!("arn:{partition}:iam::{account}:role/{name}"));
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&byte);
        let parts = name.split('/').all(|part| !part.is_empty());
        if name.len() > 576 || !parts || !name.bytes().all(allowed) {
            return Err(wrong());
        }
        Ok(Self { partition, account, name: name.to_owned() })
    }

    /// Where the role is.
    #[must_use]
    pub fn partition(&self) -> Partition {
        self.partition
    }

    /// Whose role it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Its name without the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }
}

/// The account in the ARN that STS gives to a caller.
pub(crate) fn account_of_caller(arn: &str) -> Option<AccountId> {
    arn.strip_prefix("arn:")?.split(':').nth(3)?.parse().ok()
}

impl FromStr for AccountId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let digits: Option<[u8; 12]> = text.as_bytes().try_into().ok();
        let digits = digits.filter(|digits| digits.iter().all(u8::is_ascii_digit));
        digits.map(Self).ok_or_else(|| NameError::AccountId(text.to_owned()))
    }
}

impl FromStr for RoleArn {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let wrong = || NameError::RoleArn(text.to_owned());
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().ok_or_else(wrong);
        let (arn, partition, service, region, account, role) = (next()?, next()?, next()?, next()?, next()?, next()?);
        if (arn, service, region) != ("arn", "iam", "") {
            return Err(wrong());
        }
        let partition = partition.parse().map_err(|_| wrong())?;
        let account = account.parse().map_err(|_| wrong())?;
        let name = role.strip_prefix("role/").ok_or_else(wrong)?;
        Self::new(partition, account, name).map_err(|_| wrong())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "arn:{}:iam::{}:role/{}", self.partition, self.account, self.name)
    }
}

impl fmt::Debug for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for AccountId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<AccountId> for String {
    fn from(id: AccountId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for RoleArn {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, NameError> {
        text.parse()
    }
}

impl From<RoleArn> for String {
    fn from(arn: RoleArn) -> Self {
        arn.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_role_survives_being_written(
            partition in 0..Partition::ALL.len(),
            account in "[0-9]{12}",
            name in "[A-Za-z0-9+=,.@_-]{1,20}(/[A-Za-z0-9+=,.@_-]{1,20}){0,3}",
        ) {
            let arn = RoleArn::new(Partition::ALL[partition], account.parse().unwrap(), &name).unwrap();
            prop_assert_eq!(arn.to_string().parse::<RoleArn>().unwrap(), arn);
        }

        #[test]
        fn nothing_else_is_taken_for_a_role_or_an_account(text in "\\PC{0,60}") {
            if let Ok(arn) = text.parse::<RoleArn>() { prop_assert_eq!(arn.to_string(), text.clone()); }
            if let Ok(id) = text.parse::<AccountId>() { prop_assert_eq!(id.to_string(), text); }
        }
    }

    /// qontract-reconcile utils/aws_api.py: the second part of a path is taken for the name.
    #[test]
    fn the_name_of_a_role_is_what_comes_after_its_path() {
        let arn: RoleArn = "arn:aws-us-gov:iam::123456789012:role/team/sub/deployer".parse().unwrap();
        assert_eq!(
            (arn.name(), arn.partition(), arn.account().as_str()),
            ("deployer", Partition::AwsUsGov, "123456789012")
        );
    }

    #[test]
    fn wrong_roles_are_refused() {
        for wrong in [
            "",
            "deployer",
            "arn:aws:iam::123456789012:user/deployer",
            "arn:aws:iam::12345:role/deployer",
            "arn:aws:iam:eu-west-1:123456789012:role/deployer",
            "arn:moon:iam::123456789012:role/deployer",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::123456789012:role/a//b",
            "arn:aws:iam::123456789012:role/a b",
        ] {
            assert_eq!(wrong.parse::<RoleArn>(), Err(NameError::RoleArn(wrong.to_owned())));
        }
    }

    #[test]
    fn the_account_of_a_caller_is_read_from_any_of_its_arns() {
        for arn in ["arn:aws:sts::123456789012:assumed-role/r/s", "arn:aws-cn:iam::123456789012:user/u"] {
            assert_eq!(account_of_caller(arn), "123456789012".parse().ok());
        }
        assert_eq!(account_of_caller("arn:aws:iam"), None);
    }
}
