//! What a kubeconfig means that runs `aws eks get-token` or `aws-iam-authenticator token`. Pure.
//!
//! Source: the commands' own help; `aws eks update-kubeconfig` writes the first one.

use core_client::bearer::ExecStanza;

use crate::aws::RoleArn;

/// A cluster, and whom to be to it, as a kubeconfig says it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EksExec {
    /// The cluster.
    pub cluster: String,
    /// Its region, if it is said.
    pub region: Option<String>,
    /// A role to assume first.
    pub role: Option<RoleArn>,
    /// The profile of the AWS command line to begin with, if it is said.
    pub profile: Option<String>,
}

/// A command that is known, and that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EksExecError {
    /// It names no cluster.
    #[error("{command:?} names no cluster")]
    NoCluster {
        /// The command.
        command: String,
    },
    /// An option has no value, or an unusable one.
    #[error("option {option} of {command:?} has no value that can be used")]
    Value {
        /// The command.
        command: String,
        /// The option.
        option: &'static str,
    },
}

/// What an option is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    Cluster,
    Region,
    Role,
    Profile,
    /// How the answer is printed, which nobody reads.
    Nothing,
}

type Options = [(&'static str, Says)];

const AWS: &Options = &[
    ("--cluster-name", Says::Cluster),
    ("--cluster-id", Says::Cluster),
    ("--region", Says::Region),
    ("--role-arn", Says::Role),
    ("--profile", Says::Profile),
    ("--output", Says::Nothing),
];

const AUTHENTICATOR: &Options = &[
    ("-i", Says::Cluster),
    ("--cluster-id", Says::Cluster),
    ("--region", Says::Region),
    ("-r", Says::Role),
    ("--role", Says::Role),
];

impl EksExec {
    /// What this command would do; nothing when it is another one, or does more than is known here.
    ///
    /// # Errors
    /// [`EksExecError`] when it is the right one and cannot be followed.
    pub fn read(exec: &ExecStanza<'_>) -> Result<Option<Self>, EksExecError> {
        let program = exec.command.rsplit(['/', '\\']).next().unwrap_or_default();
        let (options, verb): (_, &[&str]) = match program.strip_suffix(".exe").unwrap_or(program) {
            "aws" => (AWS, &["eks", "get-token"]),
            "aws-iam-authenticator" => (AUTHENTICATOR, &["token"]),
            _ => return Ok(None),
        };
        let mut found = Self { cluster: String::new(), region: None, role: None, profile: None };
        if !found.variables(exec) {
            return Ok(None);
        }
        let mut words = Vec::new();
        let mut args = exec.args.iter();
        while let Some(arg) = args.next() {
            if !arg.starts_with('-') {
                words.push(arg.as_str());
                continue;
            }
            let (name, inline) = arg.split_once('=').map_or((arg.as_str(), None), |(name, value)| (name, Some(value)));
            let Some(&(option, says)) = options.iter().find(|(option, _)| *option == name) else { return Ok(None) };
            let value = inline.or_else(|| args.next().map(String::as_str)).filter(|value| !value.is_empty());
            let wrong = || EksExecError::Value { command: exec.command.to_owned(), option };
            found.say(says, value.ok_or_else(wrong)?).ok_or_else(wrong)?;
        }
        if words != verb {
            return Ok(None);
        }
        if found.cluster.is_empty() {
            return Err(EksExecError::NoCluster { command: exec.command.to_owned() });
        }
        Ok(Some(found))
    }

    /// Variables that say something; not when there are some that say what is not known here, such as keys.
    fn variables(&mut self, exec: &ExecStanza<'_>) -> bool {
        for (name, value) in exec.env {
            let place = match name.as_str() {
                "AWS_PROFILE" => &mut self.profile,
                "AWS_REGION" => &mut self.region,
                "AWS_DEFAULT_REGION" if self.region.is_none() => &mut self.region,
                "AWS_DEFAULT_REGION" | "AWS_STS_REGIONAL_ENDPOINTS" => continue,
                other if other.starts_with("AWS_") => return false,
                _ => continue,
            };
            *place = Some(value.clone()).filter(|value| !value.is_empty());
        }
        true
    }

    fn say(&mut self, says: Says, value: &str) -> Option<()> {
        match says {
            Says::Cluster => value.clone_into(&mut self.cluster),
            Says::Region => self.region = Some(value.to_owned()),
            Says::Role => self.role = Some(value.parse().ok()?),
            Says::Profile => self.profile = Some(value.to_owned()),
            Says::Nothing => {}
        }
        Some(())
    }
}
