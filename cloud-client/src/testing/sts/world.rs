//! What the double knows: keys, roles, tokens, and what it was asked. Does no I/O; time is an argument.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use super::answer::{Issued, Refusal, StsFault};
use super::signature::Shown;
use crate::aws::{AccountId, RoleArn, StsOperation};

/// One call that the double answered, in the order they came.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StsCall {
    /// What was asked for; absent when it is something that the double does not know.
    pub operation: Option<StsOperation>,
    /// Who asked: the id of the access key; absent for web identities.
    pub access_key_id: Option<String>,
    /// The region that the call was signed for.
    pub region: Option<String>,
    /// The role that was asked for.
    pub role: Option<String>,
    /// How the session is to be called.
    pub session_name: Option<String>,
    /// Tags of the session, in the order they came.
    pub tags: Vec<(String, String)>,
    /// The code of the device that came along.
    pub token_code: Option<String>,
    /// For how many seconds.
    pub duration_seconds: Option<u64>,
}

#[derive(Default)]
pub(super) struct World {
    keys: HashMap<String, Key>,
    roles: HashMap<String, Role>,
    web_tokens: HashMap<String, String>,
    pub(super) faults: Vec<Planned>,
    pub(super) calls: Vec<StsCall>,
    issued: u64,
}

/// A fault, for which calls, and how many of them; absent: all.
pub(super) struct Planned {
    pub(super) operation: Option<StsOperation>,
    pub(super) left: Option<usize>,
    pub(super) fault: StsFault,
}

struct Key {
    secret: String,
    token: Option<String>,
    expires: Option<Timestamp>,
    arn: String,
    account: AccountId,
    user: String,
}

#[derive(Default)]
struct Role {
    external_id: Option<String>,
    refuses: bool,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) arn: String,
    pub(super) account: AccountId,
    pub(super) user: String,
}

/// How far a signature's time may be off.
const WINDOW: Duration = Duration::from_secs(5 * 60);
/// For how long a cluster accepts a request that was signed beforehand.
const PRESIGNED: Duration = Duration::from_secs(15 * 60);

impl World {
    pub(super) fn add_key(&mut self, id: &str, secret: &str, account: AccountId, user: &str) {
        let key = Key {
            secret: secret.to_owned(),
            token: None,
            expires: None,
            arn: format!("arn:aws:iam::{account}:user/{user}"),
            account,
            user: format!("AIDA{user}"),
        };
        self.keys.insert(id.to_owned(), key);
    }

    pub(super) fn remove_key(&mut self, id: &str) {
        self.keys.remove(id);
    }

    pub(super) fn add_role(&mut self, role: &RoleArn, external_id: Option<&str>) {
        self.roles.insert(role.to_string(), Role { external_id: external_id.map(str::to_owned), refuses: false });
    }

    pub(super) fn refuse_role(&mut self, role: &RoleArn, refuses: bool) {
        self.roles.entry(role.to_string()).or_default().refuses = refuses;
    }

    pub(super) fn add_web_token(&mut self, token: &str, subject: &str) {
        self.web_tokens.insert(token.to_owned(), subject.to_owned());
    }

    /// The fault that is planned for such a call, if there is one (left).
    pub(super) fn fault(&mut self, operation: Option<StsOperation>) -> Option<StsFault> {
        let found =
            self.faults.iter().position(|planned| planned.operation.is_none() || planned.operation == operation)?;
        let planned = &mut self.faults[found];
        let fault = planned.fault.clone();
        if let Some(left) = &mut planned.left {
            *left = left.saturating_sub(1);
            if *left == 0 {
                self.faults.remove(found);
            }
        }
        Some(fault)
    }

    /// Who showed this.
    pub(super) fn caller(&self, shown: &Shown, now: SystemTime) -> Result<Caller, Refusal> {
        let unknown =
            || Refusal::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
        let key = self.keys.get(&shown.access_key_id).ok_or_else(unknown)?;
        if key.token != shown.session_token {
            return Err(unknown());
        }
        if !shown.is_signed_with(&key.secret, "sts") {
            let words = "The request signature we calculated does not match the signature you provided. The Canonical String for this request should have been";
            let token = key.token.as_deref().unwrap_or_default();
            let words = format!("{words} 'POST / x-amz-security-token:{token} {}'", key.secret);
            return Err(Refusal::new(403, "SignatureDoesNotMatch", words));
        }
        let (late, early) =
            (now.duration_since(shown.at).unwrap_or_default(), shown.at.duration_since(now).unwrap_or_default());
        if late > shown.expires.map_or(WINDOW, |_| PRESIGNED) || early > WINDOW {
            return Err(Refusal::new(403, "SignatureDoesNotMatch", "Signature expired: it is not of this time"));
        }
        if key.expires.is_some_and(|expires| SystemTime::from(expires) <= now) {
            return Err(Refusal::new(403, "ExpiredToken", "The security token included in the request is expired"));
        }
        Ok(Caller { arn: key.arn.clone(), account: key.account, user: key.user.clone() })
    }

    /// Lets this caller assume what it asks for, or not.
    pub(super) fn assume(
        &mut self,
        caller: &str,
        call: &StsCall,
        external_id: Option<&str>,
        now: Timestamp,
    ) -> Result<Issued, Refusal> {
        let denied = |role: &str| {
            Refusal::new(
                403,
                "AccessDenied",
                format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"),
            )
        };
        let wanted = call.role.as_deref().unwrap_or_default();
        let arn: RoleArn = wanted.parse().map_err(|_| Refusal::new(400, "ValidationError", "RoleArn is invalid"))?;
        let name = call.session_name.clone().unwrap_or_default();
        let Some(role) = self.roles.get(wanted) else { return Err(denied(wanted)) };
        if role.refuses || role.external_id.as_deref() != external_id.filter(|_| role.external_id.is_some()) {
            return Err(denied(wanted));
        }
        let session = format!("arn:{}:sts::{}:assumed-role/{}/{name}", arn.partition(), arn.account(), arn.name());
        let caller =
            Caller { arn: session.clone(), account: arn.account(), user: format!("AROA{}:{name}", arn.name()) };
        let mut issued = self.issue(&caller, call.duration_seconds.unwrap_or(3600), now);
        issued.role = Some((session, caller.user));
        Ok(issued)
    }

    /// Who the token of a web identity is of.
    pub(super) fn web_identity(&self, token: &str) -> Result<String, Refusal> {
        let unknown = || Refusal::new(400, "InvalidIdentityToken", "The web identity token is not valid");
        self.web_tokens.get(token).cloned().ok_or_else(unknown)
    }

    /// Credentials that end, for this caller.
    pub(super) fn issue(&mut self, caller: &Caller, seconds: u64, now: Timestamp) -> Issued {
        self.issued += 1;
        let number = self.issued;
        let expires = now.checked_add(Duration::from_secs(seconds)).unwrap_or(now);
        let access_key_id = format!("ASIA{number:016}");
        let (secret, token) = (format!("{SENTINEL}-secret-{number}"), format!("{SENTINEL}-token-{number}"));
        let key = Key {
            secret: secret.clone(),
            token: Some(token.clone()),
            expires: Some(expires),
            arn: caller.arn.clone(),
            account: caller.account,
            user: caller.user.clone(),
        };
        self.keys.insert(access_key_id.clone(), key);
        Issued { access_key_id, secret, token, expires, role: None }
    }
}

/// What every secret that the double hands out begins with: no message, log line or `Debug` may hold it.
pub(super) const SENTINEL: &str = "SENTINEL";
